Changes of level, too small for one run's verdict, are found over the runs, with their beginning; and thresholds from history.

Needs: sqlite3

  $ cat > make.py << 'END'
  > import random
  > random.seed(5)
  > def write(name, n, shift):
  >     with open(name, "w") as file:
  >         file.write("x,y\n")
  >         for _ in range(n):
  >             file.write(f"{random.gauss(shift, 1):.4f},{random.choice('abc')}\n")
  > write("train.csv", 2000, 0)
  > for day in range(1, 29):
  >     write(f"2026-01-{day:02}.csv", 400, 0 if day < 21 else 0.2)
  > END
  $ python3 make.py
  $ cat > m.yaml << 'END'
  > db: m.db
  > train: train.csv
  > production: {source: "%Y-%m-%d.csv"}
  > decision: {joint: no, history: 10}
  > changes: {detectors: [cusum, page_hinkley, ewma, adwin], run_length: 200}
  > END
  $ covshift run m.yaml --from 2026-01-01 --to 2026-01-28 --quiet > out; grep 'mean_shift went' out
    x     mean_shift went up on 2026-01-21, or between 2026-01-15 and 2026-01-27
  $ sqlite3 m.db "SELECT DISTINCT period, c.subject, c.statistic, detector, upward, since, since_low, since_high FROM change_point c JOIN run ON id = run ORDER BY period, detector"
  2026-01-27|x|mean_shift|cusum|1|2026-01-21|2026-01-15|2026-01-27
  $ sqlite3 m.db "SELECT verdict, count(*) FROM run GROUP BY verdict; SELECT count(*) FROM series"
  alert|1
  ok|25
  warn|2
  14

A change that several detectors find on the same day is dated alike.

  $ mkdir calm; for day in $(seq 1 24); do cp 2026-01-$(printf %02d $(((day - 1) % 20 + 1))).csv calm/2026-01-$(printf %02d $day).csv; done
  $ awk -F, 'NR > 1 {$1 += 1} {print $1 "," $2}' 2026-01-20.csv > calm/2026-01-25.csv; sed 's/m.db/calm.db/; s/"%Y/"calm\/%Y/' m.yaml > calm.yaml; covshift run calm.yaml --from 2026-01-01 --to 2026-01-25 --quiet > out
  [1]
  $ sqlite3 calm.db "SELECT statistic, count(DISTINCT detector) > 1, min(since), max(since), min(since_low), max(since_high) FROM change_point WHERE statistic = 'jensen_shannon'"
  jensen_shannon|1|2026-01-25|2026-01-25|2026-01-25|2026-01-25

The data set's own statistics are looked at like those of the features, and dated on the same night.

  $ cat > both.py << 'END'
  > import random
  > random.seed(5)
  > def write(name, n, rho, shift):
  >     with open(name, "w") as file:
  >         file.write("x,y\n")
  >         for _ in range(n):
  >             x = random.gauss(0, 1)
  >             y = rho * x + (1 - rho**2)**0.5 * random.gauss(0, 1)
  >             file.write(f"{x + shift:.4f},{y:.4f}\n")
  > write("both.csv", 2000, 0.99, 0)
  > for day in range(1, 26):
  >     write(f"both/{day:02}.csv", 400, 0.99 if day < 25 else 0, 0 if day < 25 else 1)
  > END
  $ mkdir both; python3 both.py; printf 'db: both.db\ntrain: both.csv\nproduction: {source: "both/%%d.csv"}\nchanges: {detectors: [cusum], run_length: 200, statistics: [mcc, mean_shift]}\n' > both.yaml
  $ covshift run both.yaml --from 2026-01-01 --to 2026-01-25 --quiet > out; sqlite3 both.db "SELECT DISTINCT type, subject, statistic, since FROM change_point"
  dataset|dataset|mcc|2026-01-25
  feature|x|mean_shift|2026-01-25
  feature|x|mcc|2026-01-25

Statistics in which changes are looked for are recorded although none is asked for; values that an older version did not record leave a change without a date.

  $ sed 's/m.db/s.db/; s/^decision/features: [{name: "*", statistics: []}]\ndecision/' m.yaml > s.yaml; covshift run s.yaml --from 2026-01-01 --to 2026-01-26 --quiet > out; cp s.db old.db
  $ covshift run s.yaml --date 2026-01-27 --quiet > out; grep 'mean_shift went' out; sqlite3 s.db "SELECT DISTINCT statistic FROM measurement"
    x     mean_shift went up on 2026-01-21, or between 2026-01-15 and 2026-01-27
  ks
  normal_scores
  klotz
  wasserstein_normalized
  psi
  jensen_shannon
  mean_shift
  variance_ratio
  out_of_range_share
  mcc
  missing_rate
  chi_square_merged
  new_category_share
  lost_category_share
  $ sqlite3 old.db "DELETE FROM measurement WHERE statistic = 'mean_shift'"; (echo 'name: s'; sed 's/s.db/old.db/' s.yaml) > old.yaml; covshift run old.yaml --date 2026-01-27 --quiet > out; grep 'mean_shift went' out
    x     mean_shift went up (cusum)

