/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in the monitor file a key or a value stands, which libcyaml does not tell exactly: the same
 * text, read by libyaml as a tree with positions. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "monitor/file.h"

enum { LONGEST_WORD = 64, MOST_VALUES = 100000 };

/* Levenshtein's distance of short words; a long one is far from all. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(b);
    size_t row[LONGEST_WORD];
    if (n >= LONGEST_WORD || strlen(a) >= LONGEST_WORD)
        return SIZE_MAX;
    for (size_t k = 0; k <= n; k++)
        row[k] = k;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
            size_t least = diagonal + (a[i - 1] != b[k - 1]);
            least = row[k] + 1 < least ? row[k] + 1 : least;
            least = row[k - 1] + 1 < least ? row[k - 1] + 1 : least;
            diagonal = row[k];
            row[k] = least;
        }
    }
    return row[n];
}

const char *shift__nearest(const char *word, const char *const *words, size_t n)
{
    const char *best = NULL;
    size_t least = strlen(word) / 2 + 1; /* beyond half of its letters it is another word */
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, words[i]);
        if (d < least) {
            least = d;
            best = words[i];
        }
    }
    return best;
}

/* EFORMAT where it is no YAML. */
static shift_status read_tree(const shift__monitor_text *text, yaml_document_t *tree,
                              shift_error *err)
{
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", text->path);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text->bytes, text->n);
    shift_status status = SHIFT_OK;
    yaml_document_t second;
    bool read = yaml_parser_load(&parser, tree) != 0;
    bool ended = read && yaml_parser_load(&parser, &second) != 0;
    if (ended && yaml_document_get_root_node(&second) != NULL)
        status = shift_error_set(err, SHIFT_EFORMAT, "%s: line %zu: has a second document",
                                 text->path, second.start_mark.line + 1);
    if (ended)
        yaml_document_delete(&second);
    if (!ended)
        status = shift_error_set(err, SHIFT_EFORMAT, "%s: line %zu, column %zu: is no YAML: %s",
                                 text->path, parser.problem_mark.line + 1,
                                 parser.problem_mark.column + 1,
                                 parser.problem != NULL ? parser.problem : "out of memory");
    yaml_parser_delete(&parser);
    if (read && status != SHIFT_OK)
        yaml_document_delete(tree);
    return status;
}

static const char *word_of(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
}

/* The key's node too, for its position. */
static yaml_node_t *step_into(yaml_document_t *tree, yaml_node_t *node, const shift__step *step,
                              yaml_node_t **key)
{
    if (step->key == NULL) {
        if (node->type != YAML_SEQUENCE_NODE ||
            step->place >=
                (size_t)(node->data.sequence.items.top - node->data.sequence.items.start))
            return NULL;
        return yaml_document_get_node(tree, node->data.sequence.items.start[step->place]);
    }
    if (node->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
         p++) {
        yaml_node_t *name = yaml_document_get_node(tree, p->key);
        if (strcmp(word_of(name), step->key) != 0)
            continue;
        *key = name;
        return yaml_document_get_node(tree, p->value);
    }
    return NULL;
}

static yaml_mark_t find_position(const shift__monitor_text *text, const shift__step *steps,
                                 size_t n)
{
    yaml_mark_t mark = {0, 0, 0};
    yaml_document_t tree;
    if (read_tree(text, &tree, NULL) != SHIFT_OK)
        return mark;
    yaml_node_t *node = yaml_document_get_root_node(&tree);
    yaml_node_t *key = NULL;
    for (size_t i = 0; node != NULL; i++) {
        mark = node->start_mark;
        node = i < n ? step_into(&tree, node, &steps[i], &key) : NULL;
    }
    yaml_document_delete(&tree);
    return mark;
}

/* Most files have none, and need not be parsed again for each feature. */
static bool may_have_empty(const shift__monitor_text *text)
{
    bool open = false;
    for (size_t i = 0; i < text->n; i++) {
        if (open && text->bytes[i] == ']')
            return true;
        open = text->bytes[i] == '[' || (open && strchr(" \t\r\n", text->bytes[i]) != NULL);
    }
    return false;
}

bool shift__monitor_has_empty(const shift__monitor_text *text, const shift__step *steps, size_t n)
{
    yaml_document_t tree;
    if (!may_have_empty(text) || read_tree(text, &tree, NULL) != SHIFT_OK)
        return false;
    yaml_node_t *node = yaml_document_get_root_node(&tree);
    yaml_node_t *key = NULL;
    for (size_t i = 0; node != NULL && i < n; i++)
        node = step_into(&tree, node, &steps[i], &key);
    bool empty = node != NULL && node->type == YAML_SEQUENCE_NODE &&
                 node->data.sequence.items.start == node->data.sequence.items.top;
    yaml_document_delete(&tree);
    return empty;
}

/* "features[2].kind" of the steps. */
static void print_steps(const shift__step *steps, size_t n, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n && used < size; i++) {
        int more = steps[i].key != NULL
                       ? snprintf(out + used, size - used, "%s%s", i > 0 ? "." : "", steps[i].key)
                       : snprintf(out + used, size - used, "[%zu]", steps[i].place + 1);
        used += more > 0 ? (size_t)more : 0;
    }
}

shift_status shift__monitor_refuse(const shift__monitor_text *text, const shift__step *steps,
                                   size_t n, shift_error *err, const char *format, ...)
{
    char what[256];
    char where[128];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    yaml_mark_t mark = find_position(text, steps, n);
    print_steps(steps, n, where, sizeof where);
    return shift_error_set(err, SHIFT_EFORMAT, "%s: line %zu, column %zu: %s%s%s", text->path,
                           mark.line + 1, mark.column + 1, where, n > 0 ? ": " : "", what);
}

