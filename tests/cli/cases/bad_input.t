Bad input: one line on standard error, exit status 2, and nothing is recorded: there is a run
already, and it stays the only one.

Needs: sqlite3

  $ covshift check --no-joint data/train.csv data/null.csv --db drift.db --quiet

  $ covshift check --no-joint data/train.csv missing.csv --db drift.db
  2> covshift: missing.csv: cannot open: No such file or directory
  [2]
  $ covshift check --no-joint missing.csv data/null.csv --db drift.db
  2> covshift: missing.csv: cannot open: No such file or directory
  [2]
  $ mkdir folder; covshift check --no-joint folder data/null.csv --db drift.db
  2> covshift: folder: is a directory; a file was expected
  [2]
  $ covshift check --no-joint data/train.csv folder --db drift.db
  2> covshift: folder: is a directory; a file was expected
  [2]
  $ covshift check --no-joint data/train.csv /dev/null --db drift.db
  2> covshift: /dev/null: is empty; a header row was expected
  [2]
  $ covshift check --no-joint /dev/null data/null.csv --db drift.db
  2> covshift: /dev/null: is empty; a header row was expected
  [2]
  $ : > empty.csv; covshift check --no-joint data/train.csv empty.csv --db drift.db
  2> covshift: empty.csv: is empty; a header row was expected
  [2]
  $ covshift check --no-joint - data/null.csv --db drift.db < empty.csv
  2> covshift: standard input: is empty; a header row was expected
  [2]
  $ head -1 data/train.csv > header.csv; covshift check --no-joint data/train.csv header.csv --db drift.db
  2> covshift: header.csv: has a header but no rows
  [2]
  $ covshift check --no-joint header.csv data/null.csv --db drift.db
  2> covshift: header.csv: has a header but no rows
  [2]
  $ printf '\n\n' > newlines.csv; covshift check --no-joint newlines.csv data/null.csv --db drift.db
  2> covshift: newlines.csv: is empty; a header row was expected
  [2]

A row with too few or too many fields, wherever it is.

  $ printf 'a,b\n1,2\n3\n' > few.csv; covshift check --no-joint few.csv few.csv --db drift.db
  2> covshift: few.csv:3: row has 1 field, the header has 2
  [2]
  $ printf 'a,b\n1,2\n3,4,5\n' > many.csv; covshift check --no-joint many.csv many.csv --db drift.db
  2> covshift: many.csv:3: row has 3 fields, the header has 2
  [2]
  $ sed '1500s/,[^,]*$//' data/null.csv > ragged.csv; covshift check --no-joint data/train.csv ragged.csv --db drift.db
  2> covshift: ragged.csv:1500: row has 15 fields, the header has 16
  [2]
  $ sed '1500s/$/,1/' data/null.csv | covshift check --no-joint data/train.csv - --db drift.db
  2> covshift: standard input:1500: row has 17 fields, the header has 16
  [2]
  $ (sed 1,20d data/null.csv; echo 1,2) > late.csv; (head -1 data/null.csv; cat late.csv) | covshift check --no-joint data/train.csv - --db drift.db
  2> covshift: standard input:1983: row has 2 fields, the header has 16
  [2]

Lines are those of the file, also after a quoted field with newlines.

  $ printf 'a,b\n1,"x\ny\nz"\n3\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:5: row has 1 field, the header has 2
  [2]

An unclosed quote, and a quote in the middle of a field.

  $ printf 'a,b\n1,2\n3,"four\n5,6\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:3: a quote is opened and not closed before the end
  [2]
  $ printf 'a,"b\n1,2\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:1: a quote is opened and not closed before the end
  [2]
  $ printf 'a,b\n1,fo"ur\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:2: a quote inside a field that does not begin with one
  [2]
  $ printf 'a,b\n1,"fo"ur\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:2: text behind a closing quote, where a delimiter or a doubled quote was expected (the quoted field began in line 2)
  [2]

