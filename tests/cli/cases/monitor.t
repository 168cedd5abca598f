`covshift init` writes a monitor file, `covshift run` does what it says. Today is 2026-01-31.

Needs: sqlite3

  $ cp data/train.csv . && mkdir production && covshift init train.csv
  2> monitor.yaml: written; set its production source, then try 'covshift run monitor.yaml --dry-run'
  $ covshift init train.csv
  2> covshift: monitor.yaml: is there already; it is not written over
  [2]
  $ covshift init -o - train.csv --kind stories=numeric --exclude sold | sed -n '5,14p;17,22p'
  train: "train.csv"
                                  # a profile of it is quicker: covshift profile -o
  
  production:
    # the day's data: %Y %m %d stand for its date; a pattern such as %Y-%m-%d-*.csv for all the
    # parts of a day; or a query, "sqlite:FILE?SELECT ... WHERE day = '%Y-%m-%d'"
    source: "production/%Y-%m-%d.csv"
    days_ago: 1                   # the data of yesterday
    # by: time:6h                 # each window is a run: time:LENGTH[:COLUMN], rows:N, column:COLUMN
    late_days: 3                  # so many days before are made up for when their files come
  
  # What production is compared with: training; previous, the day before; rolling:7, the seven
  # periods before; weekday:4, the same day of the last four weeks
  reference: training
  
  # Columns by name or pattern; where several match, the last that says something counts.
  $ mkdir there && covshift init -o there/m.yaml data/train.csv 2>/dev/null && grep -c '^train: "/' there/m.yaml
  1
  $ python3 -c 'import csv, sqlite3; d = sqlite3.connect("q.db"); d.execute("CREATE TABLE t (price REAL)"); d.executemany("INSERT INTO t VALUES (?)", [[r["price"]] for r in csv.DictReader(open("data/train.csv"))]); d.commit()'
  $ covshift init -o there/q.yaml 'sqlite:q.db?SELECT * FROM t' 2>/dev/null; grep -c '^train: "sqlite:/' there/q.yaml; mkdir there/production; cp data/null.csv there/production/2026-01-30.csv
  1
  $ covshift run there/q.yaml --date 2026-01-30 | grep run; rm -r there/production there/drift.db* there/q.yaml q.db
  run    1, 2026-01-30, started 2026-01-31T02:00:00Z

Numbers that count or name the rows, or say when they were, are not compared; numbers of rows that repeat are.

  $ (echo row,id,epoch,amount,empty; for i in $(seq 200); do echo "$i,$((1000 + i * 77 % 199)),$((1700000000 + i * 7919 % 2000)),$((i * i % 97)),"; done) | sed 's/^200,[0-9]*/200,1999/' > rows.csv
  $ covshift init rows.csv -o - | sed -n '/name: "row"/,/name: "empty"/p'
    - name: "row"
      kind: identifier            # names or counts rows, or a time: only missing values are judged;
                                  # numeric where it measures something
    - name: "id"
      kind: identifier            # names or counts rows, or a time: only missing values are judged;
                                  # numeric where it measures something
    - name: "epoch"
      kind: identifier            # names or counts rows, or a time: only missing values are judged;
                                  # numeric where it measures something
    - name: "amount"
      kind: numeric
    - name: "empty"
  $ covshift init rows.csv -o - --kind row=numeric | grep -A 1 '"row"'; covshift init rows.csv -o rows.yaml; rm rows.csv
    - name: "row"
      kind: numeric
  2> rows.yaml: written; set its production source, then try 'covshift run rows.yaml --dry-run'
  2> 3 columns are taken for identifiers, not compared: see 'kind: identifier'

No text means no value: an empty list is not the usual one.

  $ printf 'x\n1\n2\nNA\n' > na.csv; for m in '' ', missing: []'; do printf "db: na.db\ntrain: na.csv\nproduction: {source: na.csv$m}\n" > na.yaml; covshift run na.yaml --date 2026-01-30 --again | grep '^x'; done; rm na.*
  x        num   ok
  x        cat   ok

How the training data are read, and columns that are left out, are so every night.

  $ sed 's/,/;/g; s/;NA/;-/g' data/train.csv > semi.csv; sed 's/,/;/g; s/;NA/;-/g' data/null.csv > semi-null.csv
  $ covshift init semi.csv --delimiter ';' --missing - --missing "" --exclude sold --kind stories=numeric -o semi.yaml 2> /dev/null
  $ grep -A 1 -e delimiter -e sold -e stories semi.yaml
    delimiter: ";"
    missing: ["-", ""]
  --
    - name: "sold"
      exclude: yes
  --
    - name: "stories"
      kind: numeric
  $ sed 's/source: .*/source: semi-null.csv/; s/^db: .*/db: semi.db/' semi.yaml > m.yaml; covshift run m.yaml --date 2026-01-30 | head -1
  INCONCLUSIVE: 1 of 15 features could not be judged, no other shifted
  $ rm semi* m.yaml

What it would do, without doing it:

  $ covshift run monitor.yaml --dry-run
  monitor     monitor
  train       train.csv
  record in   drift.db
  keep        400 days
  2026-01-30  compare: no file is there
  $ ls
  data
  monitor.yaml
  production
  rows.yaml
  there
  train.csv

