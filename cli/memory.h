/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --max-memory: what the process takes is looked at while data are read and compared. */
#ifndef COVSHIFT_MEMORY_H
#define COVSHIFT_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/progress.h"

/** The step of a shift_progress: false once the process has taken more than so many bytes, a
 * uint64_t, of memory. */
bool memory_is_within(void *most, uint64_t done, uint64_t total);
/** Look now: ECANCELLED where `watch`, whose step may be NULL, says so; `path` and `work`, such as
 * "merging", are for the message. */
shift_status memory_check(const shift_progress *watch, const char *path, const char *work,
                          shift_error *err);
/** The most that the process ever had in memory, in MiB. */
double memory_taken(void);

#endif
