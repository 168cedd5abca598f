/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value that the MCC of a feature stands for. */
#ifndef COVERAGE_LEARNED_H
#define COVERAGE_LEARNED_H

#include "compare/pair.h"
#include "populations.h"

/** On the populations (`whole`): the MCC of rules learned from half of so many rows. */
double learned_mcc(value_form form, const population_side sides[2], size_t m, size_t n,
                   const shift__pair *whole, shift__random *random);

#endif
