/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the statistics of a table of counts. */
#ifndef SHIFT_COMPARE_CONTINGENCY_H
#define SHIFT_COMPARE_CONTINGENCY_H

#include <stddef.h>

#include "compare/pair.h"

/** Pearson's X^2 of the cells of a pair. */
double shift__chi_square_value(const shift__pair *pair);
/** Number of cells when rare ones are merged. */
size_t shift__merged_cells(const shift__pair *pair);

#endif
