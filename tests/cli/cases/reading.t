How CSV files are read. Each file says the same as plain.csv, so it has the same profile.

  $ cat > same <<'END'
  > covshift profile "$@" -o other.profile && covshift show other.profile | sed 1d | cmp plain - && echo same
  > END
  $ head -200 data/train.csv > plain.csv; covshift profile plain.csv -o plain.profile; covshift show plain.profile | sed 1d > plain
  $ sed 's/$/\r/' plain.csv > crlf.csv; sh same crlf.csv
  same
  $ (printf '\357\273\277'; cat plain.csv) > bom.csv; sh same bom.csv
  same
  $ (printf '\357\273\277'; sed 's/$/\r/' plain.csv) | sh same -
  same
  $ head -c -1 plain.csv > cut.csv; sh same cut.csv
  same
  $ (cat plain.csv; echo; echo) > blank.csv; sh same blank.csv
  same
  $ tr , ';' < plain.csv > semicolon.csv; sh same --delimiter ';' semicolon.csv
  same
  $ tr , '\t' < plain.csv > tab.tsv; sh same --delimiter tab tab.tsv
  same
  $ tr , '\001' < plain.csv > hive.csv; sh same --delimiter "$(printf '\001')" hive.csv
  same
  $ tr , '\177' < plain.csv > delete.csv; sh same --delimiter "$(printf '\177')" delete.csv
  same
  $ covshift profile --delimiter ';' hive.csv -o x.profile; LC_ALL=C covshift profile --delimiter "$(printf '\377')" plain.csv -o x.profile 2>&1 | tr '\377' '?'
  covshift profile: option '--delimiter' takes one ASCII character, or 'tab', not '?'
  Try 'covshift profile --help'.
  2> covshift: hive.csv:1: is not UTF-8 text; a header row was expected
  $ covshift init hive.csv --delimiter "$(printf '\001')" -o - 2> /dev/null > hive.yaml; grep 'delimiter:' hive.yaml
    delimiter: "\x01"
  $ sed 's/[^,]*/"&"/g' plain.csv > quoted.csv; sh same quoted.csv
  same
  $ gzip -c plain.csv > plain.csv.gz; sh same plain.csv.gz
  same
  $ gzip -c plain.csv | sh same -
  same
  $ (head -100 plain.csv | gzip; tail -n +101 plain.csv | gzip) > two.gz; sh same two.gz
  same

Zstandard that begins with a frame to be skipped, as that of pzstd does, in any of their sixteen kinds.

  $ for kind in 120 127 137; do printf "\\$kind\\052\\115\\030\\003\\0\\0\\0any\\050\\265\\057\\375\\040\\010\\101\\0\\0x\\n1\\n2\\n3\\n" > skip.zst; covshift profile skip.zst -o x.profile; covshift show x.profile | sed -n 1p; done
  x.profile: 3 rows, 1 column, from skip.zst
  x.profile: 3 rows, 1 column, from skip.zst
  x.profile: 3 rows, 1 column, from skip.zst
  $ head -c 10 skip.zst > cut.zst; covshift profile cut.zst -o x.profile; head -c 11 skip.zst | covshift profile - -o x.profile
  2> covshift: cut.zst: the Zstandard data are cut off; the file is incomplete
  2> covshift: standard input: is empty; a header row was expected
  [2]

Columns may come in any order.

  $ covshift check --no-joint plain.csv plain.csv -f json -o a.json
  $ python3 -c 'import csv, sys; csv.writer(sys.stdout, lineterminator="\n").writerows(reversed(r) for r in csv.reader(open("plain.csv")))' > reversed.csv
  $ covshift check --no-joint plain.csv reversed.csv -f json | sed s/reversed.csv/plain.csv/ | cmp a.json -

Quoted fields with delimiters, newlines and doubled quotes; names of columns too.

  $ for i in 1 2 3 4; do printf '%d,"a, b"\n%d,"say ""hi"""\n%d,"two\nlines"\n' $i $i $i; done > body
  $ (printf 'n,"the ""text"""\n'; cat body) > quotes.csv; covshift profile quotes.csv -o quotes.profile; covshift show quotes.profile
  quotes.profile: 12 rows, 2 columns, from quotes.csv
  
  n: numeric, 12 values, 0 missing
    mean     2.5        sd       1.16775    skewness 0          kurtosis -1.42756
    min      1          1 %      1          5 %      1          25 %     1.75
    median   2.5        75 %     3.25       95 %     4          99 %     4
    max      4
  
  the "text": categorical, 12 values, 0 missing
    a, b                              4   33.3 %
    say "hi"                          4   33.3 %
    two?lines                         4   33.3 %

