/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is behind the public handle. */
#ifndef SHIFT_NETWORK_NETWORK_H
#define SHIFT_NETWORK_NETWORK_H

#include "network/graph.h"
#include "shift/network.h"

struct shift_network {
    shift__onnx *file;
    shift__graph *graph; /* of `file` */
};

enum { SHIFT__HASH_TEXT = 33 };

/** The hash of the file as 32 hexadecimal digits. */
void shift__network_hash(const shift_network *network, char text[SHIFT__HASH_TEXT]);
/** Names of the file's operators by the alphabet, a space between. The caller frees *out. */
SHIFT_CHECKED shift_status shift__network_operators(const shift_network *network, char **out,
                                                    shift_error *err);

#endif
