/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With onednn_backward.c the only file that sees oneDNN's C interface, that of version 2. Version 3
 * has no operation descriptors: dnnl_*_primitive_desc_create() takes their arguments, and memory
 * descriptors are handles. */
#include "network/onednn.h"

#include <stdlib.h>
#include <string.h>

#ifdef SHIFT_HAVE_ONEDNN
#include <omp.h>

#include "core/memory.h"
#include "network/onednn_private.h"

/* A primitive and what it works in, which is the call's: oneDNN's own is memory of the thread that
 * makes the primitive, and any thread may run it. */
typedef struct work {
    dnnl_primitive_t primitive;
    dnnl_memory_t scratch;
} work;

/* Memory as the caller has it and as the primitive wants it, which may be the same. */
typedef struct operand {
    dnnl_memory_t given, wanted;
    work reorder; /* nothing where they are the same */
} operand;

/* A primitive with its operands; activations have neither weights nor bias. */
struct shift__kernel {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_attr_t attributes;
    dnnl_primitive_desc_t description;
    work work;
    operand in, out, weights;
    dnnl_memory_t bias;
};

static shift_status failed(dnnl_status_t status, shift_error *err)
{
    if (status == dnnl_out_of_memory)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    return shift_error_set(err, SHIFT_EUNSUPPORTED, "oneDNN failed with status %d", (int)status);
}

int shift__onednn_begin(void)
{
    int threads = omp_get_max_threads();
    if (threads != 1)
        omp_set_num_threads(1);
    return threads;
}

void shift__onednn_end(int threads)
{
    if (threads != 1)
        omp_set_num_threads(threads);
}

/* ---- matrix products ---- */

enum {
    LEAST_WORK = 1 << 15 /* multiplications below which the plain loop is as fast */
};

bool shift__onednn_product_add(const shift__product *p)
{
    bool plain = p->a_column == 1;
    if (p->m * p->n * p->k < LEAST_WORK || p->m < 4 || (!plain && p->a_row != 1))
        return false;
    size_t a_row = plain ? p->a_row : p->a_column;
    int threads = shift__onednn_begin();
    dnnl_status_t status = dnnl_sgemm(plain ? 'N' : 'T', 'N', (dnnl_dim_t)p->m, (dnnl_dim_t)p->n,
                                      (dnnl_dim_t)p->k, 1, p->a, (dnnl_dim_t)a_row, p->b,
                                      (dnnl_dim_t)p->b_row, 1, p->c, (dnnl_dim_t)p->c_row);
    shift__onednn_end(threads);
    return status == dnnl_success;
}

/* ---- primitives ---- */

static dnnl_status_t make_work(const shift__kernel *kernel, const_dnnl_primitive_desc_t description,
                               work *out)
{
    const dnnl_memory_desc_t *scratch =
        dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    dnnl_status_t status = dnnl_primitive_create(&out->primitive, description);
    if (status == dnnl_success)
        status = dnnl_memory_create(&out->scratch, scratch, kernel->engine, DNNL_MEMORY_NONE);
    return status;
}

static void free_work(work *w)
{
    (void)dnnl_memory_destroy(w->scratch);
    (void)dnnl_primitive_destroy(w->primitive);
}

/* `arguments` have room for one more than `n`. */
static dnnl_status_t run_work(const shift__kernel *kernel, const work *w, const shift__call *call,
                              dnnl_exec_arg_t *arguments, int n)
{
    const dnnl_memory_desc_t *description = NULL;
    void *scratch = NULL;
    dnnl_status_t status = dnnl_memory_get_memory_desc(w->scratch, &description);
    if (status != dnnl_success)
        return status;
    if (shift__call_scratch(call, dnnl_memory_desc_get_size(description), &scratch) != SHIFT_OK)
        return dnnl_out_of_memory;
    arguments[n] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, w->scratch};
    status = dnnl_memory_set_data_handle(w->scratch, scratch);
    return status == dnnl_success
               ? dnnl_primitive_execute(w->primitive, kernel->stream, n + 1, arguments)
               : status;
}

/* ---- convolutions ---- */

static dnnl_format_tag_t image_tag(size_t rank, bool last)
{
    static const dnnl_format_tag_t first_tags[] = {dnnl_ncw, dnnl_nchw, dnnl_ncdhw};
    static const dnnl_format_tag_t last_tags[] = {dnnl_nwc, dnnl_nhwc, dnnl_ndhwc};
    return last ? last_tags[rank - 3] : first_tags[rank - 3];
}

