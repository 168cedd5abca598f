What is wrong with a monitor file is told with line, column and key.

  $ covshift init data/train.csv -o - | sed 's/^  days_ago: 1/  days_ago: 1/' > good.yaml
  $ broken() { sed "$1" good.yaml > bad.yaml; covshift run bad.yaml --date 2026-01-30; }
  > broken 's/alpha:/alpa:/'
  > broken 's/^keep:/hold:/'
  > broken 's/joint: yes/joint: maybe/'
  > broken 's/400d/400/'
  > broken 's/kind: timestamp/kind: time/'
  > broken 's/"price"/"prise"/'
  > broken 's/days_ago: 1 /days_ago: x /'
  > broken 's/alpha: 0.05/alpha: 1.5/'
  > broken 's/late_days: 3/late_days: 0x3/'
  > broken 's/^db:/ db:/'
  > broken 's/^db:.*//'
  > broken 's/^train:.*//'
  > broken 's/^  source:.*//'
  > broken 's/%Y-%m-%d.csv"/%Y-%m-%d-%H.csv"/'
  > broken 's/^keep: 400d/reports: [{format: json}]/'
  > broken 's/^keep: 400d/hooks: [{when: news}]/'
  > broken 's/^keep: 400d/name: a b/'
  > broken 's/^keep: 400d/db: twice.db/'
  > broken 's/^keep: 400d/reports: 3/'
  > broken 's/^    kind: timestamp/    thresholds: [{warn: 1}]/'
  > broken 's/^    kind: timestamp/    thresholds: [{statistic: ks, alert: -1}]/'
  > broken 's/^    kind: timestamp/    thresholds: [{statistic: kz, alert: 1}]/'
  > broken 's/^  - name: "sold"/  - exclude: yes/'
  > broken 's/^train:.*/train: nowhere.csv/'
  2> covshift: bad.yaml: line 71, column 3: unknown key 'alpa'; did you mean alpha
  2> covshift: bad.yaml: line 103, column 1: unknown key 'hold'; there are name, db, train, production, reference, features, networks, decision, policy, changes, reports, hooks, keep
  2> covshift: bad.yaml: line 72, column 10: joint: expected one of no, yes, false, true, found 'maybe'
  2> covshift: bad.yaml: line 103, column 7: keep: expected a number of days such as 400d, found '400'
  2> covshift: bad.yaml: line 25, column 11: kind: expected one of numeric, categorical, boolean, timestamp, identifier, found 'time'
  2> covshift: bad.yaml: line 26, column 11: features[2].name: no column is called 'prise'; did you mean price
  2> covshift: bad.yaml: line 12, column 13: production.days_ago: expected a whole number from 0 to 3660, found 'x'
  2> covshift: bad.yaml: line 71, column 10: decision.alpha: expected a number between 0 and 1, found '1.5'
  2> covshift: bad.yaml: line 14, column 14: production.late_days: expected a whole number from 0 to 366, found '0x3'
  2> covshift: bad.yaml: line 5, column 1: is no YAML: did not find expected <document start>
  2> covshift: bad.yaml: line 5, column 1: needs db: the SQLite file with the runs
  2> covshift: bad.yaml: line 4, column 1: needs train: the training data or its profile
  2> covshift: bad.yaml: line 12, column 3: production: needs source: the file of the day
  2> covshift: bad.yaml: line 11, column 11: production.source: production/%Y-%m-%d-%H.csv: '%H' is no placeholder of a day (%Y, %m, %d, ...); %% stands for %
  2> covshift: bad.yaml: line 103, column 11: reports[1]: needs format and to
  2> covshift: bad.yaml: line 103, column 9: hooks[1]: needs run: a command
  2> covshift: bad.yaml: line 103, column 7: name: expected letters, digits, '.', '_' and '-', found 'a b'
  2> covshift: bad.yaml: line 103, column 1: db: is there twice
  2> covshift: bad.yaml: line 103, column 10: reports: expected a list
  2> covshift: bad.yaml: line 25, column 18: features[1].thresholds[1]: needs a statistic, and warn or alert or both
  2> covshift: bad.yaml: line 25, column 41: features[1].thresholds[1].alert: expected a number from 0 on, found '-1'
  2> covshift: bad.yaml: line 25, column 18: features[1].thresholds[1]: there is no statistic 'kz'; did you mean ks
  2> covshift: bad.yaml: line 24, column 5: features[1]: needs name: a column, or a pattern such as 'price*'
  2> covshift: nowhere.csv: cannot open: No such file or directory
  [2]
  $ : > empty.yaml; covshift run empty.yaml; covshift run none.yaml; covshift run .
  2> covshift: empty.yaml: is empty
  2> covshift: none.yaml: No such file or directory
  2> covshift: .: Is a directory
  [2]
  $ mkdir 'a%b'; cp good.yaml 'a%b'; covshift run 'a%b/good.yaml' --date 2026-01-30
  2> covshift: a%b/good.yaml: a folder with a '%' in its name needs whole paths in the file
  [2]
  $ (cat good.yaml; head -c 1100000 /dev/zero | tr '\0' '#') > big.yaml; covshift run big.yaml --date 2026-01-30; rm -r 'a%b' big.yaml
  2> covshift: big.yaml: is no monitor file: over 1 MiB
  $ printf 'a: &a\n  - *a\n' > alias.yaml; covshift run alias.yaml
  2> covshift: alias.yaml: line 1, column 1: unknown key 'a'; there are name, db, train, production, reference, features, networks, decision, policy, changes, reports, hooks, keep
  [2]

