When verdicts become alarms: 2 of 3 runs, a reminder, a recovery after two calm runs, a cooldown, an acknowledgement.

Needs: sqlite3

  $ cat > m.yaml << 'END'
  > db: m.db
  > train: data/train.csv
  > production: {source: "%Y-%m-%d.csv"}
  > decision: {joint: no}
  > policy: {runs: 2, of: 3, remind: 3, recover: 2, cooldown: 2}
  > hooks:
  >   - {run: "echo called >> calls; test -e works", when: alarm}
  > END
  $ for day in 1 3 4 5 6 7 11 12 13; do cp data/prod-west.csv 2026-01-$(printf %02d $day).csv; done
  > for day in 2 8 9 10; do cp data/null.csv 2026-01-$(printf %02d $day).csv; done; touch works
  $ for day in 01 02 03 04 05 06 07 08 09 10 11 12 13; do covshift run m.yaml --date 2026-01-$day --quiet > out; echo $day $? $(grep -c . < out) lines; done
  01 0 0 lines
  02 0 0 lines
  03 1 59 lines
  04 0 0 lines
  05 0 0 lines
  06 1 59 lines
  07 0 0 lines
  08 0 0 lines
  09 0 18 lines
  10 0 0 lines
  11 0 0 lines
  12 1 59 lines
  13 0 0 lines
  $ sqlite3 m.db "SELECT period, verdict, counted, notice FROM run"; wc -l < calls
  2026-01-01|alert|alert|
  2026-01-02|ok|ok|
  2026-01-03|alert|alert|alarm
  2026-01-04|alert|alert|
  2026-01-05|alert|alert|
  2026-01-06|alert|alert|reminder
  2026-01-07|alert|alert|
  2026-01-08|ok|ok|
  2026-01-09|ok|ok|recovery
  2026-01-10|ok|ok|
  2026-01-11|alert|alert|
  2026-01-12|alert|alert|alarm
  2026-01-13|alert|alert|
  3
  $ covshift report --db m.db 3 | grep -A1 '^Notes'; covshift report --db m.db 9 | grep 'data  the alarm'
  Notes
    data  alarm: 2 of the last 3 runs at alert
    data  the alarm is over: no alert in the last 2 runs

What is acknowledged does not count, until the day that was given; what else shifts, does.

  $ cp m.db full.db; covshift ack 13 --until 2026-01-15 --because full --db full.db > /dev/full; sqlite3 full.db "SELECT count(*) > 0 FROM acknowledgement"; rm full.db
  1
  2> covshift: standard output: cannot write: No space left on device; done all the same: 16 shifted subjects of run 13 acknowledged until 2026-01-15
  $ covshift ack 13 --until 2026-01-15 --because "new county, retraining" --db m.db
  16 shifted subjects of run 13 acknowledged until 2026-01-15
  $ cp 2026-01-13.csv 2026-01-14.csv; cp 2026-01-13.csv 2026-01-16.csv; (head -1 data/train.csv; sed 1d 2026-01-13.csv | sed 's/^[^,]*/,/;s/,,/,/') > 2026-01-15.csv
  $ for day in 14 15 16; do covshift run m.yaml --date 2026-01-$day --quiet > out; echo $day $?; done; sqlite3 m.db "SELECT period, verdict, counted, notice FROM run WHERE id > 13; SELECT monitor, type, subject, until, because, run FROM acknowledgement LIMIT 2"
  14 0
  15 1
  16 0
  2026-01-14|alert|ok|
  2026-01-15|alert|alert|reminder
  2026-01-16|alert|alert|
  m|dataset|dataset|2026-01-15|new county, retraining|13
  m|feature|price|2026-01-15|new county, retraining|13
  $ covshift ack 2 --until 2026-01-15 --because calm --db m.db
  2> covshift: m.db: run 2 is no run of a monitor in which something is shifted
  [2]
  $ covshift ack 99 --until 2026-01-15 --because none --db m.db
  2> covshift: m.db: run 99 is no run of a monitor in which something is shifted
  [2]
  $ covshift ack 13 --until 2026-01-12 --because late --db m.db
  2> covshift: m.db: run 13 is about 2026-01-13, which is after 2026-01-12
  [2]
  $ covshift ack 13 --until 2026-01-15 --db m.db
  2> covshift ack: needs --db FILE, --until DAY and --because TEXT
  2> Try 'covshift ack --help'.
  [2]
  $ covshift ack 13 --until tomorrow --because x --db m.db
  2> covshift ack: option '--until' takes a date such as 2026-01-31, not 'tomorrow'
  2> Try 'covshift ack --help'.
  [2]
  $ covshift ack 13 --until 2026-01-15 --because x --db nowhere.db
  2> covshift: nowhere.db: cannot use as a database: No such file or directory
  [2]