dnnl_status_t shift__onednn_image(const shift__tensor *tensor, bool last, dnnl_memory_desc_t *out)
{
    dnnl_dims_t dims = {0};
    for (size_t i = 0; i < tensor->rank; i++)
        dims[i] = tensor->dims[i];
    return dnnl_memory_desc_init_by_tag(out, (int)tensor->rank, dims, dnnl_f32,
                                        image_tag(tensor->rank, last));
}

dnnl_status_t shift__onednn_weights(const shift__tensor *weights, int64_t group, bool any,
                                    dnnl_memory_desc_t *out)
{
    static const dnnl_format_tag_t tags[] = {dnnl_abc, dnnl_abcd, dnnl_abcde, dnnl_abcdef};
    dnnl_dims_t dims = {0};
    size_t rank = 0;
    if (group > 1)
        dims[rank++] = group;
    dims[rank++] = weights->dims[0] / group;
    for (size_t i = 1; i < weights->rank; i++)
        dims[rank++] = weights->dims[i];
    return dnnl_memory_desc_init_by_tag(out, (int)rank, dims, dnnl_f32,
                                        any ? dnnl_format_tag_any : tags[rank - 3]);
}

shift__onednn_steps shift__onednn_steps_of(const shift__window *w)
{
    shift__onednn_steps steps = {{0}, {0}, {0}, {0}};
    for (size_t i = 0, k = SHIFT__SPACE - w->axes; i < w->axes; i++, k++) {
        steps.strides[i] = w->stride[k];
        steps.dilations[i] = w->dilation[k] - 1;
        steps.begin[i] = w->begin[k];
        steps.end[i] = w->end[k];
    }
    return steps;
}

static dnnl_status_t describe_conv(shift__kernel *kernel, const shift__call *call,
                                   const shift__window *w)
{
    const shift__window_parameters *p = call->node->parameters;
    dnnl_memory_desc_t in;
    dnnl_memory_desc_t weights;
    dnnl_memory_desc_t bias;
    dnnl_memory_desc_t out;
    dnnl_dims_t channels = {call->out[0]->dims[1]};
    dnnl_status_t status = shift__onednn_image(call->in[0], true, &in);
    if (status == dnnl_success)
        status = shift__onednn_weights(call->in[1], p->group, true, &weights);
    if (status == dnnl_success)
        status = dnnl_memory_desc_init_by_tag(&bias, 1, channels, dnnl_f32, dnnl_x);
    if (status == dnnl_success)
        status = shift__onednn_image(call->out[0], true, &out);
    const shift__onednn_steps steps = shift__onednn_steps_of(w);
    dnnl_convolution_desc_t operation;
    if (status == dnnl_success)
        status = dnnl_dilated_convolution_forward_desc_init(
            &operation, dnnl_forward_inference, dnnl_convolution_direct, &in, &weights,
            shift__input(call, 2) != NULL ? &bias : NULL, &out, steps.strides, steps.dilations,
            steps.begin, steps.end);
    if (status == dnnl_success)
        status = dnnl_primitive_desc_create(&kernel->description, &operation, kernel->attributes,
                                            kernel->engine, NULL);
    return status;
}

/* Memory for `given`, and for what the primitive wants where that is another layout; `into` tells
 * which way the reorder goes. */
static dnnl_status_t make_operand(shift__kernel *kernel, operand *o,
                                  const dnnl_memory_desc_t *given, dnnl_query_t which, bool into)
{
    const dnnl_memory_desc_t *wanted = dnnl_primitive_desc_query_md(kernel->description, which, 0);
    dnnl_status_t status = dnnl_memory_create(&o->given, given, kernel->engine, DNNL_MEMORY_NONE);
    if (status != dnnl_success || dnnl_memory_desc_equal(given, wanted) != 0)
        return status;
    status = dnnl_memory_create(&o->wanted, wanted, kernel->engine, DNNL_MEMORY_ALLOCATE);
    dnnl_primitive_desc_t reorder = NULL;
    if (status == dnnl_success)
        status = dnnl_reorder_primitive_desc_create(&reorder, into ? given : wanted, kernel->engine,
                                                    into ? wanted : given, kernel->engine,
                                                    kernel->attributes);
    if (status == dnnl_success)
        status = make_work(kernel, reorder, &o->reorder);
    (void)dnnl_primitive_desc_destroy(reorder);
    return status;
}

