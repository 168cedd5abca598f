#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""second_opinion.py COVSHIFT: numbers of the data of tests/cli/as_recorded.py once more, by scipy and by docs/methods.md written
out anew. Run by hand (Debian 12: numpy 1.24, scipy 1.10); prints how many of each kind agree, and to how many digits the worst
does; exit status 1 where one differs by more than 1e-7."""
import collections
import csv
import fractions
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from scipy import linalg, optimize, special, stats

sys.path.append(str(pathlib.Path(__file__).parents[1] / "cli"))
import as_recorded  # noqa: E402

TABLES = ["kinds", "more_production", "more_training", "few", "two", "joint"] # no sketches, no rows that depend on each other
TOLERANCE = 1e-7
Z, Z_ROUGH = stats.norm.ppf(0.975), 2.1


def smaller_tail(z, skewness, m, n):
    """log10 of twice the smaller tail of Pearson's type III law, at least one over the number of choices."""
    if abs(skewness) < 1e-9:
        tail = stats.norm.sf(abs(z))
    else: # scipy's own pearson3 takes far tails from 1
        z, a = math.copysign(1, skewness) * z, 4 / skewness ** 2
        at = max(a + z * math.sqrt(a), 0)
        tail = min(special.gammaincc(a, at), special.gammainc(a, at))
    log_p = (math.log(2) + math.log(tail)) / math.log(10) if tail > 0 else -math.inf
    choices = (special.gammaln(m + n + 1) - special.gammaln(m + 1) - special.gammaln(n + 1)) / math.log(10)
    return min(max(log_p, -choices), 0)


def of_choices(scores, m, n):
    """Moments of the sum of n of the scores, whose own sum is 0, over all choices: deviation and skewness."""
    total = m + n
    variance = m * n / (total * (total - 1)) * (scores ** 2).sum()
    third = m * n * (m - n) / (total * (total - 1) * (total - 2)) * (scores ** 3).sum()
    return math.sqrt(variance), third / variance ** 1.5


def rank_scores(x, y):
    """The mean of the normal score and of its square, less 1, over the places of each value's block of ties."""
    pool = np.r_[x, y]
    total = len(pool)
    ordered = np.sort(pool)
    low, high = (stats.norm.ppf(np.searchsorted(ordered, pool, side) / total) for side in ("left", "right"))
    width = stats.norm.cdf(high) - stats.norm.cdf(low)
    at = stats.norm.pdf
    edge = lambda z: np.where(np.isinf(z), 0, np.where(np.isinf(z), 0, z) * at(z))
    return {"normal_scores": (at(low) - at(high)) / width, "klotz": (edge(low) - edge(high)) / width}


def ks_by_paths(x, y):
    """P of as large a gap at the end of a block of ties, by counting orders that never have one."""
    m, n = len(x), len(y)
    ends = {int((np.r_[x, y] <= v).sum()) for v in np.unique(np.r_[x, y])}
    gaps = [abs(int((x <= v).sum()) * n - int((y <= v).sum()) * m) for v in np.r_[x, y]]
    ways = {0: 1}
    for k in range(1, m + n + 1):
        after = collections.Counter()
        for u, number in ways.items():
            after[u] += number
            after[u + 1] += number
        ways = {u: w for u, w in after.items() if 0 <= u <= m and k - u <= n and not (k in ends and abs(u * n - (k - u) * m) >= max(gaps))}
    return 1 - fractions.Fraction(sum(ways.values()), math.comb(m + n, m))


def log10_of(p):
    return math.log10(p.numerator) - math.log10(p.denominator) if p > 0 else -math.inf


def log_variance_error(x):
    n, b2 = len(x), stats.kurtosis(x, fisher=False)
    return math.sqrt(max(b2 * (1 + 4 * max(b2 - 3, 0) / n) - (n - 3) / (n - 1), 0) / n)


def share_limits(k, n):
    return (stats.beta.ppf(0.025, k, n - k + 1) if k > 0 else 0.0, stats.beta.ppf(0.975, k + 1, n - k) if k < n else 1.0)


