/*
 * load.h - a whole job: its tables, their rejects, the snapshot's meta, and the answer.
 */
#ifndef DJ_LOADER_LOAD_H
#define DJ_LOADER_LOAD_H

#include "base/pool.h"
#include "base/wire.h"
#include "loader/job.h"

/* `pool`: threads to read with, NULL: this one alone. Ends with one LOADED frame on `out`, or fails; *table is then the name of the table that failed, or NULL. */
int dj_load_run(const dj_job *job, int snapshot_fd, dj_pool *pool, dj_wire_out *out, const char **table,
                dj_err *err);

#endif
