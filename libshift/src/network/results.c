/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/training.h"

static void no_summary(shift_summary *s, uint64_t rows)
{
    *s = (shift_summary){.n = rows,
                         .mean = NAN,
                         .variance = NAN,
                         .skewness = NAN,
                         .kurtosis = NAN,
                         .minimum = NAN,
                         .maximum = NAN,
                         .distinct = NAN};
    for (size_t i = 0; i < sizeof s->quantiles / sizeof *s->quantiles; i++)
        s->quantiles[i] = NAN;
}

shift_status shift__results_begin(shift__results *out, shift_error *err)
{
    *out = (shift__results){.err = err};
    shift_status status = shift__alloc(&out->owner, 1, sizeof *out->owner, err);
    if (status != SHIFT_OK)
        return status;
    out->arena = &out->owner->arena;
    out->owner->view.size = sizeof out->owner->view;
    return SHIFT_OK;
}

shift_status shift__results_subject(shift__results *results, shift_subject **out, size_t most,
                                    uint64_t rows)
{
    shift_status status = shift__arena_alloc(results->arena, out, 1, sizeof **out, results->err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(results->arena, &results->list, most, sizeof(void *), results->err);
    if (status != SHIFT_OK)
        return status;
    results->room = most;
    (*out)->measurements = results->list;
    (*out)->detectable_mean_shift = NAN;
    no_summary(&(*out)->train, rows);
    no_summary(&(*out)->prod, rows);
    return SHIFT_OK;
}

shift_status shift__results_measure(shift__results *results, shift_subject *subject,
                                    const char *statistic, double value, shift_measurement **out)
{
    shift_measurement *m = NULL;
    if (isnan(value) || subject->n_measurements == results->room)
        return SHIFT_OK;
    shift_status status = shift__arena_alloc(results->arena, &m, 1, sizeof *m, results->err);
    if (status != SHIFT_OK)
        return status;
    *m = (shift_measurement){.statistic = statistic,
                             .value = value,
                             .low = NAN,
                             .high = NAN,
                             .p_value = NAN,
                             .log10_p = NAN,
                             .p_adjusted = NAN,
                             .warn = NAN,
                             .alert = NAN};
    results->list[subject->n_measurements++] = m;
    if (out != NULL)
        *out = m;
    return SHIFT_OK;
}

shift_status shift__results_text(shift__results *results, const char **out, const char *text)
{
    return shift__arena_text(results->arena, out, text, strlen(text), results->err);
}

shift_status shift__results_network(shift__results *results, const shift_network *network,
                                    double accuracy)
{
    shift_network_facts *facts = NULL;
    char hash[SHIFT__HASH_TEXT];
    char *operators = NULL;
    shift__network_hash(network, hash);
    shift_status status = shift__network_operators(network, &operators, results->err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(results->arena, &facts, 1, sizeof *facts, results->err);
    if (status == SHIFT_OK)
        status = shift__results_text(results, &facts->name, network->file->name);
    if (status == SHIFT_OK)
        status = shift__results_text(results, &facts->hash, hash);
    if (status == SHIFT_OK)
        status = shift__results_text(results, &facts->operators, operators);
    free(operators);
    if (status != SHIFT_OK)
        return status;
    facts->bytes = network->file->bytes;
    facts->train_accuracy = accuracy;
    facts->prod_accuracy = accuracy;
    results->owner->view.network = facts;
    return SHIFT_OK;
}

shift_status shift__results_notes(shift__results *results, size_t in_training, bool labelled,
                                  bool bn_batch)
{
    enum { MESSAGES_MOST = 3 };
    const char *training = NULL;
    shift_message *messages = NULL;
    const shift_message **list = NULL;
    shift_comparison *view = &results->owner->view;
    size_t n = 0;
    shift_status status = shift__arena_alloc(results->arena, &messages, MESSAGES_MOST,
                                             sizeof *messages, results->err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(results->arena, &list, MESSAGES_MOST, sizeof(void *), results->err);
    if (status == SHIFT_OK && in_training > 0 && !bn_batch)
        status = shift__training_text(results->arena, &training, in_training, results->err);
    if (status != SHIFT_OK)
        return status;
    if (training != NULL)
        messages[n++] = (shift_message){SHIFT_LEVEL_WARNING, NULL, training};
    if (!labelled)
        messages[n++] = (shift_message){
            SHIFT_LEVEL_INFO, NULL,
            "no labels: the loss takes the class that the network itself thinks most likely"};
    if (bn_batch)
        messages[n++] = (shift_message){SHIFT_LEVEL_INFO, NULL,
                                        "Batch Normalization by the statistics of each batch"};
    for (size_t i = 0; i < n; i++)
        list[i] = &messages[i];
    view->messages = list;
    view->n_messages = n;
    return SHIFT_OK;
}
