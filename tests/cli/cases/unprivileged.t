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
