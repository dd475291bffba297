/* sql QUERY: the loaded data, read-only, for the person at the keyboard. */
#include "cli/commands.h"

#include "base/text.h"
#include "cli/out.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_ATTACHED = 10, MOST_COLUMNS = 2000, MOST_NAMES = 512 };

/* Does the query hold this name as a word of its own? Only names that it holds are attached and made views of. */
static bool mentions(const char *query, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = query; (at = strcasestr(at, name)); at++) {
		bool before = at > query && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
		bool after = isalnum((unsigned char)at[n]) || at[n] == '_';
		if (!before && !after)
			return true;
	}
	return false;
}

static int exec_sql(sqlite3 *db, char *sql, dj_err *err)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	sqlite3_free(sql);
	return rc == SQLITE_OK ? DJ_OK : dj_fail(err, DJ_FAIL, "%s", sqlite3_errmsg(db));
}

/*
 * A name that several datasets have becomes a view of a table whose name is the message: SQLite then says
 * "no such table: main.incidents is in a and b: write DATASET.TABLE".
 */
static char *several_view(const char *name, const char *const *where, size_t n, const char *what)
{
	char *list = dj_text_list(where, n);
	char *table = dj_fmt("%s is in %s: write %s", name, list, what);
	char *sql = sqlite3_mprintf("CREATE TEMP VIEW \"%w\" AS SELECT * FROM main.\"%w\"", name, table);

	free(list);
	free(table);
	return sql;
}

/* SELECT of one table as a member of a role: the role's columns, NULL or their default where it has none. */
static void add_member(sqlite3_str *sql, const dj_role *role, const dj_mapping *m, const dj_dataset *d,
                       const dj_table_info *t)
{
	sqlite3_str_appendf(sql, "SELECT ");
	for (size_t c = 0; c < role->n_columns; c++) {
		const char *column = NULL;
		for (size_t p = 0; p < m->n; p++)
			if (strcmp(m->pair[p].role_column, role->column[c].name) == 0)
				column = m->pair[p].column;
		if (column)
			sqlite3_str_appendf(sql, "\"%w\" AS \"%w\", ", column, role->column[c].name);
		else if (role->column[c].fill)
			sqlite3_str_appendf(sql, "%s AS \"%w\", ", role->column[c].fill, role->column[c].name);
		else
			sqlite3_str_appendf(sql, "NULL AS \"%w\", ", role->column[c].name);
	}
	sqlite3_str_appendf(sql, "rowid AS _row, %Q AS _dataset FROM \"%w\".\"%w\"", d->name, d->name, t->name);
}

/* Does a table fill this role in full? */
static const dj_mapping *fills_role(const dj_table_info *t, const dj_role *role)
{
	for (size_t m = 0; t->spec && m < t->spec->n_mappings; m++)
		if (strcmp(t->spec->mapping[m].role, role->name) == 0)
			return &t->spec->mapping[m];
	return NULL;
}

static bool named_for(const dj_workspace *w, const char *role, const char *dataset)
{
	const char *names[64];
	size_t      n = dj_workspace_role(w, role, names, 64);

	for (size_t i = 0; i < n && i < 64; i++)
		if (strcmp(names[i], dataset) == 0)
			return true;
	return n == 0;
}

/* The role as a view, where which datasets fill it is settled; else the message that asks. DJ_NOTFOUND: nobody fills it. */
static int role_view(sqlite3 *db, dj_cli *cli, const dj_role *role, dj_err *err)
{
	const char  *names[64];
	size_t       n_names = 0, members = 0;
	bool         settled = dj_workspace_role(cli->workspace, role->name, NULL, 0) > 0;
	sqlite3_str *sql = sqlite3_str_new(db);

	sqlite3_str_appendf(sql, "CREATE TEMP VIEW \"%w\" AS ", role->name);
	for (size_t i = 0; i < dj_catalogue_count(cli->catalogue); i++) {
		const dj_dataset *d = dj_catalogue_at(cli->catalogue, i);
		bool              has = false;
		if (!named_for(cli->workspace, role->name, d->name))
			continue;
		for (size_t t = 0; t < d->n_tables; t++) {
			const dj_mapping *m = fills_role(&d->table[t], role);
			if (!m)
				continue;
			sqlite3_str_appendf(sql, "%s", members++ ? " UNION ALL " : "");
			add_member(sql, role, m, d, &d->table[t]);
			has = true;
		}
		if (has && n_names < 64)
			names[n_names++] = d->name;
	}
	char *text = sqlite3_str_finish(sql);
	if (members == 0) {
		sqlite3_free(text);
		return DJ_NOTFOUND;
	}
	if (n_names > 1 && !settled) {
		sqlite3_free(text);
		text = several_view(role->name, names, n_names,
		                    "DATASET.TABLE, or name the set under \"roles\" in jam.json");
	}
	return exec_sql(db, text, err);
}

