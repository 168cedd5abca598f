/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks of the database: add, list, show, remove. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "network.h"
#include "print.h"

static shift_status add_file(shift_store *store, const char *name, const char *path,
                             shift_error *err)
{
    void *bytes = NULL;
    size_t n = 0;
    char now[32];
    shift_network *network = NULL;
    shift_network_outline *outline = NULL;
    shift_status status = clock_print(now, err);
    if (status == SHIFT_OK)
        status = shift_network_read_bytes(path, &bytes, &n, err);
    if (status == SHIFT_OK)
        status = shift_network_decode(&network, bytes, n, path, err);
    if (status == SHIFT_OK)
        status = shift_network_outline_new(&outline, network, err);
    if (status == SHIFT_OK) {
        shift_stored_network stored = {sizeof stored,   name, outline->hash, n, outline->operators,
                                       outline->layers, now};
        status = shift_store_network_add(store, &stored, bytes, err);
    }
    shift_network_outline_free(outline);
    shift_network_free(network);
    free(bytes);
    return status;
}

static int in_store(const struct options *options, shift_store_mode mode,
                    shift_status (*act)(shift_store *store, const struct options *options,
                                        shift_error *err))
{
    if (options->db == NULL)
        return misuse(options->command, "needs --db FILE");
    shift_error err = SHIFT_ERROR_INIT;
    shift_store *store = NULL;
    shift_status status = shift_store_open(&store, options->db, mode, &err);
    if (status == SHIFT_OK)
        status = act(store, options, &err);
    shift_store_close(store);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

static shift_status add(shift_store *store, const struct options *options, shift_error *err)
{
    return add_file(store, options->operands[0], options->operands[1], err);
}

static int run_add(const struct options *options)
{
    if (options->operands[0][0] == '\0')
        return misuse(options->command, "NAME is empty");
    if (network_is_file(options->operands[0]))
        return misuse(options->command, "a NAME that ends in .onnx would be taken for a file");
    return in_store(options, SHIFT_STORE_WRITE, add);
}

static shift_status list(shift_store *store, const struct options *options, shift_error *err)
{
    (void)options;
    shift_network_list *networks = NULL;
    shift_status status = shift_store_networks(store, &networks, err);
    if (status != SHIFT_OK)
        return status;
    if (networks->n > 0)
        printf("%-20s %10s %6s  %-20s  %s\n", "NAME", "BYTES", "LAYERS", "ADDED", "HASH");
    for (size_t i = 0; i < networks->n; i++) {
        const shift_stored_network *network = networks->networks[i];
        print_text(stdout, network->name, strlen(network->name), SIZE_MAX, 20);
        printf(" %10" PRIu64 " %6zu  ", network->bytes, network->layers);
        print_text(stdout, network->added_at, strlen(network->added_at), SIZE_MAX, 20);
        printf("  ");
        print_name(stdout, network->hash);
        printf("\n");
    }
    shift_network_list_free(networks);
    return SHIFT_OK;
}

static int run_list(const struct options *options)
{
    return in_store(options, SHIFT_STORE_READ, list);
}

static shift_status remove_one(shift_store *store, const struct options *options, shift_error *err)
{
    return shift_store_network_remove(store, options->operands[0], err);
}

static int run_remove(const struct options *options)
{
    return in_store(options, SHIFT_STORE_WRITE, remove_one);
}

/* Nodes come one below the other; an arrow names what enters from elsewhere than the line above. */
static void print_node(const shift_network_outline *outline, size_t i)
{
    const shift_network_node *node = &outline->nodes[i];
    bool follows = false;
    for (size_t k = 0; k < node->n_from; k++)
        follows = follows || (i == 0 ? node->from[k] == SIZE_MAX : node->from[k] == i - 1);
    printf("  %s\n%c %s  ", follows ? "|" : "", node->is_layer ? '*' : ' ', node->op);
    print_name(stdout, node->name);
    for (size_t k = 0; k < node->n_from; k++) {
        size_t from = node->from[k];
        bool above = i == 0 ? from == SIZE_MAX : from == i - 1;
        if (above)
            continue;
        printf("  <- ");
        print_name(stdout, from == SIZE_MAX ? "input" : outline->nodes[from].name);
    }
    printf("\n");
}

static int run_show(const struct options *options)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = NULL;
    shift_network_outline *outline = NULL;
    shift_status status = network_open_telling(&network, options->operands[0], options, &err);
    if (status == SHIFT_OK)
        status = shift_network_outline_new(&outline, network, &err);
    if (status == SHIFT_OK) {
        print_name(stdout, options->operands[0]);
        printf(", %" PRIu64 " bytes, hash %s\n", outline->bytes, outline->hash);
        printf("operators: %s\n", outline->operators);
        printf("%zu layers (*), with input and output\n\n  input  ", outline->layers);
        print_name(stdout, outline->input != NULL ? outline->input : "");
        printf("\n");
        for (size_t i = 0; i < outline->n; i++)
            print_node(outline, i);
    }
    shift_network_outline_free(outline);
    shift_network_free(network);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command network_add = {
    "network add",
    "NAME MODEL.onnx",
    "keep a network in the database",
    "Checks the file and stores it whole in --db, external data taken in, so that\n"
    "NAME stands for it in the other commands.\n",
    OPTIONS_STORE,
    2,
    2,
    run_add,
};

const struct command network_list = {
    "network list",
    "",
    "list the networks of the database",
    "Prints of each network its name, bytes, layers that a check looks at, when it\n"
    "was added, and hash.\n",
    OPTIONS_STORE,
    0,
    0,
    run_list,
};

const struct command network_show = {
    "network show",
    "NAME",
    "draw a network",
    "Prints the nodes of a network in forward order. '|' leads from one line to the\n"
    "next, '<-' names what enters from elsewhere, '*' marks what a check looks at.\n",
    OPTIONS_STORE,
    1,
    1,
    run_show,
};

const struct command network_remove = {
    "network remove",
    "NAME",
    "take a network out of the database",
    "The runs in which it was checked stay.\n",
    OPTIONS_STORE,
    1,
    1,
    run_remove,
};
