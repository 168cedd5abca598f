One file, many runs: windows of time, of rows, of values.

  $ covshift check data/train.csv data/prod-1998.csv --no-joint --by rows:900 | grep -e '^prod' -e '^[A-Z]*:'
  ALERT: 1 of 16 features shifted; strongest: wall, JS 0.216
  prod   data/prod-1998.csv (rows 1 to 900), 900 rows
  ALERT: 1 of 16 features shifted; strongest: price, W1/sd 0.308
  prod   data/prod-1998.csv (rows 901 to 1800), 900 rows
  INCONCLUSIVE: 11 of 16 features could not be judged, no other shifted
  prod   data/prod-1998.csv (rows 1801 to 2000), 200 rows
  $ covshift check data/train.csv data/prod-1998.csv --no-joint --by time:120d --db drift.db --quiet > out; grep '^prod' out; grep -c '^train' out
  prod   data/prod-1998.csv (1997-12-05), 510 rows
  prod   data/prod-1998.csv (1998-04-04), 988 rows
  2
  $ covshift history --db drift.db --subject price --statistic psi | head -3
  3 runs, 1 to 3, 1997-12-05 to 1998-08-02
  
  price, PSI
  $ sqlite3 drift.db "SELECT id, period, verdict, prod_source, prod_rows FROM run"
  1|1997-12-05|alert|data/prod-1998.csv (1997-12-05)|510
  2|1998-04-04|alert|data/prod-1998.csv (1998-04-04)|988
  3|1998-08-02|warn|data/prod-1998.csv (1998-08-02)|502
  $ sed 's/^199/198/' data/prod-1998.csv > early.csv; cp drift.db both.db; covshift check data/train.csv early.csv --no-joint --by time:120d --db both.db --quiet > out; covshift history --db both.db | head -1
  7 runs, 1 to 7, 1987-09-29 to 1998-08-02
  $ covshift check data/train.csv data/prod-1998.csv --no-joint --by column:garage --format csv | grep -c ',price,'
  115
  $ covshift check data/train.csv data/prod-1998.csv --no-joint --by column:garage --fail-on never --quiet --format json | grep -o '"source": "data/prod[^"]*"'
  "source": "data/prod-1998.csv (attached)"
  "source": "data/prod-1998.csv (detached)"
  "source": "data/prod-1998.csv (no garage)"

The column that cuts is not compared, which would alert in each window, unless it is named, or the training side is a saved profile that has it.

  $ covshift profile data/train.csv -o train.profile 2> /dev/null
  $ for more in data/train.csv "data/train.csv --kind garage=categorical" train.profile; do covshift check $more data/prod-1998.csv --no-joint --by column:garage --format text --fail-on never | grep -c '^ *garage  *\(cat\|extra\)'; done
  0
  5
  5
  $ cat data/prod-1998.csv | covshift check data/train.csv - --no-joint --by rows:1500 | grep '^prod'
  prod   - (rows 1 to 1500), 1,500 rows
  prod   - (rows 1501 to 2000), 500 rows

What cannot be cut, and rows that belong nowhere.

  $ covshift check data/train.csv data/prod-1998.csv --by rows:0
  2> covshift check: option '--by' takes time:LENGTH[:COLUMN] such as time:1d, rows:NUMBER or column:NAME, not 'rows:0'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check data/train.csv data/prod-1998.csv --by time:1d:sale
  2> covshift: data/prod-1998.csv: has no column "sale", by which it is to be cut
  [2]
  $ covshift check data/train.csv data/prod-1998.csv --by column:price --db new.db; ls new.db
  2> covshift: data/prod-1998.csv: column "price" has more than 64 values, too many for windows (row 79)
  2> ls: cannot access 'new.db': No such file or directory
  [2]
  $ covshift check data/train.csv data/prod-1998.csv --by column:lot_depth
  2> covshift: data/prod-1998.csv: has no column "lot_depth", by which it is to be cut
  [2]
  $ covshift check data/train.csv data/prod-1998.csv --by time:1d -o page
  2> covshift check: --by makes a report for each window, and -o writes one: record them with --db and use 'covshift report'
  2> Try 'covshift check --help'.
  [2]
  $ covshift profile data/prod-1998.csv -o p.profile; covshift check data/train.csv p.profile --by rows:10
  2> covshift: p.profile: is a saved profile, which cannot be cut into windows
  [2]
  $ (head -1 data/prod-1998.csv; tail -n +2 data/prod-1998.csv | shuf --random-source=data/train.csv) > shuffled.csv; covshift check data/train.csv shuffled.csv --by time:7d
  2> covshift: shuffled.csv: row 16 is of 1998-03-16, which is over: more than 8 windows begin later and came before; sort the rows by "sold"
  [2]
  $ covshift check data/train.csv shuffled.csv --no-joint --by time:120d --fail-on never | grep '^prod'
  prod   shuffled.csv (1997-12-05), 510 rows
  prod   shuffled.csv (1998-04-04), 988 rows
  prod   shuffled.csv (1998-08-02), 502 rows

