/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same bytes read in two ways; for fuzz targets and for unit tests with random bytes. */
#ifndef TESTS_DIFFERENTIAL_H
#define TESTS_DIFFERENTIAL_H

#include <stddef.h>

/**
 * The first byte chooses the number of columns, the delimiter and the size of blocks; the others,
 * behind a header, are read by the CSV source with every kernel of this processor and by libcsv
 * alone. NULL where all give the same rows, or all refuse the same one; otherwise what differs, for
 * the caller to free.
 */
char *differential_csv(const unsigned char *data, size_t n);

/**
 * Fields between commas are read as a column of numbers by every kernel, and one by one by
 * shift__number_parse() and by strtod() of this process, which must be in the C locale.
 */
char *differential_numbers(const unsigned char *data, size_t n);

#endif
