/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops in wide registers give the bits of their plain-C twins, in place too. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/random.h"
#include "network/operators/elementwise.h"
#include "random_values.h"

enum { LONGEST = 700, BEYOND = 16 };

static const size_t lengths[] = {0, 1, 7, 8, 15, 16, 17, 63, 64, 65, 300, LONGEST};
static const size_t n_lengths = sizeof lengths / sizeof *lengths;

static float x[LONGEST], plain_out[LONGEST + BEYOND], out[LONGEST + BEYOND];

static const shift__elementwise *twin(void)
{
    size_t i = 0;
    while (shift__elementwise_at(i + 1) != NULL)
        i++;
    return shift__elementwise_at(i);
}

static void setup(void)
{
    static const float odd[] = {NAN, INFINITY, -INFINITY, 0.0F, -0.0F, 1e-40F, 3e38F, -3e38F};
    shift__random random;
    shift__random_init(&random, 11, 0);
    for (size_t i = 0; i < LONGEST; i++)
        x[i] = i % 5 == 0 ? odd[i / 5 % 8] : (float)random_normal(&random);
}

static void mark(float *values)
{
    for (size_t i = 0; i < LONGEST + BEYOND; i++)
        values[i] = 77;
}

static uint32_t bits_of(float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The bits are the same, but for which NaN it is; what is beyond `n` stayed. */
static void check_same(size_t n)
{
    for (size_t i = 0; i < LONGEST + BEYOND; i++) {
        if (isnan(plain_out[i]) && isnan(out[i]))
            continue;
        ck_assert_msg(bits_of(plain_out[i]) == bits_of(out[i]), "%zu of %zu: %a and %a", i, n,
                      (double)plain_out[i], (double)out[i]);
        ck_assert(i < n || out[i] == 77);
    }
}

START_TEST(affine_agrees_with_its_twin)
{
    static const size_t periods[] = {1, 3, 8, 16, 24, 100, 2000};
    const size_t period = periods[_i];
    static float by[3][2000];
    shift__random random;
    shift__random_init(&random, 12, 0);
    for (size_t k = 0; k < 3 * period; k++)
        by[k / period][k % period] = (float)random_normal(&random);
    const shift__affine affine = {period, by[0], by[1], by[2]};
    for (size_t set = 0; shift__elementwise_at(set) != NULL; set++)
        for (size_t i = 0; i < n_lengths; i++) {
            mark(plain_out);
            mark(out);
            twin()->affine(&affine, x, lengths[i], plain_out);
            shift__elementwise_at(set)->affine(&affine, x, lengths[i], out);
            check_same(lengths[i]);
            memcpy(out, x, lengths[i] * sizeof *x);
            shift__elementwise_at(set)->affine(&affine, out, lengths[i], out);
            check_same(lengths[i]);
        }
}
END_TEST

START_TEST(affine_is_its_formula)
{
    const float centre[] = {1, 2};
    const float factor[] = {10, 100};
    const float offset[] = {0.5F, 0.25F};
    const float in[] = {1, 2, 3, 4, 5};
    const float wanted[] = {0.5F, 0.25F, 20.5F, 200.25F, 40.5F};
    shift__elementwise_at(0)->affine(&(shift__affine){2, centre, factor, offset}, in, 5, out);
    ck_assert_mem_eq(out, wanted, sizeof wanted);
}
END_TEST

START_TEST(clip_agrees_with_its_twin)
{
    static const float bounds[][2] = {{0, INFINITY}, {0, 6},   {-INFINITY, 0.5F}, {-1, -1},
                                      {2, 1},        {NAN, 1}, {-0.0F, 0}};
    const float *bound = bounds[_i];
    for (size_t set = 0; shift__elementwise_at(set) != NULL; set++)
        for (size_t i = 0; i < n_lengths; i++) {
            mark(plain_out);
            mark(out);
            twin()->clip(bound[0], bound[1], x, lengths[i], plain_out);
            shift__elementwise_at(set)->clip(bound[0], bound[1], x, lengths[i], out);
            check_same(lengths[i]);
            memcpy(out, x, lengths[i] * sizeof *x);
            shift__elementwise_at(set)->clip(bound[0], bound[1], out, lengths[i], out);
            check_same(lengths[i]);
        }
}
END_TEST

START_TEST(clip_keeps_nan)
{
    for (size_t set = 0; shift__elementwise_at(set) != NULL; set++) {
        const float in[] = {NAN, -1, 7, 3};
        shift__elementwise_at(set)->clip(0, 6, in, 4, out);
        ck_assert(isnan(out[0]));
        ck_assert(out[1] == 0 && out[2] == 6 && out[3] == 3);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("elementwise");
    TCase *tc = tcase_create("elementwise");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, affine_agrees_with_its_twin, 0, 7);
    tcase_add_test(tc, affine_is_its_formula);
    tcase_add_loop_test(tc, clip_agrees_with_its_twin, 0, 7);
    tcase_add_test(tc, clip_keeps_nan);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