/* A tree under examination, and what its keys may be. */
typedef struct examination {
    const shift__monitor_text *text;
    yaml_document_t tree;
    unsigned long seen; /* values, as often as aliases repeat them */
    shift_error *err;
} examination;

/* A small file whose aliases repeat lists of aliases would be loaded as a huge one. */
static shift_status count_value(examination *e)
{
    if (e->seen++ < MOST_VALUES)
        return SHIFT_OK;
    return shift_error_set(e->err, SHIFT_EFORMAT, "%s: has more than %d values, aliases resolved",
                           e->text->path, MOST_VALUES);
}

static shift_status unknown_key(const examination *e, const yaml_node_t *key,
                                const cyaml_schema_field_t *fields)
{
    const char *names[32];
    char list[256];
    size_t n = 0;
    size_t used = 0;
    for (; fields[n].key != NULL && n < sizeof names / sizeof *names; n++) {
        names[n] = fields[n].key;
        int more = snprintf(list + used, sizeof list - used, "%s%s", n > 0 ? ", " : "", names[n]);
        used = more > 0 && used + (size_t)more < sizeof list ? used + (size_t)more : used;
    }
    const char *near = shift__nearest(word_of(key), names, n);
    return shift_error_set(e->err, SHIFT_EFORMAT,
                           "%s: line %zu, column %zu: unknown key '%s'; %s %s", e->text->path,
                           key->start_mark.line + 1, key->start_mark.column + 1, word_of(key),
                           near != NULL ? "did you mean" : "there are", near != NULL ? near : list);
}

static shift_status examine(examination *e, const yaml_node_t *node,
                            const cyaml_schema_value_t *schema);

/* A word that is none of a key's, which libcyaml would not list. */
static shift_status examine_word(const examination *e, const yaml_node_t *key,
                                 const yaml_node_t *node, const cyaml_schema_value_t *schema)
{
    char list[256] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < schema->enumeration.count; i++) {
        const char *word = schema->enumeration.strings[i].str;
        if (strcmp(word, word_of(node)) == 0)
            return SHIFT_OK;
        int more = snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", word);
        used += more > 0 && used + (size_t)more < sizeof list ? (size_t)more : 0;
    }
    return shift_error_set(e->err, SHIFT_EFORMAT,
                           "%s: line %zu, column %zu: %s: expected one of %s, found '%s'",
                           e->text->path, node->start_mark.line + 1, node->start_mark.column + 1,
                           key != NULL ? word_of(key) : "list", list, word_of(node));
}

static shift_status check_once(examination *e, const yaml_node_t *mapping,
                               const yaml_node_pair_t *pair)
{
    const yaml_node_pair_t *first = mapping->data.mapping.pairs.start;
    const yaml_node_t *key = yaml_document_get_node(&e->tree, pair->key);
    while (first < pair &&
           strcmp(word_of(yaml_document_get_node(&e->tree, first->key)), word_of(key)) != 0)
        first++;
    if (first == pair)
        return SHIFT_OK;
    return shift_error_set(e->err, SHIFT_EFORMAT, "%s: line %zu, column %zu: %s: is there twice",
                           e->text->path, key->start_mark.line + 1, key->start_mark.column + 1,
                           word_of(key));
}

static shift_status examine_mapping(examination *e, const yaml_node_t *node,
                                    const cyaml_schema_value_t *schema)
{
    shift_status status = SHIFT_OK;
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < end; p++) {
        const yaml_node_t *key = yaml_document_get_node(&e->tree, p->key);
        const cyaml_schema_field_t *field = schema->mapping.fields;
        while (field->key != NULL && strcmp(field->key, word_of(key)) != 0)
            field++;
        if (field->key == NULL)
            return unknown_key(e, key, schema->mapping.fields);
        status = check_once(e, node, p);
        if (status == SHIFT_OK)
            status = count_value(e);
        if (status != SHIFT_OK)
            return status;
        const yaml_node_t *value = yaml_document_get_node(&e->tree, p->value);
        status = field->value.type == CYAML_ENUM ? examine_word(e, key, value, &field->value)
                                                 : examine(e, value, &field->value);
        if (status != SHIFT_OK)
            return status;
    }
    return status;
}

static shift_status examine(examination *e, const yaml_node_t *node,
                            const cyaml_schema_value_t *schema)
{
    shift_status status = SHIFT_OK;
    if (node->type == YAML_MAPPING_NODE && schema->type == CYAML_MAPPING)
        return examine_mapping(e, node, schema);
    if (node->type != YAML_SEQUENCE_NODE || schema->type != CYAML_SEQUENCE)
        return SHIFT_OK;
    const cyaml_schema_value_t *entry = schema->sequence.entry;
    for (const yaml_node_item_t *i = node->data.sequence.items.start;
         status == SHIFT_OK && i < node->data.sequence.items.top; i++) {
        const yaml_node_t *value = yaml_document_get_node(&e->tree, *i);
        status = count_value(e);
        if (status != SHIFT_OK)
            return status;
        status = entry->type == CYAML_ENUM ? examine_word(e, NULL, value, entry)
                                           : examine(e, value, entry);
    }
    return status;
}

shift_status shift__monitor_check_keys(const shift__monitor_text *text, shift_error *err)
{
    examination e = {.text = text, .err = err};
    shift_status status = read_tree(text, &e.tree, err);
    if (status != SHIFT_OK)
        return status;
    const yaml_node_t *root = yaml_document_get_root_node(&e.tree);
    if (root != NULL)
        status = examine(&e, root, &shift__monitor_schema);
    yaml_document_delete(&e.tree);
    return status;
}
