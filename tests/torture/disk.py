#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""disk.py [--all] COVSHIFT SHIM DATA STORES: make each disk operation of each job fail (faulty_disk.c), and look
at what is left: exit status 2 with a complaint and everything as it was, or the job done after all;
the database sound, with whole runs only; nothing left lying about; and the job goes through afterwards.
An operation fails in one way, with --all in every way. Killed at an operation, the job has done all
or nothing too, but a file of its own may be left beside."""
import concurrent.futures
import itertools
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from common import make_files, runs_in

KINDS = ["ENOSPC", "EIO", "EINTR", "short", "kill"]
SIGKILLED = -9


class Job:
    """A command, the files that it makes or replaces, and the runs or networks that it adds to the database; `once`: it
    refuses to do so again."""

    def __init__(self, name, command, outputs=(), runs=0, prepare=(), once=False):
        self.name, self.command, self.outputs, self.runs, self.prepare, self.once = name, command, outputs, runs, prepare, once


CHECK = ["check", "--no-joint", "train.csv", "null.csv", "--fail-on", "never"]
JOBS = [
    Job("profile", ["profile", "train.csv", "--no-sample", "-o", "out"], ["out"], prepare=[["old", "out"]]),
    Job("profile, new file", ["profile", "train.csv", "--no-sample", "-o", "out"], ["out"]),
    Job("merge", ["merge", "a.profile", "b.profile", "-o", "out"], ["out"], prepare=[
        ["covshift", "profile", "train.csv", "--no-sample", "-o", "a.profile"],
        ["covshift", "profile", "null.csv", "--no-sample", "--like", "a.profile", "-o", "b.profile"], ["old", "out"]]),
    Job("check, new database", [*CHECK, "--db", "drift.db"], runs=1),
    Job("check", [*CHECK, "--db", "drift.db", "-f", "json", "-o", "out"], ["out"], 1,
        prepare=[["covshift", *CHECK, "--db", "drift.db"], ["old", "out"]]),
    Job("check, old database", [*CHECK, "--db", "drift.db"], runs=1, prepare=[["store", "store-v1.sql"]]),
    Job("report", ["report", "--db", "drift.db", "-f", "html", "-o", "out"], ["out"],
        prepare=[["covshift", *CHECK, "--db", "drift.db"], ["old", "out"]]),
    Job("run", ["run", "monitor.yaml", "--date", "2026-01-30"], runs=1,
        prepare=[["copy", "null.csv", "2026-01-30.csv"], ["copy", "null.csv", "2026-01-29.csv"],
                 ["covshift", "run", "monitor.yaml", "--date", "2026-01-29"]]),
    Job("backup", ["store", "backup", "out", "--db", "drift.db"], ["out"], prepare=[["covshift", *CHECK, "--db", "drift.db"]]),
    Job("prune", ["prune", "--keep", "10d", "--db", "drift.db"], runs=-1,
        prepare=[["old run"], ["covshift", *CHECK, "--db", "drift.db"]]),
    Job("network add", ["network", "add", "net", "cnn.onnx", "--db", "drift.db"], runs=1, prepare=[["network", "cnn.onnx"]], once=True),
    Job("network recalibrate", ["network", "recalibrate", "cnn.onnx", "rows.csv", "--label", "class", "-o", "out"], ["out"],
        prepare=[["network", "cnn.onnx"], ["network", "rows.csv"], ["old", "out"]]),
    Job("network check", ["network", "check", "cnn.onnx", "rows.csv", "rows.csv", "--label", "class", "--db", "drift.db", "-f", "json", "-o", "out"],
        ["out"], 1, prepare=[["network", "cnn.onnx"], ["network", "rows.csv"], ["old", "out"]]),
    Job("weights", ["weights", "train.csv", "null.csv", "-o", "out"], ["out"], prepare=[["old", "out"]]),
]


class Torture:
    def __init__(self, covshift, shim, data, stores):
        self.covshift, self.shim, self.data, self.stores = covshift, shim, data, stores

    def run(self, folder, command, **variables):
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1769824800", "TMPDIR": "/nowhere", **variables}
        return subprocess.run([self.covshift, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)

    def prepare(self, job, folder):
        make_files(folder, self.data)
        for what, *words in job.prepare:
            if what == "old":
                with open(f"{folder}/{words[0]}", "w", encoding="utf-8") as file:
                    file.write("what was there before\n")
            elif what == "copy":
                shutil.copy(f"{folder}/{words[0]}", f"{folder}/{words[1]}")
            elif what == "network":
                self.network_file(folder, words[0])
            elif what == "store":
                with open(f"{self.stores}/{words[0]}", encoding="utf-8") as file, sqlite3.connect(f"{folder}/drift.db") as db:
                    db.executescript(file.read())
                db.close()
            elif what == "old run":
                self.must(folder, [*CHECK, "--db", "drift.db"], SOURCE_DATE_EPOCH="1700000000")
            else:
                self.must(folder, words)

    def network_file(self, folder, name):
        """The sample network, or a few rows for it."""
        if name.endswith(".onnx"):
            shutil.copy(f"{self.data}/networks/{name}", f"{folder}/{name}")
            return
        with open(f"{self.data}/networks/train.csv", encoding="utf-8") as whole, open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.writelines(itertools.islice(whole, 101))

    def must(self, folder, command, **variables):
        done = self.run(folder, command, **variables)
        assert done.returncode == 0, (command, done)


def read(path):
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return re.sub(rb'"(started_at|finished_at)": ?"[^"]*"', b"", file.read())


def recorded(path):
    """The runs of the database, and its networks with their bytes."""
    runs = runs_in(path)
    if not os.path.exists(path):
        return runs
    db = sqlite3.connect(path)
    try:
        there = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'network'").fetchone()[0]
        return {**runs, **dict(db.execute("SELECT name, file FROM network") if there else [])}
    finally:
        db.close()


def state_of(folder, job):
    return {name: read(f"{folder}/{name}") for name in job.outputs}, recorded(f"{folder}/drift.db")


def names_in(folder):
    return {name for name in os.listdir(folder) if not re.search(r"-(wal|shm|journal)$", name)}


def check_state(job, folder, before, after, done, kind):
    """The state is the one before or the one after; which, follows from the exit status."""
    found = state_of(folder, job)
    names = names_in(folder)
    if done.returncode == SIGKILLED:
        assert kind == "kill"
        for name in job.outputs:
            assert found[0][name] in (before[0][name], after[0][name]), f"{name} is half written"
        assert found[1] in (before[1], after[1]), f"runs: {found[1]}"
        return
    assert done.returncode in (0, 2), done
    if done.returncode == 0:
        assert found == after, "done, it says, but it is not"
    else:
        assert done.stderr.startswith("covshift"), done
        assert found[0] == before[0], "failed, but a file has changed"
        # A run whose report cannot be made is taken back, or it says that it is or may be there, or is printed; what
        # is pruned is gone, though the file be as large as before.
        told = re.search("(stays|is) recorded|may be there|removed all the same", done.stderr) or done.stdout
        assert found[1] == before[1] or (found[1] == after[1] and told), (found[1], done)
    left = {name for name in names if ".tmp" in name}
    assert not left or "unlink" in done.stderr or kind == "EIO", f"left lying: {left}"


def fail_once(torture, job, start, before, after, number, kind):
    with tempfile.TemporaryDirectory(prefix="covshift-disk-") as top:
        folder = f"{top}/here"
        shutil.copytree(start, folder)
        try:
            done = torture.run(folder, job.command, LD_PRELOAD=torture.shim, FAULT_UNDER=folder, FAULT_AT=str(number), FAULT_KIND=kind)
            check_state(job, folder, before, after, done, kind)
            is_done = state_of(folder, job) == after
            again = torture.run(folder, job.command)
            assert again.returncode == (2 if job.once and is_done else 0), ("afterwards", again)
            runs_in(f"{folder}/drift.db")
            assert state_of(folder, job)[0] == after[0] or job.runs, "afterwards the output differs" # by the number of the run
        except AssertionError as error:
            return f"{job.name}: operation {number}, {kind}: {error}"
    return None, done.returncode


def torment(torture, job, every):
    with tempfile.TemporaryDirectory(prefix="covshift-disk-") as top:
        start, finish = f"{top}/start", f"{top}/finish"
        os.mkdir(start)
        torture.prepare(job, start)
        shutil.copytree(start, finish)
        done = torture.run(finish, job.command, LD_PRELOAD=torture.shim, FAULT_UNDER=finish, FAULT_COUNT=f"{top}/count")
        assert done.returncode == 0, (job.name, done)
        with open(f"{top}/count", encoding="utf-8") as file:
            operations = int(file.read())
        assert operations > 4, f"{job.name}: {operations} operations"
        before, after = state_of(start, job), state_of(finish, job)
        assert len(after[1]) == len(before[1]) + job.runs, (job.name, before[1], after[1])
        ways = [(n, kind) for n in range(1, operations + 1) for k, kind in enumerate(KINDS) if every or n % len(KINDS) == k]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda way: fail_once(torture, job, start, before, after, *way), ways))
    failures = [result for result in results if isinstance(result, str)]
    statuses = [result[1] for result in results if not isinstance(result, str)]
    refused, killed = statuses.count(2), statuses.count(SIGKILLED)
    print(f"{job.name}: {operations} operations, {len(ways)} faults: {refused} told with exit status 2, {killed} killed, "
          f"{len(statuses) - refused - killed} mastered, {len(failures)} wrong", flush=True)
    print("".join(f"  {failure}\n" for failure in failures), end="", flush=True)
    assert refused > 0
    return failures


def main():
    arguments = sys.argv[1:]
    every = arguments[0] == "--all"
    torture = Torture(*map(os.path.abspath, arguments[every:every + 4]))
    only = arguments[every + 4:]
    failures = [failure for job in JOBS if not only or job.name in only for failure in torment(torture, job, every)]
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