What else shifts the night after is another alarm: the acknowledged one has not ended, but it is answered. Without an acknowledgement it is the same alarm.

  $ cat > make.py << 'END'
  > import random
  > random.seed(3)
  > def write(name, n, x, y):
  >     with open(name, "w") as file:
  >         file.write("x,y\n")
  >         for _ in range(n):
  >             file.write(f"{random.gauss(x, 1):.4f},{random.gauss(y, 1):.4f}\n")
  > write("two.csv", 2000, 0, 0)
  > for day, x, y in (1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 1, 1), (5, 1, 0):
  >     write(f"t/2026-01-0{day}.csv", 500, x, y)
  > END
  $ mkdir t; python3 make.py; for m in known not; do
  > printf "db: $m.db\ntrain: two.csv\nproduction: {source: t/%%F.csv}\ndecision: {joint: no}\n" > $m.yaml
  > for day in 1 2 3 4 5; do covshift run $m.yaml --date 2026-01-0$day --quiet > out; echo $day $?
  > if [ $m$day = known2 ]; then covshift ack 2 --until 2026-01-31 --because x --db $m.db; fi; done
  > sqlite3 $m.db "SELECT period, counted, notice FROM run WHERE notice IS NOT NULL"; done
  1 0
  2 1
  2 shifted subjects of run 2 acknowledged until 2026-01-31
  3 1
  4 0
  5 0
  2026-01-02|alert|alarm
  2026-01-03|alert|alarm
  2026-01-05|ok|recovery
  1 0
  2 1
  3 0
  4 0
  5 0
  2026-01-02|alert|alarm

The alarm is over when what still alerts is acknowledged, and comes again when that ends.

  $ sed 's/known/ends/g' known.yaml > ends.yaml; for day in 2 3 4 5; do cp t/2026-01-02.csv t/2026-01-0$day.csv 2> /dev/null; covshift run ends.yaml --date 2026-01-0$day -q > out; grep '^  data' out
  > if [ $day = 2 ]; then covshift ack 1 --until 2026-01-04 --because x --db ends.db; fi; done
    data  alarm: 1 of the last 1 runs at alert
  2 shifted subjects of run 1 acknowledged until 2026-01-04
    data  the alarm is over: no alert in the last 1 runs but what is acknowledged
    data  1 shifted subject is acknowledged
    data  alarm: 1 of the last 1 runs at alert

