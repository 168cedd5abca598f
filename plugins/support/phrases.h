/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and findings in plain words. Names are written by a function of the caller, because each
 * document makes them harmless in its own way. */
#ifndef SHIFT_PLUGINS_PHRASES_H
#define SHIFT_PLUGINS_PHRASES_H

#include "ranking.h"

/** Write a foreign name or text into `b`. */
typedef void add_name(buffer *b, const char *name, const void *context);

/** How to write. */
typedef struct style {
    bool utf8; /* arrows and dashes, or ASCII */
    add_name *name;
    const void *context;
} style;

/** Three significant digits; whole numbers below a million in full; "-" for NaN. */
void phrase_number(buffer *b, double value);
/** "1,234,567" */
void phrase_count(buffer *b, uint64_t count);
/** A share of one as "3.1 %". */
void phrase_share(buffer *b, double share);
/** "6e-8", "0.0006", "<1e-300"; "-" for NaN. */
void phrase_p(buffer *b, double p);
/** "PSI", "mean shift", "missing": short enough for a table. */
void phrase_effect_name(buffer *b, const shift_measurement *effect);
/** "0.82", "+12 %" */
void phrase_effect_value(buffer *b, const shift_measurement *effect);
/** "mean 10 -> 12.2, sd 2 -> 2.4", "3.1 % in new categories", "missing 0 % -> 4.2 %"; nothing where
 * nothing changed. */
void phrase_change(buffer *b, const ranked *r, const style *s);
/** "ALERT" */
const char *phrase_verdict(shift_verdict verdict);
/** "3 of 12 features shifted; strongest: temp, PSI 0.82": the conclusion behind the verdict. Of a
 * network: "4 of 9 layers shifted, the first is bn1, mean shift 0.82"; `list` is of its layers. */
void phrase_conclusion(buffer *b, const shift_comparison *comparison, const ranked *list,
                       const style *s);
/** "With these rows a mean shift of ... would have been seen"; false and nothing where there is
 * nothing to say. */
bool phrase_power(buffer *b, const shift_comparison *comparison);

#endif
