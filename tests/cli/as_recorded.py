#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""as_recorded.py [--update] COVSHIFT [NAME...]: everything that is reckoned, as it was: every number of the JSON report on small
data that are made here, and the tables of whiten, outliers and weights, against recorded/NAME.txt to 1e-9. --update writes them.

That a number is as it was says nothing about its being right: tests/reference/second_opinion.py reckons 3,221 of them with
scipy, and tests/reference/make_statistics.py, exact.py and reference.py have more. This says that no interval, p-value,
threshold or verdict changes unseen."""
import contextlib
import csv
import io
import json
import math
import pathlib
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile

TOLERANCE = 1e-9
FOLDER = pathlib.Path(__file__).parent / "recorded"
MEASURED = ["value", "low", "high", "log10_p", "p_adjusted", "warn", "alert", "verdict", "reason"]


def normal(g, mean=0.0, deviation=1.0):
    """By what is the same in every version of Python."""
    return mean + deviation * math.sqrt(-2 * math.log(1 - g.random())) * math.cos(2 * math.pi * g.random())


def one_of(g, words, weights):
    at = g.random() * sum(weights)
    for word, weight in zip(words, weights):
        at -= weight
        if at < 0:
            return word
    return words[-1]


def kinds(g, n, moved):
    """Columns of every kind: moved or not, skewed, tied, constant, half missing, with rare and new categories."""
    lacks = [g.random() < 0.1 + 0.3 * moved for _ in range(n)]
    level = [normal(g, 0.5 * moved) for _ in range(n)]
    return {
        "id": [f"row{i}" for i in range(n)],
        "normal": [f"{normal(g):.6f}" for _ in range(n)],
        "moved": [f"{x:.6f}" for x in level],
        "follows": [f"{x + normal(g, 0, 0.5):.6f}" for x in level],
        "wider": [f"{normal(g, 10, 2 + 3 * moved):.5f}" for _ in range(n)],
        "skewed": [f"{math.exp(normal(g, 0.4 * moved, 1.5)):.6g}" for _ in range(n)],
        "far": [f"{normal(g) * (30 if g.random() < 0.02 + 0.05 * moved else 1):.6f}" for _ in range(n)],
        "counts": [str(int(-3 * math.log(1 - g.random()) + moved * g.random())) for _ in range(n)],
        "zeros": ["0" if g.random() < 0.8 else f"{g.random() + 0.5 * moved:.4f}" for _ in range(n)],
        "lacking": ["" if lacking else f"{normal(g):.6f}" for lacking in lacks],
        "constant": ["7"] * n,
        "was_constant": [str(7 + moved * int(3 * g.random())) for _ in range(n)],
        "colour": [one_of(g, ["red", "green", "blue", "black"], [4, 3, 2 + 2 * moved, 1]) for _ in range(n)],
        "rare": [one_of(g, [f"c{k}" for k in range(40)], [math.exp(-0.3 * k * (1 - 0.4 * moved)) for k in range(40)]) for _ in range(n)],
        "new": [one_of(g, ["a", "b", "lost", "c"], [5, 3, 1 - moved, moved]) for _ in range(n)],
        "flag": [one_of(g, ["true", "false"], [3 - moved, 1]) for _ in range(n)],
        "same": [one_of(g, ["x", "y"], [1, 1]) for _ in range(n)],
    }


def series(g, n, moved):
    """Rows in order, of which each resembles the one before."""
    def follow(share, draw):
        at = draw()
        for _ in range(n):
            at = share * at + math.sqrt(1 - share * share) * draw()
            yield at
    state = [x > 1 for x in follow(0.9, lambda: normal(g))]
    return {
        "slow": [f"{x + 0.3 * moved:.6f}" for x in follow(0.95, lambda: normal(g))],
        "quick": [f"{x:.6f}" for x in follow(0.4, lambda: normal(g))],
        "trend": [f"{normal(g) + 0.002 * i + moved:.6f}" for i in range(n)],
        "season": [f"{math.sin(i / 8) + normal(g, 0, 0.5):.6f}" for i in range(n)],
        "alternates": [f"{x:.6f}" for x in follow(-0.6, lambda: normal(g))],
        "event": ["1" if on and g.random() < 0.5 + 0.3 * moved else "0" for on in state],
        "state": ["on" if on else "off" for on in state],
        "independent": [f"{normal(g):.6f}" for _ in range(n)],
    }


def plenty(g, n, moved):
    """More values than are kept, and more categories than have a counter."""
    return {
        "many": [f"{normal(g, 0.02 * moved):.7f}" for _ in range(n)],
        "tied": ["0" if g.random() < 0.6 else f"{math.exp(normal(g, 0.05 * moved)):.5f}" for _ in range(n)],
        "user": [f"u{int(600000 * g.random() ** (1 + 3 * moved))}" for _ in range(n)],
    }


def wide(g, n, moved):
    """Eighty columns of four factors and noise."""
    table = [[] for _ in range(80)]
    for _ in range(n):
        factors = [normal(g) for _ in range(4)]
        for k, column in enumerate(table):
            column.append(f"{factors[k % 4] * (1 + 0.02 * k) + factors[k // 20] + normal(g, moved * (k % 7 == 0) * 0.3, 1):.6f}")
    return {f"w{k}": column for k, column in enumerate(table)}


TABLES = { # which columns, rows of training and production, and options of check
    "kinds": (kinds, 67, 41, ["--no-joint"]),
    "more_production": (kinds, 61, 430, ["--no-joint"]),
    "more_training": (kinds, 900, 150, ["--no-joint"]),
    "few": (kinds, 7, 4, []),
    "two": (kinds, 2, 2, []),
    "joint": (kinds, 400, 260, []),
    "strict": (kinds, 120, 110, ["--no-joint", "--only", "moved", "--only", "follows", "--only", "lacking", "--only", "colour", "--alpha", "0.001", "--warn", "ks=0.2", "--alert", "moved:ks=0.3"]),
    "series": (series, 700, 350, []),
    "series_short": (series, 60, 200, ["--dependence", "serial"]),
    "wide": (wide, 300, 260, []),
    "plenty": (plenty, 90000, 70000, ["--no-joint", "--kind", "user=categorical"]),
}
LITTLE_MOVED = ["--only", "normal", "--only", "moved", "--only", "counts", "--only", "colour", "--only", "flag"]
COMMANDS = { # of the table "joint"
    "whiten": ["whiten", "--only", "moved", "--only", "follows", "--only", "skewed"],
    "whiten_pca": ["whiten", "--method", "pca", "--only", "moved", "--only", "follows", "--only", "skewed"],
    "whiten_cholesky": ["whiten", "--method", "cholesky", "--only", "moved", "--only", "follows", "--only", "skewed"],
    "whiten_zca_cor": ["whiten", "--method", "zca-cor", "--only", "moved", "--only", "follows", "--only", "skewed"],
    "outliers": ["outliers", "--top", "40"],
    "weights": ["weights", "-o", "-", *LITTLE_MOVED],
    "weights_summary": ["weights", "-o", "weights.csv", *LITTLE_MOVED],
}
MOST_LINES = 60
MOST_FEATURES = 20
DRAWN = ["more_training", "joint", "plenty"]
RANGES = {
    **dict.fromkeys(["ks", "total_variation", "jensen_shannon", "hellinger", "l_infinity", "cramers_v", "auc", "out_of_range_share",
                     "new_category_share", "lost_category_share"], (0, 1)),
    **dict.fromkeys(["mcc", "missing_rate"], (-1, 1)),
    **dict.fromkeys(["psi", "wasserstein", "wasserstein_normalized", "energy", "variance_ratio"], (0, math.inf)),
}


def write(folder, name):
    columns, train, prod, _ = TABLES[name]
    for file, seed, n, moved in (("train.csv", 1, train, 0), ("prod.csv", 2, prod, 1)):
        table = columns(random.Random(f"{name} {seed}"), n, moved)
        rows = [",".join(table), *map(",".join, zip(*table.values()))]
        (folder / file).write_text("\n".join(rows) + "\n")


def run(covshift, folder, *arguments):
    done = subprocess.run([covshift, *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return done.stdout


def shown(value):
    return "-" if value is None else f"{value:.11g}" if isinstance(value, float) else str(value)


def side_lines(name, feature):
    for side in ("train", "prod"):
        numbers = dict(feature[side])
        numbers.update(numbers.pop("quantiles", None) or {})
        yield f"{name}\t{side}\t" + "\t".join(shown(float(x)) if isinstance(x, (int, float)) else "-" for x in numbers.values())


def report_lines(report):
    yield f"verdict\t{report['run']['verdict']}\t{report['dataset']['verdict']}\t{report['dataset']['reason']}"
    for name, measured in report["dataset"]["statistics"].items():
        yield f"dataset\t{name}\t" + "\t".join(shown(measured.get(key)) for key in MEASURED)
    for feature in report["features"]:
        yield f"{feature['name']}\t{feature['kind']}\t{feature['verdict']}\t{shown(feature['detectable_mean_shift'])}\t{feature['reason']}"
        yield from side_lines(feature["name"], feature)
        for name, measured in feature["statistics"].items():
            yield f"{feature['name']}\t{name}\t" + "\t".join(shown(measured.get(key)) for key in MEASURED)
    for message in report["messages"]:
        yield f"{message['level']}\t{message['subject']}\t{message['text']}"


def picture_lines(file):
    """What the HTML report draws: from the database."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        for table in ("attribution", "correlation", "category"):
            for row in database.execute(f"SELECT * FROM {table} LIMIT 40"):
                yield f"{table}\t" + "\t".join(map(shown, row))
        for subject, side, vertices in database.execute("SELECT * FROM curve"):
            numbers = struct.unpack(f"<{len(vertices) // 8}d", vertices)
            yield f"curve\t{subject}\t{side}\t{len(numbers)}\t" + "\t".join(map(shown, numbers[::13]))


