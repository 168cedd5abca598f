#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill.py COVSHIFT DATA TIMES [SEED]: kill -9 `covshift check` and `covshift run` at random moments. After each:
the database is sound, it has whole runs only, and every run that had been reported is there. Every
tenth time the database begins anew, so that its making is killed too."""
import datetime
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from common import make_files, runs_in

CHECK = ["check", "--no-joint", "train.csv", "null.csv", "--fail-on", "never", "--db", "drift.db", "-f", "json"]


class Victim:
    def __init__(self, covshift, folder, source):
        self.covshift, self.folder, self.source = covshift, folder, source
        self.database = f"{folder}/drift.db"
        self.day = datetime.date(2026, 1, 1)
        self.usual = {"check": 0.1, "run": 0.1} # seconds
        self.reported, self.days = set(), set()
        self.killed = self.done = self.unreported = 0

    def start_anew(self):
        for name in os.listdir(self.folder):
            if name.startswith("drift.db"):
                os.unlink(f"{self.folder}/{name}")
        self.reported, self.days = set(), set()

    def moment(self, what):
        """Half of them in the last third, where the database is written."""
        usual = self.usual[what]
        return self.source.uniform(0.0, 1.1 * usual) if self.source.random() < 0.5 else self.source.uniform(0.7 * usual, 1.2 * usual)

    def strike(self, what, patience):
        """Start it, kill it after so many seconds; its exit status and what it had printed."""
        command = CHECK
        if what == "run":
            os.link(f"{self.folder}/null.csv", f"{self.folder}/{self.day}.csv") if not os.path.exists(f"{self.folder}/{self.day}.csv") else None
            command = ["run", "monitor.yaml", "--date", str(self.day)]
        began = time.monotonic()
        process = subprocess.Popen([self.covshift, *command], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, start_new_session=True)
        try:
            out, complaint = process.communicate(timeout=patience)
            self.usual[what] = 0.8 * self.usual[what] + 0.2 * (time.monotonic() - began)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, complaint = process.communicate()
        assert process.returncode in (0, 1, -signal.SIGKILL), (what, process.returncode, complaint)
        return process.returncode, out

    def note(self, what, status, out):
        """What was reported must be there from now on."""
        if status < 0:
            self.killed += 1
        else:
            self.done += 1
        if what == "run":
            if status >= 0:
                self.days.add(str(self.day))
                self.day += datetime.timedelta(days=1)
            return
        try:
            self.reported.add(json.loads(out)["run"]["id"])
        except ValueError: # not all of it was printed
            assert status < 0, out

    def examine(self, sizes):
        runs = runs_in(self.database)
        assert self.reported <= set(runs), f"reported, but not there: {self.reported - set(runs)}"
        if not runs:
            assert not self.days, f"reported, but not there: {self.days}"
            return
        db = sqlite3.connect(self.database)
        recorded = db.execute("SELECT id, monitor, period FROM run").fetchall()
        db.close()
        days = [period for _, monitor, period in recorded if monitor]
        assert len(days) == len(set(days)), f"a day twice: {sorted(days)}"
        assert self.days <= set(days), f"reported, but not there: {self.days - set(days)}"
        for run, monitor, _ in recorded:
            assert runs[run] == sizes["run" if monitor else "check"], f"run {run} has {runs[run]} measurements"


def main():
    covshift, data = map(os.path.abspath, sys.argv[1:3])
    times, seed = int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else time.time_ns() % 1000000
    with tempfile.TemporaryDirectory(prefix="covshift-kill-") as folder:
        make_files(folder, data)
        victim = Victim(covshift, folder, random.Random(seed))
        sizes = {}
        for what in ("check", "run") * 3: # whole runs, and how long they take
            victim.start_anew()
            assert victim.strike(what, 60)[0] >= 0
            sizes[what] = list(runs_in(victim.database).values())[0]
        victim.start_anew()
        print(f"seed {seed}; a whole run has {sizes} measurements", flush=True)
        total = 0
        for i in range(times):
            if i % 10 == 9:
                total += len(runs_in(victim.database))
                victim.start_anew()
            what = victim.source.choice(["check", "run"])
            victim.note(what, *victim.strike(what, victim.moment(what)))
            victim.examine(sizes)
        total += len(runs_in(victim.database))
        print(f"{times} starts: {victim.killed} killed, {victim.done} came to their end; {total} runs recorded, all whole, "
              f"{total - victim.done} of them by processes that were then killed")
        assert victim.killed > 0 and total >= victim.done


if __name__ == "__main__":
    main()
