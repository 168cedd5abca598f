/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint statistics of means and covariances. Expected numbers are printed by
 * tests/reference/gaussian.py. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/basis.h"
#include "compare/joint/gaussian.h"
#include "compare/joint/matrix.h"
#include "core/random.h"

enum { P = 4, MAX_P = 12, MAX_ROWS = 4000 };

typedef struct side {
    double mean[MAX_P];
    double comoments[MAX_P * MAX_P];
    shift__joint_moments moments;
} side;

/* Two passes; the row-major `rows` have `p` columns. */
static void measure(side *s, const double *rows, size_t n, size_t p)
{
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < n * p; i++)
        s->mean[i % p] += rows[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < p; j++)
            for (size_t k = 0; k < p; k++)
                s->comoments[j * p + k] +=
                    (rows[i * p + j] - s->mean[j]) * (rows[i * p + k] - s->mean[k]);
    s->moments = (shift__joint_moments){(double)n, s->mean, s->comoments};
}

/* The rows of tests/reference/gaussian.py: scales from 1e-3 to 1e3, all correlated. */
static void make_rows(double *rows, size_t n, int which)
{
    for (size_t i = 0; i < n; i++) {
        double u[P];
        for (size_t j = 0; j < P; j++)
            u[j] =
                (double)((7 * i * i * (j + 1) + 13 * i * (2 * j + 1) + 5 * (size_t)which + 29 * j) %
                         101) /
                101;
        rows[i * P] = u[0] + which * 0.25;
        rows[i * P + 1] = 1000 * (u[0] + u[1] / 2);
        rows[i * P + 2] = u[2] / 1000 + u[0] / 2000;
        rows[i * P + 3] = u[3] * (1 + which) + u[1];
    }
}

static double normal(shift__random *random)
{
    double u = 1.0 - shift__random_uniform(random);
    double v = shift__random_uniform(random);
    return sqrt(-2.0 * log(u)) * cos(2.0 * 3.14159265358979323846 * v);
}

static side train, prod;
static double rows[MAX_ROWS * MAX_P];
static shift__basis *basis;
static shift__gaussian *gaussian;

