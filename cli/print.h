/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_PRINT_H
#define COVSHIFT_PRINT_H

#include <stddef.h>
#include <stdio.h>

/** Text from a stranger's file: `columns` characters of it at most, control characters as '?',
 * padded to `width`. Bytes that continue a UTF-8 character take no column. */
void print_text(FILE *to, const char *text, size_t n, size_t columns, size_t width);

#endif
