/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changed networks on the sample network of data/: what remedies and test-time adaptation do to it.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made_network.h"
#include "network/held.h"
#include "network/network.h"
#include "shift/gradients.h"

#define SAMPLE SHIFT_SOURCE_DIR "/data/networks"

static shift_network *load(const char *path)
{
    shift_network *network = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(shift_network_load(&network, path, &err) == SHIFT_OK, "%s", err.message);
    return network;
}

static shift_source *open_rows(const char *path)
{
    shift_source *source = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source_options reading = SHIFT_SOURCE_OPTIONS_INIT;
    ck_assert_msg(shift_source_open(&source, path, &reading, &err) == SHIFT_OK, "%s", err.message);
    return source;
}

static size_t count_nodes(const shift_network *network, const char *op)
{
    size_t n = 0;
    for (size_t i = 0; i < network->graph->n_nodes; i++)
        n += strcmp(network->graph->nodes[i].op->name, op) == 0 ? 1 : 0;
    return n;
}

static shift_status ignore(void *context, size_t value, const shift__tensor *gradient,
                           shift_error *err)
{
    (void)context, (void)value, (void)gradient, (void)err;
    return SHIFT_OK;
}

static double mean_loss(const shift_network *network, shift__loss_kind kind)
{
    bool *wanted = calloc(network->graph->n_values, sizeof *wanted);
    shift__pass pass = {.graph = network->graph, .kind = kind, .wanted = wanted, .see = ignore};
    shift__held held = {.n = 0};
    shift_error err = SHIFT_ERROR_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "class";
    shift_source *source = open_rows(SAMPLE "/dim.csv");
    ck_assert_int_eq(shift__held_read(&held, network->graph, source, &data, 0, &err), SHIFT_OK);
    ck_assert_msg(shift__pass_held(&pass, &held, &err) == SHIFT_OK, "%s", err.message);
    double mean = pass.sums.loss / (double)pass.sums.rows;
    shift__pass_clear(&pass);
    shift__held_clear(&held);
    shift_source_close(source);
    free(wanted);
    return mean;
}

START_TEST(activations_are_replaced)
{
    static const char *const ops[SHIFT_REMEDIES] = {NULL,        "Relu", "LeakyRelu", "PRelu",
                                                    "LeakyRelu", "Elu",  "Selu",      "Max"};
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = load(SAMPLE "/mlp.onnx");
    size_t sigmoids = count_nodes(network, "Sigmoid");
    ck_assert_uint_gt(sigmoids, 0);
    for (int i = SHIFT_REMEDY_RELU; i < SHIFT_REMEDIES; i++) {
        shift_network *changed = NULL;
        shift_status status =
            shift_network_remedy(&changed, network, (shift_remedy)i, NULL, NULL, &err);
        ck_assert_msg(status == SHIFT_OK, "%s", err.message);
        ck_assert_uint_eq(count_nodes(changed, ops[i]), sigmoids);
        ck_assert_uint_eq(count_nodes(changed, "Sigmoid"), 0);
        ck_assert_double_gt(mean_loss(changed, SHIFT__CROSS_ENTROPY), 0);
        shift_network_free(changed);
    }
    shift_network_free(network);
}
END_TEST

START_TEST(nothing_to_change_is_refused)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = load(SAMPLE "/cnn.onnx");
    shift_network *changed = NULL;
    ck_assert_uint_eq(count_nodes(network, "Sigmoid"), 0);
    ck_assert_int_eq(shift_network_remedy(&changed, network, SHIFT_REMEDY_RELU, NULL, NULL, &err),
                     SHIFT_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "no activation to replace"));
    ck_assert_ptr_null(changed);
    shift_network_free(network);
}
END_TEST

START_TEST(entropy_falls_and_the_rest_stays)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = load(SAMPLE "/mlp.onnx");
    shift_network *adapted = NULL;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "class";
    shift_source *source = open_rows(SAMPLE "/dim.csv");
    shift_status status = shift_network_tent(&adapted, network, source, &data, 0.01, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_source_close(source);
    ck_assert_double_lt(mean_loss(adapted, SHIFT__ENTROPY), mean_loss(network, SHIFT__ENTROPY));
    size_t changed = 0;
    for (size_t i = 0; i < network->graph->n_nodes; i++)
        for (size_t k = 0; k < network->graph->nodes[i].n_in; k++) {
            const shift__node *node = &network->graph->nodes[i];
            const shift__tensor *a = shift__graph_constant(network->graph, node, k);
            const shift__tensor *b =
                shift__graph_constant(adapted->graph, &adapted->graph->nodes[i], k);
            bool bn = strcmp(node->op->name, "BatchNormalization") == 0 && (k == 1 || k == 2);
            if (a == NULL || a->dtype != SHIFT__FLOAT32)
                continue;
            bool same = memcmp(a->data, b->data, shift__tensor_size(a) * sizeof(float)) == 0;
            ck_assert(same || bn);
            changed += same ? 0 : 1;
        }
    ck_assert_uint_eq(changed, 2 * count_nodes(network, "BatchNormalization"));
    shift_network_free(adapted);
    shift_network_free(network);
}
END_TEST

/* Ten layers that each multiply by `factor`, and the loss behind a Softmax. */
static shift_network *chain(double factor)
{
    char model[2048] = "input x ?x2\nnode Relu r0 x\n";
    size_t n = 0;
    shift_network *network = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    size_t used = strlen(model);
    for (int i = 1; i <= 10; i++)
        used += (size_t)snprintf(model + used, sizeof model - used,
                                 "float w%d 2x2:%g,0,0,%g\nnode MatMul m%d r%d,w%d\n"
                                 "node Relu r%d m%d\n",
                                 i, factor, factor, i, i - 1, i, i, i);
    (void)snprintf(model + used, sizeof model - used, "node Softmax y r10\noutput y\n");
    unsigned char *bytes = made_model(model, &n);
    ck_assert_msg(shift_network_decode(&network, bytes, n, "made", &err) == SHIFT_OK, "%s",
                  err.message);
    free(bytes);
    return network;
}

START_TEST(a_gradient_that_vanishes_or_explodes_is_called_so)
{
    static const struct {
        double factor;
        const char *verdict;
    } chains[] = {{1, "ok"}, {0.25, "vanishing"}, {4, "exploding"}};
    const char *const columns[] = {"p00", "p01"};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_comparison *gradients = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    data.inputs = columns;
    data.n_inputs = 2;
    shift_source *source = open_rows(SAMPLE "/train.csv");
    shift_network *network = chain(chains[_i].factor);
    shift_status status = shift_network_gradients(&gradients, network, source, &data, NULL, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_str_eq(shift_gradients_summarise(gradients).verdict, chains[_i].verdict);
    ck_assert_ptr_null(shift_gradients_summarise(NULL).verdict);
    shift_comparison_free(gradients);
    shift_network_free(network);
    shift_source_close(source);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("remedy");
    TCase *changes = tcase_create("changes");
    tcase_add_test(changes, activations_are_replaced);
    tcase_add_test(changes, nothing_to_change_is_refused);
    tcase_add_loop_test(changes, a_gradient_that_vanishes_or_explodes_is_called_so, 0, 3);
    tcase_add_test(changes, entropy_falls_and_the_rest_stays);
    suite_add_tcase(suite, changes);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
