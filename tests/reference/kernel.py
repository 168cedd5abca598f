#!/usr/bin/python3
"""Reference values of tests/unit/test_kernel.c: MMD and energy distance by their definitions, in the
way of NumPy. The rows are those of make_rows() in the test. Needs python3-numpy, python3-scipy."""
import numpy as np
from scipy.spatial.distance import pdist, squareform
P = 3
def rows(n, side):
    return np.array([[((7 * i * i * (j + 1) + 13 * i * (2 * j + 1) + 5 * side + 29 * j) % 101) / 101 + side * 0.125 * j
                      for j in range(P)] for i in range(n)])
for m, n in ((37, 30), (600, 523)):
    A, B = rows(m, 0), rows(n, 1)
    Z = np.r_[A, B]; D = squareform(pdist(Z)); s = np.median(D[np.triu_indices(m + n, 1)]); K = np.exp(-D * D / (2 * s * s))
    kx, ky, kxy = K[:m, :m], K[m:, m:], K[:m, m:]
    print(m, n, repr(s), repr((kx.sum() - m) / (m * (m - 1)) + (ky.sum() - n) / (n * (n - 1)) - 2 * kxy.mean()),
          repr(kx.mean() + ky.mean() - 2 * kxy.mean()), repr(2 * D[:m, m:].mean() - D[:m, :m].mean() - D[m:, m:].mean()))
