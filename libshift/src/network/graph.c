/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the nodes of a file to a graph: names become numbers, operators are looked up, and what is
 * not valid is refused with the name of the node. */
#include "network/graph.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/build.h"
#include "network/initializer.h"
#include "network/names.h"

enum { OPSET_MAX = 17 };

typedef struct building {
    shift__graph *graph;
    const shift__onnx *file;
    const Onnx__GraphProto *proto;
    shift__names names;
    shift_error *err;
} building;

static const char *text_of(const char *text)
{
    return text != NULL ? text : "";
}

static bool is_standard(const char *domain)
{
    return domain == NULL || domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0;
}

static shift_status read_opset(building *b)
{
    const Onnx__ModelProto *model = b->file->model;
    for (size_t i = 0; i < model->n_opset_import; i++)
        if (is_standard(model->opset_import[i]->domain))
            b->graph->opset = model->opset_import[i]->version;
    if (b->graph->opset >= 1 && b->graph->opset <= OPSET_MAX)
        return SHIFT_OK;
    if (b->graph->opset == 0)
        return shift__onnx_refuse(b->file, b->err, "names no opset");
    return shift_error_set(b->err, SHIFT_EUNSUPPORTED,
                           "%s: opset %" PRId64 " is not supported; at most %d is", b->file->name,
                           b->graph->opset, (int)OPSET_MAX);
}

/* ---- values ---- */

static shift_status add_value(building *b, const char *name, size_t *out)
{
    shift__graph *graph = b->graph;
    if (!shift__names_add(&b->names, name, graph->n_values))
        return shift__onnx_refuse(b->file, b->err, "the name '%s' is defined twice", name);
    graph->values[graph->n_values] = (shift__value){.name = name, .producer = SIZE_MAX};
    *out = graph->n_values++;
    return SHIFT_OK;
}

static shift_status make_room(building *b)
{
    const Onnx__GraphProto *proto = b->proto;
    size_t n = proto->n_initializer + proto->n_input;
    for (size_t i = 0; i < proto->n_node; i++)
        n += proto->node[i]->n_output;
    shift__graph *graph = b->graph;
    shift__arena *arena = &graph->arena;
    shift_status status = shift__names_init(&b->names, n, b->err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &graph->values, n, sizeof *graph->values, b->err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(arena, &graph->nodes, proto->n_node, sizeof *graph->nodes, b->err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &graph->inputs, proto->n_input, sizeof(size_t), b->err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(arena, &graph->outputs, proto->n_output, sizeof(size_t), b->err);
    return status;
}

static shift_status add_initializers(building *b)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < b->proto->n_initializer; i++) {
        const Onnx__TensorProto *proto = b->proto->initializer[i];
        const char *name = text_of(proto->name);
        size_t value = 0;
        if (name[0] == '\0')
            return shift__onnx_refuse(b->file, b->err, "an initializer without a name");
        status = add_value(b, name, &value);
        if (status != SHIFT_OK)
            return status;
        shift__value *v = &b->graph->values[value];
        status = shift__initializer_read(&v->tensor, b->file, proto, name, b->err);
        v->constant = status == SHIFT_OK;
        v->initializer = name;
    }
    return status;
}

static shift_status read_input_shape(building *b, const Onnx__ValueInfoProto *info,
                                     shift__tensor *out)
{
    const char *name = text_of(info->name);
    const Onnx__TensorTypeProto *type = info->type != NULL ? info->type->tensor_type : NULL;
    if (type == NULL || type->shape == NULL)
        return shift_error_set(b->err, SHIFT_EUNSUPPORTED,
                               "%s: input '%s' is no tensor with a number of axes", b->file->name,
                               name);
    if (!shift__element_type(type->elem_type, &out->dtype))
        return shift_error_set(b->err, SHIFT_EUNSUPPORTED,
                               "%s: input '%s' has element type %d (%s), which is not supported",
                               b->file->name, name, (int)type->elem_type,
                               shift__element_type_name(type->elem_type));
    if (type->shape->n_dim > SHIFT__RANK_MAX)
        return shift_error_set(b->err, SHIFT_EUNSUPPORTED,
                               "%s: input '%s' has %zu axes; %d are supported", b->file->name, name,
                               type->shape->n_dim, (int)SHIFT__RANK_MAX);
    out->rank = type->shape->n_dim;
    for (size_t i = 0; i < out->rank; i++) {
        int64_t size = type->shape->dim[i]->dim_value; /* 0 where it has a name or nothing */
        if (size < 0)
            return shift__onnx_refuse(b->file, b->err,
                                      "size %" PRId64 " of axis %zu of input '%s' is negative",
                                      size, i, name);
        out->dims[i] = size > 0 ? size : -1;
    }
    return SHIFT_OK;
}

