/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what libcyaml loaded to the public view: defaults, whole paths, and values that are checked.
 */
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/file.h"

/* An empty list, which libcyaml takes for none. */
static const char *const no_words[1] = {NULL};

static const char a_file[] = "a file or a query that is read every night";

typedef struct conversion {
    shift_monitor *out;
    const shift__raw_monitor *raw;
    const shift__monitor_text *text;
    shift__arena *arena;
    shift_source_options *source; /* of `out` */
    shift_error *err;
} conversion;

#define KEY(name)                                                                                  \
    {                                                                                              \
        (name), 0                                                                                  \
    }
#define PLACE(i)                                                                                   \
    {                                                                                              \
        NULL, (i)                                                                                  \
    }
#define REFUSE(c, steps, ...)                                                                      \
    shift__monitor_refuse((c)->text, steps, sizeof(steps) / sizeof *(steps), (c)->err, __VA_ARGS__)

/* NAN, which is in no range, where the text is no number. */
static double number_or(const char *text, double otherwise)
{
    double number = NAN;
    if (text == NULL)
        return otherwise;
    return shift_number_parse(text, &number) ? number : (double)NAN;
}

/* A whole number of a mapping; *out is what it is where the file does not say. */
typedef struct whole_number {
    const char *key, *text;
    unsigned least, most;
    unsigned *out;
} whole_number;

static shift_status read_whole_numbers(const conversion *c, const char *mapping,
                                       const whole_number *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const whole_number *one = &numbers[i];
        const shift__step steps[] = {KEY(mapping), KEY(one->key)};
        uint64_t number = 0;
        if (one->text == NULL)
            continue;
        if (!shift_count_parse(one->text, one->most, &number) || number < one->least)
            return REFUSE(c, steps, "expected a whole number from %u to %u, found '%s'", one->least,
                          one->most, one->text);
        *one->out = (unsigned)number;
    }
    return SHIFT_OK;
}

static bool is_relative(const char *path)
{
    return path[0] != '/' && path[0] != '\0' && strcmp(path, "-") != 0;
}

/* A path is relative to the file's folder; in a query, the database's is. */
static shift_status whole_path(const conversion *c, const char *path, const char **out)
{
    static const char query[] = "sqlite:";
    size_t prefix = strncmp(path, query, sizeof query - 1) == 0 ? sizeof query - 1 : 0;
    const char *slash = strrchr(c->text->path, '/');
    if (slash == NULL || !is_relative(path + prefix)) {
        *out = path;
        return SHIFT_OK;
    }
    return shift__arena_print(c->arena, out, c->err, "%.*s%.*s/%s", (int)prefix, path,
                              (int)(slash - c->text->path), c->text->path, path + prefix);
}

/* Of a path in the file, which then holds placeholders: its '%' must stay one. */
static shift_status whole_pattern(const conversion *c, const shift__step *steps, size_t n_steps,
                                  const char *path, const char **out)
{
    char *expanded = NULL;
    shift_error why = SHIFT_ERROR_INIT;
    shift_status status = shift_date_expand(&expanded, path, (shift_date){2000, 1, 1}, &why);
    free(expanded);
    if (status == SHIFT_EINVAL)
        return shift__monitor_refuse(c->text, steps, n_steps, c->err, "%s", why.message);
    const char *slash = strrchr(c->text->path, '/');
    size_t n = slash != NULL ? (size_t)(slash - c->text->path) : 0;
    if (n > 0 && is_relative(path) && memchr(c->text->path, '%', n) != NULL)
        return shift_error_set(c->err, SHIFT_EINVAL,
                               "%s: a folder with a '%%' in its name needs whole paths in the file",
                               c->text->path);
    return whole_path(c, path, out);
}

static bool is_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t n = strlen(name);
    return n > 0 && n <= 64 && name[0] != '.' && strspn(name, allowed) == n;
}

/* The file's own name without folder and ending, where the file gives none. */
static shift_status convert_name(const conversion *c)
{
    const shift__step steps[] = {KEY("name")};
    const char *name = c->raw->name;
    if (name == NULL) {
        const char *slash = strrchr(c->text->path, '/');
        const char *base = slash != NULL ? slash + 1 : c->text->path;
        const char *dot = strrchr(base, '.');
        size_t n = dot != NULL ? (size_t)(dot - base) : strlen(base);
        shift_status status = shift__arena_text(c->arena, &name, base, n, c->err);
        if (status != SHIFT_OK)
            return status;
    }
    if (!is_name(name))
        return REFUSE(c, steps, "expected letters, digits, '.', '_' and '-', found '%s'", name);
    c->out->name = name;
    return SHIFT_OK;
}

