/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV as the library writes it (RFC 4180, with line feeds). */
#ifndef SHIFT_CORE_CSV_FIELD_H
#define SHIFT_CORE_CSV_FIELD_H

#include <stddef.h>

#include "shift/reporter.h"

/** One field of a line, quoted where it must be; `end` is ',' or '\n'. */
SHIFT_CHECKED shift_status shift__csv_text(const shift_sink *sink, const char *text, size_t size,
                                           char end, shift_error *err);
/** A number that reads back exactly; empty for NaN. */
SHIFT_CHECKED shift_status shift__csv_number(const shift_sink *sink, double number, char end,
                                             shift_error *err);

#endif
