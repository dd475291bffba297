/* Reading: one statement being stepped. Statements are kept for the next query with the same text. */
#include "host/engine.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct dj_host_query {
	dj_host      *h;
	sqlite3_stmt *stmt; /* NULL when it failed, or was given back at its end */
	size_t        places, columns;
	bool          positional, started, ended;
	bool         *bound;   /* one a place */
	char         *ordered; /* names of columns, kept when the statement is gone; NULL while it is there */
};

/* ---- Statements kept ---- */

static sqlite3_stmt *take_cached(dj_host *h, const char *sql, size_t n)
{
	for (size_t i = 0; i < DJ_MOST_CACHED; i++) {
		sqlite3_stmt *s = h->cached[i];
		const char   *text = s ? sqlite3_sql(s) : NULL;

		if (text && strlen(text) == n && memcmp(text, sql, n) == 0) {
			h->cached[i] = NULL;
			return s;
		}
	}
	return NULL;
}

static void keep_cached(dj_host *h, sqlite3_stmt *s)
{
	sqlite3_stmt **place = &h->cached[h->cache_next++ % DJ_MOST_CACHED];

	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	sqlite3_finalize(*place);
	*place = s;
}

/* ---- Opening ---- */

static int prepare(sqlite3_stmt **out, dj_host *h, const char *sql, size_t n, dj_err *err)
{
	const char *rest = NULL;
	int         rc;

	if (n > DJ_MOST_TEXT)
		return dj_fail(err, DJ_FAIL,
		               "SQL of %zu bytes (at most 1 MiB; put the values in a table with jam:table)", n);
	if (memchr(sql, '\0', n))
		return dj_fail(err, DJ_FAIL, "the SQL holds a NUL byte");
	if ((rc = dj_sql_first_word(sql, n, err)) < 0 || (rc = dj_sql_names_only_roles(sql, n, err)) < 0)
		return rc;
	h->refusal[0] = '\0';
	h->step_ticks = 0;
	rc = sqlite3_prepare_v2(h->db, sql, (int)n, out, &rest);
	if (rc != SQLITE_OK)
		return dj_sql_error(h, rc, sql, n, err);
	while (rest < sql + n &&
	       (*rest == ';' || *rest == ' ' || *rest == '\n' || *rest == '\t' || *rest == '\r'))
		rest++;
	if (rest < sql + n) {
		sqlite3_stmt *second = NULL;

		rc = sqlite3_prepare_v2(h->db, rest, (int)(sql + n - rest), &second, NULL);
		bool comment = rc == SQLITE_OK && !second;
		sqlite3_finalize(second);
		if (!comment) {
			sqlite3_finalize(*out);
			*out = NULL;
			return dj_fail(err, DJ_DENIED, "more than one statement (one SELECT a call)");
		}
	}
	return DJ_OK;
}

static int check_places(dj_host_query *q, dj_err *err)
{
	size_t named = 0;

	q->places = (size_t)sqlite3_bind_parameter_count(q->stmt);
	for (size_t i = 0; i < q->places; i++) {
		const char *name = sqlite3_bind_parameter_name(q->stmt, (int)i + 1);

		if (name && *name != ':')
			return dj_fail(err, DJ_FAIL, "%s is refused (write :name or a plain ?)", name);
		named += name != NULL;
	}
	if (named && named < q->places)
		return dj_fail(err, DJ_FAIL, "? and :name in one statement (use one of them)");
	q->positional = q->places && !named;
	q->bound = dj_alloc_zero(q->places, sizeof *q->bound);
	return DJ_OK;
}

static int check_columns(dj_host_query *q, bool by_place, dj_err *err)
{
	for (size_t i = 0; i < q->columns && !by_place; i++)
		for (size_t k = 0; k < i; k++) {
			const char *name = sqlite3_column_name(q->stmt, (int)i);

			if (strcmp(name, sqlite3_column_name(q->stmt, (int)k)) == 0)
				return dj_fail(err, DJ_FAIL, "two result columns named \"%s\" (name one with AS)", name);
		}
	return DJ_OK;
}

int dj_host_query_open(dj_host_query **out, dj_host *h, const char *sql, size_t n, bool by_place, dj_err *err)
{
	sqlite3_stmt *stmt = take_cached(h, sql, n);
	int           rc = DJ_OK;

	*out = NULL;
	if (!stmt)
		rc = prepare(&stmt, h, sql, n, err);
	if (rc < 0)
		return rc;
	dj_host_query *q = dj_alloc_zero(1, sizeof *q);
	q->h = h;
	q->stmt = stmt;
	q->columns = (size_t)sqlite3_column_count(stmt);
	h->open_queries++;
	if ((rc = check_places(q, err)) < 0 || (rc = check_columns(q, by_place, err)) < 0) {
		dj_host_query_close(q);
		return rc;
	}
	*out = q;
	return DJ_OK;
}

