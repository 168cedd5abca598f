/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layer profile as a file. Encoding borrows the profile's arrays; decoding checks every length
 * and takes copies. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/budget.h"
#include "core/null.h"
#include "layer_profile.pb-c.h"
#include "network/layer_file.h"
#include "profile/container.h"

static const shift__container kind = {
    {0x89, 'C', 'S', 'H', 'L', '\r', '\n', 0x1a}, 2, 2, "layer profile"};

/* An empty layer takes two bytes of a file and four hundred of memory; honest files need less than
 * 8 for one, and 14 for a name of an input. */
enum { MEMORY_PER_BYTE = 16 };

static ProtobufCBinaryData bytes_of(char *text)
{
    return (ProtobufCBinaryData){strlen(text), (uint8_t *)text};
}

static void encode_sums(const shift__sums *from, size_t channels, Shift__Layers__Sums *to)
{
    shift__layers__sums__init(to);
    to->n = from->n;
    to->n_origin = to->n_first = to->n_second = to->n_minimum = to->n_maximum = channels;
    to->origin = from->origin;
    to->first = from->first;
    to->second = from->second;
    to->minimum = from->minimum;
    to->maximum = from->maximum;
}

/* The message's counts and places are its own; whoever has the message frees them. */
static shift_status encode_kept(const shift__values *values, const shift__histogram *h,
                                size_t channels, Shift__Layers__Kept *to, shift_error *err)
{
    size_t n = channels * h->bins;
    shift__layers__kept__init(to);
    to->bins = (uint32_t)h->bins;
    to->n_low = to->n_width = h->bins > 0 ? channels : 0;
    to->low = h->low;
    to->width = h->width;
    to->n_values = values->x != NULL ? channels * values->n : 0;
    to->values = values->x;
    if (to->n_values > 0 || n == 0)
        return SHIFT_OK;
    shift_status status = shift__alloc(&to->counts, n, sizeof *to->counts, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&to->places, n, sizeof *to->places, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        to->counts[i] = shift__histogram_count(h, i);
        to->places[i] = shift__histogram_places(h, i);
    }
    to->n_counts = to->n_places = n;
    return status;
}

/* One layer's messages. */
typedef struct parts {
    Shift__Layers__Layer layer;
    Shift__Layers__Sums sums[2];
    Shift__Layers__Kept kept[2]; /* the first one's fields are the layer's own */
} parts;

static void take_in(const Shift__Layers__Kept *kept, Shift__Layers__Layer *to)
{
    to->bins = kept->bins;
    to->n_low = kept->n_low;
    to->low = kept->low;
    to->n_width = kept->n_width;
    to->width = kept->width;
    to->n_counts = kept->n_counts;
    to->counts = kept->counts;
    to->n_places_fixed = kept->n_places;
    to->places_fixed = kept->places;
    to->n_values = kept->n_values;
    to->values = kept->values;
}

static shift_status encode_histograms(const shift__layer *from, parts *to, shift_error *err)
{
    shift_status status =
        encode_kept(&from->values, &from->histogram, from->channels, &to->kept[0], err);
    if (status == SHIFT_OK)
        status = encode_kept(&from->other_values, &from->other_histogram, from->channels,
                             &to->kept[1], err);
    take_in(&to->kept[0], &to->layer);
    to->layer.other_kept = from->other_histogram.bins > 0 ? &to->kept[1] : NULL;
    return status;
}

