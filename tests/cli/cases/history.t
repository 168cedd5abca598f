Values over the recorded runs.

  $ night() { SOURCE_DATE_EPOCH=$((1769824800 + 86400 * $1)) covshift check --no-joint data/train.csv data/$2.csv --only price --only wall --only rooms --db drift.db --quiet > /dev/null; }
  > night 0 null; night 1 null; night 2 prod-1998; night 3 prod-west
  [1]
  $ covshift report --db drift.db --list
     RUN  STARTED, UTC      VERDICT       ALERT  WARN    OF  PRODUCTION
       1  2026-01-31 02:00  ok                0     0     3  data/null.csv
       2  2026-02-01 02:00  ok                0     0     3  data/null.csv
       3  2026-02-02 02:00  warn              0     2     3  data/prod-1998.csv
       4  2026-02-03 02:00  alert             2     1     3  data/prod-west.csv
  $ covshift history --db drift.db
  4 runs, 1 to 4, 2026-01-31 to 2026-02-03
  
  SUBJECT  STATISTIC   LAST  VERDICT       OVER THE RUNS
  price    W1/sd       1.34  alert         ▁▁▂█
  rooms    W1/sd      0.227  warn          ▃▃▃█
  wall     JS         0.241  alert         ▂▂▄█
  $ covshift history --db drift.db --subject price --statistic psi
  4 runs, 1 to 4, 2026-01-31 to 2026-02-03
  
  price, PSI
  
            1.31 │                  ●
                 │
                 │
                 │
                 │
                 │
                 │
  alert     0.25 │┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
  warn       0.1 │┄┄┄┄┄┄┄┄┄┄┄┄●┄┄┄┄┄┄┄┄┄┄┄
               0 │●     ●
  
  last: run 4, 2026-02-03, 1.31, alert
  shifted in the last 2 runs, since run 3, 2026-02-02
  $ LC_ALL=C covshift history --db drift.db --subject wall --statistic jensen_shannon --last 3
  3 runs, 2 to 4, 2026-02-01 to 2026-02-03
  
  wall, JS
  
           0.241 |            *
                 |
                 |
  alert     0.15 |------------------
                 |
  warn       0.1 |------*-----------
                 |
                 |
                 |*
               0 |
  
  last: run 4, 2026-02-03, 0.241, alert
  shifted in the last 2 runs, since run 3, 2026-02-02
  $ covshift history --db drift.db --subject price --statistic psi --format csv
  run,started_at,type,subject,subject_verdict,statistic,value,low,high,p_adjusted,warn,alert,verdict,period,monitor
  1,2026-01-31T02:00:00Z,feature,price,ok,psi,0.006466368173632589,0,0.010515094160486564,,0.1,0.25,ok,,
  2,2026-02-01T02:00:00Z,feature,price,ok,psi,0.006466368173632589,0,0.010515094160486564,,0.1,0.25,ok,,
  3,2026-02-02T02:00:00Z,feature,price,warn,psi,0.08615143104295327,0.03118334368841387,0.13145174688037597,,0.1,0.25,ok,,
  4,2026-02-03T02:00:00Z,feature,price,alert,psi,1.3053164893967881,1.1333718197584717,1.4684817580537497,,0.1,0.25,alert,,
  $ covshift report --db drift.db --list --format json | python3 -c 'import json, sys; h = json.load(sys.stdin); print(h["schema"], len(h["runs"]), h["series"])'
  covshift.history/1 4 []

What is not there is said.

  $ covshift history --db drift.db --subject nothing
  2> covshift: drift.db: no run has a feature "nothing"
  [2]
  $ covshift history --db drift.db --statistic nothing
  2> covshift: drift.db: no statistic "nothing" is recorded
  [2]
  $ covshift history --db none.db
  2> covshift: none.db: cannot use as a database: No such file or directory
  [2]
  $ covshift history
  2> covshift history: needs --db FILE
  2> Try 'covshift history --help'.
  [2]
  $ covshift history --db drift.db --last 0
  2> covshift history: option '--last' takes a number of runs, not '0'
  2> Try 'covshift history --help'.
  [2]
  $ covshift report --db drift.db --list 3
  2> covshift report: --list takes neither RUN nor --against
  2> Try 'covshift report --help'.
  [2]

