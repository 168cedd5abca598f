/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_NEWS_H
#define COVSHIFT_NEWS_H

#include "cli.h"

/** News as messages of a comparison, before its own. */
struct news_text {
    char **texts;
    shift_message *messages;
    const shift_message **list;
    size_t n;
};

/** Put a watch's news into a selection, which borrows them: clear them after it. `since`: the
 * period from which on no run could tell. */
SHIFT_CHECKED shift_status news_add(shift_comparison *selection, const shift_monitor *monitor,
                                    const shift_watch *watch, const char *since,
                                    struct news_text *news, shift_error *err);
void news_clear(struct news_text *news);

#endif
