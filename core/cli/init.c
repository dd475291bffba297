/* init, rm, gc: workspaces and what is thrown away. */
#include "cli/commands.h"

#include "base/file.h"

#include <stdlib.h>

int dj_cmd_init(dj_cli *cli, dj_err *err)
{
	const char *dir = cli->n_words ? cli->word[0] : cli->folder ? cli->folder : ".";

	int rc = dj_workspace_init(dir, err);
	if (rc < 0)
		return rc;
	char *root = dj_path_real(dir);
	dj_say(cli, "made a workspace in %s\nnext: datajam load FILE, or datajam generate first-look",
	       root ? root : dir);
	free(root);
	return DJ_EXIT_FINE;
}

int dj_cmd_rm(dj_cli *cli, dj_err *err)
{
	dj_workspace *w;
	int           rc = dj_cli_workspace(&w, cli, err);

	/* All are known before any is forgotten; a damaged snapshot is no hindrance. */
	for (size_t i = 0; i < cli->n_words && rc >= 0; i++)
		rc = dj_catalogue_known(w, cli->word[i], err);
	for (size_t i = 0; i < cli->n_words && rc >= 0; i++)
		if ((rc = dj_catalogue_remove(w, cli->word[i], err)) >= 0)
			dj_say(cli, "forgot %s (its snapshot stays until datajam gc; datajam load %s brings it back)",
			       cli->word[i], cli->word[i]);
	return rc;
}

int dj_cmd_gc(dj_cli *cli, dj_err *err)
{
	dj_workspace *workspace;
	size_t        files = 0;
	uint64_t      bytes = 0;

	int rc = dj_cli_workspace(&workspace, cli, err);
	if (rc >= 0)
		rc = dj_catalogue_gc(workspace, &files, &bytes, err);
	if (rc < 0)
		return rc;
	if (cli->json)
		printf("{\"files\": %zu, \"bytes\": %llu}\n", files, (unsigned long long)bytes);
	dj_say(cli, "deleted %zu file%s, %.1f MB", files, files == 1 ? "" : "s", (double)bytes / 1e6);
	return DJ_EXIT_FINE;
}
