The database: what is recorded, and what is no database.

Needs: sqlite3

  $ covshift check --no-joint data/train.csv data/prod-1998.csv --db drift.db --quiet
  $ covshift check --no-joint data/train.csv data/prod-west.csv --db drift.db > check.txt
  [1]
  $ sqlite3 drift.db 'PRAGMA journal_mode; PRAGMA user_version; PRAGMA foreign_key_check; SELECT id, verdict, prod_rows, started_at FROM run'
  wal
  8
  1|warn|2000|2026-01-31T02:00:00Z
  2|alert|2000|2026-01-31T02:00:00Z

covshift report gives the same bytes as the check did.

  $ covshift report --db drift.db > report.txt; cmp check.txt report.txt
  $ covshift report 2 --db drift.db | cmp check.txt -
  $ covshift report 1 --db drift.db -o first.txt; head -1 first.txt
  WARN: 2 of 16 features shifted; strongest: price, W1/sd 0.23
  $ covshift report 3 --db drift.db
  2> covshift: drift.db: there is no run 3
  [2]

--no-record leaves it alone.

  $ covshift check --no-joint data/train.csv data/prod-1998.csv --db drift.db --no-record --quiet
  $ sqlite3 drift.db 'SELECT count(*) FROM run'
  2
  $ covshift check --no-joint data/train.csv data/null.csv --db other.db --no-record --quiet; ls other.db
  2> ls: cannot access 'other.db': No such file or directory
  [2]

What is no database, or somebody else's.

  $ cp data/train.csv text.db; covshift check --no-joint data/train.csv data/null.csv --db text.db
  2> covshift: text.db: cannot use as a database: it is not a SQLite database
  [2]
  $ cmp text.db data/train.csv
  $ covshift report --db text.db
  2> covshift: text.db: cannot use as a database: it is not a SQLite database
  [2]
  $ sqlite3 foreign.db 'CREATE TABLE run (x)'; covshift check --no-joint data/train.csv data/null.csv --db foreign.db
  2> covshift: foreign.db: cannot use as a database: it is a SQLite database of another program
  [2]
  $ sqlite3 foreign.db .schema
  CREATE TABLE run (x);
  $ sqlite3 newer.db 'PRAGMA application_id = 0x53484654; PRAGMA user_version = 1000'; covshift check --no-joint data/train.csv data/null.csv --db newer.db
  2> covshift: newer.db: written by a newer version (schema 1000, this one knows 8)
  [2]
  $ head -c 5000 drift.db > cut.db; covshift report --db cut.db
  2> covshift: cut.db: cannot query: the database is damaged
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --db cut.db
  2> covshift: cut.db: cannot query: the database is damaged
  [2]

What cannot be written, or is not there.

  $ mkdir folder; covshift check --no-joint data/train.csv data/null.csv --db folder
  2> covshift: folder: cannot use as a database: it is a directory
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --db no/such/folder/drift.db
  2> covshift: no/such/folder/drift.db: cannot create: No such file or directory
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --db /proc/drift.db
  2> covshift: /proc/drift.db: cannot create: No such file or directory
  [2]
  $ covshift report --db missing.db
  2> covshift: missing.db: cannot use as a database: No such file or directory
  [2]
  $ sqlite3 empty.db VACUUM; covshift report --db empty.db
  2> covshift: empty.db: cannot use as a database: it is a SQLite database of another program
  [2]

  $ ls
  check.txt
  cut.db
  data
  drift.db
  empty.db
  first.txt
  folder
  foreign.db
  newer.db
  report.txt
  text.db

A path that is longer than SQLite takes, also one that is by the folder it is in, and that of a new file.

  $ deep=$(printf "%0100d/%0100d/%0100d/%0100d/%0100d" 0 0 0 0 0); mkdir -p $deep; covshift check --no-joint data/train.csv data/null.csv --db short.db -q; cp short.db $deep/there.db
  > covshift report --db $deep/there.db 2>&1 | cut -c 1-70
  > (cd $deep; covshift report --db there.db) 2>&1 | cut -c 1-90
  > covshift check --no-joint data/train.csv data/null.csv --db $deep/new.db 2>&1 | cut -c 1-70
  > covshift store backup $deep/copy.db --db short.db 2>&1 | cut -c 1-70; ls $deep
  covshift: SQLite takes no file whose whole path has more than 504 byte
  covshift: SQLite takes no file whose whole path has more than 504 bytes: there.db
  covshift: SQLite takes no file whose whole path has more than 504 byte
  covshift: SQLite takes no file whose whole path has more than 504 byte
  there.db
