/* The C face: queries, a row at a time. */
#include "host/capi.h"

#include <string.h>

static native_query *mine(dj_query *q)
{
	return (native_query *)q;
}

static dj_query *query(dj_jam *jam, const char *sql, int line)
{
	native_run   *r = dj_capi_run(jam);
	native_query *q;
	dj_err        err;

	r->line = line;
	if (!sql)
		dj_capi_wrong(r, "dj_select", "the SQL is NULL");
	q = dj_arena_alloc(r->h->arena, 1, sizeof *q);
	q->query.api = jam->api;
	q->run = r;
	q->line = line;
	if (dj_host_query_open(&q->q, r->h, sql, strlen(sql), true, &err) < 0)
		dj_capi_fail(r, "dj_select", &err);
	bool positional;
	dj_host_query_places(q->q, &positional);
	if (positional)
		dj_capi_wrong(r, "dj_select", "? is for Lua (write :name, and dj_bind_* where it is no param)");
	return &q->query;
}

static void bind(dj_query *query_, const char *name, dj_type type, int64_t integer, double real,
                 const char *text)
{
	native_query *q = mine(query_);
	dj_cell_value v = {.type = (dj_value_type)type,
	                   .integer = integer,
	                   .real = real,
	                   .text = text,
	                   .n = text ? strlen(text) : 0};
	dj_err        err;

	q->run->line = q->line;
	if (name && *name == ':')
		name++;
	q->at_row = false;
	if (dj_host_query_bind_name(q->q, name ? name : "", &v, &err) < 0)
		dj_capi_fail(q->run, "dj_bind", &err);
}

static int next(dj_query *query_)
{
	native_query *q = mine(query_);
	dj_err        err;
	int           rc;

	q->run->line = q->line;
	dj_arena_free(q->row);
	q->row = NULL;
	rc = dj_host_query_step(q->q, &err);
	if (rc < 0)
		dj_capi_fail(q->run, "dj_next", &err);
	q->at_row = rc > 0;
	return rc;
}

static dj_cell_value value(native_query *q, size_t column, const char *call)
{
	dj_cell_value v;
	dj_err        err;

	if (!q->at_row)
		dj_capi_wrong(q->run, call, "there is no row (dj_next gives one)");
	if (dj_host_query_value(&v, q->q, column, &err) < 0)
		dj_capi_fail(q->run, call, &err);
	return v;
}

static _Noreturn void other_type(native_query *q, const char *call, size_t column, dj_value_type type)
{
	static const char *const is[] = {
	    "NULL", "an integer (dj_integer)",           "a real (dj_real)", "text (dj_text)",
	    "",     "a list (dj_row_list, dj_text_list)"};

	dj_capi_wrong(q->run, call, "column %zu, \"%s\", is %s", column, dj_host_query_column(q->q, column),
	              is[type]);
}

static dj_type type(dj_query *query_, size_t column)
{
	return (dj_type)value(mine(query_), column, "dj_value_type").type;
}

static int64_t get_integer(dj_query *query_, size_t column)
{
	dj_cell_value v = value(mine(query_), column, "dj_integer");

	if (v.type != DJ_VALUE_INTEGER && v.type != DJ_VALUE_NULL)
		other_type(mine(query_), "dj_integer", column, v.type);
	return v.integer;
}

static double get_real(dj_query *query_, size_t column)
{
	dj_cell_value v = value(mine(query_), column, "dj_real");

	if (v.type == DJ_VALUE_INTEGER)
		return (double)v.integer;
	if (v.type != DJ_VALUE_REAL && v.type != DJ_VALUE_NULL)
		other_type(mine(query_), "dj_real", column, v.type);
	return v.real;
}

static dj_arena *row_arena(native_query *q)
{
	if (!q->row)
		q->row = dj_arena_new();
	return q->row;
}

/* A copy: SQLite may move the text when another column of the row is read. */
static const char *get_text(dj_query *query_, size_t column)
{
	native_query *q = mine(query_);
	dj_cell_value v = value(q, column, "dj_text");

	if (v.type == DJ_VALUE_NULL)
		return NULL;
	if (v.type != DJ_VALUE_TEXT)
		other_type(q, "dj_text", column, v.type);
	return dj_arena_dupn(row_arena(q), v.text, v.n);
}

static dj_data_list list(native_query *q, size_t column, const dj_cell_value *v, const char *call)
{
	dj_data_list l;
	dj_err       err;

	if (v->type != DJ_VALUE_LIST)
		other_type(q, call, column, v->type);
	if (dj_list_read(&l, v->text, v->n, row_arena(q), &err) < 0)
		dj_capi_fail(q->run, call, &err);
	return l;
}

static dj_rows get_rows(dj_query *query_, size_t column)
{
	native_query *q = mine(query_);
	dj_cell_value v = value(q, column, "dj_row_list");

	if (v.type == DJ_VALUE_NULL)
		return (dj_rows){NULL, 0};
	if (v.type == DJ_VALUE_INTEGER)
		return (dj_rows){dj_capi_copy(q->run, &v.integer, 1, sizeof v.integer), 1};
	dj_data_list l = list(q, column, &v, "dj_row_list");
	if (l.n && l.type != DJ_DATA_INTEGER)
		dj_capi_wrong(q->run, "dj_row_list", "column %zu is a list of other things than _row", column);
	return (dj_rows){l.integer, l.n};
}

static const char *const *get_texts(dj_query *query_, size_t column, size_t *n)
{
	native_query *q = mine(query_);
	dj_cell_value v = value(q, column, "dj_text_list");

	*n = 0;
	if (v.type == DJ_VALUE_NULL)
		return NULL;
	dj_data_list l = list(q, column, &v, "dj_text_list");
	if (l.n && l.type != DJ_DATA_TEXT)
		dj_capi_wrong(q->run, "dj_text_list", "column %zu is a list of numbers (CAST the values AS TEXT)",
		              column);
	*n = l.n;
	return l.text;
}

static dj_frame *columns(dj_jam *jam, const char *sql, int line)
{
	native_run    *r = dj_capi_run(jam);
	dj_host_query *q;
	dj_data       *data;
	dj_err         err;

	r->line = line;
	if (!sql)
		dj_capi_wrong(r, "dj_columns", "the SQL is NULL");
	if (dj_host_query_open(&q, r->h, sql, strlen(sql), false, &err) < 0 ||
	    dj_host_columns(&data, q, &err) < 0)
		dj_capi_fail(r, "dj_columns", &err);
	dj_host_query_close(q);
	return dj_capi_frame(r, data);
}

void dj_capi_reading(dj_api *api)
{
	api->query = query;
	api->bind = bind;
	api->next = next;
	api->type = type;
	api->get_integer = get_integer;
	api->get_real = get_real;
	api->get_text = get_text;
	api->get_rows = get_rows;
	api->get_texts = get_texts;
	api->columns = columns;
}
