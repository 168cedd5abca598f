/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several batches at a time: profiles, outputs and estimated statistics are the same bytes for any
 * number of threads, and the failure that is told is the first one. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "made_network.h"
#include "network/layer_file.h"
#include "network/network.h"
#include "scratch.h"
#include "shift/layers.h"

enum { ROWS = 333, COLUMNS = 16, MOST_THREADS = 8 };

static const char model[] =
    "input x ?x1x4x4\nfloat w 2x1x3x3:1,2,3,4,5,6,7,8,9,1,-2,3,-4,5,-6,7,-8,9\nfloat g 2:1,1\n"
    "float z 2:0,0\nfloat v 2:1,2\nnode Conv c x,w pads=1,1,1,1\n"
    "node BatchNormalization n c,g,z,z,v\nnode Relu r n\nnode GlobalAveragePool a r\n"
    "node Flatten f a\nnode Sigmoid s f\noutput s\n";

static char path[1024], out[1024];
static shift_network *network;
static shift_error err;

/* Rows of numbers and a class; from `row` on (0 for none), every fortieth has the field `field`. */
static void write_rows(size_t row, const char *field)
{
    shift__random random;
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    shift__random_init(&random, 3, 0);
    for (int c = 0; c < COLUMNS; c++)
        (void)fprintf(file, "c%d,", c);
    (void)fprintf(file, "label\n");
    for (size_t r = 1; r <= ROWS; r++) {
        for (int c = 0; c < COLUMNS; c++)
            if (row > 0 && r >= row && (r - row) % 40 == 0 && c == 5)
                (void)fprintf(file, "%s,", field);
            else
                (void)fprintf(file, "%.6f,", shift__random_uniform(&random));
        (void)fprintf(file, "%zu\n", r % 2);
    }
    ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
    const char *folder = scratch_make();
    size_t n = 0;
    (void)snprintf(path, sizeof path, "%s/rows.csv", folder);
    (void)snprintf(out, sizeof out, "%s/out.csv", folder);
    unsigned char *bytes = made_model(model, &n);
    ck_assert_int_eq((int)shift_network_decode(&network, bytes, n, "made", &err), (int)SHIFT_OK);
    free(bytes);
    err = (shift_error)SHIFT_ERROR_INIT;
}

static void teardown(void)
{
    shift_network_free(network);
    scratch_remove();
}

static shift_network_data_options with(unsigned threads)
{
    shift_network_data_options options = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    options.label = "label";
    options.batch = 10;
    options.threads = threads;
    return options;
}

static shift_source *open_rows(void)
{
    shift_source *source = NULL;
    ck_assert_int_eq((int)shift_source_open(&source, path, NULL, &err), (int)SHIFT_OK);
    return source;
}

static shift_status profile(unsigned threads, shift_layer_profile **to)
{
    shift_network_data_options options = with(threads);
    shift_source *source = open_rows();
    shift_status status = shift_layer_profile_read(to, network, source, &options, NULL, &err);
    shift_source_close(source);
    return status;
}

static unsigned char *profile_bytes(unsigned threads, size_t *n)
{
    shift_layer_profile *read = NULL;
    unsigned char *bytes = NULL;
    shift_status status = profile(threads, &read);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_uint_eq(shift_layer_profile_rows(read), ROWS);
    ck_assert_int_eq((int)shift__layers_encode(read, &bytes, n, &err), (int)SHIFT_OK);
    shift_layer_profile_free(read);
    return bytes;
}

