What a monitor compares with: the previous period, the last ones, the same day of the week. The profiles come from the database.

Needs: sqlite3

  $ (head -1 data/null.csv; tail -1000 data/null.csv) > half.csv
  $ for day in 01 02 03 08 09 10; do cp data/null.csv 2026-01-$day.csv; done; cp half.csv 2026-01-04.csv; cp data/prod-west.csv 2026-01-05.csv; cp data/prod-west.csv 2026-01-06.csv
  $ cat > functions << 'END'
  > monitor() { echo "{db: $1.db, train: data/train.csv, production: {source: '%Y-%m-%d.csv'}, reference: '$2', decision: {joint: no}}" > $1.yaml; }
  > sides() { sqlite3 $1.db "SELECT period, verdict, train_rows, prod_rows, train_source FROM run ORDER BY period"; sqlite3 $1.db "SELECT 'kept: ' || group_concat(period) FROM profile JOIN run ON id = run"; }
  > END
  $ . ./functions; monitor previous previous; covshift run previous.yaml --from 2026-01-03 --to 2026-01-06 > out; sides previous
  2026-01-03|ok|2000|2000|data/train.csv
  2026-01-04|ok|2000|1000|production of 2026-01-03
  2026-01-05|alert|1000|2000|production of 2026-01-04
  2026-01-06|ok|2000|2000|production of 2026-01-05
  kept: 2026-01-06
  $ . ./functions; monitor rolling rolling:2; covshift run rolling.yaml --from 2026-01-01 --to 2026-01-04 > out; sides rolling
  2026-01-01|ok|2000|2000|data/train.csv
  2026-01-02|ok|2000|2000|production of 2026-01-01
  2026-01-03|ok|4000|2000|production of 2026-01-01 to 2026-01-02 (2 periods)
  2026-01-04|ok|4000|1000|production of 2026-01-02 to 2026-01-03 (2 periods)
  kept: 2026-01-03,2026-01-04
  $ . ./functions; monitor weekday weekday:2; covshift run weekday.yaml --from 2026-01-01 --to 2026-01-10 > out; sides weekday
  2026-01-01|ok|2000|2000|data/train.csv
  2026-01-02|ok|2000|2000|data/train.csv
  2026-01-03|ok|2000|2000|data/train.csv
  2026-01-04|ok|2000|1000|data/train.csv
  2026-01-05|alert|2000|2000|data/train.csv
  2026-01-06|alert|2000|2000|data/train.csv
  2026-01-08|ok|2000|2000|production of 2026-01-01
  2026-01-09|ok|2000|2000|production of 2026-01-02
  2026-01-10|ok|2000|2000|production of 2026-01-03
  kept: 2026-01-01,2026-01-02,2026-01-03,2026-01-04,2026-01-05,2026-01-06,2026-01-08,2026-01-09,2026-01-10
  2> covshift: monitor weekday, 2026-01-07: no data: 2026-01-07.csv: there is no such file

Again: the last run of a period counts.

  $ . ./functions; covshift run rolling.yaml --date 2026-01-03 --again > out; covshift run rolling.yaml --date 2026-01-04 --again > out; sides rolling
  2026-01-01|ok|2000|2000|data/train.csv
  2026-01-02|ok|2000|2000|production of 2026-01-01
  2026-01-03|ok|4000|2000|production of 2026-01-01 to 2026-01-02 (2 periods)
  2026-01-03|ok|2000|2000|data/train.csv
  2026-01-04|ok|4000|1000|production of 2026-01-02 to 2026-01-03 (2 periods)
  2026-01-04|ok|2000|1000|production of 2026-01-03
  kept: 2026-01-03,2026-01-03,2026-01-04,2026-01-04
  $ sqlite3 rolling.db "UPDATE profile SET bytes = zeroblob(100)"; covshift run rolling.yaml --date 2026-01-05
  2> covshift: monitor rolling, 2026-01-05: the profile of run 6: is not a saved profile
  [2]
  $ . ./functions; monitor wrong rolling:0; covshift run wrong.yaml
  2> covshift: wrong.yaml: line 1, column 88: reference: expected training, previous, rolling:N or weekday:N (up to 366), found 'rolling:0'
  [2]
