/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporters but for text and json, and the histories of all: expected documents, and names that
 * would break out of them. */
#include <check.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rendered.h"
#include "sample.h"

static memory_sink memory;

static const char *document(const char *reporter, const shift_comparison *comparison)
{
    shift_report report = rendered_report(comparison);
    rendered_open(reporter);
    const char *text = rendered_text(&report, &memory, memory_sink_of(&memory));
    rendered_close();
    return text;
}

static void clear(void)
{
    memory_sink_clear(&memory);
}

static const struct {
    const char *reporter, *file;
    const shift_comparison *(*sample)(void);
} documents[] = {
    {"markdown", "weather.md", sample_weather},   {"markdown", "hostile.md", sample_hostile},
    {"markdown", "calm.md", sample_calm},         {"markdown", "network.md", sample_network},
    {"csv", "weather.csv", sample_weather},       {"csv", "calm.csv", sample_calm},
    {"csv", "network.csv", sample_network},       {"prometheus", "weather.prom", sample_weather},
    {"prometheus", "calm.prom", sample_calm},     {"prometheus", "network.prom", sample_network},
    {"junit", "weather.xml", sample_weather},     {"junit", "hostile.xml", sample_hostile},
    {"junit", "network.xml", sample_network},     {"nagios", "weather.nagios", sample_weather},
    {"nagios", "hostile.nagios", sample_hostile}, {"nagios", "calm.nagios", sample_calm},
    {"nagios", "network.nagios", sample_network}, {"markdown", "trace.md", sample_trace},
    {"csv", "trace.csv", sample_trace},
};

START_TEST(the_document_is_as_expected)
{
    assert_expected(document(documents[_i].reporter, documents[_i].sample()), documents[_i].file);
}
END_TEST

static const char *const reporters[] = {"markdown", "csv", "prometheus", "html", "junit", "nagios"};
enum { REPORTERS = sizeof reporters / sizeof *reporters };

/* A comma in the host's locale must not get into a number. */
START_TEST(the_hosts_locale_does_not_matter)
{
    char *expected = strdup(document(reporters[_i], sample_weather()));
    clear();
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    ck_assert_str_eq(document(reporters[_i], sample_weather()), expected);
    free(expected);
}
END_TEST

/* Fields of the record at *at, which is moved behind it: a reader of RFC 4180 in a few lines. */
static size_t count_fields(const char **at)
{
    size_t n = 1;
    bool quoted = false;
    for (; **at != '\0' && (quoted || **at != '\n'); (*at)++) {
        if (**at == '"')
            quoted = !quoted;
        n += !quoted && **at == ',';
    }
    ck_assert(!quoted);
    ck_assert_int_eq(**at, '\n');
    (*at)++;
    return n;
}

START_TEST(every_csv_record_has_all_fields)
{
    const char *at = document("csv", sample_hostile());
    size_t records = 0;
    for (; *at != '\0'; records++)
        ck_assert_uint_eq(count_fields(&at), 19);
    ck_assert_uint_eq(records, 1 + 1 + 8 * 4 + 7);
}
END_TEST

START_TEST(csv_numbers_read_back_exactly)
{
    const char *text = document("csv", sample_hostile());
    const char *at = strstr(text, ",wasserstein,");
    ck_assert_ptr_nonnull(at);
    char *end = NULL;
    ck_assert(strtod(at + strlen(",wasserstein,"), &end) == 0.1 + 0.2);
    ck_assert(strtod(end + 2, &end) == nextafter(1, 2)); /* `low` is empty */
    ck_assert(strtod(end + 1, NULL) == 1.0 / 3);
}
END_TEST

/* name{label="value",...} value */
static void assert_sample_line(const char *line, size_t n)
{
    size_t i = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
    ck_assert_uint_gt(i, strlen("covshift_"));
    bool quoted = false;
    if (line[i] == '{')
        for (i++; i < n && (quoted || line[i] != '}'); i++) {
            if (line[i] == '\\')
                i++;
            else if (line[i] == '"')
                quoted = !quoted;
        }
    i += line[i] == '}' ? 1 : 0;
    ck_assert_int_eq(line[i], ' ');
    char *end = NULL;
    (void)strtod(line + i + 1, &end);
    ck_assert_ptr_eq(end, line + n);
}

