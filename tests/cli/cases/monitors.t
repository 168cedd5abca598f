Several monitors with one database are told apart.

  $ mkdir day; cp data/null.csv day/2026-01-29.csv; cp data/null.csv day/2026-01-30.csv
  $ cat > monitor << 'END'
  > cat > m.yaml << MONITOR
  > {name: $1, db: $2, train: data/train.csv, production: {source: "day/%F.csv"}, decision: {joint: no},
  >  features: [{name: "*", exclude: yes}, {name: price, exclude: no}]}
  > MONITOR
  > covshift run m.yaml --from 2026-01-29 --to ${3:-2026-01-30} --quiet
  > END
  $ sh monitor prices-north m.db; sh monitor prices-south m.db 2026-01-31
  2> covshift: monitor prices-south, 2026-01-31: no data: day/2026-01-31.csv: there is no such file
  [2]
  $ covshift report --list --db m.db
     RUN  STARTED, UTC      PERIOD      VERDICT       ALERT  WARN    OF  MONITOR
       1  2026-01-31 02:00  2026-01-29  ok                0     0     1  prices-n…
       3  2026-01-31 02:00  2026-01-29  ok                0     0     1  prices-s…
       2  2026-01-31 02:00  2026-01-30  ok                0     0     1  prices-n…
       4  2026-01-31 02:00  2026-01-30  ok                0     0     1  prices-s…
  
  Not recorded
    2026-01-31  no data   day/2026-01-31.csv: there is no such file
  $ LC_ALL=C covshift report --list --db m.db | head -3
     RUN  STARTED, UTC      PERIOD      VERDICT       ALERT  WARN    OF  MONITOR
       1  2026-01-31 02:00  2026-01-29  ok                0     0     1  prices-n...
       3  2026-01-31 02:00  2026-01-29  ok                0     0     1  prices-s...

Where there is no room for that, lines become too long; the name of a single monitor gives way.

  $ sh monitor prices-of-all-the-houses-north long.db; sh monitor prices-of-all-the-houses-south long.db; covshift report --list --db long.db
     RUN  STARTED, UTC      PERIOD      VERDICT       ALERT  WARN    OF  MONITOR
       1  2026-01-31 02:00  2026-01-29  ok                0     0     1  prices-of-all-the-houses-n…
       3  2026-01-31 02:00  2026-01-29  ok                0     0     1  prices-of-all-the-houses-s…
       2  2026-01-31 02:00  2026-01-30  ok                0     0     1  prices-of-all-the-houses-n…
       4  2026-01-31 02:00  2026-01-30  ok                0     0     1  prices-of-all-the-houses-s…
  $ sh monitor prices-of-houses one.db; covshift report --list --db one.db
     RUN  STARTED, UTC      PERIOD      VERDICT       ALERT  WARN    OF  MONITOR
       1  2026-01-31 02:00  2026-01-29  ok                0     0     1  prices-o…
       2  2026-01-31 02:00  2026-01-30  ok                0     0     1  prices-o…

Metrics of the past: each monitor has its series. Days and windows of time have their own times, also where they were run in one second, other windows a label; a series has one sample at a time.

  $ covshift history --db m.db --subject price --statistic psi -f prometheus
  # HELP covshift_statistic Value of a statistic.
  # TYPE covshift_statistic gauge
  covshift_statistic{monitor="prices-north",type="feature",subject="price",statistic="psi"} 0.006466368173632589 1769644800
  covshift_statistic{monitor="prices-north",type="feature",subject="price",statistic="psi"} 0.006466368173632589 1769731200
  covshift_statistic{monitor="prices-south",type="feature",subject="price",statistic="psi"} 0.006466368173632589 1769644800
  covshift_statistic{monitor="prices-south",type="feature",subject="price",statistic="psi"} 0.006466368173632589 1769731200
  # EOF
  $ covshift report --list --db m.db -f prometheus | tail -n +3
  covshift_verdict{monitor="prices-north"} 0 1769644800
  covshift_verdict{monitor="prices-north"} 0 1769731200
  covshift_verdict{monitor="prices-south"} 0 1769644800
  covshift_verdict{monitor="prices-south"} 0 1769731200
  # EOF
  $ sed 's/one.db/w.db/; s/csv"}/csv", by: time:120d}/; s/name: "\*", exclude: yes/name: sold/' m.yaml > w.yaml; covshift run w.yaml --date 2026-01-29 -q
  > sed 's/one.db/w.db/; s/csv"}/csv", by: rows:900}/' m.yaml > w.yaml; covshift run w.yaml --date 2026-01-30 -q; covshift report --list --db w.db -f prometheus | tail -n +3
  covshift_verdict{monitor="prices-of-houses"} 1 725760000
  covshift_verdict{monitor="prices-of-houses"} 1 736128000
  covshift_verdict{monitor="prices-of-houses"} 1 746496000
  covshift_verdict{monitor="prices-of-houses"} 1 756864000
  covshift_verdict{monitor="prices-of-houses"} 0 767232000
  covshift_verdict{monitor="prices-of-houses"} 0 777600000
  covshift_verdict{monitor="prices-of-houses"} 1 787968000
  covshift_verdict{monitor="prices-of-houses",window="#000001"} 0 1769731200
  covshift_verdict{monitor="prices-of-houses",window="#000002"} 0 1769731200
  covshift_verdict{monitor="prices-of-houses",window="#000003"} 0 1769731200
  # EOF
  $ for i in 1 2; do covshift check data/train.csv data/null.csv --no-joint --only price --by rows:900 --db c.db > out; done; covshift report --list --db c.db -f prometheus | tail -n +3
  covshift_verdict{window="rows 1 to 900"} 0 1769824800
  covshift_verdict{window="rows 1801 to 2000"} 0 1769824800
  covshift_verdict{window="rows 901 to 1800"} 0 1769824800
  # EOF

Tables for programs tell the monitor and the period, at the end of a line.

  $ covshift report 2 --against 1 --db m.db -f csv | grep -e ^run -e ,psi, | cut -d , -f 17-
  reason,against,change,subject_verdict_before,value_before,monitor,period
  ,1,,ok,0.006466368173632589,prices-north,2026-01-30
  $ covshift history --db m.db --subject price --statistic psi -f csv | cut -d , -f 1,14-
  run,period,monitor
  1,2026-01-29,prices-north
  3,2026-01-29,prices-south
  2,2026-01-30,prices-north
  4,2026-01-30,prices-south
  $ covshift report --list --db m.db -f markdown | head -3
  | Run | Started | Period | Verdict | Alert | Warn | Of | Monitor | Production |
  |---:|---|---|---|---:|---:|---:|---|---|
  | 1 | 2026-01-31T02:00:00Z | `2026-01-29` | ok | 0 | 0 | 1 | `prices-north` | `day/2026-01-29.csv` |