static dnnl_status_t run_reorder(const shift__kernel *kernel, const operand *o,
                                 const shift__call *call, bool into)
{
    if (o->reorder.primitive == NULL)
        return dnnl_success;
    dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_FROM, into ? o->given : o->wanted},
                                    {DNNL_ARG_TO, into ? o->wanted : o->given}};
    return run_work(kernel, &o->reorder, call, arguments, 2);
}

static dnnl_memory_t seen(const operand *o)
{
    return o->wanted != NULL ? o->wanted : o->given;
}

static dnnl_status_t point(dnnl_memory_t memory, const shift__tensor *tensor)
{
    return dnnl_memory_set_data_handle(memory, tensor->data);
}

static dnnl_status_t make_operands(shift__kernel *kernel, const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    const shift__tensor *bias = shift__input(call, 2);
    dnnl_memory_desc_t in;
    dnnl_memory_desc_t weights;
    dnnl_memory_desc_t out;
    dnnl_status_t status = shift__onednn_image(call->in[0], call->in[0]->channels_last, &in);
    if (status == dnnl_success)
        status = shift__onednn_image(call->out[0], call->out[0]->channels_last, &out);
    if (status == dnnl_success)
        status = shift__onednn_weights(call->in[1], p->group, false, &weights);
    if (status == dnnl_success)
        status = make_operand(kernel, &kernel->in, &in, dnnl_query_src_md, true);
    if (status == dnnl_success)
        status = make_operand(kernel, &kernel->out, &out, dnnl_query_dst_md, false);
    if (status == dnnl_success)
        status = make_operand(kernel, &kernel->weights, &weights, dnnl_query_weights_md, true);
    if (status == dnnl_success)
        status = point(kernel->weights.given, call->in[1]);
    if (status == dnnl_success)
        status = run_reorder(kernel, &kernel->weights, call, true);
    if (status != dnnl_success || bias == NULL)
        return status;
    dnnl_memory_desc_t line;
    dnnl_dims_t channels = {call->out[0]->dims[1]};
    status = dnnl_memory_desc_init_by_tag(&line, 1, channels, dnnl_f32, dnnl_x);
    if (status == dnnl_success)
        status = dnnl_memory_create(&kernel->bias, &line, kernel->engine, bias->data);
    return status;
}

static dnnl_status_t make_conv(shift__kernel *kernel, const shift__call *call)
{
    const shift__tensor *weights = call->in[1];
    const shift__tensor *bias = shift__input(call, 2);
    shift__window w;
    if (weights->data == NULL || (bias != NULL && bias->data == NULL) ||
        shift__window_resolve(call, weights->dims + 2, &w) != SHIFT_OK)
        return dnnl_unimplemented;
    dnnl_status_t status = describe_conv(kernel, call, &w);
    if (status == dnnl_success)
        status = make_work(kernel, kernel->description, &kernel->work);
    if (status == dnnl_success)
        status = make_operands(kernel, call);
    if (status == dnnl_success)
        status = dnnl_stream_wait(kernel->stream);
    return status;
}

/* ---- activations: those in which oneDNN keeps seven digits everywhere, and NaN ---- */

static dnnl_status_t make_activation(shift__kernel *kernel, const shift__call *call,
                                     dnnl_alg_kind_t function)
{
    dnnl_memory_desc_t line;
    dnnl_dims_t size = {(dnnl_dim_t)shift__tensor_size(call->in[0])};
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status = dnnl_memory_desc_init_by_tag(&line, 1, size, dnnl_f32, dnnl_x);
    if (status == dnnl_success)
        status = dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_inference, function, &line,
                                                0, 0);
    if (status == dnnl_success)
        status = dnnl_primitive_desc_create(&kernel->description, &operation, kernel->attributes,
                                            kernel->engine, NULL);
    if (status == dnnl_success)
        status = make_work(kernel, kernel->description, &kernel->work);
    if (status == dnnl_success)
        status = make_operand(kernel, &kernel->in, &line, dnnl_query_src_md, true);
    if (status == dnnl_success)
        status = make_operand(kernel, &kernel->out, &line, dnnl_query_dst_md, false);
    return status;
}

