Where the report goes, and what happens when it cannot go there.

Needs: sqlite3

  $ covshift check --no-joint data/train.csv data/prod-west.csv -o report.txt
  [1]
  $ covshift check --no-joint data/train.csv data/prod-west.csv > printed.txt; cmp report.txt printed.txt
  $ covshift check --no-joint data/train.csv data/prod-west.csv -o - | cmp report.txt -

--quiet says nothing without a shift, writes the file that was asked for, and prints a shift.

  $ covshift check --no-joint data/train.csv data/null.csv --quiet
  $ covshift check --no-joint data/train.csv data/null.csv --quiet -o quiet.txt; head -1 quiet.txt
  OK: no shift in 16 features
  $ covshift check --no-joint data/train.csv data/prod-west.csv --quiet | cmp report.txt -
  $ covshift check --no-joint data/train.csv data/prod-west.csv --quiet --fail-on never | cmp report.txt -

A full disk and a closed pipe: exit status 2, and the run is taken back.

  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db --quiet
  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db -o /dev/full
  2> covshift: /dev/full: cannot write: No space left on device
  [2]
  $ (covshift check --no-joint data/train.csv data/null.csv --db drift.db; echo $? > status) | true; cat status
  2
  2> covshift: standard output: cannot write: Broken pipe
  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db >&-
  2> covshift: standard output: cannot write: Bad file descriptor
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db -o no/such/folder/report.txt
  2> covshift: no/such/folder/report.txt: cannot create: No such file or directory
  [2]
  $ mkdir folder; covshift check --no-joint data/train.csv data/null.csv --db drift.db -o folder
  2> covshift: folder: cannot write: Is a directory
  [2]
  $ sqlite3 drift.db 'PRAGMA integrity_check; SELECT count(*) FROM run; SELECT count(DISTINCT run) FROM subject'
  ok
  1
  1
  $ covshift report --db drift.db > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ covshift help > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ covshift plugins > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ covshift profile data/train.csv -o train.profile
  $ covshift show train.profile > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ covshift profile data/train.csv -o - > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ covshift profile data/train.csv -o /dev/full
  2> covshift: /dev/full: cannot write: No space left on device
  [2]
  $ covshift profile data/train.csv -o no/such/folder/train.profile
  2> covshift: no/such/folder/train.profile: cannot create: No such file or directory
  [2]
  $ covshift merge train.profile -o folder
  2> covshift: folder: cannot write: Is a directory
  [2]

A file that is there is replaced whole, or kept.

  $ echo old > report.txt; covshift check --no-joint data/train.csv missing.csv -o report.txt; cat report.txt
  old
  2> covshift: missing.csv: cannot open: No such file or directory
  $ echo old > report.txt; covshift check --no-joint data/train.csv data/null.csv -o report.txt; head -1 report.txt
  OK: no shift in 16 features

With standard input closed, no file takes its place.

  $ covshift check --no-joint data/train.csv data/null.csv --db other.db --quiet <&- 2>&-; sqlite3 other.db 'PRAGMA integrity_check'
  ok
  $ covshift check --no-joint data/train.csv - <&-
  2> covshift: standard input: is empty; a header row was expected
  [2]

  $ ls
  data
  drift.db
  folder
  other.db
  printed.txt
  quiet.txt
  report.txt
  status
  train.profile

A file larger than the user may have, in a folder of its own: the same. The user's commands get that limit as it is.

  $ mkdir small; cp drift.db small; cd small
  > for command in 'profile ../data/train.csv -o big.profile' 'check --no-joint ../data/train.csv ../data/null.csv --db new.db' 'check --no-joint ../data/train.csv ../data/null.csv --db drift.db' 'store backup copy.db --db drift.db'; do (ulimit -f 8; covshift $command; echo $?); done
  > covshift report --list --db drift.db | sed 1d | cut -c1-6; ls
  2
  2
  2
  2
       1
  drift.db
  2> covshift: big.profile: cannot write: File too large
  2> covshift: new.db: cannot write: disk I/O error
  2> covshift: drift.db: cannot query: File too large
  2> covshift: drift.db: cannot query: File too large
  $ printf 'db: hook.db\ntrain: data/train.csv\nproduction: {source: data/null.csv}\ndecision: {joint: no}\nhooks: [{when: always, run: "ulimit -f 8; exec head -c 100000 /dev/zero > small/hook.out"}]\n' > hook.yaml; covshift run hook.yaml --date 2026-01-30 -q; rm -r small hook.*
  2> covshift: monitor hook, 2026-01-30: run 1 is recorded, but hook 'ulimit -f 8; exec head -c 100000 /dev/zero > small/hook.out' was killed by signal 25