/* Inputs that are initializers too have a default, which is taken. */
static shift_status add_inputs(building *b)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < b->proto->n_input; i++) {
        const char *name = text_of(b->proto->input[i]->name);
        size_t found = shift__names_find(&b->names, name);
        if (found != SIZE_MAX && b->graph->values[found].constant)
            continue;
        size_t value = 0;
        status = add_value(b, name, &value);
        if (status == SHIFT_OK)
            status = read_input_shape(b, b->proto->input[i], &b->graph->values[value].tensor);
        if (status == SHIFT_OK)
            b->graph->inputs[b->graph->n_inputs++] = value;
    }
    return status;
}

/* ---- nodes ---- */

static shift_status name_node(building *b, shift__node *node, const Onnx__NodeProto *proto)
{
    const char *name = text_of(proto->name);
    if (name[0] != '\0') {
        node->name = name;
        return SHIFT_OK;
    }
    return shift__arena_print(&b->graph->arena, &node->name, b->err, "%s_%zu",
                              text_of(proto->op_type), node->proto);
}

SHIFT_PRINTF(4, 5)
static shift_status refuse_node(building *b, const shift__node *node, const char *type,
                                const char *format, ...)
{
    char what[300];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return shift__onnx_refuse(b->file, b->err, "node '%s' (%s): %s", node->name, type, what);
}

static shift_status find_operator(building *b, shift__node *node, const Onnx__NodeProto *proto)
{
    const char *type = text_of(proto->op_type);
    bool standard = is_standard(proto->domain);
    if (standard)
        node->op = shift__operator_find(type);
    if (node->op == NULL)
        return shift_error_set(
            b->err, SHIFT_EUNSUPPORTED, "%s: node '%s': operator '%s%s%s' is not supported",
            b->file->name, node->name, standard ? "" : proto->domain, standard ? "" : ".", type);
    const shift__operator *op = node->op;
    if (proto->n_input < op->least_in || proto->n_input > op->most_in)
        return refuse_node(b, node, type, "%zu inputs; %u to %u were expected", proto->n_input,
                           op->least_in, op->most_in);
    if (proto->n_output < 1 || proto->n_output > op->most_out)
        return refuse_node(b, node, type, "%zu outputs; 1 to %u were expected", proto->n_output,
                           op->most_out);
    return SHIFT_OK;
}

/* The name may still be defined by a node further down. */
static bool is_defined_later(const building *b, size_t after, const char *name)
{
    for (size_t i = after; i < b->proto->n_node; i++)
        for (size_t k = 0; k < b->proto->node[i]->n_output; k++)
            if (strcmp(text_of(b->proto->node[i]->output[k]), name) == 0)
                return true;
    return false;
}

static shift_status connect_inputs(building *b, shift__node *node, const Onnx__NodeProto *proto)
{
    const char *type = node->op->name;
    shift_status status =
        shift__arena_alloc(&b->graph->arena, &node->in, proto->n_input, sizeof(size_t), b->err);
    for (size_t i = 0; status == SHIFT_OK && i < proto->n_input; i++) {
        const char *name = text_of(proto->input[i]);
        node->in[i] = SHIFT__NO_VALUE;
        if (name[0] == '\0' &&
            (i < node->op->least_in || (node->op->flags & SHIFT__ALL_INPUTS) != 0))
            return refuse_node(b, node, type, "input %zu is left out but is needed", i);
        if (name[0] == '\0')
            continue;
        node->in[i] = shift__names_find(&b->names, name);
        if (node->in[i] != SIZE_MAX)
            continue;
        return is_defined_later(b, node->proto, name)
                   ? refuse_node(b, node, type,
                                 "input '%s' is computed only later: the graph has a cycle or is "
                                 "not in order",
                                 name)
                   : refuse_node(b, node, type, "input '%s' is defined nowhere", name);
    }
    node->n_in = proto->n_input;
    return status;
}

static shift_status connect_outputs(building *b, shift__node *node, const Onnx__NodeProto *proto)
{
    shift_status status =
        shift__arena_alloc(&b->graph->arena, &node->out, proto->n_output, sizeof(size_t), b->err);
    for (size_t i = 0; status == SHIFT_OK && i < proto->n_output; i++) {
        const char *name = text_of(proto->output[i]);
        node->out[i] = SHIFT__NO_VALUE;
        if (name[0] == '\0')
            continue;
        status = add_value(b, name, &node->out[i]);
        if (status == SHIFT_OK)
            b->graph->values[node->out[i]].producer = b->graph->n_nodes;
    }
    node->n_out = proto->n_output;
    if (status == SHIFT_OK && node->out[0] == SHIFT__NO_VALUE &&
        (node->op->flags & SHIFT__ANY_OUTPUT) == 0)
        status = refuse_node(b, node, node->op->name, "its first output has no name");
    return status;
}

