/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All layers of two sides, and what follows for the network. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/findings.h"

#include "compare/owner.h"
#include "core/null.h"
#include "core/options.h"
#include "network/layer_after.h"
#include "network/layer_compare.h"
#include "network/verdict_text.h"

typedef struct builder {
    shift__comparison_owner *owner;
    shift__layer_bench bench;
    const shift_policy *policy;
    shift__findings findings;
    shift__permutations permutations;
    size_t n;
    shift__progress *progress;
} builder;

static bool same_bins(const shift__histogram *x, const shift__histogram *y)
{
    return x->bins == 0 || y->bins == 0 || x->bins == y->bins;
}

/* A profile from a file may say anything of the layers of the network whose hash it has. */
static bool same_shape(const shift__layer *x, const shift__layer *y)
{
    bool same = x->kind == y->kind && x->channels == y->channels &&
                x->seen_is_after == y->seen_is_after &&
                (x->seen_is_after || (x->other.origin == NULL) == (y->other.origin == NULL));
    return same && same_bins(&x->histogram, &y->histogram) &&
           same_bins(&x->other_histogram, &y->other_histogram);
}

/* Rows are differences from the origin, and bins are compared one by one. */
static bool same_places(const shift__layer *x, const shift__layer *y)
{
    size_t size = x->channels * sizeof(double);
    const shift__histogram *a = &x->histogram;
    const shift__histogram *b = &y->histogram;
    return size == 0 ||
           (memcmp(x->seen.origin, y->seen.origin, size) == 0 &&
            (a->bins == 0 || b->bins == 0 ||
             (memcmp(a->low, b->low, size) == 0 && memcmp(a->width, b->width, size) == 0)));
}

static shift_status check_sides(const shift_layer_profile *train, const shift_layer_profile *prod,
                                shift_error *err)
{
    if (strcmp(train->hash, prod->hash) != 0 || train->n_layers != prod->n_layers)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                               "%s and %s are profiles of different networks (%s and %s)",
                               train->source, prod->source, train->network, prod->network);
    for (size_t i = 0; i < train->n_layers; i++)
        if (!same_shape(&train->layers[i], &prod->layers[i]))
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "%s and %s differ in the shape of layer %s", train->source,
                                   prod->source, train->layers[i].name);
        else if (!same_places(&train->layers[i], &prod->layers[i]))
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "%s was not profiled like %s: their layer %s has other bins",
                                   prod->source, train->source, train->layers[i].name);
    const shift_layer_profile *sides[] = {train, prod};
    for (int i = 0; i < 2; i++)
        if (sides[i]->rows < 2)
            return shift_error_set(err, SHIFT_EFORMAT,
                                   "%s: has %llu row, and nothing can be said of fewer than two",
                                   sides[i]->source, (unsigned long long)sides[i]->rows);
    return SHIFT_OK;
}

static shift_status test_layers(builder *b, shift_error *err)
{
    const shift_layer_profile *x = b->bench.train;
    const shift_layer_profile *y = b->bench.prod;
    shift__exchangeable *layers = NULL;
    shift_status status =
        shift__permutations_new(&b->permutations, x->sampled, y->sampled, b->policy->seed, err);
    b->permutations.progress = b->progress;
    if (status == SHIFT_OK)
        status = shift__alloc(&layers, b->n, sizeof *layers, err);
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++)
        layers[i] =
            (shift__exchangeable){x->layers[i].rows, y->layers[i].rows, x->layers[i].channels};
    if (status == SHIFT_OK)
        status = shift__permute_layers(&b->permutations, layers, b->n, b->bench.tests, err);
    free(layers);
    return status;
}

static shift_status make_room(builder *b, shift_error *err)
{
    size_t most = 1;
    for (size_t i = 0; i < b->n; i++)
        most =
            b->bench.train->layers[i].channels > most ? b->bench.train->layers[i].channels : most;
    shift_status status = shift__alloc(&b->bench.tests, b->n, sizeof *b->bench.tests, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&b->bench.cases, b->n, sizeof *b->bench.cases, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&b->bench.lists, b->n, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&b->bench.room, 2 * most, sizeof *b->bench.room, err);
    return status;
}

static shift_status copy_side(shift__arena *arena, const shift_layer_profile *from, shift_side *out,
                              shift_error *err)
{
    out->rows = from->rows;
    return shift__arena_text(arena, &out->source, from->source, strlen(from->source), err);
}

