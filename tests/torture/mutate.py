#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""mutate.py [COUNT [FILE...]]: break one operator at a time in the files (those of libshift/src/compare unless given) and
run the unit tests and golden cases that reach its line: what becomes of each mutant is printed.

COUNT mutants (100 unless given) are chosen by $SEED (1); $JOBS (all processors) are judged at a time. What is mutated is
compiled alone, with the sanitizers, and linked with the other objects into one library, which all tests are linked with.
Which test reaches which line is known from gcov, and kept in build-mutate. A loop over all elements from 0 on is left alone: breaking it is noticed by anything. What
cannot be noticed is listed, with the reason, in equivalent.txt, and is not counted."""
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import pathlib
import queue
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import threading
import time

TESTS = ["symmetry", "formulas", "statistics", "decision", "special", "conditional", "curve", "dependence", "query", "gaussian", "kernel", "domain", "whitening",
         "ratio", "outliers", "joint", "law", "windows", "effect", "online", "history", "matrix", "screen", "misuse"]
CASES = ["decision", "dependence", "findings", "formats", "joint", "profiles", "references"]
SCRIPTS = ["exact", "as_recorded"] # of tests/cli
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "+": "-", "-": "+", "*": "/", "/": "*",
         "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
UNSPACED = {"fmin(": "fmax(", "fmax(": "fmin(", "++": "--", "--": "++"}
NOT_CODE = re.compile(r"^\s*(/\*|\*|//|#)|^\s*(for \()?size_t \w+ = 0; ")
BUILD = "build-mutate"
SKIPPED = 77
SANITIZED = "-fsanitize=address,undefined", "-fno-sanitize-recover=all"
SANITIZER = subprocess.run(["cc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True).stdout.strip()
# The first assertion that fails ends a test program.
AT_ONCE = "#include <unistd.h>\nvoid __wrap__ck_assert_failed(void);\nvoid __wrap__ck_assert_failed(void) { _exit(1); }\n"
Mutant = collections.namedtuple("Mutant", "path line column old new text")


def quietly(command, **options):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **options).returncode == 0


def lines_of(path):
    return pathlib.Path(path).read_text(encoding="utf-8").split("\n")


def mutants_of(path):
    """Not in comments, directives and texts."""
    inside = False
    for number, line in enumerate(lines_of(path)):
        skipped = inside or NOT_CODE.match(line) or '"' in line
        inside = (inside or "/*" in line) and "*/" not in line.rsplit("/*", 1)[-1]
        code = "" if skipped else line.split("/*")[0]
        for old, new in (SWAPS | UNSPACED).items():
            pattern = re.escape(old) if old in UNSPACED else rf"(?<= ){re.escape(old)}(?= |$)"
            for match in re.finditer(pattern, code):
                yield Mutant(path, number, match.start(), old, new, line.strip())


class Bench:
    """The built tests, the objects that all of them share, and how a file of them is compiled."""

    def __init__(self):
        subprocess.run(["cmake", "-S", ".", "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS=-O2"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["ninja", "-C", BUILD, "--quiet", *(f"test_{name}" for name in TESTS), "plugins/all", "covshift"], check=True)
        with open(f"{BUILD}/compile_commands.json", encoding="utf-8") as file:
            commands = [row for row in json.load(file) if "/shift_objects.dir/" in row["command"]]
        self.compile = {os.path.relpath(row["file"]): shlex.split(row["command"]) for row in commands}
        self.objects = {path: words[words.index("-o") + 1] for path, words in self.compile.items()}
        os.makedirs(f"{BUILD}/mutated", exist_ok=True)
        pathlib.Path(f"{BUILD}/mutated/at_once.c").write_text(AT_ONCE, encoding="utf-8")
        self.tests = {name: self.link_test(name) for name in TESTS}
        self.seconds = {}
        self.sound, self.sound_lock = {}, threading.Lock()

    def link_test(self, name):
        """The test's own objects with the shared library instead of the library's objects."""
        last = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", f"test_{name}"], check=True, capture_output=True, text=True).stdout.strip().split("\n")[-1]
        words = [word for word in shlex.split(last) if word not in (":", "&&") and "/shift_objects.dir/" not in word]
        out = words.index("-o") + 1
        words[out] = f"mutated/test_{name}"
        self.libraries = words[out + 1:]
        words[out + 1:out + 1] = ["mutated/libmutant.so", "mutated/at_once.c", "-Wl,--wrap=_ck_assert_failed"]
        if name == TESTS[0]:
            self.link("mutated", {})
        subprocess.run(words, cwd=BUILD, check=True)
        return os.path.abspath(f"{BUILD}/mutated/test_{name}")

    def compile_one(self, path, source, target, *flags):
        words = list(self.compile[path])
        words[words.index("-o") + 1] = target
        words[words.index("-c") + 1] = os.path.abspath(source)
        return quietly([*words, *flags], cwd=BUILD)

    def link(self, folder, changed, *flags):
        """A shared library in the folder, of all objects but those of the files that are changed."""
        objects = [changed.get(path, built) for path, built in self.objects.items()]
        subprocess.run(["cc", "-shared", "-Wl,-soname,libmutant.so", "-o", f"{folder}/libmutant.so", *objects, *self.libraries, *flags], cwd=BUILD, check=True)

    def make_program(self, folder, library, preloaded, **environment):
        """The program with a folder's library, whose functions come before its own. Golden cases set the environment anew, so that it is in here."""
        here = os.path.abspath(BUILD)
        words = [f"{key}={shlex.quote(value)}" for key, value in environment.items()]
        program = pathlib.Path(f"{BUILD}/{folder}/covshift")
        program.write_text(f'#!/bin/sh\nexec env {" ".join(words)} LD_PRELOAD="{preloaded} {here}/{library}/libmutant.so" {here}/bin/covshift "$@"\n', encoding="utf-8")
        program.chmod(0o755)

    def command(self, name, folder):
        if name in self.tests:
            return [self.tests[name]]
        if name in SCRIPTS:
            return [sys.executable, f"tests/cli/{name}.py", f"{BUILD}/{folder}/covshift"]
        return [sys.executable, "tests/cli/run.py", f"{BUILD}/{folder}", "data", f"tests/cli/cases/{name.removeprefix('cli_')}.t"]

    def passes(self, name, folder, library, limit, preloaded=SANITIZER, **environment):
        """Whether a test does, with so many seconds of processor time: a mutant that never ends is noticed too."""
        settings = {"ASAN_OPTIONS": "hard_rss_limit_mb=4000", "CK_FORK": "no", "LD_LIBRARY_PATH": os.path.abspath(f"{BUILD}/{library}"), **environment}
        self.make_program(folder, library, preloaded, **environment)
        if name in self.tests:
            settings["LD_PRELOAD"] = preloaded
        try:
            return subprocess.run(self.command(name, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=20 * limit,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)), env={**os.environ, **settings}).returncode in (0, SKIPPED)
        except subprocess.TimeoutExpired:
            return False

    def test_file(self, name):
        words = self.command(name, "")
        return words[0] if name in self.tests else words[1] if name in SCRIPTS else words[-1]

    def lines_of_test(self, name, changed):
        """What a test executes, by file and line, as it was found the last time for the same test and files."""
        contents = b"".join(pathlib.Path(path).read_bytes() for path in [*changed, self.test_file(name)])
        known = pathlib.Path(f"{BUILD}/reached/{name}-{hashlib.sha256(contents).hexdigest()}.json")
        if not known.exists():
            known.write_text(json.dumps(self.run_counting(name, changed)), encoding="utf-8")
        self.seconds[name], lines = json.loads(known.read_text(encoding="utf-8"))
        return [tuple(line) for line in lines]

    def run_counting(self, name, changed):
        """The seconds that a test takes and what it executes; nothing, and that is told, where it fails without any mutant."""
        folder = os.path.abspath(f"{BUILD}/reached/{name}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for object_file in changed.values():
            os.symlink(object_file[:-2] + ".gcno", f"{folder}/{os.path.basename(object_file)[:-2]}.gcno")
        began = time.monotonic()
        if not self.passes(name, f"reached/{name}", "reached", 600, "", GCOV_PREFIX=folder, GCOV_PREFIX_STRIP="99"):
            print(f"left out: {name} fails without any mutant", flush=True)
            return 0, []
        seconds = time.monotonic() - began
        counted = glob.glob(f"{folder}/*.gcda")
        told = subprocess.run(["gcov", "--json-format", "--stdout", *counted], check=True, capture_output=True, text=True, cwd=folder).stdout
        files = [file for document in filter(None, told.split("\n") if counted else []) for file in json.loads(document)["files"]]
        lines = {(os.path.relpath(os.path.join(BUILD, file["file"])), line["line_number"] - 1) for file in files for line in file["lines"] if line["count"] > 0}
        return seconds, sorted(line for line in lines if line[0] in changed)

    def compile_all(self, files, folder, *flags):
        os.makedirs(f"{BUILD}/{folder}", exist_ok=True)
        changed = {path: os.path.abspath(f"{BUILD}/{folder}/{path.replace('/', '-')}.o") for path in files}
        with concurrent.futures.ThreadPoolExecutor(jobs()) as pool:
            assert all(pool.map(lambda path: self.compile_one(path, path, changed[path], *flags), files))
        self.link(folder, changed, *flags)
        return changed

    def is_sound(self, name):
        """Whether a test that failed passes under the sanitizers without any mutant."""
        with self.sound_lock:
            if name not in self.sound:
                self.sound[name] = self.passes(name, "sound", "sound", self.limit(name))
                if not self.sound[name]:
                    print(f"left out: {name} fails without any mutant", flush=True)
            return self.sound[name]

    def limit(self, name):
        return int(20 + 10 * self.seconds[name])

    def reach(self, files):
        """File and line: the tests that execute it, the quickest first."""
        changed = self.compile_all(files, "reached", "--coverage")
        reached = collections.defaultdict(list)
        names = [*TESTS, *(f"cli_{case}" for case in CASES), *SCRIPTS]
        with concurrent.futures.ThreadPoolExecutor(jobs()) as pool:
            for name, lines in zip(names, pool.map(lambda name: self.lines_of_test(name, changed), names)):
                for line in lines:
                    reached[line].append(name)
        for names in reached.values():
            names[:] = sorted(set(names), key=self.seconds.get)
        return reached

    def judge(self, mutant, names, folder):
        """The test that notices it, "" for none, None where it does not compile."""
        lines = lines_of(mutant.path)
        line = lines[mutant.line]
        lines[mutant.line] = line[:mutant.column] + mutant.new + line[mutant.column + len(mutant.old):]
        os.makedirs(f"{BUILD}/{folder}", exist_ok=True)
        source, target = f"{BUILD}/{folder}/mutant.c", f"{folder}/mutant.o"
        pathlib.Path(source).write_text("\n".join(lines), encoding="utf-8")
        if not self.compile_one(mutant.path, source, target, *SANITIZED, "-iquote", os.path.abspath(os.path.dirname(mutant.path))):
            return None
        if not names:
            return ""
        self.link(folder, {mutant.path: target}, *SANITIZED)
        return next((name for name in names if not self.passes(name, folder, folder, self.limit(name)) and self.is_sound(name)), "")


def jobs():
    return int(os.environ.get("JOBS", os.cpu_count() or 1))


def tests_of(mutant, reached):
    """Of a statement in several lines, gcov tells the first or some of them; of a constant's, none: those of the next one that it tells."""
    for line in [*range(mutant.line, max(mutant.line - 6, -1), -1), *range(mutant.line + 1, mutant.line + 12)]:
        if reached.get((mutant.path, line)):
            return reached[mutant.path, line]
    return []


def equivalents():
    rows = (line.split(" | ") for line in lines_of("tests/torture/equivalent.txt") if line and not line.startswith("#"))
    return {(path, text, change) for path, text, change, _ in rows}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    files = [os.path.relpath(path) for path in sys.argv[2:]] or sorted(glob.glob("libshift/src/compare/**/*.c", recursive=True))
    known = equivalents()
    mutants = [mutant for path in files for mutant in mutants_of(path)]
    chosen = random.Random(int(os.environ.get("SEED", "1"))).sample(mutants, min(count, len(mutants)))
    equal = [mutant for mutant in chosen if (mutant.path, mutant.text, f"{mutant.old} -> {mutant.new}") in known]
    chosen = [mutant for mutant in chosen if mutant not in equal]
    began = time.monotonic()
    bench = Bench()
    reached = bench.reach(files)
    bench.compile_all(files, "sound", *SANITIZED)
    print(f"built, and found which test reaches what, in {time.monotonic() - began:.0f} s", flush=True)
    folders = queue.SimpleQueue()
    for worker in range(jobs()):
        folders.put(f"worker-{worker}")

    def judge(mutant):
        folder = folders.get()
        names = tests_of(mutant, reached)
        noticed = bench.judge(mutant, names, folder)
        folders.put(folder)
        if noticed is not None:
            how = f"killed by {noticed}" if noticed else "survived" if names else "survived, not reached"
            print(f"{how}: {mutant.path}:{mutant.line + 1}: {mutant.old} -> {mutant.new} | {mutant.text}", flush=True)
        return noticed

    with concurrent.futures.ThreadPoolExecutor(jobs()) as pool:
        verdicts = list(pool.map(judge, chosen))
    valid = [verdict for verdict in verdicts if verdict is not None]
    killed = sum(verdict != "" for verdict in valid)
    print(f"{killed} of {len(valid)} mutants killed ({100 * killed / max(len(valid), 1):.1f} %), of {len(mutants)} possible; {len(verdicts) - len(valid)} did not compile, "
          f"{len(equal)} are equivalent; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