static void encode_layer(const shift_layer_profile *profile, size_t i, parts *out)
{
    Shift__Layers__Layer *to = &out->layer;
    Shift__Layers__Sums *sums = out->sums;
    const shift__layer *from = &profile->layers[i];
    size_t channels = from->channels;
    shift__layers__layer__init(to);
    to->name = bytes_of(from->name);
    to->op = bytes_of(from->op);
    to->kind = (uint32_t)from->kind;
    to->channels = channels;
    to->positions = from->positions;
    to->seen_is_after = from->seen_is_after;
    encode_sums(&from->seen, channels, &sums[0]);
    to->seen = &sums[0];
    if (from->other.origin != NULL) {
        encode_sums(&from->other, channels, &sums[1]);
        to->other = &sums[1];
    }
    to->n_zero = from->zero != NULL ? channels : 0;
    to->zero = from->zero;
    to->n_saturated = from->saturated != NULL ? channels : 0;
    to->saturated = from->saturated;
    to->n_rows = profile->sampled * 2 * channels;
    to->rows = from->rows;
    to->epsilon = from->epsilon;
    to->n_mean = to->n_variance = to->n_scale = to->n_bias = from->bn ? channels : 0;
    to->mean = from->mean;
    to->variance = from->variance;
    to->scale = from->scale;
    to->bias = from->bias;
}

static void encode_profile(const shift_layer_profile *from, ProtobufCBinaryData *inputs,
                           Shift__Layers__Profile *to)
{
    shift__layers__profile__init(to);
    to->source = bytes_of(from->source);
    to->network = bytes_of(from->network);
    to->hash = bytes_of(from->hash);
    to->operators = bytes_of(from->operators);
    to->bn_batch = from->bn_batch;
    to->training = from->training;
    to->bytes = from->bytes;
    to->rows = from->rows;
    to->seed = from->seed;
    to->sampled = from->sampled;
    to->classes = from->classes;
    to->n_predicted = to->n_probability = from->classes;
    to->predicted = from->predicted;
    to->probability = from->probability;
    to->confidence = from->confidence;
    to->labelled = from->labelled;
    to->right = from->right;
    to->n_sample_class = to->n_sample_confidence = to->n_sample_right =
        from->classes > 0 ? from->sampled : 0;
    to->sample_class = from->sample_class;
    to->sample_confidence = from->sample_confidence;
    to->n_inputs = from->n_inputs;
    for (size_t i = 0; i < from->n_inputs; i++)
        inputs[i] = bytes_of(from->inputs[i]);
    to->inputs = inputs;
}

shift_status shift__layers_encode(const shift_layer_profile *profile, unsigned char **bytes,
                                  size_t *n, shift_error *err)
{
    Shift__Layers__Profile whole;
    parts *layers = NULL;
    Shift__Layers__Layer **list = NULL;
    protobuf_c_boolean *right = NULL;
    ProtobufCBinaryData *inputs = NULL;
    shift_status status = shift__alloc(&layers, profile->n_layers, sizeof *layers, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&list, profile->n_layers, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&right, profile->sampled, sizeof *right, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&inputs, profile->n_inputs, sizeof *inputs, err);
    if (status == SHIFT_OK) {
        encode_profile(profile, inputs, &whole);
        for (size_t i = 0; i < whole.n_sample_right; i++)
            right[i] = profile->sample_right[i];
        whole.sample_right = right;
        whole.layers = list;
        whole.n_layers = profile->n_layers;
    }
    for (size_t i = 0; status == SHIFT_OK && i < profile->n_layers; i++) {
        encode_layer(profile, i, &layers[i]);
        list[i] = &layers[i].layer;
        status = encode_histograms(&profile->layers[i], &layers[i], err);
    }
    if (status == SHIFT_OK) {
        *n = shift__layers__profile__get_packed_size(&whole);
        status = shift__alloc(bytes, *n, 1, err);
    }
    if (status == SHIFT_OK)
        (void)shift__layers__profile__pack(&whole, *bytes);
    for (size_t i = 0; layers != NULL && i < profile->n_layers; i++)
        for (size_t k = 0; k < 2; k++) {
            free(layers[i].kept[k].counts);
            free(layers[i].kept[k].places);
        }
    free(layers);
    free(list);
    free(right);
    free(inputs);
    return status;
}

