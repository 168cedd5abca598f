/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers of the stored networks of ../shared against what PyTorch says of them: moments, distances,
 * saturation, and recalibrated statistics, within the tolerances that are stated there. Skipped
 * where the folder is not there. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "network/layer_statistics.h"
#include "network/layers.h"
#include "network/network.h"

#define NETWORKS SHIFT_SOURCE_DIR "/../shared/networks/"

enum { MOST_FIELDS = 24, MOST_SETS = 6 };

static const struct {
    const char *name, *data;
    size_t batch; /* of the recalibration */
    const char *sets[MOST_SETS];
    double slack; /* of the tolerances */
    size_t first; /* so many activations only; the rest is chaotic */
} networks[] = {
    {"digits_mlp_bn", "digits", 100, {"train", "clean", "bright", "noise", "rotate"}, 1, 99},
    {"digits_cnn_bn", "digits", 100, {"train", "clean", "bright", "noise", "rotate"}, 1, 99},
    {"digits_lstm_bn", "digits", 100, {"train", "clean", "bright", "noise", "rotate"}, 1, 99},
    {"digits_mlp_nobn", "digits", 0, {"train", "clean", "bright", "noise", "rotate"}, 1, 99},
    {"cancer_leaky", "cancer", 50, {"train", "clean", "rescaled", "noise"}, 1, 99},
    {"cancer_prelu", "cancer", 50, {"train", "clean", "rescaled", "noise"}, 1, 99},
    {"cancer_maxout", "cancer", 50, {"train", "clean", "rescaled", "noise"}, 1, 99},
    {"deep12_sigmoid_bn_trained", "digits", 100, {"train", "clean"}, 1, 99},
    {"deep12_relu_trained", "digits", 0, {"train", "clean"}, 1, 99},
    {"deep12_tanh_explode_init", "digits", 0, {"train", "clean"}, 1, 6},
    /* the large ones */
    {"resnet18_w16", "img", 32, {"train", "clean", "dark"}, 10, 99},
    {"mobilenet_v2_035", "img", 32, {"train", "clean", "fog"}, 10, 99},
};
enum { SMALL = 10, ALL = sizeof networks / sizeof *networks };

static int which;
static shift_network *network;
static shift__layers sites;
static shift_layer_profile *profiles[MOST_SETS]; /* the first is train */

