/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_COMPARE_AREA_H
#define SHIFT_COMPARE_AREA_H

#include "compare/pair.h"

/** Fill in the pair's area, what noise alone adds to it, and its variance. */
void shift__area_measure(shift__pair *pair);

#endif
