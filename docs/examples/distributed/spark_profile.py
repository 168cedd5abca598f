#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profile a data set with Spark: a profile of each partition, merged by a tree.

    spark-submit spark_profile.py --like train.profile -o today.profile 'hdfs:///data/2026-01-31/*.csv'

Each partition's rows are piped as CSV to `covshift profile - --like train.profile`, which every machine must have. A partition has a name, so a task that was lost and run again
counts once: merging a part twice is an error."""
import argparse
import csv
import io
import os
import subprocess
import tempfile

from pyspark import SparkFiles
from pyspark.sql import SparkSession


def profile_partition(covshift, like, name, header):
    """A function of a partition's number and rows, which yields the partition's profile as bytes."""
    def profile(index, rows):
        first = next(rows, None)
        if first is None: # an empty partition has no profile
            return
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "profile")
            run = subprocess.Popen([covshift, "profile", "-", "--like", SparkFiles.get(like), "--part", f"{name}/{index:06d}",
                                    "--threads", "1", "-o", out], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                with io.TextIOWrapper(run.stdin, encoding="utf-8", newline="") as stdin:
                    writer = csv.writer(stdin, lineterminator="\n")
                    writer.writerow(header)
                    writer.writerow(first)
                    writer.writerows(rows)
            except BrokenPipeError: # it has said why
                pass
            complaint = run.stderr.read().decode(errors="replace")
            if run.wait() != 0:
                raise RuntimeError(f"partition {index}: {complaint}")
            with open(out, "rb") as file:
                yield file.read()
    return profile


def merge_profiles(covshift):
    def merge(left, right):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("left", "right")]
            for path, profile in zip(paths, (left, right)):
                with open(path, "wb") as file:
                    file.write(profile)
            run = subprocess.run([covshift, "merge", *paths, "-o", "-"], capture_output=True)
            if run.returncode != 0:
                raise RuntimeError(run.stderr.decode(errors="replace"))
            return run.stdout
    return merge


def main():
    parser = argparse.ArgumentParser(description="Profile a data set with Spark.")
    parser.add_argument("--like", required=True, metavar="PROFILE", help="columns and kinds, and the side to compare with")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the merged profile")
    parser.add_argument("--name", default="part", help="of the data set; partitions are NAME/000000 and so on")
    parser.add_argument("--partitions", type=int, help="how many, instead of Spark's own choice")
    parser.add_argument("--covshift", default="covshift", metavar="PROGRAM")
    parser.add_argument("data", nargs="+", help="CSV files with a header, as Spark names them")
    arguments = parser.parse_args()

    spark = SparkSession.builder.appName("covshift").getOrCreate()
    spark.sparkContext.addFile(arguments.like)
    # Every value as text, as it is in the file: kinds come from the training profile.
    rows = spark.read.csv(arguments.data, header=True, multiLine=False, escape='"', encoding="UTF-8", emptyValue="")
    if arguments.partitions:
        rows = rows.coalesce(arguments.partitions)
    profile = profile_partition(arguments.covshift, os.path.basename(arguments.like), arguments.name, rows.columns)
    merged = rows.rdd.mapPartitionsWithIndex(profile).treeReduce(merge_profiles(arguments.covshift), depth=2)
    unfinished = arguments.output + ".tmp"
    with open(unfinished, "wb") as file:
        file.write(merged)
    os.replace(unfinished, arguments.output)
    spark.stop()


if __name__ == "__main__":
    main()
