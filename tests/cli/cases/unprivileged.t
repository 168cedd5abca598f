A database that may be read but not written.

Needs: a build folder that other users can read
Needs: sqlite3

  $ covshift check data/train.csv data/null.csv --db drift.db --quiet; chmod 444 drift.db
  $ $NOBODY covshift check data/train.csv data/null.csv --db drift.db
  $ $NOBODY covshift report --db drift.db | head -1
  $ $NOBODY covshift check data/train.csv data/null.csv --db new.db
  $ $NOBODY covshift check data/train.csv data/null.csv -o report.txt
  $ cp data/null.csv secret.csv; chmod 000 secret.csv; $NOBODY covshift check data/train.csv secret.csv
  $ sqlite3 drift.db 'SELECT count(*) FROM run'
  $ ls