So is what is no character of a text file.

  $ for text in 'name: \377' 'name: "\303\244\0"' '\033name: x' '"\\ename": x' 'keep: 400\303'; do printf 'db: a\ntrain: t\nproduction: {source: x}\n\n'"$text" > bad.yaml; covshift run bad.yaml; done
  2> covshift: bad.yaml: line 5, column 7: is no YAML: invalid leading UTF-8 octet
  2> covshift: bad.yaml: line 5, column 9: is no YAML: control characters are not allowed
  2> covshift: bad.yaml: line 5, column 1: is no YAML: control characters are not allowed
  2> covshift: bad.yaml: line 5, column 1: unknown key '?name'; did you mean name
  2> covshift: bad.yaml: line 5, column 10: is no YAML: incomplete UTF-8 octet sequence
  [2]

Nor is there a monitor without a file that every run can come back to.

  $ for places in 'db: ""\ntrain: t\nproduction: {source: x}' 'db: "-"\ntrain: t\nproduction: {source: x}' 'db: a\ntrain: ""\nproduction: {source: x}' 'db: a\ntrain: "-"\nproduction: {source: x}' 'db: a\ntrain: t\nproduction: {source: ""}' 'db: a\ntrain: t\nproduction: {source: "-"}' 'db: a\ntrain: t\nproduction: {source: x}\nnetworks: [{network: n, train: "-"}]'; do printf "$places" > bad.yaml; covshift run bad.yaml; done
  2> covshift: bad.yaml: line 1, column 5: db: expected a SQLite file, found ''
  2> covshift: bad.yaml: line 1, column 5: db: expected a SQLite file, found '-'
  2> covshift: bad.yaml: line 2, column 8: train: expected a file or a query that is read every night, found ''
  2> covshift: bad.yaml: line 2, column 8: train: expected a file or a query that is read every night, found '-'
  2> covshift: bad.yaml: line 3, column 22: production.source: expected a file or a query that is read every night, found ''
  2> covshift: bad.yaml: line 3, column 22: production.source: expected a file or a query that is read every night, found '-'
  2> covshift: bad.yaml: line 4, column 32: networks[1].train: expected a file or a query that is read every night, found '-'
  [2]

