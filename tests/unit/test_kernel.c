/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MMD and energy distance. Expected numbers are printed by tests/reference/kernel.py. */
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/distance.h"
#include "compare/joint/kernel.h"
#include "compare/joint/select.h"
#include "compare/joint/subset.h"
#include "core/random.h"

enum { P = 3, MAX_ROWS = 1200 };

static double rows[MAX_ROWS * P];

/* The rows of tests/reference/kernel.py. */
static void make_rows(double *out, size_t n, size_t side)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < P; j++)
            out[i * P + j] =
                (double)((7 * i * i * (j + 1) + 13 * i * (2 * j + 1) + 5 * side + 29 * j) % 101) /
                    101 +
                (double)side * 0.125 * (double)j;
}

static shift__kernel_result run(size_t m, size_t n, size_t p, size_t permutations, unsigned threads)
{
    shift__pool *pool = NULL;
    shift__kernel_result result;
    memset(&result, 0xff, sizeof result);
    ck_assert_int_eq(shift__pool_new(&pool, threads, NULL), SHIFT_OK);
    shift__labels *labels = NULL;
    shift__labelling what = {m, n, permutations, 1};
    ck_assert_int_eq(shift__labels_new(&labels, &what, pool, NULL), SHIFT_OK);
    shift__kernel_input input = {rows, p, labels};
    ck_assert_int_eq(shift__kernel_tests(&input, pool, &result, NULL), SHIFT_OK);
    shift__labels_free(labels);
    shift__pool_free(pool);
    return result;
}

START_TEST(values_are_those_of_the_definitions)
{
    static const struct {
        size_t m, n;
        double bandwidth, mmd, mmd_v, energy;
    } cases[] = {
        {37, 30, 0.6637356737463117, 0.07769571157317734, 0.10093481189167997, 0.14079195475918138},
        {600, 523, 0.664104805454812, 0.08403119311210894, 0.0853966140282163, 0.11387840625116497},
    };
    make_rows(rows, cases[_i].m, 0);
    make_rows(rows + cases[_i].m * P, cases[_i].n, 1);
    shift__kernel_result r = run(cases[_i].m, cases[_i].n, P, 199, 2);
    ck_assert_double_eq_tol(r.bandwidth, cases[_i].bandwidth, 1e-14);
    ck_assert_double_eq_tol(r.mmd, cases[_i].mmd, 1e-13);
    ck_assert_double_eq_tol(r.mmd_v, cases[_i].mmd_v, 1e-13);
    ck_assert_double_eq_tol(r.energy, cases[_i].energy, 1e-13);
    ck_assert_double_eq(r.mmd_p, 0.005);
    ck_assert_double_eq(r.energy_p, 0.005);
}
END_TEST

START_TEST(threads_do_not_change_the_result)
{
    make_rows(rows, 300, 0);
    make_rows(rows + (size_t)300 * P, 211, 0);
    shift__kernel_result one = run(300, 211, P, 99, 1);
    shift__kernel_result many = run(300, 211, P, 99, 7);
    ck_assert_mem_eq(&one, &many, sizeof one);
}
END_TEST

/* p-values of no shift are uniform, heavy tails or not: 400 of them against the Kolmogorov bound of
 * level 0.1 %. */
START_TEST(no_shift_gives_uniform_p_values)
{
    enum { RUNS = 400, ROWS = 40 };
    int at_most[2][10] = {{0}};
    shift__random random;
    for (int i = 0; i < RUNS; i++) {
        shift__random_init(&random, 9, (uint64_t)i);
        for (size_t k = 0; k < (size_t)ROWS * 2; k++)
            rows[k] = tan(3.14159 * (shift__random_uniform(&random) - 0.5)); /* Cauchy */
        shift__kernel_result r = run(15, ROWS - 15, 2, 99, 1);
        for (int d = 0; d < 10; d++) {
            at_most[0][d] += r.mmd_p <= (d + 1) / 10.0 + 1e-9;
            at_most[1][d] += r.energy_p <= (d + 1) / 10.0 + 1e-9;
        }
    }
    for (int which = 0; which < 2; which++)
        for (int d = 0; d < 10; d++)
            ck_assert_double_le(fabs(at_most[which][d] / (double)RUNS - (d + 1) / 10.0),
                                1.95 / sqrt((double)RUNS));
}
END_TEST

