/* Which plugins run, in which order, with which params and on which data. */
#include "run/run.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 1000, MOST_DEPTH = 64 };

typedef struct planner {
	const dj_run_house   *house;
	const dj_run_options *options;
	dj_plan_step         *step;
	size_t                n;
	const char           *way[MOST_DEPTH]; /* names from what was asked for down to where we are */
	size_t                depth;
	bool                  all_described;
	dj_arena             *arena;
	dj_err               *err;
} planner;

/* ---- Order ---- */

/* What stands for a plugin that can not say what it is: its name, and nothing that could run. */
static const dj_plugin_description *unknown(const dj_plugin_file *file, dj_arena *a)
{
	dj_plugin_description *d = dj_arena_alloc(a, 1, sizeof *d);

	d->name = file->name;
	d->version = "";
	return d;
}

static const char *not_runnable(const dj_plugin_file *file, const dj_plugin_description *d, dj_arena *a)
{
	if (d->kind == DJ_KIND_TRANSFORM)
		return dj_arena_fmt(
		    a,
		    "%s: it is a transform, and transforms are not in this version (steps in dataset.json rename, filter and split)",
		    file->shown);
	if (!d->has_run)
		return dj_arena_fmt(a,
		                    file->lang == DJ_LANG_C
		                        ? "%s: it has no run (add .run = run to DJ_PLUGIN)"
		                        : "%s: it has no run (add run = function(jam, p) ... end)",
		                    file->shown);
	return NULL;
}

static int cycle(planner *p, const char *name)
{
	dj_buf way = {0};
	size_t from = 0;

	while (strcmp(p->way[from], name) != 0)
		from++;
	for (; from < p->depth; from++)
		dj_buf_fmt(&way, "%s needs the findings of ", p->way[from]);
	dj_fail(p->err, DJ_FAIL, "plugins wait for each other: %s%s", way.data, name);
	dj_buf_free(&way);
	return DJ_FAIL;
}

static int add(planner *p, const dj_plugin_file *file, bool asked, size_t *at);

/* Plans what the step reads findings of. A plugin that is not there is this step's trouble only. */
static int add_needs(planner *p, const dj_plugin_description *d, size_t **after, const char **refused)
{
	size_t *list = dj_arena_alloc(p->arena, d->n_needs_findings + 1, sizeof *list);

	for (size_t i = 0; i < d->n_needs_findings; i++) {
		const dj_plugin_file *file;
		dj_err                why = {0};
		size_t                k = 0;

		while (k < p->n && strcmp(p->step[k].file->name, d->needs_findings[i]) != 0)
			k++;
		if (k == p->n) {
			if (dj_plugin_find(&file, p->house->workspace, d->needs_findings[i], p->arena, &why) < 0) {
				*refused = dj_arena_fmt(p->arena, "it needs findings, and there is %s", why.text);
				continue;
			}
			if (add(p, file, false, &k) < 0)
				return DJ_FAIL;
		}
		list[i] = k;
	}
	*after = list;
	return DJ_OK;
}

/* Adds a plugin after all that it needs; *at is its step. */
static int add(planner *p, const dj_plugin_file *file, bool asked, size_t *at)
{
	dj_plan_step                 step = {.file = file, .asked = asked};
	const dj_plugin_description *d;
	dj_err                       why = {0};
	const char                  *verdict;
	size_t                      *after;
	int                          rc;

	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->step[i].file->folder, file->folder) == 0) {
			p->step[i].asked |= asked;
			return *at = i, DJ_OK;
		}
	for (size_t i = 0; i < p->depth; i++)
		if (strcmp(p->way[i], file->name) == 0)
			return cycle(p, file->name);
	if (p->depth == MOST_DEPTH || p->n == MOST_STEPS)
		return dj_fail(p->err, DJ_FAIL, "more plugins than %d, or needed over more than %d steps", MOST_STEPS,
		               MOST_DEPTH);
	rc = dj_plugin_describe(&d, &verdict, file, p->house->worker, p->house->workspace, p->options->wake_fd,
	                        p->arena, &why);
	if (rc == DJ_STOPPED)
		return dj_fail(p->err, rc, "%s", why.text);
	if (rc < 0) {
		d = unknown(file, p->arena);
		step.refused = dj_arena_dup(p->arena, why.text);
		step.verdict = verdict;
		p->all_described = false;
	} else {
		step.refused = not_runnable(file, d, p->arena);
	}
	p->way[p->depth++] = file->name;
	rc = add_needs(p, d, &after, &step.refused);
	p->depth--;
	if (rc < 0)
		return rc;
	step.says = d;
	step.after = after;
	step.n_after = step.refused ? 0 : d->n_needs_findings;
	*at = p->n;
	p->step[p->n++] = step;
	return DJ_OK;
}

