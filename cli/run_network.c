/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks of a monitor. What is remembered of one is not held against another, nor against the
 * features: each has a monitor of its own, as windows of values do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"
#include "run.h"

static shift_status open_one(struct job_network *out, const struct job *job,
                             const shift_monitor_network *entry, shift_error *err)
{
    const shift_monitor *m = job->monitor;
    if (shift_profile_detect(entry->train))
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: network '%s' needs train: data, or a saved profile of its "
                               "layers; %s is a saved profile of features",
                               m->file, entry->name, entry->train);
    size_t size = strlen(m->name) + strlen(entry->name) + 2;
    out->entry = entry;
    out->monitor = malloc(size);
    if (out->monitor == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    (void)snprintf(out->monitor, size, "%s:%s", m->name, entry->name);
    return network_open(&out->network, entry->network, job->options, err);
}

shift_status job_open_networks(struct job *job, shift_error *err)
{
    const shift_monitor *m = job->monitor;
    shift_status status = SHIFT_OK;
    job->networks = calloc(m->n_networks > 0 ? m->n_networks : 1, sizeof *job->networks);
    if (job->networks == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    for (size_t i = 0; status == SHIFT_OK && i < m->n_networks; i++)
        status = open_one(&job->networks[i], job, &m->networks[i], err);
    return status;
}

void job_close_networks(struct job *job)
{
    for (size_t i = 0; job->networks != NULL && i < job->monitor->n_networks; i++) {
        shift_layer_profile_free(job->networks[i].train);
        shift_network_free(job->networks[i].network);
        free(job->networks[i].monitor);
    }
    free(job->networks);
}

void job_each_network(struct job *job, shift_date date, day_action *act)
{
    for (size_t i = 0; i < job->monitor->n_networks; i++) {
        shift_error err = SHIFT_ERROR_INIT;
        struct job own = *job;
        shift_monitor monitor = *job->monitor;
        monitor.name = job->networks[i].monitor;
        monitor.reference = SHIFT_REFERENCE_TRAINING;
        own.monitor = &monitor;
        own.network = &job->networks[i];
        shift_status status = act(&own, date, &err);
        if (status != SHIFT_OK)
            (void)trouble(&err);
        job->told = own.told;
        job->missed = own.missed || status != SHIFT_OK;
    }
}

shift_status day_run_network(struct job *job, shift_date date, const struct day_files *files,
                             shift_run *run, shift_error *err)
{
    struct job_network *n = job->network;
    struct options options = *job->options;
    shift_layer_profile *prod = NULL;
    shift_status status = SHIFT_OK;
    const shift_source_parts parts = {files->wanted, (const char *const *)files->names, files->n,
                                      &options.source};
    options.inputs.inputs = n->entry->inputs;
    options.inputs.n_inputs = n->entry->n_inputs;
    options.inputs.label = n->entry->label;
    if (n->train == NULL)
        status = network_train_read(&n->train, n->network, n->entry->train, &options, err);
    if (status == SHIFT_OK)
        status = network_parts_read(&prod, n->network, &parts, n->train, &options, err);
    if (status == SHIFT_OK)
        status = day_judge(job, date, &(struct day_part){.layers = prod, .source = files->wanted},
                           run, err);
    shift_layer_profile_free(prod);
    return status;
}
