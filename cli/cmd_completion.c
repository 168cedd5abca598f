/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What shells and the manual say about the commands, from the tables that the program itself uses.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"

static void bash_option(const struct option_text *option, void *context)
{
    (void)context;
    printf(" --%s", option->name);
}

static void print_bash(void)
{
    printf("# bash completion of covshift; source it, or put it where bash-completion looks\n"
           "_covshift()\n{\n    local current=${COMP_WORDS[COMP_CWORD]} words=\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"help");
    for (size_t i = 0; all_commands[i] != NULL; i++)
        printf(" %s", all_commands[i]->name);
    printf("\"\n    elif [[ $current == -* ]]; then\n        case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; all_commands[i] != NULL; i++) {
        printf("        %s) words=\"", all_commands[i]->name);
        options_each(all_commands[i], bash_option, NULL);
        printf("\" ;;\n");
    }
    printf("        esac\n    else\n        compopt -o default\n    fi\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
           "complete -F _covshift covshift\n");
}

/* In single quotes, without the brackets and colons that _arguments takes for its own. */
static void zsh_text(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            printf("'\\''");
        else if (strchr("[]:", *text) != NULL)
            printf("\\%c", *text);
        else
            putchar(*text);
}

static void zsh_option(const struct option_text *option, void *context)
{
    (void)context;
    printf(" \\\n            '*--%s[", option->name);
    zsh_text(option->help);
    printf("]");
    if (option->argument != NULL) {
        printf(":");
        zsh_text(option->argument);
        printf(":_files");
    }
    printf("'");
}

static void print_zsh(void)
{
    printf("#compdef covshift\n# zsh completion of covshift; a file _covshift in $fpath\n"
           "_covshift()\n{\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; all_commands[i] != NULL; i++) {
        printf("        '%s:", all_commands[i]->name);
        zsh_text(all_commands[i]->summary);
        printf("'\n");
    }
    printf("    )\n    if ((CURRENT == 2)); then\n        _describe command commands\n"
           "        return\n    fi\n    case $words[2] in\n");
    for (size_t i = 0; all_commands[i] != NULL; i++) {
        printf("    %s)\n        _arguments", all_commands[i]->name);
        options_each(all_commands[i], zsh_option, NULL);
        printf(" \\\n            '*:file:_files' ;;\n");
    }
    printf("    esac\n}\n_covshift \"$@\"\n");
}

/* Text of a manual page: no line may begin a request, no backslash an escape. */
static void man_text(const char *text)
{
    bool first = true;
    for (; *text != '\0'; text++) {
        if (first && (*text == '.' || *text == '\''))
            printf("\\&");
        if (*text == '\\')
            printf("\\e");
        else if (*text == '-')
            printf("\\-");
        else
            putchar(*text);
        first = *text == '\n';
    }
}

static void man_option(const struct option_text *option, void *context)
{
    (void)context;
    printf(".TP\n\\fB\\-\\-");
    man_text(option->name);
    printf("\\fR");
    if (option->argument != NULL) {
        printf(" \\fI");
        man_text(option->argument);
        printf("\\fR");
    }
    printf("\n");
    man_text(option->help);
    printf("\n");
}

static void print_man(const struct command *command)
{
    printf(".TH COVSHIFT\\-%s 1 \"\" \"covshift %s\"\n.SH NAME\ncovshift\\-%s \\- ", command->name,
           shift_version(), command->name);
    man_text(command->summary);
    printf("\n.SH SYNOPSIS\n\\fBcovshift %s\\fR [\\fIoption\\fR ...] ", command->name);
    man_text(command->operands);
    printf("\n.SH DESCRIPTION\n.nf\n");
    man_text(command->details);
    printf(".fi\n.SH OPTIONS\n");
    options_each(command, man_option, NULL);
    printf(".SH SEE ALSO\n.BR covshift (1)\n");
}

static int run(const struct options *options)
{
    const char *word = options->operands[0];
    const struct command *command = NULL;
    if (strcmp(word, "man") == 0 && options->n_operands == 2)
        command = find_command(all_commands, options->operands[1]);
    if (command != NULL)
        print_man(command);
    else if (strcmp(word, "bash") == 0 && options->n_operands == 1)
        print_bash();
    else if (strcmp(word, "zsh") == 0 && options->n_operands == 1)
        print_zsh();
    else
        return misuse(options->command, "expected bash, zsh, or man and a command");
    return STATUS_NO_SHIFT;
}

const struct command cmd_completion = {
    "completion",
    "bash | zsh | man COMMAND",
    "print a shell's completions, or a command's manual page",
    "For bash: covshift completion bash > covshift, in the folder\n"
    "~/.local/share/bash-completion/completions\n"
    "For zsh: covshift completion zsh > _covshift, in a folder of $fpath\n"
    "\n"
    "Exit status: 0 printed, 2 trouble.\n",
    0,
    1,
    2,
    run,
};
