/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reporter out of the build tree's plugin folder, as the program finds it. */
#ifndef SHIFT_TESTS_RENDERED_H
#define SHIFT_TESTS_RENDERED_H

#include "memory_sink.h"
#include "shift/report.h"

/** Open the folder and find the reporter; a Check fixture calls it by name. */
void rendered_open(const char *name);
void rendered_close(void);
/** Run 7 at a fixed time. */
shift_report rendered_report(const shift_comparison *comparison);
/** Render into `memory`, to any kind of sink, and fail the test where that fails. */
const char *rendered_text(const shift_report *report, memory_sink *memory, shift_sink sink);
const char *rendered_history(const shift_history *history, memory_sink *memory, shift_sink sink);
/** Render the one or the other to a sink that is full after 100 bytes, then to sinks that fail one
 * write, whichever: the failure must come back. */
void rendered_assert_full(const shift_report *report, const shift_history *history);

#endif
