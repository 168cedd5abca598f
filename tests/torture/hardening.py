#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hardening.py BUILD DATA [FORTIFIED]: the program, the libraries and the reporters are position independent, their
relocations are made at start and then read-only, no stack is executable, stacks have canaries, and where
FORTIFIED is 1 what can be checked of the C library's calls is; an installed program looks for libraries
in no writable place; and files are made with the permissions that the umask leaves."""
import glob
import os
import re
import stat
import subprocess
import sys
import tempfile

from common import make_files


def readelf(path, *options):
    return subprocess.run(["readelf", "--wide", *options, path], check=True, capture_output=True, text=True).stdout


def check_flags(path, program):
    head, segments, dynamic = (readelf(path, option) for option in ("--file-header", "--segments", "--dynamic"))
    assert re.search(r"Type: +DYN", head), f"{path}: not position independent"
    assert not program or re.search(r"FLAGS_1.*\bPIE\b", dynamic), f"{path}: no PIE"
    assert "GNU_RELRO" in segments, f"{path}: no RELRO"
    assert re.search(r"FLAGS_1.*\bNOW\b", dynamic), f"{path}: relocations are made lazily"
    stack = re.search(r"GNU_STACK.* (R\w*) +0x", segments)
    assert stack and "E" not in stack.group(1), f"{path}: an executable stack"
    assert "TEXTREL" not in dynamic, f"{path}: relocations in its code"


def check_search(path):
    """Libraries are looked for beside the file, nowhere else: an empty part would be the working directory."""
    for where in re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", readelf(path, "--dynamic")):
        assert all(part.startswith("$ORIGIN") for part in where.split(":")), f"{path}: looks for libraries in [{where}]"


def undefined(paths):
    return "\n".join(readelf(path, "--dyn-syms") for path in paths)


def check_installed(build, folder):
    """Of what is installed: the flags again, and where it looks for libraries."""
    subprocess.run(["cmake", "--install", build, "--prefix", "/usr"], check=True, capture_output=True, env={**os.environ, "DESTDIR": folder})
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                if os.path.islink(path) or file.read(4) != b"\x7fELF":
                    continue
            found.append(path)
            check_flags(path, name == "covshift")
            check_search(path)
    assert any(path.endswith("/covshift") for path in found) and len(found) > 5, found
    print(f"{len(found)} programs, libraries and reporters are hardened")
    return found


def check_umask(covshift, data):
    check = ["check", "--no-joint", "train.csv", "null.csv", "--fail-on", "never", "--db", "drift.db"]
    commands = [["profile", "train.csv", "-o", "a.profile"], ["merge", "a.profile", "-o", "b.profile"], check, [*check, "-o", "report"],
                ["store", "backup", "copy.db", "--db", "drift.db"], ["init", "train.csv", "-o", "new.yaml"],
                ["run", "monitor.yaml", "--date", "2026-01-02"], ["whiten", "train.csv", "null.csv", "-o", "white.csv"]]
    for mask in (0o077, 0o027, 0o022, 0o002):
        with tempfile.TemporaryDirectory(prefix="covshift-umask-") as folder:
            make_files(folder, data)
            os.rename(f"{folder}/null.csv", f"{folder}/2026-01-02.csv")
            os.symlink("2026-01-02.csv", f"{folder}/null.csv")
            given = set(os.listdir(folder))
            for command in commands:
                done = subprocess.run([covshift, *command], cwd=folder, capture_output=True, text=True, umask=mask)
                assert done.returncode == 0, (command, done)
            made = set(os.listdir(folder)) - given
            assert len(made) >= 7, made
            for name in made:
                mode = stat.S_IMODE(os.stat(f"{folder}/{name}").st_mode)
                # what SQLite makes is 644 at most, and a lock need not be writable by others
                assert mode & mask == 0 and mode & 0o600 == 0o600 and mode & 0o111 == 0, f"{name}: {mode:o} under {mask:o}"
    print(f"{len(made)} kinds of files have the permissions that the umask leaves")


def main():
    build, data = map(os.path.abspath, sys.argv[1:3])
    for path in (f"{build}/bin/covshift", *glob.glob(f"{build}/lib/*.so"), *glob.glob(f"{build}/lib/covshift/*.so")):
        check_search(path)
    with tempfile.TemporaryDirectory(prefix="covshift-hardening-") as folder:
        symbols = undefined(check_installed(build, folder))
        assert "__stack_chk_fail" in symbols, "no stack has a canary"
        if sys.argv[3:] == ["1"]:
            assert re.search(r"UND __\w+_chk\b", symbols), "no call of the C library is checked"
    check_umask(f"{build}/bin/covshift", data)


if __name__ == "__main__":
    main()
