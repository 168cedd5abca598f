/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other weights in an ONNX file, and everything else as it was. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "made_network.h"
#include "network/initializer.h"
#include "network/rewrite.h"
#include "scratch.h"
#include "shift/layers.h"

enum { FLOAT = 1, FLOAT16 = 10, DOUBLE = 11, MEAN = 3, VARIANCE = 4 };

static const float ones[] = {1.5F, -2, 0.25F};
static const float twos[] = {2, 2, 2};

static shift_error err;

static shift__onnx *decode(const unsigned char *bytes, size_t n, const char *folder)
{
    shift__onnx *file = NULL;
    shift_status status = shift__onnx_decode(&file, bytes, n, "made.onnx", folder, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return file;
}

static shift__onnx *made(const char *description)
{
    size_t n = 0;
    unsigned char *bytes = made_model(description, &n);
    shift__onnx *file = decode(bytes, n, NULL);
    free(bytes);
    return file;
}

static shift__onnx *begin(const shift__onnx *file)
{
    shift__onnx *copy = NULL;
    shift_status status = shift__rewrite_begin(&copy, file, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return copy;
}

static void give(shift__onnx *file, size_t node, size_t input, const float *values, size_t n)
{
    shift_status status = shift__rewrite_input(file, node, input, values, n, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
}

/* Packed and unpacked, as somebody reads it who was given the file. */
static shift__onnx *again(const shift__onnx *file)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    ck_assert_int_eq((int)shift__rewrite_pack(file, &bytes, &n, &err), (int)SHIFT_OK);
    shift__onnx *copy = decode(bytes, n, NULL);
    free(bytes);
    return copy;
}

static const Onnx__TensorProto *initializer(const shift__onnx *file, const char *name)
{
    const Onnx__GraphProto *graph = file->model->graph;
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (strcmp(graph->initializer[i]->name, name) == 0)
            return graph->initializer[i];
    return NULL;
}

/* Input `input` of node `node` is an initializer of this name with these values. */
static void expect(const shift__onnx *file, size_t node, size_t input, const char *name,
                   const float *values, size_t n)
{
    shift__tensor tensor = {.rank = 0};
    ck_assert_str_eq(file->model->graph->node[node]->input[input], name);
    const Onnx__TensorProto *proto = initializer(file, name);
    ck_assert_ptr_nonnull(proto);
    ck_assert_int_eq((int)shift__initializer_read(&tensor, file, proto, name, &err), (int)SHIFT_OK);
    ck_assert_uint_eq(tensor.rank, 1);
    ck_assert_uint_eq(shift__tensor_size(&tensor), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_float_eq(shift__floats(&tensor)[i], values[i]);
    shift__tensor_clear(&tensor);
}

static const char one_bn[] = "input x ?x3\nfloat s 3:1,1,1\nfloat b 3:0,0,0\nfloat m 3:1,2,3\n"
                             "float v 3:4,5,6\nnode BatchNormalization y x,s,b,m,v\noutput y\n";

START_TEST(an_initializer_of_its_own_is_written_in_its_place)
{
    shift__onnx *file = made(one_bn);
    shift__onnx *copy = begin(file);
    give(copy, 0, MEAN, ones, 3);
    shift__onnx *read = again(copy);
    ck_assert_uint_eq(read->model->graph->n_initializer, 4);
    expect(read, 0, MEAN, "m", ones, 3);
    static const float variance[] = {4, 5, 6};
    expect(read, 0, VARIANCE, "v", variance, 3);
    static const float mean[] = {1, 2, 3};
    expect(file, 0, MEAN, "m", mean, 3); /* what was copied is as it was */
    shift__onnx_free(read);
    shift__onnx_free(copy);
    shift__onnx_free(file);
}
END_TEST

START_TEST(what_others_use_is_given_to_each)
{
    /* m is used by both nodes, twice by the second, and is an output; a likely name is taken */
    shift__onnx *file =
        made("input x ?x3\nfloat s 3:1,1,1\nfloat m 3:1,2,3\nfloat m_recalibrated 3:0,0,0\n"
             "node BatchNormalization h x,s,m_recalibrated,m,s\n"
             "node BatchNormalization y h,s,m,m,s\noutput y\noutput m\n");
    shift__onnx *copy = begin(file);
    static const float old[] = {1, 2, 3};
    static const float zero[] = {0, 0, 0};
    give(copy, 0, MEAN, ones, 3);
    give(copy, 1, MEAN, twos, 3);
    shift__onnx *read = again(copy);
    expect(read, 0, 2, "m_recalibrated", zero, 3);
    expect(read, 0, MEAN, "m_recalibrated_2", ones, 3);
    expect(read, 1, 2, "m", old, 3);
    expect(read, 1, MEAN, "m_recalibrated_3", twos, 3);
    shift__onnx_free(read);
    shift__onnx_free(copy);
    shift__onnx_free(file);
}
END_TEST

START_TEST(what_is_no_initializer_gets_one)
{
    shift__onnx *file = made("input x ?x3\nfloat s 3:1,1,1\nfloat w 3:7,8,9\nnode Identity m w\n"
                             "node BatchNormalization y x,s,s,m,s\noutput y\n");
    shift__onnx *copy = begin(file);
    give(copy, 1, MEAN, ones, 3);
    shift__onnx *read = again(copy);
    static const float old[] = {7, 8, 9};
    expect(read, 1, MEAN, "m_recalibrated", ones, 3);
    expect(read, 0, 0, "w", old, 3);
    shift__onnx_free(read);
    shift__onnx_free(copy);
    shift__onnx_free(file);
}
END_TEST

/* Before IR version 4 an initializer must be declared as an input of the graph. */
START_TEST(old_files_declare_new_initializers)
{
    for (int64_t version = 3; version <= 4; version++) {
        shift__onnx *file =
            made("input x ?x3\nfloat s 3:1,1,1\nnode BatchNormalization y x,s,s,s,s\noutput y\n");
        file->model->has_ir_version = true;
        file->model->ir_version = version;
        give(file, 0, MEAN, ones, 3);
        shift__onnx *read = again(file);
        const Onnx__GraphProto *graph = read->model->graph;
        ck_assert_uint_eq(graph->n_input, version == 3 ? 2 : 1);
        if (version == 3) {
            const Onnx__TensorTypeProto *type = graph->input[1]->type->tensor_type;
            ck_assert_str_eq(graph->input[1]->name, "s_recalibrated");
            ck_assert_int_eq(type->elem_type, FLOAT);
            ck_assert_uint_eq(type->shape->n_dim, 1);
            ck_assert_int_eq(type->shape->dim[0]->dim_value, 3);
        }
        shift__onnx_free(read);
        shift__onnx_free(file);
    }
}
END_TEST

/* A tensor keeps its element type, whichever field held its numbers. */
START_TEST(types_stay)
{
    static const int32_t types[] = {FLOAT, FLOAT16, DOUBLE};
    for (size_t i = 0; i < 3; i++) {
        shift__onnx *file = made(one_bn);
        Onnx__TensorProto *tensor = file->model->graph->initializer[2];
        ck_assert_str_eq(tensor->name, "m");
        tensor->data_type = types[i];
        if (types[i] == FLOAT16) {
            tensor->n_float_data = 0;
            tensor->n_int32_data = 3;
            tensor->int32_data = calloc(3, sizeof(int32_t));
        } else if (types[i] == DOUBLE) {
            tensor->n_float_data = 0;
            tensor->n_double_data = 3;
            tensor->double_data = calloc(3, sizeof(double));
        }
        shift__onnx *copy = begin(file);
        give(copy, 0, MEAN, ones, 3);
        shift__onnx *read = again(copy);
        const Onnx__TensorProto *now = initializer(read, "m");
        ck_assert_int_eq(now->data_type, types[i]);
        ck_assert_uint_eq(now->n_float_data + now->n_int32_data + now->n_double_data, 0);
        expect(read, 0, MEAN, "m", ones, 3);
        shift__onnx_free(read);
        shift__onnx_free(copy);
        shift__onnx_free(file);
    }
}
END_TEST

/* Ties to even; the largest below infinity; below the least normal number. */
START_TEST(halves_are_rounded)
{
    static const struct {
        float value;
        unsigned half;
    } cases[] = {{0, 0},          {-0.0F, 0x8000},        {1, 0x3c00},      {65504, 0x7bff},
                 {65519, 0x7bff}, {2049, 0x6800},         {2051, 0x6802},   {0x1p-14F, 0x0400},
                 {0x1p-24F, 1},   {0x1.ff8p-15F, 0x03ff}, {0x1p-25F, 0},    {0x1.8p-24F, 2},
                 {-2.5F, 0xc100}, {0.33333334F, 0x3555},  {1.9998F, 0x4000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char *bytes = NULL;
        size_t n = 0;
        ck_assert_int_eq(
            (int)shift__initializer_encode(FLOAT16, &cases[i].value, 1, &bytes, &n, &err),
            (int)SHIFT_OK);
        ck_assert_uint_eq(n, 2);
        ck_assert_uint_eq(bytes[0] | (unsigned)bytes[1] << 8, cases[i].half);
        free(bytes);
    }
}
END_TEST

START_TEST(what_a_half_cannot_hold_is_refused)
{
    shift__onnx *file = made(one_bn);
    file->model->graph->initializer[2]->data_type = FLOAT16;
    static const float large[] = {1, 65520, 1};
    ck_assert_int_eq((int)shift__rewrite_input(file, 0, MEAN, large, 3, &err),
                     (int)SHIFT_EUNSUPPORTED);
    ck_assert_str_eq(err.message, "made.onnx: tensor 'm': 65520 does not fit into FLOAT16");
    shift__onnx_free(file);
}
END_TEST

/* a length and as many bytes */
static const uint8_t kept[] = {4, 'k', 'e', 'p', 't'};

static void add_unknown(ProtobufCMessage *message, unsigned tag)
{
    ProtobufCMessageUnknownField *field = calloc(1, sizeof *field);
    ck_assert_ptr_nonnull(field);
    field->tag = tag;
    field->wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    field->len = sizeof kept;
    field->data = calloc(1, sizeof kept);
    memcpy(field->data, kept, sizeof kept);
    message->unknown_fields = field;
    message->n_unknown_fields = 1;
}

static void expect_unknown(const ProtobufCMessage *message, unsigned tag)
{
    ck_assert_uint_eq(message->n_unknown_fields, 1);
    ck_assert_uint_eq(message->unknown_fields[0].tag, tag);
    ck_assert_uint_eq(message->unknown_fields[0].len, sizeof kept);
    ck_assert_mem_eq(message->unknown_fields[0].data, kept, sizeof kept);
}

/* metadata_props of the model, doc_string of graph, node and tensor, and a field of no standard. */
START_TEST(fields_that_are_not_known_survive)
{
    shift__onnx *file = made(one_bn);
    Onnx__GraphProto *graph = file->model->graph;
    add_unknown(&file->model->base, 14);
    add_unknown(&graph->base, 10);
    add_unknown(&graph->node[0]->base, 6);
    add_unknown(&graph->initializer[2]->base, 12);
    add_unknown(&graph->input[0]->base, 12345);
    shift__onnx *copy = begin(file);
    give(copy, 0, MEAN, ones, 3);
    shift__onnx *read = again(copy);
    graph = read->model->graph;
    expect_unknown(&read->model->base, 14);
    expect_unknown(&graph->base, 10);
    expect_unknown(&graph->node[0]->base, 6);
    expect_unknown(&graph->initializer[2]->base, 12);
    expect_unknown(&graph->input[0]->base, 12345);
    shift__onnx_free(read);
    shift__onnx_free(copy);
    shift__onnx_free(file);
}
END_TEST

static Onnx__StringStringEntryProto *entry_of(const char *key, const char *value)
{
    Onnx__StringStringEntryProto *entry = calloc(1, sizeof *entry);
    onnx__string_string_entry_proto__init(entry);
    entry->key = strdup(key);
    entry->value = strdup(value);
    return entry;
}

/* The last bytes of a file that lies beside the model. */
static void lay_out(Onnx__TensorProto *tensor, const char *location, const char *offset)
{
    free(tensor->float_data);
    tensor->float_data = NULL;
    tensor->n_float_data = 0;
    tensor->has_data_location = true;
    tensor->data_location = 1;
    tensor->n_external_data = 2;
    tensor->external_data = calloc(2, sizeof(void *));
    tensor->external_data[0] = entry_of("location", location);
    tensor->external_data[1] = entry_of("offset", offset);
}

static void write_file(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_copy_needs_no_other_files)
{
    char path[1024];
    char folder[512];
    unsigned char *bytes = NULL;
    size_t n = 0;
    (void)snprintf(folder, sizeof folder, "%s/", scratch_make());
    (void)snprintf(path, sizeof path, "%sw.bin", folder);
    ck_assert_int_eq((int)shift__initializer_encode(FLOAT, ones, 3, &bytes, &n, &err),
                     (int)SHIFT_OK);
    write_file(path, bytes, n);
    free(bytes);
    shift__onnx *file = made(one_bn);
    lay_out(file->model->graph->initializer[2], "w.bin", "0");
    ck_assert_int_eq((int)shift__rewrite_pack(file, &bytes, &n, &err), (int)SHIFT_OK);
    shift__onnx *there = decode(bytes, n, folder);
    free(bytes);
    shift__onnx *copy = begin(there);
    scratch_remove();
    shift__onnx *read = again(copy);
    expect(read, 0, MEAN, "m", ones, 3);
    ck_assert_uint_eq(initializer(read, "m")->n_external_data, 0);
    shift__onnx *gone = NULL;
    ck_assert_int_eq((int)shift__rewrite_begin(&gone, there, &err), (int)SHIFT_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "made.onnx: tensor 'm': external data 'w.bin'"));
    shift__onnx_free(read);
    shift__onnx_free(copy);
    shift__onnx_free(there);
    shift__onnx_free(file);
}
END_TEST

/* As exporters write them for large networks: the tensor of a Constant lies in another file. */
START_TEST(a_constant_is_one_with_its_file)
{
    char path[1024];
    char folder[512];
    void *whole = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    (void)snprintf(folder, sizeof folder, "%s/", scratch_make());
    (void)snprintf(path, sizeof path, "%sm.bin", folder);
    ck_assert_int_eq((int)shift__initializer_encode(FLOAT, twos, 3, &bytes, &n, &err),
                     (int)SHIFT_OK);
    write_file(path, bytes, n);
    free(bytes);
    shift__onnx *file = made("input x ?x3\nfloat s 3:1,1,1\nfloat w 3:7,8,9\nnode Identity m w\n"
                             "node BatchNormalization y x,s,s,m,s\noutput y\n");
    Onnx__GraphProto *graph = file->model->graph;
    Onnx__NodeProto *node = graph->node[0];
    Onnx__AttributeProto *value = malloc(sizeof *value);
    ck_assert_ptr_nonnull(value);
    onnx__attribute_proto__init(value);
    value->name = strdup("value");
    value->has_type = true;
    value->type = 4; /* TENSOR */
    value->t = graph->initializer[1];
    lay_out(value->t, "m.bin", "0");
    graph->n_initializer--;
    free(node->op_type);
    node->op_type = strdup("Constant");
    free(node->input[0]);
    node->n_input = 0;
    node->n_attribute = 1;
    node->attribute = malloc(sizeof(void *));
    node->attribute[0] = value;
    ck_assert_int_eq((int)shift__rewrite_pack(file, &bytes, &n, &err), (int)SHIFT_OK);
    (void)snprintf(path, sizeof path, "%sm.onnx", folder);
    write_file(path, bytes, n);
    free(bytes);
    ck_assert_msg(shift_network_read_bytes(path, &whole, &n, &err) == SHIFT_OK, "%s", err.message);
    scratch_remove();
    shift__onnx *there = decode(whole, n, NULL);
    free(whole);
    shift__onnx *copy = begin(there);
    give(copy, 1, MEAN, ones, 3);
    shift__onnx *read = again(copy);
    expect(read, 1, MEAN, "m_recalibrated", ones, 3);
    ck_assert_uint_eq(read->model->graph->node[0]->attribute[0]->t->n_external_data, 0);
    shift__onnx_free(read);
    shift__onnx_free(copy);
    shift__onnx_free(there);
    shift__onnx_free(file);
}
END_TEST

static shift_status rewrite(const shift__onnx *file, shift_error *error)
{
    shift__onnx *copy = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift__rewrite_begin(&copy, file, error);
    if (status == SHIFT_OK)
        status = shift__rewrite_input(copy, 0, MEAN, ones, 3, error);
    if (status == SHIFT_OK)
        status = shift__rewrite_input(copy, 0, VARIANCE, ones, 3, error);
    if (status == SHIFT_OK)
        status = shift__rewrite_pack(copy, &bytes, &n, error);
    free(bytes);
    shift__onnx_free(copy);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    shift__onnx *file = made("input x ?x3\nfloat s 3:1,1,1\nfloat m 3:1,2,3\n"
                             "node BatchNormalization y x,s,s,m,s\noutput y\n");
    file->model->has_ir_version = true;
    file->model->ir_version = 3;
    for (long n = 0;; n++) {
        shift_error error = SHIFT_ERROR_INIT;
        fail_allocation(n);
        shift_status status = rewrite(file, &error);
        int failed = allocation_failed();
        fail_allocation(-1);
        ck_assert_msg(status == (failed ? SHIFT_ENOMEM : SHIFT_OK), "allocation %ld: %d, %s", n,
                      (int)status, error.message);
        if (!failed) {
            ck_assert_int_gt(n, 40);
            break;
        }
    }
    shift__onnx_free(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rewrite");
    TCase *tests = tcase_create("rewrite");
    tcase_add_test(tests, an_initializer_of_its_own_is_written_in_its_place);
    tcase_add_test(tests, what_others_use_is_given_to_each);
    tcase_add_test(tests, what_is_no_initializer_gets_one);
    tcase_add_test(tests, old_files_declare_new_initializers);
    tcase_add_test(tests, types_stay);
    tcase_add_test(tests, halves_are_rounded);
    tcase_add_test(tests, what_a_half_cannot_hold_is_refused);
    tcase_add_test(tests, fields_that_are_not_known_survive);
    tcase_add_test(tests, a_copy_needs_no_other_files);
    tcase_add_test(tests, a_constant_is_one_with_its_file);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
