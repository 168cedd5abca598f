/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The monitor file: what is read from it, and days of the calendar.
 * tests/cli/cases/monitor_errors.t has the errors. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "scratch.h"
#include "shift/shift.h"

static char path[600];

static void make_folder(void)
{
    (void)snprintf(path, sizeof path, "%s/night.yaml", scratch_make());
}

static shift_status load(shift_monitor **out, const char *text, shift_error *err)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    return shift_monitor_load(out, path, err);
}

static shift_monitor *load_good(const char *text)
{
    shift_monitor *monitor = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(load(&monitor, text, &err) == SHIFT_OK, "%s", err.message);
    return monitor;
}

#define LEAST "db: a.db\ntrain: /t.csv\nproduction: {source: \"%Y.csv\"}\n"

START_TEST(what_is_not_in_the_file_has_its_default)
{
    shift_monitor *m = load_good(LEAST);
    char whole[700];
    (void)snprintf(whole, sizeof whole, "%.*s/a.db", (int)(strrchr(path, '/') - path), path);
    ck_assert_str_eq(m->name, "night");
    ck_assert_str_eq(m->db, whole);
    ck_assert_str_eq(m->train, "/t.csv");
    ck_assert_str_eq(strrchr(m->production, '/'), "/%Y.csv");
    ck_assert_double_eq(m->alpha, 0.05);
    ck_assert(isnan(m->fail_share));
    ck_assert(!m->no_joint);
    ck_assert_uint_eq(m->n_features + m->n_reports + m->n_hooks + m->keep_days + m->late_days, 0);
    ck_assert_int_eq(m->source->delimiter, ',');
    shift_monitor_free(m);
}
END_TEST

START_TEST(every_key_is_read)
{
    shift_monitor *m = load_good(
        "name: houses-2\ndb: /d/a.db\ntrain: sqlite:t.db?SELECT 1\n"
        "production: {source: \"sqlite:/p.db?SELECT '%d'\", days_ago: 2, late_days: 5, delimiter: "
        "tab, missing: ['', X]}\n"
        "features:\n  - name: a*\n    kind: categorical\n    statistics: [psi, ks]\n    "
        "thresholds:\n"
        "      - {statistic: psi, warn: 0.5}\n  - {name: b, exclude: yes}\n"
        "decision: {alpha: 0.01, fail_share: 0.5, joint: no, seed: 7}\n"
        "reports: [{format: html, to: /r/%F.html, when: news}]\n"
        "hooks: [{run: 'mail x'}]\nkeep: 30d\n");
    ck_assert_str_eq(m->name, "houses-2");
    ck_assert_str_eq(m->db, "/d/a.db");
    ck_assert_ptr_nonnull(strstr(m->train, "/t.db?SELECT 1"));
    ck_assert_int_eq(strncmp(m->train, "sqlite:/", 8), 0);
    ck_assert_str_eq(m->production, "sqlite:/p.db?SELECT '%d'");
    ck_assert_uint_eq(m->days_ago, 2);
    ck_assert_uint_eq(m->late_days, 5);
    ck_assert_int_eq(m->source->delimiter, '\t');
    ck_assert_uint_eq(m->source->n_missing_tokens, 2);
    ck_assert_str_eq(m->source->missing_tokens[1], "X");
    ck_assert_uint_eq(m->n_features, 2);
    ck_assert_int_eq((int)m->features[0].kind, (int)SHIFT_KIND_CATEGORICAL);
    ck_assert_str_eq(m->features[0].statistics[1], "ks");
    ck_assert_double_eq(m->features[0].thresholds[0].warn, 0.5);
    ck_assert(isnan(m->features[0].thresholds[0].alert));
    ck_assert(m->features[1].exclude && !m->features[1].has_kind);
    ck_assert_double_eq(m->alpha, 0.01);
    ck_assert_double_eq(m->fail_share, 0.5);
    ck_assert(m->no_joint);
    ck_assert_uint_eq(m->seed, 7);
    ck_assert_int_eq((int)m->reports[0].when, (int)SHIFT_WHEN_NEWS);
    ck_assert_int_eq((int)m->hooks[0].when, (int)SHIFT_WHEN_ALARM);
    ck_assert_uint_eq(m->keep_days, 30);
    shift_monitor_free(m);
}
END_TEST

