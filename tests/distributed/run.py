#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py parallel|slurm|mpi|spark COVSHIFT SOURCE WORK: run an example of docs/examples/distributed on
a made data set, kill a part of it after its work is done and before anybody has it, and compare what is
merged with the profile that one machine makes. Exit status 77 where the engine is not there; Spark is
installed into WORK, the build tree, unless PYSPARK names a Python that has it."""
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import time
import bisect
import datetime

SKIPPED = 77
HEADER = 'number,count,city,when,"odd, name"\n'
NAMES = ["number", "count", "city", "when", "odd, name"]
KILLED = 4 # of the parts, where they are files
PYSPARK = "pyspark==3.5.4"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


# ---- the data, and what is true of it ----

def make_row(source):
    day = datetime.date(2026, 1, 1) + datetime.timedelta(days=source.randrange(90))
    return [repr(source.gauss(10, 3)) if source.random() > 0.02 else "", str(source.randrange(50)),
            source.choice(["a", "b b", '"c, d"', "é", ""]), day.isoformat(), repr(source.random())]


def make_data(folder):
    """Files of parts, one of all, and the numbers of two columns in order."""
    source = random.Random(5)
    numbers = {"number": [], "odd, name": []}
    files = []
    with open(f"{folder}/all.csv", "w", encoding="utf-8") as whole:
        whole.write(HEADER)
        for part in range(8):
            files.append(f"{folder}/part {part}'s.csv")
            with open(files[-1], "w", encoding="utf-8") as file:
                file.write(HEADER)
                for _ in range(6000 + 321 * part):
                    row = make_row(source)
                    line = ",".join(row) + "\n"
                    file.write(line)
                    whole.write(line)
                    if row[0] != "":
                        numbers["number"].append(float(row[0]))
                    numbers["odd, name"].append(float(row[4]))
    return files, {name: sorted(values) for name, values in numbers.items()}


# ---- what a profile holds, as `covshift show` prints it ----

def show(covshift, path):
    text = subprocess.run([covshift, "show", path], check=True, capture_output=True, text=True).stdout
    head, *columns = text.split("\n\n")
    return head, {column.split(":")[0]: column.split("\n") for column in columns}


def values_of(lines):
    """Label to number, of a numeric column."""
    found = {}
    for line in lines:
        for label, value in re.findall(r"(mean|sd|skewness|kurtosis|min|max|median|\d+ %) +(-?[\d.e+-]+)(?=\s|$)", line):
            found[label] = float(value)
    return found


def bound_of(lines):
    within = re.search(r"ranks within ([\d.]+) %", "\n".join(lines))
    return float(within.group(1)) / 100 if within else 0.0


def check_quantiles(name, lines, ordered):
    """Each quantile's rank in the data is within what the profile promises."""
    bound = bound_of(lines) * 1.01 + 2 / len(ordered) # as printed, and one value more or less
    assert bound < 0.005, f"{name}: the bound is {bound}"
    for label, value in values_of(lines).items():
        if label != "median" and not label.endswith("%"):
            continue
        p = 0.5 if label == "median" else float(label.split()[0]) / 100
        slack = abs(value) * 1e-5 # six digits are printed
        low = bisect.bisect_left(ordered, value - slack) / len(ordered)
        high = bisect.bisect_right(ordered, value + slack) / len(ordered)
        assert low - bound <= p <= high + bound, f"{name}: {label} is {value}, of rank {low} to {high}, bound {bound}"


def compare(covshift, merged, whole, numbers, parts):
    head, columns = show(covshift, merged)
    head_whole, columns_whole = show(covshift, whole)
    rows = re.search(r"(\d+) rows", head_whole).group(1)
    assert f": {rows} rows, 5 columns, {parts} parts" in head, head
    assert list(columns) == list(columns_whole) == NAMES
    for name, lines in columns_whole.items():
        got = columns[name]
        assert got[0] == lines[0], (got[0], lines[0]) # kind, values, missing values
        if name in ("city", "when"):
            assert got == lines, (got, lines) # categories and their counts; days, which are few
            continue
        for label, value in values_of(lines).items():
            if label in ("min", "max"):
                assert values_of(got)[label] == value, (name, label)
            elif label in ("mean", "sd", "skewness", "kurtosis"): # six digits are printed
                assert abs(values_of(got)[label] - value) <= 2e-5 * max(abs(value), 1e-3), (name, label, value)
        if name in numbers:
            check_quantiles(name, got, numbers[name])
    print(f"{rows} rows in {parts} parts are the whole")


