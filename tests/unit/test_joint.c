/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The joint part from two files to measurements and messages: what it finds, what carries it, and
 * what it says where something cannot be computed. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare/joint/learner.h"
#include "compare/joint/moments.h"
#include "files.h"
#include "shift/comparison.h"

static shift__random random_state;

typedef struct pair {
    shift_profile *train, *prod;
    shift_comparison *comparison;
} pair;

static pair compare_files(made_file *train, made_file *prod)
{
    pair p = {.train = made_profile_of(train, NULL)};
    shift_error err = SHIFT_ERROR_INIT;
    p.prod = made_profile_of(prod, p.train);
    ck_assert_msg(shift_compare(&p.comparison, p.train, p.prod, NULL, &err) == SHIFT_OK, "%s",
                  err.message);
    made_remove(train);
    made_remove(prod);
    return p;
}

static void pair_free(pair *p)
{
    shift_comparison_free(p->comparison);
    shift_profile_free(p->train);
    shift_profile_free(p->prod);
}

static const shift_measurement *joint(const pair *p, const char *statistic)
{
    const shift_subject *dataset = p->comparison->dataset;
    for (size_t i = 0; i < dataset->n_measurements; i++)
        if (strcmp(dataset->measurements[i]->statistic, statistic) == 0)
            return dataset->measurements[i];
    ck_abort_msg("no %s", statistic);
    return NULL;
}

static int has_message(const pair *p, const char *subject, const char *text)
{
    for (size_t i = 0; i < p->comparison->n_messages; i++) {
        const shift_message *m = p->comparison->messages[i];
        bool same = subject == NULL ? m->subject == NULL
                                    : m->subject != NULL && strcmp(m->subject, subject) == 0;
        if (same && strstr(m->text, text) != NULL)
            return 1;
    }
    return 0;
}

static double share_of(const pair *p, const char *statistic, const char *feature)
{
    for (size_t i = 0; i < p->comparison->n_attributions; i++) {
        const shift_attribution *a = p->comparison->attributions[i];
        if (strcmp(a->statistic, statistic) == 0 && strcmp(a->feature, feature) == 0)
            return a->share;
    }
    return 0.0;
}

/* Of temp and hum; the pair is named once, in the order of the schema. */
static const shift_correlation *correlation_of_weather(const pair *p)
{
    const shift_correlation *found = NULL;
    ck_assert_uint_eq(p->comparison->n_correlations, 3);
    for (size_t i = 0; i < 3; i++) {
        const shift_correlation *c = p->comparison->correlations[i];
        ck_assert(fabs(c->train) <= 1.0 && fabs(c->prod) <= 1.0);
        if (strcmp(c->x, "temp") == 0 && strcmp(c->y, "hum") == 0)
            found = c;
    }
    ck_assert_ptr_nonnull(found);
    return found;
}

/* temp and hum with this correlation, wind for itself */
static made_file weather(size_t rows, double correlation, double wind_sd, double wind_mean)
{
    made_file file = {.n = 0};
    made_print(&file, "temp,hum,wind\n");
    for (size_t i = 0; i < rows; i++) {
        double x = made_draw(&random_state);
        double y =
            correlation * x + sqrt(1.0 - correlation * correlation) * made_draw(&random_state);
        made_print(&file, "%.17g,%.17g,%.17g\n", 20.0 + 8.0 * x, 60.0 + 15.0 * y,
                   wind_mean + wind_sd * made_draw(&random_state));
    }
    made_write(&file);
    return file;
}

