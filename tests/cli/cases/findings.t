Columns that cannot be judged are findings; the others are judged.

  $ cut -d, -f2,6,7 data/train.csv > train.csv; cut -d, -f2,6,7 data/null.csv | head -501 > null.csv; head -2 null.csv
  price,living_area,wall
  40500,872,wood

A column that is missing, and one that is too many.

  $ cut -d, -f1,3 null.csv > without.csv; covshift check --no-joint train.csv without.csv
  ALERT: 1 of 3 features shifted; strongest: living_area, missing +100 %
  
  train  train.csv, 2,000 rows
  prod   without.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT                P  CHANGE
  living_area  num   ALERT    missing +100 %  <1e-300  missing 0 % → 100 %,
                                                       no values in production
  price        num   ok       W1/sd   0.0895     0.54  mean 62254 → 59565
  wall         cat   ok       JS      0.0363      0.7  2.1 % of rows changed
                                                       category
  
  Why
    living_area  change of the missing rate 1, alert from 0.1; significant
                 (adjusted p < 1e-300)
  
  Notes
    living_area  column missing from production
  
  Smallest mean shift these rows could show: 0.18 sd (80 % power).
  [1]
  $ sed '1s/$/,extra/; 1!s/$/,1/' null.csv > extra.csv; covshift check --no-joint train.csv extra.csv
  OK: no shift in 3 features
  
  train  train.csv, 2,000 rows
  prod   extra.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT           P  CHANGE
  price        num   ok       W1/sd 0.0895  0.54  mean 62254 → 59565
  living_area  num   ok       KS     0.066  0.54  mean 1370 → 1359
  wall         cat   ok       JS    0.0363   0.7  2.1 % of rows changed category
  
  Notes
    extra  extra column in production: not compared
  
  Smallest mean shift these rows could show: 0.18 sd (80 % power).

A column without values, in production or in training.

  $ awk -F, -v OFS=, 'NR > 1 {$2 = ""} {print}' null.csv > missing.csv; covshift check --no-joint train.csv missing.csv
  ALERT: 1 of 3 features shifted; strongest: living_area, missing +100 %
  
  train  train.csv, 2,000 rows
  prod   missing.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT                P  CHANGE
  living_area  num   ALERT    missing +100 %  <1e-300  missing 0 % → 100 %,
                                                       no values in production
  price        num   ok       W1/sd   0.0895     0.54  mean 62254 → 59565
  wall         cat   ok       JS      0.0363      0.7  2.1 % of rows changed
                                                       category
  
  Why
    living_area  change of the missing rate 1, alert from 0.1; significant
                 (adjusted p < 1e-300)
  
  Notes
    living_area  no values in production
  
  Smallest mean shift these rows could show: 0.18 sd (80 % power).
  [1]
  $ covshift check --no-joint missing.csv null.csv
  ALERT: 1 of 3 features shifted; strongest: living_area, missing -100 %
  
  train  missing.csv, 500 rows
  prod   null.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT               P  CHANGE
  living_area  cat   ALERT    missing -100 %  5e-219  missing 100 % → 0 %,
                                                      no values in training
  price        num   ok
  wall         cat   ok
  
  Why
    living_area  change of the missing rate -1, alert from 0.1; significant
                 (adjusted p 5.4e-219)
  
  Notes
    living_area  no values in training
  
  Smallest mean shift these rows could show: 0.23 sd (80 % power).
  [1]

A constant, in production or in training.

  $ awk -F, -v OFS=, 'NR > 1 {$2 = 1000} {print}' null.csv > constant.csv; covshift check --no-joint train.csv constant.csv
  ALERT: 1 of 3 features shifted; strongest: living_area, PSI 8.29
  
  train  train.csv, 2,000 rows
  prod   constant.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT             P  CHANGE
  living_area  num   ALERT    PSI     8.29  4e-272  mean 1370 → 1000, sd 505 → 0
  price        num   ok       W1/sd 0.0895    0.54  mean 62254 → 59565
  wall         cat   ok       JS    0.0363     0.7  2.1 % of rows changed category
  
  Why
    living_area  PSI 8.29, alert from 0.25; significant (adjusted p 4.3e-272)
  
  Notes
    living_area  constant in production
  
  Smallest mean shift these rows could show: 0.18 sd (80 % power).
  [1]
  $ covshift check --no-joint constant.csv null.csv
  ALERT: 1 of 3 features shifted; strongest: living_area, PSI 7.88
  
  train  constant.csv, 500 rows
  prod   null.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT         P  CHANGE
  living_area  num   ALERT    PSI 7.88  1e-288  mean 1000 → 1359, sd 0 → 499
  price        num   ok
  wall         cat   ok
  
  Why
    living_area  PSI 7.88, alert from 0.25; significant (adjusted p 9.7e-289)
  
  Notes
    living_area  constant in training
  
  Smallest mean shift these rows could show: 0.23 sd (80 % power).
  [1]