static char *run_text(unsigned threads)
{
    shift_network_data_options options = with(threads);
    shift_source *source = open_rows();
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    shift_status status = shift_network_run(network, source, &options, out, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_source_close(source);
    FILE *file = fopen(out, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_gt(fread(text, 1, (1 << 20) - 1, file), ROWS);
    (void)fclose(file);
    return text;
}

static void *adapted(unsigned threads, size_t *n)
{
    shift_network_data_options options = with(threads);
    shift_source *source = open_rows();
    shift_network *recalibrated = NULL;
    shift_status status =
        shift_network_recalibrate(&recalibrated, network, source, &options, 0, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_source_close(source);
    ck_assert_int_eq((int)shift_network_save(recalibrated, out, &err), (int)SHIFT_OK);
    shift_network_free(recalibrated);
    void *bytes = NULL;
    ck_assert_int_eq((int)shift_network_read_bytes(out, &bytes, n, &err), (int)SHIFT_OK);
    return bytes;
}

START_TEST(any_number_of_threads_gives_the_same_bytes)
{
    static const unsigned threads[] = {2, 3, MOST_THREADS};
    size_t n[2][2] = {{0}};
    write_rows(0, NULL);
    unsigned char *one = profile_bytes(1, &n[0][0]);
    unsigned char *many = profile_bytes(threads[_i], &n[0][1]);
    ck_assert_uint_eq(n[0][0], n[0][1]);
    ck_assert_mem_eq(one, many, n[0][0]);
    char *text = run_text(1);
    char *texts = run_text(threads[_i]);
    ck_assert_str_eq(text, texts);
    void *file = adapted(1, &n[1][0]);
    void *files = adapted(threads[_i], &n[1][1]);
    ck_assert_uint_eq(n[1][0], n[1][1]);
    ck_assert_mem_eq(file, files, n[1][0]);
    free(one);
    free(many);
    free(text);
    free(texts);
    free(file);
    free(files);
}
END_TEST

/* A layer of 5 million values, more than are kept: batches count in one histogram. */
static void describe_wide(char *to, size_t size)
{
    (void)snprintf(to, size,
                   "input x ?x16x1x1\nint size 4:1,16,32,32\nnode Expand t x,size\n"
                   "node Relu r t\nnode GlobalAveragePool a r\nnode Flatten f a\noutput f\n");
}

/* Of each layer of 1.4 million values fewer are kept, and few bins: threads count by themselves. */
static void describe_deep(char *to, size_t size)
{
    size_t n = (size_t)snprintf(to, size,
                                "input x ?x16x1x1\nint size 4:1,16,16,16\nnode Expand t x,size\n"
                                "node Flatten f0 t\noutput f24\n");
    for (int i = 0; i < 24; i++)
        n += (size_t)snprintf(to + n, size - n, "node Relu f%d f%d\n", i + 1, i);
}

START_TEST(any_number_of_threads_counts_the_same)
{
    static char large[1 << 12];
    shift_layer_profile *read = NULL;
    size_t n[3] = {0};
    (_i == 0 ? describe_wide : describe_deep)(large, sizeof large);
    write_rows(0, NULL);
    shift_network_free(network);
    network = NULL;
    unsigned char *bytes = made_model(large, &n[0]);
    ck_assert_int_eq((int)shift_network_decode(&network, bytes, n[0], "large", &err),
                     (int)SHIFT_OK);
    free(bytes);
    ck_assert_int_eq((int)profile(1, &read), (int)SHIFT_OK);
    ck_assert_str_eq(read->layers[1].op, "Relu");
    ck_assert_ptr_null(read->layers[1].values.x);
    const shift__layer *layer = &read->layers[1];
    uint64_t counted = 0;
    for (size_t i = 0; i < layer->histogram.bins; i++)
        counted += shift__histogram_count(&layer->histogram, i);
    ck_assert_uint_eq(counted, ROWS * layer->positions);
    unsigned char *one = NULL;
    ck_assert_int_eq((int)shift__layers_encode(read, &one, &n[1], &err), (int)SHIFT_OK);
    shift_layer_profile_free(read);
    unsigned char *many = profile_bytes(3, &n[2]);
    ck_assert_uint_eq(n[1], n[2]);
    ck_assert_mem_eq(one, many, n[1]);
    free(one);
    free(many);
}
END_TEST

/* Values that overflow inside the network, several in the batches that run at the same time. */
START_TEST(the_first_failure_is_told)
{
    static const unsigned threads[] = {1, 2, MOST_THREADS};
    shift_layer_profile *read = NULL;
    write_rows(57, "3e38");
    ck_assert_int_eq((int)profile(threads[_i], &read), (int)SHIFT_EFORMAT);
    ck_assert_msg(strstr(err.message, "row 57") != NULL, "%s", err.message);
    shift_network_data_options options = with(threads[_i]);
    shift_source *source = open_rows();
    shift_network *recalibrated = NULL;
    ck_assert_int_eq(
        (int)shift_network_recalibrate(&recalibrated, network, source, &options, 0, &err),
        (int)SHIFT_EFORMAT);
    shift_source_close(source);
    ck_assert_int_eq(strncmp(err.message, path, strlen(path)), 0);
    ck_assert_msg(strstr(err.message, "not finite in row 57") != NULL, "%s", err.message);
    write_rows(211, "x");
    ck_assert_int_eq((int)profile(threads[_i], &read), (int)SHIFT_EFORMAT);
    ck_assert_msg(strstr(err.message, ": row 211, column \"c5\": 'x' is no number") != NULL, "%s",
                  err.message);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batches");
    TCase *tcase = tcase_create("batches");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, any_number_of_threads_gives_the_same_bytes, 0, 3);
    tcase_add_loop_test(tcase, any_number_of_threads_counts_the_same, 0, 2);
    tcase_add_loop_test(tcase, the_first_failure_is_told, 0, 3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
