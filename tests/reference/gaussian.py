#!/usr/bin/python3
"""Reference values of tests/unit/test_gaussian.c, with mpmath at 50 digits from the definitions in
docs/methods.md. The rows are those of make_rows() in the test. Needs python3-mpmath, python3-scipy."""
import mpmath as mp
from scipy import stats
mp.mp.dps = 50
P = 4
def rows(n, side):
    out = []
    for i in range(n):
        u = [((7 * i * i * (j + 1) + 13 * i * (2 * j + 1) + 5 * side + 29 * j) % 101) / 101 for j in range(P)]
        x = [u[0] + side * 0.25, 1000 * (u[0] + u[1] / 2), u[2] / 1000 + u[0] / 2000, u[3] * (1 + side) + u[1]]
        out.append([mp.mpf(v) for v in x])
    return out
def moments(r):
    n = len(r); mu = [sum(x[j] for x in r) / n for j in range(P)]
    S = mp.matrix(P, P)
    for i in range(P):
        for j in range(P):
            S[i, j] = sum((x[i] - mu[i]) * (x[j] - mu[j]) for x in r) / (n - 1)
    return n, mp.matrix(mu), S
def power(S, e):
    w, U = mp.eigsy(S); return U * mp.diag([v ** e for v in w]) * U.T
m, mu1, S1 = moments(rows(40, 0)); n, mu2, S2 = moments(rows(30, 1))
d = mu2 - mu1; N = m + n; S = ((m - 1) * S1 + (n - 1) * S2) / (N - 2)
q = lambda A: (d.T * A ** -1 * d)[0]
T2 = mp.mpf(m * n) / N * q(S); F = (N - P - 1) / mp.mpf((N - 2) * P) * T2
M = (N - 2) * mp.log(mp.det(S)) - (m - 1) * mp.log(mp.det(S1)) - (n - 1) * mp.log(mp.det(S2))
c = (mp.mpf(1) / (m - 1) + mp.mpf(1) / (n - 1) - mp.mpf(1) / (N - 2)) * (2 * P * P + 3 * P - 1) / mp.mpf(6 * (P + 1))
V = mp.diag([1 / mp.sqrt(S1[i, i]) for i in range(P)]); R1 = V * S1 * V; R2 = V * S2 * V; e = V * d
h = power(R1, mp.mpf(1) / 2); w = mp.eigsy(h * R2 * h, eigvals_only=True)
fre = sum(v * v for v in e) + sum(R1[i, i] + R2[i, i] for i in range(P)) - 2 * sum(mp.sqrt(v) for v in w)
W = power(S1, -mp.mpf(1) / 2)
lam, U = mp.eigsy(R1); lam = list(lam)[::-1]; U = [[U[i, P - 1 - j] for i in range(P)] for j in range(P)]
k = next((k for k in range(1, P) if sum(lam[:k]) >= mp.mpf('0.95') * P), P - 1)
num = sum((mp.matrix(U[i]).T * R2 * mp.matrix(U[i]))[0] + (mp.matrix(U[i]).T * e)[0] ** 2 for i in range(k, P))
Sw = S1 / m + S2 / n; t2 = q(Sw); tot = 0
for A, r in ((S1 / m, m), (S2 / n, n)):
    B = A * Sw ** -1; tr = lambda X: sum(X[i, i] for i in range(P)); tot += (tr(B * B) + tr(B) ** 2) / (r - 1)
nu = (P + P * P) / tot
g = power(R1, -mp.mpf(1) / 2) * e; gg = sum(v * v for v in g)
out = lambda k, v: print(k, mp.nstr(v, 17))
out('hotelling_t2', T2); print('hotelling_p', stats.f.sf(float(F), P, N - P - 1))
out('mahalanobis', mp.sqrt(q(S1))); out('box_m', M); print('box_p', stats.chi2.sf(float(M * (1 - c)), P * (P + 1) / 2))
out('frechet', fre); print('components', k); out('reconstruction_error', num / sum(lam[k:]))
out('whitened_mean', mp.sqrt(q(S1))); print('whitened_mean_p', stats.f.sf(float(t2 * (nu - P + 1) / (nu * P)), P, float(nu - P + 1)))
out('whitened_covariance', mp.mnorm(W * S2 * W - mp.eye(P), 'f'))
for v in g: out('share', v * v / gg)
C = mp.cholesky(S1 ** -1); lam, U = mp.eigsy(S1)
zc = power(R1, -mp.mpf(1) / 2) * V
order = range(P - 1, -1, -1); pca = []
for a in order:
    col = [U[i, a] for i in range(P)]; b = max(range(P), key=lambda i: abs(col[i])); s = mp.sign(col[b])
    pca.append([s * x / mp.sqrt(lam[a]) for x in col])
for name, A in (('zca', W), ('pca', mp.matrix(pca)), ('cholesky', C.T), ('zca_cor', zc)):
    print(name, '{' + ', '.join(mp.nstr(A[i, j], 17) for i in range(P) for j in range(P)) + '}')
