/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Share of training rows in categories that production does not have. */
#include "compare/statistics/absence.h"

shift_status shift__statistic_lost_category_share(const shift__pair *pair, shift__estimate *out,
                                                  shift_error *err)
{
    return shift__absence_measure(pair, false, out, err);
}