static shift_status describe_network(builder *b, shift_network_facts **out, shift_error *err)
{
    const shift_layer_profile *prod = b->bench.prod;
    shift__arena *arena = b->bench.arena;
    shift_network_facts *facts = NULL;
    shift_status status = shift__arena_alloc(arena, &facts, 1, sizeof *facts, err);
    if (status == SHIFT_OK)
        status = shift__arena_text(arena, &facts->name, prod->network, strlen(prod->network), err);
    if (status == SHIFT_OK)
        status = shift__arena_text(arena, &facts->hash, prod->hash, strlen(prod->hash), err);
    if (status == SHIFT_OK)
        status = shift__arena_text(arena, &facts->operators, prod->operators,
                                   strlen(prod->operators), err);
    if (status != SHIFT_OK)
        return status;
    facts->bytes = prod->bytes;
    facts->train_accuracy = shift_layer_profile_accuracy(b->bench.train);
    facts->prod_accuracy = shift_layer_profile_accuracy(prod);
    *out = facts;
    return SHIFT_OK;
}

/* In forward order; what leaves a layer follows it. */
static shift_status list_layers(builder *b, shift_network_facts *facts, shift_error *err)
{
    shift_comparison *view = &b->owner->view;
    const shift_subject **list = NULL;
    size_t n = 0;
    shift_status status = shift__arena_alloc(b->bench.arena, &list, 2 * b->n, sizeof(void *), err);
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++) {
        shift_subject *here[2] = {b->bench.cases[i].subject, NULL};
        status = shift__layer_after(&b->bench, i, &here[1], err);
        if (facts->first_shifted == NULL && here[0]->verdict >= SHIFT_VERDICT_WARN)
            facts->first_shifted = here[0];
        for (size_t k = 0; k < 2 && here[k] != NULL; k++) {
            here[k]->index = n;
            list[n++] = here[k];
        }
    }
    view->layers = list;
    view->n_layers = n;
    view->network = facts;
    return status;
}

static shift_status take_messages(builder *b, shift_error *err)
{
    const shift_message **list = NULL;
    shift_status status =
        shift__arena_alloc(b->bench.arena, &list, b->findings.n, sizeof(void *), err);
    for (size_t i = 0; status == SHIFT_OK && i < b->findings.n; i++)
        list[i] = b->findings.list[i];
    b->owner->view.messages = list;
    b->owner->view.n_messages = b->findings.n;
    return status;
}

static shift_status build(builder *b, shift_error *err)
{
    shift_comparison *view = &b->owner->view;
    shift_network_facts *facts = NULL;
    shift_subject *dataset = NULL;
    shift_status status = copy_side(b->bench.arena, b->bench.train, &view->train, err);
    if (status == SHIFT_OK)
        status = copy_side(b->bench.arena, b->bench.prod, &view->prod, err);
    if (status == SHIFT_OK)
        status = make_room(b, err);
    if (status == SHIFT_OK)
        status = test_layers(b, err);
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++)
        status = shift__layer_begin_case(&b->bench, i, b->policy, err);
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++)
        if ((status = shift__progress_check(b->progress, err)) == SHIFT_OK)
            status = shift__layer_measure(&b->bench, i, err);
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++)
        status = shift__layer_judge(&b->bench, i, b->policy->alpha, err);
    if (status == SHIFT_OK)
        status = describe_network(b, &facts, err);
    if (status == SHIFT_OK)
        status = list_layers(b, facts, err);
    if (status == SHIFT_OK)
        status =
            shift__network_verdict(&b->bench, b->policy, view, &b->permutations, &dataset, err);
    if (status == SHIFT_OK)
        status = shift__network_findings(&b->findings, &b->bench, dataset, err);
    view->dataset = dataset;
    if (status == SHIFT_OK)
        view->verdict = dataset->verdict;
    return status == SHIFT_OK ? take_messages(b, err) : status;
}

static void clear(builder *b)
{
    shift__permutations_clear(&b->permutations);
    free(b->bench.tests);
    free(b->bench.cases);
    free(b->bench.lists);
    free(b->bench.room);
    free(b->findings.list);
    shift__progress_free(b->progress);
}

shift_status shift_compare_layers(shift_comparison **out, const shift_layer_profile *train,
                                  const shift_layer_profile *prod, const shift_policy *policy,
                                  shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, train, prod))
        return SHIFT_EINVAL;
    shift_policy complete = SHIFT_POLICY_INIT;
    builder b = {.policy = &complete, .n = train->n_layers};
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, policy, "shift_policy", err);
    if (status == SHIFT_OK)
        status = check_sides(train, prod, err);
    if (status == SHIFT_OK)
        status = shift__layer_thresholds_check(&complete, train, err);
    if (status == SHIFT_OK)
        status = shift__progress_new(&b.progress, complete.progress, "the comparison", b.n, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&b.owner, 1, sizeof *b.owner, err);
    if (status != SHIFT_OK) {
        clear(&b);
        return status;
    }
    b.owner->view.size = sizeof b.owner->view;
    b.owner->view.seed = complete.seed;
    b.bench.arena = b.findings.arena = &b.owner->arena;
    b.bench.train = train;
    b.bench.prod = prod;
    status = build(&b, err);
    clear(&b);
    if (status != SHIFT_OK) {
        shift_comparison_free(&b.owner->view);
        return status;
    }
    *out = &b.owner->view;
    return SHIFT_OK;
}
