/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_JUDGE_H
#define COVSHIFT_JUDGE_H

#include "cli.h"

typedef shift_status compare_function(shift_comparison **out, const struct options *options,
                                      shift_error *err);

/** Compare, record, report, and give the exit status. TRAIN and PROD are the last two operands. */
int judge(const struct options *options, compare_function *compare);
/** The same with another comparison, recorded before, beside it in the report; NULL without. */
int judge_against(const struct options *options, compare_function *compare,
                  compare_function *against);

/** Say on stderr that a run could not be taken back. */
void judge_left(const char *db, int64_t run);
/** Whether a verdict is what --quiet lets through. */
bool judge_is_shift(shift_verdict verdict, const struct options *options);
/** The exit status of a verdict. */
int judge_status(shift_verdict verdict, const struct options *options);

#endif
