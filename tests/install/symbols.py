#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""symbols.py TREE: what the installed libraries export is what the public headers declare, under the version
SHIFT_1, and what the library of networks uses of the other's private functions, under SHIFT_PRIVATE."""
import pathlib
import re
import subprocess
import sys

tree = pathlib.Path(sys.argv[1])


def lines(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def library(name):
    return next(tree.glob(f"lib/**/{name}.so"))


def exported(path):
    """Names by version; the versions themselves are absolute symbols."""
    names = {}
    for line in lines("nm", "-D", "--defined-only", path):
        _, kind, symbol = line.split()
        if kind != "A":
            name, _, version = symbol.partition("@@")
            names.setdefault(version, set()).add(name)
    return names


def declared():
    names = set()
    for header in tree.glob("include/shift/*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        for declaration in re.findall(r"^SHIFT_API\b[^;]*;", text, flags=re.M):
            names.update(re.findall(r"\b(shift_\w+)\s*\(", declaration)[:1])
    return names


def soname(path):
    return re.search(r"SONAME.*\[(.*)\]", "\n".join(lines("readelf", "-d", path))).group(1)


core, network = library("libshift"), library("libshift-network")
used = {line.split()[1].partition("@")[0] for line in lines("nm", "-D", "--undefined-only", network) if " shift__" in line}
of_core, of_network = exported(core), exported(network)
public = of_core.get("SHIFT_1", set()) | of_network.get("SHIFT_1", set())
problems = [
    (set(of_core) - {"SHIFT_1", "SHIFT_PRIVATE"}, "libshift exports under other versions"),
    (set(of_network) - {"SHIFT_1"}, "libshift-network exports under other versions"),
    (public - declared(), "exported, but in no public header"),
    (declared() - public, "declared in a public header, but not exported"),
    (of_core.get("SHIFT_PRIVATE", set()) ^ used, "libshift/shift.map and what libshift-network uses differ"),
    ({name for name in public if not re.match(r"shift_[^_]", name)}, "public, but not shift_*"),
    ({core.name + ".0", network.name + ".0"} ^ {soname(core), soname(network)}, "SONAME"),
]
for names, problem in problems:
    if names:
        print(f"{problem}: {', '.join(sorted(names))}")
assert len(declared()) > 100, "the headers were not understood"
sys.exit(any(names for names, _ in problems))
