/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that put tensors together and take parts of them. They move elements of any type. */
#include <inttypes.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"

static shift_status parse_axis(shift__attributes *a, shift__node *node)
{
    shift__axis_parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL)
        p->axis = shift__attribute_int(a, "axis", 0);
    node->parameters = p;
    return shift__attributes_status(a);
}

static size_t resolved(int64_t axis, size_t rank)
{
    return (size_t)(axis < 0 ? axis + (int64_t)rank : axis);
}

/* ---- Concat ---- */

static shift_status infer_concat(const shift__call *call)
{
    const shift__axis_parameters *p = call->node->parameters;
    shift__tensor all = *call->in[0];
    size_t axis = 0;
    shift_status status = shift__axis(call, p->axis, all.rank, &axis);
    for (size_t i = 1; status == SHIFT_OK && i < call->node->n_in; i++) {
        const shift__tensor *in = call->in[i];
        bool fits = in->rank == all.rank && in->dtype == all.dtype;
        for (size_t k = 0; fits && k < all.rank; k++)
            fits = k == axis || in->dims[k] == all.dims[k];
        char first[SHIFT__SHAPE_TEXT];
        char other[SHIFT__SHAPE_TEXT];
        if (!fits || __builtin_add_overflow(all.dims[axis], in->dims[axis], &all.dims[axis]))
            return shift__call_refuse(call, "%s %s and %s %s do not fit together",
                                      shift__dtype_name(all.dtype),
                                      shift__shape_text(call->in[0], first),
                                      shift__dtype_name(in->dtype), shift__shape_text(in, other));
    }
    shift__set_shape(call->out[0], all.dtype, all.rank, all.dims);
    return status;
}

static shift_status forward_concat(const shift__call *call)
{
    const shift__axis_parameters *p = call->node->parameters;
    const shift__tensor *out = call->out[0];
    size_t axis = resolved(p->axis, out->rank);
    size_t width = shift__dtype_size(out->dtype);
    size_t whole = shift__tensor_span(out, axis, out->rank) * width;
    unsigned char *to = out->data;
    for (size_t i = 0; i < call->node->n_in; i++) {
        const shift__tensor *in = call->in[i];
        const unsigned char *from = in->data;
        size_t part = shift__tensor_span(in, axis, in->rank) * width;
        for (size_t r = 0; part > 0 && r < shift__tensor_span(in, 0, axis); r++)
            memcpy(to + r * whole, from + r * part, part);
        to += part;
    }
    return SHIFT_OK;
}

/* ---- Split: sizes are an attribute before opset 13, an input since; by default they are equal
 * ---- */

typedef struct split_parameters {
    int64_t axis;
    shift__ints sizes;
} split_parameters;

