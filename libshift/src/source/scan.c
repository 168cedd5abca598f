/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scalar twin of the splitting kernels, and the choice among them. */
#include "source/scan.h"

#include <stdbool.h>

/* The row at `begin`: its end, or NULL where it is not a plain one. */
static const char *scan_row(const shift__scan *scan, const char *begin, uint32_t *row)
{
    const char *end = scan->bytes + scan->size;
    size_t fields = 0;
    row[0] = (uint32_t)(begin - scan->bytes);
    for (const char *p = begin; p < end; p++) {
        bool newline = *p == '\n' || *p == '\r';
        if (*p == '"' || *p == '\0')
            return NULL;
        if (!newline && *p != scan->delimiter)
            continue;
        if (++fields > scan->columns)
            return NULL;
        row[fields] = (uint32_t)(p + 1 - scan->bytes);
        if (newline)
            return fields == scan->columns ? p : NULL;
    }
    return NULL;
}

uint64_t shift__scan_blank_line(const shift__scan *scan, size_t at)
{
    bool paired = at > 0 && scan->bytes[at] == '\n' && scan->bytes[at - 1] == '\r';
    return paired ? 0 : 1;
}

shift__scan_result shift__scan_scalar(shift__scan *scan)
{
    size_t stride = scan->columns + 1;
    while (scan->begin < scan->size) {
        const char *begin = scan->bytes + scan->begin;
        if (*begin == '\n' || *begin == '\r') {
            scan->lines += shift__scan_blank_line(scan, scan->begin++);
            continue;
        }
        if (scan->capacity < (scan->rows + 1) * stride + SHIFT__SCAN_SLACK)
            return SHIFT__SCAN_FULL;
        const char *end = scan_row(scan, begin, scan->index + scan->rows * stride);
        if (end == NULL)
            return SHIFT__SCAN_OTHER;
        scan->rows++;
        scan->lines++;
        scan->begin = (size_t)(end + 1 - scan->bytes);
    }
    return SHIFT__SCAN_END;
}

shift__scan_kernel *shift__scan_any(unsigned i)
{
    if (i == 0)
        return shift__scan_scalar;
#ifdef SHIFT_HAVE_AVX2
    if (i == 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        return shift__scan_avx2;
#endif
#ifdef SHIFT_HAVE_AVX512
    if (i == 2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2") &&
        __builtin_cpu_supports("bmi2"))
        return shift__scan_avx512;
#endif
    return NULL;
}

shift__scan_kernel *shift__scan_best(void)
{
    for (unsigned i = 2; i > 0; i--)
        if (shift__scan_any(i) != NULL)
            return shift__scan_any(i);
    return shift__scan_scalar;
}
