/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shift_compare() from profiles to verdicts: both questions, what is said, and what is refused. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/decision/decision.h"
#include "shift/comparison.h"
#include "sides.h"

/* A numeric feature "x", a text feature "c"; missing values where the number is NaN */
static shift_profile *profile_of(const double *x, size_t n, const char *text)
{
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "c", SHIFT_KIND_CATEGORICAL, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, NULL), SHIFT_OK);
    size_t letters = strlen(text);
    uint8_t *states = calloc(n, 1);
    uint32_t *begin = calloc(n, sizeof *begin);
    uint32_t *end = calloc(n, sizeof *end);
    for (size_t i = 0; i < n; i++) { /* categories are letters, in turn */
        states[i] = (uint8_t)(isnan(x[i]) ? SHIFT_FIELD_MISSING : SHIFT_FIELD_PRESENT);
        begin[i] = (uint32_t)(i % letters);
        end[i] = begin[i] + 1;
    }
    shift_column columns[] = {{x, NULL, NULL, NULL, states}, {NULL, text, begin, end, NULL}};
    shift_batch batch = {n, 2, columns};
    ck_assert_int_eq(shift_profile_add(profile, &batch, NULL), SHIFT_OK);
    free(states);
    free(begin);
    free(end);
    shift_schema_free(schema);
    return profile;
}

enum { MOST = 20000 };

static shift_profile *normal_profile(uint64_t seed, size_t n, double mean, double sd,
                                     const char *text)
{
    static double x[MOST];
    shift__random random;
    shift__random_init(&random, seed, 0);
    fill_normal(&random, x, n, mean, sd);
    return profile_of(x, n, text);
}

static shift_comparison *compare(shift_profile *train, shift_profile *prod,
                                 const shift_policy *policy)
{
    shift_comparison *comparison = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(shift_compare(&comparison, train, prod, policy, &err) == SHIFT_OK, "%s",
                  err.message);
    shift_profile_free(train);
    shift_profile_free(prod);
    return comparison;
}

static const shift_measurement *measured(const shift_subject *s, const char *name)
{
    for (size_t i = 0; i < s->n_measurements; i++)
        if (strcmp(s->measurements[i]->statistic, name) == 0)
            return s->measurements[i];
    ck_abort_msg("%s has no %s", s->name, name);
    return NULL;
}

