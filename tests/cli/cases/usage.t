Misuse: one line that says what is wrong, a hint, exit status 2, nothing on standard output.

  $ covshift
  2> covshift: needs a command
  2> Try 'covshift --help'.
  [2]
  $ covshift chekc
  2> covshift: unknown command 'chekc'
  2> Try 'covshift --help'.
  [2]
  $ covshift --frobnicate
  2> covshift: unknown option '--frobnicate'
  2> Try 'covshift --help'.
  [2]
  $ covshift help chekc
  2> covshift: unknown command 'chekc'
  2> Try 'covshift --help'.
  [2]
  $ covshift check
  2> covshift check: too few arguments: expected TRAIN PROD
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint data/train.csv
  2> covshift check: too few arguments: expected TRAIN PROD
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv third.csv
  2> covshift check: one argument too many: 'third.csv'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint - -
  2> covshift check: only one of TRAIN and PROD can be standard input
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --frobnicate a b
  2> covshift check: unknown option '--frobnicate'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --frobnicate=3 a b
  2> covshift check: unknown option '--frobnicate'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint -x a b
  2> covshift check: unknown option '-x'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --db
  2> covshift check: option '--db' needs FILE
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --quiet=yes a b
  2> covshift check: option '--quiet' takes no value
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --delimiter ';;' a b
  2> covshift check: option '--delimiter' takes one ASCII character, or 'tab', not ';;'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --kind price a b
  2> covshift check: option '--kind' takes COL=KIND with numeric, categorical, boolean, timestamp or identifier, not 'price'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --kind price=number a b
  2> covshift check: option '--kind' takes COL=KIND with numeric, categorical, boolean, timestamp or identifier, not 'price=number'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --kind =numeric a b
  2> covshift check: option '--kind' takes COL=KIND with numeric, categorical, boolean, timestamp or identifier, not '=numeric'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --threads 0 a b
  2> covshift check: option '--threads' takes a number from 1 to 1024, not '0'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --threads many a b
  2> covshift check: option '--threads' takes a number from 1 to 1024, not 'many'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --seed -1 a b
  2> covshift check: option '--seed' takes a number from 0 to 9223372036854775807, not '-1'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --seed 99999999999999999999 a b
  2> covshift check: option '--seed' takes a number from 0 to 9223372036854775807, not '99999999999999999999'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --alpha 5 a b
  2> covshift check: option '--alpha' takes a number between 0 and 1, not '5'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --alpha nan a b
  2> covshift check: option '--alpha' takes a number between 0 and 1, not 'nan'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --warn psi a b
  2> covshift check: option '--warn' takes STATISTIC=NUMBER or FEATURE:STATISTIC=NUMBER, not 'psi'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --warn psi=high a b
  2> covshift check: option '--warn' takes STATISTIC=NUMBER or FEATURE:STATISTIC=NUMBER, not 'psi=high'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --alert :psi=1 a b
  2> covshift check: option '--alert' takes STATISTIC=NUMBER or FEATURE:STATISTIC=NUMBER, not ':psi=1'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --alert price:=1 a b
  2> covshift check: option '--alert' takes STATISTIC=NUMBER or FEATURE:STATISTIC=NUMBER, not 'price:=1'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --fail-share 0 a b
  2> covshift check: option '--fail-share' takes a number above 0, 1 at most, not '0'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --fail-share 1.5 a b
  2> covshift check: option '--fail-share' takes a number above 0, 1 at most, not '1.5'
  2> Try 'covshift check --help'.
  [2]
  $ covshift check --no-joint --fail-on error a b
  2> covshift check: option '--fail-on' takes warn, alert or never, not 'error'
  2> Try 'covshift check --help'.
  [2]
  $ covshift profile data/train.csv
  2> covshift profile: needs -o FILE, the profile to write
  2> Try 'covshift profile --help'.
  [2]
  $ covshift profile data/train.csv --like a.profile --kind price=numeric -o b.profile
  2> covshift profile: --like settles the columns: no --kind, --exclude or --only beside it
  2> Try 'covshift profile --help'.
  [2]
  $ covshift merge -o all.profile
  2> covshift merge: too few arguments: expected PROFILE...
  2> Try 'covshift merge --help'.
  [2]
  $ covshift merge a.profile
  2> covshift merge: needs -o FILE, the profile to write
  2> Try 'covshift merge --help'.
  [2]
  $ covshift show
  2> covshift show: too few arguments: expected PROFILE
  2> Try 'covshift show --help'.
  [2]
  $ covshift report
  2> covshift report: needs --db FILE
  2> Try 'covshift report --help'.
  [2]
  $ covshift report last --db drift.db
  2> covshift report: RUN is the number of a run, not 'last'
  2> Try 'covshift report --help'.
  [2]
  $ covshift report 0 --db drift.db
  2> covshift report: RUN is the number of a run, not '0'
  2> Try 'covshift report --help'.
  [2]
  $ covshift plugins here
  2> covshift plugins: one argument too many: 'here'
  2> Try 'covshift plugins --help'.
  [2]

