/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lines and records end. */
#ifndef SHIFT_SOURCE_LINES_H
#define SHIFT_SOURCE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Physical lines that end in `bytes`: LF, CR LF and a CR alone each end one. */
uint64_t shift__lines_count(const char *bytes, size_t n);

/**
 * Length of the longest beginning of `bytes` that is whole records, 0 where there is none. `bytes`
 * begins with a record. A newline ends a record where the quotes before it are even in number,
 * which is exact as far as the quoting is well formed. A CR at the very end is left for later, as
 * an LF may follow.
 */
size_t shift__records_whole(const char *bytes, size_t n);
/** Length of the first record with its newline, CR LF counting as one; `n` where it does not end.
 */
size_t shift__record_length(const char *bytes, size_t n);
/** Whether the quotes in `bytes` are odd in number. */
bool shift__quotes_odd(const char *bytes, size_t n);

#endif
