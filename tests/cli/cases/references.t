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
  kept: 2026-01-04,2026-01-05,2026-01-06
  $ . ./functions; monitor rolling rolling:2; covshift run rolling.yaml --from 2026-01-01 --to 2026-01-04 > out; sides rolling
  2026-01-01|ok|2000|2000|data/train.csv
  2026-01-02|ok|2000|2000|production of 2026-01-01
  2026-01-03|ok|4000|2000|production of 2026-01-01 to 2026-01-02 (2 periods)
  2026-01-04|ok|4000|1000|production of 2026-01-02 to 2026-01-03 (2 periods)
  kept: 2026-01-01,2026-01-02,2026-01-03,2026-01-04
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

  $ for m in previous rolling weekday; do covshift run $m.yaml --dry-run --date 2026-01-11 | grep ^ref; done
  reference   the last period, train where there is none
  reference   the last 2 periods, train where there is none
  reference   the last 2 of the same day of the week, train where there is none

Columns that the monitor file leaves out from now on: earlier profiles, which have them, are no reference any more.

  $ . ./functions; monitor less rolling:2; covshift run less.yaml --from 2026-01-01 --to 2026-01-02 > out; sed -i 's/decision/features: [{name: rooms, exclude: yes}], decision/' less.yaml; covshift run less.yaml --from 2026-01-03 --to 2026-01-06 > out; sides less
  2026-01-01|ok|2000|2000|data/train.csv
  2026-01-02|ok|2000|2000|production of 2026-01-01
  2026-01-03|ok|2000|2000|data/train.csv
  2026-01-04|ok|2000|1000|production of 2026-01-03
  2026-01-05|alert|3000|2000|production of 2026-01-03 to 2026-01-04 (2 periods)
  2026-01-06|alert|3000|2000|production of 2026-01-04 to 2026-01-05 (2 periods)
  kept: 2026-01-03,2026-01-04,2026-01-05,2026-01-06

Again: the last run of a period counts.

  $ . ./functions; covshift run rolling.yaml --date 2026-01-03 --again > out; covshift run rolling.yaml --date 2026-01-04 --again > out; sides rolling
  2026-01-01|ok|2000|2000|data/train.csv
  2026-01-02|ok|2000|2000|production of 2026-01-01
  2026-01-03|ok|4000|2000|production of 2026-01-01 to 2026-01-02 (2 periods)
  2026-01-03|ok|4000|2000|production of 2026-01-01 to 2026-01-02 (2 periods)
  2026-01-04|ok|4000|1000|production of 2026-01-02 to 2026-01-03 (2 periods)
  2026-01-04|ok|4000|1000|production of 2026-01-02 to 2026-01-03 (2 periods)
  kept: 2026-01-01,2026-01-02,2026-01-03,2026-01-03,2026-01-04,2026-01-04
  $ sqlite3 rolling.db "UPDATE profile SET bytes = zeroblob(100)"; covshift run rolling.yaml --date 2026-01-05
  2> covshift: monitor rolling, 2026-01-05: the profile of run 6: is not a saved profile
  [2]
  $ . ./functions; monitor wrong rolling:0; covshift run wrong.yaml
  2> covshift: wrong.yaml: line 1, column 88: reference: expected training, previous, rolling:N or weekday:N (up to 366), found 'rolling:0'
  [2]

