What a monitoring system is told of a monitor each morning: what is acknowledged is known, a day without a run is trouble, and so is a monitor that is not there. Nights are SOURCE_DATE_EPOCH.

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
  >     write(f"day/2026-01-0{day}.csv", 500, 1 if day > 1 else 0)
  > END
  $ mkdir day; python3 make.py
  $ printf 'db: m.db\ntrain: train.csv\nproduction: {source: "day/%%F.csv", days_ago: 1}\ndecision: {joint: no}\n' > m.yaml
  $ cat > morning << 'END'
  > SOURCE_DATE_EPOCH=$(date -ud "2026-01-0$1 02:00" +%s) covshift run m.yaml --quiet > out 2> err; echo run $?
  > covshift report --db m.db --format nagios | sed 's/ |.*//'
  > covshift report --db m.db --format nagios > out; echo nagios $?
  > END
  $ covshift report --db m.db --format nagios
  covshift: m.db: cannot use as a database: No such file or directory
  [3]
  $ sh morning 2
  run 0
  COVSHIFT OK - no shift in 2 features; m of 2026-01-01
  nagios 0
  $ sh morning 3; covshift ack 2 --until 2026-01-31 --because known --db m.db
  run 1
  COVSHIFT CRITICAL - 1 of 2 features shifted; strongest: x, W1/sd 1.01; m of 2026-01-02
  nagios 2
  2 shifted subjects of run 2 acknowledged until 2026-01-31

Acknowledged since: without the number of a run the state of the monitor, with it what the run has found.

  $ covshift report --db m.db --format nagios --monitor m; covshift report 2 --db m.db --format nagios
  COVSHIFT OK - 1 of 2 features shifted; strongest: x, W1/sd 1.01; m of 2026-01-02; 1 shifted subject is acknowledged |alert=1;;0;0;2 warn=0;0;;0;2 inconclusive=0;;;0;2 'x'=4.036;;1;0 'y'=0.1032;;1;0
  COVSHIFT CRITICAL - 1 of 2 features shifted; strongest: x, W1/sd 1.01; m of 2026-01-02 |alert=1;;0;0;2 warn=0;0;;0;2 inconclusive=0;;;0;2 'x'=4.036;;1;0 'y'=0.1032;;1;0
  [2]
  $ sh morning 4
  run 0
  COVSHIFT OK - 1 of 2 features shifted; strongest: x, PSI 1.01; m of 2026-01-03; 1 shifted subject is acknowledged
  nagios 0
  $ sed -i '2,$s/^\([^,]*\),.*/\1,c/' day/2026-01-04.csv; sh morning 5
  run 1
  COVSHIFT CRITICAL - 2 of 2 features shifted; strongest: y, lost categories 66 %; m of 2026-01-04; 1 shifted subject is acknowledged
  nagios 2

No file; one that cannot be read; a process that is at work, or was killed; a day that is made up for is not the last one.

  $ mv day/2026-01-05.csv held; sh morning 6
  run 2
  covshift: monitor m, 2026-01-05: no data: day/2026-01-05.csv: there is no such file
  nagios 3
  $ echo '1,a"' > day/2026-01-06.csv; sh morning 7
  run 2
  covshift: monitor m, 2026-01-06: failed: day/2026-01-06.csv:1: a quote inside a field that does not begin with one
  nagios 3
  $ sqlite3 m.db "INSERT INTO attempt (monitor, period, started_at, outcome) VALUES ('m', '2026-01-07', '2026-01-08T02:00:00Z', 'running')"; covshift report --db m.db --format nagios
  covshift: monitor m, 2026-01-07: running: at work, or its process has died
  [3]
  $ sh morning 8; mv held day/2026-01-05.csv; covshift run m.yaml --date 2026-01-05 -q > out; covshift report --db m.db --format nagios | sed 's/ |.*//'
  run 0
  COVSHIFT OK - 1 of 2 features shifted; strongest: x, W1/sd 0.947; m of 2026-01-07; 1 shifted subject is acknowledged
  nagios 0
  COVSHIFT OK - 1 of 2 features shifted; strongest: x, W1/sd 0.947; m of 2026-01-07; 1 shifted subject is acknowledged