START_TEST(a_large_real_shift_alerts)
{
    shift_comparison *c =
        compare(normal_profile(1, 2000, 0, 1, "aab"), normal_profile(2, 1000, 1, 1, "aab"), NULL);
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(c->features[0]->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(c->features[1]->verdict, SHIFT_VERDICT_OK);
    ck_assert_ptr_null(c->features[1]->reason);
    ck_assert_int_eq(measured(c->features[0], "psi")->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(measured(c->features[0], "energy")->verdict, SHIFT_VERDICT_NONE);
    ck_assert_ptr_nonnull(strstr(c->features[0]->reason, "significant"));
    ck_assert_str_eq(c->dataset->reason, "1 of 2 features shifted");
    ck_assert_uint_eq(c->train.rows, 2000);
    shift_comparison_free(c);
}
END_TEST

START_TEST(a_small_real_shift_is_no_alarm)
{
    shift_comparison *c = compare(normal_profile(1, MOST, 0, 1, "aab"),
                                  normal_profile(2, MOST, 0.06, 1, "aab"), NULL);
    const shift_subject *x = c->features[0];
    ck_assert_int_eq(x->verdict, SHIFT_VERDICT_OK);
    ck_assert(measured(x, "welch_t")->p_adjusted < 1e-6);
    ck_assert_ptr_nonnull(strstr(x->reason, "too small to matter"));
    ck_assert_ptr_nonnull(strstr(measured(x, "psi")->reason, "too small to matter"));
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_OK);
    shift_comparison_free(c);
}
END_TEST

/* PSI of 25 rows is large by chance */
START_TEST(noise_is_no_alarm)
{
    shift_comparison *c =
        compare(normal_profile(3, 25, 0, 1, "aab"), normal_profile(4, 25, 0, 1, "aab"), NULL);
    const shift_subject *x = c->features[0];
    ck_assert(measured(x, "psi")->value > 0.2);
    ck_assert_int_eq(x->verdict, SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(x->reason, "25 rows cannot tell it from noise"));
    ck_assert(x->detectable_mean_shift > 0.5);
    shift_comparison_free(c);
}
END_TEST

START_TEST(missing_values_are_shift)
{
    static double x[1000];
    shift__random random;
    shift__random_init(&random, 9, 0);
    fill_normal(&random, x, 1000, 0, 1);
    shift_profile *train = profile_of(x, 1000, "ab");
    for (size_t i = 0; i < 1000; i += 4)
        x[i] = (double)NAN;
    shift_comparison *c = compare(train, profile_of(x, 1000, "ab"), NULL);
    const shift_measurement *m = measured(c->features[0], "missing_rate");
    ck_assert_double_eq(m->value, 0.25);
    ck_assert_int_eq(m->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(c->features[0]->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(measured(c->features[0], "ks")->verdict, SHIFT_VERDICT_OK);
    ck_assert(isnan(measured(c->features[1], "missing_rate")->p_value));
    ck_assert_double_eq(measured(c->features[1], "missing_rate")->value, 0.0);
    shift_comparison_free(c);
}
END_TEST

/* Of the numbers alone: as many rows, with a value or without one */
static shift_verdict verdict_of_numbers(size_t train, bool in_train, size_t prod, bool in_prod)
{
    static const double there[] = {1.0, 2.0, 3.0};
    static const double lacking[] = {(double)NAN, (double)NAN, (double)NAN};
    shift_comparison *c = compare(profile_of(in_train ? there : lacking, train, "ab"),
                                  profile_of(in_prod ? there : lacking, prod, "ab"), NULL);
    shift_verdict verdict = c->features[0]->verdict;
    shift_comparison_free(c);
    return verdict;
}

/* Three rows that lack their value are what three others were; no rows at all tell nothing. */
START_TEST(sides_without_values_are_alike_where_both_have_rows)
{
    ck_assert_int_eq(verdict_of_numbers(3, false, 3, false), SHIFT_VERDICT_OK);
    ck_assert_int_eq(verdict_of_numbers(0, false, 3, false), SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of_numbers(3, false, 0, false), SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of_numbers(0, false, 0, false), SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of_numbers(3, true, 3, false), SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of_numbers(3, false, 3, true), SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of_numbers(3, true, 3, true), SHIFT_VERDICT_OK);
}
END_TEST

START_TEST(identical_data_do_not_differ)
{
    shift_comparison *c =
        compare(normal_profile(1, 3000, 0, 1, "abc"), normal_profile(1, 3000, 0, 1, "abc"), NULL);
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_OK);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < c->features[i]->n_measurements; k++) {
            const shift_measurement *m = c->features[i]->measurements[k];
            ck_assert(isnan(m->p_adjusted) || m->p_adjusted == 1.0);
        }
    shift_comparison_free(c);
}
END_TEST

START_TEST(thresholds_can_be_set)
{
    shift_threshold thresholds[] = {{"psi", "x", (double)NAN, 10.0},
                                    {"psi", NULL, 5.0, 6.0},
                                    {"ks", NULL, 0.8, 0.9},
                                    {"out_of_range_share", NULL, 0.8, 0.9},
                                    {"wasserstein_normalized", NULL, 0.5, 3.0}};
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.thresholds = thresholds;
    policy.n_thresholds = 5;
    shift_comparison *c = compare(normal_profile(1, 2000, 0, 1, "aab"),
                                  normal_profile(2, 1000, 1, 1, "aab"), &policy);
    ck_assert_double_eq(measured(c->features[0], "psi")->warn, 5.0);
    ck_assert_double_eq(measured(c->features[0], "psi")->alert, 10.0);
    ck_assert_double_eq(measured(c->features[1], "psi")->alert, 6.0);
    ck_assert_int_eq(c->features[0]->verdict, SHIFT_VERDICT_WARN);
    shift_comparison_free(c);
}
END_TEST

/* Of one statistic of a shifted feature, where that is the warning and the alert */
static shift_measurement with_thresholds(const char *statistic, double mean, double warn,
                                         double alert)
{
    shift_threshold threshold = {statistic, NULL, warn, alert};
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.thresholds = &threshold;
    policy.n_thresholds = 1;
    shift_comparison *c = compare(normal_profile(1, 2000, 0, 1, "aab"),
                                  normal_profile(2, 1000, mean, 1.35, "abbb"), &policy);
    bool of_text = strcmp(statistic, "jensen_shannon") == 0;
    shift_measurement m = *measured(c->features[of_text ? 1 : 0], statistic);
    shift_comparison_free(c);
    return m;
}

START_TEST(a_threshold_is_reached_by_its_own_value)
{
    static const char *const names[] = {
        "ks", "psi", "wasserstein_normalized", "variance_ratio", "mean_shift", "jensen_shannon"};
    const char *name = names[_i];
    double none = (double)NAN;
    shift_measurement m =
        with_thresholds(name, 1.0, 1e-9 + (strcmp(name, "variance_ratio") == 0), none);
    double above = nextafter(m.value, (double)INFINITY);
    ck_assert_int_eq(with_thresholds(name, 1.0, none, m.value).verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_ne(with_thresholds(name, 1.0, none, above).verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(with_thresholds(name, 1.0, m.value, above).verdict, SHIFT_VERDICT_WARN);
    ck_assert_int_eq(with_thresholds(name, 1.0, above, above).verdict, SHIFT_VERDICT_OK);
}
END_TEST

START_TEST(the_near_end_must_be_beyond_half_the_threshold)
{
    shift_measurement m = with_thresholds("ks", 0.0, 0.01, (double)NAN);
    double threshold = 2.0 * m.low;
    ck_assert(threshold < m.value);
    ck_assert_int_eq(with_thresholds("ks", 0.0, threshold, (double)NAN).verdict, SHIFT_VERDICT_OK);
    threshold = nextafter(threshold, 0.0);
    ck_assert_int_eq(with_thresholds("ks", 0.0, threshold, (double)NAN).verdict,
                     SHIFT_VERDICT_WARN);
}
END_TEST

/* The verdict of a thousand rows moved by `mean`, with these thresholds of their distance. */
static shift_verdict verdict_with(double mean, const shift_threshold *usual,
                                  const shift_threshold *thresholds)
{
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.no_joint = true;
    policy.usual = usual;
    policy.n_usual = usual != NULL ? 1 : 0;
    policy.thresholds = thresholds;
    policy.n_thresholds = thresholds != NULL ? 1 : 0;
    shift_comparison *c = compare(normal_profile(1, 1000, 0, 1, "aab"),
                                  normal_profile(2, 1000, mean, 1, "aab"), &policy);
    shift_verdict verdict = c->features[0]->verdict;
    shift_comparison_free(c);
    return verdict;
}

/* What is unusual is less than what these rows can show; what matters is not. */
START_TEST(usual_thresholds_alert_and_make_nothing_inconclusive)
{
    static const shift_threshold small = {"wasserstein_normalized", "x", 0.08, 0.1};
    static const shift_threshold large = {"wasserstein_normalized", NULL, 0.5, 0.6};
    ck_assert_int_eq(verdict_with(0.0, NULL, NULL), SHIFT_VERDICT_OK);
    ck_assert_int_eq(verdict_with(0.0, NULL, &small), SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_int_eq(verdict_with(0.0, &small, NULL), SHIFT_VERDICT_OK);
    ck_assert_int_eq(verdict_with(0.0, &large, &small), SHIFT_VERDICT_INCONCLUSIVE);
    ck_assert_int_eq(verdict_with(0.13, NULL, NULL), SHIFT_VERDICT_WARN);
    ck_assert_int_eq(verdict_with(0.13, &small, NULL), SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(verdict_with(0.13, &small, &large), verdict_with(0.13, NULL, &large));
}
END_TEST

static void check_refused(const shift_policy *policy, const char *message)
{
    shift_profile *train = normal_profile(1, 100, 0, 1, "ab");
    shift_profile *prod = normal_profile(2, 100, 0, 1, "ab");
    shift_comparison *comparison = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_compare(&comparison, train, prod, policy, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, message);
    ck_assert_ptr_null(comparison);
    shift_profile_free(train);
    shift_profile_free(prod);
}

START_TEST(unknown_names_are_refused)
{
    shift_threshold threshold = {"pse", NULL, 1.0, 2.0};
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.thresholds = &threshold;
    policy.n_thresholds = 1;
    check_refused(&policy, "threshold on the unknown statistic \"pse\"; did you mean \"psi\"?");
    policy.usual = policy.thresholds;
    policy.n_usual = 1;
    policy.n_thresholds = 0;
    check_refused(&policy, "threshold on the unknown statistic \"pse\"; did you mean \"psi\"?");
    policy.usual = NULL;
    check_refused(&policy, "usual thresholds that are NULL");
    policy.n_usual = 0;
    policy.n_thresholds = 1;
    threshold.statistic = "psi";
    threshold.feature = "cc";
    check_refused(&policy, "threshold on the unknown feature \"cc\"; did you mean \"c\"?");
    threshold.feature = "far away";
    check_refused(&policy, "threshold on the unknown feature \"far away\"");
    policy.n_thresholds = 0;
    policy.alpha = 0.0;
    check_refused(&policy, "level 0 is not between 0 and 1");
    policy.alpha = 0.05;
    policy.fail_share = 1.5;
    check_refused(&policy, "share of features 1.5 is not in (0, 1]");
}
END_TEST

START_TEST(share_of_features_can_decide)
{
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.fail_share = 0.6;
    shift_comparison *c = compare(normal_profile(1, 2000, 0, 1, "aab"),
                                  normal_profile(2, 1000, 1, 1, "aab"), &policy);
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_WARN);
    shift_comparison_free(c);
    policy.fail_share = 0.5;
    c = compare(normal_profile(1, 2000, 0, 1, "aab"), normal_profile(2, 1000, 1, 1, "aab"),
                &policy);
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_ALERT);
    shift_comparison_free(c);
}
END_TEST

static bool says(const shift_comparison *c, const char *subject, const char *text)
{
    for (size_t i = 0; i < c->n_messages; i++)
        if (strcmp(c->messages[i]->subject, subject) == 0 &&
            strcmp(c->messages[i]->text, text) == 0)
            return true;
    return false;
}

START_TEST(absent_extra_and_constant_columns_are_findings)
{
    shift_schema *schema = NULL;
    shift_profile *prod = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "extra", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&prod, schema, NULL, NULL), SHIFT_OK);
    shift_schema_free(schema);
    double fives[200];
    for (int i = 0; i < 200; i++)
        fives[i] = 5.0;
    shift_column columns[] = {{fives, NULL, NULL, NULL, NULL}, {fives, NULL, NULL, NULL, NULL}};
    shift_batch batch = {200, 2, columns};
    ck_assert_int_eq(shift_profile_add(prod, &batch, NULL), SHIFT_OK);
    shift_comparison *c = compare(normal_profile(1, 500, 0, 1, "aab"), prod, NULL);
    ck_assert(says(c, "c", "column missing from production"));
    ck_assert(says(c, "x", "constant in production"));
    ck_assert(says(c, "extra", "extra column in production: not compared"));
    ck_assert_int_eq(c->features[0]->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(c->features[1]->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_double_eq(measured(c->features[1], "missing_rate")->value, 1.0);
    ck_assert_ptr_nonnull(measured(c->features[1], "psi")->reason);
    shift_comparison_free(c);
}
END_TEST

/* A subject of which some deciding tests were made, the others having no p-value */
typedef struct tested {
    shift_subject subject;
    shift_measurement measurements[3];
    const shift__statistic *rows[3];
    double weights[3];
} tested;

static shift__case case_of(tested *t, const char *const *names, const double *p, size_t n)
{
    memset(t, 0, sizeof *t);
    t->subject.train.n = t->subject.prod.n = 100;
    for (size_t i = 0; i < n; i++) {
        t->measurements[i].p_value = p[i];
        t->measurements[i].log10_p = log10(p[i]);
        t->measurements[i].p_adjusted = (double)NAN;
        t->rows[i] = shift__statistic_find(names[i]);
    }
    return (shift__case){&t->subject, t->measurements, t->rows, t->weights, n, 0, NULL, 0.0, 0.0,
                         0.0};
}

START_TEST(adjustment_is_benjamini_and_hochbergs)
{
    static const double p[] = {0.01, 0.04, 0.03, 0.005, 0.8};
    static const double adjusted[] = {0.025, 0.05, 0.05, 0.025, 0.8}; /* R: p.adjust(p, "BH") */
    static const char *const ks = "ks";
    tested subjects[5];
    shift__case cases[5];
    for (int i = 0; i < 5; i++)
        cases[i] = case_of(&subjects[i], &ks, &p[i], 1);
    size_t n = 0;
    ck_assert_int_eq(shift__adjust(cases, 5, &n, NULL), SHIFT_OK);
    ck_assert_uint_eq(n, 5);
    for (int i = 0; i < 5; i++)
        ck_assert_double_eq_tol(subjects[i].measurements[0].p_adjusted, adjusted[i], 1e-15);
}
END_TEST

START_TEST(subjects_are_adjusted_by_their_best_weighted_test)
{
    static const char *const names[] = {"normal_scores", "klotz", "psi"};
    static const double first[] = {0.001, 0.5, 0.0001};
    static const double second[] = {0.2, 0.02, 0.0001};
    tested subjects[2];
    shift__case cases[] = {case_of(&subjects[0], names, first, 3),
                           case_of(&subjects[1], names, second, 3)};
    size_t n = 0;
    ck_assert_int_eq(shift__adjust(cases, 2, &n, NULL), SHIFT_OK);
    ck_assert_uint_eq(n, 2);
    double location = 0.38 / 0.80;
    double scale = 0.42 / 0.80;
    ck_assert_double_eq_tol(subjects[0].weights[0], location, 1e-15);
    ck_assert_double_eq_tol(subjects[0].weights[1], scale, 1e-15);
    /* the least of two, and the larger: p.adjust(c(0.001 / location, 0.02 / scale), "BH") */
    ck_assert_double_eq_tol(subjects[0].measurements[0].p_adjusted, 0.002 / location, 1e-15);
    ck_assert_double_eq_tol(subjects[1].measurements[1].p_adjusted, 0.02 / scale, 1e-15);
    /* the others as if they stood for their subject */
    ck_assert_double_eq_tol(subjects[0].measurements[1].p_adjusted, 0.5 / scale, 1e-15);
    ck_assert_double_eq_tol(subjects[1].measurements[0].p_adjusted, 0.2 / location, 1e-15);
    ck_assert(isnan(subjects[0].measurements[2].p_adjusted)); /* psi is no test */
}
END_TEST

/* power.t.test(n = 100, power = .8, sig.level = .01) of R gives 0.4864; the normal law 0.4833 */
START_TEST(detectable_shift_is_that_of_power_analysis)
{
    ck_assert_double_eq_tol(shift__detectable_mean_shift(0.01, 100, 100), 0.4833, 1e-4);
    /* pwr.chisq.test(df = 4, power = .8, sig.level = .05): w^2 N = 11.935 */
    double distance = shift__detectable_distance(0.05, 1000, 1000, 5);
    double divergence = distance * distance * 8.0 * log(2.0);
    ck_assert_double_eq_tol(divergence / (2.0 / 1000.0), 11.935, 0.15);
    ck_assert(isnan(shift__detectable_mean_shift(0.01, 0, 100)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decision");
    TCase *verdicts = tcase_create("verdicts");
    tcase_add_test(verdicts, a_large_real_shift_alerts);
    tcase_add_test(verdicts, a_small_real_shift_is_no_alarm);
    tcase_add_test(verdicts, noise_is_no_alarm);
    tcase_add_test(verdicts, missing_values_are_shift);
    tcase_add_test(verdicts, identical_data_do_not_differ);
    tcase_add_test(verdicts, sides_without_values_are_alike_where_both_have_rows);
    tcase_add_test(verdicts, share_of_features_can_decide);
    tcase_add_test(verdicts, absent_extra_and_constant_columns_are_findings);
    suite_add_tcase(suite, verdicts);
    TCase *policy = tcase_create("policy");
    tcase_add_test(policy, thresholds_can_be_set);
    tcase_add_loop_test(policy, a_threshold_is_reached_by_its_own_value, 0, 6);
    tcase_add_test(policy, the_near_end_must_be_beyond_half_the_threshold);
    tcase_add_test(policy, usual_thresholds_alert_and_make_nothing_inconclusive);
    tcase_add_test(policy, unknown_names_are_refused);
    suite_add_tcase(suite, policy);
    TCase *parts = tcase_create("parts");
    tcase_add_test(parts, adjustment_is_benjamini_and_hochbergs);
    tcase_add_test(parts, subjects_are_adjusted_by_their_best_weighted_test);
    tcase_add_test(parts, detectable_shift_is_that_of_power_analysis);
    suite_add_tcase(suite, parts);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
