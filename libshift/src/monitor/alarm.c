/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a verdict is news. A pure function of what came before, so that a simulation and a night run
 * the same rule. */
#include "shift/monitor.h"

static const char *const names[] = {NULL, "alarm", "reminder", "recovery"};

const char *shift_notice_name(shift_notice notice)
{
    return names[notice];
}

/* Of the last `of` runs, this one first. */
static unsigned count(const shift_alarm_policy *policy, const shift_alarm_past *past,
                      shift_verdict verdict, unsigned of)
{
    unsigned n = verdict >= policy->level;
    for (size_t i = 0; i + 1 < of && i < past->n; i++)
        n += past->verdicts[i] >= policy->level;
    return n;
}

shift_notice shift_alarm_decide(const shift_alarm_policy *policy, const shift_alarm_past *past,
                                shift_verdict verdict)
{
    bool lasts = past->last == SHIFT_NOTICE_ALARM || past->last == SHIFT_NOTICE_REMINDER;
    bool high = verdict >= policy->level;
    if (lasts && count(policy, past, verdict, policy->recover) == 0)
        return SHIFT_NOTICE_RECOVERY;
    if (lasts)
        return high && policy->remind > 0 && past->runs_since >= policy->remind
                   ? SHIFT_NOTICE_REMINDER
                   : SHIFT_NOTICE_NONE;
    if (!high || (past->last == SHIFT_NOTICE_RECOVERY && past->runs_since <= policy->cooldown))
        return SHIFT_NOTICE_NONE;
    return count(policy, past, verdict, policy->of) >= policy->runs ? SHIFT_NOTICE_ALARM
                                                                    : SHIFT_NOTICE_NONE;
}