A day without a file has a verdict of its own; an empty file is no data either.

  $ covshift run monitor.yaml
  2> covshift: monitor monitor, 2026-01-30: no data: production/2026-01-30.csv: there is no such file
  [2]
  $ : > production/2026-01-29.csv; head -1 data/train.csv > production/2026-01-28.csv
  $ covshift run monitor.yaml --from 2026-01-28 --to 2026-01-29
  2> covshift: monitor monitor, 2026-01-28: no data: production/2026-01-28.csv: has a header but no rows
  2> covshift: monitor monitor, 2026-01-29: no data: production/2026-01-29.csv: is empty; a header row was expected
  [2]
  $ sqlite3 drift.db "SELECT period, outcome, run, detail FROM attempt"
  2026-01-30|no data||production/2026-01-30.csv: there is no such file
  2026-01-28|no data||production/2026-01-28.csv: has a header but no rows
  2026-01-29|no data||production/2026-01-29.csv: is empty; a header row was expected

The file comes late: the next run makes up for it first. Then there is nothing more to do.

  $ cp data/null.csv production/2026-01-29.csv; cp data/prod-west.csv production/2026-01-30.csv
  $ covshift run monitor.yaml --dry-run | tail -n +5
  2026-01-28  compare
                production/2026-01-28.csv
  2026-01-29  compare
                production/2026-01-29.csv
  2026-01-30  compare
                production/2026-01-30.csv
  $ covshift run monitor.yaml --quiet | grep -e ^prod -e ^ALERT -e ^WARN
  ALERT: 15 of 16 features shifted; strongest: price, W1/sd 1.34
  prod   production/2026-01-30.csv, 2,000 rows
  $ sqlite3 drift.db "SELECT id, monitor, period, verdict, prod_source FROM run"
  1|monitor|2026-01-29|ok|production/2026-01-29.csv
  2|monitor|2026-01-30|alert|production/2026-01-30.csv
  $ covshift history --db drift.db | head -1
  2 runs, 1 to 2, 2026-01-29 to 2026-01-30

Of which day, and when it was run.

  $ covshift report --list --db drift.db
     RUN  STARTED, UTC      PERIOD      VERDICT       ALERT  WARN    OF  MONITOR
       1  2026-01-31 02:00  2026-01-29  ok                0     0    16  monitor
       2  2026-01-31 02:00  2026-01-30  alert            12     3    16  monitor
  
  Not recorded
    2026-01-28  no data   production/2026-01-28.csv: has a header but no rows
  $ covshift report --db drift.db --format markdown | grep production
  `train.csv` (2,000 rows) → `production/2026-01-30.csv` (2,000 rows), run 2 of `2026-01-30`, 2026-01-31T02:00:00Z
  $ covshift report --db drift.db --format json | grep period
      "period": "2026-01-30"
  $ covshift report --list --db drift.db --format csv | cut -d , -f 1,2,15
  run,started_at,period
  1,2026-01-31T02:00:00Z,2026-01-29
  2,2026-01-31T02:00:00Z,2026-01-30
  $ covshift run monitor.yaml
  2> covshift: monitor monitor, 2026-01-30: already recorded; --again repeats it
  $ covshift run monitor.yaml --quiet
  $ covshift run monitor.yaml --dry-run | tail -n +5
  2026-01-28  compare
                production/2026-01-28.csv
  2026-01-30  compare: already recorded
                production/2026-01-30.csv
  $ cp drift.db old.db; sqlite3 old.db "PRAGMA user_version = 7"; sed 's/^db: .*/db: old.db/' monitor.yaml > old.yaml; covshift run old.yaml --dry-run | tail -n +5; rm old.*
  2026-01-30  compare
                production/2026-01-30.csv
  2> covshift: warning: which days are recorded is not known: old.db: written by an older version; open it for writing once, e.g. record a run, to bring it up to date
  $ covshift run monitor.yaml --date 2026-01-30 --again > /dev/null; sqlite3 drift.db "SELECT count(*) FROM run"
  3
  $ sed 's/^db: .*/db: late.db/' monitor.yaml > late.yaml; for day in 30 29; do covshift run late.yaml --date 2026-01-$day > /dev/null; done; covshift history --db late.db | head -1; rm late.*
  2 runs, 1 to 2, 2026-01-29 to 2026-01-30

