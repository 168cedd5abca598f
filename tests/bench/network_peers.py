#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""network_peers.py MODEL ROWS THREADS: milliseconds in which ONNX Runtime's CPU provider runs the network forward on ROWS
rows at a time, the fastest of some runs."""
import sys, time
import numpy
import onnxruntime

path, rows, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
session = onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])
given = session.get_inputs()[0]
x = numpy.random.default_rng(1).random([rows] + given.shape[1:], dtype=numpy.float32)
best = float('inf')
begin = time.monotonic()
while time.monotonic() - begin < 3:
    start = time.monotonic()
    session.run(None, {given.name: x})
    best = min(best, time.monotonic() - start)
print('%.4f' % (best * 1e3))
