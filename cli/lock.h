/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_LOCK_H
#define COVSHIFT_LOCK_H

#include "cli.h"

/** "DB.NAME.lock", which the caller frees; NULL where memory is short. What is part of a monitor,
 * called NAME:PART, has the lock of the whole. */
char *lock_path(const shift_monitor *monitor);
/**
 * Take the lock of a monitor, a file, which tells who has it and is left where it
 * is: one that was removed could be locked twice. Waits up to `seconds`. Closing *fd gives it back,
 * and so does the end of the process, whatever its end is.
 */
SHIFT_CHECKED shift_status lock_take(int *fd, const shift_monitor *monitor, unsigned seconds,
                                     shift_error *err);

#endif