static shift_status parse_node(building *b, shift__node *node, const Onnx__NodeProto *proto)
{
    shift_error what = SHIFT_ERROR_INIT;
    shift__attributes attributes = {.file = b->file,
                                    .proto = proto,
                                    .opset = b->graph->opset,
                                    .arena = &b->graph->arena,
                                    .err = &what};
    shift_status status = node->op->parse != NULL ? node->op->parse(&attributes, node)
                                                  : shift__attributes_status(&attributes);
    if (status == SHIFT_OK || status == SHIFT_ENOMEM)
        return status == SHIFT_OK ? status : shift_error_set(b->err, status, "%s", what.message);
    return shift_error_set(b->err, status, "%s: node '%s' (%s): %s", b->file->name, node->name,
                           node->op->name, what.message);
}

static shift_status add_nodes(building *b)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < b->proto->n_node; i++) {
        const Onnx__NodeProto *proto = b->proto->node[i];
        shift__node *node = &b->graph->nodes[b->graph->n_nodes];
        node->proto = i;
        status = name_node(b, node, proto);
        if (status == SHIFT_OK)
            status = find_operator(b, node, proto);
        if (status == SHIFT_OK)
            status = connect_inputs(b, node, proto);
        if (status == SHIFT_OK)
            status = connect_outputs(b, node, proto);
        if (status == SHIFT_OK)
            status = parse_node(b, node, proto);
        b->graph->n_nodes += status == SHIFT_OK;
    }
    return status;
}

static shift_status find_outputs(building *b)
{
    for (size_t i = 0; i < b->proto->n_output; i++) {
        const char *name = text_of(b->proto->output[i]->name);
        size_t value = shift__names_find(&b->names, name);
        if (value == SIZE_MAX)
            return shift__onnx_refuse(b->file, b->err, "output '%s' is defined nowhere", name);
        b->graph->outputs[b->graph->n_outputs++] = value;
    }
    if (b->graph->n_outputs == 0)
        return shift__onnx_refuse(b->file, b->err, "the graph has no output");
    return SHIFT_OK;
}

/* Fields of AttributeProto that hold graphs; our schema leaves them unread. */
static bool holds_graph(const Onnx__AttributeProto *attribute)
{
    enum { GRAPH = 6, GRAPHS = 11 };
    for (unsigned i = 0; i < attribute->base.n_unknown_fields; i++) {
        uint32_t tag = attribute->base.unknown_fields[i].tag;
        if (tag == GRAPH || tag == GRAPHS)
            return true;
    }
    return false;
}

static shift_status refuse_inner_graphs(building *b)
{
    for (size_t i = 0; i < b->proto->n_node; i++) {
        const Onnx__NodeProto *node = b->proto->node[i];
        for (size_t k = 0; k < node->n_attribute; k++)
            if (holds_graph(node->attribute[k]))
                return shift_error_set(
                    b->err, SHIFT_EUNSUPPORTED,
                    "%s: node %zu '%s' (%s) has a graph within itself, as control "
                    "flow has, which is not supported",
                    b->file->name, i, text_of(node->name), text_of(node->op_type));
    }
    return SHIFT_OK;
}

static shift_status read_graph(building *b)
{
    shift_status status = refuse_inner_graphs(b);
    if (status == SHIFT_OK)
        status = read_opset(b);
    if (status == SHIFT_OK)
        status = make_room(b);
    if (status == SHIFT_OK)
        status = add_initializers(b);
    if (status == SHIFT_OK)
        status = add_inputs(b);
    if (status == SHIFT_OK)
        status = add_nodes(b);
    if (status == SHIFT_OK)
        status = find_outputs(b);
    return status;
}

shift_status shift__graph_new(shift__graph **out, const shift__onnx *file, shift_error *err)
{
    shift__graph *graph = NULL;
    shift_status status = shift__alloc(&graph, 1, sizeof *graph, err);
    if (status != SHIFT_OK)
        return status;
    graph->file = file;
    building b = {.graph = graph, .file = file, .proto = file->model->graph, .err = err};
    status = read_graph(&b);
    shift__names_clear(&b.names);
    if (status == SHIFT_OK)
        status = shift__graph_fold(graph, err);
    if (status == SHIFT_OK)
        status = shift__graph_recognise(graph, err);
    if (status == SHIFT_OK)
        status = shift__graph_prune(graph, err);
    if (status != SHIFT_OK) {
        shift__graph_free(graph);
        return status;
    }
    *out = graph;
    return SHIFT_OK;
}

void shift__graph_free(shift__graph *graph)
{
    if (graph == NULL)
        return;
    for (size_t i = 0; i < graph->n_values; i++)
        shift__tensor_clear(&graph->values[i].tensor);
    shift__arena_clear(&graph->arena);
    free(graph);
}

const shift__tensor *shift__graph_constant(const shift__graph *graph, const shift__node *node,
                                           size_t input)
{
    if (input >= node->n_in || node->in[input] == SHIFT__NO_VALUE)
        return NULL;
    const shift__value *value = &graph->values[node->in[input]];
    return value->constant ? &value->tensor : NULL;
}
