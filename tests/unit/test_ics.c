/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal covariate shift between checkpoints, as PyTorch has it in ../shared. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "network/ics.h"
#include "network/onnx_file.h"

#define NETWORKS SHIFT_SOURCE_DIR "/../shared/networks"

enum { PATH = 512, LINE = 512 };

static const char *const series[] = {"series_bn", "series_nobn"};

static shift__graph *load(const char *name, const char *file, shift__onnx **onnx)
{
    char path[PATH];
    shift__graph *graph = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    (void)snprintf(path, sizeof path, NETWORKS "/%s/%s", name, file);
    ck_assert_msg(shift__onnx_load(onnx, path, &err) == SHIFT_OK, "%s", err.message);
    ck_assert_msg(shift__graph_new(&graph, *onnx, &err) == SHIFT_OK, "%s", err.message);
    return graph;
}

static shift__held read_rows(const shift__graph *graph)
{
    shift__held held = {.n = 0};
    shift_source *source = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source_options reading = SHIFT_SOURCE_OPTIONS_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "label";
    data.batch = 256;
    ck_assert_int_eq(shift_source_open(&source, NETWORKS "/data/digits_train.csv", &reading, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift__held_read(&held, graph, source, &data, 256, &err), SHIFT_OK);
    shift_source_close(source);
    ck_assert_uint_eq(held.rows, 256);
    return held;
}

/* The line of ics.csv, as numbers after its first two words. */
typedef struct line {
    char mode[8], pair[8];
    int epoch;
    size_t layer;
    double l2, cosine, before, after;
} line;

static void field(const char **at, char *out, size_t size)
{
    size_t n = strcspn(*at, ",\n");
    ck_assert_uint_lt(n, size);
    memcpy(out, *at, n);
    out[n] = '\0';
    *at += n + ((*at)[n] != '\0');
}

static line parse(const char *text)
{
    line l = {.epoch = 0};
    char word[64];
    double *const numbers[] = {&l.l2, &l.cosine, &l.before, &l.after};
    field(&text, l.mode, sizeof l.mode);
    field(&text, l.pair, sizeof l.pair);
    field(&text, word, sizeof word);
    l.epoch = (int)strtol(word, NULL, 10);
    field(&text, word, sizeof word);
    l.layer = strtoul(word, NULL, 10);
    field(&text, word, sizeof word); /* the tensor's name */
    for (size_t i = 0; i < 4; i++) {
        field(&text, word, sizeof word);
        *numbers[i] = strtod(word, NULL);
    }
    return l;
}

static shift__ics run(const char *name, const line *l)
{
    char second[32];
    char first[32];
    shift__onnx *files[2] = {NULL, NULL};
    shift__ics ics = {.n = 0};
    shift_error err = SHIFT_ERROR_INIT;
    bool step = strcmp(l->pair, "step") == 0;
    (void)snprintf(first, sizeof first, "epoch%d.onnx", l->epoch);
    (void)snprintf(second, sizeof second, step ? "epoch%d_step.onnx" : "epoch%d.onnx",
                   l->epoch + (step ? 0 : 1));
    shift__graph *a = load(name, first, &files[0]);
    shift__graph *b = load(name, second, &files[1]);
    shift__held held = read_rows(a);
    shift_status status =
        shift__ics_run(&ics, a, b, &held,
                       strcmp(l->mode, "batch") == 0 ? SHIFT__BN_BATCH : SHIFT__BN_STORED, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift__held_clear(&held);
    shift__graph_free(a);
    shift__graph_free(b);
    shift__onnx_free(files[0]);
    shift__onnx_free(files[1]);
    return ics;
}

static void compare(const shift__ics_layer *got, const line *l)
{
    double scale = 1e-6 * l->before;
    ck_assert_double_le(fabs(got->l2 - l->l2), 1e-3 * l->l2 + scale);
    ck_assert_double_le(fabs(got->cosine - l->cosine), 1e-3);
    ck_assert_double_le(fabs(got->before - l->before), 1e-3 * l->before);
    ck_assert_double_le(fabs(got->after - l->after), 1e-3 * l->after);
}

START_TEST(shift_is_that_of_pytorch)
{
    char path[PATH];
    char text[LINE];
    int compared = 0;
    line last = {.epoch = -1};
    shift__ics ics = {.n = 0};
    (void)snprintf(path, sizeof path, NETWORKS "/%s/ics.csv", series[_i]);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    for (; fgets(text, sizeof text, file) != NULL; compared++) {
        line l = parse(text);
        if (l.epoch != last.epoch || strcmp(l.mode, last.mode) != 0 ||
            strcmp(l.pair, last.pair) != 0) {
            shift__ics_clear(&ics);
            ics = run(series[_i], &l);
        }
        ck_assert_uint_lt(l.layer, ics.n);
        compare(&ics.layers[l.layer], &l);
        last = l;
    }
    ck_assert_int_gt(compared, 20);
    shift__ics_clear(&ics);
    (void)fclose(file);
}
END_TEST

START_TEST(other_networks_are_refused)
{
    shift__onnx *files[2] = {NULL, NULL};
    shift__ics ics = {.n = 0};
    shift_error err = SHIFT_ERROR_INIT;
    shift__graph *a = load("series_bn", "epoch0.onnx", &files[0]);
    shift__graph *b = load("series_nobn", "epoch0.onnx", &files[1]);
    shift__held held = read_rows(a);
    ck_assert_int_eq(shift__ics_run(&ics, a, b, &held, SHIFT__BN_STORED, &err),
                     SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_nonnull(strstr(err.message, "are no checkpoints of one network"));
    shift__held_clear(&held);
    shift__graph_free(a);
    shift__graph_free(b);
    shift__onnx_free(files[0]);
    shift__onnx_free(files[1]);
}
END_TEST

int main(void)
{
    if (access(NETWORKS "/series_bn/ics.csv", R_OK) != 0) {
        printf("no networks in " NETWORKS ": skipped\n");
        return 77;
    }
    Suite *suite = suite_create("ics");
    TCase *checkpoints = tcase_create("checkpoints");
    tcase_add_loop_test(checkpoints, shift_is_that_of_pytorch, 0, 2);
    tcase_add_test(checkpoints, other_networks_are_refused);
    suite_add_tcase(suite, checkpoints);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