Windows of a day: the same window of the same day of the week is what weekday compares with; the window itself, and the rest of its day, never.

  $ day() { awk -v day=$1 'BEGIN { srand(7); print "t,x"; for (i = 0; i < 240; i++) printf "%sT%02d:%02d:00Z,%f\n", day, i / 10, i % 10 * 6, rand() }'; }
  > mkdir day; day 2025-12-01 > t.csv; for d in 01 02 03 08 09 10 15 16; do day 2026-01-$d > day/2026-01-$d.csv; done
  > echo 'windows() { echo "{db: $1.db, train: t.csv, production: {source: day/%F.csv, by: \"$3\"}, reference: \"$2\", decision: {joint: no, dependence: none}}" > $1.yaml; }' >> functions
  > echo 'compared() { sqlite3 $1.db "SELECT period, prod_rows, train_rows, train_source FROM run WHERE period >= '"'"'${2:-0}'"'"' ORDER BY id"; }' >> functions
  $ . ./functions; windows week weekday:1 time:12h; for d in 01 02 08 09 15; do covshift run week.yaml --date 2026-01-$d > out; done; compared week
  2026-01-01 2026-01-01T00:00:00Z|120|240|t.csv
  2026-01-01 2026-01-01T12:00:00Z|120|240|t.csv
  2026-01-02 2026-01-02T00:00:00Z|120|240|t.csv
  2026-01-02 2026-01-02T12:00:00Z|120|240|t.csv
  2026-01-08 2026-01-08T00:00:00Z|120|120|production of 2026-01-01 2026-01-01T00:00:00Z
  2026-01-08 2026-01-08T12:00:00Z|120|120|production of 2026-01-01 2026-01-01T12:00:00Z
  2026-01-09 2026-01-09T00:00:00Z|120|120|production of 2026-01-02 2026-01-02T00:00:00Z
  2026-01-09 2026-01-09T12:00:00Z|120|120|production of 2026-01-02 2026-01-02T12:00:00Z
  2026-01-15 2026-01-15T00:00:00Z|120|120|production of 2026-01-08 2026-01-08T00:00:00Z
  2026-01-15 2026-01-15T12:00:00Z|120|120|production of 2026-01-08 2026-01-08T12:00:00Z
  $ sqlite3 week.db "SELECT period FROM profile JOIN run ON id = run ORDER BY id"
  2026-01-01 2026-01-01T00:00:00Z
  2026-01-01 2026-01-01T12:00:00Z
  2026-01-02 2026-01-02T00:00:00Z
  2026-01-02 2026-01-02T12:00:00Z
  2026-01-08 2026-01-08T00:00:00Z
  2026-01-08 2026-01-08T12:00:00Z
  2026-01-09 2026-01-09T00:00:00Z
  2026-01-09 2026-01-09T12:00:00Z
  2026-01-15 2026-01-15T00:00:00Z
  2026-01-15 2026-01-15T12:00:00Z
  $ . ./functions; windows number weekday:2 rows:100; for d in 01 08 15; do covshift run number.yaml --date 2026-01-$d > out; done; compared number 2026-01-15
  2026-01-15 #000001|100|200|production of 2026-01-01 #000001 to 2026-01-08 #000001 (2 weeks)
  2026-01-15 #000002|100|200|production of 2026-01-01 #000002 to 2026-01-08 #000002 (2 weeks)
  2026-01-15 #000003|40|80|production of 2026-01-01 #000003 to 2026-01-08 #000003 (2 weeks)
  $ . ./functions; windows last previous time:12h; covshift run last.yaml --from 2026-01-01 --to 2026-01-02 > out; compared last
  2026-01-01 2026-01-01T00:00:00Z|120|240|t.csv
  2026-01-01 2026-01-01T12:00:00Z|120|120|production of 2026-01-01 2026-01-01T00:00:00Z
  2026-01-02 2026-01-02T00:00:00Z|120|120|production of 2026-01-01 2026-01-01T12:00:00Z
  2026-01-02 2026-01-02T12:00:00Z|120|120|production of 2026-01-02 2026-01-02T00:00:00Z

A day that is run again, cut otherwise: none of its new windows is compared with an old one, which may hold the same rows.

  $ . ./functions; windows last previous time:8h; covshift run last.yaml --date 2026-01-02 --again > out; compared last '2026-01-02' | tail -3
  2026-01-02 2026-01-02T00:00:00Z|80|120|production of 2026-01-01 2026-01-01T12:00:00Z
  2026-01-02 2026-01-02T08:00:00Z|80|80|production of 2026-01-02 2026-01-02T00:00:00Z
  2026-01-02 2026-01-02T16:00:00Z|80|80|production of 2026-01-02 2026-01-02T08:00:00Z
  $ . ./functions; windows whole previous rows:120; sed -i 's/^{/{name: whole, /' whole.yaml; sed 's/, by: "rows:120"//' whole.yaml > day.yaml
  > covshift run day.yaml --from 2026-01-01 --to 2026-01-02 > out; covshift run whole.yaml --date 2026-01-02 --again > out; compared whole
  2026-01-01|240|240|t.csv
  2026-01-02|240|240|production of 2026-01-01
  2026-01-02 #000001|120|240|production of 2026-01-01
  2026-01-02 #000002|120|120|production of 2026-01-02 #000001

Days before those that are recorded: each is compared with the ones before it, as if it had been run in its time, and the last days keep theirs.

  $ . ./functions; monitor back rolling:2; for d in 11 12; do cp data/null.csv 2026-01-$d.csv; done; covshift run back.yaml --from 2026-01-11 --to 2026-01-12 > out; covshift run back.yaml --from 2026-01-01 --to 2026-01-04 > out; sides back
  2026-01-01|ok|2000|2000|data/train.csv
  2026-01-02|ok|2000|2000|production of 2026-01-01
  2026-01-03|ok|4000|2000|production of 2026-01-01 to 2026-01-02 (2 periods)
  2026-01-04|ok|4000|1000|production of 2026-01-02 to 2026-01-03 (2 periods)
  2026-01-11|ok|2000|2000|data/train.csv
  2026-01-12|ok|2000|2000|production of 2026-01-11
  kept: 2026-01-01,2026-01-02,2026-01-03,2026-01-04,2026-01-11,2026-01-12
  $ . ./functions; covshift run back.yaml --date 2026-01-12 --again > out; sides back | tail -3
  2026-01-12|ok|2000|2000|production of 2026-01-11
  2026-01-12|ok|3000|2000|production of 2026-01-04 to 2026-01-11 (2 periods)
  kept: 2026-01-03,2026-01-04,2026-01-11,2026-01-12,2026-01-12
