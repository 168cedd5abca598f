/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that came one by one, kept until they are enough for a batch. */
#ifndef SHIFT_PROFILE_PENDING_H
#define SHIFT_PROFILE_PENDING_H

#include "shift/profile.h"

typedef struct shift__pending shift__pending;

void shift__pending_free(shift__pending *pending);         /* NULL is allowed */
size_t shift__pending_rows(const shift__pending *pending); /* NULL has none */
/** EINVAL where rows of the profile are pending, so that it does not tell all it was told. */
SHIFT_CHECKED shift_status shift__profile_settled(const shift_profile *profile, shift_error *err);

#endif
