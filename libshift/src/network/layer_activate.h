/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves an activation, value by value, from what enters. */
#ifndef SHIFT_NETWORK_LAYER_ACTIVATE_H
#define SHIFT_NETWORK_LAYER_ACTIVATE_H

#include "network/layers.h"

/** Set the other values or the other histogram of a finished layer that is an activation's input.
 * Nothing where it is none, where only moments are kept, or where a computed value enters too. */
SHIFT_CHECKED shift_status shift__layer_activate(shift__layer *layer, const shift__graph *graph,
                                                 const shift__site *site, shift_error *err);

#endif
