/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an option is followed by. */
#ifndef COVSHIFT_PARSE_H
#define COVSHIFT_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"

/** False where the text is not all of a finite number. */
bool parse_number(const char *text, double *number);
/** False where it is not all digits, or more than `most`. */
bool parse_unsigned(const char *text, uint64_t most, uint64_t *number);

/* Setters of the commands that read or write rows: NULL, or what is expected instead of
 * `options->argument`. */
const char *set_method(struct options *options);
const char *set_clip(struct options *options);
const char *set_top(struct options *options);
const char *set_order(struct options *options);

#endif
