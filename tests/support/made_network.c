/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "made_network.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { FLOAT = 1, INT64 = 7, BOOL = 9, WORD = 128 };

static shift__arena arena;

static void *room(size_t n, size_t size)
{
    void *out = NULL;
    ck_assert_int_eq(shift__arena_alloc(&arena, &out, n, size, NULL), SHIFT_OK);
    return out;
}

static char *text(const char *from, size_t n)
{
    char *out = room(n + 1, 1);
    memcpy(out, from, n);
    return out;
}

/* ---- attributes ---- */

static void add_list(Onnx__AttributeProto *a, char *value)
{
    bool floats = strchr(value, '.') != NULL;
    a->type = floats ? 6 : 7;
    a->ints = room(16, sizeof *a->ints);
    a->floats = room(16, sizeof *a->floats);
    for (char *word = value; *word != '\0'; word += *word == ',')
        if (floats)
            a->floats[a->n_floats++] = strtof(word, &word);
        else
            a->ints[a->n_ints++] = strtoll(word, &word, 10);
}

static Onnx__AttributeProto *attribute(const char *word, size_t n)
{
    Onnx__AttributeProto *a = room(1, sizeof *a);
    onnx__attribute_proto__init(a);
    const char *equals = memchr(word, '=', n);
    a->name = text(word, (size_t)(equals - word));
    char *value = text(equals + 1, n - (size_t)(equals + 1 - word));
    size_t length = strlen(value);
    a->has_type = 1;
    if (value[0] == '\'') {
        a->type = 3;
        a->has_s = 1;
        a->s = (ProtobufCBinaryData){length - 2, (uint8_t *)value + 1};
    } else if (strchr(value, ',') != NULL) {
        add_list(a, value);
    } else if (value[length - 1] == 'f') {
        a->type = 1;
        a->has_f = 1;
        a->f = strtof(value, NULL);
    } else {
        a->type = 2;
        a->has_i = 1;
        a->i = strtoll(value, NULL, 10);
    }
    return a;
}

/* ---- inputs ---- */

static size_t dims_of(const char **at, int64_t *dims)
{
    size_t rank = 0;
    char *end = NULL;
    while ((**at >= '0' && **at <= '9') || **at == '?') {
        dims[rank++] = **at == '?' ? -1 : strtoll(*at, &end, 10);
        if (**at == '?')
            end = text(*at + 1, strlen(*at + 1));
        *at = *end == 'x' ? end + 1 : end;
    }
    return rank;
}

static Onnx__ValueInfoProto *declared(char *name, const int64_t *dims, size_t rank)
{
    Onnx__ValueInfoProto *info = room(1, sizeof *info);
    onnx__value_info_proto__init(info);
    info->name = name;
    info->type = room(1, sizeof *info->type);
    onnx__type_proto__init(info->type);
    Onnx__TensorTypeProto *type = room(1, sizeof *type);
    onnx__tensor_type_proto__init(type);
    info->type->tensor_type = type;
    type->has_elem_type = 1;
    type->elem_type = FLOAT;
    type->shape = room(1, sizeof *type->shape);
    onnx__tensor_shape_proto__init(type->shape);
    type->shape->n_dim = rank;
    type->shape->dim = room(rank, sizeof(void *));
    for (size_t i = 0; i < rank; i++) {
        Onnx__DimensionProto *dim = room(1, sizeof *dim);
        onnx__dimension_proto__init(dim);
        dim->has_dim_value = dims[i] >= 0;
        dim->dim_value = dims[i] >= 0 ? dims[i] : 0;
        dim->dim_param = dims[i] < 0 ? text("n", 1) : NULL;
        type->shape->dim[i] = dim;
    }
    return info;
}

