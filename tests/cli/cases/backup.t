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
