#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py [--update] BIN DATA CASE...: run golden cases of the command line.

A case is a text file. A line of two spaces, '$' and a space starts a command for sh, which lines of
two spaces, '>' and a space continue. The indented lines after it are what it must print: standard
output as it is, standard error after '2> ', and '[N]' where the exit status is not 0. '(no newline)'
ends an output that lacks its last one. All other lines are prose.

The commands of a case share a new folder, which is also HOME and TMPDIR and empty but for 'data', a
link to the folder DATA. 'covshift' is the program in BIN; $BUILD is the build folder; $NOBODY runs a command as an unprivileged user where the
tests run as root. A line 'Needs: WORD' skips the case where there is no such thing (see NEEDS).
--update writes what was printed into the case. Exit status 1 where a case failed, 77 where all
cases were skipped."""
import difflib
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
NOBODY = 65534


def nobody():
    if os.geteuid() != 0:
        return ""
    return f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups"


def nobody_reaches(program):
    return subprocess.run(f"{nobody()} test -x {program}", shell=True).returncode == 0


NEEDS = {
    "the sources of locales": lambda program: os.path.exists("/usr/share/i18n/locales/de_DE"),
    "a build folder that other users can read": nobody_reaches,
    "a C compiler and pkg-config": lambda program: shutil.which("cc") is not None and shutil.which("pkg-config") is not None,
    "cmake": lambda program: shutil.which("cmake") is not None,
    "sqlite3": lambda program: shutil.which("sqlite3") is not None,
    "zsh": lambda program: shutil.which("zsh") is not None,
    "zstd": lambda program: shutil.which("zstd") is not None,
}


class Step:
    """A stretch of prose, or a command with what it should print."""

    def __init__(self):
        self.source, self.command, self.expected = [], [], []


def parse(lines):
    steps = [Step()]
    for line in lines:
        if line.startswith("  $ "):
            steps.append(Step())
            steps[-1].source.append(line)
            steps[-1].command.append(line[4:])
        elif line.startswith("  > ") and steps[-1].command and not steps[-1].expected:
            steps[-1].source.append(line)
            steps[-1].command.append(line[4:])
        elif line.startswith("  ") and steps[-1].command:
            steps[-1].expected.append(line)
        else:
            if steps[-1].command:
                steps.append(Step())
            steps[-1].source.append(line)
    return steps


def printed(data, prefix):
    text = data.decode("utf-8", "backslashreplace")
    lines = text.split("\n")
    last = lines.pop()
    if last:
        lines.append(last + " (no newline)")
    return [prefix + line for line in lines]


def run_step(step, folder, environment):
    done = subprocess.run(["sh", "-c", "\n".join(step.command)], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=float(os.environ.get("STEP_SECONDS", "120")))
    lines = printed(done.stdout, "  ") + printed(done.stderr, "  2> ")
    if done.returncode != 0:
        lines.append(f"  [{done.returncode}]")
    return lines


def run_case(path, binaries, data, update):
    with open(path, encoding="utf-8") as file:
        steps = parse(file.read().split("\n"))
    program = os.path.join(binaries, "covshift")
    for line in steps[0].source:
        need = line.removeprefix("Needs: ")
        if need != line and not NEEDS[need](program):
            print(f"{path}: skipped: needs {need}")
            return SKIPPED
    environment = {
        "PATH": binaries + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "NOBODY": nobody(),
        "BUILD": os.path.dirname(binaries),
        "SOURCE_DATE_EPOCH": "1769824800",
    }
    for name in os.environ: # of the sanitizers
        if name.endswith("SAN_OPTIONS"):
            environment[name] = os.environ[name]
    wanted, found = [], []
    with tempfile.TemporaryDirectory(prefix="covshift-") as folder:
        os.chmod(folder, 0o755)
        os.symlink(data, os.path.join(folder, "data"))
        environment["HOME"] = environment["TMPDIR"] = folder
        for step in steps:
            wanted += step.source + step.expected
            found += step.source
            if step.command:
                found += run_step(step, folder, environment)
    if wanted == found:
        return 0
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(found))
        print(f"{path}: updated")
        return 0
    sys.stdout.writelines(line + "\n" for line in difflib.unified_diff(
        wanted, found, path + ", expected", path + ", found", lineterm=""))
    return 1


def main():
    arguments = sys.argv[1:]
    update = arguments[:1] == ["--update"]
    binaries, data, *cases = map(os.path.abspath, arguments[update:])
    if not os.access(os.path.join(binaries, "covshift"), os.X_OK):
        sys.exit(f"no program in {binaries}")
    statuses = [run_case(os.path.relpath(case), binaries, data, update) for case in cases]
    if statuses and all(status == SKIPPED for status in statuses):
        return SKIPPED
    return int(any(status == 1 for status in statuses))


if __name__ == "__main__":
    sys.exit(main())