What is wrong is told of its own key: a NUL, at which a text would end, a value that is out of range, a word in a list.

  $ for rest in 'production: {source: "p\\0x"}' 'production: {source: x, missing: [a, "\\0"]}' '"production\\0": {source: x}' 'production: {source: x, days_ago: 99999999}' 'production: {source: x, late_days: 367}' 'production: {source: x}\nchanges: {detectors: [cusum, cusom]}' 'production: {source: x}\npolicy: {level: "alert\\0"}' 'production: {source: x}\npolicy: {recover: 0}'; do printf 'db: a\ntrain: t\n'"$rest" > bad.yaml; covshift run bad.yaml; done
  2> covshift: bad.yaml: line 3, column 22: source: has a NUL in it
  2> covshift: bad.yaml: line 3, column 38: missing: has a NUL in it
  2> covshift: bad.yaml: line 3, column 1: production: has a NUL in it
  2> covshift: bad.yaml: line 3, column 35: production.days_ago: expected a whole number from 0 to 3660, found '99999999'
  2> covshift: bad.yaml: line 3, column 36: production.late_days: expected a whole number from 0 to 366, found '367'
  2> covshift: bad.yaml: line 4, column 30: detectors: expected one of cusum, page_hinkley, ewma, adwin, found 'cusom'
  2> covshift: bad.yaml: line 4, column 17: level: has a NUL in it
  2> covshift: bad.yaml: line 4, column 19: policy.recover: expected a whole number from 1 to 64, found '0'
  [2]

