/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading back what a run of a network has beyond a run of features. */
#include "store/loading.h"

shift_status shift__prepare_layers(shift__reader *from, shift_error *err)
{
    shift_status status =
        shift__store_prepare(from->in.store, &from->layer,
                             "SELECT place, op, channels FROM layer WHERE subject = ?", err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(from->in.store, &from->channel_values,
                                      "SELECT statistic, doubles FROM channel_values"
                                      " WHERE subject = ? ORDER BY ordinal",
                                      err);
    return status;
}

static shift_status read_channel_values(const shift__reader *from, const shift_subject *layer,
                                        shift_channel_values **out, shift_error *err)
{
    shift_channel_values *channels = NULL;
    shift_status status = shift__arena_alloc(from->in.arena, &channels, 1, sizeof *channels, err);
    if (status != SHIFT_OK)
        return status;
    shift__row row = {from->channel_values, 0};
    status = shift__take_required(&from->in, &row, &channels->statistic, err);
    if (status == SHIFT_OK)
        status = shift__take_doubles(&from->in, &row, layer->channels, &channels->values, err);
    if (status == SHIFT_EFORMAT)
        return shift__damaged(&from->in, "wrong number of channel values of", layer->name, err);
    *out = channels;
    return status;
}

shift_status shift__read_layer(shift__reader *from, int64_t id, shift_subject *subject,
                               shift_error *err)
{
    shift_status status = SHIFT_OK;
    (void)sqlite3_bind_int64(from->layer, 1, id);
    (void)sqlite3_bind_int64(from->channel_values, 1, id);
    while (shift__next(&from->in, from->layer, &status, err)) {
        shift__row row = {from->layer, 0};
        subject->index = (size_t)shift__take_count(&row);
        status = shift__take_required(&from->in, &row, &subject->op, err);
        subject->channels = (size_t)shift__take_count(&row);
    }
    if (status == SHIFT_OK && subject->op == NULL)
        return shift__damaged(&from->in, "no row in table layer of", subject->name, err);
    while (shift__next(&from->in, from->channel_values, &status, err)) {
        shift_channel_values *channels = NULL;
        status = read_channel_values(from, subject, &channels, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&from->list, channels, err);
    }
    if (status != SHIFT_OK)
        return status;
    return shift__list_take(&from->list, &from->in, &subject->channel_values,
                            &subject->n_channel_values, err);
}

static shift_status find_first(const shift__reading *in, const shift_comparison *comparison,
                               int64_t place, const shift_subject **out, shift_error *err)
{
    for (size_t i = 0; i < comparison->n_layers; i++)
        if (place >= 0 && comparison->layers[i]->index == (uint64_t)place) {
            *out = comparison->layers[i];
            return SHIFT_OK;
        }
    return shift__damaged(in, "the first shifted layer is not one of", "layer", err);
}

static shift_status read_row(const shift__reading *in, sqlite3_stmt *statement,
                             shift_comparison *comparison, shift_error *err)
{
    shift_network_facts *network = NULL;
    shift_status status = shift__arena_alloc(in->arena, &network, 1, sizeof *network, err);
    if (status != SHIFT_OK)
        return status;
    shift__row row = {statement, 0};
    status = shift__take_required(in, &row, &network->name, err);
    if (status == SHIFT_OK)
        status = shift__take_required(in, &row, &network->hash, err);
    if (status == SHIFT_OK)
        status = shift__take_required(in, &row, &network->operators, err);
    network->bytes = shift__take_count(&row);
    network->train_accuracy = shift__take_real(&row);
    network->prod_accuracy = shift__take_real(&row);
    bool none = sqlite3_column_type(statement, row.column) == SQLITE_NULL;
    if (status == SHIFT_OK && !none)
        status =
            find_first(in, comparison, shift__take_integer(&row), &network->first_shifted, err);
    comparison->network = network;
    return status;
}

shift_status shift__read_network(const shift__reader *from, shift_comparison *comparison,
                                 shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        from->in.store, &statement,
        "SELECT name, hash, operators, bytes, train_accuracy, prod_accuracy, first_shifted"
        " FROM network_run WHERE run = ?",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, from->in.run_id);
    while (shift__next(&from->in, statement, &status, err))
        status = read_row(&from->in, statement, comparison, err);
    (void)sqlite3_finalize(statement);
    return status;
}