static dnnl_status_t make(shift__kernel *kernel, const shift__call *call)
{
    const char *name = call->node->op->name;
    dnnl_status_t status = dnnl_engine_create(&kernel->engine, dnnl_cpu, 0);
    if (status == dnnl_success)
        status = dnnl_stream_create(&kernel->stream, kernel->engine, dnnl_stream_default_flags);
    if (status == dnnl_success)
        status = dnnl_primitive_attr_create(&kernel->attributes);
    if (status == dnnl_success)
        status =
            dnnl_primitive_attr_set_scratchpad_mode(kernel->attributes, dnnl_scratchpad_mode_user);
    if (status != dnnl_success)
        return status;
    if (strcmp(name, "Conv") == 0)
        return make_conv(kernel, call);
    if (strcmp(name, "Sigmoid") == 0)
        return make_activation(kernel, call, dnnl_eltwise_logistic);
    if (strcmp(name, "Tanh") == 0)
        return make_activation(kernel, call, dnnl_eltwise_tanh);
    return dnnl_unimplemented;
}

shift_status shift__kernel_new(shift__kernel **out, const shift__call *call, shift_error *err)
{
    *out = NULL;
    if (shift__tensor_size(call->out[0]) == 0)
        return SHIFT_OK;
    shift__kernel *kernel = NULL;
    shift_status status = shift__alloc(&kernel, 1, sizeof *kernel, err);
    if (status != SHIFT_OK)
        return status;
    int threads = shift__onednn_begin();
    dnnl_status_t made = make(kernel, call);
    shift__onednn_end(threads);
    if (made == dnnl_success) {
        *out = kernel;
        return SHIFT_OK;
    }
    shift__kernel_free(kernel);
    return made == dnnl_out_of_memory ? failed(made, err) : SHIFT_OK;
}

static void free_operand(operand *o)
{
    free_work(&o->reorder);
    (void)dnnl_memory_destroy(o->wanted);
    (void)dnnl_memory_destroy(o->given);
}

void shift__kernel_free(shift__kernel *kernel)
{
    if (kernel == NULL)
        return;
    free_operand(&kernel->in);
    free_operand(&kernel->out);
    free_operand(&kernel->weights);
    (void)dnnl_memory_destroy(kernel->bias);
    free_work(&kernel->work);
    (void)dnnl_primitive_desc_destroy(kernel->description);
    (void)dnnl_primitive_attr_destroy(kernel->attributes);
    (void)dnnl_stream_destroy(kernel->stream);
    (void)dnnl_engine_destroy(kernel->engine);
    free(kernel);
}

shift_status shift__kernel_run(shift__kernel *kernel, const shift__call *call)
{
    dnnl_exec_arg_t arguments[5] = {{DNNL_ARG_SRC, seen(&kernel->in)},
                                    {DNNL_ARG_DST, seen(&kernel->out)}};
    int n = 2;
    if (kernel->weights.given != NULL)
        arguments[n++] = (dnnl_exec_arg_t){DNNL_ARG_WEIGHTS, seen(&kernel->weights)};
    if (kernel->bias != NULL)
        arguments[n++] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, kernel->bias};
    int threads = shift__onednn_begin();
    dnnl_status_t status = point(kernel->in.given, call->in[0]);
    if (status == dnnl_success)
        status = point(kernel->out.given, call->out[0]);
    if (status == dnnl_success)
        status = run_reorder(kernel, &kernel->in, call, true);
    if (status == dnnl_success)
        status = run_work(kernel, &kernel->work, call, arguments, n);
    if (status == dnnl_success)
        status = run_reorder(kernel, &kernel->out, call, false);
    if (status == dnnl_success)
        status = dnnl_stream_wait(kernel->stream);
    shift__onednn_end(threads);
    return status == dnnl_success ? SHIFT_OK : failed(status, call->err);
}

#else

shift_status shift__kernel_new(shift__kernel **out, const shift__call *call, shift_error *err)
{
    (void)call;
    (void)err;
    *out = NULL;
    return SHIFT_OK;
}

void shift__kernel_free(shift__kernel *kernel)
{
    (void)kernel;
}

shift_status shift__kernel_run(shift__kernel *kernel, const shift__call *call)
{
    (void)kernel;
    return shift_error_set(call->err, SHIFT_EUNSUPPORTED, "oneDNN is not in this build");
}

bool shift__onednn_product_add(const shift__product *product)
{
    (void)product;
    return false;
}

#endif
