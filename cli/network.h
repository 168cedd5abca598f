/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network commands share. */
#ifndef COVSHIFT_NETWORK_H
#define COVSHIFT_NETWORK_H

#include "cli.h"

extern const struct command network_run;

/** The network that `name` stands for: the path of a file that ends in .onnx, or one of the store.
 */
SHIFT_CHECKED shift_status network_open(shift_network **out, const char *name,
                                        const struct options *options, shift_error *err);

#endif
