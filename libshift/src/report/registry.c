/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporters out of plugin directories. A plugin is loaded and its data symbol looked at before any
 * function of it is called; one that does not fit is kept in the list with the reason. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/null.h"
#include "shift/reporter.h"

typedef struct plugin {
    char *path;
    void *handle;             /* NULL where it was refused */
    shift_reporter *reporter; /* a copy: members that the plugin does not have are zero */
    char *refusal;
} plugin;

/* Told by device and inode, so that a directory given twice is not refused for its own names. */
typedef struct seen_directory {
    dev_t device;
    ino_t inode;
} seen_directory;

struct shift_registry {
    plugin *plugins;
    size_t n, capacity;
    seen_directory *seen;
    size_t n_seen, seen_capacity;
};

/* The members of the first version of the struct; a plugin must have at least these. */
enum { REPORTER_SIZE_1 = offsetof(shift_reporter, render) + sizeof(void (*)(void)) };

static bool is_name(const char *name)
{
    if (*name == '\0')
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9') && *c != '-')
            return false;
    return true;
}

static const plugin *find(const shift_registry *registry, const char *name)
{
    for (size_t i = 0; i < registry->n; i++) {
        const plugin *p = &registry->plugins[i];
        if (p->reporter != NULL && strcmp(p->reporter->name, name) == 0)
            return p;
    }
    return NULL;
}

/* Why the symbol cannot be used, in `why`; OK where it can. Members are read in the order in which
 * the ones before vouch for them: abi, then size, then the rest. */
static shift_status check(const shift_registry *registry, const char *path,
                          const shift_reporter *reporter, shift_error *why)
{
    if (reporter->abi != SHIFT_PLUGIN_ABI)
        return shift_error_set(why, SHIFT_EPLUGIN, "%s: plugin ABI %u, this program has ABI %u",
                               path, (unsigned)reporter->abi, (unsigned)SHIFT_PLUGIN_ABI);
    if (reporter->size < REPORTER_SIZE_1)
        return shift_error_set(
            why, SHIFT_EPLUGIN, "%s: its shift_reporter has %u bytes, ABI %u has at least %u", path,
            (unsigned)reporter->size, (unsigned)SHIFT_PLUGIN_ABI, (unsigned)REPORTER_SIZE_1);
    if (reporter->name == NULL || reporter->summary == NULL || reporter->extension == NULL ||
        reporter->render == NULL)
        return shift_error_set(why, SHIFT_EPLUGIN, "%s: its shift_reporter has no %s", path,
                               reporter->name == NULL        ? "name"
                               : reporter->summary == NULL   ? "summary"
                               : reporter->extension == NULL ? "extension"
                                                             : "render");
    if (!is_name(reporter->name))
        return shift_error_set(why, SHIFT_EPLUGIN,
                               "%s: its name \"%s\" is not lower-case letters, digits and '-'",
                               path, reporter->name);
    const plugin *other = find(registry, reporter->name);
    if (other != NULL)
        return shift_error_set(why, SHIFT_EPLUGIN, "%s: \"%s\" is already the reporter of %s", path,
                               reporter->name, other->path);
    return SHIFT_OK;
}

/* dlerror() mostly begins with the path by itself. */
static void refuse_by_loader(const char *path, shift_error *why)
{
    const char *message = dlerror();
    if (message == NULL)
        message = "cannot be loaded";
    if (strncmp(message, path, strlen(path)) == 0)
        (void)shift_error_set(why, SHIFT_EPLUGIN, "%s", message);
    else
        (void)shift_error_set(why, SHIFT_EPLUGIN, "%s: %s", path, message);
}

/* Whether the file ends before a part that its header promises, as after half a copy: dlopen() maps
 * such parts all the same, and whoever reads them dies of SIGBUS. What is no ELF file, or another
 * machine's, is left to dlopen(). */
static bool is_cut(int file, uint64_t size)
{
    ElfW(Ehdr) header;
    if (pread(file, &header, sizeof header, 0) != (ssize_t)sizeof header ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phentsize != sizeof(ElfW(Phdr)))
        return false;
    for (uint64_t i = 0; i < header.e_phnum; i++) {
        ElfW(Phdr) part;
        uint64_t at = header.e_phoff + i * sizeof part;
        if (at > size || pread(file, &part, sizeof part, (off_t)at) != (ssize_t)sizeof part ||
            part.p_filesz > size || part.p_offset > size - part.p_filesz)
            return true;
    }
    return false;
}

