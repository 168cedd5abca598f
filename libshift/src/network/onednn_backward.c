/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of convolutions by oneDNN, which chooses the layouts: plain memory is reordered into
 * them and back. What is made for a call is oneDNN's to keep, in its cache of primitives; what it
 * works in is the calling thread's, which makes, runs and destroys it. */
#include "network/onednn.h"

#include <string.h>

#ifdef SHIFT_HAVE_ONEDNN
#include "network/onednn_private.h"

/* A tensor of one call: plain memory, and what the primitive wants, which may be the same. */
typedef struct argument {
    int name; /* DNNL_ARG_... */
    dnnl_query_t which;
    dnnl_memory_desc_t plain;
    void *data;
    bool out;
    dnnl_memory_t given, wanted;
} argument;

enum { ARGUMENTS_MOST = 3 };

/* One primitive with its arguments. */
typedef struct work {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_desc_t forward, backward; /* of `forward` only what it says is used */
    dnnl_primitive_t primitive;
    argument arguments[ARGUMENTS_MOST];
    int n;
} work;

/* The descriptions of a convolution: plain, and with the layout left to oneDNN. */
typedef struct convolution {
    dnnl_memory_desc_t in, weights, out;
    dnnl_memory_desc_t any_in, any_weights, any_out;
    shift__onednn_steps steps;
} convolution;

static dnnl_status_t any_layout(const dnnl_memory_desc_t *plain, dnnl_memory_desc_t *out)
{
    return dnnl_memory_desc_init_by_tag(out, plain->ndims, plain->dims, dnnl_f32,
                                        dnnl_format_tag_any);
}

static dnnl_status_t describe(const shift__call *call, const shift__window *w, convolution *c)
{
    const shift__window_parameters *p = call->node->parameters;
    c->steps = shift__onednn_steps_of(w);
    dnnl_status_t status = shift__onednn_image(call->in[0], false, &c->in);
    if (status == dnnl_success)
        status = shift__onednn_image(call->out[0], false, &c->out);
    if (status == dnnl_success)
        status = shift__onednn_weights(call->in[1], p->group, false, &c->weights);
    if (status == dnnl_success)
        status = any_layout(&c->in, &c->any_in);
    if (status == dnnl_success)
        status = any_layout(&c->out, &c->any_out);
    return status == dnnl_success
               ? shift__onednn_weights(call->in[1], p->group, true, &c->any_weights)
               : status;
}

/* ---- one primitive ---- */

static void add(work *w, argument a)
{
    w->arguments[w->n++] = a;
}

static dnnl_status_t reorder(const work *w, dnnl_memory_t from, dnnl_memory_t to)
{
    const dnnl_memory_desc_t *a = NULL;
    const dnnl_memory_desc_t *b = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_t primitive = NULL;
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    dnnl_status_t status = dnnl_memory_get_memory_desc(from, &a);
    if (status == dnnl_success)
        status = dnnl_memory_get_memory_desc(to, &b);
    if (status == dnnl_success)
        status = dnnl_reorder_primitive_desc_create(&description, a, w->engine, b, w->engine, NULL);
    if (status == dnnl_success)
        status = dnnl_primitive_create(&primitive, description);
    if (status == dnnl_success)
        status = dnnl_primitive_execute(primitive, w->stream, 2, arguments);
    if (status == dnnl_success)
        status = dnnl_stream_wait(w->stream);
    (void)dnnl_primitive_destroy(primitive);
    (void)dnnl_primitive_desc_destroy(description);
    return status;
}

static dnnl_status_t take(const work *w, argument *a)
{
    const dnnl_memory_desc_t *wanted = dnnl_primitive_desc_query_md(w->backward, a->which, 0);
    dnnl_status_t status = dnnl_memory_create(&a->given, &a->plain, w->engine, a->data);
    if (status != dnnl_success || dnnl_memory_desc_equal(&a->plain, wanted) != 0)
        return status;
    status = dnnl_memory_create(&a->wanted, wanted, w->engine, DNNL_MEMORY_ALLOCATE);
    return status == dnnl_success && !a->out ? reorder(w, a->given, a->wanted) : status;
}

static dnnl_status_t execute(work *w)
{
    dnnl_exec_arg_t list[ARGUMENTS_MOST];
    dnnl_status_t status = dnnl_primitive_create(&w->primitive, w->backward);
    for (int i = 0; status == dnnl_success && i < w->n; i++) {
        argument *a = &w->arguments[i];
        status = take(w, a);
        list[i] = (dnnl_exec_arg_t){a->name, a->wanted != NULL ? a->wanted : a->given};
    }
    if (status == dnnl_success)
        status = dnnl_primitive_execute(w->primitive, w->stream, w->n, list);
    if (status == dnnl_success)
        status = dnnl_stream_wait(w->stream);
    for (int i = 0; status == dnnl_success && i < w->n; i++)
        if (w->arguments[i].out && w->arguments[i].wanted != NULL)
            status = reorder(w, w->arguments[i].wanted, w->arguments[i].given);
    return status;
}

