/* report: one HTML page of what the workspace found. */
#include "cli/commands.h"
#include "cli/steps.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

int dj_write_report(dj_cli *cli, const char *path, dj_err *err)
{
	dj_workspace *w;
	dj_catalogue *c;
	dj_record    *r;
	int           rc;

	if ((rc = dj_cli_workspace(&w, cli, err)) < 0 || (rc = dj_cli_catalogue(&c, cli, err)) < 0 ||
	    (rc = dj_cli_record(&r, cli, err)) < 0)
		return rc;
	for (size_t i = 0; i < dj_catalogue_count(c); i++)
		dj_say_embargo(cli, dj_catalogue_at(c, i));
	return dj_report_write(path, w, c, r, NULL, err);
}

static void print_path(const dj_cli *cli, const char *path)
{
	dj_buf json = {0};

	if (cli->json) {
		dj_json_put_text(&json, path);
		printf("{\"report\": %s}\n", json.data);
	} else {
		puts(path);
	}
	dj_buf_free(&json);
}

int dj_cmd_report(dj_cli *cli, dj_err *err)
{
	const char   *said = dj_cli_value(cli, "output");
	dj_workspace *w;

	int rc = dj_cli_workspace(&w, cli, err);
	if (rc < 0)
		return rc;
	if (said && strcmp(said, "-") == 0) /* the page is the output */
		return cli->json ? dj_fail(err, DJ_USAGE, "--json tells the path, and -o - has none (leave one away)")
		                 : dj_write_report(cli, "-", err);
	char *path = said ? dj_strdup(said) : dj_workspace_path(w, "report.html");
	if ((rc = dj_write_report(cli, path, err)) >= 0) {
		char *real = dj_path_real(path);
		dj_say(cli, "open it in a browser; it is for your team: it holds personal data of the sources");
		print_path(cli, real ? real : path);
		free(real);
	}
	free(path);
	return rc;
}