/* All labellings of 3 + 3 rows: the permutation p-value tends to the exact one. */
START_TEST(p_value_counts_labellings)
{
    static const double few[6] = {0.0, 0.1, 0.3, 5.0, 5.5, 6.5};
    memcpy(rows, few, sizeof few);
    shift__kernel_result r = run(3, 3, 1, 9999, 2);
    ck_assert_double_eq_tol(r.energy_p, 2.0 / 20.0, 0.012); /* it and its mirror image, of 20 */
    ck_assert_double_eq_tol(r.mmd_p, 2.0 / 20.0, 0.012);
}
END_TEST

START_TEST(equal_rows_have_no_bandwidth)
{
    for (size_t i = 0; i < (size_t)60 * P; i++)
        rows[i] = 1.0;
    shift__kernel_result r = run(40, 20, P, 99, 1);
    ck_assert_double_eq(r.bandwidth, 0.0);
    ck_assert_double_nan(r.mmd);
    ck_assert_double_nan(r.mmd_p);
    ck_assert_double_eq(r.energy, 0.0);
    ck_assert_double_eq(r.energy_p, 1.0);
}
END_TEST

START_TEST(too_few_or_too_many_rows_are_refused)
{
    shift__pool *pool = NULL;
    shift__kernel_result result;
    ck_assert_int_eq(shift__pool_new(&pool, 1, NULL), SHIFT_OK);
    shift__labels labels = {1, 9, 1, 1, NULL};
    shift__kernel_input input = {rows, P, &labels};
    ck_assert_int_eq(shift__kernel_tests(&input, pool, &result, NULL), SHIFT_EINVAL);
    ck_assert_int_eq(shift__covariance_test(&input, pool, &result.mmd_p, NULL), SHIFT_EINVAL);
    labels.m = SHIFT__KERNEL_ROWS;
    ck_assert_int_eq(shift__kernel_tests(&input, pool, &result, NULL), SHIFT_EINVAL);
    labels.m = SHIFT__COVARIANCE_ROWS;
    ck_assert_int_eq(shift__covariance_test(&input, pool, &result.mmd_p, NULL), SHIFT_EINVAL);
    shift__pool_free(pool);
}
END_TEST