In a monitor: windows of values are remembered by value.

  $ mkdir production; cp data/null.csv production/2026-01-29.csv; cp data/prod-1998.csv production/2026-01-30.csv
  $ covshift init data/train.csv > out; echo $?
  0
  2> monitor.yaml: written; set its production source, then try 'covshift run monitor.yaml --dry-run'
  $ for by in rows:900 column:garage time:120d; do sed "s/^  # by: .*/  by: $by/; s/^  joint: yes/  joint: no/" monitor.yaml > m.yaml; covshift run m.yaml --from 2026-01-29 --to 2026-01-30 --quiet > out; echo $?; sqlite3 drift.db "SELECT monitor, period, verdict, notice, prod_source FROM run WHERE monitor IS NOT NULL; DELETE FROM run; DELETE FROM attempt"; done
  1
  m|2026-01-29 #000001|ok||production/2026-01-29.csv (rows 1 to 900)
  m|2026-01-29 #000002|ok||production/2026-01-29.csv (rows 901 to 1800)
  m|2026-01-29 #000003|inconclusive||production/2026-01-29.csv (rows 1801 to 2000)
  m|2026-01-30 #000001|alert|alarm|production/2026-01-30.csv (rows 1 to 900)
  m|2026-01-30 #000002|alert||production/2026-01-30.csv (rows 901 to 1800)
  m|2026-01-30 #000003|inconclusive|recovery|production/2026-01-30.csv (rows 1801 to 2000)
  1
  m:attached|2026-01-29|alert|alarm|production/2026-01-29.csv (attached)
  m:basement|2026-01-29|inconclusive||production/2026-01-29.csv (basement)
  m:carport|2026-01-29|inconclusive||production/2026-01-29.csv (carport)
  m:detached|2026-01-29|alert|alarm|production/2026-01-29.csv (detached)
  m:no garage|2026-01-29|alert|alarm|production/2026-01-29.csv (no garage)
  m:attached|2026-01-30|alert||production/2026-01-30.csv (attached)
  m:basement|2026-01-30|inconclusive||production/2026-01-30.csv (basement)
  m:carport|2026-01-30|inconclusive||production/2026-01-30.csv (carport)
  m:detached|2026-01-30|alert||production/2026-01-30.csv (detached)
  m:no garage|2026-01-30|alert||production/2026-01-30.csv (no garage)
  1
  m|2026-01-29 1992-12-31|inconclusive||production/2026-01-29.csv (1992-12-31)
  m|2026-01-29 1993-04-30|inconclusive||production/2026-01-29.csv (1993-04-30)
  m|2026-01-29 1993-08-28|inconclusive||production/2026-01-29.csv (1993-08-28)
  m|2026-01-29 1993-12-26|inconclusive||production/2026-01-29.csv (1993-12-26)
  m|2026-01-29 1994-04-25|ok||production/2026-01-29.csv (1994-04-25)
  m|2026-01-29 1994-08-23|ok||production/2026-01-29.csv (1994-08-23)
  m|2026-01-29 1994-12-21|inconclusive||production/2026-01-29.csv (1994-12-21)
  m|2026-01-30 1997-12-05|alert|alarm|production/2026-01-30.csv (1997-12-05)
  m|2026-01-30 1998-04-04|alert||production/2026-01-30.csv (1998-04-04)
  m|2026-01-30 1998-08-02|warn|recovery|production/2026-01-30.csv (1998-08-02)
  $ printf '{db: s.db, train: train.profile, production: {source: "production/%%F.csv", by: "column:garage"}, features: [{name: "*", thresholds: [{statistic: psi, alert: 0.4}]}], decision: {joint: no}}' > s.yaml; covshift run s.yaml --date 2026-01-29 -q > out; sqlite3 s.db "SELECT monitor, group_concat(name) FROM run JOIN subject ON run = run.id WHERE name = 'garage' GROUP BY 1"
  s:attached|garage
  s:basement|garage
  s:carport|garage
  s:detached|garage
  s:no garage|garage
  $ sed 's/train.profile/data\/train.csv/; s/s.db/r.db/' s.yaml > r.yaml; covshift run r.yaml --date 2026-01-29 -q > out; sqlite3 r.db "SELECT count(*), sum(name = 'garage') FROM subject; SELECT count(*) FROM message WHERE subject = 'garage'"
  80|0
  0
  $ sed "s/^  # by: .*/  by: day/" monitor.yaml > m.yaml; covshift run m.yaml
  2> covshift: m.yaml: line 13, column 7: production.by: expected time:LENGTH such as time:1d (s, m, h, d or w), time:LENGTH:COLUMN, rows:NUMBER or column:NAME, not 'day'
  [2]
  $ sed "s/^  # by: .*/  by: rows:900/; s/%Y-%m-%d/*/" monitor.yaml > m.yaml; covshift run m.yaml --date 2026-01-30
  2> covshift: monitor m, 2026-01-30: production/*.csv: 2 files match, and one file is cut into windows
  [2]
  $ covshift run m.yaml --date 2026-01-30 --dry-run | tail -3
  2026-01-30  compare: not possible, one file is cut into windows
                production/2026-01-29.csv
                production/2026-01-30.csv

A reader that goes away, as head does, is trouble as a full disk is: no window stays recorded.

  $ (covshift check data/train.csv data/null.csv --no-joint --by rows:20 --db pipe.db; echo $? > code) | head -1; cat code; covshift report --list --db pipe.db
  INCONCLUSIVE: 15 of 16 features could not be judged, no other shifted
  2
  no run is recorded
  2> covshift: standard output: cannot write: Broken pipe
  $ sed "s/^  # by: .*/  by: rows:900/; s/^# reports:/reports:/; s/^#   - {format/  - {format/" monitor.yaml > m.yaml; covshift run m.yaml --date 2026-01-30
  2> covshift: m.yaml: line 96, column 5: reports[1]: would be overwritten by that of the next window (production.by); 'covshift report' writes that of any run
  [2]

