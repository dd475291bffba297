#include "base/pool.h"

#include "base/mem.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { STACK = 256 << 10 };

typedef struct lane {
	dj_pool  *pool;
	size_t    number;
	pthread_t thread;
	int       rc;
	dj_err    err;
} lane;

struct dj_pool {
	pthread_mutex_t lock;
	pthread_cond_t  begin, end;
	uint64_t        round; /* of work; a lane does each once */
	size_t          busy;
	bool            closing;
	int (*work)(void *user, size_t lane, dj_err *err);
	void  *user;
	size_t n, started; /* lanes; threads that run: lanes 1 to started */
	lane   lane[DJ_POOL_MOST];
};

static void *serve(void *arg)
{
	lane    *l = arg;
	dj_pool *p = l->pool;
	uint64_t done = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->round == done && !p->closing)
			pthread_cond_wait(&p->begin, &p->lock);
		if (p->closing)
			break;
		done = p->round;
		pthread_mutex_unlock(&p->lock);
		l->err = (dj_err){0};
		l->rc = p->work(p->user, l->number, &l->err);
		pthread_mutex_lock(&p->lock);
		if (--p->busy == 0)
			pthread_cond_signal(&p->end);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int dj_pool_new(dj_pool **out, size_t lanes, dj_err *err)
{
	dj_pool       *p = dj_alloc_zero(1, sizeof *p);
	pthread_attr_t small;
	int            rc = 0;

	p->n = lanes < 1 ? 1 : lanes > DJ_POOL_MOST ? DJ_POOL_MOST : lanes;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->begin, NULL);
	pthread_cond_init(&p->end, NULL);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK);
	for (size_t k = 0; k < p->n; k++) {
		p->lane[k].pool = p;
		p->lane[k].number = k;
	}
	for (size_t k = 1; k < p->n && rc == 0; k++)
		if ((rc = pthread_create(&p->lane[k].thread, &small, serve, &p->lane[k])) == 0)
			p->started = k;
	pthread_attr_destroy(&small);
	if (rc != 0) {
		dj_pool_free(p);
		return dj_fail(err, DJ_FAIL, "can not start %zu threads (try fewer)", lanes);
	}
	*out = p;
	return DJ_OK;
}

void dj_pool_free(dj_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_broadcast(&p->begin);
	pthread_mutex_unlock(&p->lock);
	for (size_t k = 1; k <= p->started; k++)
		pthread_join(p->lane[k].thread, NULL);
	pthread_cond_destroy(&p->end);
	pthread_cond_destroy(&p->begin);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

size_t dj_pool_lanes(const dj_pool *p)
{
	return p ? p->n : 1;
}

size_t dj_pool_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) < 0)
		return 1;
	return CPU_COUNT(&set) > 0 ? (size_t)CPU_COUNT(&set) : 1;
}

/* A lane that stopped because another failed says less than the one that failed. */
static int worst(const dj_pool *p, dj_err *err)
{
	const lane *found = NULL;

	for (size_t k = 0; k < p->n; k++) {
		const lane *l = &p->lane[k];
		if (l->rc < 0 && (!found || (found->rc == DJ_STOPPED && l->rc != DJ_STOPPED)))
			found = l;
	}
	if (found && err)
		*err = found->err;
	return found ? found->rc : DJ_OK;
}

int dj_pool_run(dj_pool *p, int (*work)(void *user, size_t lane, dj_err *err), void *user, dj_err *err)
{
	if (!p)
		return work(user, 0, err);
	pthread_mutex_lock(&p->lock);
	p->work = work;
	p->user = user;
	p->busy = p->n - 1;
	p->round++;
	pthread_cond_broadcast(&p->begin);
	pthread_mutex_unlock(&p->lock);

	p->lane[0].err = (dj_err){0};
	p->lane[0].rc = work(user, 0, &p->lane[0].err);

	pthread_mutex_lock(&p->lock);
	while (p->busy > 0)
		pthread_cond_wait(&p->end, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return worst(p, err);
}
