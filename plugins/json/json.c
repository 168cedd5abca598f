/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report as JSON, "covshift.report/1": docs/formats.md. JSON knows no infinity and no NaN:
 * either is null, and the reason of a measurement says so where its value is infinite. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "gradients.h"
#include "series.h"
#include "shift/reporter.h"

static json_t *text_of(const char *text)
{
    if (text == NULL)
        return json_null();
    buffer valid = {NULL, 0, 0, false};
    utf8_add_valid(&valid, text);
    json_t *string =
        valid.failed ? NULL : json_stringn(valid.used > 0 ? valid.bytes : "", valid.used);
    buffer_free(&valid);
    return string;
}

static json_t *real_of(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* What does not fit jansson's signed integers is given as decimal text, exactly. */
static json_t *count_of(uint64_t value)
{
    if (value > INT64_MAX)
        return json_sprintf("%llu", (unsigned long long)value);
    return json_integer((json_int_t)value);
}

/* A verdict that decides nothing is null. */
static json_t *verdict_of(shift_verdict verdict)
{
    const char *name = shift_verdict_name(verdict);
    return name != NULL ? json_string(name) : json_null();
}

/* Every key is set through here: a value that could not be made is NULL, and makes the whole
 * document fail instead of leaving a key out. Takes the value. */
static void set(json_t **object, const char *key, json_t *value)
{
    if (*object == NULL) {
        json_decref(value);
    } else if (json_object_set_new(*object, key, value) != 0) {
        json_decref(*object);
        *object = NULL;
    }
}

static void append(json_t **array, json_t *value)
{
    if (*array == NULL) {
        json_decref(value);
    } else if (json_array_append_new(*array, value) != 0) {
        json_decref(*array);
        *array = NULL;
    }
}

static json_t *summary_of(const shift_summary *summary)
{
    static const char *const names[] = {"0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99"};
    json_t *quantiles = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        set(&quantiles, names[i], real_of(summary->quantiles[i]));
    json_t *object = json_object();
    set(&object, "n", count_of(summary->n));
    set(&object, "missing", count_of(summary->missing));
    set(&object, "mean", real_of(summary->mean));
    set(&object, "variance", real_of(summary->variance));
    set(&object, "skewness", real_of(summary->skewness));
    set(&object, "kurtosis", real_of(summary->kurtosis));
    set(&object, "min", real_of(summary->minimum));
    set(&object, "max", real_of(summary->maximum));
    set(&object, "quantiles", quantiles);
    set(&object, "non_finite", count_of(summary->non_finite));
    set(&object, "invalid", count_of(summary->invalid));
    set(&object, "distinct", real_of(summary->distinct));
    return object;
}

static json_t *measurement(const shift_measurement *m)
{
    const char *reason = m->reason;
    if (reason == NULL && isinf(m->value))
        reason = m->value > 0 ? "infinite" : "minus infinite";
    json_t *object = json_object();
    set(&object, "value", real_of(m->value));
    set(&object, "low", real_of(m->low));
    set(&object, "high", real_of(m->high));
    set(&object, "p_value", real_of(m->p_value));
    set(&object, "p_adjusted", real_of(m->p_adjusted));
    set(&object, "warn", real_of(m->warn));
    set(&object, "alert", real_of(m->alert));
    set(&object, "verdict", verdict_of(m->verdict));
    set(&object, "reason", text_of(reason));
    set(&object, "log10_p", real_of(m->log10_p));
    return object;
}

static json_t *statistics_of(const shift_subject *subject)
{
    json_t *object = json_object();
    for (size_t i = 0; i < subject->n_measurements; i++)
        set(&object, subject->measurements[i]->statistic, measurement(subject->measurements[i]));
    return object;
}

static json_t *feature(const shift_subject *subject)
{
    json_t *object = json_object();
    set(&object, "name", text_of(subject->name));
    set(&object, "kind", json_string(shift_kind_name(subject->kind)));
    set(&object, "verdict", verdict_of(subject->verdict));
    set(&object, "reason", text_of(subject->reason));
    set(&object, "detectable_mean_shift", real_of(subject->detectable_mean_shift));
    set(&object, "train", summary_of(&subject->train));
    set(&object, "prod", summary_of(&subject->prod));
    set(&object, "statistics", statistics_of(subject));
    return object;
}

static json_t *channel_values_of(const shift_subject *layer)
{
    json_t *object = json_object();
    for (size_t i = 0; i < layer->n_channel_values; i++) {
        json_t *values = json_array();
        for (size_t k = 0; k < layer->channels; k++)
            append(&values, real_of(layer->channel_values[i]->values[k]));
        set(&object, layer->channel_values[i]->statistic, values);
    }
    return object;
}

static json_t *layer_of(const shift_subject *subject)
{
    json_t *object = json_object();
    set(&object, "name", text_of(subject->name));
    set(&object, "index", count_of(subject->index));
    set(&object, "op", text_of(subject->op));
    set(&object, "channels", count_of(subject->channels));
    set(&object, "verdict", verdict_of(subject->verdict));
    set(&object, "reason", text_of(subject->reason));
    set(&object, "train", summary_of(&subject->train));
    set(&object, "prod", summary_of(&subject->prod));
    set(&object, "statistics", statistics_of(subject));
    set(&object, "channel_values", channel_values_of(subject));
    return object;
}

static json_t *operators_of(const char *names)
{
    json_t *array = json_array();
    while (*names != '\0') {
        size_t n = strcspn(names, " ");
        buffer name = {NULL, 0, 0, false};
        buffer_add(&name, names, n);
        append(&array, name.failed ? NULL : text_of(name.bytes));
        buffer_free(&name);
        names += n + strspn(names + n, " ");
    }
    return array;
}

static json_t *network_of(const shift_network_facts *network)
{
    if (network == NULL)
        return json_null();
    const shift_subject *first = network->first_shifted;
    json_t *object = json_object();
    set(&object, "name", text_of(network->name));
    set(&object, "hash", text_of(network->hash));
    set(&object, "bytes", count_of(network->bytes));
    set(&object, "operators", operators_of(network->operators));
    set(&object, "first_shifted", text_of(first != NULL ? first->name : NULL));
    set(&object, "train_accuracy", real_of(network->train_accuracy));
    set(&object, "prod_accuracy", real_of(network->prod_accuracy));
    return object;
}

static json_t *dataset(const shift_subject *subject)
{
    json_t *object = json_object();
    set(&object, "verdict", verdict_of(subject->verdict));
    set(&object, "reason", text_of(subject->reason));
    set(&object, "statistics", statistics_of(subject));
    return object;
}

static json_t *run(const shift_report *report)
{
    json_t *object = json_object();
    set(&object, "id", report->run_id != 0 ? json_integer(report->run_id) : json_null());
    set(&object, "kind", text_of(report->kind));
    set(&object, "monitor", text_of(report->monitor));
    set(&object, "started_at", text_of(report->started_at));
    set(&object, "finished_at", text_of(report->finished_at));
    set(&object, "version", text_of(report->version));
    set(&object, "seed", count_of(report->comparison->seed));
    set(&object, "verdict", verdict_of(report->comparison->verdict));
    set(&object, "period", text_of(report->period));
    return object;
}

static json_t *side(const shift_side *from)
{
    json_t *object = json_object();
    set(&object, "source", text_of(from->source));
    set(&object, "rows", count_of(from->rows));
    return object;
}

static json_t *message(const shift_message *from)
{
    json_t *object = json_object();
    set(&object, "level", json_string(shift_level_name(from->level)));
    set(&object, "subject", text_of(from->subject));
    set(&object, "text", text_of(from->text));
    return object;
}

static json_t *effect_value(const shift_measurement *m)
{
    return m != NULL ? real_of(m->value) : json_null();
}

static json_t *change_of(const change *c)
{
    const shift_measurement *effect = c->effect_now != NULL ? c->effect_now : c->effect_before;
    json_t *object = json_object();
    set(&object, "name", text_of(c->name));
    set(&object, "change", json_string(change_name(c->sort)));
    set(&object, "verdict_before",
        c->before != NULL ? verdict_of(c->before->verdict) : json_null());
    set(&object, "verdict", c->now != NULL ? verdict_of(c->now->verdict) : json_null());
    set(&object, "statistic", text_of(effect != NULL ? effect->statistic : NULL));
    set(&object, "value_before", effect_value(c->effect_before));
    set(&object, "value", effect_value(c->effect_now));
    return object;
}

/* A layer with whatever was measured on it, by name. */
static json_t *gradient_layer(const shift_subject *layer)
{
    json_t *object = json_object();
    set(&object, "name", text_of(layer->name));
    set(&object, "index", count_of(layer->index));
    set(&object, "op", text_of(layer->op));
    for (size_t i = 0; i < layer->n_measurements; i++)
        set(&object, layer->measurements[i]->statistic, real_of(layer->measurements[i]->value));
    set(&object, "cause", json_boolean(layer->verdict >= SHIFT_VERDICT_WARN));
    return object;
}

static json_t *gradients_of(const shift_comparison *comparison)
{
    json_t *layers = json_array();
    for (size_t i = 0; i < comparison->n_layers; i++)
        append(&layers, gradient_layer(comparison->layers[i]));
    json_t *object = json_object();
    set(&object, "verdict", json_string(gradient_verdict(comparison)));
    set(&object, "ratio", real_of(value_of(comparison->dataset, "gradient_ratio")));
    set(&object, "loss", real_of(value_of(comparison->dataset, "loss")));
    set(&object, "layers", layers);
    return object;
}

static json_t *courses_of(const shift_subject *subject, size_t checkpoints)
{
    json_t *object = json_object();
    for (size_t i = 0; i < subject->n_courses; i++) {
        json_t *values = json_array();
        for (size_t k = 0; k < checkpoints; k++)
            append(&values, real_of(subject->courses[i]->values[k]));
        set(&object, subject->courses[i]->statistic, values);
    }
    return object;
}

static json_t *trace_layer(const shift_subject *layer, size_t checkpoints)
{
    json_t *object = json_object();
    set(&object, "name", text_of(layer->name));
    set(&object, "index", count_of(layer->index));
    set(&object, "op", text_of(layer->op));
    set(&object, "courses", courses_of(layer, checkpoints));
    return object;
}

static json_t *trace_of(const shift_comparison *comparison)
{
    json_t *checkpoints = json_array();
    for (size_t i = 0; i < comparison->n_checkpoints; i++)
        append(&checkpoints, text_of(comparison->checkpoints[i]));
    json_t *layers = json_array();
    for (size_t i = 0; i < comparison->n_layers; i++)
        append(&layers, trace_layer(comparison->layers[i], comparison->n_checkpoints));
    json_t *object = json_object();
    set(&object, "checkpoints", checkpoints);
    set(&object, "dataset", courses_of(comparison->dataset, comparison->n_checkpoints));
    set(&object, "layers", layers);
    return object;
}

static json_t *against_of(const shift_report *report)
{
    change_list *list = NULL;
    if (report->against == NULL)
        return json_null();
    if (changes_find(&list, report, NULL) != SHIFT_OK)
        return NULL;
    json_t *changes = json_array();
    for (size_t i = 0; i < list->n; i++)
        append(&changes, change_of(&list->changes[i]));
    changes_free(list);
    json_t *object = json_object();
    set(&object, "run", run(report->against));
    set(&object, "changes", changes);
    if (is_trace(report->against->comparison))
        set(&object, "trace", trace_of(report->against->comparison));
    return object;
}

static json_t *document(const shift_report *report)
{
    const shift_comparison *comparison = report->comparison;
    json_t *features = json_array();
    for (size_t i = 0; i < comparison->n_features; i++)
        append(&features, feature(comparison->features[i]));
    json_t *layers = json_array();
    for (size_t i = 0; i < comparison->n_layers; i++)
        append(&layers, layer_of(comparison->layers[i]));
    json_t *messages = json_array();
    for (size_t i = 0; i < comparison->n_messages; i++)
        append(&messages, message(comparison->messages[i]));
    json_t *object = json_object();
    set(&object, "schema", json_string("covshift.report/1"));
    set(&object, "run", run(report));
    set(&object, "train", side(&comparison->train));
    set(&object, "prod", side(&comparison->prod));
    set(&object, "dataset", dataset(comparison->dataset));
    set(&object, "features", features);
    set(&object, "layers", layers);
    set(&object, "messages", messages);
    set(&object, "network", network_of(comparison->network));
    set(&object, "against", against_of(report));
    if (is_about_gradients(comparison))
        set(&object, "gradients", gradients_of(comparison));
    if (is_trace(comparison))
        set(&object, "trace", trace_of(comparison));
    return object;
}

/* jansson hands out the document in small pieces, knows no status but 0 and -1, and goes on after
 * that of a key. */
typedef struct stream {
    const shift_sink *sink;
    shift_error *err;
    shift_status status;
} stream;

static int write_piece(const char *bytes, size_t n, void *context)
{
    stream *out = context;
    if (out->status == SHIFT_OK)
        out->status = out->sink->write(out->sink->context, bytes, n, out->err);
    return out->status == SHIFT_OK ? 0 : -1;
}

static shift_status write_document(json_t *object, size_t flags, stream *out)
{
    int code = -1;
    if (object != NULL) {
        code = json_dump_callback(object, write_piece, out, flags | JSON_REAL_PRECISION(17));
        json_decref(object);
    }
    if (out->status != SHIFT_OK)
        return out->status;
    if (code != 0)
        return shift_error_set(out->err, SHIFT_ENOMEM, "out of memory while rendering");
    return SHIFT_OK;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    stream out = {sink, err, SHIFT_OK};
    shift_status status = write_document(document(report), JSON_INDENT(2), &out);
    return status == SHIFT_OK ? sink->write(sink->context, "\n", 1, err) : status;
}

static json_t *past_run(const shift_run_entry *from)
{
    json_t *object = json_object();
    set(&object, "id", json_integer(from->id));
    set(&object, "kind", text_of(from->kind));
    set(&object, "monitor", text_of(from->monitor));
    set(&object, "started_at", text_of(from->started_at));
    set(&object, "finished_at", text_of(from->finished_at));
    set(&object, "verdict", verdict_of(from->verdict));
    set(&object, "train", side(&from->train));
    set(&object, "prod", side(&from->prod));
    set(&object, "subjects", count_of(from->n_features));
    set(&object, "alert", count_of(from->n_alert));
    set(&object, "warn", count_of(from->n_warn));
    set(&object, "inconclusive", count_of(from->n_inconclusive));
    set(&object, "period", text_of(from->period));
    return object;
}

static json_t *past_missed(const shift_missed *from)
{
    json_t *object = json_object();
    set(&object, "monitor", text_of(from->monitor));
    set(&object, "period", text_of(from->period));
    set(&object, "started_at", text_of(from->started_at));
    set(&object, "outcome", text_of(shift_outcome_name(from->outcome)));
    set(&object, "detail", text_of(from->detail));
    return object;
}

static void add_number(buffer *b, const char *key, double value)
{
    buffer_text(b, key);
    if (isfinite(value))
        number_add(b, value);
    else
        buffer_text(b, "null");
}

static void add_verdict(buffer *b, const char *key, shift_verdict verdict)
{
    const char *name = shift_verdict_name(verdict);
    buffer_text(b, key);
    buffer_text(b, name != NULL ? "\"" : "null");
    buffer_text(b, name);
    buffer_text(b, name != NULL ? "\"" : "");
}

/* Nothing in it needs an escape, and there may be a million. */
static void add_point(buffer *b, const shift_history_point *from)
{
    buffer_print(b, "{\"run\": %lld", (long long)from->run_id);
    add_number(b, ", \"value\": ", from->value);
    add_number(b, ", \"low\": ", from->low);
    add_number(b, ", \"high\": ", from->high);
    add_number(b, ", \"p_adjusted\": ", from->p_adjusted);
    add_number(b, ", \"warn\": ", from->warn);
    add_number(b, ", \"alert\": ", from->alert);
    add_verdict(b, ", \"verdict\": ", from->verdict);
    add_verdict(b, ", \"subject_verdict\": ", from->subject_verdict);
    buffer_text(b, "}");
}

static shift_status write_series(const shift_history_series *from, buffer *b, stream *out)
{
    static const char statistic[] = ", \"statistic\": ";
    buffer_reset(b);
    buffer_print(b, "{\"type\": \"%s\", \"subject\": ", series_type(from->type));
    shift_status status = buffer_write(b, out->sink, out->err);
    if (status == SHIFT_OK)
        status = write_document(text_of(from->subject), JSON_ENCODE_ANY, out);
    if (status == SHIFT_OK)
        status = out->sink->write(out->sink->context, statistic, sizeof statistic - 1, out->err);
    if (status == SHIFT_OK)
        status = write_document(text_of(from->statistic), JSON_ENCODE_ANY, out);
    buffer_reset(b);
    buffer_text(b, ", \"points\": [");
    for (size_t i = 0; i < from->n; i++) {
        buffer_text(b, i > 0 ? ", " : "");
        add_point(b, from->points[i]);
    }
    buffer_text(b, "]}");
    return status == SHIFT_OK ? buffer_write(b, out->sink, out->err) : status;
}

static shift_status separate(const shift_sink *sink, size_t i, shift_error *err)
{
    return i == 0 ? sink->write(sink->context, "\n", 1, err)
                  : sink->write(sink->context, ",\n", 2, err);
}

/* Runs, series and what was missed one after the other, a line each: there may be a hundred
 * thousand. */
static shift_status write_past(const shift_history *history, const shift_sink *sink,
                               shift_error *err)
{
    static const char begin[] = "{\"schema\": \"covshift.history/1\",\n\"runs\": [";
    static const char middle[] = "],\n\"series\": [";
    static const char last[] = "],\n\"missed\": [";
    stream out = {sink, err, SHIFT_OK};
    buffer b = {NULL, 0, 0, false};
    shift_status status = sink->write(sink->context, begin, sizeof begin - 1, err);
    for (size_t i = 0; status == SHIFT_OK && i < history->n_runs; i++) {
        status = separate(sink, i, err);
        if (status == SHIFT_OK)
            status = write_document(past_run(history->runs[i]), 0, &out);
    }
    if (status == SHIFT_OK)
        status = sink->write(sink->context, middle, sizeof middle - 1, err);
    for (size_t i = 0; status == SHIFT_OK && i < history->n; i++) {
        status = separate(sink, i, err);
        if (status == SHIFT_OK)
            status = write_series(history->series[i], &b, &out);
    }
    if (status == SHIFT_OK)
        status = sink->write(sink->context, last, sizeof last - 1, err);
    for (size_t i = 0; status == SHIFT_OK && i < history->n_missed; i++) {
        status = separate(sink, i, err);
        if (status == SHIFT_OK)
            status = write_document(past_missed(history->missed[i]), 0, &out);
    }
    buffer_free(&b);
    return status == SHIFT_OK ? sink->write(sink->context, "]}\n", 3, err) : status;
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(write_past, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "json",
    .summary = "everything about the run, for programs",
    .extension = "json",
    .render = render,
    .render_history = render_history,
};
