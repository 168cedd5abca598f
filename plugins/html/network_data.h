/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report of a network has beside its layers. Each adds its own key to the object. */
#ifndef SHIFT_PLUGINS_HTML_NETWORK_DATA_H
#define SHIFT_PLUGINS_HTML_NETWORK_DATA_H

#include "words.h"

/** The network's name, size and accuracy; null where the report is about features. */
void data_add_network(buffer *b, const shift_comparison *comparison);
/** The features whose drift harms predictions. */
void data_add_harm(buffer *b, const shift_comparison *comparison);
/** The checkpoints of a training, and of the one it is compared with. */
void data_add_traces(buffer *b, const shift_report *report);

#endif
