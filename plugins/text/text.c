/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page for the terminal: the conclusion, what was compared, the features that matter, or the
 * layers in forward order, and why. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "gradients.h"
#include "gradients_page.h"
#include "harm_page.h"
#include "history.h"
#include "phrases.h"
#include "plain.h"
#include "table.h"
#include "trace_page.h"

enum {
    MAX_OK = 8,
    MAX_LAYERS = 40,
    MAX_REASONS = 40,
    MIN_NAME = 10,
    MAX_NAME = 28,
    MAX_PERIOD = 40
};

/* The page as it grows. */
typedef struct page {
    const shift_report *report;
    const shift_sink *sink;
    ranked *list; /* all features or layers; of many layers, those to show come first */
    tally tally;
    size_t shown; /* of them in the table */
    buffer out;
} page;

static void add_plain_name(buffer *b, const char *name, const void *context)
{
    const shift_sink *sink = context;
    plain_add(b, name, sink->utf8, sink->width / 2);
}

static void begin_colour(page *p, const char *sequence)
{
    if (p->sink->colour)
        buffer_text(&p->out, sequence);
}

static void end_colour(page *p)
{
    if (p->sink->colour)
        buffer_text(&p->out, "\033[0m");
}

static const char *dots(const page *p)
{
    return p->sink->utf8 ? "\xe2\x80\xa6" : "...";
}

static void add_conclusion(page *p)
{
    const shift_comparison *comparison = p->report->comparison;
    const style s = {p->sink->utf8, add_plain_name, p->sink};
    const char *word = phrase_verdict(comparison->verdict);
    buffer text = {NULL, 0, 0, false};
    phrase_conclusion(&text, comparison, p->list, &s);
    begin_colour(p, table_colour(comparison->verdict));
    buffer_print(&p->out, "%s:", word);
    end_colour(p);
    buffer_text(&p->out, " ");
    if (text.used > 0)
        plain_wrap(&p->out, text.bytes, (plain_shape){p->sink->width, 2, strlen(word) + 2});
    buffer_text(&p->out, "\n\n");
    p->out.failed |= text.failed;
    buffer_free(&text);
}

/* The name gives way where the line would become too long: its number of rows matters more. */
static void add_side(page *p, const char *word, const shift_side *side)
{
    buffer rows = {NULL, 0, 0, false};
    phrase_count(&rows, side->rows);
    buffer_text(&rows, side->rows == 1 ? " row" : " rows");
    size_t others = strlen("train  , ") + rows.used;
    buffer_print(&p->out, "%-7s", word);
    plain_add(&p->out, side->source, p->sink->utf8,
              p->sink->width > others + 8 ? p->sink->width - others : 8);
    buffer_text(&p->out, ", ");
    buffer_text(&p->out, rows.bytes);
    buffer_text(&p->out, "\n");
    p->out.failed |= rows.failed;
    buffer_free(&rows);
}

/* Of gradients and of a training, which are of the same rows on both sides. */
static bool has_one_side(const shift_comparison *comparison)
{
    return is_about_gradients(comparison) || is_trace(comparison);
}

static void add_network(page *p)
{
    const shift_network_facts *network = p->report->comparison->network;
    buffer bytes = {NULL, 0, 0, false};
    phrase_count(&bytes, network->bytes);
    buffer_text(&bytes, " bytes");
    buffer_print(&p->out, "net    ");
    plain_add(&p->out, network->name, p->sink->utf8,
              p->sink->width > bytes.used + 17 ? p->sink->width - bytes.used - 9 : 8);
    buffer_print(&p->out, ", %s\n", bytes.used > 0 ? bytes.bytes : "");
    p->out.failed |= bytes.failed;
    buffer_free(&bytes);
    if (isnan(network->train_accuracy) && isnan(network->prod_accuracy))
        return;
    buffer_text(&p->out, "right  ");
    phrase_share(&p->out, network->train_accuracy);
    if (!has_one_side(p->report->comparison)) {
        buffer_text(&p->out, p->sink->utf8 ? " \xe2\x86\x92 " : " -> ");
        phrase_share(&p->out, network->prod_accuracy);
    }
    buffer_text(&p->out, " of labels\n");
}

