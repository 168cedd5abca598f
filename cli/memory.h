/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --max-memory: what the process takes is looked at while data are read and compared. */
#ifndef COVSHIFT_MEMORY_H
#define COVSHIFT_MEMORY_H

#include <stdint.h>

#include "shift/progress.h"

/** Cancels what it watches once the process has taken more than `*most` bytes of memory. */
void memory_watch(shift_progress *watch, uint64_t *most);
/** The most that the process ever had in memory, in MiB. */
double memory_taken(void);

#endif
