/* Frames: made from queries or by hand, and made into temporary tables. */
#include "host/engine.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 64, MOST_NAME = 64 };

/* ---- Text, packed ---- */

const char *dj_host_text(dj_host *h, const char *s, size_t n)
{
	enum { BLOCK = 64 * 1024 };
	char *to;

	if (n + 1 > BLOCK / 8)
		return dj_arena_dupn(h->arena, s, n);
	if (n + 1 > h->text_left) {
		h->text_at = dj_arena_alloc(h->arena, BLOCK, 1);
		h->text_left = BLOCK;
	}
	to = h->text_at;
	if (n)
		memcpy(to, s, n);
	to[n] = '\0';
	h->text_at += n + 1;
	h->text_left -= n + 1;
	return to;
}

/* ---- Columns that grow ---- */

typedef struct grower { /* one column while rows come in */
	dj_data_column c;
	bool           typed;
	size_t         room;
} grower;

static void grow(grower *g, size_t room)
{
	dj_data_column *c = &g->c;

	if (!g->typed)
		return;
	if (c->type == DJ_DATA_INTEGER)
		c->integer = dj_realloc(c->integer, room, sizeof *c->integer);
	else if (c->type == DJ_DATA_REAL)
		c->real = dj_realloc(c->real, room, sizeof *c->real);
	else if (c->type == DJ_DATA_TEXT)
		c->text = dj_realloc(c->text, room, sizeof *c->text);
	else
		c->list = dj_realloc(c->list, room, sizeof *c->list);
	g->room = room;
}

static void put_null(grower *g, size_t row, size_t room)
{
	dj_data_column *c = &g->c;

	if (!c->null)
		c->null = dj_alloc_zero((room + 7) / 8, 1);
	c->null[row / 8] = (uint8_t)(c->null[row / 8] | 1u << row % 8);
	if (!g->typed)
		return;
	switch (c->type) {
	case DJ_DATA_INTEGER: c->integer[row] = 0; break;
	case DJ_DATA_REAL: c->real[row] = 0; break;
	case DJ_DATA_TEXT: c->text[row] = NULL; break;
	case DJ_DATA_LIST: c->list[row] = (dj_data_list){.type = DJ_DATA_INTEGER}; break;
	}
}

/* The first value that is not NULL gives the type; the rows before it are NULL. */
static void settle(grower *g, dj_data_type type, size_t rows, size_t room)
{
	g->typed = true;
	g->c.type = type;
	grow(g, room);
	for (size_t i = 0; i < rows; i++)
		put_null(g, i, room);
}

static void become_real(grower *g, size_t rows, size_t room)
{
	double *real = dj_realloc(NULL, room, sizeof *real);

	for (size_t i = 0; i < rows; i++)
		real[i] = (double)g->c.integer[i];
	free(g->c.integer);
	g->c.integer = NULL;
	g->c.real = real;
	g->c.type = DJ_DATA_REAL;
}

static int fit(grower *g, dj_cell_value *v, size_t row, size_t room, dj_err *err)
{
	dj_data_type type = (dj_data_type)v->type;

	if (!g->typed)
		settle(g, type, row, room);
	if (g->c.type == type)
		return DJ_OK;
	if (g->c.type == DJ_DATA_INTEGER && type == DJ_DATA_REAL) {
		become_real(g, row, room);
	} else if (g->c.type == DJ_DATA_REAL && type == DJ_DATA_INTEGER) {
		v->real = (double)v->integer;
	} else {
		static const char *const names[] = {"", "numbers", "numbers", "text", "", "lists"};
		return dj_fail(err, DJ_FAIL, "column \"%s\" has %s and %s together (CAST one of them); row %zu",
		               g->c.name, names[g->c.type], names[type], row + 1);
	}
	return DJ_OK;
}

static const char *share_text(dj_host *h, const grower *g, const dj_cell_value *v, size_t row)
{
	const char *last = row ? g->c.text[row - 1] : NULL;

	if (last && strlen(last) == v->n && memcmp(last, v->text, v->n) == 0)
		return last; /* sorted data repeats itself */
	return dj_host_text(h, v->text, v->n);
}