An option of another command is unknown.

  $ covshift show --db drift.db a.profile
  2> covshift show: unknown option '--db'
  2> Try 'covshift show --help'.
  [2]

Control characters in an argument do not reach the terminal.

  $ covshift check --no-joint "--$(printf '\033[31mred')" a b
  2> covshift check: unknown option '--?[31mred'
  2> Try 'covshift check --help'.
  [2]
  $ covshift "$(printf '\033]0;title')"
  2> covshift: unknown command '?]0;title'
  2> Try 'covshift --help'.
  [2]

A threshold on what does not exist.

  $ covshift check --no-joint data/train.csv data/null.csv --warn pssi=0.1
  2> covshift: threshold on the unknown statistic "pssi"; did you mean "psi"?
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --warn prize:psi=0.1
  2> covshift: threshold on the unknown feature "prize"; did you mean "price"?
  [2]

A rule on a column that does not exist.

  $ covshift check --no-joint data/train.csv data/null.csv --kind prize=numeric
  2> covshift: data/train.csv: there is no column "prize"; did you mean "price"?
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --exclude prize
  2> covshift: data/train.csv: there is no column "prize"; did you mean "price"?
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --only prize
  2> covshift: data/train.csv: there is no column "prize"; did you mean "price"?
  [2]

A format that does not exist.

  $ covshift check --no-joint data/train.csv data/null.csv --format pdf
  2> covshift: no reporter named "pdf"; there are: csv, html, json, junit, markdown, nagios, prometheus, text
  [2]

Commands of a group, and what each of them needs.

  $ covshift network
  2> covshift network: needs a command
  2> Try 'covshift network --help'.
  [2]
  $ covshift help network show | head -1; covshift help network | head -1
  Usage: covshift network show [OPTION...] NAME
  Usage: covshift network COMMAND [OPTION...] [FILE...]
  $ covshift network profile data/networks/mlp.onnx data/networks/clean.csv
  2> covshift network profile: needs -o FILE, the profile to write
  2> Try 'covshift network profile --help'.
  [2]
  $ covshift network recalibrate data/networks/mlp.onnx data/networks/clean.csv
  2> covshift network recalibrate: needs -o FILE, the network to write
  2> Try 'covshift network recalibrate --help'.
  [2]
  $ covshift network recalibrate data/networks/mlp.onnx - -o out.onnx
  2> covshift network recalibrate: PROD is read three times and cannot be standard input or a pipe
  2> Try 'covshift network recalibrate --help'.
  [2]
  $ covshift network recalibrate data/networks/mlp.onnx data/networks/clean.csv --blend -1 -o out.onnx
  2> covshift network recalibrate: option '--blend' takes a number of rows, not '-1'
  2> Try 'covshift network recalibrate --help'.
  [2]
  $ covshift network remedy data/networks/mlp.onnx -
  2> covshift network remedy: DATA is read more than once and cannot be standard input or a pipe
  2> Try 'covshift network remedy --help'.
  [2]
  $ covshift network add m data/networks/mlp.onnx
  2> covshift network add: needs --db FILE
  2> Try 'covshift network add --help'.
  [2]
  $ covshift network add m.onnx data/networks/mlp.onnx --db new.db
  2> covshift network add: a NAME that ends in .onnx would be taken for a file
  2> Try 'covshift network add --help'.
  [2]
  $ covshift network add '' data/networks/mlp.onnx --db new.db
  2> covshift network add: NAME is empty
  2> Try 'covshift network add --help'.
  [2]
  $ covshift network run data/networks/mlp.onnx data/networks/train.csv --inputs p00,class --label class -o new.csv
  2> covshift: column "class" cannot be both an input and the label
  [2]
  $ covshift ack last --db new.db
  2> covshift ack: RUN is the number of a run, not 'last'
  2> Try 'covshift ack --help'.
  [2]

A clock that is not one.

  $ SOURCE_DATE_EPOCH=today covshift check --no-joint data/train.csv data/null.csv
  2> covshift: SOURCE_DATE_EPOCH: expected seconds since 1970, found 'today'
  [2]
  $ SOURCE_DATE_EPOCH=9223372036854775807 covshift check --no-joint data/train.csv data/null.csv
  2> covshift: SOURCE_DATE_EPOCH: expected seconds since 1970, found '9223372036854775807'
  [2]
  $ covshift network run data/networks/cnn.onnx data/networks/dim.csv --bn other -o out.csv
  2> covshift network run: option '--bn' takes stored or batch, not 'other'
  2> Try 'covshift network run --help'.
  [2]

Nothing was left behind.

  $ ls
  data