START_TEST(every_prometheus_line_is_a_comment_or_a_sample)
{
    const char *at = document("prometheus", sample_hostile());
    while (*at != '\0') {
        size_t n = strcspn(at, "\n");
        if (*at != '#')
            assert_sample_line(at, n);
        at += n + 1;
    }
}
END_TEST

START_TEST(prometheus_labels_are_escaped)
{
    const char *text = document("prometheus", sample_hostile());
    ck_assert_ptr_nonnull(
        strstr(text, "{type=\"feature\",subject=\"quote\\\" 'x' \\\\ back\"} 3\n"));
    ck_assert_ptr_nonnull(strstr(text, "subject=\"line\\nfeed\r\ttab\"} 3\n"));
    ck_assert_ptr_nonnull(strstr(text, "statistic=\"ks\"} +Inf\n"));
    ck_assert_ptr_null(strstr(text, "statistic=\"variance_ratio\""));
}
END_TEST

START_TEST(the_monitor_is_a_label_of_every_sample)
{
    shift_report report = rendered_report(sample_calm());
    report.monitor = "nightly";
    rendered_open("prometheus");
    const char *at = rendered_text(&report, &memory, memory_sink_of(&memory));
    rendered_close();
    while ((at = strstr(at, "\ncovshift_")) != NULL) {
        at += strcspn(at, "{");
        ck_assert_ptr_eq(strstr(at, "{monitor=\"nightly\""), at);
    }
}
END_TEST

static const shift_comparison *(*const samples[])(void) = {
    sample_weather, sample_calm, sample_many, sample_hostile, sample_network, sample_trace};

/* The data of a page end at the first '<', whatever names there are, and are one JSON object. */
START_TEST(html_data_cannot_leave_their_element)
{
    const char *text = document("html", samples[_i]());
    static const char begin[] = "<script type=\"application/json\" id=\"data\">\n";
    const char *at = strstr(text, begin);
    ck_assert_ptr_nonnull(at);
    at += strlen(begin);
    size_t n = strcspn(at, "<");
    ck_assert_int_eq(strncmp(at + n, "</script>\n", 10), 0);
    json_error_t problem;
    json_t *data = json_loadb(at, n, 0, &problem);
    ck_assert_msg(data != NULL, "%s, line %d", problem.text, problem.line);
    const json_t *trace = json_object_get(data, "trace");
    size_t features = json_array_size(json_object_get(data, "features")) +
                      json_array_size(json_object_get(trace, "layers"));
    const shift_comparison *comparison = samples[_i]();
    ck_assert_uint_eq(features, comparison->n_features + comparison->n_layers);
    json_decref(data);
}
END_TEST

/* Two runs of one series, the second beyond its alert threshold, two days without one, and texts to
 * beware of. */
static const shift_history *small_history(void)
{
    static const shift_run_entry runs[] = {{.id = 3,
                                            .kind = "features",
                                            .started_at = "2026-01-30T02:00:00Z",
                                            .finished_at = "2026-01-30T02:00:07Z",
                                            .verdict = SHIFT_VERDICT_OK,
                                            .train = {"train.csv", 4000},
                                            .prod = {"a|b, \"c\".csv", 1000},
                                            .n_features = 2},
                                           {.id = 5,
                                            .kind = "features",
                                            .monitor = "night",
                                            .started_at = "2026-01-31T02:00:00Z",
                                            .finished_at = "2026-01-31T02:00:07Z",
                                            .verdict = SHIFT_VERDICT_ALERT,
                                            .train = {"train.csv", 4000},
                                            .prod = {"today.csv", 900},
                                            .n_features = 2,
                                            .n_alert = 1,
                                            .period = "2026-01-30 2026-01-30T06:00:00Z"}};
    static const shift_history_point points[] = {
        {3, "2026-01-30T02:00:00Z", 0.02, 0, 0.05, 0.5, 0.1, 0.25, SHIFT_VERDICT_OK,
         SHIFT_VERDICT_OK, NULL},
        {5, "2026-01-31T02:00:00Z", 0.75, 0.5, 1, 1e-9, 0.1, 0.25, SHIFT_VERDICT_ALERT,
         SHIFT_VERDICT_ALERT, "2026-01-30 2026-01-30T06:00:00Z"}};
    static const shift_history_point *const list[] = {&points[0], &points[1]};
    static const shift_history_series series[] = {
        {SHIFT_SUBJECT_FEATURE, "</script>\n|", "psi", 2, list},
        {SHIFT_SUBJECT_FEATURE, "calm", "psi", 1, list}};
    static const shift_history_series *const all[] = {&series[0], &series[1]};
    static const shift_run_entry *const entries[] = {&runs[0], &runs[1]};
    static const shift_missed failed = {"night", "2026-01-28", "2026-01-29T02:00:00Z",
                                        SHIFT_OUTCOME_FAILED, "a|b.csv:7: \033[31m`\n<&"};
    static const shift_missed aborted = {"day", "2026-01-29", "2026-01-30T02:00:00Z",
                                         SHIFT_OUTCOME_ABORTED, NULL};
    static const shift_missed *const missed[] = {&failed, &aborted};
    static const shift_history history = {sizeof history, 2, all, 2, entries, 2, missed};
    return &history;
}

