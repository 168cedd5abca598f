#!/usr/bin/python3
"""Values and p-values of the statistics on small data, for tests/unit/test_statistics.c.

usage: make_statistics.py > statistics.txt      (Debian 12: numpy 1.24, scipy 1.10)
Lines: `case NAME numeric|text`, `train ...` and `prod ...` (values, or text=count), `expect STATISTIC VALUE P`
(nan where there is none). Everything comes from scipy or from the plain definition written out here;
the exact p-value of KS from counting all splits of the pool."""
import itertools
import math
import warnings
import numpy as np
from scipy import special, stats

warnings.simplefilter('ignore')
rng = np.random.default_rng(20260701)


def quantile7(x, k, den):
    a = (len(x) - 1) * k
    j, r = divmod(a, den)
    return x[j] if r == 0 else x[j] + r / den * (x[j + 1] - x[j])


def divergences(a, b):
    keep = (a + b) > 0
    p, q = a[keep] / a.sum(), b[keep] / b.sum()
    P, Q = np.where(p == 0, 1e-4, p), np.where(q == 0, 1e-4, q)
    mid = (p + q) / 2
    js = (special.rel_entr(p, mid).sum() + special.rel_entr(q, mid).sum()) / 2 / math.log(2)
    return {'psi': ((Q - P) * np.log(Q / P)).sum(), 'kullback_leibler': (Q * np.log(Q / P)).sum(),
            'jensen_shannon': math.sqrt(max(js, 0)), 'hellinger': math.sqrt(max(0, 1 - np.sqrt(p * q).sum())),
            'total_variation': abs(p - q).sum() / 2, 'l_infinity': abs(p - q).max()}


def ks_by_counting(x, y):
    pool = np.sort(np.r_[x, y])
    m, n = len(x), len(y)
    last = np.r_[np.diff(pool) != 0, True]

    def distance(member):
        u = np.cumsum(member)[last]
        return np.abs(u * n - (np.arange(1, m + n + 1)[last] - u) * m).max()
    u = np.searchsorted(np.sort(x), pool[last], 'right')
    v = np.searchsorted(np.sort(y), pool[last], 'right')
    observed = np.abs(u * n - v * m).max()
    far = total = 0
    for chosen in itertools.combinations(range(m + n), m):
        member = np.zeros(m + n, int)
        member[list(chosen)] = 1
        far += distance(member) >= observed
        total += 1
    return far / total


def ks_p(x, y):
    if math.comb(len(x) + len(y), len(x)) < 30000:
        return ks_by_counting(x, y)
    if len(np.unique(np.r_[x, y])) == len(x) + len(y):
        return stats.ks_2samp(x, y, method='exact').pvalue
    return math.nan


def numeric(name, x, y, offset=0.0):
    """`offset` is added to the printed values: no statistic may notice (numpy's means do)"""
    x, y = np.asarray(x, float), np.asarray(y, float)
    if offset:
        x, y = (x + offset) - offset, (y + offset) - offset
    m, n = len(x), len(y)
    sd = x.std(ddof=1)
    e = {'ks': (stats.ks_2samp(x, y, method='asymp').statistic, ks_p(x, y))}
    c = stats.cramervonmises_2samp(x, y, method='asymptotic')
    e['cramer_von_mises'] = (c.statistic, c.pvalue if c.pvalue > 1e-3 else math.nan)  # 1 - cdf, to 1e-7
    e['anderson_darling'] = (stats.anderson_ksamp([x, y]).statistic, math.nan)
    e['mann_whitney'] = tuple(stats.mannwhitneyu(x, y, method='asymptotic'))
    e['welch_t'] = tuple(stats.ttest_ind(x, y, equal_var=False))
    e['brown_forsythe'] = tuple(stats.levene(x, y, center='median'))
    w = stats.wasserstein_distance(x, y)
    e['wasserstein'] = (w, math.nan)
    e['wasserstein_normalized'] = (w / sd, math.nan)
    e['energy'] = (stats.energy_distance(x, y), math.nan)
    edges = np.unique([quantile7(np.sort(x), k, 10) for k in range(1, 10)])
    cells = [np.bincount(np.searchsorted(edges, v), minlength=len(edges) + 1) for v in (x, y)]
    d = divergences(*cells)
    d.pop('l_infinity')
    e.update({k: (v, math.nan) for k, v in d.items()})
    e['mean_shift'] = ((y.mean() - x.mean()) / sd, math.nan)
    e['variance_ratio'] = (y.var(ddof=1) / x.var(ddof=1), math.nan)
    e['skewness_shift'] = (stats.skew(y, bias=False) - stats.skew(x, bias=False), math.nan)
    e['kurtosis_shift'] = (stats.kurtosis(y, bias=False) - stats.kurtosis(x, bias=False), math.nan)
    e['out_of_range_share'] = (((y < x.min()) | (y > x.max())).mean(), math.nan)
    print('case', name, 'numeric')
    print('train', *map(repr, (x + offset).tolist()))
    print('prod', *map(repr, (y + offset).tolist()))
    for k, (v, p) in e.items():
        print('expect', k, repr(float(v)), repr(float(p)))


