/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of all commands in one table: it drives getopt_long and prints the help. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "memory.h"
#include "parse.h"

struct option_row {
    const char *name;
    const char *argument; /* NULL where it takes none */
    const char *help;
    /* NULL, or what is expected instead of `options->argument`. */
    const char *(*set)(struct options *options);
    unsigned long long section;
    char letter; /* 0 where there is no short form */
};

static const char *set_help(struct options *options)
{
    options->help = true;
    return NULL;
}

static const char *set_delimiter(struct options *options)
{
    if (strcmp(options->argument, "tab") == 0 || strcmp(options->argument, "\\t") == 0)
        options->source.delimiter = '\t';
    else if (strlen(options->argument) == 1 && ((unsigned char)options->argument[0] & 0x80) == 0)
        options->source.delimiter = options->argument[0];
    else
        return "one ASCII character, or 'tab'";
    return NULL;
}

static const char *set_missing(struct options *options)
{
    options->lists->missing[options->source.n_missing_tokens++] = options->argument;
    options->source.missing_tokens = options->lists->missing;
    return NULL;
}

static const char *set_kind(struct options *options)
{
    char *equals = strrchr(options->argument, '=');
    shift_kind kind = SHIFT_KIND_NUMERIC;
    if (equals == NULL || equals == options->argument || !shift_kind_parse(equals + 1, &kind))
        return "COL=KIND with numeric, categorical, boolean, timestamp or identifier";
    *equals = '\0';
    options->lists->rules[options->schema.n_rules++] =
        (shift_schema_rule){options->argument, false, kind};
    options->schema.rules = options->lists->rules;
    return NULL;
}

static const char *set_exclude(struct options *options)
{
    options->lists->rules[options->schema.n_rules++] =
        (shift_schema_rule){options->argument, true, SHIFT_KIND_NUMERIC};
    options->schema.rules = options->lists->rules;
    return NULL;
}

static const char *set_only(struct options *options)
{
    options->lists->only[options->schema.n_only++] = options->argument;
    options->schema.only = options->lists->only;
    return NULL;
}

static const char *set_threads(struct options *options)
{
    uint64_t threads = 0;
    if (!shift_count_parse(options->argument, 1024, &threads) || threads == 0)
        return "a number from 1 to 1024";
    options->profile.threads = (unsigned)threads;
    options->policy.threads = (unsigned)threads;
    options->inputs.threads = (unsigned)threads;
    return NULL;
}

static const char *set_seed(struct options *options)
{
    uint64_t seed = 0;
    if (!shift_count_parse(options->argument, INT64_MAX, &seed))
        return "a number from 0 to 9223372036854775807";
    options->profile.seed = seed;
    options->policy.seed = seed;
    return NULL;
}

static const char *set_exact(struct options *options)
{
    options->profile.exact = true;
    options->layers.exact = true;
    return NULL;
}

static const char *set_max_memory(struct options *options)
{
    if (!parse_size(options->argument, &options->max_memory))
        return "a size such as 500M or 2G";
    options->watch = (shift_progress){memory_is_within, &options->max_memory};
    options->profile.progress = &options->watch;
    options->policy.progress = &options->watch;
    options->inputs.progress = &options->watch;
    return NULL;
}

static const char *set_no_sample(struct options *options)
{
    options->profile.no_sample = true;
    return NULL;
}

static const char *set_part(struct options *options)
{
    size_t size = strlen(options->argument);
    options->profile.part = options->argument;
    return size >= 1 && size <= 255 ? NULL : "a name of 1 to 255 bytes";
}

static const char *set_sketch_size(struct options *options)
{
    uint64_t size = 0;
    if (!shift_count_parse(options->argument, 65535, &size) || size < 64)
        return "a number from 64 to 65535";
    options->profile.sketch_size = (uint32_t)size;
    return NULL;
}

static const char *set_like(struct options *options)
{
    options->like = options->argument;
    return NULL;
}

static const char *set_by(struct options *options)
{
    return shift_window_parse(options->argument, &options->by, NULL) == SHIFT_OK
               ? NULL
               : "time:LENGTH[:COLUMN] such as time:1d, rows:NUMBER or column:NAME";
}

bool parse_run(const char *text, int64_t *run_id)
{
    uint64_t number = 0;
    if (!shift_count_parse(text, INT64_MAX, &number) || number == 0)
        return false;
    *run_id = (int64_t)number;
    return true;
}

