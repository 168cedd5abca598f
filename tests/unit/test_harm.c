/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which shifted feature changes predictions: by hand for a linear network, and on the sample
 * network of data/ by moving one feature at a time. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_network.h"
#include "network/network.h"
#include "scratch.h"
#include "shift/gradients.h"
#include "shift/layers.h"

#define SAMPLE SHIFT_SOURCE_DIR "/data/networks"

enum { PATH = 1100, COLUMNS = 64, ROWS_MOST = 400 };

static char train_path[PATH], prod_path[PATH];

static void setup(void)
{
    const char *folder = scratch_make();
    (void)snprintf(train_path, sizeof train_path, "%s/train.csv", folder);
    (void)snprintf(prod_path, sizeof prod_path, "%s/prod.csv", folder);
}

static shift_source *open_rows(const char *path)
{
    shift_source *source = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(shift_source_open(&source, path, NULL, &err) == SHIFT_OK, "%s", err.message);
    return source;
}

static shift_comparison *find_harm(const shift_network *network, const char *train,
                                   const char *prod, const shift_network_data_options *data,
                                   shift_status expected)
{
    const char *const paths[] = {train, prod};
    shift_layer_profile *profiles[2] = {NULL, NULL};
    shift_source *sides[2] = {NULL, NULL};
    shift_comparison *out = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    for (size_t i = 0; i < 2; i++) {
        shift_layer_options layers = SHIFT_LAYER_OPTIONS_INIT;
        layers.like = i > 0 ? profiles[0] : NULL;
        sides[i] = open_rows(paths[i]);
        ck_assert_msg(shift_layer_profile_read(&profiles[i], network, sides[i], data, &layers,
                                               &err) == SHIFT_OK,
                      "%s", err.message);
        shift_source_close(sides[i]);
        sides[i] = open_rows(paths[i]);
    }
    ck_assert_int_eq(shift_compare_layers(&out, profiles[0], profiles[1], NULL, &err), SHIFT_OK);
    shift_status status = shift_network_harm(out, network, sides, data, &err);
    ck_assert_msg(status == expected, "%s", err.message);
    for (size_t i = 0; i < 2; i++) {
        shift_source_close(sides[i]);
        shift_layer_profile_free(profiles[i]);
    }
    return out;
}

static double value_of(const shift_subject *subject, const char *statistic)
{
    for (size_t i = 0; i < subject->n_measurements; i++)
        if (strcmp(subject->measurements[i]->statistic, statistic) == 0)
            return subject->measurements[i]->value;
    return NAN;
}

static const shift_subject *feature_named(const shift_comparison *c, const char *name)
{
    for (size_t i = 0; i < c->n_features; i++)
        if (strcmp(c->features[i]->name, name) == 0)
            return c->features[i];
    ck_abort_msg("no feature %s", name);
    return NULL;
}

static shift_network *made(const char *description)
{
    size_t n = 0;
    shift_network *network = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    unsigned char *bytes = made_model(description, &n);
    ck_assert_msg(shift_network_decode(&network, bytes, n, "made", &err) == SHIFT_OK, "%s",
                  err.message);
    free(bytes);
    return network;
}

/* One logit z = 2 a - b + 0 c: p = 1 / (1 + exp(-z)) of class 1, and |dp/da| = 2 p (1 - p). */
static const char linear[] = "input x ?x3\nfloat w 3x1:2,-1,0\nnode MatMul y x,w\noutput y\n";