# ---- dying ----

def make_wrapper(work, covshift, victim):
    """A covshift that dies once with `victim` (shell code that says whom) when a part is done and before
    anybody has it. What it profiled stays in WORK/leaves: a part's name, and beside it its profile. Whoever
    is killed at any moment (mpirun kills all ranks with the first) leaves both or no profile."""
    folder = f"{work}/bin"
    os.makedirs(folder)
    os.makedirs(f"{work}/leaves")
    path = f"{folder}/covshift"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"""#!/bin/sh
[ "$1" = profile ] || exec '{covshift}' "$@"
leaf='{work}/leaves/'$$
for argument; do
    shift
    case $option in
    --part) echo "$argument" >"$leaf.name" ;;
    -o) out=$argument argument=$leaf.profile ;;
    esac
    option=$argument
    set -- "$@" "$argument"
done
'{covshift}' "$@" || exit
case $(cat "$leaf.name") in
*{KILLED}|*"part {KILLED}'s.csv") if mkdir '{work}/dead' 2>/dev/null; then {victim}; sleep 5; fi ;;
esac
cp "$leaf.profile" "$out.$$"
mv "$out.$$" "$out"
""")
    os.chmod(path, 0o755)
    return folder


def parts_profiled(work):
    """The name of each part, as often as it was profiled to the end, by its profile."""
    leaves = {}
    for leaf in glob.glob(f"{work}/leaves/*.profile"):
        with open(leaf.removesuffix("profile") + "name", encoding="utf-8") as file:
            leaves[leaf] = file.read().rstrip("\n")
    return leaves


def check_repeated(covshift, work, parts):
    """A part was done twice; whoever merges all there is is told which."""
    leaves = parts_profiled(work)
    done = list(leaves.values())
    assert len(done) > len(set(done)) == parts, done
    merged = subprocess.run([covshift, "merge", *leaves, "-o", f"{work}/twice"], capture_output=True, text=True)
    assert merged.returncode == 2 and "would count twice" in merged.stderr, merged
    again = {part for part in done if done.count(part) > 1}
    assert any(f'part "{part}" is in both' in merged.stderr for part in again), (merged.stderr, again)
    assert not os.path.exists(f"{work}/twice")
    print(f"run again and counted once: {', '.join(sorted(again))}")


# ---- the engines ----

def run_parallel(covshift, examples, work, files):
    if shutil.which("parallel") is None:
        skip("needs GNU parallel")
    wrapper = make_wrapper(work, covshift, "kill -9 $$")
    subprocess.run(["sh", f"{examples}/parallel.sh", f"{work}/like.profile", f"{work}/out.profile"], check=True,
                   input="\n".join(files), text=True, env={**os.environ, "PATH": f"{wrapper}:{os.environ['PATH']}"})
    check_repeated(covshift, work, len(files))
    return len(files)


def run_tasks(covshift, examples, work, files, environment):
    """A job that fails and is put back into the queue."""
    wrapper = make_wrapper(work, covshift, "kill -9 $$")
    with open(f"{work}/list", "w", encoding="utf-8") as file:
        file.write("\n".join(files))
    command = ["sh", f"{examples}/slurm.sh", f"{work}/like.profile", f"{work}/out.profile", f"{work}/list"]
    environment = {**os.environ, "SLURM_JOB_ID": "17", "PATH": f"{wrapper}:{os.environ['PATH']}", **environment}
    first = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert first.returncode != 0 and not os.path.exists(f"{work}/out.profile"), first
    subprocess.run(command, check=True, env=environment)
    check_repeated(covshift, work, len(files))
    return len(files)


