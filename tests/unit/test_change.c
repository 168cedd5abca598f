/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Change points and alarms: the limits, when a change began, and the policy. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "core/random.h"
#include "shift/shift.h"

START_TEST(limits_have_the_run_length_that_was_asked_for)
{
    static const double lengths[] = {5, 100, 1000, 1e6};
    shift_change_limits l;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        ck_assert_int_eq((int)shift_change_limits_set(&l, lengths[i], NULL), (int)SHIFT_OK);
        ck_assert_double_eq_tol(
            shift_run_length_cusum(l.cusum_slack, l.cusum_limit, 0) / lengths[i], 1, 1e-4);
        ck_assert_double_eq_tol(shift_run_length_ewma(l.ewma_weight, l.ewma_limit, 0) / lengths[i],
                                1, 1e-4);
    }
    ck_assert_int_eq((int)shift_change_limits_set(&l, 1, NULL), (int)SHIFT_EINVAL);
    ck_assert_int_eq((int)shift_change_limits_set(&l, (double)NAN, NULL), (int)SHIFT_EINVAL);
    ck_assert(isnan(shift_run_length_cusum(0.5, -1, 0)) && isnan(shift_run_length_ewma(2, 3, 0)));
}
END_TEST

static double normal(shift__random *random)
{
    double u = 1 - shift__random_uniform(random);
    double v = 1 - shift__random_uniform(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* The next of values of variance 1 whose neighbours correlate by rho */
static double follow(shift__random *random, double before, double rho)
{
    return rho * before + sqrt(1 - rho * rho) * normal(random);
}

/* Values from the first that is judged until the detector speaks; 1,500 at most */
static int until_alarm(shift__random *random, const shift_change_limits *limits, double rho,
                       shift_detector detector)
{
    shift_series_state state;
    shift_change_signal signals[SHIFT_N_DETECTORS];
    double x = normal(random);
    memset(&state, 0, sizeof state);
    int n = 1 - SHIFT_CHANGE_FIRST;
    do {
        shift_change_update(&state, limits, 5 + 2 * x, signals);
        x = follow(random, x, rho);
        n++;
    } while (!signals[detector].changed && n < 1500);
    return n;
}

/* The detectors themselves, from nothing known: 400 stretches without a change, so that the
 * standard error of the mean is 5 %. Independent values or not, the run length is the one asked for
 * or longer; not by much, or little would be found. */
START_TEST(detectors_keep_the_run_length)
{
    enum { STRETCHES = 400 };
    static const double rhos[] = {0, 0.5, 0.9};
    shift__random random;
    shift_change_limits l;
    shift__random_init(&random, 20260131, (uint64_t)_i);
    ck_assert_int_eq((int)shift_change_limits_set(&l, 100, NULL), (int)SHIFT_OK);
    for (int d = 0; d < SHIFT_N_DETECTORS; d++) {
        double length = 0;
        for (int i = 0; i < STRETCHES; i++)
            length += until_alarm(&random, &l, rhos[_i], (shift_detector)d) / (double)STRETCHES;
        ck_assert_msg(length > 100 && (length < 400 || d == SHIFT_DETECTOR_ADWIN), "%s, rho %g: %g",
                      shift_detector_name((shift_detector)d), rhos[_i], length);
    }
}
END_TEST

START_TEST(a_change_in_values_that_depend_on_each_other_is_found)
{
    enum { BEFORE = 120 };
    shift__random random;
    shift_change_limits l;
    shift__random_init(&random, 11, 0);
    ck_assert_int_eq((int)shift_change_limits_set(&l, 4800, NULL), (int)SHIFT_OK);
    int found = 0;
    for (int round = 0; round < 100; round++) {
        shift_series_state state;
        shift_change_signal signals[SHIFT_N_DETECTORS];
        double x = normal(&random);
        int at = 0;
        memset(&state, 0, sizeof state);
        for (int i = 0; i < BEFORE + 30 && at == 0; i++) {
            shift_change_update(&state, &l, x + (i >= BEFORE ? 4 : 0), signals);
            x = follow(&random, x, 0.5);
            at = signals[SHIFT_DETECTOR_CUSUM].changed ? i : 0;
        }
        found += at >= BEFORE && signals[SHIFT_DETECTOR_CUSUM].upward;
    }
    ck_assert_int_ge(found, 90);
}
END_TEST

START_TEST(a_change_is_found_and_dated)
{
    enum { BEFORE = 100, AFTER = 40 };
    shift__random random;
    shift_change_limits l;
    shift__random_init(&random, 7, 0);
    ck_assert_int_eq((int)shift_change_limits_set(&l, 1000, NULL), (int)SHIFT_OK);
    int covered = 0;
    int found[SHIFT_N_DETECTORS] = {0};
    for (int round = 0; round < 100; round++) {
        double values[BEFORE + AFTER];
        int first[SHIFT_N_DETECTORS] = {0};
        shift_series_state state;
        memset(&state, 0, sizeof state);
        for (int i = 0; i < BEFORE + AFTER; i++) {
            shift_change_signal signals[SHIFT_N_DETECTORS];
            values[i] = normal(&random) + (i >= BEFORE ? 2 : 0);
            shift_change_update(&state, &l, values[i], signals);
            for (int d = 0; d < SHIFT_N_DETECTORS; d++)
                if (signals[d].changed && first[d] == 0) {
                    first[d] = i;
                    found[d] += i >= BEFORE && signals[d].upward;
                }
        }
        shift_change_interval at;
        ck_assert(shift_change_locate(values, BEFORE + 10, &l, &at));
        ck_assert(at.low <= at.since && at.since <= at.high);
        covered += at.low <= BEFORE && BEFORE <= at.high;
    }
    ck_assert_int_ge(covered, 90); /* of 100, for 95 % */
    for (int d = 0; d < SHIFT_N_DETECTORS; d++)
        ck_assert_msg(found[d] >= 85, "%s: %d", shift_detector_name((shift_detector)d), found[d]);
}
END_TEST

/* Of 200 steps of two standard deviations, with 20 values after them, how many are in the interval
 */
static int dated(double rho)
{
    enum { AFTER = 20 };
    shift__random random;
    shift__random_init(&random, 11, 0);
    shift_change_limits l;
    ck_assert_int_eq((int)shift_change_limits_set(&l, 1000, NULL), (int)SHIFT_OK);
    int held = 0;
    for (int round = 0; round < 200; round++) {
        double values[160];
        shift_change_interval at;
        size_t before = 20 + (size_t)round / 2;
        double x = normal(&random);
        for (size_t i = 0; i < before + AFTER; i++) {
            values[i] = x + (i >= before ? 2 : 0);
            x = rho * x + sqrt(1 - rho * rho) * normal(&random);
        }
        ck_assert(shift_change_locate(values, before + AFTER, &l, &at));
        held += at.low <= before && before <= at.high;
    }
    return held;
}

/* 95 % and more; taken for independent values, the interval holds 88 and 70 % of the others */
START_TEST(a_change_is_dated_where_values_depend_on_each_other)
{
    ck_assert_int_ge(dated(0), 188);
    ck_assert_int_ge(dated(0.5), 188);
    ck_assert_int_ge(dated(0.9), 188);
}
END_TEST

/* Steps of one standard deviation, of which the limits of 80 series find one in ten, and find it
 * where noise helps: their beginning is to be in the interval all the same. Without regard to the
 * alarm, 84 % are. */
START_TEST(a_change_is_dated_given_that_it_was_found)
{
    enum { BEFORE = 120, AFTER = 60 };
    shift__random random;
    shift_change_limits l;
    shift__random_init(&random, 17, 0);
    ck_assert_int_eq((int)shift_change_limits_set(&l, 4800, NULL), (int)SHIFT_OK);
    int found = 0;
    int held = 0;
    for (int round = 0; round < 1000; round++) {
        double values[BEFORE + AFTER];
        shift_series_state state;
        shift_change_signal signals[SHIFT_N_DETECTORS];
        shift_change_interval at;
        double x = normal(&random);
        size_t n = 0;
        memset(&state, 0, sizeof state);
        do {
            values[n] = x + (n >= BEFORE ? 1 : 0);
            shift_change_update(&state, &l, values[n++], signals);
            x = follow(&random, x, 0.5);
        } while (n < BEFORE + AFTER && !signals[SHIFT_DETECTOR_CUSUM].changed);
        if (n <= BEFORE || !signals[SHIFT_DETECTOR_CUSUM].changed)
            continue;
        found++;
        ck_assert(shift_change_locate(values, n, &l, &at));
        held += at.low <= BEFORE && BEFORE <= at.high;
    }
    ck_assert_int_ge(found, 60);
    ck_assert_msg(held >= 0.93 * found, "%d of %d", held, found);
}
END_TEST

/* Places do not depend on the unit and the origin of the values, nor on which way is up. */
START_TEST(the_date_of_a_change_has_no_unit)
{
    double values[60];
    double others[60];
    shift__random random;
    shift_change_limits l;
    shift_change_interval at;
    shift_change_interval other;
    shift__random_init(&random, 19, 0);
    ck_assert_int_eq((int)shift_change_limits_set(&l, 1000, NULL), (int)SHIFT_OK);
    for (size_t i = 0; i < 60; i++)
        values[i] = normal(&random) + (i >= 47 ? 3 : 0);
    ck_assert(shift_change_locate(values, 60, &l, &at));
    ck_assert_uint_eq(at.since, 47);
    static const double units[][2] = {
        {1e6, -250}, {0, 1e160}, {0, -1e307}, {0, 1e-170}, {0, 1e-290}};
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        for (size_t i = 0; i < 60; i++)
            others[i] = units[k][0] + units[k][1] * values[i];
        ck_assert(shift_change_locate(others, 60, &l, &other));
        ck_assert_uint_eq(at.since, other.since);
        ck_assert_uint_eq(at.low, other.low);
        ck_assert_uint_eq(at.high, other.high);
    }
}
END_TEST

START_TEST(what_has_no_spread_says_nothing)
{
    shift_change_limits l;
    shift_series_state state;
    shift_change_signal signals[SHIFT_N_DETECTORS];
    shift_change_interval at;
    const double same[] = {1, 1, 1, 1, 1};
    const double odd[] = {0, 0, 1, 1, (double)NAN};
    const double endless[] = {0, 0, 1, 1, (double)INFINITY};
    memset(&state, 0, sizeof state);
    ck_assert_int_eq((int)shift_change_limits_set(&l, 50, NULL), (int)SHIFT_OK);
    for (int i = 0; i < 20; i++) {
        shift_change_update(&state, &l, i % 2 == 0 ? 3 : (double)NAN, signals);
        for (int d = 0; d < SHIFT_N_DETECTORS; d++)
            ck_assert(!signals[d].changed);
    }
    ck_assert_double_eq(state.n, 10);
    ck_assert(!shift_change_locate(same, 5, &l, &at) && !shift_change_locate(same, 3, &l, &at));
    ck_assert(!shift_change_locate(odd, 5, &l, &at) && !shift_change_locate(endless, 5, &l, &at));
    ck_assert(isnan(shift_change_bound(&state, 3)));
    for (int i = 1; i <= 4; i++)
        shift_change_calm(&state, i);
    /* mean 2.5, sd 1.29, a new one: 1.29 sqrt(1 + 1/4) */
    ck_assert_double_eq_tol(shift_change_bound(&state, 3), 2.5 + 3 * sqrt(5.0 / 3 * 1.25), 1e-12);
}
END_TEST

/* A night is a letter: A alert, W warn, o ok, ? inconclusive; its news too: A alarm, R reminder,
 * r recovery. */
static void play(const shift_alarm_policy *policy, const char *nights, const char *expected)
{
    shift_verdict verdicts[64];
    shift_alarm_past past = {0, verdicts, SHIFT_NOTICE_NONE, 0, 0};
    char news[65] = "";
    for (size_t i = 0; nights[i] != '\0'; i++) {
        shift_verdict verdict = nights[i] == 'A'   ? SHIFT_VERDICT_ALERT
                                : nights[i] == 'W' ? SHIFT_VERDICT_WARN
                                : nights[i] == '?' ? SHIFT_VERDICT_INCONCLUSIVE
                                                   : SHIFT_VERDICT_OK;
        past.runs_since++;
        shift_notice notice = shift_alarm_decide(policy, &past, verdict);
        news[i] = ".ARr"[notice];
        if (notice != SHIFT_NOTICE_NONE) {
            past.last = notice;
            past.runs_since = 0;
        }
        memmove(verdicts + 1, verdicts, past.n * sizeof *verdicts);
        verdicts[0] = verdict;
        past.n++;
    }
    ck_assert_str_eq(news, expected);
}

START_TEST(alarms_follow_the_policy)
{
    const shift_alarm_policy plain = {SHIFT_VERDICT_ALERT, 1, 1, 0, 0, 1};
    const shift_alarm_policy warn = {SHIFT_VERDICT_WARN, 1, 1, 0, 2, 1};
    const shift_alarm_policy careful = {SHIFT_VERDICT_ALERT, 2, 3, 2, 3, 2};
    play(&plain, "oAAAooAWo", ".A..r.Ar.");
    play(&warn, "oWWAAWoW", ".A.R.RrA");
    play(&careful, "AoAAAAoAoo", "..A..R...r");
    play(&careful, "AAooAAAA", ".A.r..A.");
    play(&careful, "AooAooA", ".......");
}
END_TEST

/* Who cannot tell neither raises an alarm nor ends it; it lasts, and is called to mind. */
START_TEST(a_run_that_cannot_tell_changes_nothing)
{
    const shift_alarm_policy plain = {SHIFT_VERDICT_ALERT, 1, 1, 0, 3, 1};
    const shift_alarm_policy careful = {SHIFT_VERDICT_ALERT, 2, 3, 2, 0, 2};
    play(&plain, "A??????o", "A..R..Rr");
    play(&plain, "??A?o??", "..A.r..");
    play(&careful, "A??A?o??o", "...A....r");
    play(&careful, "A?o?oA", "......");
    play(&careful, "AA?o?Ao?o", ".A......r");
}
END_TEST

/* Runs up to the one that was acknowledged begin no other alarm, those after it do. */
START_TEST(after_an_acknowledgement_another_alarm_can_begin)
{
    const shift_alarm_policy plain = {SHIFT_VERDICT_ALERT, 1, 1, 0, 0, 1};
    const shift_alarm_policy careful = {SHIFT_VERDICT_ALERT, 2, 3, 0, 0, 1};
    const shift_verdict verdicts[] = {SHIFT_VERDICT_ALERT, SHIFT_VERDICT_ALERT};
    shift_alarm_past past = {2, verdicts, SHIFT_NOTICE_ALARM, 2, 0};
    ck_assert_int_eq((int)shift_alarm_decide(&plain, &past, SHIFT_VERDICT_ALERT),
                     (int)SHIFT_NOTICE_NONE);
    past.runs_answered = 1;
    ck_assert_int_eq((int)shift_alarm_decide(&plain, &past, SHIFT_VERDICT_ALERT),
                     (int)SHIFT_NOTICE_ALARM);
    ck_assert_int_eq((int)shift_alarm_decide(&plain, &past, SHIFT_VERDICT_OK),
                     (int)SHIFT_NOTICE_RECOVERY);
    ck_assert_int_eq((int)shift_alarm_decide(&careful, &past, SHIFT_VERDICT_ALERT),
                     (int)SHIFT_NOTICE_NONE);
    past.runs_answered = 2;
    ck_assert_int_eq((int)shift_alarm_decide(&careful, &past, SHIFT_VERDICT_ALERT),
                     (int)SHIFT_NOTICE_ALARM);
    past.runs_answered = 100;
    ck_assert_int_eq((int)shift_alarm_decide(&careful, &past, SHIFT_VERDICT_ALERT),
                     (int)SHIFT_NOTICE_ALARM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("change");
    TCase *tcase = tcase_create("change");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, limits_have_the_run_length_that_was_asked_for);
    tcase_add_loop_test(tcase, detectors_keep_the_run_length, 0, 3);
    tcase_add_test(tcase, a_change_in_values_that_depend_on_each_other_is_found);
    tcase_add_test(tcase, a_change_is_found_and_dated);
    tcase_add_test(tcase, a_change_is_dated_given_that_it_was_found);
    tcase_add_test(tcase, the_date_of_a_change_has_no_unit);
    tcase_add_test(tcase, a_change_is_dated_where_values_depend_on_each_other);
    tcase_add_test(tcase, what_has_no_spread_says_nothing);
    tcase_add_test(tcase, alarms_follow_the_policy);
    tcase_add_test(tcase, a_run_that_cannot_tell_changes_nothing);
    tcase_add_test(tcase, after_an_acknowledgement_another_alarm_can_begin);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
