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
