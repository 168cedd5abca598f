#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""distributed.py BUILD [ROWS]: rows a second of the examples of docs/examples/distributed on one machine,
beside one process of one thread, on ROWS rows of 24 columns in 16 files; bytes and seconds of a merge.
PYSPARK names a Python that has pyspark; without it Spark is left out."""
import os
import resource
import subprocess
import sys
import tempfile
import time

PARTS = 16
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = f"{SOURCE}/docs/examples/distributed"


def timed(command, folder, environment=None, text=None):
    """Seconds on the wall, and of processor time."""
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, cwd=folder, input=text, text=True, capture_output=True, env={**os.environ, **(environment or {})})
    if run.returncode != 0:
        sys.exit(f"{command[0]}: {run.stderr[-2000:]}")
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, now.ru_utime - used.ru_utime + now.ru_stime - used.ru_stime


def main():
    build = os.path.abspath(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 2000000
    os.environ["PATH"] = f"{build}/bin:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="covshift-bench-") as folder:
        files = [f"{folder}/{part:02}.csv" for part in range(PARTS)]
        for part, file in enumerate(files):
            with open(file, "wb") as out:
                subprocess.run([f"{build}/bin/bench_generate", str(rows // PARTS), str(part + 1)], stdout=out, check=True)
        names = "\n".join(files)
        with open(f"{folder}/list", "w", encoding="utf-8") as out:
            out.write(names)
        subprocess.run(["sh", "-c", "(cat 00.csv; for i in *.csv; do [ $i = 00.csv ] || tail -n +2 $i; done) >all"], cwd=folder, check=True)
        like = f"{folder}/like"
        timed(["covshift", "profile", "all", "-o", like], folder) # and the files are in memory
        one = timed(["covshift", "profile", "all", "--like", like, "--threads", "1", "-o", "one"], folder)
        results = [("one process, one thread", one)]
        results.append(("one process, two threads", timed(["covshift", "profile", "all", "--like", like, "--threads", "2", "-o", "two"], folder)))
        results.append(("GNU parallel", timed(["sh", f"{EXAMPLES}/parallel.sh", like, f"{folder}/p"], folder, text=names)))
        results.append(("mpirun -n 2", timed(["sh", f"{EXAMPLES}/slurm.sh", like, f"{folder}/m", "list"], folder, {
            "LAUNCH": "mpirun -n 2", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})))
        python = os.environ.get("PYSPARK")
        if python:
            submit = [os.path.join(os.path.dirname(python), "spark-submit"), "--master", "local-cluster[2,1,1024]", "--conf", "spark.ui.enabled=false",
                      f"{EXAMPLES}/spark_profile.py", "--like", like, "-o", f"{folder}/s"]
            spark = {"PYSPARK_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_SCALA_VERSION": "2.12", "SPARK_WORKER_DIR": f"{folder}/worker"}
            with open(f"{folder}/few", "w", encoding="utf-8") as out:
                subprocess.run(["head", "-100", files[0]], stdout=out, check=True)
            empty = timed([*submit, f"{folder}/few"], folder, spark)
            whole = timed([*submit, *files], folder, spark)
            results.append((f"Spark, without the {empty[0]:.1f} s ({empty[1]:.1f} s) that it needs for 99 rows", (whole[0] - empty[0], whole[1] - empty[1])))
        for name, (wall, processor) in results:
            print(f"{name}: {rows / wall:,.0f} rows/s, {one[0] / wall:.2f} of one process; {rows / processor:,.0f} rows a second of processor time")
        timed(["covshift", "profile", files[0], "--like", like, "--part", "0", "-o", "a"], folder)
        timed(["covshift", "profile", files[1], "--like", like, "--part", "1", "-o", "b"], folder)
        times = [timed(["covshift", "merge", "a", "b", "-o", "c"], folder)[1] for _ in range(20)]
        print(f"a part's profile: {os.path.getsize(f'{folder}/a') / 1e6:.2f} MB, the merged one {os.path.getsize(f'{folder}/c') / 1e6:.2f} MB; "
              f"merging two: {1000 * sorted(times)[10]:.0f} ms of processor time")
        bytes_in = os.path.getsize(f"{folder}/all")
        print(f"data: {bytes_in / rows:.0f} bytes a row")


if __name__ == "__main__":
    main()
