Networks of a monitor are run over the day after its features. Today is 2026-01-31.

Needs: sqlite3

  $ mkdir day reports; cp data/networks/clean.csv day/2026-01-29.csv; cp data/networks/dim.csv day/2026-01-30.csv
  > covshift network add kept data/networks/mlp.onnx --db night.db
  > covshift network profile data/networks/mlp.onnx data/networks/train.csv --label class -o kept.layers
  > cat > night.yaml << END
  > db: night.db
  > train: data/networks/train.csv
  > production: {source: "day/%F.csv", days_ago: 1, late_days: 3}
  > decision: {joint: no}
  > networks:
  >   - {network: data/networks/cnn.onnx, label: class}
  >   - {network: kept, train: kept.layers, label: class}
  > reports:
  >   - {format: json, to: "reports/%F.json"}
  > hooks:
  >   - {run: "grep -o '.monitor.: *.[a-z:]*'"}
  > END
  > covshift run night.yaml --dry-run --from 2026-01-28
  monitor     night
  train       data/networks/train.csv
  record in   night.db
  network     night:cnn: data/networks/cnn.onnx, train data/networks/train.csv
  network     night:kept: kept, train kept.layers
  hook        on an alarm: grep -o '.monitor.: *.[a-z:]*'
  2026-01-28  compare: no file is there
  2026-01-29  compare
                day/2026-01-29.csv
              write reports/2026-01-29.json
              run data/networks/cnn.onnx
              write reports/2026-01-29.cnn.json
              run kept
              write reports/2026-01-29.kept.json
  2026-01-30  compare
                day/2026-01-30.csv
              write reports/2026-01-30.json
              run data/networks/cnn.onnx
              write reports/2026-01-30.cnn.json
              run kept
              write reports/2026-01-30.kept.json
  $ ls reports

Days are made up for with their networks; the exit status is that of the worst, and hooks hear of each.

  $ covshift run night.yaml --from 2026-01-29 --to 2026-01-30 --quiet | grep -e ^ALERT -e ^net -e ^prod -e ^right
  ALERT: 64 of 65 features shifted; strongest: p55, PSI 4.46
  prod   day/2026-01-30.csv, 150 rows
  ALERT: 3 of 3 layers shifted; the first: pixels, variance ratio 3.86
  net    data/networks/cnn.onnx, 2,558 bytes
  right  99.25 % → 48 % of labels
  prod   day/2026-01-30.csv, 150 rows
  ALERT: 5 of 5 layers shifted; the first: pixels, variance ratio 3.88
  net    kept, 10,722 bytes
  right  54 % → 25 % of labels
  prod   day/2026-01-30.csv, 150 rows
  2> "monitor": "night
  2> "monitor": "night:cnn
  2> "monitor": "night:kept
  $ covshift run night.yaml --from 2026-01-29 --again --quiet > /dev/null
  2> "monitor": "night
  2> "monitor": "night:cnn
  2> "monitor": "night:kept
  [1]
  $ sqlite3 night.db "SELECT id, kind, monitor, period, verdict, notice, train_source, prod_source FROM run WHERE id <= 6"
  1|features|night|2026-01-29|inconclusive||data/networks/train.csv|day/2026-01-29.csv
  2|network|night:cnn|2026-01-29|ok||data/networks/train.csv|day/2026-01-29.csv
  3|network|night:kept|2026-01-29|ok||data/networks/train.csv|day/2026-01-29.csv
  4|features|night|2026-01-30|alert|alarm|data/networks/train.csv|day/2026-01-30.csv
  5|network|night:cnn|2026-01-30|alert|alarm|data/networks/train.csv|day/2026-01-30.csv
  6|network|night:kept|2026-01-30|alert|alarm|data/networks/train.csv|day/2026-01-30.csv
  $ ls reports
  2026-01-29.cnn.json
  2026-01-29.json
  2026-01-29.kept.json
  2026-01-30.cnn.json
  2026-01-30.json
  2026-01-30.kept.json
  $ python3 -c 'import json; r = json.load(open("reports/2026-01-30.kept.json")); print(r["run"]["kind"], r["run"]["monitor"], r["run"]["verdict"], r["network"]["first_shifted"])'
  network night:kept alert pixels