shift_status shift_layer_profile_save(const shift_layer_profile *profile, const char *path,
                                      shift_error *err)
{
    if (SHIFT__ANY_NULL(err, profile, path))
        return SHIFT_EINVAL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift__layers_encode(profile, &bytes, &n, err);
    if (status == SHIFT_OK)
        status = shift__container_save(&kind, 0, path, bytes, n, err);
    free(bytes);
    return status;
}

bool shift_layer_profile_detect(const char *path)
{
    return shift__container_detect(&kind, path);
}

/* ---- decoding ---- */

/* Where a message is decoded to, and what is said where it does not fit. */
typedef struct decoder {
    const char *name;
    shift_error *err;
    shift_status status; /* the first failure */
} decoder;

static void refuse(decoder *d, const char *what)
{
    if (d->status == SHIFT_OK)
        d->status =
            shift_error_set(d->err, SHIFT_EFORMAT, "%s: damaged layer profile: %s", d->name, what);
}

/* A copy of `n` items, of which `wanted` are expected. */
static void take(decoder *d, void *out, const void *from, size_t n, size_t wanted, size_t size)
{
    void *copy = NULL;
    if (d->status == SHIFT_OK && n != wanted)
        refuse(d, "an array has another length than the layer has channels");
    if (d->status == SHIFT_OK)
        d->status = shift__alloc(&copy, n, size, d->err);
    if (d->status == SHIFT_OK && n > 0)
        memcpy(copy, from, n * size);
    memcpy(out, &copy, sizeof copy);
}

static void take_text(decoder *d, char **out, ProtobufCBinaryData from)
{
    if (d->status == SHIFT_OK && (from.len == 0 || memchr(from.data, 0, from.len) != NULL))
        refuse(d, "a name is empty or holds a NUL byte");
    if (d->status == SHIFT_OK)
        d->status = shift__text_copy(out, (const char *)from.data, from.len, d->err);
}

static void check_finite(decoder *d, const double *values, size_t n)
{
    for (size_t i = 0; d->status == SHIFT_OK && i < n; i++)
        if (!isfinite(values[i]))
            refuse(d, "a number is not finite");
}

static void check_finite_floats(decoder *d, const float *values, size_t n)
{
    for (size_t i = 0; d->status == SHIFT_OK && i < n; i++)
        if (!isfinite(values[i]))
            refuse(d, "a number is not finite");
}

static void decode_sums(decoder *d, const Shift__Layers__Sums *from, size_t channels,
                        shift__sums *to)
{
    to->n = from->n;
    take(d, &to->origin, from->origin, from->n_origin, channels, sizeof(double));
    take(d, &to->first, from->first, from->n_first, channels, sizeof(double));
    take(d, &to->second, from->second, from->n_second, channels, sizeof(double));
    take(d, &to->minimum, from->minimum, from->n_minimum, channels, sizeof(double));
    take(d, &to->maximum, from->maximum, from->n_maximum, channels, sizeof(double));
    if (d->status == SHIFT_OK && to->n == 0)
        refuse(d, "a layer has no values");
    if (d->status != SHIFT_OK)
        return;
    check_finite(d, to->origin, channels);
    check_finite(d, to->first, channels);
    check_finite(d, to->second, channels);
    check_finite(d, to->minimum, channels);
    check_finite(d, to->maximum, channels);
    for (size_t c = 0; d->status == SHIFT_OK && c < channels; c++)
        if (fabs(to->origin[c]) > (double)FLT_MAX)
            refuse(d, "an origin is no mean of values");
}

/* Of values that are zero or saturated, where the layer has them. */
static void decode_shares(decoder *d, const uint64_t *from, size_t n, const shift__layer *layer,
                          uint64_t **to)
{
    if (n == 0)
        return;
    take(d, to, from, n, layer->channels, sizeof **to);
    for (size_t c = 0; d->status == SHIFT_OK && c < layer->channels; c++)
        if ((*to)[c] > layer->seen.n)
            refuse(d, "more values are counted than there are");
}

