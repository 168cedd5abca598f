All features together: whitening, importance weights, the rows least like training.

Training whitened by itself has mean 0 and covariance 1; a row that lacks a number keeps its line.

  $ covshift whiten data/train.csv data/train.csv -o z.csv
  2> 220 of 2000 rows lack a number and are empty
  $ head -1 z.csv; wc -l < z.csv
  price,assessed,year_built,living_area,rooms,beds,baths,half_baths,lot_area,frontage,depth,garage_area
  2001
  $ awk -F, 'NR > 1 && $1 != "" {n++; s += $1; q += $1 * $1; r += $1 * $2} END {printf "%d %.6f %.6f %.6f\n", n, s / n, q / (n - 1), r / n}' z.csv
  1780 0.000000 1.000000 -0.000000
  $ covshift profile data/train.csv --only rooms --only beds -o two.profile
  $ covshift whiten two.profile data/null.csv --method pca -o z.csv; head -3 z.csv
  PC1,PC2
  -1.6663585888871457,0.24363363571924612
  1.0602819863114843,1.1992658084308883
  $ printf 'a,b,c,d\n1,2,2,5\n2,3,4,5\n3,5,6,5\n4,4,8,5\n5,9,10,5\n' > small.csv
  $ covshift whiten small.csv small.csv --kind a=numeric --kind b=numeric --kind c=numeric --kind d=numeric | head -2
  a,b
  -1.2454977753825254,-0.37981269012090824
  2> left out: c (collinear)
  2> left out: d (constant)
  $ covshift whiten small.csv data/null.csv --kind a=numeric
  2> covshift: data/null.csv: has none of the 4 expected columns, e.g. "a"
  [2]
  $ covshift whiten two.profile two.profile
  2> covshift: two.profile: is a saved profile, which has no rows to whiten
  [2]
  $ covshift whiten two.profile data/null.csv --method ica
  2> covshift whiten: option '--method' takes zca, pca, cholesky or zca-cor, not 'ica'
  2> Try 'covshift whiten --help'.
  [2]
  $ head -4 small.csv > three.csv
  $ covshift whiten three.csv small.csv --kind a=numeric --kind b=numeric --kind d=numeric --kind c=numeric
  2> covshift: three.csv: 3 complete rows are too few to whiten 3 numeric columns: expected at least 5
  [2]
  $ covshift whiten - - < small.csv
  2> covshift whiten: only one of TRAIN and DATA can be standard input
  2> Try 'covshift whiten --help'.
  [2]

Weights are one a training row, in its order.

  $ covshift weights data/train.csv data/prod-1998.csv -o w.csv
  weights of 2000 rows of data/train.csv by p(prod) / p(train): by boosted trees, calibrated; by uLSIF,
  bandwidth 17.4, lambda 1
  
  WEIGHTS       MEAN GAP  SPREAD GAP EFFECTIVE   LARGEST CLIPPED
  unweighted       0.113       0.106      2000         1       0
  classifier       0.068       0.120       393      20.2       0
  ulsif            0.107       0.070      1996      1.02       0
  
  MEAN GAP OF               UNWEIGHTED  CLASSIFIER       ULSIF
  wall                           0.272       0.086       0.270
  price                          0.210       0.058       0.229
  frontage                       0.104       0.139       0.077
  living_area                    0.097       0.030       0.073
  half_baths                     0.092       0.050       0.081
  
  Gaps are distances of training's means (and log standard deviations) from
  production's, in standard deviations. EFFECTIVE is (sum w)^2 / sum w^2 rows.
  13 % of production lies where training has next to no rows: no weights make up for that
  $ head -1 w.csv; wc -l < w.csv; tail -1 w.csv | cut -d, -f1
  row,classifier,ulsif
  2001
  2000
  $ covshift weights data/train.csv data/prod-1998.csv --clip 2 -o - 2> summary > clipped.csv; sed -n '4,8p' summary
  WEIGHTS       MEAN GAP  SPREAD GAP EFFECTIVE   LARGEST CLIPPED
  unweighted       0.113       0.106      2000         1       0
  classifier       0.069       0.058      1198         2     163
  ulsif            0.107       0.070      1996      1.02       0
  
  $ covshift weights data/train.csv data/prod-1998.csv --threads 1 2> summary > w1.csv; cmp w.csv w1.csv

  $ printf 'x\n' > low.csv; seq 0.5 1 99.5 >> low.csv
  $ printf 'x\n' > high.csv; seq 200.5 1 299.5 >> high.csv
  $ covshift weights low.csv high.csv -o none.csv
  2> covshift: the supports do not overlap: 99 % of high.csv lies where fewer than 0.5 % of the rows of low.csv are, and no weights can stand in for what is not there
  [2]
  $ ls none.csv
  2> ls: cannot access 'none.csv': No such file or directory
  [2]
  $ covshift profile data/train.csv -o train.profile
  $ covshift weights train.profile data/null.csv -o none.csv
  2> covshift: train.profile: is a saved profile, which does not have every row: expected a file or a query
  [2]
  $ covshift weights - data/null.csv -o none.csv < data/train.csv
  2> covshift: standard input can be read once only: expected a file or a query
  [2]
  $ covshift profile data/null.csv --no-sample -o bare.profile
  $ covshift weights data/train.csv bare.profile -o none.csv
  2> covshift: bare.profile: is a profile without a row sample, which is needed here
  [2]
  $ covshift weights data/train.csv data/null.csv --clip 0.5
  2> covshift weights: option '--clip' takes a number, 1 at least, not '0.5'
  2> Try 'covshift weights --help'.
  [2]