static void open_pair(size_t p)
{
    ck_assert_int_eq(shift__basis_new(&basis, p, &train.moments, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__gaussian_new(&gaussian, basis, &prod.moments, NULL), SHIFT_OK);
}

static void close_pair(void)
{
    shift__gaussian_free(gaussian);
    shift__basis_free(basis);
    gaussian = NULL;
    basis = NULL;
}

static void open_reference_pair(void)
{
    make_rows(rows, 40, 0);
    measure(&train, rows, 40, P);
    make_rows(rows, 30, 1);
    measure(&prod, rows, 30, P);
    open_pair(P);
}

#define CLOSE(got, want, relative) ck_assert_double_eq_tol(got, want, fabs(want) * (relative))

START_TEST(values_are_those_of_the_definitions)
{
    static const struct {
        const char *name;
        shift__gaussian_statistic *compute;
        double value, p;
    } cases[] = {
        {"hotelling_t2", shift__hotelling_t2, 134.79707183195833, 8.534729285919057e-15},
        {"mahalanobis", shift__mahalanobis, 3.893124823098132, (double)NAN},
        {"box_m", shift__box_m, 20.21731848282564, 0.041535798817814516},
        {"frechet", shift__frechet, 4.1296930264984458, (double)NAN},
        {"reconstruction_error", shift__reconstruction_error, 15.810670311162997, (double)NAN},
        {"whitened_mean", shift__whitened_mean, 3.893124823098132, 1.3141769542705578e-12},
        {"whitened_covariance", shift__whitened_covariance, 3.5552688645485232, (double)NAN},
    };
    open_reference_pair();
    shift__joint_value got;
    ck_assert_int_eq(cases[_i].compute(gaussian, &got, NULL), SHIFT_OK);
    ck_assert_msg(fabs(got.value - cases[_i].value) <= 1e-12 * cases[_i].value, "%s: %.17g",
                  cases[_i].name, got.value);
    ck_assert_ptr_null(got.reason);
    if (isnan(cases[_i].p))
        ck_assert_double_nan(got.tail.p);
    else
        ck_assert_msg(fabs(got.tail.p - cases[_i].p) <= 1e-9 * cases[_i].p, "%s: p %.17g",
                      cases[_i].name, got.tail.p);
    close_pair();
}
END_TEST

START_TEST(shares_of_the_whitened_mean_are_those_of_zca_cor)
{
    static const double expected[P] = {0.39308718543090944, 0.31035556902233288,
                                       0.0030672023316956656, 0.29349004321506201};
    double shares[P];
    open_reference_pair();
    ck_assert_uint_eq(shift__gaussian_components(gaussian), 3);
    ck_assert_int_eq(shift__whitened_mean_shares(gaussian, shares, NULL), SHIFT_OK);
    for (size_t i = 0; i < P; i++)
        CLOSE(shares[i], expected[i], 1e-11);
    close_pair();
}
END_TEST

static const double whitening[4][P * P] = {
    {9.2715035075753002, -0.0077237312992853268, -1.5783066739759596, 1.3920335238901543,
     -0.0077237312992853268, 0.0032665837580925342, 0.00024195373729304907, -0.0028596278396826609,
     -1.5783066739759596, 0.00024195373729304907, 3437.2891240196664, 0.61787102142182842,
     1.3920335238901543, -0.0028596278396826609, 0.61787102142182842, 3.3723920500406706},
    {2.4529411745597876e-6, 0.0032592315710827975, 5.8183570496233325e-10, 1.7527517645411134e-6,
     -0.66941853357305437, -0.0011020161483875546, -0.00084488522402068809, 2.9860307113353276,
     9.3508167989441831, -0.0081648977220992854, 0.0039277630998637341, 2.0962960515299329,
     -1.5823243204992838, 0.00024499548379523751, 3437.2895419071637, 0.61783630736220982},
    {9.5073469609432775, -0.0079936503187864949, -572.0701650760963, 1.7487064148701634, 0.0,
     0.0038293814390364028, -974.26689956711527, -1.6391097651247298, 0.0, 0.0, 3246.3054584493723,
     0.47042411346075779, 0.0, 0.0, 0.0, 2.7796770411929416},
    {7.8332710712173368, -0.0044956865023528887, -525.4156119342099, 0.72303103401072977,
     -5.2587512158403354, 0.0074318755451758891, -77.527445364044815, -1.5046197523789077,
     -0.62581754546668114, -7.8943000454877795e-5, 3374.2294870691541, 0.33348629159964101,
     0.99166456540043032, -0.0017642007768192814, 384.00871534987191, 3.28552745618105}};

/* The pca rows of the small eigenvalues are of size 1 on an entry that is 1e-10 of another, so the
 * error is relative to the row's effect: entry times standard deviation. */
START_TEST(whitening_matrices_are_those_of_the_definitions)
{
    double w[P * P];
    open_reference_pair();
    ck_assert_int_eq(shift__basis_whitening(basis, (shift_whitening_method)_i, w, NULL), SHIFT_OK);
    for (size_t i = 0; i < (size_t)P * P; i++)
        ck_assert_double_eq_tol(w[i] * basis->scale[i % P], whitening[_i][i] * basis->scale[i % P],
                                1e-12);
    close_pair();
}
END_TEST

/* x'Ay */
static double between(const double *x, const double *a, const double *y, size_t p)
{
    double sum = 0.0;
    for (size_t k = 0; k < p; k++)
        for (size_t l = 0; l < p; l++)
            sum += x[k] * a[k * p + l] * y[l];
    return sum;
}

/* W S W' = 1 on scales that span ten powers of ten. */
START_TEST(whitened_training_has_unit_covariance)
{
    enum { Q = 6, N = 500 };
    shift__random random;
    shift__random_init(&random, 3, 0);
    for (size_t i = 0; i < N; i++) {
        double common = normal(&random);
        for (size_t j = 0; j < Q; j++)
            rows[i * Q + j] = pow(10.0, 2.0 * (double)j - 5.0) * (common + normal(&random));
    }
    measure(&train, rows, N, Q);
    measure(&prod, rows, N, Q);
    open_pair(Q);
    double w[Q * Q];
    ck_assert_int_eq(shift__basis_whitening(basis, (shift_whitening_method)_i, w, NULL), SHIFT_OK);
    for (size_t i = 0; i < Q; i++)
        for (size_t j = 0; j < Q; j++)
            ck_assert_double_eq_tol(between(w + i * Q, train.comoments, w + j * Q, Q) / (N - 1.0),
                                    i == j ? 1.0 : 0.0, 1e-10);
    close_pair();
}
END_TEST

START_TEST(equal_sides_have_no_distance)
{
    make_rows(rows, 40, 0);
    measure(&train, rows, 40, P);
    measure(&prod, rows, 40, P);
    open_pair(P);
    shift__joint_value value;
    ck_assert_int_eq(shift__hotelling_t2(gaussian, &value, NULL), SHIFT_OK);
    ck_assert_double_eq(value.value, 0.0);
    ck_assert_double_eq(value.tail.p, 1.0);
    ck_assert_int_eq(shift__frechet(gaussian, &value, NULL), SHIFT_OK);
    ck_assert_double_eq_tol(value.value, 0.0, 1e-12);
    ck_assert_int_eq(shift__box_m(gaussian, &value, NULL), SHIFT_OK);
    ck_assert_double_eq_tol(value.value, 0.0, 1e-10);
    ck_assert_int_eq(shift__whitened_covariance(gaussian, &value, NULL), SHIFT_OK);
    ck_assert_double_eq_tol(value.value, 0.0, 1e-12);
    ck_assert_int_eq(shift__reconstruction_error(gaussian, &value, NULL), SHIFT_OK);
    CLOSE(value.value, 1.0, 1e-12);
    double shares[P];
    ck_assert_int_eq(shift__whitened_mean_shares(gaussian, shares, NULL), SHIFT_OK);
    for (size_t i = 0; i < P; i++)
        ck_assert_double_eq(shares[i], 0.0);
    close_pair();
}
END_TEST

/* Columns: a, b, constant, 3a - 2b in decimals, c. */
static void make_dependent(size_t n, double shift)
{
    shift__random random;
    shift__random_init(&random, 11, shift > 0.0);
    for (size_t i = 0; i < n; i++) {
        double a = round(1000 * normal(&random)) / 1000;
        double b = round(1000 * normal(&random)) / 1000 + shift;
        double values[5] = {a, b, 0.1, 3 * a - 2 * b, normal(&random)};
        memcpy(rows + i * 5, values, sizeof values);
    }
}

START_TEST(constant_and_collinear_columns_are_left_out)
{
    make_dependent(300, 0.0);
    measure(&train, rows, 300, 5);
    make_dependent(200, 1.0);
    measure(&prod, rows, 200, 5);
    open_pair(5);
    ck_assert_uint_eq(basis->p, 3);
    ck_assert_int_eq(basis->exclusion[2], SHIFT__COLUMN_CONSTANT);
    ck_assert_int_eq(basis->exclusion[4], SHIFT__COLUMN_USED);
    size_t out = 5;
    for (size_t i = 0; i < 5; i++)
        if (basis->exclusion[i] == SHIFT__COLUMN_COLLINEAR)
            out = out == 5 ? i : 6;
    ck_assert(out < 4);
    double c[3];
    ck_assert_int_eq(shift__basis_dependence(basis, out, &train.moments, c, NULL), SHIFT_OK);
    ck_assert_double_eq_tol(c[2], 0.0, 1e-12); /* on c, which is no part of it */
    ck_assert_double_gt(fabs(c[0]), 0.1);
    ck_assert_double_gt(fabs(c[1]), 0.1);
    ck_assert_int_eq(shift__basis_dependence(basis, 4, &train.moments, c, NULL), SHIFT_EINVAL);
    shift__joint_value value;
    ck_assert_int_eq(shift__mahalanobis(gaussian, &value, NULL), SHIFT_OK);
    ck_assert_double_eq_tol(value.value, 1.0, 0.3);
    close_pair();
}
END_TEST

/* Two features that agree to five digits: their difference has a variance of 1e-10, and counts. */
START_TEST(ill_conditioned_columns_are_kept)
{
    shift__random random;
    shift__random_init(&random, 5, 0);
    for (size_t i = 0; i < 1000; i++) {
        rows[2 * i] = normal(&random);
        rows[2 * i + 1] = rows[2 * i] + 1e-5 * normal(&random);
    }
    measure(&train, rows, 1000, 2);
    for (size_t i = 0; i < 1000; i++)
        rows[2 * i + 1] += 1e-5;
    measure(&prod, rows, 1000, 2);
    open_pair(2);
    ck_assert_uint_eq(basis->p, 2);
    shift__joint_value value;
    ck_assert_int_eq(shift__mahalanobis(gaussian, &value, NULL), SHIFT_OK);
    ck_assert_double_eq_tol(value.value, 1.0, 0.1);
    close_pair();
}
END_TEST

static const char *reason_of(shift__gaussian_statistic *compute)
{
    shift__joint_value value;
    ck_assert_int_eq(compute(gaussian, &value, NULL), SHIFT_OK);
    ck_assert(isnan(value.value) == (value.reason != NULL));
    return value.reason;
}

START_TEST(fewer_rows_than_features_are_said)
{
    make_rows(rows, 5, 0);
    measure(&train, rows, 5, P);
    make_rows(rows, 30, 1);
    measure(&prod, rows, 30, P);
    open_pair(P);
    ck_assert_ptr_null(basis->factor);
    ck_assert_str_eq(reason_of(shift__hotelling_t2),
                     "training has fewer complete rows than features and two more");
    ck_assert_ptr_nonnull(reason_of(shift__whitened_mean));
    ck_assert_ptr_null(reason_of(shift__frechet));
    double w[P * P];
    shift_error err;
    ck_assert_int_eq(shift__basis_whitening(basis, SHIFT_WHITENING_ZCA, w, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message,
                     "training has fewer complete rows (5) than numeric features (4) and two more");
    close_pair();
    measure(&prod, rows, 3, P);
    make_rows(rows, 40, 0);
    measure(&train, rows, 40, P);
    open_pair(P);
    ck_assert_ptr_null(reason_of(shift__hotelling_t2));
    ck_assert_ptr_null(reason_of(shift__whitened_mean));
    ck_assert_str_eq(reason_of(shift__box_m),
                     "production has fewer complete rows than features and two more");
    close_pair();
}
END_TEST

START_TEST(a_feature_that_is_stuck_in_production_is_said)
{
    make_rows(rows, 30, 1);
    for (size_t i = 0; i < 30; i++)
        rows[i * P + 1] = 500.0;
    measure(&prod, rows, 30, P);
    make_rows(rows, 40, 0);
    measure(&train, rows, 40, P);
    open_pair(P);
    ck_assert_str_eq(reason_of(shift__box_m), "the covariance of production is singular");
    ck_assert_ptr_null(reason_of(shift__hotelling_t2));
    ck_assert_ptr_null(reason_of(shift__frechet));
    ck_assert_ptr_null(reason_of(shift__whitened_mean));
    ck_assert_ptr_null(reason_of(shift__whitened_covariance));
    close_pair();
}
END_TEST

START_TEST(one_feature_or_none_is_said)
{
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < 30; i++)
            rows[i] = (double)i;
        measure(&train, rows, 30, p);
        measure(&prod, rows, 30, p);
        train.moments.n = prod.moments.n = 30;
        open_pair(p);
        ck_assert_str_eq(reason_of(shift__hotelling_t2), "fewer than two numeric features");
        ck_assert_str_eq(reason_of(shift__box_m), "fewer than two numeric features");
        ck_assert_str_eq(reason_of(shift__frechet), "fewer than two numeric features");
        ck_assert_str_eq(reason_of(shift__reconstruction_error), "fewer than two numeric features");
        ck_assert_uint_eq(shift__gaussian_components(gaussian), 0);
        close_pair();
    }
    train.moments.n = 1;
    ck_assert_int_eq(shift__basis_new(&basis, 1, &train.moments, NULL), SHIFT_EINVAL);
}
END_TEST

