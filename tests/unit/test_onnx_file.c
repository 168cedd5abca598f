/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of ONNX files: tensors of every type and storage, external data, and damage. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "made_network.h"
#include "network/initializer.h"
#include "scratch.h"

enum {
    FLOAT = 1,
    UINT8,
    INT8,
    UINT16,
    INT16,
    INT32,
    INT64,
    STRING,
    BOOL,
    FLOAT16,
    DOUBLE,
    UINT32,
    UINT64
};

static char model_name[] = "model.onnx";
static shift_error err;

/* Members of messages are not const. NOLINTBEGIN(readability-non-const-parameter) */
static shift_status read_tensor(const Onnx__TensorProto *proto, shift__tensor *out, char *folder)
{
    const shift__onnx file = {.name = model_name, .folder = folder, .bytes = 100};
    err = (shift_error)SHIFT_ERROR_INIT;
    return shift__initializer_read(out, &file, proto, "w", &err);
}

static Onnx__TensorProto raw_tensor(int32_t type, int64_t *dims, size_t rank, uint8_t *bytes,
                                    size_t n)
{
    Onnx__TensorProto proto = ONNX__TENSOR_PROTO__INIT;
    proto.has_data_type = 1;
    proto.data_type = type;
    proto.dims = dims;
    proto.n_dims = rank;
    proto.has_raw_data = 1;
    proto.raw_data = (ProtobufCBinaryData){n, bytes};
    return proto;
}

/* NOLINTEND(readability-non-const-parameter) */

static double element(const shift__tensor *tensor, size_t i)
{
    return tensor->dtype == SHIFT__FLOAT32 ? (double)shift__floats(tensor)[i]
           : tensor->dtype == SHIFT__INT64 ? (double)shift__integers(tensor)[i]
                                           : (shift__booleans(tensor)[i] ? 1 : 0);
}

/* ---- raw data ---- */

static struct raw {
    int32_t type;
    uint8_t bytes[16];
    size_t n;
    double wanted[2];
} raws[] = {
    {FLOAT, {0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1}, 8, {1, -10}},
    {UINT8, {1, 255}, 2, {1, 255}},
    {INT8, {1, 255}, 2, {1, -1}},
    {UINT16, {1, 1, 255, 255}, 4, {257, 65535}},
    {INT16, {1, 1, 255, 255}, 4, {257, -1}},
    {INT32, {0, 0, 1, 0, 254, 255, 255, 255}, 8, {65536, -2}},
    {INT64, {7, 0, 0, 0, 0, 0, 0, 0, 253, 255, 255, 255, 255, 255, 255, 255}, 16, {7, -3}},
    {BOOL, {0, 1}, 2, {0, 1}},
    {FLOAT16, {0, 0x3c, 0, 0xc0}, 4, {1, -2}},
    {FLOAT16, {1, 0, 0xff, 0x7b}, 4, {0x1p-24, 65504}}, /* the least and the largest */
    {FLOAT16, {0, 0x7c, 0, 0x84}, 4, {INFINITY, -0x1p-14}},
    {DOUBLE, {0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0xe0, 0xbf}, 16, {1, -0.5}},
    {UINT32, {255, 255, 255, 255, 2, 0, 0, 0}, 8, {4294967295, 2}},
    {UINT64, {9, 0, 0, 0, 0, 0, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0}, 16, {9, 264}},
};

START_TEST(raw_data_of_every_type)
{
    struct raw *raw = &raws[_i];
    shift__tensor tensor = {.rank = 0};
    int64_t dims[] = {2};
    Onnx__TensorProto proto = raw_tensor(raw->type, dims, 1, raw->bytes, raw->n);
    shift_status status = read_tensor(&proto, &tensor, NULL);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_uint_eq(shift__tensor_size(&tensor), 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_double_eq(element(&tensor, i), raw->wanted[i]);
    shift__tensor_clear(&tensor);
    proto.raw_data.len--;
    ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "model.onnx: tensor 'w' of shape 2 needs"));
}
END_TEST

/* ---- typed data ---- */