static int put_value(dj_host *h, grower *g, dj_cell_value *v, size_t row, size_t room, dj_err *err)
{
	int rc;

	if (v->type == DJ_VALUE_NULL) {
		put_null(g, row, room);
		return DJ_OK;
	}
	if ((rc = fit(g, v, row, room, err)) < 0)
		return rc;
	switch (g->c.type) {
	case DJ_DATA_INTEGER: g->c.integer[row] = v->integer; break;
	case DJ_DATA_REAL: g->c.real[row] = v->real; break;
	case DJ_DATA_TEXT: g->c.text[row] = share_text(h, g, v, row); break;
	case DJ_DATA_LIST: return dj_list_read(&g->c.list[row], v->text, v->n, h->arena, err);
	}
	return DJ_OK;
}

/* NULLs alone: the declared type of the column in SQL says what they would have been. */
static dj_data_type declared(dj_host_query *q, size_t i)
{
	sqlite3_stmt *s = dj_host_query_stmt(q);
	const char   *type = s ? sqlite3_column_decltype(s, (int)i) : NULL;

	if (type && sqlite3_strnicmp(type, "INT", 3) == 0)
		return DJ_DATA_INTEGER;
	if (type && sqlite3_strnicmp(type, "REAL", 4) == 0)
		return DJ_DATA_REAL;
	return DJ_DATA_TEXT;
}

/* ---- From a query ---- */

static int read_rows(size_t *rows, grower *g, size_t n, dj_host *h, dj_host_query *q, dj_err *err)
{
	size_t room = 0;
	int    rc;

	for (*rows = 0; (rc = dj_host_query_step(q, err)) > 0; ++*rows) {
		if (*rows == room) {
			size_t old = room;

			room = room ? 2 * room : 64;
			for (size_t i = 0; i < n; i++) {
				grow(&g[i], room);
				if (g[i].c.null) {
					g[i].c.null = dj_realloc(g[i].c.null, room / 8, 1);
					memset(g[i].c.null + old / 8, 0, (room - old) / 8);
				}
			}
		}
		for (size_t i = 0; i < n; i++) {
			dj_cell_value v;

			if ((rc = dj_host_query_value(&v, q, i, err)) < 0 ||
			    (rc = put_value(h, &g[i], &v, *rows, room, err)) < 0)
				return rc;
		}
	}
	return rc;
}

int dj_host_columns(dj_data **out, dj_host_query *q, dj_err *err)
{
	dj_host      *h = dj_host_query_run(q);
	size_t        n = dj_host_query_columns(q), rows = 0;
	grower       *g;
	dj_data_type *fallback;
	int           rc;

	if (n > MOST_COLUMNS)
		return dj_fail(err, DJ_FAIL, "a frame of %zu columns (at most %d: select fewer)", n, MOST_COLUMNS);
	g = dj_arena_alloc(h->arena, n, sizeof *g);
	fallback = dj_arena_alloc(h->arena, n, sizeof *fallback);
	for (size_t i = 0; i < n; i++) {
		const char *name = dj_host_query_column(q, i);

		g[i].c.name = dj_host_text(h, name, strlen(name));
		fallback[i] = declared(q, i);
	}
	if ((rc = read_rows(&rows, g, n, h, q, err)) < 0)
		return rc; /* the face ends the run, or its Lua catches it; the arrays stay with the run either way */
	*out = dj_host_frame(h, rows);
	for (size_t i = 0; i < n && rc == DJ_OK; i++) {
		if (!g[i].typed)
			settle(&g[i], fallback[i], rows, rows ? rows : 1);
		rc = dj_host_frame_set(h, *out, &g[i].c, err);
	}
	return rc;
}

/* ---- By hand ---- */

