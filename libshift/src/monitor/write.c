/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that `covshift init` writes: every key once, with the default or an example. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "core/utf8.h"
#include "shift/monitor.h"

typedef struct writer {
    FILE *to; /* of memory */
} writer;

/* Line breaks and what is no character of YAML, beyond the controls; NULL for all others. */
static const char *escape_of(const char *text)
{
    static const struct {
        const char *bytes, *escape;
    } escapes[] = {{"\xe2\x80\xa8", "\\u2028"},
                   {"\xe2\x80\xa9", "\\u2029"},
                   {"\xef\xbb\xbf", "\\ufeff"},
                   {"\xef\xbf\xbe", "\\ufffe"},
                   {"\xef\xbf\xbf", "\\uffff"}};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (strncmp(text, escapes[i].bytes, 3) == 0)
            return escapes[i].escape;
    return NULL;
}

/* A YAML scalar in double quotes, which takes any text. */
static shift_status put_quoted(const writer *w, const char *text, shift_error *err)
{
    const unsigned char *c = (const unsigned char *)text;
    const unsigned char *end = c + strlen(text);
    size_t length = 0;
    (void)fputc('"', w->to);
    for (; c < end; c += length) {
        const char *escape = escape_of((const char *)c);
        length = shift__utf8_length(c, end);
        if (length == 0)
            return shift_error_set(err, SHIFT_EINVAL,
                                   "'%s' is not UTF-8, so it cannot be in a monitor file", text);
        if (*c == '"' || *c == '\\')
            (void)fprintf(w->to, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            (void)fprintf(w->to, "\\x%02x", *c);
        else if (*c == 0xc2 && c[1] < 0xa0)
            (void)fprintf(w->to, "\\x%02x", c[1]);
        else if (escape != NULL)
            (void)fputs(escape, w->to);
        else
            (void)fwrite(c, 1, length, w->to);
    }
    (void)fputc('"', w->to);
    return SHIFT_OK;
}

/* A name as a pattern that matches it alone, for fnmatch() and then for YAML. */
static shift_status put_pattern(const writer *w, const char *name, shift_error *err)
{
    char *escaped = NULL;
    shift_status status = shift__alloc(&escaped, 2 * strlen(name) + 1, 1, err);
    if (status != SHIFT_OK)
        return status;
    char *to = escaped;
    for (; *name != '\0'; name++) {
        if (strchr("*?[\\", *name) != NULL)
            *to++ = '\\';
        *to++ = *name;
    }
    status = put_quoted(w, escaped, err);
    free(escaped);
    return status;
}

static const char head[] =
    "# What `covshift run` does every night with this file. Paths are relative to its folder.\n"
    "# `covshift run FILE --dry-run` says what it would do.\n"
    "\n"
    "db: drift.db                    # every run is recorded here\n"
    "train: ";

static const char production[] =
    "                                # a profile of it is quicker: covshift profile -o\n"
    "\n"
    "production:\n"
    "  # the day's data: %Y %m %d stand for its date; a pattern such as %Y-%m-%d-*.csv for all "
    "the\n"
    "  # parts of a day; or a query, \"sqlite:FILE?SELECT ... WHERE day = '%Y-%m-%d'\"\n"
    "  source: \"production/%Y-%m-%d.csv\"\n"
    "  days_ago: 1                   # the data of yesterday\n"
    "  # by: time:6h                 # each window is a run: time:LENGTH[:COLUMN], rows:N, "
    "column:COLUMN\n"
    "  late_days: 3                  # so many days before are made up for when their files come\n";

static const char reference[] =
    "\n"
    "# What production is compared with: training; previous, the day before; rolling:7, the seven\n"
    "# periods before; weekday:4, the same day of the last four weeks\n"
    "reference: training\n"
    "\n"
    "# Columns by name or pattern; where several match, the last that says something counts.\n"
    "features:\n";

static const char examples[] =
    "  # - name: \"*_id\"\n"
    "  #   exclude: yes\n"
    "  # - name: \"price*\"\n"
    "  #   thresholds:\n"
    "  #     - {statistic: wasserstein_normalized, warn: 0.1, alert: 0.25}\n"
    "  #   statistics: [ks, psi]     # record these, beside those that count; all by default\n"
    "\n"
    "# Networks that are run over the day, too: where does the shift enter? Each is a run of its "
    "own.\n"
    "# networks:\n"
    "#   - network: model.onnx         # or the name of a network of the database\n"
    "#     train: model.layers         # data or a profile of layers, instead of train above\n"
    "#     label: class                # a column that is no input but the class\n"
    "#     inputs: [a, b]              # columns in the order of the input\n"
    "\n"
    "decision:\n"
    "  alpha: 0.05                   # chance that a run without any shift finds one\n"
    "  joint: yes                    # look at all features together, too\n"
    "  # dependence: none            # rows are independent, whatever their order\n"
    "  # fail_share: 0.3             # alert only when this share of the features does\n"
    "  # history: 20                 # thresholds from the spread of the runs without shift, once\n"
    "                                # there are so many\n"
    "\n"
    "# When verdicts become alarms; everything is counted in runs.\n"
    "policy:\n"
    "  level: alert                  # or warn\n"
    "  runs: 1                       # an alarm takes so many ...\n"
    "  of: 1                         # ... of the last so many runs\n"
    "  cooldown: 0                   # no new alarm in so many runs after a recovery\n"
    "  remind: 7                     # again after so many runs, while it lasts; 0: never\n"
    "  recover: 1                    # over after so many runs without\n"
    "  # false_alarms: {at_most: 1, runs: 30} # sets alpha and run_length by what may be expected\n"
    "\n"
    "# Changes of level over the runs, smaller than what one run shows, from the 18th run on.\n"
    "changes:\n"
    "  detectors: [cusum]            # also page_hinkley, ewma, adwin\n"
    "  run_length: 1000              # runs until a false alarm, of all series together\n"
    "  # statistics: [mean_shift, variance_ratio, jensen_shannon, missing_rate, mcc]\n"
    "\n"
    "# Beside what is printed, into folders that are there. `when` is always, news or alarm.\n"
    "# reports:\n"
    "#   - {format: json, to: \"reports/%Y-%m-%d.json\", when: always}\n"
    "\n"
    "# Commands that get the JSON report on their standard input; one that fails is tried again\n"
    "# with the next run.\n"
    "# hooks:\n"
    "#   - {run: \"mail -s 'covariate shift' team@example.org\", when: alarm}\n"
    "\n"
    "keep: 400d                      # older runs are removed\n";

/* What the training data are read with is what production is read with. */
static shift_status put_source(const writer *w, const shift_source_options *source,
                               shift_error *err)
{
    shift_status status = SHIFT_OK;
    char delimiter[] = {source->delimiter, '\0'};
    if (source->delimiter == ',') {
        (void)fputs("  # delimiter: \",\"              # or tab\n", w->to);
    } else {
        (void)fputs("  delimiter: ", w->to);
        status = put_quoted(w, source->delimiter == '\t' ? "tab" : delimiter, err);
        (void)fputs("\n", w->to);
    }
    if (source->missing_tokens == NULL) {
        (void)fputs("  # missing: [\"\", NA]           # texts that mean no value, instead of the "
                    "usual ones\n",
                    w->to);
        return status;
    }
    (void)fputs("  missing: [", w->to);
    for (size_t i = 0; status == SHIFT_OK && i < source->n_missing_tokens; i++) {
        (void)fputs(i > 0 ? ", " : "", w->to);
        status = put_quoted(w, source->missing_tokens[i], err);
    }
    (void)fputs("]\n", w->to);
    return status;
}

/* Why a column is not compared. */
static const char *note_on(shift_kind kind)
{
    switch (kind) {
    case SHIFT_KIND_IDENTIFIER:
        return "            # names or counts rows, or a time: only missing values are judged;\n"
               "                                # numeric where it measures something";
    case SHIFT_KIND_TIMESTAMP:
        return "             # only missing values are judged";
    case SHIFT_KIND_NUMERIC:
    case SHIFT_KIND_CATEGORICAL:
    case SHIFT_KIND_BOOLEAN:
        return "";
    }
    return "";
}

static shift_status put_columns(const writer *w, const shift_schema *schema,
                                const shift_schema *used, shift_error *err)
{
    for (size_t i = 0; i < shift_schema_size(schema); i++) {
        const char *name = shift_schema_name(schema, i);
        (void)fputs("  - name: ", w->to);
        shift_status status = put_pattern(w, name, err);
        if (status != SHIFT_OK)
            return status;
        if (used != NULL && shift_schema_find(used, name) == SIZE_MAX)
            (void)fputs("\n    exclude: yes\n", w->to);
        else
            (void)fprintf(w->to, "\n    kind: %s%s\n",
                          shift_kind_name(shift_schema_kind(schema, i)),
                          note_on(shift_schema_kind(schema, i)));
    }
    return SHIFT_OK;
}

shift_status shift_monitor_write(char **text, const char *train, const shift_schema *schema,
                                 const shift_schema *used, const shift_source_options *source,
                                 shift_error *err)
{
    shift_source_options how = SHIFT_SOURCE_OPTIONS_INIT;
    if (SHIFT__ANY_NULL(err, text, train, schema))
        return SHIFT_EINVAL;
    shift_status status = SHIFT__OPTIONS_TAKE(&how, source, "shift_source_options", err);
    if (status != SHIFT_OK)
        return status;
    char *bytes = NULL;
    size_t n = 0;
    writer w = {open_memstream(&bytes, &n)};
    if (w.to == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    (void)fputs(head, w.to);
    status = put_quoted(&w, train, err);
    (void)fprintf(w.to, "\n%s", production);
    if (status == SHIFT_OK)
        status = put_source(&w, &how, err);
    (void)fputs(reference, w.to);
    if (status == SHIFT_OK)
        status = put_columns(&w, schema, used, err);
    (void)fputs(examples, w.to);
    bool failed = ferror(w.to) != 0;
    if (fclose(w.to) != 0 || failed || bytes == NULL) /* NULL: glibc could not cut it to its size */
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    if (status != SHIFT_OK) {
        free(bytes);
        return status;
    }
    *text = bytes;
    return SHIFT_OK;
}