START_TEST(false_alarms_set_level_and_run_length)
{
    static const struct {
        const char *changes;
        double alpha;
    } shares[] = {
        {"", 1.0 / 40}, {"\nchanges: {detectors: []}", 1.0 / 40}, {"\nchanges: {}", 1.0 / 80}};
    char text[500];
    (void)snprintf(text, sizeof text, "%spolicy: {false_alarms: {at_most: 0.5, runs: 20}}%s", LEAST,
                   shares[_i].changes);
    shift_monitor *m = load_good(text);
    ck_assert_double_eq_tol(m->alpha, shares[_i].alpha, 1e-15);
    ck_assert_double_eq_tol(m->run_length, 1 / shares[_i].alpha, 1e-12);
    shift_monitor_free(m);
}
END_TEST

START_TEST(networks_are_read)
{
    shift_monitor *m =
        load_good(LEAST "networks:\n"
                        "  - {network: nets/small.v2.onnx, label: y, inputs: [b, a]}\n"
                        "  - {network: kept, train: sub/kept.layers}\n"
                        "  - {network: /abs/large.onnx, train: /t.layers}\n");
    char whole[700];
    int folder = (int)(strrchr(path, '/') - path);
    ck_assert_uint_eq(m->n_networks, 3);
    (void)snprintf(whole, sizeof whole, "%.*s/nets/small.v2.onnx", folder, path);
    ck_assert_str_eq(m->networks[0].network, whole);
    ck_assert_str_eq(m->networks[0].name, "small.v2");
    ck_assert_str_eq(m->networks[0].train, "/t.csv");
    ck_assert_str_eq(m->networks[0].label, "y");
    ck_assert_uint_eq(m->networks[0].n_inputs, 2);
    ck_assert_str_eq(m->networks[0].inputs[1], "a");
    (void)snprintf(whole, sizeof whole, "%.*s/sub/kept.layers", folder, path);
    ck_assert_str_eq(m->networks[1].network, "kept");
    ck_assert_str_eq(m->networks[1].name, "kept");
    ck_assert_str_eq(m->networks[1].train, whole);
    ck_assert_ptr_null(m->networks[1].label);
    ck_assert_ptr_null(m->networks[1].inputs);
    ck_assert_str_eq(m->networks[2].network, "/abs/large.onnx");
    ck_assert_str_eq(m->networks[2].name, "large");
    ck_assert_str_eq(m->networks[2].train, "/t.layers");
    shift_monitor_free(m);
}
END_TEST

static const struct {
    const char *text, *words;
} refusals[] = {
    {"a: [", "line 2, column 1: is no YAML"},
    {LEAST "---\nb: 1\n", "has a second document"},
    {LEAST "keep: [3d]", "keep: expected a single value"},
    {LEAST "features: x", "features: expected a list"},
    {LEAST "decision: [x]", "decision: expected keys with values"},
    {LEAST "decision: {alpha: x}",
     "line 4, column 19: decision.alpha: expected a number between 0 and 1, found 'x'"},
    {LEAST "train: y", "train: is there twice"},
    {LEAST "features: [{name: x, statistics: [kss]}]", "no statistic 'kss'; did you mean ks"},
    {LEAST "reports: [{format: a, to: \"%Q\"}]", "line 4, column 27: reports[1].to: "},
    {LEAST "reprots: 3", "unknown key 'reprots'; did you mean reports"},
    {LEAST "networks: [{label: y}]", "line 4, column 12: networks[1]: needs network: "},
    {LEAST "networks: [{network: a, lable: y}]", "unknown key 'lable'; did you mean label"},
    {LEAST "networks: [{network: a, inputs: b}]", "column 33: inputs: expected a list"},
    {LEAST "networks: [{network: a}, {network: x/a.onnx}]",
     "line 4, column 36: networks[2].network: networks[1] is called 'a' too"},
    {LEAST "networks: [{network: a b.onnx}]", "networks[1].network: expected a name of letters"},
    {"db: a\ntrain: t\nproduction: {source: p, by: \"column:c\"}\nnetworks: [{network: a}]",
     "line 4, column 11: networks: a day that is cut"},
    {"db: a\ntrain: t\nproduction: {source: p, days_ago: 3661}",
     "production.days_ago: expected a whole number from 0 to 3660, found '3661'"},
    {"db: a\ntrain: t\nproduction: {source: p, delimiter: ab}",
     "delimiter: expected one ASCII character, or tab, found 'ab'"},
    {LEAST "decision: {fail_share: 1.5}", "fail_share: expected a number above 0, 1 at most"},
    {LEAST "decision: {seed: 9223372036854775808}",
     "decision.seed: expected a whole number from 0 to 9223372036854775807"},
    {LEAST "policy: {false_alarms: {at_most: 1e-200, runs: 1e200}}", "expected at_most and runs"},
    {LEAST "policy: {false_alarms: {at_most: 1, runs: 30}}\nchanges: {run_length: 500}",
     "run_length: policy: false_alarms sets it"},
};

