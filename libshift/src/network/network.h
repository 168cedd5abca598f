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

#endif
