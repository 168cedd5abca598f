A saved profile stands for either side, and the report is the same.

  $ covshift profile data/train.csv -o train.profile
  $ covshift profile data/prod-west.csv --like train.profile -o west.profile
  $ covshift check --no-joint data/train.csv data/prod-west.csv -o raw.txt
  [1]
  $ covshift check --no-joint train.profile data/prod-west.csv | cmp raw.txt -
  $ covshift check --no-joint train.profile west.profile | cmp raw.txt -
  $ covshift check --no-joint data/train.csv west.profile | cmp raw.txt -

It is known by its content, not by its name.

  $ cp train.profile train.csv; covshift check --no-joint train.csv data/prod-west.csv | cmp raw.txt -

Standard input and standard output.

  $ covshift profile - -o - < data/train.csv > piped.profile; covshift check --no-joint piped.profile data/null.csv --quiet
  $ covshift check --no-joint train.profile - < data/null.csv --quiet
  $ covshift check --no-joint - data/null.csv < data/train.csv --quiet

What it holds.

  $ covshift show train.profile
  train.profile: 2000 rows, 16 columns, from data/train.csv
  
  sold: timestamp, 2000 values, 0 missing
    first    1993-01-04T00:00:00Z  last     1994-12-30T00:00:00Z
    median   1994-02-01T00:00:00Z
  
  price: numeric, 2000 values, 0 missing
    mean     62254.2    sd       39469      skewness 1.79624    kurtosis 6.91138
    min      3000       1 %      5000       5 %      12000      25 %     36658.2
    median   57000      75 %     79900      95 %     134050     99 %     200049
    max      375000
  
  assessed: numeric, 2000 values, 0 missing
    mean     63638.1    sd       40887.8    skewness 1.4762     kurtosis 3.85348
    min      3200       1 %      5713.14    5 %      11795.7    25 %     36685.5
    median   57628      75 %     81449.5    95 %     139037     99 %     202441
    max      295714
  
  year_built: numeric, 2000 values, 0 missing
    mean     1940.32    sd       25.3171    skewness -0.253078  kurtosis -0.543475
    min      1863       1 %      1882       5 %      1897       25 %     1922
    median   1947       75 %     1958       95 %     1978       99 %     1993
    max      1996
  
  stories: categorical, 2000 values, 0 missing
    one                            1072   53.6 %
    two                             588   29.4 %
    one+half                        247   12.3 %
    multilvl                         57    2.9 %
    bilevel                          36    1.8 %
  
  living_area: numeric, 2000 values, 0 missing
    mean     1370.42    sd       505.031    skewness 2.73514    kurtosis 17.0242
    min      384        1 %      659        5 %      787.9      25 %     1074.75
    median   1284       75 %     1546       95 %     2208.6     99 %     3095.01
    max      7144
  
  wall: categorical, 2000 values, 0 missing
    wood                           1081   54.0 %
    partbrk                         365   18.2 %
    brick                           317   15.8 %
    metlvnyl                        202   10.1 %
    stucdrvt                         16    0.8 %
    2 more                           19    0.9 %
  
  rooms: numeric, 2000 values, 0 missing
    mean     5.985      sd       1.17876    skewness 0.683933   kurtosis 1.47823
    min      1          1 %      4          5 %      4          25 %     5
    median   6          75 %     7          95 %     8          99 %     9
    max      12
  
  beds: numeric, 2000 values, 0 missing
    mean     2.9335     sd       0.703794   skewness 0.498621   kurtosis 1.94667
    min      0          1 %      2          5 %      2          25 %     3
    median   3          75 %     3          95 %     4          99 %     5
    max      7
  
  baths: numeric, 2000 values, 0 missing
    mean     1.152      sd       0.392394   skewness 2.54132    kurtosis 7.48951
    min      0          1 %      1          5 %      1          25 %     1
    median   1          75 %     1          95 %     2          99 %     2
    max      4
  
  half_baths: numeric, 2000 values, 0 missing
    mean     0.295      sd       0.485894   skewness 1.26143    kurtosis 0.410995
    min      0          1 %      0          5 %      0          25 %     0
    median   0          75 %     1          95 %     1          99 %     2
    max      2
  
  lot_area: numeric, 2000 values, 0 missing
    mean     8930.35    sd       17164.4    skewness 15.9789    kurtosis 330.223
    min      1400       1 %      2499       5 %      3200       25 %     4400
    median   6000       75 %     9000       95 %     18800      99 %     61028.8
    max      426757
  
  frontage: numeric, 1999 values, 1 missing
    mean     56.4722    sd       31.6285    skewness 3.39491    kurtosis 19.319
    min      18         1 %      25.98      5 %      30         25 %     40
    median   50         75 %     65         95 %     107.1      99 %     185.1
    max      382
  
  depth: numeric, 1780 values, 220 missing
    mean     134.183    sd       60.6949    skewness 11.0813    kurtosis 208.617
    min      38         1 %      70.79      5 %      99         25 %     114
    median   125        75 %     139        95 %     200        99 %     306.57
    max      1587
  
  garage: categorical, 2000 values, 0 missing
    detached                       1127   56.4 %
    attached                        556   27.8 %
    no garage                       285   14.2 %
    carport                          23    1.1 %
    basement                          9    0.5 %
  
  garage_area: numeric, 2000 values, 0 missing
    mean     349.31     sd       195.687    skewness 0.0683522  kurtosis 0.973527
    min      0          1 %      0          5 %      0          25 %     252
    median   360        75 %     480        95 %     624        99 %     864
    max      1296
  $ covshift show train.profile | awk 'length > 80'

