/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The monitor file as libyaml's tree, with the position of everything in it. */
#include "monitor/file.h"

/* The schema has five levels, and nobody needs so many anchors. libyaml takes time by the square of
 * either. */
enum { MOST_LEVELS = 16, MOST_ANCHORS = 256 };

static int levels_of(yaml_token_type_t type)
{
    switch ((int)type) { /* all others are neither */
    case YAML_BLOCK_SEQUENCE_START_TOKEN:
    case YAML_BLOCK_MAPPING_START_TOKEN:
    case YAML_FLOW_SEQUENCE_START_TOKEN:
    case YAML_FLOW_MAPPING_START_TOKEN:
        return 1;
    case YAML_BLOCK_END_TOKEN:
    case YAML_FLOW_SEQUENCE_END_TOKEN:
    case YAML_FLOW_MAPPING_END_TOKEN:
        return -1;
    default:
        return 0;
    }
}

static shift_status check_bounds(shift__monitor_text *text, yaml_parser_t *parser, shift_error *err)
{
    shift_status status = SHIFT_OK;
    yaml_token_t token;
    int levels = 0;
    int anchors = 0; /* and names of tags */
    bool ended = false;
    /* what is no YAML is told by read_tree(), which sees the same tokens */
    while (!ended && status == SHIFT_OK && levels >= 0 && yaml_parser_scan(parser, &token) != 0) {
        levels += levels_of(token.type);
        anchors += token.type == YAML_ANCHOR_TOKEN || token.type == YAML_TAG_DIRECTIVE_TOKEN;
        ended = token.type == YAML_STREAM_END_TOKEN;
        if (levels > MOST_LEVELS || anchors > MOST_ANCHORS)
            status =
                shift_error_set(err, SHIFT_EFORMAT, "%s: line %zu, column %zu: has more than %s",
                                text->path, token.start_mark.line + 1, token.start_mark.column + 1,
                                levels > MOST_LEVELS ? "16 levels" : "256 anchors and tags");
        yaml_token_delete(&token);
    }
    return status;
}

/* libyaml tells only the byte where it could not read a character. */
static yaml_mark_t problem_mark(const shift__monitor_text *text, const yaml_parser_t *parser)
{
    yaml_mark_t mark = {0, 0, 0};
    if (parser->error != YAML_READER_ERROR)
        return parser->problem_mark;
    for (size_t i = 0; i < parser->problem_offset && i < text->n; i++) {
        unsigned char c = (unsigned char)text->bytes[i];
        mark.line += c == '\n';
        mark.column = c == '\n' ? 0 : mark.column + ((c & 0xc0) != 0x80);
    }
    return mark;
}

static shift_status tell_problem(const shift__monitor_text *text, const yaml_parser_t *parser,
                                 shift_error *err)
{
    yaml_mark_t mark = problem_mark(text, parser);
    if (parser->problem == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", text->path);
    return shift_error_set(err, SHIFT_EFORMAT, "%s: line %zu, column %zu: is no YAML: %s",
                           text->path, mark.line + 1, mark.column + 1, parser->problem);
}

static shift_status read_tree(shift__monitor_text *text, yaml_parser_t *parser, shift_error *err)
{
    yaml_document_t second;
    if (yaml_parser_load(parser, &text->tree) == 0 || yaml_parser_load(parser, &second) == 0)
        return tell_problem(text, parser, err);
    shift_status status = SHIFT_OK;
    if (yaml_document_get_root_node(&second) != NULL)
        status = shift_error_set(err, SHIFT_EFORMAT, "%s: line %zu: has a second document",
                                 text->path, second.start_mark.line + 1);
    yaml_document_delete(&second);
    return status;
}

shift_status shift__monitor_read_tree(shift__monitor_text *text, shift_error *err)
{
    static shift_status (*const steps[])(shift__monitor_text *, yaml_parser_t *,
                                         shift_error *) = {check_bounds, read_tree};
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < sizeof steps / sizeof *steps; i++) {
        yaml_parser_t parser;
        if (yaml_parser_initialize(&parser) == 0)
            return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", text->path);
        yaml_parser_set_input_string(&parser, (const unsigned char *)text->bytes, text->n);
        status = steps[i](text, &parser, err);
        yaml_parser_delete(&parser);
    }
    return status;
}
