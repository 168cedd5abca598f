# SPDX-License-Identifier: GPL-3.0-or-later
"""nights.py COVSHIFT DATA [RUNS]: how often covshift check calls something shifted where nothing is, in nights made of real series.

Both sides of a comparison are blocks of rows that follow each other, drawn at random from one and the same series (the moving
blocks of Kuensch 1989, Ann. Statist. 17, around its end), so that values, and how they follow each other within a block, are those
of the series, and nothing but chance tells the sides apart. DATA is the folder with bikes/train.csv (hours of a year) and
elec2/train.csv (half-hours of an electricity market); a folder that is not there is passed over. Features are judged one by one.
"""
import csv
import pathlib
import random
import subprocess
import sys
import tempfile

SERIES = {"bikes": ["temp", "hum", "windspeed", "casual", "registered", "weathersit"],
          "elec2": ["nswprice", "nswdemand", "class"]}
CATEGORIES = {"weathersit", "class"}
# a night's rows, and those of a block
NIGHTS = [(480, 24), (2400, 24), (2400, 96)]


def read(path, columns):
    with open(path, newline="", encoding="ascii") as file:
        return [[row[c] for c in columns] for row in csv.DictReader(file)]


def write(path, columns, series, rows, block, chance):
    with open(path, "w", newline="", encoding="ascii") as file:
        out = csv.writer(file)
        out.writerow(columns)
        for _ in range(rows // block):
            start = chance.randrange(len(series))
            out.writerows(series[(start + i) % len(series)] for i in range(block))


def judge(covshift, folder, columns, dependence):
    """Whether anything is real, of the size to warn, of the size to alert, and whether something cannot be judged."""
    kinds = [f"--kind={c}=categorical" for c in columns if c in CATEGORIES]
    run = subprocess.run([covshift, "check", folder / "train.csv", folder / "prod.csv", "--no-joint", "--format=csv",
                          f"--dependence={dependence}", *kinds], capture_output=True, text=True)
    if run.returncode > 1:
        sys.exit(run.stderr)
    rows = [row for row in csv.DictReader(run.stdout.splitlines()) if row["type"] == "feature"]
    verdicts = {row["subject_verdict"] for row in rows}
    real = any(row["p_adjusted"] and float(row["p_adjusted"]) <= 0.05 for row in rows)
    return real, bool(verdicts & {"warn", "alert"}), "alert" in verdicts, "inconclusive" in verdicts


def main(covshift, data, runs=200):
    print("| series | rows | of a block | runs | dependence | real | warn or alert | alert | inconclusive |")
    print("|---|--:|--:|--:|---|--:|--:|--:|--:|")
    found = [name for name in SERIES if (data / name / "train.csv").exists()]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for series_name in found:
            columns = SERIES[series_name]
            series = read(data / series_name / "train.csv", columns)
            for rows, block in NIGHTS:
                counts = {"auto": [0, 0, 0, 0], "none": [0, 0, 0, 0]}
                chance = random.Random(f"{series_name} {rows} {block}")
                for _ in range(runs):
                    for side in ("train.csv", "prod.csv"):
                        write(folder / side, columns, series, rows, block, chance)
                    for dependence, count in counts.items():
                        for i, fires in enumerate(judge(covshift, folder, columns, dependence)):
                            count[i] += fires
                for dependence, count in counts.items():
                    shares = " | ".join(f"{100 * n / runs:.1f}" for n in count)
                    print(f"| {series_name} | {rows} | {block} | {runs} | {dependence} | {shares} |", flush=True)
    if not found:
        print(f"nights.py: {data}: none of the series is there", file=sys.stderr)
        sys.exit(77)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]), *map(int, sys.argv[3:4]))
