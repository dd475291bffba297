/* run PLUGIN...: plans, runs in the cage, records, and says how it went. */
#include "cli/commands.h"
#include "cli/steps.h"

#include "base/calendar.h"
#include "base/text.h"
#include "cli/out.h"
#include "run/run.h"

#include <stdlib.h>
#include <string.h>

/* A week; what a worker starts in, with something to spare; a terabyte. */
enum { MOST_SECONDS = 604800, LEAST_MB = 256, MOST_MB = 1 << 20 };

static const char *plugin_of(const dj_plan_step *step)
{
	return step->file->name;
}

static void on_started(void *user, const dj_plan_step *step)
{
	dj_progress_draw(user, plugin_of(step), 0, 0);
}

static void on_progress(void *user, const dj_plan_step *step, int64_t done, int64_t total)
{
	dj_progress_draw(user, plugin_of(step), (uint64_t)done, (uint64_t)total);
}

static void on_log(void *user, const dj_plan_step *step, int level, int64_t line, const char *text)
{
	dj_buf shown = {0};

	dj_text_show(&shown, text, strlen(text));
	if (line > 0)
		dj_say(user, "%s:%lld: %s%s", step->file->shown, (long long)line, level == 2 ? "warning: " : "",
		       shown.data);
	else
		dj_say(user, "%s: %s", plugin_of(step), shown.data);
	dj_buf_free(&shown);
}

static void say_result(dj_cli *cli, const dj_run_record *r)
{
	dj_say(cli, "%-20s run %lld: %zu finding%s, %zu layer%s, %zu view%s, %.2f s", r->plugin, (long long)r->id,
	       r->n_findings, r->n_findings == 1 ? "" : "s", r->n_layers, r->n_layers == 1 ? "" : "s", r->n_views,
	       r->n_views == 1 ? "" : "s", (double)r->wall_us / 1e6);
	for (size_t i = 0; i < r->n_notes; i++) {
		const char *note = dj_words_shown(r->note[i]);
		dj_buf      shown = {0};
		dj_text_show(&shown, note, strlen(note));
		dj_say(cli, "%-20s note: %s", "", shown.data);
		dj_buf_free(&shown);
	}
}

static void on_finished(void *user, const dj_plan_step *step, const dj_run_record *r)
{
	dj_cli *cli = user;
	dj_err  err = {0};

	if (strcmp(r->verdict, "OK") == 0) {
		say_result(cli, r);
		return;
	}
	dj_fail(&err, DJ_FAIL, "%s: %s: %s", plugin_of(step), r->verdict,
	        r->message ? r->message : "it gave no reason");
	dj_say_wrong(cli, &err);
	if (r->traceback && *r->traceback)
		for (const char *line = r->traceback; line && *line;) {
			const char *end = strchr(line, '\n');
			dj_buf      shown = {0};
			dj_text_show(&shown, line, end ? (size_t)(end - line) : strlen(line));
			dj_say(cli, "    %s", shown.data);
			dj_buf_free(&shown);
			line = end ? end + 1 : NULL;
		}
}

static void print_records(const dj_run_summary *s)
{
	static const char *const columns[] = {"run",     "plugin",         "version", "verdict",
	                                      "message", "findings",       "layers",  "views",
	                                      "dj1",     "layers_of_cage", "wall_ms"};
	dj_out                  *o = dj_out_begin(stdout, DJ_OUT_JSON, columns, 11);

	for (size_t i = 0; i < s->n; i++) {
		const dj_run_record *r = s->record[i];
		char                 hex[65];
		dj_digest_hex(hex, &r->dj1);
		dj_out_integer(o, r->id);
		dj_out_text(o, r->plugin);
		dj_out_text(o, r->version);
		dj_out_text(o, r->verdict);
		dj_out_text(o, r->message);
		dj_out_integer(o, (int64_t)r->n_findings);
		dj_out_integer(o, (int64_t)r->n_layers);
		dj_out_integer(o, (int64_t)r->n_views);
		dj_out_text(o, strcmp(r->verdict, "OK") == 0 ? hex : NULL);
		dj_out_text(o, r->layers);
		dj_out_integer(o, r->wall_us / 1000);
	}
	dj_out_end(o);
}

static int number_within(int64_t *out, const dj_cli *cli, const char *name, int64_t least, int64_t most,
                         dj_err *err)
{
	int rc = dj_cli_number(out, cli, name, least, err);

	if (rc == DJ_OK && *out > most)
		rc = dj_fail(err, DJ_USAGE, "--%s %lld: at most %lld", name, (long long)*out, (long long)most);
	return rc;
}

