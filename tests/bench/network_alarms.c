/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_network_alarms TRIALS [NETWORKS]: how often a check of a network raises an alarm where
 * there is no shift. Rows are split at random into production (50, 100 or 300) and training (the
 * rest); what is called real, warned and alerted is counted. Networks of our own on skewed,
 * dependent columns, and those of the folder NETWORKS. Exit 1 where "real" is above 5 % by more
 * than three standard errors. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "files.h"
#include "made_network.h"
#include "shift/layers.h"

enum { COLUMNS = 12, ROWS = 600, MOST_ROWS = 4096, LINE = 8192 };

/* Rows as text, in the order of the last shuffle. */
typedef struct table {
    char *header, *lines[MOST_ROWS];
    size_t n;
    const char *label;
} table;

typedef struct tally {
    size_t trials, real, warn, alert;
} tally;

static double draw(shift__random *random)
{
    double u = 1 - shift__random_uniform(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * shift__random_uniform(random));
}

static char *copy_of(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = malloc(n);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, n);
    return copy;
}

/* Two hidden causes; every third column is log-normal, every fourth mostly zeros. */
static void make_rows(table *t, shift__random *random)
{
    t->header = copy_of("a,b,c,d,e,f,g,h,i,j,k,l\n");
    for (t->n = 0; t->n < ROWS; t->n++) {
        char line[LINE];
        size_t used = 0;
        double causes[2] = {draw(random), draw(random)};
        for (size_t c = 0; c < COLUMNS; c++) {
            double x = causes[c % 2] + 0.5 * draw(random);
            x = c % 3 == 0 ? exp(x) : c % 4 == 1 ? fmax(0, x - 1) : x;
            used += (size_t)snprintf(line + used, sizeof line - used, "%.6g%c", x,
                                     c + 1 < COLUMNS ? ',' : '\n');
        }
        t->lines[t->n] = copy_of(line);
    }
}

static bool read_rows(table *t, const char *folder, const char *name)
{
    char text[LINE];
    (void)snprintf(text, sizeof text, "%s/data/%s_train.csv", folder, name);
    FILE *file = fopen(text, "r");
    if (file == NULL)
        return false;
    t->label = "label";
    while (t->n < MOST_ROWS && fgets(text, sizeof text, file) != NULL)
        if (t->header == NULL)
            t->header = copy_of(text);
        else
            t->lines[t->n++] = copy_of(text);
    (void)fclose(file);
    return true;
}

static void clear_rows(table *t)
{
    free(t->header);
    for (size_t i = 0; i < t->n; i++)
        free(t->lines[i]);
    *t = (table){.header = NULL};
}

static made_file write_rows(const table *t, size_t begin, size_t end)
{
    made_file file = {.n = 0};
    made_print(&file, "%s", t->header);
    for (size_t i = begin; i < end; i++)
        made_print(&file, "%s", t->lines[i]);
    made_write(&file);
    return file;
}

static void must(shift_status status, const shift_error *err)
{
    ck_assert_msg(status == SHIFT_OK, "%s", err->message);
}

static shift_layer_profile *run(const shift_network *network, const table *t, size_t begin,
                                size_t end, const shift_layer_profile *like)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_layer_options options = SHIFT_LAYER_OPTIONS_INIT;
    shift_layer_profile *profile = NULL;
    made_file file = write_rows(t, begin, end);
    shift_source *source = made_source(&file);
    data.label = t->label;
    options.like = like;
    must(shift_layer_profile_read(&profile, network, source, &data, &options, &err), &err);
    shift_source_close(source);
    made_remove(&file);
    return profile;
}

static bool is_real(const shift_comparison *c)
{
    for (size_t i = 0; i < c->n_layers; i++)
        for (size_t k = 0; k < c->layers[i]->n_measurements; k++)
            if (c->layers[i]->measurements[k]->p_adjusted <= 0.05)
                return true;
    return false;
}

