/* commands.h - what each file of commands gives to the table in commands.c. */
#ifndef DJ_CLI_COMMANDS_H
#define DJ_CLI_COMMANDS_H

#include "cli/cli.h"

#include <stdio.h>

int dj_cmd_complete(dj_cli *cli, dj_err *err);
int dj_cmd_datasets(dj_cli *cli, dj_err *err);
int dj_cmd_demo(dj_cli *cli, dj_err *err);
int dj_cmd_doctor(dj_cli *cli, dj_err *err);
int dj_cmd_findings(dj_cli *cli, dj_err *err);
int dj_cmd_gc(dj_cli *cli, dj_err *err);
int dj_cmd_generate(dj_cli *cli, dj_err *err);
int dj_cmd_help(dj_cli *cli, dj_err *err);
int dj_cmd_init(dj_cli *cli, dj_err *err);
int dj_cmd_load(dj_cli *cli, dj_err *err);
int dj_cmd_new(dj_cli *cli, dj_err *err);
int dj_cmd_plugins(dj_cli *cli, dj_err *err);
int dj_cmd_purge(dj_cli *cli, dj_err *err);
int dj_cmd_report(dj_cli *cli, dj_err *err);
int dj_cmd_rm(dj_cli *cli, dj_err *err);
int dj_cmd_roles(dj_cli *cli, dj_err *err);
int dj_cmd_run(dj_cli *cli, dj_err *err);
int dj_cmd_sql(dj_cli *cli, dj_err *err);
int dj_cmd_test(dj_cli *cli, dj_err *err);

void dj_print_overview(FILE *to);

#endif
