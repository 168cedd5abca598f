What a stranger's file may try.

Needs: sqlite3

Compressed files that are hundreds of times as large when they are read: nothing is kept of them but the row that is read, 16 MiB at most.

  $ (printf 'a,b\n1,'; head -c 200000000 /dev/zero | tr '\0' 'x') | gzip > row.csv.gz; test $(wc -c < row.csv.gz) -lt 400000; covshift profile row.csv.gz -o x.profile
  2> covshift: row.csv.gz:2: row is longer than 16 MiB
  [2]
  $ (printf 'a,b\n'; yes 1,2 | head -n 5000000) | gzip > rows.csv.gz; test $(wc -c < rows.csv.gz) -lt 200000; covshift profile rows.csv.gz -o x.profile; covshift show x.profile | sed -n 1p
  x.profile: 5000000 rows, 2 columns, from rows.csv.gz
  $ head -c 100000000 /dev/zero | gzip > zeros.csv.gz; covshift profile zeros.csv.gz -o y.profile
  2> covshift: zeros.csv.gz:1: is not UTF-8 text; a header row was expected
  [2]

Zstandard frames that claim contents of 2^60 bytes, and a window of 3.75 TiB.

  $ printf '\050\265\057\375\340\000\000\000\000\000\000\000\020\001\000\000' > claim.csv.zst; covshift profile claim.csv.zst -o y.profile
  2> covshift: claim.csv.zst: the Zstandard data are damaged: Frame requires too much memory for decoding
  [2]
  $ printf '\050\265\057\375\000\377\001\000\000' > window.csv.zst; covshift profile window.csv.zst -o y.profile
  2> covshift: window.csv.zst: the Zstandard data are damaged: Frame requires too much memory for decoding
  [2]

A row of 15 MB is read, the text is kept in short.

  $ (printf 'a,b\n1,'; head -c 15000000 /dev/zero | tr '\0' 'x'; printf '\n2,y\n') > long.csv; covshift profile long.csv -o long.profile; test $(wc -c < long.profile) -lt 5000 && covshift show long.profile | sed -n '8,$p'
  
  b: categorical, 2 values, 0 missing
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...          1   50.0 %
    y                                 1   50.0 %

What is no file of data.

  $ covshift profile /dev/zero -o y.profile
  2> covshift: /dev/zero:1: is not UTF-8 text; a header row was expected
  [2]
  $ mkfifo pipe; (cat data/null.csv > pipe) & covshift profile pipe -o piped.profile; covshift show piped.profile | sed -n 1p
  piped.profile: 2000 rows, 16 columns, from pipe
  $ cat data/null.csv | (sleep 0.3; covshift profile /dev/stdin -o piped.profile); covshift show piped.profile | sed -n '1p; /^sold/p' | cut -c1-60
  piped.profile: 2000 rows, 16 columns, from /dev/stdin
  sold: timestamp, 2000 values, 0 missing
  $ covshift outliers data/train.csv pipe
  2> covshift: pipe can be read once only: expected a file or a query
  [2]
  $ covshift check --no-joint data/train.csv data/null.csv --db pipe
  2> covshift: pipe: cannot use as a database: it is not a regular file
  [2]
  $ covshift profile 'sqlite:pipe?SELECT 1 AS a' -o y.profile
  2> covshift: sqlite:pipe: is no database: not a regular file
  [2]
  $ sqlite3 long.db 'CREATE TABLE t (x)'; covshift profile "sqlite:long.db?SELECT 1 AS a UNION ALL SELECT printf('%.*c', 17000000, 'x')" -o y.profile
  2> covshift: sqlite:long.db:2: column "a": a value of 17000000 bytes; at most 16 MiB can be read
  [2]
  $ covshift profile 'sqlite:/dev/zero?SELECT 1 AS a' -o y.profile
  2> covshift: sqlite:/dev/zero: is no database: not a regular file
  [2]
  $ ln -s loop loop; covshift profile loop -o y.profile
  2> covshift: loop: cannot open: Too many levels of symbolic links
  [2]
  $ ln -s ../../nowhere dangling; covshift merge dangling -o y.profile
  2> covshift: dangling: No such file or directory
  [2]
  $ ls y.profile
  2> ls: cannot access 'y.profile': No such file or directory
  [2]

An output that is a link replaces the link, not what it points to.

  $ echo mine > precious; ln -s precious link; covshift profile data/null.csv -o link; cat precious; test -L link || echo a file
  mine
  a file

A network that is a device without an end, or larger than protobuf's messages can be.

  $ ln -s /dev/zero zero.onnx; covshift network show zero.onnx
  2> covshift: zero.onnx: is a device, expected an ONNX model
  [2]
  $ truncate -s 3G large.onnx; covshift network add large large.onnx --db large.db; ls large.db; rm large.onnx
  2> covshift: large.onnx: is no ONNX model: larger than 2 GiB, the most that one can have
  2> ls: cannot access 'large.db': No such file or directory

