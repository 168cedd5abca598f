/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a network over a data set, batch after batch, into a layer profile. */
#include <stdlib.h>
#include <string.h>

#include "network/batches.h"

#include "core/null.h"
#include "core/options.h"
#include "network/capture.h"
#include "network/layer_activate.h"
#include "network/network.h"

/* Numbers kept of all layers together: values one by one, bins of histograms, and two for each
 * channel of a sampled row. 64, 32 (96 once a channel has 2^24 values) and 16 MB. */
enum {
    MOST_VALUES = 1 << 24,
    MOST_COUNTS = 1 << 22,
    LEAST_BINS = 64,
    MOST_ROWS = 2048,
    LEAST_ROWS = 64
};

typedef struct run_state {
    const shift_network *network;
    const shift_layer_options *options;
    shift__rows *rows;
    shift__layers sites;
    shift__capture capture;
    shift__capture_batch *batches; /* one a thread */
    size_t n_batches;
} run_state;

static size_t clamp(size_t value, size_t least, size_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* The shapes of the first batch say how many bins and rows there is room for. */
static shift_status begin_profile(run_state *s, const shift__execution *execution, shift_error *err)
{
    shift_layer_profile *profile = s->capture.profile;
    size_t channels = 0;
    size_t tensors = 0;
    for (size_t i = 0; i < s->sites.n; i++) {
        size_t of_site = 0;
        size_t positions = 0;
        size_t looked_at = s->sites.sites[i].both ? 2 : 1;
        shift__channels_of(shift__execution_value(execution, s->sites.sites[i].seen), &of_site,
                           &positions);
        channels += of_site * looked_at;
        tensors += looked_at;
    }
    channels = channels > 0 ? channels : 1;
    size_t bins = clamp(MOST_COUNTS / channels, LEAST_BINS, SHIFT__BINS_MOST);
    s->capture.bins = s->options->moments ? 0 : shift__bins_near(bins);
    profile->most = clamp(MOST_COUNTS / 2 / channels, LEAST_ROWS, MOST_ROWS);
    profile->most_values = s->options->exact ? SIZE_MAX : MOST_VALUES / (tensors + 1);
    shift_status status = shift__alloc(&profile->layers, s->sites.n, sizeof *profile->layers, err);
    if (status == SHIFT_OK)
        profile->n_layers = s->sites.n;
    return status;
}

/* A row of a batch that is run at the same time, or of this one before row `r`, gives its slot up.
 */
static void take_slot(run_state *s, size_t batch, size_t r, size_t slot)
{
    for (size_t b = 0; b <= batch; b++) {
        shift__capture_batch *other = &s->batches[b];
        for (size_t k = 0; k < (b == batch ? r : other->rows); k++)
            if (other->slots[k] == slot)
                other->slots[k] = SIZE_MAX;
    }
}

/* Reservoir sampling (Vitter 1985, algorithm R): each row so far is in the sample with the same
 * probability. */
static void choose_slots(run_state *s, const shift__batch *batch)
{
    shift_layer_profile *profile = s->capture.profile;
    size_t *slots = s->batches[batch->slot].slots;
    for (size_t r = 0; r < batch->rows; r++) {
        if (profile->sampled < profile->most) {
            slots[r] = profile->sampled++;
            continue;
        }
        uint64_t slot = shift__random_below(&profile->random, batch->before + r + 1);
        slots[r] = slot < profile->most ? (size_t)slot : SIZE_MAX;
        if (slots[r] != SIZE_MAX)
            take_slot(s, batch->slot, r, slots[r]);
    }
}

/* The first batch's rows are chosen when there is room for a sample. */
static shift_status begin_batch(void *context, const shift__batch *batch, shift_error *err)
{
    run_state *s = context;
    shift__capture_batch *to = &s->batches[batch->slot];
    (void)err;
    to->before = batch->before;
    to->rows = batch->rows;
    to->labels = (shift__labels){batch->labels, shift__rows_label(s->rows), batch->rows};
    if (batch->before > 0)
        choose_slots(s, batch);
    return SHIFT_OK;
}

static shift_status run_batch(void *context, const shift__batch *batch, shift__execution *execution,
                              shift_error *err)
{
    run_state *s = context;
    shift__tap tap = {s->capture.wanted, shift__capture_see, &s->batches[batch->slot]};
    shift_status status = SHIFT_OK;
    if (batch->before == 0) {
        status = begin_profile(s, execution, err);
        choose_slots(s, batch);
    }
    return status == SHIFT_OK ? shift__execution_run(execution, batch->inputs, &tap, err) : status;
}

static shift_status end_batch(void *context, const shift__batch *batch, shift_error *err)
{
    run_state *s = context;
    return shift__capture_fold(&s->batches[batch->slot], err);
}

static shift_status make_batches(run_state *s, shift_error *err)
{
    size_t most = shift__rows_batch(s->rows);
    size_t threads = shift__rows_threads(s->rows);
    shift_status status = shift__alloc(&s->batches, threads, sizeof *s->batches, err);
    for (size_t i = 0; status == SHIFT_OK && i < threads; i++, s->n_batches++)
        status = shift__capture_batch_begin(&s->batches[i], &s->capture, most, err);
    return status;
}

static shift_status run_all(run_state *s, shift_error *err)
{
    shift_layer_profile *profile = s->capture.profile;
    const shift_layer_profile *like = s->capture.like;
    const shift__batches batches = {
        .graph = s->network->graph,
        .rows = s->rows,
        .options = {.bn = s->options->bn_batch ? SHIFT__BN_BATCH : SHIFT__BN_STORED,
                    .channels_last = true},
        .threads = shift__rows_threads(s->rows),
        .context = s,
        .begin = begin_batch,
        .run = run_batch,
        .end = end_batch};
    shift_status status = make_batches(s, err);
    if (status == SHIFT_OK)
        status = shift__batches_run(&batches, err);
    if (status == SHIFT_OK && profile->rows == 0)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: has no rows", profile->source);
    for (size_t i = 0; status == SHIFT_OK && i < s->n_batches; i++)
        status = shift__capture_end(&s->batches[i], err);
    for (size_t i = 0; status == SHIFT_OK && i < profile->n_layers; i++) {
        status = shift__layer_finish(&profile->layers[i], err);
        if (status == SHIFT_OK)
            status =
                shift__layer_activate(profile->layers, i, s->network->graph, &s->sites.sites[i],
                                      like != NULL ? &like->layers[i] : NULL, err);
    }
    return status;
}

static shift_status name_profile(shift_layer_profile *profile, const shift_network *network,
                                 const char *source, shift_error *err)
{
    char hash[SHIFT__HASH_TEXT];
    shift__network_hash(network, hash);
    shift_status status = shift__text_copy(&profile->source, source, strlen(source), err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&profile->network, network->file->name,
                                  strlen(network->file->name), err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&profile->hash, hash, strlen(hash), err);
    if (status == SHIFT_OK)
        status = shift__network_operators(network, &profile->operators, err);
    profile->bytes = network->file->bytes;
    profile->training = shift_network_training_nodes(network);
    return status;
}

/* By which a second side's columns are found. */
static shift_status name_inputs(shift_layer_profile *profile, const shift__rows *rows,
                                shift_error *err)
{
    shift__columns inputs = shift__rows_inputs(rows);
    shift_status status = shift__alloc(&profile->inputs, inputs.n, sizeof(char *), err);
    for (size_t i = 0; status == SHIFT_OK && i < inputs.n; i++, profile->n_inputs++)
        status =
            shift__text_copy(&profile->inputs[i], inputs.names[i], strlen(inputs.names[i]), err);
    return status;
}

static shift_status name_extra(shift_layer_profile *profile, const shift__rows *rows,
                               shift_error *err)
{
    const char *name = NULL;
    profile->n_extra = shift__rows_unread(rows, &name);
    return name != NULL ? shift__text_copy(&profile->extra, name, strlen(name), err) : SHIFT_OK;
}

static const char *label_of(const shift_layer_profile *profile)
{
    return profile->file != NULL ? profile->file : profile->source;
}

static shift__columns inputs_of(const shift_layer_profile *profile)
{
    if (profile == NULL)
        return (shift__columns){.n = 0};
    return (shift__columns){(const char *const *)profile->inputs, profile->n_inputs,
                            label_of(profile)};
}

static const char *mode_of(const shift_layer_profile *profile)
{
    return profile->bn_batch ? "batch" : "stored";
}

static shift_status check_like(const shift_layer_profile *profile, const shift_layer_profile *like,
                               shift_error *err)
{
    bool same = like == NULL || strcmp(profile->hash, like->hash) == 0;
    if (same && (like == NULL || like->bn_batch == profile->bn_batch))
        return SHIFT_OK;
    if (same)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                               "%s: profile of layers by the %s statistics of Batch Normalization, "
                               "expected one by the %s statistics",
                               label_of(like), mode_of(like), mode_of(profile));
    return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                           "%s: profile of the layers of another network (%s, hash %s), not of %s "
                           "(hash %s)",
                           label_of(like), like->network, like->hash, profile->network,
                           profile->hash);
}

