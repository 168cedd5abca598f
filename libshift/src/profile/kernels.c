/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile/kernels.h"

/* The lanes are added in one fixed order, whatever computed them. */
static double add_lanes(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

shift__sums shift__sum_range(const double *x, size_t n)
{
    double sum[SHIFT__LANES] = {0};
    double low[SHIFT__LANES];
    double high[SHIFT__LANES];
    for (size_t k = 0; k < SHIFT__LANES; k++)
        low[k] = high[k] = x[0];
    size_t i = 0;
    for (; i + SHIFT__LANES <= n; i += SHIFT__LANES)
        for (size_t k = 0; k < SHIFT__LANES; k++) {
            double v = x[i + k];
            sum[k] += v;
            low[k] = v < low[k] ? v : low[k];
            high[k] = v > high[k] ? v : high[k];
        }
    for (size_t k = 0; i < n; i++, k++) {
        sum[k] += x[i];
        low[k] = x[i] < low[k] ? x[i] : low[k];
        high[k] = x[i] > high[k] ? x[i] : high[k];
    }
    shift__sums out = {add_lanes(sum), low[0], high[0]};
    for (size_t k = 1; k < SHIFT__LANES; k++) {
        out.minimum = low[k] < out.minimum ? low[k] : out.minimum;
        out.maximum = high[k] > out.maximum ? high[k] : out.maximum;
    }
    return out;
}

shift__powers shift__sum_powers(const double *x, size_t n, double about)
{
    double s[4][SHIFT__LANES] = {{0}};
    size_t i = 0;
    for (; i + SHIFT__LANES <= n; i += SHIFT__LANES)
        for (size_t k = 0; k < SHIFT__LANES; k++) {
            double d = x[i + k] - about;
            double d2 = d * d;
            s[0][k] += d;
            s[1][k] += d2;
            s[2][k] += d2 * d;
            s[3][k] += d2 * d2;
        }
    for (size_t k = 0; i < n; i++, k++) {
        double d = x[i] - about;
        double d2 = d * d;
        s[0][k] += d;
        s[1][k] += d2;
        s[2][k] += d2 * d;
        s[3][k] += d2 * d2;
    }
    return (shift__powers){add_lanes(s[0]), add_lanes(s[1]), add_lanes(s[2]), add_lanes(s[3])};
}
