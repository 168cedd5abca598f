/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in the monitor file a key or a value stands, which libcyaml does not tell exactly. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "monitor/file.h"

enum { LONGEST_WORD = 64, MOST_VALUES = 100000, MOST_BYTES = 16 << 20 };

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

static const char *word_of(const yaml_node_t *node)
{
    return node != NULL && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value
                                                          : "";
}

static yaml_node_t *step_into(yaml_document_t *tree, yaml_node_t *node, const shift__step *step)
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
        if (strcmp(word_of(yaml_document_get_node(tree, p->key)), step->key) == 0)
            return yaml_document_get_node(tree, p->value);
    }
    return NULL;
}

/* NULL where the file has no such thing. *mark is that of the last step that it has. */
static const yaml_node_t *find(const shift__monitor_text *text, const shift__step *steps, size_t n,
                               yaml_mark_t *mark)
{
    yaml_document_t tree = text->tree; /* libyaml asks for one that is not const, and only looks */
    yaml_node_t *node = yaml_document_get_root_node(&tree);
    for (size_t i = 0; node != NULL; i++) {
        *mark = node->start_mark;
        if (i == n)
            break;
        node = step_into(&tree, node, &steps[i]);
    }
    return node;
}

bool shift__monitor_has_empty(const shift__monitor_text *text, const shift__step *steps, size_t n)
{
    yaml_mark_t mark = {0, 0, 0};
    const yaml_node_t *node = find(text, steps, n, &mark);
    return node != NULL && node->type == YAML_SEQUENCE_NODE &&
           node->data.sequence.items.start == node->data.sequence.items.top;
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
    yaml_mark_t mark = {0, 0, 0};
    (void)find(text, steps, n, &mark);
    print_steps(steps, n, where, sizeof where);
    return shift_error_set(err, SHIFT_EFORMAT, "%s: line %zu, column %zu: %s%s%s", text->path,
                           mark.line + 1, mark.column + 1, where, n > 0 ? ": " : "", what);
}

/* A tree under examination, and what its keys may be. */
typedef struct examination {
    const shift__monitor_text *text;
    yaml_document_t tree; /* the text's */
    size_t values, bytes; /* as often as aliases repeat them */
    shift_error *err;
} examination;

/* A small file whose aliases repeat lists of aliases would be loaded as a huge one. */
static shift_status count_value(examination *e, const yaml_node_t *node)
{
    e->values++;
    e->bytes += node->type == YAML_SCALAR_NODE ? node->data.scalar.length : 0;
    if (e->values <= MOST_VALUES && e->bytes <= MOST_BYTES)
        return SHIFT_OK;
    return shift_error_set(e->err, SHIFT_EFORMAT, "%s: has more than %s, aliases resolved",
                           e->text->path,
                           e->bytes > MOST_BYTES ? "16 MiB of text" : "100000 values");
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

static shift_status examine(examination *e, const yaml_node_t *key, const yaml_node_t *node,
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
                           word_of(key), list, word_of(node));
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

/* A double-quoted text can hold NUL, at which it would end. */
static shift_status check_text(const examination *e, const yaml_node_t *key,
                               const yaml_node_t *node)
{
    if (strlen(word_of(node)) == node->data.scalar.length)
        return SHIFT_OK;
    return shift_error_set(e->err, SHIFT_EFORMAT, "%s: line %zu, column %zu: %s: has a NUL in it",
                           e->text->path, node->start_mark.line + 1, node->start_mark.column + 1,
                           word_of(key));
}

static shift_status examine_mapping(examination *e, const yaml_node_t *node,
                                    const cyaml_schema_value_t *schema)
{
    shift_status status = SHIFT_OK;
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; status == SHIFT_OK && p < end;
         p++) {
        const yaml_node_t *key = yaml_document_get_node(&e->tree, p->key);
        const cyaml_schema_field_t *field = schema->mapping.fields;
        while (field->key != NULL && strcmp(field->key, word_of(key)) != 0)
            field++;
        if (field->key == NULL)
            return unknown_key(e, key, schema->mapping.fields);
        status = check_text(e, key, key);
        if (status == SHIFT_OK)
            status = check_once(e, node, p);
        if (status == SHIFT_OK)
            status = examine(e, key, yaml_document_get_node(&e->tree, p->value), &field->value);
    }
    return status;
}

static shift_status examine_list(examination *e, const yaml_node_t *key, const yaml_node_t *node,
                                 const cyaml_schema_value_t *entry)
{
    shift_status status = SHIFT_OK;
    const yaml_node_item_t *end = node->data.sequence.items.top;
    for (const yaml_node_item_t *i = node->data.sequence.items.start; status == SHIFT_OK && i < end;
         i++)
        status = examine(e, key, yaml_document_get_node(&e->tree, *i), entry);
    return status;
}

/* A value of `key`, or in its list; NULL for the whole file. */
static shift_status examine(examination *e, const yaml_node_t *key, const yaml_node_t *node,
                            const cyaml_schema_value_t *schema)
{
    shift_status status = count_value(e, node);
    if (status == SHIFT_OK && key != NULL && node->type == YAML_SCALAR_NODE)
        status = check_text(e, key, node);
    if (status != SHIFT_OK)
        return status;
    if (schema->type == CYAML_ENUM)
        return examine_word(e, key, node, schema);
    if (schema->type == CYAML_MAPPING && node->type == YAML_MAPPING_NODE)
        return examine_mapping(e, node, schema);
    if (schema->type == CYAML_SEQUENCE && node->type == YAML_SEQUENCE_NODE)
        return examine_list(e, key, node, schema->sequence.entry);
    return SHIFT_OK; /* what is of another shape libcyaml tells */
}

shift_status shift__monitor_check_keys(const shift__monitor_text *text, shift_error *err)
{
    examination e = {.text = text, .tree = text->tree, .err = err};
    const yaml_node_t *root = yaml_document_get_root_node(&e.tree);
    return root != NULL ? examine(&e, NULL, root, &shift__monitor_schema) : SHIFT_OK;
}