static const char *set_list(struct options *options)
{
    options->list = true;
    return NULL;
}

static const char *set_against(struct options *options)
{
    return parse_run(options->argument, &options->against) ? NULL : "the number of a run";
}

static const char *set_subject(struct options *options)
{
    options->history.subject = options->argument;
    return NULL;
}

static const char *set_statistic(struct options *options)
{
    options->history.statistic = options->argument;
    return NULL;
}

static const char *set_monitor(struct options *options)
{
    options->history.monitor = options->argument;
    return NULL;
}

static const char *set_last(struct options *options)
{
    uint64_t last = 0;
    if (!shift_count_parse(options->argument, UINT32_MAX, &last) || last == 0)
        return "a number of runs";
    options->history.last = (size_t)last;
    return NULL;
}

static const char *set_db(struct options *options)
{
    options->db = options->argument;
    return *options->argument != '\0' ? NULL : "the name of a file";
}

static const char *set_no_record(struct options *options)
{
    options->no_record = true;
    return NULL;
}

static const char *set_format(struct options *options)
{
    options->format = options->argument;
    return NULL;
}

static const char *set_output(struct options *options)
{
    options->output = options->argument;
    return *options->argument != '\0' ? NULL : "the name of a file, or '-'";
}

static const char *set_quiet(struct options *options)
{
    options->quiet = true;
    return NULL;
}

static const char *set_no_colour(struct options *options)
{
    options->no_colour = true;
    return NULL;
}

static const char *set_plugin_dir(struct options *options)
{
    options->lists->plugin_dirs[options->n_plugin_dirs++] = options->argument;
    options->plugin_dirs = options->lists->plugin_dirs;
    return *options->argument != '\0' ? NULL : "the name of a folder";
}

static const char *set_dry_run(struct options *options)
{
    options->dry_run = true;
    return NULL;
}

static const char *set_again(struct options *options)
{
    options->again = true;
    return NULL;
}

static const char *set_because(struct options *options)
{
    options->because = options->argument;
    return *options->argument != '\0' ? NULL : "a reason";
}