static double covariance_p(size_t m, size_t n, size_t p, unsigned threads)
{
    shift__pool *pool = NULL;
    shift__labels *labels = NULL;
    shift__labelling what = {m, n, 199, 1};
    double value = (double)NAN;
    ck_assert_int_eq(shift__pool_new(&pool, threads, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__labels_new(&labels, &what, pool, NULL), SHIFT_OK);
    shift__kernel_input input = {rows, p, labels};
    ck_assert_int_eq(shift__covariance_test(&input, pool, &value, NULL), SHIFT_OK);
    shift__labels_free(labels);
    shift__pool_free(pool);
    return value;
}

/* By one thread: the one whose stack it is */
static void *test_all(void *result)
{
    double *values = result;
    make_rows(rows, 40, 0);
    values[0] = run(20, 20, P, 99, 1).mmd_p;
    values[1] = covariance_p(20, 20, P, 1);
    return NULL;
}

/* As ulimit -s 512 makes those of all threads */
START_TEST(stacks_of_512_kib_suffice)
{
    double values[2] = {-1.0, -1.0};
    pthread_attr_t small;
    pthread_t thread;
    ck_assert_int_eq(pthread_attr_init(&small), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&small, (size_t)512 * 1024), 0);
    ck_assert_int_eq(pthread_create(&thread, &small, test_all, values), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    (void)pthread_attr_destroy(&small);
    ck_assert(values[0] > 0.0 && values[1] > 0.0);
}
END_TEST

static double normal(shift__random *random)
{
    double u = 1.0 - shift__random_uniform(random);
    double v = shift__random_uniform(random);
    return sqrt(-2.0 * log(u)) * cos(2.0 * 3.14159265358979323846 * v);
}

/* Heavy tails (t with 3 degrees of freedom) and a large shift of the mean, on which Box's M always
 * rejects: 5 % of 300 is 15 with a standard deviation of 3.8. */
START_TEST(covariance_test_holds_its_level_on_heavy_tails)
{
    int real = 0;
    for (uint64_t run = 0; run < 300; run++) {
        shift__random random;
        shift__random_init(&random, 21, run);
        for (size_t i = 0; i < 100; i++) {
            double chi =
                pow(normal(&random), 2) + pow(normal(&random), 2) + pow(normal(&random), 2);
            for (size_t k = 0; k < 3; k++)
                rows[i * 3 + k] = normal(&random) / sqrt(chi / 3) + (i < 60 ? 0.0 : 5.0);
        }
        real += covariance_p(60, 40, 3, 2) <= 0.05;
    }
    ck_assert_int_ge(real, 3);
    ck_assert_int_le(real, 27);
}
END_TEST

START_TEST(covariance_test_sees_a_change_of_correlation)
{
    shift__random random;
    shift__random_init(&random, 22, 0);
    for (size_t i = 0; i < 400; i++) {
        rows[2 * i] = normal(&random);
        rows[2 * i + 1] = (i < 200 ? 0.1 : 0.7) * rows[2 * i] + normal(&random);
    }
    ck_assert_double_eq(covariance_p(200, 200, 2, 2), 0.005);
    for (size_t i = 0; i < 800; i++)
        rows[i] *= i < 400 ? 1.0 : 1e15; /* beyond what floats could hold to the fourth power */
    ck_assert_double_eq(covariance_p(200, 200, 2, 2), 0.005);
    for (size_t i = 0; i < 800; i++)
        rows[i] = 1.0;
    ck_assert_double_eq(covariance_p(200, 200, 2, 2), 1.0);
}
END_TEST

/* Every compiled variant gives the bits of the portable one, and that one the plain sum. */
START_TEST(variants_agree_to_the_bit)
{
    enum { N = 1111 };
    size_t pairs = (size_t)N * (N - 1);
    float *values = malloc(pairs * sizeof *values);
    uint32_t *masks = aligned_alloc(64, (size_t)N * SHIFT__SUBSETS * sizeof *masks);
    ck_assert(values != NULL && masks != NULL);
    shift__random random;
    shift__random_init(&random, 4, 4);
    for (size_t i = 0; i < pairs; i++)
        values[i] = (float)shift__random_uniform(&random);
    for (size_t i = 0; i < (size_t)N * SHIFT__SUBSETS; i++)
        masks[i] = shift__random_below(&random, 3) == 0 ? UINT32_MAX : 0;
    shift__triangle t = {values, N, 2, 1};
    double expected[SHIFT__SUBSETS];
    double got[SHIFT__SUBSETS];
    ck_assert(shift__subset_sums_variant(0, &t, masks, expected));
    for (int variant = 1; variant < 3; variant++)
        if (shift__subset_sums_variant(variant, &t, masks, got))
            ck_assert_mem_eq(got, expected, sizeof got);
    shift__subset_sums(&t, masks, got);
    ck_assert_mem_eq(got, expected, sizeof got);
    double plain = 0.0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            if ((masks[i * SHIFT__SUBSETS + 5] & masks[j * SHIFT__SUBSETS + 5]) != 0)
                plain += (double)shift__triangle_row(&t, i)[j];
    ck_assert_double_eq_tol(expected[5], plain, 1e-6 * plain);
    free(values);
    free(masks);
}
END_TEST

enum { POINTS = 701, COORDINATES = 21 };

static double coordinates[(POINTS + SHIFT__TILE) * COORDINATES];

static void check_plain(double *const *out, size_t first, size_t n, bool squares)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < first + r; j++) {
            double plain = 0.0;
            for (size_t k = 0; k < COORDINATES; k++) {
                double x = coordinates[shift__points_place(COORDINATES, first + r, k)];
                double y = coordinates[shift__points_place(COORDINATES, j, k)];
                plain += squares ? (y - x) * (y - x) : y * x;
            }
            ck_assert(out[r][j] == plain);
        }
}

