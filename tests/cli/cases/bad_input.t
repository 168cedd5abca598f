Bad input: one line on standard error, exit status 2, and nothing is recorded: there is a run
already, and it stays the only one.

Needs: sqlite3

  $ covshift check data/train.csv data/null.csv --db drift.db --quiet

  $ covshift check data/train.csv missing.csv --db drift.db
  $ covshift check missing.csv data/null.csv --db drift.db
  $ mkdir folder; covshift check folder data/null.csv --db drift.db
  $ covshift check data/train.csv folder --db drift.db
  $ covshift check data/train.csv /dev/null --db drift.db
  $ covshift check /dev/null data/null.csv --db drift.db
  $ : > empty.csv; covshift check data/train.csv empty.csv --db drift.db
  $ covshift check - data/null.csv --db drift.db < empty.csv
  $ head -1 data/train.csv > header.csv; covshift check data/train.csv header.csv --db drift.db
  $ covshift check header.csv data/null.csv --db drift.db
  $ printf '\n\n' > newlines.csv; covshift check newlines.csv data/null.csv --db drift.db

A row with too few or too many fields, wherever it is.

  $ printf 'a,b\n1,2\n3\n' > few.csv; covshift check few.csv few.csv --db drift.db
  $ printf 'a,b\n1,2\n3,4,5\n' > many.csv; covshift check many.csv many.csv --db drift.db
  $ sed '1500s/,[^,]*$//' data/null.csv > ragged.csv; covshift check data/train.csv ragged.csv --db drift.db
  $ sed '1500s/$/,1/' data/null.csv | covshift check data/train.csv - --db drift.db
  $ (sed 1,20d data/null.csv; echo 1,2) > late.csv; (head -1 data/null.csv; cat late.csv) | covshift check data/train.csv - --db drift.db

Lines are those of the file, also after a quoted field with newlines.

  $ printf 'a,b\n1,"x\ny\nz"\n3\n' | covshift check - data/null.csv --db drift.db

An unclosed quote, and a quote in the middle of a field.

  $ printf 'a,b\n1,2\n3,"four\n5,6\n' | covshift check - data/null.csv --db drift.db
  $ printf 'a,"b\n1,2\n' | covshift check - data/null.csv --db drift.db
  $ printf 'a,b\n1,fo"ur\n' | covshift check - data/null.csv --db drift.db
  $ printf 'a,b\n1,"fo"ur\n' | covshift check - data/null.csv --db drift.db

What is no text.

  $ printf 'a,b\n1,2\n3,\0004\n' | covshift check - data/null.csv --db drift.db
  $ printf 'a\0,b\n1,2\n' | covshift check - data/null.csv --db drift.db
  $ printf '\377\376a\0,\0b\0\n\0001\0,\0002\0\n\0' | covshift check - data/null.csv --db drift.db
  $ printf '\376\377\0a\0,\0b\0\n\0001\0,\0002\0\n' | covshift check - data/null.csv --db drift.db
  $ printf 'a\0,\0b\0\n\0001\0,\0002\0\n\0' | covshift check - data/null.csv --db drift.db
  $ python3 -c 'import random, sys; random.seed(1); sys.stdout.buffer.write(random.randbytes(4096))' > random.csv
  $ covshift check random.csv data/null.csv --db drift.db
  $ covshift check data/train.csv random.csv --db drift.db
  $ printf 'caf\351,b\n1,2\n' | covshift check - data/null.csv --db drift.db
  $ covshift check "$(command -v covshift)" data/null.csv --db drift.db 2>&1 | sed 's|^covshift: .*/covshift:|covshift: covshift:|'

A header with a name twice, or without one.

  $ printf 'a,b,a\n1,2,3\n' | covshift check - data/null.csv --db drift.db
  $ printf 'a,,c\n1,2,3\n' | covshift check - data/null.csv --db drift.db
  $ printf 'price,,c\n1,2,3\n' | covshift check data/train.csv - --db drift.db

No common column.

  $ printf 'colour,taste\nred,sweet\n' | covshift check data/train.csv - --db drift.db

Nothing left of the columns.

  $ printf 'a\n1\n' | covshift check - data/null.csv --exclude a --db drift.db

Compressed files that end early or are damaged.

  $ gzip -c data/null.csv > whole.csv.gz; head -c 20000 whole.csv.gz > cut.csv.gz; covshift check data/train.csv cut.csv.gz --db drift.db
  $ head -c 5 whole.csv.gz > cut.csv.gz; covshift check data/train.csv cut.csv.gz --db drift.db
  $ (head -c 9000 whole.csv.gz; printf 'xxxx'; tail -c +9005 whole.csv.gz) > damaged.csv.gz; covshift check data/train.csv damaged.csv.gz --db drift.db
  $ printf '\050\265\057\375\001\002' > cut.csv.zst; covshift check data/train.csv cut.csv.zst --db drift.db

Only the first run was recorded, and no other file was left.

  $ sqlite3 drift.db 'SELECT count(*), max(id) FROM run'
  $ ls
