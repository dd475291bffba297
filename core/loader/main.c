/*
 * datajam-loader: parses a stranger's files in a cage of its own. It is started by core/cage with all its descriptors
 * open (loader/job.h), locks itself down before it reads any of them, and can then do nothing but compute and write to
 * the snapshot and its two pipes.
 */
#include "base/wire.h"
#include "loader/load.h"
#include "lockdown/lockdown.h"

#include <stdio.h>

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

int main(void)
{
	dj_lockdown how = {.profile = DJ_PROFILE_LOADER,
	                   .write_fd = {LOG_FD, RESULT_FD, DJ_LOADER_SNAPSHOT_FD},
	                   .n_write_fd = 3,
	                   .without_landlock = true}; /* where there is none, seccomp alone refuses every open */
	dj_wire_out out = {.fd = RESULT_FD};
	dj_err      err = {0};
	dj_job      job;
	const char *table = NULL;

	if (dj_lockdown_enter(&how, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_NO_SANDBOX;
	}

	dj_arena *a = dj_arena_new();
	int       rc = dj_job_read(&job, DJ_LOADER_JOB_FD, a, &err);
	if (rc == DJ_OK)
		rc = dj_load_run(&job, DJ_LOADER_SNAPSHOT_FD, &out, &table, &err);
	if (rc < 0)
		say_failed(&out, table, &err);
	dj_wire_out_free(&out);
	dj_arena_free(a);
	return rc < 0;
}