static bool is_cut_file(const char *path)
{
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false; /* dlopen() says why */
    bool cut = fstat(file, &info) == 0 && is_cut(file, (uint64_t)info.st_size);
    (void)close(file);
    return cut;
}

/* A handle with a reporter that fits, or NULL and the reason. */
static void *load(const shift_registry *registry, const char *path, const shift_reporter **out,
                  shift_error *why)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        (void)shift_error_set(why, SHIFT_EPLUGIN, "%s: not a file", path);
        return NULL;
    }
    if (is_cut_file(path)) {
        (void)shift_error_set(why, SHIFT_EPLUGIN,
                              "%s: cut off: its ELF header tells of more than its %lld bytes", path,
                              (long long)info.st_size);
        return NULL;
    }
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        refuse_by_loader(path, why);
        return NULL;
    }
    const shift_reporter *reporter = dlsym(handle, "shift_reporter_plugin");
    if (reporter == NULL)
        (void)shift_error_set(why, SHIFT_EPLUGIN, "%s: has no symbol shift_reporter_plugin", path);
    if (reporter != NULL && check(registry, path, reporter, why) == SHIFT_OK) {
        *out = reporter;
        return handle;
    }
    (void)dlclose(handle);
    return NULL;
}

/* Append an entry; takes `path`, which is freed when that fails. */
static shift_status append(shift_registry *registry, char *path, const char *refusal,
                           shift_error *err)
{
    char *copy = NULL;
    shift_status status = shift__array_grow(&registry->plugins, &registry->capacity,
                                            registry->n + 1, sizeof *registry->plugins, err);
    if (status == SHIFT_OK && refusal != NULL)
        status = shift__text_copy(&copy, refusal, strlen(refusal), err);
    if (status != SHIFT_OK) {
        free(path);
        return status;
    }
    registry->plugins[registry->n++] = (plugin){path, NULL, NULL, copy};
    return SHIFT_OK;
}

static shift_status copy_reporter(shift_reporter **out, const shift_reporter *from,
                                  shift_error *err)
{
    shift_status status = shift__alloc(out, 1, sizeof **out, err);
    if (status == SHIFT_OK)
        memcpy(*out, from, from->size < sizeof **out ? from->size : sizeof **out);
    return status;
}

static shift_status add_file(shift_registry *registry, const char *directory, const char *name,
                             shift_error *err)
{
    size_t n = strlen(directory) + strlen(name) + 2;
    char *path = NULL;
    shift_status status = shift__alloc(&path, n, 1, err);
    if (status != SHIFT_OK)
        return status;
    (void)snprintf(path, n, "%s/%s", directory, name);
    shift_error why = SHIFT_ERROR_INIT;
    const shift_reporter *reporter = NULL;
    void *handle = load(registry, path, &reporter, &why);
    shift_reporter *copy = NULL;
    if (handle != NULL)
        status = copy_reporter(&copy, reporter, err);
    if (status == SHIFT_OK)
        status = append(registry, path, handle == NULL ? why.message : NULL, err);
    else
        free(path);
    if (status == SHIFT_OK) {
        registry->plugins[registry->n - 1].handle = handle;
        registry->plugins[registry->n - 1].reporter = copy;
    } else if (handle != NULL) {
        free(copy);
        (void)dlclose(handle);
    }
    return status;
}

