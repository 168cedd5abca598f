#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wide.py COVSHIFT [CATEGORIES [COLUMNS]]: a column of so many categories (10,000,000) is profiled in bounded memory, and a table
of so many columns (10,000) is profiled, merged and compared, and the one column that moved is found. Prints processor time
and memory."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

MOST = 64 # MiB
ROWS = 100


def run(folder, covshift, *words, feed=None):
    """What it prints, with processor seconds and the most MiB in memory."""
    with open(f"{folder}/printed", "w+", encoding="utf-8") as printed:
        process = subprocess.Popen([covshift, *words], cwd=folder, stdout=printed, stdin=subprocess.PIPE if feed else subprocess.DEVNULL)
        if feed:
            for block in feed:
                process.stdin.write(block)
            process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, (words, process.returncode)
        printed.seek(0)
        return printed.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def values(n):
    yield b"id\n"
    for first in range(0, n, 100000):
        yield b"".join(b"c%d\n" % i for i in range(first, min(first + 100000, n)))


def check_categories(covshift, folder, n):
    _, seconds, memory = run(folder, covshift, "profile", "-", "--kind", "id=categorical", "-o", "many", feed=values(n))
    shown, _, _ = run(folder, covshift, "show", "many")
    more = int(re.search(r"about ([\d]+) more", shown).group(1))
    counted = len(re.findall(r"^  c\d+ ", shown, re.MULTILINE))
    print(f"{n} categories: {seconds:.1f} s, {memory:.0f} MiB, {more + counted} estimated")
    assert f"{n} values, 0 missing" in shown
    assert abs(more + counted - n) < 0.02 * n
    assert memory < MOST


def write_table(path, columns, moved):
    draw = random.Random(path)
    with open(path, "w", encoding="utf-8") as file:
        print(*(f"c{i}" for i in range(columns)), sep=",", file=file)
        for _ in range(ROWS):
            print(*(f"{draw.gauss(5.0 * (i == moved), 1.0):.3f}" for i in range(columns)), sep=",", file=file)


def check_columns(covshift, folder, n):
    moved = n * 7 // 9
    for name, of in ("a.csv", -1), ("b.csv", -1), ("moved.csv", moved):
        write_table(f"{folder}/{name}", n, of)
    _, seconds, memory = run(folder, covshift, "profile", "a.csv", "-o", "a.profile")
    print(f"{n} columns, profile: {seconds:.1f} s, {memory:.0f} MiB")
    run(folder, covshift, "profile", "b.csv", "--like", "a.profile", "-o", "b.profile")
    _, seconds, memory = run(folder, covshift, "merge", "a.profile", "b.profile", "-o", "whole.profile")
    print(f"{n} columns, merge: {seconds:.1f} s, {memory:.0f} MiB")
    told, seconds, memory = run(folder, covshift, "check", "whole.profile", "moved.csv", "--no-joint", "--fail-on", "never", "-f", "json")
    print(f"{n} columns, check: {seconds:.1f} s, {memory:.0f} MiB")
    report = json.loads(told)
    assert report["train"]["rows"] == 2 * ROWS and len(report["features"]) == n
    found = {feature["name"] for feature in report["features"] if feature["verdict"] == "alert"}
    assert f"c{moved}" in found and len(found) <= 1 + n // 1000, found


def main():
    covshift = os.path.abspath(sys.argv[1])
    categories, columns = (int(sys.argv[i]) if len(sys.argv) > i else usual for i, usual in ((2, 10_000_000), (3, 10_000)))
    with tempfile.TemporaryDirectory(prefix="covshift-wide-") as folder:
        check_categories(covshift, folder, categories)
        check_columns(covshift, folder, columns)


if __name__ == "__main__":
    main()