/* What every run comes back to: no standard input. */
static shift_status check_place(const conversion *c, const shift__step *steps, size_t n,
                                const char *place, const char *expected)
{
    if (*place != '\0' && strcmp(place, "-") != 0)
        return SHIFT_OK;
    return shift__monitor_refuse(c->text, steps, n, c->err, "expected %s, found '%s'", expected,
                                 place);
}

static shift_status convert_places(const conversion *c)
{
    const shift__raw_monitor *raw = c->raw;
    const shift__step root[] = {KEY("")};
    const shift__step db[] = {KEY("db")};
    const shift__step train[] = {KEY("train")};
    const shift__step production[] = {KEY("production")};
    const shift__step source[] = {KEY("production"), KEY("source")};
    const char *missing = raw->db == NULL           ? "db: the SQLite file with the runs"
                          : raw->train == NULL      ? "train: the training data or its profile"
                          : raw->production == NULL ? "production: with a source"
                                                    : NULL;
    if (missing != NULL)
        return shift__monitor_refuse(c->text, root, 0, c->err, "needs %s", missing);
    if (raw->production->source == NULL)
        return REFUSE(c, production, "needs source: the file of the day");
    shift_status status = check_place(c, db, 1, raw->db, "a SQLite file");
    if (status == SHIFT_OK)
        status = check_place(c, train, 1, raw->train, a_file);
    if (status == SHIFT_OK)
        status = check_place(c, source, 2, raw->production->source, a_file);
    if (status == SHIFT_OK)
        status = whole_path(c, raw->db, &c->out->db);
    if (status == SHIFT_OK)
        status = whole_path(c, raw->train, &c->out->train);
    if (status == SHIFT_OK)
        status = whole_pattern(c, source, 2, raw->production->source, &c->out->production);
    return status;
}

static shift_status convert_production(const conversion *c)
{
    const shift__raw_production *p = c->raw->production;
    const shift__step delimiter[] = {KEY("production"), KEY("delimiter")};
    const whole_number days[] = {{"days_ago", p->days_ago, 0, 3660, &c->out->days_ago},
                                 {"late_days", p->late_days, 0, 366, &c->out->late_days}};
    shift_status status = read_whole_numbers(c, "production", days, 2);
    if (status != SHIFT_OK)
        return status;
    const shift__step by[] = {KEY("production"), KEY("by")};
    shift_error why = SHIFT_ERROR_INIT;
    shift_window_rule *rule = NULL;
    if (p->by != NULL && shift__arena_alloc(c->arena, &rule, 1, sizeof *rule, c->err) != SHIFT_OK)
        return SHIFT_ENOMEM;
    if (p->by != NULL && shift_window_parse(p->by, rule, &why) != SHIFT_OK)
        return REFUSE(c, by, "%s", why.message);
    c->out->by = rule;
    if (p->delimiter != NULL) {
        bool tab = strcmp(p->delimiter, "tab") == 0;
        if (!tab && strlen(p->delimiter) != 1)
            return REFUSE(c, delimiter, "expected one ASCII character, or tab, found '%s'",
                          p->delimiter);
        c->source->delimiter = p->delimiter[0];
        if (tab)
            c->source->delimiter = '\t';
    }
    const shift__step missing[] = {KEY("production"), KEY("missing")};
    bool never = p->missing == NULL && shift__monitor_has_empty(c->text, missing, 2);
    c->source->missing_tokens = never ? no_words : (const char *const *)p->missing;
    c->source->n_missing_tokens = p->missing_count;
    return SHIFT_OK;
}

static shift_status check_statistic(const conversion *c, const shift__step *steps, size_t n,
                                    const char *name)
{
    const char *names[128];
    size_t count = 0;
    for (; count < sizeof names / sizeof *names && shift_statistic_name(count) != NULL; count++) {
        names[count] = shift_statistic_name(count);
        if (strcmp(names[count], name) == 0)
            return SHIFT_OK;
    }
    const char *near = shift__nearest(name, names, count);
    return shift__monitor_refuse(c->text, steps, n, c->err, "there is no statistic '%s'%s%s", name,
                                 near != NULL ? "; did you mean " : "", near != NULL ? near : "");
}

