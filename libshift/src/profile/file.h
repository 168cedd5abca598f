/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A profile as bytes, without the header of its file. */
#ifndef SHIFT_PROFILE_FILE_H
#define SHIFT_PROFILE_FILE_H

#include "profile/state.h"

enum {
    SHIFT__FILE_COLUMNS_MAX = 65536 /* in one profile */
};

/** The caller frees `*bytes`. The same profile gives the same bytes. */
SHIFT_CHECKED shift_status shift__profile_encode(const shift_profile *profile,
                                                 unsigned char **bytes, size_t *n,
                                                 shift_error *err);
/** EFORMAT for bytes that no profile encodes to. `name` is for messages. */
SHIFT_CHECKED shift_status shift__profile_decode(shift_profile **out, const unsigned char *bytes,
                                                 size_t n, const char *name, shift_error *err);

#endif
