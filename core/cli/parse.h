/* parse.h - from argv to a dj_cli. */
#ifndef DJ_CLI_PARSE_H
#define DJ_CLI_PARSE_H

#include "cli/cli.h"

/* Fills command, words, options. No command at all is fine (help is shown). DJ_USAGE says what was meant. */
int              dj_cli_parse(dj_cli *cli, int argc, char **argv, dj_err *err);
const dj_option *dj_common_options(size_t *n);
bool dj_option_fits(const dj_command *c, const dj_option *common); /* --json only where data is printed */

#endif
