Misuse: one line that says what is wrong, a hint, exit status 2, nothing on standard output.

  $ covshift
  $ covshift chekc
  $ covshift --frobnicate
  $ covshift help chekc
  $ covshift check
  $ covshift check data/train.csv
  $ covshift check data/train.csv data/null.csv third.csv
  $ covshift check - -
  $ covshift check --frobnicate a b
  $ covshift check --frobnicate=3 a b
  $ covshift check -x a b
  $ covshift check --db
  $ covshift check --quiet=yes a b
  $ covshift check --delimiter ';;' a b
  $ covshift check --kind price a b
  $ covshift check --kind price=number a b
  $ covshift check --kind =numeric a b
  $ covshift check --threads 0 a b
  $ covshift check --threads many a b
  $ covshift check --seed -1 a b
  $ covshift check --seed 99999999999999999999 a b
  $ covshift check --alpha 5 a b
  $ covshift check --alpha nan a b
  $ covshift check --warn psi a b
  $ covshift check --warn psi=high a b
  $ covshift check --alert :psi=1 a b
  $ covshift check --alert price:=1 a b
  $ covshift check --fail-share 0 a b
  $ covshift check --fail-share 1.5 a b
  $ covshift check --fail-on error a b
  $ covshift profile data/train.csv
  $ covshift profile data/train.csv --like a.profile --kind price=numeric -o b.profile
  $ covshift merge -o all.profile
  $ covshift merge a.profile
  $ covshift show
  $ covshift report
  $ covshift report last --db drift.db
  $ covshift report 0 --db drift.db
  $ covshift plugins here

An option of another command is unknown.

  $ covshift show --db drift.db a.profile

Control characters in an argument do not reach the terminal.

  $ covshift check "--$(printf '\033[31mred')" a b
  $ covshift "$(printf '\033]0;title')"

A threshold on what does not exist.

  $ covshift check data/train.csv data/null.csv --warn pssi=0.1
  $ covshift check data/train.csv data/null.csv --warn prize:psi=0.1

A rule on a column that does not exist.

  $ covshift check data/train.csv data/null.csv --kind prize=numeric
  $ covshift check data/train.csv data/null.csv --exclude prize
  $ covshift check data/train.csv data/null.csv --only prize

A format that does not exist.

  $ covshift check data/train.csv data/null.csv --format pdf

A clock that is not one.

  $ SOURCE_DATE_EPOCH=today covshift check data/train.csv data/null.csv

Nothing was left behind.

  $ ls
