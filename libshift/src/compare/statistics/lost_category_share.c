/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Share of training rows in categories that production does not have. */
#include "compare/statistics/absence.h"

shift_status shift__statistic_lost_category_share(const shift__pair *pair, shift__estimate *out,
                                                  shift_error *err)
{
    shift_status status = shift__absence_measure(pair, false, out, err);
    if (!pair->exact) /* values without a counter may be of any category */
        out->high = fmin(out->high + pair->category_unsure, 1.0);
    return status;
}
