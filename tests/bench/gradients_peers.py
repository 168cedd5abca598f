#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""gradients_peers.py BENCH_GRADIENTS ROWS MODEL...: bench_gradients beside PyTorch, which runs the same network forward and
back to the gradients of all parameters on one thread; both in turns, the fastest of each, and their ratio."""
import subprocess, sys, time
try:
    import onnx, torch
    from onnx import numpy_helper
    import torch.nn.functional as F
except ImportError as missing:
    print('skipped: %s' % missing)
    sys.exit(77)


def network(path):
    """Parameters of an ONNX file, and the function of them and the input that it computes, for the operators of the samples."""
    graph = onnx.load(path).graph
    constants = {i.name: torch.tensor(numpy_helper.to_array(i)) for i in graph.initializer}
    held = {name for n in graph.node if n.op_type == 'BatchNormalization' for name in n.input[3:]}
    parameters = [t.requires_grad_() for name, t in constants.items() if t.is_floating_point() and name not in held]

    def run(x):
        v = dict(constants, **{graph.input[0].name: x})
        for n in graph.node:
            a = {t.name: onnx.helper.get_attribute_value(t) for t in n.attribute}
            i = [v.get(name) for name in n.input]
            pads = a.get('pads', [0] * 4)
            if n.op_type == 'Constant': y = torch.tensor(numpy_helper.to_array(a['value']))
            elif n.op_type == 'Identity': y = i[0]
            elif n.op_type == 'Conv':
                y = F.conv2d(i[0], i[1], i[2] if len(i) > 2 else None, a.get('strides', 1), pads[:2], a.get('dilations', 1), a.get('group', 1))
            elif n.op_type == 'BatchNormalization':
                y = F.batch_norm(i[0], i[3], i[4], i[1], i[2], False, 0, a.get('epsilon', 1e-5))
            elif n.op_type == 'MaxPool': y = F.max_pool2d(i[0], a['kernel_shape'], a.get('strides'), pads[:2])
            elif n.op_type == 'AveragePool': y = F.avg_pool2d(i[0], a['kernel_shape'], a.get('strides'), pads[:2])
            elif n.op_type == 'GlobalAveragePool': y = i[0].mean((2, 3), keepdim=True)
            elif n.op_type == 'Gemm': y = F.linear(i[0], i[1] if a.get('transB') else i[1].t(), i[2])
            elif n.op_type == 'Relu': y = F.relu(i[0])
            elif n.op_type == 'Clip': y = torch.clamp(i[0], float(i[1]), float(i[2]))
            elif n.op_type == 'Sigmoid': y = torch.sigmoid(i[0])
            elif n.op_type == 'Flatten': y = i[0].flatten(1)
            elif n.op_type == 'ReduceMean': y = i[0].mean(list(a['axes']), keepdim=bool(a.get('keepdims', 1)))
            elif n.op_type == 'Reshape': y = i[0].reshape([int(d) for d in i[1]])
            else: y = {'Add': torch.add, 'Sub': torch.sub, 'Mul': torch.mul, 'Div': torch.div}[n.op_type](i[0], i[1])
            v[n.output[0]] = y
        return v[graph.output[0].name]
    return graph, parameters, run


def measure(run, parameters, x):
    best, begin = float('inf'), time.monotonic()
    while time.monotonic() - begin < 2:
        start = time.process_time()
        y = run(x)
        F.cross_entropy(y, y.detach().argmax(1), reduction='sum').backward()
        best = min(best, time.process_time() - start)
        for p in parameters: p.grad = None
    return best * 1e3


torch.set_num_threads(1)
for path in sys.argv[3:]:
    graph, parameters, run = network(path)
    sizes = [d.dim_value or 224 for d in graph.input[0].type.tensor_type.shape.dim[1:]]
    x = torch.rand([int(sys.argv[2])] + sizes)
    ours, theirs, last = [], [], ''
    for turn in range(2):
        theirs.append(measure(run, parameters, x))
        last = subprocess.run([sys.argv[1], path, sys.argv[2]], capture_output=True, text=True, check=True).stdout
        ours.append(float(last.split()[0]))
    print('%s: %s  torch %.4f ms, ratio %.2f' % (path, last, min(theirs), min(ours) / min(theirs)), flush=True)
