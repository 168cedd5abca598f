# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of this folder share: small files to work on, and a look at the database."""
import csv
import os
import sqlite3

MONITOR = """name: nightly
db: drift.db
train: train.csv
production:
  source: "%Y-%m-%d.csv"
decision:
  joint: no
"""


def make_files(folder, data):
    """The sample data with a few columns, for speed, and a monitor file."""
    for name in ("train.csv", "null.csv"):
        with open(f"{data}/{name}", encoding="utf-8") as whole, open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            csv.writer(file).writerows(row[1:5] for row in csv.reader(whole))
    with open(f"{folder}/monitor.yaml", "w", encoding="utf-8") as file:
        file.write(MONITOR)


def runs_in(path):
    """Runs of the database with the number of their measurements; what is not sound is an assertion."""
    if not os.path.exists(path):
        return {}
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        if db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'run'").fetchone()[0] == 0:
            return {}
        return dict(db.execute("SELECT run.id, count(statistic) FROM run LEFT JOIN subject ON subject.run = run.id "
                               "LEFT JOIN measurement ON measurement.subject = subject.id GROUP BY run.id"))
    finally:
        db.close()
