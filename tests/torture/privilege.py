#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""privilege.py COVSHIFT DATA: what docs/reliability.md says is opened, by strace. A job writes and makes nothing but what it was
told to, beside it (-wal, -shm, -journal, .tmp, .lock); reads nothing but that and the system's own files; nothing of the
user's home, nothing in TMPDIR but what SQLite has there while it makes a file smaller; it starts no process, and makes
no socket."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from common import make_files

SYSTEM = ("/lib", "/usr/", "/etc/", "/proc/", "/sys/", "/dev/urandom", "/dev/random")
NETWORK = ["cnn.onnx", "train.csv", "dim.csv"]
JOBS = [
    (["check", "train.csv", "null.csv", "--db", "drift.db", "-f", "html", "-o", "out.html"], ["train.csv", "null.csv", "drift.db", "out.html"]),
    (["profile", "train.csv", "-o", "t.profile"], ["train.csv", "t.profile"]),
    (["merge", "t.profile", "-o", "u.profile"], ["t.profile", "u.profile"]),
    (["run", "monitor.yaml", "--date", "2026-01-02"], ["monitor.yaml", "train.csv", "2026-01-02.csv", "drift.db", "drift.db.nightly.lock"]),
    (["report", "--db", "drift.db"], ["drift.db"]),
    (["history", "--db", "drift.db"], ["drift.db"]),
    (["store", "backup", "copy.db", "--db", "drift.db"], ["drift.db", "copy.db"]),
    (["prune", "--keep", "10d", "--db", "drift.db"], ["drift.db", "prune"]),
    (["weights", "train.csv", "null.csv", "-o", "w.csv"], ["train.csv", "null.csv", "w.csv"]),
    (["network", "check", "net/cnn.onnx", "net/train.csv", "net/dim.csv", "--label", "class", "--db", "drift.db"],
     ["net", "net/cnn.onnx", "net/train.csv", "net/dim.csv", "drift.db"]),
    (["plugins"], []),
]


def own(path, work, expected):
    """Whether a path is one of the job's, or lies beside one by a name made from it."""
    name = os.path.relpath(path, work)
    vacuum = "prune" in expected and re.fullmatch(r"\.\./tmp(/etilqs_\w+)?", name)
    return name == "." or vacuum or any(re.fullmatch(re.escape(e) + r"(\.\d+(-\d+)?\.tmp)?(-wal|-shm|-journal)?", name) for e in expected)


def judge(line, work, program, expected):
    """What is wrong with one system call, or None."""
    call = re.search(r"(\w+)\((.*)", line)
    paths = re.findall(r'"((?:[^"\\]|\\.)*)"', call.group(2)) if call else []
    if not paths:
        return None
    for path in paths[:2] if call.group(1).startswith(("rename", "link")) else paths[:1]:
        path = os.path.normpath(os.path.join(work, path))
        changes = call.group(1).startswith(("rename", "link", "unlink", "mkdir", "chmod", "truncate")) or re.search("O_WRONLY|O_RDWR|O_CREAT", line)
        above = (work + "/").startswith(path.rstrip("/") + "/") and "openat" not in line
        if not (own(path, work, expected) or (not changes and (above or path.startswith(SYSTEM) or path.startswith(program)))):
            return line
    return None


def watch(covshift, top, arguments, expected):
    work = f"{top}/here"
    program = os.path.dirname(os.path.dirname(os.path.realpath(covshift)))
    environment = {"PATH": os.environ["PATH"], "HOME": f"{top}/home", "TMPDIR": f"{top}/tmp", "LC_ALL": "C.UTF-8",
                   "ASAN_OPTIONS": "detect_leaks=0"} # which cannot be beside strace
    done = subprocess.run(["strace", "-f", "-qq", "-e", "trace=%file,%network,%process", "-e", "signal=none", "-o", f"{top}/trace", covshift,
                           *arguments], cwd=work, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), (arguments, done)
    with open(f"{top}/trace", encoding="utf-8", errors="replace") as file:
        lines = [line for line in file if "resumed>" not in line]
    calls = [re.search(r"(\w+)\(", line) for line in lines]
    names = [call.group(1) for call in calls if call]
    assert names.count("execve") == 1 and "fork" not in names and "vfork" not in names, f"{arguments}: starts a process"
    wrong = [line for line in lines if re.search(r"\b(socket|connect|bind|listen|sendto)\(", line)]
    wrong += [line for line in lines if "execve(" not in line and judge(line, work, program, expected)]
    assert not wrong, f"{' '.join(arguments)}:\n" + "".join(wrong)
    assert os.listdir(f"{top}/home") == [] and os.listdir(f"{top}/tmp") == []
    return sum(name.startswith("open") for name in names)


def main():
    covshift, data = map(os.path.abspath, sys.argv[1:3])
    probe = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False) if shutil.which("strace") else None
    if probe is None or probe.returncode != 0:
        print("SKIPPED: strace is missing or may not trace")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="covshift-privilege-") as top:
        for name in ("here/net", "home", "tmp"):
            os.makedirs(f"{top}/{name}")
        make_files(f"{top}/here", data)
        shutil.copy(f"{top}/here/null.csv", f"{top}/here/2026-01-02.csv")
        for name in NETWORK:
            shutil.copy(f"{data}/networks/{name}", f"{top}/here/net/{name}")
        opened = [watch(covshift, top, arguments, expected) for arguments, expected in JOBS]
    print(f"{len(opened)} jobs open {sum(opened)} files: their own and the system's")


if __name__ == "__main__":
    main()