What is no text.

  $ printf 'a,b\n1,2\n3,\0004\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:3: has a NUL byte; text was expected
  [2]
  $ printf 'a\0,b\n1,2\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:1: is not UTF-8 text; a header row was expected
  [2]
  $ printf '\377\376a\0,\0b\0\n\0001\0,\0002\0\n\0' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input: is UTF-16; UTF-8 was expected
  [2]
  $ printf '\376\377\0a\0,\0b\0\n\0001\0,\0002\0\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input: is UTF-16; UTF-8 was expected
  [2]
  $ printf 'a\0,\0b\0\n\0001\0,\0002\0\n\0' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input: is UTF-16; UTF-8 was expected
  [2]
  $ for code in utf-32 utf-32-le utf-32-be utf-16 utf-16-le utf-16-be; do python3 -c 'import sys; sys.stdout.buffer.write("Größe,b\n1,2\n".encode(sys.argv[1]))' $code > $code.csv; covshift profile $code.csv -o code.profile; done; (printf '\000\000\376\377'; cat utf-32-be.csv) | covshift profile - -o code.profile; rm utf-*.csv
  2> covshift: utf-32.csv: is UTF-32; UTF-8 was expected
  2> covshift: utf-32-le.csv: is UTF-32; UTF-8 was expected
  2> covshift: utf-32-be.csv: is UTF-32; UTF-8 was expected
  2> covshift: utf-16.csv: is UTF-16; UTF-8 was expected
  2> covshift: utf-16-le.csv: is UTF-16; UTF-8 was expected
  2> covshift: utf-16-be.csv: is UTF-16; UTF-8 was expected
  2> covshift: standard input: is UTF-32; UTF-8 was expected
  $ python3 -c 'import random, sys; random.seed(1); sys.stdout.buffer.write(random.randbytes(4096))' > random.csv
  $ covshift check --no-joint random.csv data/null.csv --db drift.db
  2> covshift: random.csv:1: is not UTF-8 text; a header row was expected
  [2]
  $ covshift check --no-joint data/train.csv random.csv --db drift.db
  2> covshift: random.csv:1: is not UTF-8 text; a header row was expected
  [2]
  $ printf 'caf\351,b\n1,2\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:1: is not UTF-8 text; a header row was expected
  [2]
  $ covshift check --no-joint "$(command -v covshift)" data/null.csv --db drift.db 2>&1 | sed 's|^covshift: .*/covshift:|covshift: covshift:|'
  covshift: covshift:1: is not UTF-8 text; a header row was expected

A header with a name twice, or without one.

  $ printf 'a,b,a\n1,2,3\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:1: header: columns 1 and 3 are both named "a"
  [2]
  $ printf 'a,,c\n1,2,3\n' | covshift check --no-joint - data/null.csv --db drift.db
  2> covshift: standard input:1: header: column 2 has no name
  [2]
  $ printf 'price,,c\n1,2,3\n' | covshift check --no-joint data/train.csv - --db drift.db
  2> covshift: standard input:1: header: column 2 has no name
  [2]

No common column.

  $ printf 'colour,taste\nred,sweet\n' | covshift check --no-joint data/train.csv - --db drift.db
  2> covshift: standard input: has none of the 16 expected columns, e.g. "sold"
  [2]

Nothing left of the columns.

  $ printf 'a\n1\n' | covshift check --no-joint - data/null.csv --exclude a --db drift.db
  2> covshift: standard input: every column is excluded
  [2]

Compressed files that end early or are damaged.

  $ gzip -c data/null.csv > whole.csv.gz; head -c 20000 whole.csv.gz > cut.csv.gz; covshift check --no-joint data/train.csv cut.csv.gz --db drift.db
  2> covshift: cut.csv.gz: the gzip data are cut off; the file is incomplete
  [2]
  $ head -c 5 whole.csv.gz > cut.csv.gz; covshift check --no-joint data/train.csv cut.csv.gz --db drift.db
  2> covshift: cut.csv.gz: the gzip data are cut off; the file is incomplete
  [2]
  $ (head -c 9000 whole.csv.gz; printf 'xxxx'; tail -c +9005 whole.csv.gz) > damaged.csv.gz; covshift check --no-joint data/train.csv damaged.csv.gz --db drift.db
  2> covshift: damaged.csv.gz: the gzip data are damaged: incorrect data check
  [2]
  $ printf '\050\265\057\375\001\002' > cut.csv.zst; covshift check --no-joint data/train.csv cut.csv.zst --db drift.db
  2> covshift: cut.csv.zst: the Zstandard data are cut off; the file is incomplete
  [2]

Only the first run was recorded, and no other file was left.

  $ sqlite3 drift.db 'SELECT count(*), max(id) FROM run'
  1|1
  $ ls
  cut.csv.gz
  cut.csv.zst
  damaged.csv.gz
  data
  drift.db
  empty.csv
  few.csv
  folder
  header.csv
  late.csv
  many.csv
  newlines.csv
  ragged.csv
  random.csv
  whole.csv.gz
