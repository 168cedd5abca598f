/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phrases.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradients.h"

/* "1.20e-05" as "1.2e-5" */
static void add_scientific(buffer *b, int decimals, double value)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%.*e", decimals, value);
    size_t digits = strcspn(text, "e");
    long power = text[digits] == 'e' ? strtol(text + digits + 1, NULL, 10) : 0;
    if (decimals > 0)
        while (text[digits - 1] == '0')
            digits--;
    if (text[digits - 1] == '.')
        digits--;
    buffer_print(b, "%.*se%ld", (int)digits, text, power);
}

static void add_digits(buffer *b, double value, int digits)
{
    double size = fabs(value);
    if (isnan(value))
        buffer_text(b, "-");
    else if (isinf(value))
        buffer_text(b, value > 0 ? "inf" : "-inf");
    else if (size != 0 && (size < 1e-4 || size >= 1e9))
        add_scientific(b, digits - 1, value);
    else if (size >= pow(10, digits))
        buffer_print(b, "%.0f", value);
    else
        buffer_print(b, "%.*g", digits, value);
}

void phrase_number(buffer *b, double value)
{
    add_digits(b, value, 3);
}

void phrase_count(buffer *b, uint64_t count)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            buffer_text(b, ",");
        buffer_add(b, digits + i, 1);
    }
}

void phrase_share(buffer *b, double share)
{
    double percent = 100 * share;
    double size = fabs(percent);
    if (isnan(share))
        buffer_text(b, "-");
    else if (size > 99 && size < 100)
        buffer_print(b, "%.4g %%", percent);
    else if (size >= 9.95 || size == 0)
        buffer_print(b, "%.0f %%", percent);
    else if (size >= 1e-4)
        buffer_print(b, "%.2g %%", percent);
    else {
        add_scientific(b, 1, percent);
        buffer_text(b, " %");
    }
}

void phrase_p(buffer *b, double p)
{
    if (isnan(p))
        buffer_text(b, "-");
    else if (p < 1e-300)
        buffer_text(b, "<1e-300");
    else if (p < 1e-3)
        add_scientific(b, 0, p);
    else
        buffer_print(b, "%.2g", p);
}

/* Names for the statistics that have thresholds by default, and whether they are shares. */
static const struct effect_word {
    const char *statistic, *word;
    bool share, sign;
} effect_words[] = {
    {"psi", "PSI", false, false},
    {"ks", "KS", false, false},
    {"wasserstein_normalized", "W1/sd", false, false},
    {"jensen_shannon", "JS", false, false},
    {"mean_shift", "mean shift", false, true},
    {"missing_rate", "missing", true, true},
    {"out_of_range_share", "out of range", true, false},
    {"new_category_share", "new categories", true, false},
    {"lost_category_share", "lost categories", true, false},
    {"mcc", "MCC", false, false},
    {"auc", "AUC", false, false},
    {"wasserstein", "W1", false, false},
    {"saturation_change", "saturated", true, true},
};

static const struct effect_word *word_of(const char *statistic)
{
    for (size_t i = 0; i < sizeof effect_words / sizeof *effect_words; i++)
        if (strcmp(effect_words[i].statistic, statistic) == 0)
            return &effect_words[i];
    return NULL;
}

void phrase_effect_name(buffer *b, const shift_measurement *effect)
{
    const struct effect_word *word = word_of(effect->statistic);
    if (word != NULL) {
        buffer_text(b, word->word);
        return;
    }
    for (const char *c = effect->statistic; *c != '\0'; c++)
        buffer_add(b, *c == '_' ? " " : c, 1);
}

void phrase_effect_value(buffer *b, const shift_measurement *effect)
{
    const struct effect_word *word = word_of(effect->statistic);
    if (word != NULL && word->sign && effect->value > 0)
        buffer_text(b, "+");
    if (word != NULL && word->share)
        phrase_share(b, effect->value);
    else
        phrase_number(b, effect->value);
}

static void begin_part(buffer *b, size_t start)
{
    if (b->used > start)
        buffer_text(b, ", ");
}

/* "mean 10 -> 12.2" with as many digits as it takes to see the difference, six at most. False where
 * that shows none. */