Parts merged are the whole, whatever the order.

  $ (head -1 data/train.csv; sed -n '2,801p' data/train.csv) > part1.csv; (head -1 data/train.csv; sed -n '802,2001p' data/train.csv) > part2.csv
  $ covshift profile part1.csv --like train.profile -o part1.profile; covshift profile part2.csv --like train.profile -o part2.profile
  $ covshift merge part1.profile part2.profile -o whole.profile; covshift merge part2.profile part1.profile -o other.profile
  $ covshift show whole.profile | sed 1d > a; covshift show other.profile | sed 1d > b; covshift show train.profile | sed 1d > c; cmp a b; cmp a c
  $ covshift merge part1.profile part2.profile -o part1.profile; covshift show part1.profile | sed 1d | cmp a -

A part that has a name counts once, also after other merges.

  $ for i in 1 2; do covshift profile part$i.csv --like train.profile --part part-$i -o named$i.profile; done
  $ covshift merge named1.profile named2.profile -o whole.profile; covshift show whole.profile | sed -n 1p
  whole.profile: 2000 rows, 16 columns, 2 parts, from part1.csv
  $ covshift show whole.profile | sed 1d | cmp a -
  $ covshift merge named2.profile named1.profile named2.profile -o twice.profile
  2> covshift: named2.profile: profiles do not merge: part "part-2" is in both, and would count twice
  [2]
  $ covshift merge named1.profile whole.profile -o twice.profile
  2> covshift: whole.profile: profiles do not merge: part "part-1" is in both, and would count twice
  [2]
  $ covshift merge whole.profile part1.profile -o more.profile; covshift show more.profile | sed -n 1p
  more.profile: 4000 rows, 16 columns, 2 parts, from part1.csv
  $ covshift merge more.profile more.profile -o twice.profile
  2> covshift: more.profile: profiles do not merge: part "part-1" is in both, and would count twice
  [2]
  $ test -e twice.profile
  [1]
  $ covshift profile part1.csv --part '' -o x.profile
  2> covshift profile: option '--part' takes a name of 1 to 255 bytes, not ''
  2> Try 'covshift profile --help'.
  [2]
  $ covshift profile part1.csv --part "$(printf '\033[31mred')" -o red.profile; covshift merge red.profile red.profile -o x.profile
  2> covshift: red.profile: profiles do not merge: part "?[31mred" is in both, and would count twice
  [2]

The same bytes for any number of threads.

  $ covshift profile data/train.csv --threads 1 -o one.profile; covshift profile data/train.csv --threads 7 -o seven.profile; cmp one.profile seven.profile
  $ covshift check --no-joint data/train.csv data/prod-west.csv --threads 1 -f json -o one.json; covshift check --no-joint data/train.csv data/prod-west.csv --threads 5 -f json | cmp one.json -

A smaller sketch makes a smaller file; what it loses is no shift.

  $ covshift profile data/train.csv --no-sample --exact -o exact.profile; covshift profile data/train.csv --no-sample --sketch-size 100 -o small.profile
  $ test $(wc -c <small.profile) -lt $(($(wc -c <exact.profile) / 2)) && covshift check --no-joint exact.profile small.profile --quiet
  $ covshift profile data/train.csv --sketch-size 63 -o small.profile
  2> covshift profile: option '--sketch-size' takes a number from 64 to 65535, not '63'
  2> Try 'covshift profile --help'.
  [2]

What is no whole profile.

  $ head -c 1000 train.profile > cut.profile; covshift check --no-joint cut.profile data/null.csv
  2> covshift: cut.profile: damaged profile: 1000 bytes long, its header says 479033
  [2]
  $ head -c 12 train.profile > cut.profile; covshift show cut.profile
  2> covshift: cut.profile: damaged profile: it ends in its header
  [2]
  $ (head -c 2000 train.profile; printf 'XXXX'; tail -c +2005 train.profile) > damaged.profile; covshift check --no-joint damaged.profile data/null.csv
  2> covshift: damaged.profile: damaged profile: its checksum is wrong
  [2]
  $ covshift check --no-joint data/train.csv damaged.profile
  2> covshift: damaged.profile: damaged profile: its checksum is wrong
  [2]
  $ covshift show damaged.profile
  2> covshift: damaged.profile: damaged profile: its checksum is wrong
  [2]
  $ covshift merge train.profile damaged.profile -o out.profile
  2> covshift: damaged.profile: damaged profile: its checksum is wrong
  [2]
  $ (cat train.profile; echo more) > long.profile; covshift show long.profile
  2> covshift: long.profile: damaged profile: 479038 bytes long, its header says 479033
  [2]
  $ covshift show data/train.csv
  2> covshift: data/train.csv: is not a saved profile
  [2]
  $ covshift show missing.profile
  2> covshift: missing.profile: No such file or directory
  [2]
  $ covshift show .
  2> covshift: .: Is a directory
  [2]
  $ covshift merge data/train.csv -o out.profile
  2> covshift: data/train.csv: is not a saved profile
  [2]