static Onnx__TensorProto *constant(char *name, const char *word, const int64_t *dims, size_t rank,
                                   const char *values)
{
    Onnx__TensorProto *tensor = room(1, sizeof *tensor);
    onnx__tensor_proto__init(tensor);
    tensor->name = name;
    tensor->has_data_type = 1;
    tensor->data_type = word[0] == 'b' ? BOOL : INT64;
    tensor->n_dims = rank;
    tensor->dims = room(rank, sizeof *dims);
    memcpy(tensor->dims, dims, rank * sizeof *dims);
    size_t most = strlen(values) / 2 + 1; /* a digit and a comma each */
    int64_t *list = room(most, sizeof *list);
    int32_t *flags = room(most, sizeof *flags);
    float *floats = room(most, sizeof *floats);
    size_t n = 0;
    values += *values == ':';
    for (char *at = text(values, strlen(values)); *at != '\0'; at += *at == ',', n++) {
        floats[n] = strtof(at, &at);
        list[n] = (int64_t)floats[n];
        flags[n] = (int32_t)list[n];
    }
    if (word[0] == 'f') {
        tensor->data_type = FLOAT;
        tensor->float_data = floats;
        tensor->n_float_data = n;
    } else if (word[0] == 'b') {
        tensor->int32_data = flags;
        tensor->n_int32_data = n;
    } else {
        tensor->int64_data = list;
        tensor->n_int64_data = n;
    }
    return tensor;
}

static void add_input(Onnx__GraphProto *graph, Onnx__NodeProto *node, const char *word)
{
    char name[32];
    int64_t dims[SHIFT__RANK_MAX] = {0};
    if (word[0] == '-') {
        node->input[node->n_input++] = text("", 0);
        return;
    }
    (void)snprintf(name, sizeof name, "in%zu", node->n_input);
    char *kept = text(name, strlen(name));
    bool is_constant = word[0] == 'i' || word[0] == 'b';
    const char *at = word + (is_constant || word[0] == 's' ? 1 : 0);
    size_t rank = dims_of(&at, dims);
    if (is_constant)
        graph->initializer[graph->n_initializer++] = constant(kept, word, dims, rank, at + 1);
    else
        graph->input[graph->n_input++] = declared(kept, dims, rank);
    node->input[node->n_input++] = kept;
}

/* ---- the whole ---- */

static void for_words(const char *words, Onnx__GraphProto *graph, Onnx__NodeProto *node)
{
    char word[WORD];
    int used = 0;
    while (sscanf(words, "%127s%n", word, &used) == 1) {
        if (graph != NULL)
            add_input(graph, node, word);
        else
            node->attribute[node->n_attribute++] = attribute(word, strlen(word));
        words += used;
    }
}

shift__onnx *made_node(const char *op, const char *attributes, const char *inputs, size_t n_outputs,
                       int64_t opset)
{
    Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
    Onnx__GraphProto graph = ONNX__GRAPH_PROTO__INIT;
    Onnx__NodeProto node = ONNX__NODE_PROTO__INIT;
    Onnx__OperatorSetIdProto set = ONNX__OPERATOR_SET_ID_PROTO__INIT;
    Onnx__OperatorSetIdProto *sets[] = {&set};
    Onnx__NodeProto *nodes[] = {&node};
    set.has_version = 1;
    set.version = opset;
    model.has_ir_version = 1;
    model.ir_version = 8;
    model.graph = &graph;
    model.opset_import = sets;
    model.n_opset_import = 1;
    graph.name = text("made", 4);
    graph.node = nodes;
    graph.n_node = 1;
    graph.input = room(16, sizeof(void *));
    graph.initializer = room(16, sizeof(void *));
    graph.output = room(n_outputs, sizeof(void *));
    node.op_type = text(op, strlen(op));
    node.input = room(16, sizeof(void *));
    node.output = room(n_outputs, sizeof(void *));
    node.attribute = room(16, sizeof(void *));
    for_words(attributes, NULL, &node);
    for_words(inputs, &graph, &node);
    for (size_t i = 0; i < n_outputs; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "out%zu", i);
        node.output[node.n_output++] = text(name, strlen(name));
        graph.output[graph.n_output++] = declared(text(name, strlen(name)), NULL, 0);
    }
    size_t n = onnx__model_proto__get_packed_size(&model);
    unsigned char *bytes = room(n, 1);
    (void)onnx__model_proto__pack(&model, bytes);
    shift__onnx *file = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift__onnx_decode(&file, bytes, n, op, NULL, &err);
    ck_assert_msg(status == SHIFT_OK, "%s: %s", op, err.message);
    shift__arena_clear(&arena);
    return file;
}

