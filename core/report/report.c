#include "report/report.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "report/page.h"
#include "report/parts.h"
#include "report/put.h"

#include <time.h>

static void put_workspace(dj_put *p, const dj_workspace *w)
{
	const char *title = NULL;

	(void)dj_json_text(&title, w->jam, "title", "jam.json", NULL); /* checked when the workspace was opened */
	dj_put_begin(p, "workspace", '{');
	dj_put_member(p, "title", title);
	dj_put_member(p, "contact", dj_workspace_contact(w));
	dj_put_member(p, "folder", dj_path_name(w->root));
	dj_put_bracket(p, '}');
}

static int put_overview(dj_put *p, const dj_workspace *w, const dj_catalogue *c, const dj_report_options *o,
                        const int64_t *run, size_t n_runs, dj_err *err)
{
	char now[21];
	int  rc;

	dj_instant_text(now, (int64_t)time(NULL), true);
	dj_put_block(p, "report", -1);
	dj_put_bracket(p, '{');
	dj_put_member_integer(p, "format", 1);
	dj_put_member(p, "toolkit", DJ_VERSION);
	dj_put_member(p, "written", o->written ? o->written : now);
	put_workspace(p, w);
	dj_put_member_integer(p, "cap", (int64_t)o->evidence);
	dj_put_begin(p, "runs", '[');
	for (size_t i = 0; i < n_runs; i++)
		dj_put_integer(p, run[i]);
	dj_put_bracket(p, ']');
	dj_put_key(p, "datasets");
	rc = dj_report_datasets(p, w, c, err);
	dj_put_bracket(p, '}');
	dj_put_block_end(p);
	return rc;
}

static int put_run(dj_put *p, int64_t id, dj_record *r, const dj_workspace *w, const dj_catalogue *c,
                   size_t cap, dj_err *err)
{
	dj_arena *a =
	    dj_arena_new(); /* one run at a time, so that many runs are no more memory than the largest */
	dj_run_record run = {0};
	int           rc = dj_record_get(&run, r, id, a, err);

	if (rc == DJ_OK) {
		dj_report_run(p, &run, w, c);
		dj_report_findings(p, &run, cap);
		rc = dj_report_evidence(p, &run, cap, w, c, err);
	}
	dj_arena_free(a);
	return rc;
}

int dj_report_write(const char *path, const dj_workspace *w, const dj_catalogue *c, dj_record *r,
                    const dj_report_options *given, dj_err *err)
{
	dj_report_options o = given ? *given : (dj_report_options){0};
	dj_arena         *a = dj_arena_new();
	dj_page_text      head = dj_page_head(), tail = dj_page_tail();
	int64_t          *newest = NULL;
	dj_put            p;
	int               rc;

	if (o.evidence == 0)
		o.evidence = DJ_REPORT_EVIDENCE;
	if ((rc = dj_put_open(&p, path, err)) < 0)
		goto out;
	if (!o.run) {
		if ((rc = dj_record_newest(&newest, &o.n_runs, r, a, err)) < 0)
			goto out;
		o.run = newest;
	}
	dj_put_bytes(&p, head.bytes, head.n);
	if ((rc = put_overview(&p, w, c, &o, o.run, o.n_runs, err)) < 0)
		goto out;
	for (size_t i = 0; i < o.n_runs; i++)
		if ((rc = put_run(&p, o.run[i], r, w, c, o.evidence, err)) < 0)
			goto out;
	dj_put_bytes(&p, tail.bytes, tail.n);
	rc = dj_put_finish(&p);
out:
	dj_put_free(&p);
	dj_arena_free(a);
	return rc;
}