/* Names of columns must outlive the statement: a face asks for them at any time. */
static void keep_names(dj_host_query *q)
{
	dj_buf names = {0};

	for (size_t i = 0; i < q->columns; i++) {
		const char *name = sqlite3_column_name(q->stmt, (int)i);

		name = name ? name : ""; /* prepared anew since, over a table that was replaced by a narrower one */
		dj_buf_add(&names, name, strlen(name) + 1);
	}
	q->ordered = dj_buf_take(&names);
}

static void give_back(dj_host_query *q)
{
	if (q->stmt)
		keep_cached(q->h, q->stmt);
	if (q->stmt && !q->ended)
		q->h->open_queries--;
	q->stmt = NULL;
}

/* Nothing is read any more. What has places keeps its statement: bound anew, it starts again with the other values it had. */
static void end_statement(dj_host_query *q)
{
	if (!q->places) {
		keep_names(q);
		give_back(q);
		return;
	}
	sqlite3_reset(q->stmt);
	q->ended = true;
	q->started = false;
	q->h->open_queries--;
}

void dj_host_query_close(dj_host_query *q)
{
	if (!q)
		return;
	give_back(q);
	free(q->bound);
	free(q->ordered);
	free(q);
}

/* ---- Binding ---- */

size_t dj_host_query_places(const dj_host_query *q, bool *positional)
{
	if (positional)
		*positional = q->positional;
	return q->places;
}

const char *dj_host_query_place(const dj_host_query *q, size_t place)
{
	const char *name = q->stmt ? sqlite3_bind_parameter_name(q->stmt, (int)place + 1) : NULL;

	return name ? name + 1 : NULL;
}

int dj_host_query_bind(dj_host_query *q, size_t place, const dj_cell_value *v, dj_err *err)
{
	int i = (int)place + 1, rc = SQLITE_OK;

	if (!q->stmt)
		return dj_fail(err, DJ_FAIL, "the query has ended");
	if (place >= q->places)
		return dj_fail(err, DJ_FAIL, "value %zu has no place (the SQL has %zu)", place + 1, q->places);
	if (q->started)
		sqlite3_reset(q->stmt);
	if (q->ended)
		q->h->open_queries++;
	q->started = q->ended = false;
	switch (v->type) {
	case DJ_VALUE_NULL: rc = sqlite3_bind_null(q->stmt, i); break;
	case DJ_VALUE_INTEGER: rc = sqlite3_bind_int64(q->stmt, i, v->integer); break;
	case DJ_VALUE_REAL:
		if (!isfinite(v->real))
			return dj_fail(err, DJ_FAIL, "value %zu is not a finite number", place + 1);
		rc = sqlite3_bind_double(q->stmt, i, v->real);
		break;
	case DJ_VALUE_TEXT:
		if (dj_utf8_valid(v->text, v->n) < v->n || memchr(v->text, '\0', v->n))
			return dj_fail(err, DJ_FAIL, "value %zu is no UTF-8 text", place + 1);
		rc = sqlite3_bind_text64(q->stmt, i, v->text, v->n, SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	default:
		return dj_fail(err, DJ_FAIL,
		               "value %zu is a list, which is not bound (make it a table with jam:table)", place + 1);
	}
	if (rc != SQLITE_OK)
		return dj_sql_error(q->h, rc, "", 0, err);
	q->bound[place] = true;
	return DJ_OK;
}

int dj_host_query_bind_name(dj_host_query *q, const char *name, const dj_cell_value *v, dj_err *err)
{
	for (size_t i = 0; i < q->places && q->stmt; i++) {
		const char *place = dj_host_query_place(q, i);

		if (place && strcmp(place, name) == 0)
			return dj_host_query_bind(q, i, v, err);
	}
	return dj_fail(err, DJ_FAIL, "the SQL has no :%s", name);
}

static int bind_param(dj_host_query *q, size_t place, dj_err *err)
{
	const char         *name = dj_host_query_place(q, place);
	const dj_job_param *p = name ? dj_job_find_param(&q->h->job, name) : NULL;
	dj_cell_value       v = {0};

	if (!name)
		return dj_fail(err, DJ_FAIL, "the SQL has %zu places for values, and value %zu was not given",
		               q->places, place + 1);
	if (!p)
		return dj_fail(err, DJ_FAIL, ":%s was given no value and is no param (bind it, or add it to params)",
		               name);
	switch (p->type) {
	case DJ_JOB_INTEGER:
	case DJ_JOB_BOOLEAN:
		v.type = DJ_VALUE_INTEGER;
		v.integer = p->integer;
		break;
	case DJ_JOB_NUMBER:
		v.type = DJ_VALUE_REAL;
		v.real = p->real;
		break;
	case DJ_JOB_TEXT:
		v.type = DJ_VALUE_TEXT;
		v.text = p->text;
		v.n = strlen(p->text);
		break;
	}
	return dj_host_query_bind(q, place, &v, err);
}

static int begin(dj_host_query *q, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t i = 0; i < q->places && rc == DJ_OK; i++)
		if (!q->bound[i])
			rc = bind_param(q, i, err);
	q->started = rc == DJ_OK;
	return rc;
}