static const struct {
    const char *reporter, *file;
    bool runs_only;
} histories[] = {
    {"text", "history.txt", false},        {"text", "runs.txt", true},
    {"json", "history.json", false},       {"json", "runs.json", true},
    {"csv", "history.csv", false},         {"csv", "runs.csv", true},
    {"markdown", "history.md", false},     {"markdown", "runs.md", true},
    {"prometheus", "history.prom", false}, {"prometheus", "runs.prom", true},
    {"junit", "history.xml", false},       {"nagios", "history.nagios", false},
};

START_TEST(the_history_is_as_expected)
{
    shift_history history = *small_history();
    if (histories[_i].runs_only)
        history.n = 0;
    rendered_open(histories[_i].reporter);
    const char *text = rendered_history(&history, &memory, memory_sink_of(&memory));
    assert_expected(text, histories[_i].file);
    rendered_close();
}
END_TEST

static const char *const all_reporters[] = {"text",       "json", "markdown", "csv",
                                            "prometheus", "html", "junit",    "nagios"};

START_TEST(a_failing_sink_is_passed_on)
{
    shift_report report = rendered_report(sample_weather());
    rendered_open(all_reporters[_i]);
    rendered_assert_full(&report, NULL);
    rendered_assert_full(NULL, small_history());
    rendered_close();
}
END_TEST

START_TEST(an_empty_history_is_a_document_too)
{
    static const shift_history none = {.size = sizeof none};
    static const char *const all[] = {"text",       "json",  "csv",    "markdown",
                                      "prometheus", "junit", "nagios", "html"};
    rendered_open(all[_i]);
    const char *text = rendered_history(&none, &memory, memory_sink_of(&memory));
    ck_assert_uint_gt(strlen(text), 5);
    rendered_close();
}
END_TEST

START_TEST(html_history_cannot_leave_its_element)
{
    rendered_open("html");
    const char *text = rendered_history(small_history(), &memory, memory_sink_of(&memory));
    const char *at = strstr(text, "id=\"data\">\n");
    ck_assert_ptr_nonnull(at);
    at += strlen("id=\"data\">\n");
    json_t *data = json_loadb(at, strcspn(at, "<"), 0, NULL);
    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(json_array_size(json_object_get(data, "history")), 2);
    ck_assert_uint_eq(json_array_size(json_object_get(data, "runs")), 2);
    ck_assert_uint_eq(json_array_size(json_object_get(data, "missed")), 2);
    json_decref(data);
    rendered_close();
}
END_TEST

/* Of a thousand series and more a page has the one of each subject that leads. */
START_TEST(html_history_of_many_series_has_the_leading_ones)
{
    enum { SUBJECTS = 600, ALL = 2 * SUBJECTS };
    static char names[SUBJECTS][8];
    static shift_history_series series[ALL];
    static const shift_history_series *list[ALL];
    shift_history history = *small_history();
    for (size_t i = 0; i < ALL; i++) {
        (void)snprintf(names[i / 2], sizeof names[0], "f%03zu", i / 2);
        series[i] = *history.series[1];
        series[i].subject = names[i / 2];
        series[i].statistic = i % 2 == 0 ? "jensen_shannon" : "psi";
        list[i] = &series[i];
    }
    history.series = list;
    history.n = ALL;
    rendered_open("html");
    const char *at =
        strstr(rendered_history(&history, &memory, memory_sink_of(&memory)), "id=\"data\">\n") +
        strlen("id=\"data\">\n");
    json_t *data = json_loadb(at, strcspn(at, "<"), 0, NULL);
    ck_assert_ptr_nonnull(data);
    ck_assert(json_is_true(json_object_get(data, "leading")));
    ck_assert_uint_eq(json_array_size(json_object_get(data, "history")), SUBJECTS);
    json_decref(data);
    rendered_close();
}
END_TEST

