What a terminal sees: colour, unless it is unwanted, and the terminal's width.

  $ cat > screen.py <<'END'
  > import fcntl, os, pty, struct, sys, termios
  > width, command = int(sys.argv[1]), sys.argv[2:]
  > child, fd = pty.fork()
  > if child == 0:
  >     fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
  >     os.execvp(command[0], command)
  > text = b""
  > while True:
  >     try:
  >         part = os.read(fd, 65536)
  >     except OSError:
  >         break
  >     if not part:
  >         break
  >     text += part
  > os.waitpid(child, 0)
  > sys.stdout.write(text.decode().replace("\r\n", "\n").replace("\033", "^["))
  > END
  $ export TERM=xterm; python3 screen.py 80 covshift check --no-joint data/train.csv data/prod-west.csv > colour; head -1 colour; grep -c '\^\[' colour
  ^[[1;31mALERT:^[[0m 15 of 16 features shifted; strongest: price, W1/sd 1.34
  17
  $ export TERM=xterm; NO_COLOR=1 python3 screen.py 80 covshift check --no-joint data/train.csv data/prod-west.csv > plain; grep -c '\^\[' plain
  0
  [1]
  $ export TERM=xterm; NO_COLOR= python3 screen.py 80 covshift check --no-joint data/train.csv data/prod-west.csv | cmp colour -
  $ export TERM=xterm; python3 screen.py 80 covshift check --no-joint data/train.csv data/prod-west.csv --no-color | cmp plain -
  $ export TERM=dumb; python3 screen.py 80 covshift check --no-joint data/train.csv data/prod-west.csv | cmp plain -
  $ unset TERM; python3 screen.py 80 covshift check --no-joint data/train.csv data/prod-west.csv | cmp plain -
  $ covshift check --no-joint data/train.csv data/prod-west.csv | cmp plain -

  $ python3 screen.py 120 covshift check --no-joint data/train.csv data/prod-west.csv > wide; python3 screen.py 60 covshift check --no-joint data/train.csv data/prod-west.csv > narrow
  $ for f in wide plain narrow; do python3 -c 'import sys; print(max(len(line.rstrip("\n")) for line in open(sys.argv[1])))' $f; done
  112
  79
  60

Other pages keep to a narrow terminal, too.

  $ covshift check --no-joint data/train.csv data/prod-west.csv --db drift.db -q > printed; covshift network gradients data/networks/mlp.onnx data/networks/train.csv --label class --rows 50 --db drift.db -q
  $ for page in 'report 1' 'report --list' 'history --subject price' 'report 2'; do NO_COLOR=1 python3 screen.py 60 covshift $page --db drift.db > page; python3 -c 'print(max(len(line.rstrip("\n")) for line in open("page")) <= 60)'; done
  True
  True
  True
  True

Only ASCII where the locale has no more, but UTF-8 in a file.

  $ LC_ALL=C covshift check --no-joint data/train.csv data/prod-west.csv > ascii; LC_ALL=C grep -c '[^ -~]' ascii
  0
  [1]
  $ LC_ALL=C covshift check --no-joint data/train.csv data/prod-west.csv -o file; cmp file plain

Text of more than 4,096 bytes is written in parts, cut between its characters.

  $ for first in "" x; do python3 -c 'import sys; print(sys.argv[1] + 3000 * "\u00a7" + ",a"); [print(f"{i},{i * i % 17}") for i in range(200)]' "$first" > t.csv; python3 screen.py 80 covshift outliers t.csv t.csv --top 1 | sed 1q | tr -d 'a-z,\n' | sed 's/\(.\)\1*/\1 /'; done
  § §  (no newline)

Numbers whose distance is beyond the doubles are drawn where they lie: production nearly all in the upper half of training, and values of a history at both ends.

  $ python3 -c 'print("x"); [print(i * 1e304) for i in range(1000)]' > t.csv; python3 -c 'print("x"); [print(-1.797e308 if i < 4 else (500 + i / 2) * 1e304) for i in range(1000)]' > p.csv
  $ python3 screen.py 120 timeout 20 covshift check --no-joint t.csv p.csv --no-color | grep '^x  '
  x        numeric  ALERT    PSI 3.41  5e-112  ▅▄▄▄▄▄▄▄ ▁▁▁▁████  mean 4.99e306 → 6.76e306
  $ LC_ALL=C python3 screen.py 120 timeout 20 covshift check --no-joint t.csv p.csv --no-color | grep '^x  '
  x        numeric  ALERT    PSI 3.41  5e-112  =------- ____####  mean 4.99e306 -> 6.76e306
  $ python3 -c 'print("x"); [print((-1) ** i * 1.7e308) for i in range(1000)]' > p.csv; python3 screen.py 120 covshift check --no-joint p.csv p.csv --no-color | grep '^x  '
  x        numeric  ok                  █      █ █      █
  $ for i in 1 2 3; do covshift check --no-joint t.csv t.csv --db ends.db -q > printed; done; sqlite3 ends.db "UPDATE measurement SET value = (run % 2 * 2 - 1) * 1.07e308 FROM subject WHERE id = subject AND statistic = 'psi'"
  $ covshift history --db ends.db --subject x --statistic psi | sed -n '3,14p'
  x, PSI
  
        1.07e308 │●           ●
                 │
                 │
                 │
  warn       0.1 │┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
                 │
                 │
                 │
                 │
        -1.07e308 │      ●

No control character reaches a terminal under another name either: sequences of a name in a file's column, which a file or a pipe gets as they are.

  $ python3 -c 'print("red\u009b31m,x,c"); [print(f"{i % 7},{i * i % 17},\u009b{i % 3}") for i in range(300)]' > t.csv; sed 's/^6,/9,/' t.csv > p.csv; covshift check --no-joint t.csv p.csv --db names.db > page; ln -s /proc/self/fd/1 link
  $ csi() { LC_ALL=C grep -c "$(printf '\302\233')" screen; }
  > for path in - /dev/tty /dev/stdout link file; do
  >   for command in 'report -f csv --db names.db' 'history -f csv --db names.db' 'outliers t.csv p.csv --top 3' 'whiten t.csv p.csv'; do
  >     python3 screen.py 80 covshift $command -o $path > screen; test $path = file && mv file screen; test -s screen && echo "$path, ${command%% *}: $(csi)"
  >   done
  > done
  -, report: 0
  -, history: 0
  -, outliers: 0
  -, whiten: 0
  /dev/tty, report: 0
  /dev/tty, history: 0
  /dev/tty, outliers: 0
  /dev/tty, whiten: 0
  /dev/stdout, report: 0
  /dev/stdout, history: 0
  /dev/stdout, outliers: 0
  /dev/stdout, whiten: 0
  link, report: 0
  link, history: 0
  link, outliers: 0
  link, whiten: 0
  file, report: 23
  file, history: 5
  file, outliers: 4
  file, whiten: 1