dj_data *dj_host_frame(dj_host *h, size_t rows)
{
	dj_data *f = dj_arena_alloc(h->arena, 1, sizeof *f);

	f->rows = rows;
	return f;
}

int dj_host_frame_set(dj_host *h, dj_data *f, const dj_data_column *c, dj_err *err)
{
	const char *unfit = dj_text_unfit(c->name, MOST_NAME, false);
	size_t      at = 0;

	if (unfit || !*c->name)
		return dj_fail(err, DJ_FAIL, "a column's name %s (name it with AS)", unfit ? unfit : "is empty");
	while (at < f->n_columns && strcmp(f->column[at].name, c->name) != 0)
		at++;
	if (at == MOST_COLUMNS)
		return dj_fail(err, DJ_FAIL, "a frame of more than %d columns", MOST_COLUMNS);
	if (at == f->n_columns) {
		/* A fresh array each time: frames that share the old one, as a layer does while it is sent, stay as they are. */
		dj_data_column *column = dj_arena_alloc(h->arena, at + 1, sizeof *column);

		if (at)
			memcpy(column, f->column, at * sizeof *column);
		f->column = column;
		f->n_columns++;
	}
	f->column[at] = *c;
	f->column[at].name = dj_host_text(h, c->name, strlen(c->name));
	return DJ_OK;
}

/* ---- Into SQL ---- */

static int bind_list(sqlite3_stmt *s, int i, const dj_data_list *l, dj_err *err)
{
	dj_list_maker m = {0};
	dj_buf        blob = {0};

	for (size_t k = 0; k < l->n; k++) {
		dj_list_item item = {.type = l->type};

		if (l->type == DJ_DATA_INTEGER)
			item.integer = l->integer[k];
		else if (l->type == DJ_DATA_REAL)
			item.real = l->real[k];
		else
			item = (dj_list_item){.type = l->type, .text = l->text[k], .n = strlen(l->text[k])};
		if (dj_list_add(&m, &item, err) < 0) {
			dj_list_free(&m);
			return DJ_FAIL;
		}
	}
	dj_list_end(&m, &blob);
	sqlite3_bind_blob64(s, i, blob.data, blob.n, free);
	return DJ_OK;
}

static int bind_row(sqlite3_stmt *s, const dj_data *f, size_t row, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t k = 0; k < f->n_columns && rc == DJ_OK; k++) {
		const dj_data_column *c = &f->column[k];
		int                   i = (int)k + 1;

		if (dj_data_is_null(c, row))
			sqlite3_bind_null(s, i);
		else if (c->type == DJ_DATA_INTEGER)
			sqlite3_bind_int64(s, i, c->integer[row]);
		else if (c->type == DJ_DATA_REAL)
			sqlite3_bind_double(s, i, c->real[row]);
		else if (c->type == DJ_DATA_TEXT)
			sqlite3_bind_text(s, i, c->text[row], -1, SQLITE_STATIC);
		else
			rc = bind_list(s, i, &c->list[row], err);
	}
	return rc;
}