static shift_status parse_split(shift__attributes *a, shift__node *node)
{
    split_parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL) {
        p->axis = shift__attribute_int(a, "axis", 0);
        if (a->opset < 13)
            p->sizes = shift__attribute_ints(a, "split");
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status infer_split(const shift__call *call)
{
    const split_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const int64_t *sizes = p->sizes.given ? p->sizes.values : NULL;
    size_t n = p->sizes.n;
    size_t axis = 0;
    shift_status status = shift__axis(call, p->axis, in->rank, &axis);
    if (status == SHIFT_OK && shift__input(call, 1) != NULL) {
        status = shift__expect_known(call, 1);
        sizes = shift__integers(call->in[1]);
        n = shift__tensor_size(call->in[1]);
    }
    if (status != SHIFT_OK)
        return status;
    int64_t parts = (int64_t)call->node->n_out;
    int64_t left = in->dims[axis];
    if (sizes != NULL ? n != call->node->n_out : left % parts != 0)
        return shift__call_refuse(
            call, "axis of size %" PRId64 " does not split into %" PRId64 " outputs", left, parts);
    for (size_t i = 0; i < call->node->n_out; i++) {
        int64_t size = sizes != NULL ? sizes[i] : in->dims[axis] / parts;
        if (size < 0 || size > left)
            return shift__call_refuse(call, "sizes do not sum to %" PRId64, in->dims[axis]);
        left -= size;
        shift__set_shape(call->out[i], in->dtype, in->rank, in->dims);
        if (call->out[i] != NULL)
            call->out[i]->dims[axis] = size;
        else if (size != 0)
            return shift__call_refuse(call, "output %zu has no name", i);
    }
    return left == 0 ? SHIFT_OK
                     : shift__call_refuse(call, "sizes do not sum to %" PRId64, in->dims[axis]);
}

static shift_status forward_split(const shift__call *call)
{
    const split_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    size_t axis = resolved(p->axis, in->rank);
    size_t width = shift__dtype_size(in->dtype);
    size_t whole = shift__tensor_span(in, axis, in->rank) * width;
    const unsigned char *from = in->data;
    for (size_t i = 0; i < call->node->n_out; i++) {
        const shift__tensor *out = call->out[i];
        if (out == NULL)
            continue;
        unsigned char *to = out->data;
        size_t part = shift__tensor_span(out, axis, out->rank) * width;
        for (size_t r = 0; part > 0 && r < shift__tensor_span(in, 0, axis); r++)
            memcpy(to + r * part, from + r * whole, part);
        from += part;
    }
    return SHIFT_OK;
}

/* ---- Gather ---- */

static shift_status infer_gather(const shift__call *call)
{
    const shift__axis_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *indices = call->in[1];
    int64_t dims[2 * SHIFT__RANK_MAX];
    size_t axis = 0;
    shift_status status = shift__axis(call, p->axis, in->rank, &axis);
    if (status == SHIFT_OK && indices->dtype != SHIFT__INT64)
        status = shift__call_refuse(call, "indices are %s", shift__dtype_name(indices->dtype));
    if (status == SHIFT_OK && in->rank + indices->rank - 1 > SHIFT__RANK_MAX)
        status = shift__call_refuse(call, "the output would have too many axes");
    if (status != SHIFT_OK)
        return status;
    memcpy(dims, in->dims, axis * sizeof *dims);
    memcpy(dims + axis, indices->dims, indices->rank * sizeof *dims);
    memcpy(dims + axis + indices->rank, in->dims + axis + 1, (in->rank - axis - 1) * sizeof *dims);
    shift__set_shape(call->out[0], in->dtype, in->rank + indices->rank - 1, dims);
    return SHIFT_OK;
}

static shift_status forward_gather(const shift__call *call)
{
    const shift__axis_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const int64_t *indices = shift__integers(call->in[1]);
    size_t n = shift__tensor_size(call->in[1]);
    size_t axis = resolved(p->axis, in->rank);
    int64_t size = in->dims[axis];
    size_t part = shift__tensor_span(in, axis + 1, in->rank) * shift__dtype_size(in->dtype);
    const unsigned char *from = in->data;
    unsigned char *to = call->out[0]->data;
    for (size_t r = 0; r < shift__tensor_span(in, 0, axis); r++, from += (size_t)size * part)
        for (size_t i = 0; i < n; i++, to += part) {
            int64_t index = indices[i] < 0 ? indices[i] + size : indices[i];
            if (index < 0 || index >= size)
                return shift__call_refuse(call, "index %" PRId64 " on an axis of size %" PRId64,
                                          indices[i], size);
            if (part > 0)
                memcpy(to, from + (size_t)index * part, part);
        }
    return SHIFT_OK;
}

/* ---- Slice, Expand and Pad: every element of the output is one of the input, found by an affine
 * map of its index along each axis ---- */

typedef struct map {
    int64_t begin[SHIFT__RANK_MAX], step[SHIFT__RANK_MAX];
} map;

/* Copy what `m` says. Lines whose step is 1 are copied whole. */
static void copy_mapped(const shift__tensor *in, const shift__tensor *out, const map *m)
{
    size_t width = shift__dtype_size(in->dtype);
    const unsigned char *from = in->data;
    unsigned char *to = out->data;
    size_t rank = out->rank;
    size_t size = shift__tensor_size(out);
    size_t inner = rank > 0 ? (size_t)out->dims[rank - 1] : 1;
    for (size_t r = 0; inner > 0 && r < size / inner; r++) {
        int64_t at = 0;
        int64_t unit = rank > 0 ? in->dims[rank - 1] : 1;
        size_t rest = r;
        for (size_t k = rank > 0 ? rank - 1 : 0; k-- > 0;) {
            int64_t i = (int64_t)(rest % (size_t)out->dims[k]);
            at += (m->begin[k] + i * m->step[k]) * unit;
            unit *= in->dims[k];
            rest /= (size_t)out->dims[k];
        }
        at += rank > 0 ? m->begin[rank - 1] : 0;
        int64_t step = rank > 0 ? m->step[rank - 1] : 1;
        for (size_t i = 0; step != 1 && i < inner; i++, to += width)
            memcpy(to, from + (size_t)(at + (int64_t)i * step) * width, width);
        if (step == 1) {
            memcpy(to, from + (size_t)at * width, inner * width);
            to += inner * width;
        }
    }
}

static shift_status parse_slice(shift__attributes *a, shift__node *node)
{
    shift__ints *p = shift__attributes_alloc(a, 3 * sizeof *p);
    if (p != NULL && a->opset < 10) {
        p[0] = shift__attribute_ints(a, "starts");
        p[1] = shift__attribute_ints(a, "ends");
        p[2] = shift__attribute_ints(a, "axes");
        if (!p[0].given || !p[1].given)
            (void)shift__attributes_refuse(a, "no starts or no ends");
    } else if (p != NULL && node->n_in < 3) {
        (void)shift__attributes_refuse(a, "no starts or no ends");
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

/* Starts, ends, axes and steps, from attributes or inputs. */
static shift_status slice_lists(const shift__call *call, shift__ints lists[4])
{
    const shift__ints *p = call->node->parameters;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; i < 4; i++) {
        lists[i] = i < 3 ? p[i] : (shift__ints){.given = false};
        const shift__tensor *in = shift__input(call, i + 1);
        if (in == NULL)
            continue;
        status = shift__expect_known(call, i + 1);
        if (status == SHIFT_OK && shift__tensor_size(in) > SHIFT__RANK_MAX)
            status = shift__call_refuse(call, "input %zu is too long", i + 1);
        if (status != SHIFT_OK)
            return status;
        lists[i].given = true;
        lists[i].n = shift__tensor_size(in);
        memcpy(lists[i].values, in->data, lists[i].n * sizeof lists[i].values[0]);
    }
    for (size_t i = 1; i < 4; i++)
        if (lists[i].given && lists[i].n != lists[0].n)
            return shift__call_refuse(call, "starts, ends, axes and steps differ in length");
    return lists[0].n <= call->in[0]->rank ? SHIFT_OK : shift__call_refuse(call, "too many axes");
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* Numpy's rules for one axis. */
static int64_t slice_axis(int64_t start, int64_t end, int64_t step, int64_t size, int64_t *begin)
{
    start = start < 0 && start >= -size ? start + size : start;
    end = end < 0 && end >= -size ? end + size : end;
    if (step > 0) {
        *begin = clamp(start, 0, size);
        end = clamp(end, 0, size);
        return end > *begin ? (end - *begin - 1) / step + 1 : 0;
    }
    if (step == 0)
        return 0; /* has been refused */
    *begin = clamp(start, -1, size - 1);
    end = clamp(end, -1, size - 1);
    return *begin > end ? (*begin - end - 1) / -step + 1 : 0;
}

static shift_status map_slice(const shift__call *call, map *m, int64_t *dims)
{
    const shift__tensor *in = call->in[0];
    shift__ints lists[4];
    bool seen[SHIFT__RANK_MAX] = {false};
    shift_status status = slice_lists(call, lists);
    for (size_t i = 0; status == SHIFT_OK && i < in->rank; i++) {
        m->begin[i] = 0;
        m->step[i] = 1;
        dims[i] = in->dims[i];
    }
    for (size_t i = 0; status == SHIFT_OK && i < lists[0].n; i++) {
        size_t axis = i;
        int64_t step = lists[3].given ? lists[3].values[i] : 1;
        if (lists[2].given)
            status = shift__axis(call, lists[2].values[i], in->rank, &axis);
        if (status == SHIFT_OK && (step == 0 || step == INT64_MIN || seen[axis]))
            status = shift__call_refuse(call, "step %" PRId64 " on axis %zu", step, axis);
        if (status != SHIFT_OK)
            return status;
        seen[axis] = true;
        m->step[axis] = step;
        dims[axis] = slice_axis(lists[0].values[i], lists[1].values[i], step, in->dims[axis],
                                &m->begin[axis]);
    }
    return status;
}

static shift_status infer_slice(const shift__call *call)
{
    map m;
    int64_t dims[SHIFT__RANK_MAX];
    shift_status status = map_slice(call, &m, dims);
    if (status == SHIFT_OK)
        shift__set_shape(call->out[0], call->in[0]->dtype, call->in[0]->rank, dims);
    return status;
}

static shift_status forward_slice(const shift__call *call)
{
    map m;
    int64_t dims[SHIFT__RANK_MAX];
    shift_status status = map_slice(call, &m, dims);
    if (status == SHIFT_OK)
        copy_mapped(call->in[0], call->out[0], &m);
    return status;
}

static shift_status infer_expand(const shift__call *call)
{
    shift__tensor both = *call->in[0];
    shift__tensor wanted = {.rank = 0};
    shift_status status = shift__expect_known(call, 1);
    if (status == SHIFT_OK && shift__tensor_size(call->in[1]) > SHIFT__RANK_MAX)
        status = shift__call_refuse(call, "a shape of too many axes");
    if (status != SHIFT_OK)
        return status;
    shift__set_shape(&wanted, both.dtype, shift__tensor_size(call->in[1]),
                     shift__integers(call->in[1]));
    status = shift__broadcast(call, &both, &wanted);
    shift__set_shape(call->out[0], both.dtype, both.rank, both.dims);
    return status;
}

static shift_status forward_expand(const shift__call *call)
{
    const shift__tensor *out = call->out[0];
    shift__tensor in = *call->in[0];
    map m = {{0}, {0}};
    size_t missing = out->rank - in.rank;
    for (size_t i = 0; i < out->rank; i++) {
        in.dims[i] = i < missing ? 1 : call->in[0]->dims[i - missing];
        m.step[i] = in.dims[i] == 1 ? 0 : 1;
    }
    in.rank = out->rank;
    copy_mapped(&in, out, &m);
    return SHIFT_OK;
}

const shift__operator shift__piece_operators[] = {
    {"Concat", 1, 4096, 1, SHIFT__ALL_INPUTS, parse_axis, infer_concat, forward_concat,
     shift__backward_moves},
    {"Split", 1, 2, 4096, SHIFT__ANY_OUTPUT, parse_split, infer_split, forward_split,
     shift__backward_moves},
    {"Gather", 2, 2, 1, 0, parse_axis, infer_gather, forward_gather, shift__backward_moves},
    {"Slice", 1, 5, 1, 0, parse_slice, infer_slice, forward_slice, shift__backward_moves},
    {"Expand", 2, 2, 1, 0, NULL, infer_expand, forward_expand, shift__backward_moves},
    {0},
};
