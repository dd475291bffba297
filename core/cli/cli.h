/*
 * cli.h - the command line: one table of commands, one file a command.
 *
 * Data goes to stdout, talk and progress to stderr. A command gets its words already checked against its row of the
 * table, so help, completions and parsing can not drift apart. Exit codes: 0 fine, 1 failed, 2 usage, 3 rows rejected or
 * a check failed, 130 interrupted.
 */
#ifndef DJ_CLI_CLI_H
#define DJ_CLI_CLI_H

#include "base/err.h"
#include "base/mem.h"
#include "cli/out.h"
#include "store/catalogue.h"
#include "store/record.h"
#include "store/vocabulary.h"
#include "store/workspace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DJ_EXIT_FINE = 0, DJ_EXIT_FAILED = 1, DJ_EXIT_USAGE = 2, DJ_EXIT_CHECK = 3, DJ_EXIT_STOPPED = 130 };

typedef struct dj_option {
	const char *name;   /* "limit", written --limit */
	char        letter; /* 'j', or 0 */
	const char *arg;    /* "N"; NULL: a flag */
	const char *help;
} dj_option;

enum { DJ_MOST_OPTIONS = 40, DJ_MOST_WORDS = 64 };

/* What a shell completes a command's words with. */
typedef enum dj_complete {
	DJ_COMPLETE_NONE,
	DJ_COMPLETE_FILE,
	DJ_COMPLETE_DATASET,
	DJ_COMPLETE_PLUGIN,
	DJ_COMPLETE_ROLE,
	DJ_COMPLETE_COMMAND,
	DJ_COMPLETE_SHELL
} dj_complete;

typedef struct dj_cli dj_cli;

typedef struct dj_command {
	const char *name;
	const char *words;   /* "SOURCE...", "[RUN]" */
	const char *summary; /* one line */
	const char *help;    /* more, or NULL */
	size_t      least, most;
	dj_complete completes;
	int (*run)(dj_cli *cli, dj_err *err); /* an exit code (0 or more), or a negative code with err filled */
	bool      json;                       /* it prints data, so --json is for it */
	dj_option option[DJ_MOST_OPTIONS];
} dj_command;

const dj_command *dj_commands(size_t *n);

struct dj_cli {
	const dj_command *command;
	const char       *word[DJ_MOST_WORDS];
	size_t            n_words;
	const char       *folder;                        /* -C, or NULL */
	bool              json, quiet, colour, terminal; /* terminal: stderr is one, so progress may be drawn */
	struct {
		const dj_option *option;
		const char      *value;
	} given[DJ_MOST_WORDS];
	size_t n_given;

	/* Opened when first asked for, closed at the end. */
	dj_workspace  *workspace;
	dj_vocabulary *vocabulary;
	dj_catalogue  *catalogue;
	dj_record     *record;
	int            wake_fd; /* readable once the person pressed Ctrl-C; -1 until asked for */
	char          *drawn;   /* progress on screen now, or NULL */
	bool           warned;  /* of datasets that were to be deleted */
};

/* Options by name. */
bool        dj_cli_has(const dj_cli *cli, const char *name);
const char *dj_cli_value(const dj_cli *cli, const char *name); /* the last one given, or NULL */
size_t      dj_cli_values(const dj_cli *cli, const char *name, const char **out, size_t most);
int         dj_cli_number(int64_t *out, const dj_cli *cli, const char *name, int64_t least,
                          dj_err *err); /* untouched when absent */

/* What commands work on; borrowed from cli. */
int  dj_cli_workspace(dj_workspace **out, dj_cli *cli, dj_err *err);
int  dj_cli_vocabulary(dj_vocabulary **out, dj_cli *cli, dj_err *err);
int  dj_cli_catalogue(dj_catalogue **out, dj_cli *cli, dj_err *err);
int  dj_cli_record(dj_record **out, dj_cli *cli, dj_err *err);
void dj_cli_forget(dj_cli *cli); /* the catalogue: it has changed */
int  dj_cli_wake(dj_cli *cli); /* from here on Ctrl-C makes this descriptor readable in place of ending us */
bool dj_cli_stopped(const dj_cli *cli);
/* Asks a question that is answered with y or n: 1 is yes, 0 no; -1: nobody is there to be asked. */
int  dj_cli_ask(dj_cli *cli, const char *question);

/* How data is printed: JSON when it was asked for, else a table. */
dj_out_form dj_cli_form(const dj_cli *cli);
/* The words in a language that they have, English first; NULL when there are none. */
const char *dj_words_shown(dj_words w);

void dj_say_embargo(dj_cli *cli, const dj_dataset *d); /* where it is under one */
/* Talk, on stderr; takes progress off the screen first. */
void dj_say(dj_cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void dj_say_wrong(dj_cli *cli, const dj_err *err); /* "error: ..." */
/* A line that is drawn over the last one; nothing unless stderr is a terminal. total 0: unknown. */
void dj_progress_draw(dj_cli *cli, const char *what, uint64_t done, uint64_t total);
void dj_progress_clear(dj_cli *cli);

int dj_cli_main(int argc, char **argv);

#endif