static void write_linear(const char *path, double a, double b, double c)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "a,b,c\n");
    for (int i = 0; i < 40; i++)
        (void)fprintf(file, "%.9g,%.9g,%.9g\n", 0.05 * (i - 20) + a, 0.07 * (i % 9) + b,
                      (double)(i % 5) + c);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_linear_network_by_hand)
{
    shift_network *network = made(linear);
    write_linear(train_path, 0, 0, 0);
    write_linear(prod_path, 0.25, 0.5, 100);
    shift_comparison *out = find_harm(network, train_path, prod_path, NULL, SHIFT_OK);
    double slope = 0;
    double change = 0;
    for (int i = 0; i < 40; i++) {
        double b = 0.07 * (i % 9);
        double z = 2 * (0.05 * (i - 20) + 0.25) - (b + 0.5);
        double p = 1 / (1 + exp(-z));
        double back = 1 / (1 + exp(-(z - 0.5)));
        slope += p * (1 - p) / 40;
        change += fabs(back - p) / 40;
    }
    ck_assert_uint_eq(out->n_features, 3);
    const shift_subject *a = feature_named(out, "a");
    const shift_subject *b = feature_named(out, "b");
    const shift_subject *c = feature_named(out, "c");
    ck_assert_double_eq_tol(value_of(a, "sensitivity"), 2 * slope, 1e-6);
    ck_assert_double_eq_tol(value_of(b, "sensitivity"), slope, 1e-6);
    ck_assert_double_eq(value_of(c, "sensitivity"), 0);
    ck_assert_double_eq_tol(value_of(a, "wasserstein"), 0.25, 1e-6);
    ck_assert_double_eq_tol(value_of(c, "wasserstein"), 100, 1e-6);
    ck_assert_double_eq_tol(value_of(a, "harm"), 0.25 * 2 * slope, 1e-6);
    ck_assert_double_eq_tol(value_of(b, "harm"), 0.5 * slope, 1e-6);
    ck_assert_double_eq(value_of(c, "harm"), 0);
    ck_assert_double_eq_tol(value_of(a, "prediction_change"), change, 1e-6);
    ck_assert(isnan(value_of(c, "prediction_change")));
    ck_assert_double_eq_tol(a->train.mean, -0.025, 1e-6);
    ck_assert_double_eq_tol(a->prod.maximum, 1.2, 1e-6);
    ck_assert_str_eq(out->features[2]->name, "c");
    const shift_message *last = out->messages[out->n_messages - 1];
    ck_assert_str_eq(last->subject, out->features[1]->name);
    ck_assert_ptr_nonnull(strstr(last->text, "moved back alone, it changes the predicted"));
    shift_comparison_free(out);
    shift_network_free(network);
}
END_TEST

/* There is no unit for its drift, and rounding must not make one. */
START_TEST(a_feature_that_training_holds_constant)
{
    const char *const paths[] = {train_path, prod_path};
    shift_network *network = made(linear);
    for (int side = 0; side < 2; side++) {
        FILE *file = fopen(paths[side], "w");
        ck_assert_ptr_nonnull(file);
        (void)fprintf(file, "a,b,c\n");
        for (int i = 0; i < 40; i++)
            (void)fprintf(file, "%g,%d,0\n", side == 0 ? 0.1 : 0.1 * (i % 5), i % 3);
        ck_assert_int_eq(fclose(file), 0);
    }
    shift_comparison *out = find_harm(network, train_path, prod_path, NULL, SHIFT_OK);
    const shift_subject *a = feature_named(out, "a");
    ck_assert_double_eq(a->train.mean, (double)0.1F);
    ck_assert_double_eq(a->train.variance, 0);
    ck_assert(isnan(value_of(a, "mean_shift")) && isnan(value_of(a, "variance_ratio")));
    ck_assert_double_gt(value_of(a, "harm"), 0);
    ck_assert_double_gt(value_of(a, "prediction_change"), 0);
    shift_comparison_free(out);
    shift_network_free(network);
}
END_TEST

/* ---- moving one feature at a time ---- */

typedef struct table {
    char names[COLUMNS + 1][16];
    double values[ROWS_MOST][COLUMNS + 1];
    size_t columns, rows;
} table;

static table sample;

