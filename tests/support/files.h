/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files made by a test, and what the public interface makes of them. */
#ifndef SHIFT_TESTS_FILES_H
#define SHIFT_TESTS_FILES_H

#include <stddef.h>

#include "core/random.h"
#include "shift/profile.h"
#include "shift/source.h"

typedef struct made_file {
    char path[64];
    char *text; /* until it is written */
    size_t n, capacity;
} made_file;

/** Append to the file's text. */
SHIFT_PRINTF(2, 3) void made_print(made_file *file, const char *format, ...);
/** Write it to a temporary file. */
void made_write(made_file *file);
void made_remove(made_file *file);

/** By the schema of `like`, unless it is NULL. */
shift_profile *made_profile_of(const made_file *file, const shift_profile *like);
shift_source *made_source(const made_file *file);

/** A file of `rows` rows of `columns` normal numbers named a, b, c, ...; the first has this mean.
 */
made_file made_normal(shift__random *random, size_t rows, size_t columns, double mean);
double made_draw(shift__random *random); /* a standard normal number */

#endif
