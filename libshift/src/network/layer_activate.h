/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves an activation, value by value, from what enters. */
#ifndef SHIFT_NETWORK_LAYER_ACTIVATE_H
#define SHIFT_NETWORK_LAYER_ACTIVATE_H

#include "network/layers.h"

/** Whether what leaves an activation follows from what enters, channel by channel: nothing that is
 * computed enters besides. */
bool shift__activation_known(const shift__graph *graph, const shift__node *node, size_t channels);

/** Set the values or the histogram of what leaves the activation of site `i`, from those of the
 * finished layer of what enters: itself, whose other ones are set, or by the stored statistics the
 * Batch Normalization before it. Nothing where it is no activation, where only moments are kept, or
 * where what leaves does not follow. `like`: a layer whose bins are to be those of the second kind;
 * or NULL. */
SHIFT_CHECKED shift_status shift__layer_activate(shift__layer *layers, size_t i,
                                                 const shift__graph *graph, const shift__site *site,
                                                 const shift__layer *like, shift_error *err);

#endif
