/* steps.h - parts of commands that demo and generate do too. */
#ifndef DJ_CLI_STEPS_H
#define DJ_CLI_STEPS_H

#include "cli/cli.h"
#include "intake/intake.h"
#include "run/run.h"

int dj_load_one(dj_cli *cli, const char *source, const dj_load_options *o, dj_load_result **out, dj_err *err);
/* load --explain and --preview of all the words. */
int dj_look_all(dj_cli *cli, const dj_load_options *o, dj_err *err);
void dj_say_loaded(dj_cli *cli, const dj_load_result *r);

/* Runs plugins and says how it went. An exit code, or negative. */
int dj_run_plugins(dj_cli *cli, dj_run_options *options, dj_err *err);

/* Writes the report to `path`. */
int dj_write_report(dj_cli *cli, const char *path, dj_err *err);

/* Makes a scenario into `folder` and loads each of its datasets. */
int dj_generate_and_load(dj_cli *cli, const char *scenario, uint64_t seed, double scale, const char *folder,
                         bool load, dj_err *err);

#endif
