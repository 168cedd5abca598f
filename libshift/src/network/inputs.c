/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/inputs.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/tally.h"

enum { VALUES_MOST = 1 << 20 };

typedef struct running {
    const shift__graph *graph;
    const shift__held *held;
    const shift__held_batch *batch;
    shift__layers sites; /* of the inputs' nodes, in the same order */
    shift__inputs inputs;
    bool *wanted;
    size_t logits;
    shift__tally tally;
    shift__lane_block *blocks;
    size_t n_blocks;
} running;

/* ---- which ---- */

static shift_status find_inputs(running *r, shift_error *err)
{
    shift_status status = shift__layers_find(&r->sites, r->graph, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&r->inputs.list, r->sites.n, sizeof *r->inputs.list, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&r->wanted, r->graph->n_values, sizeof *r->wanted, err);
    if (status == SHIFT_OK)
        status = shift__loss_logits(r->graph, &r->logits, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < r->sites.n; i++) {
        shift__site site = r->sites.sites[i];
        if (site.node == SIZE_MAX || site.before == SHIFT__NO_VALUE)
            continue;
        site.seen = site.before;
        r->wanted[site.before] = true;
        r->inputs.list[r->inputs.n].node = site.node;
        r->sites.sites[r->inputs.n++] = site;
    }
    r->wanted[r->logits] = true;
    return SHIFT_OK;
}

/* ---- values ---- */

static size_t common_divisor(size_t a, size_t b)
{
    while (b != 0) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* One of so many of each row's `n` values that it comes by all places. */
static size_t find_stride(size_t n, uint64_t rows)
{
    size_t every = (size_t)ceil((double)n * (double)rows / VALUES_MOST);
    every = every > 0 ? every : 1;
    while (common_divisor(every, n) > 1)
        every++;
    return every;
}

static shift_status begin(const running *r, size_t i, const shift__image *image, shift_error *err)
{
    shift__input *input = &r->inputs.list[i];
    const shift__image row = {image->x, 1, image->channels, image->positions, image->last};
    input->layer.channels = row.channels;
    input->layer.positions = row.positions;
    input->all.every = find_stride(row.channels * row.positions, r->held->rows);
    input->unit0.every = find_stride(row.positions, r->held->rows);
    shift_status status = shift__layer_begin(&input->layer, &r->sites.sites[i], NULL, 0, err);
    for (size_t c = 0; status == SHIFT_OK && c < row.channels; c++) {
        double moments[2];
        shift__image_moments(&row, c, 0, moments);
        input->layer.seen.origin[c] = isfinite(moments[0]) ? moments[0] : 0;
    }
    return status;
}

static shift_status sample(shift__sample *to, const float *x, size_t n, shift_error *err)
{
    shift_status status = shift__array_grow(&to->values, &to->capacity, to->n + n / to->every + 1,
                                            sizeof *to->values, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = (size_t)((to->every - to->seen % to->every) % to->every); i < n; i += to->every)
        to->values[to->n++] = x[i];
    to->seen += n;
    return SHIFT_OK;
}

static shift_status refuse(const running *r, const shift__site *site, const shift__tensor *tensor,
                           shift_error *err)
{
    char shape[SHIFT__SHAPE_TEXT];
    return shift_error_set(err, SHIFT_EUNSUPPORTED,
                           "%s: layer %s (%s): its input has shape %s: expected the rows as the "
                           "first axis and numbers as values",
                           r->graph->file->name, site->name, site->op,
                           shift__shape_text(tensor, shape));
}

static shift_status add_moments(running *r, size_t i, const shift__image *image, shift_error *err)
{
    shift__input *input = &r->inputs.list[i];
    const shift__look look = {.origin = input->layer.seen.origin,
                              .tally = &r->tally,
                              .saturates =
                                  input->layer.saturated != NULL ? &r->sites.sites[i] : NULL};
    shift_status status = shift__tally_begin(&r->tally, image->channels, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&r->blocks, &r->n_blocks, shift__look_blocks(image),
                                   sizeof *r->blocks, err);
    if (status != SHIFT_OK)
        return status;
    input->broken = shift__look_at(&look, image, r->blocks) != SIZE_MAX;
    if (!input->broken)
        shift__tally_fold(&r->tally, &input->layer.seen, input->layer.saturated);
    return SHIFT_OK;
}

static shift_status add_values(running *r, size_t i, const shift__tensor *tensor, shift_error *err)
{
    const shift__site *site = &r->sites.sites[i];
    shift__input *input = &r->inputs.list[i];
    shift__image image = {shift__floats(tensor), r->batch->rows, 0, 0, false};
    shift__channels_of(tensor, &image.channels, &image.positions);
    image.last = image.positions == 1;
    size_t width = image.channels * image.positions;
    if (tensor->dtype != SHIFT__FLOAT32 || tensor->rank == 0 ||
        (size_t)tensor->dims[0] != r->batch->rows || width == 0 ||
        (input->layer.channels != 0 && input->layer.channels != image.channels))
        return refuse(r, site, tensor, err);
    shift_status status = SHIFT_OK;
    if (input->layer.channels == 0)
        status = begin(r, i, &image, err);
    if (status == SHIFT_OK && !input->broken)
        status = add_moments(r, i, &image, err);
    for (size_t k = 0; status == SHIFT_OK && !input->broken && k < image.rows; k++) {
        const float *x = image.x + k * width;
        status = sample(&input->all, x, width, err);
        if (status == SHIFT_OK)
            status = sample(&input->unit0, x, image.positions, err);
    }
    return status;
}

static shift_status add_loss(running *r, const shift__tensor *logits, shift_error *err)
{
    shift_error what = SHIFT_ERROR_INIT;
    shift__tensor gradient = *logits;
    gradient.owns = false;
    shift_status status = shift__tensor_alloc(&gradient, err);
    if (status != SHIFT_OK)
        return status;
    status =
        shift__loss_gradient(SHIFT__CROSS_ENTROPY, logits,
                             &(shift__labels){r->batch->labels, r->held->label, r->batch->rows},
                             &gradient, &r->inputs.sums, &what);
    shift__tensor_clear(&gradient);
    if (status == SHIFT_OK)
        return status;
    return shift_error_set(err, status, "%s: %s",
                           status == SHIFT_EFORMAT ? r->held->data : r->graph->file->name,
                           what.message);
}

static shift_status see(void *context, size_t value, const shift__tensor *tensor, shift_error *err)
{
    running *r = context;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < r->inputs.n; i++)
        if (r->sites.sites[i].before == value)
            status = add_values(r, i, tensor, err);
    return status == SHIFT_OK && value == r->logits ? add_loss(r, tensor, err) : status;
}

