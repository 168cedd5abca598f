/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main job: profile both sides, compare, decide, record, report. */
#include "input.h"
#include "judge.h"
#include "windows.h"

static shift_status compare_sides(shift_comparison **out, const struct options *options,
                                  shift_error *err)
{
    shift_profile *train = NULL;
    shift_profile *prod = NULL;
    shift_status status = input_profile(&train, options->operands[0], NULL, options, err);
    if (status == SHIFT_OK)
        status = input_profile(&prod, options->operands[1], train, options, err);
    if (status == SHIFT_OK)
        status = shift_compare(out, train, prod, &options->policy, err);
    shift_profile_free(prod);
    shift_profile_free(train);
    return status;
}

static int run(const struct options *options)
{
    return options->by.size > 0 ? windows_check(options) : judge(options, compare_sides);
}

const struct command cmd_check = {
    "check",
    "TRAIN PROD",
    "compare production data with training data (the main job)",
    "Compares PROD with TRAIN column by column, decides, and reports. Either may be a\n"
    "CSV file (plain, gzip or Zstandard), a profile saved by 'covshift profile', or\n"
    "'-' for standard input. The columns and their kinds are those of TRAIN.\n"
    "\n"
    "With --db the run is recorded first, in one transaction, and the report is made\n"
    "from the record. --quiet prints nothing unless the verdict is one that exits 1;\n"
    "with --fail-on never, unless it is an alert.\n"
    "\n"
    "--by cuts PROD into windows, in one pass: of time, so many rows, or the values of\n"
    "a column. Each is a run by itself; the worst gives the exit status.\n"
    "\n"
    "Exit status: 0 no shift, 1 shift (see --fail-on), 2 trouble: nothing recorded.\n"
    "With --format nagios: 0 ok, 1 warn, 2 alert, 3 trouble.\n",
    OPTIONS_READ | OPTIONS_KIND | OPTIONS_SKETCH | OPTIONS_DECIDE | OPTIONS_RECORD | OPTIONS_STORE |
        OPTIONS_RENDER | OPTIONS_QUIET | OPTIONS_PLUGIN | OPTIONS_OUTPUT | OPTIONS_BY |
        OPTIONS_MEMORY,
    2,
    2,
    run,
};
