/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds inferred from values, and the user's rules about columns. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/random.h"
#include "reading.h"
#include "source/infer.h"

typedef struct kind_case {
    const char *values; /* one per line */
    shift_kind kind;
} kind_case;

static const kind_case cases[] = {
    {"1\n2.5\n-3e2\n", SHIFT_KIND_NUMERIC},
    {"1\nNA\n\n 2 \n", SHIFT_KIND_NUMERIC},
    {"1\ninf\n-Infinity\n", SHIFT_KIND_NUMERIC},
    {"inf\ninf\n", SHIFT_KIND_CATEGORICAL},
    {"1\n2\nx\n", SHIFT_KIND_CATEGORICAL},
    {"0x10\n0x11\n", SHIFT_KIND_CATEGORICAL},
    {"0\n1\n1\n0\n", SHIFT_KIND_BOOLEAN},
    {"0\n1\nNA\n?\n", SHIFT_KIND_BOOLEAN},
    {"0.0\n1.0\n", SHIFT_KIND_BOOLEAN},
    {"0\n0\n0\n", SHIFT_KIND_NUMERIC},
    {"1\n1\n", SHIFT_KIND_NUMERIC},
    {"0\n1\n2\n", SHIFT_KIND_NUMERIC},
    {"true\nFALSE\nTrue\n", SHIFT_KIND_BOOLEAN},
    {"yes\nyes\n", SHIFT_KIND_BOOLEAN},
    {"y\nN\ny\n", SHIFT_KIND_BOOLEAN},
    {"t\nf\n", SHIFT_KIND_BOOLEAN},
    {"f\nf\n", SHIFT_KIND_CATEGORICAL}, /* "m" may come later */
    {"true\nno\n", SHIFT_KIND_CATEGORICAL},
    {"1\ntrue\n", SHIFT_KIND_CATEGORICAL},
    {"true\nfalse\nmaybe\n", SHIFT_KIND_CATEGORICAL},
    {"2024-01-01\n2024-01-02\n", SHIFT_KIND_TIMESTAMP},
    {"2024-01-01T00:00:00Z\n2024-01-02 10:00\nNA\n", SHIFT_KIND_TIMESTAMP},
    {"2024-01-01\n5\n", SHIFT_KIND_CATEGORICAL},
    {"NA\n?\n", SHIFT_KIND_CATEGORICAL},
    {"", SHIFT_KIND_CATEGORICAL},
    {"red\ngreen\nblue\n", SHIFT_KIND_CATEGORICAL},
};

static shift_kind infer(const char *values)
{
    shift__tokens tokens;
    shift__evidence evidence = {0};
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift__tokens_init(&tokens, NULL, 0, &err), SHIFT_OK);
    while (*values != '\0') {
        size_t n = strcspn(values, "\n");
        ck_assert_int_eq(shift__evidence_add(&evidence, &tokens, values, n, &err), SHIFT_OK);
        values += n + 1;
    }
    shift_kind kind = shift__evidence_kind(&evidence);
    shift__evidence_clear(&evidence);
    shift__tokens_clear(&tokens);
    return kind;
}

/* Numbers of 200 rows. */
static double counts(int i)
{
    return i + 1;
}

static double falls(int i)
{
    return -7.0 * i;
}

static double shuffled(int i)
{
    return (i * 77) % 199 + (i < 199 ? 0 : 1000);
}

static double ascends_by_parts(int i)
{
    return i / 4.0;
}

static double seconds(int i)
{
    return 1.7e9 + (i * 7919) % 2000;
}

static double milliseconds(int i)
{
    return 1.7e12 + (i * 7919) % 2000;
}

static double nearly_counts(int i)
{
    return i == 100 ? 99 : i;
}

static double sparse(int i)
{
    return (i * 2654435761.0) - 4294967296.0 * floor(i * 2654435761.0 / 4294967296.0);
}

static double money(int i)
{
    return 1e9 + 1e7 * ((i * 7919) % 200);
}

static const struct {
    double (*value)(int i);
    bool names;
} named[] = {
    {counts, true},  {falls, true},        {shuffled, true},       {ascends_by_parts, false},
    {seconds, true}, {milliseconds, true}, {nearly_counts, false}, {sparse, false},
    {money, false}};