START_TEST(a_changed_correlation_is_found_and_named)
{
    shift__random_init(&random_state, 51, 0);
    made_file train = weather(2000, 0.1, 1.0, 0.0);
    made_file prod = weather(2000, 0.7, 1.0, 0.0);
    pair p = compare_files(&train, &prod);
    ck_assert_double_lt(joint(&p, "whitened_covariance")->p_value, 0.01);
    ck_assert_double_gt(joint(&p, "whitened_mean")->p_value, 0.01);
    ck_assert(has_message(&p, NULL, "the correlation of temp and hum changed from 0."));
    /* three standard errors, (1 - r^2) / sqrt(n) */
    ck_assert_double_eq_tol(correlation_of_weather(&p)->train, 0.1, 0.07);
    ck_assert_double_eq_tol(correlation_of_weather(&p)->prod, 0.7, 0.035);
    ck_assert(has_message(&p, NULL, "the whitened covariance changed by 0.8"));
    ck_assert(has_message(&p, NULL, "it is carried by temp with hum (9"));
    ck_assert_double_gt(share_of(&p, "whitened_covariance", "temp"), 0.4);
    ck_assert_double_gt(share_of(&p, "whitened_covariance", "hum"), 0.4);
    ck_assert_double_lt(share_of(&p, "whitened_covariance", "wind"), 0.05);
    /* neither feature alone has moved, all together have, where there is a classifier */
    if (shift__learner_trees() != NULL) {
        ck_assert_int_ge(joint(&p, "mcc")->verdict, SHIFT_VERDICT_WARN);
        ck_assert_int_ge(p.comparison->verdict, SHIFT_VERDICT_WARN);
        ck_assert(has_message(&p, NULL, "tell 2 x 2000 sampled rows apart"));
    }
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(p.comparison->features[i]->verdict, SHIFT_VERDICT_OK);
    pair_free(&p);
}
END_TEST

START_TEST(a_changed_spread_and_mean_are_carried_by_their_feature)
{
    shift__random_init(&random_state, 52, 0);
    made_file train = weather(1000, 0.5, 1.0, 0.0);
    made_file prod = weather(1000, 0.5, 3.0, 1.5);
    pair p = compare_files(&train, &prod);
    ck_assert(has_message(&p, NULL, "it is carried by the spread of wind (99 %)") ||
              has_message(&p, NULL, "it is carried by the spread of wind (100 %)"));
    ck_assert(has_message(&p, NULL, "the whitened mean moved by 1."));
    ck_assert_double_gt(share_of(&p, "whitened_mean", "wind"), 0.95);
    ck_assert_double_gt(share_of(&p, "whitened_covariance", "wind"), 0.95);
    if (shift__learner_trees() != NULL) {
        ck_assert_double_gt(share_of(&p, "mcc", "wind"), 0.6);
        ck_assert(has_message(&p, NULL, " %, alone 0."));
    }
    pair_free(&p);
}
END_TEST

START_TEST(two_halves_of_one_population_say_nothing)
{
    shift__random_init(&random_state, 53, (uint64_t)_i);
    made_file train = weather(800, 0.5, 1.0, 0.0);
    made_file prod = weather(800, 0.5, 1.0, 0.0);
    pair p = compare_files(&train, &prod);
    ck_assert_uint_eq(p.comparison->n_attributions, 0);
    ck_assert_int_eq(p.comparison->verdict, SHIFT_VERDICT_OK);
    pair_free(&p);
}
END_TEST

/* "1" on one side is "1.0" on the other, where a program kept the column as floating-point numbers
 */
START_TEST(a_category_written_as_another_number_is_no_shift)
{
    made_file files[2] = {{.n = 0}, {.n = 0}};
    shift__random_init(&random_state, 54, 0);
    for (int side = 0; side < 2; side++) {
        made_print(&files[side], "code,x\n");
        for (size_t i = 0; i < 400; i++)
            made_print(&files[side], "%.*f,%.17g\n", side,
                       (double)shift__random_below(&random_state, 3), made_draw(&random_state));
        made_write(&files[side]);
    }
    static const shift_schema_rule rule = {"code", false, SHIFT_KIND_CATEGORICAL};
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    options.rules = &rule;
    options.n_rules = 1;
    pair p = {NULL, NULL, NULL};
    shift_source *source = made_source(&files[0]);
    ck_assert_int_eq(shift_profile_read(&p.train, source, NULL, &options, NULL, NULL), SHIFT_OK);
    shift_source_close(source);
    p.prod = made_profile_of(&files[1], p.train);
    ck_assert_int_eq(shift_compare(&p.comparison, p.train, p.prod, NULL, NULL), SHIFT_OK);
    ck_assert(!(joint(&p, "mcc")->value > 0.1));
    ck_assert_int_lt(p.comparison->verdict, SHIFT_VERDICT_WARN);
    pair_free(&p);
    made_remove(&files[0]);
    made_remove(&files[1]);
}
END_TEST

