/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendered.h"

#include <check.h>

static const char *const directory = SHIFT_PLUGINS;
static shift_registry *registry;
static const shift_reporter *reporter;

void rendered_open(const char *name)
{
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_registry_open(&registry, &directory, 1, &err), (int)SHIFT_OK);
    shift_status status = shift_registry_find(registry, name, &reporter, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
}

void rendered_close(void)
{
    shift_registry_close(registry);
}

shift_report rendered_report(const shift_comparison *comparison)
{
    const char *kind = comparison->network != NULL ? "network" : "features";
    return (shift_report){.size = sizeof(shift_report),
                          .run_id = 7,
                          .kind = kind,
                          .started_at = "2026-01-31T02:00:00Z",
                          .finished_at = "2026-01-31T02:00:07Z",
                          .version = "0.1.0",
                          .comparison = comparison};
}

const char *rendered_text(const shift_report *report, memory_sink *memory, shift_sink sink)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = reporter->render(report, &sink, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return memory->text;
}

const char *rendered_history(const shift_history *history, memory_sink *memory, shift_sink sink)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = reporter->render_history(history, &sink, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return memory->text;
}

static shift_status render(const shift_report *report, const shift_history *history,
                           memory_sink *memory, shift_error *err)
{
    shift_sink sink = memory_sink_of(memory);
    return report != NULL ? reporter->render(report, &sink, err)
                          : reporter->render_history(history, &sink, err);
}

void rendered_assert_full(const shift_report *report, const shift_history *history)
{
    memory_sink memory = {.limit = 100};
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)render(report, history, &memory, &err), (int)SHIFT_EIO);
    ck_assert_str_eq(err.message, "the sink is full");
    memory_sink_clear(&memory);
    ck_assert_int_eq((int)render(report, history, &memory, &err), (int)SHIFT_OK);
    size_t writes = memory.writes;
    memory_sink_clear(&memory);
    for (size_t i = 1; i <= writes; i++) {
        memory.fails = i;
        shift_status status = render(report, history, &memory, &err);
        if (status != SHIFT_EIO)
            ck_abort_msg("write %zu of %zu failed: %.99s", i, writes,
                         memory.text + (memory.n > 60 ? memory.n - 60 : 0));
        memory_sink_clear(&memory);
    }
}
