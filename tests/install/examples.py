#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples.py TREE SOURCE FOLDER PYTHON: the installed examples, built against the installed tree by pkg-config, the
C ones as C17 and as C++17, without a warning; and run, on the data of SOURCE."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

tree, source, folder, python = (pathlib.Path(argument) for argument in sys.argv[1:])
examples = tree / "share/doc/covshift/examples"
data = source / "data"
database = folder / "drift.db"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
library = next(tree.glob("lib/**/libshift.so"))
# file, its arguments, and what it must print
RUN = [
    ("arrays.c", [], r"^sepal_length: alert\n$"),
    ("files.c", [data / "train.csv", data / "prod-1998.csv"], r"^price: warn"),
    ("serving.c", [], r"^age: alert\ndevice: ok\n$"),
    ("source.c", [], r"^celsius: alert, 40 of 2000 missing\nroom: ok, 0 of 2000 missing\n$"),
    ("statistic.c", [], r"^latency_ms: more_above 0\.\d\d, alert\n$"),
    ("records.cpp", [], r"^signal: alert\n$"),
]
# file, the program that runs it, what that must be able to load, its arguments, and what it must print
SCRIPTS = [
    ("arrow_table.py", python, ["-c", "import cffi, pyarrow"], [library], r"^age: wasserstein_normalized 1\.\d+, alert\ncity: cramers_v 0\.000, \w+\n$"),
    ("store.py", "/usr/bin/python3", ["-c", "import sqlite3"], [database], r"(?m)^assessed: psi 0\.739, alert from 0\.25$"),
    ("store.R", "Rscript", ["-e", "library(RSQLite)"], [database], r"alert"),
]
failed = 0


def run(command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)


def pkg_config(*words):
    paths = ":".join(str(path.parent) for path in tree.glob("lib/**/pkgconfig/shift.pc"))
    done = run(["pkg-config", *words, "shift"], env={**os.environ, "PKG_CONFIG_PATH": paths, "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"})
    return done.stdout.split()


def fail(text):
    global failed
    failed = 1
    print(text)


if shutil.which("pkg-config") is None:
    print("pkg-config is missing")
    sys.exit(77)
folder.mkdir(parents=True, exist_ok=True)
libraries = pkg_config("--libs")
library_folder = next(word[2:] for word in libraries if word.startswith("-L"))
environment = {**os.environ, "LD_LIBRARY_PATH": library_folder}
languages = [["cc", "-std=c17"]]
if shutil.which("c++"):
    languages.append(["c++", "-std=c++17"])
else:
    print("no C++ compiler: only as C17")
for name, arguments, expected in RUN:
    for compiler in languages:
        if name.endswith(".cpp") and compiler[0] == "cc":
            continue
        program = folder / f"{name}.{compiler[0].replace('+', 'p')}"
        language = [] if compiler[0] == "cc" else ["-x", "c++"]
        built = run([*compiler, *WARNINGS, *pkg_config("--cflags"), *language, examples / name, "-x", "none", "-o", program, *libraries, "-lm", "-lpthread"])
        if built.returncode != 0:
            fail(f"{' '.join(compiler)} {name}:\n{built.stderr}")
            continue
        done = run([program, *arguments], env=environment)
        if done.returncode != 0 or not re.search(expected, done.stdout):
            fail(f"{name} as {compiler[1][5:]}: exit status {done.returncode}, printed\n{done.stdout}{done.stderr}where /{expected}/ was expected")
run([tree / "bin/covshift", "check", data / "train.csv", data / "prod-west.csv", "--no-joint", "--quiet", "--db", database])
for name, program, probe, arguments, expected in SCRIPTS:
    if shutil.which(str(program)) is None or run([program, *probe]).returncode != 0:
        print(f"SKIPPED {name}: {program} is missing, or cannot load what it needs")
        continue
    done = run([program, examples / name, *arguments], env=environment)
    if done.returncode != 0 or not re.search(expected, done.stdout):
        fail(f"{name}: exit status {done.returncode}, printed\n{done.stdout}{done.stderr}where /{expected}/ was expected")
unknown = {path.name for path in examples.iterdir() if path.is_file()} - {entry[0] for entry in RUN + SCRIPTS}
if unknown:
    fail(f"not run: {', '.join(sorted(unknown))}")
sys.exit(failed)
