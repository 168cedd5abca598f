/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --max-memory: what the process takes is looked at while data are read and compared. */
#ifndef COVSHIFT_MEMORY_H
#define COVSHIFT_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/** The step of a shift_progress: false once the process has taken more than so many bytes, a
 * uint64_t, of memory. */
bool memory_is_within(void *most, uint64_t done, uint64_t total);
/** The most that the process ever had in memory, in MiB. */
double memory_taken(void);

#endif
