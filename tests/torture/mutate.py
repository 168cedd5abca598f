#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""mutate.py [COUNT [FILE...]]: break one operator or constant at a time in the files (those of libshift/src/compare
unless given), build, and run the unit tests that touch them: a mutant that no test notices is printed.
It works on a copy of the sources in build-mutate. $SEED chooses the mutants."""
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import time

TESTS = ["statistics", "decision", "special", "conditional", "interval", "curve", "dependence", "query", "gaussian", "kernel", "domain", "whitening", "ratio", "outliers", "traps", "joint"]
SWAPS = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "), (" && ", " || "), (" || ", " && "),
         (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "), ("fmin(", "fmax("), ("fmax(", "fmin("), (" += ", " -= "), ("++", "--")]
NOT_CODE = re.compile(r"^\s*(/\*|\*|//|#)|^\s*(for \()?size_t \w+ = 0; ")


def mutants_of(path):
    """Line number, column, what is there and what it becomes; not in comments, directives and texts."""
    inside = False
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file):
            comment = inside or NOT_CODE.match(line)
            inside = (inside or "/*" in line) and "*/" not in line.rsplit("/*", 1)[-1]
            if comment or '"' in line:
                continue
            code = line.split("/*")[0]
            for old, new in SWAPS:
                for match in re.finditer(re.escape(old), code):
                    yield path, number, match.start(), old, new


def run(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def is_noticed(build):
    """True by a test, None where it does not even compile."""
    if run("ninja", "-C", build, *(f"test_{name}" for name in TESTS)).returncode != 0:
        return None
    return any(fails(f"{build}/tests/test_{name}") for name in TESTS)


def fails(test):
    try:
        return subprocess.run([test], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300,
                              env={**os.environ, "CK_DEFAULT_TIMEOUT": "120"}).returncode != 0
    except subprocess.TimeoutExpired: # a mutant that never ends is noticed too
        return True


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    files = sys.argv[2:] or sorted(glob.glob("libshift/src/compare/**/*.c", recursive=True))
    copy, build = "build-mutate/source", "build-mutate/build"
    shutil.rmtree(copy, ignore_errors=True)
    tracked = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout.split("\n")
    for name in filter(os.path.isfile, tracked):
        os.makedirs(os.path.dirname(f"{copy}/{name}"), exist_ok=True)
        shutil.copy2(name, f"{copy}/{name}")
    subprocess.run(["cmake", "-S", copy, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS=-O1"], check=True, stdout=subprocess.DEVNULL)
    if is_noticed(build) is not False:
        sys.exit("the tests cannot be built or fail without any mutant")
    mutants = [mutant for path in files for mutant in mutants_of(path)]
    source = random.Random(int(os.environ.get("SEED", "1")))
    chosen = source.sample(mutants, min(count, len(mutants)))
    killed = invalid = 0
    began = time.monotonic()
    for path, number, column, old, new in chosen:
        target = f"{copy}/{path}"
        with open(target, encoding="utf-8") as file:
            lines = file.readlines()
        whole = list(lines)
        lines[number] = lines[number][:column] + new + lines[number][column + len(old):]
        with open(target, "w", encoding="utf-8") as file:
            file.writelines(lines)
        noticed = is_noticed(build)
        killed += noticed is True
        invalid += noticed is None
        if noticed is False:
            print(f"survived: {path}:{number + 1}: {old.strip()} -> {new.strip()}: {lines[number].strip()}", flush=True)
        with open(target, "w", encoding="utf-8") as file:
            file.writelines(whole)
    valid = len(chosen) - invalid
    print(f"{killed} of {valid} mutants killed ({100 * killed / max(valid, 1):.0f} %), of {len(mutants)} possible; {invalid} did not compile; "
          f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