Parts of a day; a query; reports; a hook, which gets the JSON.

  $ mkdir parts && head -1001 data/null.csv > parts/2026-01-30-a.csv
  $ (head -1 data/null.csv; tail -1000 data/null.csv) > parts/2026-01-30-b.csv
  $ cat > parts.yaml << END
  > db: parts.db
  > train: train.csv
  > production: {source: "parts/%Y-%m-%d-*.csv", days_ago: 1}
  > features:
  >   - {name: "[a-z]*", statistics: [energy]}
  >   - {name: sold, exclude: yes}
  >   - {name: beds, statistics: [ ]}
  >   - {name: "*area", thresholds: [{statistic: ks, alert: 0.001}]}
  > decision: {joint: no, alpha: 0.01}
  > reports:
  >   - {format: json, to: "%Y/%m-%d.json"}
  > hooks:
  >   - {run: "grep -c verdict", when: always}
  >   - {run: "exit 3", when: always}
  >   - {run: "kill -KILL $\$", when: always}
  >   - {run: "touch called", when: always}
  > END
  $ mkdir 2026; covshift run parts.yaml | head -5
  OK: no shift in 15 features
  
  train  train.csv, 2,000 rows
  prod   parts/2026-01-30-*.csv, 2,000 rows
  run    1, 2026-01-30, started 2026-01-31T02:00:00Z
  2> 127
  2> covshift: monitor parts, 2026-01-30: run 1 is recorded, but hook 'exit 3' failed with exit status 3; hook 'kill -KILL $$' was killed by signal 9
  $ ls called 2026
  called
  
  2026:
  01-30.json
  $ sqlite3 parts.db "SELECT s.name, group_concat(m.statistic, ' '), max(m.alert) FROM measurement m JOIN subject s ON s.id = m.subject WHERE s.name IN ('garage_area', 'price', 'sold', 'beds') GROUP BY s.id"
  price|ks normal_scores klotz wasserstein_normalized energy psi out_of_range_share missing_rate|0.25
  beds|ks normal_scores klotz wasserstein_normalized psi out_of_range_share missing_rate|0.25
  garage_area|ks normal_scores klotz wasserstein_normalized energy psi out_of_range_share missing_rate|0.25
  $ sqlite3 table.db "CREATE TABLE t (day TEXT, x REAL); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO t SELECT CASE i % 2 WHEN 0 THEN 'train' ELSE '2026-01-30' END, i FROM n"
  $ cat > query.yaml << END
  > db: query.db
  > train: sqlite:table.db?SELECT x FROM t WHERE day = 'train'
  > production: {source: "sqlite:table.db?SELECT x FROM t WHERE day = '%Y-%m-%d'"}
  > END
  $ covshift run query.yaml --date 2026-01-30 | head -1
  INCONCLUSIVE: 1 of 1 feature could not be judged
  $ covshift run query.yaml
  2> covshift: monitor query, 2026-01-31: no data: sqlite:table.db?SELECT x FROM t WHERE day = '2026-01-31': has a header but no rows
  [2]

Every report is written, whatever becomes of another one; of two that name one file in different ways the later stays. They are what `report` prints.

  $ sed -n '1,/^production/p' query.yaml > many.yaml; sed -i 's/^db: .*/db: many.db/' many.yaml
  $ cat >> many.yaml << END
  > reports:
  >   - {format: json, to: nowhere/a.json}
  >   - {format: csv, to: a.%d}
  >   - {format: html, to: a.html}
  >   - {format: json, to: a.json}
  >   - {format: html, to: nowhere/b.html}
  >   - {format: markdown, to: a.30}
  > END
  $ covshift run many.yaml --date 2026-01-30 --dry-run | grep -A 1 write
              write nowhere/a.json
                not possible, its folder is not there
              write a.30
              write a.html
              write a.json
              write nowhere/b.html
                not possible, its folder is not there
              write a.30
  $ covshift run many.yaml --date 2026-01-30 --quiet
  2> covshift: monitor many, 2026-01-30: run 1 is recorded, but nowhere/a.json: cannot create: No such file or directory; nowhere/b.html: cannot create: No such file or directory
  [2]
  $ for f in json html; do covshift report --db many.db --format $f | cmp - a.$f; done; covshift report --db many.db --format markdown | cmp - a.30
  $ covshift run many.yaml --date 2026-01-30 --quiet --again --threads 1; for f in json html; do covshift report --db many.db --format $f | cmp - a.$f; done
  2> covshift: monitor many, 2026-01-30: run 2 is recorded, but nowhere/a.json: cannot create: No such file or directory; nowhere/b.html: cannot create: No such file or directory

Overlapping runs: one leaves, or waits for the other. A run that is killed leaves a trace.

  $ mkfifo production/2026-01-27.csv; covshift run monitor.yaml --date 2026-01-27 & sleep 0.1
  > for i in $(seq 100); do sqlite3 drift.db "SELECT 'at work' FROM attempt WHERE outcome = 'running'" | grep . && break; sleep 0.1; done
  > covshift run monitor.yaml --date 2026-01-27 2>&1 | sed 's/process [0-9]* since/process N since/'
  > covshift run monitor.yaml --date 2026-01-27 --wait 1 2>&1 | grep -c 'is at work'
  > (sleep 0.5; kill -9 $!) & covshift run monitor.yaml --date 2026-01-26 --wait 60; wait
  at work
  covshift: monitor monitor is at work: process N since 2026-01-31T02:00:00Z; try again later, or with --wait
  1
  2> covshift: monitor monitor: the last run was aborted
  2> covshift: monitor monitor, 2026-01-26: no data: production/2026-01-26.csv: there is no such file
  $ sqlite3 drift.db "SELECT period, outcome FROM attempt WHERE period < '2026-01-28'; PRAGMA integrity_check"
  2026-01-27|aborted
  2026-01-26|no data
  ok
