/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network_data.h"

#include "gradients.h"
#include "json_text.h"

enum { DIGITS = 6, HARM_MOST = 32 };

void data_add_network(buffer *b, const shift_comparison *comparison)
{
    const shift_network_facts *network = comparison->network;
    json_key(b, "network");
    if (network == NULL) {
        buffer_text(b, "null");
        return;
    }
    buffer_text(b, "{");
    json_key(b, "name");
    json_text(b, network->name);
    json_key(b, "about");
    json_text(b, is_about_gradients(comparison) ? "gradients"
                 : is_trace(comparison)         ? "trace"
                                                : "layers");
    json_key(b, "first");
    json_text(b, network->first_shifted != NULL ? network->first_shifted->name : NULL);
    json_key(b, "bytes");
    json_count(b, network->bytes);
    json_key(b, "accuracy");
    buffer_text(b, "[");
    json_numbers(b, &network->train_accuracy, 1, 4);
    json_numbers(b, &network->prod_accuracy, 1, 4);
    buffer_text(b, "]}");
}

static void add_courses(buffer *b, const char *key, const shift_subject *subject, size_t n)
{
    json_key(b, key);
    buffer_text(b, "{");
    for (size_t i = 0; i < subject->n_courses; i++) {
        json_next(b);
        json_text(b, subject->courses[i]->statistic);
        buffer_text(b, ":[");
        json_numbers(b, subject->courses[i]->values, n, DIGITS);
        buffer_text(b, "]");
    }
    buffer_text(b, "}");
}

/* The checkpoints of a training, and what was measured at each. */
static void add_trace(buffer *b, const char *key, const shift_comparison *comparison)
{
    size_t n = comparison->n_checkpoints;
    json_key(b, key);
    buffer_text(b, "{");
    json_key(b, "checkpoints");
    buffer_text(b, "[");
    for (size_t i = 0; i < n; i++) {
        json_next(b);
        json_text(b, comparison->checkpoints[i]);
    }
    buffer_text(b, "]");
    add_courses(b, "dataset", comparison->dataset, n);
    json_key(b, "layers");
    buffer_text(b, "[");
    for (size_t i = 0; i < comparison->n_layers; i++) {
        json_next(b);
        buffer_text(b, "{");
        json_key(b, "n");
        json_text(b, comparison->layers[i]->name);
        json_key(b, "k");
        json_text(b, comparison->layers[i]->op);
        add_courses(b, "c", comparison->layers[i], n);
        buffer_text(b, "}\n");
    }
    buffer_text(b, "]}");
}

void data_add_traces(buffer *b, const shift_report *report)
{
    if (!is_trace(report->comparison))
        return;
    add_trace(b, "trace", report->comparison);
    if (report->against != NULL && is_trace(report->against->comparison))
        add_trace(b, "other", report->against->comparison);
}

/* Of `covshift network check --harm`: the most harmful features first, as many as are moved back.
 */
void data_add_harm(buffer *b, const shift_comparison *comparison)
{
    static const char *const columns[] = {"harm",        "mean_shift",        "sensitivity",
                                          "wasserstein", "prediction_change", "class_change"};
    json_key(b, "harm");
    buffer_text(b, "[");
    for (size_t i = 0; i < comparison->n_features && i < HARM_MOST; i++) {
        json_next(b);
        buffer_text(b, "[");
        json_text(b, comparison->features[i]->name);
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            json_next(b);
            json_number(b, value_of(comparison->features[i], columns[k]), 4);
        }
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
}
