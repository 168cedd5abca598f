/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is behind the header of a saved layer profile. */
#ifndef SHIFT_NETWORK_LAYER_FILE_H
#define SHIFT_NETWORK_LAYER_FILE_H

#include "network/layer_profile.h"

/** The caller frees *bytes. */
SHIFT_CHECKED shift_status shift__layers_encode(const shift_layer_profile *profile,
                                                unsigned char **bytes, size_t *n, shift_error *err);
/** EFORMAT, beginning with `name`, for bytes that no profile encodes to. */
SHIFT_CHECKED shift_status shift__layers_decode(shift_layer_profile **out,
                                                const unsigned char *bytes, size_t n,
                                                const char *name, shift_error *err);

#endif
