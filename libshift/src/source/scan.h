/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows without quotes are split by looking for delimiters and newlines only, many bytes at once. */
#ifndef SHIFT_SOURCE_SCAN_H
#define SHIFT_SOURCE_SCAN_H

#include <stddef.h>
#include <stdint.h>

enum {
    /* Elements of the index that a kernel may write behind the end of a row. */
    SHIFT__SCAN_SLACK = 128
};

typedef enum shift__scan_result {
    SHIFT__SCAN_END,  /* all bytes are split */
    SHIFT__SCAN_FULL, /* the index has no room for one row more */
    SHIFT__SCAN_OTHER /* the row at `begin` has a quote or a NUL byte, another number of fields than
                         it should, or no newline */
} shift__scan_result;

/** State between calls: rows before `begin` are in the index. */
typedef struct shift__scan {
    const char *bytes; /* `size` of them, and 64 more before and behind that may be read */
    size_t size;
    size_t begin;    /* of the next row */
    size_t columns;  /* that every row must have */
    uint32_t *index; /* as in struct shift__block */
    size_t capacity; /* elements; at least (rows + 1) * (columns + 1) + SHIFT__SCAN_SLACK */
    size_t rows;
    uint64_t lines; /* that ended in blank lines and rows */
    char delimiter;
} shift__scan;

/** Split rows until something else than a plain row is met. Blank lines are skipped. */
typedef shift__scan_result shift__scan_kernel(shift__scan *scan);

shift__scan_kernel shift__scan_scalar; /* the twin that the others are tested against */
shift__scan_kernel shift__scan_avx2;
shift__scan_kernel shift__scan_avx512;

/** What a newline at a row's beginning adds to the lines: nothing where it is the second half of a
 * CR LF. */
uint64_t shift__scan_blank_line(const shift__scan *scan, size_t at);

/** The fastest one that this processor runs. */
shift__scan_kernel *shift__scan_best(void);
/** Kernel `i`, NULL where this processor lacks it; there are three. For tests. */
shift__scan_kernel *shift__scan_any(unsigned i);

#endif
