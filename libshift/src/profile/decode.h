/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that decode a profile share. */
#ifndef SHIFT_PROFILE_DECODE_H
#define SHIFT_PROFILE_DECODE_H

#include "profile.pb-c.h"
#include "profile/state.h"

typedef struct shift__decoding {
    const char *name; /* of the file */
    shift_profile *profile;
    shift_error *err;
} shift__decoding;

/** EFORMAT with the file's name and what is wrong. */
SHIFT_PRINTF(2, 3) shift_status shift__refuse(const shift__decoding *d, const char *format, ...);
bool shift__has_nul(ProtobufCBinaryData text);

/** Text `i` of a table. The one before is in `last`, whose text is a buffer of the caller of
 * SHIFT__CATEGORY_BYTES bytes; `*at` is how much of m->text has been read. */
SHIFT_CHECKED shift_status shift__decode_text(const shift__decoding *d,
                                              const Shift__File__Categories *m, size_t i,
                                              size_t *at, shift_category *last);

/** Each fills its part of d->profile, whose `rows` are set, and refuses what cannot be. */
SHIFT_CHECKED shift_status shift__decode_column(const shift__decoding *d,
                                                const Shift__File__Column *column, size_t i);
SHIFT_CHECKED shift_status shift__decode_comoments(const shift__decoding *d,
                                                   const Shift__File__CoMoments *message);
SHIFT_CHECKED shift_status shift__decode_sample(const shift__decoding *d,
                                                const Shift__File__Sample *message);

#endif