/* ---- Params and data ---- */

/* A param that nobody takes: told as the plugin tells it that was asked for first. */
static int check_param(planner *p, const char *given)
{
	const dj_param_value *ignored;
	const char           *dot = strchr(given, '.'), *equals = strchr(given, '=');
	bool                  named = false;

	for (size_t i = 0; i < p->n; i++) {
		if (dj_params_takes(p->step[i].says, given))
			return DJ_OK;
		named |= dot && strlen(p->step[i].file->name) == (size_t)(dot - given) &&
		         strncmp(given, p->step[i].file->name, (size_t)(dot - given)) == 0;
	}
	if (!p->all_described || !p->n)
		return DJ_OK;
	if (dot && (!equals || dot < equals) && !named)
		return dj_fail(p->err, DJ_USAGE, "param '%s': no plugin '%.*s' is in this run", given,
		               (int)(dot - given), given);
	for (size_t i = 0; i < p->n; i++)
		if (p->step[i].asked)
			return dj_params_bind(&ignored, p->step[i].says, &given, 1, false, p->arena, p->err);
	return DJ_OK;
}

static bool asks_for(const dj_plugin_description *d, const char *role)
{
	for (size_t i = 0; i < d->n_needs; i++)
		if (strcmp(d->need[i].role, role) == 0)
			return true;
	for (size_t i = 0; i < d->n_wants; i++)
		if (strcmp(d->want[i].role, role) == 0)
			return true;
	return false;
}

static int check_with(planner *p, const char *role)
{
	for (size_t i = 0; i < p->n; i++)
		if (asks_for(p->step[i].says, role))
			return DJ_OK;
	if (!p->all_described)
		return DJ_OK;
	return dj_fail(p->err, DJ_USAGE, "--with %s: no plugin of this run asks for %s", role, role);
}

static int bind_step(planner *p, dj_plan_step *s)
{
	const dj_run_house   *h = p->house;
	const dj_run_options *o = p->options;
	dj_err                why = {0};
	int rc = dj_params_bind(&s->param, s->says, o->param, o->n_params, true, p->arena, p->err);

	if (rc < 0)
		return rc;
	rc = dj_plugin_bind(&s->binding, s->says, h->catalogue, h->vocabulary, h->workspace, o->with, o->n_with,
	                    p->arena, &why);
	if (rc >= 0)
		return DJ_OK;
	if (rc == DJ_USAGE)
		return dj_fail(p->err, rc, "%s: %s", s->file->name, why.text);
	s->refused = dj_arena_dup(p->arena, why.text);
	return DJ_OK;
}

int dj_run_plan(const dj_plan **out, const dj_run_house *house, const dj_run_options *options, dj_arena *a,
                dj_err *err)
{
	planner  p = {.house = house, .options = options, .all_described = true, .arena = a, .err = err};
	dj_plan *plan = dj_arena_alloc(a, 1, sizeof *plan);
	int      rc = DJ_OK;

	p.step = dj_arena_alloc(a, MOST_STEPS, sizeof *p.step);
	for (size_t i = 0; i < options->n_plugins; i++) {
		const dj_plugin_file *file;
		size_t                at;

		if ((rc = dj_plugin_find(&file, house->workspace, options->plugin[i], a, err)) < 0 ||
		    (rc = add(&p, file, true, &at)) < 0)
			return rc;
	}
	for (size_t i = 0; i < options->n_params; i++)
		if ((rc = check_param(&p, options->param[i])) < 0)
			return rc;
	for (size_t i = 0; i < options->n_with; i++)
		if ((rc = check_with(&p, options->with[i].role)) < 0)
			return rc;
	for (size_t i = 0; i < p.n; i++)
		if (!p.step[i].refused && (rc = bind_step(&p, &p.step[i])) < 0)
			return rc;
	*plan = (dj_plan){.step = p.step, .n = p.n};
	*out = plan;
	return DJ_OK;
}