/* ---- several nodes ---- */

enum { ITEMS = 64 };

static void split(const char *names, char **out, size_t *n)
{
    while (*names != '\0') {
        size_t length = strcspn(names, ",");
        out[(*n)++] = names[0] == '-' ? text("", 0) : text(names, length);
        names += length + (names[length] == ',');
    }
}

static Onnx__NodeProto *made_line_node(const char *line)
{
    char op[WORD];
    char outputs[WORD];
    char inputs[WORD];
    int used = 0;
    Onnx__NodeProto *node = room(1, sizeof *node);
    onnx__node_proto__init(node);
    ck_assert_int_eq(sscanf(line, "%127s %127s %127s%n", op, outputs, inputs, &used), 3);
    node->op_type = text(op, strlen(op));
    node->input = room(ITEMS, sizeof(void *));
    node->output = room(ITEMS, sizeof(void *));
    node->attribute = room(ITEMS, sizeof(void *));
    split(outputs, node->output, &node->n_output);
    if (strcmp(inputs, "none") != 0)
        split(inputs, node->input, &node->n_input);
    for_words(line + used, NULL, node);
    return node;
}

static void add_line(Onnx__GraphProto *graph, Onnx__OperatorSetIdProto *set, const char *line)
{
    char kind[WORD] = "";
    char name[WORD] = "";
    char shape[2 * WORD] = "";
    int64_t dims[SHIFT__RANK_MAX] = {0};
    (void)sscanf(line, "%127s %127s %255s", kind, name, shape);
    char *kept = text(name, strlen(name));
    const char *at = shape;
    size_t rank = dims_of(&at, dims);
    if (strcmp(kind, "opset") == 0)
        set->version = strtoll(name, NULL, 10);
    else if (strcmp(kind, "node") == 0)
        graph->node[graph->n_node++] = made_line_node(line + strlen("node"));
    else if (strcmp(kind, "output") == 0)
        graph->output[graph->n_output++] = declared(kept, NULL, 0);
    else if (strcmp(kind, "input") == 0 || strcmp(kind, "integers") == 0 ||
             strcmp(kind, "booleans") == 0)
        graph->input[graph->n_input++] = declared(kept, dims, rank);
    else
        graph->initializer[graph->n_initializer++] =
            constant(kept, kind, dims, rank, line + strcspn(line, ":"));
    if (strcmp(kind, "integers") == 0)
        graph->input[graph->n_input - 1]->type->tensor_type->elem_type = INT64;
    if (strcmp(kind, "booleans") == 0)
        graph->input[graph->n_input - 1]->type->tensor_type->elem_type = BOOL;
}

unsigned char *made_model(const char *description, size_t *n)
{
    Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
    Onnx__GraphProto graph = ONNX__GRAPH_PROTO__INIT;
    Onnx__OperatorSetIdProto set = ONNX__OPERATOR_SET_ID_PROTO__INIT;
    Onnx__OperatorSetIdProto *sets[] = {&set};
    set.has_version = 1;
    set.version = 13;
    model.graph = &graph;
    model.opset_import = sets;
    model.n_opset_import = 1;
    graph.node = room(ITEMS, sizeof(void *));
    graph.input = room(ITEMS, sizeof(void *));
    graph.output = room(ITEMS, sizeof(void *));
    graph.initializer = room(ITEMS, sizeof(void *));
    while (*description != '\0') {
        size_t length = strcspn(description, "\n");
        add_line(&graph, &set, text(description, length));
        description += length + (description[length] == '\n');
    }
    *n = onnx__model_proto__get_packed_size(&model);
    unsigned char *bytes = malloc(*n);
    ck_assert_ptr_nonnull(bytes);
    (void)onnx__model_proto__pack(&model, bytes);
    shift__arena_clear(&arena);
    return bytes;
}
