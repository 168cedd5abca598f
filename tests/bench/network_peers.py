#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""network_peers.py BENCH_NETWORK MODEL:ROWS[:SIZE]...: each network run forward by us, by ONNX Runtime's CPU provider and by torch, on
1 and on 2 threads, taking turns; the fastest of each, ratios, and what capturing costs. We run a batch a thread, the
others share one; times are for one batch of ROWS rows. A peer that cannot be imported is left out, visibly. SIZE is that
of images whose height and width are free (224)."""
import re, subprocess, sys, time
import numpy
try:
    import onnxruntime
except ImportError:
    onnxruntime = None
    print('ONNX Runtime: not installed, left out')
try:
    import torch
except ImportError:
    torch = None
    print('torch: not installed, left out')

ROUNDS, SECONDS = 4, 0.7


class Torch:
    """As much of ONNX as these networks need, by torch's functions."""

    def __init__(self, path):
        import onnx
        from onnx import numpy_helper
        self.graph = onnx.load(path).graph
        self.weights = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in self.graph.initializer}

    def run(self, x):
        from onnx import helper
        f, values = torch.nn.functional, dict(self.weights)
        values[next(i.name for i in self.graph.input if i.name not in values)] = x
        for node in self.graph.node:
            v = [values[n] for n in node.input if n]
            a = {i.name: helper.get_attribute_value(i) for i in node.attribute}
            if node.op_type == 'Conv':
                pads = a.get('pads', [0, 0, 0, 0])
                out = f.conv2d(v[0], v[1], v[2] if len(v) > 2 else None, a.get('strides', 1), pads[:2],
                               a.get('dilations', 1), a.get('group', 1))
            elif node.op_type == 'BatchNormalization':
                out = f.batch_norm(v[0], v[3], v[4], v[1], v[2], eps=a.get('epsilon', 1e-5))
            elif node.op_type == 'Gemm':
                out = f.linear(v[0], v[1] if a.get('transB') else v[1].t(), v[2])
            elif node.op_type == 'MaxPool':
                out = f.max_pool2d(v[0], a['kernel_shape'], a['strides'], a['pads'][:2])
            elif node.op_type == 'Constant':
                from onnx import numpy_helper
                out = torch.from_numpy(numpy_helper.to_array(a['value']).copy())
            else:
                out = {'Relu': torch.relu, 'Sigmoid': torch.sigmoid, 'Add': torch.add, 'Identity': lambda x: x,
                       'Div': torch.div, 'Sub': torch.sub, 'Mul': torch.mul, 'Flatten': lambda x: x.flatten(1),
                       'GlobalAveragePool': lambda x: x.mean((2, 3), True),
                       'Clip': lambda x, low, high: torch.clamp(x, float(low), float(high)),
                       'ReduceMean': lambda x: x.mean(a['axes'], bool(a.get('keepdims', 1)))}[node.op_type](*v)
            values[node.output[0]] = out
        return values[self.graph.output[0].name]


def fastest(run):
    best, begin = float('inf'), time.monotonic()
    while time.monotonic() - begin < SECONDS:
        start = time.monotonic()
        run()
        best = min(best, time.monotonic() - start)
    return best * 1e3


def runners(path, x, threads):
    found = {}
    if onnxruntime:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        session = onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])
        name = session.get_inputs()[0].name
        found['ONNX Runtime'] = lambda: session.run(None, {name: x})
    if torch:
        torch.set_num_threads(threads)
        model, tensor = Torch(path), torch.from_numpy(x)

        def run():
            with torch.no_grad():
                model.run(tensor)
        found['torch'] = run
    return found


def shape_of(path, rows, size):
    import onnx
    graph = onnx.load(path).graph
    weights = {i.name for i in graph.initializer}
    dims = next(i for i in graph.input if i.name not in weights).type.tensor_type.shape.dim
    return [rows] + [d.dim_value or size for d in dims[1:]]


def measure(bench, path, rows, size, threads):
    x = numpy.random.default_rng(1).random(shape_of(path, rows, size), dtype=numpy.float32)
    peers, times, captured = runners(path, x, threads), {}, []
    for _ in range(ROUNDS):
        for name, run in peers.items():
            times[name] = min(times.get(name, float('inf')), fastest(run))
        said = subprocess.run([bench, path, str(rows), str(threads), str(SECONDS * 3), str(size)], check=True, stdout=subprocess.PIPE,
                              universal_newlines=True).stdout
        ms, *ratios = [float(n) for n in re.findall(r'[0-9]+\.[0-9]+', said)]
        times['ours'] = min(times.get('ours', float('inf')), ms)
        captured.append(ratios)
    moments, histograms, values = (numpy.median(r) for r in zip(*captured))
    others = ''.join('; %s %.4g ms, ratio %.2f%s' % (n, times[n], times['ours'] / times[n], ' (must 1.2)' * (n == 'ONNX Runtime'))
                     for n in peers)
    print('%s, %d rows, %d thread%s: %.4g ms%s; with moments %.2f x, histograms %.2f x, every value %.2f x'
          % (path.split('/')[-1].replace('.onnx', ''), rows, threads, 's' * (threads > 1), times['ours'], others, moments, histograms, values), flush=True)


for argument in sys.argv[2:]:
    path, rows, *size = argument.split(':')
    for threads in (1, 2):
        measure(sys.argv[1], path, int(rows), int(size[0]) if size else 224, threads)