Numbers are decimal, and nothing stands behind them, as on the command line.

  $ number() { printf 'db: n.db\ntrain: data/train.csv\nproduction: {source: data/null.csv}\n'"$1"'\n' > number.yaml; covshift run number.yaml --date 2026-01-30; }
  > number 'decision: {seed: 1e3}'; number 'decision: {seed: "5x"}'; number 'decision: {seed: 5.7}'; number 'decision: {seed: 0x10}'
  > number 'decision: {history: -1}'; number 'decision: {fail_share: "1,0"}'; number 'decision: {fail_share: 0.5%%}'
  > number 'decision: {fail_share: nan}'; number 'decision: {alpha: 0.05x}'; number 'decision: {alpha: }'
  > number 'policy: {runs: 1e1}'; number 'policy: {remind: 3.9}'; number 'policy: {recover: 0}'; number 'policy: {runs: 65}'
  > number 'changes: {run_length: 100abc}'
  > number 'features:\n  - name: sold\n    thresholds:\n      - statistic: psi\n        alert: 0,9'
  > number 'features: [{name: sold, thresholds: [{statistic: psi, alert: nan}]}]'
  2> covshift: number.yaml: line 4, column 18: decision.seed: expected a whole number from 0 to 9223372036854775807, found '1e3'
  2> covshift: number.yaml: line 4, column 18: decision.seed: expected a whole number from 0 to 9223372036854775807, found '5x'
  2> covshift: number.yaml: line 4, column 18: decision.seed: expected a whole number from 0 to 9223372036854775807, found '5.7'
  2> covshift: number.yaml: line 4, column 18: decision.seed: expected a whole number from 0 to 9223372036854775807, found '0x10'
  2> covshift: number.yaml: line 4, column 21: decision.history: expected a whole number from 0 to 4294967295, found '-1'
  2> covshift: number.yaml: line 4, column 24: decision.fail_share: expected a number above 0, 1 at most, found '1,0'
  2> covshift: number.yaml: line 4, column 24: decision.fail_share: expected a number above 0, 1 at most, found '0.5%'
  2> covshift: number.yaml: line 4, column 24: decision.fail_share: expected a number above 0, 1 at most, found 'nan'
  2> covshift: number.yaml: line 4, column 19: decision.alpha: expected a number between 0 and 1, found '0.05x'
  2> covshift: number.yaml: line 4, column 19: decision.alpha: expected a number between 0 and 1, found ''
  2> covshift: number.yaml: line 4, column 16: policy.runs: expected a whole number from 1 to 64, found '1e1'
  2> covshift: number.yaml: line 4, column 18: policy.remind: expected a whole number from 0 to 4294967295, found '3.9'
  2> covshift: number.yaml: line 4, column 19: policy.recover: expected a whole number from 1 to 64, found '0'
  2> covshift: number.yaml: line 4, column 16: policy.runs: expected a whole number from 1 to 64, found '65'
  2> covshift: number.yaml: line 4, column 23: changes.run_length: expected a number of runs from 2 to 100000, found '100abc'
  2> covshift: number.yaml: line 8, column 16: features[1].thresholds[1].alert: expected a number from 0 on, found '0,9'
  2> covshift: number.yaml: line 4, column 62: features[1].thresholds[1].alert: expected a number from 0 on, found 'nan'
  [2]
  $ sed 's/^  source:.*/  source: data\/null.csv/; s/^  alpha: 0.05/  seed: 017/; s/joint: yes/joint: no/' good.yaml > seed.yaml; covshift run seed.yaml --date 2026-01-30 --quiet; covshift report --db drift.db -f json | grep -o '"seed": *[0-9]*'; rm drift.db* seed.yaml number.yaml
  "seed": 17
  $ covshift check data/train.csv data/null.csv --alpha 0x1p-4
  2> covshift check: option '--alpha' takes a number between 0 and 1, not '0x1p-4'
  2> Try 'covshift check --help'.
  [2]
  $ ls
  alias.yaml
  bad.yaml
  data
  empty.yaml
  good.yaml
  $ covshift run good.yaml --date 2026-02-30
  2> covshift run: option '--date' takes a date such as 2026-01-31, not '2026-02-30'
  2> Try 'covshift run --help'.
  [2]
  $ covshift run good.yaml --date 2026-01-30 --to 2026-01-31
  2> covshift run: --date is one day, --from and --to are several
  2> Try 'covshift run --help'.
  [2]
  $ covshift run good.yaml --to 2026-01-31
  2> covshift run: --to needs --from
  2> Try 'covshift run --help'.
  [2]
  $ covshift run good.yaml --from 2026-02-02 --to 2026-02-01
  2> covshift: --from is after --to
  [2]
  $ covshift run good.yaml --wait long
  2> covshift run: option '--wait' takes seconds, 86400 at most, not 'long'
  2> Try 'covshift run --help'.
  [2]
  $ covshift init -
  2> covshift init: TRAIN is read every night, so it cannot be standard input or a pipe
  2> Try 'covshift init --help'.
  [2]
  $ covshift init nowhere.csv
  2> covshift: nowhere.csv: cannot open: No such file or directory
  [2]
  $ covshift profile data/train.csv -o t.profile; covshift init t.profile -o p.yaml
  > sed -i 's/kind: timestamp/exclude: yes/' p.yaml; mkdir production; cp data/null.csv production/2026-01-30.csv
  > covshift run p.yaml --date 2026-01-30
  2> p.yaml: written; set its production source, then try 'covshift run p.yaml --dry-run'
  2> covshift: p.yaml: t.profile is a saved profile, in which 'sold' is timestamp: make it anew to change that
  [2]
  $ sed 's/^# reports:/reports:/; s/^#   - {format: json/  - {format: jsn/' p.yaml > f.yaml; covshift run f.yaml --date 2026-01-30; ls *.db
  2> covshift: f.yaml: line 96, column 14: reports[1].format: there is no reporter 'jsn'; did you mean json
  2> ls: cannot access '*.db': No such file or directory
  [2]

