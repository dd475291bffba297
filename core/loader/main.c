/*
 * datajam-loader: parses a stranger's files in a cage of its own. It is started by core/cage with all its descriptors
 * open (loader/job.h), locks itself down before it reads any of them, and can then do nothing but compute and write to
 * the snapshot and its two pipes.
 *
 *   datajam-loader [THREADS]      1 unless said
 */
#include "base/pool.h"
#include "base/wire.h"
#include "decode/decode.h"
#include "loader/load.h"
#include "lockdown/lockdown.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOG_FD = 2, RESULT_FD = 3, EXIT_NO_SANDBOX = 72 }; /* as cage/cage.h has them */

static int say_failed(dj_wire_out *out, const char *table, const dj_err *why)
{
	dj_wire_begin(out, DJ_WIRE_FAILED);
	dj_wire_put_text(out, "error");
	dj_wire_put_text(out, table);
	dj_wire_put_i64(out, 0);
	dj_wire_put_text(out, why->text);
	dj_wire_put_text(out, "");
	return dj_wire_end(out, NULL);
}

typedef struct threads {
	size_t   n;
	dj_pool *pool;
} threads;

static int start_threads(void *user, dj_err *err)
{
	threads *t = user;

	return dj_pool_new(&t->pool, t->n, err);
}

/* datajam-loader [THREADS [DESCRIPTOR]]: from that one on they are files for what is unpacked, to be written. */
int main(int argc, char **argv)
{
	threads     lanes = {.n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 1};
	dj_lockdown how = {.profile = DJ_PROFILE_LOADER,
	                   .write_fd = {LOG_FD, RESULT_FD, DJ_LOADER_SNAPSHOT_FD},
	                   .n_write_fd = 3,
	                   .write_from = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0,
	                   .without_landlock = true, /* where there is none, seccomp alone refuses every open */
	                   .start_threads = start_threads,
	                   .user = &lanes};
	dj_wire_out out = {.fd = RESULT_FD};
	dj_err      err = {0};
	dj_job      job;
	const char *table = NULL;

	mallopt(M_ARENA_MAX, 1); /* an arena a thread would reserve more address space than a load needs */
	dj_decode_prepare();
	if (dj_lockdown_enter(&how, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_NO_SANDBOX;
	}

	dj_arena *a = dj_arena_new();
	int       rc = dj_job_read(&job, DJ_LOADER_JOB_FD, a, &err);
	if (rc == DJ_OK)
		rc = dj_load_run(&job, DJ_LOADER_SNAPSHOT_FD, lanes.pool, &out, &table, &err);
	if (rc < 0)
		say_failed(&out, table, &err);
	dj_wire_out_free(&out);
	dj_arena_free(a);
	dj_pool_free(lanes.pool);
	return rc < 0;
}
