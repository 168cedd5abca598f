/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network commands share. */
#ifndef COVSHIFT_NETWORK_H
#define COVSHIFT_NETWORK_H

#include "cli.h"

extern const struct command network_run, network_check, network_profile, network_recalibrate,
    network_gradients, network_remedy, network_trace, network_add, network_list, network_show,
    network_remove;

/** Whether the name is that of a file: it ends in .onnx. */
bool network_is_file(const char *name);
/** The network that `name` stands for: the path of a file that ends in .onnx, or one of the store.
 * That it is in training mode is in the report that is made of it, ... */
SHIFT_CHECKED shift_status network_open(shift_network **out, const char *name,
                                        const struct options *options, shift_error *err);
/** ... or where none is, told here. */
SHIFT_CHECKED shift_status network_open_telling(shift_network **out, const char *name,
                                                const struct options *options, shift_error *err);
/** Run a network over DATA: a profile of its layers. `like` is the other side, or NULL. */
SHIFT_CHECKED shift_status network_profile_read(shift_layer_profile **out,
                                                const shift_network *network, const char *data,
                                                const shift_layer_profile *like,
                                                const struct options *options, shift_error *err);
/** The same of a data set in several parts. */
SHIFT_CHECKED shift_status network_parts_read(shift_layer_profile **out,
                                              const shift_network *network,
                                              const shift_source_parts *parts,
                                              const shift_layer_profile *like,
                                              const struct options *options, shift_error *err);
/** The same of the training side, which may be a saved profile of layers. */
SHIFT_CHECKED shift_status network_train_read(shift_layer_profile **out,
                                              const shift_network *network, const char *data,
                                              const struct options *options, shift_error *err);

#endif
