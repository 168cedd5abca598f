#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""memory.py COVSHIFT SHIM DATA STORES COUNT [JOB...]: make COUNT allocations of each job fail (faulty_memory.c), spread evenly or
all that there are, one in each start of the program. Each time the exit status is 2 with a complaint and everything
is as it was, or the job is done after all; and nothing leaks: no more blocks are left than where none fails."""
import concurrent.futures
import os
import shutil
import sys
import tempfile

from disk import CHECK, JOBS, Job, Torture, check_state, state_of

RECORDED = [["covshift", *CHECK, "--db", "drift.db"]]
NETWORK = [["network", "cnn.onnx"], ["network", "rows.csv"]]
MORE = [
    *(Job(f"report {name}", ["report", "--db", "drift.db", "-f", name, "-o", "out"], ["out"], prepare=[*RECORDED, ["old", "out"]])
      for name in ("csv", "json", "junit", "markdown", "nagios", "prometheus", "text")),
    Job("history", ["history", "--db", "drift.db", "-o", "out"], ["out"], prepare=[*RECORDED, *RECORDED, ["old", "out"]]),
    Job("network gradients", ["network", "gradients", "cnn.onnx", "rows.csv", "--label", "class", "--fail-on", "never", "-o", "out"], ["out"],
        prepare=[*NETWORK, ["old", "out"]]),
    Job("network trace", ["network", "trace", "cnn.onnx", "cnn.onnx", "rows.csv", "--label", "class", "-o", "out"], ["out"],
        prepare=[*NETWORK, ["old", "out"]]),
    Job("network run", ["network", "run", "cnn.onnx", "rows.csv", "--label", "class", "-o", "out"], ["out"], prepare=[*NETWORK, ["old", "out"]]),
    Job("check with the joint part", ["check", "train.csv", "null.csv", "--fail-on", "never", "--db", "drift.db"], runs=1),
    Job("init", ["init", "train.csv", "-o", "new.yaml"], ["new.yaml"]),
]


def start_of(torture, job, folder, count, at=None):
    """How the job ends whose allocation number `at` fails; how many it made, how many are left, and who asked."""
    variables = {"LD_PRELOAD": torture.shim, "FAULT_COUNT": count, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if at is not None:
        variables["FAULT_AT"] = str(at)
    done = torture.run(folder, job.command, **variables)
    if "nagios" in job.command and done.returncode == 3: # that is its trouble, told on standard output
        done.returncode, done.stderr = 2, done.stdout
    if not os.path.exists(count):
        return done, 0, 0, "?"
    with open(count, encoding="utf-8") as file:
        made, left, asker = file.read().split()
    return done, int(made), int(left), asker


def fail_once(torture, job, start, before, after, least, number):
    with tempfile.TemporaryDirectory(prefix="covshift-memory-") as top:
        folder = f"{top}/here"
        shutil.copytree(start, folder)
        done, _, left, asker = start_of(torture, job, folder, f"{top}/count", number)
        try:
            assert done.returncode in (0, 2), done
            check_state(job, folder, before, after, done, "memory")
            assert left <= least, f"{left - least} blocks leak: {done.stderr}"
        except AssertionError as error:
            return f"{job.name}: allocation {number} of {asker}: {error}"
    return None, done.returncode


def torment(torture, job, count):
    with tempfile.TemporaryDirectory(prefix="covshift-memory-") as top:
        start, finish = f"{top}/start", f"{top}/finish"
        os.mkdir(start)
        torture.prepare(job, start)
        shutil.copytree(start, finish)
        done, made, least, _ = start_of(torture, job, finish, f"{top}/count")
        assert done.returncode == 0 and made > 40, (job.name, done, made)
        before, after = state_of(start, job), state_of(finish, job)
        numbers = sorted({1 + i * made // count for i in range(count)})
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda number: fail_once(torture, job, start, before, after, least, number), numbers))
    failures = [result for result in results if isinstance(result, str)]
    refused = sum(result[1] == 2 for result in results if not isinstance(result, str))
    print(f"{job.name}: {made} allocations, {len(numbers)} failed: {refused} told with exit status 2, "
          f"{len(results) - len(failures) - refused} mastered, {len(failures)} wrong; {least} blocks left", flush=True)
    print("".join(f"  {failure}\n" for failure in failures), end="", flush=True)
    assert refused > 0
    return failures


def main():
    arguments = sys.argv[1:]
    torture = Torture(*map(os.path.abspath, arguments[:4]))
    count, only = int(arguments[4]), arguments[5:]
    failures = [failure for job in [*JOBS, *MORE] if not only or job.name in only for failure in torment(torture, job, count)]
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
