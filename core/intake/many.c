/*
 * Loads side by side. Each runs in a thread that starts its cage and waits for it, so the cage's parent outlives it. What a
 * person sees happens in the caller's thread alone.
 */
#include "intake/intake.h"

#include "base/mem.h"
#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOK_EVERY_MS = 100 };

typedef struct item {
	dj_loads       *all;
	dj_load        *load; /* NULL: it failed at its beginning */
	dj_load_result *result;
	dj_err          err;
	int             rc;
	bool            done;
	uint64_t        bytes, total, rows;
	uint64_t        fetched, to_fetch; /* bytes */
} item;

struct dj_loads {
	const dj_load_options *o;
	item                  *item;
	size_t                 n, given; /* given: results that the caller has */
	size_t                 next;     /* item that no thread has begun */
	pthread_t             *thread;
	size_t                 n_threads;
	pthread_mutex_t        lock; /* of everything below item that changes while threads run */
	pthread_cond_t         done;
};

/* ---- Threads ---- */

static void progress(void *user, uint64_t bytes, uint64_t total, uint64_t rows)
{
	item *i = user;

	pthread_mutex_lock(&i->all->lock);
	i->bytes = bytes;
	i->total = total;
	i->rows = rows;
	pthread_mutex_unlock(&i->all->lock);
}

static void fetching(void *user, uint64_t done, uint64_t total)
{
	item *i = user;

	pthread_mutex_lock(&i->all->lock);
	i->fetched = done;
	i->to_fetch = total;
	pthread_mutex_unlock(&i->all->lock);
}

/* The next item to be loaded; NULL: all are begun. */
static item *take(dj_loads *l)
{
	item *i = NULL;

	pthread_mutex_lock(&l->lock);
	while (!i && l->next < l->n) {
		i = &l->item[l->next++];
		if (i->done)
			i = NULL;
	}
	pthread_mutex_unlock(&l->lock);
	return i;
}

static void *work(void *user)
{
	dj_loads *l = user;

	for (item *i; (i = take(l));) {
		dj_load_result *r = NULL;
		dj_err          err = {0};
		int             rc = dj_load_finish(&r, i->load, &err);

		pthread_mutex_lock(&l->lock);
		i->result = r;
		i->rc = rc;
		i->err = err;
		i->done = true;
		pthread_cond_broadcast(&l->done);
		pthread_mutex_unlock(&l->lock);
	}
	return NULL;
}

static int start_threads(dj_loads *l, dj_err *err)
{
	size_t most = dj_pool_processors(), wanted = l->n < most ? l->n : most;

	for (size_t k = 0; k < l->n; k++)
		if (l->item[k].load)
			dj_load_how(l->item[k].load)->beside = wanted;
	l->thread = dj_alloc_zero(wanted, sizeof *l->thread);
	while (l->n_threads < wanted && pthread_create(&l->thread[l->n_threads], NULL, work, l) == 0)
		l->n_threads++;
	return l->n_threads ? DJ_OK : dj_fail(err, DJ_FAIL, "no thread can be started");
}

/* ---- Beginning ---- */

static int no_two_alike(const dj_loads *l, const char *const *source, dj_err *err)
{
	for (size_t k = 0; k < l->n; k++)
		for (size_t i = 0; i < k; i++)
			if (l->item[k].load && l->item[i].load &&
			    strcmp(dj_load_name(l->item[k].load), dj_load_name(l->item[i].load)) == 0)
				return dj_fail(
				    err, DJ_USAGE,
				    "%s and %s would both be the dataset %s, so nothing was loaded (load them apart: "
				    "--as NAME gives one another name)",
				    source[i], source[k], dj_load_name(l->item[k].load));
	return DJ_OK;
}

int dj_loads_start(dj_loads **out, const dj_workspace *w, const dj_vocabulary *v, const char *const *source,
                   size_t n, const dj_load_options *o, dj_err *err)
{
	dj_loads *l = dj_alloc_zero(1, sizeof *l);
	int       rc;

	*l = (dj_loads){.o = o, .n = n, .item = dj_alloc_zero(n + 1, sizeof *l->item)};
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->done, NULL);
	for (size_t k = 0; k < n; k++) {
		item           *i = &l->item[k];
		dj_load_options its = *o;
		i->all = l;
		i->rc = dj_load_begin(&i->load, w, v, source[k], &its, &i->err);
		i->done = i->rc < 0;
		if (i->rc < 0)
			continue;
		dj_load_how(i->load)->progress = progress;
		dj_load_how(i->load)->fetching = fetching;
		dj_load_how(i->load)->user = i;
	}
	if ((rc = no_two_alike(l, source, err)) < 0 || (rc = start_threads(l, err)) < 0)
		dj_loads_end(l);
	else
		*out = l;
	return rc;
}

/* ---- Results ---- */

/* With the lock held. Sources that nothing is known of yet count as nothing. */
static void tell(dj_loads *l)
{
	uint64_t bytes = 0, total = 0, rows = 0, fetched = 0, to_fetch = 0;

	for (size_t k = 0; k < l->n; k++) {
		fetched += l->item[k].fetched;
		to_fetch += l->item[k].to_fetch;
		bytes += l->item[k].bytes;
		total += l->item[k].total;
		rows += l->item[k].rows;
	}
	if (l->o->progress && total)
		l->o->progress(l->o->user, bytes, total, rows);
	else if (l->o->fetching && fetched)
		l->o->fetching(l->o->user, fetched, to_fetch);
}

int dj_loads_next(dj_load_result **out, dj_loads *l, dj_err *err)
{
	item           *i = &l->item[l->given++];
	struct timespec until;

	pthread_mutex_lock(&l->lock);
	while (!i->done) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += LOOK_EVERY_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&l->done, &l->lock, &until);
		tell(l);
	}
	pthread_mutex_unlock(&l->lock);
	*out = i->result;
	i->result = NULL;
	if (i->rc < 0)
		*err = i->err;
	return i->rc;
}

void dj_loads_end(dj_loads *l)
{
	if (!l)
		return;
	for (size_t k = 0; k < l->n_threads; k++)
		pthread_join(l->thread[k], NULL);
	for (size_t k = 0; k < l->n; k++) {
		dj_load_result_free(l->item[k].result);
		dj_load_free(l->item[k].load);
	}
	pthread_cond_destroy(&l->done);
	pthread_mutex_destroy(&l->lock);
	free(l->thread);
	free(l->item);
	free(l);
}