/* ---- what never enters ---- */

START_TEST(identifiers_times_and_the_order_of_rows_never_enter)
{
    made_file files[2] = {{.n = 0}, {.n = 0}};
    shift__random_init(&random_state, 55, 0);
    for (int side = 0; side < 2; side++) {
        made_print(&files[side], "id,day,x,y\n");
        for (int i = 0; i < 500; i++)
            made_print(&files[side], "user-%d-%06d,202%d-01-%02d,%.17g,%.17g\n", side, i, side,
                       i % 28 + 1, made_draw(&random_state), made_draw(&random_state));
        made_write(&files[side]);
    }
    pair p = compare_files(&files[0], &files[1]);
    const shift_schema *schema = shift_profile_schema(p.train);
    ck_assert_int_eq(shift_schema_kind(schema, 0), SHIFT_KIND_IDENTIFIER);
    ck_assert_int_eq(shift_schema_kind(schema, 1), SHIFT_KIND_TIMESTAMP);
    shift__joint_sides sides;
    ck_assert_int_eq(shift__joint_sides_init(&sides, p.train, p.prod, NULL), SHIFT_OK);
    ck_assert_uint_eq(sides.n_columns, 2);
    ck_assert_str_eq(sides.columns[0].name, "x");
    ck_assert_str_eq(sides.columns[1].name, "y");
    size_t in_order = 0;
    for (size_t i = 1; i < sides.samples[0].n; i++)
        in_order += sides.samples[0].rows[i].row > sides.samples[0].rows[i - 1].row;
    ck_assert_uint_gt(in_order, 200); /* of 499; a shuffled order rises half of the time */
    ck_assert_uint_lt(in_order, 300);
    shift__joint_sides_clear(&sides);
    ck_assert_double_lt(joint(&p, "mcc")->low, 0.0);
    pair_free(&p);
}
END_TEST

