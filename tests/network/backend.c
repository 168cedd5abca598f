/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backend FOLDER KIND...: run the ONNX project's own backend tests, and count. A test is a folder
 * KIND/NAME with model.onnx and test_data_set_N/{input,output}_K.pb. Tests of operators or types
 * that are not ours are refused, which is right; any other must pass. Exit status 1 where one does
 * not, 77 where there are no tests. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/execute.h"
#include "network/initializer.h"

enum { SKIPPED = 77, TENSORS_MAX = 64, PATH = 1024 };

#define RELATIVE 1e-5
#define ABSOLUTE 1e-7 /* as the ONNX project's own runner */

/* Dropout while training draws random numbers that no standard defines; here it is off. */
static const char *const random_tests[] = {
    "test_training_dropout",
    "test_training_dropout_default",
    "test_training_dropout_default_mask",
    "test_training_dropout_mask",
};

typedef enum verdict { PASSED, REFUSED, RANDOM, FAILED, N_VERDICTS } verdict;

typedef struct trial {
    char folder[PATH];
    shift__onnx *file;
    shift__graph *graph;
    shift__tensor inputs[TENSORS_MAX], outputs[TENSORS_MAX];
    size_t n_inputs, n_outputs;
    char why[600];
} trial;

/* ---- whether a test is one of ours ---- */

static bool is_type_of_ours(const Onnx__ValueInfoProto *info, bool *floats)
{
    enum { FLOAT = 1, INT32 = 6, INT64 = 7, BOOL = 9 };
    if (info->type == NULL || info->type->tensor_type == NULL)
        return false;
    int32_t type = info->type->tensor_type->elem_type;
    *floats = *floats || type == FLOAT;
    return type == FLOAT || type == INT32 || type == INT64 || type == BOOL;
}

static bool is_ours(const shift__onnx *file)
{
    const Onnx__GraphProto *graph = file->model->graph;
    bool floats = false;
    for (size_t i = 0; i < graph->n_node; i++)
        if (shift__operator_find(graph->node[i]->op_type) == NULL ||
            (graph->node[i]->domain != NULL && graph->node[i]->domain[0] != '\0'))
            return false;
    for (size_t i = 0; i < graph->n_input; i++)
        if (!is_type_of_ours(graph->input[i], &floats))
            return false;
    for (size_t i = 0; i < graph->n_output; i++)
        if (!is_type_of_ours(graph->output[i], &floats))
            return false;
    return floats;
}

/* ---- data ---- */

static bool read_tensor(trial *t, const char *set, const char *kind, size_t k, shift__tensor *out)
{
    char path[PATH + 300];
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_error err = SHIFT_ERROR_INIT;
    (void)snprintf(path, sizeof path, "%s/%s/%s_%zu.pb", t->folder, set, kind, k);
    if (shift__onnx_read(path, &bytes, &n, &err) != SHIFT_OK)
        return false;
    Onnx__TensorProto *proto = onnx__tensor_proto__unpack(NULL, n, bytes);
    free(bytes);
    bool good =
        proto != NULL && shift__initializer_read(out, t->file, proto, path, &err) == SHIFT_OK;
    if (proto != NULL)
        onnx__tensor_proto__free_unpacked(proto, NULL);
    return good;
}

static void read_tensors(trial *t, const char *set, const char *kind, shift__tensor *out, size_t *n)
{
    for (*n = 0; *n < TENSORS_MAX && read_tensor(t, set, kind, *n, &out[*n]);)
        ++*n;
}

static void clear_tensors(shift__tensor *tensors, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        shift__tensor_clear(&tensors[i]);
    *n = 0;
}

/* ---- comparison ---- */

static double element(const shift__tensor *tensor, size_t i)
{
    switch (tensor->dtype) {
    case SHIFT__FLOAT32:
        return (double)shift__floats(tensor)[i];
    case SHIFT__INT64:
        return (double)shift__integers(tensor)[i];
    case SHIFT__BOOL:
        return shift__booleans(tensor)[i] ? 1 : 0;
    }
    return NAN;
}

static bool compare(trial *t, size_t k, const shift__tensor *got)
{
    const shift__tensor *wanted = &t->outputs[k];
    char a[SHIFT__SHAPE_TEXT];
    char b[SHIFT__SHAPE_TEXT];
    if (!shift__tensor_same_shape(got, wanted) || got->dtype != wanted->dtype) {
        (void)snprintf(t->why, sizeof t->why, "output %zu is %s %s, not %s %s", k,
                       shift__dtype_name(got->dtype), shift__shape_text(got, a),
                       shift__dtype_name(wanted->dtype), shift__shape_text(wanted, b));
        return false;
    }
    size_t n = shift__tensor_size(wanted);
    for (size_t i = 0; i < n; i++) {
        double x = element(got, i);
        double y = element(wanted, i);
        if (x == y || (isnan(x) && isnan(y)) || fabs(x - y) <= RELATIVE * fabs(y) + ABSOLUTE)
            continue;
        (void)snprintf(t->why, sizeof t->why, "output %zu, element %zu is %.9g, not %.9g", k, i, x,
                       y);
        return false;
    }
    return true;
}

