Names that command a terminal, whoever prints them: columns, categories, files, nodes of a network, networks in a database.

  $ cat > make.py <<'END'
  > import os, random, sqlite3
  > random.seed(1)
  > names = ["\x1b[31mred", "two\nlines", "\x9b31m", "bell\a", "back\r", "del\x7f"]
  > for path, shift in ("t.db", 0), ("p.db", 3):
  >     db = sqlite3.connect(path)
  >     db.execute(f"CREATE TABLE t ({', '.join(chr(34) + name + chr(34) + ' REAL' for name in names)}, c TEXT)")
  >     for i in range(200):
  >         row = [random.gauss(shift / 10, 1) for _ in names] + [f"\x1b]0;{i % 3 + (i > 190) * shift}\a"]
  >         db.execute(f"INSERT INTO t VALUES ({', '.join('?' * 7)})", row)
  >     db.commit()
  > with open("data/networks/cnn.onnx", "rb") as file:
  >     model = file.read()
  > with open("\x1b[31m.onnx", "wb") as file:
  >     file.write(model.replace(b"relu0", b"\x1b[31m").replace(b"bn0", b"\x1b[m").replace(b"pixels", b"\x1b[31m\n"))
  > os.rename("p.db", "\x1b[31m\nx.db")
  > END
  $ printf 'e="$(printf "\\033[31m")" t="sqlite:t.db?SELECT * FROM t" p="sqlite:$(printf "\\033[31m\\nx").db?SELECT * FROM t" rows=data/networks/train.csv\n' > names; python3 make.py

What commands print, on both streams: the exit status, and whether there are control characters but line feeds and tabs.

  $ cat > count.py <<'END'
  > import sys
  > text = sys.stdin.buffer.read().decode()
  > control = any(c not in "\n\t" and (c < " " or "\x7f" <= c <= "\x9f") for c in text)
  > print(f"exit {sys.argv[1]}, {'CONTROL' if control else 'harmless'}: {sys.argv[2]}")
  > END
  $ printf '. ./names; for command; do eval "$command" > out 2>&1; python3 count.py $? "$command" < out; done\n' > try
  $ sh try 'covshift check --no-joint "$t" "$p" --db d.db' 'covshift report --list --db d.db' 'covshift history --db d.db' 'covshift report --db d.db -f markdown' 'covshift report --db d.db -f html'
  exit 1, harmless: covshift check --no-joint "$t" "$p" --db d.db
  exit 0, harmless: covshift report --list --db d.db
  exit 0, harmless: covshift history --db d.db
  exit 0, harmless: covshift report --db d.db -f markdown
  exit 0, harmless: covshift report --db d.db -f html
  $ sh try 'covshift report --db d.db -f junit' 'covshift report --db d.db -f nagios' 'covshift weights "$t" "$p" -o "$e.csv"' 'covshift whiten "$t" "$p" -o "$e.csv"' 'covshift init data/train.csv -o "$e.yaml"'
  exit 0, harmless: covshift report --db d.db -f junit
  exit 2, harmless: covshift report --db d.db -f nagios
  exit 0, harmless: covshift weights "$t" "$p" -o "$e.csv"
  exit 0, harmless: covshift whiten "$t" "$p" -o "$e.csv"
  exit 0, harmless: covshift init data/train.csv -o "$e.yaml"
  $ sh try 'cp d.db "$e.d.db"' 'covshift store check --db "$e.d.db"' 'covshift profile "$p" -o "$e.profile"' 'covshift show "$e.profile"' 'covshift profile "$e/none.csv"' 'covshift plugins --plugin-dir "$e"'
  exit 0, harmless: cp d.db "$e.d.db"
  exit 0, harmless: covshift store check --db "$e.d.db"
  exit 0, harmless: covshift profile "$p" -o "$e.profile"
  exit 0, harmless: covshift show "$e.profile"
  exit 2, harmless: covshift profile "$e/none.csv"
  exit 0, harmless: covshift plugins --plugin-dir "$e"
  $ sh try 'covshift network add "$e" "$e.onnx" --db d.db' 'covshift network list --db d.db' 'covshift network show "$e" --db d.db' 'covshift network remove "$e." --db d.db'
  exit 0, harmless: covshift network add "$e" "$e.onnx" --db d.db
  exit 0, harmless: covshift network list --db d.db
  exit 0, harmless: covshift network show "$e" --db d.db
  exit 2, harmless: covshift network remove "$e." --db d.db
  $ cp d.db h.db; python3 -c 'import sqlite3; d = sqlite3.connect("h.db"); d.execute("UPDATE network SET hash = ?1, added_at = ?1", ("\x1b[31m",)); d.commit()'; sh try 'covshift network list --db h.db'
  exit 0, harmless: covshift network list --db h.db
  $ sh try 'covshift network check "$e" $rows data/networks/dim.csv --label class --db d.db' 'covshift network gradients "$e" $rows --label class --db d.db' 'covshift network recalibrate "$e.onnx" $rows --label class -o "$e.out.onnx"'
  exit 1, harmless: covshift network check "$e" $rows data/networks/dim.csv --label class --db d.db
  exit 0, harmless: covshift network gradients "$e" $rows --label class --db d.db
  exit 0, harmless: covshift network recalibrate "$e.onnx" $rows --label class -o "$e.out.onnx"
  $ sh try 'cp "$e.onnx" "$e.2.onnx"' 'covshift network trace "$e.onnx" "$e.2.onnx" $rows --label class --db d.db' 'covshift network remedy "$e.onnx" $rows --label class' 'covshift network check "$e.onnx" $rows $rows --label "$e"'
  exit 0, harmless: cp "$e.onnx" "$e.2.onnx"
  exit 0, harmless: covshift network trace "$e.onnx" "$e.2.onnx" $rows --label class --db d.db
  exit 0, harmless: covshift network remedy "$e.onnx" $rows --label class
  exit 2, harmless: covshift network check "$e.onnx" $rows $rows --label "$e"
  $ printf 'name: n\ndb: n.db\ntrain: data/train.csv\nproduction: {source: "\\e[31m\\n%%Y.csv"}\nhooks: [{run: "echo \\e[31m", when: alarm}]\n' > n.yaml; cp data/null.csv "$(printf '\033[31m\n2026.csv')"; sh try 'covshift run n.yaml --date 2026-01-30 --dry-run' 'covshift run n.yaml --date 2026-01-30' 'covshift run n.yaml --date 2025-01-30'
  exit 0, harmless: covshift run n.yaml --date 2026-01-30 --dry-run
  exit 0, harmless: covshift run n.yaml --date 2026-01-30
  exit 2, harmless: covshift run n.yaml --date 2025-01-30

