#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""network_memory.py COVSHIFT RESNET18: peak memory of profiling the layers of a network that takes images of any size, over
more and more rows of 3 x 32 x 32: it follows the batch and the threads, each of which runs one, not the rows."""
import os, random, subprocess, sys, tempfile

random.seed(1)
with tempfile.TemporaryDirectory() as folder:
    header = ','.join('x%d' % i for i in range(3 * 32 * 32))
    line = ['%d' % random.randrange(256) for _ in range(3 * 32 * 32)]
    for batch, rows, threads in (16, 400, 1), (16, 1600, 1), (64, 400, 1), (64, 1600, 1), (64, 1600, 2):
        data = os.path.join(folder, 'rows.csv')
        with open(data, 'w') as file:
            file.write(header + '\n')
            for r in range(rows):
                random.shuffle(line)
                file.write(','.join(line) + '\n')
        child = subprocess.Popen([sys.argv[1], 'network', 'profile', sys.argv[2], data, '--batch', str(batch), '--threads', str(threads), '--moments',
                                  '-o', os.path.join(folder, 'out.layers')])
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            sys.exit('network profile failed')
        print('batch %d, %d rows, %d threads: %.0f MiB' % (batch, rows, threads, usage.ru_maxrss / 1024), flush=True)
