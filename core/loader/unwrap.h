/*
 * unwrap.h - the job's source as text that the readers read (decode/decode.h), before anything else is found out of it.
 */
#ifndef DJ_LOADER_UNWRAP_H
#define DJ_LOADER_UNWRAP_H

#include "decode/decode.h"
#include "loader/job.h"
#include "loader/said.h"

typedef struct dj_unwrapped {
	dj_job_table
	           job; /* as it was given, but for what is known by now: fd and bytes of the source, and format and header of rows */
	dj_decoded decoded;
	dj_said    said;
} dj_unwrapped;

/* The k-th source. All but the descriptors lives in `a`. DJ_NOTFOUND: a database of several tables; out->decoded.part names them. */
int dj_unwrap(dj_unwrapped *out, const dj_job_table *job, size_t k, dj_arena *a, dj_err *err);

#endif
