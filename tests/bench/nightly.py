#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nightly.py COVSHIFT BENCH_GENERATE: what a night of `covshift run` costs over 500 features, every tenth of them text, with 1,095 nights in the
database: everything but reading the data (production is a saved profile), beside profiling the same data from CSV; on a calm night, and on
one when every feature has moved, so that alarms are raised and changes dated. Reports in JSON and HTML, four detectors, thresholds from history,
and one night leaves the database for each that comes. Then how much the database grows by a run. Needs 4 GB below $TMPDIR."""
import datetime
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time

COLUMNS, ROWS, NIGHTS, REAL = 500, 10_000, 1095, 22
FIRST = datetime.date(2023, 1, 1)
MONITOR = """
db: {db}
train: train.profile
production: {{source: "{source}"}}
features: [{{name: "*"{statistics}}}]
decision: {{joint: {joint}, history: 20}}
changes: {{detectors: [cusum, page_hinkley, ewma, adwin]}}
keep: {keep}d
"""
REPORTS = """
reports:
  - {format: json, to: "report.json"}
  - {format: html, to: "report.html"}
"""


def day(k):
    return (FIRST + datetime.timedelta(days=k)).isoformat()


def make_data(generate):
    """Training, a calm night, and one when all has moved: numbers by one, texts by a letter."""
    with subprocess.Popen([generate, "--wide", str(COLUMNS), str(2 * ROWS)], stdout=subprocess.PIPE, text=True) as process:
        header = process.stdout.readline()
        with open("train.csv", "w") as train, open("calm.csv", "w") as calm, open("moved.csv", "w") as moved:
            for file in (train, calm, moved):
                file.write(header)
            for i, line in enumerate(process.stdout):
                if i < ROWS:
                    train.write(line)
                    continue
                calm.write(line)
                fields = line.rstrip("\n").split(",")
                moved.write(",".join(f + "x" if f.startswith("k") else f"{float(f) + 1:.3f}" for f in fields) + "\n")


def run(program, *arguments, night=None):
    """Processor and wall time, in seconds."""
    environment = dict(os.environ)
    if night is not None: # the program's day of today, so that `keep` has something to remove
        environment["SOURCE_DATE_EPOCH"] = str(int(datetime.datetime.fromisoformat(day(night) + "T02:00:00+00:00").timestamp()))
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    if done.returncode > 1 or done.stderr:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended - begun


def write_monitor(name, **keys):
    keys = {"db": f"{name}.db", "joint": "no", "statistics": "", "source": "night.profile", "keep": 2 * NIGHTS, **keys}
    reports = keys.pop("reports", REPORTS)
    with open(f"{name}.yaml", "w") as file:
        file.write(MONITOR.format(**keys) + reports)
    return f"{name}.yaml"


def copy_nights(path):
    """The last night as those that follow it, by SQL: other values, the same verdicts. Recording them would take half an hour."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("PRAGMA synchronous = OFF")
    tables = [t for (t,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    columns = {t: [c[1] for c in db.execute(f"PRAGMA table_info({t})")] for t in tables}
    (last,) = db.execute("SELECT max(id) FROM run").fetchone()
    first, subjects = db.execute("SELECT min(id), count(*) FROM subject WHERE run = ?", (last,)).fetchone()
    special = {("run", "id"): "id + k", ("run", "period"): f"date(period, k || ' days')", ("attempt", "id"): "id + k",
               ("attempt", "period"): "date(period, k || ' days')", ("subject", "id"): f"id + k * {subjects}",
               ("measurement", "value"): "value * (1 + (k * 7919 % 100) / 1000.0)"}
    own = {"run": f"id = {last}", "attempt": f"run = {last}"}
    db.execute("BEGIN")
    for table in ["run", "subject"] + sorted(set(tables) - {"run", "subject", "series", "profile", "change_point"}):
        names = columns[table]
        if not {"run", "subject"} & set(names) and table != "run":
            continue
        picked = [special.get((table, c), f"run + k" if c == "run" else f"subject + k * {subjects}" if c == "subject" and "run" not in names else c)
                  for c in names]
        where = own.get(table, f"run = {last}" if "run" in names else f"subject BETWEEN {first} AND {first + subjects - 1}")
        db.execute(f"INSERT INTO {table} ({', '.join(names)}) WITH RECURSIVE t (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM t WHERE k < {NIGHTS - REAL})"
                   f" SELECT {', '.join(picked)} FROM t CROSS JOIN {table} WHERE {where}")
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def measure(program, reading):
    """The nights after those that are recorded, each of which moves the oldest out."""
    night = NIGHTS
    for which in ("calm", "moved"):
        for what, keys in (("no reports", {"reports": ""}), ("reports", {}), ("reports, joint: yes", {"joint": "yes"})):
            monitor = write_monitor("night", keep=NIGHTS, source=f"{which}.profile", **keys)
            times = []
            for _ in range(3):
                times.append(run(program, "run", monitor, "--date", day(night), "--quiet", night=night + 1))
                night += 1
            processor, wall = (min(t) for t in zip(*times))
            print(f"a {which} night, {what}: {processor:.2f} s processor, {wall:.2f} s wall (the slowest {max(w for _, w in times):.2f}); "
                  f"{processor / reading[0]:.2f} and {wall / reading[1]:.2f} of profiling", flush=True)


def growth(program, name, nights, **keys):
    """Bytes by a run, over some runs of a database without its empty space."""
    monitor = write_monitor(name, reports="", source="calm.profile", **keys)
    sizes = []
    for _ in range(nights):
        run(program, "run", monitor, "--date", day(len(sizes)), "--quiet", night=len(sizes) + 1)
        db = sqlite3.connect(f"{name}.db")
        db.execute("VACUUM")
        db.close()
        sizes.append(os.path.getsize(f"{name}.db"))
    return (sizes[-1] - sizes[0]) / (nights - 1)


def main(program, generate):
    program, generate = os.path.abspath(program), os.path.abspath(generate)
    with tempfile.TemporaryDirectory(prefix="covshift-bench-") as folder:
        os.chdir(folder)
        make_data(generate)
        run(program, "profile", "train.csv", "-o", "train.profile")
        reading = min(run(program, "profile", "calm.csv", "--like", "train.profile", "-o", "calm.profile") for _ in range(3))
        run(program, "profile", "moved.csv", "--like", "train.profile", "-o", "moved.profile")
        print(f"{os.cpu_count()} threads; {COLUMNS} features x {ROWS} rows: profiling the CSV file {reading[0]:.2f} s processor, {reading[1]:.2f} s wall")

        plain = write_monitor("night", reports="", source="calm.profile")
        run(program, "run", plain, "--from", day(0), "--to", day(REAL - 1), "--quiet", night=REAL)
        copy_nights("night.db")
        print(f"{NIGHTS} nights recorded: {os.path.getsize('night.db') / 1e6:.0f} MB")
        measure(program, reading)
        for name, statistics in (("all", ""), ("deciding", ", statistics: []")):
            print(f"the database grows by {growth(program, name, 4, statistics=statistics):.0f} bytes a run, {name} statistics recorded", flush=True)


main(*sys.argv[1:])
