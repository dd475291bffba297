/*
 * worker.h - drives the real datajam-worker, as the parent does but without a cage around it (its lockdown is its own).
 *
 * What the worker says is checked frame by frame and told as text, one line a message:
 *   HELLO 1.0 | DESCRIPTION {...} | LOG text | NOTE en / fr | FINDING key "title" score ... | FRAME id rows name:type ...
 *   LAYER {...} | VIEW {...} | DONE findings layers views notes | FAILED cause file:line message
 */
#ifndef DJ_TESTS_HOST_WORKER_H
#define DJ_TESTS_HOST_WORKER_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct worker_param {
	const char *name, *type, *value;
} worker_param;

typedef struct worker_ask {
	bool                describe;
	const char         *lang;   /* "c" or "lua" */
	const char         *name;   /* of the plugin */
	const char         *plugin; /* path of the shared object or the Lua file */
	const char         *source; /* or its text; then `plugin` is NULL */
	const worker_param *param;
	size_t              n_params;
	bool                without_world; /* no roles at all */
	bool
	    with_findings; /* one finding of plugin "other", about account A1, resting on the first row of bank.tx */
	const char *limits; /* JSON, NULL: none */
	int         shake;
} worker_ask;

typedef struct worker_told {
	int      exit_code, signal;
	dj_buf   text;   /* the messages */
	dj_buf   log;    /* what came on descriptor 2 */
	char    *failed; /* the message of FAILED, NULL when there was none */
	char    *cause;
	int64_t  line;
	bool     done;
	uint64_t sql_steps;
} worker_told;

/*
 * The world that plugins run on: role transactions from two datasets (bank.tx, 6 rows; card.pay, 2 rows, without a channel),
 * role people from bank.who (3 rows; gender exists and was not asked for), role ads wanted and empty.
 */
worker_told worker_run(const worker_ask *ask);
void        worker_free(worker_told *t);

/* A shared object that the build made from tests/host/plugins/NAME.c; the text lives until the next call. */
const char *worker_plugin(const char *name);

#endif
