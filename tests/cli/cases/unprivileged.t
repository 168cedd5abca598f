A database that may be read but not written.

Needs: a build folder that other users can read
Needs: sqlite3

  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db --quiet; chmod 444 drift.db
  $ $NOBODY covshift check --no-joint data/train.csv data/null.csv --db drift.db
  2> covshift: drift.db: cannot use as a database: Permission denied
  [2]
  $ $NOBODY covshift report --db drift.db | head -1
  OK: no shift in 16 features
  $ $NOBODY covshift check --no-joint data/train.csv data/null.csv --db new.db
  2> covshift: new.db: cannot create: Permission denied
  [2]
  $ $NOBODY covshift check --no-joint data/train.csv data/null.csv -o report.txt
  2> covshift: report.txt: cannot create: Permission denied
  [2]
  $ cp data/null.csv secret.csv; chmod 000 secret.csv; $NOBODY covshift check --no-joint data/train.csv secret.csv
  2> covshift: secret.csv: cannot open: Permission denied
  [2]
  $ sqlite3 drift.db 'SELECT count(*) FROM run'
  1
  $ ls
  data
  drift.db
  secret.csv

A folder of a day that may not be read is no day without data, and the monitor's state says so.

  $ mkdir state daily daily/2026-01-04 daily/2026-01-05; cp data/null.csv daily/2026-01-04; chmod 777 state; chmod 000 daily/2026-01-05
  $ printf 'name: m\ndb: state/m.db\ntrain: data/train.csv\nproduction: {source: "daily/%%F/*.csv"}\ndecision: {joint: no}\n' > m.yaml
  $ for day in 04 05; do $NOBODY covshift run m.yaml --date 2026-01-$day -q; done
  2> covshift: monitor m, 2026-01-05: daily/2026-01-05/*.csv: cannot look for files: Permission denied
  [2]
  $ $NOBODY covshift report --db state/m.db --format nagios
  covshift: monitor m, 2026-01-05: failed: daily/2026-01-05/*.csv: cannot look for files: Permission denied
  [3]
  $ chmod 755 daily/2026-01-05
