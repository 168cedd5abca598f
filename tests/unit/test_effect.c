/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "shift/comparison.h"

#define NONE ((double)NAN)
#define EFFECT(name, number, low, high, judged)                                                    \
    {                                                                                              \
        .statistic = (name), .value = (number), .warn = (low), .alert = (high),                    \
        .verdict = (judged)                                                                        \
    }

/* Which of some measurements is the effect (n: none), and how far it reaches. */
typedef struct effect_case {
    shift_measurement measurements[3];
    size_t n, effect;
    double reach;
} effect_case;

static const effect_case cases[] = {
    /* none has a threshold */
    {{EFFECT("ks", 0.3, NONE, NONE, SHIFT_VERDICT_NONE)}, 1, 1, -1},
    {{EFFECT("ks", 0.3, 0.1, 0.2, SHIFT_VERDICT_OK)}, 0, 0, -1},
    /* the furthest, in units of its alert threshold, or of warn alone */
    {{EFFECT("ks", 0.3, 0.1, 0.2, SHIFT_VERDICT_ALERT),
      EFFECT("psi", 0.5, 0.1, 0.25, SHIFT_VERDICT_ALERT),
      EFFECT("energy", 9, NONE, NONE, SHIFT_VERDICT_NONE)},
     3,
     1,
     2},
    {{EFFECT("ks", -0.3, 0.1, NONE, SHIFT_VERDICT_WARN)}, 1, 0, 3},
    /* a worse verdict before a longer reach */
    {{EFFECT("ks", 0.9, 0.1, 0.2, SHIFT_VERDICT_OK),
      EFFECT("psi", 0.11, 0.1, 0.25, SHIFT_VERDICT_WARN)},
     2,
     1,
     0.44},
    /* of equals the first */
    {{EFFECT("ks", 0.1, 0.1, 0.2, SHIFT_VERDICT_OK),
      EFFECT("psi", 0.1, 0.1, 0.2, SHIFT_VERDICT_OK)},
     2,
     0,
     0.5},
    /* ratios on both sides of 1 */
    {{EFFECT("variance_ratio", 0.25, NONE, 2, SHIFT_VERDICT_ALERT),
      EFFECT("bn_variance_ratio", 2, NONE, 2, SHIFT_VERDICT_ALERT)},
     2,
     0,
     2},
    /* what is undefined, or no shift at all, is no effect */
    {{EFFECT("ks", NONE, 0.1, 0.2, SHIFT_VERDICT_NONE),
      EFFECT("psi", 0, 0.1, 0.25, SHIFT_VERDICT_OK)},
     2,
     2,
     -1},
};

START_TEST(the_effect_has_the_worst_verdict_and_reaches_furthest)
{
    const effect_case *c = &cases[_i];
    const shift_measurement *list[3] = {&c->measurements[0], &c->measurements[1],
                                        &c->measurements[2]};
    const shift_subject subject = {.n_measurements = c->n, .measurements = list};
    const shift_measurement *expected = c->effect < c->n ? list[c->effect] : NULL;
    double reach = 0;
    ck_assert_ptr_eq(shift_subject_effect(&subject, &reach), expected);
    ck_assert_double_eq_tol(reach, c->reach, 1e-12);
    ck_assert_ptr_eq(shift_subject_effect(&subject, NULL), expected);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("effect");
    TCase *tcase = tcase_create("effect");
    tcase_add_loop_test(tcase, the_effect_has_the_worst_verdict_and_reaches_furthest, 0,
                        (int)(sizeof cases / sizeof *cases));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