static void read_sample(void)
{
    char line[2048];
    FILE *file = fopen(SAMPLE "/train.csv", "r");
    ck_assert_ptr_nonnull(file);
    sample = (table){.rows = 0};
    for (int header = 1; fgets(line, sizeof line, file) != NULL; header = 0) {
        char *rest = NULL;
        size_t c = 0;
        for (char *field = strtok_r(line, ",\n", &rest); field != NULL;
             field = strtok_r(NULL, ",\n", &rest), c++) {
            ck_assert_uint_le(c, COLUMNS);
            if (header)
                (void)snprintf(sample.names[c], sizeof sample.names[c], "%s", field);
            else
                sample.values[sample.rows][c] = strtod(field, NULL);
        }
        sample.columns = c;
        sample.rows += header ? 0 : 1;
        ck_assert_uint_lt(sample.rows, ROWS_MOST + 1);
    }
    (void)fclose(file);
}

/* The training rows with one column moved by `by`. */
static void write_moved(size_t column, double by)
{
    FILE *file = fopen(prod_path, "w");
    ck_assert_ptr_nonnull(file);
    for (size_t c = 0; c < sample.columns; c++)
        (void)fprintf(file, "%s%s", c > 0 ? "," : "", sample.names[c]);
    for (size_t r = 0; r < sample.rows; r++)
        for (size_t c = 0; c < sample.columns; c++)
            (void)fprintf(file, "%s%.9g", c > 0 ? "," : "\n",
                          sample.values[r][c] + (c == column ? by : 0));
    (void)fprintf(file, "\n");
    ck_assert_int_eq(fclose(file), 0);
}

/* Alone moved, a feature is the most harmful, and what its harm foretells is what happens. */
START_TEST(one_feature_is_moved_at_a_time)
{
    shift_network *network = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    ck_assert_int_eq(shift_network_load(&network, SAMPLE "/mlp.onnx", &err), SHIFT_OK);
    data.label = "class";
    read_sample();
    size_t column = (size_t)_i * 7;
    write_moved(column, 0.5);
    shift_comparison *out = find_harm(network, SAMPLE "/train.csv", prod_path, &data, SHIFT_OK);
    const shift_subject *first = out->features[0];
    ck_assert_str_eq(first->name, sample.names[column]);
    ck_assert_double_eq_tol(value_of(first, "wasserstein"), 0.5, 1e-6);
    ck_assert_double_gt(value_of(first, "sensitivity"), 0);
    double harm = value_of(first, "harm");
    ck_assert_double_eq_tol(value_of(first, "prediction_change"), harm, 0.1 * harm);
    for (size_t i = 1; i < out->n_features; i++)
        ck_assert_double_eq(value_of(out->features[i], "harm"), 0);
    shift_comparison_free(out);
    shift_network_free(network);
}
END_TEST

START_TEST(inputs_of_whole_numbers_have_drift)
{
    shift_network *network = made("input x ?x1\nintegers i ?x1\nfloat w 2x1:2,-1\n"
                                  "node Cast f i to=1\nnode Concat both x,f axis=1\n"
                                  "node MatMul y both,w\noutput y\n");
    for (int side = 0; side < 2; side++) {
        FILE *file = fopen(side == 0 ? train_path : prod_path, "w");
        ck_assert_ptr_nonnull(file);
        (void)fprintf(file, "x,i\n");
        for (int i = 0; i < 40; i++)
            (void)fprintf(file, "%g,%d\n", 0.05 * (i - 20), i % 4 + 3 * side);
        ck_assert_int_eq(fclose(file), 0);
    }
    shift_comparison *out = find_harm(network, train_path, prod_path, NULL, SHIFT_OK);
    ck_assert_double_eq(value_of(feature_named(out, "x"), "wasserstein"), 0);
    ck_assert_double_eq_tol(value_of(feature_named(out, "i"), "wasserstein"), 3, 1e-9);
    shift_comparison_free(out);
    shift_network_free(network);
}
END_TEST

static void write_columns(const char *path, size_t columns, double by)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (size_t c = 0; c < columns; c++)
        (void)fprintf(file, "%sc%zu", c > 0 ? "," : "", c);
    for (size_t r = 0; r < 40; r++)
        for (size_t c = 0; c < columns; c++)
            (void)fprintf(file, "%s%g", c > 0 ? "," : "\n",
                          (double)((r * 7 + c * 3) % 11) + by * (double)c);
    (void)fprintf(file, "\n");
    ck_assert_int_eq(fclose(file), 0);
}

