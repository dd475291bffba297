/*
 * The query is prepared, never run, on empty tables that have the roles' names and columns; the authorizer is told of every
 * column that it reads. So comments, aliases and subqueries are understood as SQLite understands them.
 */
#include "cli/query_needs.h"

#include "base/mem.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The plugin API's own functions: known to a plugin, not to a plain SQLite. */
static const char *const functions[] = {"seconds", "day",  "week", "month",       "quarter",
                                        "year",    "hour", "fold", "haversine_m", "geohash"};

typedef struct reads {
	const dj_vocabulary *v;
	bool               **column; /* [role][column] */
	bool                *role;
} reads;

static int note_read(void *user, int action, const char *table, const char *column, const char *schema,
                     const char *view)
{
	reads *r = user;

	(void)schema, (void)view;
	if (action != SQLITE_READ || !table)
		return SQLITE_OK;
	for (size_t i = 0; i < r->v->n_roles; i++) {
		if (strcmp(r->v->role[i].name, table) != 0)
			continue;
		r->role[i] = true;
		for (size_t c = 0; column && c < r->v->role[i].n_columns; c++)
			if (strcmp(r->v->role[i].column[c].name, column) == 0)
				r->column[i][c] = true;
	}
	return SQLITE_OK;
}

static void nothing(sqlite3_context *context, int n, sqlite3_value **value)
{
	(void)context, (void)n, (void)value;
}

static void nothing_at_end(sqlite3_context *context)
{
	(void)context;
}

static int make_roles(sqlite3 *db, const dj_vocabulary *v, dj_err *err)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < v->n_roles && rc == SQLITE_OK; i++) {
		sqlite3_str *sql = sqlite3_str_new(db);
		sqlite3_str_appendf(sql, "CREATE TABLE \"%w\"(_row, _dataset", v->role[i].name);
		for (size_t c = 0; c < v->role[i].n_columns; c++)
			sqlite3_str_appendf(sql, ", \"%w\"", v->role[i].column[c].name);
		sqlite3_str_appendf(sql, ")");
		char *text = sqlite3_str_finish(sql);
		rc = sqlite3_exec(db, text, NULL, NULL, NULL);
		sqlite3_free(text);
	}
	for (size_t i = 0; i < sizeof functions / sizeof functions[0] && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function(db, functions[i], -1, SQLITE_UTF8, NULL, nothing, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function(db, "list", 1, SQLITE_UTF8, NULL, NULL, nothing, nothing_at_end);
	return rc == SQLITE_OK ? DJ_OK
	                       : dj_fail(err, DJ_FAIL, "the roles could not be set up: %s", sqlite3_errmsg(db));
}

static char *write_needs(const reads *r)
{
	dj_buf b = {0};

	for (size_t i = 0; i < r->v->n_roles; i++) {
		size_t n = 0;
		if (!r->role[i])
			continue;
		dj_buf_fmt(&b, "%s%s = {", b.n ? ",\n              " : "", r->v->role[i].name);
		for (size_t c = 0; c < r->v->role[i].n_columns; c++)
			if (r->column[i][c])
				dj_buf_fmt(&b, "%s\"%s\"", n++ ? ", " : " ", r->v->role[i].column[c].name);
		dj_buf_text(&b, n ? " }" : "}");
	}
	return b.n ? dj_buf_take(&b) : NULL;
}

int dj_query_needs(char **needs, const dj_vocabulary *v, const char *query, dj_err *err)
{
	reads    r = {v, dj_alloc_zero(v->n_roles, sizeof *r.column), dj_alloc_zero(v->n_roles, sizeof *r.role)};
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	int           rc = DJ_FAIL;

	for (size_t i = 0; i < v->n_roles; i++)
		r.column[i] = dj_alloc_zero(v->role[i].n_columns + 1, sizeof **r.column);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
		dj_fail(err, DJ_FAIL, "SQLite could not open a database in memory");
		goto out;
	}
	if ((rc = make_roles(db, v, err)) < 0)
		goto out;
	sqlite3_set_authorizer(db, note_read, &r);
	if (sqlite3_prepare_v2(db, query, -1, &s, NULL) != SQLITE_OK)
		rc = dj_fail(err, DJ_USAGE,
		             "the query: %s (it may read roles and their columns only: datajam roles ROLE)",
		             sqlite3_errmsg(db));
	else if (!s || !sqlite3_stmt_readonly(s) || sqlite3_column_count(s) == 0)
		rc = dj_fail(err, DJ_USAGE, "the file holds no SELECT");
	else if (!(*needs = write_needs(&r)))
		rc = dj_fail(err, DJ_USAGE,
		             "the query reads no role: write FROM transactions, incidents, ads ... "
		             "(datajam roles lists them)");
out:
	sqlite3_finalize(s);
	sqlite3_close(db);
	for (size_t i = 0; i < v->n_roles; i++)
		free(r.column[i]);
	free(r.column);
	free(r.role);
	return rc;
}
