/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_WINDOWS_H
#define COVSHIFT_WINDOWS_H

#include "cli.h"

/** `covshift check --by`: compare every window of PROD, record and report them in order. The exit
 * status is that of the worst. */
int windows_check(const struct options *options);

#endif
