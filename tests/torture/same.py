#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""same.py DATA GCC CLANG PLAIN: the programs in three build folders, made by gcc, by clang, and by gcc without any of our
SIMD kernels, give the same bytes with 1, 2, 3 and 8 threads: reports, profiles, weights and outlying rows. As a machine
without AVX has another libm and BLAS too, PLAIN is also run with these held to SSE, and the largest difference of a number
is told in units in its last place, and relative to it. Exit status 1 where bytes differ that should not."""
import json
import math
import os
import re
import struct
import subprocess
import sys
import tempfile

JOBS = {
    "profile": "profile {data}/train.csv -o {out}",
    "check": "check {data}/train.csv {data}/prod-west.csv -f json -o {out}",
    "another check": "check {data}/null.csv {data}/prod-1998.csv -f json -o {out}",
    "weights": "weights {data}/train.csv {data}/prod-west.csv -o {out}",
    "outliers": "outliers {data}/train.csv {data}/prod-west.csv -o {out}",
    "network check": "network check {data}/networks/cnn.onnx {data}/networks/train.csv {data}/networks/dim.csv --label class -f json -o {out}",
}
THREADS = [1, 2, 3, 8]
OLD = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-FMA,-FMA4,-AVX512F,-AVX2_Usable,-FMA_Usable", "OPENBLAS_CORETYPE": "Prescott"}
TIMES = re.compile(rb'"(started|finished)_at": "[^"]*"')


def result_of(build, job, data, threads, environment=None):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        words = JOBS[job].format(data=data, out=out).split()
        done = subprocess.run([f"{build}/bin/covshift", *words, "--threads", str(threads)], capture_output=True, check=False,
                              env={**os.environ, **(environment or {})})
        if done.returncode > 1:
            sys.exit(f"{build}: {job}: {done.stderr.decode()}")
        with open(out, "rb") as file:
            return TIMES.sub(rb'"\1_at": ""', file.read())


def order_of(value):
    """Doubles in their order, one apart where they are neighbours."""
    bits, = struct.unpack("Q", struct.pack("d", value))
    return bits if bits < 1 << 63 else (1 << 63) - bits


def differences(a, b, path=""):
    """Path and both values, wherever the documents differ."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        for key in a:
            yield from differences(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{path}[{i}]")
    elif a != b:
        yield path, a, b


def tell_old(job, expected, old):
    if old == expected:
        print(f"{job}: the same with libm and BLAS held to SSE")
        return
    if not job.endswith("check"):
        print(f"{job}: differs with libm and BLAS held to SSE")
        return
    found = list(differences(json.loads(expected), json.loads(old)))
    numbers = [(abs(order_of(float(x)) - order_of(float(y))), path, x, y) for path, x, y in found if all(isinstance(v, (int, float)) for v in (x, y))]
    others = [row for row in found if not all(isinstance(v, (int, float)) for v in row[1:])]
    ulps, path, x, y = max(numbers, default=(0, "", math.nan, math.nan))
    print(f"{job}: with libm and BLAS held to SSE {len(numbers)} numbers differ, by {ulps} ulp or {abs(x - y) / abs(x):.1g} at most ({path.strip('.')}: {x!r}, {y!r}); "
          f"{len(others)} texts differ{''.join(': ' + str(row) for row in others[:1])}")


def main():
    data, gcc, clang, plain = sys.argv[1:]
    wrong = 0
    for job in JOBS:
        expected = result_of(gcc, job, data, 1)
        for name, build in {"gcc": gcc, "clang": clang, "no SIMD": plain}.items():
            differ = [threads for threads in THREADS if result_of(build, job, data, threads) != expected]
            wrong += len(differ)
            if differ:
                print(f"{job}: {name}: other bytes with {differ} threads")
        print(f"{job}: {len(expected)} bytes compared", flush=True)
        tell_old(job, expected, result_of(plain, job, data, 1, OLD))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
