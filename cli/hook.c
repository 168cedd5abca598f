/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's commands. */
#include "hook.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The report in a file without a name: the command may read it or not, and nobody waits. */
static int input_of(const char *bytes, size_t n, FILE **file)
{
    *file = tmpfile();
    if (*file == NULL)
        return -1;
    if (fwrite(bytes, 1, n, *file) != n || fflush(*file) != 0 || fseek(*file, 0, SEEK_SET) != 0) {
        (void)fclose(*file);
        return -1;
    }
    return fileno(*file);
}

static shift_status start(pid_t *child, const char *command, int input, shift_error *err)
{
    char shell[] = "sh";
    char option[] = "-c";
    char *text = strdup(command);
    char *arguments[] = {shell, option, text, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual; /* we ignore these, a command expects them */
    (void)sigemptyset(&usual);
    (void)sigaddset(&usual, SIGPIPE);
    (void)sigaddset(&usual, SIGXFSZ);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setsigdefault(&attributes, &usual);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int code = text == NULL ? ENOMEM : posix_spawn_file_actions_init(&actions);
    if (code == 0) {
        code = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        if (code == 0)
            code = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
        if (code == 0)
            code = posix_spawn(child, "/bin/sh", &actions, &attributes, arguments, environ);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    (void)posix_spawnattr_destroy(&attributes);
    free(text);
    if (code != 0)
        return shift_error_set(err, SHIFT_EIO, "hook '%s': cannot run: %s", command,
                               strerror(code));
    return SHIFT_OK;
}

static shift_status await(pid_t child, const char *command, shift_error *err)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return shift_error_set(err, SHIFT_EIO, "hook '%s': %s", command, strerror(errno));
    if (WIFSIGNALED(status))
        return shift_error_set(err, SHIFT_EIO, "hook '%s' was killed by signal %d", command,
                               WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return shift_error_set(err, SHIFT_EIO, "hook '%s' failed with exit status %d", command,
                               WEXITSTATUS(status));
    return SHIFT_OK;
}

shift_status hook_run(const char *command, const char *bytes, size_t n, shift_error *err)
{
    FILE *file = NULL;
    pid_t child = 0;
    (void)fflush(stdout);
    int input = input_of(bytes, n, &file);
    if (input < 0)
        return shift_error_set(err, SHIFT_EIO, "hook '%s': no temporary file: %s", command,
                               strerror(errno));
    shift_status status = start(&child, command, input, err);
    if (status == SHIFT_OK)
        status = await(child, command, err);
    (void)fclose(file);
    return status;
}
