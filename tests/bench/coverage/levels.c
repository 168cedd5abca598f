/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "levels.h"

#include <stdlib.h>

static const double asked[LEVELS_ASKED] = {0.05, 0.01, 0.001};

void levels_add(level_counts *to, const shift__pair *pair, shift_kind kind)
{
    for (size_t i = 0; i < shift__n_statistics && i < MOST_STATISTICS; i++) {
        shift__estimate got = shift__undefined(NULL);
        if ((shift__statistics[i].kinds >> kind & 1u) == 0)
            continue;
        if (shift__statistics[i].compute(pair, &got, NULL) != SHIFT_OK)
            exit(2);
        if (isnan(got.tail.p))
            continue;
        to->tested[i]++;
        for (size_t k = 0; k < LEVELS_ASKED; k++)
            to->rejected[i][k] += got.tail.p <= asked[k];
    }
}

double levels_percent(const level_counts *of, size_t statistic, size_t k)
{
    if (of->tested[statistic] == 0)
        return (double)NAN;
    return 100.0 * of->rejected[statistic][k] / of->tested[statistic];
}