def fisher(k, m, j, n):
    """log10 of twice the smaller tail of the table's hypergeometric law."""
    law = stats.hypergeom(m + n, k + j, n)
    return min(math.log10(2 * min(law.cdf(j), law.sf(j - 1))), 0)


def of_outside(x, y):
    m, n = len(x), len(y)
    k = int(((y < x.min()) | (y > x.max())).sum())
    # K >= k where production has i below and j above, i + j >= k: the first and last gap of m + 1 that all orders fill alike
    inside = sum(fractions.Fraction((d + 1) * math.comb(n - d + m - 2, m - 2) if m > 1 else (d + 1) * (d == n), math.comb(n + m, m)) for d in range(k, n + 1))
    low, high = share_limits(k, n)
    return {"value": k / n, "low": low, "high": high, "log10_p": log10_of(inside)}


def shape(x, y, which):
    moment = stats.skew if which == "skewness_shift" else stats.kurtosis
    gap = moment(y, bias=False) - moment(x, bias=False)
    most = 0.0
    for v in (x, y):
        z = (v - v.mean()) / v.std()
        g1, b2, n = (z ** 3).mean(), (z ** 4).mean(), len(v)
        influence = z ** 3 - g1 - 3 * z - 1.5 * g1 * (z * z - 1) if which == "skewness_shift" else z ** 4 - b2 - 4 * g1 * z - 2 * b2 * (z * z - 1)
        most = max(most, (influence ** 2).mean() * (1 + 50 * b2 / n + 4 * math.sqrt(b2 / n)))
    deviation = math.sqrt(most * (1 / len(x) + 1 / len(y)))
    far = min(2 / min(len(x), len(y)), 0.5)
    raw = [1, far * 5, 1 - far + far * 25, far * 125, 3 * (1 - far) + far * 625]
    m2 = raw[2] - raw[1] ** 2
    m3 = raw[3] - 3 * raw[1] * raw[2] + 2 * raw[1] ** 3
    m4 = raw[4] - 4 * raw[1] * raw[3] + 6 * raw[1] ** 2 * raw[2] - 3 * raw[1] ** 4
    unseen = m3 / m2 ** 1.5 if which == "skewness_shift" else max(m4 / m2 ** 2 - 3, 0)
    spread = math.hypot(Z_ROUGH * deviation, unseen)
    return {"value": gap, "low": gap - spread, "high": gap + spread, "log10_p": (math.log(2) + stats.norm.logsf(abs(gap) / deviation)) / math.log(10)}


def of_numbers(x, y):
    m, n = len(x), len(y)
    scale = math.sqrt(1 / m + 1 / n)
    d = stats.ks_2samp(x, y, method="asymp").statistic
    found = {"ks": {"value": d, "low": max(d - 1.4802 * scale, 0), "high": min(d + 0.5 * Z * scale, 1)}, "out_of_range_share": of_outside(x, y),
             "mann_whitney": {"value": stats.mannwhitneyu(x, y).statistic}, "wasserstein": {"value": stats.wasserstein_distance(x, y)},
             "energy": {"value": stats.energy_distance(x, y)}}
    if m * n <= 50000:
        found["ks"]["log10_p"] = log10_of(ks_by_paths(x, y))
    for name, scores in rank_scores(x, y).items():
        if m < 2 or n < 2 or np.ptp(np.r_[x, y]) == 0:
            continue
        gap = scores[m:].mean() - scores[:m].mean()
        if not np.ptp(scores) > 0:
            continue
        deviation, skewness = of_choices(scores, m, n)
        found[name] = {"value": gap, "log10_p": smaller_tail(gap * m * n / (m + n) / deviation, skewness, m, n)}
    if m < 4 or n < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return found
    welch, levene = stats.ttest_ind(x, y, equal_var=False), stats.levene(x, y, center="median")
    found["welch_t"] = {"value": welch.statistic, "log10_p": math.log10(welch.pvalue)}
    found["brown_forsythe"] = {"value": levene.statistic, "log10_p": math.log10(levene.pvalue)}
    found["anderson_darling"] = {"value": stats.anderson_ksamp([x, y]).statistic}
    found["cramer_von_mises"] = {"value": stats.cramervonmises_2samp(x, y, method="asymptotic").statistic}
    pool = np.r_[x, y]
    deviation, skewness = of_choices(pool - pool.mean(), m, n)
    gap = y.mean() - x.mean()
    found["mean_shift"] = {"value": gap / x.std(ddof=1), "log10_p": smaller_tail(gap * m * n / (m + n) / deviation, skewness, m, n)}
    errors = [log_variance_error(v) for v in (x, y)]
    ratio = y.var(ddof=1) / x.var(ddof=1)
    error = math.sqrt(max(errors[0] ** 2 * m, errors[1] ** 2 * n) * (1 / m + 1 / n))
    found["variance_ratio"] = {"value": ratio, "low": ratio * math.exp(-Z_ROUGH * error), "high": ratio * math.exp(Z_ROUGH * error),
                               "log10_p": (math.log(2) + stats.norm.logsf(abs(math.log(ratio)) / error)) / math.log(10)}
    for which in ("skewness_shift", "kurtosis_shift"):
        found[which] = shape(x, y, which)
    return found