static const struct option_row rows[] = {
    {"delimiter", "CHAR", "between the fields of a CSV file, or 'tab' (,)", set_delimiter,
     OPTIONS_READ, 0},
    {"missing", "TOKEN", "text that means no value, instead of the usual", set_missing,
     OPTIONS_READ, 0},
    {"kind", "COL=KIND", "numeric, categorical, boolean, timestamp, identifier", set_kind,
     OPTIONS_KIND, 0},
    {"exclude", "COL", "leave this column out", set_exclude, OPTIONS_KIND, 0},
    {"only", "COL", "take this column, and only such", set_only, OPTIONS_KIND, 0},
    {"like", "PROFILE", "take columns and kinds from this profile", set_like, OPTIONS_PROFILE, 0},
    {"part", "NAME", "of the data set; merging refuses a part twice", set_part, OPTIONS_PROFILE, 0},
    {"no-sample", NULL, "keep no raw row in the profile", set_no_sample, OPTIONS_PROFILE, 0},
    {"sketch-size", "N", "numbers a feature's sketch has in the file (3072)", set_sketch_size,
     OPTIONS_PROFILE, 0},
    {"date", "DAY", "check the data of this day, e.g. 2026-01-31", set_date, OPTIONS_DATES, 0},
    {"from", "DAY", "check every day from this one", set_from, OPTIONS_DATES, 0},
    {"to", "DAY", "... to this one (the day that is due)", set_to, OPTIONS_DATES, 0},
    {"again", NULL, "also days that are recorded already", set_again, OPTIONS_DATES, 0},
    {"dry-run", NULL, "only say what would be done", set_dry_run, OPTIONS_DATES, 0},
    {"wait", "SECONDS", "for another run of the monitor to end (0)", set_wait, OPTIONS_DATES, 0},
    {"inputs", "A,B,C", "columns in the order of the network's input (all)", set_inputs,
     OPTIONS_INPUTS, 0},
    {"label", "COL", "the column with the class, which is no input", set_label, OPTIONS_INPUTS, 0},
    {"batch", "N", "rows at a time (64)", set_batch, OPTIONS_INPUTS, 0},
    {"rows", "N", "the first rows only (all)", set_rows, OPTIONS_ROWS, 0},
    {"versus", "PATTERN", "another series of checkpoints, quoted", set_versus, OPTIONS_VERSUS, 0},
    {"activation", "NAME", "relu leaky_relu prelu rrelu elu selu maxout", set_activation,
     OPTIONS_REMEDY, 0},
    {"insert-bn", NULL, "Batch Normalization before every activation", set_insert_bn,
     OPTIONS_REMEDY, 0},
    {"harm", NULL, "rank features by what drift does to predictions", set_harm, OPTIONS_HARM, 0},
    {"method", "NAME", "adabn: statistics; tent: scale and shift too (adabn)", set_adaptation,
     OPTIONS_ADAPT, 0},
    {"rate", "X", "learning rate of tent (0.001)", set_rate, OPTIONS_ADAPT, 0},
    {"bn", "HOW", "normalise by stored or batch statistics (stored)", set_bn, OPTIONS_BN, 0},
    {"moments", NULL, "of layers, means and variances alone: faster", set_moments, OPTIONS_MOMENTS,
     0},
    {"blend", "N", "mix with the stored statistics as if of N rows (0)", set_blend, OPTIONS_BLEND,
     0},
    {"exact", NULL, "keep every value, whatever the memory", set_exact, OPTIONS_SKETCH, 0},
    {"max-memory", "SIZE", "give up when the program takes more, e.g. 500M", set_max_memory,
     OPTIONS_MEMORY, 0},
    {"seed", "N", "of whatever is random (0)", set_seed, OPTIONS_SKETCH, 0},
    {"threads", "N", "same result for any number (all processors)", set_threads,
     OPTIONS_SKETCH | OPTIONS_THREADS, 0},
    {"method", "NAME", "zca, pca, cholesky or zca-cor (zca-cor)", set_method, OPTIONS_WHITEN, 0},
    {"clip", "W", "no weight above this; their mean is 1", set_clip, OPTIONS_CLIP, 0},
    {"by", "NAME", "odds or distance: what puts a row first (odds)", set_order, OPTIONS_OUTLIERS,
     0},
    {"top", "N", "so many rows (100)", set_top, OPTIONS_OUTLIERS, 0},
    {"by", "WINDOW", "cut PROD: time:LENGTH[:COL], rows:N or column:COL", set_by, OPTIONS_BY, 0},
    {"alpha", "P", "significance level of the whole run (0.05)", set_alpha,
     OPTIONS_DECIDE | OPTIONS_LAYERS, 0},
    {"warn", "[FEAT:]STAT=X", "warn from this effect on", set_warn, OPTIONS_DECIDE, 0},
    {"alert", "[FEAT:]STAT=X", "alert from this effect on", set_alert, OPTIONS_DECIDE, 0},
    {"fail-share", "S", "alert only when this share of the features does", set_fail_share,
     OPTIONS_DECIDE, 0},
    {"no-joint", NULL, "judge each feature by itself only (faster)", set_no_joint, OPTIONS_DECIDE,
     0},
    {"dependence", "HOW", "of rows in order: auto, serial or none (auto)", set_dependence,
     OPTIONS_DECIDE, 0},
    {"warn", "[NODE:]STAT=X", "warn from this effect on", set_warn, OPTIONS_LAYERS, 0},
    {"alert", "[NODE:]STAT=X", "alert from this effect on", set_alert, OPTIONS_LAYERS, 0},
    {"fail-share", "S", "alert only when this share of the layers does", set_fail_share,
     OPTIONS_LAYERS, 0},
    {"fail-on", "LEVEL", "exit 1 on warn, alert or never (alert)", set_fail_on,
     OPTIONS_DECIDE | OPTIONS_LAYERS | OPTIONS_FAIL, 0},
    {"db", "FILE", "the SQLite file with the recorded runs", set_db, OPTIONS_STORE, 0},
    {"until", "DAY", "the last day of it, e.g. 2026-02-28", set_until, OPTIONS_ACK, 0},
    {"because", "TEXT", "why; it is recorded", set_because, OPTIONS_ACK, 0},
    {"keep", "DAYS", "remove runs about earlier days, e.g. 400d", set_keep, OPTIONS_KEEP, 0},
    {"no-record", NULL, "leave the database alone", set_no_record, OPTIONS_RECORD, 0},
    {"list", NULL, "list the recorded runs", set_list, OPTIONS_REPORT, 0},
    {"against", "RUN", "tell what has changed since that run", set_against, OPTIONS_REPORT, 0},
    {"subject", "NAME", "values of this feature only", set_subject, OPTIONS_HISTORY, 0},
    {"statistic", "NAME", "values of this statistic only", set_statistic, OPTIONS_HISTORY, 0},
    {"monitor", "NAME", "runs of this monitor only", set_monitor, OPTIONS_HISTORY | OPTIONS_REPORT,
     0},
    {"last", "N", "the last so many runs only", set_last, OPTIONS_HISTORY, 0},
    {"format", "NAME", "one that 'covshift plugins' lists (text)", set_format, OPTIONS_RENDER, 'f'},
    {"output", "FILE", "write there, '-' is standard output", set_output, OPTIONS_OUTPUT, 'o'},
    {"quiet", NULL, "print only when there is something to tell", set_quiet, OPTIONS_QUIET, 'q'},
    {"no-color", NULL, "no colour on a terminal; so does NO_COLOR", set_no_colour, OPTIONS_RENDER,
     0},
    {"plugin-dir", "DIR", "look for reporters here first", set_plugin_dir, OPTIONS_PLUGIN, 0},
    {"help", NULL, "print this", set_help, OPTIONS_HELP, 'h'},
};