START_TEST(typed_data_of_every_type)
{
    int64_t dims[] = {2};
    float floats[] = {1, -10};
    int32_t ints[] = {1, -1};
    int32_t halves[] = {0x3c00, 0xc000};
    int64_t longs[] = {7, -3};
    double doubles[] = {1, -0.5};
    uint64_t unsigneds[] = {9, 264};
    static const struct {
        int32_t type;
        double wanted[2];
    } rows[] = {{FLOAT, {1, -10}},  {INT8, {1, -1}},    {INT16, {1, -1}}, {INT32, {1, -1}},
                {BOOL, {1, 1}},     {FLOAT16, {1, -2}}, {INT64, {7, -3}}, {DOUBLE, {1, -0.5}},
                {UINT32, {9, 264}}, {UINT64, {9, 264}}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        Onnx__TensorProto proto = ONNX__TENSOR_PROTO__INIT;
        shift__tensor tensor = {.rank = 0};
        proto.data_type = rows[r].type;
        proto.dims = dims;
        proto.n_dims = 1;
        proto.float_data = floats;
        proto.n_float_data = 2;
        proto.int32_data = rows[r].type == FLOAT16 ? halves : ints;
        proto.n_int32_data = 2;
        proto.int64_data = longs;
        proto.n_int64_data = 2;
        proto.double_data = doubles;
        proto.n_double_data = 2;
        proto.uint64_data = unsigneds;
        proto.n_uint64_data = 2;
        ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_OK);
        for (size_t i = 0; i < 2; i++)
            ck_assert_double_eq(element(&tensor, i), rows[r].wanted[i]);
        shift__tensor_clear(&tensor);
    }
}
END_TEST

/* ---- shapes that cannot be ---- */

START_TEST(shapes_are_checked_before_memory_is_taken)
{
    uint8_t bytes[8] = {0};
    shift__tensor tensor = {.rank = 0};
    int64_t huge[] = {INT64_C(1) << 31, INT64_C(1) << 31};
    int64_t large[] = {INT64_C(1) << 30};
    int64_t negative[] = {-1};
    int64_t many[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    Onnx__TensorProto proto = raw_tensor(FLOAT, huge, 2, bytes, 8);
    ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_EUNSUPPORTED);
    proto = raw_tensor(FLOAT, large, 1, bytes, 8);
    ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_EFORMAT);
    ck_assert_str_eq(err.message,
                     "model.onnx: tensor 'w' of shape 1073741824 needs 4294967296 bytes "
                     "of data, the file has 8");
    proto = raw_tensor(FLOAT, negative, 1, bytes, 8);
    ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "model.onnx: tensor 'w': size -1 of axis 0 is negative");
    proto = raw_tensor(FLOAT, many, 9, bytes, 4);
    ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_EUNSUPPORTED);
    ck_assert_str_eq(err.message, "model.onnx: tensor 'w' has 9 axes; 8 are supported");
    proto = raw_tensor(STRING, many, 1, bytes, 4);
    ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_EUNSUPPORTED);
    ck_assert_str_eq(err.message,
                     "model.onnx: tensor 'w' has element type 8 (STRING), which is not "
                     "supported");
    proto = raw_tensor(77, many, 1, bytes, 4);
    ck_assert_int_eq(read_tensor(&proto, &tensor, NULL), SHIFT_EUNSUPPORTED);
    ck_assert_ptr_null(tensor.data);
}
END_TEST

/* ---- external data ---- */

static char folder[512];

