/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_PRINT_H
#define COVSHIFT_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "shift/output.h"
#include "shift/reporter.h"

/** Text from a stranger's file: `columns` characters of it at most, control characters as '?',
 * padded to `width`. Bytes that continue a UTF-8 character take no column. */
void print_text(FILE *to, const char *text, size_t n, size_t columns, size_t width);
/** All of a name or path, control characters as '?'. */
void print_name(FILE *to, const char *name);

/** What goes to a terminal whatever wrote it: control characters but line feeds and tabs become
 * '?', in place. `colours`: sequences that set colours (ESC [ ... m) stay. */
void tame(char *text, size_t n, bool colours);
/** `inner`, the sink of `output`, itself, or, where that is a terminal, a sink that tames what it
 * hands on; it borrows `inner`. */
shift_sink tame_sink(shift_sink *inner, const shift_output *output);

#endif
