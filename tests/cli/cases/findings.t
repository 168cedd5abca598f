Columns that cannot be judged are findings; the others are judged.

  $ head -500 data/null.csv > null.csv
  $ cut -d, -f2- null.csv > without.csv; covshift check data/train.csv without.csv
  $ cut -d, -f1-6,8- null.csv > without.csv; covshift check data/train.csv without.csv
  $ sed '1s/$/,extra/; 1!s/$/,1/' null.csv > extra.csv; covshift check data/train.csv extra.csv
  $ awk -F, -v OFS=, 'NR > 1 {$6 = ""} {print}' null.csv > missing.csv; covshift check data/train.csv missing.csv
  $ awk -F, -v OFS=, 'NR > 1 {$6 = 1000} {print}' null.csv > constant.csv; covshift check data/train.csv constant.csv
  $ covshift check constant.csv data/null.csv
  $ awk -F, -v OFS=, 'NR > 1 {$6 = "large"} {print}' null.csv > words.csv; covshift check data/train.csv words.csv
  $ awk -F, -v OFS=, 'NR > 1 {$7 = NR % 7} {print}' null.csv > numbers.csv; covshift check data/train.csv numbers.csv
  $ awk -F, -v OFS=, 'NR > 1 {$6 = ""} {print}' data/train.csv > missing.csv; covshift check missing.csv null.csv

One row only.

  $ head -2 data/null.csv > one.csv; covshift check data/train.csv one.csv
  $ covshift check one.csv one.csv

Values that are not finite.

  $ awk -F, -v OFS=, 'NR == 5 {$2 = "inf"} NR == 6 {$2 = "-Infinity"} {print}' null.csv > infinite.csv; covshift check data/train.csv infinite.csv --only price --only beds