static void make_folder(void)
{
    char path[600];
    (void)snprintf(folder, sizeof folder, "%s/model", scratch_make());
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/sub", folder);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    static const char *const names[] = {"w.bin", "sub/w.bin", "../secret"};
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        FILE *file = fopen(path, "wb");
        ck_assert_ptr_nonnull(file);
        static const uint8_t bytes[] = {0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40};
        ck_assert_uint_eq(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
        ck_assert_int_eq(fclose(file), 0);
    }
    (void)snprintf(path, sizeof path, "%s/link.bin", folder);
    ck_assert_int_eq(symlink("../secret", path), 0);
    (void)snprintf(path, sizeof path, "%s/up", folder);
    ck_assert_int_eq(symlink("..", path), 0);
    (void)snprintf(path, sizeof path, "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static const struct external {
    const char *location, *offset, *length;
    shift_status status;
    double first;
    const char *message; /* what must be in it */
} externals[] = {
    {"w.bin", NULL, "8", SHIFT_OK, 1, NULL},
    {"w.bin", "4", NULL, SHIFT_OK, 2, NULL},
    {"./sub//w.bin", "4", "8", SHIFT_OK, 2, NULL},
    {"w.bin", "8", NULL, SHIFT_EFORMAT, 0, "needs 8 bytes of data, the file has 4"},
    {"w.bin", "8", "8", SHIFT_EFORMAT, 0, "has 12 bytes; 8 from byte 8 on were expected"},
    {"w.bin", "13", "0", SHIFT_EFORMAT, 0, "has 12 bytes"},
    {"w.bin", "18446744073709551615", "8", SHIFT_EFORMAT, 0, "offset '18446744073709551615'"},
    {"w.bin", "0", "-8", SHIFT_EFORMAT, 0, "length '-8', no number"},
    {"none.bin", "0", "8", SHIFT_EIO, 0, "external data 'none.bin': No such file"},
    {"../secret", "0", "8", SHIFT_EFORMAT, 0, "not a regular file within the model's folder"},
    {"sub/../../secret", "0", "8", SHIFT_EFORMAT, 0, "not a regular file within"},
    {"/etc/passwd", "0", "8", SHIFT_EFORMAT, 0, "not a regular file within"},
    {"link.bin", "0", "8", SHIFT_EFORMAT, 0, "not a regular file within"},
    {"up/secret", "0", "8", SHIFT_EFORMAT, 0, "not a regular file within"},
    {"sub", "0", "8", SHIFT_EFORMAT, 0, "not a regular file within"},
    {"pipe", "0", "8", SHIFT_EFORMAT, 0, "not a regular file within"},
    {"", "0", "8", SHIFT_EFORMAT, 0, "external data without a location"},
};

START_TEST(external_data_lies_in_the_models_folder)
{
    const struct external *e = &externals[_i];
    const char *const texts[][2] = {
        {"location", e->location}, {"offset", e->offset}, {"length", e->length}};
    Onnx__StringStringEntryProto entries[3];
    Onnx__StringStringEntryProto *list[3];
    Onnx__TensorProto proto = ONNX__TENSOR_PROTO__INIT;
    int64_t dims[] = {2};
    for (size_t i = 0; i < 3; i++) {
        if (texts[i][1] == NULL)
            continue;
        Onnx__StringStringEntryProto *entry = &entries[proto.n_external_data];
        onnx__string_string_entry_proto__init(entry);
        entry->key = strdup(texts[i][0]);
        entry->value = strdup(texts[i][1]);
        list[proto.n_external_data++] = entry;
    }
    proto.external_data = list;
    proto.data_type = FLOAT;
    proto.data_location = 1;
    proto.dims = dims;
    proto.n_dims = 1;
    shift__tensor tensor = {.rank = 0};
    ck_assert_msg(read_tensor(&proto, &tensor, folder) == e->status, "%s", err.message);
    if (e->status == SHIFT_OK)
        ck_assert_double_eq(element(&tensor, 0), e->first);
    else
        ck_assert_msg(strstr(err.message, e->message) != NULL, "%s", err.message);
    shift__tensor_clear(&tensor);
    ck_assert_int_ne(read_tensor(&proto, &tensor, NULL), SHIFT_OK); /* from memory: no folder */
    for (size_t i = 0; i < proto.n_external_data; i++) {
        free(entries[i].key);
        free(entries[i].value);
    }
}
END_TEST

/* A file that lies in `folder`, with `n` tensors of the 12 bytes of w.bin. */
static shift_status load_sharing(size_t n)
{
    char path[600];
    char line[64];
    char text[4096] = "input x ?x3\nnode Relu y x\noutput y\n";
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(line, sizeof line, "float w%zu 3:0,0,0\n", i);
        (void)strncat(text, line, sizeof text - strlen(text) - 1);
    }
    size_t size = 0;
    unsigned char *bytes = made_model(text, &size);
    shift__onnx *file = NULL;
    ck_assert_int_eq(shift__onnx_decode(&file, bytes, size, model_name, NULL, &err), SHIFT_OK);
    free(bytes);
    for (size_t i = 0; i < n; i++) {
        Onnx__TensorProto *tensor = file->model->graph->initializer[i];
        tensor->n_float_data = 0;
        tensor->has_data_location = 1;
        tensor->data_location = 1;
        tensor->external_data = calloc(1, sizeof(void *));
        tensor->external_data[0] = calloc(1, sizeof **tensor->external_data);
        tensor->n_external_data = 1;
        onnx__string_string_entry_proto__init(tensor->external_data[0]);
        tensor->external_data[0]->key = strdup("location");
        tensor->external_data[0]->value = strdup(i % 2 == 0 ? "w.bin" : "./w.bin");
        free(tensor->float_data);
        tensor->float_data = NULL;
    }
    size = onnx__model_proto__get_packed_size(file->model);
    bytes = malloc(size);
    (void)onnx__model_proto__pack(file->model, bytes);
    shift__onnx_free(file);
    (void)snprintf(path, sizeof path, "%s/model.onnx", folder);
    FILE *out = fopen(path, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes, 1, size, out), size);
    ck_assert_int_eq(fclose(out), 0);
    free(bytes);
    shift__onnx *loaded = NULL;
    shift_status status = shift__onnx_load(&loaded, path, &err);
    shift__onnx_free(loaded);
    return status;
}

START_TEST(tensors_share_a_place_in_proportion_to_its_file)
{
    ck_assert_msg(load_sharing(4) == SHIFT_OK, "%s", err.message);
    ck_assert_int_eq(load_sharing(5), SHIFT_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "tensor 'w4': with it, tensors take 60 bytes of "
                                              "external data from files of 12"));
}
END_TEST

