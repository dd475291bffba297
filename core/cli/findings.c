/* findings [RUN]: leads in the terminal. */
#include "cli/commands.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/out.h"

#include <string.h>

static char *subjects_of(const dj_finding_record *f, size_t most, dj_arena *a)
{
	dj_buf b = {0};

	for (size_t i = 0; i < f->n_subjects && i < most; i++)
		dj_buf_fmt(&b, "%s%s %s", i ? ", " : "", f->subject_type[i], f->subject_id[i]);
	if (f->n_subjects > most)
		dj_buf_fmt(&b, ", and %zu more", f->n_subjects - most);
	if (f->n_subjects == 0 && f->region)
		dj_buf_fmt(&b, "region %s", f->region);
	char *text = dj_arena_dup(a, b.data ? b.data : "");
	dj_buf_free(&b);
	return text;
}

static void put_finding(dj_out *o, const dj_run_record *r, const dj_finding_record *f, bool json, dj_arena *a)
{
	if (json)
		dj_out_real(o, f->score);
	else
		dj_out_text(o, dj_arena_fmt(a, "%.2f", f->score));
	dj_out_text(o, dj_words_shown(f->title));
	dj_out_text(o, subjects_of(f, 3, a));
	dj_out_text(o, f->first ? dj_arena_fmt(a, "%.10s to %.10s", f->first, f->last) : NULL);
	dj_out_integer(o, f->evidence_total);
	dj_out_text(o, r->plugin);
	dj_out_integer(o, r->id);
}

static void put_evidence(dj_out *o, const dj_run_record *r, const dj_finding_record *f)
{
	for (size_t i = 0; i < f->n_evidence; i++) {
		const dj_evidence *e = &f->evidence[i];
		bool               known = e->source >= 0 && (size_t)e->source < r->n_sources;
		dj_out_text(o, f->key);
		dj_out_text(o, dj_words_shown(f->title));
		dj_out_text(o, known ? r->source_row[e->source].dataset : NULL);
		dj_out_text(o, known ? r->source_row[e->source].table : NULL);
		dj_out_integer(o, e->rowid);
	}
}

static int which_runs(int64_t **id, size_t *n, dj_cli *cli, dj_record *record, dj_arena *a, dj_err *err)
{
	if (cli->n_words == 0)
		return dj_record_newest(id, n, record, a, err);

	const char *word = cli->word[0];
	*id = dj_arena_alloc(a, 1, sizeof **id);
	*n = 1;
	if (dj_text_integer(word, strlen(word), *id))
		return DJ_OK;
	if (dj_record_newest_of(*id, record, word, err) < 0)
		return dj_fail(
		    err, DJ_USAGE,
		    "no run '%s': give a run's number, or the name of a plugin that ran (datajam findings lists them)",
		    word);
	return DJ_OK;
}

/* Of all runs, the one whose next lead is strongest: each run's come by falling score. */
static size_t strongest(const dj_run_record *run, const size_t *at, size_t n)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		if (at[i] < run[i].n_findings &&
		    (best == n || run[i].finding[at[i]].score > run[best].finding[at[best]].score))
			best = i;
	return best;
}

static void print_findings(dj_cli *cli, const dj_run_record *run, size_t n, int64_t limit, dj_arena *a)
{
	static const char *const leads[] = {"score", "lead", "about", "period", "evidence", "plugin", "run"};
	static const char *const rows[] = {"key", "lead", "dataset", "table", "row"};
	bool                     evidence = dj_cli_has(cli, "evidence");
	size_t                  *at = dj_arena_alloc(a, n + 1, sizeof *at), shown = 0, all = 0;

	for (size_t i = 0; i < n; i++)
		all += run[i].n_findings;
	dj_out *o = dj_out_begin(stdout, dj_cli_form(cli), evidence ? rows : leads, evidence ? 5 : 7);
	for (; shown < all && shown < (size_t)limit; shown++) {
		size_t i = strongest(run, at, n);
		if (evidence)
			put_evidence(o, &run[i], &run[i].finding[at[i]]);
		else
			put_finding(o, &run[i], &run[i].finding[at[i]], cli->json, a);
		at[i]++;
	}
	dj_out_end(o);
	if (all == 0)
		dj_say(
		    cli,
		    n == 0
		        ? "no plugin has run yet (datajam plugins lists them; datajam run NAME runs one)"
		        : "no leads: the plugins that ran gave none, which is no proof that there is nothing to find");
	else
		dj_say(cli, "%zu of %zu leads to check. None is a finding of fact: read the evidence first%s", shown,
		       all, shown < all ? " (--limit N shows more)" : "");
}

int dj_cmd_findings(dj_cli *cli, dj_err *err)
{
	int64_t   *id, limit = 50;
	size_t     n;
	dj_record *record;
	dj_arena  *a = dj_arena_new();
	int        rc;

	if ((rc = dj_cli_number(&limit, cli, "limit", 1, err)) < 0 ||
	    (rc = dj_cli_record(&record, cli, err)) < 0 || (rc = which_runs(&id, &n, cli, record, a, err)) < 0)
		goto out;

	dj_run_record *run = dj_arena_alloc(a, n + 1, sizeof *run);
	for (size_t i = 0; i < n; i++)
		if ((rc = dj_record_get(&run[i], record, id[i], a, err)) < 0)
			goto out;
	print_findings(cli, run, n, limit, a);
out:
	dj_arena_free(a);
	return rc == DJ_NOTFOUND ? DJ_USAGE : rc;
}
