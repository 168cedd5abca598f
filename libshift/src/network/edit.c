/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages are freed by protobuf-c with free(), so all that is put into them is on the heap. */
#include "network/edit.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static shift_status replace_text(char **text, const char *by, shift_error *err)
{
    char *copy = NULL;
    shift_status status = shift__text_copy(&copy, by, strlen(by), err);
    if (status != SHIFT_OK)
        return status;
    if (*text != protobuf_c_empty_string)
        free(*text);
    *text = copy;
    return SHIFT_OK;
}

/* Room for one more pointer at `at`; the list is an array of pointers of any type. */
static shift_status insert_pointer(void *list, size_t *n, size_t at, void *pointer,
                                   shift_error *err)
{
    void **old = NULL;
    void **grown = NULL;
    memcpy(&old, list, sizeof old);
    shift_status status = shift__alloc(&grown, *n + 1, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    if (at > 0)
        memcpy(grown, old, at * sizeof(void *));
    grown[at] = pointer;
    if (*n > at)
        memcpy(grown + at + 1, old + at, (*n - at) * sizeof(void *));
    free(old);
    memcpy(list, &grown, sizeof grown);
    (*n)++;
    return SHIFT_OK;
}

shift_status shift__edit_operator(Onnx__NodeProto *node, const char *op, shift_error *err)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        onnx__attribute_proto__free_unpacked(node->attribute[i], NULL);
    free(node->attribute);
    node->attribute = NULL;
    node->n_attribute = 0;
    return replace_text(&node->op_type, op, err);
}

shift_status shift__edit_float(Onnx__NodeProto *node, const char *name, float value,
                               shift_error *err)
{
    enum { FLOAT = 1 };
    Onnx__AttributeProto *attribute = NULL;
    shift_status status = shift__alloc(&attribute, 1, sizeof *attribute, err);
    if (status != SHIFT_OK)
        return status;
    onnx__attribute_proto__init(attribute);
    attribute->has_type = 1;
    attribute->type = FLOAT;
    attribute->has_f = 1;
    attribute->f = value;
    status = replace_text(&attribute->name, name, err);
    if (status == SHIFT_OK)
        status =
            insert_pointer(&node->attribute, &node->n_attribute, node->n_attribute, attribute, err);
    if (status != SHIFT_OK)
        onnx__attribute_proto__free_unpacked(attribute, NULL);
    return status;
}

shift_status shift__edit_add_input(Onnx__NodeProto *node, const char *name, shift_error *err)
{
    char *copy = NULL;
    shift_status status = shift__text_copy(&copy, name, strlen(name), err);
    if (status == SHIFT_OK)
        status = insert_pointer(&node->input, &node->n_input, node->n_input, copy, err);
    if (status != SHIFT_OK)
        free(copy);
    return status;
}

shift_status shift__edit_set_input(Onnx__NodeProto *node, size_t i, const char *name,
                                   shift_error *err)
{
    return replace_text(&node->input[i], name, err);
}

shift_status shift__edit_insert(Onnx__GraphProto *graph, size_t at, const char *op,
                                const char *output, Onnx__NodeProto **out, shift_error *err)
{
    Onnx__NodeProto *node = NULL;
    char *copy = NULL;
    shift_status status = shift__alloc(&node, 1, sizeof *node, err);
    if (status != SHIFT_OK)
        return status;
    onnx__node_proto__init(node);
    status = replace_text(&node->op_type, op, err);
    if (status == SHIFT_OK)
        status = replace_text(&node->name, output, err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&copy, output, strlen(output), err);
    if (status == SHIFT_OK)
        status = insert_pointer(&node->output, &node->n_output, 0, copy, err);
    if (status == SHIFT_OK) {
        copy = NULL;
        status = insert_pointer(&graph->node, &graph->n_node, at, node, err);
    }
    free(copy);
    if (status != SHIFT_OK) {
        onnx__node_proto__free_unpacked(node, NULL);
        return status;
    }
    *out = node;
    return SHIFT_OK;
}

shift_status shift__edit_add_constant(Onnx__GraphProto *graph, const char *name, size_t n,
                                      float value, shift_error *err)
{
    enum { FLOAT = 1 };
    Onnx__TensorProto *tensor = NULL;
    shift_status status = shift__alloc(&tensor, 1, sizeof *tensor, err);
    if (status != SHIFT_OK)
        return status;
    onnx__tensor_proto__init(tensor);
    tensor->has_data_type = 1;
    tensor->data_type = FLOAT;
    status = replace_text(&tensor->name, name, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&tensor->dims, 1, sizeof *tensor->dims, err);
    if (status == SHIFT_OK) {
        tensor->n_dims = 1;
        tensor->dims[0] = (int64_t)n;
        status = shift__alloc(&tensor->float_data, n, sizeof *tensor->float_data, err);
    }
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        tensor->float_data[i] = value;
    tensor->n_float_data = status == SHIFT_OK ? n : 0;
    if (status == SHIFT_OK)
        status = insert_pointer(&graph->initializer, &graph->n_initializer, graph->n_initializer,
                                tensor, err);
    if (status != SHIFT_OK)
        onnx__tensor_proto__free_unpacked(tensor, NULL);
    return status;
}
