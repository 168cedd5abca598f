/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_HOOK_H
#define COVSHIFT_HOOK_H

#include "cli.h"

/**
 * Run `command` by sh -c with `n` bytes on its standard input; its standard output goes to ours on
 * standard error. EIO where it cannot be run, ends with another status than 0, or is killed. That
 * it does not read its input is no failure.
 */
SHIFT_CHECKED shift_status hook_run(const char *command, const char *bytes, size_t n,
                                    shift_error *err);

#endif
