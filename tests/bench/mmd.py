#!/usr/bin/python3
"""mmd.py BENCH_MMD [THREADS]: time of the MMD permutation test on 2 x 2,000 rows of 24 columns with 1,000
permutations, beside the same test in straightforward NumPy as alibi-detect's: kernel matrix once, then each permutation
reorders it and averages its three blocks. Prints both times and their ratio; exit 1 below 10. Ours computes the energy
distance with its 1,000 permutations as well. Needs python3-numpy, python3-scipy."""
import subprocess, sys, tempfile, time
import numpy as np
from scipy.spatial.distance import pdist, squareform
bench = sys.argv[1]; threads = sys.argv[2] if len(sys.argv) > 2 else '2'
m = n = 2000; p = 24; B = 1000
g = np.random.default_rng(1); Z = g.normal(size=(m + n, p)); Z[m:, 0] += 0.1
with tempfile.NamedTemporaryFile() as f:
    Z.tofile(f); f.flush()
    ours = [float(v) for v in subprocess.run([bench, f.name, str(m), str(n), str(p), str(B), threads],
                                             check=True, capture_output=True, text=True).stdout.split()]
t = time.time()
D = squareform(pdist(Z)); s = np.median(D[np.triu_indices(m + n, 1)]); K = np.exp(-D * D / (2 * s * s))
def mmd2(K):
    kx, ky, kxy = K[:m, :m], K[m:, m:], K[:m, m:]
    return (kx.sum() - np.trace(kx)) / (m * (m - 1)) + (ky.sum() - np.trace(ky)) / (n * (n - 1)) - 2 * kxy.mean()
value = mmd2(K)
setup = time.time() - t; t = time.time()
done = 0; above = 0
while done < B and time.time() - t < 30:  # what is left is extrapolated
    q = g.permutation(m + n); above += mmd2(K[np.ix_(q, q)]) >= value; done += 1
numpy_time = setup + (time.time() - t) * B / done
print('value: ours %.12g, NumPy %.12g; p: ours %.4g, NumPy %.4g (%d permutations)' % (ours[1], value, ours[2], (above + 1) / (done + 1), done))
print('seconds: ours %.3f on %s threads (with the energy distance), NumPy %.1f: %.0f times faster' % (ours[0], threads, numpy_time, numpy_time / ours[0]))
sys.exit(0 if numpy_time >= 10 * ours[0] and abs(ours[1] - value) < 1e-12 else 1)