/* Bare names of tables that more than one dataset has. (A unique one SQLite finds by itself.) */
static int table_views(sqlite3 *db, const dj_catalogue *c, const char *query, dj_err *err)
{
	for (size_t i = 0; i < dj_catalogue_count(c); i++) {
		const dj_dataset *d = dj_catalogue_at(c, i);
		for (size_t t = 0; t < d->n_tables; t++) {
			const char *name = d->table[t].name, *where[64];
			size_t      n = 0;
			for (size_t k = 0; k < dj_catalogue_count(c) && n < 64; k++)
				if (dj_dataset_table(dj_catalogue_at(c, k), name))
					where[n++] = dj_catalogue_at(c, k)->name;
			if (n < 2 || strcmp(where[0], d->name) != 0 || !mentions(query, name))
				continue;
			char *sql = several_view(name, where, n, "DATASET.TABLE");
			int   rc =
			    sqlite3_exec(db, sql, NULL, NULL, NULL); /* there already: a role of that name came first */
			sqlite3_free(sql);
			if (rc != SQLITE_OK && rc != SQLITE_ERROR)
				return dj_fail(err, DJ_FAIL, "%s", sqlite3_errmsg(db));
		}
	}
	return DJ_OK;
}

static bool wanted(const dj_cli *cli, const dj_dataset *d, const char *query)
{
	if (mentions(query, d->name))
		return true;
	for (size_t t = 0; t < d->n_tables; t++) {
		if (mentions(query, d->table[t].name))
			return true;
		for (size_t m = 0; d->table[t].spec && m < d->table[t].spec->n_mappings; m++) {
			const char *role = d->table[t].spec->mapping[m].role;
			if (mentions(query, role) && named_for(cli->workspace, role, d->name))
				return true;
		}
	}
	return false;
}

static int attach_all(sqlite3 *db, dj_cli *cli, const char *query, dj_err *err)
{
	size_t attached = 0;
	int    rc;

	for (size_t i = 0; i < dj_catalogue_count(cli->catalogue); i++) {
		const dj_dataset *d = dj_catalogue_at(cli->catalogue, i);
		if (!wanted(cli, d, query))
			continue;
		if (++attached > MOST_ATTACHED)
			return dj_fail(err, DJ_USAGE,
			               "the query names tables of more than %d datasets (write DATASET.TABLE)",
			               MOST_ATTACHED);
		if ((rc = dj_snapshot_attach(db, d->name, -1, d->path, err)) < 0)
			return rc;
	}
	for (size_t r = 0; r < cli->vocabulary->n_roles; r++)
		if (mentions(query, cli->vocabulary->role[r].name)) {
			rc = role_view(db, cli, &cli->vocabulary->role[r], err);
			if (rc < 0 && rc != DJ_NOTFOUND)
				return rc;
		}
	return table_views(db, cli->catalogue, query, err);
}

/* Reads, functions, and nothing that writes or opens. */
static int only_reading(void *user, int action, const char *a, const char *b, const char *schema,
                        const char *view)
{
	(void)user, (void)a, (void)schema, (void)view;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE: return SQLITE_OK;
	case SQLITE_FUNCTION: return b && strcasecmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	default: return SQLITE_DENY;
	}
}

static int keep_going(void *user)
{
	return dj_cli_stopped(user);
}

static void put_value(dj_out *o, sqlite3_stmt *s, int i)
{
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_INTEGER: dj_out_integer(o, sqlite3_column_int64(s, i)); break;
	case SQLITE_FLOAT: dj_out_real(o, sqlite3_column_double(s, i)); break;
	case SQLITE_NULL: dj_out_text(o, NULL); break;
	case SQLITE_BLOB: dj_out_text(o, "(bytes)"); break;
	default: dj_out_textn(o, (const char *)sqlite3_column_text(s, i), (size_t)sqlite3_column_bytes(s, i));
	}
}

