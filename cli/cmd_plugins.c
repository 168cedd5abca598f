/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reporters there are, and the plugins that were refused. */
#include <stdio.h>

#include "cli.h"
#include "print.h"
#include "render.h"

static void print_entry(shift_registry_entry entry)
{
    if (entry.reporter != NULL) {
        printf("%-12s %s\n%-12s ABI %u, ", entry.reporter->name, entry.reporter->summary, "",
               (unsigned)entry.reporter->abi);
        print_name(stdout, entry.path);
        printf("\n");
    } else {
        printf("%-12s %s\n", "(refused)", entry.refusal);
    }
}

static int run(const struct options *options)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_registry *registry = NULL;
    if (render_registry(&registry, options, &err) != SHIFT_OK)
        return trouble(&err);
    for (size_t i = 0; i < shift_registry_size(registry); i++)
        print_entry(shift_registry_at(registry, i));
    shift_registry_close(registry);
    return STATUS_NO_SHIFT;
}

const struct command cmd_plugins = {
    "plugins",
    "",
    "list the reporters, and the plugins that were refused",
    "Lists what --format can name, with the plugin's ABI and file. Plugins are looked\n"
    "for in --plugin-dir, then in the folders of COVSHIFT_PLUGIN_PATH (separated by\n"
    "colons), then in the installed folder. The first of two equal names counts.\n",
    OPTIONS_PLUGIN,
    0,
    0,
    run,
};
