#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""network_models.py OUT: write networks to measure with, weights seeded: resnet18.onnx (He et al. 2016, input
3 x 224 x 224 or of another size, Batch Normalization unfused) and mlp.onnx (64-64-64-64-10, Batch Normalization and Sigmoid). Needs
Debian's python3-onnx and python3-numpy."""
import sys
import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

random = np.random.default_rng(20260131)


class Net:
    def __init__(self):
        self.nodes, self.weights, self.count = [], [], 0

    def weight(self, array):
        name = 'w%d' % len(self.weights)
        self.weights.append(numpy_helper.from_array(array.astype(np.float32), name))
        return name

    def add(self, op, inputs, **attributes):
        self.count += 1
        out = '%s_%d' % (op.lower(), self.count)
        self.nodes.append(helper.make_node(op, inputs, [out], name=out, **attributes))
        return out

    def conv(self, x, into, out, size, stride):
        w = random.normal(0, np.sqrt(2 / (into * size * size)), (out, into, size, size))
        pad = size // 2
        return self.add('Conv', [x, self.weight(w)], kernel_shape=[size, size], strides=[stride, stride],
                        pads=[pad, pad, pad, pad])

    def norm(self, x, channels):
        inputs = [random.normal(1, .1, channels), random.normal(0, .1, channels), random.normal(0, .1, channels),
                  random.uniform(.5, 1.5, channels)]
        return self.add('BatchNormalization', [x] + [self.weight(i) for i in inputs], epsilon=1e-5)

    def gemm(self, x, into, out):
        w = random.normal(0, 1 / np.sqrt(into), (out, into))
        return self.add('Gemm', [x, self.weight(w), self.weight(np.zeros(out))], transB=1)

    def save(self, path, shape, out, classes):
        self.nodes.append(helper.make_node('Identity', [out], ['logits']))
        graph = helper.make_graph(self.nodes, 'bench', [helper.make_tensor_value_info('input', TensorProto.FLOAT, shape)],
                                  [helper.make_tensor_value_info('logits', TensorProto.FLOAT, [None, classes])],
                                  self.weights)
        save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=7), path)


def resnet18():
    net = Net()
    x = net.add('Relu', [net.norm(net.conv('input', 3, 64, 7, 2), 64)])
    x = net.add('MaxPool', [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    into = 64
    for channels in (64, 128, 256, 512):
        for block in range(2):
            stride = 2 if block == 0 and channels > 64 else 1
            y = net.add('Relu', [net.norm(net.conv(x, into, channels, 3, stride), channels)])
            y = net.norm(net.conv(y, channels, channels, 3, 1), channels)
            if stride > 1:
                x = net.norm(net.conv(x, into, channels, 1, stride), channels)
            x = net.add('Relu', [net.add('Add', [y, x])])
            into = channels
    x = net.add('Flatten', [net.add('GlobalAveragePool', [x])])
    return net, net.gemm(x, 512, 1000)


def mlp():
    net, x = Net(), 'input'
    for _ in range(3):
        x = net.add('Sigmoid', [net.norm(net.gemm(x, 64, 64), 64)])
    return net, net.gemm(x, 64, 10)


net, out = resnet18()
net.save(sys.argv[1] + '/resnet18.onnx', [None, 3, None, None], out, 1000)
net, out = mlp()
net.save(sys.argv[1] + '/mlp.onnx', [None, 64], out, 10)
