A day whose file comes late, and runs that are interrupted at each of their steps. Nights are SOURCE_DATE_EPOCH.

Needs: sqlite3

  $ cat > make.py << 'END'
  > import random
  > random.seed(2)
  > def write(name, n, shift):
  >     with open(name, "w") as file:
  >         file.write("x,y\n")
  >         for _ in range(n):
  >             file.write(f"{random.gauss(shift, 1):.4f},{random.choice('abc')}\n")
  > write("train.csv", 2000, 0)
  > for day in range(1, 9):
  >     write(f"day/2026-01-0{day}.csv", 500, 1 if day == 4 else 0)
  > END
  $ mkdir day; python3 make.py; mv day/2026-01-04.csv held
  $ cat > m.yaml << 'END'
  > db: m.db
  > train: train.csv
  > production: {source: "day/%F.csv", days_ago: 1, late_days: 3}
  > decision: {joint: no}
  > policy: {recover: 2}
  > END
  $ cat > night << 'END'
  > SOURCE_DATE_EPOCH=$(date -ud "2026-01-0$1 02:00" +%s) covshift run ${2:-m.yaml} --quiet > out; status=$?
  > grep -e alarm -e ^prod out; exit $status
  > END
  $ for d in 2 3 4; do sh night $d; done

The file is not there, then empty, then it comes: with shift in it, which is told as if it had been in time. The alarm ends with the next days that are without.

  $ sh night 5
  2> covshift: monitor m, 2026-01-04: no data: day/2026-01-04.csv: there is no such file
  [2]
  $ sh night 6; : > day/2026-01-04.csv; mv day/2026-01-06.csv held6; sh night 7
  2> covshift: monitor m, 2026-01-06: no data: day/2026-01-06.csv: there is no such file
  [2]
  $ mv held day/2026-01-04.csv; sh night 8
  prod   day/2026-01-04.csv, 500 rows
    data  alarm: 1 of the last 1 runs at alert
  prod   day/2026-01-07.csv, 500 rows
    data  the alarm is over: no alert in the last 2 runs
  [1]
  $ mv held6 day/2026-01-06.csv; sh night 9
  $ covshift report --list --db m.db
     RUN  STARTED, UTC      PERIOD      VERDICT       ALERT  WARN    OF  MONITOR
       1  2026-01-02 02:00  2026-01-01  ok                0     0     2  m
       2  2026-01-03 02:00  2026-01-02  ok                0     0     2  m
       3  2026-01-04 02:00  2026-01-03  ok                0     0     2  m
       5  2026-01-08 02:00  2026-01-04  alert             1     0     2  m
       4  2026-01-06 02:00  2026-01-05  ok                0     0     2  m
       7  2026-01-09 02:00  2026-01-06  ok                0     0     2  m
       6  2026-01-08 02:00  2026-01-07  ok                0     0     2  m
       8  2026-01-09 02:00  2026-01-08  ok                0     0     2  m
  $ for what in "report --list" "history --subject x --statistic psi"; do covshift $what --db m.db --format prometheus | sed -n 's/^covshift_.* //p' > times; sort -nc times; wc -l < times; done
  8
  8
  $ sqlite3 m.db "SELECT period, outcome FROM attempt ORDER BY id"
  2026-01-01|recorded
  2026-01-02|recorded
  2026-01-03|recorded
  2026-01-04|no data
  2026-01-05|recorded
  2026-01-04|no data
  2026-01-06|no data
  2026-01-04|recorded
  2026-01-07|recorded
  2026-01-06|recorded
  2026-01-08|recorded

Policy and references go by the days: of the day that came late those before it are the reference, of the days after it that one too. Lists are in the order of the days.

  $ covshift history --db m.db --subject x --statistic psi --format csv | cut -d , -f 1,5,14
  run,subject_verdict,period
  1,ok,2026-01-01
  2,ok,2026-01-02
  3,ok,2026-01-03
  5,alert,2026-01-04
  4,ok,2026-01-05
  7,ok,2026-01-06
  6,ok,2026-01-07
  8,ok,2026-01-08
  $ sqlite3 m.db "SELECT period, notice FROM run WHERE notice IS NOT NULL ORDER BY id"
  2026-01-04|alarm
  2026-01-07|recovery
  $ sed 's/m.db/r.db/; s/^decision/reference: rolling:2\ndecision/' m.yaml > r.yaml; mv day/2026-01-04.csv held
  > for d in 3 4 5 6; do sh night $d r.yaml > printed; done; mv held day/2026-01-04.csv; sh night 7 r.yaml > printed
  2> covshift: monitor r, 2026-01-04: no data: day/2026-01-04.csv: there is no such file
  [1]
  $ sqlite3 r.db "SELECT period, train_source FROM run"
  2026-01-02|train.csv
  2026-01-03|production of 2026-01-02
  2026-01-05|production of 2026-01-02 to 2026-01-03 (2 periods)
  2026-01-04|production of 2026-01-02 to 2026-01-03 (2 periods)
  2026-01-06|production of 2026-01-04 to 2026-01-05 (2 periods)

