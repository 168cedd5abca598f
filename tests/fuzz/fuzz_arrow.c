/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrow arrays of any type whose contents, lengths, offsets and null counts are the input's.
 * Buffers are as long as a producer must make them, for that cannot be checked: what lies in them
 * is anything. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shift/arrow.h"
#include "shift/profile.h"

enum { ROWS = 8, SLACK = 8, ROOM = (ROWS + SLACK + 1) * 32, TEXT = 256 };

static const char *const formats[] = {
    "n",    "b",       "c",    "C",     "s",           "S",        "i",  "I",   "l",
    "L",    "e",       "f",    "g",     "u",           "U",        "vu", "tdD", "tdm",
    "tss:", "tsm:UTC", "tsn:", "d:9,2", "d:70,30,256", "d:5,1,32", "+l", "z"};

typedef struct fuzzed {
    unsigned char values[ROOM], bytes[TEXT], validity[8], words[ROOM];
    int64_t sizes[1];
    const void *buffers[4], *dictionary_buffers[3], *none[1];
    struct ArrowArray column, dictionary, array, *children[1];
    struct ArrowSchema field, dictionary_field, schema, *fields[1];
} fuzzed;

static void release_array(struct ArrowArray *array)
{
    array->release = NULL;
}

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

/* Texts with offsets may not reach beyond their bytes: that is the producer's promise too. */
static void keep_promise(unsigned char *offsets, const char *format)
{
    for (size_t i = 0; i < ROWS + SLACK + 1; i++) {
        if (*format == 'u') {
            int32_t offset = 0;
            memcpy(&offset, offsets + i * 4, 4);
            offset = offset > TEXT ? offset % (TEXT + 1) : offset;
            memcpy(offsets + i * 4, &offset, 4);
        } else if (*format == 'U') {
            int64_t offset = 0;
            memcpy(&offset, offsets + i * 8, 8);
            offset = offset > TEXT ? offset % (TEXT + 1) : offset;
            memcpy(offsets + i * 8, &offset, 8);
        }
    }
}

static int64_t number_of_buffers(const char *format)
{
    if (*format == 'n' || *format == '+')
        return *format == 'n' ? 0 : 2;
    return *format == 'u' || *format == 'U' || *format == 'z' ? 3 : *format == 'v' ? 4 : 2;
}

static void fill(fuzzed *f, const uint8_t *data, size_t size)
{
    const char *format = formats[data[0] % (sizeof formats / sizeof *formats)];
    size_t n = size - 8 < sizeof f->values ? size - 8 : sizeof f->values;
    memcpy(f->values, data + 8, n);
    memcpy(f->words, data + 8, n);
    memcpy(f->bytes, data + 8, n < TEXT ? n : TEXT);
    memcpy(f->validity, data + 1, 7);
    f->sizes[0] = TEXT;
    keep_promise(f->values, format);
    keep_promise(f->words, "u");
    f->buffers[0] = (data[2] & 3) != 0 ? f->validity : NULL;
    f->buffers[1] = f->values;
    f->buffers[2] = f->bytes;
    f->buffers[3] = f->sizes;
    f->dictionary_buffers[1] = f->words;
    f->dictionary_buffers[2] = f->bytes;
    f->column = (struct ArrowArray){.length = (int8_t)data[3] % (ROWS + 1),
                                    .null_count = (int8_t)data[4] % 10,
                                    .offset = (int8_t)data[5] % (SLACK + 1),
                                    .n_buffers = number_of_buffers(format) + (data[6] % 16 == 15),
                                    .buffers = f->buffers,
                                    .release = release_array};
    f->dictionary = (struct ArrowArray){
        .length = ROWS, .n_buffers = 3, .buffers = f->dictionary_buffers, .release = release_array};
    f->field = (struct ArrowSchema){.format = format, .name = "x", .release = release_schema};
    f->dictionary_field = (struct ArrowSchema){.format = "u", .release = release_schema};
    if (data[7] % 4 == 0) {
        f->column.dictionary = &f->dictionary;
        f->field.dictionary = &f->dictionary_field;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8)
        return 0;
    fuzzed *f = calloc(1, sizeof *f);
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    if (f == NULL)
        return 0;
    fill(f, data, size);
    f->children[0] = &f->column;
    f->fields[0] = &f->field;
    f->array = (struct ArrowArray){.length = f->column.length,
                                   .n_buffers = 1,
                                   .n_children = 1,
                                   .buffers = f->none,
                                   .children = f->children,
                                   .release = release_array};
    f->schema = (struct ArrowSchema){
        .format = "+s", .n_children = 1, .children = f->fields, .release = release_schema};
    if (shift_source_open_arrow_array(&source, &f->array, &f->schema, "fuzz", NULL, &err) ==
            SHIFT_OK &&
        shift_profile_read(&profile, source, NULL, NULL, NULL, &err) == SHIFT_OK)
        shift_profile_free(profile);
    shift_source_close(source);
    if (f->array.release != NULL || f->schema.release != NULL)
        abort();
    free(f);
    return 0;
}
