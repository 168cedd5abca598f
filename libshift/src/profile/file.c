/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a profile: the message of profile.proto in its container. */
#include "profile/file.h"

#include <stdlib.h>

#include "core/null.h"
#include "profile/container.h"

static const shift__container kind = {
    {0x89, 'C', 'S', 'H', 'F', '\r', '\n', 0x1a}, 1, 1, "profile"};

shift_status shift_profile_save(const shift_profile *profile, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, profile, path))
        return SHIFT_EINVAL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift__profile_settled(profile, err);
    if (status == SHIFT_OK)
        status = shift__profile_encode(profile, &bytes, &n, err);
    if (status == SHIFT_OK)
        status = shift__container_save(&kind, profile->minor, path, bytes, n, err);
    free(bytes);
    return status;
}

shift_status shift_profile_encode(const shift_profile *profile, unsigned char **bytes, size_t *n,
                                  shift_error *err)
{
    if (SHIFT__ANY_NULL(err, profile, bytes, n))
        return SHIFT_EINVAL;
    unsigned char *all = NULL;
    shift_status status = shift__profile_settled(profile, err);
    if (status == SHIFT_OK)
        status = shift__profile_encode(profile, &all, n, err);
    if (status == SHIFT_OK)
        status = shift__container_wrap(&kind, profile->minor, &all, n, err);
    if (status != SHIFT_OK) {
        free(all);
        return status;
    }
    *bytes = all;
    return SHIFT_OK;
}

shift_status shift_profile_decode(shift_profile **out, const unsigned char *bytes, size_t n,
                                  const char *name, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, bytes, name))
        return SHIFT_EINVAL;
    unsigned minor = 0;
    shift_profile *profile = NULL;
    shift_status status = shift__container_open(&kind, name, &bytes, &n, &minor, err);
    if (status == SHIFT_OK)
        status = shift__profile_decode(&profile, bytes, n, name, err);
    if (status != SHIFT_OK)
        return status;
    profile->minor = minor;
    *out = profile;
    return SHIFT_OK;
}

shift_status shift_profile_load(shift_profile **out, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, path))
        return SHIFT_EINVAL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    unsigned minor = 0;
    shift_profile *profile = NULL;
    shift_status status = shift__container_load(&kind, path, &bytes, &n, &minor, err);
    if (status != SHIFT_OK)
        return status;
    status = shift__profile_decode(&profile, bytes, n, path, err);
    free(bytes);
    if (status != SHIFT_OK)
        return status;
    profile->minor = minor;
    *out = profile;
    return SHIFT_OK;
}

bool shift_profile_detect(const char *path)
{
    return shift__container_detect(&kind, path);
}
