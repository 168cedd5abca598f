# SPDX-License-Identifier: GPL-3.0-or-later
"""store.py DATABASE: the alerts of the last run, by Python's own SQLite. docs/formats.md documents the tables."""
import sqlite3
import sys

QUERY = """
SELECT s.name, m.statistic, m.value, m.alert
FROM measurement AS m JOIN subject AS s ON s.id = m.subject
WHERE s.run = (SELECT max(id) FROM run) AND m.verdict = 'alert'
ORDER BY m.value / m.alert DESC
"""
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for name, statistic, value, alert in database.execute(QUERY):
    print(f"{name}: {statistic} {value:.3f}, alert from {alert:g}")
