/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an option is followed by. */
#ifndef COVSHIFT_PARSE_H
#define COVSHIFT_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"

/** "500M" as bytes: K, M and G are powers of 1024. False where it is none, or 0. */
bool parse_size(const char *text, uint64_t *bytes);

/* Setters of the commands that read or write rows: NULL, or what is expected instead of
 * `options->argument`. */
const char *set_method(struct options *options);
const char *set_clip(struct options *options);
const char *set_top(struct options *options);
const char *set_order(struct options *options);

/* Of days. */
const char *set_date(struct options *options);
const char *set_from(struct options *options);
const char *set_to(struct options *options);
const char *set_until(struct options *options);
const char *set_wait(struct options *options);
const char *set_keep(struct options *options);

/* Of the decision: parse_policy.c. */
const char *set_no_joint(struct options *options);
const char *set_dependence(struct options *options);
const char *set_alpha(struct options *options);
const char *set_fail_share(struct options *options);
const char *set_warn(struct options *options);
const char *set_alert(struct options *options);
const char *set_fail_on(struct options *options);

/* Of networks: parse_network.c. */
const char *set_inputs(struct options *options);
const char *set_label(struct options *options);
const char *set_batch(struct options *options);
const char *set_bn(struct options *options);
const char *set_moments(struct options *options);
const char *set_blend(struct options *options);
const char *set_rows(struct options *options);
const char *set_versus(struct options *options);
const char *set_activation(struct options *options);
const char *set_insert_bn(struct options *options);
const char *set_harm(struct options *options);
const char *set_adaptation(struct options *options);
const char *set_rate(struct options *options);

/* Every list is as long as the command line at most, so none has to grow. */
struct option_lists {
    const char **missing;
    shift_schema_rule *rules;
    const char **only;
    shift_threshold *thresholds;
    const char **plugin_dirs;
    const char **inputs;
};

#endif
