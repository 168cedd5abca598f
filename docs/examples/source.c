/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source of one's own: records of a binary format, given to the library as batches. Here they are
 * made up as they are asked for; a real one would read them. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <shift/shift.h>

enum { BATCH = 512, TEXT = 8 };

typedef struct record {
    int32_t celsius; /* -1000: the sensor was silent */
    char room[TEXT]; /* NUL-ended */
} record;

/* Up to BATCH records of `total`, and how many those are. */
static size_t read_records(record *out, size_t from, size_t total, int warmer)
{
    size_t n = total - from < BATCH ? total - from : (size_t)BATCH;
    for (size_t i = 0; i < n; i++) {
        size_t k = from + i;
        out[i].celsius = k % 50 == 0 ? -1000 : (int32_t)(15 + k * 7919 % 10) + warmer;
        (void)snprintf(out[i].room, TEXT, "%s", k % 4 == 0 ? "attic" : "cellar");
    }
    return n;
}

static shift_status profile_records(shift_profile *profile, size_t total, int warmer,
                                    shift_error *err)
{
    record records[BATCH];
    double numbers[BATCH];
    uint8_t states[BATCH];
    uint32_t begin[BATCH];
    uint32_t end[BATCH];
    size_t n = 0;
    shift_status status = SHIFT_OK;
    for (size_t from = 0; status == SHIFT_OK && from < total; from += n) {
        n = read_records(records, from, total, warmer);
        for (size_t i = 0; i < n; i++) {
            numbers[i] = records[i].celsius;
            states[i] = records[i].celsius == -1000 ? SHIFT_FIELD_MISSING : SHIFT_FIELD_PRESENT;
            /* texts may lie anywhere behind one pointer: here within the records */
            begin[i] = (uint32_t)(records[i].room - (const char *)records);
            end[i] = begin[i] + (uint32_t)strlen(records[i].room);
        }
        const shift_column columns[] = {{numbers, NULL, NULL, NULL, states},
                                        {NULL, (const char *)records, begin, end, NULL}};
        const shift_batch batch = {n, 2, columns};
        status = shift_profile_add(profile, &batch, err);
    }
    return status;
}

static void print_found(const shift_comparison *found)
{
    for (size_t i = 0; i < found->n_features; i++) {
        const shift_subject *feature = found->features[i];
        (void)printf("%s: %s, %u of %u missing\n", feature->name,
                     shift_verdict_name(feature->verdict), (unsigned)feature->prod.missing,
                     (unsigned)found->prod.rows);
    }
}

int main(void)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_profile *sides[2] = {NULL, NULL};
    shift_comparison *found = NULL;
    shift_status status = shift_schema_new(&schema, &err);
    if (status == SHIFT_OK)
        status = shift_schema_add(schema, "celsius", SHIFT_KIND_NUMERIC, &err);
    if (status == SHIFT_OK)
        status = shift_schema_add(schema, "room", SHIFT_KIND_CATEGORICAL, &err);
    for (int i = 0; status == SHIFT_OK && i < 2; i++) {
        status = shift_profile_new(&sides[i], schema, NULL, &err);
        if (status == SHIFT_OK)
            status = profile_records(sides[i], 2000, i * 3, &err);
    }
    if (status == SHIFT_OK)
        status = shift_compare(&found, sides[0], sides[1], NULL, &err);
    if (status == SHIFT_OK)
        print_found(found);
    else
        (void)fprintf(stderr, "%s\n", err.message);
    shift_comparison_free(found);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    shift_schema_free(schema);
    return status == SHIFT_OK ? 0 : 2;
}