/* ---- Stepping ---- */

static int step_failed(dj_host_query *q, int rc, dj_err *err)
{
	const char *sql = sqlite3_sql(q->stmt);

	rc = dj_sql_error(q->h, rc, sql, strlen(sql), err);
	keep_names(q);
	sqlite3_finalize(q->stmt);
	q->stmt = NULL;
	q->h->open_queries--;
	return rc;
}

int dj_host_query_step(dj_host_query *q, dj_err *err)
{
	dj_host *h = q->h;
	int      rc;

	if (!q->stmt || q->ended)
		return 0;
	if (!q->started && (rc = begin(q, err)) < 0)
		return rc;
	rc = sqlite3_step(q->stmt);
	uint32_t used = (uint32_t)sqlite3_stmt_status(q->stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
	h->steps += used > h->step_ticks ? used : h->step_ticks; /* SQLite's own count ends at 2^32 */
	h->step_ticks = 0;
	h->limit_spent = h->limit_spent || (h->job.limits.sql_steps && h->steps > h->job.limits.sql_steps);
	if (h->limit_spent || h->clock_asked || (rc != SQLITE_ROW && rc != SQLITE_DONE))
		return step_failed(q, rc, err);
	if (rc == SQLITE_ROW)
		return 1;
	end_statement(q);
	return 0;
}

size_t dj_host_query_columns(const dj_host_query *q)
{
	return q->columns;
}

const char *dj_host_query_column(const dj_host_query *q, size_t i)
{
	const char *name = q->ordered;

	if (i >= q->columns)
		return NULL;
	if (q->stmt)
		return sqlite3_column_name(q->stmt, (int)i);
	while (i--)
		name += strlen(name) + 1;
	return name;
}

dj_host *dj_host_query_run(const dj_host_query *q)
{
	return q->h;
}

sqlite3_stmt *dj_host_query_stmt(dj_host_query *q)
{
	return q->stmt;
}

int dj_host_query_value(dj_cell_value *out, dj_host_query *q, size_t i, dj_err *err)
{
	int            c = (int)i;
	dj_list_reader whole;

	*out = (dj_cell_value){0};
	if (!q->started || !q->stmt || i >= q->columns)
		return dj_fail(err, DJ_FAIL, "column %zu of a row that is not there (the query gives %zu)", i,
		               q->columns);
	switch (sqlite3_column_type(q->stmt, c)) {
	case SQLITE_NULL: return DJ_OK;
	case SQLITE_INTEGER:
		out->type = DJ_VALUE_INTEGER;
		out->integer = sqlite3_column_int64(q->stmt, c);
		return DJ_OK;
	case SQLITE_FLOAT:
		out->type = DJ_VALUE_REAL;
		out->real = sqlite3_column_double(q->stmt, c);
		if (!isfinite(out->real))
			return dj_fail(err, DJ_FAIL, "column \"%s\" holds a number that is not finite",
			               dj_host_query_column(q, i));
		return DJ_OK;
	case SQLITE_TEXT:
		out->type = DJ_VALUE_TEXT;
		out->text = (const char *)sqlite3_column_text(q->stmt, c);
		out->n = (size_t)sqlite3_column_bytes(q->stmt, c);
		if (!out->text || out->n > DJ_MOST_TEXT)
			return dj_fail(err, DJ_FAIL, "column \"%s\" holds a text of %zu bytes (at most 1 MiB)",
			               dj_host_query_column(q, i), out->n);
		if (memchr(out->text, '\0', out->n) || dj_utf8_valid(out->text, out->n) < out->n)
			return dj_fail(err, DJ_FAIL, "column \"%s\" holds bytes that are no UTF-8 text",
			               dj_host_query_column(q, i));
		return DJ_OK;
	default:
		out->type = DJ_VALUE_LIST;
		out->text = sqlite3_column_blob(q->stmt, c);
		out->n = (size_t)sqlite3_column_bytes(q->stmt, c);
		if (dj_list_open(&whole, out->text, out->n, err) < 0)
			return dj_fail_in(err, "column \"%s\"", dj_host_query_column(q, i));
		return DJ_OK;
	}
}
