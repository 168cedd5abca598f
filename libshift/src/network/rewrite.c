/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/rewrite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "network/external.h"
#include "network/initializer.h"

enum { VALUE_INFO_BEFORE_IR = 4 };

shift_status shift__rewrite_pack(const shift__onnx *file, unsigned char **bytes, size_t *n,
                                 shift_error *err)
{
    size_t size = onnx__model_proto__get_packed_size(file->model);
    unsigned char *packed = NULL;
    if (size > INT32_MAX)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: more than 2 GiB with its external data, which a single ONNX "
                               "file cannot hold",
                               file->name);
    shift_status status = shift__alloc(&packed, size, 1, err);
    if (status != SHIFT_OK)
        return status;
    *n = onnx__model_proto__pack(file->model, packed);
    *bytes = packed;
    return SHIFT_OK;
}

static void forget_external(Onnx__TensorProto *tensor)
{
    for (size_t i = 0; i < tensor->n_external_data; i++) {
        onnx__string_string_entry_proto__free_unpacked(tensor->external_data[i], NULL);
    }
    free(tensor->external_data);
    tensor->external_data = NULL;
    tensor->n_external_data = 0;
    tensor->has_data_location = false;
    tensor->data_location = 0;
}

/* Take `bytes` as the data of a tensor, in the place of whatever it had. */
static void give_raw(Onnx__TensorProto *tensor, unsigned char *bytes, size_t n)
{
    free(tensor->float_data);
    tensor->float_data = NULL;
    tensor->n_float_data = 0;
    free(tensor->double_data);
    tensor->double_data = NULL;
    tensor->n_double_data = 0;
    free(tensor->int32_data);
    tensor->int32_data = NULL;
    tensor->n_int32_data = 0;
    if (tensor->has_raw_data)
        free(tensor->raw_data.data);
    forget_external(tensor);
    tensor->has_raw_data = true;
    tensor->raw_data.data = bytes;
    tensor->raw_data.len = n;
}

static shift_status take_in(const shift__onnx *file, Onnx__TensorProto *tensor, shift_error *err)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    if (!shift__external_is(tensor))
        return SHIFT_OK;
    const char *name = tensor->name != NULL ? tensor->name : "";
    shift_status status = shift__external_size(file, tensor, name, &n, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&bytes, n, 1, err);
    if (status == SHIFT_OK)
        status = shift__external_read(file, tensor, name, n, bytes, err);
    if (status != SHIFT_OK) {
        free(bytes);
        return status;
    }
    give_raw(tensor, bytes, n);
    return SHIFT_OK;
}

static shift_status take_in_all(const shift__onnx *file, shift_error *err)
{
    Onnx__GraphProto *graph = file->model->graph;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_initializer; i++)
        status = take_in(file, graph->initializer[i], err);
    for (size_t i = 0; i < graph->n_node; i++)
        for (size_t k = 0; status == SHIFT_OK && k < graph->node[i]->n_attribute; k++)
            if (graph->node[i]->attribute[k]->t != NULL)
                status = take_in(file, graph->node[i]->attribute[k]->t, err);
    return status;
}

shift_status shift__rewrite_begin(shift__onnx **out, const shift__onnx *file, shift_error *err)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift__onnx *copy = NULL;
    shift_status status = shift__rewrite_pack(file, &bytes, &n, err);
    if (status == SHIFT_OK)
        status = shift__onnx_decode(&copy, bytes, n, file->name, file->folder, err);
    free(bytes);
    if (status == SHIFT_OK)
        status = take_in_all(copy, err);
    if (status != SHIFT_OK) {
        shift__onnx_free(copy);
        return status;
    }
    *out = copy;
    return SHIFT_OK;
}

static size_t count_uses(const Onnx__GraphProto *graph, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < graph->n_node; i++)
        for (size_t k = 0; k < graph->node[i]->n_input; k++)
            n += strcmp(graph->node[i]->input[k], name) == 0;
    for (size_t i = 0; i < graph->n_output; i++)
        n += graph->output[i]->name != NULL && strcmp(graph->output[i]->name, name) == 0;
    return n;
}