def divergences(a, b):
    """Of counts in cells."""
    a, b = (side[a + b > 0] for side in (a, b))
    p, q = a / a.sum(), b / b.sum()
    filled_p, filled_q = np.where(p == 0, 1e-4, p), np.where(q == 0, 1e-4, q)
    mixed = special.rel_entr(p, (p + q) / 2) + special.rel_entr(q, (p + q) / 2)
    values = {"psi": ((filled_q - filled_p) * np.log(filled_q / filled_p)).sum(), "kullback_leibler": (filled_q * np.log(filled_q / filled_p)).sum(),
              "jensen_shannon": math.sqrt(mixed.sum() / 2 / math.log(2)), "hellinger": np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / math.sqrt(2),
              "total_variation": abs(p - q).sum() / 2}
    return {name: {"value": value} for name, value in values.items()}


def of_deciles(x, y):
    edges = np.unique(np.quantile(x, np.arange(1, 10) / 10))
    return divergences(*(np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) for side in (x, y)))


def absence(there, lacking):
    """Chernoff's bound for the rows of one side in categories that the other lacks."""
    n, m = there.sum(), lacking.sum()
    seen = there[lacking == 0].sum()
    counts = (there + lacking).astype(float)
    log_h = np.array([special.gammaln(n + 1) - special.gammaln(n - c + 1) + special.gammaln(m + n - c + 1) - special.gammaln(m + n + 1) if c <= n else -np.inf
                      for c in counts])
    bound = lambda t: np.logaddexp(np.log(-np.expm1(log_h)), log_h + t * counts).sum() - t * seen
    low, high = share_limits(seen, n)
    found = {"value": seen / n, "low": low, "high": high}
    if seen == 0:
        found["log10_p"] = 0.0
    elif (np.exp(log_h) * counts).sum() < seen < counts[log_h > -np.inf].sum(): # else it is at an end
        found["log10_p"] = optimize.minimize_scalar(bound, bounds=(0, 50), method="bounded", options={"xatol": 1e-9}).fun / math.log(10)
    return found


def merged(a, b):
    """Pearson's statistic with rare categories in one cell."""
    m, n = a.sum(), b.sum()
    least = 5 * (m + n) / min(m, n)
    rare = a + b < least
    if rare.any() and (a + b)[rare].sum() < least and not rare.all():
        rare[np.flatnonzero(~rare)[np.argmin((a + b)[~rare])]] = True
    cells = [side[~rare].tolist() + ([side[rare].sum()] if rare.any() else []) for side in (a, b)]
    if len(cells[0]) < 2:
        most = np.argmax(a + b)
        cells = [[side[most], side.sum() - side[most]] for side in (a, b)]
    x2 = stats.chi2_contingency(cells, correction=False).statistic
    table = np.array(cells)
    if len(cells[0]) == 2 and table.sum(axis=0).min() * min(m, n) / (m + n) < 100:
        return {"value": x2, "log10_p": fisher(cells[0][0], m, cells[1][0], n) if x2 > 0 else 0.0}
    return {"value": x2}