A run that cannot judge what was shifted neither ends an alarm nor keeps it from ending: it lasts, unconfirmed. What else could not be judged does not matter.

  $ cat > u.yaml << 'END'
  > db: u.db
  > train: data/train.csv
  > production: {source: "u/%Y-%m-%d.csv"}
  > features: [{name: "*", exclude: yes}, {name: "[pb]*", exclude: no}]
  > decision: {joint: no}
  > policy: {remind: 3}
  > END
  $ mkdir u; cp data/prod-west.csv u/2026-01-02.csv; for day in 01 03 04 05 06 08; do head -30 data/null.csv > u/2026-01-$day.csv; done; cp data/null.csv u/2026-01-07.csv
  $ covshift run u.yaml --from 2026-01-01 --to 2026-01-08 --quiet | grep -e '^[A-Z]*: ' -e '^prod' -e '^  data'
  ALERT: 3 of 3 features shifted; strongest: price, W1/sd 1.34
  prod   u/2026-01-02.csv, 2,000 rows
    data  alarm: 1 of the last 1 runs at alert
  INCONCLUSIVE: 3 of 3 features could not be judged
  prod   u/2026-01-05.csv, 29 rows
    data  the alarm lasts, unconfirmed since 2026-01-03: price could not be judged
  OK: no shift in 3 features
  prod   u/2026-01-07.csv, 2,000 rows
    data  the alarm is over: no alert in the last 1 runs
  $ sqlite3 u.db "SELECT period, verdict, counted, notice FROM run"
  2026-01-01|inconclusive|ok|
  2026-01-02|alert|alert|alarm
  2026-01-03|inconclusive|inconclusive|
  2026-01-04|inconclusive|inconclusive|
  2026-01-05|inconclusive|inconclusive|reminder
  2026-01-06|inconclusive|inconclusive|
  2026-01-07|ok|ok|recovery
  2026-01-08|inconclusive|ok|
  $ covshift report --db u.db 4 | grep unconfirmed
    data  the alarm lasts, unconfirmed since 2026-01-03: price could not be judged
  $ cat > joint.py << 'END'
  > import random
  > random.seed(4)
  > def write(name, n, rho):
  >     with open(name, "w") as file:
  >         file.write("x,y\n")
  >         for _ in range(n):
  >             x = random.gauss(0, 1)
  >             file.write(f"{x:.4f},{rho * x + (1 - rho**2)**0.5 * random.gauss(0, 1):.4f}\n")
  > write("xy.csv", 2000, 0.9)
  > for day, n, rho in (1, 800, 0), (2, 8, 0), (3, 800, 0.9): write(f"u/2026-02-0{day}.csv", n, rho)
  > END
  $ python3 joint.py; printf 'db: j.db\ntrain: xy.csv\nproduction: {source: "u/%%F.csv"}\npolicy: {remind: 1}\n' > j.yaml
  $ covshift run j.yaml --from 2026-02-01 --to 2026-02-03 --quiet | grep -E '^[A-Z]+: |alarm'
  ALERT: the data set shifted, none of its 2 features alone
    data  alarm: 1 of the last 1 runs at alert
  INCONCLUSIVE: 2 of 2 features could not be judged
    data  the alarm lasts, unconfirmed since 2026-02-02: dataset could not be
  OK: no shift in 2 features
    data  the alarm is over: no alert in the last 1 runs

  $ sed 's/u.db/k.db/' u.yaml > k.yaml; covshift run k.yaml --from 2026-01-02 --to 2026-01-03 -q > out; covshift ack 1 --until 2026-01-31 --because known --db k.db; covshift run k.yaml --date 2026-01-04 -q | grep '^  *data'
  4 shifted subjects of run 1 acknowledged until 2026-01-31
    data  the alarm is over: no alert in the last 1 runs

News that a hook could not take are not lost: the next run calls it again.

  $ rm works calls; sed 's/m.db/h.db/' m.yaml > h.yaml; covshift run h.yaml --from 2026-01-03 --to 2026-01-04 --quiet > out
  2> covshift: monitor h, 2026-01-04: run 2 is recorded, but hook 'echo called >> calls; test -e works' failed with exit status 1
  [2]
  $ sqlite3 h.db "SELECT period, pending FROM run"; covshift run h.yaml --date 2026-01-02 --quiet
  2026-01-03|0
  2026-01-04|3
  2> covshift: monitor h: run 2 is recorded, but hook 'echo called >> calls; test -e works' failed with exit status 1
  [2]
  $ touch works; covshift run h.yaml --date 2026-01-02 --quiet; sqlite3 h.db "SELECT period, pending FROM run"; cat calls
  2026-01-03|0
  2026-01-04|0
  2026-01-02|0
  called
  called
  called

A budget of false alarms sets the level of the test.

  $ sed 's/^policy.*/policy: {false_alarms: {at_most: 1, runs: 100}}/' m.yaml > b.yaml; sed 's/at_most: 1/at_most: 0/' b.yaml > bad.yaml
  $ covshift run bad.yaml
  2> covshift: bad.yaml: line 5, column 24: policy.false_alarms: expected at_most and runs, such as {at_most: 1, runs: 30}
  [2]
  $ sed 's/^policy.*/policy: {runs: 3, of: 2}/' m.yaml > bad.yaml; covshift run bad.yaml
  2> covshift: bad.yaml: line 5, column 23: policy.of: expected a whole number from 3 to 64, found '2'
  [2]
