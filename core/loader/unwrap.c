#include "loader/unwrap.h"

static void say(void *user, bool warning, const char *text)
{
	dj_said_add(user, warning, "%s", text);
}

int dj_unwrap(dj_unwrapped *out, const dj_job_table *job, size_t k, dj_arena *a, dj_err *err)
{
	dj_decode_ask ask = {.fd = job->source[k].fd,
	                     .bytes = job->source[k].bytes,
	                     .scratch_fd = job->source[k].scratch_fd,
	                     .spare_fd = job->spare_fd,
	                     .most = job->source[k].most,
	                     .member = job->member,
	                     .sheet = job->sheet,
	                     .from = job->from,
	                     .encoding = job->encoding,
	                     .say = say,
	                     .user = &out->said};
	int           rc;

	*out = (dj_unwrapped){.job = *job, .said = {.arena = a}};
	if ((rc = dj_decode(&out->decoded, &ask, a, err)) < 0)
		return rc;
	out->job.fd = out->decoded.fd;
	out->job.bytes = out->decoded.bytes;
	if (!out->decoded.rows)
		return DJ_OK;
	out->job.format = DJ_FORMAT_NDJSON;
	if (out->decoded.named)
		out->job.header = 1;
	return DJ_OK;
}
