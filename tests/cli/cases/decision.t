What decides, and what the user can change about it.

  $ covshift check --no-joint data/train.csv data/null.csv
  OK: no shift in 16 features
  
  train  data/train.csv, 2,000 rows
  prod   data/null.csv, 2,000 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT           P  CHANGE
  depth        num   ok       W1/sd 0.0788     1  sd 60.7 → 36.6
  rooms        num   ok       W1/sd 0.0526     1  mean 5.99 → 5.95
  living_area  num   ok       KS     0.041     1  mean 1370 → 1358
  assessed     num   ok       W1/sd 0.0465  0.73  mean 63638 → 63162
  frontage     num   ok       KS     0.035     1  mean 56.5 → 55.7
  garage       cat   ok       JS    0.0263     1  2.1 % of rows changed category
  price        num   ok       W1/sd 0.0404     1  mean 62254 → 61680
  lot_area     num   ok       KS     0.032     1  sd 17164 → 13150
  … and 8 more features without a shift
  
  Notes
    sold  timestamp: only its missing values are judged
  
  Smallest mean shift these rows could show: 0.13 to 0.14 sd (80 % power).
  $ covshift check --no-joint data/train.csv data/prod-1998.csv
  WARN: 2 of 16 features shifted; strongest: price, W1/sd 0.23
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT             P  CHANGE
  price        num   WARN     W1/sd   0.23    5e-6  mean 62254 → 71292
  wall         cat   WARN     JS     0.119    4e-4  10 % of rows changed category
  assessed     num   ok       W1/sd  0.112   0.051  mean 63638 → 59913
  frontage     num   ok       W1/sd  0.104  0.0061  mean 56.5 → 53.3
  living_area  num   ok       W1/sd  0.101  0.0039  mean 1370 → 1322
  half_baths   num   ok       W1/sd 0.0885  0.0048  mean 0.295 → 0.252
  baths        num   ok       W1/sd 0.0854   0.048  mean 1.15 → 1.12
  beds         num   ok       W1/sd 0.0838   0.048  mean 2.93 → 2.88
  rooms        num   ok       W1/sd 0.0806    0.16  mean 5.99 → 5.92
  garage_area  num   ok       W1/sd 0.0779    0.22  mean 349 → 335
  … and 6 more features without a shift
  
  Why
    price        Wasserstein distance / sd 0.23, warn from 0.1; significant
                 (adjusted p 4.8e-06)
    wall         Jensen-Shannon distance 0.119, warn from 0.1; significant
                 (adjusted p 0.00038)
    assessed     Wasserstein distance / sd 0.112 is large, but the difference is
                 not significant (adjusted p 0.051): 1377 independent rows cannot
                 tell it from noise
    frontage     significant (adjusted p 0.0061), but its size is uncertain
                 (Wasserstein distance / sd 0.104, 95 % interval 0 to 0.18)
    living_area  significant (adjusted p 0.0039), but its size is uncertain
                 (Wasserstein distance / sd 0.101, 95 % interval 0.01 to 0.16)
    half_baths   significant (adjusted p 0.0048), but too small to matter
                 (Wasserstein distance / sd 0.0885)
    baths        significant (adjusted p 0.048), but too small to matter
                 (Wasserstein distance / sd 0.0854)
    beds         significant (adjusted p 0.048), but too small to matter
                 (Wasserstein distance / sd 0.0838)
  
  Notes
    sold         timestamp: only its missing values are judged
    price        values depend on those before them: 2000 in training are worth
                 1163 independent ones, 2000 in production 1163
    assessed     values depend on those before them: 2000 in training are worth
                 1377 independent ones, 2000 in production 1377
    year_built   values in production depend on those before them: 2000 are worth
                 1413 independent ones
    living_area  values in production depend on those before them: 2000 are worth
                 1565 independent ones
    wall         values in production depend on those before them: 2000 are worth
                 480 independent ones
    lot_area     values in production depend on those before them: 2000 are worth
                 1470 independent ones
    frontage     values depend on those before them: 1999 in training are worth
                 1494 independent ones, 1998 in production 1494
    garage       values depend on those before them: 2000 in training are worth
                 1520 independent ones, 2000 in production 1139
    garage_area  values depend on those before them: 2000 in training are worth
                 1157 independent ones, 2000 in production 1225
  
  Smallest mean shift these rows could show: 0.13 to 0.17 sd (80 % power).
  $ covshift check --no-joint data/train.csv data/prod-west.csv
  ALERT: 15 of 16 features shifted; strongest: price, W1/sd 1.34
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-west.csv, 2,000 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT            P  CHANGE
  price        num   ALERT    W1/sd  1.34  1e-215  mean 62254 → 115010,
                                                   sd 39469 → 70754
  lot_area     num   ALERT    PSI   0.886  2e-134  mean 8930 → 18317,
                                                   sd 17164 → 35697
  assessed     num   ALERT    W1/sd 0.859  1e-113  mean 63638 → 98742,
                                                   sd 40888 → 64147
  year_built   num   ALERT    W1/sd  0.74  9e-118  mean 1940 → 1959, sd 25.3 → 21
  frontage     num   ALERT    PSI   0.718  5e-114  mean 56.5 → 78.5,
                                                   sd 31.6 → 45.1
  baths        num   ALERT    W1/sd 0.473   7e-35  mean 1.15 → 1.34,
                                                   sd 0.392 → 0.55
  living_area  num   ALERT    W1/sd 0.463   2e-29  mean 1370 → 1603, sd 505 → 670
  wall         cat   ALERT    JS    0.241   8e-68  26 % of rows changed category
  garage       cat   ALERT    JS    0.232   1e-64  27 % of rows changed category
  depth        num   ALERT    PSI   0.358   3e-52  missing 11 % → 21 %,
                                                   mean 134 → 154, sd 60.7 → 80.7
  half_baths   num   ALERT    W1/sd 0.357   1e-28  mean 0.295 → 0.468
  garage_area  num   ALERT    W1/sd 0.335   2e-28  mean 349 → 415
  rooms        num   WARN     W1/sd 0.227   2e-11  mean 5.99 → 6.24
  beds         num   WARN     W1/sd 0.201    2e-9  mean 2.93 → 3.07
  stories      cat   WARN     JS    0.104   2e-11  0.1 % in new categories
  sold         time  ok
  
  Why
    price        Wasserstein distance / sd 1.34, alert from 0.25; significant
                 (adjusted p 1.3e-215)
    lot_area     PSI 0.886, alert from 0.25; significant (adjusted p 1.9e-134)
    assessed     Wasserstein distance / sd 0.859, alert from 0.25; significant
                 (adjusted p 1.2e-113)
    year_built   Wasserstein distance / sd 0.74, alert from 0.25; significant
                 (adjusted p 9e-118)
    frontage     PSI 0.718, alert from 0.25; significant (adjusted p 5.4e-114)
    baths        Wasserstein distance / sd 0.473, alert from 0.25; significant
                 (adjusted p 7e-35)
    living_area  Wasserstein distance / sd 0.463, alert from 0.25; significant
                 (adjusted p 1.9e-29)
    wall         Jensen-Shannon distance 0.241, alert from 0.15; significant
                 (adjusted p 8.2e-68)
    garage       Jensen-Shannon distance 0.232, alert from 0.15; significant
                 (adjusted p 1.1e-64)
    depth        PSI 0.358, alert from 0.25; significant (adjusted p 2.5e-52)
    half_baths   Wasserstein distance / sd 0.357, alert from 0.25; significant
                 (adjusted p 1.2e-28)
    garage_area  Wasserstein distance / sd 0.335, alert from 0.25; significant
                 (adjusted p 2.1e-28)
    rooms        Wasserstein distance / sd 0.227, warn from 0.1; significant
                 (adjusted p 2.5e-11)
    beds         Wasserstein distance / sd 0.201, warn from 0.1; significant
                 (adjusted p 1.7e-09)
    stories      Jensen-Shannon distance 0.104, warn from 0.1; significant
                 (adjusted p 1.8e-11)
  
  Notes
    sold  timestamp: only its missing values are judged
  
  Smallest mean shift these rows could show: 0.13 to 0.14 sd (80 % power).
  [1]

