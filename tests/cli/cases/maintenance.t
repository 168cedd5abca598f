Care of the database: retention, examination, backup.

Needs: sqlite3

  $ cat > m.yaml << END
  > {db: drift.db, train: data/train.csv, production: {source: "%Y-%m-%d.csv"}, decision: {joint: no}, keep: 20d}
  > END
  $ for day in 01 09 10 11 31; do cp data/null.csv 2026-01-$day.csv; done
  $ covshift run m.yaml --from 2026-01-09 --to 2026-01-11 --quiet
  2> covshift: m.yaml keeps 20 days only, so earlier ones are not run
  [2]
  $ SOURCE_DATE_EPOCH=1769000000 covshift run m.yaml --from 2026-01-09 --to 2026-01-11 --quiet
  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db > check.txt
  $ sqlite3 drift.db "SELECT id, monitor, period FROM run; SELECT id, period, run, outcome FROM attempt"
  4||
  1|m|2026-01-09
  2|m|2026-01-10
  3|m|2026-01-11
  1|2026-01-09|1|recorded
  2|2026-01-10|2|recorded
  3|2026-01-11|3|recorded

A monitor's retention is about its own runs; a day that is done is not repeated.

  $ covshift run m.yaml --quiet; sqlite3 drift.db "SELECT id, monitor, period FROM run; SELECT count(*) FROM attempt"
  4||
  3|m|2026-01-11
  5|m|2026-01-31
  2
  $ covshift prune --db drift.db --keep 365d
  0 runs from before 2025-01-31 removed
  $ cp drift.db full.db; SOURCE_DATE_EPOCH=1801360800 covshift prune --db full.db --keep 365d > /dev/full; sqlite3 full.db "SELECT count(*) FROM run"; rm full.db
  2
  2> covshift: standard output: cannot write: No space left on device; done all the same: 1 run from before 2026-01-31 removed
  $ SOURCE_DATE_EPOCH=1801360800 covshift prune --db drift.db --keep 365d
  1 run from before 2026-01-31 removed
  $ sqlite3 drift.db "SELECT count(*) FROM run; SELECT count(*) FROM subject; PRAGMA foreign_key_check; PRAGMA freelist_count"
  2
  34
  0
  $ covshift prune --db drift.db
  2> covshift prune: needs --keep DAYS, such as 400d
  2> Try 'covshift prune --help'.
  [2]
  $ covshift prune --db drift.db --keep 3
  2> covshift prune: option '--keep' takes days such as 400d, not '3'
  2> Try 'covshift prune --help'.
  [2]
  $ covshift prune --db nowhere.db --keep 3d; ls nowhere.db
  2> covshift prune: there is no nowhere.db
  2> Try 'covshift prune --help'.
  2> ls: cannot access 'nowhere.db': No such file or directory
  [2]
  $ covshift prune --keep 3d
  2> covshift prune: needs --db FILE
  2> Try 'covshift prune --help'.
  [2]