static void add_run(page *p)
{
    if (p->report->comparison->network != NULL)
        add_network(p);
    if (has_one_side(p->report->comparison)) {
        add_side(p, "data", &p->report->comparison->train);
        buffer_print(&p->out, "loss   %.4g\n", value_of(p->report->comparison->dataset, "loss"));
    } else {
        add_side(p, "train", &p->report->comparison->train);
        add_side(p, "prod", &p->report->comparison->prod);
    }
    if (p->report->run_id == 0) {
        buffer_text(&p->out, "run    not recorded\n\n");
        return;
    }
    buffer_print(&p->out, "run    %lld, ", (long long)p->report->run_id);
    if (p->report->period != NULL) {
        plain_add(&p->out, p->report->period, p->sink->utf8, MAX_PERIOD);
        buffer_text(&p->out, ", started ");
    }
    buffer_print(&p->out, "%s\n\n", p->report->started_at);
}

static bool is_troubled(const ranked *r)
{
    return r->subject->verdict > SHIFT_VERDICT_OK;
}

/* Features come by importance: the troubled ones and some others. Layers come in forward order, in
 * which the troubled ones of many are moved to the front. */
static size_t choose_shown(page *p)
{
    const tally *t = &p->tally;
    size_t troubled = t->all - t->ok;
    if (p->report->comparison->network == NULL)
        return t->ok > MAX_OK + 1 ? troubled + MAX_OK : t->all;
    if (t->all <= MAX_LAYERS)
        return t->all;
    size_t n = 0;
    for (size_t i = 0; i < t->all; i++)
        if (is_troubled(&p->list[i]))
            p->list[n++] = p->list[i];
    return n;
}

static void add_table(page *p)
{
    if (is_about_gradients(p->report->comparison)) {
        gradients_add_table(&p->out, p->report->comparison, p->sink);
        return;
    }
    if (is_trace(p->report->comparison)) {
        trace_add_tables(&p->out, p->report, p->sink);
        return;
    }
    if (p->shown > 0)
        table_add(&p->out, p->list, p->shown, p->sink);
    if (p->shown < p->tally.all)
        buffer_print(&p->out, "%s and %zu more %s without a shift\n", dots(p),
                     p->tally.all - p->shown,
                     p->report->comparison->network != NULL ? "layers" : "features");
}

/* "name   text", the text wrapped behind a column of names. */
static void add_entry(page *p, const char *name, const char *text, size_t indent)
{
    size_t start = p->out.used;
    buffer_text(&p->out, "  ");
    plain_add(&p->out, name, p->sink->utf8, indent - 4);
    size_t used = p->out.failed ? indent : plain_width(p->out.bytes + start);
    buffer_print(&p->out, "%*s", (int)(indent > used ? indent - used : 1), "");
    buffer harmless = {NULL, 0, 0, false};
    plain_add(&harmless, text, p->sink->utf8, 2000);
    if (harmless.used > 0)
        plain_wrap(&p->out, harmless.bytes, (plain_shape){p->sink->width, indent, indent});
    buffer_text(&p->out, "\n");
    p->out.failed |= harmless.failed;
    buffer_free(&harmless);
}

/* Two columns before the name and two behind it. */
static size_t indent_for(page *p, const char *name, size_t indent)
{
    buffer text = {NULL, 0, 0, false};
    size_t most = p->sink->width / 4;
    most = most < MIN_NAME ? MIN_NAME : most > MAX_NAME ? MAX_NAME : most;
    plain_add(&text, name, p->sink->utf8, most);
    size_t width = text.used > 0 ? plain_width(text.bytes) + 4 : 4;
    p->out.failed |= text.failed;
    buffer_free(&text);
    return width > indent ? width : indent;
}

/* The reason of the i-th subject where it is one to print: of the troubled ones, and of the
 * unshifted ones in the table that failed one of the two questions. */
static const char *reason_of(const page *p, size_t i)
{
    bool many = is_troubled(&p->list[i]) && i >= MAX_REASONS;
    return i < p->shown && !many ? p->list[i].subject->reason : NULL;
}

