What decides, and what the user can change about it.

  $ covshift check data/train.csv data/null.csv
  OK: no shift in 16 features
  
  train  data/train.csv, 2,000 rows
  prod   data/null.csv, 2,000 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT                 P  CHANGE
  living_area  num   ok       KS           0.041  0.78  mean 1370 → 1358
  frontage     num   ok       KS           0.035  0.78  mean 56.5 → 55.7
  lot_area     num   ok       KS           0.032  0.78  sd 17164 → 13150
  depth        num   ok       mean shift -0.0779   0.2  sd 60.7 → 36.6
  assessed     num   ok       KS          0.0305  0.78  mean 63638 → 63162
  price        num   ok       KS           0.027  0.78  mean 62254 → 61680
  rooms        num   ok       KS          0.0185  0.78  mean 5.99 → 5.95
  garage_area  num   ok       KS           0.018  0.93  mean 349 → 347
  … and 8 more features without a shift
  
  Notes
    sold  timestamp: only its missing values are judged
  
  Smallest mean shift these rows could show: 0.13 to 0.14 sd (80 % power).
  $ covshift check data/train.csv data/prod-1998.csv
  WARN: 1 of 16 features shifted; strongest: price, KS 0.125
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT                   P  CHANGE
  price        num   WARN     KS           0.125   7e-13  mean 62254 → 71292
  wall         cat   ok       PSI         0.0801   4e-13  10 % of rows changed
                                                          category
  frontage     num   ok       KS          0.0718    2e-4  mean 56.5 → 53.3
  living_area  num   ok       KS           0.062  0.0056  mean 1370 → 1322
  assessed     num   ok       KS           0.059  0.0089  mean 63638 → 59913
  lot_area     num   ok       KS           0.056    0.01  sd 17164 → 13225
  garage_area  num   ok       KS          0.0455   0.046  mean 349 → 335
  year_built   num   ok       KS          0.0355    0.14  mean 1940 → 1939
  half_baths   num   ok       mean shift -0.0885   0.012  mean 0.295 → 0.252
  … and 7 more features without a shift
  
  Why
    price  KS distance 0.125, warn from 0.12; significant (adjusted p 6.7e-13)
  
  Notes
    sold  timestamp: only its missing values are judged
  
  Smallest mean shift these rows could show: 0.13 to 0.14 sd (80 % power).
  $ covshift check data/train.csv data/prod-west.csv
  ALERT: 12 of 16 features shifted; strongest: price, PSI 1.31
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-west.csv, 2,000 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT                  P  CHANGE
  price        num   ALERT    PSI          1.31  2e-179  mean 62254 → 115010,
                                                         sd 39469 → 70754
  lot_area     num   ALERT    PSI         0.886   2e-99  mean 8930 → 18317,
                                                         sd 17164 → 35697
  assessed     num   ALERT    PSI         0.739   3e-88  mean 63638 → 98742,
                                                         sd 40888 → 64147
  year_built   num   ALERT    PSI         0.718  4e-131  mean 1940 → 1959,
                                                         sd 25.3 → 21
  frontage     num   ALERT    PSI         0.718   7e-79  mean 56.5 → 78.5,
                                                         sd 31.6 → 45.1
  depth        num   ALERT    PSI         0.358   4e-49  missing 11 % → 21 %,
                                                         mean 134 → 154,
                                                         sd 60.7 → 80.7
  wall         cat   ALERT    PSI         0.327   1e-64  26 % of rows changed
                                                         category
  garage       cat   ALERT    PSI         0.303   6e-62  27 % of rows changed
                                                         category
  baths        num   ALERT    mean shift +0.473   3e-35  mean 1.15 → 1.34,
                                                         sd 0.392 → 0.55
  living_area  num   ALERT    KS          0.185   5e-34  mean 1370 → 1603,
                                                         sd 505 → 670
  half_baths   num   WARN     KS          0.173   2e-29  mean 0.295 → 0.468
  garage_area  num   WARN     KS          0.169   5e-26  mean 349 → 415
  rooms        num   ok       KS          0.106   1e-12  mean 5.99 → 6.24
  beds         num   ok       KS         0.0805   9e-10  mean 2.93 → 3.07
  stories      cat   ok       PSI        0.0591   2e-10  0.1 % in new categories
  sold         time  ok
  
  Why
    price        PSI 1.31, alert from 0.2; significant (adjusted p 1.7e-179)
    lot_area     PSI 0.886, alert from 0.2; significant (adjusted p 1.6e-99)
    assessed     PSI 0.739, alert from 0.2; significant (adjusted p 2.5e-88)
    year_built   PSI 0.718, alert from 0.2; significant (adjusted p 3.8e-131)
    frontage     PSI 0.718, alert from 0.2; significant (adjusted p 6.7e-79)
    depth        PSI 0.358, alert from 0.2; significant (adjusted p 3.8e-49)
    wall         PSI 0.327, alert from 0.2; significant (adjusted p 1.1e-64)
    garage       PSI 0.303, alert from 0.2; significant (adjusted p 6.2e-62)
    baths        mean shift 0.473, alert from 0.45; significant (adjusted p
                 3.3e-35)
    living_area  KS distance 0.185, alert from 0.18; significant (adjusted p
                 4.8e-34)
    half_baths   KS distance 0.173, warn from 0.12; significant (adjusted p
                 1.5e-29)
    garage_area  KS distance 0.169, warn from 0.12; significant (adjusted p
                 4.7e-26)
  
  Notes
    sold  timestamp: only its missing values are judged
  
  Smallest mean shift these rows could show: 0.13 to 0.14 sd (80 % power).
  [1]