Data are what they are in a file and in a pipe, and harmless on a terminal, where colours of the program's own remain.

  $ cat > screen.py <<'END'
  > import os, pty, sys
  > child, fd = pty.fork()
  > if child == 0:
  >     os.execvp(sys.argv[1], sys.argv[1:])
  > text = b""
  > while True:
  >     try:
  >         part = os.read(fd, 65536)
  >     except OSError:
  >         break
  >     if not part:
  >         break
  >     text += part
  > status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
  > sys.stdout.buffer.write(text.replace(b"\r\n", b"\n"))
  > sys.exit(status)
  > END
  $ sh try 'covshift outliers "$t" "$p" --top 5' 'covshift whiten "$t" "$p"' 'covshift report 1 --db d.db -f csv' 'covshift report 1 --db d.db -f json' 'covshift report 1 --db d.db -f prometheus'
  exit 0, CONTROL: covshift outliers "$t" "$p" --top 5
  exit 0, CONTROL: covshift whiten "$t" "$p"
  exit 0, CONTROL: covshift report 1 --db d.db -f csv
  exit 0, CONTROL: covshift report 1 --db d.db -f json
  exit 0, CONTROL: covshift report 1 --db d.db -f prometheus
  $ sh try 'python3 screen.py covshift outliers "$t" "$p" --top 5' 'python3 screen.py covshift whiten "$t" "$p"' 'python3 screen.py covshift report 1 --db d.db -f csv' 'python3 screen.py covshift report 1 --db d.db -f json' 'python3 screen.py covshift report 1 --db d.db -f prometheus'
  exit 0, harmless: python3 screen.py covshift outliers "$t" "$p" --top 5
  exit 0, harmless: python3 screen.py covshift whiten "$t" "$p"
  exit 0, harmless: python3 screen.py covshift report 1 --db d.db -f csv
  exit 0, harmless: python3 screen.py covshift report 1 --db d.db -f json
  exit 0, harmless: python3 screen.py covshift report 1 --db d.db -f prometheus
  $ . ./names; python3 screen.py covshift outliers "$t" "$p" --top 1 | sed 1q
  rank,row,odds,distance,?[31mred,"two
  $ TERM=xterm python3 screen.py covshift report 1 --db d.db > page; tr -d '\033' < page | head -1 | cut -c1-15
  [1;31mALERT:[0m