static shift_status convert_threshold(const conversion *c, size_t i, size_t k, shift_threshold *out)
{
    const shift__raw_threshold *raw = &c->raw->features[i].thresholds[k];
    const shift__step steps[] = {KEY("features"), PLACE(i), KEY("thresholds"), PLACE(k)};
    const shift__step warn[] = {KEY("features"), PLACE(i), KEY("thresholds"), PLACE(k),
                                KEY("warn")};
    const shift__step alert[] = {KEY("features"), PLACE(i), KEY("thresholds"), PLACE(k),
                                 KEY("alert")};
    if (raw->statistic == NULL || (raw->warn == NULL && raw->alert == NULL))
        return REFUSE(c, steps, "needs a statistic, and warn or alert or both");
    *out = (shift_threshold){raw->statistic, NULL, number_or(raw->warn, NAN),
                             number_or(raw->alert, NAN)};
    if (raw->warn != NULL && !(out->warn >= 0))
        return REFUSE(c, warn, "expected a number from 0 on, found '%s'", raw->warn);
    if (raw->alert != NULL && !(out->alert >= 0))
        return REFUSE(c, alert, "expected a number from 0 on, found '%s'", raw->alert);
    return check_statistic(c, steps, 4, raw->statistic);
}

static shift_status convert_feature(const conversion *c, size_t i, shift_monitor_feature *out)
{
    const shift__raw_feature *raw = &c->raw->features[i];
    const shift__step steps[] = {KEY("features"), PLACE(i)};
    shift_threshold *thresholds = NULL;
    if (raw->name == NULL || *raw->name == '\0')
        return REFUSE(c, steps, "needs name: a column, or a pattern such as 'price*'");
    shift_status status = shift__arena_alloc(c->arena, &thresholds, raw->thresholds_count,
                                             sizeof *thresholds, c->err);
    for (size_t k = 0; status == SHIFT_OK && k < raw->thresholds_count; k++)
        status = convert_threshold(c, i, k, &thresholds[k]);
    for (size_t k = 0; status == SHIFT_OK && k < raw->statistics_count; k++) {
        const shift__step word[] = {KEY("features"), PLACE(i), KEY("statistics"), PLACE(k)};
        status = check_statistic(c, word, 4, raw->statistics[k]);
    }
    const shift__step list[] = {KEY("features"), PLACE(i), KEY("statistics")};
    bool empty = raw->statistics == NULL && shift__monitor_has_empty(c->text, list, 3);
    *out = (shift_monitor_feature){
        .pattern = raw->name,
        .exclude = raw->exclude != NULL && *raw->exclude != 0,
        .has_exclude = raw->exclude != NULL,
        .has_kind = raw->kind != NULL,
        .kind = raw->kind != NULL ? (shift_kind)*raw->kind : SHIFT_KIND_NUMERIC,
        .thresholds = thresholds,
        .n_thresholds = raw->thresholds_count,
        .statistics = empty ? no_words : (const char *const *)raw->statistics,
        .n_statistics = raw->statistics_count,
    };
    return status;
}

