/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns of production are a network's inputs: those that training has by the same names. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_network.h"
#include "network/layer_profile.h"
#include "scratch.h"

enum { PATH = 1100, INPUTS = 3 };

static char train_path[PATH], prod_path[PATH], saved_path[PATH];
static shift_network *network;
static shift_error err;

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
    static const char linear[] = "input x ?x3\nfloat w 3x2:2,-1,0,1,1,1\nnode MatMul y x,w\n"
                                 "output y\n";
    const char *folder = scratch_make();
    size_t n = 0;
    unsigned char *bytes = made_model(linear, &n);
    (void)snprintf(train_path, sizeof train_path, "%s/train.csv", folder);
    (void)snprintf(prod_path, sizeof prod_path, "%s/prod.csv", folder);
    (void)snprintf(saved_path, sizeof saved_path, "%s/train.layers", folder);
    ck_assert_int_eq(shift_network_decode(&network, bytes, n, "made", &err), SHIFT_OK);
    free(bytes);
    write_text(train_path, "a,b,c\n1,10,100\n2,20,200\n3,30,300\n6,60,600\n");
}

static void teardown(void)
{
    shift_network_free(network);
    scratch_remove();
}

static shift_status read_side(shift_layer_profile **out, const char *path,
                              const shift_layer_profile *like,
                              const shift_network_data_options *data)
{
    shift_source *source = NULL;
    shift_layer_options options = SHIFT_LAYER_OPTIONS_INIT;
    options.like = like;
    ck_assert_int_eq(shift_source_open(&source, path, NULL, &err), SHIFT_OK);
    shift_status status = shift_layer_profile_read(out, network, source, data, &options, &err);
    shift_source_close(source);
    return status;
}

static shift_layer_profile *side(const char *path, const shift_layer_profile *like,
                                 const shift_network_data_options *data)
{
    shift_layer_profile *profile = NULL;
    ck_assert_msg(read_side(&profile, path, like, data) == SHIFT_OK, "%s", err.message);
    return profile;
}

/* Saved and loaded. */
static shift_layer_profile *kept(shift_layer_profile *profile)
{
    shift_layer_profile *loaded = NULL;
    ck_assert_int_eq(shift_layer_profile_save(profile, saved_path, &err), SHIFT_OK);
    shift_layer_profile_free(profile);
    ck_assert_int_eq(shift_layer_profile_load(&loaded, saved_path, &err), SHIFT_OK);
    return loaded;
}

static void forget_names(shift_layer_profile *profile)
{
    for (size_t i = 0; i < profile->n_inputs; i++)
        free(profile->inputs[i]);
    free(profile->inputs);
    profile->inputs = NULL;
    profile->n_inputs = 0;
}

static void assert_means(const shift_layer_profile *profile, double a, double b, double c)
{
    const double means[INPUTS] = {a, b, c};
    for (size_t i = 0; i < INPUTS; i++)
        ck_assert_double_eq_tol(shift__sums_mean(&profile->layers[0].seen, i), means[i], 1e-9);
}

static const char shuffled[] = "c,id,a,b\n100,7,1,10\n200,8,2,20\n300,9,3,30\n600,5,6,60\n";

/* From data and from a saved profile. */
START_TEST(columns_are_found_by_the_names_of_training)
{
    shift_layer_profile *train = side(train_path, NULL, NULL);
    shift_comparison *comparison = NULL;
    train = _i == 0 ? train : kept(train);
    write_text(prod_path, shuffled);
    shift_layer_profile *prod = side(prod_path, train, NULL);
    assert_means(train, 3, 30, 300);
    assert_means(prod, 3, 30, 300);
    ck_assert_int_eq(shift_compare_layers(&comparison, train, prod, NULL, &err), SHIFT_OK);
    ck_assert_uint_eq(comparison->n_messages, 1);
    ck_assert_str_eq(comparison->messages[0]->subject, "id");
    ck_assert_str_eq(comparison->messages[0]->text,
                     "extra column in production: no input of the network in training");
    shift_comparison_free(comparison);
    shift_layer_profile_free(train);
    shift_layer_profile_free(prod);
}
END_TEST