static Onnx__TensorProto *find_initializer(const Onnx__GraphProto *graph, const char *name)
{
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (graph->initializer[i]->name != NULL && strcmp(graph->initializer[i]->name, name) == 0)
            return graph->initializer[i];
    return NULL;
}

bool shift__rewrite_is_taken(const Onnx__GraphProto *graph, const char *name)
{
    if (find_initializer(graph, name) != NULL || count_uses(graph, name) > 0)
        return true;
    for (size_t i = 0; i < graph->n_node; i++)
        for (size_t k = 0; k < graph->node[i]->n_output; k++)
            if (strcmp(graph->node[i]->output[k], name) == 0)
                return true;
    for (size_t i = 0; i < graph->n_input; i++)
        if (graph->input[i]->name != NULL && strcmp(graph->input[i]->name, name) == 0)
            return true;
    return false;
}

/* "NAME_recalibrated", or with a number where that is taken. */
static shift_status new_name(const Onnx__GraphProto *graph, const char *from, char **out,
                             shift_error *err)
{
    size_t room = strlen(from) + 48;
    char *name = NULL;
    shift_status status = shift__alloc(&name, room, 1, err);
    if (status != SHIFT_OK)
        return status;
    (void)snprintf(name, room, "%s_recalibrated", from);
    for (size_t i = 2; shift__rewrite_is_taken(graph, name); i++)
        (void)snprintf(name, room, "%s_recalibrated_%zu", from, i);
    *out = name;
    return SHIFT_OK;
}

/* Arrays of a message belong to protobuf-c, which frees them by free(). */
static shift_status append(void *array, size_t *n, void *item, shift_error *err)
{
    void **from = NULL;
    void **to = NULL;
    memcpy(&from, array, sizeof from);
    shift_status status = shift__alloc(&to, *n + 1, sizeof *to, err);
    if (status != SHIFT_OK)
        return status;
    if (*n > 0)
        memcpy(to, from, *n * sizeof *to);
    to[(*n)++] = item;
    free(from);
    memcpy(array, &to, sizeof to);
    return SHIFT_OK;
}

typedef struct initializer_shape {
    size_t n;
    int32_t type;
} initializer_shape;