static shift_status convert_features(const conversion *c)
{
    shift_monitor_feature *features = NULL;
    size_t n = c->raw->features_count;
    shift_status status = shift__arena_alloc(c->arena, &features, n, sizeof *features, c->err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = convert_feature(c, i, &features[i]);
    c->out->features = features;
    c->out->n_features = n;
    return status;
}

/* Of a file its name without folder and ending. */
static shift_status name_network(const conversion *c, size_t i, shift_monitor_network *out)
{
    static const char ending[] = ".onnx";
    const char *text = c->raw->networks[i].network;
    size_t n = strlen(text);
    out->network = out->name = text;
    if (n < sizeof ending || strcmp(text + n - (sizeof ending - 1), ending) != 0)
        return SHIFT_OK;
    const char *slash = strrchr(text, '/');
    const char *base = slash != NULL ? slash + 1 : text;
    shift_status status =
        shift__arena_text(c->arena, &out->name, base, strlen(base) - (sizeof ending - 1), c->err);
    return status == SHIFT_OK ? whole_path(c, text, &out->network) : status;
}

static shift_status convert_network(const conversion *c, size_t i, shift_monitor_network *list)
{
    const shift__raw_network *raw = &c->raw->networks[i];
    const shift__step steps[] = {KEY("networks"), PLACE(i), KEY("network")};
    shift_monitor_network *out = &list[i];
    if (raw->network == NULL || *raw->network == '\0')
        return shift__monitor_refuse(c->text, steps, 2, c->err,
                                     "needs network: a file that ends in .onnx, or the name of a "
                                     "network of the database");
    *out = (shift_monitor_network){.train = c->out->train,
                                   .label = raw->label,
                                   .inputs = (const char *const *)raw->inputs,
                                   .n_inputs = raw->inputs_count};
    const shift__step train[] = {KEY("networks"), PLACE(i), KEY("train")};
    shift_status status = name_network(c, i, out);
    if (status == SHIFT_OK && raw->train != NULL)
        status = check_place(c, train, 3, raw->train, a_file);
    if (status == SHIFT_OK && raw->train != NULL)
        status = whole_path(c, raw->train, &out->train);
    if (status != SHIFT_OK)
        return status;
    if (!is_name(out->name))
        return REFUSE(c, steps, "expected a name of letters, digits, '.', '_' and '-', found '%s'",
                      out->name);
    for (size_t k = 0; k < i; k++)
        if (strcmp(list[k].name, out->name) == 0)
            return REFUSE(c, steps, "networks[%zu] is called '%s' too", k + 1, out->name);
    return SHIFT_OK;
}

static shift_status convert_networks(const conversion *c)
{
    const shift__step steps[] = {KEY("networks")};
    shift_monitor_network *networks = NULL;
    size_t n = c->raw->networks_count;
    bool values = c->out->by != NULL && c->out->by->kind == SHIFT_WINDOW_VALUES;
    if (n > 0 && values)
        return REFUSE(c, steps, "a day that is cut by the values of a column has no networks");
    shift_status status = shift__arena_alloc(c->arena, &networks, n, sizeof *networks, c->err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = convert_network(c, i, networks);
    c->out->networks = networks;
    c->out->n_networks = n;
    return status;
}

static shift_status convert_decision(const conversion *c)
{
    static const shift__raw_decision none;
    const shift__raw_decision *d = c->raw->decision != NULL ? c->raw->decision : &none;
    const shift__step alpha[] = {KEY("decision"), KEY("alpha")};
    const shift__step share[] = {KEY("decision"), KEY("fail_share")};
    const shift__step seed[] = {KEY("decision"), KEY("seed")};
    shift_monitor *out = c->out;
    const whole_number history = {"history", d->history, 0, UINT_MAX, &out->history};
    out->alpha = number_or(d->alpha, 0.05);
    out->fail_share = number_or(d->fail_share, NAN);
    if (d->dependence != NULL)
        out->dependence = (shift_dependence)*d->dependence;
    out->no_joint = d->joint != NULL && *d->joint == 0;
    if (!(out->alpha > 0 && out->alpha < 1))
        return REFUSE(c, alpha, "expected a number between 0 and 1, found '%s'", d->alpha);
    if (d->fail_share != NULL && !(out->fail_share > 0 && out->fail_share <= 1))
        return REFUSE(c, share, "expected a number above 0, 1 at most, found '%s'", d->fail_share);
    if (d->seed != NULL && !shift_count_parse(d->seed, INT64_MAX, &out->seed))
        return REFUSE(c, seed, "expected a whole number from 0 to %" PRId64 ", found '%s'",
                      INT64_MAX, d->seed);
    return read_whole_numbers(c, "decision", &history, 1);
}

static shift_status convert_policy(const conversion *c)
{
    static const shift__raw_policy none;
    const shift__raw_policy *p = c->raw->policy != NULL ? c->raw->policy : &none;
    const shift__step budget[] = {KEY("policy"), KEY("false_alarms")};
    shift_alarm_policy *out = &c->out->policy;
    out->level = p->level != NULL ? (shift_verdict)*p->level : SHIFT_VERDICT_ALERT;
    out->runs = out->recover = 1;
    out->remind = 7;
    const whole_number counts[] = {
        {"runs", p->runs, 1, 64, &out->runs},
        {"cooldown", p->cooldown, 0, UINT_MAX, &out->cooldown},
        {"remind", p->remind, 0, UINT_MAX, &out->remind},
        {"recover", p->recover, 1, 64, &out->recover},
    };
    shift_status status = read_whole_numbers(c, "policy", counts, sizeof counts / sizeof *counts);
    out->of = out->runs;
    const whole_number of = {"of", p->of, out->runs, 64, &out->of};
    if (status == SHIFT_OK)
        status = read_whole_numbers(c, "policy", &of, 1);
    c->out->false_alarms = (double)NAN;
    if (status != SHIFT_OK || p->false_alarms == NULL)
        return status;
    double most = number_or(p->false_alarms->at_most, NAN);
    double runs = number_or(p->false_alarms->runs, NAN);
    if (!(most > 0 && runs > most && isfinite(2 * runs / most)))
        return REFUSE(c, budget, "expected at_most and runs, such as {at_most: 1, runs: 30}");
    c->out->false_alarms = most / runs;
    return SHIFT_OK;
}

static const char *const usual_watch[] = {"mean_shift", "variance_ratio", "jensen_shannon",
                                          "missing_rate", "mcc"};

static shift_status check_watched(const conversion *c)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < c->raw->changes->statistics_count; i++) {
        const shift__step word[] = {KEY("changes"), KEY("statistics"), PLACE(i)};
        status = check_statistic(c, word, 3, c->raw->changes->statistics[i]);
    }
    return status;
}

