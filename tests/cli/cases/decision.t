What decides, and what the user can change about it.

  $ covshift check data/train.csv data/null.csv
  $ covshift check data/train.csv data/prod-1998.csv
  $ covshift check data/train.csv data/prod-west.csv

--fail-on.

  $ covshift check data/train.csv data/prod-west.csv --fail-on never > out
  $ covshift check data/train.csv data/prod-1998.csv --fail-on warn > out
  $ covshift check data/train.csv data/prod-1998.csv --fail-on alert > out

Thresholds, for all features or one.

  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --warn psi=10 --alert psi=20
  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --alert price:psi=0.01

--fail-share: the data set's own verdict.

  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.9 -f json > out; python3 -c 'import json; r = json.load(open("out")); print(r["run"]["verdict"], r["dataset"]["verdict"])'
  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.1 -q > out
