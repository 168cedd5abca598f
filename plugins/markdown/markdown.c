/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comment for a pull request or a chat, in GitHub's flavour of Markdown. Only what shifted is
 * listed. Names stand in code spans, where nothing but the span's end means anything. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "gradients.h"
#include "series.h"

enum { MAX_ROWS = 50, MAX_NAME = 60, MAX_TEXT = 1000 };

/* The page as it grows. */
typedef struct page {
    const shift_report *report;
    const ranked *list;
    tally tally;
    bool utf8;
    buffer out;
} page;

static size_t longest_run(const char *text, char c)
{
    size_t most = 0;
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n = *text == c ? n + 1 : 0;
        most = n > most ? n : most;
    }
    return most;
}

/* What a table takes for its own even inside a code span; elsewhere a backslash would show. */
static const char in_table[] = "|";

/* A code span with more backticks around it than within (CommonMark 0.31, 6.1). The context is
 * `in_table` there, else NULL. */
static void add_code(buffer *b, const char *name, const void *context)
{
    buffer text = {NULL, 0, 0, false};
    utf8_add_harmless(&text, name, MAX_NAME);
    const char *bytes = text.used > 0 ? text.bytes : "";
    size_t ticks = longest_run(bytes, '`') + 1;
    bool pad = ticks > 1 || text.used == 0;
    for (size_t i = 0; i < ticks; i++)
        buffer_text(b, "`");
    buffer_text(b, pad ? " " : "");
    for (const char *c = bytes; *c != '\0'; c++) {
        if (*c == '|' && context == in_table)
            buffer_text(b, "\\");
        buffer_add(b, c, 1);
    }
    buffer_text(b, pad ? " " : "");
    for (size_t i = 0; i < ticks; i++)
        buffer_text(b, "`");
    b->failed |= text.failed;
    buffer_free(&text);
}

/* Running text with everything escaped that Markdown or HTML could take for its own. */
static void add_text(buffer *b, const char *from)
{
    buffer text = {NULL, 0, 0, false};
    utf8_add_harmless(&text, from, MAX_TEXT);
    for (const char *c = text.used > 0 ? text.bytes : ""; *c != '\0'; c++) {
        if (strchr("\\`*_[]<>|~&#$!", *c) != NULL)
            buffer_text(b, "\\");
        buffer_add(b, c, 1);
    }
    b->failed |= text.failed;
    buffer_free(&text);
}

static void add_side(page *p, const shift_side *side)
{
    add_code(&p->out, side->source, NULL);
    buffer_text(&p->out, " (");
    phrase_count(&p->out, side->rows);
    buffer_text(&p->out, side->rows == 1 ? " row)" : " rows)");
}

static void add_head(page *p)
{
    const shift_comparison *comparison = p->report->comparison;
    const style s = {p->utf8, add_code, NULL};
    buffer_print(&p->out, "**%s:** ", phrase_verdict(comparison->verdict));
    phrase_conclusion(&p->out, comparison, p->list, &s);
    buffer_text(&p->out, "\n\n");
    add_side(p, &comparison->train);
    buffer_text(&p->out, p->utf8 ? " \xe2\x86\x92 " : " -> ");
    add_side(p, &comparison->prod);
    if (p->report->run_id != 0)
        buffer_print(&p->out, ", run %lld", (long long)p->report->run_id);
    if (p->report->period != NULL) {
        buffer_text(&p->out, " of ");
        add_code(&p->out, p->report->period, NULL);
    }
    buffer_text(&p->out, ", ");
    add_text(&p->out, p->report->started_at);
    buffer_text(&p->out, "\n");
}