/* A network that takes rows of any length: those that training does not have are no features. */
START_TEST(columns_that_training_does_not_have_are_no_features)
{
    shift_network *network = made("input x ?x1x?\nfloat k 2x1x3:1,-1,2,0.5,1,-2\n"
                                  "node Conv c x,k\nnode GlobalAveragePool p c\n"
                                  "node Flatten y p\noutput y\n");
    write_columns(train_path, 16, 0);
    write_columns(prod_path, 20, 0.1);
    shift_comparison *out = find_harm(network, train_path, prod_path, NULL, SHIFT_OK);
    ck_assert_uint_eq(out->n_features, 16);
    for (size_t c = 0; c < 16; c++) {
        char name[8];
        (void)snprintf(name, sizeof name, "c%zu", c);
        ck_assert_double_eq_tol(value_of(feature_named(out, name), "wasserstein"), 0.1 * (double)c,
                                1e-5);
    }
    shift_comparison_free(out);
    shift_network_free(network);
}
END_TEST

/* The slope of a root is infinite at 0, and that times no drift is not known. */
START_TEST(what_has_no_harm_that_is_known_comes_last)
{
    static const char *const order[] = {"c4", "c3", "c2", "c1", "c0", "c5"};
    const char *const paths[] = {train_path, prod_path};
    shift_network *network = made("input x ?x6\nfloat w 6x1:0.1,0.1,0.1,0.1,0.1,0.1\n"
                                  "node Sqrt r x\nnode MatMul y r,w\noutput y\n");
    for (int side = 0; side < 2; side++) {
        FILE *file = fopen(paths[side], "w");
        ck_assert_ptr_nonnull(file);
        (void)fprintf(file, "c0,c1,c2,c3,c4,c5\n");
        for (int i = 0; i < 40; i++)
            (void)fprintf(file, "%d,%g,%g,%g,%g,%d\n", i % 3, 4 + 0.1 * side, 4 + 0.2 * side,
                          4 + 0.3 * side, 4 + 0.4 * side, i % 4);
        ck_assert_int_eq(fclose(file), 0);
    }
    shift_comparison *out = find_harm(network, train_path, prod_path, NULL, SHIFT_OK);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_str_eq(out->features[i]->name, order[i]);
        ck_assert_int_eq(isnan(value_of(out->features[i], "harm")), i >= 4);
    }
    shift_comparison_free(out);
    shift_network_free(network);
}
END_TEST

START_TEST(outputs_that_are_no_classes_are_refused)
{
    shift_network *network = made("input x ?x3\nfloat w 3x2x1:1,2,3,4,5,6\nfloat u 1:0\n"
                                  "int to 3:-1,3,1\nnode Reshape i x,to\nnode Concat y i,i axis=2\n"
                                  "output y\n");
    write_linear(train_path, 0, 0, 0);
    write_linear(prod_path, 1, 0, 0);
    shift_comparison *out = find_harm(network, train_path, prod_path, NULL, SHIFT_EUNSUPPORTED);
    ck_assert_uint_eq(out->n_features, 0);
    shift_comparison_free(out);
    shift_network_free(network);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("harm");
    TCase *harm = tcase_create("harm");
    tcase_add_checked_fixture(harm, setup, scratch_remove);
    tcase_add_test(harm, a_linear_network_by_hand);
    tcase_add_test(harm, a_feature_that_training_holds_constant);
    tcase_add_loop_test(harm, one_feature_is_moved_at_a_time, 0, 9);
    tcase_add_test(harm, inputs_of_whole_numbers_have_drift);
    tcase_add_test(harm, columns_that_training_does_not_have_are_no_features);
    tcase_add_test(harm, what_has_no_harm_that_is_known_comes_last);
    tcase_add_test(harm, outputs_that_are_no_classes_are_refused);
    suite_add_tcase(suite, harm);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
