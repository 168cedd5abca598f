/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that serves: each request adds a row, and another thread compares the last 2,000 rows
 * with training whenever 1,000 more have come. */
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

#include <shift/shift.h>

enum { REQUESTS = 8000, WINDOW = 2000, STEP = 1000 };

/* Stands for what comes in: from the middle on, older customers. */
static double age_of_customer(int request, int shifted)
{
    return 40 + 10 * sin(request * 1.7) + (shifted ? 15 : 0);
}

typedef struct server {
    shift_window *window;
    shift_error err;
    shift_status status; /* for the other thread once it is ended */
    sem_t *ended;
} server;

static void *serve(void *context)
{
    server *s = (server *)context;
    for (int i = 0; s->status == SHIFT_OK && i < REQUESTS; i++) {
        const char *device = i % 3 == 0 ? "phone" : "desktop";
        const shift_value row[] = {shift_value_number(age_of_customer(i, i >= REQUESTS / 2)),
                                   shift_value_text(device, i % 3 == 0 ? 5 : 7)};
        s->status = shift_window_add_row(s->window, row, 2, &s->err);
    }
    (void)sem_post(s->ended);
    return NULL;
}

static shift_status profile_training(shift_profile *train, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (int i = 0; status == SHIFT_OK && i < 5000; i++) {
        const char *device = i % 3 == 0 ? "phone" : "desktop";
        const shift_value row[] = {shift_value_number(age_of_customer(i * 7, 0)),
                                   shift_value_text(device, i % 3 == 0 ? 5 : 7)};
        status = shift_profile_add_row(train, row, 2, err);
    }
    return status == SHIFT_OK ? shift_profile_flush(train, err) : status;
}

static shift_status compare(const shift_profile *train, const shift_profile *now, shift_error *err)
{
    shift_policy policy = SHIFT_POLICY_INIT;
    shift_comparison *found = NULL;
    policy.no_joint = true;
    shift_status status = shift_compare(&found, train, now, &policy, err);
    for (size_t i = 0; status == SHIFT_OK && i < found->n_features; i++)
        (void)printf("%s: %s\n", found->features[i]->name,
                     shift_verdict_name(found->features[i]->verdict));
    shift_comparison_free(found);
    return status;
}

/* Whenever a window is due, and at the end: the last one has the shift. */
static shift_status watch(server *s, const shift_profile *train, shift_error *err)
{
    pthread_t thread;
    shift_profile *now = NULL;
    shift_status status = SHIFT_OK;
    if (pthread_create(&thread, NULL, serve, s) != 0)
        return shift_error_set(err, SHIFT_ENOMEM, "no thread");
    while (status == SHIFT_OK && sem_trywait(s->ended) != 0 &&
           shift_window_rows(s->window) < REQUESTS / 2) {
        if (!shift_window_due(s->window))
            continue; /* a real one would sleep */
        status = shift_window_take(s->window, &now, err);
        shift_profile_free(now); /* a real one would compare it */
        now = NULL;
    }
    (void)pthread_join(thread, NULL);
    if (status == SHIFT_OK && s->status != SHIFT_OK)
        status = shift_error_set(err, s->status, "%s", s->err.message);
    if (status == SHIFT_OK)
        status = shift_window_snapshot(s->window, &now, err);
    if (status == SHIFT_OK)
        status = compare(train, now, err);
    shift_profile_free(now);
    return status;
}

int main(void)
{
    sem_t ended;
    (void)sem_init(&ended, 0, 0);
    server s = {NULL, SHIFT_ERROR_INIT, SHIFT_OK, &ended};
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_profile *train = NULL;
    shift_window_options options = SHIFT_WINDOW_OPTIONS_INIT;
    options.rows = WINDOW;
    options.step = STEP;
    shift_status status = shift_schema_new(&schema, &err);
    if (status == SHIFT_OK)
        status = shift_schema_add(schema, "age", SHIFT_KIND_NUMERIC, &err);
    if (status == SHIFT_OK)
        status = shift_schema_add(schema, "device", SHIFT_KIND_CATEGORICAL, &err);
    if (status == SHIFT_OK)
        status = shift_profile_new(&train, schema, NULL, &err);
    if (status == SHIFT_OK)
        status = profile_training(train, &err);
    if (status == SHIFT_OK)
        status = shift_window_new(&s.window, schema, &options, &err);
    if (status == SHIFT_OK)
        status = watch(&s, train, &err);
    if (status != SHIFT_OK)
        (void)fprintf(stderr, "%s\n", err.message);
    shift_window_free(s.window);
    shift_profile_free(train);
    shift_schema_free(schema);
    return status == SHIFT_OK ? 0 : 2;
}