static shift_source *open_set(const char *set)
{
    char path[512];
    shift_source *source = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    (void)snprintf(path, sizeof path, NETWORKS "data/%s_%s.csv", networks[which].data, set);
    shift_status status = shift_source_open(&source, path, NULL, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return source;
}

static void run_sets(void)
{
    char path[512];
    shift_error err = SHIFT_ERROR_INIT;
    (void)snprintf(path, sizeof path, NETWORKS "%s/model.onnx", networks[which].name);
    shift_status status = shift_network_load(&network, path, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_int_eq((int)shift__layers_find(&sites, network->graph, &err), (int)SHIFT_OK);
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "label";
    for (size_t i = 0; i < MOST_SETS && networks[which].sets[i] != NULL; i++) {
        shift_layer_options options = SHIFT_LAYER_OPTIONS_INIT;
        options.like = i > 0 ? profiles[0] : NULL;
        shift_source *source = open_set(networks[which].sets[i]);
        status = shift_layer_profile_read(&profiles[i], network, source, &data, &options, &err);
        ck_assert_msg(status == SHIFT_OK, "%s", err.message);
        shift_source_close(source);
    }
}

static void clear_sets(void)
{
    for (size_t i = 0; i < MOST_SETS; i++) {
        shift_layer_profile_free(profiles[i]);
        profiles[i] = NULL;
    }
    shift__layers_clear(&sites);
    shift_network_free(network);
    network = NULL;
}

static size_t set_of(const char *name)
{
    for (size_t i = 0; i < MOST_SETS && networks[which].sets[i] != NULL; i++)
        if (strcmp(networks[which].sets[i], name) == 0)
            return i;
    return SIZE_MAX;
}

/* The n-th Batch Normalization, or the n-th of these and activations together. */
static size_t layer_of(size_t n, bool bn_only)
{
    for (size_t i = 0; i < sites.n; i++) {
        bool bn = sites.sites[i].kind == SHIFT__SITE_BN;
        bool counted = bn || (!bn_only && sites.sites[i].kind == SHIFT__SITE_ACTIVATION);
        if (counted && n-- == 0)
            return i;
    }
    ck_abort_msg("no such layer");
    return 0;
}

/* Lines of a table after its header; fields are cut in place. False at the end. */
static bool next_line(FILE *file, char *fields[MOST_FIELDS])
{
    static char line[4096];
    if (fgets(line, sizeof line, file) == NULL)
        return false;
    line[strcspn(line, "\n")] = '\0';
    char *at = line;
    for (size_t i = 0; i < MOST_FIELDS; i++) {
        fields[i] = at;
        at += strcspn(at, ",");
        if (*at != '\0')
            *at++ = '\0';
    }
    return true;
}

static FILE *open_table(const char *name)
{
    char path[512];
    char *fields[MOST_FIELDS];
    (void)snprintf(path, sizeof path, NETWORKS "%s/%s", networks[which].name, name);
    FILE *file = fopen(path, "r");
    if (file != NULL)
        ck_assert(next_line(file, fields));
    return file;
}

static void near(double found, const char *expected, double tolerance, const char *what)
{
    double value = strtod(expected, NULL);
    ck_assert_msg(fabs(found - value) <= tolerance * networks[which].slack,
                  "%s %s: found %.9g, expected %s, tolerance %g", networks[which].name, what, found,
                  expected, tolerance * networks[which].slack);
}

static double relative(const char *expected)
{
    return 1e-4 * fabs(strtod(expected, NULL)) + 1e-7;
}

static void check_distances(size_t set, size_t layer, size_t c, char *fields[MOST_FIELDS])
{
    static double ks[4096];
    static double wasserstein[4096];
    static size_t done_set = SIZE_MAX;
    static size_t done_layer = SIZE_MAX;
    if (set != done_set || layer != done_layer)
        ck_assert_int_eq((int)shift__layer_distances(&profiles[0]->layers[layer],
                                                     &profiles[set]->layers[layer], ks, wasserstein,
                                                     NULL),
                         (int)SHIFT_OK);
    done_set = set;
    done_layer = layer;
    near(ks[c], fields[13], 2 / (double)profiles[set]->rows, "KS");
    near(wasserstein[c], fields[14], 1e-4, "W1");
}

START_TEST(batch_normalization_sees_what_pytorch_sees)
{
    char *fields[MOST_FIELDS];
    FILE *file = open_table("bn_stats.csv");
    size_t lines = 0;
    while (file != NULL && next_line(file, fields)) {
        size_t set = set_of(fields[0]);
        if (set == SIZE_MAX)
            continue;
        size_t i = layer_of(strtoul(fields[1], NULL, 10), true);
        size_t c = strtoul(fields[2], NULL, 10);
        const shift__layer *layer = &profiles[set]->layers[i];
        double sd = sqrt(layer->variance[c] + layer->epsilon);
        double mean = shift__sums_mean(&layer->seen, c);
        double variance = shift__sums_variance(&layer->seen, c);
        near(layer->mean[c], fields[3], relative(fields[3]), "running mean");
        near(layer->variance[c], fields[4], relative(fields[4]), "running variance");
        near(mean, fields[5], 1e-4 * sqrt(variance + layer->epsilon), "mean");
        near(variance, fields[6], relative(fields[6]), "variance");
        near(layer->scale[c] * (mean - layer->mean[c]) / sd + layer->bias[c], fields[7],
             1e-4 * sqrt(strtod(fields[8], NULL) + layer->epsilon), "mean after");
        near(layer->scale[c] * layer->scale[c] * variance / (sd * sd), fields[8],
             relative(fields[8]), "variance after");
        if (*fields[13] != '\0')
            check_distances(set, i, c, fields);
        lines++;
    }
    if (file != NULL)
        (void)fclose(file);
    ck_assert(lines > 0 || networks[which].batch == 0);
}
END_TEST

START_TEST(drifts_are_those_of_pytorch)
{
    char *fields[MOST_FIELDS];
    FILE *file = open_table("bn_shift.csv");
    while (file != NULL && next_line(file, fields)) {
        size_t set = set_of(fields[0]);
        if (set == SIZE_MAX)
            continue;
        size_t i = layer_of(strtoul(fields[1], NULL, 10), true);
        const shift__layer *layer = &profiles[set]->layers[i];
        shift__drift drift =
            strcmp(fields[4], "stored") == 0
                ? shift__drift_from_stored(layer, NULL)
                : shift__drift_from_train(&profiles[0]->layers[i], layer, layer->epsilon, NULL);
        near(drift.mean_shift, fields[5], 2e-4, "mean_shift_rms");
        near(drift.log_ratio, fields[6], 2e-4, "log_var_rms");
        near(drift.divergence, fields[7], 1e-3 * strtod(fields[7], NULL) + 1e-5, "sym_kl_mean");
    }
    if (file != NULL)
        (void)fclose(file);
}
END_TEST

static size_t count_full(const uint64_t *counts, const shift__layer *layer)
{
    size_t n = 0;
    for (size_t c = 0; c < layer->channels; c++)
        n += counts[c] == layer->seen.n;
    return n;
}

static void near_moments(const shift__sums *sums, size_t channels, char **fields, const char *what)
{
    double mean = 0;
    double variance = 0;
    shift__sums_pooled(sums, channels, &mean, &variance);
    near(mean, fields[0], 1e-4 * sqrt(variance) + 1e-6, what);
    near(variance, fields[1], 2 * relative(fields[1]), what);
}

/* Of what enters an activation: its own, or those of the Batch Normalization before it by its map.
 */
static void near_moments_before(size_t set, size_t i, char **fields)
{
    const shift__layer *layer = &profiles[set]->layers[i];
    if (!layer->seen_is_after) {
        near_moments(&layer->seen, layer->channels, fields, "moments before");
        return;
    }
    const shift__layer *bn = layer - 1;
    double *all = calloc(3 * layer->channels, sizeof *all);
    ck_assert(bn->bn && all != NULL);
    shift__sums sums = {.origin = all,
                        .first = all + layer->channels,
                        .second = all + 2 * layer->channels,
                        .n = bn->seen.n};
    for (size_t c = 0; c < layer->channels; c++) {
        double k = bn->scale[c] / sqrt(bn->variance[c] + bn->epsilon);
        sums.origin[c] = bn->bias[c] + k * (shift__sums_mean(&bn->seen, c) - bn->mean[c]);
        sums.second[c] = k * k * shift__sums_variance(&bn->seen, c) * (double)bn->seen.n;
    }
    near_moments(&sums, layer->channels, fields, "moments before");
    free(all);
}

START_TEST(activations_saturate_where_pytorch_says)
{
    char *fields[MOST_FIELDS];
    FILE *file = open_table("act_stats.csv");
    size_t lines = 0;
    while (file != NULL && next_line(file, fields)) {
        size_t set = set_of(fields[0]);
        size_t site = strtoul(fields[1], NULL, 10);
        if (set == SIZE_MAX || site >= networks[which].first)
            continue;
        size_t i = layer_of(site, false);
        const shift__layer *layer = &profiles[set]->layers[i];
        const shift__sums *after = layer->seen_is_after ? &layer->seen : &layer->other;
        ck_assert_str_eq(layer->op, fields[2]);
        if (strcmp(layer->op, "Maxout") != 0) /* whose units are those of its input there */
            ck_assert_uint_eq(layer->channels, strtoul(fields[6], NULL, 10));
        ck_assert_uint_eq(layer->seen.n, strtoul(fields[7], NULL, 10));
        ck_assert_int_eq(*fields[8] == '\0', layer->saturated == NULL);
        near(shift__share_of(layer, layer->zero), fields[9], 1e-3, "zero share");
        ck_assert_uint_eq(count_full(layer->zero, layer), strtoul(fields[11], NULL, 10));
        near_moments(after, layer->channels, fields + 14, "moments after");
        if (layer->saturated != NULL) {
            near(shift__share_of(layer, layer->saturated), fields[8], 1e-3, "saturated share");
            ck_assert_uint_eq(count_full(layer->saturated, layer), strtoul(fields[10], NULL, 10));
            near_moments_before(set, i, fields + 12);
        }
        lines++;
    }
    if (file != NULL)
        (void)fclose(file);
    ck_assert(lines > 0 || file == NULL);
}
END_TEST

/* The adapted network's stored statistics are the reference's; one set after the other. */
static void check_recalibrated(const char *set, size_t batch, int column)
{
    char *fields[MOST_FIELDS];
    shift_network *adapted = NULL;
    shift__layers theirs;
    shift_error err = SHIFT_ERROR_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "label";
    data.batch = batch;
    shift_source *source = open_set(set);
    shift_status status = shift_network_recalibrate(&adapted, network, source, &data, 0, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_source_close(source);
    ck_assert_int_eq((int)shift__layers_find(&theirs, adapted->graph, &err), (int)SHIFT_OK);
    FILE *file = open_table("bn_stats.csv");
    while (next_line(file, fields)) {
        if (strcmp(fields[0], set) != 0 || *fields[column] == '\0')
            continue;
        size_t c = strtoul(fields[2], NULL, 10);
        const shift__site *site = &theirs.sites[layer_of(strtoul(fields[1], NULL, 10), true)];
        double variance = strtod(fields[column + 1], NULL);
        near((double)site->mean[c], fields[column], 1e-4 * sqrt(variance + 1e-5), "adapted mean");
        near((double)site->variance[c], fields[column + 1], relative(fields[column + 1]),
             "adapted variance");
    }
    (void)fclose(file);
    shift__layers_clear(&theirs);
    shift_network_free(adapted);
}

START_TEST(recalibration_gives_pytorchs_statistics)
{
    for (size_t i = 1; networks[which].batch > 0 && networks[which].sets[i] != NULL; i++) {
        check_recalibrated(networks[which].sets[i], networks[which].batch, 9);
        check_recalibrated(networks[which].sets[i], 1 << 12, 11);
    }
}
END_TEST

static TCase *case_of(int i)
{
    TCase *tcase = tcase_create(networks[i].name);
    tcase_set_timeout(tcase, 600);
    tcase_add_unchecked_fixture(tcase, run_sets, clear_sets);
    tcase_add_test(tcase, batch_normalization_sees_what_pytorch_sees);
    tcase_add_test(tcase, drifts_are_those_of_pytorch);
    tcase_add_test(tcase, activations_saturate_where_pytorch_says);
    tcase_add_test(tcase, recalibration_gives_pytorchs_statistics);
    return tcase;
}

/* One network after the other, because the fixture runs the one that `which` says. */
int main(int argc, char **argv)
{
    bool large = argc > 1 && strcmp(argv[1], "large") == 0;
    struct stat there;
    int failed = 0;
    if (stat(NETWORKS, &there) != 0) {
        printf("skipped: %s is not there\n", NETWORKS);
        return 77;
    }
    for (which = large ? SMALL : 0; which < (large ? (int)ALL : (int)SMALL); which++) {
        Suite *suite = suite_create(networks[which].name);
        suite_add_tcase(suite, case_of(which));
        SRunner *runner = srunner_create(suite);
        srunner_run_all(runner, CK_NORMAL);
        failed += srunner_ntests_failed(runner);
        srunner_free(runner);
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
