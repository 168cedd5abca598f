/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covshift: the table of commands, and the state of the process, which belongs to the program
 * alone: signals, locale, GSL's error handler. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "cli.h"
#include "memory.h"
#include "overwrite.h"

const struct command *const all_commands[] = {
    &cmd_check,   &cmd_run,     &cmd_init,     &cmd_profile, &cmd_merge,      &cmd_show,
    &cmd_report,  &cmd_history, &cmd_network,  &cmd_ack,     &cmd_prune,      &cmd_store,
    &cmd_weights, &cmd_whiten,  &cmd_outliers, &cmd_plugins, &cmd_completion, NULL,
};

int trouble(const shift_error *err)
{
    if (err->status == SHIFT_ECANCELLED) /* by nothing else */
        (void)fprintf(stderr,
                      "covshift: %s: it has taken %.0f MiB, more than --max-memory allows\n",
                      err->message, ceil(memory_taken()));
    else
        (void)fprintf(stderr, "covshift: %s\n", err->message);
    return STATUS_TROUBLE;
}

int done(const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (dprintf(STDOUT_FILENO, "%s\n", text) >= 0)
        return STATUS_NO_SHIFT;
    (void)fprintf(stderr, "covshift: standard output: cannot write: %s; done all the same: %s\n",
                  strerror(errno), text);
    return STATUS_TROUBLE;
}

int misuse(const struct command *command, const char *format, ...)
{
    char text[sizeof((shift_error *)NULL)->message];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    shift_error err;
    (void)shift_error_set(&err, SHIFT_EINVAL, "%s", text);
    (void)fprintf(stderr, "covshift%s%s: %s\nTry 'covshift %s%s--help'.\n",
                  command != NULL ? " " : "", command != NULL ? command->name : "", err.message,
                  command != NULL ? command->name : "", command != NULL ? " " : "");
    return STATUS_TROUBLE;
}

/* By the last word of its name: commands of a command are called "network run". */
const struct command *find_command(const struct command *const *table, const char *name)
{
    for (size_t i = 0; table[i] != NULL; i++) {
        const char *space = strrchr(table[i]->name, ' ');
        if (strcmp(name, space != NULL ? space + 1 : table[i]->name) == 0)
            return table[i];
    }
    return NULL;
}

static int print_help(void)
{
    printf("Usage: covshift COMMAND [OPTION...] [FILE...]\n"
           "Finds covariate shift: says whether production data still looks like the data a\n"
           "model was trained on, how far which feature has moved, and whether that is real\n"
           "and matters.\n"
           "\nCommands:\n");
    for (size_t i = 0; all_commands[i] != NULL; i++)
        printf("  %-12s%s\n", all_commands[i]->name, all_commands[i]->summary);
    printf("  %-12s%s\n", "help", "print this, or the help of a command");
    printf("\n'covshift COMMAND --help' has the details; 'covshift --version' the version.\n"
           "Exit status: 0 no shift, 1 shift, 2 trouble.\n");
    return STATUS_NO_SHIFT;
}

static int print_command_help(const struct command *command)
{
    printf("Usage: covshift %s [OPTION...]%s%s\n%s\n", command->name,
           command->operands[0] != '\0' ? " " : "", command->operands, command->details);
    options_print(command);
    return STATUS_NO_SHIFT;
}

bool is_monitoring(const struct options *options)
{
    return (options->command->options & OPTIONS_RENDER) != 0 &&
           strcmp(options->format, "nagios") == 0;
}

int monitoring_status(shift_verdict verdict)
{
    int status = verdict == SHIFT_VERDICT_ALERT ? 2 : verdict == SHIFT_VERDICT_WARN ? 1 : 0;
    return STATUS_MONITORING + status;
}

/* Before anything is read that would be lost. */
static int run_sparing(const struct options *options)
{
    shift_error err = SHIFT_ERROR_INIT;
    return overwrite_check_options(options, &err) == SHIFT_OK ? options->command->run(options)
                                                              : trouble(&err);
}

/* A monitoring system shows what is on standard output: a complaint belongs there too. */
static int run_monitoring(const struct options *options)
{
    (void)dup2(STDOUT_FILENO, STDERR_FILENO);
    int status = run_sparing(options);
    return status == STATUS_TROUBLE ? STATUS_UNKNOWN : status % STATUS_MONITORING;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct options options;
    int status = STATUS_TROUBLE;
    if (!options_parse(&options, command, argc, argv))
        status = is_monitoring(&options) ? STATUS_UNKNOWN : STATUS_TROUBLE;
    else if (options.help)
        status = print_command_help(command);
    else
        status = is_monitoring(&options) ? run_monitoring(&options) : run_sparing(&options);
    options_clear(&options);
    return status;
}

static int print_group_help(const struct command *group)
{
    printf("Usage: covshift %s %s\n%s\nCommands:\n", group->name, group->operands, group->details);
    for (size_t i = 0; network_commands[i] != NULL; i++)
        printf("  %-21s%s\n", network_commands[i]->name, network_commands[i]->summary);
    printf("\n'covshift %s COMMAND --help' has the details.\n", group->name);
    return STATUS_NO_SHIFT;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int help_on(const struct command *const *table, int argc, char **argv)
{
    const struct command *command = find_command(table, argv[0]);
    if (command == NULL)
        return misuse(NULL, "unknown command '%s'", argv[0]);
    if (command->run != NULL)
        return print_command_help(command);
    return argc > 1 ? help_on(network_commands, argc - 1, argv + 1) : print_group_help(command);
}

/* argv[0] is the name of a command, or of one that has its own. */
static int run_word(const struct command *const *table, const struct command *group, int argc,
                    char **argv)
{
    const struct command *command = find_command(table, argv[0]);
    if (command == NULL)
        return misuse(group, "unknown %s '%s'", argv[0][0] == '-' ? "option" : "command", argv[0]);
    if (command->run != NULL)
        return run_command(command, argc, argv);
    if (argc < 2)
        return misuse(command, "needs a command");
    return is_help(argv[1]) ? print_group_help(command)
                            : run_word(network_commands, command, argc - 1, argv + 1);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return misuse(NULL, "needs a command");
    const char *word = argv[1];
    if (is_help(word))
        return print_help();
    if (strcmp(word, "help") == 0)
        return argc < 3 || is_help(argv[2]) ? print_help()
                                            : help_on(all_commands, argc - 2, argv + 2);
    if (strcmp(word, "--version") == 0) {
        printf("covshift %s\n", shift_version());
        return STATUS_NO_SHIFT;
    }
    return run_word(all_commands, NULL, argc - 1, argv + 1);
}

/* A database must never get the number of a standard stream that the caller has closed, or the
 * report would be written into it. Standard output is opened for reading, so that writing fails. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    keep_standard_streams();
    (void)signal(SIGPIPE, SIG_IGN); /* writing fails instead */
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)setlocale(LC_CTYPE, ""); /* LC_NUMERIC stays "C": numbers have a point everywhere */
    (void)gsl_set_error_handler_off();
    int status = dispatch(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)fprintf(stderr, "covshift: standard output: cannot write: %s\n", strerror(errno));
        return STATUS_TROUBLE;
    }
    return status;
}