A profile of 100 bytes that says it has 4 GB.

  $ (head -c 12 x.profile; printf '\000\000\000\000\001\000\000\000'; head -c 80 /dev/zero) > claim.profile; covshift show claim.profile
  2> covshift: claim.profile: damaged profile: 100 bytes long, its header says 4294967324
  [2]

Names that are SQL, format strings, paths, markup or control codes of a terminal (CSI as one character): they are names. Escape codes proper are refused in a CSV file's header.

  $ printf '"\047); DROP TABLE run; --",%%s%%n%%x,red\302\23331m,../../etc/passwd,<script>alert(1)</script>\n' > names; (cat names; seq 1 300 | awk -v OFS=, '{print $1, $1 % 7, $1 * 2, $1 % 5, $1 % 11}') > t.csv
  $ (cat names; seq 200 500 | awk -v OFS=, '{print $1, $1 % 7 + 3, $1 * 2, $1 % 5 + 9, $1 % 11}') > p.csv; covshift check --no-joint t.csv p.csv --db names.db | sed -n '8,12p' | cut -c1-30
  ../../etc/passwd       num   A
  %s%n%x                 num   A
  '); DROP TABLE run; …  num  
  red�31m                num  
  <script>alert(1)</sc…  num  
  $ covshift report --list --db names.db | sed -n 1p; sqlite3 names.db "SELECT name FROM subject WHERE type = 'feature' AND name NOT LIKE 'red%'"
     RUN  STARTED, UTC      VERDICT       ALERT  WARN    OF  PRODUCTION
  %s%n%x
  '); DROP TABLE run; --
  ../../etc/passwd
  <script>alert(1)</script>
  $ echo 'LC_ALL=C grep -c "$(printf "\\302\\233")"' > csi
  $ for f in text markdown html junit nagios; do covshift report --db names.db -f $f | sh csi; done; covshift history --db names.db | sh csi
  0
  0
  0
  0
  0
  0
  [1]
  $ covshift profile t.csv -o names.profile; covshift show names.profile | sh csi; covshift show names.profile | grep red
  0
  red?31m: numeric, 300 values, 0 missing
  $ covshift report --db names.db -f html | grep -c '<script>alert'
  0
  [1]
  $ printf '\033[31mred,b\n1,2\n' > red.csv; covshift profile red.csv -o y.profile
  2> covshift: red.csv:1: is not UTF-8 text; a header row was expected
  [2]
  $ sqlite3 s.db "CREATE TABLE t(\"$(printf '\033')[31mred\" REAL, b REAL); INSERT INTO t VALUES (1, 2), (3, 4)"; covshift profile 'sqlite:s.db?SELECT * FROM t' -o s.profile; covshift show s.profile | sed -n 3p
  ?[31mred: numeric, 2 values, 0 missing

A reporter has a name, not a path.

  $ covshift report --db names.db -f ../../evil
  2> covshift: no reporter named "../../evil"; there are: csv, html, json, junit, markdown, nagios, prometheus, text
  [2]
  $ covshift report --db names.db -f "$PWD/evil.so" 2>&1 | sed 's|".*"|"..."|'
  covshift: no reporter named "..."; there are: csv, html, json, junit, markdown, nagios, prometheus, text

A monitor file of some kilobytes whose aliases would make it a huge one.

  $ (printf 'db: a\ntrain: t\nproduction: {source: x}\nfeatures:\n - &a {name: x, statistics: ['; yes psi, | head -n 1000; printf 'psi]}\n'; yes ' - *a' | head -n 1000) > bomb.yaml; covshift run bomb.yaml --dry-run
  2> covshift: bomb.yaml: has more than 100000 values, aliases resolved
  [2]
  $ least='db: a\ntrain: t\nproduction: {source: x'
  > (printf "$least, missing: [&a "; head -c 100000 /dev/zero | tr '\0' x; yes ', *a' | head -n 200; printf ']}\n') > bomb.yaml; covshift run bomb.yaml --dry-run
  2> covshift: bomb.yaml: has more than 16 MiB of text, aliases resolved
  [2]

One that libyaml would take minutes or hours for: many levels, anchors, names of tags; or a list that is empty beside many features.

  $ least='db: a\ntrain: t\nproduction: {source: x'
  > (printf "$least}\nfeatures: "; head -c 1000000 /dev/zero | tr '\0' '[') > deep.yaml; timeout 20 covshift run deep.yaml
  > (printf "$least}\nfeatures: ["; seq -f '&%.0f x,' 90000; printf ']\n') > anchors.yaml; timeout 20 covshift run anchors.yaml
  > (seq -f '%%TAG !%.0f! x' 60000; printf -- "---\n$least}\n") > tags.yaml; timeout 20 covshift run tags.yaml
  > (printf "$least}\nreports: []\nkeep: never\nfeatures:\n"; yes -- '- {name: x}' | head -n 8000) > empty.yaml; timeout 20 covshift run empty.yaml
  2> covshift: deep.yaml: line 4, column 26: has more than 16 levels
  2> covshift: anchors.yaml: line 260, column 1: has more than 256 anchors and tags
  2> covshift: tags.yaml: line 257, column 1: has more than 256 anchors and tags
  2> covshift: empty.yaml: line 5, column 7: keep: expected a number of days such as 400d, found 'never'
  [2]

More memory than is allowed: nothing is written. How much a program takes differs from build to build.

  $ covshift profile data/train.csv -o capped.profile --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls capped.profile
  covshift: data/train.csv: reading was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'capped.profile': No such file or directory
  [2]
  $ python3 -c 'import os; grown = b"x" * (1 << 30); os.execvp("covshift", "covshift profile data/train.csv -o own.profile --max-memory 1000M".split())'; ls own.profile
  own.profile
  $ covshift profile data/train.csv -o all.profile; covshift check all.profile all.profile --max-memory 1000K --db capped.db 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls capped.db
  covshift: the comparison was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'capped.db': No such file or directory
  [2]
  $ covshift merge all.profile all.profile -o merged.profile --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls merged.profile
  covshift: all.profile: merging was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'merged.profile': No such file or directory
  [2]
  $ printf 'name: night\ndb: capped.db\ntrain: data/train.csv\nproduction: {source: data/null.csv}\n' > night.yaml; covshift run night.yaml --date 2026-01-30 --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; covshift report --list --db capped.db
  covshift: monitor night, 2026-01-30: data/train.csv: reading was cancelled: it has taken N MiB, more than --max-memory allows
  no run is recorded
  
  Not recorded
    2026-01-30  failed    data/train.csv: reading was cancelled
  $ for command in weights whiten outliers; do covshift $command data/train.csv data/null.csv -o capped.csv --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; covshift $command all.profile data/null.csv -o capped.csv --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; done; ls capped.csv
  covshift: data/train.csv: reading was cancelled: it has taken N MiB, more than --max-memory allows
  covshift: all.profile: is a saved profile, which does not have every row: expected a file or a query
  covshift: data/train.csv: reading was cancelled: it has taken N MiB, more than --max-memory allows
  covshift: all.profile: whitening was cancelled: it has taken N MiB, more than --max-memory allows
  covshift: data/train.csv: reading was cancelled: it has taken N MiB, more than --max-memory allows
  covshift: data/null.csv: reading was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'capped.csv': No such file or directory
  [2]
  $ covshift network run data/networks/cnn.onnx data/networks/train.csv --label class -o capped.csv --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls capped.csv
  covshift: running the network was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'capped.csv': No such file or directory
  [2]
  $ covshift network profile data/networks/cnn.onnx data/networks/train.csv --label class -o capped.layers --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls capped.layers
  covshift: running the network was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'capped.layers': No such file or directory
  [2]
  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --db layers.db --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls layers.db
  covshift: running the network was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'layers.db': No such file or directory
  [2]
  $ covshift network gradients data/networks/cnn.onnx data/networks/train.csv --label class --db layers.db --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls layers.db
  covshift: running the network was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'layers.db': No such file or directory
  [2]
  $ covshift network remedy data/networks/mlp.onnx data/networks/train.csv --label class --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'
  covshift: running the network was cancelled: it has taken N MiB, more than --max-memory allows
  $ covshift network recalibrate data/networks/cnn.onnx data/networks/dim.csv --label class -o capped.onnx --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls capped.onnx
  covshift: running the network was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'capped.onnx': No such file or directory
  [2]
  $ covshift network trace data/networks/cnn.onnx data/networks/cnn.onnx data/networks/train.csv --label class -o trace.txt --max-memory 1M 2>&1 | sed 's/[0-9]* MiB/N MiB/'; ls trace.txt
  covshift: running the network was cancelled: it has taken N MiB, more than --max-memory allows
  2> ls: cannot access 'trace.txt': No such file or directory
  [2]
  $ covshift profile data/train.csv -o capped.profile --exact --max-memory 64G; ls capped.profile
  capped.profile
  $ for size in 0 5X 12MB M 17179869184G; do covshift check a b --max-memory $size 2>&1 | head -n 1; done
  covshift check: option '--max-memory' takes a size such as 500M or 2G, not '0'
  covshift check: option '--max-memory' takes a size such as 500M or 2G, not '5X'
  covshift check: option '--max-memory' takes a size such as 500M or 2G, not '12MB'
  covshift check: option '--max-memory' takes a size such as 500M or 2G, not 'M'
  covshift check: option '--max-memory' takes a size such as 500M or 2G, not '17179869184G'

Numbers at the ends of what a double holds: zeros of either sign are one value, whole numbers that a double rounds are told.

  $ echo big,tiny,huge,zero > one.csv; cp one.csv two.csv; for i in $(seq 400); do echo $((9007199254740993 + 2 * i)),$((i % 50))e-322,1.$((i % 7))e308,0.0; done >> one.csv; sed 's/0\.0$/-0.0/' one.csv | sed 's/^90/80/' >> two.csv; sed -i 1d two.csv
  $ covshift check --no-joint one.csv two.csv --kind big=numeric > page; sed -n '/^Notes/,/^$/p' page; grep -E '^(tiny|huge|zero) ' page | cut -c1-24
  Notes
    big   values depend on those before them: 400 in training are worth 2.0
          independent ones, 400 in production 2.0
    big   beyond 2^53 in training: whole numbers there are rounded
    huge  values depend on those before them: 400 in training are worth 198
          independent ones, 400 in production 198
    zero  constant in training
    zero  constant in production
  
  tiny     num   ok
  huge     num   ok
  zero     num   ok

As categories they keep their digits, and are the same category where they are the same number, however it is written.

  $ for k in 2 3; do (echo id; yes 900719925474099$k | head -n 500) > id$k.csv; done; covshift check --no-joint id2.csv id3.csv --kind id=categorical | sed -n '/^id/p'
  id       cat   ALERT    new categories 100 %  7e-299  100 % in new categories,
  $ (echo id; for i in $(seq 100); do printf '9007199254740993\n-9007199254740993\n0.25\n100000000000000000000\n12345678901234567890123\n'; done) > one.csv
  $ (echo id; for i in $(seq 100); do printf '+09007199254740993.0\n-9007199254740993.\n25e-2\n+100000000000000000000.0\n12345678901234567890123.00\n'; done) > two.csv
  $ covshift check --no-joint one.csv two.csv --kind id=categorical -f csv | cut -d, -f7,8 | grep -E 'total|new|lost'
  total_variation,0
  new_category_share,0
  lost_category_share,0
  $ (echo id; for i in $(seq 100); do printf '9007199254740993\n-9007199254740992\n0.25\n100000000000000000000\n12345678901234567890124\n'; done) > three.csv
  $ covshift check --no-joint one.csv three.csv --kind id=categorical -f csv | cut -d, -f7,8 | grep -E 'total|new|lost'
  total_variation,0.4
  new_category_share,0.4
  lost_category_share,0.4

Doubles are the same however they are printed.

  $ python3 -c 'x = [float(2 ** 57 + 12345678901 * i) for i in range(20)]; [open(name, "w").write("id\n" + "".join(form % v + "\n" for v in x * 50)) for name, form in (("repr.csv", "%r"), ("long.csv", "%.17g"), ("full.csv", "%d"))]'; sqlite3 real.db 'CREATE TABLE t (id REAL)' '.import --skip 1 repr.csv t'
  $ for prod in long.csv full.csv 'sqlite:real.db?SELECT * FROM t'; do covshift check --no-joint repr.csv "$prod" --kind id=categorical | sed -n '/^id/p'; done
  id       cat   ok
  id       cat   ok
  id       cat   ok

So do the INTEGERs of a query.

  $ sqlite3 ids.db 'CREATE TABLE t (id INTEGER)' '.import --skip 1 id2.csv t' '.import --skip 1 id3.csv t' 'INSERT INTO t VALUES (-9223372036854775808), (7), (NULL)'
  $ (cat id2.csv; sed 1d id3.csv; printf -- '-9223372036854775808\n7\n""\n') > ids.csv; q='sqlite:ids.db?SELECT * FROM t'; covshift profile "$q" --kind id=categorical -o ids.profile; covshift show ids.profile | sed 1d
  
  id: categorical, 1002 values, 1 missing
    9007199254740992                500   49.9 %
    9007199254740993                500   49.9 %
    -9223372036854775808              1    0.1 %
    7                                 1    0.1 %
  $ covshift profile ids.csv --kind id=categorical -o same.profile; covshift show ids.profile | sed 1d > a; covshift show same.profile | sed 1d | cmp a -
  $ for kind in categorical numeric; do covshift check --no-joint 'sqlite:ids.db?SELECT * FROM t' ids.csv --kind id=$kind | sed -n '/^id/p'; done
  id       cat   ok
  id       num   ok