static void split(const shift_network *network, table *t, size_t prod, uint64_t seed, tally *out)
{
    shift__random random;
    shift__random_init(&random, seed, 17);
    for (size_t i = 0; i < prod; i++) {
        size_t at = i + (size_t)shift__random_below(&random, t->n - i);
        char *line = t->lines[i];
        t->lines[i] = t->lines[at];
        t->lines[at] = line;
    }
    shift_error err = SHIFT_ERROR_INIT;
    shift_policy policy = SHIFT_POLICY_INIT;
    shift_comparison *comparison = NULL;
    policy.seed = seed;
    shift_layer_profile *y = run(network, t, 0, prod, NULL);
    shift_layer_profile *x = run(network, t, prod, t->n, y);
    must(shift_compare_layers(&comparison, x, y, &policy, &err), &err);
    out->trials++;
    out->real += is_real(comparison);
    out->warn += comparison->verdict == SHIFT_VERDICT_WARN;
    out->alert += comparison->verdict == SHIFT_VERDICT_ALERT;
    shift_comparison_free(comparison);
    shift_layer_profile_free(x);
    shift_layer_profile_free(y);
}

static void print(const char *name, size_t prod, const tally *t, tally *total)
{
    double n = (double)t->trials;
    printf("%-26s %5zu %7zu %7.1f %7.1f %7.1f\n", name, prod, t->trials, 100 * (double)t->real / n,
           100 * (double)t->warn / n, 100 * (double)t->alert / n);
    (void)fflush(stdout);
    total->trials += t->trials;
    total->real += t->real;
    total->warn += t->warn;
    total->alert += t->alert;
}

static void simulate(const char *name, const shift_network *network, table *t, size_t trials,
                     tally *total)
{
    static const size_t sizes[] = {50, 100, 300};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tally sum = {0, 0, 0, 0};
        for (size_t k = 0; 2 * sizes[i] <= t->n && k < trials; k++)
            split(network, t, sizes[i], total->trials + k, &sum); /* each trial its own seed */
        if (sum.trials > 0)
            print(name, sizes[i], &sum, total);
    }
}

/* ---- networks of our own ---- */

static void add_weights(made_file *text, shift__random *random, const char *name, const char *shape,
                        size_t n, double scale)
{
    made_print(text, "float %s %s:", name, shape);
    for (size_t i = 0; i < n; i++)
        made_print(text, "%s%.5g", i > 0 ? "," : "", scale * draw(random));
    made_print(text, "\n");
}

static void add_gemm(made_file *text, shift__random *random, size_t i, size_t in, size_t out)
{
    char name[32];
    char shape[32];
    (void)snprintf(name, sizeof name, "w%zu", i);
    (void)snprintf(shape, sizeof shape, "%zux%zu", in, out);
    add_weights(text, random, name, shape, in * out, 1.4 / sqrt((double)in));
    made_print(text, "node MatMul g%zu h%zu,w%zu\n", i, i, i);
}

static void add_bn(made_file *text, size_t i, size_t n, const char *from)
{
    static const char *const names[] = {"s", "b", "m", "v"};
    for (size_t k = 0; k < 4; k++) {
        made_print(text, "float %s%zu %zu:", names[k], i, n);
        for (size_t c = 0; c < n; c++)
            made_print(text, "%s%d", c > 0 ? "," : "", k == 0 || k == 3);
        made_print(text, "\n");
    }
    made_print(text, "node BatchNormalization n%zu %s%zu,s%zu,b%zu,m%zu,v%zu\n", i, from, i, i, i,
               i, i);
}

/* `depth` hidden layers of 16 units. */
static void make_mlp(made_file *text, shift__random *random, size_t depth, bool bn, const char *op)
{
    made_print(text, "opset 13\ninput h0 ?x%d\n", COLUMNS);
    for (size_t i = 0; i < depth; i++) {
        add_gemm(text, random, i, i == 0 ? COLUMNS : 16, 16);
        if (bn)
            add_bn(text, i, 16, "g");
        made_print(text, "node %s h%zu %s%zu\n", op, i + 1, bn ? "n" : "g", i);
    }
    add_gemm(text, random, depth, 16, 4);
    made_print(text, "output g%zu\n", depth);
}

/* A picture of 3 x 4: two convolutions with Batch Normalization. */
static void make_cnn(made_file *text, shift__random *random)
{
    made_print(text, "opset 13\ninput h0 ?x1x3x4\n");
    add_weights(text, random, "w0", "8x1x3x3", 72, 0.4);
    made_print(text, "node Conv g0 h0,w0 pads=1,1,1,1\n");
    add_bn(text, 0, 8, "g");
    made_print(text, "node Relu h1 n0\n");
    add_weights(text, random, "w1", "8x8x3x3", 576, 0.2);
    made_print(text, "node Conv g1 h1,w1 pads=1,1,1,1\n");
    add_bn(text, 1, 8, "g");
    made_print(text, "node LeakyRelu r1 n1 alpha=0.1f\nnode GlobalAveragePool p1 r1\n"
                     "node Flatten h2 p1\n");
    add_gemm(text, random, 2, 8, 4);
    made_print(text, "output g2\n");
}

