/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_OVERWRITE_H
#define COVSHIFT_OVERWRITE_H

#include "cli.h"

/** EINVAL where `output` is the file `kept` by whatever name, or would be: neither need be there
 * yet. `kept` may be a query ("sqlite:FILE?SELECT ..."), `what` is what the complaint calls it. */
SHIFT_CHECKED shift_status overwrite_check(const char *output, const char *kept, const char *what,
                                           shift_error *err);
/** The same with a database and what SQLite keeps beside it. */
SHIFT_CHECKED shift_status overwrite_check_database(const char *output, const char *db,
                                                    shift_error *err);
/** --output must be none of the files that the command line names otherwise. */
SHIFT_CHECKED shift_status overwrite_check_options(const struct options *options, shift_error *err);

#endif