def out_of_range(report):
    """Intervals without their value, or beyond what the statistic can be."""
    for subject in [{"name": "dataset", **report["dataset"]}, *report["features"]]:
        for name, measured in subject["statistics"].items():
            low, value, high = (measured[key] for key in ("low", "value", "high"))
            least, most = RANGES.get(name, (-math.inf, math.inf))
            if low is not None and not least <= low <= value <= high <= most:
                yield f"{subject['name']} {name}: {value} in {low} to {high}, between {least} and {most}"


def table_lines(text):
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    step = max(1, len(rows) // MOST_LINES)
    return ["\t".join(row) for row in rows[::step]]


def found(covshift, name):
    with tempfile.TemporaryDirectory(prefix="covshift-") as made:
        folder = pathlib.Path(made)
        write(folder, "joint" if name in COMMANDS else name)
        if name in COMMANDS:
            command, *options = COMMANDS[name]
            return table_lines(run(covshift, folder, command, "train.csv", "prod.csv", *options))
        text = run(covshift, folder, "check", "train.csv", "prod.csv", "--db", "drift.db", "--format", "json", *TABLES[name][3])
        report = json.loads(text)
        wrong = list(out_of_range(report))
        if wrong:
            sys.exit("\n".join(wrong))
        report["features"] = report["features"][:MOST_FEATURES]
        return [*report_lines(report), *(picture_lines(folder / "drift.db") if name in DRAWN else ())]


def close(a, b):
    """Two fields: the same text, or numbers that agree."""
    if a == b:
        return True
    try:
        x, y = float(a), float(b)
    except ValueError:
        return False
    return abs(x - y) <= TOLERANCE * max(abs(x), abs(y)) + 1e-13


def same(a, b):
    a, b = a.split("\t"), b.split("\t")
    return len(a) == len(b) and all(map(close, a, b))


def main():
    arguments = sys.argv[1:]
    update = arguments[:1] == ["--update"]
    covshift, *names = arguments[update:]
    covshift = pathlib.Path(covshift).resolve()
    wrong = compared = 0
    for name in names or [*TABLES, *COMMANDS]:
        lines = found(covshift, name)
        file = FOLDER / f"{name}.txt"
        if update:
            file.write_text("\n".join(lines) + "\n")
        wanted = file.read_text().splitlines()
        different = [(a, b) for a, b in zip(wanted, lines) if not same(a, b)]
        for a, b in different[:10]:
            print(f"{name}: expected {a}\n{name}:    found {b}")
        if len(lines) != len(wanted):
            print(f"{name}: {len(lines)} lines, not {len(wanted)}")
        wrong += len(different) + abs(len(lines) - len(wanted))
        compared += len(wanted)
    print(f"{compared} lines compared, {wrong} differ")
    return 1 if wrong > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
