#!/usr/bin/python3
"""Tail probabilities at 50 digits with mpmath, for tests/unit/test_special.c.

usage: make_tails.py > tails.csv      (Debian 12: mpmath 1.2)
function,a,b,c,value,log10_value; value is 0 where it is below the range of doubles."""
import mpmath as mp

mp.mp.dps = 50


def normal(z):
    return mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2


def chi_square(x, k):
    return mp.gammainc(mp.mpf(k) / 2, mp.mpf(x) / 2, mp.inf, regularized=True)


def f(x, d1, d2):
    x, d1, d2 = mp.mpf(x), mp.mpf(d1), mp.mpf(d2)
    a, b = d2 / 2, d1 / 2
    z = d2 / (d2 + d1 * x)  # I_z(a, b) = z^a (1-z)^b / (a B(a,b)) 2F1(1, a+b; a+1; z)
    return z**a * (1 - z)**b / (a * mp.beta(a, b)) * mp.hyp2f1(1, a + b, a + 1, z)


def student(t, d):
    return f(mp.mpf(t)**2, 1, d)


def kolmogorov(t):
    t = mp.mpf(t)
    return 2 * mp.nsum(lambda k: (-1)**(int(k) - 1) * mp.exp(-2 * k * k * t * t), [1, mp.inf])


def weighted(x, first, step, width, y, dy, det):
    """Smirnov's formula by tanh-sinh quadrature, which takes the singular ends as they are"""
    total = mp.mpf(0)
    for j in range(60):
        a = first + step * j
        f = lambda v: mp.exp(-x * (y(a + v) - y(first)) / 2) / (y(a + v) * mp.sqrt(abs(det(a + v, v)))) * dy(a + v)
        ends = sorted({min(width, k / x) for k in (mp.mpf(1) / 4, 1, 4, 16, 64)} | {mp.mpf(0), width / 2, width * 15 / 16})
        part = mp.quad(lambda w: f(w * w) * 2 * w, [mp.sqrt(e) for e in ends])  # v = w^2: no singular left end
        part += mp.quad(lambda w: f(width - w * w) * 2 * w, [0, mp.sqrt(width - ends[-1])])
        total += (-1)**j * part
        if abs(part) < abs(total) * mp.mpf(10)**-30:
            break
    return total / mp.pi * mp.exp(-x * y(first) / 2)  # mp.quad stops at an absolute error


def cramer(x):
    return weighted(mp.mpf(x), +mp.pi, 2 * mp.pi, +mp.pi, lambda r: r * r, lambda r: 2 * r, lambda r, v: mp.sin(v) / r)


def darling(x):
    y = lambda r: (r * r - 1) / 4
    return weighted(mp.mpf(x), mp.mpf(3), 4, mp.mpf(2), y, lambda r: r / 2, lambda r, v: mp.sin(mp.pi * v / 2) / (mp.pi * y(r)))


def put(name, fn, *args):
    v = fn(*args)
    a = list(args) + [''] * (3 - len(args))
    value = mp.nstr(v, 17) if v > mp.mpf('1e-307') else '0'
    print(','.join([name] + [str(x) for x in a] + [value, mp.nstr(mp.log10(v), 17)]))


print('function,a,b,c,value,log10_value')
for z in (-8, -2, -1, -0.25, 0, 0.75, 1.5, 4.75, 5.25, 9, 25, 38, 50, 1000):
    put('normal', normal, z)
for x, k in ((0.25, 1), (4, 1), (60, 1), (1400, 1), (3, 2), (2.5, 3), (45.5, 9), (12, 19), (30, 19), (80, 19), (21, 20),
             (250, 250), (700, 400), (5000, 4999), (5600, 4999), (210000, 200000), (3000, 7), (20000, 12)):
    put('chi_square', chi_square, x, k)
for t, d in ((0.125, 1), (3, 1), (1000000, 1), (1.5, 2.5), (7, 4.25), (0.5, 19), (2, 20.5), (6, 57), (25, 400), (1, 5000),
             (4, 5000), (60, 5000.5), (2.5, 200000), (45, 1999998)):
    put('student', student, t, d)
for x, a, b in ((0.5, 1, 3), (9, 1, 98), (2, 2, 2), (3.5, 4, 9), (1, 30, 30), (0.75, 30, 50), (2.5, 30, 50), (1.25, 500, 700),
                (8, 500, 700), (40, 6, 100000), (1.03125, 20000, 30000)):
    put('f', f, x, a, b)
for t in (0.25, 0.4375, 0.75, 0.96875, 1, 1.03125, 1.5, 4, 10, 19, 30, 400):
    put('kolmogorov', kolmogorov, t)
for x in (0.015625, 0.03125, 0.0625, 0.125, 0.25, 0.5, 1, 3, 16, 60, 140, 300):
    put('cramer_von_mises', cramer, x)
for x in (0.125, 0.25, 0.5, 1, 2, 4, 8, 32, 300, 590):
    put('anderson_darling', darling, x)
