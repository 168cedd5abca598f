/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands of the program share: the command table, the options, and how to complain. */
#ifndef COVSHIFT_CLI_H
#define COVSHIFT_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/gradients.h"
#include "shift/layers.h"
#include "shift/network.h"
#include "shift/shift.h"

enum { STATUS_NO_SHIFT = 0, STATUS_SHIFT = 1, STATUS_TROUBLE = 2 };
/* With --format nagios, the Monitoring Plugins' convention instead: 0 to 3. A verdict's status is
 * marked as such until the process exits, for 2 means an alert there and trouble elsewhere. */
enum { STATUS_MONITORING = 16, STATUS_UNKNOWN = 3 };

struct options;

struct command {
    const char *name;
    const char *operands;       /* for the usage line */
    const char *summary;        /* one line for `covshift help` */
    const char *details;        /* paragraphs for `covshift COMMAND --help` */
    unsigned long long options; /* the sections of options it takes, see options.c */
    size_t least, most;         /* how many operands */
    /* The exit status; NULL for a command that has commands of its own. */
    int (*run)(const struct options *options);
};

extern const struct command cmd_check, cmd_run, cmd_init, cmd_profile, cmd_merge, cmd_show,
    cmd_report, cmd_history, cmd_plugins, cmd_prune, cmd_store, cmd_network, cmd_ack,
    cmd_completion;
/** The commands of cmd_network; NULL-ended. */
extern const struct command *const network_commands[];
extern const struct command cmd_whiten, cmd_weights, cmd_outliers;

/** Sections of options; a command takes some. */
enum {
    OPTIONS_READ = 1 << 0,   /* how raw data is read */
    OPTIONS_KIND = 1 << 1,   /* which columns, and what they are */
    OPTIONS_SKETCH = 1 << 2, /* how it is profiled */
    OPTIONS_DECIDE = 1 << 3, /* thresholds */
    OPTIONS_RECORD = 1 << 4, /* --no-record */
    OPTIONS_STORE = 1 << 5,  /* --db */
    OPTIONS_RENDER = 1 << 6, /* how a report is written */
    OPTIONS_QUIET = 1 << 7,
    OPTIONS_PLUGIN = 1 << 8,   /* where reporters are looked for */
    OPTIONS_OUTPUT = 1 << 9,   /* -o */
    OPTIONS_PROFILE = 1 << 10, /* what only `covshift profile` takes */
    OPTIONS_HELP = 1 << 11,    /* of every command */
    OPTIONS_DATES = 1 << 12,   /* which days `covshift run` runs, and how */
    OPTIONS_THREADS = 1 << 13,
    OPTIONS_KEEP = 1 << 14,     /* how old runs may become */
    OPTIONS_INPUTS = 1 << 15,   /* how rows become inputs of a network */
    OPTIONS_REPORT = 1 << 16,   /* what only `covshift report` takes */
    OPTIONS_HISTORY = 1 << 17,  /* which values over which runs */
    OPTIONS_BN = 1 << 18,       /* how Batch Normalization is run */
    OPTIONS_BLEND = 1 << 19,    /* of `network recalibrate` */
    OPTIONS_WHITEN = 1 << 20,   /* which whitening */
    OPTIONS_CLIP = 1 << 21,     /* of importance weights */
    OPTIONS_OUTLIERS = 1 << 22, /* how many, and by what */
    OPTIONS_ACK = 1 << 23,
    OPTIONS_ROWS = 1 << 24,   /* how many rows */
    OPTIONS_FAIL = 1 << 25,   /* --fail-on without thresholds */
    OPTIONS_VERSUS = 1 << 26, /* of `network trace` */
    OPTIONS_REMEDY = 1 << 27, /* which one */
    OPTIONS_ADAPT = 1 << 28,  /* how to recalibrate */
    OPTIONS_HARM = 1 << 29,   /* of `network check` */
    OPTIONS_MOMENTS = 1 << 30 /* how much is kept of a network's layers */
};

/* Thresholds of layers: an enumerator is an int, which has no bit left. */
#define OPTIONS_LAYERS (1U << 31)
#define OPTIONS_BY (1ULL << 32) /* windows */
#define OPTIONS_MEMORY (1ULL << 33)

typedef enum fail_on { FAIL_ON_WARN, FAIL_ON_ALERT, FAIL_ON_NEVER } fail_on;

/** The command line, parsed. All text points into argv. */
struct options {
    const struct command *command;
    char *const *operands;
    size_t n_operands;
    bool help;
    char *argument; /* of the option that is being parsed */

    shift_source_options source;
    shift_schema_options schema;
    shift_profile_options profile;
    uint64_t max_memory; /* bytes, see memory.h */
    shift_progress watch;
    const char *like;
    shift_network_data_options inputs;
    shift_layer_options layers;
    uint64_t rows;      /* 0 for all */
    const char *versus; /* or NULL */
    shift_remedy activation;
    bool insert_bn, tent, harm;
    bool quiet, no_colour; /* of every report */
    double rate;           /* of learning */
    double blend;

    shift_policy policy;
    fail_on fail_on;
    shift_window_rule by; /* its size is 0 where there are no windows */

    const char *db;
    const char *format;
    const char *output;
    bool no_record;
    bool list;
    int64_t against; /* 0 where not given */
    shift_history_query history;
    const char *const *plugin_dirs;
    size_t n_plugin_dirs;

    bool has_date, has_from, has_to, has_until, dry_run, again;
    shift_date date, from, to, until;
    unsigned keep_days; /* 0: not given */
    unsigned wait;      /* seconds */
    shift_whitening_method method;
    shift_outlier_order order;
    double clip;
    size_t top;
    const char *because;

    struct option_lists *lists; /* what the arrays above point to */
};

/** False after a complaint on stderr. Call options_clear() in any case. */
bool options_parse(struct options *options, const struct command *command, int argc, char **argv);
void options_clear(struct options *options);
/** The table of the options that `command` takes, for its help. */
void options_print(const struct command *command);

/** An option, for whoever tells about it. */
struct option_text {
    const char *name, *argument, *help; /* argument: NULL where it takes none */
};
/** Every option that `command` takes. */
void options_each(const struct command *command,
                  void (*tell)(const struct option_text *option, void *context), void *context);

/** All commands, NULL-ended. */
extern const struct command *const all_commands[];
/** NULL where there is none of that name in a table. */
const struct command *find_command(const struct command *const *table, const char *name);

/** Whether the exit status is that of a monitoring plugin. */
bool is_monitoring(const struct options *options);
/** The status of a verdict for a monitoring system: alert is critical; what could not be judged is
 * no problem of the service. */
int monitoring_status(shift_verdict verdict);
/** The number of a run; false where `text` is none. */
bool parse_run(const char *text, int64_t *run_id);

/** One line on stderr; always STATUS_TROUBLE. */
int trouble(const shift_error *err);
/** The line about what has been done in the database, on standard output; where that takes none,
 * the complaint has it. The exit status. */
SHIFT_PRINTF(1, 2) int done(const char *format, ...);
/** One line on stderr and a hint at --help; always STATUS_TROUBLE. */
SHIFT_PRINTF(2, 3) int misuse(const struct command *command, const char *format, ...);

#endif