def of_categories(a, b):
    m, n = a.sum(), b.sum()
    p, q = a / m, b / n
    found = {**divergences(a, b), "new_category_share": absence(b, a), "lost_category_share": absence(a, b),
             "l_infinity": {"value": abs(p - q).max(), "high": min((abs(p - q) + Z * np.sqrt(p * (1 - p) / m + q * (1 - q) / n)).max(), 1)}}
    if len(a) > 1:
        chi, g = (stats.chi2_contingency([a, b], correction=False, lambda_=how) for how in (None, "log-likelihood"))
        found["chi_square"] = {"value": chi.statistic, "log10_p": stats.chi2.logsf(chi.statistic, len(a) - 1) / math.log(10)}
        found["g_test"] = {"value": g.statistic, "log10_p": stats.chi2.logsf(g.statistic, len(a) - 1) / math.log(10)}
        found["cramers_v"] = {"value": math.sqrt(chi.statistic / (m + n))}
        found["chi_square_merged"] = merged(a, b)
    return found


def of_missing(k, m, j, n):
    """Newcombe's interval with exact limits; Pearson's test, or Fisher's."""
    p, q = k / m, j / n
    (p_low, p_high), (q_low, q_high) = share_limits(k, m), share_limits(j, n)
    found = {"value": q - p, "low": q - p - math.hypot(q - q_low, p_high - p), "high": q - p + math.hypot(q_high - q, p - p_low)}
    table = [[k, m - k], [j, n - j]]
    if 0 < k + j < m + n:
        few = min(k + j, m + n - k - j) * min(m, n) / (m + n) < 5
        found["log10_p"] = fisher(k, m, j, n) if few else math.log10(stats.chi2_contingency(table, correction=False).pvalue)
    return found


def wanted_of(feature, x, y):
    lacks = [column.count("") for column in (x, y)]
    found = {"missing_rate": of_missing(lacks[0], len(x), lacks[1], len(y))}
    if feature["kind"] == "identifier":
        return found
    x, y = ([v for v in column if v] for column in (x, y))
    if feature["kind"] in ("numeric", "timestamp"):
        x, y = np.array(x, float), np.array(y, float)
        return {**found, **of_numbers(x, y), **of_deciles(x, y)}
    names = sorted(set(x) | set(y))
    return {**found, **of_categories(*(np.array([column.count(name) for name in names]) for column in (x, y)))}


WEIGHTS = {"normal_scores": 0.38, "klotz": 0.42, "out_of_range_share": 0.12, "ks": 0.08, "chi_square_merged": 0.8, "new_category_share": 0.2, "missing_rate": 0.15}


def adjusted(features):
    """p_adjusted by feature and deciding test: Benjamini and Hochberg's, of each feature's least p / weight."""
    divided = {}
    for feature in features:
        tests = {name: row["log10_p"] for name, row in feature["statistics"].items() if name in WEIGHTS and row["log10_p"] is not None}
        total = sum(WEIGHTS[name] for name in tests)
        divided[feature["name"]] = {name: log_p - math.log10(WEIGHTS[name] / total) for name, log_p in tests.items()}
    least = [min(tests.values()) for tests in divided.values() if tests]
    for feature, tests in divided.items():
        for name, own in tests.items():
            if not math.isclose(own, min(tests.values()), abs_tol=1e-12):
                continue # that of the others stands for no feature
            steps = [p + math.log10(len(least) / sum(q <= p for q in least)) for p in least if p >= own]
            yield feature, name, min(10 ** min(steps), 1)


