/* help [COMMAND|api], and the completions for bash and zsh: all from the table of commands. */
#include "cli/commands.h"

#include "base/text.h"
#include "cli/api_version.h"
#include "cli/parse.h"

#include <stdio.h>
#include <string.h>

static void print_options(const dj_option *o, size_t most)
{
	for (size_t i = 0; i < most && o[i].name; i++) {
		char left[64], letter[8] = "    ";

		if (o[i].letter)
			snprintf(letter, sizeof letter, "-%c, ", o[i].letter);
		snprintf(left, sizeof left, "%s--%s%s%s", letter, o[i].name, o[i].arg ? " " : "",
		         o[i].arg ? o[i].arg : "");
		printf("  %-28s %s\n", left, o[i].help);
	}
}

static void print_command(const dj_command *c)
{
	size_t           n;
	const dj_option *common = dj_common_options(&n);

	printf("datajam %s%s%s\n\n%s.\n", c->name, *c->words ? " " : "", c->words, c->summary);
	if (c->help)
		printf("\n%s\n", c->help);
	printf("\nOptions:\n");
	print_options(c->option, DJ_MOST_OPTIONS);
	for (size_t i = 0; i < n; i++)
		if (dj_option_fits(c, &common[i]))
			print_options(&common[i], 1);
}

void dj_print_overview(FILE *to)
{
	size_t            n;
	const dj_command *all = dj_commands(&n);

	fprintf(to,
	        "datajam %s: data, plugins and reports for hackathons against human trafficking.\n\n"
	        "usage: datajam COMMAND [WORDS] [OPTIONS]\n\n",
	        DJ_VERSION);
	for (size_t i = 0; i < n; i++)
		fprintf(to, "  %-10s %s\n", all[i].name, all[i].summary);
	fprintf(to,
	        "\nStart with: datajam demo, or: datajam init && datajam load FILE\n"
	        "datajam help COMMAND says more of one. Results are leads to check, never findings of fact.\n");
}

int dj_cmd_help(dj_cli *cli, dj_err *err)
{
	size_t            n;
	const dj_command *all = dj_commands(&n);
	const char       *names[DJ_MOST_WORDS];

	if (dj_cli_has(cli, "names")) {
		for (size_t i = 0; i < n; i++)
			puts(all[i].name);
		return DJ_EXIT_FINE;
	}
	if (cli->n_words == 0) {
		dj_print_overview(stdout);
		return DJ_EXIT_FINE;
	}
	if (strcmp(cli->word[0], "api") == 0) {
		printf("plugin API %s (docs/plugin-guide.md)\n", dj_api_version());
		return DJ_EXIT_FINE;
	}
	for (size_t i = 0; i < n; i++) {
		names[i] = all[i].name;
		if (strcmp(all[i].name, cli->word[0]) == 0) {
			print_command(&all[i]);
			return DJ_EXIT_FINE;
		}
	}
	const char *near = dj_text_nearest(cli->word[0], names, n);
	return dj_fail(err, DJ_USAGE, "no command '%s' to explain%s%s%s", cli->word[0],
	               near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- Completions ---- */

static const char *bash_words(dj_complete c)
{
	switch (c) {
	case DJ_COMPLETE_DATASET: return "$(datajam datasets --names 2>/dev/null)";
	case DJ_COMPLETE_PLUGIN: return "$(datajam plugins --names 2>/dev/null)";
	case DJ_COMPLETE_ROLE: return "$(datajam roles --names 2>/dev/null)";
	case DJ_COMPLETE_COMMAND: return "$(datajam help --names)";
	case DJ_COMPLETE_SHELL: return "bash zsh";
	case DJ_COMPLETE_FILE:
	case DJ_COMPLETE_NONE: break;
	}
	return "";
}

static void complete_bash(void)
{
	size_t            n, n_common;
	const dj_command *all = dj_commands(&n);
	const dj_option  *common = dj_common_options(&n_common);

	printf(
	    "# bash completion for datajam: datajam complete bash > ~/.local/share/bash-completion/completions/datajam\n"
	    "_datajam() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words= options=\n"
	    "  if [ \"$COMP_CWORD\" = 1 ]; then\n    words=\"");
	for (size_t i = 0; i < n; i++)
		printf("%s%s", i ? " " : "", all[i].name);
	printf("\"\n  else\n    case ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < n; i++) {
		printf("    %s) words=\"%s\" options=\"", all[i].name, bash_words(all[i].completes));
		for (size_t k = 0; k < DJ_MOST_OPTIONS && all[i].option[k].name; k++)
			printf("--%s ", all[i].option[k].name);
		for (size_t k = 0; k < n_common; k++)
			if (dj_option_fits(&all[i], &common[k]))
				printf("--%s ", common[k].name);
		printf("\" ;;\n");
	}
	printf("    esac\n  fi\n  case $cur in\n  -*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n"
	       "  *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n  esac\n}\n"
	       "complete -o default -F _datajam datajam\n");
}

static void complete_zsh(void)
{
	size_t            n;
	const dj_command *all = dj_commands(&n);

	printf(
	    "#compdef datajam\n# zsh completion for datajam: datajam complete zsh > a folder of $fpath/_datajam\n"
	    "_datajam() {\n  if (( CURRENT == 2 )); then\n    local -a commands=(\n");
	for (size_t i = 0; i < n; i++)
		printf("      '%s:%s'\n", all[i].name, all[i].summary);
	printf("    )\n    _describe command commands\n    return\n  fi\n  case $words[2] in\n");
	for (size_t i = 0; i < n; i++) {
		printf("  %s) _arguments", all[i].name);
		for (size_t k = 0; k < DJ_MOST_OPTIONS && all[i].option[k].name; k++)
			printf(" '--%s[%s]%s'", all[i].option[k].name, all[i].option[k].help,
			       all[i].option[k].arg ? ":value:" : "");
		if (*bash_words(all[i].completes))
			printf(" \"*:name:(%s)\"", bash_words(all[i].completes));
		else if (all[i].completes == DJ_COMPLETE_FILE)
			printf(" '*:file:_files'");
		printf(" ;;\n");
	}
	printf("  esac\n}\n_datajam \"$@\"\n");
}

int dj_cmd_complete(dj_cli *cli, dj_err *err)
{
	if (strcmp(cli->word[0], "bash") == 0)
		complete_bash();
	else if (strcmp(cli->word[0], "zsh") == 0)
		complete_zsh();
	else
		return dj_fail(err, DJ_USAGE, "completions are there for bash and zsh, not for '%s'", cli->word[0]);
	return DJ_EXIT_FINE;
}
