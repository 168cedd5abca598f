/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes: refused with the file's name, or a monitor whose values are in their ranges and whose
 * patterns can be resolved. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/file.h"

static void must(int holds)
{
    if (!holds)
        abort();
}

static void expand(const char *pattern)
{
    char *text = NULL;
    must(pattern != NULL);
    if (shift_date_expand(&text, pattern, (shift_date){2024, 2, 29}, NULL) == SHIFT_OK)
        free(text);
}

static void look(const shift_monitor *monitor)
{
    static const char *const columns[] = {"price", "a b", "", "*", "\xff"};
    shift_error err = SHIFT_ERROR_INIT;
    shift_monitor_rules *rules = NULL;
    if (shift_monitor_resolve(&rules, monitor, columns, sizeof columns / sizeof *columns, &err) ==
        SHIFT_OK)
        shift_monitor_rules_free(rules);
    else
        must(strncmp(err.message, "fuzz.yaml: line ", 16) == 0);
    expand(monitor->production);
    for (size_t i = 0; i < monitor->n_reports; i++)
        expand(monitor->reports[i].path);
    must(monitor->name[0] != '\0' && strchr(monitor->name, '/') == NULL);
    must(monitor->alpha > 0 && monitor->alpha < 1);
    must(monitor->policy.runs >= 1 && monitor->policy.runs <= monitor->policy.of);
    must(monitor->policy.of <= 64);
    for (size_t i = 0; i < monitor->n_networks; i++)
        must(monitor->networks[i].name[0] != '\0' && monitor->networks[i].train != NULL);
}

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_monitor *monitor = NULL;
    char *bytes = malloc(n + 1);
    must(bytes != NULL);
    if (n > 0)
        memcpy(bytes, data, n);
    FILE *file = fmemopen(bytes, n, "r");
    must(file != NULL);
    if (shift__monitor_read(&monitor, "fuzz.yaml", file, &err) == SHIFT_OK)
        look(monitor);
    else
        must(monitor == NULL && strncmp(err.message, "fuzz.yaml: ", 11) == 0);
    shift_monitor_free(monitor);
    (void)fclose(file);
    free(bytes);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
