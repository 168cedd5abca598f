Rows in order of time are worth fewer independent ones, and the decision says so.

  $ python3 -c "
  > import random
  > for name, seed in (('a', 1), ('b', 3)):
  >     r, x = random.Random(seed), 0.0
  >     with open(name + '.csv', 'w') as f:
  >         print('level,noise', file=f)
  >         for i in range(1000):
  >             x = 0.97 * x + r.gauss(0, 1)
  >             print('%.6f,%.6f' % (x, r.gauss(0, 1)), file=f)"
  $ covshift check a.csv b.csv --no-joint
  INCONCLUSIVE: 1 of 2 features could not be judged, no other shifted
  
  train  a.csv, 1,000 rows
  prod   b.csv, 1,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT       EFFECT       P  CHANGE
  level    num   inconclusive  W1/sd 0.261  1  mean 0.415 → -0.53, sd 4.34 → 3.43
  noise    num   ok            KS    0.032  1  mean 0.0248 → 0.00789
  
  Why
    level  Wasserstein distance / sd 0.261 is large, but the difference is not
           significant (adjusted p 1): 7 independent rows cannot tell it from
           noise
  
  Notes
    level  values depend on those before them: 1000 in training are worth 7.0
           independent ones, 1000 in production 7.0
  
  Smallest mean shift these rows could show: 0.15 to 1.8 sd (80 % power).
  $ covshift check a.csv b.csv --no-joint --dependence none | grep ALERT
  ALERT: 1 of 2 features shifted; strongest: level, W1/sd 0.261
  level    num   ALERT    W1/sd 0.261  1e-12  mean 0.415 → -0.53, sd 4.34 → 3.43
  $ covshift check a.csv b.csv --dependence maybe
  2> covshift check: option '--dependence' takes auto, serial or none, not 'maybe'
  2> Try 'covshift check --help'.
  [2]

Too few rows to show it by themselves are judged by what the other side shows, whichever that is.

  $ head -11 a.csv > few.csv; for pair in "few.csv b.csv" "b.csv few.csv"; do covshift check $pair --no-joint | grep -A 1 worth; done
    level  values depend on those before them: 10 in training are worth 2.0
           independent ones, 1000 in production 11.4
    level  values depend on those before them: 1000 in training are worth 11.4
           independent ones, 10 in production 2.0

Rows that are sorted by something else are not taken for a series.

  $ (head -1 a.csv; tail -n +2 a.csv | sort -g) > c.csv; (head -1 b.csv; tail -n +2 b.csv | sort -g) > d.csv
  $ covshift check c.csv d.csv --no-joint | grep -c worth
  0
  [1]
