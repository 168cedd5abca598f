/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JUnit XML, as Jenkins and GitLab read it: a test case for the data set and for each feature or
 * layer. An alert is a failure, what could not be judged is skipped, a warning passes and says so
 * in its output. */
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "gradients.h"
#include "series.h"

enum { MAX_TEXT = 2000 };

/* Text of an attribute or an element; XML 1.0 has no control characters and no U+FFFE. */
static void add_text(buffer *b, const char *text)
{
    static const char special[] = "<>&\"'";
    static const char *const entities[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
    buffer harmless = {NULL, 0, 0, false};
    utf8_add_harmless(&harmless, text, MAX_TEXT);
    const char *c = harmless.used > 0 ? harmless.bytes : "";
    for (size_t n = 0; *c != '\0'; c += n) {
        uint32_t code = utf8_next(c, &n);
        const char *found = code < 0x80 ? strchr(special, (int)code) : NULL;
        if (found != NULL)
            buffer_text(b, entities[found - special]);
        else
            utf8_add(b, (code & 0xfffe) == 0xfffe ? 0xfffd : code);
    }
    b->failed |= harmless.failed;
    buffer_free(&harmless);
}

static void add_attribute(buffer *b, const char *name, const char *text)
{
    buffer_print(b, " %s=\"", name);
    add_text(b, text);
    buffer_text(b, "\"");
}

/* A test case: what its verdict makes of it, and what it has to say. */
typedef struct test_case {
    const char *group, *name;
    shift_verdict verdict;
    const char *reason; /* or NULL */
    const char *since;  /* what has changed since another run, or NULL */
} test_case;

static void add_outcome(buffer *b, const char *element, const char *reason)
{
    buffer_print(b, "      <%s", element);
    add_attribute(b, "message", reason != NULL ? reason : "");
    buffer_text(b, "/>\n");
}

static void add_output(buffer *b, const test_case *c)
{
    bool warns = c->verdict == SHIFT_VERDICT_WARN;
    if (!warns && c->since == NULL)
        return;
    buffer_text(b, "      <system-out>");
    if (warns) {
        buffer_text(b, "warn: ");
        add_text(b, c->reason != NULL ? c->reason : "");
    }
    if (c->since != NULL) {
        buffer_text(b, warns ? "; " : "");
        add_text(b, c->since);
    }
    buffer_text(b, "</system-out>\n");
}

static void add_case(buffer *b, const test_case *c)
{
    buffer_text(b, "    <testcase");
    add_attribute(b, "classname", c->group);
    add_attribute(b, "name", c->name);
    bool silent =
        (c->verdict == SHIFT_VERDICT_OK || c->verdict == SHIFT_VERDICT_NONE) && c->since == NULL;
    buffer_text(b, silent ? " time=\"0\"/>\n" : " time=\"0\">\n");
    if (silent)
        return;
    if (c->verdict == SHIFT_VERDICT_ALERT)
        add_outcome(b, "failure type=\"alert\"", c->reason);
    if (c->verdict == SHIFT_VERDICT_INCONCLUSIVE)
        add_outcome(b, "skipped", c->reason);
    add_output(b, c);
    buffer_text(b, "    </testcase>\n");
}

/* What became of a subject since the other run. */
static const char *since_of(buffer *b, const shift_report *report, const change *c)
{
    const style s = {true, NULL, NULL};
    if (c == NULL)
        return NULL;
    buffer_reset(b);
    buffer_print(b, "against run %lld: %s, ", (long long)report->against->run_id,
                 change_name(c->sort));
    change_phrase(b, c, &s);
    return b->failed ? NULL : b->bytes;
}

static const char *all_since(buffer *b, const shift_report *report, const change_list *changes)
{
    if (changes == NULL)
        return NULL;
    buffer_print(b, "against run %lld: ", (long long)report->against->run_id);
    changes_phrase(b, changes);
    return b->failed ? NULL : b->bytes;
}

/* Numbers of a suite. */
typedef struct numbers {
    size_t tests, failures, skipped;
} numbers;

static void count(numbers *n, shift_verdict verdict)
{
    n->tests++;
    n->failures += verdict == SHIFT_VERDICT_ALERT;
    n->skipped += verdict == SHIFT_VERDICT_INCONCLUSIVE;
}

static void add_numbers(buffer *b, const numbers *n)
{
    buffer_print(b, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"0\"",
                 n->tests, n->failures, n->skipped);
}

/* JUnit's times have no zone letter. */
static void begin_suite(buffer *b, const char *name, const char *started_at, const numbers *n)
{
    buffer_text(b, "  <testsuite");
    add_attribute(b, "name", name);
    add_numbers(b, n);
    buffer_print(b, " timestamp=\"%.19s\" hostname=\"localhost\">\n", started_at);
}

/* The period is not in the name, by which nights are compared. */
static void end_suite(buffer *b, const char *period)
{
    if (period != NULL) {
        buffer_text(b, "    <system-out>data of ");
        add_text(b, period);
        buffer_text(b, "</system-out>\n");
    }
    buffer_text(b, "  </testsuite>\n");
}

static const char prologue[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

static void add_cases(buffer *b, const shift_report *report, const change_list *changes)
{
    const shift_comparison *comparison = report->comparison;
    bool network = comparison->network != NULL;
    const char *group = network ? "covshift.layer" : "covshift.feature";
    const shift_subject *const *subjects = network ? comparison->layers : comparison->features;
    const shift_subject *dataset = comparison->dataset;
    buffer since = {NULL, 0, 0, false};
    add_case(b, &(test_case){"covshift.dataset", network ? "network" : "dataset", dataset->verdict,
                             dataset->reason, all_since(&since, report, changes)});
    for (size_t i = 0; i < count_subjects(comparison); i++) {
        const change *c = changes != NULL ? changes_of(changes, subjects[i]) : NULL;
        add_case(b, &(test_case){group, subjects[i]->name, subjects[i]->verdict,
                                 subjects[i]->reason, since_of(&since, report, c)});
    }
    for (size_t i = 0; changes != NULL && i < changes->n; i++)
        if (changes->changes[i].now == NULL)
            add_case(b, &(test_case){group, changes->changes[i].name, SHIFT_VERDICT_INCONCLUSIVE,
                                     "not in this run",
                                     since_of(&since, report, &changes->changes[i])});
    b->failed |= since.failed;
    buffer_free(&since);
}

static shift_status write_suite(const shift_report *report, const shift_sink *sink,
                                shift_error *err)
{
    const shift_comparison *comparison = report->comparison;
    const shift_subject *const *subjects =
        comparison->network != NULL ? comparison->layers : comparison->features;
    change_list *changes = NULL;
    numbers n = {0, 0, 0};
    buffer b = {NULL, 0, 0, false};
    shift_status status = report->against != NULL && !is_trace(report->comparison)
                              ? changes_find(&changes, report, err)
                              : SHIFT_OK;
    if (status != SHIFT_OK)
        return status;
    count(&n, comparison->dataset->verdict);
    for (size_t i = 0; i < count_subjects(comparison); i++)
        count(&n, subjects[i]->verdict);
    for (size_t i = 0; changes != NULL && i < changes->n; i++)
        if (changes->changes[i].now == NULL)
            count(&n, SHIFT_VERDICT_INCONCLUSIVE);
    buffer_print(&b, "%s<testsuites name=\"covshift\"", prologue);
    add_numbers(&b, &n);
    buffer_text(&b, ">\n");
    begin_suite(&b, report->monitor != NULL ? report->monitor : "covshift", report->started_at, &n);
    add_cases(&b, report, changes);
    end_suite(&b, report->period);
    buffer_text(&b, "</testsuites>\n");
    status = buffer_write(&b, sink, err);
    changes_free(changes);
    buffer_free(&b);
    return status;
}

/* A suite for each run, whose only case is the run. */
static void add_run(buffer *b, const shift_run_entry *run)
{
    numbers n = {0, 0, 0};
    buffer text = {NULL, 0, 0, false};
    buffer_print(&text, "%zu of %zu alert, %zu warn", run->n_alert, run->n_features, run->n_warn);
    count(&n, run->verdict);
    begin_suite(b, run->monitor != NULL ? run->monitor : "covshift", run->started_at, &n);
    buffer name = {NULL, 0, 0, false};
    buffer_print(&name, "run %lld", (long long)run->id);
    add_case(b, &(test_case){"covshift.run", name.failed ? "" : name.bytes, run->verdict,
                             text.failed ? "" : text.bytes, NULL});
    end_suite(b, run->period);
    b->failed |= text.failed || name.failed;
    buffer_free(&name);
    buffer_free(&text);
}

static shift_status write_runs(const shift_history *history, const shift_sink *sink,
                               shift_error *err)
{
    numbers n = {0, 0, 0};
    buffer b = {NULL, 0, 0, false};
    for (size_t i = 0; i < history->n_runs; i++)
        count(&n, history->runs[i]->verdict);
    buffer_print(&b, "%s<testsuites name=\"covshift\"", prologue);
    add_numbers(&b, &n);
    buffer_text(&b, ">\n");
    for (size_t i = 0; i < history->n_runs; i++)
        add_run(&b, history->runs[i]);
    buffer_text(&b, "</testsuites>\n");
    shift_status status = buffer_write(&b, sink, err);
    buffer_free(&b);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_suite, report, sink, err);
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(write_runs, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "junit",
    .summary = "test cases for a CI's reader of JUnit XML",
    .extension = "xml",
    .render = render,
    .render_history = render_history,
};