/* Every value of a channel is counted once. */
static void check_counts(decoder *d, const shift__histogram *h, size_t channels, uint64_t n)
{
    for (size_t c = 0; d->status == SHIFT_OK && c < channels; c++) {
        uint64_t left = n;
        bool fits = true;
        for (size_t i = 0; fits && i < h->bins; i++) {
            uint64_t count = h->counts[c * h->bins + i];
            fits = count <= left;
            left -= fits ? count : 0;
        }
        if (!fits || left > 0)
            refuse(d, "a histogram has another number of values than the layer");
    }
}

static void decode_counts(decoder *d, const Shift__Layers__Kept *from, size_t channels, uint64_t n,
                          shift__histogram *to)
{
    size_t cells = channels * to->bins;
    take(d, &to->counts, from->counts, from->n_counts, cells, sizeof *to->counts);
    check_counts(d, to, channels, n);
    take(d, &to->places, from->places, from->n_places, cells, sizeof *to->places);
}

/* Version 1.0 had places as floats. The caller frees the result. */
static uint64_t *read_old_places(decoder *d, const Shift__Layers__Layer *from)
{
    uint64_t *places = NULL;
    if (d->status == SHIFT_OK)
        d->status = shift__alloc(&places, from->n_places, sizeof *places, d->err);
    for (size_t i = 0; d->status == SHIFT_OK && i < from->n_places; i++)
        if (from->places[i] >= 0 && from->places[i] < 0x1p32F)
            places[i] = (uint64_t)llround(ldexp((double)from->places[i], SHIFT__PLACE_BITS));
        else
            refuse(d, "a place is none");
    return places;
}

static void decode_values(decoder *d, const Shift__Layers__Kept *from, size_t channels, uint64_t of,
                          shift__values *to)
{
    size_t n = from->n_values / channels;
    if (from->n_values % channels != 0 || n != of)
        refuse(d, "an array has another length than the layer has values");
    take(d, &to->x, from->values, from->n_values, from->n_values, sizeof *to->x);
    to->n = n;
    for (size_t i = 0; d->status == SHIFT_OK && i < from->n_values; i++)
        if (!isfinite(to->x[i]) || (i % n > 0 && to->x[i] < to->x[i - 1]))
            refuse(d, "its values are not in ascending order");
}

/* `n` values a channel. */
static void decode_kept(decoder *d, const Shift__Layers__Kept *from, size_t channels, uint64_t n,
                        shift__values *values, shift__histogram *h)
{
    h->bins = from->bins;
    if (h->bins == 0)
        return;
    if (h->bins > SHIFT__BINS_MOST || channels > SIZE_MAX / h->bins)
        refuse(d, "a histogram has too many bins");
    take(d, &h->low, from->low, from->n_low, channels, sizeof(double));
    take(d, &h->width, from->width, from->n_width, channels, sizeof(double));
    if (d->status == SHIFT_OK) {
        check_finite(d, h->low, channels);
        check_finite(d, h->width, channels);
    }
    for (size_t c = 0; d->status == SHIFT_OK && c < channels; c++)
        if (!(h->width[c] > 0))
            refuse(d, "a histogram's bins have no width");
    if (from->n_values > 0)
        decode_values(d, from, channels, n, values);
    else
        decode_counts(d, from, channels, n, h);
}