/* ---- the whole ---- */

static shift_status run_batches(running *r, shift_error *err)
{
    const shift__execution_options options = {.bn = SHIFT__BN_STORED,
                                              .progress = r->held->progress};
    const shift__tap tap = {r->wanted, see, r};
    shift__execution *execution = NULL;
    size_t planned = 0;
    shift_status status = SHIFT_OK;
    for (size_t b = 0; status == SHIFT_OK && b < r->held->n; b++) {
        r->batch = &r->held->batches[b];
        shift__progress_add(r->held->progress, r->batch->rows);
        if (r->batch->rows != planned) {
            shift__execution_free(execution);
            execution = NULL;
            planned = r->batch->rows;
            status = shift__execution_new(&execution, r->graph, r->batch->inputs, &options, err);
        }
        if (status == SHIFT_OK)
            status = shift__execution_run(execution, r->batch->inputs, &tap, err);
    }
    shift__execution_free(execution);
    return status;
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;
    return (x > y) - (x < y);
}

void shift__sample_sort(shift__sample *s)
{
    if (s->n > 1)
        qsort(s->values, s->n, sizeof *s->values, ascending);
}

shift_status shift__inputs_run(shift__inputs *out, const shift__graph *graph,
                               const shift__held *held, shift_error *err)
{
    running r = {.graph = graph, .held = held};
    shift_status status = find_inputs(&r, err);
    if (status == SHIFT_OK)
        status = run_batches(&r, err);
    for (size_t i = 0; status == SHIFT_OK && i < r.inputs.n; i++) {
        shift__input *input = &r.inputs.list[i];
        if (input->broken)
            continue;
        shift__sample_sort(&input->all);
        shift__sample_sort(&input->unit0);
    }
    shift__layers_clear(&r.sites);
    free(r.wanted);
    shift__tally_clear(&r.tally);
    free(r.blocks);
    if (status != SHIFT_OK) {
        shift__inputs_clear(&r.inputs);
        return status;
    }
    *out = r.inputs;
    return SHIFT_OK;
}

void shift__inputs_clear(shift__inputs *inputs)
{
    for (size_t i = 0; i < inputs->n; i++) {
        shift__layer_clear(&inputs->list[i].layer);
        free(inputs->list[i].all.values);
        free(inputs->list[i].unit0.values);
    }
    free(inputs->list);
    *inputs = (shift__inputs){.n = 0};
}

double shift__sample_quantile(const shift__sample *s, double p)
{
    double place = p * (double)(s->n - 1);
    size_t i = (size_t)place;
    double low = (double)s->values[i];
    return i + 1 < s->n ? low + (place - (double)i) * ((double)s->values[i + 1] - low) : low;
}

void shift__sample_distances(const shift__sample *x, const shift__sample *y, double *ks,
                             double *area)
{
    size_t i = 0;
    size_t k = 0;
    double last = (double)NAN;
    double apart = 0;
    *ks = 0;
    *area = 0;
    while (i < x->n || k < y->n) {
        bool left = k == y->n || (i < x->n && x->values[i] <= y->values[k]);
        double value = (double)(left ? x->values[i] : y->values[k]);
        if (!isnan(last))
            *area += apart * (value - last);
        while (i < x->n && (double)x->values[i] <= value)
            i++;
        while (k < y->n && (double)y->values[k] <= value)
            k++;
        apart = fabs((double)i / (double)x->n - (double)k / (double)y->n);
        *ks = fmax(*ks, apart);
        last = value;
    }
}