enum { N_ROWS = sizeof rows / sizeof *rows };

/* What getopt_long wants; the long options' values are rows, beyond any letter. */
struct getopt_tables {
    struct option longs[N_ROWS + 1];
    char letters[2 * N_ROWS + 2];
};

enum { FIRST_ROW = 256 };

static void getopt_tables_init(struct getopt_tables *tables, const struct command *command)
{
    size_t n = 0;
    size_t letters = 0;
    tables->letters[letters++] = ':';
    for (int i = 0; i < N_ROWS; i++) {
        if ((rows[i].section & (command->options | OPTIONS_HELP)) == 0)
            continue;
        int argument = rows[i].argument != NULL ? required_argument : no_argument;
        tables->longs[n++] = (struct option){rows[i].name, argument, NULL, FIRST_ROW + i};
        if (rows[i].letter != 0) {
            tables->letters[letters++] = rows[i].letter;
            if (rows[i].argument != NULL)
                tables->letters[letters++] = ':';
        }
    }
    tables->longs[n] = (struct option){NULL, 0, NULL, 0};
    tables->letters[letters] = '\0';
}

static const struct option_row *find_row(int found)
{
    if (found >= FIRST_ROW)
        return &rows[found - FIRST_ROW];
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].letter != 0 && rows[i].letter == found)
            return &rows[i];
    return NULL;
}

/* getopt_long has met something it does not know: an option, or one too few or too many arguments.
 */
static bool complain(const struct command *command, int found, const char *word)
{
    const struct option_row *row = find_row(optopt);
    if (found == ':')
        (void)misuse(command, "option '--%s' needs %s", row->name, row->argument);
    else if (optopt >= FIRST_ROW)
        (void)misuse(command, "option '--%s' takes no value", row->name);
    else if (optopt != 0)
        (void)misuse(command, "unknown option '-%c'", optopt);
    else
        (void)misuse(command, "unknown option '%.*s'", (int)strcspn(word, "="), word);
    return false;
}

static bool parse_options(struct options *options, int argc, char **argv)
{
    struct getopt_tables tables;
    getopt_tables_init(&tables, options->command);
    opterr = 0;
    optind = 0; /* glibc: forget a word of letters that was left halfway */
    for (;;) {
        int found = getopt_long(argc, argv, tables.letters, tables.longs, NULL);
        if (found == -1 || options->help)
            return true;
        if (found == '?' || found == ':')
            return complain(options->command, found, argv[optind - 1]);
        const struct option_row *row = find_row(found);
        options->argument = optarg;
        const char *expected = row->set(options);
        if (expected != NULL) {
            (void)misuse(options->command, "option '--%s' takes %s, not '%s'", row->name, expected,
                         optarg);
            return false;
        }
    }
}

static bool check_operands(const struct options *options)
{
    const struct command *command = options->command;
    if (options->n_operands >= command->least && options->n_operands <= command->most)
        return true;
    if (options->n_operands > command->most)
        (void)misuse(command, "one argument too many: '%s'", options->operands[command->most]);
    else
        (void)misuse(command, "too few arguments: expected %s", command->operands);
    return false;
}

