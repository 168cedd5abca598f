/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder for the files of one test. */
#ifndef SHIFT_TESTS_SCRATCH_H
#define SHIFT_TESTS_SCRATCH_H

/** A new empty folder below $TMPDIR; static, until the next call. */
const char *scratch_make(void);
/** Remove the folder that was made last, with what is in it, write-protected or not. */
void scratch_remove(void);

#endif
