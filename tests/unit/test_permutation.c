/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows exchanged between two sides: the level holds on skewed, dependent numbers; shifts are found.
 */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/random.h"
#include "network/permutation.h"

enum { NX = 60, NY = 20, HALF = 5, LAYERS = 3, TRIALS = 200 };

static float x[LAYERS][NX * 2 * HALF], y[LAYERS][NY * 2 * HALF];

/* Exponential, nearly the same in all channels of a row; the second half are squares. */
static void fill_row(float *row, shift__random *random, double shift)
{
    double common = -log(1 - shift__random_uniform(random));
    for (size_t c = 0; c < HALF; c++) {
        row[c] = (float)(common + 0.1 * shift__random_uniform(random) + shift);
        row[HALF + c] = row[c] * row[c];
    }
}

static void exchange(uint64_t seed, double shift, shift__exchanged out[LAYERS])
{
    shift__random random;
    shift__permutations p;
    shift__exchangeable layers[LAYERS];
    shift__random_init(&random, seed, 9);
    for (size_t i = 0; i < LAYERS; i++) {
        for (size_t r = 0; r < NX; r++)
            fill_row(x[i] + r * 2 * HALF, &random, 0);
        for (size_t r = 0; r < NY; r++)
            fill_row(y[i] + r * 2 * HALF, &random, i == 1 ? shift : 0);
        layers[i] = (shift__exchangeable){x[i], y[i], HALF};
    }
    ck_assert_int_eq((int)shift__permutations_new(&p, NX, NY, seed, NULL), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__permute_layers(&p, layers, LAYERS, out, NULL), (int)SHIFT_OK);
    shift__permutations_clear(&p);
}

/* Any of three layers at 5 %: 10 of 200 expected, 21 are beyond 99.9 %. */
START_TEST(the_level_is_that_of_the_run)
{
    size_t alarms = 0;
    for (uint64_t t = 0; t < TRIALS; t++) {
        shift__exchanged out[LAYERS];
        bool any = false;
        exchange(t, 0, out);
        for (size_t i = 0; i < LAYERS; i++)
            any = any || out[i].p_adjusted <= 0.05;
        alarms += any;
    }
    ck_assert_uint_le(alarms, 21);
    ck_assert_uint_ge(alarms, 1);
}
END_TEST

START_TEST(the_layer_that_shifted_is_found)
{
    shift__exchanged out[LAYERS];
    exchange(1, 2, out);
    ck_assert(out[1].p_adjusted <= 0.005);
    ck_assert(out[0].p_adjusted > 0.05 && out[2].p_adjusted > 0.05);
    for (size_t i = 0; i < LAYERS; i++) {
        ck_assert(out[i].p_adjusted >= out[i].p && out[i].p >= 0.001);
        ck_assert(out[i].chance[0] > 1 && out[i].chance[1] > 1);
    }
}
END_TEST

START_TEST(constant_numbers_say_nothing)
{
    static const float same[4 * 2] = {3, 9, 3, 9, 3, 9, 3, 9};
    const shift__exchangeable layer = {same, same, 1};
    shift__permutations p;
    shift__exchanged out;
    ck_assert_int_eq((int)shift__permutations_new(&p, 4, 4, 0, NULL), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__permute_layers(&p, &layer, 1, &out, NULL), (int)SHIFT_OK);
    ck_assert(out.p_adjusted == 1);
    shift__permutations_clear(&p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("permutation");
    TCase *tcase = tcase_create("exchanges");
    tcase_add_test(tcase, the_level_is_that_of_the_run);
    tcase_add_test(tcase, the_layer_that_shifted_is_found);
    tcase_add_test(tcase, constant_numbers_say_nothing);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