What the days after a late one have told is not told again, nor gainsaid: it ends no alarm that has lasted since or is over, and begins none that is known. An older one is told.

  $ cat > days.py << 'END'
  > import random, sys
  > random.seed(3)
  > for day, shift in enumerate(sys.argv[2], 1):
  >     with open(f"{sys.argv[1]}/2026-02-{day:02}.csv", "w") as file:
  >         file.write("x,y\n")
  >         for _ in range(500):
  >             file.write(f"{random.gauss(int(shift), 1):.4f},{random.choice('abc')}\n")
  > END
  $ cat > told << 'END'
  > mkdir $1; python3 days.py $1 $2
  > printf "db: $1.db\ntrain: train.csv\nproduction: {source: $1/%%F.csv}\ndecision: {joint: no}\n" > $1.yaml
  > for day in $3; do covshift run $1.yaml --date 2026-02-$day -q | sed -n "s/^ *data */$day: /p"; done
  > END
  $ sh told lasts 01011 "01 02 04 05 03"
  02: alarm: 1 of the last 1 runs at alert
  $ sh told over 01000 "01 02 04 03 05"
  02: alarm: 1 of the last 1 runs at alert
  04: the alarm is over: no alert in the last 1 runs
  $ sh told begins 00110 "01 02 04 03 05"
  04: alarm: 1 of the last 1 runs at alert
  05: the alarm is over: no alert in the last 1 runs
  $ sh told older 0100000001 "01 10 02 03 04"
  10: alarm: 1 of the last 1 runs at alert
  02: alarm: 1 of the last 1 runs at alert
  03: the alarm is over: no alert in the last 1 runs
  $ sqlite3 older.db "SELECT period, counted, notice FROM run ORDER BY period"
  2026-02-01|ok|
  2026-02-02|alert|alarm
  2026-02-03|ok|recovery
  2026-02-04|ok|
  2026-02-10|alert|alarm

A day that cannot be read is told every night while it is made up for, and keeps no other day from being run; so does news of it that a hook does not take.

  $ sed 's/m.db/b.db/' m.yaml > b.yaml; cp day/2026-01-02.csv held; echo '1,a"' >> day/2026-01-02.csv; for d in 3 4; do sh night $d b.yaml; done
  2> covshift: monitor b, 2026-01-02: day/2026-01-02.csv:502: a quote inside a field that does not begin with one
  2> covshift: monitor b, 2026-01-02: day/2026-01-02.csv:502: a quote inside a field that does not begin with one
  [2]
  $ mv held day/2026-01-02.csv; sh night 5 b.yaml
  prod   day/2026-01-04.csv, 500 rows
    data  alarm: 1 of the last 1 runs at alert
  [1]
  $ sqlite3 b.db "SELECT period, outcome FROM attempt ORDER BY id"
  2026-01-02|failed
  2026-01-02|failed
  2026-01-03|recorded
  2026-01-02|recorded
  2026-01-04|recorded
  $ (sed 's/m.db/f.db/' m.yaml; echo 'hooks: [{run: "exit 3"}]') > f.yaml; mv day/2026-01-04.csv held; sh night 5 f.yaml
  > mv held day/2026-01-04.csv; sh night 6 f.yaml; sqlite3 f.db "SELECT period FROM run"
  prod   day/2026-01-04.csv, 500 rows
    data  alarm: 1 of the last 1 runs at alert
  2026-01-04
  2026-01-05
  2> covshift: monitor f, 2026-01-04: no data: day/2026-01-04.csv: there is no such file
  2> covshift: monitor f, 2026-01-04: run 1 is recorded, but hook 'exit 3' failed with exit status 3

A day that would not be kept is not made up for.

  $ (sed 's/m.db/k.db/' m.yaml; echo 'keep: 2d') > k.yaml; mv day/2026-01-05.csv held; sh night 6 k.yaml; mv held day/2026-01-05.csv; sh night 8 k.yaml; sh night 8 k.yaml
  2> covshift: monitor k, 2026-01-05: no data: day/2026-01-05.csv: there is no such file
  $ sqlite3 k.db "SELECT period, outcome FROM attempt ORDER BY id; SELECT period FROM run"
  2026-01-06|recorded
  2026-01-07|recorded
  2026-01-06
  2026-01-07