/* ---- damage ---- */

static shift_status decode(const void *bytes, size_t n)
{
    shift__onnx *file = NULL;
    err = (shift_error)SHIFT_ERROR_INIT;
    shift_status status = shift__onnx_decode(&file, bytes, n, model_name, NULL, &err);
    shift__onnx_free(file);
    return status;
}

START_TEST(every_prefix_of_a_model_is_refused)
{
    size_t n = 0;
    unsigned char *bytes = made_model("input x ?x2\nfloat w 2x2:1,2,3,4\nnode MatMul y x,w\n"
                                      "output y\n",
                                      &n);
    ck_assert_int_eq(decode(bytes, n), SHIFT_OK);
    for (size_t k = 0; k < n; k++) {
        unsigned char *part = malloc(k + 1);
        memcpy(part, bytes, k);
        shift_status status = decode(part, k);
        /* A prefix that ends behind the graph is a model, which lacks its opset. */
        ck_assert(status == SHIFT_EFORMAT || (status == SHIFT_OK && k > n - 8));
        ck_assert_int_eq(strncmp(err.message, "model.onnx: ", 12) == 0, status != SHIFT_OK);
        free(part);
    }
    free(bytes);
}
END_TEST

START_TEST(text_and_foreign_messages_are_no_models)
{
    ck_assert_int_eq(decode("", 0), SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "model.onnx: is empty; an ONNX model was expected");
    ck_assert_int_eq(decode("a,b,c\n1,2,3\n", 12), SHIFT_EFORMAT);
    ck_assert_int_eq(decode("\x08\x07", 2), SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "model.onnx: is no ONNX model: it has no graph");
    ck_assert_int_eq(decode("\x3a\x00\x3a\x00", 4), SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "model.onnx: is no ONNX model: it has more than one graph");
    ck_assert_int_eq(decode("\x3a\x7f\x00", 3), SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "model.onnx: is cut short or no ONNX model: field 7 is said to "
                                  "have 127 bytes, 1 are left");
    ck_assert_int_eq(decode("\x3b\x3c", 2), SHIFT_EFORMAT); /* groups */
}
END_TEST

/* Empty nodes take two bytes each in the file, and a hundred times that in memory. */
START_TEST(memory_is_in_proportion_to_the_file)
{
    enum { NODES = 1 << 20, BYTES = 2 * NODES };
    unsigned char *bytes = malloc(BYTES + 5);
    static const unsigned char head[] = {0x3a, 0x80, 0x80, 0x80, 0x01}; /* a graph of 2^21 bytes */
    memcpy(bytes, head, sizeof head);
    for (size_t i = 0; i < NODES; i++) {
        bytes[5 + 2 * i] = 0x0a; /* a node of 0 bytes */
        bytes[6 + 2 * i] = 0;
    }
    ck_assert_int_eq(decode(bytes, BYTES + 5), SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "model.onnx: is damaged: no valid ONNX message");
    free(bytes);
}
END_TEST

START_TEST(files_that_cannot_be_read_say_why)
{
    shift__onnx *file = NULL;
    char text[600];
    ck_assert_int_eq(shift__onnx_load(&file, "no/such.onnx", &err), SHIFT_EIO);
    ck_assert_str_eq(err.message, "no/such.onnx: cannot open: No such file or directory");
    (void)snprintf(text, sizeof text, "%s", scratch_make());
    ck_assert_int_eq(shift__onnx_load(&file, text, &err), SHIFT_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "Is a directory"));
    scratch_remove();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("onnx_file");
    TCase *tests = tcase_create("tensors");
    tcase_add_loop_test(tests, raw_data_of_every_type, 0, sizeof raws / sizeof raws[0]);
    tcase_add_test(tests, typed_data_of_every_type);
    tcase_add_test(tests, shapes_are_checked_before_memory_is_taken);
    tcase_add_test(tests, every_prefix_of_a_model_is_refused);
    tcase_add_test(tests, text_and_foreign_messages_are_no_models);
    tcase_add_test(tests, memory_is_in_proportion_to_the_file);
    tcase_add_test(tests, files_that_cannot_be_read_say_why);
    suite_add_tcase(suite, tests);
    TCase *outside = tcase_create("external");
    tcase_add_checked_fixture(outside, make_folder, scratch_remove);
    tcase_add_loop_test(outside, external_data_lies_in_the_models_folder, 0,
                        sizeof externals / sizeof externals[0]);
    tcase_add_test(outside, tensors_share_a_place_in_proportion_to_its_file);
    suite_add_tcase(suite, outside);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