/* The part that is open; those from `rest` on are not. */
typedef struct opened_parts {
    shift_source *first;
    const shift_source_parts *parts; /* NULL: there are no others */
    size_t rest;
} opened_parts;

static shift_status read_profile(run_state *s, const opened_parts *from,
                                 const shift_network_data_options *data, shift_error *err)
{
    shift_layer_profile *profile = s->capture.profile;
    const char *name = from->parts != NULL ? from->parts->name : shift_source_name(from->first);
    shift_status status = name_profile(profile, s->network, name, err);
    if (status == SHIFT_OK)
        status = check_like(profile, s->options->like, err);
    if (status == SHIFT_OK)
        status = shift__layers_find(&s->sites, s->network->graph, err);
    const shift_layer_profile *like = s->options->like;
    if (status == SHIFT_OK && like != NULL && like->n_layers != s->sites.n)
        status = shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                 "%s: layer profile with %zu layers; the network has %zu",
                                 label_of(like), like->n_layers, s->sites.n);
    /* what leaves follows from what enters by the stored statistics, but not by a batch's */
    for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++)
        if (s->sites.sites[i].kind == SHIFT__SITE_BN)
            s->sites.sites[i].both = profile->bn_batch;
        else if (profile->bn_batch)
            s->sites.sites[i].source = SIZE_MAX;
    if (status == SHIFT_OK)
        status = shift__capture_begin(&s->capture, s->network->graph, err);
    shift__columns inputs = inputs_of(like);
    if (status == SHIFT_OK)
        status = shift__rows_new_like(&s->rows, s->network->graph, from->first, data, &inputs, err);
    if (status == SHIFT_OK)
        status = name_inputs(profile, s->rows, err);
    if (status == SHIFT_OK)
        status = name_extra(profile, s->rows, err);
    if (status == SHIFT_OK && from->parts != NULL)
        shift__rows_follow(s->rows, from->parts, from->rest);
    return status == SHIFT_OK ? run_all(s, err) : status;
}