static void add_row(page *p, const ranked *r)
{
    const style s = {p->utf8, add_code, in_table};
    shift_verdict verdict = r->subject->verdict;
    buffer_text(&p->out, "| ");
    add_code(&p->out, r->subject->name, in_table);
    buffer_text(&p->out, " | ");
    add_text(&p->out, r->subject->op != NULL ? r->subject->op : shift_kind_name(r->subject->kind));
    buffer_print(&p->out, " | %s | ",
                 verdict >= SHIFT_VERDICT_WARN           ? phrase_verdict(verdict)
                 : verdict == SHIFT_VERDICT_INCONCLUSIVE ? "inconclusive"
                                                         : "ok");
    if (r->effect != NULL) {
        phrase_effect_name(&p->out, r->effect);
        buffer_text(&p->out, " ");
        phrase_effect_value(&p->out, r->effect);
    }
    buffer_text(&p->out, " | ");
    phrase_p(&p->out, r->p);
    buffer_text(&p->out, " | ");
    phrase_change(&p->out, r, &s);
    buffer_text(&p->out, " |\n");
}

static void add_rest(page *p, size_t n, const char *what)
{
    if (n > 0)
        buffer_print(&p->out, "\n%s%zu more %s%s %s\n", p->utf8 ? "\xe2\x80\xa6 " : "... ", n,
                     p->report->comparison->network != NULL ? "layer" : "feature",
                     n == 1 ? "" : "s", what);
}

/* Layers come in forward order, in which those to be listed go before the others. */
static void put_troubled_first(ranked *list, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        ranked r = list[i];
        if (r.subject->verdict <= SHIFT_VERDICT_OK)
            continue;
        memmove(&list[kept + 1], &list[kept], (i - kept) * sizeof *list);
        list[kept++] = r;
    }
}

static void add_table(page *p)
{
    size_t troubled = p->tally.all - p->tally.ok;
    size_t shown = troubled < MAX_ROWS ? troubled : MAX_ROWS;
    if (shown == 0)
        return;
    buffer_print(&p->out, "\n| %s | Verdict | Effect | p | Change |\n|---|---|---|---|---:|---|\n",
                 p->report->comparison->network != NULL ? "Layer | Operator" : "Feature | Kind");
    for (size_t i = 0; i < shown; i++)
        add_row(p, &p->list[i]);
    add_rest(p, troubled - shown, "that shifted or could not be judged");
    add_rest(p, p->tally.ok,
             p->report->comparison->network != NULL ? "without a shift or a verdict"
                                                    : "without a shift");
}

/* Of a trace: every layer at the last checkpoint, against the first and the one before. */
static void add_trace(page *p)
{
    static const char *const columns[] = {"mean",       "p50",           "ks_first", "ks",
                                          "saturation", "gradient_norm", "ics_l2",   "ics_cosine"};
    const shift_comparison *trace = p->report->comparison;
    size_t shown = trace->n_layers < MAX_ROWS ? trace->n_layers : MAX_ROWS;
    buffer_text(&p->out, "\nAt the last checkpoint, ");
    add_code(&p->out, trace->checkpoints[trace->n_checkpoints - 1], NULL);
    buffer_text(&p->out, ":\n\n| Layer | Operator | Mean | Median | KS to first | KS to before | "
                         "Saturated | Gradient | Change | Cosine |\n"
                         "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (size_t i = 0; i < shown; i++) {
        buffer_text(&p->out, "| ");
        add_code(&p->out, trace->layers[i]->name, in_table);
        buffer_text(&p->out, " | ");
        add_text(&p->out, trace->layers[i]->op);
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            double value = value_of(trace->layers[i], columns[k]);
            buffer_text(&p->out, " | ");
            if (!isnan(value))
                buffer_print(&p->out, "%.3g", value);
        }
        buffer_text(&p->out, " |\n");
    }
    if (trace->n_layers > shown)
        buffer_print(&p->out, "\n%zu more layers\n", trace->n_layers - shown);
}

