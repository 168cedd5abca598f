/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop that the SIMD kernels share. Included once by each of them, behind its own classify()
 * and emit(), and compiled for its instruction set. */
#ifndef SHIFT_SOURCE_SCAN_BODY_H
#define SHIFT_SOURCE_SCAN_BODY_H

#include <stdbool.h>

#include "source/scan.h"

/* 64 bytes, one bit each. */
typedef struct masks {
    uint64_t newlines;
    uint64_t separators; /* delimiters and newlines */
    uint64_t others;     /* quotes and NUL bytes */
} masks;

/** Classify 64 bytes. */
static inline masks classify(const char *bytes, char delimiter);
/** Append base + i + 1 for every bit i that is set; up to SHIFT__SCAN_SLACK elements may be
 * touched. */
static inline uint32_t *emit(uint32_t *out, uint32_t base, uint64_t bits);

static inline void limit(masks *m, uint64_t bits)
{
    m->newlines &= bits;
    m->separators &= bits;
    m->others &= bits;
}

/* The row that is being split. */
typedef struct progress {
    uint32_t *row, *out;
    size_t begin;
} progress;

static inline shift__scan_result stop(shift__scan *scan, const progress *p,
                                      shift__scan_result result)
{
    scan->begin = p->begin;
    return result;
}

/* Rows that end among the 64 bytes at `at`. False when the scan must stop, with *result why. */
static inline bool end_rows(shift__scan *scan, progress *p, size_t at, masks *m,
                            shift__scan_result *result)
{
    size_t stride = scan->columns + 1;
    while (m->newlines != 0) {
        uint64_t through = m->newlines ^ (m->newlines - 1); /* up to the first newline */
        size_t newline = at + (unsigned)__builtin_ctzll(m->newlines);
        if (newline != p->begin) {
            p->out = emit(p->out, (uint32_t)at, m->separators & through);
            *result = SHIFT__SCAN_OTHER;
            if (p->out != p->row + stride)
                return false;
            scan->rows++;
            scan->lines++;
            p->row += stride;
        } else {
            scan->lines += shift__scan_blank_line(scan, newline);
        }
        *result = SHIFT__SCAN_FULL;
        p->begin = newline + 1;
        if (scan->capacity < (scan->rows + 1) * stride + SHIFT__SCAN_SLACK)
            return false;
        p->out = p->row;
        *p->out++ = (uint32_t)p->begin;
        m->separators &= ~through;
        m->newlines &= ~through;
    }
    return true;
}

static inline shift__scan_result scan_body(shift__scan *scan)
{
    size_t stride = scan->columns + 1;
    shift__scan_result result = SHIFT__SCAN_END;
    progress p = {scan->index + scan->rows * stride, NULL, scan->begin};
    if (scan->capacity < (scan->rows + 1) * stride + SHIFT__SCAN_SLACK)
        return SHIFT__SCAN_FULL;
    p.out = p.row;
    *p.out++ = (uint32_t)p.begin;
    for (size_t at = scan->begin; at < scan->size; at += 64) {
        masks m = classify(scan->bytes + at, scan->delimiter);
        if (scan->size - at < 64)
            limit(&m, (UINT64_C(1) << (scan->size - at)) - 1);
        uint64_t others = m.others;
        if (others != 0)
            limit(&m, (others & (0 - others)) - 1);
        if (!end_rows(scan, &p, at, &m, &result))
            return stop(scan, &p, result);
        p.out = emit(p.out, (uint32_t)at, m.separators);
        if (others != 0 || p.out > p.row + scan->columns)
            return stop(scan, &p, SHIFT__SCAN_OTHER);
    }
    return stop(scan, &p, p.begin < scan->size ? SHIFT__SCAN_OTHER : SHIFT__SCAN_END);
}

#endif