What is found is what the command finds.

  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class -f json > check.json; echo $?
  1
  $ python3 -c 'import json, sys; a, b = (json.load(open(n))["layers"] for n in sys.argv[1:]); print(len(a), a == b)' check.json reports/2026-01-30.cnn.json
  5 True

A day is recorded once, a network of it too; what failed is tried again with the next run, as long as `late_days` says.

  $ covshift run night.yaml
  2> covshift: monitor night, 2026-01-30: already recorded; --again repeats it
  2> covshift: monitor night:cnn, 2026-01-30: already recorded; --again repeats it
  2> covshift: monitor night:kept, 2026-01-30: already recorded; --again repeats it
  $ cp night.yaml odd.yaml; sed -i 's/cnn.onnx, label: class/cnn.onnx, label: clas/; s/^hooks:/keep: 9d/; /grep/d' odd.yaml
  $ covshift run odd.yaml --date 2026-01-29 --quiet
  2> covshift: monitor odd:cnn, 2026-01-29: data/networks/train.csv: has no column "clas"
  [2]
  $ sed -i 's/label: clas}/label: class}/; s/days_ago: 1/days_ago: 0/' odd.yaml; covshift run odd.yaml --dry-run | sed -n '/^2026-01-29/,/^2026-01-30/p' | grep -v write
  2026-01-29  compare: already recorded
                day/2026-01-29.csv
              run data/networks/cnn.onnx
              run kept: already recorded
  2026-01-30  compare
  $ covshift run odd.yaml --quiet > out
  2> covshift: monitor odd, 2026-01-31: no data: day/2026-01-31.csv: there is no such file
  [2]
  $ sqlite3 night.db "SELECT monitor, period, outcome FROM attempt WHERE monitor LIKE 'odd%'"
  odd|2026-01-29|recorded
  odd:cnn|2026-01-29|failed
  odd:kept|2026-01-29|recorded
  odd:cnn|2026-01-29|recorded
  odd|2026-01-30|recorded
  odd:cnn|2026-01-30|recorded
  odd:kept|2026-01-30|recorded
  odd|2026-01-31|no data
  $ sed -i 's/days_ago: 0/days_ago: 1/; s/keep: 9d/keep: 1d/' odd.yaml; covshift run odd.yaml --quiet
  > sqlite3 night.db "SELECT monitor, period, outcome FROM attempt WHERE monitor LIKE 'odd%' AND period < '2026-01-31'"
  odd|2026-01-30|recorded
  odd:cnn|2026-01-30|recorded
  odd:kept|2026-01-30|recorded

A day that is cut into windows is run whole.

  $ sed 's/days_ago: 1/by: "rows:75"/; s/^db: .*/db: rows.db/; /kept/d; /^reports/d; /format/d; /^hooks/d; /grep/d' night.yaml > rows.yaml; covshift run rows.yaml --date 2026-01-30 --quiet > out
  [1]
  $ sqlite3 rows.db "SELECT kind, monitor, period, prod_rows FROM run"
  features|rows|2026-01-30 #000001|75
  features|rows|2026-01-30 #000002|75
  network|rows:cnn|2026-01-30|150

A day in several files is run over all of them, in the order of their names; their columns may be in another order, and a part may be empty.

  $ mkdir part; head -1 data/networks/dim.csv > part/2026-01-30-1.csv; head -61 data/networks/dim.csv > part/2026-01-30-2.csv; : > part/2026-01-30-3.csv
  > python3 -c 'import csv, sys; csv.writer(sys.stdout, lineterminator="\n").writerows(r[::-1] for i, r in enumerate(csv.reader(open("data/networks/dim.csv"))) if not 0 < i < 61)' > part/2026-01-30-4.csv
  > sed 's|day/%F.csv|part/%F-*.csv|; s/^db: .*/db: part.db/; /kept/d; /^hooks/d; /grep/d; s|reports/|reports/part-|' night.yaml > part.yaml; covshift run part.yaml --date 2026-01-30 --quiet > out
  [1]
  $ sqlite3 part.db "SELECT monitor, prod_source, prod_rows FROM run"
  part|part/2026-01-30-*.csv|150
  part:cnn|part/2026-01-30-*.csv|150
  $ python3 -c 'import json, sys; a, b = (json.load(open("reports/" + n)) for n in sys.argv[1:]); print(a["layers"] == b["layers"], a["prod"]["rows"])' 2026-01-30.cnn.json part-2026-01-30.cnn.json
  True 150
  $ sed -i '2,$s/^[^,]*/x/' part/2026-01-30-4.csv; covshift run part.yaml --date 2026-01-30 --again --quiet > out
  2> covshift: monitor part:cnn, 2026-01-30: part/2026-01-30-*.csv: row 61, column "class": the label is none of the network's classes, the whole numbers from 0 to 3
  [2]
  $ sed -i '1s/p55/q55/' part/2026-01-30-4.csv; covshift run part.yaml --date 2026-01-30 --again --quiet > out
  2> covshift: monitor part:cnn, 2026-01-30: part/2026-01-30-4.csv: has no column "p55"
  [2]
  $ rm part/2026-01-30-[24]*; covshift run part.yaml --date 2026-01-30 --again --quiet > out
  2> covshift: monitor part, 2026-01-30: no data: part/2026-01-30-3.csv: is empty; a header row was expected
  2> covshift: monitor part:cnn, 2026-01-30: part/2026-01-30-1.csv: has a header but no rows
  [2]