START_TEST(moments_are_those_of_the_profile_or_of_the_sample)
{
    made_file file = {.n = 0};
    made_print(&file, "x,y,z\n1.5,1,1\n2.5,2,\n4.5,4,\n7.5,8,\n");
    made_write(&file);
    shift_profile *profile = made_profile_of(&file, NULL);
    shift__joint_sides sides;
    shift__numbers numbers;
    ck_assert_int_eq(shift__joint_sides_init(&sides, profile, profile, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__numbers_init(&numbers, &sides, false, NULL), SHIFT_OK);
    /* one complete row of four: x and y from the sample, without z */
    ck_assert(numbers.found && numbers.sampled);
    ck_assert_uint_eq(numbers.n_use, 2);
    ck_assert_double_eq(numbers.moments[0].n, 4.0);
    ck_assert_double_eq_tol(numbers.moments[0].mean[0], 4.0, 1e-15);
    ck_assert_double_eq_tol(numbers.moments[1].mean[1], 3.75, 1e-15);
    /* 2.5, 1.5, -.5, -3.5 by 2.75, 1.75, -.25, -4.25 */
    ck_assert_double_eq_tol(numbers.moments[0].comoments[1], 24.5, 1e-12);
    ck_assert_double_eq_tol(numbers.moments[0].comoments[0], 21.0, 1e-12);
    shift__numbers_clear(&numbers);
    shift__joint_sides_clear(&sides);
    shift_profile_free(profile);
    made_remove(&file);
}
END_TEST

/* Reference implementations drop incomplete rows, however many: so do the joint statistics, while
 * there are rows enough for a covariance. */
START_TEST(few_complete_rows_serve_and_are_told)
{
    made_file files[2] = {{.n = 0}, {.n = 0}};
    double sum[2] = {0.0, 0.0};
    shift__random_init(&random_state, 59, 0);
    for (int side = 0; side < 2; side++) {
        made_print(&files[side], "x,y,z\n");
        for (int i = 0; i < 60; i++) {
            double x = made_draw(&random_state);
            double z = made_draw(&random_state);
            made_print(&files[side], "%.17g,%.17g,", x, made_draw(&random_state));
            made_print(&files[side], i % 4 == side ? "%.17g\n" : "\n", z);
            sum[side] += i % 4 == side ? x : 0.0;
        }
        made_write(&files[side]);
    }
    pair p = compare_files(&files[0], &files[1]);
    ck_assert(has_message(&p, NULL, "those of complete rows: 15 of 60 in training, 15 of 60 in"));
    shift__joint_sides sides;
    shift__numbers numbers;
    ck_assert_int_eq(shift__joint_sides_init(&sides, p.train, p.prod, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__numbers_init(&numbers, &sides, false, NULL), SHIFT_OK);
    ck_assert(numbers.found && !numbers.sampled);
    ck_assert_uint_eq(numbers.n_use, 3);
    for (int side = 0; side < 2; side++)
        ck_assert_double_eq_tol(numbers.moments[side].mean[0], sum[side] / 15.0, 1e-14);
    shift__numbers_clear(&numbers);
    shift__joint_sides_clear(&sides);
    ck_assert(isfinite(joint(&p, "mahalanobis")->value));
    pair_free(&p);
}
END_TEST

/* ---- what cannot be computed ---- */

static const struct {
    const char *header, *texts; /* of a letter, by turns; NULL: draws */
    size_t rows;
    const char *statistic, *reason;
} obstacles[] = {
    {"a,b,c,d,e", NULL, 6, "hotelling_t2",
     "training has fewer complete rows than features and two"},
    {"a,b,c,d,e", NULL, 6, "mcc", "fewer than 20 rows on a side"},
    {"a", NULL, 50, "mmd", "fewer than two numeric features on both sides"},
    {"a", NULL, 50, "whitened_mean", "fewer than two numeric features on both sides"},
    {"a,b", NULL, 1, "energy", "fewer than two complete rows on a side"},
    {"a,b", NULL, 1, "mahalanobis", "fewer than two complete rows on a side"},
    {"t", "uvv", 50, "frechet", "fewer than two numeric features on both sides"},
    {"t", "???", 50, "mcc", "no values to tell sampled rows apart by"},
    {"t", "???", 50, "auc", "no values to tell sampled rows apart by"},
};

static made_file obstacle_file(int i)
{
    made_file file = {.n = 0};
    made_print(&file, "%s\n", obstacles[i].header);
    for (size_t r = 0; r < obstacles[i].rows; r++) {
        if (obstacles[i].texts != NULL) {
            made_print(&file, "%c\n", obstacles[i].texts[r % 3]);
            continue;
        }
        for (const char *c = obstacles[i].header; *c != '\0'; c += 1 + (c[1] == ','))
            made_print(&file, "%.17g%s", made_draw(&random_state), c[1] == ',' ? "," : "\n");
    }
    made_write(&file);
    return file;
}

START_TEST(what_cannot_be_computed_says_why)
{
    shift__random_init(&random_state, 56, (uint64_t)_i);
    made_file train = obstacle_file(_i);
    made_file prod = obstacle_file(_i);
    pair p = compare_files(&train, &prod);
    const shift_measurement *m = joint(&p, obstacles[_i].statistic);
    ck_assert_double_nan(m->value);
    ck_assert_ptr_nonnull(m->reason);
    ck_assert_msg(strstr(m->reason, obstacles[_i].reason) != NULL, "%s", m->reason);
    pair_free(&p);
}
END_TEST

static made_file wide_file(size_t columns, size_t rows)
{
    made_file file = {.n = 0};
    for (size_t c = 0; c < columns; c++)
        made_print(&file, "c%zu%s", c, c + 1 < columns ? "," : "\n");
    for (size_t i = 0; i < rows * columns; i++)
        made_print(&file, "%.6f%s", made_draw(&random_state), (i + 1) % columns != 0 ? "," : "\n");
    made_write(&file);
    return file;
}

START_TEST(a_wide_table_has_the_classifier_alone)
{
    shift__random_init(&random_state, 57, 0);
    made_file train = wide_file(513, 30);
    made_file prod = wide_file(513, 30);
    pair p = compare_files(&train, &prod);
    ck_assert_double_nan(joint(&p, "mmd")->value);
    ck_assert_ptr_nonnull(strstr(joint(&p, "box_m")->reason, "more than 512 numeric features"));
    ck_assert(isfinite(joint(&p, "mcc")->value));
    pair_free(&p);
}
END_TEST

/* b = 2 a, c constant: left out, and the rest is finite */
START_TEST(a_singular_covariance_is_reduced_and_said_to_be)
{
    made_file files[2] = {{.n = 0}, {.n = 0}};
    shift__random_init(&random_state, 57, 0);
    for (int side = 0; side < 2; side++) {
        made_print(&files[side], "a,b,c,d\n");
        for (int i = 0; i < 300; i++) {
            double a = made_draw(&random_state);
            made_print(&files[side], "%.17g,%.17g,4,%.17g\n", a, 2.0 * a + 1.0,
                       made_draw(&random_state));
        }
        made_write(&files[side]);
    }
    pair p = compare_files(&files[0], &files[1]);
    ck_assert(
        has_message(&p, "b",
                    "left out of joint means and covariances: a linear combination of a") ||
        has_message(&p, "a", "left out of joint means and covariances: a linear combination of b"));
    static const char *const names[] = {
        "hotelling_t2",  "mahalanobis",         "box_m", "frechet",
        "whitened_mean", "whitened_covariance", "mmd",   "reconstruction_error"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const shift_measurement *m = joint(&p, names[i]);
        ck_assert_msg(isfinite(m->value), "%s", names[i]);
        ck_assert_double_lt(fabs(m->value), 30.0);
    }
    pair_free(&p);
}
END_TEST

START_TEST(without_a_row_sample_the_moments_still_serve)
{
    shift__random_init(&random_state, 58, 0);
    made_file train = weather(500, 0.5, 1.0, 0.0);
    made_file prod = weather(500, 0.5, 1.0, 2.0);
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.no_sample = true;
    pair p = {NULL, made_profile_of(&prod, NULL), NULL};
    shift_source *source = made_source(&train);
    ck_assert_int_eq(shift_profile_read(&p.train, source, NULL, NULL, &options, NULL), SHIFT_OK);
    shift_source_close(source);
    ck_assert_int_eq(shift_compare(&p.comparison, p.train, p.prod, NULL, NULL), SHIFT_OK);
    static const char *const missing[] = {"mcc", "auc", "mmd", "energy"};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_double_nan(joint(&p, missing[i])->value);
        ck_assert_str_eq(joint(&p, missing[i])->reason, "a profile has no row sample");
    }
    static const char *const there[] = {"hotelling_t2", "mahalanobis", "box_m", "whitened_mean"};
    for (size_t i = 0; i < 4; i++)
        ck_assert(isfinite(joint(&p, there[i])->value));
    ck_assert_double_lt(joint(&p, "whitened_mean")->p_value, 1e-10);
    pair_free(&p);
    made_remove(&train);
    made_remove(&prod);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("joint part");
    TCase *found = tcase_create("found");
    tcase_set_timeout(found, 60);
    tcase_add_test(found, a_changed_correlation_is_found_and_named);
    tcase_add_test(found, a_changed_spread_and_mean_are_carried_by_their_feature);
    tcase_add_loop_test(found, two_halves_of_one_population_say_nothing, 0, 3);
    tcase_add_test(found, a_category_written_as_another_number_is_no_shift);
    tcase_add_test(found, identifiers_times_and_the_order_of_rows_never_enter);
    tcase_add_test(found, moments_are_those_of_the_profile_or_of_the_sample);
    tcase_add_test(found, few_complete_rows_serve_and_are_told);
    TCase *undefined = tcase_create("undefined");
    tcase_add_test(undefined, a_wide_table_has_the_classifier_alone);
    tcase_add_loop_test(undefined, what_cannot_be_computed_says_why, 0,
                        (int)(sizeof obstacles / sizeof *obstacles));
    tcase_add_test(undefined, a_singular_covariance_is_reduced_and_said_to_be);
    tcase_add_test(undefined, without_a_row_sample_the_moments_still_serve);
    suite_add_tcase(suite, found);
    suite_add_tcase(suite, undefined);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