/* The default limits, and what the person said in their place. Keeps the default's share of memory for Lua. */
static int read_limits(dj_limits *out, const dj_cli *cli, dj_err *err)
{
	dj_limits l = dj_limits_default();
	int64_t   cpu = (int64_t)(l.cpu_ms / 1000), wall = (int64_t)(l.wall_ms / 1000);
	int64_t   mb = (int64_t)(l.address_bytes >> 20);
	uint64_t  share = l.address_bytes / l.lua_bytes;

	if (number_within(&cpu, cli, "cpu", 1, MOST_SECONDS, err) < 0 ||
	    number_within(&wall, cli, "wall", 1, MOST_SECONDS, err) < 0 ||
	    number_within(&mb, cli, "memory", LEAST_MB, MOST_MB, err) < 0)
		return DJ_USAGE;
	l.cpu_ms = (uint64_t)cpu * 1000;
	l.wall_ms = (uint64_t)wall * 1000;
	l.address_bytes = (uint64_t)mb << 20;
	l.lua_bytes = l.address_bytes / share;
	*out = l;
	return DJ_OK;
}

static bool reads(const dj_plan *plan, const dj_dataset *d)
{
	for (size_t i = 0; i < plan->n; i++)
		for (size_t k = 0; plan->step[i].binding && k < plan->step[i].binding->n_databases; k++)
			if (plan->step[i].binding->database[k] == d)
				return true;
	return false;
}

static void say_embargoes(dj_cli *cli, const dj_plan *plan)
{
	for (size_t i = 0; i < dj_catalogue_count(cli->catalogue); i++)
		if (reads(plan, dj_catalogue_at(cli->catalogue, i)))
			dj_say_embargo(cli, dj_catalogue_at(cli->catalogue, i));
}

int dj_run_plugins(dj_cli *cli, dj_run_options *options, dj_err *err)
{
	dj_workspace  *w;
	dj_catalogue  *c;
	dj_vocabulary *v;
	dj_record     *record;
	const dj_plan *plan;
	dj_run_summary summary = {0};
	dj_worker      worker = {.fd = -1};
	dj_arena      *a = dj_arena_new();
	int            rc;

	if ((rc = read_limits(&options->limits, cli, err)) < 0 || (rc = dj_cli_workspace(&w, cli, err)) < 0 ||
	    (rc = dj_cli_vocabulary(&v, cli, err)) < 0 || (rc = dj_cli_catalogue(&c, cli, err)) < 0 ||
	    (rc = dj_cli_record(&record, cli, err)) < 0 || (rc = dj_worker_open(&worker, NULL, err)) < 0)
		goto out;

	dj_run_house  house = {w, v, c, &worker, record};
	dj_run_events events = {on_started, on_progress, on_log, on_finished, cli};
	options->wake_fd = dj_cli_wake(cli);
	if ((rc = dj_run_plan(&plan, &house, options, a, err)) < 0)
		goto out;
	say_embargoes(cli, plan);
	if ((rc = dj_run_go(&summary, &house, plan, options, &events, a, err)) < 0)
		goto out;
	dj_progress_clear(cli);
	if (cli->json)
		print_records(&summary);
	rc = dj_run_exit(&summary);
out:
	dj_worker_close(&worker);
	dj_arena_free(a);
	return rc;
}

static int check_now(const char *now, dj_err *err)
{
	dj_date date;
	int64_t s;
	bool    zoned;

	if (!now || dj_date_parse(&date, now, strlen(now)) || dj_instant_parse(&s, &zoned, now, strlen(now)))
		return DJ_OK;
	return dj_fail(err, DJ_USAGE,
	               "--now %s: a day or time is needed, such as 2024-03-01 or 2024-03-01T10:00:00Z", now);
}

int dj_cmd_run(dj_cli *cli, dj_err *err)
{
	const char    *param[DJ_MOST_WORDS], *with_text[DJ_MOST_WORDS];
	dj_with        with[DJ_MOST_WORDS];
	dj_run_options o = {.plugin = cli->word, .n_plugins = cli->n_words, .now = dj_cli_value(cli, "now")};
	int64_t        seed = 1, jobs = 0;
	dj_vocabulary *v;
	dj_arena      *a = dj_arena_new();
	int            rc;

	if ((rc = check_now(o.now, err)) < 0 || (rc = dj_cli_number(&seed, cli, "seed", 0, err)) < 0 ||
	    (rc = dj_cli_number(&jobs, cli, "jobs", 1, err)) < 0 || (rc = dj_cli_vocabulary(&v, cli, err)) < 0)
		goto out;
	o.seed = (uint64_t)seed;
	o.side_by_side = (unsigned)jobs;
	o.param = param;
	o.n_params = dj_cli_values(cli, "param", param, DJ_MOST_WORDS);
	o.n_with = dj_cli_values(cli, "with", with_text, DJ_MOST_WORDS);
	o.with = with;
	for (size_t i = 0; i < o.n_with; i++)
		if ((rc = dj_with_parse(&with[i], with_text[i], v, a, err)) < 0)
			goto out;
	rc = dj_run_plugins(cli, &o, err);
	if (rc == DJ_EXIT_FINE)
		dj_say(cli, "next: datajam findings, or datajam report");
out:
	dj_arena_free(a);
	return rc;
}
