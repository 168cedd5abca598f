/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal-scores test of location: as powerful as the t test on normal values, and without its
 * assumptions (Chernoff & Savage 1958, Ann. Math. Statist. 29). */
#include "compare/statistics/scores.h"

shift_status shift__statistic_normal_scores(const shift__pair *pair, shift__estimate *out,
                                            shift_error *err)
{
    (void)err;
    shift__score_test(pair, SHIFT__NORMAL_SCORE, out);
    return SHIFT_OK;
}
