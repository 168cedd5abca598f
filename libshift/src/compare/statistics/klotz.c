/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Klotz' test of scale on squared normal scores: as powerful as the F test on normal values, and
 * without its assumptions (Klotz 1962, Ann. Math. Statist. 33). */
#include "compare/statistics/scores.h"

shift_status shift__statistic_klotz(const shift__pair *pair, shift__estimate *out, shift_error *err)
{
    (void)err;
    shift__score_test(pair, SHIFT__SQUARED_SCORE, out);
    return SHIFT_OK;
}
