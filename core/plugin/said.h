/*
 * said.h - messages of a worker that both asking and running read: the first and the last ones. Claims, checked for
 * form; what they mean for the verdict is for the reader.
 */
#ifndef DJ_PLUGIN_SAID_H
#define DJ_PLUGIN_SAID_H

#include "base/err.h"
#include "base/mem.h"
#include "base/wire.h"

#include <stdint.h>

typedef struct dj_said_done {
	int64_t findings, layers, views, notes, instructions, bytes, sql_steps;
} dj_said_done;

typedef struct dj_said_failed {
	const char *cause; /* "error", "fail", "limit" or "refused" */
	int64_t     line;  /* 0: unknown */
	const char *message, *traceback;
} dj_said_failed;

int dj_said_hello(dj_wire_payload *p, dj_err *err); /* of the API's major that we know */
int dj_said_done_read(dj_said_done *out, dj_wire_payload *p, dj_err *err);
/* `shown`: the file that was started; a message that names another is forged. */
int dj_said_failed_read(dj_said_failed *out, dj_wire_payload *p, const char *shown, dj_arena *a, dj_err *err);

/* "plugins/NAME/plugin.lua:12: what", or without the line. */
const char *dj_said_where(const dj_said_failed *f, const char *shown, dj_arena *a);

/* The verdict of a limit that the worker keeps itself ("TIMEOUT: SQL steps: ..."), or "FAILED". */
const char *dj_said_verdict(const dj_said_failed *f);

#endif