A report is not written over what the monitor reads or keeps, nor over another report.

  $ mkdir night; cp data/null.csv night/prod.csv; cp data/train.csv data/networks/mlp.onnx night; cd night; ln -s prod.csv link
  > for to in m.db ./m.db m.db-wal m.db.m.lock m.yaml train.csv prod.csv link mlp.onnx; do
  >   printf 'db: m.db\ntrain: train.csv\nproduction: {source: prod.csv}\ndecision: {joint: no}\nnetworks: [{network: mlp.onnx, train: train.csv}]\nreports: [{format: text, to: "%s"}]\n' $to > m.yaml
  >   covshift run m.yaml --date 2026-01-30 --dry-run > plan; covshift run m.yaml --date 2026-01-30
  > done; cmp prod.csv ../data/null.csv; cmp train.csv ../data/train.csv; ls
  link
  m.db
  m.db.m.lock
  m.yaml
  mlp.onnx
  plan
  prod.csv
  train.csv
  2> covshift: m.db: is the database m.db, which is not written over
  2> covshift: monitor m, 2026-01-30: m.db: is the database m.db, which is not written over
  2> covshift: ./m.db: is the database m.db, which is not written over
  2> covshift: monitor m, 2026-01-30: ./m.db: is the database m.db, which is not written over
  2> covshift: m.db-wal: is the database's log m.db-wal, which is not written over
  2> covshift: monitor m, 2026-01-30: m.db-wal: is the database's log m.db-wal, which is not written over
  2> covshift: m.db.m.lock: is the lock m.db.m.lock, which is not written over
  2> covshift: monitor m, 2026-01-30: m.db.m.lock: is the lock m.db.m.lock, which is not written over
  2> covshift: m.yaml: is the monitor file m.yaml, which is not written over
  2> covshift: monitor m, 2026-01-30: m.yaml: is the monitor file m.yaml, which is not written over
  2> covshift: train.csv: is the training data train.csv, which is not written over
  2> covshift: monitor m, 2026-01-30: train.csv: is the training data train.csv, which is not written over
  2> covshift: prod.csv: is the data prod.csv, which is not written over
  2> covshift: monitor m, 2026-01-30: prod.csv: is the data prod.csv, which is not written over
  2> covshift: link: is the data prod.csv, which is not written over
  2> covshift: monitor m, 2026-01-30: link: is the data prod.csv, which is not written over
  2> covshift: mlp.onnx: is the network mlp.onnx, which is not written over
  2> covshift: monitor m, 2026-01-30: mlp.onnx: is the network mlp.onnx, which is not written over
  $ cd night; printf 'db: m.db\ntrain: train.csv\nproduction: {source: prod.csv}\nreports:\n  - {format: json, to: -}\n  - {format: text, to: -}\n  - {format: json, to: /dev/stdout}\n  - {format: text, to: /dev/stdout}\n  - {format: json, to: report-%%d}\n  - {format: text, when: news, to: report-%%d}\n' > m.yaml; covshift run m.yaml --dry-run
  2> covshift: m.yaml: line 10, column 36: reports[6].to: another report goes to 'report-%d'
  [2]

A network of the database has a name, which is no file's.

  $ mkdir named; cp night/prod.csv night/train.csv named; cp data/networks/mlp.onnx named; cd named; covshift network add mlp mlp.onnx --db m.db
  > printf 'db: m.db\ntrain: train.csv\nproduction: {source: prod.csv}\nnetworks: [{network: mlp}]\nreports: [{format: text, to: mlp}]\n' > m.yaml; covshift run m.yaml --date 2026-01-30 --dry-run | grep -c 'write'
  2

The lock is a file, and written to no other.

  $ mkdir lock; cp night/prod.csv night/train.csv lock; cd lock; echo mine > mine; printf 'db: m.db\ntrain: train.csv\nproduction: {source: prod.csv}\n' > m.yaml
  > ln -s mine m.db.m.lock; covshift run m.yaml; cat mine
  > rm m.db.m.lock; mkfifo m.db.m.lock; covshift run m.yaml
  > rm m.db.m.lock; mkdir m.db.m.lock; covshift run m.yaml
  > sed -i 's|^db: |db: none/|' m.yaml; covshift run m.yaml; ls m.db
  mine
  2> covshift: m.db.m.lock: cannot use as a lock: it is not a regular file
  2> covshift: m.db.m.lock: cannot use as a lock: it is not a regular file
  2> covshift: m.db.m.lock: cannot use as a lock: Is a directory
  2> covshift: none/m.db.m.lock: cannot use as a lock: No such file or directory
  2> ls: cannot access 'm.db': No such file or directory
  [2]
