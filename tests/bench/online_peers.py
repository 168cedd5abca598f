#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""online_peers.py BENCH_ONLINE: nanoseconds a value of a profile (moments, sketch, co-moments, row sample) from Arrow doubles
and from rows, beside DataSketches' KLL alone and NumPy's mean, variance and quantiles, on the same kind of array, in
one run."""
import subprocess
import sys
import time

import numpy as np

VALUES = 1 << 20


def nanoseconds(work):
    work()
    best = min(timed(work) for _ in range(3))
    return best * 1e9 / VALUES


def timed(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin


values = np.sin(np.arange(VALUES) * 1.7) * 100
ours = dict(line.split() for line in subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout.splitlines())
peers = {"NumPy mean, var, 7 quantiles": nanoseconds(lambda: (values.mean(), values.var(), np.quantile(values, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])))}
try:
    import datasketches
    peers["DataSketches KLL, k 200"] = nanoseconds(lambda: datasketches.kll_doubles_sketch(200).update(values))
    peers["DataSketches KLL, k 4096"] = nanoseconds(lambda: datasketches.kll_doubles_sketch(4096).update(values))
except ImportError:
    print("datasketches is missing: its rows are left out")
for name in ("arrow", "rows", "window_rows"):
    ratios = ", ".join(f"{float(ours[name]) / peer:.2f} x {what} ({peer:.1f})" for what, peer in peers.items())
    print(f"{name}: {ours[name]} ns a value; {ratios}")
print(f"snapshot of a window of 10 panes and 8 columns: {float(ours['window_snapshot']) / 1e6:.2f} ms")