static bool run_variant(int variant, size_t first, size_t n, double *const *out, bool squares)
{
    shift__points points = {coordinates, POINTS, COORDINATES};
    return squares ? shift__square_distances_variant(variant, &points, first, n, out)
                   : shift__inner_products_variant(variant, &points, first, n, out);
}

/* Of the first points, and of one to four last ones. */
START_TEST(distance_variants_agree_to_the_bit)
{
    static double got[SHIFT__POINTS_AT_ONCE][POINTS];
    double *const out[] = {got[0], got[1], got[2], got[3]};
    shift__random random;
    shift__random_init(&random, 8, 4);
    for (size_t i = 0; i < sizeof coordinates / sizeof *coordinates; i++)
        coordinates[i] = shift__random_uniform(&random);
    size_t first = _i == 0 ? 0 : POINTS - (size_t)_i;
    size_t n = _i == 0 ? 2 : (size_t)_i;
    for (int squares = 0; squares < 2; squares++)
        for (int variant = 0; variant < 3; variant++) {
            memset(got, 0xff, sizeof got);
            if (run_variant(variant, first, n, out, squares == 1))
                check_plain(out, first, n, squares == 1);
            else
                ck_assert_int_gt(variant, 0);
        }
}
END_TEST

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

START_TEST(middle_values_are_those_of_the_sorted_array)
{
    static double x[1000];
    size_t n = _i < 40 ? (size_t)_i + 1 : 1000;
    shift__random random;
    shift__random_init(&random, 2, (uint64_t)_i);
    for (size_t i = 0; i < n; i++) /* ties, zeros, all magnitudes */
        x[i] = shift__random_below(&random, 3) == 0
                   ? (double)shift__random_below(&random, 4)
                   : pow(10.0, 600 * shift__random_uniform(&random) - 300);
    shift__pool *pool = NULL;
    double middle[2];
    ck_assert_int_eq(shift__pool_new(&pool, 2, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__select_middle(x, n, pool, middle, NULL), SHIFT_OK);
    shift__pool_free(pool);
    qsort(x, n, sizeof *x, ascending);
    ck_assert_double_eq(middle[0], x[(n - 1) / 2]);
    ck_assert_double_eq(middle[1], x[n / 2]);
}
END_TEST

static Suite *kernel_suite(void)
{
    Suite *suite = suite_create("kernel");
    TCase *values = tcase_create("values");
    tcase_add_loop_test(values, values_are_those_of_the_definitions, 0, 2);
    tcase_add_test(values, threads_do_not_change_the_result);
    tcase_add_test(values, equal_rows_have_no_bandwidth);
    tcase_add_test(values, stacks_of_512_kib_suffice);
    tcase_add_test(values, too_few_or_too_many_rows_are_refused);
    suite_add_tcase(suite, values);
    TCase *permutations = tcase_create("permutations");
    tcase_set_timeout(permutations, 60);
    tcase_add_test(permutations, no_shift_gives_uniform_p_values);
    tcase_add_test(permutations, p_value_counts_labellings);
    tcase_add_test(permutations, covariance_test_holds_its_level_on_heavy_tails);
    tcase_add_test(permutations, covariance_test_sees_a_change_of_correlation);
    suite_add_tcase(suite, permutations);
    TCase *parts = tcase_create("parts");
    tcase_add_test(parts, variants_agree_to_the_bit);
    tcase_add_loop_test(parts, distance_variants_agree_to_the_bit, 0, 5);
    tcase_add_loop_test(parts, middle_values_are_those_of_the_sorted_array, 0, 44);
    suite_add_tcase(suite, parts);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(kernel_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
