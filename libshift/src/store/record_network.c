/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing what a run of a network has beyond a run of features. */
#include <stdlib.h>

#include "core/memory.h"
#include "store/writing.h"

static shift_status insert_channel_values(const shift__writer *w, int64_t subject, size_t ordinal,
                                          const shift_subject *layer, shift_error *err)
{
    const shift_channel_values *channels = layer->channel_values[ordinal];
    unsigned char *bytes = NULL;
    shift_status status = shift__alloc(&bytes, layer->channels, 8, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < layer->channels; i++)
        shift__put_double(bytes + 8 * i, channels->values[i]);
    shift__record r = {w->channel_values, 0, SQLITE_OK};
    shift__put_integer(&r, subject);
    shift__put_count(&r, ordinal);
    shift__put_text(&r, channels->statistic);
    shift__put_bytes(&r, bytes, 8 * layer->channels);
    status = shift__insert(w, &r, err);
    free(bytes);
    return status;
}

shift_status shift__insert_layer(const shift__writer *w, int64_t subject,
                                 const shift_subject *layer, shift_error *err)
{
    shift__record r = {w->layer, 0, SQLITE_OK};
    shift__put_integer(&r, subject);
    shift__put_count(&r, layer->index);
    shift__put_text(&r, layer->op);
    shift__put_count(&r, layer->channels);
    shift_status status = shift__insert(w, &r, err);
    for (size_t i = 0; status == SHIFT_OK && i < layer->n_channel_values; i++)
        status = insert_channel_values(w, subject, i, layer, err);
    return status;
}

shift_status shift__insert_network(const shift__writer *w, const shift_network_facts *network,
                                   shift_error *err)
{
    shift__record r = {w->network, 0, SQLITE_OK};
    shift__put_integer(&r, w->run_id);
    shift__put_text(&r, network->name);
    shift__put_text(&r, network->hash);
    shift__put_count(&r, network->bytes);
    shift__put_text(&r, network->operators);
    if (network->first_shifted != NULL)
        shift__put_count(&r, network->first_shifted->index);
    else
        r.column++; /* stays NULL */
    shift__put_real(&r, network->train_accuracy);
    shift__put_real(&r, network->prod_accuracy);
    return shift__insert(w, &r, err);
}