/* One budget for everything: half of it for the runs' verdicts, where there are detectors too. */
static void share_budget(const conversion *c)
{
    shift_monitor *out = c->out;
    bool any = false;
    for (int i = 0; i < SHIFT_N_DETECTORS; i++)
        any = any || out->detectors[i];
    if (isnan(out->false_alarms))
        return;
    double part = any ? out->false_alarms / 2 : out->false_alarms;
    out->alpha = fmin(part, 0.5);
    out->run_length = 1 / part;
}

static shift_status convert_changes(const conversion *c)
{
    static const shift__raw_changes none;
    const shift__raw_changes *r = c->raw->changes != NULL ? c->raw->changes : &none;
    const shift__step length[] = {KEY("changes"), KEY("run_length")};
    const shift__step list[] = {KEY("changes"), KEY("detectors")};
    shift_monitor *out = c->out;
    out->detectors[SHIFT_DETECTOR_CUSUM] = r->detectors == NULL && c->raw->changes != NULL &&
                                           !shift__monitor_has_empty(c->text, list, 2);
    for (size_t i = 0; r->detectors != NULL && i < r->detectors_count; i++)
        out->detectors[r->detectors[i]] = true;
    out->watched = usual_watch;
    out->n_watched = sizeof usual_watch / sizeof *usual_watch;
    if (r->statistics != NULL) {
        out->watched = (const char *const *)r->statistics;
        out->n_watched = r->statistics_count;
    }
    out->run_length = number_or(r->run_length, 1000);
    if (!(out->run_length >= 2 && out->run_length <= 100000))
        return REFUSE(c, length, "expected a number of runs from 2 to 100000, found '%s'",
                      r->run_length);
    if (r->run_length != NULL && !isnan(out->false_alarms))
        return REFUSE(c, length, "policy: false_alarms sets it");
    share_budget(c);
    return c->raw->changes != NULL ? check_watched(c) : SHIFT_OK;
}

/* A file of two reports would be the later one; standard output and devices take both. */
static bool is_taken(const shift_monitor_report *reports, size_t n)
{
    size_t i = 0;
    while (i < n && strcmp(reports[i].path, reports[n].path) != 0)
        i++;
    return i < n && strcmp(reports[n].path, "-") != 0 && strncmp(reports[n].path, "/dev/", 5) != 0;
}

