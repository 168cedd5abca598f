/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The production rows that are least like training. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/learner.h"
#include "files.h"
#include "memory_sink.h"
#include "shift/outliers.h"

static shift__random random_state;

static int no_classifier(void)
{
    if (shift__learner_slow_trees() != NULL || shift__learner_logistic() != NULL)
        return 0;
    (void)printf("SKIPPED: this build has no classifier\n");
    return 1;
}

/* x and y standard normal, a name with what CSV quotes; every 50th row is odd: x = y = 5 */
static made_file make_file(size_t rows, bool odd)
{
    made_file file = {.n = 0};
    made_print(&file, "x,\"the, name\",y\n");
    for (size_t i = 0; i < rows; i++) {
        bool strange = odd && i % 50 == 7;
        double x = strange ? 5.0 + 1e-3 * (double)i : made_draw(&random_state);
        double y = strange ? 5.0 : made_draw(&random_state);
        made_print(&file, "%.5f,\"say \"\"%zu\"\"\",%.17g\n", x, i + 1, y);
    }
    made_write(&file);
    return file;
}

typedef struct search {
    made_file train, prod;
    shift_profile *profiles[2];
} search;

static search search_make(size_t rows)
{
    search s = {.train = make_file(rows, false), .prod = make_file(rows, true)};
    s.profiles[0] = made_profile_of(&s.train, NULL);
    s.profiles[1] = made_profile_of(&s.prod, s.profiles[0]);
    return s;
}

static void search_clear(search *s)
{
    made_remove(&s->train);
    made_remove(&s->prod);
    shift_profile_free(s->profiles[0]);
    shift_profile_free(s->profiles[1]);
}

static shift_outliers *find(const search *s, const shift_outliers_options *options)
{
    shift_outliers *out = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = made_source(&s->prod);
    shift_status status =
        shift_outliers_find(&out, s->profiles[0], s->profiles[1], source, options, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_source_close(source);
    return out;
}

START_TEST(odd_rows_come_first)
{
    if (no_classifier())
        return;
    enum { ROWS = 1000, ODD = ROWS / 50 };
    shift__random_init(&random_state, 41, 0);
    search s = search_make(ROWS);
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    options.top = ODD;
    options.order = (shift_outlier_order)_i;
    shift_outliers *out = find(&s, &options);
    ck_assert_uint_eq(out->n, ODD);
    ck_assert_ptr_null(out->no_odds);
    ck_assert_ptr_null(out->no_distance);
    for (size_t i = 0; i < ODD; i++) {
        ck_assert_uint_eq(out->rows[i].row % 50, 8);
        ck_assert_double_gt(out->rows[i].odds, 1.0);
        /* about 5 sqrt(2) standard deviations */
        ck_assert_double_eq_tol(out->rows[i].distance, 7.3, 0.8);
        if (i > 0 && options.order == SHIFT_OUTLIERS_BY_DISTANCE)
            ck_assert_double_le(out->rows[i].distance, out->rows[i - 1].distance);
        if (i > 0 && options.order == SHIFT_OUTLIERS_BY_ODDS)
            ck_assert_double_le(out->rows[i].odds, out->rows[i - 1].odds);
    }
    /* the same with other threads */
    options.threads = 3;
    shift_outliers *again = find(&s, &options);
    ck_assert_mem_eq(out->rows, again->rows, ODD * sizeof *out->rows);
    shift_outliers_free(again);
    shift_outliers_free(out);
    search_clear(&s);
}
END_TEST

START_TEST(all_rows_are_kept_where_more_are_asked_for)
{
    shift__random_init(&random_state, 42, 0);
    search s = search_make(60);
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    options.order = SHIFT_OUTLIERS_BY_DISTANCE;
    shift_outliers *out = find(&s, &options);
    ck_assert_uint_eq(out->n, 60);
    ck_assert_uint_eq(out->rows[0].row, 58);
    ck_assert_uint_eq(out->rows[1].row, 8);
    shift_outliers_free(out);
    search_clear(&s);
}
END_TEST

START_TEST(fields_are_written_as_they_were_read)
{
    shift__random_init(&random_state, 43, 0);
    search s = search_make(60);
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    options.order = SHIFT_OUTLIERS_BY_DISTANCE;
    options.top = 2;
    shift_outliers *out = find(&s, &options);
    memory_sink text = {0};
    shift_sink sink = memory_sink_of(&text);
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = made_source(&s.prod);
    ck_assert_int_eq(shift_outliers_write(out, source, &sink, &err), SHIFT_OK);
    shift_source_close(source);
    const char *header = "rank,row,odds,distance,x,\"the, name\",y\n1,58,";
    ck_assert_int_eq(strncmp(text.text, header, strlen(header)), 0);
    ck_assert_ptr_nonnull(strstr(text.text, ",5.05700,\"say \"\"58\"\"\",5\n2,8,"));
    ck_assert_ptr_nonnull(strstr(text.text, ",5.00700,\"say \"\"8\"\"\",5\n"));
    memory_sink_clear(&text);
    /* a file that has become shorter */
    made_file shorter = make_file(20, false);
    source = made_source(&shorter);
    sink = memory_sink_of(&text);
    ck_assert_int_eq(shift_outliers_write(out, source, &sink, &err), SHIFT_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "has 20 rows now, and had more"));
    ck_assert_uint_eq(text.n, 0);
    shift_source_close(source);
    made_remove(&shorter);
    shift_outliers_free(out);
    search_clear(&s);
}
END_TEST