static verdict refuse(trial *t, const shift_error *err)
{
    (void)snprintf(t->why, sizeof t->why, "%s", err->message);
    return REFUSED;
}

static verdict run_set(trial *t, const char *set)
{
    static const shift__execution_options options = {.bn = SHIFT__BN_AS_NODE,
                                                     .integers_stay = true};
    shift__execution *execution = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    read_tensors(t, set, "input", t->inputs, &t->n_inputs);
    read_tensors(t, set, "output", t->outputs, &t->n_outputs);
    verdict result = FAILED;
    if (t->n_inputs != t->graph->n_inputs || t->n_outputs != t->graph->n_outputs)
        (void)snprintf(t->why, sizeof t->why, "%zu inputs and %zu outputs in %s", t->n_inputs,
                       t->n_outputs, set);
    else if (shift__execution_new(&execution, t->graph, t->inputs, &options, &err) != SHIFT_OK ||
             shift__execution_run(execution, t->inputs, NULL, &err) != SHIFT_OK)
        result = refuse(t, &err);
    else
        result = PASSED;
    for (size_t k = 0; result == PASSED && k < t->n_outputs; k++)
        if (!compare(t, k, shift__execution_value(execution, t->graph->outputs[k])))
            result = FAILED;
    shift__execution_free(execution);
    clear_tensors(t->inputs, &t->n_inputs);
    clear_tensors(t->outputs, &t->n_outputs);
    return result;
}

static verdict run_sets(trial *t)
{
    DIR *folder = opendir(t->folder);
    verdict result = PASSED;
    size_t sets = 0;
    const struct dirent *entry = NULL;
    while (folder != NULL && result == PASSED && (entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, "test_data_set_", 14) != 0)
            continue;
        result = run_set(t, entry->d_name);
        sets++;
    }
    if (folder != NULL)
        (void)closedir(folder);
    if (sets == 0)
        (void)snprintf(t->why, sizeof t->why, "no data sets");
    return sets == 0 ? FAILED : result;
}

static bool is_random(const char *name)
{
    for (size_t i = 0; i < sizeof random_tests / sizeof random_tests[0]; i++)
        if (strcmp(random_tests[i], name) == 0)
            return true;
    return false;
}

static verdict run_trial(trial *t, const char *name)
{
    char path[PATH + 32];
    shift_error err = SHIFT_ERROR_INIT;
    verdict result = FAILED;
    (void)snprintf(path, sizeof path, "%s/model.onnx", t->folder);
    if (is_random(name))
        return RANDOM;
    if (shift__onnx_load(&t->file, path, &err) != SHIFT_OK) {
        result = refuse(t, &err);
    } else {
        bool ours = is_ours(t->file);
        result =
            shift__graph_new(&t->graph, t->file, &err) == SHIFT_OK ? run_sets(t) : refuse(t, &err);
        if (ours && result == REFUSED)
            result = FAILED;
    }
    shift__graph_free(t->graph);
    shift__onnx_free(t->file);
    return result;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void run_kind(const char *root, const char *kind, unsigned counts[N_VERDICTS])
{
    char folder[PATH / 2];
    struct dirent **entries = NULL;
    (void)snprintf(folder, sizeof folder, "%s/%s", root, kind);
    int n = scandir(folder, &entries, NULL, by_name);
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        trial t = {.file = NULL};
        (void)snprintf(t.folder, sizeof t.folder, "%s/%s", folder, name);
        if (name[0] != '.') {
            verdict result = run_trial(&t, name);
            counts[result]++;
            if (result == FAILED || (result == REFUSED && getenv("BACKEND_REFUSED") != NULL))
                printf("%s %s/%s: %s\n", result == FAILED ? "FAILED" : "refused", kind, name,
                       t.why);
        }
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    unsigned all[N_VERDICTS] = {0};
    for (int i = 2; i < argc; i++) {
        unsigned counts[N_VERDICTS] = {0};
        run_kind(argv[1], argv[i], counts);
        printf("%s: %u passed, %u refused (operators or types that are not ours), %u random, "
               "%u failed\n",
               argv[i], counts[PASSED], counts[REFUSED], counts[RANDOM], counts[FAILED]);
        for (size_t v = 0; v < N_VERDICTS; v++)
            all[v] += counts[v];
    }
    printf("in all: %u passed, %u refused, %u random, %u failed\n", all[PASSED], all[REFUSED],
           all[RANDOM], all[FAILED]);
    if (all[FAILED] > 0)
        return EXIT_FAILURE;
    return all[PASSED] > 0 ? EXIT_SUCCESS : SKIPPED;
}