A column of another kind: words for numbers, and numbers for words.

  $ awk -F, -v OFS=, 'NR % 2 == 0 {$2 = "large"} {print}' null.csv > words.csv; covshift check --no-joint train.csv words.csv
  ALERT: 1 of 3 features shifted; strongest: living_area, missing +50 %
  
  train  train.csv, 2,000 rows
  prod   words.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT               P  CHANGE
  living_area  num   ALERT    missing  +50 %  3e-242  missing 0 % → 50 %,
                                                      mean 1370 → 1338
  price        num   ok       W1/sd   0.0895    0.54  mean 62254 → 59565
  wall         cat   ok       JS      0.0363     0.7  2.1 % of rows changed
                                                      category
  
  Why
    living_area  change of the missing rate 0.5, alert from 0.1; significant
                 (adjusted p 2.9e-242)
  
  Notes
    living_area  250 of 500 values in production do not parse as numeric; the
                 first, in line 2, is "large"
  
  Smallest mean shift these rows could show: 0.18 to 0.24 sd (80 % power).
  [1]
  $ awk -F, -v OFS=, 'NR > 1 {$3 = NR % 7} {print}' null.csv > numbers.csv; covshift check --no-joint train.csv numbers.csv
  ALERT: 1 of 3 features shifted; strongest: wall, new categories 100 %
  
  train  train.csv, 2,000 rows
  prod   numbers.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT                       P  CHANGE
  wall         cat   ALERT    new categories  100 %  <1e-300  100 % in new
                                                              categories,
                                                              100 % in lost ones
  price        num   ok       W1/sd          0.0895     0.36  mean 62254 → 59565
  living_area  num   ok       KS              0.066     0.36  mean 1370 → 1359
  
  Why
    wall  share of new categories 1, alert from 0.05; significant (adjusted p <
          1e-300)
  
  Smallest mean shift these rows could show: 0.18 sd (80 % power).
  [1]

One row only.

  $ head -2 null.csv > one.csv; covshift check --no-joint train.csv one.csv
  INCONCLUSIVE: 3 of 3 features could not be judged
  
  train  train.csv, 2,000 rows
  prod   one.csv, 1 row
  run    not recorded
  
  FEATURE      KIND  VERDICT       EFFECT                   P  CHANGE
  price        num   inconclusive  PSI             8.36     1  mean 62254 → 40500
  living_area  num   inconclusive  PSI             8.26  0.92  mean 1370 → 872
  wall         cat   inconclusive  lost categories 46 %     1  46 % in lost ones
  
  Why
    price        PSI 8.36 is large, but the difference is not significant
                 (adjusted p 1): 1 row cannot tell it from noise
    living_area  PSI 8.26 is large, but the difference is not significant
                 (adjusted p 0.92): 1 row cannot tell it from noise
    wall         share of lost categories 0.46 is large, but the difference is not
                 significant (adjusted p 1): 1 row cannot tell it from noise
  
  Smallest mean shift these rows could show: 3.4 sd (80 % power).
  $ covshift check --no-joint one.csv one.csv
  OK: no shift in 3 features
  
  train  one.csv, 1 row
  prod   one.csv, 1 row
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT  P  CHANGE
  price        num   ok
  living_area  num   ok
  wall         cat   ok

Values that are not finite.

  $ awk -F, -v OFS=, 'NR == 5 {$1 = "inf"} NR == 6 {$1 = "-Infinity"} {print}' null.csv > infinite.csv; covshift check --no-joint train.csv infinite.csv
  OK: no shift in 3 features
  
  train  train.csv, 2,000 rows
  prod   infinite.csv, 500 rows
  run    not recorded
  
  FEATURE      KIND  VERDICT  EFFECT          P  CHANGE
  price        num   ok       W1/sd 0.0885  0.7  mean 62254 → 59648
  living_area  num   ok       KS     0.066  0.7  mean 1370 → 1359
  wall         cat   ok       JS    0.0363  0.7  2.1 % of rows changed category
  
  Notes
    price  2 values in production are not finite
  
  Smallest mean shift these rows could show: 0.18 sd (80 % power).

What the user leaves out is no finding.

  $ covshift check --no-joint train.csv null.csv --exclude wall -f json -o r.json; grep -c '"wall"' r.json
  0
  [1]
  $ covshift check --no-joint train.csv null.csv --only price -f json -o r.json; grep -c '"wall"' r.json
  0
  [1]

Text from strangers does not reach the terminal as it is.

  $ awk -F, -v OFS=, 'NR > 1 {$2 = "\033[31mred"; $3 = "\033[31mred"} {print}' null.csv > red.csv; covshift check --no-joint train.csv red.csv > out; grep -c 'red' out; grep -c "$(printf '\033')" out
  2
  0
  [1]
  $ covshift profile red.csv -o red.profile; covshift show red.profile
  red.profile: 500 rows, 3 columns, from red.csv
  
  price: numeric, 500 values, 0 missing
    mean     59565.2    sd       40015.6    skewness 3.20417    kurtosis 24.4819
    min      3000       1 %      5000       5 %      13000      25 %     34375
    median   53950      75 %     77000      95 %     122900     99 %     180200
    max      470000
  
  living_area: categorical, 500 values, 0 missing
    ?[31mred                        500  100.0 %
  
  wall: categorical, 500 values, 0 missing
    ?[31mred                        500  100.0 %