The rows of production that are least like training, with their fields.

  $ covshift outliers train.profile data/prod-1998.csv --top 3 --by distance
  rank,row,odds,distance,sold,price,assessed,year_built,stories,living_area,wall,rooms,beds,baths,half_baths,lot_area,frontage,depth,garage,garage_area
  1,386,0.25,45.764048640016306,1998-03-18,139525,155828,1986,one,2550,partbrk,8,4,2,0,239100,249,998,attached,440
  2,1747,5.6,33.76780925924681,1998-09-03,130000,72514,1912,one,1120,wood,6,3,1,0,212800,165,1290,detached,1040
  3,46,7.466666666666667,30.396850364636506,1998-01-13,162500,117200,1972,one+half,2797,partbrk,7,3,1,1,156000,300,520,detached,528
  $ covshift outliers data/train.csv data/prod-west.csv --top 5 | cut -d, -f1,2,5-7
  rank,row,sold,price,assessed
  1,1847,1998-09-16,139900,102828
  2,724,1998-05-04,124900,99914
  3,953,1998-06-01,215000,219714
  4,153,1998-02-09,150000,82400
  5,595,1998-04-17,249000,211228
  $ covshift profile data/train.csv --no-sample -o bare.profile
  $ covshift outliers bare.profile data/prod-1998.csv --top 1
  2> covshift: rows cannot be put in the order of their odds: bare.profile: is a profile without a row sample, which is needed here
  [2]
  $ covshift outliers bare.profile data/prod-1998.csv --top 1 --by distance | cut -d, -f1-5
  rank,row,odds,distance,sold
  1,386,,45.764048640016306,1998-03-18
  2> no odds: bare.profile: is a profile without a row sample, which is needed here
  $ covshift outliers data/train.csv train.profile
  2> covshift: train.profile: is a saved profile, which does not have every row: expected a file or a query
  [2]
  $ covshift outliers data/train.csv data/null.csv --by size
  2> covshift outliers: option '--by' takes odds or distance, not 'size'
  2> Try 'covshift outliers --help'.
  [2]

Why rows have no distance; one column that is missing is no empty line.

  $ without() { python3 -c "$1" > made.csv; covshift outliers made.csv made.csv --top 1 2>&1 | tail -1; }
  > without 'print("a,b"); [print(f"x{i % 3},y{i % 2}") for i in range(40)]'
  > without 'print("a,b"); [print(f"x{i % 3},5") for i in range(40)]'
  > without 'print("a,b"); [print(f"{i}," if i % 2 else f",{i}") for i in range(40)]'
  > without 'print(",".join(f"c{k}" for k in range(30))); [print(",".join(str(i * k % 29) for k in range(30))) for i in range(25)]'
  no distance: there is no numeric feature on both sides
  no distance: no numeric feature varies in training
  no distance: no numeric feature has values in four fifths of the rows of both sides
  no distance: training has fewer complete rows than features and two more
  $ printf 'a\n1\n2\n3\n""\n6\n' > one.csv; covshift whiten one.csv one.csv --method zca-cor | sed -n 5p
  ""
  2> 1 of 5 rows lack a number and are empty

Few rows carry the weight where the data have moved far.

  $ covshift weights data/train.csv data/prod-west.csv -o far.csv 2>&1 | grep carry
  classifier: 8.8 % of the rows carry the weight: estimates will be noisy; --clip makes the weights more even