--fail-on, of a warning and of an alert.

  $ for p in 1998 west; do for l in warn alert never; do covshift check data/train.csv data/prod-$p.csv --fail-on $l > out; echo $p $l $?; done; done
  1998 warn 1
  1998 alert 0
  1998 never 0
  west warn 1
  west alert 1
  west never 0

Thresholds, for all features or one.

  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --alert ks=0.12
  ALERT: 1 of 2 features shifted; strongest: price, KS 0.125
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT  EFFECT          P  CHANGE
  price    num   ALERT    KS   0.125  7e-14  mean 62254 → 71292
  wall     cat   ok       PSI 0.0801  4e-14  10 % of rows changed category
  
  Why
    price  KS distance 0.125, alert from 0.12; significant (adjusted p 6.5e-14)
  
  Smallest mean shift these rows could show: 0.11 sd (80 % power).
  [1]
  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --warn price:ks=0.5 --alert price:ks=0.6
  OK: no shift in 2 features
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT  EFFECT                 P  CHANGE
  price    num   ok       mean shift +0.229  7e-14  mean 62254 → 71292
  wall     cat   ok       PSI        0.0801  4e-14  10 % of rows changed category
  
  Smallest mean shift these rows could show: 0.11 sd (80 % power).
  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --warn wall:psi=0.08
  WARN: 2 of 2 features shifted; strongest: price, KS 0.125
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT  EFFECT          P  CHANGE
  price    num   WARN     KS   0.125  7e-14  mean 62254 → 71292
  wall     cat   WARN     PSI 0.0801  4e-14  10 % of rows changed category
  
  Why
    price  KS distance 0.125, warn from 0.12; significant (adjusted p 6.5e-14)
    wall   PSI 0.0801, warn from 0.08; significant (adjusted p 4.2e-14)
  
  Smallest mean shift these rows could show: 0.11 sd (80 % power).
  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --warn wall:psi=0.08 --alpha 1e-20
  OK: no shift in 2 features
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT  EFFECT          P  CHANGE
  price    num   ok       KS   0.125  7e-14  mean 62254 → 71292
  wall     cat   ok       PSI 0.0801  4e-14  10 % of rows changed category
  
  Smallest mean shift these rows could show: 0.33 sd (80 % power).

--fail-share: the data set's own verdict.

  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.9 | head -1
  WARN: 12 of 16 features shifted; strongest: price, PSI 1.31
  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.9 > out
  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.1 > out
  [1]