static bool lists_init(struct options *options, size_t n)
{
    struct option_lists *lists = calloc(1, sizeof *lists);
    options->lists = lists;
    if (lists == NULL)
        return false;
    lists->missing = calloc(n, sizeof *lists->missing);
    lists->rules = calloc(n, sizeof *lists->rules);
    lists->only = calloc(n, sizeof *lists->only);
    lists->thresholds = calloc(n, sizeof *lists->thresholds);
    lists->plugin_dirs = calloc(n, sizeof *lists->plugin_dirs);
    return lists->missing != NULL && lists->rules != NULL && lists->only != NULL &&
           lists->thresholds != NULL && lists->plugin_dirs != NULL;
}

static unsigned processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1U : n > 1024 ? 1024U : (unsigned)n;
}

bool options_parse(struct options *options, const struct command *command, int argc, char **argv)
{
    *options = (struct options){
        .command = command,
        .source = SHIFT_SOURCE_OPTIONS_INIT,
        .schema = SHIFT_SCHEMA_OPTIONS_INIT,
        .profile = SHIFT_PROFILE_OPTIONS_INIT,
        .inputs = SHIFT_NETWORK_DATA_OPTIONS_INIT,
        .layers = SHIFT_LAYER_OPTIONS_INIT,
        .rate = 0.001,
        .policy = SHIFT_POLICY_INIT,
        .history = SHIFT_HISTORY_QUERY_INIT,
        .fail_on = FAIL_ON_ALERT,
        .format = "text",
        .method = SHIFT_WHITENING_ZCA_COR,
        .clip = INFINITY,
        .top = 100,
    };
    options->profile.threads = processors();
    options->policy.threads = options->profile.threads;
    options->inputs.threads = options->profile.threads;
    if (!lists_init(options, (size_t)argc)) {
        shift_error err;
        (void)shift_error_set(&err, SHIFT_ENOMEM, "out of memory");
        (void)trouble(&err);
        return false;
    }
    if (!parse_options(options, argc, argv))
        return false;
    options->operands = argv + optind;
    options->n_operands = (size_t)(argc - optind);
    return options->help || check_operands(options);
}

void options_clear(struct options *options)
{
    struct option_lists *lists = options->lists;
    if (lists == NULL)
        return;
    free(lists->missing);
    free(lists->rules);
    free(lists->only);
    free(lists->thresholds);
    free(lists->plugin_dirs);
    free(lists->inputs);
    free(lists);
    options->lists = NULL;
}

static const struct {
    unsigned long long sections;
    const char *title;
} groups[] = {
    {OPTIONS_READ | OPTIONS_KIND | OPTIONS_BY, "Data"},
    {OPTIONS_DATES | OPTIONS_THREADS, "Run"},
    {OPTIONS_INPUTS | OPTIONS_BN | OPTIONS_ROWS | OPTIONS_VERSUS | OPTIONS_REMEDY | OPTIONS_ADAPT |
         OPTIONS_BLEND | OPTIONS_HARM | OPTIONS_MOMENTS,
     "Network"},
    {OPTIONS_PROFILE | OPTIONS_SKETCH, "Profile"},
    {OPTIONS_MEMORY, "Limits"},
    {OPTIONS_WHITEN | OPTIONS_CLIP | OPTIONS_OUTLIERS, "Rows"},
    {OPTIONS_DECIDE | OPTIONS_LAYERS | OPTIONS_FAIL, "Decision"},
    {OPTIONS_STORE | OPTIONS_RECORD | OPTIONS_KEEP | OPTIONS_ACK, "Record"},
    {OPTIONS_REPORT | OPTIONS_HISTORY, "What"},
    {OPTIONS_RENDER | OPTIONS_OUTPUT | OPTIONS_QUIET | OPTIONS_PLUGIN, "Output"},
    {OPTIONS_HELP, "Help"},
};

static void print_row(const struct option_row *row)
{
    char left[48];
    char letter[5] = "    ";
    if (row->letter != 0)
        (void)snprintf(letter, sizeof letter, "-%c, ", row->letter);
    (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name,
                   row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
    printf("  %-25s %s\n", left, row->help);
}

void options_print(const struct command *command)
{
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        unsigned long long taken = groups[g].sections & (command->options | OPTIONS_HELP);
        if (taken != 0)
            printf("%s:\n", groups[g].title);
        for (size_t i = 0; i < N_ROWS; i++)
            if ((rows[i].section & taken) != 0)
                print_row(&rows[i]);
    }
}

void options_each(const struct command *command,
                  void (*tell)(const struct option_text *option, void *context), void *context)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct option_text text = {rows[i].name, rows[i].argument, rows[i].help};
        if ((rows[i].section & (command->options | OPTIONS_HELP)) != 0)
            tell(&text, context);
    }
}