What is wrong is told before anything is run.

  $ covshift profile data/networks/train.csv -o train.profile; sed 's/^train: .*/train: train.profile/' night.yaml > bad.yaml; covshift run bad.yaml
  2> covshift: bad.yaml: network 'cnn' needs train: data, or a saved profile of its layers; train.profile is a saved profile of features
  [2]
  $ sed 's/network: kept/network: lost/' night.yaml > bad.yaml; covshift run bad.yaml --dry-run
  2> covshift: night.db: there is no network "lost"
  [2]
  $ sed 's/cnn.onnx/none.onnx/' night.yaml > bad.yaml; covshift run bad.yaml
  2> covshift: data/networks/none.onnx: cannot open: No such file or directory
  [2]
  $ sed 's/label: class/lable: class/' night.yaml > bad.yaml; covshift run bad.yaml
  2> covshift: bad.yaml: line 6, column 39: unknown key 'lable'; did you mean label
  [2]
  $ sqlite3 night.db "SELECT count(*) FROM attempt WHERE monitor LIKE 'bad%'"
  0

Changes are looked for in layers as in features, and dated.

  $ mkdir long; python3 - << 'END'
  > import random
  > random.seed(3)
  > head, *clean = open("data/networks/clean.csv").read().split()
  > dim = open("data/networks/dim.csv").read().split()[1:]
  > for day in range(1, 27):
  >     rows = [random.choice(clean) for _ in range(100)] if day < 26 else dim
  >     with open(f"long/2026-01-{day:02}.csv", "w") as file:
  >         file.write("\n".join([head, *rows, ""]))
  > END
  $ cat > long.yaml << 'END'
  > db: long.db
  > train: data/networks/train.csv
  > production: {source: "long/%F.csv"}
  > features: [{name: "*", exclude: yes}, {name: p00, exclude: no}]
  > decision: {joint: no}
  > changes: {detectors: [adwin, cusum], run_length: 200}
  > networks: [{network: data/networks/cnn.onnx, label: class}]
  > END
  $ covshift run long.yaml --from 2026-01-01 --to 2026-01-26 --quiet > out
  [1]
  $ sqlite3 long.db "SELECT c.subject, c.statistic, count(DISTINCT detector), min(since), max(since_high) FROM change_point c JOIN run ON id = run WHERE type = 'layer' AND run.monitor = 'long:cnn' GROUP BY 1, 2 ORDER BY 1, 2"
  bn0|mean_shift|2|2026-01-26|2026-01-26
  bn0|variance_ratio|2|2026-01-26|2026-01-26
  bn0 output|mean_shift|2|2026-01-26|2026-01-26
  bn0 output|variance_ratio|2|2026-01-26|2026-01-26
  logits|mean_shift|2|2026-01-26|2026-01-26
  logits|variance_ratio|2|2026-01-26|2026-01-26
  pixels|mean_shift|2|2026-01-26|2026-01-26
  pixels|variance_ratio|2|2026-01-26|2026-01-26
  relu0|mean_shift|2|2026-01-26|2026-01-26
  relu0|variance_ratio|2|2026-01-26|2026-01-26