static void decode_histograms(decoder *d, const Shift__Layers__Layer *from, shift__layer *to)
{
    bool old = from->n_places > 0 && from->n_places_fixed == 0;
    uint64_t *old_places = old ? read_old_places(d, from) : NULL;
    Shift__Layers__Kept own = SHIFT__LAYERS__KEPT__INIT;
    own.bins = from->bins;
    own.n_low = from->n_low;
    own.low = from->low;
    own.n_width = from->n_width;
    own.width = from->width;
    own.n_counts = from->n_counts;
    own.counts = from->counts;
    own.n_places = old ? from->n_places : from->n_places_fixed;
    own.places = old ? old_places : from->places_fixed;
    own.n_values = from->n_values;
    own.values = from->values;
    decode_kept(d, &own, to->channels, to->seen.n, &to->values, &to->histogram);
    free(old_places);
    if (from->other_kept != NULL && from->other == NULL)
        refuse(d, "it has values of a tensor without their moments");
    if (from->other_kept != NULL)
        decode_kept(d, from->other_kept, to->channels, to->other.n, &to->other_values,
                    &to->other_histogram);
}

static void decode_bn(decoder *d, const Shift__Layers__Layer *from, size_t channels,
                      shift__layer *to)
{
    to->bn = to->kind == SHIFT__SITE_BN;
    to->epsilon = from->epsilon;
    if (!to->bn)
        return;
    take(d, &to->mean, from->mean, from->n_mean, channels, sizeof(double));
    take(d, &to->variance, from->variance, from->n_variance, channels, sizeof(double));
    take(d, &to->scale, from->scale, from->n_scale, channels, sizeof(double));
    take(d, &to->bias, from->bias, from->n_bias, channels, sizeof(double));
    if (d->status != SHIFT_OK)
        return;
    check_finite(d, &to->epsilon, 1);
    check_finite(d, to->mean, channels);
    check_finite(d, to->variance, channels);
    check_finite(d, to->scale, channels);
    check_finite(d, to->bias, channels);
}

static void decode_layer(decoder *d, const Shift__Layers__Layer *from, size_t sampled,
                         shift__layer *to)
{
    size_t channels = (size_t)from->channels;
    if (from->kind > SHIFT__SITE_OUTPUT || from->seen == NULL || channels == 0 ||
        channels > SIZE_MAX / 2 / (sampled + 1)) {
        refuse(d, "a layer is none");
        return;
    }
    if (d->status != SHIFT_OK)
        return;
    to->kind = (shift__site_kind)from->kind;
    to->channels = channels;
    to->positions = (size_t)from->positions;
    to->seen_is_after = from->seen_is_after;
    take_text(d, &to->name, from->name);
    take_text(d, &to->op, from->op);
    decode_sums(d, from->seen, channels, &to->seen);
    if (from->other != NULL)
        decode_sums(d, from->other, channels, &to->other);
    decode_shares(d, from->zero, from->n_zero, to, &to->zero);
    decode_shares(d, from->saturated, from->n_saturated, to, &to->saturated);
    decode_histograms(d, from, to);
    take(d, &to->rows, from->rows, from->n_rows, sampled * 2 * channels, sizeof *to->rows);
    /* squares of what a float can hold may be infinite in a float */
    for (size_t i = 0; d->status == SHIFT_OK && i < sampled * 2 * channels; i++)
        if (isnan(to->rows[i]))
            refuse(d, "a row has a number that is none");
    decode_bn(d, from, channels, to);
}

static void decode_predictions(decoder *d, const Shift__Layers__Profile *from,
                               shift_layer_profile *to)
{
    size_t classes = (size_t)from->classes;
    to->classes = classes;
    to->confidence = from->confidence;
    to->labelled = from->labelled;
    to->right = from->right;
    if (to->right > to->labelled || to->labelled > to->rows)
        refuse(d, "more rows are right than there are");
    if (classes == 0)
        return;
    take(d, &to->predicted, from->predicted, from->n_predicted, classes, sizeof *to->predicted);
    take(d, &to->probability, from->probability, from->n_probability, classes,
         sizeof *to->probability);
    take(d, &to->sample_class, from->sample_class, from->n_sample_class, to->sampled,
         sizeof *to->sample_class);
    take(d, &to->sample_confidence, from->sample_confidence, from->n_sample_confidence, to->sampled,
         sizeof *to->sample_confidence);
    if (d->status == SHIFT_OK && from->n_sample_right != to->sampled)
        refuse(d, "an array has another length than there are rows");
    if (d->status == SHIFT_OK)
        d->status = shift__alloc(&to->sample_right, to->sampled, sizeof *to->sample_right, d->err);
    if (d->status == SHIFT_OK) {
        check_finite(d, to->probability, classes);
        check_finite(d, &to->confidence, 1);
        check_finite_floats(d, to->sample_confidence, to->sampled);
    }
    for (size_t i = 0; d->status == SHIFT_OK && i < to->sampled; i++) {
        to->sample_right[i] = from->sample_right[i] != 0;
        if (to->sample_class[i] >= classes)
            refuse(d, "a class is none of the classes");
    }
}

