/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of the monitor file, for libcyaml. Truth values are words of a list, because libcyaml
 * takes any other text for "true". Numbers are texts here, because libcyaml reads "017" as 15 and
 * takes what begins as a number for one; convert.c reads them. */
#include "monitor/file.h"

enum { MAYBE = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL };

static const cyaml_strval_t truths[] = {{"no", 0}, {"yes", 1}, {"false", 0}, {"true", 1}};
static const cyaml_strval_t kinds[] = {
    {"numeric", SHIFT_KIND_NUMERIC},       {"categorical", SHIFT_KIND_CATEGORICAL},
    {"boolean", SHIFT_KIND_BOOLEAN},       {"timestamp", SHIFT_KIND_TIMESTAMP},
    {"identifier", SHIFT_KIND_IDENTIFIER},
};
static const cyaml_strval_t levels[] = {{"warn", SHIFT_VERDICT_WARN},
                                        {"alert", SHIFT_VERDICT_ALERT}};
static const cyaml_strval_t dependences[] = {{"auto", SHIFT_DEPENDENCE_AUTO},
                                             {"serial", SHIFT_DEPENDENCE_SERIAL},
                                             {"none", SHIFT_DEPENDENCE_NONE}};
static const cyaml_strval_t detectors[] = {
    {"cusum", SHIFT_DETECTOR_CUSUM},
    {"page_hinkley", SHIFT_DETECTOR_PAGE_HINKLEY},
    {"ewma", SHIFT_DETECTOR_EWMA},
    {"adwin", SHIFT_DETECTOR_ADWIN},
};
static const cyaml_strval_t occasions[] = {
    {"always", SHIFT_WHEN_ALWAYS}, {"news", SHIFT_WHEN_NEWS}, {"alarm", SHIFT_WHEN_ALARM}};

#define TEXT(type, member) CYAML_FIELD_STRING_PTR(#member, MAYBE, type, member, 0, CYAML_UNLIMITED)
#define WORD(type, member, words)                                                                  \
    CYAML_FIELD_ENUM_PTR(#member, MAYBE | CYAML_FLAG_STRICT, type, member, words,                  \
                         CYAML_ARRAY_LEN(words))
#define NUMBER TEXT
#define LIST(type, member, entry)                                                                  \
    CYAML_FIELD_SEQUENCE(#member, MAYBE, type, member, &(entry), 0, CYAML_UNLIMITED)
#define PART(type, member, fields) CYAML_FIELD_MAPPING_PTR(#member, MAYBE, type, member, fields)

static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};

static const cyaml_schema_value_t detector_entry = {
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, detectors, CYAML_ARRAY_LEN(detectors))};

static const cyaml_schema_field_t threshold_fields[] = {
    TEXT(shift__raw_threshold, statistic),
    NUMBER(shift__raw_threshold, warn),
    NUMBER(shift__raw_threshold, alert),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t threshold_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, shift__raw_threshold, threshold_fields)};

static const cyaml_schema_field_t feature_fields[] = {
    TEXT(shift__raw_feature, name),
    WORD(shift__raw_feature, kind, kinds),
    WORD(shift__raw_feature, exclude, truths),
    LIST(shift__raw_feature, statistics, text_entry),
    LIST(shift__raw_feature, thresholds, threshold_entry),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t feature_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, shift__raw_feature, feature_fields)};

static const cyaml_schema_field_t network_fields[] = {
    TEXT(shift__raw_network, network),
    TEXT(shift__raw_network, train),
    TEXT(shift__raw_network, label),
    LIST(shift__raw_network, inputs, text_entry),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t network_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, shift__raw_network, network_fields)};

static const cyaml_schema_field_t production_fields[] = {
    TEXT(shift__raw_production, source),
    TEXT(shift__raw_production, by),
    NUMBER(shift__raw_production, days_ago),
    NUMBER(shift__raw_production, late_days),
    TEXT(shift__raw_production, delimiter),
    LIST(shift__raw_production, missing, text_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t decision_fields[] = {
    NUMBER(shift__raw_decision, alpha),
    NUMBER(shift__raw_decision, fail_share),
    WORD(shift__raw_decision, joint, truths),
    WORD(shift__raw_decision, dependence, dependences),
    NUMBER(shift__raw_decision, seed),
    NUMBER(shift__raw_decision, history),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t budget_fields[] = {
    NUMBER(shift__raw_budget, at_most),
    NUMBER(shift__raw_budget, runs),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t policy_fields[] = {
    WORD(shift__raw_policy, level, levels),
    NUMBER(shift__raw_policy, runs),
    NUMBER(shift__raw_policy, of),
    NUMBER(shift__raw_policy, cooldown),
    NUMBER(shift__raw_policy, remind),
    NUMBER(shift__raw_policy, recover),
    PART(shift__raw_policy, false_alarms, budget_fields),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t changes_fields[] = {
    LIST(shift__raw_changes, detectors, detector_entry),
    LIST(shift__raw_changes, statistics, text_entry),
    NUMBER(shift__raw_changes, run_length),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t report_fields[] = {
    TEXT(shift__raw_output, format),
    TEXT(shift__raw_output, to),
    WORD(shift__raw_output, when, occasions),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t report_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, shift__raw_output, report_fields)};

static const cyaml_schema_field_t hook_fields[] = {
    TEXT(shift__raw_output, run),
    WORD(shift__raw_output, when, occasions),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t hook_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, shift__raw_output, hook_fields)};

static const cyaml_schema_field_t monitor_fields[] = {
    TEXT(shift__raw_monitor, name),
    TEXT(shift__raw_monitor, db),
    TEXT(shift__raw_monitor, train),
    PART(shift__raw_monitor, production, production_fields),
    TEXT(shift__raw_monitor, reference),
    LIST(shift__raw_monitor, features, feature_entry),
    LIST(shift__raw_monitor, networks, network_entry),
    PART(shift__raw_monitor, decision, decision_fields),
    PART(shift__raw_monitor, policy, policy_fields),
    PART(shift__raw_monitor, changes, changes_fields),
    LIST(shift__raw_monitor, reports, report_entry),
    LIST(shift__raw_monitor, hooks, hook_entry),
    TEXT(shift__raw_monitor, keep),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t shift__monitor_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, shift__raw_monitor, monitor_fields)};