A hook that fails does not keep the other windows from being judged; its news are told with the next run.

  $ sed "s/^  # by: .*/  by: rows:900/; s/^  joint: yes/  joint: no/; s/^# hooks:/hooks:/; s/^#   - {run: .*/  - {run: \"test -e mended \&\& cat > told\", when: alarm}/" monitor.yaml > m.yaml; covshift run m.yaml --date 2026-01-30 --quiet > out
  2> covshift: monitor m, 2026-01-30: run 30 is recorded, but hook 'test -e mended && cat > told' failed with exit status 1
  [2]
  $ sqlite3 drift.db "SELECT id, period, pending FROM run WHERE monitor = 'm'; SELECT period, outcome FROM attempt WHERE monitor = 'm'"
  30|2026-01-30 #000001|3
  31|2026-01-30 #000002|0
  32|2026-01-30 #000003|0
  2026-01-30|failed
  2026-01-30|recorded
  $ touch mended; covshift run m.yaml --date 2026-01-30 --quiet; ls told
  told

What a window is called is not when it was, unless it is a day.

  $ covshift check data/train.csv data/prod-1998.csv --no-joint --by column:beds --db value.db --fail-on never --quiet > out; covshift prune --db value.db --keep 30d
  0 runs from before 2026-01-01 removed
  $ sqlite3 value.db "SELECT count(*), min(period), max(period) FROM run; UPDATE run SET started_at = '2020-02-02T00:00:00Z'"; covshift prune --db value.db --keep 30d
  8|1|9
  8 runs from before 2026-01-01 removed

Windows need something to be cut by, and rows.

  $ (echo a; seq 60) > numbers.csv; covshift check numbers.csv numbers.csv --by time:1d
  2> covshift: training has no column of kind timestamp: name the one that cuts the rows, as in time:1d:COLUMN
  [2]
  $ head -1 numbers.csv > header.csv; covshift check numbers.csv header.csv --by rows:10
  2> covshift: header.csv: has a header but no rows
  [2]

Years have four digits, also those that few have seen.

  $ (echo day; for i in $(seq 1 28); do printf '0001-02-%02dT12:00:00Z\n' $i; done) > early.csv; covshift check early.csv early.csv --by time:14d --no-joint --quiet --db early.db; covshift check early.csv early.csv --by time:300h --no-joint --quiet --db early.db; covshift report --list --db early.db | grep -o '0001-[-0-9T:Z]*'
  0001-01-29
  0001-02-12
  0001-02-26
  0001-01-25T12:00:00Z
  0001-02-07T00:00:00Z
  0001-02-19T12:00:00Z
  $ covshift profile early.csv -o early.profile; covshift show early.profile | grep -E 'first|median'
    first    0001-02-01T12:00:00Z  last     0001-02-28T12:00:00Z
    median   0001-02-15T00:00:00Z
  $ printf 'db: m.db\ntrain: data/train.csv\nproduction: {source: "%%Y-%%m.csv"}\n' > m.yaml; covshift run m.yaml --date 0001-02-03
  2> covshift: monitor m, 0001-02-03: no data: 0001-02.csv: there is no such file
  [2]
