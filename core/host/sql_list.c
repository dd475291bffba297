/* list(x): the different values that are not NULL, sorted; lists among them are joined (host/list.h). */
#include "host/engine.h"

#include <stdlib.h>

typedef struct state {
	dj_list_maker *maker; /* on the heap: the context must stay small and movable */
	bool           failed;
} state;

static int add_list(dj_list_maker *m, sqlite3_value *v, dj_err *err)
{
	dj_list_reader r;
	dj_list_item   item;
	int            rc = dj_list_open(&r, sqlite3_value_blob(v), (size_t)sqlite3_value_bytes(v), err);

	while (rc == DJ_OK && dj_list_next(&r, &item))
		rc = dj_list_add(m, &item, err);
	return rc;
}

static int add(dj_list_maker *m, sqlite3_value *v, dj_err *err)
{
	dj_list_item item = {0};

	switch (sqlite3_value_type(v)) {
	case SQLITE_INTEGER:
		item.type = DJ_DATA_INTEGER;
		item.integer = sqlite3_value_int64(v);
		break;
	case SQLITE_FLOAT:
		item.type = DJ_DATA_REAL;
		item.real = sqlite3_value_double(v);
		break;
	case SQLITE_TEXT:
		item.type = DJ_DATA_TEXT;
		item.text = (const char *)sqlite3_value_text(v);
		item.n = (size_t)sqlite3_value_bytes(v);
		break;
	default: return add_list(m, v, err);
	}
	return dj_list_add(m, &item, err);
}

static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	state *s = sqlite3_aggregate_context(ctx, sizeof *s);
	dj_err err;

	(void)argc;
	if (!s || s->failed || sqlite3_value_type(argv[0]) == SQLITE_NULL)
		return;
	if (!s->maker)
		s->maker = dj_alloc_zero(1, sizeof *s->maker);
	if (add(s->maker, argv[0], &err) < 0) {
		s->failed = true;
		sqlite3_result_error(ctx, err.text, -1);
	}
}

/* SQLite calls this for every context that step has seen, also after an error: it is the one place that frees. */
static void final(sqlite3_context *ctx)
{
	state        *s = sqlite3_aggregate_context(ctx, 0);
	dj_list_maker none = {0};
	dj_buf        out = {0};

	if (s && s->failed) {
		dj_list_free(s->maker);
	} else {
		dj_list_end(s && s->maker ? s->maker : &none, &out);
		if (out.n > DJ_MOST_LENGTH)
			sqlite3_result_error_toobig(ctx);
		else
			sqlite3_result_blob64(ctx, out.data, out.n, free);
		if (out.n > DJ_MOST_LENGTH)
			dj_buf_free(&out);
	}
	if (s)
		free(s->maker);
}

int dj_sql_lists(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, "list", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
	                                  NULL, NULL, step, final, NULL);
}