static void decode_inputs(decoder *d, const Shift__Layers__Profile *from, shift_layer_profile *to)
{
    if (d->status == SHIFT_OK)
        d->status = shift__alloc(&to->inputs, from->n_inputs, sizeof *to->inputs, d->err);
    for (size_t i = 0; d->status == SHIFT_OK && i < from->n_inputs; i++, to->n_inputs++)
        take_text(d, &to->inputs[i], from->inputs[i]);
}

static void decode(decoder *d, const Shift__Layers__Profile *from, shift_layer_profile *to)
{
    take_text(d, &to->source, from->source);
    take_text(d, &to->network, from->network);
    take_text(d, &to->hash, from->hash);
    take_text(d, &to->operators, from->operators);
    to->bn_batch = from->bn_batch != 0;
    to->training = (size_t)from->training;
    to->bytes = from->bytes;
    to->rows = from->rows;
    to->seed = from->seed;
    to->sampled = to->most = (size_t)from->sampled;
    if (from->n_layers == 0 || from->sampled == 0 || from->sampled > from->rows ||
        from->sampled > UINT32_MAX / 4)
        refuse(d, "it has no layers or no rows");
    if (d->status == SHIFT_OK)
        d->status = shift__alloc(&to->layers, from->n_layers, sizeof *to->layers, d->err);
    if (d->status != SHIFT_OK)
        return;
    to->n_layers = from->n_layers;
    for (size_t i = 0; d->status == SHIFT_OK && i < from->n_layers; i++)
        decode_layer(d, from->layers[i], to->sampled, &to->layers[i]);
    decode_predictions(d, from, to);
    decode_inputs(d, from, to);
}

shift_status shift__layers_decode(shift_layer_profile **out, const unsigned char *bytes, size_t n,
                                  const char *name, shift_error *err)
{
    shift_layer_profile *profile = NULL;
    shift__budget budget = shift__budget_for(n, MEMORY_PER_BYTE);
    ProtobufCAllocator allocator = {shift__budget_take, shift__budget_free, &budget};
    Shift__Layers__Profile *message = shift__layers__profile__unpack(&allocator, n, bytes);
    if (message == NULL && budget.no_memory)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", name);
    if (message == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: damaged layer profile: no valid message",
                               name);
    decoder d = {name, err, SHIFT_OK};
    d.status = shift__alloc(&profile, 1, sizeof *profile, err);
    if (d.status == SHIFT_OK)
        d.status = shift__text_copy(&profile->file, name, strlen(name), err);
    if (d.status == SHIFT_OK)
        decode(&d, message, profile);
    shift__layers__profile__free_unpacked(message, &allocator);
    if (d.status != SHIFT_OK) {
        shift_layer_profile_free(profile);
        return d.status;
    }
    *out = profile;
    return SHIFT_OK;
}

shift_status shift_layer_profile_load(shift_layer_profile **out, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, path))
        return SHIFT_EINVAL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    unsigned minor = 0;
    shift_status status = shift__container_load(&kind, path, &bytes, &n, &minor, err);
    if (status == SHIFT_OK)
        status = shift__layers_decode(out, bytes, n, path, err);
    free(bytes);
    return status;
}
