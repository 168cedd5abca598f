/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a verdict is news. A pure function of what came before, so that a simulation and a night run
 * the same rule. */
#include "shift/monitor.h"

static const char *const names[] = {NULL, "alarm", "reminder", "recovery"};

const char *shift_notice_name(shift_notice notice)
{
    return (size_t)notice < sizeof names / sizeof *names ? names[notice] : NULL;
}

/* Runs at the level among the last `of` that could tell, this one first, and how many those were.
 * Runs that could not tell are evidence for neither: they are passed over. */
typedef struct tally {
    unsigned high, told;
} tally;

static void count(tally *t, const shift_alarm_policy *policy, shift_verdict verdict)
{
    t->told += verdict != SHIFT_VERDICT_INCONCLUSIVE;
    t->high += verdict >= policy->level;
}

static tally look_back(const shift_alarm_policy *policy, const shift_alarm_past *past,
                       shift_verdict verdict, unsigned of)
{
    tally t = {0, 0};
    count(&t, policy, verdict);
    for (size_t i = 0; t.told < of && i < past->n; i++)
        count(&t, policy, past->verdicts[i]);
    return t;
}

static shift_notice decide_lasting(const shift_alarm_policy *policy, const shift_alarm_past *past,
                                   shift_verdict verdict)
{
    bool unsure = verdict == SHIFT_VERDICT_INCONCLUSIVE;
    tally t = look_back(policy, past, verdict, policy->recover);
    if (!unsure && t.high == 0 && t.told == policy->recover)
        return SHIFT_NOTICE_RECOVERY;
    return (unsure || verdict >= policy->level) && policy->remind > 0 &&
                   past->runs_since >= policy->remind
               ? SHIFT_NOTICE_REMINDER
               : SHIFT_NOTICE_NONE;
}

static bool is_alarm(const shift_alarm_policy *policy, const shift_alarm_past *past,
                     shift_verdict verdict)
{
    return verdict >= policy->level &&
           look_back(policy, past, verdict, policy->of).high >= policy->runs;
}

/* What began an alarm is acknowledged, and later runs count enough to begin another. */
static bool is_another(const shift_alarm_policy *policy, const shift_alarm_past *past,
                       shift_verdict verdict)
{
    shift_alarm_past since = *past;
    if (past->runs_answered == 0)
        return false;
    if (since.n > past->runs_answered - 1)
        since.n = past->runs_answered - 1;
    return is_alarm(policy, &since, verdict);
}

shift_notice shift_alarm_decide(const shift_alarm_policy *policy, const shift_alarm_past *past,
                                shift_verdict verdict)
{
    if (policy == NULL || past == NULL)
        return SHIFT_NOTICE_NONE;
    if (past->last == SHIFT_NOTICE_ALARM || past->last == SHIFT_NOTICE_REMINDER)
        return is_another(policy, past, verdict) ? SHIFT_NOTICE_ALARM
                                                 : decide_lasting(policy, past, verdict);
    if (past->last == SHIFT_NOTICE_RECOVERY && past->runs_since <= policy->cooldown)
        return SHIFT_NOTICE_NONE;
    return is_alarm(policy, past, verdict) ? SHIFT_NOTICE_ALARM : SHIFT_NOTICE_NONE;
}
