/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tail probabilities against tests/reference/tails.csv (mpmath) and by their own properties. */
#include <check.h>
#include <gsl/gsl_sf_bessel.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/special.h"

static shift__tail evaluate(const char *function, const double *x)
{
    if (strcmp(function, "normal") == 0)
        return shift__tail_normal(x[0]);
    if (strcmp(function, "chi_square") == 0)
        return shift__tail_chi_square(x[0], x[1]);
    if (strcmp(function, "student") == 0)
        return shift__tail_student(x[0], x[1]);
    if (strcmp(function, "f") == 0)
        return shift__tail_f(x[0], x[1], x[2]);
    if (strcmp(function, "kolmogorov") == 0)
        return shift__tail_kolmogorov(x[0]);
    if (strcmp(function, "cramer_von_mises") == 0)
        return shift__tail_cramer_von_mises(x[0]);
    ck_assert_str_eq(function, "anderson_darling");
    return shift__tail_anderson_darling(x[0]);
}

START_TEST(tails_agree_with_fifty_digits)
{
    FILE *file = fopen(SHIFT_SOURCE_DIR "/tests/reference/tails.csv", "r");
    ck_assert_ptr_nonnull(file);
    char line[256];
    int checked = 0;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file)); /* the header */
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest = strchr(line, ',');
        *rest++ = '\0';
        double number[5];
        for (int i = 0; i < 5; i++) {
            number[i] = strtod(rest, &rest);
            rest++; /* the comma */
        }
        shift__tail tail = evaluate(line, number);
        double value = number[3];
        double log_value = number[4];
        double tolerance = value > 1e-100 ? 1e-11 : 1e-10;
        ck_assert_msg(fabs(tail.p - value) <= tolerance * value + 1e-306,
                      "%s(%g, %g, %g) = %.17g, not %.17g", line, number[0], number[1], number[2],
                      tail.p, value);
        ck_assert_msg(fabs(tail.log10_p - log_value) <= 1e-11 * fabs(log_value) + 1e-13,
                      "log10 of %s(%g, %g, %g) = %.17g, not %.17g", line, number[0], number[1],
                      number[2], tail.log10_p, log_value);
        checked++;
    }
    fclose(file);
    ck_assert_int_gt(checked, 80);
}
END_TEST

/* Names of the functions in the table that lies beside the checkout */
static const char *own_name(const char *name)
{
    static const char *const names[][2] = {{"kolmogorov_sf", "kolmogorov"},
                                           {"chi2_sf", "chi_square"},
                                           {"normal_sf", "normal"},
                                           {"t_two_sided", "student"},
                                           {"f_sf", "f"},
                                           {"cvm_limit_sf", "cramer_von_mises"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i][0]) == 0)
            return names[i][1];
    ck_abort_msg("no %s", name);
    return NULL;
}

START_TEST(tails_agree_with_the_table_beside_the_checkout)
{
    FILE *file = fopen(SHIFT_SOURCE_DIR "/../shared/data/distributions/table.csv", "r");
    if (file == NULL) {
        printf("skipped: no table of distribution functions beside the checkout\n");
        return;
    }
    char line[256];
    int checked = 0;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest = strchr(line, ',');
        *rest++ = '\0';
        double number[5];
        for (int i = 0; i < 5; i++) {
            number[i] = strtod(rest, &rest);
            rest++; /* the comma */
        }
        shift__tail tail = evaluate(own_name(line), number);
        double value = number[3];
        double tolerance = value > 1e-100 ? 1e-10 : 1e-6;
        ck_assert_msg(fabs(tail.p - value) <= tolerance * value + 1e-306,
                      "%s(%g, %g, %g) = %.17g, not %.17g", line, number[0], number[1], number[2],
                      tail.p, value);
        ck_assert_msg(fabs(tail.log10_p - number[4]) <= 1e-10 * fabs(number[4]) + 1e-10,
                      "log10 of %s(%g, %g, %g) = %.17g, not %.17g", line, number[0], number[1],
                      number[2], tail.log10_p, number[4]);
        checked++;
    }
    fclose(file);
    ck_assert_int_gt(checked, 50);
}
END_TEST

static void falls(shift__tail before, shift__tail after)
{
    ck_assert(after.p <= before.p);
    ck_assert(after.log10_p <= before.log10_p);
    ck_assert(after.p >= 0.0 && after.p <= 1.0);
}