static int fill_table(dj_host *h, const char *inside, const dj_data *f, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	sqlite3_str  *sql = sqlite3_str_new(h->db);
	int           rc, state;

	sqlite3_str_appendf(sql, "INSERT INTO temp.\"%w\" VALUES(?", inside);
	for (size_t k = 1; k < f->n_columns; k++)
		sqlite3_str_appendall(sql, ",?");
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	state = text ? sqlite3_prepare_v2(h->db, text, -1, &s, NULL) : SQLITE_NOMEM;
	sqlite3_free(text);
	rc = state == SQLITE_OK ? DJ_OK : dj_sql_error(h, state, "", 0, err);
	for (size_t row = 0; row < f->rows && rc == DJ_OK; row++) {
		if ((rc = bind_row(s, f, row, err)) < 0)
			break;
		state = sqlite3_step(s);
		if (state != SQLITE_DONE)
			rc = dj_sql_error(h, state, "", 0, err);
		sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return rc;
}

static int make_table(dj_host *h, const char *inside, const dj_data *f, dj_err *err)
{
	static const char *const types[] = {"", "INTEGER", "REAL", "TEXT", "", "BLOB"};
	sqlite3_str             *sql = sqlite3_str_new(h->db);
	int                      rc;

	sqlite3_str_appendf(sql, "CREATE TEMP TABLE \"%w\"(", inside);
	for (size_t k = 0; k < f->n_columns; k++)
		sqlite3_str_appendf(sql, "%s\"%w\" %s", k ? ", " : "", f->column[k].name, types[f->column[k].type]);
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	rc = text ? dj_host_sql_own(h, text, err) : dj_fail(err, DJ_FAIL, "out of memory");
	sqlite3_free(text);
	return rc == DJ_OK ? fill_table(h, inside, f, err) : rc;
}

/* Shows `inside` under `name`; a view is replaced even while queries read through the old one. */
static int point(dj_host *h, const char *name, const char *inside, dj_err *err)
{
	char *sql = sqlite3_mprintf("DROP VIEW IF EXISTS temp.\"%w\";"
	                            "CREATE TEMP VIEW \"%w\" AS SELECT * FROM temp.\"%w\"",
	                            name, name, inside);
	int   rc = sql ? dj_host_sql_own(h, sql, err) : dj_fail(err, DJ_FAIL, "out of memory");

	sqlite3_free(sql);
	return rc;
}

static void drop_old(dj_host *h, const char *inside)
{
	char *sql = sqlite3_mprintf("DROP TABLE temp.\"%w\"", inside);

	/* While queries are open SQLite refuses; the table then stays, unseen, until the run ends. */
	if (sql && !h->open_queries)
		dj_host_sql_own(h, sql, NULL);
	sqlite3_free(sql);
}

static int check_name(const dj_host *h, const char *name, dj_err *err)
{
	if (!dj_name_ok(name, 48, true))
		return dj_fail(
		    err, DJ_FAIL,
		    "\"%.60s\" is no name for a table (small letters, digits and _, a letter first, at most 48)",
		    name);
	if (dj_job_find_role_nocase(&h->job, name) || dj_text_starts(name, "finding") ||
	    dj_text_starts(name, "sqlite_") || strcmp(name, "each_item") == 0 || dj_text_starts(name, "json_"))
		return dj_fail(err, DJ_FAIL, "\"%s\" is taken (give the table another name)", name);
	return DJ_OK;
}

int dj_host_table(dj_host *h, const char *name, const dj_data *f, dj_err *err)
{
	size_t at = 0;
	bool   before = h->policy.trusted;
	int    rc = check_name(h, name, err);

	if (rc < 0)
		return rc;
	if (!f->n_columns)
		return dj_fail(err, DJ_FAIL, "the frame has no columns");
	while (at < h->n_tables && strcmp(h->table[at].name, name) != 0)
		at++;
	const char *old = at < h->n_tables ? h->table[at].inside : NULL;
	const char *inside = dj_arena_fmt(h->arena, "_table_%lld", (long long)++h->tables_made);
	for (size_t i = 0; i < DJ_MOST_CACHED; i++) { /* prepared for the old table */
		sqlite3_finalize(h->cached[i]);
		h->cached[i] = NULL;
	}
	h->policy.trusted = true;
	rc = make_table(h, inside, f, err);
	if (rc == DJ_OK)
		rc = point(h, name, inside, err);
	h->policy.trusted = before;
	if (rc < 0)
		return rc;
	if (!old) {
		h->table = dj_realloc(h->table, ++h->n_tables, sizeof *h->table);
		h->table[at].name = dj_arena_dup(h->arena, name);
		dj_policy_allow(&h->policy, "temp", h->table[at].name, NULL);
	}
	h->table[at].inside = inside;
	dj_policy_allow(&h->policy, "temp", inside, NULL);
	if (old) {
		drop_old(h, old);
		dj_policy_forget(&h->policy, "temp", old);
	}
	return DJ_OK;
}
