/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What other activations and Batch Normalization would change about the gradient. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "input.h"
#include "network.h"

static shift_status open_data(shift_source **out, const struct options *options, shift_error *err)
{
    return shift_source_open(out, options->operands[1], &options->source, err);
}

/* The network as it is for SHIFT_REMEDY_KEEP without `bn`. */
static shift_status change(shift_network **out, const shift_network *network, shift_remedy remedy,
                           bool bn, const struct options *options, shift_error *err)
{
    shift_source *source = NULL;
    shift_status status = bn ? open_data(&source, options, err) : SHIFT_OK;
    if (status == SHIFT_OK)
        status = shift_network_remedy(out, network, remedy, source, &options->inputs, err);
    shift_source_close(source);
    return status;
}

static shift_status look(const shift_network *network, shift_gradient_summary *out,
                         const struct options *options, shift_error *err)
{
    shift_comparison *gradients = NULL;
    shift_source *source = NULL;
    shift_gradient_options wanted = SHIFT_GRADIENT_OPTIONS_INIT;
    wanted.rows = options->rows;
    shift_status status = open_data(&source, options, err);
    if (status == SHIFT_OK)
        status =
            shift_network_gradients(&gradients, network, source, &options->inputs, &wanted, err);
    if (status == SHIFT_OK) {
        *out = shift_gradients_summarise(gradients);
        shift_comparison_free(gradients);
    }
    shift_source_close(source);
    return status;
}

static void print_line(const char *activations, bool bn, const shift_gradient_summary *s)
{
    char saturation[32] = "-";
    if (!isnan(s->saturation))
        (void)snprintf(saturation, sizeof saturation, "%.1f %%", 100 * s->saturation);
    printf("%-12s  %-8s  %10.3g  %-9s  %9s  %10.4g\n", activations, bn ? "inserted" : "", s->ratio,
           s->verdict, saturation, s->loss);
}

/* A remedy that does not apply to this network is left out. */
static shift_status try_remedy(const shift_network *network, shift_remedy remedy, bool bn,
                               const struct options *options, shift_error *err)
{
    shift_network *changed = NULL;
    shift_gradient_summary summary = {.verdict = NULL};
    shift_status status = change(&changed, network, remedy, bn, options, err);
    if (status == SHIFT_EUNSUPPORTED)
        return SHIFT_OK;
    if (status == SHIFT_OK)
        status = look(changed, &summary, options, err);
    if (status == SHIFT_OK)
        print_line(remedy != SHIFT_REMEDY_KEEP ? shift_remedy_name(remedy) : "as they are", bn,
                   &summary);
    shift_network_free(changed);
    return status;
}

static shift_status print_all(const shift_network *network, const struct options *options,
                              shift_error *err)
{
    shift_gradient_summary before = {.verdict = NULL};
    shift_status status = look(network, &before, options, err);
    if (status != SHIFT_OK)
        return status;
    printf("%-12s  %-8s  %10s  %-9s  %9s  %10s\n", "ACTIVATIONS", "BN", "RATIO", "VERDICT",
           "SATURATED", "LOSS");
    print_line("as they are", false, &before);
    for (int bn = 0; status == SHIFT_OK && bn < 2; bn++)
        for (int i = bn == 0 ? SHIFT_REMEDY_RELU : SHIFT_REMEDY_KEEP;
             status == SHIFT_OK && i < SHIFT_REMEDIES; i++)
            status = try_remedy(network, (shift_remedy)i, bn != 0, options, err);
    printf("\nThe weights are not retrained: the table shows what the gradient would be when\n"
           "training began from these weights, not how good the network would become.\n");
    return status;
}

static shift_status write_changed(const shift_network *network, const struct options *options,
                                  shift_error *err)
{
    shift_network *changed = NULL;
    shift_status status =
        change(&changed, network, options->activation, options->insert_bn, options, err);
    if (status == SHIFT_OK)
        status = shift_network_save(changed, options->output, err);
    shift_network_free(changed);
    return status;
}

static int run(const struct options *options)
{
    bool chosen = options->activation != SHIFT_REMEDY_KEEP || options->insert_bn;
    if (options->output != NULL && !chosen)
        return misuse(options->command, "-o needs --activation, --insert-bn or both: which remedy");
    if (options->output == NULL && chosen)
        return misuse(options->command, "needs -o FILE, the network to write");
    if (input_once(options->operands[1]))
        return misuse(options->command,
                      "DATA is read more than once and cannot be standard input or a pipe");
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = NULL;
    shift_status status = network_open_telling(&network, options->operands[0], options, &err);
    if (status == SHIFT_OK)
        status = options->output != NULL ? write_changed(network, options, &err)
                                         : print_all(network, options, &err);
    shift_network_free(network);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command network_remedy = {
    "network remedy",
    "NAME DATA",
    "what other activations or normalisation would change",
    "Re-runs the network with each remedy and prints, before and after, the ratio of\n"
    "the gradient at the first activation to that at the last, and the share of\n"
    "saturated inputs: saturating activations (Sigmoid, Tanh, HardSigmoid) replaced\n"
    "by ReLU and its family, ELU, SELU or Maxout; Batch Normalization put before\n"
    "every activation, with statistics of DATA; both. The weights are not retrained.\n"
    "\n"
    "With --activation, --insert-bn or both, and -o FILE, writes the changed network.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_ROWS | OPTIONS_REMEDY | OPTIONS_STORE | OPTIONS_OUTPUT |
        OPTIONS_MEMORY,
    2,
    2,
    run,
};
