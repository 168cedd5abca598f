/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields become columns of numbers or text, each with a state per row. */
#ifndef SHIFT_SOURCE_CONVERT_H
#define SHIFT_SOURCE_CONVERT_H

#include <stddef.h>
#include <stdint.h>

#include "shift/batch.h"
#include "source/storage.h"

/** Text behind every boolean column: "false", then "true". */
extern const char shift__boolean_bytes[];

/** Classify one text as a number kind (numeric, timestamp); *value is NaN unless PRESENT. */
shift_field_state shift__field_number(const shift__tokens *tokens, shift_kind kind,
                                      const char *text, size_t n, double *value);
/** Classify one text as a boolean: an extent of shift__boolean_bytes, empty unless PRESENT. */
shift_field_state shift__field_boolean(const shift__tokens *tokens, const char *text, size_t n,
                                       uint32_t *begin, uint32_t *end);
/** Record the state of row `r`. */
void shift__target_mark(shift__target *target, size_t r, shift_field_state state);

/** Convert the columns of a plan of a block that is split. Failures go into the block. */
void shift__block_convert(const shift_source *source, shift__block *block, const shift__plan *plan);

#endif
