#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""peers.py COVSHIFT TRAIN PROD: seconds to profile and compare two CSV files, beside what a Python user would write:
pandas read_csv with SciPy's tests per column, and, where the duckdb package is there, DuckDB computing moments and
quantiles of every column on the same number of threads. Prints ratios; each peer runs once."""
import os, subprocess, sys, time

covshift, train, prod = sys.argv[1:4]
threads = os.cpu_count() or 1


def seconds(do):
    start = time.monotonic()
    do()
    return time.monotonic() - start


def check(*options):
    done = subprocess.run([covshift, 'check', train, prod, '--no-record', '--quiet', '--threads', str(threads), *options],
                          stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        sys.exit('covshift check failed')


def our_profiles():
    for path in (train, prod):
        subprocess.run([covshift, 'profile', path, '-o', path + '.profile', '--threads', str(threads)], check=True)
        os.remove(path + '.profile')


def with_pandas():
    import pandas as pd
    from scipy import stats
    a, b = pd.read_csv(train), pd.read_csv(prod)
    for name in a.columns:
        x, y = a[name].dropna(), b[name].dropna()
        if x.dtype == object:
            x, y = x.value_counts(), y.value_counts()
            both = pd.concat([x, y], axis=1).fillna(0)
            stats.chi2_contingency(both.to_numpy().T)
        else:
            stats.ks_2samp(x, y, method='asymp')
            stats.ttest_ind(x, y, equal_var=False)
            stats.wasserstein_distance(x, y)


def with_duckdb():
    import duckdb
    db = duckdb.connect()
    db.execute('SET threads = %d' % threads)
    for path in (train, prod):
        table = "read_csv_auto('%s')" % path.replace("'", "''")
        db.execute('CREATE OR REPLACE TEMP VIEW t AS SELECT * FROM ' + table)
        columns = db.execute('DESCRIBE t').fetchall()
        parts = []
        for name, kind, *_ in columns:
            q = '"' + name + '"'
            if kind in ('BIGINT', 'INTEGER', 'DOUBLE'):
                parts += ['avg(%s), var_samp(%s), skewness(%s), kurtosis(%s), min(%s), max(%s)' % ((q,) * 6),
                          'approx_quantile(%s, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])' % q]
            else:
                parts += ['approx_count_distinct(%s), count(%s)' % (q, q)]
        db.execute('SELECT ' + ', '.join(parts) + ' FROM t').fetchall()


# What the peers do is feature by feature, so the joint statistics are left out of the ratio.
check_time = min(seconds(lambda: check('--no-joint')) for _ in range(2))
profile_time = min(seconds(our_profiles) for _ in range(2))
print('covshift, two files, %d threads: check --no-joint %.2f s, with the joint statistics %.2f s, profiling alone %.2f s'
      % (threads, check_time, seconds(check), profile_time))
for name, run, time_of_ours, must, aim in (('pandas + SciPy', with_pandas, check_time, 20, 35),
                                           ('DuckDB', with_duckdb, profile_time, 5, 9)):
    try:
        took = seconds(run)
    except ImportError as missing:
        print('%s: not measured (%s)' % (name, missing))
        continue
    print('%s: %.1f s, %.1f times ours (must %d, aim %d)' % (name, took, took / time_of_ours, must, aim))
