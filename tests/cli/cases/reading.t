How CSV files are read. Each file says the same as plain.csv, so it has the same profile.

  $ cat > same <<'END'
  > covshift profile "$@" -o other.profile && covshift show other.profile | sed 1d | cmp plain - && echo same
  > END
  $ head -200 data/train.csv > plain.csv; covshift profile plain.csv -o plain.profile; covshift show plain.profile | sed 1d > plain
  $ sed 's/$/\r/' plain.csv > crlf.csv; sh same crlf.csv
  $ (printf '\357\273\277'; cat plain.csv) > bom.csv; sh same bom.csv
  $ (printf '\357\273\277'; sed 's/$/\r/' plain.csv) | sh same -
  $ head -c -1 plain.csv > cut.csv; sh same cut.csv
  $ (cat plain.csv; echo; echo) > blank.csv; sh same blank.csv
  $ tr , ';' < plain.csv > semicolon.csv; sh same --delimiter ';' semicolon.csv
  $ tr , '\t' < plain.csv > tab.tsv; sh same --delimiter tab tab.tsv
  $ sed 's/[^,]*/"&"/g' plain.csv > quoted.csv; sh same quoted.csv
  $ gzip -c plain.csv > plain.csv.gz; sh same plain.csv.gz
  $ gzip -c plain.csv | sh same -
  $ (head -100 plain.csv | gzip; tail -n +101 plain.csv | gzip) > two.gz; sh same two.gz

Columns may come in any order.

  $ covshift check plain.csv plain.csv -f json -o a.json
  $ python3 -c 'import csv, sys; csv.writer(sys.stdout, lineterminator="\n").writerows(reversed(r) for r in csv.reader(open("plain.csv")))' > reversed.csv
  $ covshift check plain.csv reversed.csv -f json | sed s/reversed.csv/plain.csv/ | cmp a.json -

Quoted fields with delimiters, newlines and doubled quotes; names of columns too.

  $ for i in 1 2 3 4; do printf '%d,"a, b"\n%d,"say ""hi"""\n%d,"two\nlines"\n' $i $i $i; done > body
  $ (printf 'n,"the ""text"""\n'; cat body) > quotes.csv; covshift profile quotes.csv -o quotes.profile; covshift show quotes.profile

Missing values: the usual tokens, or those of --missing, which replace them.

  $ printf 'x,c\n1,a\nNA,NA\n2,b\nNaN,null\n3,a\n,\n4,b\nnull,?\n5,a\n?,NaN\n' > missing.csv; covshift profile missing.csv -o m.profile; covshift show m.profile
  $ printf 'x,c\n1,a\n-999,none\n2,NA\n-999,b\n3,a\n' > other.csv; covshift profile other.csv --missing -999 --missing none -o m.profile; covshift show m.profile
  $ covshift profile missing.csv --missing '' -o m.profile; covshift show m.profile

Kinds are inferred, or set.

  $ python3 > kinds.csv <<'END'
  > print("number,word,flag,moment,id")
  > for i in range(200):
  >     print(f"{i * 0.5},{['red', 'green', 'blue'][i % 3]},{['false', 'true'][i % 2]},2026-01-{i % 28 + 1:02}T12:00:00Z,user-{i:04}")
  > END
  $ covshift profile kinds.csv -o k.profile; covshift show k.profile
  $ covshift profile kinds.csv --kind number=categorical --kind id=categorical --exclude word --exclude flag -o k.profile; covshift show k.profile
  $ covshift profile kinds.csv --only flag --only number -o k.profile; covshift show k.profile

Numbers as people write them.

  $ printf 'x\n1\n-1.5\n+2\n1e3\n1E-3\n .5\n7. \n0\n' > numbers.csv; covshift profile numbers.csv -o n.profile; covshift show n.profile
