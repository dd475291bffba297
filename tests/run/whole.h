/* What the tests of whole runs share: a workspace with two datasets, plugins written into it, and runs of them in the real cage. */
#ifndef DJ_TESTS_RUN_WHOLE_H
#define DJ_TESTS_RUN_WHOLE_H

#include "../plugin/datasets.h"

#include "run/run.h"

typedef struct world {
	char          *dir;
	dj_workspace  *w;
	dj_vocabulary *v;
	dj_catalogue  *c;
	dj_record     *record;
	dj_worker      worker;
	dj_arena      *arena;
	dj_run_options options;
	dj_buf         said; /* what events told, a line each */
} world;

#define HEAD(name, more)     \
	"return { name = '" name \
	"', version = '1.0.0', kind = 'detection', summary = 'A test.', caveat = 'None.',\n" more

/* One finding a row of incidents. */
static const char each_row[] = HEAD(
    "each-row",
    "needs = { incidents = { 'n', 'region' } },\n"
    "params = { score = { 0.5, min = 0, max = 1, help = 'score' } },\n"
    "run = function(jam, p)\n"
    "  for r in jam:rows 'SELECT n, region, _row FROM incidents ORDER BY _row' do\n"
    "    jam:finding { title = 'n ' .. r.n, score = p.score, evidence = r._row, subjects = { region = r.n } }\n"
    "  end\nend }");
/* Reads them, and rests on both the findings and their rows. */
static const char on_findings[] = HEAD(
    "on-findings",
    "needs = { findings = 'each-row' },\n"
    "run = function(jam, p)\n"
    "  for r in jam:rows [[SELECT count(*) AS n, list(f._row) AS found, list(e.row) AS rows\n"
    "    FROM findings f JOIN finding_evidence e ON e.finding = f._row\n"
    "    JOIN finding_subjects s ON s.finding = f._row WHERE s.type = 'region']] do\n"
    "    jam:finding { title = r.n .. ' leads', score = 1, evidence = { r.found, r.rows }, place = { region = 'x' } }\n"
    "  end\nend }");

static inline void put_plugin(const world *x, const char *name, const char *ending, const char *text)
{
	char  *folder = dj_fmt("%s/plugins/%s", x->dir, name), *file = dj_fmt("%s/plugin.%s", folder, ending);
	dj_err err = {0};

	fine(dj_folder_make(folder, &err));
	fine(dj_file_write(file, text, strlen(text), &err));
	free(folder);
	free(file);
}

static inline int set_up(void **state)
{
	world      *x = dj_alloc_zero(1, sizeof *x);
	const char *build = getenv("DJ_BUILD"), *source = getenv("DJ_SOURCE");
	char       *worker = dj_fmt("%s/datajam-worker", build ? build : ".");
	dj_err      err = {0};

	x->dir = scratch_folder();
	x->v = shipped_vocabulary();
	x->arena = dj_arena_new();
	fine(dj_workspace_init(x->dir, &err));
	fine(dj_workspace_open(&x->w, x->dir, &err));
	free(x->w->toolkit);
	x->w->toolkit = dj_strdup(source ? source : "../..");
	write_dataset(x->w, x->v,
	              &(test_dataset){"cells", "incidents", "n=N region=R", "\"date\":\"2024-05-01\",", NULL, 3});
	write_dataset(x->w, x->v, &(test_dataset){"folk", "people", "person=ID gender=G -T", NULL, NULL, 20});
	fine(dj_catalogue_open(&x->c, x->w, x->v, &err));
	fine(dj_record_open(&x->record, x->w, &err));
	fine(dj_worker_open(&x->worker, worker, &err));
	x->options = (dj_run_options){.seed = 1, .limits = dj_limits_default(), .wake_fd = -1, .side_by_side = 2};
	free(worker);
	*state = x;
	return 0;
}

static inline int tear_down(void **state)
{
	world *x = *state;

	dj_worker_close(&x->worker);
	dj_record_close(x->record);
	dj_catalogue_free(x->c);
	dj_workspace_free(x->w);
	dj_vocabulary_free(x->v);
	dj_arena_free(x->arena);
	dj_buf_free(&x->said);
	scratch_end(x->dir);
	free(x);
	return 0;
}

static inline void on_started(void *user, const dj_plan_step *step)
{
	dj_buf_fmt(&((world *)user)->said, "started %s\n", step->file->name);
}

static inline void on_log(void *user, const dj_plan_step *step, int level, int64_t line, const char *text)
{
	dj_buf_fmt(&((world *)user)->said, "log %s %d %lld %s\n", step->file->name, level, (long long)line, text);
}

static inline void on_finished(void *user, const dj_plan_step *step, const dj_run_record *record)
{
	dj_buf_fmt(&((world *)user)->said, "finished %s %s\n", step->file->name, record->verdict);
}

/* Runs plugins named with spaces between. */
static inline int try_run(dj_run_summary *out, world *x, const char *names, dj_err *err)
{
	const char    *plugin[8];
	dj_run_house   house = {x->w, x->v, x->c, &x->worker, x->record};
	dj_run_events  events = {on_started, NULL, on_log, on_finished, x};
	const dj_plan *plan;
	char          *copy = dj_arena_dup(x->arena, names), *save = NULL;
	int            rc;

	x->options.plugin = plugin;
	x->options.n_plugins = 0;
	for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save))
		plugin[x->options.n_plugins++] = name;
	dj_buf_reset(&x->said);
	if ((rc = dj_run_plan(&plan, &house, &x->options, x->arena, err)) < 0)
		return rc;
	return dj_run_go(out, &house, plan, &x->options, &events, x->arena, err);
}

static inline dj_run_summary run(world *x, const char *names)
{
	dj_run_summary s = {0};
	dj_err         err = {0};

	fine(try_run(&s, x, names, &err));
	return s;
}

static inline void is(const dj_run_record *r, const char *verdict, const char *words)
{
	if (strcmp(r->verdict, verdict) != 0 || (words && (!r->message || !strstr(r->message, words))))
		fail_msg("%s: want %s with '%s', got %s: %s", r->plugin, verdict, words ? words : "", r->verdict,
		         r->message ? r->message : "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
