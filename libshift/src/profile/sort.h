/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting of finite doubles. The result is unique, so it does not matter which method was used. */
#ifndef SHIFT_PROFILE_SORT_H
#define SHIFT_PROFILE_SORT_H

#include <stddef.h>

/** Ascending, in place; no -0 among them. `scratch` has room for `n` values. */
void shift__sort(double *x, size_t n, double *scratch);

#endif