/* Of `covshift network check --harm`. */
static void add_harm(page *p)
{
    static const char *const columns[] = {"harm", "mean_shift", "sensitivity", "prediction_change",
                                          "class_change"};
    const shift_comparison *comparison = p->report->comparison;
    size_t shown = comparison->n_features < MAX_ROWS ? comparison->n_features : MAX_ROWS;
    if (comparison->network == NULL || shown == 0)
        return;
    buffer_text(&p->out, "\n**Harm**\n\n| Feature | Harm | Mean shift | Sensitivity | Moved back: "
                         "change of p | of the class |\n|---|---:|---:|---:|---:|---:|\n");
    for (size_t i = 0; i < shown; i++) {
        buffer_text(&p->out, "| ");
        add_code(&p->out, comparison->features[i]->name, in_table);
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            double value = value_of(comparison->features[i], columns[k]);
            buffer_text(&p->out, " | ");
            if (!isnan(value))
                buffer_print(&p->out, "%.3g", value);
        }
        buffer_text(&p->out, " |\n");
    }
    if (comparison->n_features > shown)
        buffer_print(&p->out, "\n%zu more features\n", comparison->n_features - shown);
}

static void add_item(page *p, const char *name, const char *text)
{
    buffer_text(&p->out, "- ");
    if (name != NULL) {
        add_code(&p->out, name, NULL);
        buffer_text(&p->out, ": ");
    }
    add_text(&p->out, text);
    buffer_text(&p->out, "\n");
}

static void add_reasons(page *p)
{
    size_t troubled = p->tally.all - p->tally.ok;
    size_t shown = troubled < MAX_ROWS ? troubled : MAX_ROWS;
    if (shown == 0)
        return;
    buffer_text(&p->out, "\n**Why**\n\n");
    for (size_t i = 0; i < shown; i++)
        if (p->list[i].subject->reason != NULL)
            add_item(p, p->list[i].subject->name, p->list[i].subject->reason);
}

static void add_changes(page *p)
{
    change_list *list = NULL;
    const style s = {p->utf8, add_code, NULL};
    if (p->report->against == NULL || is_trace(p->report->comparison))
        return;
    if (changes_find(&list, p->report, NULL) != SHIFT_OK) {
        p->out.failed = true;
        return;
    }
    buffer_print(&p->out, "\n**Against run %lld**\n\n", (long long)p->report->against->run_id);
    for (size_t i = 0; i < list->n && i < MAX_ROWS; i++) {
        buffer_print(&p->out, "- **%s** ", change_name(list->changes[i].sort));
        add_code(&p->out, list->changes[i].name, NULL);
        buffer_text(&p->out, ": ");
        change_phrase(&p->out, &list->changes[i], &s);
        buffer_text(&p->out, "\n");
    }
    if (list->n > MAX_ROWS)
        buffer_print(&p->out, "- %zu more\n", list->n - MAX_ROWS);
    if (list->n == 0)
        buffer_text(&p->out, "no shift in either run\n");
    changes_free(list);
}

static void add_messages(page *p)
{
    const shift_comparison *comparison = p->report->comparison;
    size_t shown = comparison->n_messages < MAX_ROWS ? comparison->n_messages : MAX_ROWS;
    if (shown == 0)
        return;
    buffer_text(&p->out, "\n**Notes**\n\n");
    for (size_t i = 0; i < shown; i++)
        add_item(p, comparison->messages[i]->subject, comparison->messages[i]->text);
    if (shown < comparison->n_messages)
        buffer_print(&p->out, "- %zu more\n", comparison->n_messages - shown);
}

static void add_power(page *p)
{
    buffer text = {NULL, 0, 0, false};
    if (phrase_power(&text, p->report->comparison))
        buffer_print(&p->out, "\n%s\n", text.used > 0 ? text.bytes : "");
    p->out.failed |= text.failed;
    buffer_free(&text);
}

