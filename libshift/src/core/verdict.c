/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for verdicts and levels: the store writes them, reporters print them. */
#include "shift/comparison.h"

const char *shift_verdict_name(shift_verdict verdict)
{
    switch (verdict) {
    case SHIFT_VERDICT_OK:
        return "ok";
    case SHIFT_VERDICT_INCONCLUSIVE:
        return "inconclusive";
    case SHIFT_VERDICT_WARN:
        return "warn";
    case SHIFT_VERDICT_ALERT:
        return "alert";
    case SHIFT_VERDICT_NONE:
        break;
    }
    return NULL;
}

const char *shift_level_name(shift_level level)
{
    switch (level) {
    case SHIFT_LEVEL_WARNING:
        return "warning";
    case SHIFT_LEVEL_ERROR:
        return "error";
    case SHIFT_LEVEL_INFO:
        return "info";
    }
    return NULL;
}
