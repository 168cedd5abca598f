/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the Wasserstein statistics. */
#ifndef SHIFT_COMPARE_AREA_H
#define SHIFT_COMPARE_AREA_H

#include "compare/pair.h"

/** Integral of |F_train - F_prod|. */
double shift__area_between(const shift__pair *pair);

#endif
