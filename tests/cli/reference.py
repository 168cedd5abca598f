#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""reference.py COVSHIFT SHARED: all statistics of every data set in SHARED/data agree with the reference values
beside it, by SHARED/checks/reference.py; mean and standard deviation of the NIST data are good to 14 digits; and the
part of the training population that was held back (null.csv) raises no alert. SHARED lies beside the project's
checkout where the project is developed; where it is not there, the test is skipped: exit status 77."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77


def column_options(folder):
    described = json.loads((folder / "dataset.json").read_text())
    options = []
    for column in described["columns"]:
        if column["type"] == "ignore":
            options += ["--exclude", column["name"]]
        else:
            options += ["--kind", f"{column['name']}={column['type']}"]
    for token in described["missing_tokens"]:
        options += ["--missing", token]
    return options


def constants_of(reference, name):
    """Features that are constant in a sample, as `samples` says."""
    sample = next((sample for sample in reference["samples"] if sample["name"] == name), {"numeric": []})
    return {column["feature"] for column in sample["numeric"] if column["var"] == 0}


def with_our_definitions(reference):
    """The two differences that docs/methods.md argues for. Where the training side is constant, its variance is 0 and
    what is divided by it is undefined; but `pairs` divided by the rounding error that numpy's mean leaves there (1e-17
    squared). And scipy's p-value of the Cramer-von Mises statistic is 1 less a series cut at 1e-7, which below 1e-6 is
    that cut; tests/unit/test_special.c has both."""
    train = constants_of(reference, "train")
    for pair in reference["pairs"]:
        prod = constants_of(reference, (pair.get("prod") or pair.get("name") or "").split(":")[-1])
        for column in pair["numeric"]:
            if column["feature"] in train:
                column["smd"] = column["var_ratio"] = column["w1_norm"] = None
            if column["feature"] in train & prod:
                column["welch_t"] = column["welch_p"] = None
            if (column.get("cvm_p") or 1.0) < 1e-6:
                column["cvm_p"] = None
    return reference


def agrees(covshift, checker, folder):
    reference = with_our_definitions(json.loads((folder / "reference.json").read_text()))
    with tempfile.TemporaryDirectory(prefix="covshift-") as made:
        copy = pathlib.Path(made) / folder.name
        copy.mkdir()
        for file in folder.iterdir():
            if file.name != "reference.json":
                (copy / file.name).symlink_to(file.resolve())
        (copy / "reference.json").write_text(json.dumps(reference))
        return subprocess.run([sys.executable, checker, covshift, copy, "all", "joint"]).returncode == 0


def digits(got, wanted):
    """How many decimal digits of two numbers agree."""
    return 17.0 if got == wanted else -math.log10(abs(got - wanted) / abs(wanted))


def moments_agree(covshift, folder):
    """Mean and standard deviation of the NIST data to 14 digits of those of the doubles in the files."""
    good = True
    for case in json.loads((folder / "certified.json").read_text())["datasets"]:
        file = folder / case["file"]
        done = subprocess.run([covshift, "check", file, file, "--kind", "y=numeric", "--no-joint", "--format", "json"],
                              capture_output=True, text=True)
        side = json.loads(done.stdout)["features"][0]["train"]
        wanted = case["exact_of_parsed_doubles"]
        mean = digits(side["mean"], float(wanted["mean"]))
        deviation = digits(math.sqrt(side["variance"]), float(wanted["sd"]))
        print(f"{case['name']}: {mean:.1f} digits of the mean, {deviation:.1f} of the standard deviation")
        good = good and mean >= 14 and deviation >= 14
    return good


def is_calm(covshift, folder, options):
    done = subprocess.run([covshift, "check", folder / "train.csv", folder / "null.csv", "--quiet", *options])
    if done.returncode != 0:
        print(f"{folder.name}: null.csv with {options or 'the kinds inferred'}: exit status {done.returncode}")
    return done.returncode == 0


def main():
    covshift, shared = sys.argv[1], pathlib.Path(sys.argv[2])
    checker = shared / "checks" / "reference.py"
    folders = sorted(path.parent for path in (shared / "data").glob("*/reference.json"))
    if not checker.is_file() or not folders:
        print(f"skipped: no reference data in {shared}")
        return SKIPPED
    failed = int(not moments_agree(covshift, shared / "data" / "nist"))
    for folder in folders:
        failed += not agrees(covshift, checker, folder)
        failed += not is_calm(covshift, folder, column_options(folder))
        failed += not is_calm(covshift, folder, [])
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