--fail-on, of a warning and of an alert.

  $ for p in 1998 west; do for l in warn alert never; do covshift check --no-joint data/train.csv data/prod-$p.csv --fail-on $l > out; echo $p $l $?; done; done
  1998 warn 1
  1998 alert 0
  1998 never 0
  west warn 1
  west alert 1
  west never 0

Thresholds, for all features or one.

  $ covshift check --no-joint data/train.csv data/prod-1998.csv --only price --only wall --alert ks=0.12
  ALERT: 2 of 2 features shifted; strongest: price, KS 0.125
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT  EFFECT       P  CHANGE
  price    num   ALERT    KS 0.125  6e-7  mean 62254 → 71292
  wall     cat   WARN     JS 0.119  5e-5  10 % of rows changed category
  
  Why
    price  KS distance 0.125, alert from 0.12; significant (adjusted p 6.4e-07)
    wall   Jensen-Shannon distance 0.119, warn from 0.1; significant (adjusted p
           5.1e-05)
  
  Notes
    price  values depend on those before them: 2000 in training are worth 1163
           independent ones, 2000 in production 1163
    wall   values in production depend on those before them: 2000 are worth 480
           independent ones
  
  Smallest mean shift these rows could show: 0.14 sd (80 % power).
  [1]
  $ covshift check --no-joint data/train.csv data/prod-1998.csv --only price --only wall --warn price:ks=0.5 --alert price:ks=0.6 --warn price:wasserstein_normalized=0.5 --alert price:wasserstein_normalized=0.6
  WARN: 1 of 2 features shifted; strongest: wall, JS 0.119
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT  EFFECT          P  CHANGE
  wall     cat   WARN     JS    0.119  5e-5  10 % of rows changed category
  price    num   ok       W1/sd  0.23  6e-7  mean 62254 → 71292
  
  Why
    wall   Jensen-Shannon distance 0.119, warn from 0.1; significant (adjusted p
           5.1e-05)
    price  significant (adjusted p 6.4e-07), but too small to matter (Wasserstein
           distance / sd 0.23)
  
  Notes
    price  values depend on those before them: 2000 in training are worth 1163
           independent ones, 2000 in production 1163
    wall   values in production depend on those before them: 2000 are worth 480
           independent ones
  
  Smallest mean shift these rows could show: 0.14 sd (80 % power).
  $ covshift check --no-joint data/train.csv data/prod-1998.csv --only price --only wall --warn wall:psi=0.08
  WARN: 2 of 2 features shifted; strongest: price, W1/sd 0.23
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT  EFFECT          P  CHANGE
  price    num   WARN     W1/sd  0.23  6e-7  mean 62254 → 71292
  wall     cat   WARN     JS    0.119  5e-5  10 % of rows changed category
  
  Why
    price  Wasserstein distance / sd 0.23, warn from 0.1; significant (adjusted p
           6.4e-07)
    wall   PSI 0.0801, warn from 0.08; significant (adjusted p 5.1e-05)
  
  Notes
    price  values depend on those before them: 2000 in training are worth 1163
           independent ones, 2000 in production 1163
    wall   values in production depend on those before them: 2000 are worth 480
           independent ones
  
  Smallest mean shift these rows could show: 0.14 sd (80 % power).
  $ covshift check --no-joint data/train.csv data/prod-1998.csv --only price --only wall --warn wall:psi=0.08 --alpha 1e-20
  INCONCLUSIVE: 2 of 2 features could not be judged
  
  train  data/train.csv, 2,000 rows
  prod   data/prod-1998.csv, 2,000 rows
  run    not recorded
  
  FEATURE  KIND  VERDICT       EFFECT           P  CHANGE
  wall     cat   inconclusive  PSI   0.0801  5e-5  10 % of rows changed category
  price    num   inconclusive  W1/sd   0.23  6e-7  mean 62254 → 71292
  
  Why
    wall   PSI 0.0801 is large, but the difference is not significant (adjusted p
           5.1e-05): 480 independent rows cannot tell it from noise
    price  Wasserstein distance / sd 0.23 is large, but the difference is not
           significant (adjusted p 6.4e-07): 1163 independent rows cannot tell it
           from noise
  
  Notes
    price  values depend on those before them: 2000 in training are worth 1163
           independent ones, 2000 in production 1163
    wall   values in production depend on those before them: 2000 are worth 480
           independent ones
  
  Smallest mean shift these rows could show: 0.43 sd (80 % power).

--fail-share: the data set's own verdict.

  $ covshift check --no-joint data/train.csv data/prod-west.csv --fail-share 0.9 | head -1
  WARN: 15 of 16 features shifted; strongest: price, W1/sd 1.34
  $ covshift check --no-joint data/train.csv data/prod-west.csv --fail-share 0.9 > out
  $ covshift check --no-joint data/train.csv data/prod-west.csv --fail-share 0.1 > out
  [1]

The domain classifier's MCC decides on the data set.

  $ covshift check data/train.csv data/prod-west.csv --format csv | grep ',dataset,dataset,.*,mcc,' | cut -d, -f6,7,14-16
  alert,mcc,0.1,0.2,alert
