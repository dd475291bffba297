#include "cli/cli.h"

#include "base/file.h"
#include "base/text.h"
#include "store/care.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

bool dj_cli_has(const dj_cli *cli, const char *name)
{
	return dj_cli_values(cli, name, NULL, 0) > 0;
}

size_t dj_cli_values(const dj_cli *cli, const char *name, const char **out, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < cli->n_given; i++) {
		if (strcmp(cli->given[i].option->name, name) != 0)
			continue;
		if (n < most)
			out[n] = cli->given[i].value;
		n++;
	}
	return n;
}

const char *dj_cli_value(const dj_cli *cli, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < cli->n_given; i++)
		if (strcmp(cli->given[i].option->name, name) == 0)
			value = cli->given[i].value;
	return value;
}

int dj_cli_number(int64_t *out, const dj_cli *cli, const char *name, int64_t least, dj_err *err)
{
	const char *value = dj_cli_value(cli, name);
	int64_t     number;

	if (!value)
		return DJ_OK;
	if (!dj_text_integer(value, strlen(value), &number) || number < least)
		return dj_fail(err, DJ_USAGE, "--%s %s: a whole number of %lld or more is needed", name, value,
		               (long long)least);
	*out = number;
	return DJ_OK;
}

int dj_cli_workspace(dj_workspace **out, dj_cli *cli, dj_err *err)
{
	int rc = DJ_OK;

	if (!cli->workspace)
		rc = dj_workspace_open(&cli->workspace, cli->folder, err);
	*out = cli->workspace;
	return rc;
}

int dj_cli_vocabulary(dj_vocabulary **out, dj_cli *cli, dj_err *err)
{
	int rc = DJ_OK;

	if (!cli->vocabulary) {
		char *toolkit = dj_toolkit_folder();
		if (toolkit)
			rc = dj_vocabulary_load(&cli->vocabulary, toolkit, err);
		else
			rc = dj_fail(err, DJ_FAIL,
			             "the toolkit's folder with datasets/ and plugins/ is not beside this program "
			             "(set DJ_HOME to it)");
		free(toolkit);
	}
	*out = cli->vocabulary;
	return rc;
}

/* The day that holds it back, of this manifest; free() it. NULL: none does. */
static char *day_of(const dj_manifest *m, bool overdue)
{
	char today[DJ_DAY_ROOM];

	dj_today(today);
	if (overdue)
		return dj_care_overdue(m, today) ? dj_strdup(m->delete_by) : NULL;
	return dj_care_embargo(m, today) ? dj_strdup(m->embargo_until) : NULL;
}

/* As it was loaded, or as its dataset.json has it by now. */
static char *day_of_dataset(dj_cli *cli, const dj_dataset *d, bool overdue)
{
	char        *path = dj_fmt("%s/datasets/%s/dataset.json", cli->workspace->root, d->name);
	char        *day = day_of(d->manifest, overdue);
	dj_manifest *now = NULL;

	if (!day && dj_file_exists(path) && dj_manifest_read(&now, path, cli->vocabulary, NULL) == DJ_OK)
		day = day_of(now, overdue);
	dj_manifest_free(now);
	free(path);
	return day;
}

/* Said by every command that works on datasets. */
static void warn_of_overdue(dj_cli *cli)
{
	for (size_t i = 0; i < dj_catalogue_count(cli->catalogue) && !cli->warned; i++) {
		const dj_dataset *d = dj_catalogue_at(cli->catalogue, i);
		char             *day = day_of_dataset(cli, d, true);
		if (day)
			dj_say(cli, "warning: %s was to be deleted by %s (datajam purge %s)", d->name, day, d->name);
		free(day);
	}
	cli->warned = true;
}

void dj_say_embargo(dj_cli *cli, const dj_dataset *d)
{
	char *day = day_of_dataset(cli, d, false);

	if (day)
		dj_say(cli, "warning: %s is under embargo until %s: for your team alone, not to be shared before",
		       d->name, day);
	free(day);
}

