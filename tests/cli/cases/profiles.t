A saved profile stands for either side, with the same report but for the names.

  $ covshift profile data/train.csv -o train.profile
  $ covshift profile data/prod-west.csv --like train.profile -o west.profile
  $ covshift check data/train.csv data/prod-west.csv -o raw.txt
  $ covshift check train.profile data/prod-west.csv | cmp raw.txt -
  $ covshift check train.profile west.profile | cmp raw.txt -
  $ covshift check data/train.csv west.profile | cmp raw.txt -

It is known by its content, not by its name.

  $ cp train.profile train.csv; covshift check train.csv data/prod-west.csv | cmp raw.txt -

Standard input and standard output.

  $ covshift profile - -o - < data/train.csv > piped.profile; covshift check piped.profile data/null.csv --quiet
  $ covshift check train.profile - < data/null.csv --quiet
  $ covshift check - data/null.csv < data/train.csv --quiet

What it holds.

  $ covshift show train.profile
  $ covshift show train.profile | awk 'length > 80'

Parts merged are the whole, whatever the order.

  $ (head -1 data/train.csv; sed -n '2,801p' data/train.csv) > part1.csv; (head -1 data/train.csv; sed -n '802,2001p' data/train.csv) > part2.csv
  $ covshift profile part1.csv --like train.profile -o part1.profile; covshift profile part2.csv --like train.profile -o part2.profile
  $ covshift merge part1.profile part2.profile -o whole.profile; covshift merge part2.profile part1.profile -o other.profile
  $ covshift show whole.profile | sed 1d > a; covshift show other.profile | sed 1d > b; covshift show train.profile | sed 1d > c; cmp a b; cmp a c
  $ covshift merge part1.profile part2.profile -o part1.profile; covshift show part1.profile | sed 1d | cmp a -

The same bytes for any number of threads.

  $ covshift profile data/train.csv --threads 1 -o one.profile; covshift profile data/train.csv --threads 7 -o seven.profile; cmp one.profile seven.profile
  $ covshift check data/train.csv data/prod-west.csv --threads 1 -f json -o one.json; covshift check data/train.csv data/prod-west.csv --threads 5 -f json | cmp one.json -

What is no whole profile.

  $ head -c 1000 train.profile > cut.profile; covshift check cut.profile data/null.csv
  $ head -c 12 train.profile > cut.profile; covshift show cut.profile
  $ (head -c 2000 train.profile; printf 'XXXX'; tail -c +2005 train.profile) > damaged.profile; covshift check damaged.profile data/null.csv
  $ covshift check data/train.csv damaged.profile
  $ covshift show damaged.profile
  $ covshift merge train.profile damaged.profile -o out.profile
  $ (cat train.profile; echo more) > long.profile; covshift show long.profile
  $ covshift show data/train.csv
  $ covshift show missing.profile
  $ covshift show .
  $ covshift merge data/train.csv -o out.profile

What does not go together.

  $ covshift profile data/train.csv --exclude wall -o narrow.profile
  $ covshift merge train.profile narrow.profile -o out.profile
  $ covshift profile data/train.csv --kind rooms=categorical -o kinds.profile
  $ covshift merge train.profile kinds.profile -o out.profile
  $ covshift check train.profile data/null.csv --exclude wall
  $ covshift profile train.profile -o out.profile
  $ ls out.profile
