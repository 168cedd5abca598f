A backup while another process is in the middle of a change: the copy is what was there before it.

Needs: sqlite3

  $ covshift check --no-joint data/train.csv data/null.csv --db w.db > check.txt
  $ cat > try << 'END'
  > mkfifo commands; sqlite3 w.db < commands > complaints 2>&1 &
  > exec 3> commands
  > printf '%s\n' "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; DELETE FROM run;" ".shell touch begun" >&3
  > n=0; until test -e begun || test $n = 200; do sleep 0.05; n=$((n+1)); done
  > covshift store backup copy.db --db w.db 3>&-; echo "status $?"
  > echo "COMMIT;" >&3; exec 3>&-; wait; cat complaints
  > END
  $ timeout 60 sh try; ls begun copy.db*
  status 0
  begun
  copy.db
  $ for db in w copy; do sqlite3 $db.db "PRAGMA integrity_check; SELECT count(*) FROM run; SELECT count(*) FROM subject"; done
  ok
  0
  0
  ok
  1
  17
  $ covshift report --db copy.db | head -1
  OK: no shift in 16 features

The same while runs are recorded, one after the other: every copy is sound.

  $ cat > try << 'END'
  > (for i in 1 2 3 4 5; do covshift check --no-joint data/train.csv data/null.csv --db w.db > check.txt 2>> complaints; done; touch done) &
  > n=0; until test -e done; do covshift store backup copy.db --db w.db 2>> complaints; covshift store check --db copy.db 2>> complaints | cut -d, -f1 | head -1; done | sort -u
  > wait; cat complaints; sqlite3 w.db "SELECT count(*) FROM run"
  > END
  $ timeout 100 sh try
  copy.db: sound
  5

What a process that was killed has left beside a database is not played into a copy that takes its place, nor into a new database.

  $ cat > killed.py << 'END'
  > import os, sqlite3, sys
  > db = sqlite3.connect(sys.argv[1], isolation_level=None)
  > for command in sys.argv[2:] + ["BEGIN", "DELETE FROM run", "CREATE TABLE more (x)"]:
  >     db.execute(command)
  > db.executemany("INSERT INTO more VALUES (?)", ((i,) for i in range(20000)))
  > if "PRAGMA journal_mode = WAL" in sys.argv:
  >     db.execute("COMMIT")
  > os._exit(9)
  > END
  $ wal() { python3 killed.py $1 'PRAGMA journal_mode = WAL' 'PRAGMA wal_autocheckpoint = 0' || true; }
  > covshift store backup copy.db --db w.db; cp copy.db whole.db; wal copy.db; covshift store backup copy.db --db whole.db; covshift report --list --db copy.db; ls copy.db*
  > covshift store backup copy.db --db whole.db && covshift report --list --db copy.db | sed 1d | cut -c1-6
  > wal copy.db; rm copy.db; covshift store backup copy.db --db whole.db; covshift check --no-joint data/train.csv data/null.csv --db copy.db
  no run is recorded
  copy.db
       2
       3
       4
       5
       6
  2> covshift: copy.db: cannot be replaced by a copy: its log is not empty (-wal): 'store check' takes that in where nobody has the file open; or remove it and its log
  2> covshift: copy.db: cannot create: copy.db-wal is the log of a database that is no more, and would change the new one: remove it, or put its database back
  2> covshift: copy.db: cannot create: copy.db-wal is the log of a database that is no more, and would change the new one: remove it, or put its database back
  [2]
  $ rm copy.db-wal; covshift check --no-joint data/train.csv data/null.csv --db copy.db -q; covshift report --list --db copy.db | sed 1d | cut -c1-6; ls copy.db*
       1
  copy.db
  $ python3 killed.py copy.db 'PRAGMA journal_mode = DELETE' 'PRAGMA cache_size = 2'; rm copy.db; covshift check --no-joint data/train.csv data/null.csv --db copy.db
  2> covshift: copy.db: cannot create: copy.db-journal is the log of a database that is no more, and would change the new one: remove it, or put its database back
  [2]