/* Production has thrice the spread in a third of the rows: Hotelling's test assumes that away. */
START_TEST(whitened_mean_holds_its_level_under_unequal_covariances)
{
    enum { Q = 5, RUNS = 2000 };
    int rejected = 0;
    shift__random random;
    for (int run = 0; run < RUNS; run++) {
        shift__random_init(&random, 17, (uint64_t)run);
        for (size_t i = 0; i < (size_t)90 * Q; i++)
            rows[i] = normal(&random);
        measure(&train, rows, 90, Q);
        for (size_t i = 0; i < (size_t)30 * Q; i++)
            rows[i] = 3 * normal(&random);
        measure(&prod, rows, 30, Q);
        open_pair(Q);
        shift__joint_value value;
        ck_assert_int_eq(shift__whitened_mean(gaussian, &value, NULL), SHIFT_OK);
        rejected += value.tail.p < 0.05;
        close_pair();
    }
    /* 5 % of 2000 is 100 with a standard deviation of 9.7 */
    ck_assert_int_ge(rejected, 100 - 4 * 10);
    ck_assert_int_le(rejected, 100 + 4 * 10);
}
END_TEST

START_TEST(pivoted_factor_finds_the_rank)
{
    /* rank 2: the third is the sum of the first two */
    static const double a[9] = {4, 2, 6, 2, 3, 5, 6, 5, 11};
    double l[9];
    size_t order[3];
    double rests[3];
    ck_assert_uint_eq(shift__cholesky_pivoted(l, order, rests, a, 3, 1e-12), 2);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < 3; k++)
                sum += l[i * 3 + k] * l[j * 3 + k];
            ck_assert_double_eq_tol(sum, a[i * 3 + j], 1e-12);
        }
    ck_assert(!shift__cholesky(l, a, 3) || l[8] < 1e-6);
    static const double negative[4] = {1, 2, 2, 1};
    ck_assert(!shift__cholesky(l, negative, 2));
    double values[2];
    double vectors[4];
    double broken[4] = {1, (double)INFINITY, 2, 1};
    ck_assert_int_eq(shift__singular(values, vectors, broken, 2, NULL), SHIFT_EINVAL);
}
END_TEST

