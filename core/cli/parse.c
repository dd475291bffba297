/* From argv to a dj_cli: every word is checked against the command's row of the table. */
#include "cli/parse.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Taken by every command, and before its name. */
static const dj_option common[] = {
    {"json", 0, NULL, "data as JSON"},
    {"quiet", 'q', NULL, "say only errors"},
    {"help", 'h', NULL, "what this command does"},
    {"dir", 'C', "DIR", "the workspace, in place of the one around this folder"},
};
enum { N_COMMON = sizeof common / sizeof common[0] };

const dj_option *dj_common_options(size_t *n)
{
	*n = N_COMMON;
	return common;
}

bool dj_option_fits(const dj_command *c, const dj_option *o)
{
	return c->json || strcmp(o->name, "json") != 0;
}

static const dj_option *find_option(const dj_command *c, const char *name, size_t n, char letter)
{
	for (size_t i = 0; i < DJ_MOST_OPTIONS + N_COMMON; i++) {
		const dj_option *o = i < N_COMMON ? &common[i] : c ? &c->option[i - N_COMMON] : NULL;
		if (!o || !o->name)
			break;
		if (letter ? o->letter == letter : strlen(o->name) == n && memcmp(o->name, name, n) == 0)
			return o;
	}
	return NULL;
}

static int unknown_option(const dj_command *c, const char *word, size_t n, dj_err *err)
{
	const char *names[DJ_MOST_OPTIONS + N_COMMON];
	size_t      n_names = 0;
	char       *name = dj_strndup(word, n);

	for (size_t i = 0; i < N_COMMON; i++)
		names[n_names++] = common[i].name;
	for (size_t i = 0; c && i < DJ_MOST_OPTIONS && c->option[i].name; i++)
		names[n_names++] = c->option[i].name;

	const char *near = dj_text_nearest(name, names, n_names);
	dj_fail(err, DJ_USAGE, "unknown option --%s%s%s%s (datajam help%s%s)", name,
	        near ? ": did you mean --" : "", near ? near : "", near ? "?" : "", c ? " " : "",
	        c ? c->name : "");
	free(name);
	return DJ_USAGE;
}

static int give(dj_cli *cli, const dj_option *o, const char *value, dj_err *err)
{
	if (strcmp(o->name, "json") == 0)
		cli->json = true;
	else if (strcmp(o->name, "quiet") == 0)
		cli->quiet = true;
	else if (strcmp(o->name, "dir") == 0)
		cli->folder = value;
	else if (cli->n_given == DJ_MOST_WORDS)
		return dj_fail(err, DJ_USAGE, "more than %d options", DJ_MOST_WORDS);
	else {
		cli->given[cli->n_given].option = o;
		cli->given[cli->n_given++].value = value ? value : "";
	}
	return DJ_OK;
}

/* One word that starts with '-'. *at is moved past a value that stands apart. */
static int take_option(dj_cli *cli, char **argv, int argc, int *at, dj_err *err)
{
	const char      *word = argv[*at];
	bool             is_long = word[1] == '-';
	const char      *equals = is_long ? strchr(word, '=') : NULL;
	size_t           n = is_long ? (equals ? (size_t)(equals - word) - 2 : strlen(word) - 2) : 1;
	const dj_option *o = find_option(cli->command, word + (is_long ? 2 : 1), n, is_long ? 0 : word[1]);
	const char      *value = equals ? equals + 1 : !is_long && word[2] ? word + 2 : NULL;

	if (!o)
		return is_long ? unknown_option(cli->command, word + 2, n, err)
		               : dj_fail(err, DJ_USAGE, "unknown option %s (datajam help%s%s)", word,
		                         cli->command ? " " : "", cli->command ? cli->command->name : "");
	if (!o->arg && value)
		return dj_fail(err, DJ_USAGE, "--%s takes no value", o->name);
	if (o->arg && !value) {
		if (*at + 1 >= argc)
			return dj_fail(err, DJ_USAGE, "--%s needs a value: --%s %s", o->name, o->name, o->arg);
		value = argv[++*at];
	}
	return give(cli, o, value, err);
}

static int take_command(dj_cli *cli, const char *word, dj_err *err)
{
	size_t            n;
	const dj_command *all = dj_commands(&n);
	const char       *names[DJ_MOST_WORDS];

	for (size_t i = 0; i < n; i++) {
		names[i] = all[i].name;
		if (strcmp(all[i].name, word) == 0) {
			cli->command = &all[i];
			return DJ_OK;
		}
	}
	const char *near = dj_text_nearest(word, names, n);
	return dj_fail(err, DJ_USAGE, "unknown command '%s'%s%s%s (datajam help lists them)", word,
	               near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int check_words(const dj_cli *cli, dj_err *err)
{
	const dj_command *c = cli->command;

	if (dj_cli_has(cli, "help"))
		return DJ_OK;
	if (cli->json && !c->json)
		return dj_fail(err, DJ_USAGE, "%s prints no data, so --json is not for it (leave --json away)",
		               c->name);
	if (cli->n_words >= c->least && cli->n_words <= c->most)
		return DJ_OK;
	return dj_fail(err, DJ_USAGE, "%s: usage: datajam %s%s%s (datajam help %s)",
	               cli->n_words < c->least ? "something is missing" : "too many words", c->name,
	               *c->words ? " " : "", c->words, c->name);
}

int dj_cli_parse(dj_cli *cli, int argc, char **argv, dj_err *err)
{
	bool plain = false; /* after "--" every word is a word */

	for (int at = 1; at < argc; at++) {
		const char *word = argv[at];
		int         rc;

		if (!plain && strcmp(word, "--") == 0) {
			plain = true;
			continue;
		}
		if (!plain && word[0] == '-' && word[1] && !(word[1] >= '0' && word[1] <= '9'))
			rc = take_option(cli, argv, argc, &at, err);
		else if (!cli->command)
			rc = take_command(cli, word, err);
		else if (cli->n_words == DJ_MOST_WORDS)
			rc = dj_fail(err, DJ_USAGE, "more than %d words", DJ_MOST_WORDS);
		else {
			cli->word[cli->n_words++] = word;
			rc = DJ_OK;
		}
		if (rc < 0)
			return rc;
	}
	return cli->command ? check_words(cli, err) : DJ_OK;
}
