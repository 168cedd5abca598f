Columns that cannot be judged are findings; the others are judged.

  $ cut -d, -f2,6,7 data/train.csv > train.csv; cut -d, -f2,6,7 data/null.csv | head -501 > null.csv; head -2 null.csv

A column that is missing, and one that is too many.

  $ cut -d, -f1,3 null.csv > without.csv; covshift check train.csv without.csv
  $ sed '1s/$/,extra/; 1!s/$/,1/' null.csv > extra.csv; covshift check train.csv extra.csv

A column without values, in production or in training.

  $ awk -F, -v OFS=, 'NR > 1 {$2 = ""} {print}' null.csv > missing.csv; covshift check train.csv missing.csv
  $ covshift check missing.csv null.csv

A constant, in production or in training.

  $ awk -F, -v OFS=, 'NR > 1 {$2 = 1000} {print}' null.csv > constant.csv; covshift check train.csv constant.csv
  $ covshift check constant.csv null.csv

A column of another kind: words for numbers, and numbers for words.

  $ awk -F, -v OFS=, 'NR % 2 == 0 {$2 = "large"} {print}' null.csv > words.csv; covshift check train.csv words.csv
  $ awk -F, -v OFS=, 'NR > 1 {$3 = NR % 7} {print}' null.csv > numbers.csv; covshift check train.csv numbers.csv

One row only.

  $ head -2 null.csv > one.csv; covshift check train.csv one.csv
  $ covshift check one.csv one.csv

Values that are not finite.

  $ awk -F, -v OFS=, 'NR == 5 {$1 = "inf"} NR == 6 {$1 = "-Infinity"} {print}' null.csv > infinite.csv; covshift check train.csv infinite.csv

What the user leaves out is no finding.

  $ covshift check train.csv null.csv --exclude wall -f json -o r.json; grep -c '"wall"' r.json
  $ covshift check train.csv null.csv --only price -f json -o r.json; grep -c '"wall"' r.json

Text from strangers does not reach the terminal as it is.

  $ awk -F, -v OFS=, 'NR > 1 {$2 = "\033[31mred"; $3 = "\033[31mred"} {print}' null.csv > red.csv; covshift check train.csv red.csv > out; grep -c 'red' out; grep -c "$(printf '\033')" out
  $ covshift profile red.csv -o red.profile; covshift show red.profile