int dj_cli_catalogue(dj_catalogue **out, dj_cli *cli, dj_err *err)
{
	dj_workspace  *workspace;
	dj_vocabulary *vocabulary;
	int            rc = DJ_OK;

	if (!cli->catalogue) {
		rc = dj_cli_workspace(&workspace, cli, err);
		if (rc >= 0)
			rc = dj_cli_vocabulary(&vocabulary, cli, err);
		if (rc >= 0)
			rc = dj_catalogue_open(&cli->catalogue, workspace, vocabulary, err);
		if (rc >= 0)
			warn_of_overdue(cli);
	}
	*out = cli->catalogue;
	return rc;
}

void dj_cli_forget(dj_cli *cli)
{
	dj_catalogue_free(cli->catalogue);
	cli->catalogue = NULL;
}

int dj_cli_record(dj_record **out, dj_cli *cli, dj_err *err)
{
	dj_workspace *workspace;
	int           rc = DJ_OK;

	if (!cli->record) {
		rc = dj_cli_workspace(&workspace, cli, err);
		if (rc >= 0)
			rc = dj_record_open(&cli->record, workspace, err);
	}
	*out = cli->record;
	return rc;
}

int dj_cli_wake(dj_cli *cli)
{
	sigset_t stop;

	if (cli->wake_fd >= 0)
		return cli->wake_fd;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	cli->wake_fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
	return cli->wake_fd;
}

bool dj_cli_stopped(const dj_cli *cli)
{
	struct pollfd p = {.fd = cli->wake_fd, .events = POLLIN};

	return cli->wake_fd >= 0 && poll(&p, 1, 0) > 0;
}

int dj_cli_ask(dj_cli *cli, const char *question)
{
	char answer[16] = {0};

	if (!isatty(STDIN_FILENO) || !cli->terminal)
		return -1;
	dj_progress_clear(cli);
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	ssize_t n = read(STDIN_FILENO, answer, sizeof answer - 1);
	return n > 0 && (answer[0] == 'y' || answer[0] == 'Y');
}

dj_out_form dj_cli_form(const dj_cli *cli)
{
	return cli->json ? DJ_OUT_JSON : DJ_OUT_TABLE;
}

const char *dj_words_shown(dj_words w)
{
	return w.en && (*w.en || !w.fr) ? w.en : w.fr;
}

void dj_progress_clear(dj_cli *cli)
{
	if (!cli->drawn)
		return;
	fputs("\r\033[K", stderr);
	free(cli->drawn);
	cli->drawn = NULL;
}

void dj_progress_draw(dj_cli *cli, const char *what, uint64_t done, uint64_t total)
{
	enum { WIDE = 24 };
	char bar[WIDE + 1];

	if (!cli->terminal || cli->quiet)
		return;
	size_t full = total ? (size_t)((double)(done < total ? done : total) / (double)total * WIDE) : 0;
	for (size_t i = 0; i < WIDE; i++)
		bar[i] = i < full ? '#' : '.';
	bar[WIDE] = '\0';

	char *line = total ? dj_fmt("%.40s [%s] %3.0f %%", what, bar, 100.0 * (double)full / WIDE)
	                   : dj_fmt("%.40s %llu", what, (unsigned long long)done);
	if (!cli->drawn || strcmp(cli->drawn, line) != 0)
		fprintf(stderr, "\r\033[K%s", line);
	free(cli->drawn);
	cli->drawn = line;
}

void dj_say(dj_cli *cli, const char *fmt, ...)
{
	va_list args;

	if (cli->quiet)
		return;
	dj_progress_clear(cli);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

void dj_say_wrong(dj_cli *cli, const dj_err *err)
{
	dj_buf shown = {0};

	dj_progress_clear(cli);
	for (const char *line = err->text; line;) { /* line breaks are ours; all else is escaped */
		const char *end = strchr(line, '\n');
		dj_text_show(&shown, line, end ? (size_t)(end - line) : strlen(line));
		if (end)
			dj_buf_char(&shown, '\n');
		line = end ? end + 1 : NULL;
	}
	fprintf(stderr, "%serror:%s %s\n", cli->colour ? "\033[1;31m" : "", cli->colour ? "\033[0m" : "",
	        shown.data);
	dj_buf_free(&shown);
}