Where every row lacks one number there are no rows to measure a distance between.

  $ awk 'BEGIN {print "a,b,c,d,e"; for (i = 0; i < 400; i++) for (c = 0; c < 5; c++) printf "%s%s", (i + c) % 5 ? i * (7 + c) % 101 : "", c < 4 ? "," : "\n"}' > fifths.csv
  $ covshift check fifths.csv fifths.csv -f json | python3 -c '
  > import json, sys
  > for name, m in json.load(sys.stdin)["dataset"]["statistics"].items(): print(name, "-" if m["value"] is None else "+", m["reason"])'
  mcc + None
  auc + None
  hotelling_t2 - fewer than two complete rows on a side
  mahalanobis - fewer than two complete rows on a side
  box_m - fewer than two complete rows on a side
  frechet - fewer than two complete rows on a side
  whitened_mean - fewer than two complete rows on a side
  whitened_covariance - fewer than two complete rows on a side
  mmd - fewer than two complete rows on a side
  energy - fewer than two complete rows on a side
  reconstruction_error - fewer than two complete rows on a side
  $ covshift outliers fifths.csv fifths.csv --top 1
  rank,row,odds,distance,a,b,c,d,e
  1,1,1,,,0,0,0,0
  2> no distance: fewer than two training rows are complete
  $ covshift outliers fifths.csv fifths.csv --top 1 --by distance
  2> covshift: rows cannot be put in the order of their distance: fewer than two training rows are complete
  [2]
  $ awk 'BEGIN {for (r = 0; r < 31; r++) for (c = 0; c < 513; c++) printf "%s%s", r ? r * (c + 7) % 97 : "c" c, c < 512 ? "," : "\n"}' > broad.csv
  $ covshift outliers broad.csv broad.csv --top 1 | cut -d, -f1-5
  rank,row,odds,distance,c0
  1,1,1,,7
  2> no distance: there are more than 512 numeric features
  $ covshift whiten broad.csv broad.csv -o z.csv
  2> covshift: broad.csv: too many numeric columns (513; 512 at most)
  [2]

Columns that are empty tell no rows apart. The rest is judged.

  $ (echo x,id; for i in $(seq 300); do echo ",u$i"; done) > empty.csv
  $ covshift check empty.csv empty.csv | sed -n 1p; covshift check empty.csv empty.csv -f csv | grep -E 'dataset,,ok,(mcc|auc)' | cut -d, -f7,17
  OK: no shift in 2 features
  mcc,no values to tell sampled rows apart by
  auc,no values to tell sampled rows apart by
  $ covshift weights empty.csv empty.csv -o none.csv; covshift outliers empty.csv empty.csv
  2> covshift: empty.csv and empty.csv have no values in the features in common
  2> covshift: rows cannot be put in the order of their odds: empty.csv and empty.csv have no values in the features in common
  [2]

Values of production that are far beyond training's scale: what no double holds is not there, and is not zero.

  $ python3 -c '
  > import math
  > for name, most in ("train", 1), ("ends", 1.7e308), ("one", 1e160):
  >     with open(name + ".csv", "w") as file:
  >         print("a,b,c", file=file)
  >         for i in range(300):
  >             a = -most if i % 2 and name == "ends" else most if i == 7 or name == "ends" else math.sin(i)
  >             print(a, math.sin(7 * i), math.sin(i * i), sep=",", file=file)'
  $ for f in ends one; do covshift check train.csv $f.csv -f csv | grep -E 'dataset,,[a-z]*,(mahal|frechet|mmd|energy|whitened)' | cut -d, -f7,8,11,17; done
  mahalanobis,0.008367859455307434,,
  frechet,,,beyond the range of numbers
  whitened_mean,0.008367859455307434,,
  whitened_covariance,,,beyond the range of numbers
  mmd,,,beyond the range of numbers
  energy,,,beyond the range of numbers
  mahalanobis,,,beyond the range of numbers
  frechet,,,beyond the range of numbers
  whitened_mean,,,beyond the range of numbers
  whitened_covariance,,,beyond the range of numbers
  mmd,-0.0025515277206238363,1,
  energy,,,beyond the range of numbers

Of values that doubles cannot square that is told, not that they do not vary.

  $ awk 'BEGIN {print "a,b,c,d"; for (i = 0; i < 300; i++) print i * 7 % 11 "e300," i * 5 % 13 "e-200," i * i % 17 ",1e300"}' > ends.csv; covshift whiten ends.csv ends.csv -o z.csv; cut -d, -f1,2 ends.csv > beyond.csv
  2> left out: a (beyond the range of numbers)
  2> left out: b (beyond the range of numbers)
  2> left out: d (constant)
  $ covshift whiten beyond.csv beyond.csv; covshift outliers beyond.csv beyond.csv --by distance; covshift check beyond.csv beyond.csv -f csv | grep -E 'dataset,,ok,(mahal|energy)' | cut -d, -f7,17
  mahalanobis,beyond the range of numbers
  energy,beyond the range of numbers
  2> covshift: beyond.csv: the numeric columns vary beyond the range of numbers
  2> covshift: rows cannot be put in the order of their distance: the numeric features vary beyond the range of numbers in training

Weights that bring nothing say so.

  $ covshift weights data/train.csv data/train.csv -o w.csv | tail -2
  classifier: no better: the weighted means are no closer to production
  ulsif: no better: the weighted means are no closer to production