Missing values: the usual tokens, or those of --missing, which replace them.

  $ printf 'x,c\n1,a\nNA,NA\n2,b\nNaN,null\n3,a\n,\n4,b\nnull,?\n5,a\n?,NaN\n' > missing.csv; covshift profile missing.csv -o m.profile; covshift show m.profile
  m.profile: 10 rows, 2 columns, from missing.csv
  
  x: numeric, 5 values, 5 missing
    mean     3          sd       1.58114    skewness 0          kurtosis -1.2
    min      1          1 %      1.04       5 %      1.2        25 %     2
    median   3          75 %     4          95 %     4.8        99 %     4.96
    max      5
  
  c: categorical, 5 values, 5 missing
    a                                 3   60.0 %
    b                                 2   40.0 %
  $ printf 'x,c\n1,a\n-999,none\n2,NA\n-999,b\n3,a\n' > other.csv; covshift profile other.csv --missing -999 --missing none -o m.profile; covshift show m.profile
  m.profile: 5 rows, 2 columns, from other.csv
  
  x: numeric, 3 values, 2 missing
    mean     2          sd       1          skewness 0          kurtosis -
    min      1          1 %      1.02       5 %      1.1        25 %     1.5
    median   2          75 %     2.5        95 %     2.9        99 %     2.98
    max      3
  
  c: categorical, 4 values, 1 missing
    a                                 2   50.0 %
    NA                                1   25.0 %
    b                                 1   25.0 %
  $ covshift profile missing.csv --missing '' -o m.profile; covshift show m.profile
  m.profile: 10 rows, 2 columns, from missing.csv
  
  x: categorical, 9 values, 1 missing
    1                                 1   11.1 %
    2                                 1   11.1 %
    3                                 1   11.1 %
    4                                 1   11.1 %
    5                                 1   11.1 %
    4 more                            4   44.4 %
  
  c: categorical, 9 values, 1 missing
    a                                 3   33.3 %
    b                                 2   22.2 %
    ?                                 1   11.1 %
    NA                                1   11.1 %
    NaN                               1   11.1 %
    null                              1   11.1 %

Kinds are inferred, or set.

  $ python3 > kinds.csv <<'END'
  > print("number,word,flag,moment,id")
  > for i in range(200):
  >     print(f"{i * 0.5},{['red', 'green', 'blue'][i % 3]},{['false', 'true'][i % 2]},2026-01-{i % 28 + 1:02}T12:00:00Z,user-{i:04}")
  > END
  $ covshift profile kinds.csv -o k.profile; covshift show k.profile
  k.profile: 200 rows, 5 columns, from kinds.csv
  
  number: numeric, 200 values, 0 missing
    mean     49.75      sd       28.9396    skewness 0          kurtosis -1.2
    min      0          1 %      0.995      5 %      4.975      25 %     24.875
    median   49.75      75 %     74.625     95 %     94.525     99 %     98.505
    max      99.5
  
  word: categorical, 200 values, 0 missing
    green                            67   33.5 %
    red                              67   33.5 %
    blue                             66   33.0 %
  
  flag: boolean, 200 values, 0 missing
    false                           100   50.0 %
    true                            100   50.0 %
  
  moment: timestamp, 200 values, 0 missing
    first    2026-01-01T12:00:00Z  last     2026-01-28T12:00:00Z
    median   2026-01-14T12:00:00Z
  
  id: identifier, 200 values, 0 missing
    200 distinct, such as user-0000
  $ covshift profile kinds.csv --kind number=categorical --kind id=categorical --exclude word --exclude flag -o k.profile; covshift show k.profile
  k.profile: 200 rows, 3 columns, from kinds.csv
  
  number: categorical, 200 values, 0 missing
    0.0                               1    0.5 %
    0.5                               1    0.5 %
    1.0                               1    0.5 %
    1.5                               1    0.5 %
    10.0                              1    0.5 %
    195 more                        195   97.5 %
  
  moment: timestamp, 200 values, 0 missing
    first    2026-01-01T12:00:00Z  last     2026-01-28T12:00:00Z
    median   2026-01-14T12:00:00Z
  
  id: categorical, 200 values, 0 missing
    user-0000                         1    0.5 %
    user-0001                         1    0.5 %
    user-0002                         1    0.5 %
    user-0003                         1    0.5 %
    user-0004                         1    0.5 %
    195 more                        195   97.5 %
  $ covshift profile kinds.csv --only flag --only number -o k.profile; covshift show k.profile
  k.profile: 200 rows, 2 columns, from kinds.csv
  
  number: numeric, 200 values, 0 missing
    mean     49.75      sd       28.9396    skewness 0          kurtosis -1.2
    min      0          1 %      0.995      5 %      4.975      25 %     24.875
    median   49.75      75 %     74.625     95 %     94.525     99 %     98.505
    max      99.5
  
  flag: boolean, 200 values, 0 missing
    false                           100   50.0 %
    true                            100   50.0 %

Numbers as people write them.

  $ printf 'x\n1\n-1.5\n+2\n1e3\n1E-3\n .5\n7. \n0\n' > numbers.csv; covshift profile numbers.csv -o n.profile; covshift show n.profile
  n.profile: 8 rows, 1 column, from numbers.csv
  
  x: numeric, 8 values, 0 missing
    mean     126.125    sd       353.108    skewness 2.82814    kurtosis 7.99876
    min      -1.5       1 %      -1.395     5 %      -0.975     25 %     0.00075
    median   0.75       75 %     3.25       95 %     652.45     99 %     930.49
    max      1000
