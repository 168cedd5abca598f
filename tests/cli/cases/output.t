Where the report goes, and what happens when it cannot go there.

Needs: sqlite3

  $ covshift check data/train.csv data/prod-west.csv -o report.txt
  $ covshift check data/train.csv data/prod-west.csv > printed.txt; cmp report.txt printed.txt
  $ covshift check data/train.csv data/prod-west.csv -o - | cmp report.txt -

--quiet says nothing without a shift, writes the file that was asked for, and prints a shift.

  $ covshift check data/train.csv data/null.csv --quiet
  $ covshift check data/train.csv data/null.csv --quiet -o quiet.txt; head -1 quiet.txt
  $ covshift check data/train.csv data/prod-west.csv --quiet | cmp report.txt -
  $ covshift check data/train.csv data/prod-west.csv --quiet --fail-on never | cmp report.txt -

A full disk and a closed pipe: exit status 2, and the run is taken back.

  $ covshift check data/train.csv data/null.csv --db drift.db --quiet
  $ covshift check data/train.csv data/null.csv --db drift.db > /dev/full
  $ covshift check data/train.csv data/null.csv --db drift.db -o /dev/full
  $ (covshift check data/train.csv data/null.csv --db drift.db; echo $? > status) | true; cat status
  $ covshift check data/train.csv data/null.csv --db drift.db >&-
  $ covshift check data/train.csv data/null.csv --db drift.db -o no/such/folder/report.txt
  $ mkdir folder; covshift check data/train.csv data/null.csv --db drift.db -o folder
  $ sqlite3 drift.db 'PRAGMA integrity_check; SELECT count(*) FROM run; SELECT count(DISTINCT run) FROM subject'
  $ covshift report --db drift.db > /dev/full
  $ covshift help > /dev/full
  $ covshift plugins > /dev/full
  $ covshift profile data/train.csv -o train.profile
  $ covshift show train.profile > /dev/full
  $ covshift profile data/train.csv -o - > /dev/full
  $ covshift profile data/train.csv -o /dev/full
  $ covshift profile data/train.csv -o no/such/folder/train.profile
  $ covshift merge train.profile -o folder

A file that is there is replaced whole, or kept.

  $ echo old > report.txt; covshift check data/train.csv missing.csv -o report.txt; cat report.txt
  $ echo old > report.txt; covshift check data/train.csv data/null.csv -o report.txt; head -1 report.txt

With standard input closed, no file takes its place.

  $ covshift check data/train.csv data/null.csv --db other.db --quiet <&- 2>&-; sqlite3 other.db 'PRAGMA integrity_check'
  $ covshift check data/train.csv - <&-

  $ ls
