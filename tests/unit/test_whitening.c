/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whitening transform by its public interface. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "memory_sink.h"
#include "shift/whitening.h"

enum { METHODS = 4, ROWS = 500 };

static shift__random random_state;

/* a, b on very different scales and correlated; k constant; s = a + 1e6 b; t text; d */
static made_file make_file(size_t rows, size_t gap)
{
    made_file file = {.n = 0};
    made_print(&file, "a,b,k,s,t,d\n");
    for (size_t i = 0; i < rows; i++) {
        double x = made_draw(&random_state);
        double a = 1e6 * x + 3e7;
        double b = 1e-3 * (0.8 * x + 0.6 * made_draw(&random_state));
        made_print(&file, "%.17g,%.17g,5,%.17g,%s,", a, b, a + 1e9 * b, i % 2 == 0 ? "u" : "v");
        if (gap > 0 && i % gap == 0)
            made_print(&file, "\n");
        else
            made_print(&file, "%.17g\n", made_draw(&random_state));
    }
    made_write(&file);
    return file;
}

static shift_whitening *whiten(const shift_profile *profile, int method)
{
    shift_whitening *w = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_whitening_new(&w, profile, (shift_whitening_method)method, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return w;
}

static char *write_rows(const shift_whitening *w, const made_file *file, uint64_t *incomplete)
{
    memory_sink text = {0};
    shift_sink sink = memory_sink_of(&text);
    shift_error err = SHIFT_ERROR_INIT;
    uint64_t rows = 0;
    shift_source *source = made_source(file);
    shift_status status = shift_whitening_write(w, source, &sink, &rows, incomplete, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_source_close(source);
    ck_assert_uint_eq(rows, ROWS);
    return text.text;
}

/* Means and covariances of the three columns of a text of ROWS lines. */
static void measure(const char *text, double mean[3], double covariance[9])
{
    static double z[ROWS][3];
    const char *at = strchr(text, '\n') + 1;
    memset(mean, 0, 3 * sizeof *mean);
    memset(covariance, 0, 9 * sizeof *covariance);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t c = 0; c < 3; c++) {
            char *end = NULL;
            z[i][c] = strtod(at, &end);
            ck_assert_int_eq(*end, c < 2 ? ',' : '\n');
            at = end + 1;
            mean[c] += z[i][c] / ROWS;
        }
    ck_assert_int_eq(*at, '\0');
    for (size_t i = 0; i < ROWS; i++)
        for (size_t c = 0; c < 9; c++)
            covariance[c] += (z[i][c / 3] - mean[c / 3]) * (z[i][c % 3] - mean[c % 3]) / (ROWS - 1);
}

START_TEST(training_itself_becomes_white)
{
    static const char *const names[] = {"zca", "pca", "cholesky", "zca-cor"};
    shift__random_init(&random_state, 31, 0);
    made_file file = make_file(ROWS, 0);
    shift_profile *profile = made_profile_of(&file, NULL);
    shift_whitening *w = whiten(profile, _i);
    ck_assert_str_eq(shift_whitening_method_name((shift_whitening_method)_i), names[_i]);
    ck_assert_uint_eq(shift_whitening_size(w), 3);
    uint64_t incomplete = 9;
    char *text = write_rows(w, &file, &incomplete);
    ck_assert_uint_eq(incomplete, 0);
    double mean[3];
    double covariance[9];
    measure(text, mean, covariance);
    for (size_t c = 0; c < 9; c++) {
        ck_assert_double_eq_tol(mean[c / 3], 0.0, 1e-9);
        ck_assert_double_eq_tol(covariance[c], c % 4 == 0 ? 1.0 : 0.0, 1e-9);
    }
    ck_assert(strncmp(text, _i == SHIFT_WHITENING_PCA ? "PC1,PC2,PC3\n" : "", 12) == 0 ||
              _i != SHIFT_WHITENING_PCA);
    free(text);
    shift_whitening_free(w);
    shift_profile_free(profile);
    made_remove(&file);
}
END_TEST

START_TEST(columns_that_cannot_be_whitened_are_left_out_and_say_why)
{
    shift__random_init(&random_state, 32, 0);
    made_file file = make_file(ROWS, 0);
    shift_profile *profile = made_profile_of(&file, NULL);
    shift_whitening *w = whiten(profile, SHIFT_WHITENING_ZCA_COR);
    size_t collinear = 0;
    for (size_t i = 0; i < 6; i++) {
        const char *reason = shift_whitening_exclusion(w, i);
        if (i == 2)
            ck_assert_str_eq(reason, "constant");
        else if (i == 4)
            ck_assert_str_eq(reason, "not numeric");
        else if (reason != NULL)
            collinear += strcmp(reason, "collinear") == 0;
    }
    ck_assert_uint_eq(collinear, 1); /* one of a, b and s */
    ck_assert_uint_eq(shift_whitening_column(w, 2), 5);
    shift_whitening_free(w);
    shift_profile_free(profile);
    made_remove(&file);
}
END_TEST

START_TEST(the_matrix_is_what_is_applied)
{
    shift__random_init(&random_state, 33, 0);
    made_file file = made_normal(&random_state, 50, 3, 2.0);
    shift_profile *profile = made_profile_of(&file, NULL);
    shift_whitening *w = whiten(profile, _i);
    const double *matrix = shift_whitening_matrix(w);
    double x[3];
    double z[3];
    memcpy(x, shift_whitening_mean(w), sizeof x);
    shift_whitening_apply(w, x, z);
    ck_assert(z[0] == 0.0 && z[1] == 0.0 && z[2] == 0.0);
    x[1] += 1.0;
    shift_whitening_apply(w, x, z);
    for (size_t i = 0; i < 3; i++)
        ck_assert_double_eq_tol(z[i], matrix[i * 3 + 1], 1e-12);
    if (_i == SHIFT_WHITENING_ZCA)
        ck_assert_double_eq_tol(matrix[1], matrix[3], 1e-12);
    if (_i == SHIFT_WHITENING_CHOLESKY)
        ck_assert(matrix[1] == 0.0 || matrix[3] == 0.0);
    x[2] = (double)NAN;
    shift_whitening_apply(w, x, z);
    ck_assert(isnan(z[0]) || isnan(z[1]) || isnan(z[2]));
    shift_whitening_free(w);
    shift_profile_free(profile);
    made_remove(&file);
}
END_TEST

START_TEST(rows_that_lack_a_number_keep_their_line)
{
    shift__random_init(&random_state, 34, 0);
    made_file file = make_file(ROWS, 10);
    shift_profile *profile = made_profile_of(&file, NULL);
    shift_whitening *w = whiten(profile, SHIFT_WHITENING_ZCA);
    uint64_t incomplete = 0;
    char *text = write_rows(w, &file, &incomplete);
    ck_assert_uint_eq(incomplete, ROWS / 10);
    ck_assert_int_eq(strncmp(strchr(text, '\n') + 1, ",,\n", 3), 0); /* row 1 */
    free(text);
    shift_whitening_free(w);
    shift_profile_free(profile);
    made_remove(&file);
}
END_TEST

static shift_status try(const char *text, shift_error *err)
{
    made_file file = {.n = 0};
    made_print(&file, "%s", text);
    made_write(&file);
    shift_profile *profile = made_profile_of(&file, NULL);
    shift_whitening *w = NULL;
    shift_status status = shift_whitening_new(&w, profile, SHIFT_WHITENING_ZCA, err);
    shift_whitening_free(w);
    shift_profile_free(profile);
    made_remove(&file);
    return status;
}

START_TEST(what_cannot_be_whitened_is_an_error)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"t\nu\nv\n", "has no numeric column to whiten"},
        {"x,y\n1,2.5\n1.5,3\n7,4.5\n", "3 complete rows are too few to whiten 2 numeric columns: "
                                       "expected at least 4"},
        {"x\n2.5\n2.5\n2.5\n2.5\n", "no numeric column varies"},
        {"x\n1e300\n1e300\n1e300\n1e300\n", "no numeric column varies"},
        {"x\n1e300\n2e300\n3e300\n5e300\n", "vary beyond the range of numbers"},
        {"x\n1e-200\n2e-200\n3e-200\n5e-200\n", "vary beyond the range of numbers"},
        {"x,y\n1.5,\n,2.5\n3.5,\n,4.5\n", "every numeric column is missing in more than 20 %"},
        {"x\n1.5\n", "fewer than two rows are complete"},
    };
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(try(cases[_i].text, &err), SHIFT_EINVAL);
    ck_assert_msg(strstr(err.message, cases[_i].message) != NULL, "%s", err.message);
}
END_TEST