def text(name, train, prod, merged=None):
    """`merged` is the same pair after categories of one value were joined"""
    a, b = merged or (train, prod)
    keys = sorted(set(a) | set(b))
    x, y = np.array([a.get(k, 0) for k in keys]), np.array([b.get(k, 0) for k in keys])
    chi, p, _, _ = stats.chi2_contingency([x, y], correction=False)
    g, gp, _, _ = stats.chi2_contingency([x, y], correction=False, lambda_='log-likelihood')
    e = {'chi_square': (chi, p), 'g_test': (g, gp), 'cramers_v': (math.sqrt(chi / (x.sum() + y.sum())), math.nan)}
    e.update({k: (v, math.nan) for k, v in divergences(x, y).items()})
    e['new_category_share'] = (y[x == 0].sum() / y.sum(), math.nan)
    e['lost_category_share'] = (x[y == 0].sum() / x.sum(), math.nan)
    print('case', name, 'text')
    print('train', *(f'{k}={v}' for k, v in train.items()))
    print('prod', *(f'{k}={v}' for k, v in prod.items()))
    for k, (v, p) in e.items():
        print('expect', k, repr(float(v)), repr(float(p)))


numeric('normal', rng.normal(size=60), rng.normal(0.3, 1.2, size=45))
numeric('poisson_ties', rng.poisson(2, 70), rng.poisson(3, 90))
numeric('tiny_without_ties', rng.normal(size=7), rng.normal(1.5, 1, size=6))
numeric('tiny_with_ties', [1, 1, 2, 2, 2, 3, 5], [2, 3, 3, 4, 5, 5])
numeric('three_distinct_values', [0] * 30 + [1] * 8 + [2] * 2, [0] * 10 + [1] * 9 + [2] * 6)
numeric('heavy_tail', np.exp(rng.normal(0, 2, 80)), np.exp(rng.normal(0.2, 2, 100)))
numeric('eight_against_many', rng.normal(size=150), rng.normal(0.5, 1, size=8))
numeric('far_from_zero', rng.normal(size=50), rng.normal(0.5, 1, size=50), offset=4096.0)
numeric('two_humps', np.r_[rng.normal(-4, 1, 40), rng.normal(4, 1, 40)], np.r_[rng.normal(-4, 1, 20), rng.normal(4, 1, 60)])
numeric('separate', rng.normal(size=40), rng.normal(50, 1, size=40))
text('colours', {'red': 40, 'green': 25, 'blue': 35}, {'red': 30, 'green': 30, 'blue': 10})
text('new_and_lost', {'a': 50, 'b': 30, 'lost': 20}, {'a': 40, 'b': 35, 'new': 25})
text('rare', {'common': 999, 'rare': 1}, {'common': 97, 'rare': 3})
text('one_and_one_point_zero', {'1': 10, '2': 20, '3.0': 5}, {'1.0': 12, '2.00': 9, '3': 9, '4': 1},
     merged=({'1': 10, '2': 20, '3': 5}, {'1': 12, '2': 9, '3': 9, '4': 1}))
text('number_only_on_one_side', {'1': 10, '2': 20}, {'1.0': 12, 'x': 9})
text('many_levels', {f'c{i:03d}': 1 + i % 7 for i in range(200)}, {f'c{i:03d}': 1 + i % 5 for i in range(0, 300, 2)})