Another name of standard output, or of an open file, is written to as it is, and stays: what was there before is before it.

  $ covshift report --db drift.db > printed.txt; ln -s /proc/self/fd/1 again; ln -s again twice
  $ for path in again twice /dev/stdout /dev/fd/1; do (echo before; covshift report --db drift.db -o $path; echo after) > whole.txt; sed '1d; $d' whole.txt | cmp - printed.txt; done; test -L again && test -L twice
  $ covshift report --db drift.db -o /dev/fd/7 7> seventh.txt; cmp seventh.txt printed.txt
  $ covshift report --db drift.db -o /dev/fd/9
  2> covshift: /dev/fd/9: cannot open for writing: Bad file descriptor
  [2]
  $ covshift report --db drift.db -o /dev/stdout | cmp - printed.txt

What a command reads or keeps is not written over, under whatever name, and whether it is there yet or not.

  $ cp data/null.csv prod.csv; ln drift.db hard; ln -s drift.db soft; cp drift.db prod.csv train.profile folder; cp data/networks/mlp.onnx data/networks/cnn.onnx .
  > for path in drift.db ./drift.db "$PWD/drift.db" hard soft drift.db-wal drift.db-shm drift.db-journal; do covshift report --db drift.db -o "$path" 2>&1 | sed "s|$PWD|FOLDER|"; done
  > covshift history --db drift.db -o drift.db
  > covshift report --db drift.db -o drift.db -f nagios
  > covshift check --no-joint data/train.csv prod.csv --db new.db -o new.db
  > covshift check --no-joint data/train.csv prod.csv --db drift.db -o prod.csv
  > covshift profile prod.csv -o folder/../prod.csv
  > covshift profile prod.csv --like train.profile -o train.profile
  > covshift profile 'sqlite:drift.db?SELECT * FROM run' -o drift.db; covshift profile 'sqlite:drift.db?SELECT * FROM run' -o drift.db-wal
  > covshift network add mlp mlp.onnx --db folder/drift.db; cp folder/drift.db networks.db
  > covshift network recalibrate mlp data/networks/dim.csv --label class --db networks.db -o networks.db
  > covshift network recalibrate mlp.onnx data/networks/dim.csv --label class -o mlp.onnx
  > covshift network trace mlp.onnx mlp.onnx data/networks/train.csv --versus 'c*.onnx' -o cnn.onnx
  covshift: drift.db: is the database drift.db, which is not written over
  covshift: ./drift.db: is the database drift.db, which is not written over
  covshift: FOLDER/drift.db: is the database drift.db, which is not written over
  covshift: hard: is the database drift.db, which is not written over
  covshift: soft: is the database drift.db, which is not written over
  covshift: drift.db-wal: is the database's log drift.db-wal, which is not written over
  covshift: drift.db-shm: is the database's log drift.db-shm, which is not written over
  covshift: drift.db-journal: is the database's log drift.db-journal, which is not written over
  covshift: drift.db: is the database drift.db, which is not written over
  2> covshift: drift.db: is the database drift.db, which is not written over
  2> covshift: new.db: is the database new.db, which is not written over
  2> covshift: prod.csv: is the input prod.csv, which is not written over
  2> covshift: folder/../prod.csv: is the input prod.csv, which is not written over
  2> covshift: train.profile: is the input train.profile, which is not written over
  2> covshift: drift.db: is the input drift.db, which is not written over
  2> covshift: drift.db-wal: is the input's log drift.db-wal, which is not written over
  2> covshift: networks.db: is the database networks.db, which is not written over
  2> covshift: mlp.onnx: is the input mlp.onnx, which is not written over
  2> covshift: cnn.onnx: is the input cnn.onnx, which is not written over
  [2]
  $ ls new.db; cmp networks.db folder/drift.db; cmp mlp.onnx data/networks/mlp.onnx; cmp cnn.onnx data/networks/cnn.onnx; cmp prod.csv folder/prod.csv; cmp train.profile folder/train.profile; rm networks.db; covshift report --list --db hard | sed 1d | cut -c1-6
       1
  2> ls: cannot access 'new.db': No such file or directory
  $ covshift report 1 --db drift.db -o 1; covshift report 1 --db drift.db -o 1; head -1 1
  OK: no shift in 16 features

A monitoring system reads one line, and the exit status of its own convention.

  $ covshift check --no-joint data/train.csv data/prod-west.csv --only price --format nagios > line.txt
  [2]
  $ cut -d'|' -f1 line.txt; covshift check --no-joint data/train.csv data/null.csv --only price --format nagios | cut -d'|' -f1
  COVSHIFT CRITICAL - 1 of 1 feature shifted; strongest: price, W1/sd 1.34 
  COVSHIFT OK - no shift in 1 feature 
  $ covshift check --no-joint data/train.csv none.csv --format nagios
  covshift: none.csv: cannot open: No such file or directory
  [3]