/* Each part may have an order of its own. */
START_TEST(so_they_are_in_parts)
{
    const char *const specs[] = {prod_path, train_path};
    const shift_source_parts parts = {"both", specs, 2, NULL};
    shift_layer_profile *train = side(train_path, NULL, NULL);
    shift_layer_profile *prod = NULL;
    shift_layer_options options = SHIFT_LAYER_OPTIONS_INIT;
    options.like = train;
    write_text(prod_path, shuffled);
    shift_status status =
        shift_layer_profile_read_parts(&prod, network, &parts, NULL, &options, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_uint_eq(shift_layer_profile_rows(prod), 8);
    assert_means(prod, 3, 30, 300);
    shift_layer_profile_free(train);
    shift_layer_profile_free(prod);
}
END_TEST

START_TEST(those_that_training_was_given_are_looked_for)
{
    static const char *const inputs[] = {"c", "b", "a"};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.inputs = inputs;
    data.n_inputs = INPUTS;
    shift_layer_profile *train = kept(side(train_path, NULL, &data));
    write_text(prod_path, shuffled);
    shift_layer_profile *prod = side(prod_path, train, NULL);
    assert_means(prod, 300, 30, 3);
    shift_layer_profile_free(train);
    shift_layer_profile_free(prod);
}
END_TEST

START_TEST(named_inputs_go_before_those_of_training)
{
    static const char *const inputs[] = {"x", "y", "z"};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.inputs = inputs;
    data.n_inputs = INPUTS;
    shift_layer_profile *train = side(train_path, NULL, NULL);
    shift_comparison *comparison = NULL;
    write_text(prod_path, "z,y,x,w\n300,20,1,0\n300,40,5,0\n");
    shift_layer_profile *prod = side(prod_path, train, &data);
    assert_means(prod, 3, 30, 300);
    ck_assert_int_eq(shift_compare_layers(&comparison, train, prod, NULL, &err), SHIFT_OK);
    ck_assert_uint_eq(comparison->n_messages, 0);
    shift_comparison_free(comparison);
    shift_layer_profile_free(train);
    shift_layer_profile_free(prod);
}
END_TEST

START_TEST(what_production_lacks_is_named)
{
    shift_layer_profile *train = side(train_path, NULL, NULL);
    shift_layer_profile *prod = NULL;
    char expected[3 * PATH];
    train = _i == 0 ? train : kept(train);
    write_text(prod_path, "a,x,c\n1,10,100\n2,20,200\n");
    ck_assert_int_eq(read_side(&prod, prod_path, train, NULL), SHIFT_EINCOMPATIBLE);
    (void)snprintf(expected, sizeof expected,
                   "%s: has no column \"b\", which is an input of the network in %s", prod_path,
                   _i == 0 ? train_path : saved_path);
    ck_assert_str_eq(err.message, expected);
    ck_assert_ptr_null(prod);
    shift_layer_profile_free(train);
}
END_TEST

/* A file before version 2.2 has no names. */
START_TEST(without_names_columns_are_taken_in_order)
{
    shift_layer_profile *train = side(train_path, NULL, NULL);
    forget_names(train);
    train = kept(train);
    ck_assert_uint_eq(train->n_inputs, 0);
    write_text(prod_path, "c,a,b\n1,10,100\n5,50,500\n");
    shift_layer_profile *prod = side(prod_path, train, NULL);
    assert_means(prod, 3, 30, 300);
    shift_layer_profile_free(prod);
    prod = NULL;
    write_text(prod_path, shuffled);
    ck_assert_int_eq(read_side(&prod, prod_path, train, NULL), SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_nonnull(strstr(err.message, "4 columns do not fit input 'x'"));
    shift_layer_profile_free(train);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("columns");
    TCase *tests = tcase_create("columns");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, columns_are_found_by_the_names_of_training, 0, 2);
    tcase_add_test(tests, so_they_are_in_parts);
    tcase_add_test(tests, those_that_training_was_given_are_looked_for);
    tcase_add_test(tests, named_inputs_go_before_those_of_training);
    tcase_add_loop_test(tests, what_production_lacks_is_named, 0, 2);
    tcase_add_test(tests, without_names_columns_are_taken_in_order);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
