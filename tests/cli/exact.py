#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""exact.py COVSHIFT: statistics of numeric columns that are hard on floating point (large offsets, gaps of one place,
heavy tails, ties, far scales) against rational arithmetic on the same doubles, to 1e-11."""
import bisect
import fractions
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

Exact = fractions.Fraction
TOLERANCE = 1e-11
ROWS = {"train": 301, "prod": 260}


def draws(side):
    """Columns of one side."""
    g = random.Random(side)
    moved = 1 if side == "prod" else 0

    def column(draw):
        return [draw() for _ in range(ROWS[side])]

    return {
        "eighths_at_1e15": column(lambda: 1e15 + round(8 * g.gauss(0.4 * moved, 1)) / 8),
        "tenths_at_1e7": column(lambda: g.choice([10000000.1, 10000000.2, 10000000.3][moved:])),
        "last_places": column(lambda: 1 + math.ulp(1.0) * g.randrange(50 + 8 * moved)),
        "lognormal": column(lambda: math.exp(g.gauss(0.3 * moved, 3))),
        "counts": column(lambda: float(g.randrange(5 + moved))),
        "mostly_zero": column(lambda: 0.0 if g.random() < 0.9 else g.expovariate(1)),
        "1e70": column(lambda: 1e70 * g.gauss(moved, 1)),
        "1e-70": column(lambda: 1e-70 * g.gauss(0, 1 + moved)),
        "apart": column(lambda: g.random() + 7 * moved),
        "two_values": column(lambda: g.choice([0.1, 0.4])),
    }


def root(x):
    """Square root of a fraction, to 128 bits."""
    return Exact(math.isqrt(x.numerator * x.denominator << 256), x.denominator << 128)


def moments(x):
    mean = sum(x) / len(x)
    return mean, sum((v - mean) ** 2 for v in x) / (len(x) - 1)


def distances(x):
    ordered = sorted(x)
    n = len(x)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return [abs(v - median) for v in x]


def of_moments(x, y):
    (a, s2), (b, t2) = moments(x), moments(y)
    found = {"welch_t": (a - b) / root(s2 / len(x) + t2 / len(y)), "mean_shift": (b - a) / root(s2), "variance_ratio": t2 / s2}
    p, q = distances(x), distances(y)
    within = moments(p)[1] * (len(p) - 1) + moments(q)[1] * (len(q) - 1)
    n = len(x) + len(y)
    if within > 0:
        found["brown_forsythe"] = (n - 2) * (moments(p)[0] - moments(q)[0]) ** 2 * Exact(len(x) * len(y), n) / within
    return found


def of_areas(x, y, s2):
    x, y = sorted(x), sorted(y)
    pool = sorted(set(x) | set(y))
    gaps = [Exact(bisect.bisect_right(x, v), len(x)) - Exact(bisect.bisect_right(y, v), len(y)) for v in pool]
    steps = [right - left for left, right in zip(pool, pool[1:])]
    area = sum(abs(g) * step for g, step in zip(gaps, steps))
    below = sum(bisect.bisect_left(y, v) + Exact(bisect.bisect_right(y, v) - bisect.bisect_left(y, v), 2) for v in x)
    return {"ks": max(map(abs, gaps)), "wasserstein": area, "wasserstein_normalized": area / root(s2),
            "energy": root(2 * sum(g * g * step for g, step in zip(gaps, steps))), "mann_whitney": below}


def decile_edges(x):
    x = sorted(x)
    edges = []
    for k in range(1, 10):
        whole, part = divmod((len(x) - 1) * k, 10)
        edges.append(x[whole] if part == 0 else x[whole] + part / 10 * (x[whole + 1] - x[whole]))
    return sorted(set(edges))


def of_cells(x, y):
    edges = decile_edges(x)
    shares = []
    for side in (x, y):
        counts = [0] * (len(edges) + 1)
        for v in side:
            counts[bisect.bisect_left(edges, v)] += 1
        shares.append([c / len(side) for c in counts])
    cells = [(p, q) for p, q in zip(*shares) if p + q > 0]
    filled = [(p or 1e-4, q or 1e-4) for p, q in cells]
    mixed = math.fsum(s * math.log2(2 * s / (p + q)) for p, q in cells for s in (p, q) if s > 0)
    return {"psi": math.fsum((q - p) * math.log(q / p) for p, q in filled),
            "kullback_leibler": math.fsum(q * math.log(q / p) for p, q in filled),
            "jensen_shannon": math.sqrt(mixed / 2), "total_variation": math.fsum(abs(p - q) for p, q in cells) / 2,
            "hellinger": math.sqrt(math.fsum((math.sqrt(p) - math.sqrt(q)) ** 2 for p, q in cells) / 2)}


def report_of(covshift, sides):
    with tempfile.TemporaryDirectory(prefix="covshift-") as folder:
        for name, columns in sides.items():
            rows = [",".join(columns)] + [",".join(map(repr, row)) for row in zip(*columns.values())]
            (pathlib.Path(folder) / f"{name}.csv").write_text("\n".join(rows) + "\n")
        kinds = [option for name in sides["train"] for option in ("--kind", f"{name}=numeric")]
        done = subprocess.run([covshift, "check", "train.csv", "prod.csv", "--no-joint", "--no-record", "--format", "json"] + kinds,
                              cwd=folder, capture_output=True, text=True)
    return {feature["name"]: feature["statistics"] for feature in json.loads(done.stdout)["features"]}


def main():
    sides = {side: draws(side) for side in ROWS}
    reported = report_of(pathlib.Path(sys.argv[1]).resolve(), sides)
    wrong = compared = 0
    for name, train in sides["train"].items():
        prod = sides["prod"][name]
        x, y = [Exact(v) for v in train], [Exact(v) for v in prod]
        wanted = {**of_moments(x, y), **of_areas(x, y, moments(x)[1]), **of_cells(train, prod)}
        for statistic, value in wanted.items():
            got = reported[name][statistic]["value"]
            compared += 1
            if got is None or abs(Exact(got) - Exact(value)) > TOLERANCE * abs(Exact(value)):
                print(f"{name} {statistic}: {got}, exactly {float(value)!r}")
                wrong += 1
    print(f"{compared} values compared, {wrong} differ")
    return 1 if wrong > 0 or compared < 140 else 0


if __name__ == "__main__":
    sys.exit(main())