def together(x, y):
    """Of all columns together, in training's standard deviations."""
    (m, p), n = x.shape, len(y)
    x, y = ((side - x.mean(axis=0)) / x.std(axis=0, ddof=1) for side in (x, y))
    gap, s1, s2 = y.mean(axis=0), np.cov(x.T), np.cov(y.T)
    pooled = ((m - 1) * s1 + (n - 1) * s2) / (m + n - 2)
    t2 = m * n / (m + n) * gap @ np.linalg.solve(pooled, gap)
    log_det = lambda s: np.linalg.slogdet(s)[1]
    root = linalg.sqrtm(s1)
    whitened = linalg.inv(root).real @ s2 @ linalg.inv(root).real - np.eye(p)
    return {"hotelling_t2": {"value": t2, "log10_p": stats.f.logsf(t2 * (m + n - p - 1) / (p * (m + n - 2)), p, m + n - p - 1) / math.log(10)},
            "mahalanobis": {"value": math.sqrt(gap @ np.linalg.solve(s1, gap))}, "whitened_covariance": {"value": np.linalg.norm(whitened)},
            "box_m": {"value": (m + n - 2) * log_det(pooled) - (m - 1) * log_det(s1) - (n - 1) * log_det(s2)},
            "frechet": {"value": gap @ gap + np.trace(s1 + s2 - 2 * linalg.sqrtm(root @ s2 @ root).real)}}


def compare_together(covshift, digits):
    with tempfile.TemporaryDirectory(prefix="covshift-") as made:
        folder = pathlib.Path(made)
        as_recorded.write(folder, "wide")
        report = json.loads(as_recorded.run(covshift, folder, "check", "train.csv", "prod.csv", "--no-record", "--format", "json"))
        train, prod = (np.array(list(columns_of(folder / file).values()), float).T for file in ("train.csv", "prod.csv"))
    for statistic, wanted in together(train, prod).items():
        for key, value in wanted.items():
            agree("wide", statistic, key, report["dataset"]["statistics"][statistic][key], value, digits)


def columns_of(file):
    rows = list(csv.reader(file.open()))
    return dict(zip(rows[0], zip(*rows[1:])))


def agree(what, statistic, key, got, value, digits):
    off = abs(got - value) / max(abs(got), abs(value), 1e-6)
    digits[statistic, key].append(off)
    if not off <= TOLERANCE:
        print(f"{what} {statistic} {key}: {got!r}, here {value!r}")


def compare(covshift, name, digits):
    with tempfile.TemporaryDirectory(prefix="covshift-") as made:
        folder = pathlib.Path(made)
        as_recorded.write(folder, name)
        report = json.loads(as_recorded.run(covshift, folder, "check", "train.csv", "prod.csv", "--no-joint", "--no-record", "--format", "json", "--dependence", "none"))
        train, prod = (columns_of(folder / file) for file in ("train.csv", "prod.csv"))
    again = collections.defaultdict(dict)
    for feature, statistic, p in adjusted(report["features"]):
        again[feature][statistic] = p
    for feature in report["features"]:
        for statistic, p in again[feature["name"]].items():
            agree(f"{name} {feature['name']}", statistic, "p_adjusted", feature["statistics"][statistic]["p_adjusted"], p, digits)
        for statistic, wanted in wanted_of(feature, train[feature["name"]], prod[feature["name"]]).items():
            got = feature["statistics"].get(statistic)
            for key, value in wanted.items() if got is not None else ():
                if got[key] is not None:
                    agree(f"{name} {feature['name']}", statistic, key, got[key], value, digits)


def main():
    covshift = pathlib.Path(sys.argv[1]).resolve()
    digits = collections.defaultdict(list)
    for name in TABLES:
        compare(covshift, name, digits)
    compare_together(covshift, digits)
    for (statistic, key), offs in sorted(digits.items()):
        print(f"{statistic:24} {key:8} {len(offs):4} compared, to {-math.log10(max(max(offs), 1e-16)):.1f} digits")
    offs = [off for row in digits.values() for off in row]
    wrong = sum(not off <= TOLERANCE for off in offs)
    print(f"{len(offs)} numbers compared, {wrong} differ")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
