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

/* What the command line calls it: the last word of "network run". */
static const char *word_of(const struct command *command)
{
    const char *space = strrchr(command->name, ' ');
    return space != NULL ? space + 1 : command->name;
}

static void print_words(const struct command *const *table)
{
    for (size_t i = 0; table[i] != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", word_of(table[i]));
}

/* "check | backup COPY" are words to be completed; what stands for a file has capitals. */
static bool next_word(const char **operands, size_t *n)
{
    const char *at = *operands + *n;
    while (*at != '\0' && !(*at >= 'a' && *at <= 'z'))
        at += strcspn(at, " ") + strspn(at + strcspn(at, " "), " ");
    *operands = at;
    *n = strcspn(at, " ");
    return *n > 0;
}

static void bash_commands(const struct command *const *table)
{
    for (size_t i = 0; table[i] != NULL; i++) {
        const char *word = table[i]->operands;
        size_t n = 0;
        if (table[i]->run == NULL) {
            printf("    '%s:'*) words=\"", table[i]->name);
            print_words(network_commands);
            printf("\" ;;\n");
            bash_commands(network_commands);
            continue;
        }
        printf("    '%s:-'*) words=\"", table[i]->name);
        options_each(table[i], bash_option, NULL);
        printf("\" ;;\n");
        if (!next_word(&word, &n))
            continue;
        printf("    '%s:'*) words=\"", table[i]->name);
        do
            printf(" %.*s", (int)n, word);
        while (next_word(&word, &n));
        printf("\"; compopt -o default ;;\n");
    }
}

static void print_bash(void)
{
    printf("# bash completion of covshift; source it, or put it where bash-completion looks\n"
           "_covshift()\n{\n    local current=${COMP_WORDS[COMP_CWORD]} command= words=\n"
           "    [ \"$COMP_CWORD\" -lt 2 ] || command=${COMP_WORDS[1]}\n"
           "    [ \"$COMP_CWORD\" -lt 3 ] || [ \"$command\" != network ] ||\n"
           "        command=\"network ${COMP_WORDS[2]}\"\n"
           "    case \"$command:$current\" in\n    ':'* | 'help:'*) words=\"help ");
    print_words(all_commands);
    printf("\" ;;\n");
    bash_commands(all_commands);
    printf("    *) compopt -o default ;;\n    esac\n"
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

static void zsh_list(const struct command *const *table)
{
    printf("    commands=(\n");
    for (size_t i = 0; table[i] != NULL; i++) {
        printf("        '%s:", word_of(table[i]));
        zsh_text(table[i]->summary);
        printf("'\n");
    }
    printf("    )\n");
}

static void zsh_commands(const struct command *const *table)
{
    for (size_t i = 0; table[i] != NULL; i++) {
        const char *word = table[i]->operands;
        size_t n = 0;
        if (table[i]->run == NULL) {
            zsh_commands(network_commands);
            continue;
        }
        printf("    '%s')\n        _arguments", table[i]->name);
        options_each(table[i], zsh_option, NULL);
        bool words = next_word(&word, &n);
        printf(" \\\n            '%s", words ? "1:word:(" : "");
        for (bool more = words; more; more = next_word(&word, &n))
            printf(" %.*s", (int)n, word);
        printf("%s*:file:_files' ;;\n", words ? ")' \\\n            '" : "");
    }
}

static void print_zsh(void)
{
    printf("#compdef covshift\n# zsh completion of covshift; a file _covshift in $fpath\n"
           "_covshift()\n{\n    local -a commands\n    local command=$words[2]\n");
    zsh_list(all_commands);
    printf("    if ((CURRENT == 2)); then\n        _describe command commands\n"
           "        return\n    fi\n"
           "    shift words; ((CURRENT--))\n"
           "    if [ \"$command\" = network ]; then\n");
    zsh_list(network_commands);
    printf("        if ((CURRENT == 2)); then\n            _describe command commands\n"
           "            return\n        fi\n"
           "        command=\"network $words[2]\"\n        shift words; ((CURRENT--))\n    fi\n"
           "    case $command in\n");
    zsh_commands(all_commands);
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

/* "network-run" of "network run", as pages are called. */
static void man_name(const char *name)
{
    for (; *name != '\0'; name++)
        printf("%s", *name == ' ' || *name == '-' ? "\\-" : (const char[]){*name, '\0'});
}

static void man_commands(const struct command *const *table)
{
    printf(".SH COMMANDS\n");
    for (size_t i = 0; table[i] != NULL; i++) {
        printf(".TP\n\\fBcovshift %s\\fR\n", table[i]->name);
        man_text(table[i]->summary);
        printf("; see\n.BR covshift\\-");
        man_name(table[i]->name);
        printf(" (1)\n");
    }
}

static void print_man(const struct command *command)
{
    printf(".TH COVSHIFT\\-");
    man_name(command->name);
    printf(" 1 \"\" \"covshift %s\"\n.SH NAME\ncovshift\\-", shift_version());
    man_name(command->name);
    printf(" \\- ");
    man_text(command->summary);
    printf("\n.SH SYNOPSIS\n\\fBcovshift %s\\fR ", command->name);
    if (command->run != NULL)
        printf("[\\fIoption\\fR ...] ");
    man_text(command->operands);
    printf("\n.SH DESCRIPTION\n.nf\n");
    man_text(command->details);
    printf(".fi\n");
    if (command->run == NULL) {
        man_commands(network_commands);
    } else {
        printf(".SH OPTIONS\n");
        options_each(command, man_option, NULL);
    }
    printf(".SH SEE ALSO\n.BR covshift (1)\n");
}

/* "man", and a command or two words of one. */
static const struct command *find_page(const struct options *options)
{
    size_t n = options->n_operands;
    const struct command *command = n > 1 ? find_command(all_commands, options->operands[1]) : NULL;
    bool group = command != NULL && command->run == NULL;
    return n < 3 ? command : group ? find_command(network_commands, options->operands[2]) : NULL;
}

static int run(const struct options *options)
{
    const char *word = options->operands[0];
    const struct command *page = strcmp(word, "man") == 0 ? find_page(options) : NULL;
    if (page != NULL)
        print_man(page);
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
    3,
    run,
};
