/* What a run knows without asking SQL: what is filled, where from, and its streams of chance. */
#include "host/engine.h"

#include "base/text.h"

#include <string.h>

const dj_job *dj_host_job(const dj_host *h)
{
	return &h->job;
}

dj_arena *dj_host_arena(dj_host *h)
{
	return h->arena;
}

static int no_role(const dj_host *h, const char *role, dj_err *err)
{
	dj_buf all = {0};

	for (size_t i = 0; i < h->job.n_roles; i++)
		dj_buf_fmt(&all, "%s%s", i ? ", " : "", h->job.role[i].name);
	dj_fail(err, DJ_FAIL, "role \"%.60s\" is not in needs or wants (there: %s)", role,
	        all.n ? all.data : "none");
	dj_buf_free(&all);
	return DJ_FAIL;
}

int dj_host_has(dj_host *h, const char *what, dj_err *err)
{
	const char          *dot = strchr(what, '.');
	size_t               n = dot ? (size_t)(dot - what) : strlen(what);
	const dj_job_role   *r = NULL;
	const dj_job_column *c;

	for (size_t i = 0; i < h->job.n_roles; i++)
		if (strlen(h->job.role[i].name) == n && strncmp(h->job.role[i].name, what, n) == 0)
			r = &h->job.role[i];
	if (!r && n == strlen("findings") && strncmp(what, "findings", n) == 0)
		return h->job.findings_fd >= 0;
	if (!r)
		return no_role(h, what, err);
	if (!dot)
		return r->n_members > 0;
	c = dj_job_find_column(r, dot + 1);
	if (!c)
		return dj_fail(err, DJ_FAIL, "column \"%.60s\" of %s is not in needs or wants", dot + 1, r->name);
	return c->filled && r->n_members > 0;
}

int dj_host_random(dj_random_state **out, dj_host *h, const char *name, dj_err *err)
{
	const char *unfit = dj_text_unfit(name, 64, false);
	dj_stream  *s = h->stream;

	if (unfit || !*name)
		return dj_fail(err, DJ_FAIL, "a stream's name %s", unfit ? unfit : "is empty");
	while (s && strcmp(s->name, name) != 0)
		s = s->next;
	if (!s) {
		s = dj_arena_alloc(h->arena, 1, sizeof *s);
		s->next = h->stream;
		s->name = dj_arena_dup(h->arena, name);
		s->state = dj_random_seed(h->job.seed, name);
		h->stream = s;
	}
	*out = &s->state;
	return DJ_OK;
}

int dj_host_sources(const dj_job_about **out, size_t *n, dj_host *h, const char *role, dj_err *err)
{
	dj_job_about *about;
	size_t        k = 0;

	if (!dj_job_find_role(&h->job, role))
		return no_role(h, role, err);
	about = dj_arena_alloc(h->arena, h->job.n_about, sizeof *about);
	for (size_t i = 0; i < h->job.n_about; i++)
		if (strcmp(h->job.about[i].role, role) == 0)
			about[k++] = h->job.about[i];
	*out = about;
	*n = k;
	return DJ_OK;
}