static bool is_plugin(const char *name)
{
    size_t n = strlen(name);
    return n > 3 && name[0] != '.' && strcmp(name + n - 3, ".so") == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the plugins in an open directory, sorted: the order in which a file system lists them
 * must not decide which of two equal names wins. */
static shift_status list(DIR *directory, char ***names, size_t *n, shift_error *err)
{
    size_t capacity = 0;
    shift_status status = SHIFT_OK;
    for (struct dirent *entry; status == SHIFT_OK && (entry = readdir(directory)) != NULL;) {
        if (!is_plugin(entry->d_name))
            continue;
        status = shift__array_grow(names, &capacity, *n + 1, sizeof **names, err);
        if (status == SHIFT_OK)
            status = shift__text_copy(*names + *n, entry->d_name, strlen(entry->d_name), err);
        if (status == SHIFT_OK)
            (*n)++;
    }
    if (*n > 0)
        qsort(*names, *n, sizeof **names, by_name);
    return status;
}

static shift_status see(shift_registry *registry, const char *directory, bool *before,
                        shift_error *err)
{
    struct stat info;
    if (stat(directory, &info) != 0)
        return SHIFT_OK;
    for (size_t i = 0; i < registry->n_seen; i++)
        if (registry->seen[i].device == info.st_dev && registry->seen[i].inode == info.st_ino)
            *before = true;
    shift_status status = shift__array_grow(&registry->seen, &registry->seen_capacity,
                                            registry->n_seen + 1, sizeof *registry->seen, err);
    if (status == SHIFT_OK)
        registry->seen[registry->n_seen++] = (seen_directory){info.st_dev, info.st_ino};
    return status;
}

static shift_status add_unreadable(shift_registry *registry, const char *directory, int problem,
                                   shift_error *err)
{
    shift_error why = SHIFT_ERROR_INIT;
    char *path = NULL;
    (void)shift_error_set(&why, SHIFT_EPLUGIN, "%s: %s", directory, strerror(problem));
    shift_status status = shift__text_copy(&path, directory, strlen(directory), err);
    return status == SHIFT_OK ? append(registry, path, why.message, err) : status;
}

static shift_status add_directory(shift_registry *registry, const char *directory, shift_error *err)
{
    bool before = false;
    shift_status status = see(registry, directory, &before, err);
    if (status != SHIFT_OK || before || *directory == '\0')
        return status;
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return errno == ENOENT ? SHIFT_OK : add_unreadable(registry, directory, errno, err);
    char **names = NULL;
    size_t n = 0;
    status = list(stream, &names, &n, err);
    (void)closedir(stream);
    for (size_t i = 0; i < n; i++) {
        if (status == SHIFT_OK)
            status = add_file(registry, directory, names[i], err);
        free(names[i]);
    }
    free(names);
    return status;
}

shift_status shift_registry_open(shift_registry **out, const char *const *directories, size_t n,
                                 shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out) || (n > 0 && SHIFT__ANY_NULL(err, directories)))
        return SHIFT_EINVAL;
    shift_registry *registry = NULL;
    shift_status status = shift__alloc(&registry, 1, sizeof *registry, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = add_directory(registry, directories[i], err);
    if (status != SHIFT_OK) {
        shift_registry_close(registry);
        return status;
    }
    *out = registry;
    return SHIFT_OK;
}

void shift_registry_close(shift_registry *registry)
{
    if (registry == NULL)
        return;
    for (size_t i = 0; i < registry->n; i++) {
        plugin *p = &registry->plugins[i];
        if (p->handle != NULL)
            (void)dlclose(p->handle);
        free(p->reporter);
        free(p->path);
        free(p->refusal);
    }
    free(registry->plugins);
    free(registry->seen);
    free(registry);
}

size_t shift_registry_size(const shift_registry *registry)
{
    return registry != NULL ? registry->n : 0;
}

shift_registry_entry shift_registry_at(const shift_registry *registry, size_t i)
{
    if (i >= shift_registry_size(registry))
        return (shift_registry_entry){NULL, NULL, NULL};
    const plugin *p = &registry->plugins[i];
    return (shift_registry_entry){p->path, p->reporter, p->refusal};
}

/* "csv, json, text", cut where the error message ends anyway. */
static void write_names(const shift_registry *registry, char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < registry->n && used < size; i++) {
        const shift_reporter *reporter = registry->plugins[i].reporter;
        if (reporter == NULL)
            continue;
        int n = snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", reporter->name);
        used += n > 0 ? (size_t)n : 0;
    }
}

shift_status shift_registry_find(const shift_registry *registry, const char *name,
                                 const shift_reporter **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, registry, name, out))
        return SHIFT_EINVAL;
    const plugin *p = find(registry, name);
    if (p != NULL) {
        *out = p->reporter;
        return SHIFT_OK;
    }
    char names[sizeof err->message] = "";
    write_names(registry, names, sizeof names);
    return shift_error_set(err, SHIFT_EPLUGIN, "no reporter named \"%s\"; %s%s", name,
                           *names != '\0' ? "there are: " : "none was found", names);
}