START_TEST(a_wrong_file_is_refused_with_its_place)
{
    shift_monitor *monitor = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)load(&monitor, refusals[_i].text, &err), (int)SHIFT_EFORMAT);
    ck_assert_ptr_null(monitor);
    ck_assert_msg(strstr(err.message, refusals[_i].words) != NULL, "%s", err.message);
    ck_assert_int_eq(strncmp(err.message, path, strlen(path)), 0);
}
END_TEST

START_TEST(what_init_writes_is_read_back)
{
    static const char *const names[] = {"plain",
                                        "with \"quotes\"",
                                        "a*b?[c]",
                                        "tab\tand\\",
                                        "ü",
                                        "next\xc2\x85line",
                                        "csi\xc2\x9b",
                                        "\xe2\x80\xa8 \xe2\x80\xa9",
                                        "no \xef\xbf\xbe\xef\xbf\xbf",
                                        "mark\xef\xbb\xbf",
                                        "\xf0\x9f\x98\x80"};
    enum { N = sizeof names / sizeof *names };
    shift_schema *schema = NULL;
    shift_monitor_rules *rules = NULL;
    char *text = NULL;
    ck_assert_int_eq((int)shift_schema_new(&schema, NULL), (int)SHIFT_OK);
    for (size_t i = 0; i < N; i++)
        ck_assert_int_eq((int)shift_schema_add(schema, names[i], SHIFT_KIND_CATEGORICAL, NULL),
                         (int)SHIFT_OK);
    ck_assert_int_eq((int)shift_monitor_write(&text, "a \"b\".csv", schema, NULL, NULL, NULL),
                     (int)SHIFT_OK);
    shift_monitor *m = load_good(text);
    ck_assert_str_eq(strrchr(m->train, '/'), "/a \"b\".csv");
    ck_assert_int_eq((int)shift_monitor_resolve(&rules, m, names, N, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(rules->n_columns, N);
    for (size_t i = 0; i < N; i++)
        ck_assert_str_eq(rules->columns[i].column, names[i]);
    ck_assert_int_eq(m->source->delimiter, ',');
    ck_assert_ptr_null(m->source->missing_tokens);
    shift_monitor_rules_free(rules);
    shift_monitor_free(m);
    shift_schema_free(schema);
    free(text);
}
END_TEST

START_TEST(init_refuses_what_no_yaml_can_hold)
{
    static const char *const texts[] = {"\xff.csv", "a\xc3", "\xed\xa0\x80", "\xc0\x80"};
    shift_source_options source = SHIFT_SOURCE_OPTIONS_INIT;
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    char *text = NULL;
    ck_assert_int_eq((int)shift_schema_new(&schema, NULL), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift_monitor_write(&text, texts[_i], schema, NULL, NULL, &err),
                     (int)SHIFT_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.message, "is not UTF-8"));
    source.missing_tokens = &texts[_i];
    source.n_missing_tokens = 1;
    ck_assert_int_eq((int)shift_monitor_write(&text, "t", schema, NULL, &source, NULL),
                     (int)SHIFT_EINVAL);
    ck_assert_ptr_null(text);
    shift_schema_free(schema);
}
END_TEST

START_TEST(init_keeps_how_files_are_read_and_what_is_left_out)
{
    static const char *const tokens[] = {"", "\"-\"", "n/a"};
    static const struct {
        char delimiter;
        bool usual;
        size_t n;
    } cases[] = {
        {';', false, 3}, {'\t', false, 1}, {'"', true, 0}, {',', false, 2}, {',', false, 0}};
    shift_schema *schema = NULL;
    shift_schema *used = NULL;
    shift_monitor_rules *rules = NULL;
    char *text = NULL;
    static const char *const names[] = {"a*", "a"};
    ck_assert_int_eq((int)shift_schema_new(&schema, NULL), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift_schema_new(&used, NULL), (int)SHIFT_OK);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq((int)shift_schema_add(schema, names[i], SHIFT_KIND_NUMERIC, NULL),
                         (int)SHIFT_OK);
    ck_assert_int_eq((int)shift_schema_add(used, "a", SHIFT_KIND_NUMERIC, NULL), (int)SHIFT_OK);
    shift_source_options source = SHIFT_SOURCE_OPTIONS_INIT;
    source.delimiter = cases[_i].delimiter;
    source.missing_tokens = cases[_i].usual ? NULL : tokens;
    source.n_missing_tokens = cases[_i].n;
    ck_assert_int_eq((int)shift_monitor_write(&text, "a.csv", schema, used, &source, NULL),
                     (int)SHIFT_OK);
    shift_monitor *m = load_good(text);
    ck_assert_int_eq(m->source->delimiter, cases[_i].delimiter);
    ck_assert_int_eq(m->source->missing_tokens == NULL, cases[_i].usual);
    ck_assert_uint_eq(m->source->n_missing_tokens, cases[_i].n);
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens && i < cases[_i].n; i++)
        ck_assert_str_eq(m->source->missing_tokens[i], tokens[i]);
    ck_assert_int_eq((int)shift_monitor_resolve(&rules, m, names, 2, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(rules->n_columns, 2);
    ck_assert(rules->columns[0].exclude && !rules->columns[1].exclude);
    shift_monitor_rules_free(rules);
    shift_monitor_free(m);
    shift_schema_free(used);
    shift_schema_free(schema);
    free(text);
}
END_TEST

START_TEST(patterns_come_to_columns)
{
    static const char *const names[] = {"price", "price_2", "id"};
    shift_monitor *m =
        load_good(LEAST "features:\n  - {name: '*', thresholds: [{statistic: ks, warn: 1}]}\n"
                        "  - {name: 'price*', kind: numeric}\n"
                        "  - {name: price_?, kind: boolean}\n  - {name: id, exclude: yes}\n");
    shift_monitor_rules *rules = NULL;
    ck_assert_int_eq((int)shift_monitor_resolve(&rules, m, names, 3, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(rules->n_columns, 3);
    ck_assert_int_eq((int)rules->columns[0].kind, (int)SHIFT_KIND_NUMERIC);
    ck_assert_int_eq((int)rules->columns[1].kind, (int)SHIFT_KIND_BOOLEAN);
    ck_assert(rules->columns[2].exclude);
    ck_assert_uint_eq(rules->n_thresholds, 2); /* none for what is left out */
    ck_assert_str_eq(rules->thresholds[1].feature, "price_2");
    shift_monitor_rules_free(rules);
    rules = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_monitor_resolve(&rules, m, names, 2, &err), (int)SHIFT_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.message, "line 8, column 12: features[4].name"));
    shift_monitor_free(m);
}
END_TEST

START_TEST(what_decides_is_always_selected)
{
    shift_monitor *m = load_good(LEAST "features: [{name: '*', statistics: []}]");
    shift_comparison *some = NULL;
    const shift_comparison *all = sample_weather();
    ck_assert_int_eq((int)shift_monitor_select(&some, m, all, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(some->n_features, all->n_features);
    for (size_t i = 0; i < some->n_features; i++) {
        ck_assert_uint_le(some->features[i]->n_measurements, all->features[i]->n_measurements);
        for (size_t k = 0; k < some->features[i]->n_measurements; k++) {
            const shift_measurement *x = some->features[i]->measurements[k];
            ck_assert(x->verdict != SHIFT_VERDICT_NONE || !isnan(x->p_adjusted) ||
                      !isnan(x->warn) || !isnan(x->alert));
        }
    }
    shift_monitor_selection_free(some);
    shift_monitor_free(m);
}
END_TEST

START_TEST(days_are_counted_by_the_calendar)
{
    static const struct {
        const char *from;
        long days;
        const char *to;
    } cases[] = {
        {"2024-02-28", 1, "2024-02-29"},  {"2023-02-28", 1, "2023-03-01"},
        {"2026-03-29", 1, "2026-03-30"},  {"2026-12-31", 1, "2027-01-01"},
        {"2000-01-01", -1, "1999-12-31"}, {"1900-02-28", 1, "1900-03-01"},
        {"2026-01-31", 0, "2026-01-31"},  {"1969-12-31", 400, "1971-02-04"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shift_date date;
        shift_date to;
        char text[11];
        ck_assert(shift_date_parse(cases[i].from, &date) && shift_date_parse(cases[i].to, &to));
        shift_date_print(shift_date_add(date, cases[i].days), text);
        ck_assert_str_eq(text, cases[i].to);
        ck_assert_int_eq(shift_date_compare(to, date), cases[i].days);
    }
    shift_date date = {1, 2, 3};
    static const char *const wrong[] = {"2026-02-29", "2026-13-01", "2026-1-01",  "20260101",
                                        "2026-00-10", "2026-01-00", "x026-01-01", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!shift_date_parse(wrong[i], &date), "%s", wrong[i]);
    ck_assert_int_eq(date.day, 3);
}
END_TEST

START_TEST(placeholders_take_the_date)
{
    char *text = NULL;
    const shift_date date = {2026, 1, 3};
    ck_assert_int_eq((int)shift_date_expand(&text, "/d/%Y-%m-%d_%j_%a%%.csv", date, NULL),
                     (int)SHIFT_OK);
    ck_assert_str_eq(text, "/d/2026-01-03_003_Sat%.csv");
    free(text);
    ck_assert_int_eq((int)shift_date_expand(&text, "%Y %F %G %y %j", (shift_date){1, 2, 3}, NULL),
                     (int)SHIFT_OK);
    ck_assert_str_eq(text, "0001 0001-02-03 0001 01 034");
    free(text);
    static const char *const wrong[] = {"%H", "%", "a%-d", "100% of"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_int_eq((int)shift_date_expand(&text, wrong[i], date, NULL), (int)SHIFT_EINVAL);
    unsigned days = 7;
    ck_assert(!shift_days_parse("0d", &days) && !shift_days_parse("-1d", &days) &&
              !shift_days_parse("3", &days) && !shift_days_parse("d", &days) && days == 7);
    ck_assert(shift_days_parse("400d", &days) && days == 400);
}
END_TEST

START_TEST(numbers_are_decimal_and_all_of_the_text)
{
    static const struct {
        const char *text;
        double number; /* NAN: none */
        int64_t count; /* -1: none */
    } cases[] = {
        {"0.5", 0.5, -1},     {"017", 17, 17},
        {"+.5e-1", 0.05, -1}, {"5.", 5, -1},
        {"-3", -3, -1},       {"1e3", 1000, -1},
        {"64", 64, 64},       {"65", 65, -1},
        {"0x10", NAN, -1},    {"1,0", NAN, -1},
        {"5x", NAN, -1},      {"1e", NAN, -1},
        {".", NAN, -1},       {"", NAN, -1},
        {" 1", NAN, -1},      {"1 ", NAN, -1},
        {"nan", NAN, -1},     {"inf", NAN, -1},
        {"1e999", NAN, -1},   {"1.5.5", NAN, -1},
        {"0.5%", NAN, -1},    {"+1", 1, -1},
        {"--1", NAN, -1},     {"infinity", NAN, -1},
        {"0b11", NAN, -1},    {"1_0", NAN, -1},
        {"1e+", NAN, -1},     {"18446744073709551617", 0x1p64, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double number = -7;
        uint64_t count = 7;
        bool is = !isnan(cases[i].number);
        ck_assert_msg(shift_number_parse(cases[i].text, &number) == is, "%s", cases[i].text);
        ck_assert_double_eq(number, is ? cases[i].number : -7);
        is = cases[i].count >= 0;
        ck_assert_msg(shift_count_parse(cases[i].text, 64, &count) == is, "%s", cases[i].text);
        ck_assert_uint_eq(count, is ? (uint64_t)cases[i].count : 7);
    }
    uint64_t most = 0;
    ck_assert(shift_count_parse("18446744073709551615", UINT64_MAX, &most) && most == UINT64_MAX);
    ck_assert(!shift_count_parse("18446744073709551616", UINT64_MAX, &most));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("monitor");
    TCase *tcase = tcase_create("monitor");
    tcase_add_checked_fixture(tcase, make_folder, scratch_remove);
    tcase_add_test(tcase, what_is_not_in_the_file_has_its_default);
    tcase_add_test(tcase, every_key_is_read);
    tcase_add_loop_test(tcase, false_alarms_set_level_and_run_length, 0, 3);
    tcase_add_test(tcase, networks_are_read);
    tcase_add_loop_test(tcase, a_wrong_file_is_refused_with_its_place, 0,
                        (int)(sizeof refusals / sizeof *refusals));
    tcase_add_test(tcase, what_init_writes_is_read_back);
    tcase_add_loop_test(tcase, init_refuses_what_no_yaml_can_hold, 0, 4);
    tcase_add_loop_test(tcase, init_keeps_how_files_are_read_and_what_is_left_out, 0, 5);
    tcase_add_test(tcase, patterns_come_to_columns);
    tcase_add_test(tcase, what_decides_is_always_selected);
    tcase_add_test(tcase, days_are_counted_by_the_calendar);
    tcase_add_test(tcase, placeholders_take_the_date);
    tcase_add_test(tcase, numbers_are_decimal_and_all_of_the_text);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