One database of several monitors: each has its state. Other formats have the last run, whatever came after.

  $ sed 's/^production.*/production: {source: "none.csv"}/' m.yaml > other.yaml; covshift run other.yaml --date 2026-01-09
  2> covshift: monitor other, 2026-01-09: no data: none.csv: there is no such file
  [2]
  $ covshift report --db m.db --monitor other --format nagios
  covshift: monitor other, 2026-01-09: no data: none.csv: there is no such file
  [3]
  $ covshift report --db m.db --monitor other
  2> covshift: monitor other, 2026-01-09: no data: none.csv: there is no such file
  [2]
  $ covshift report --db m.db --monitor nope --format nagios
  covshift: m.db: no run of a monitor "nope"; there are m, other
  [3]
  $ covshift report 2 --db m.db --monitor m
  2> covshift report: --monitor is about the last run, or --list: no RUN
  2> Try 'covshift report --help'.
  [2]
  $ covshift report --db m.db --monitor m | sed -n 5p; covshift report --list --db m.db --monitor other; covshift report --list --db m.db --monitor m | tail -4
  run    5, 2026-01-07, started 2026-01-08T02:00:00Z
  no run is recorded
  
  Not recorded
    2026-01-09  no data   none.csv: there is no such file
  
  Not recorded
    2026-01-06  failed    day/2026-01-06.csv:1: a quote inside a field that does
                          not begin with one
  $ covshift history --db m.db --monitor nope
  2> covshift: m.db: no run of a monitor "nope"; there are m, other
  [2]
  $ for what in "history --monitor m" "report --list" "history --monitor other"; do covshift $what --db m.db --format nagios > out; echo $? $(cut -d';' -f1 out); done
  2 COVSHIFT CRITICAL - 5 of 6 runs alerted, 0 warned
  2 COVSHIFT CRITICAL - 5 of 6 runs alerted, 0 warned
  3 COVSHIFT UNKNOWN - 0 of 0 runs alerted, 0 warned |runs=0
  $ printf 'name: c\ndb: c.db\ntrain: train.csv\nproduction: {source: day/2026-01-01.csv, by: column:y}\ndecision: {joint: no}\nfeatures: [{name: y, kind: identifier}]\n' > c.yaml
  > covshift run c.yaml --date 2026-01-09 -q; covshift report --db c.db --monitor c:b --format nagios | sed 's/ |.*//'
  > sed -i s/day.2026-01-01/none/ c.yaml; covshift run c.yaml --date 2026-01-10; covshift report --db c.db --monitor c:b --format nagios; covshift report --db c.db --monitor c
  COVSHIFT OK - no shift in 1 feature; c:b of 2026-01-09
  covshift: monitor c:b, 2026-01-10: no data: none.csv: there is no such file
  2> covshift: monitor c, 2026-01-10: no data: none.csv: there is no such file
  2> covshift: monitor c, 2026-01-10: no data: none.csv: there is no such file
  [2]

A folder for each day: one that is not there has no file. Of several, those that are not there are passed over.

  $ mkdir -p daily/2026-01-01/b; cp day/2026-01-01.csv daily/2026-01-01/b; ln -s /nowhere daily/2026-01-01/a
  $ printf 'name: f\ndb: f.db\ntrain: train.csv\nproduction: {source: "daily/%%F/*/*.csv"}\ndecision: {joint: no}\n' > f.yaml
  $ covshift run f.yaml --date 2026-01-01 -q; covshift report --db f.db --format nagios | sed 's/ |.*//'
  COVSHIFT OK - no shift in 2 features; f of 2026-01-01
  $ covshift run f.yaml --date 2026-01-02; covshift report --db f.db --format nagios; echo $?
  covshift: monitor f, 2026-01-02: no data: daily/2026-01-02/*/*.csv: there is no such file
  3
  2> covshift: monitor f, 2026-01-02: no data: daily/2026-01-02/*/*.csv: there is no such file
