/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin that is fine, but for the member that the build defines to be wrong. */
#include <stddef.h>

#include "shift/reporter.h"

#ifndef BAD_ABI
#define BAD_ABI SHIFT_PLUGIN_ABI
#endif
#ifndef BAD_SIZE
#define BAD_SIZE sizeof(shift_reporter)
#endif
#ifndef BAD_NAME
#define BAD_NAME "good"
#endif
#ifndef BAD_RENDER
#define BAD_RENDER render
#endif

SHIFT_API shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err);
SHIFT_API shift_status render_history(const shift_history *history, const shift_sink *sink,
                                      shift_error *err);
SHIFT_API shift_status fail(const shift_report *report, const shift_sink *sink, shift_error *err);

shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    (void)report;
    return sink->write(sink->context, "good\n", 5, err);
}

shift_status render_history(const shift_history *history, const shift_sink *sink, shift_error *err)
{
    (void)history;
    return sink->write(sink->context, "good history\n", 13, err);
}

shift_status fail(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    (void)report;
    (void)sink;
    return shift_error_set(err, SHIFT_EPLUGIN, "cannot render this");
}

#ifndef BAD_NO_SYMBOL
const shift_reporter shift_reporter_plugin = {
    .abi = BAD_ABI,
    .size = BAD_SIZE,
    .name = BAD_NAME,
    .summary = "for the tests",
    .extension = "txt",
    .render = BAD_RENDER,
    .render_history = render_history,
    .history_runs = 5,
};
#endif