static void clear(work *w)
{
    for (int i = 0; i < w->n; i++) {
        (void)dnnl_memory_destroy(w->arguments[i].given);
        (void)dnnl_memory_destroy(w->arguments[i].wanted);
    }
    (void)dnnl_primitive_destroy(w->primitive);
    (void)dnnl_primitive_desc_destroy(w->backward);
    (void)dnnl_primitive_desc_destroy(w->forward);
    (void)dnnl_stream_destroy(w->stream);
    (void)dnnl_engine_destroy(w->engine);
}

/* Backward descriptions are made for a forward one. */
static dnnl_status_t begin(work *w, const convolution *c)
{
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_engine_create(&w->engine, dnnl_cpu, 0);
    if (status == dnnl_success)
        status = dnnl_stream_create(&w->stream, w->engine, dnnl_stream_default_flags);
    if (status == dnnl_success)
        status = dnnl_dilated_convolution_forward_desc_init(
            &operation, dnnl_forward_training, dnnl_convolution_direct, &c->any_in, &c->any_weights,
            NULL, &c->any_out, c->steps.strides, c->steps.dilations, c->steps.begin, c->steps.end);
    return status == dnnl_success
               ? dnnl_primitive_desc_create(&w->forward, &operation, NULL, w->engine, NULL)
               : status;
}

/* ---- the two gradients ---- */

static dnnl_status_t to_image(const shift__call *call, const convolution *c)
{
    work w = {.n = 0};
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = begin(&w, c);
    if (status == dnnl_success)
        status = dnnl_dilated_convolution_backward_data_desc_init(
            &operation, dnnl_convolution_direct, &c->any_in, &c->any_weights, &c->any_out,
            c->steps.strides, c->steps.dilations, c->steps.begin, c->steps.end);
    if (status == dnnl_success)
        status = dnnl_primitive_desc_create(&w.backward, &operation, NULL, w.engine, w.forward);
    add(&w, (argument){DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md, c->out,
                       call->out_gradient[0]->data, false, NULL, NULL});
    add(&w, (argument){DNNL_ARG_WEIGHTS, dnnl_query_weights_md, c->weights, call->in[1]->data,
                       false, NULL, NULL});
    add(&w, (argument){DNNL_ARG_DIFF_SRC, dnnl_query_diff_src_md, c->in, call->in_gradient[0]->data,
                       true, NULL, NULL});
    if (status == dnnl_success)
        status = execute(&w);
    clear(&w);
    return status;
}

static dnnl_status_t to_weights(const shift__call *call, const convolution *c)
{
    work w = {.n = 0};
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = begin(&w, c);
    if (status == dnnl_success)
        status = dnnl_dilated_convolution_backward_weights_desc_init(
            &operation, dnnl_convolution_direct, &c->any_in, &c->any_weights, NULL, &c->any_out,
            c->steps.strides, c->steps.dilations, c->steps.begin, c->steps.end);
    if (status == dnnl_success)
        status = dnnl_primitive_desc_create(&w.backward, &operation, NULL, w.engine, w.forward);
    add(&w, (argument){DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md, c->out,
                       call->out_gradient[0]->data, false, NULL, NULL});
    add(&w,
        (argument){DNNL_ARG_SRC, dnnl_query_src_md, c->in, call->in[0]->data, false, NULL, NULL});
    add(&w, (argument){DNNL_ARG_DIFF_WEIGHTS, dnnl_query_diff_weights_md, c->weights,
                       call->in_gradient[1]->data, true, NULL, NULL});
    if (status == dnnl_success)
        status = execute(&w);
    clear(&w);
    return status;
}

static size_t work_of(const shift__call *call)
{
    const shift__tensor *weights = call->in[1];
    const shift__tensor *out = call->out[0];
    return shift__tensor_span(weights, 1, weights->rank) * shift__tensor_size(out);
}

bool shift__onednn_conv_backward(const shift__call *call)
{
    enum { LEAST_WORK = 1 << 18 }; /* below, making a primitive takes longer */
    convolution c;
    shift__window w;
    if (work_of(call) < LEAST_WORK ||
        shift__window_resolve(call, call->in[1]->dims + 2, &w) != SHIFT_OK)
        return false;
    int threads = shift__onednn_begin();
    dnnl_status_t status = describe(call, &w, &c);
    if (status == dnnl_success && call->in_gradient[1] != NULL)
        status = to_weights(call, &c);
    if (status == dnnl_success && call->in_gradient[0] != NULL)
        status = to_image(call, &c);
    shift__onednn_end(threads);
    for (size_t i = 0; status != dnnl_success && i < 2; i++)
        if (call->in_gradient[i] != NULL)
            memset(call->in_gradient[i]->data, 0,
                   shift__tensor_size(call->in_gradient[i]) * sizeof(float));
    return status == dnnl_success;
}

#else

bool shift__onednn_conv_backward(const shift__call *call)
{
    (void)call;
    return false;
}

#endif
