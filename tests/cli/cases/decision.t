What decides, and what the user can change about it.

  $ covshift check data/train.csv data/null.csv
  $ covshift check data/train.csv data/prod-1998.csv
  $ covshift check data/train.csv data/prod-west.csv

--fail-on, of a warning and of an alert.

  $ for p in 1998 west; do for l in warn alert never; do covshift check data/train.csv data/prod-$p.csv --fail-on $l > out; echo $p $l $?; done; done

Thresholds, for all features or one.

  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --alert ks=0.12
  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --warn price:ks=0.5 --alert price:ks=0.6
  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --warn wall:psi=0.08
  $ covshift check data/train.csv data/prod-1998.csv --only price --only wall --warn wall:psi=0.08 --alpha 1e-20

--fail-share: the data set's own verdict.

  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.9 | head -1
  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.9 > out
  $ covshift check data/train.csv data/prod-west.csv --fail-share 0.1 > out
