/* purge DATASET: deletes it and what was made of it here, and gives a receipt. */
#include "cli/commands.h"

#include "base/text.h"
#include "intake/purge.h"

#include <stdlib.h>
#include <string.h>

static int must_be_sure(dj_cli *cli, const dj_purge *p, dj_err *err)
{
	char *question =
	    dj_fmt("Delete %s: %zu snapshot%s, and %zu run%s that read it, with what they gave? It can not "
	           "be undone.",
	           p->name, p->n_versions, p->n_versions == 1 ? "" : "s", p->n_runs, p->n_runs == 1 ? "" : "s");
	int sure = dj_cli_has(cli, "yes") ? 1 : dj_cli_ask(cli, question);

	free(question);
	if (sure < 0)
		return dj_fail(err, DJ_USAGE,
		               "nobody is there to be asked whether to delete %s (datajam purge %s --yes)", p->name,
		               p->name);
	return sure ? DJ_OK : dj_fail(err, DJ_FAIL, "%s was left as it is", p->name);
}

static void say_purged(dj_cli *cli, const dj_purge *p, const char *path)
{
	dj_say(cli, "purged %s: %zu snapshot%s, %zu run%s", p->name, p->n_versions, p->n_versions == 1 ? "" : "s",
	       p->n_runs, p->n_runs == 1 ? "" : "s");
	dj_say(cli, "can not be reached from here, and may hold it still:");
	for (size_t i = 0; i < p->n_beyond; i++) {
		dj_buf shown = {0};
		dj_text_show(&shown, p->beyond[i], strlen(p->beyond[i]));
		dj_say(cli, "  %s", shown.data);
		dj_buf_free(&shown);
	}
	dj_say(cli, "receipt: %s", path);
}

static int purge_one(dj_cli *cli, const dj_workspace *w, const char *name, dj_err *err)
{
	dj_purge *p = NULL;
	char     *receipt = NULL, *path = NULL;
	int       rc = dj_purge_plan(&p, w, name, err);

	if (rc == DJ_OK)
		rc = must_be_sure(cli, p, err);
	if (rc == DJ_OK)
		rc = dj_purge_go(&receipt, &path, p, w, NULL, err);
	if (rc == DJ_OK) {
		fputs(receipt, stdout);
		say_purged(cli, p, path);
	}
	free(receipt);
	free(path);
	dj_purge_free(p);
	return rc;
}

int dj_cmd_purge(dj_cli *cli, dj_err *err)
{
	dj_workspace *w;
	int           rc = dj_cli_workspace(&w, cli, err);

	for (size_t i = 0; i < cli->n_words && rc >= 0; i++)
		rc = purge_one(cli, w, cli->word[i], err);
	return rc;
}