static bool add_pair(buffer *b, size_t start, const char *name, const double pair[2],
                     const style *s)
{
    buffer before = {NULL, 0, 0, false};
    buffer after = {NULL, 0, 0, false};
    bool differ = false;
    for (int digits = 3; digits <= 6 && !differ; digits++) {
        buffer_reset(&before);
        buffer_reset(&after);
        add_digits(&before, pair[0], digits);
        add_digits(&after, pair[1], digits);
        b->failed |= before.failed || after.failed;
        differ = !b->failed && strcmp(before.bytes, after.bytes) != 0;
    }
    if (differ) {
        begin_part(b, start);
        buffer_print(b, "%s %s %s %s", name, before.bytes, s->utf8 ? "\xe2\x86\x92" : "->",
                     after.bytes);
    }
    buffer_free(&before);
    buffer_free(&after);
    return differ;
}

static double unusable_share(const shift_summary *summary)
{
    double bad = (double)(summary->missing + summary->non_finite + summary->invalid);
    return bad / (bad + (double)summary->n);
}

static void add_missing_change(buffer *b, const ranked *r, const style *s)
{
    const shift_measurement *m = measurement_of(r->subject, "missing_rate");
    if (m == NULL || (m->verdict < SHIFT_VERDICT_WARN && r->effect != m) || m->value == 0)
        return;
    buffer_text(b, "missing ");
    phrase_share(b, unusable_share(&r->subject->train));
    buffer_text(b, s->utf8 ? " \xe2\x86\x92 " : " -> ");
    phrase_share(b, unusable_share(&r->subject->prod));
}

/* The middle of the distribution, where neither mean nor spread tell what moved. */
static void add_middle(buffer *b, size_t start, const shift_subject *subject, const style *s)
{
    const double low[2] = {subject->train.quantiles[1], subject->prod.quantiles[1]};
    const double high[2] = {subject->train.quantiles[5], subject->prod.quantiles[5]};
    if (add_pair(b, start, "5th percentile", low, s))
        (void)add_pair(b, start, "95th", high, s);
    else
        (void)add_pair(b, start, "95th percentile", high, s);
}

static void add_number_change(buffer *b, size_t start, const ranked *r, const style *s)
{
    const shift_subject *subject = r->subject;
    const double mean[2] = {subject->train.mean, subject->prod.mean};
    const double sd[2] = {sqrt(subject->train.variance), sqrt(subject->prod.variance)};
    bool moved = fabs(mean[1] - mean[0]) >= 0.1 * sd[0];
    bool spread = sd[1] > 1.2 * sd[0] || sd[0] > 1.2 * sd[1];
    bool shifted = subject->verdict >= SHIFT_VERDICT_WARN;
    if (moved || !spread)
        (void)add_pair(b, start, "mean", mean, s);
    if (spread)
        (void)add_pair(b, start, "sd", sd, s);
    if (shifted && !moved && !spread && b->used == start)
        add_middle(b, start, subject, s);
}

static void add_share(buffer *b, size_t start, double share, const char *what)
{
    if (!(share > 0))
        return;
    begin_part(b, start);
    phrase_share(b, share);
    buffer_text(b, what);
}

static void add_category_change(buffer *b, size_t start, const shift_subject *subject)
{
    double fresh = value_of(subject, "new_category_share");
    double lost = value_of(subject, "lost_category_share");
    double moved = value_of(subject, "total_variation");
    add_share(b, start, fresh, " in new categories");
    if (lost >= 0.01)
        add_share(b, start, lost, " in lost ones");
    if (!(fresh > 0) && !(lost >= 0.01) && moved >= 0.005)
        add_share(b, start, moved, " of rows changed category");
}

static void add_share_pair(buffer *b, size_t start, const char *name, double before, double after,
                           const style *s)
{
    begin_part(b, start);
    buffer_print(b, "%s ", name);
    phrase_share(b, before);
    buffer_text(b, s->utf8 ? " \xe2\x86\x92 " : " -> ");
    phrase_share(b, after);
}