/* Before IR version 4 every initializer is also an input of the graph. */
static shift_status declare_input(const Onnx__ModelProto *model, const char *name,
                                  initializer_shape vector, shift_error *err)
{
    Onnx__ValueInfoProto *info = NULL;
    if (!model->has_ir_version || model->ir_version >= VALUE_INFO_BEFORE_IR)
        return SHIFT_OK;
    Onnx__DimensionProto dimension = ONNX__DIMENSION_PROTO__INIT;
    Onnx__DimensionProto *dimensions = &dimension;
    Onnx__TensorShapeProto shape = ONNX__TENSOR_SHAPE_PROTO__INIT;
    Onnx__TensorTypeProto tensor = ONNX__TENSOR_TYPE_PROTO__INIT;
    Onnx__TypeProto type = ONNX__TYPE_PROTO__INIT;
    Onnx__ValueInfoProto whole = ONNX__VALUE_INFO_PROTO__INIT;
    unsigned char *bytes = NULL;
    dimension.has_dim_value = true;
    dimension.dim_value = (int64_t)vector.n;
    shape.n_dim = 1;
    shape.dim = &dimensions;
    tensor.has_elem_type = true;
    tensor.elem_type = vector.type;
    tensor.shape = &shape;
    type.tensor_type = &tensor;
    whole.type = &type;
    shift_status status = shift__text_copy(&whole.name, name, strlen(name), err);
    if (status != SHIFT_OK)
        return status;
    /* packed and unpacked again, so that all of it is on the heap */
    size_t size = onnx__value_info_proto__get_packed_size(&whole);
    status = shift__alloc(&bytes, size, 1, err);
    if (status == SHIFT_OK)
        (void)onnx__value_info_proto__pack(&whole, bytes);
    free(whole.name);
    if (status != SHIFT_OK)
        return status;
    info = onnx__value_info_proto__unpack(NULL, size, bytes);
    free(bytes);
    if (info == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    status = append(&model->graph->input, &model->graph->n_input, info, err);
    if (status != SHIFT_OK)
        onnx__value_info_proto__free_unpacked(info, NULL);
    return status;
}

static shift_status new_initializer(const Onnx__ModelProto *model, const char *name,
                                    initializer_shape vector, Onnx__TensorProto **out,
                                    shift_error *err)
{
    Onnx__TensorProto *tensor = NULL;
    shift_status status = shift__alloc(&tensor, 1, sizeof *tensor, err);
    if (status != SHIFT_OK)
        return status;
    onnx__tensor_proto__init(tensor);
    status = shift__text_copy(&tensor->name, name, strlen(name), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&tensor->dims, 1, sizeof *tensor->dims, err);
    if (status == SHIFT_OK) {
        tensor->n_dims = 1;
        tensor->dims[0] = (int64_t)vector.n;
        status = append(&model->graph->initializer, &model->graph->n_initializer, tensor, err);
    }
    if (status != SHIFT_OK) {
        onnx__tensor_proto__free_unpacked(tensor, NULL);
        return status;
    }
    *out = tensor;
    return declare_input(model, name, vector, err);
}

/* The tensor that the input has to itself. */
static shift_status own_initializer(shift__onnx *file, char **input, initializer_shape vector,
                                    Onnx__TensorProto **out, shift_error *err)
{
    Onnx__GraphProto *graph = file->model->graph;
    *out = find_initializer(graph, *input);
    if (*out != NULL && count_uses(graph, *input) == 1)
        return SHIFT_OK;
    char *name = NULL;
    shift_status status = new_name(graph, *input, &name, err);
    if (status == SHIFT_OK)
        status = new_initializer(file->model, name, vector, out, err);
    if (status != SHIFT_OK) {
        free(name);
        return status;
    }
    free(*input);
    *input = name;
    return SHIFT_OK;
}

/* Its tensor, if it is an initializer or the value of a Constant, through Identity nodes. */
static const Onnx__TensorProto *find_constant(const Onnx__GraphProto *graph, const char *name)
{
    const Onnx__TensorProto *found = find_initializer(graph, name);
    for (size_t i = graph->n_node; found == NULL && i-- > 0;) { /* producers come before users */
        const Onnx__NodeProto *node = graph->node[i];
        if (node->n_output == 0 || strcmp(node->output[0], name) != 0)
            continue;
        if (strcmp(node->op_type, "Identity") == 0 && node->n_input > 0) {
            name = node->input[0];
            found = find_initializer(graph, name);
        }
        for (size_t k = 0; strcmp(node->op_type, "Constant") == 0 && k < node->n_attribute; k++)
            found = node->attribute[k]->t;
    }
    return found;
}

shift_status shift__rewrite_input(shift__onnx *file, size_t node, size_t input, const float *values,
                                  size_t n, shift_error *err)
{
    Onnx__TensorProto *tensor = NULL;
    unsigned char *bytes = NULL;
    size_t size = 0;
    shift_error what = SHIFT_ERROR_INIT;
    char **name = &file->model->graph->node[node]->input[input];
    const Onnx__TensorProto *old = find_constant(file->model->graph, *name);
    int32_t type = shift__float_type(old != NULL ? old->data_type : 0);
    shift_status status = shift__initializer_encode(type, values, n, &bytes, &size, &what);
    if (status != SHIFT_OK)
        return shift_error_set(err, status, "%s: tensor '%s': %s", file->name, *name, what.message);
    status = own_initializer(file, name, (initializer_shape){n, type}, &tensor, err);
    if (status != SHIFT_OK) {
        free(bytes);
        return status;
    }
    tensor->has_data_type = true;
    tensor->data_type = type;
    give_raw(tensor, bytes, size);
    return SHIFT_OK;
}