static shift_status read_opened(shift_layer_profile **out, const shift_network *network,
                                const opened_parts *from, const shift_network_data_options *data,
                                const shift_layer_options *options, shift_error *err)
{
    shift_layer_options complete = SHIFT_LAYER_OPTIONS_INIT;
    run_state s = {.network = network, .options = &complete};
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, options, "shift_layer_options", err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s.capture.profile, 1, sizeof *s.capture.profile, err);
    if (status != SHIFT_OK)
        return status;
    shift_layer_profile *profile = s.capture.profile;
    profile->seed = s.options->seed;
    profile->bn_batch = s.options->bn_batch;
    shift__random_init(&profile->random, profile->seed, s.options->like != NULL ? 1 : 0);
    s.capture.sites = &s.sites;
    s.capture.like = s.options->like;
    status = read_profile(&s, from, data, err);
    for (size_t i = 0; i < s.n_batches; i++)
        shift__capture_batch_clear(&s.batches[i]);
    free(s.batches);
    shift__rows_free(s.rows);
    shift__capture_clear(&s.capture);
    shift__layers_clear(&s.sites);
    if (status != SHIFT_OK) {
        shift_layer_profile_free(profile);
        return status;
    }
    *out = profile;
    return SHIFT_OK;
}

shift_status shift_layer_profile_read(shift_layer_profile **out, const shift_network *network,
                                      shift_source *source, const shift_network_data_options *data,
                                      const shift_layer_options *options, shift_error *err)
{
    const opened_parts from = {source, NULL, 0};
    if (SHIFT__ANY_NULL(err, out, network, source))
        return SHIFT_EINVAL;
    return read_opened(out, network, &from, data, options, err);
}

shift_status shift_layer_profile_read_parts(shift_layer_profile **out, const shift_network *network,
                                            const shift_source_parts *parts,
                                            const shift_network_data_options *data,
                                            const shift_layer_options *options, shift_error *err)
{
    opened_parts from = {NULL, parts, 0};
    if (SHIFT__ANY_NULL(err, out, network, parts) ||
        SHIFT__ANY_NULL(err, parts->name, parts->specs))
        return SHIFT_EINVAL;
    if (parts->n == 0)
        return shift_error_set(err, SHIFT_EINVAL, "%s: no part was given", parts->name);
    shift_status status = SHIFT_ENODATA;
    while (status == SHIFT_ENODATA && from.rest < parts->n)
        status = shift_source_open(&from.first, parts->specs[from.rest++], parts->options, err);
    if (status == SHIFT_OK)
        status = read_opened(out, network, &from, data, options, err);
    shift_source_close(from.first);
    return status;
}
