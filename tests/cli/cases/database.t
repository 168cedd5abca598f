The database: what is recorded, and what is no database.

Needs: sqlite3

  $ covshift check data/train.csv data/prod-1998.csv --db drift.db --quiet
  $ covshift check data/train.csv data/prod-west.csv --db drift.db > check.txt
  [1]
  $ sqlite3 drift.db 'PRAGMA journal_mode; PRAGMA user_version; PRAGMA foreign_key_check; SELECT id, verdict, prod_rows, started_at FROM run'

covshift report gives the same bytes as the check did.

  $ covshift report --db drift.db > report.txt; cmp check.txt report.txt
  $ covshift report 2 --db drift.db | cmp check.txt -
  $ covshift report 1 --db drift.db -o first.txt; head -1 first.txt
  $ covshift report 3 --db drift.db

--no-record leaves it alone.

  $ covshift check data/train.csv data/prod-1998.csv --db drift.db --no-record --quiet
  $ sqlite3 drift.db 'SELECT count(*) FROM run'
  $ covshift check data/train.csv data/null.csv --db other.db --no-record --quiet; ls other.db
  2> ls: cannot access 'other.db': No such file or directory
  [2]

What is no database, or somebody else's.

  $ cp data/train.csv text.db; covshift check data/train.csv data/null.csv --db text.db
  $ cmp text.db data/train.csv
  $ covshift report --db text.db
  $ sqlite3 foreign.db 'CREATE TABLE run (x)'; covshift check data/train.csv data/null.csv --db foreign.db
  $ sqlite3 foreign.db .schema
  $ sqlite3 newer.db 'PRAGMA application_id = 0x53484654; PRAGMA user_version = 1000'; covshift check data/train.csv data/null.csv --db newer.db
  $ head -c 5000 drift.db > cut.db; covshift report --db cut.db
  $ covshift check data/train.csv data/null.csv --db cut.db

What cannot be written, or is not there.

  $ mkdir folder; covshift check data/train.csv data/null.csv --db folder
  $ covshift check data/train.csv data/null.csv --db no/such/folder/drift.db
  $ covshift check data/train.csv data/null.csv --db /proc/drift.db
  $ covshift report --db missing.db
  $ sqlite3 empty.db VACUUM; covshift report --db empty.db

  $ ls
