/* demo [DIR]: made data in, plugins of every kind, a report out. */
#include "cli/commands.h"
#include "cli/steps.h"

#include "base/file.h"

#include <stdlib.h>

/* A workspace to show things in: an earlier demo's is used again, anything else is left alone. */
static int open_demo(dj_cli *cli, const char *folder, dj_err *err)
{
	char *jam = dj_path_join(folder, "jam.json");
	int   rc = DJ_OK;

	if (!dj_file_exists(jam))
		rc = dj_workspace_init(folder, err);
	free(jam);
	cli->folder = folder;
	return rc;
}

int dj_cmd_demo(dj_cli *cli, dj_err *err)
{
	static const char *const plugins[] = {"structuring", "pass-through", "incident-map", "trend"};
	const char              *folder = cli->n_words ? cli->word[0] : "datajam-demo";
	int64_t                  seed = 1;
	dj_run_options           o = {.plugin = plugins, .n_plugins = 4, .seed = 1};
	char                    *made = NULL, *path = NULL;
	int                      rc, code = DJ_EXIT_FINE;

	if ((rc = dj_cli_number(&seed, cli, "seed", 0, err)) < 0 || (rc = open_demo(cli, folder, err)) < 0)
		return rc;
	dj_workspace *w;
	if ((rc = dj_cli_workspace(&w, cli, err)) < 0)
		return rc;

	dj_say(cli, "1. a made world with planted patterns, and its truth apart");
	made = dj_fmt("%s/made/first-look-%lld", w->root, (long long)seed);
	if ((rc = dj_generate_and_load(cli, "first-look", (uint64_t)seed, 1, made, true, err)) < 0)
		goto out;
	dj_say(cli, "2. four plugins, in Lua and C, each in a cage");
	if ((code = rc = dj_run_plugins(cli, &o, err)) < 0)
		goto out;
	dj_say(cli, "3. a report; open it in a browser");
	path = dj_workspace_path(w, "report.html");
	if ((rc = dj_write_report(cli, path, err)) >= 0)
		puts(path);
out:
	free(path);
	free(made);
	return rc < 0 ? rc : code;
}