static shift_report report_against(const shift_report *before, const shift_comparison *now)
{
    shift_report report = rendered_report(now);
    report.against = before;
    return report;
}

/* What is new in one direction is gone in the other. */
START_TEST(changes_against_another_run)
{
    static const char *const tellers[] = {"text",       "markdown", "json",  "csv",
                                          "prometheus", "junit",    "nagios"};
    static const char *const words[2][7] = {
        {"new: PSI", "**new** `temp`", "\"change\": \"new\"", ",4,new,",
         "{type=\"feature\",subject=\"temp\",change=\"new\"} 1", "against run 4: new, PSI",
         "; against run 4: "},
        {"gone: PSI", "**gone** `temp`", "\"change\": \"gone\"", ",4,gone,",
         "{type=\"feature\",subject=\"temp\",change=\"gone\"} 1", "against run 4: gone, PSI",
         " gone |"}};
    for (int back = 0; back < 2; back++) {
        shift_report before = rendered_report(back ? sample_weather() : sample_calm());
        before.run_id = 4;
        shift_report report = report_against(&before, back ? sample_calm() : sample_weather());
        rendered_open(tellers[_i]);
        const char *text = rendered_text(&report, &memory, memory_sink_of(&memory));
        ck_assert_msg(strstr(text, words[back][_i]) != NULL, "%s", text);
        rendered_close();
        memory_sink_clear(&memory);
    }
}
END_TEST

/* A diverged network has a loss that is no number, and none is recorded. */
START_TEST(gradients_vanish_or_explode)
{
    static const char *const tellers[] = {"text", "nagios", "markdown", "html"};
    static const struct {
        double ratio, loss;
        const char *reason;
    } runs[] = {
        {2.5e-5, 1.5, "the gradient vanishes: at the first activation it is 2.5e-05 times that"},
        {INFINITY, NAN, "the gradient explodes: it or the loss is beyond what"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        const shift_measurement ratio = {.statistic = "gradient_ratio", .value = runs[i].ratio};
        const shift_measurement loss = {.statistic = "loss", .value = runs[i].loss};
        const shift_measurement *both[] = {&ratio, &loss};
        shift_comparison comparison = *sample_network();
        shift_subject dataset = *comparison.dataset;
        dataset.verdict = SHIFT_VERDICT_ALERT;
        dataset.reason = runs[i].reason;
        dataset.measurements = both;
        dataset.n_measurements = isnan(runs[i].loss) ? 1 : 2;
        comparison.dataset = &dataset;
        const char *text = document(tellers[_i], &comparison);
        ck_assert_msg(strstr(text, runs[i].reason) != NULL, "%s", text);
        clear();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reporters");
    TCase *tcase = tcase_create("documents");
    tcase_add_checked_fixture(tcase, NULL, clear);
    tcase_add_loop_test(tcase, the_document_is_as_expected, 0,
                        sizeof documents / sizeof *documents);
    tcase_add_loop_test(tcase, a_failing_sink_is_passed_on, 0,
                        (int)(sizeof all_reporters / sizeof *all_reporters));
    tcase_add_loop_test(tcase, the_hosts_locale_does_not_matter, 0, REPORTERS);
    tcase_add_test(tcase, every_csv_record_has_all_fields);
    tcase_add_test(tcase, csv_numbers_read_back_exactly);
    tcase_add_test(tcase, every_prometheus_line_is_a_comment_or_a_sample);
    tcase_add_test(tcase, prometheus_labels_are_escaped);
    tcase_add_test(tcase, the_monitor_is_a_label_of_every_sample);
    tcase_add_loop_test(tcase, html_data_cannot_leave_their_element, 0,
                        sizeof samples / sizeof *samples);
    tcase_add_loop_test(tcase, the_history_is_as_expected, 0, sizeof histories / sizeof *histories);
    tcase_add_loop_test(tcase, an_empty_history_is_a_document_too, 0, 8);
    tcase_add_test(tcase, html_history_cannot_leave_its_element);
    tcase_add_test(tcase, html_history_of_many_series_has_the_leading_ones);
    tcase_add_loop_test(tcase, changes_against_another_run, 0, 7);
    tcase_add_loop_test(tcase, gradients_vanish_or_explode, 0, 4);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