static shift_status convert_reports(const conversion *c)
{
    shift_monitor_report *reports = NULL;
    size_t n = c->raw->reports_count;
    shift_status status = shift__arena_alloc(c->arena, &reports, n, sizeof *reports, c->err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        const shift__raw_output *raw = &c->raw->reports[i];
        const shift__step steps[] = {KEY("reports"), PLACE(i)};
        if (c->out->by != NULL)
            return REFUSE(
                c, steps,
                "would be overwritten by that of the next window (production.by); 'covshift "
                "report' writes that of any run");
        if (raw->format == NULL || raw->to == NULL || *raw->to == '\0')
            return REFUSE(c, steps, "needs format and to");
        reports[i].format = raw->format;
        reports[i].when = raw->when != NULL ? (shift_monitor_when)*raw->when : SHIFT_WHEN_ALWAYS;
        const shift__step to[] = {KEY("reports"), PLACE(i), KEY("to")};
        status = whole_pattern(c, to, 3, raw->to, &reports[i].path);
        if (status == SHIFT_OK && is_taken(reports, i))
            return REFUSE(c, to, "another report goes to '%s'", raw->to);
    }
    c->out->reports = reports;
    c->out->n_reports = n;
    return status;
}

static shift_status convert_hooks(const conversion *c)
{
    shift_monitor_hook *hooks = NULL;
    size_t n = c->raw->hooks_count;
    shift_status status = shift__arena_alloc(c->arena, &hooks, n, sizeof *hooks, c->err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        const shift__raw_output *raw = &c->raw->hooks[i];
        const shift__step steps[] = {KEY("hooks"), PLACE(i)};
        if (raw->run == NULL || *raw->run == '\0')
            return REFUSE(c, steps, "needs run: a command");
        hooks[i].command = raw->run;
        hooks[i].when = raw->when != NULL ? (shift_monitor_when)*raw->when : SHIFT_WHEN_ALARM;
    }
    c->out->hooks = hooks;
    c->out->n_hooks = n;
    return status;
}

/* "training", "previous", "rolling:7" or "weekday:4" */
static shift_status convert_reference(const conversion *c)
{
    static const struct {
        const char *prefix;
        shift_monitor_reference mode;
    } modes[] = {{"rolling:", SHIFT_REFERENCE_ROLLING}, {"weekday:", SHIFT_REFERENCE_WEEKDAY}};
    const shift__step steps[] = {KEY("reference")};
    const char *text = c->raw->reference;
    c->out->reference = SHIFT_REFERENCE_TRAINING;
    if (text == NULL || strcmp(text, "training") == 0)
        return SHIFT_OK;
    if (strcmp(text, "previous") == 0)
        text = "rolling:1";
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(modes[i].prefix);
        if (strncmp(text, modes[i].prefix, n) != 0)
            continue;
        char *end = NULL;
        unsigned long count = strtoul(text + n, &end, 10);
        if (!isdigit((unsigned char)text[n]) || *end != '\0' || count < 1 || count > 366)
            break;
        c->out->reference = modes[i].mode;
        c->out->n_reference = (unsigned)count;
        return SHIFT_OK;
    }
    return REFUSE(c, steps,
                  "expected training, previous, rolling:N or weekday:N (up to 366), found '%s'",
                  text);
}

/* "400d" */
static shift_status convert_keep(const conversion *c)
{
    const shift__step steps[] = {KEY("keep")};
    if (c->raw->keep == NULL)
        return SHIFT_OK;
    if (!shift_days_parse(c->raw->keep, &c->out->keep_days))
        return REFUSE(c, steps, "expected a number of days such as 400d, found '%s'", c->raw->keep);
    return SHIFT_OK;
}

shift_status shift__monitor_convert(shift_monitor *out, const shift__raw_monitor *raw,
                                    const shift__monitor_text *text, shift__arena *arena,
                                    shift_error *err)
{
    static shift_status (*const parts[])(const conversion *) = {
        convert_reference, convert_name,     convert_places,   convert_production,
        convert_features,  convert_networks, convert_decision, convert_policy,
        convert_changes,   convert_reports,  convert_hooks,    convert_keep,
    };
    shift_source_options *source = NULL;
    shift_status status = shift__arena_alloc(arena, &source, 1, sizeof *source, err);
    if (status != SHIFT_OK)
        return status;
    *source = (shift_source_options)SHIFT_SOURCE_OPTIONS_INIT;
    const conversion c = {out, raw, text, arena, source, err};
    out->size = sizeof *out;
    out->file = text->path;
    out->source = source;
    for (size_t i = 0; status == SHIFT_OK && i < sizeof parts / sizeof *parts; i++)
        status = parts[i](&c);
    return status;
}