/* where one formula hands over to another, a jump would show as a rise */
START_TEST(tails_fall)
{
    for (int i = 1; i < 4000; i++) {
        double x = 0.01 * i;
        double y = x + 0.01;
        falls(shift__tail_normal(x - 20), shift__tail_normal(y - 20));
        falls(shift__tail_chi_square(x, 7), shift__tail_chi_square(y, 7));
        falls(shift__tail_chi_square(x, 0.5), shift__tail_chi_square(y, 0.5));
        falls(shift__tail_student(x, 12.5), shift__tail_student(y, 12.5));
        falls(shift__tail_f(x, 3, 40), shift__tail_f(y, 3, 40));
        falls(shift__tail_kolmogorov(x), shift__tail_kolmogorov(y));
    }
    for (int i = 1; i < 400; i++) {
        double x = 0.002 * i * i;
        double y = x + 0.002;
        falls(shift__tail_cramer_von_mises(x), shift__tail_cramer_von_mises(y));
        falls(shift__tail_anderson_darling(x), shift__tail_anderson_darling(y));
    }
}
END_TEST

START_TEST(laws_meet)
{
    for (int i = 1; i < 60; i++) {
        double z = 0.5 * i;
        double normal = shift__tail_normal_two_sided(z).log10_p;
        ck_assert_double_eq_tol(shift__tail_chi_square(z * z, 1).log10_p, normal, 1e-12 * z * z);
        ck_assert_double_eq_tol(shift__tail_student(z, 1e13).log10_p, normal, 1e-9 * z * z);
        ck_assert_double_eq_tol(shift__tail_f(z * z, 1, 30.5).log10_p,
                                shift__tail_student(-z, 30.5).log10_p, 1e-15);
    }
}
END_TEST

START_TEST(f_with_two_degrees_of_freedom_has_a_closed_form)
{
    for (int i = 1; i < 60; i++)
        ck_assert_double_eq_tol(shift__tail_f(i, 2, 20).log10_p, -10.0 * log10(1.0 + i / 10.0),
                                1e-13);
}
END_TEST

/* The other definition: 1 less Anderson and Darling's series (1952, eq. 4.35), as scipy sums it,
 * its terms being left out from the first one below `cut`. */
static double one_less_series(double x, double cut)
{
    double sum = 0.0;
    double term = 1.0;
    for (int k = 0; k < 100 && fabs(term) >= cut; k++) {
        double y = 4.0 * k + 1.0;
        double q = y * y / (16.0 * x);
        if (q > 600.0)
            break;
        term = exp(lgamma(k + 0.5) - lgamma(k + 1.0)) / (pow(3.14159265358979323846, 1.5)) *
               sqrt(y / x) * exp(-q) * gsl_sf_bessel_Knu(0.25, q);
        sum += term;
    }
    return 1.0 - sum;
}

START_TEST(cramer_von_mises_is_one_less_its_series)
{
    double farthest = 0.0;
    for (int i = 1; i < 60; i++) {
        double x = 0.05 * i;
        double p = shift__tail_cramer_von_mises(x).p;
        ck_assert_double_eq_tol(p, one_less_series(x, 1e-18), 1e-13);
        ck_assert_double_eq_tol(p, one_less_series(x, 1e-7), 1e-7);
        farthest = fmax(farthest, fabs(p / one_less_series(x, 1e-7) - 1.0));
    }
    ck_assert_double_gt(farthest, 1e-6); /* so it is not the p-value there */
    ck_assert_double_gt(one_less_series(40.0, 1e-7), 1e3 * shift__tail_cramer_von_mises(40.0).p);
}
END_TEST

START_TEST(outside_their_domain_tails_are_not_numbers)
{
    ck_assert(isnan(shift__tail_normal((double)NAN).p));
    ck_assert(isnan(shift__tail_chi_square(-1, 3).p));
    ck_assert(isnan(shift__tail_chi_square(1, 0).p));
    ck_assert(isnan(shift__tail_student((double)NAN, 3).p));
    ck_assert(isnan(shift__tail_f(1, -1, 3).log10_p));
    ck_assert(isnan(shift__tail_kolmogorov((double)NAN).p));
    ck_assert(isnan(shift__tail_cramer_von_mises((double)NAN).p));
    ck_assert(isnan(shift__tail_none().p));
    ck_assert_double_eq(shift__tail_chi_square((double)INFINITY, 3).p, 0.0);
    ck_assert_double_eq(shift__tail_f((double)INFINITY, 1, 3).p, 0.0);
    ck_assert_double_eq(shift__tail_student(0.0, 3).p, 1.0);
    ck_assert_double_eq(shift__tail_kolmogorov(0.0).p, 1.0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("special");
    TCase *tails = tcase_create("tails");
    tcase_add_test(tails, tails_agree_with_fifty_digits);
    tcase_add_test(tails, tails_agree_with_the_table_beside_the_checkout);
    tcase_add_test(tails, tails_fall);
    tcase_add_test(tails, laws_meet);
    tcase_add_test(tails, f_with_two_degrees_of_freedom_has_a_closed_form);
    tcase_add_test(tails, cramer_von_mises_is_one_less_its_series);
    tcase_add_test(tails, outside_their_domain_tails_are_not_numbers);
    suite_add_tcase(suite, tails);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
