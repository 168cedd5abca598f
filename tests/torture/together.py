#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""together.py COVSHIFT DATA [PROCESSES]: so many processes check into one database at once, first one that does
not exist yet, while others read reports and histories. None may be lost, none be there twice, none
complain."""
import json
import os
import subprocess
import sys
import tempfile
import threading

from common import make_files, runs_in

CHECK = ["check", "--no-joint", "train.csv", "null.csv", "--fail-on", "never", "--threads", "1", "--db", "drift.db", "-f", "json"]
READERS = [["report", "--db", "drift.db", "-f", "json"], ["report", "--list", "--db", "drift.db", "-f", "json"],
           ["history", "--db", "drift.db", "-f", "json"], ["store", "check", "--db", "drift.db"]]


class Readers:
    """Commands that read over and over while the others write."""

    def __init__(self, covshift, folder):
        self.covshift, self.folder = covshift, folder
        self.stop = threading.Event()
        self.complaints, self.reads = [], 0
        self.threads = [threading.Thread(target=self.read, args=(command,)) for command in READERS]
        for thread in self.threads:
            thread.start()

    def read(self, command):
        while not self.stop.is_set():
            if not os.path.exists(f"{self.folder}/drift.db"):
                self.stop.wait(0.001)
                continue
            done = subprocess.run([self.covshift, *command], cwd=self.folder, capture_output=True, text=True)
            self.reads += 1
            if done.returncode not in (0, 1) or done.stderr: # a report exits as its run did
                self.complaints.append((command, done.returncode, done.stderr))
            elif "json" in command:
                json.loads(done.stdout)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def check_at_once(covshift, folder, processes):
    writers = [subprocess.Popen([covshift, *CHECK], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
               for _ in range(processes)]
    outputs = [None] * processes

    def collect(i):
        outputs[i] = writers[i].communicate()
    threads = [threading.Thread(target=collect, args=(i,)) for i in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer, (_, complaint) in zip(writers, outputs):
        assert writer.returncode == 0 and complaint == "", (writer.returncode, complaint)
    return [json.loads(out)["run"]["id"] for out, _ in outputs]


def main():
    covshift, data = map(os.path.abspath, sys.argv[1:3])
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 64
    with tempfile.TemporaryDirectory(prefix="covshift-together-") as folder:
        make_files(folder, data)
        readers = Readers(covshift, folder)
        try:
            reported = check_at_once(covshift, folder, processes) + check_at_once(covshift, folder, processes)
        finally:
            readers.end()
        runs = runs_in(f"{folder}/drift.db")
        assert len(set(reported)) == 2 * processes, "a number was given twice"
        assert sorted(reported) == sorted(runs), "reported and recorded differ"
        assert len(set(runs.values())) == 1 and min(runs.values()) > 0, runs
        assert not readers.complaints, readers.complaints[:3]
        left = [name for name in os.listdir(folder) if ".tmp" in name]
        assert not left, left
        print(f"2 x {processes} processes at once: {len(runs)} runs, all whole; {readers.reads} reads meanwhile, none refused")


if __name__ == "__main__":
    main()