static void add_reasons(page *p)
{
    size_t troubled = p->tally.all - p->tally.ok;
    size_t indent = 0;
    for (size_t i = 0; i < p->shown; i++)
        if (reason_of(p, i) != NULL)
            indent = indent_for(p, p->list[i].subject->name, indent < 6 ? 6 : indent);
    if (indent == 0)
        return;
    buffer_text(&p->out, "\nWhy\n");
    for (size_t i = 0; i < p->shown; i++)
        if (reason_of(p, i) != NULL)
            add_entry(p, p->list[i].subject->name, reason_of(p, i), indent);
    if (MAX_REASONS < troubled)
        buffer_print(&p->out, "  %s and %zu more\n", dots(p), troubled - MAX_REASONS);
}

static void add_changes(page *p)
{
    change_list *list = NULL;
    const shift_report *before = p->report->against;
    const style s = {p->sink->utf8, add_plain_name, p->sink};
    if (before == NULL || is_trace(p->report->comparison))
        return;
    if (changes_find(&list, p->report, NULL) != SHIFT_OK) {
        p->out.failed = true;
        return;
    }
    buffer_print(&p->out, "\nAgainst run %lld, %s\n", (long long)before->run_id,
                 before->started_at);
    size_t indent = 6;
    for (size_t i = 0; i < list->n && i < MAX_REASONS; i++)
        indent = indent_for(p, list->changes[i].name, indent);
    for (size_t i = 0; i < list->n && i < MAX_REASONS; i++) {
        const change *c = &list->changes[i];
        buffer text = {NULL, 0, 0, false};
        buffer_print(&text, "%s: ", change_name(c->sort));
        change_phrase(&text, c, &s);
        add_entry(p, c->name, text.used > 0 ? text.bytes : "", indent);
        p->out.failed |= text.failed;
        buffer_free(&text);
    }
    if (list->n == 0)
        buffer_text(&p->out, "  no shift in either run\n");
    if (list->n > MAX_REASONS)
        buffer_print(&p->out, "  %s and %zu more\n", dots(p), list->n - MAX_REASONS);
    changes_free(list);
}

static const char *subject_of(const shift_message *message)
{
    return message->subject != NULL ? message->subject : "data";
}

static void add_messages(page *p)
{
    const shift_comparison *comparison = p->report->comparison;
    size_t n = comparison->n_messages < MAX_REASONS ? comparison->n_messages : MAX_REASONS;
    size_t indent = 6;
    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++)
        indent = indent_for(p, subject_of(comparison->messages[i]), indent);
    buffer_text(&p->out, "\nNotes\n");
    for (size_t i = 0; i < n; i++)
        add_entry(p, subject_of(comparison->messages[i]), comparison->messages[i]->text, indent);
    if (n < comparison->n_messages)
        buffer_print(&p->out, "  %s and %zu more\n", dots(p), comparison->n_messages - n);
}

static void add_power(page *p)
{
    buffer text = {NULL, 0, 0, false};
    if (phrase_power(&text, p->report->comparison) && text.used > 0) {
        buffer_text(&p->out, "\n");
        plain_wrap(&p->out, text.bytes, (plain_shape){p->sink->width, 0, 0});
        buffer_text(&p->out, "\n");
    }
    p->out.failed |= text.failed;
    buffer_free(&text);
}

static shift_status write_page(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    const shift_comparison *comparison = report->comparison;
    bool network = comparison->network != NULL;
    page p = {.report = report, .sink = sink};
    shift_status status =
        network ? rank_layers(&p.list, comparison, err) : rank_features(&p.list, comparison, err);
    if (status != SHIFT_OK)
        return status;
    p.tally = network ? tally_layers(comparison) : tally_features(comparison);
    add_conclusion(&p);
    p.shown = choose_shown(&p);
    add_run(&p);
    add_table(&p);
    harm_add_table(&p.out, comparison, sink);
    add_changes(&p);
    add_reasons(&p);
    add_messages(&p);
    add_power(&p);
    plain_trim(&p.out);
    status = buffer_write(&p.out, sink, err);
    buffer_free(&p.out);
    free(p.list);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_page, report, sink, err);
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(history_write, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "text",
    .summary = "a page for the terminal",
    .extension = "txt",
    .render = render,
    .render_history = render_history,
};
