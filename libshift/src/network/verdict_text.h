/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the layers say of the network: its verdict, what became of its predictions, and findings. */
#ifndef SHIFT_NETWORK_VERDICT_TEXT_H
#define SHIFT_NETWORK_VERDICT_TEXT_H

#include "compare/findings.h"
#include "network/layer_compare.h"

/** The data set's subject: the worst verdict of the layers of `view`, or where the policy has a
 * share, ALERT where so many of them alert; and the statistics of the predictions. */
SHIFT_CHECKED shift_status shift__network_verdict(shift__layer_bench *b, const shift_policy *policy,
                                                  const shift_comparison *view,
                                                  const shift__permutations *p, shift_subject **out,
                                                  shift_error *err);
SHIFT_CHECKED shift_status shift__network_findings(shift__findings *findings,
                                                   const shift__layer_bench *b,
                                                   const shift_subject *dataset, shift_error *err);

#endif
