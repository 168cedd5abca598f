/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Care of the database. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "overwrite.h"
#include "print.h"

static void print_size(const char *name, uint64_t bytes, uint64_t runs)
{
    print_text(stdout, name, strlen(name), SIZE_MAX, 17);
    printf(" %12" PRIu64 " bytes", bytes);
    if (runs > 0)
        printf("%12" PRIu64 " a run", bytes / runs);
    printf("\n");
}

static shift_status check(shift_store *store, const struct options *options, bool *damaged,
                          shift_error *err)
{
    shift_store_state *state = NULL;
    shift_status status = shift_store_check(store, &state, err);
    if (status != SHIFT_OK)
        return status;
    *damaged = state->damage != NULL;
    if (*damaged) {
        (void)fputs("covshift: ", stderr);
        print_name(stderr, options->db);
        (void)fputs(": damaged: ", stderr);
        print_name(stderr, state->damage);
        (void)fputc('\n', stderr);
    } else {
        print_name(stdout, options->db);
        printf(": sound, version %" PRIu64 ", %" PRIu64 " run%s\n\n", state->version, state->runs,
               state->runs == 1 ? "" : "s");
        print_size("file", state->bytes, state->runs);
        print_size("empty in it", state->spare, 0);
        for (size_t i = 0; i < state->n_tables; i++)
            if (state->tables[i]->bytes * 100 >= state->bytes) /* others do not matter */
                print_size(state->tables[i]->name, state->tables[i]->bytes, state->runs);
    }
    shift_store_state_free(state);
    return SHIFT_OK;
}

static int run(const struct options *options)
{
    const char *word = options->operands[0];
    bool backup = strcmp(word, "backup") == 0;
    if (!backup && strcmp(word, "check") != 0)
        return misuse(options->command, "expected check or backup, not '%s'", word);
    if (options->db == NULL)
        return misuse(options->command, "needs --db FILE");
    if (options->n_operands != (backup ? 2 : 1))
        return misuse(options->command,
                      backup ? "backup needs COPY, the file to write" : "check takes nothing else");
    shift_error err = SHIFT_ERROR_INIT;
    shift_store *store = NULL;
    bool damaged = false;
    shift_status status = SHIFT_OK;
    if (backup)
        status = overwrite_check_database(options->operands[1], options->db, &err);
    if (status == SHIFT_OK)
        status = shift_store_open(&store, options->db, SHIFT_STORE_READ, &err);
    if (status == SHIFT_OK && backup)
        status = shift_store_backup(store, options->operands[1], &err);
    else if (status == SHIFT_OK)
        status = check(store, options, &damaged, &err);
    shift_store_close(store);
    if (status != SHIFT_OK)
        return trouble(&err);
    return damaged ? STATUS_TROUBLE : STATUS_NO_SHIFT;
}

const struct command cmd_store = {
    "store",
    "check | backup COPY",
    "examine the database, or copy it while it is in use",
    "'check' reads all of the database and every run in it, says whether it is sound,\n"
    "and how large its tables are. 'backup' copies it to COPY, in place of a file\n"
    "there; runs may be recorded meanwhile.\n"
    "\n"
    "Exit status: 0 sound or copied, 2 damaged or trouble.\n",
    OPTIONS_STORE,
    1,
    2,
    run,
};
