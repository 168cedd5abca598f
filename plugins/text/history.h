/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_PLUGINS_TEXT_HISTORY_H
#define SHIFT_PLUGINS_TEXT_HISTORY_H

#include "words.h"

/** The runs as a table, several series as lines of small bars, or one series as a chart. */
shift_status history_write(const shift_history *history, const shift_sink *sink, shift_error *err);

#endif