static void add_layer_change(buffer *b, size_t start, const ranked *r, const style *s)
{
    double saturation = value_of(r->subject, "saturation");
    double change = value_of(r->subject, "saturation_change");
    double dead = value_of(r->subject, "dead_share");
    double gain = value_of(r->subject, "amplification");
    add_number_change(b, start, r, s);
    if (fabs(change) >= 0.01)
        add_share_pair(b, start, "saturated", saturation - change, saturation, s);
    add_share(b, start, dead, " of units dead");
    if (r->subject->verdict >= SHIFT_VERDICT_WARN && isfinite(gain) &&
        (gain < 0.995 || gain >= 1.05)) {
        begin_part(b, start);
        buffer_print(b, gain >= 1 ? "amplified %.2g times" : "damped to %.2g", gain);
    }
}

void phrase_change(buffer *b, const ranked *r, const style *s)
{
    size_t start = b->used;
    const shift_subject *subject = r->subject;
    add_missing_change(b, r, s);
    if (subject->train.n == 0 || subject->prod.n == 0) {
        begin_part(b, start);
        buffer_text(b, subject->prod.n == 0 ? "no values in production" : "no values in training");
    } else if (subject->type == SHIFT_SUBJECT_LAYER) {
        add_layer_change(b, start, r, s);
    } else if (subject->kind == SHIFT_KIND_NUMERIC) {
        add_number_change(b, start, r, s);
    } else if (!shift_kind_is_number(subject->kind)) {
        add_category_change(b, start, subject);
    }
}

const char *phrase_verdict(shift_verdict verdict)
{
    switch (verdict) {
    case SHIFT_VERDICT_ALERT:
        return "ALERT";
    case SHIFT_VERDICT_WARN:
        return "WARN";
    case SHIFT_VERDICT_INCONCLUSIVE:
        return "INCONCLUSIVE";
    case SHIFT_VERDICT_OK:
    case SHIFT_VERDICT_NONE:
        break;
    }
    return "OK";
}

static void add_named(buffer *b, const ranked *r, const style *s)
{
    s->name(b, r->subject->name, s->context);
    if (r->effect != NULL) {
        buffer_text(b, ", ");
        phrase_effect_name(b, r->effect);
        buffer_text(b, " ");
        phrase_effect_value(b, r->effect);
    }
}

void phrase_conclusion(buffer *b, const shift_comparison *comparison, const ranked *list,
                       const style *s)
{
    const shift_network_facts *network = comparison->network;
    tally t = network != NULL ? tally_layers(comparison) : tally_features(comparison);
    if (gradient_conclusion(b, comparison))
        return;
    size_t shifted = t.alert + t.warn;
    const char *noun = network != NULL ? "layer" : "feature";
    const char *whole = network != NULL ? "network" : "data set";
    const char *plural = t.judged == 1 ? "" : "s";
    if (shifted == 0 && comparison->verdict >= SHIFT_VERDICT_WARN) {
        buffer_print(b, "the %s shifted, none of its %zu %s%s alone", whole, t.judged, noun,
                     plural);
        return;
    }
    if (shifted == 0 && t.inconclusive > 0) {
        buffer_print(b, "%zu of %zu %s%s could not be judged%s", t.inconclusive, t.judged, noun,
                     plural, t.inconclusive < t.judged ? ", no other shifted" : "");
        return;
    }
    if (shifted == 0) {
        buffer_print(b, "no shift in %zu %s%s", t.judged, noun, plural);
        return;
    }
    buffer_print(b, "%zu of %zu %s%s shifted", shifted, t.judged, noun, plural);
    buffer_text(b, network == NULL ? "; strongest: " : "; the first: ");
    for (size_t i = 0; i < t.all; i++)
        if (network == NULL || list[i].subject == network->first_shifted) {
            add_named(b, &list[i], s);
            break;
        }
}

bool phrase_power(buffer *b, const shift_comparison *comparison)
{
    double least = (double)INFINITY;
    double most = 0;
    for (size_t i = 0; i < comparison->n_features; i++) {
        double shift = comparison->features[i]->detectable_mean_shift;
        least = isfinite(shift) ? fmin(least, shift) : least;
        most = isfinite(shift) ? fmax(most, shift) : most;
    }
    if (most <= 0)
        return false;
    buffer_print(b, "Smallest mean shift these rows could show: %.2g", least);
    if (most > 1.05 * least)
        buffer_print(b, " to %.2g", most);
    buffer_text(b, " sd (80 % power).");
    return true;
}
