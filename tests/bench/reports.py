#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""reports.py COVSHIFT: seconds of user time that each reporter takes for a run of 1,000 features with all statistics, for the history of
one feature over 10,000 runs, one statistic and all of them, and for the list of those runs. Loading from the database included."""
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile

FORMATS = ("text", "json", "markdown", "csv", "html", "prometheus", "junit", "nagios")
COLUMNS, ROWS, RUNS = 1000, 300, 10_000


def write(path, moved):
    dice = random.Random(moved)
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(f"f{i:03}" for i in range(COLUMNS)) + "\n")
        for _ in range(ROWS):
            file.write(",".join(f"{dice.gauss(0.3 * moved * (i % 5 == 0), 1):.5f}" for i in range(COLUMNS)) + "\n")


def copy_runs(path):
    """More runs of the one that is there, by SQL: recording ten thousand would take an hour."""
    db = sqlite3.connect(path)
    tables = {"run": "id", "subject": "run", "summary": "subject", "measurement": "subject", "curve": "subject", "category": "subject"}
    columns = {t: [c[1] for c in db.execute(f"PRAGMA table_info({t})")] for t in tables}
    subjects = [r[0] for r in db.execute("SELECT id FROM subject WHERE run = 1")]
    with db:
        for table, key in tables.items():
            names = columns[table]
            shift = {"run": "k", "subject": f"k * {len(subjects)}"}
            picked = [f"id + {shift[table]}" if c == "id" else f"{c} + {shift[c]}" if c in ("run", "subject") and c == key else
                      "value * (1 + (k * 7919 % 100) / 400.0)" if (table, c) == ("measurement", "value") else c for c in names]
            db.execute(f"INSERT INTO {table} ({', '.join(names)}) WITH RECURSIVE t (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM t WHERE k < {RUNS - 1})"
                       f" SELECT {', '.join(picked)} FROM t CROSS JOIN {table} WHERE " + ("id = 1" if table == "run" else "run = 1" if table == "subject" else
                       f"subject IN ({', '.join(map(str, subjects))})"))
    db.close()


def seconds(*command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.NamedTemporaryFile() as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True)
        size = os.path.getsize(out.name)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.stderr:
        return f"   ({done.stderr.strip()[:60]})"
    return f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:6.2f} s {size / 1e6:7.2f} MB"


def main(program):
    with tempfile.TemporaryDirectory(prefix="covshift-bench-") as folder:
        train, prod, wide, small, long = (os.path.join(folder, n) for n in ("a.csv", "b.csv", "wide.db", "small.csv", "long.db"))
        write(train, 0)
        write(prod, 1)
        for _ in range(2):
            subprocess.run([program, "check", "--no-joint", train, prod, "--db", wide, "-q"], stdout=subprocess.DEVNULL)
        subprocess.run([program, "check", "--no-joint", "--only", "f000", "--only", "f001", train, prod, "--db", long, "-q"], stdout=subprocess.DEVNULL)
        copy_runs(long)
        cases = {
            f"{COLUMNS} features": ["report", "--db", wide],
            f"{RUNS} runs, one statistic": ["history", "--db", long, "--subject", "f000", "--statistic", "psi"],
            f"{RUNS} runs, all statistics": ["history", "--db", long, "--subject", "f000"],
            f"{RUNS} runs, list": ["report", "--db", long, "--list"],
        }
        for name, command in cases.items():
            print(name)
            for form in FORMATS:
                print(f"  {form:11}{seconds(program, *command, '-f', form)}", flush=True)


main(sys.argv[1])