static shift_status write_page(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    ranked *list = NULL;
    shift_status status = rank_subjects(&list, report->comparison, err);
    if (status != SHIFT_OK)
        return status;
    page p = {report, list, tally_all(report->comparison), sink->utf8, {NULL, 0, 0, false}};
    add_head(&p);
    put_troubled_first(list, p.tally.all);
    if (is_trace(report->comparison))
        add_trace(&p);
    else
        add_table(&p);
    add_harm(&p);
    add_changes(&p);
    add_reasons(&p);
    add_messages(&p);
    add_power(&p);
    status = buffer_write(&p.out, sink, err);
    buffer_free(&p.out);
    free(list);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_page, report, sink, err);
}

static void add_series(buffer *b, const shift_history_series *series)
{
    const shift_history_point *last = series_last(series);
    const char *verdict = shift_verdict_name(last->subject_verdict);
    buffer_text(b, "| ");
    add_code(b, series->subject, in_table);
    buffer_text(b, " | ");
    series_name(b, series);
    buffer_text(b, " | ");
    series_value(b, series, series->points[0]->value);
    buffer_text(b, " | ");
    series_value(b, series, last->value);
    buffer_print(b, " | %s | ", verdict != NULL ? verdict : "");
    size_t streak = series_streak(series);
    if (streak > 0) {
        const shift_history_point *first = series->points[series->n - streak];
        buffer_print(b, "%.10s", series_day(first->period, first->started_at));
    }
    buffer_text(b, " |\n");
}

static void add_run(buffer *b, const shift_run_entry *run)
{
    const char *verdict = shift_verdict_name(run->verdict);
    buffer_print(b, "| %lld | %s | ", (long long)run->id, run->started_at);
    if (run->period != NULL)
        add_code(b, run->period, in_table);
    buffer_print(b, " | %s | %zu | %zu | %zu | ", verdict != NULL ? verdict : "", run->n_alert,
                 run->n_warn, run->n_features);
    if (run->monitor != NULL)
        add_code(b, run->monitor, in_table);
    buffer_text(b, " | ");
    add_code(b, run->prod.source, in_table);
    buffer_text(b, " |\n");
}

static void add_missed(buffer *b, const shift_missed *missed)
{
    buffer_print(b, "| %s | %s | ", missed->period, shift_outcome_name(missed->outcome));
    add_code(b, missed->monitor, in_table);
    buffer_text(b, " | ");
    if (missed->detail != NULL)
        add_code(b, missed->detail, in_table);
    buffer_text(b, " |\n");
}

static shift_status write_history_page(const shift_history *history, const shift_sink *sink,
                                       shift_error *err)
{
    const shift_history_series **list = NULL;
    size_t n = 0;
    buffer b = {NULL, 0, 0, false};
    shift_status status = series_leading(history, &list, &n, err);
    if (status != SHIFT_OK)
        return status;
    if (n == 0)
        buffer_text(
            &b, "| Run | Started | Period | Verdict | Alert | Warn | Of | Monitor | Production |\n"
                "|---:|---|---|---|---:|---:|---:|---|---|\n");
    else
        buffer_print(&b,
                     "**%zu runs**\n\n| Subject | Statistic | First | Last | Verdict | Since |\n"
                     "|---|---|---:|---:|---|---|\n",
                     history->n_runs);
    for (size_t i = 0; i < n; i++)
        add_series(&b, list[i]);
    for (size_t i = 0; n == 0 && i < history->n_runs; i++)
        add_run(&b, history->runs[i]);
    if (history->n_missed > 0)
        buffer_text(&b, "\n**Not recorded**\n\n| Period | Outcome | Monitor | Why |\n"
                        "|---|---|---|---|\n");
    for (size_t i = 0; i < history->n_missed; i++)
        add_missed(&b, history->missed[i]);
    status = buffer_write(&b, sink, err);
    buffer_free(&b);
    free(list);
    return status;
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(write_history_page, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "markdown",
    .summary = "a comment for a pull request or a chat",
    .extension = "md",
    .render = render,
    .render_history = render_history,
};