Of a back-fill a day that fails is told, and the others are run; what is wrong with all days ends it at the first. The same command tries again what is missing.

  $ sed 's/m.db/t.db/; s/^decision/reference: previous\ndecision/' m.yaml > t.yaml; cp day/2026-01-03.csv held; echo '1,a"' >> day/2026-01-03.csv; mv day/2026-01-05.csv held5
  $ covshift run t.yaml --from 2026-01-02 --to 2026-01-06 -q > out; echo $?; grep -e alarm -e ^prod out; sqlite3 t.db "SELECT period, train_source FROM run"
  2
  prod   day/2026-01-04.csv, 500 rows
    data  alarm: 1 of the last 1 runs at alert
  2026-01-02|train.csv
  2026-01-04|production of 2026-01-02
  2026-01-06|production of 2026-01-04
  2> covshift: monitor t, 2026-01-03: day/2026-01-03.csv:502: a quote inside a field that does not begin with one
  2> covshift: monitor t, 2026-01-05: no data: day/2026-01-05.csv: there is no such file
  $ covshift report --list --db t.db | sed -n '/^Not/,$p'
  Not recorded
    2026-01-03  failed    day/2026-01-03.csv:502: a quote inside a field that does
                          not begin with one
    2026-01-05  no data   day/2026-01-05.csv: there is no such file
  $ mv held day/2026-01-03.csv; mv held5 day/2026-01-05.csv; covshift run t.yaml --from 2026-01-02 --to 2026-01-06 -q; sqlite3 t.db "SELECT period, train_source FROM run"
  2026-01-02|train.csv
  2026-01-04|production of 2026-01-02
  2026-01-06|production of 2026-01-04
  2026-01-03|production of 2026-01-02
  2026-01-05|production of 2026-01-04
  $ sed 's/t.db/n.db/; s/train.csv/broken.csv/' t.yaml > n.yaml; (cat train.csv; echo '1,a"') > broken.csv; covshift run n.yaml --from 2026-01-02 --to 2026-01-06 -q
  2> covshift: monitor n, 2026-01-02: broken.csv:2002: a quote inside a field that does not begin with one
  [2]

A hook that does not end holds the lock: the run is recorded, the next one says who is at work and does nothing. Killed, it leaves the news to the next run, which brings them.

  $ mkfifo pipe; sed 's/m.db/h.db/' m.yaml > h.yaml
  $ echo 'hooks: [{run: "wc -l < /dev/stdin > told; test -e quick || { : > begun; cat pipe; }", when: always}]' >> h.yaml
  $ covshift run h.yaml --date 2026-01-04 > out & while ! test -e begun; do sleep 0.1; done
  > sqlite3 h.db "SELECT r.period, outcome, pending FROM attempt JOIN run r ON r.id = run"
  > covshift run h.yaml --date 2026-01-05 2>&1 | grep -c 'covshift: monitor h is at work: process [0-9]* since .*; try again later, or with --wait'
  > kill -9 $!; wait $! 2> /dev/null; echo $?; : > pipe
  2026-01-04|recorded|3
  1
  137
  $ rm told; : > quick; covshift run h.yaml --date 2026-01-05 > out; test -s told; sqlite3 h.db "SELECT period, pending FROM run"
  2026-01-04|0
  2026-01-05|0

Killed between two windows of a day: the windows that are recorded stay, the next run says that one was aborted and does the rest.

  $ rm quick begun; sed 's/h.db/w.db/; s/days_ago/by: "rows:200", days_ago/' h.yaml > w.yaml
  $ covshift run w.yaml --date 2026-01-05 > out & while ! test -e begun; do sleep 0.1; done
  > kill -9 $!; wait $! 2> /dev/null; : > pipe; sqlite3 w.db "SELECT period, outcome FROM attempt; SELECT period FROM run; PRAGMA integrity_check"
  2026-01-05|running
  2026-01-05 #000001
  ok
  $ : > quick; covshift run w.yaml --date 2026-01-05 > out; sqlite3 w.db "SELECT period, outcome FROM attempt; SELECT period, prod_rows FROM run"
  2026-01-05|aborted
  2026-01-05|recorded
  2026-01-05 #000001|200
  2026-01-05 #000002|200
  2026-01-05 #000003|100
  2> covshift: monitor w: the last run was aborted
