/* test PLUGIN...: the cases of expected.json, each in a workspace of its own. */
#include "cli/commands.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/out.h"
#include "intake/intake.h"
#include "run/expected.h"

#include <stdlib.h>
#include <string.h>

/* A case's "files": loaded as the role's own columns, by name. */
static int load_file(void *user, const dj_workspace *w, const char *name, const char *role, const char *path,
                     dj_err *err)
{
	dj_cli         *cli = user;
	const dj_role  *r = dj_vocabulary_role(cli->vocabulary, role);
	dj_load_result *result = NULL;
	dj_load_options o = DJ_LOAD_OPTIONS;
	char           *text = NULL, *mapping = NULL;
	size_t          n;
	dj_buf          b = {0};

	int rc = dj_file_read(&text, &n, path, 64 << 20, err);
	if (rc < 0)
		return rc;
	text[strcspn(text, "\r\n")] = '\0';
	dj_buf_fmt(&b, "%s:", role);
	bool first = true;
	for (char *save = NULL, *word = strtok_r(text, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (r && !dj_role_find(r, word))
			continue;
		dj_buf_fmt(&b, "%s%s=%s", first ? "" : ",", word, word);
		first = false;
	}
	mapping = dj_buf_take(&b);
	o.as = name;
	o.role = (const char *const *)&mapping;
	o.n_roles = 1;
	o.wake_fd = cli->wake_fd;
	rc = dj_intake_load(&result, w, cli->vocabulary, path, &o, err);
	dj_load_result_free(result);
	free(mapping);
	free(text);
	return rc;
}

static void say_case(dj_cli *cli, const char *plugin, const dj_expected_result *r)
{
	dj_say(cli, "%s  %s: %s (%ld ms)", r->passed ? "ok  " : "FAIL", plugin, r->name, r->wall_ms);
	if (r->passed)
		return;
	for (size_t i = 0; i < r->n_differences; i++) {
		dj_buf shown = {0};
		dj_text_show(&shown, r->difference[i], strlen(r->difference[i]));
		dj_say(cli, "      %s", shown.data);
		dj_buf_free(&shown);
	}
}

static void put_case(dj_out *o, const char *plugin, const dj_expected_result *r)
{
	char *differences = dj_text_list(r->difference, r->n_differences);

	dj_out_text(o, plugin);
	dj_out_text(o, r->name);
	dj_out_json(o, r->passed ? "true" : "false");
	dj_out_text(o, r->verdict);
	dj_out_text(o, r->digest);
	dj_out_text(o, r->n_differences ? differences : NULL);
	free(differences);
}

/* One plugin. Gives how many cases failed, or negative. */
static int test_plugin(dj_cli *cli, const char *name, const dj_worker *worker, dj_out *out, dj_arena *a,
                       dj_err *err)
{
	const dj_plugin_file *file;
	dj_expected_report    report;
	dj_expected_options   o = {.toolkit = cli->workspace->toolkit,
	                           .accept = dj_cli_has(cli, "accept"),
	                           .wake_fd = dj_cli_wake(cli),
	                           .load = load_file,
	                           .user = cli};

	int rc = dj_plugin_find(&file, cli->workspace, name, a, err);
	if (rc >= 0)
		rc = dj_expected_run(&report, file, worker, &o, a, err);
	if (rc == DJ_NOTFOUND)
		return dj_fail(
		    err, DJ_FAIL,
		    "%s has no expected.json beside it, so there is nothing to test (docs/plugin-guide.md shows one)",
		    name);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < report.n; i++) {
		say_case(cli, file->name, &report.result[i]);
		if (out)
			put_case(out, file->name, &report.result[i]);
	}
	for (size_t i = 0; i < report.n_warnings; i++)
		dj_say(cli, "warning: %s: %s", file->name, report.warning[i]);
	if (report.accepted)
		dj_say(cli, "wrote the digests into %s/expected.json", file->folder);
	return (int)(report.n - report.passed);
}

int dj_cmd_test(dj_cli *cli, dj_err *err)
{
	static const char *const columns[] = {"plugin", "case", "passed", "verdict", "digest", "differences"};
	dj_worker                worker = {.fd = -1};
	dj_workspace            *w;
	dj_vocabulary           *v;
	dj_arena                *a = dj_arena_new();
	int                      rc, failed = 0;

	if ((rc = dj_cli_workspace(&w, cli, err)) < 0 || (rc = dj_cli_vocabulary(&v, cli, err)) < 0 ||
	    (rc = dj_worker_open(&worker, NULL, err)) < 0)
		goto out;
	dj_out *out = cli->json ? dj_out_begin(stdout, DJ_OUT_JSON, columns, 6) : NULL;
	for (size_t i = 0; i < cli->n_words && rc >= 0; i++)
		if ((rc = test_plugin(cli, cli->word[i], &worker, out, a, err)) > 0)
			failed += rc;
	if (out)
		dj_out_end(out);
	if (rc >= 0)
		rc = failed ? DJ_EXIT_CHECK : DJ_EXIT_FINE;
out:
	dj_worker_close(&worker);
	dj_arena_free(a);
	return rc;
}