/* Its Batch Normalizations have the statistics of the rows, as after training. */
static shift_network *finish(made_file *text, const table *t)
{
    size_t n = 0;
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = NULL;
    shift_network *trained = NULL;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    unsigned char *bytes = made_model(text->text, &n);
    must(shift_network_decode(&network, bytes, n, "made", &err), &err);
    free(bytes);
    bool bn = strstr(text->text, "BatchNormalization") != NULL;
    free(text->text);
    if (!bn)
        return network;
    made_file file = write_rows(t, 0, t->n);
    shift_source *source = made_source(&file);
    data.batch = MOST_ROWS;
    must(shift_network_recalibrate(&trained, network, source, &data, 0, &err), &err);
    shift_source_close(source);
    made_remove(&file);
    shift_network_free(network);
    return trained;
}

static void simulate_made(size_t trials, tally *total)
{
    static const struct {
        const char *name, *op;
        size_t depth; /* 0 for the convolutional one */
        bool bn;
    } made[] = {{"2 layers, BN, Relu", "Relu", 2, true},
                {"6 layers, BN, Sigmoid", "Sigmoid", 6, true},
                {"3 layers, Tanh", "Tanh", 3, false},
                {"12 layers, Relu", "Relu", 12, false},
                {"convolutions, BN", "", 0, true}};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        shift__random random;
        shift__random_init(&random, i, 5);
        table t = {.header = NULL};
        made_file text = {.n = 0};
        make_rows(&t, &random);
        if (made[i].depth == 0)
            make_cnn(&text, &random);
        else
            make_mlp(&text, &random, made[i].depth, made[i].bn, made[i].op);
        shift_network *network = finish(&text, &t);
        simulate(made[i].name, network, &t, trials, total);
        shift_network_free(network);
        clear_rows(&t);
    }
}

static void simulate_stored(const char *folder, size_t trials, tally *total)
{
    static const char *const stored[][2] = {
        {"digits_mlp_bn", "digits"},  {"digits_cnn_bn", "digits"},
        {"digits_lstm_bn", "digits"}, {"deep12_relu_trained", "digits"},
        {"cancer_leaky", "cancer"},   {"cancer_maxout", "cancer"}};
    for (size_t i = 0; i < sizeof stored / sizeof *stored; i++) {
        char path[4096];
        shift_error err = SHIFT_ERROR_INIT;
        shift_network *network = NULL;
        table t = {.header = NULL};
        (void)snprintf(path, sizeof path, "%s/%s/model.onnx", folder, stored[i][0]);
        if (!read_rows(&t, folder, stored[i][1]))
            continue;
        must(shift_network_load(&network, path, &err), &err);
        simulate(stored[i][0], network, &t, trials, total);
        shift_network_free(network);
        clear_rows(&t);
    }
}

static size_t trials = 100;
static const char *networks;

/* A test, because what makes the networks and files asserts as tests do. */
START_TEST(random_splits_are_real_in_five_percent)
{
    tally total = {0, 0, 0, 0};
    tally sum = {0, 0, 0, 0};
    printf("%-26s %5s %7s %7s %7s %7s\n", "network", "rows", "trials", "real %", "warn %",
           "alert %");
    simulate_made(trials, &total);
    if (networks != NULL)
        simulate_stored(networks, trials, &total);
    print("all", 0, &total, &sum);
    double n = (double)total.trials;
    ck_assert_double_le((double)total.real, 0.05 * n + 3 * sqrt(0.05 * 0.95 * n));
}
END_TEST

int main(int argc, char **argv)
{
    trials = argc > 1 ? strtoul(argv[1], NULL, 10) : trials;
    networks = argc > 2 ? argv[2] : NULL;
    Suite *suite = suite_create("network alarms");
    TCase *tcase = tcase_create("splits");
    tcase_add_test(tcase, random_splits_are_real_in_five_percent);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