Examination and backup.

  $ covshift run m.yaml --again --quiet; covshift store check --db drift.db | sed 's/version [0-9]*/version N/; s/[0-9]* bytes/N bytes/; s/[0-9]* a run/N a run/; s/  */ /g' | head -5
  drift.db: sound, version N, 3 runs
  
  file N bytes N a run
  empty in it N bytes
  curve N bytes N a run
  $ covshift store backup copy.db --db drift.db && sqlite3 copy.db "PRAGMA integrity_check; SELECT count(*) FROM run"
  ok
  3
  $ covshift report --db copy.db | head -1; ls copy.db*
  OK: no shift in 16 features
  copy.db
  $ covshift store backup nowhere/copy.db --db drift.db
  2> covshift: nowhere/copy.db: cannot create: No such file or directory
  [2]
  $ mkfifo pipe; ln -s /proc/self/fd/1 out; for path in pipe out ./drift.db drift.db-wal data; do covshift store backup $path --db drift.db > out.txt; done; test -p pipe && test -L out && wc -c < out.txt
  0
  2> covshift: pipe: cannot be replaced by a copy: it is not a regular file
  2> covshift: out: cannot be replaced by a copy: it is not a regular file
  2> covshift: ./drift.db: is the database drift.db, which is not written over
  2> covshift: drift.db-wal: is the database's log drift.db-wal, which is not written over
  2> covshift: data: cannot be replaced by a copy: it is not a regular file
  $ echo mine > mine; sh -c 'for name in copy.db.$$.tmp copy.db.$$-0.tmp; do ln -s mine $name; done; exec covshift store backup copy.db --db drift.db'; cat mine; rm copy.db.*.tmp; covshift report --db copy.db | head -1
  mine
  OK: no shift in 16 features
  $ covshift store backup --db drift.db
  2> covshift store: backup needs COPY, the file to write
  2> Try 'covshift store --help'.
  [2]
  $ covshift store check more --db drift.db
  2> covshift store: check takes nothing else
  2> Try 'covshift store --help'.
  [2]
  $ covshift store mend --db drift.db
  2> covshift store: expected check or backup, not 'mend'
  2> Try 'covshift store --help'.
  [2]
  $ covshift store check
  2> covshift store: needs --db FILE
  2> Try 'covshift store --help'.
  [2]
  $ covshift store check --db nowhere.db
  2> covshift: nowhere.db: cannot use as a database: No such file or directory
  [2]
  $ sqlite3 copy.db "PRAGMA foreign_keys = OFF; DELETE FROM run"; covshift store check --db copy.db
  2> covshift: copy.db: damaged: a row of table attempt belongs to no row of run
  [2]
  $ damaged() { cp drift.db odd.db; sqlite3 odd.db "$1"; covshift store check --db odd.db | sed 's/version [0-9]*/version N/; 1q'; }
  > damaged "DROP TABLE measurement"
  > damaged "DROP TABLE run"
  > damaged "ALTER TABLE measurement DROP COLUMN low"
  > damaged "DROP INDEX subject_by_name"
  > damaged "CREATE TABLE change (monitor TEXT NOT NULL); DROP TABLE acknowledgement; ALTER TABLE change RENAME TO acknowledgement"
  > damaged "UPDATE curve SET vertices = x'01' WHERE subject = (SELECT max(subject) FROM curve)"
  > damaged "UPDATE subject SET kind = 'odd' WHERE id = (SELECT max(id) FROM subject)"
  > damaged "INSERT INTO series VALUES ('m', 'dataset', 'dataset', 'mcc', x'00')"
  > damaged "INSERT INTO network VALUES ('net', 'hash', 3, 'Relu', 1, '2026-01-31T02:00:00Z', x'00')"
  > damaged "CREATE TABLE mine (x); CREATE INDEX mine_by_x ON mine (x); PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'other', 'other', 0, 'CREATE VIRTUAL TABLE other USING of_another_program(a)')"
  odd.db: sound, version N, 3 runs
  2> covshift: odd.db: damaged: it lacks the table measurement
  2> covshift: odd.db: damaged: it lacks the table run
  2> covshift: odd.db: damaged: it lacks the column low REAL of table measurement
  2> covshift: odd.db: damaged: it lacks the index subject_by_name
  2> covshift: odd.db: damaged: it lacks the column because TEXT NOT NULL of table acknowledgement
  2> covshift: odd.db: damaged: run 6 is damaged: no whole number of vertices in table "curve"
  2> covshift: odd.db: damaged: run 6 is damaged: unknown kind "odd"
  2> covshift: odd.db: damaged: a series of monitor m is no state
  2> covshift: odd.db: damaged: network net is not as long as it was
  $ sqlite3 drift.db "PRAGMA wal_checkpoint(TRUNCATE)" > /dev/null; size=$(wc -c < drift.db)
  > dd if=/dev/urandom of=drift.db bs=4096 seek=20 count=2 conv=notrunc 2> /dev/null; covshift store check --db drift.db 2>&1 | cut -c 1-48
  covshift: drift.db: damaged: *** in database mai