START_TEST(whole_numbers_may_name_rows)
{
    shift__tokens tokens;
    shift__evidence evidence = {0};
    char text[32];
    ck_assert_int_eq(shift__tokens_init(&tokens, NULL, 0, NULL), SHIFT_OK);
    for (int i = 0; i < 200; i++) {
        int n = snprintf(text, sizeof text, "%.17g", named[_i].value(i));
        ck_assert_int_eq(shift__evidence_add(&evidence, &tokens, text, (size_t)n, NULL), SHIFT_OK);
        if (i == 40) /* too few to tell */
            ck_assert(!shift__evidence_names_rows(&evidence));
    }
    ck_assert_int_eq(shift__evidence_names_rows(&evidence), named[_i].names);
    ck_assert_int_eq(shift__evidence_kind(&evidence), SHIFT_KIND_NUMERIC);
    shift__evidence_clear(&evidence);
    shift__tokens_clear(&tokens);
}
END_TEST

START_TEST(kind_follows_from_the_values)
{
    ck_assert_str_eq(shift_kind_name(infer(cases[_i].values)), shift_kind_name(cases[_i].kind));
}
END_TEST

/* `n` lines of `format`, whose number is taken modulo `distinct`, then `rest`. */
static char *lines(const char *prefix, int n, int distinct, const char *rest)
{
    char *text = malloc((size_t)n * 32 + strlen(rest) + 1);
    size_t at = 0;
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, 32, "%s%d\n", prefix, i % distinct);
    (void)snprintf(text + at, strlen(rest) + 1, "%s", rest);
    return text;
}

typedef struct share_case {
    const char *prefix;
    int n, distinct;
    const char *rest;
    shift_kind kind;
} share_case;

static const share_case shares[] = {
    {"u", 50, 50, "", SHIFT_KIND_IDENTIFIER},
    {"u", 49, 49, "", SHIFT_KIND_CATEGORICAL},
    {"u", 100, 95, "", SHIFT_KIND_CATEGORICAL},
    {"u", 100, 96, "", SHIFT_KIND_IDENTIFIER},
    {"", 100, 100, "", SHIFT_KIND_NUMERIC}, /* numbers are never identifiers */
    {"", 198, 50, "x\nx\n", SHIFT_KIND_NUMERIC},
    {"", 197, 50, "x\nx\nx\n", SHIFT_KIND_CATEGORICAL},
    {"", 150, 50, "x\n", SHIFT_KIND_CATEGORICAL},
    {"2024-01-1", 298, 10, "today\nnow\nsoon\n", SHIFT_KIND_TIMESTAMP},
    {"2024-01-1", 198, 10, "today\nnow\nsoon\n", SHIFT_KIND_CATEGORICAL},
};

START_TEST(shares_at_their_limits)
{
    const share_case *c = &shares[_i];
    char *text = lines(c->prefix, c->n, c->distinct, c->rest);
    ck_assert_str_eq(shift_kind_name(infer(text)), shift_kind_name(c->kind));
    free(text);
}
END_TEST

/* Texts drawn from a set of 200,000, and identifiers of which one in fifty comes again next. */
START_TEST(many_categories_are_no_identifier)
{
    enum { N = 10000 };
    static char text[N * 16];
    for (uint64_t seed = 0; seed < 10; seed++)
        for (int drawn = 0; drawn <= 1; drawn++) {
            shift__random random;
            size_t at = 0;
            uint64_t id = 0;
            shift__random_init(&random, seed, 0);
            for (int i = 0; i < N; i++) {
                id += shift__random_below(&random, 50) != 0;
                uint64_t value = drawn ? shift__random_below(&random, 200000) : id;
                at += (size_t)snprintf(text + at, 16, "u%u\n", (unsigned)value);
            }
            ck_assert_int_eq(infer(text), drawn ? SHIFT_KIND_CATEGORICAL : SHIFT_KIND_IDENTIFIER);
        }
}
END_TEST

/* Names and kinds as one text. */
static void print_schema(char *out, size_t size, const shift_schema *schema)
{
    for (size_t i = 0, at = 0; i < shift_schema_size(schema); i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s:%s", i > 0 ? " " : "",
                               shift_schema_name(schema, i),
                               shift_kind_name(shift_schema_kind(schema, i)));
}

/* The schema of a file with these bytes, or the error without the path. */
static char *schema_of(const char *bytes, const shift_schema_options *rules)
{
    enum { SIZE = 4096 };
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    char *path = temporary_file(bytes, strlen(bytes));
    char *out = calloc(1, SIZE);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(shift_source_open(&source, path, NULL, &err), SHIFT_OK);
    if (shift_source_infer(source, rules, &schema, &err) == SHIFT_OK)
        print_schema(out, SIZE, schema);
    else
        (void)snprintf(out, SIZE, "%s", err.message + strlen(path));
    shift_schema_free(schema);
    shift_source_close(source);
    ck_assert_int_eq(unlink(path), 0);
    free(path);
    return out;
}