START_TEST(data_without_a_needed_column_are_refused)
{
    shift__random_init(&random_state, 35, 0);
    made_file train = made_normal(&random_state, 50, 3, 0.0);
    made_file data = made_normal(&random_state, 50, 2, 0.0);
    shift_profile *profile = made_profile_of(&train, NULL);
    shift_whitening *w = whiten(profile, SHIFT_WHITENING_ZCA);
    memory_sink text = {0};
    shift_sink sink = memory_sink_of(&text);
    shift_error err = SHIFT_ERROR_INIT;
    uint64_t counts[2];
    shift_source *source = made_source(&data);
    ck_assert_int_eq(shift_whitening_write(w, source, &sink, &counts[0], &counts[1], &err),
                     SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_nonnull(strstr(err.message, "has no column \"c\", which the transform needs"));
    ck_assert_uint_eq(text.n, 0);
    shift_source_close(source);
    memory_sink_clear(&text);
    shift_whitening_free(w);
    shift_profile_free(profile);
    made_remove(&train);
    made_remove(&data);
}
END_TEST

/* Many rows incomplete: the sample serves, without the column that is mostly missing. */
START_TEST(a_column_that_is_mostly_missing_is_left_out)
{
    made_file file = {.n = 0};
    shift__random_init(&random_state, 36, 0);
    made_print(&file, "x,y,z\n");
    for (size_t i = 0; i < 200; i++) {
        made_print(&file, "%.17g,%.17g,", made_draw(&random_state), made_draw(&random_state));
        made_print(&file, i % 4 == 0 ? "%.17g\n" : "\n", made_draw(&random_state));
    }
    made_write(&file);
    shift_profile *profile = made_profile_of(&file, NULL);
    shift_whitening *w = whiten(profile, SHIFT_WHITENING_ZCA);
    ck_assert_uint_eq(shift_whitening_size(w), 2);
    ck_assert_str_eq(shift_whitening_exclusion(w, 2), "often missing");
    shift_whitening_free(w);
    shift_profile_free(profile);
    made_remove(&file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("whitening");
    TCase *all = tcase_create("transform");
    tcase_add_loop_test(all, training_itself_becomes_white, 0, METHODS);
    tcase_add_test(all, columns_that_cannot_be_whitened_are_left_out_and_say_why);
    tcase_add_loop_test(all, the_matrix_is_what_is_applied, 0, METHODS);
    tcase_add_test(all, rows_that_lack_a_number_keep_their_line);
    tcase_add_loop_test(all, what_cannot_be_whitened_is_an_error, 0, 8);
    tcase_add_test(all, data_without_a_needed_column_are_refused);
    tcase_add_test(all, a_column_that_is_mostly_missing_is_left_out);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