One run against another.

  $ covshift report 4 --against 3 --db drift.db | sed -n '/^Against/,/^$/p'
  Against run 3, 2026-02-02T02:00:00Z
    rooms  new: W1/sd 0.0806 → 0.227, ok → warn
    price  worse: W1/sd 0.23 → 1.34, warn → alert
    wall   worse: JS 0.119 → 0.241, warn → alert
  
  $ covshift report 1 --against 4 --db drift.db | sed -n '/^Against/,/^$/p'
  Against run 4, 2026-02-03T02:00:00Z
    rooms  gone: W1/sd 0.227 → 0.0526, warn → ok
    price  gone: W1/sd 1.34 → 0.0404, alert → ok
    wall   gone: JS 0.241 → 0.0176, alert → ok
  
  $ covshift report 1 --against 2 --db drift.db | sed -n '/^Against/,/^$/p'
  Against run 2, 2026-02-01T02:00:00Z
    no shift in either run
  
  $ covshift report 4 --against 3 --db drift.db -f csv | python3 -c '
  > import csv, sys
  > for row in csv.DictReader(sys.stdin):
  >     if row["statistic"] == "psi":
  >         print(row["subject"], row["against"], row["change"], row["subject_verdict_before"], row["subject_verdict"], row["value_before"] < row["value"])'
  price 3 worse warn alert True
  wall 3 worse warn alert True
  rooms 3 new ok warn True
  $ covshift report 4 --against 3 --db drift.db -f prometheus | grep change=
  covshift_changes{change="new"} 1
  covshift_changes{change="worse"} 2
  covshift_changes{change="better"} 0
  covshift_changes{change="gone"} 0
  covshift_changes{change="same"} 0
  covshift_subject_change{type="feature",subject="rooms",change="new"} 1
  covshift_subject_change{type="feature",subject="price",change="worse"} 1
  covshift_subject_change{type="feature",subject="wall",change="worse"} 1
  $ covshift report 4 --against 3 --db drift.db -f junit | grep -o 'against.*<'
  against run 3: 1 new, 2 worse<
  against run 3: worse, W1/sd 0.23 → 1.34, warn → alert<
  against run 3: worse, JS 0.119 → 0.241, warn → alert<
  against run 3: new, W1/sd 0.0806 → 0.227, ok → warn<
  $ covshift report 4 --against 3 --db drift.db -f nagios
  COVSHIFT CRITICAL - 3 of 3 features shifted; strongest: price, W1/sd 1.34; against run 3: 1 new, 2 worse |alert=2;;0;0;3 warn=1;0;;0;3 inconclusive=0;;;0;3 new=1;;;0 worse=2;;;0 better=0;;;0 gone=0;;;0 'price'=5.347;;1;0 'wall'=1.605;;1;0 'rooms'=0.9077;;1;0
  [2]
  $ covshift report 4 --against 9 --db drift.db
  2> covshift: drift.db: there is no run 9
  [2]

The exit status of a monitoring plugin: 0 ok, 1 warn, 2 alert, 3 trouble, which is then told on standard output.

  $ covshift report 1 --db drift.db --format nagios
  COVSHIFT OK - no shift in 3 features |alert=0;;0;0;3 warn=0;0;;0;3 inconclusive=0;;;0;3 'price'=0.1615;;1;0 'wall'=0.1176;;1;0 'rooms'=0.2104;;1;0
  $ covshift report 3 --db drift.db --format nagios
  COVSHIFT WARNING - 2 of 3 features shifted; strongest: price, W1/sd 0.23 |alert=0;;0;0;3 warn=2;0;;0;3 inconclusive=0;;;0;3 'price'=0.9208;;1;0 'wall'=0.7951;;1;0 'rooms'=0.3224;;1;0
  [1]
  $ covshift report --db drift.db --format nagios
  COVSHIFT CRITICAL - 3 of 3 features shifted; strongest: price, W1/sd 1.34 |alert=2;;0;0;3 warn=1;0;;0;3 inconclusive=0;;;0;3 'price'=5.347;;1;0 'wall'=1.605;;1;0 'rooms'=0.9077;;1;0
  [2]
  $ covshift report 9 --db drift.db --format nagios
  covshift: drift.db: there is no run 9
  [3]
  $ covshift check data/train.csv nowhere.csv --format nagios
  covshift: nowhere.csv: cannot open: No such file or directory
  [3]
  $ covshift check --format nagios data/train.csv --bad
  2> covshift check: unknown option '--bad'
  2> Try 'covshift check --help'.
  [3]

The same run gives the same bytes, also when others have been recorded since, and wherever it is rendered.

  $ for f in text json markdown csv html prometheus junit nagios; do covshift report 3 --db drift.db -f $f -o before.$f || echo $f $?; done
  > covshift check --no-joint data/train.csv data/null.csv --only price --db drift.db --quiet; mkdir elsewhere
  > for f in text json markdown csv html prometheus junit nagios; do (cd elsewhere; covshift report 3 --db ../drift.db -f $f -o after.$f || echo $f $?); cmp before.$f elsewhere/after.$f; done
  nagios 1
  nagios 1
  $ grep -c "$PWD" before.*
  before.csv:0
  before.html:0
  before.json:0
  before.junit:0
  before.markdown:0
  before.nagios:0
  before.prometheus:0
  before.text:0
  [1]

A full disk and a closed pipe.

  $ covshift report --db drift.db -f html -o /dev/full
  2> covshift: /dev/full: cannot write: No space left on device
  [2]
  $ covshift report --db drift.db -f html > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ covshift history --db drift.db -f html > /dev/full
  2> covshift: standard output: cannot write: No space left on device
  [2]
  $ (covshift report --db drift.db -f html; echo $? > status) | true; cat status
  2
  2> covshift: standard output: cannot write: Broken pipe