static const char table[] = "temperature,city,ok,day\n1.5,Oslo,yes,2024-01-01\n2,Rome,no,"
                            "2024-01-02\n";

static void check_rules(const shift_schema_rule *rules, size_t n_rules, const char *only,
                        const char *expected)
{
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    options.rules = rules;
    options.n_rules = n_rules;
    options.only = only != NULL ? &only : NULL;
    options.n_only = only != NULL;
    char *out = schema_of(table, &options);
    ck_assert_str_eq(out, expected);
    free(out);
}

START_TEST(rules_choose_columns_and_kinds)
{
    shift_schema_rule exclude = {"city", true, SHIFT_KIND_NUMERIC};
    shift_schema_rule kind = {"ok", false, SHIFT_KIND_CATEGORICAL};
    shift_schema_rule both[] = {exclude, kind};
    check_rules(NULL, 0, NULL, "temperature:numeric city:categorical ok:boolean day:timestamp");
    check_rules(both, 2, NULL, "temperature:numeric ok:categorical day:timestamp");
    check_rules(&kind, 1, "ok", "ok:categorical");
    check_rules(NULL, 0, "day", "day:timestamp");
    check_rules(&exclude, 1, "city", ": every column is excluded");
}
END_TEST

START_TEST(unknown_columns_are_named_with_the_nearest)
{
    shift_schema_rule typo = {"Temprature", true, SHIFT_KIND_NUMERIC};
    shift_schema_rule far = {"zip", false, SHIFT_KIND_CATEGORICAL};
    check_rules(&typo, 1, NULL,
                ": there is no column \"Temprature\"; did you mean \"temperature\"?");
    check_rules(&far, 1, NULL, ": there is no column \"zip\"");
    check_rules(NULL, 0, "cty", ": there is no column \"cty\"; did you mean \"city\"?");
    check_rules(NULL, 0, "", ": there is no column \"\"");
}
END_TEST

START_TEST(inference_consumes_nothing_and_may_be_repeated)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift_schema *again = NULL;
    shift_schema *late = NULL;
    char *path = temporary_file(table, sizeof table - 1);
    ck_assert_int_eq(shift_source_open(&source, path, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, NULL, &schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, NULL, &again, &err), SHIFT_OK);
    ck_assert_uint_eq(shift_schema_size(again), 4);
    char *out = read_all(source, schema);
    ck_assert_str_eq(out, "1.5|Oslo|true|1704067200\n2|Rome|false|1704153600\n");
    ck_assert_int_eq(shift_source_infer(source, NULL, &late, &err), SHIFT_EINVAL);
    ck_assert_ptr_null(late);
    free(out);
    shift_schema_free(schema);
    shift_schema_free(again);
    shift_source_close(source);
    ck_assert_int_eq(unlink(path), 0);
    free(path);
}
END_TEST

/* Text from row 10,001 on is not looked at; it is invalid then, and kept for the report. */
START_TEST(inference_looks_at_ten_thousand_rows)
{
    char *text = lines("1", 10000, 1000, "x\n");
    size_t n = strlen(text);
    char *file = malloc(n + 3);
    ck_assert_ptr_nonnull(file);
    (void)snprintf(file, n + 3, "a\n%s", text);
    char *out = schema_of(file, NULL);
    ck_assert_str_eq(out, "a:numeric");
    char *rows = read_bytes(file, n + 2, NULL, NULL, 1024);
    ck_assert_str_eq(strrchr(rows, '<'), "<BAD>\n");
    free(rows);
    free(out);
    free(file);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("infer");
    TCase *kinds = tcase_create("kinds");
    tcase_add_loop_test(kinds, whole_numbers_may_name_rows, 0, sizeof named / sizeof *named);
    tcase_add_loop_test(kinds, kind_follows_from_the_values, 0, sizeof cases / sizeof *cases);
    tcase_add_loop_test(kinds, shares_at_their_limits, 0, sizeof shares / sizeof *shares);
    tcase_add_test(kinds, many_categories_are_no_identifier);
    suite_add_tcase(suite, kinds);
    TCase *schema = tcase_create("schema");
    tcase_add_test(schema, rules_choose_columns_and_kinds);
    tcase_add_test(schema, unknown_columns_are_named_with_the_nearest);
    tcase_add_test(schema, inference_consumes_nothing_and_may_be_repeated);
    tcase_add_test(schema, inference_looks_at_ten_thousand_rows);
    suite_add_tcase(suite, schema);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