/* What a table that is not there was probably meant to be: a role, a dataset's table, or its bare name. */
static int no_such_table(const dj_cli *cli, const char *name, dj_err *err)
{
	const dj_catalogue *c = cli->catalogue;
	const char         *names[MOST_NAMES];
	size_t              n = 0;
	dj_arena           *a = dj_arena_new();

	for (size_t r = 0; r < cli->vocabulary->n_roles && n < MOST_NAMES / 2; r++) {
		const char *role = cli->vocabulary->role[r].name;
		if (strcmp(role, name) == 0) {
			dj_arena_free(a);
			return dj_fail(err, DJ_FAIL,
			               "no dataset fills the role %s (load one with --role %s:..., or map its columns in "
			               "datasets/NAME/dataset.json)",
			               name, name);
		}
		names[n++] = role;
	}
	for (size_t i = 0; i < dj_catalogue_count(c); i++) {
		const dj_dataset *d = dj_catalogue_at(c, i);
		for (size_t t = 0; t < d->n_tables && n + 2 < MOST_NAMES; t++) {
			names[n++] = d->table[t].name;
			names[n++] = dj_arena_fmt(a, "%s.%s", d->name, d->table[t].name);
		}
	}
	const char *near = dj_text_nearest(name, names, n);
	dj_fail(err, DJ_FAIL,
	        "no such table: %s%s%s%s (datajam datasets lists what is loaded, datajam roles what it can fill)",
	        name, near ? ": did you mean " : "", near ? near : "", near ? "?" : "");
	dj_arena_free(a);
	return DJ_FAIL;
}

static int explain_error(const dj_cli *cli, sqlite3 *db, const char *query, dj_err *err)
{
	static const char absent[] = "no such table: ";
	const char       *what = sqlite3_errmsg(db);
	int               at = sqlite3_error_offset(db);

	if (strncmp(what, absent, sizeof absent - 1) == 0 && !strstr(what, ": write "))
		return no_such_table(cli, what + sizeof absent - 1, err);
	if (at < 0)
		return dj_fail(err, DJ_FAIL, "%s (datajam datasets NAME lists columns)", sqlite3_errmsg(db));
	int from = at > 60 ? at - 60 : 0;
	for (int i = from; i < at; i++) /* the line that holds the place */
		if (query[i] == '\n')
			from = i + 1;
	int n = (int)strcspn(query + from, "\n");
	return dj_fail(err, DJ_FAIL, "%s\n  %.*s\n  %*s^ here (datajam datasets NAME lists columns)",
	               sqlite3_errmsg(db), n > 100 ? 100 : n, query + from, at - from, "");
}

static int print_rows(dj_cli *cli, sqlite3 *db, sqlite3_stmt *s, const char *query, dj_err *err)
{
	dj_out_form form = cli->json ? DJ_OUT_JSON : dj_cli_has(cli, "csv") ? DJ_OUT_CSV : DJ_OUT_TABLE;
	size_t      n = (size_t)sqlite3_column_count(s);
	const char *names[MOST_COLUMNS];
	int         rc;

	for (size_t i = 0; i < n && i < MOST_COLUMNS; i++)
		names[i] = sqlite3_column_name(s, (int)i);
	dj_out *o = dj_out_begin(stdout, form, names, n);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		for (size_t i = 0; i < n; i++)
			put_value(o, s, (int)i);
	dj_out_end(o);
	if (rc == SQLITE_INTERRUPT)
		return dj_fail(err, DJ_STOPPED, "stopped");
	return rc == SQLITE_DONE ? DJ_OK : explain_error(cli, db, query, err);
}

int dj_cmd_sql(dj_cli *cli, dj_err *err)
{
	const char   *query = cli->word[0], *tail = NULL;
	dj_catalogue *c;
	sqlite3      *db = NULL;
	sqlite3_stmt *s = NULL;

	int rc = dj_cli_catalogue(&c, cli, err);
	if (rc >= 0)
		rc = dj_snapshot_memory(&db, err);
	if (rc >= 0)
		rc = attach_all(db, cli, query, err);
	if (rc < 0)
		goto out;

	dj_cli_wake(cli);
	sqlite3_set_authorizer(db, only_reading, NULL);
	sqlite3_progress_handler(db, 10000, keep_going, cli);
	if (sqlite3_prepare_v2(db, query, -1, &s, &tail) != SQLITE_OK) {
		rc = sqlite3_errcode(db) == SQLITE_AUTH
		         ? dj_fail(err, DJ_FAIL,
		                   "only SELECT is allowed here (snapshots never change: load data again instead)")
		         : explain_error(cli, db, query, err);
		goto out;
	}
	if (!s || sqlite3_column_count(s) == 0)
		rc = dj_fail(err, DJ_USAGE, "that is no query (write SELECT ...)");
	else if (tail[strspn(tail, " \t\r\n;")])
		rc = dj_fail(err, DJ_USAGE, "one query at a time (what follows the first ';' was not run)");
	else
		rc = print_rows(cli, db, s, query, err);
out:
	sqlite3_finalize(s);
	sqlite3_close(db);
	return rc;
}
