/*
 * pool.h - a fixed number of threads that do one piece of work together.
 *
 * Promise: dj_pool_run returns when every lane is done. The caller is lane 0, so a pool of one starts no thread.
 * Threads are started once, so a process that locks itself down later (lockdown.h) starts them before.
 */
#ifndef DJ_BASE_POOL_H
#define DJ_BASE_POOL_H

#include "base/err.h"

#include <stddef.h>

enum { DJ_POOL_MOST = 16 };

typedef struct dj_pool dj_pool;

int    dj_pool_new(dj_pool **out, size_t lanes,
                   dj_err *err);        /* 1 to DJ_POOL_MOST; the calling thread is one of them */
void   dj_pool_free(dj_pool *p);        /* NULL is fine */
size_t dj_pool_lanes(const dj_pool *p); /* NULL: 1 */
size_t dj_pool_processors(void);        /* that this process may use; at least 1 */

/*
 * Calls work(user, lane, err) once in each lane, each with an err of its own. Gives DJ_OK, or the failure of the lowest
 * lane that failed; one that is DJ_STOPPED counts only when no other failed. `p` NULL: the caller alone.
 */
int dj_pool_run(dj_pool *p, int (*work)(void *user, size_t lane, dj_err *err), void *user, dj_err *err);

#endif