What does not go together.

  $ covshift profile data/train.csv --exclude wall -o narrow.profile
  $ covshift merge train.profile narrow.profile -o out.profile
  2> covshift: narrow.profile: profiles do not merge: column "wall" is only in one of them
  [2]
  $ covshift profile data/train.csv --kind rooms=categorical -o kinds.profile
  $ covshift merge train.profile kinds.profile -o out.profile
  2> covshift: kinds.profile: profiles do not merge: column "rooms" is numeric in one and categorical in the other
  [2]
  $ covshift check --no-joint train.profile data/null.csv --exclude wall
  2> covshift: train.profile: is a saved profile, whose columns are settled: --kind, --exclude and --only were for 'covshift profile'
  [2]
  $ covshift profile train.profile -o out.profile
  2> covshift: train.profile: is a saved profile already
  [2]
  $ ls out.profile
  2> ls: cannot access 'out.profile': No such file or directory
  [2]

The same seed gives the same bytes, and is what the report says.

  $ for seed in 7 7 8; do covshift profile data/null.csv --seed $seed -o - | sha256sum; done | uniq | wc -l
  2
  $ covshift check --no-joint data/train.csv data/null.csv --seed 5 --format json | grep '"seed"'
      "seed": 5,

What is not finite, and what is no number, is counted.

  $ printf 'a,b\n1,x\ninf,y\n3,z\n' > a.csv; printf 'a\n1\nq\n' > b.csv; covshift profile a.csv -o a.profile; covshift profile b.csv --kind a=numeric -o b.profile; covshift show a.profile | grep ^a:; covshift show b.profile | grep ^a:
  a: numeric, 2 values, 0 missing, 1 non-finite
  a: numeric, 1 value, 0 missing, 1 invalid

A column of numbers in one profile and of texts in the other cannot be compared, and is not taken for unchanged.

  $ printf 'a,b\nx,1\n,1\ny,1\n' > texts.csv; printf 'a,b\n1,1\n2,1\n4,1\n' > numbers.csv; for side in texts numbers; do covshift profile $side.csv -o $side.profile --exclude b; done; covshift check --no-joint numbers.profile texts.profile --fail-on never --format json | grep -E '"(text|missing|n|mean)"' | head -7
          "n": 3,
          "missing": 0,
          "mean": 2.3333333333333335,
          "n": 0,
          "missing": 1,
          "mean": null,
        "text": "numeric in training, but profiled as categorical in production: its values cannot be compared"

A text that is no number is told, long ones up to a whole character.

  $ python3 -c 'open("long.csv", "w").write("a\n1\n" + "é" * 300 + "\n3\n")'; covshift check --no-joint long.csv long.csv --kind a=numeric --format json | python3 -c 'import json, sys; text = [m["text"] for m in json.load(sys.stdin)["messages"] if "parse" in m["text"]][0]; print(text[:86], text.count("é"), text[-2:])'
  1 of 3 values in training do not parse as numeric; the first, in line 3, is "ééééééééé 31 é"

A part that lacks a column, and what is told of a text that is no number: no more of it than fits, and whole characters.

  $ covshift profile data/train.csv --only price --only rooms -o first.profile; printf 'rooms\n3\n4\n' > second.csv
  $ covshift profile second.csv --like first.profile -o second.profile; covshift show second.profile | grep -A 1 -E '^(price|rooms):'
  price: numeric, not in the data
  
  rooms: numeric, 2 values, 0 missing
    mean     3.5        sd       0.707107   skewness -          kurtosis -
  $ python3 -c 'print("rooms\n1\n2\n" + 40 * "é" + "\n4")' > long.csv; covshift check --no-joint first.profile long.csv -f markdown | grep é
  - `rooms`: 1 of 4 values in production do not parse as numeric; the first, in line 4, is "ééééééééééééééééééééééééééééééé"

Of very many columns of text each has fewer categories counted.

  $ python3 -c 'print(",".join(f"c{i}" for i in range(300))); [print(",".join(f"v{i * j % 977}" for i in range(300))) for j in range(1, 40)]' > broad.csv; covshift profile broad.csv -o broad.profile; covshift show broad.profile | sed -n '1p;/^c299:/,$p'
  broad.profile: 39 rows, 300 columns, from broad.csv
  c299: categorical, 39 values, 0 missing
    v118                              1    2.6 %
    v139                              1    2.6 %
    v17                               1    2.6 %
    v177                              1    2.6 %
    v198                              1    2.6 %
    34 more                          34   87.2 %