Many that change at once, which are read together, are dated as each by itself: where all features are shifted, x4 is as where it alone is.

  $ cat > wide.py << 'END'
  > import random
  > for day in range(1, 31):
  >     for name, moved in ("all", range(30)), ("one", [4]):
  >         draws = [random.Random(f"{i} {day}") for i in range(30)]
  >         with open(f"{name}-{day:02}.csv", "w") as file:
  >             print(",".join(f"x{i}" for i in range(30)), file=file)
  >             for _ in range(300):
  >                 print(",".join(f"{r.gauss(1.5 * (i in moved and day >= 20), 1):.3f}" for i, r in enumerate(draws)), file=file)
  > END
  $ python3 wide.py; for m in all one; do sed "s/m.db/$m.db/; s/train.csv/all-01.csv/; s/%Y.*csv/$m-%d.csv/" m.yaml > $m.yaml
  > covshift run $m.yaml --from 2026-01-02 --to 2026-01-30 --quiet > out
  > sqlite3 $m.db "SELECT max(n) FROM (SELECT count(DISTINCT subject || statistic) AS n FROM change_point GROUP BY run)"
  > sqlite3 $m.db "SELECT period, c.statistic, detector, since, since_low, since_high FROM change_point c JOIN run ON id = run WHERE subject = 'x4' AND period >= '2026-01-20'" > $m.dates; done; cmp all.dates one.dates; cat all.dates
  21
  2
  2026-01-22|jensen_shannon|adwin|2026-01-20|2026-01-20|2026-01-20
  2026-01-22|mean_shift|adwin|2026-01-20|2026-01-20|2026-01-20
  2026-01-25|mcc|cusum|2026-01-20|2026-01-20|2026-01-20

The state is in the database: run by run or in one go, the same comes out. A day that is run again changes no series.

  $ sed 's/m.db/m1.db/' m.yaml > m1.yaml
  > for day in $(seq 1 28); do covshift run m1.yaml --date 2026-01-$(printf %02d $day) --quiet > out; done
  > for db in m m1; do sqlite3 $db.db "SELECT type, subject, statistic, hex(state) FROM series" > $db.state; done
  > test -s m.state; cmp m.state m1.state
  $ covshift run m.yaml --date 2026-01-20 --again --quiet; sqlite3 m.db "SELECT type, subject, statistic, hex(state) FROM series" | cmp - m.state

Thresholds from history: the spread of at least ten runs without shift. A day that was run before is one of them, so when it is run again the fixed thresholds are in force.

  $ sqlite3 m.db "SELECT period, round(warn, 3), round(alert, 3) FROM run r JOIN subject s ON s.run = r.id JOIN measurement m ON m.subject = s.id WHERE s.name = 'x' AND statistic = 'wasserstein_normalized' AND period IN ('2026-01-10', '2026-01-11', '2026-01-20') ORDER BY r.id"
  2026-01-10|0.1|0.25
  2026-01-11|0.113|0.136
  2026-01-20|0.1|0.119
  2026-01-20|0.1|0.25
  $ sqlite3 m.db "UPDATE series SET state = CAST(x'000000000000f0bf' || substr(state, 9) AS BLOB)"; covshift run m.yaml --date 2026-01-28 --again
  2> covshift: monitor m, 2026-01-28: m.db: a series of monitor m is damaged
  [2]
  $ sqlite3 m.db "UPDATE series SET state = x'00'"; covshift run m.yaml --date 2026-01-28 --again
  2> covshift: monitor m, 2026-01-28: m.db: a series of monitor m is damaged
  [2]
  $ sed 's/adwin/adwim/' m.yaml > bad.yaml; covshift run bad.yaml; sed 's/run_length: 200/run_length: 1/' m.yaml > bad.yaml; covshift run bad.yaml; sed 's/run_length: 200/statistics: [mean]/' m.yaml > bad.yaml; covshift run bad.yaml
  2> covshift: bad.yaml: line 5, column 50: detectors: expected one of cusum, page_hinkley, ewma, adwin, found 'adwim'
  2> covshift: bad.yaml: line 5, column 70: changes.run_length: expected a number of runs from 2 to 100000, found '1'
  2> covshift: bad.yaml: line 5, column 71: changes.statistics[1]: there is no statistic 'mean'
  [2]