/* Each line has its own row's name, though the file is read in batches and rows are in no order. */
START_TEST(rows_of_several_batches_are_found_again)
{
    enum { ROWS = 9000, TOP = 300 };
    shift__random_init(&random_state, 44, 0);
    search s = search_make(ROWS);
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    options.order = SHIFT_OUTLIERS_BY_DISTANCE;
    options.top = TOP;
    shift_outliers *out = find(&s, &options);
    memory_sink text = {0};
    shift_sink sink = memory_sink_of(&text);
    shift_source *source = made_source(&s.prod);
    ck_assert_int_eq(shift_outliers_write(out, source, &sink, NULL), SHIFT_OK);
    shift_source_close(source);
    const char *line = text.text;
    for (size_t i = 0; i < TOP; i++) {
        char name[64];
        line = strchr(line, '\n') + 1;
        (void)snprintf(name, sizeof name, ",\"say \"\"%zu\"\"\",", (size_t)out->rows[i].row);
        const char *found = strstr(line, name);
        ck_assert_ptr_nonnull(found);
        ck_assert_ptr_null(memchr(line, '\n', (size_t)(found - line)));
        ck_assert(i == 0 || out->rows[i].distance <= out->rows[i - 1].distance);
    }
    memory_sink_clear(&text);
    shift_outliers_free(out);
    search_clear(&s);
}
END_TEST

/* Ten rows are too few for the classifier, not for a covariance of two columns. */
START_TEST(what_cannot_be_computed_says_why)
{
    shift__random_init(&random_state, 44, 0);
    search s = search_make(10);
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    options.order = SHIFT_OUTLIERS_BY_DISTANCE;
    shift_outliers *out = find(&s, &options);
    ck_assert_uint_eq(out->n, 10);
    ck_assert_uint_eq(out->rows[0].row, 8);
    ck_assert_double_nan(out->rows[0].odds);
    ck_assert_ptr_nonnull(out->no_odds);
    shift_outliers_free(out);
    options.order = SHIFT_OUTLIERS_BY_ODDS;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = made_source(&s.prod);
    out = NULL;
    ck_assert_int_eq(
        shift_outliers_find(&out, s.profiles[0], s.profiles[1], source, &options, &err),
        SHIFT_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.message, "rows cannot be put in the order of their odds"));
    ck_assert_ptr_null(out);
    shift_source_close(source);
    search_clear(&s);
}
END_TEST

static bool refuse(void *context, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    ++*(int *)context;
    return false;
}

START_TEST(a_search_is_left_where_the_caller_says_so)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 45, 0);
    search s = search_make(200);
    int calls = 0;
    const shift_progress progress = {refuse, &calls};
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    options.order = (shift_outlier_order)_i; /* by distance the odds are computed too */
    options.progress = &progress;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = made_source(&s.prod);
    shift_outliers *out = NULL;
    ck_assert_int_eq(
        shift_outliers_find(&out, s.profiles[0], s.profiles[1], source, &options, &err),
        SHIFT_ECANCELLED);
    ck_assert_str_eq(err.message, "estimating the density ratio was cancelled");
    ck_assert_int_eq(calls, 1);
    ck_assert_ptr_null(out);
    shift_source_close(source);
    search_clear(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outliers");
    TCase *all = tcase_create("outliers");
    tcase_add_loop_test(all, odd_rows_come_first, 0, 2);
    tcase_add_test(all, all_rows_are_kept_where_more_are_asked_for);
    tcase_add_test(all, fields_are_written_as_they_were_read);
    tcase_add_test(all, rows_of_several_batches_are_found_again);
    tcase_add_test(all, what_cannot_be_computed_says_why);
    tcase_add_loop_test(all, a_search_is_left_where_the_caller_says_so, 0, 2);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