def run_slurm(covshift, examples, work, files):
    """With a stand-in for srun, which starts three tasks."""
    with open(f"{work}/srun", "w", encoding="utf-8") as file:
        file.write("""#!/bin/bash
for i in 0 1 2; do SLURM_PROCID=$i SLURM_NTASKS=3 "$@" & pids[i]=$!; done
for i in 0 1 2; do wait ${pids[i]} || failed=1; done
exit ${failed:-0}
""")
    os.chmod(f"{work}/srun", 0o755)
    return run_tasks(covshift, examples, work, files, {"LAUNCH": f"{work}/srun"})


def run_mpi(covshift, examples, work, files):
    if shutil.which("mpirun") is None:
        skip("needs mpirun")
    return run_tasks(covshift, examples, work, files, {
        "LAUNCH": "mpirun -n 3", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1"})


def python_with_spark(work):
    if os.environ.get("PYSPARK"):
        return os.environ["PYSPARK"]
    venv = os.path.join(os.path.dirname(work), "spark-venv")
    python = f"{venv}/bin/python"
    if not os.path.exists(f"{venv}/complete"):
        steps = [[sys.executable, "-m", "venv", "--clear", venv], [python, "-m", "pip", "install", "--quiet", PYSPARK]]
        if any(subprocess.run(step, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0 for step in steps):
            skip(f"cannot install {PYSPARK}")
        with open(f"{venv}/complete", "w", encoding="utf-8"):
            pass
    return python


def run_spark(covshift, examples, work, files):
    """Two executors, each a process of its own. One is killed, its partition is run again elsewhere."""
    if shutil.which("java") is None:
        skip("needs java")
    python = python_with_spark(work)
    wrapper = make_wrapper(work, covshift, 'pid=$$; while [ "$(cat /proc/$pid/comm)" != java ]; do '
                                           "pid=$(awk '/^PPid/ {print $2}' /proc/$pid/status); done; kill -9 $pid")
    began = time.monotonic()
    run = subprocess.run(
        [os.path.join(os.path.dirname(python), "spark-submit"), "--master", "local-cluster[2,1,1024]",
         "--conf", "spark.executor.memory=512m", "--conf", "spark.ui.enabled=false",
         "--conf", "spark.sql.files.maxPartitionBytes=300000", "--conf", "spark.sql.files.openCostInBytes=0",
         f"{examples}/spark_profile.py", "--covshift", f"{wrapper}/covshift", "--like", f"{work}/like.profile",
         "-o", f"{work}/out.profile", *files],
        env={**os.environ, "PYSPARK_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": f"{work}/local",
             "SPARK_SCALA_VERSION": "2.12", "SPARK_WORKER_DIR": f"{work}/worker"},
        cwd=work, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-8000:]
    print(f"{time.monotonic() - began:.0f} s; lost: {len(re.findall('Lost executor', run.stderr))} executor")
    assert "Lost executor" in run.stderr, run.stderr[-8000:]
    parts = len(set(parts_profiled(work).values()))
    assert parts >= 6, parts
    check_repeated(covshift, work, parts)
    return parts


def main():
    engine, covshift, source, work = sys.argv[1], *map(os.path.abspath, sys.argv[2:])
    work = f"{work}/{engine}"
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    files, numbers = make_data(work)
    subprocess.run([covshift, "profile", files[0], "--no-sample", "-o", f"{work}/like.profile"], check=True)
    subprocess.run([covshift, "profile", f"{work}/all.csv", "--like", f"{work}/like.profile", "-o", f"{work}/all.profile"], check=True)
    run = {"parallel": run_parallel, "slurm": run_slurm, "mpi": run_mpi, "spark": run_spark}[engine]
    parts = run(covshift, f"{source}/docs/examples/distributed", work, files)
    compare(covshift, f"{work}/out.profile", f"{work}/all.profile", numbers, parts)
    subprocess.run([covshift, "check", f"{work}/all.profile", f"{work}/out.profile", "--quiet", "--no-record"], check=True)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
