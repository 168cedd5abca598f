Reports of a run are written at the same time, while old runs leave the database: with any number of threads the same ones.

  $ cat > make.py << 'END'
  > import random
  > random.seed(2)
  > def write(name, n, shift):
  >     with open(name, "w") as file:
  >         print("x,y,z", file=file)
  >         for _ in range(n):
  >             print(f"{random.gauss(shift, 1):.3f},{random.gauss(0, 1):.3f},{random.choice('abc')}", file=file)
  > write("train.csv", 600, 0)
  > for day in range(1, 6):
  >     write(f"2026-01-0{day}.csv", 300, day > 3)
  > END
  $ python3 make.py; cat > m.yaml << 'END'
  > train: ../train.csv
  > production: {source: "../%F.csv"}
  > decision: {joint: no}
  > keep: 2d
  > reports:
  >   - {format: json, to: "%d.json"}
  >   - {format: html, to: "%d.html"}
  >   - {format: html, to: "latest.html"}
  >   - {format: text, to: "%d.txt"}
  >   - {format: markdown, to: "%d.md"}
  >   - {format: csv, to: "%d.csv"}
  >   - {format: csv, to: "latest.csv"}
  > hooks: [{run: "cmp - $(ls 0*.json | tail -n 1) && wc -l < latest.csv > lines", when: always}]
  > END
  $ for n in 1 2 8; do mkdir $n; (echo "db: m.db"; cat m.yaml) > $n/m.yaml
  > for d in 1 2 3 4 5; do (cd $n; SOURCE_DATE_EPOCH=$(date -ud "2026-01-0$d 23:00" +%s) covshift run m.yaml --date 2026-01-0$d --threads $n --quiet > $d.out); echo $n $d $?; done; done
  1 1 0
  1 2 0
  1 3 0
  1 4 1
  1 5 0
  2 1 0
  2 2 0
  2 3 0
  2 4 1
  2 5 0
  8 1 0
  8 2 0
  8 3 0
  8 4 1
  8 5 0
  $ diff -r -x 'm.db*' -x m.yaml 1 2; diff -r -x 'm.db*' -x m.yaml 1 8; ls 8 | wc -l; cmp 8/05.html 8/latest.html
  36
  $ covshift report --list --db 8/m.db
     RUN  STARTED, UTC      PERIOD      VERDICT       ALERT  WARN    OF  MONITOR
       3  2026-01-03 23:00  2026-01-03  inconclusive      0     0     3  m
       4  2026-01-04 23:00  2026-01-04  alert             1     0     3  m
       5  2026-01-05 23:00  2026-01-05  alert             1     0     3  m
