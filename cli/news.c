/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a monitor has to tell beside what was found, in words. */
#include "news.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* *text is NULL where memory is out; the caller looks once at the end. */
SHIFT_PRINTF(4, 5)
static void add(struct news_text *news, shift_level level, const char *subject, const char *format,
                ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    news->texts[news->n] = strdup(text);
    news->messages[news->n] = (shift_message){level, subject, news->texts[news->n]};
    news->list[news->n] = &news->messages[news->n];
    news->n++;
}

static void add_change(struct news_text *news, const shift_change *change)
{
    const char *subject = change->type == SHIFT_SUBJECT_DATASET ? NULL : change->subject;
    const char *way = change->upward ? "went up" : "went down";
    if (change->since == NULL)
        add(news, SHIFT_LEVEL_WARNING, subject, "%s %s (%s)", change->statistic, way,
            shift_detector_name(change->detector));
    else
        add(news, SHIFT_LEVEL_WARNING, subject, "%s %s on %s, or between %s and %s (%s)",
            change->statistic, way, change->since, change->low, change->high,
            shift_detector_name(change->detector));
}

static void add_notice(struct news_text *news, const shift_monitor *monitor,
                       const shift_watch *watch)
{
    const shift_alarm_policy *p = &monitor->policy;
    const char *level = shift_verdict_name(p->level);
    switch (watch->notice) {
    case SHIFT_NOTICE_NONE:
        return;
    case SHIFT_NOTICE_ALARM:
        add(news, SHIFT_LEVEL_WARNING, NULL, "alarm: %u of the last %u runs at %s", p->runs, p->of,
            level);
        return;
    case SHIFT_NOTICE_REMINDER:
        if (watch->unsure == NULL)
            add(news, SHIFT_LEVEL_WARNING, NULL, "the alarm lasts");
        return;
    case SHIFT_NOTICE_RECOVERY:
        add(news, SHIFT_LEVEL_INFO, NULL, "the alarm is over: no %s in the last %u runs%s", level,
            p->recover, watch->n_acknowledged > 0 ? " but what is acknowledged" : "");
        return;
    }
}

/* An alarm that this run can neither confirm nor end. */
static void add_unconfirmed(struct news_text *news, const shift_watch *watch, const char *since)
{
    if (watch->lasts && watch->unsure != NULL)
        add(news, SHIFT_LEVEL_WARNING, NULL,
            "the alarm lasts, unconfirmed since %s: %s could not be judged", since, watch->unsure);
}

shift_status news_add(shift_comparison *selection, const shift_monitor *monitor,
                      const shift_watch *watch, const char *since, struct news_text *news,
                      shift_error *err)
{
    size_t most = watch->n_changes + 3;
    news->messages = calloc(most, sizeof *news->messages);
    news->list = calloc(most + selection->n_messages, sizeof(void *));
    news->texts = calloc(most, sizeof(char *));
    if (news->messages == NULL || news->list == NULL || news->texts == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    add_notice(news, monitor, watch);
    add_unconfirmed(news, watch, since);
    for (size_t i = 0; i < watch->n_changes; i++)
        add_change(news, &watch->changes[i]);
    if (watch->n_acknowledged > 0)
        add(news, SHIFT_LEVEL_INFO, NULL, "%zu shifted subject%s acknowledged",
            watch->n_acknowledged, watch->n_acknowledged == 1 ? " is" : "s are");
    for (size_t i = 0; i < news->n; i++)
        if (news->messages[i].text == NULL)
            return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    if (selection->n_messages > 0)
        memcpy(news->list + news->n, selection->messages, selection->n_messages * sizeof(void *));
    selection->messages = news->list;
    selection->n_messages += news->n;
    return SHIFT_OK;
}

void news_clear(struct news_text *news)
{
    for (size_t i = 0; i < news->n; i++)
        free(news->texts[i]);
    free(news->texts);
    free(news->messages);
    free(news->list);
    *news = (struct news_text){NULL, NULL, NULL, 0};
}
