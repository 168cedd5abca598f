/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded before a program, this makes the allocation number FAULT_AT fail, and no other. Those
 * count that the program, our libraries, and the libraries which bear it ask for; not those of C++
 * (XGBoost), BLAS, OpenMP, oneDNN and liblinear, which do not, nor the loader's. FAULT_COUNT names
 * a file to which is written how many there were, how many of them were never freed, and, where one
 * failed, which object asked for it. */
#define _GNU_SOURCE /* dladdr() */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,readability-*): names are the C library's */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);
int __cxa_thread_atexit_impl(void (*end)(void *), void *object, void *library);

enum { PLACES = 1 << 22 };
static const char *const unable[] = {
    "libstdc++",   "libxgboost", "libdmlc",   "librabit",  "libblas",  "libopenblas", "libgomp",
    "libgfortran", "libdnnl",    "libOpenCL", "liblinear", "ld-linux", "libgcc"};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void **live; /* open addressing; a removed one is `gone` */
static char gone;
static long count, n_live, fault_at = -1;
static char asker[256];
static bool ready;
static __thread bool excused; /* libc asks for another library, see below */
static void *(*real_dlopen)(const char *file, int mode);

__attribute__((constructor)) static void begin(void)
{
    *(void **)&real_dlopen = dlsym(RTLD_NEXT, "dlopen"); /* as POSIX has it */
    const char *at = getenv("FAULT_AT");
    fault_at = at != NULL ? strtol(at, NULL, 10) : -1;
    live = mmap(NULL, PLACES * sizeof *live, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
    ready = live != MAP_FAILED;
}

static size_t place_of(const void *memory)
{
    return ((uintptr_t)memory >> 4) * 0x9E3779B97F4A7C15ULL >> 42;
}

static void keep(void *memory)
{
    size_t i = place_of(memory);
    while (live[i] != NULL && live[i] != &gone)
        i = (i + 1) % PLACES;
    live[i] = memory;
    n_live++;
}

static bool forget(const void *memory)
{
    for (size_t i = place_of(memory); live[i] != NULL; i = (i + 1) % PLACES)
        if (live[i] == memory) {
            live[i] = &gone;
            n_live--;
            return true;
        }
    return false;
}

/* Called without the mutex: the loader has a lock of its own, and allocates while it is held. */
static bool bears_it(const void *caller, Dl_info *info)
{
    if (excused || dladdr(caller, info) == 0 || info->dli_fname == NULL)
        return false;
    const char *slash = strrchr(info->dli_fname, '/');
    info->dli_fname = slash != NULL ? slash + 1 : info->dli_fname;
    for (size_t i = 0; i < sizeof unable / sizeof *unable; i++)
        if (strncmp(info->dli_fname, unable[i], strlen(unable[i])) == 0)
            return false;
    return true;
}

/* Counts an allocation; false where it is the one to fail. */
static bool is_granted(const void *caller, const Dl_info *info)
{
    if (++count != fault_at)
        return true;
    (void)snprintf(asker, sizeof asker, "%s+0x%tx", info->dli_fname,
                   (const char *)caller - (const char *)info->dli_fbase);
    errno = ENOMEM;
    return false;
}

/* What was allocated, or NULL where it is made to fail; it counts where the caller can bear that.
 */
#define ALLOCATE(caller, call)                                                                     \
    do {                                                                                           \
        if (!ready)                                                                                \
            return call;                                                                           \
        Dl_info info;                                                                              \
        bool counts = bears_it(caller, &info);                                                     \
        (void)pthread_mutex_lock(&mutex);                                                          \
        void *made = NULL;                                                                         \
        if (!counts || is_granted(caller, &info))                                                  \
            made = call;                                                                           \
        if (made != NULL && counts)                                                                \
            keep(made);                                                                            \
        (void)pthread_mutex_unlock(&mutex);                                                        \
        return made;                                                                               \
    } while (0)

void *malloc(size_t size)
{
    ALLOCATE(__builtin_return_address(0), __libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
    ALLOCATE(__builtin_return_address(0), __libc_calloc(n, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    ALLOCATE(__builtin_return_address(0), __libc_memalign(alignment, size));
}

void *realloc(void *memory, size_t size)
{
    if (!ready)
        return __libc_realloc(memory, size);
    Dl_info info;
    bool counts = bears_it(__builtin_return_address(0), &info);
    (void)pthread_mutex_lock(&mutex);
    void *made = NULL;
    if (!counts || is_granted(__builtin_return_address(0), &info))
        made = __libc_realloc(memory, size);
    if (made != NULL && ((memory != NULL && forget(memory)) || (memory == NULL && counts)))
        keep(made);
    (void)pthread_mutex_unlock(&mutex);
    return made;
}

void free(void *memory)
{
    if (ready && memory != NULL) {
        (void)pthread_mutex_lock(&mutex);
        (void)forget(memory);
        (void)pthread_mutex_unlock(&mutex);
    }
    __libc_free(memory);
}

/* oneDNN tries to load a profiler's library in whichever thread compiles first. What libc keeps
 * of the failure lasts as long as that thread does: it is left at the end in some starts. */
void *dlopen(const char *file, int mode)
{
    Dl_info info;
    excused = ready && !bears_it(__builtin_return_address(0), &info);
    void *opened = real_dlopen(file, mode);
    excused = false;
    return opened;
}

/* Where C++ has something to end with a thread, libc notes it, or ends the process. */
int __cxa_thread_atexit_impl(void (*end)(void *), void *object, void *library)
{
    static int (*real)(void (*)(void *), void *, void *);
    excused = true;
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, __func__);
    int status = real(end, object, library);
    excused = false;
    return status;
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAULT_COUNT");
    char text[sizeof asker + 64];
    int n =
        snprintf(text, sizeof text, "%ld %ld %s\n", count, n_live, asker[0] != '\0' ? asker : "-");
    int fd = path != NULL ? (int)syscall(SYS_open, path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (fd >= 0) {
        (void)syscall(SYS_write, fd, text, n);
        (void)syscall(SYS_close, fd);
    }
}
/* NOLINTEND(bugprone-reserved-identifier,readability-*) */
