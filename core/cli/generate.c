/* generate [SCENARIO]: made data with a known truth, and its loading. */
#include "cli/commands.h"
#include "cli/steps.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/out.h"
#include "generate/generate.h"

#include <stdlib.h>
#include <string.h>

static void list_scenarios(dj_cli *cli)
{
	static const char *const columns[] = {"scenario", "summary"};
	size_t                   n;
	const dj_scenario       *all = dj_scenarios(&n);
	dj_out                  *o = dj_out_begin(stdout, dj_cli_form(cli), columns, 2);

	for (size_t i = 0; i < n; i++) {
		dj_out_text(o, all[i].name);
		dj_out_text(o, all[i].summary);
	}
	dj_out_end(o);
}

static const dj_scenario *find_scenario(const char *name)
{
	size_t             n;
	const dj_scenario *all = dj_scenarios(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

static int load_made(dj_cli *cli, const dj_scenario *scenario, const char *folder, dj_err *err)
{
	int rc = DJ_OK;

	for (const char *const *name = scenario->datasets; *name && rc >= 0; name++) {
		dj_load_options o = DJ_LOAD_OPTIONS;
		dj_load_result *r = NULL;
		char           *source = dj_path_join(folder, *name);

		o.wake_fd = dj_cli_wake(cli);
		rc = dj_load_one(cli, source, &o, &r, err);
		if (rc >= 0)
			dj_say_loaded(cli, r);
		dj_load_result_free(r);
		free(source);
	}
	return rc;
}

int dj_generate_and_load(dj_cli *cli, const char *scenario, uint64_t seed, double scale, const char *folder,
                         bool load, dj_err *err)
{
	int rc = dj_generate(scenario, seed, scale, folder, err);

	if (rc == DJ_NOTFOUND)
		return DJ_USAGE;
	if (rc < 0)
		return rc;
	dj_say(cli, "made %s in %s (what was planted is in %s/truth, and is not loaded)", scenario, folder,
	       folder);
	return load ? load_made(cli, find_scenario(scenario), folder, err) : DJ_OK;
}

int dj_cmd_generate(dj_cli *cli, dj_err *err)
{
	const char *said = dj_cli_value(cli, "output"), *scale_text = dj_cli_value(cli, "scale");
	bool        load = !dj_cli_has(cli, "no-load");
	double      scale = 1;
	int64_t     seed = 1;
	char       *folder = NULL;
	int         rc;

	if (cli->n_words == 0) {
		list_scenarios(cli);
		return DJ_EXIT_FINE;
	}
	if ((rc = dj_cli_number(&seed, cli, "seed", 0, err)) < 0)
		return rc;
	if (scale_text && !dj_text_real(scale_text, strlen(scale_text), &scale))
		return dj_fail(err, DJ_USAGE, "--scale %s: a number is needed, such as 0.5 or 10", scale_text);
	if (load || !said) {
		dj_workspace *w;
		if ((rc = dj_cli_workspace(&w, cli, err)) < 0)
			return rc;
	}
	folder = said ? dj_strdup(said)
	              : dj_fmt("%s/made/%s-%lld", cli->workspace->root, cli->word[0], (long long)seed);
	rc = dj_generate_and_load(cli, cli->word[0], (uint64_t)seed, scale, folder, load, err);
	free(folder);
	return rc;
}