static Suite *gaussian_suite(void)
{
    Suite *suite = suite_create("gaussian");
    TCase *values = tcase_create("values");
    tcase_add_loop_test(values, values_are_those_of_the_definitions, 0, 7);
    tcase_add_test(values, shares_of_the_whitened_mean_are_those_of_zca_cor);
    tcase_add_test(values, equal_sides_have_no_distance);
    tcase_add_test(values, whitened_mean_holds_its_level_under_unequal_covariances);
    suite_add_tcase(suite, values);
    TCase *white = tcase_create("whitening");
    tcase_add_loop_test(white, whitening_matrices_are_those_of_the_definitions, 0, 4);
    tcase_add_loop_test(white, whitened_training_has_unit_covariance, 0, 4);
    suite_add_tcase(suite, white);
    TCase *columns = tcase_create("columns");
    tcase_add_test(columns, constant_and_collinear_columns_are_left_out);
    tcase_add_test(columns, ill_conditioned_columns_are_kept);
    tcase_add_test(columns, fewer_rows_than_features_are_said);
    tcase_add_test(columns, a_feature_that_is_stuck_in_production_is_said);
    tcase_add_test(columns, one_feature_or_none_is_said);
    tcase_add_test(columns, pivoted_factor_finds_the_rank);
    suite_add_tcase(suite, columns);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(gaussian_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
