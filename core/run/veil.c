/*
 * What native code is given of a snapshot. Lua sees roles through an authorizer; a C plugin holds the file
 * itself, so where the file has columns that point to persons or are protected and that the plugin did not
 * ask for, it gets a copy without them: only the tables that are bound, with the same rowids. The copy has no
 * name and is gone with the run.
 */
#include "run/inside.h"

#include "base/file.h"
#include "store/snapshot.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct veil {
	const dj_binding    *binding;
	const dj_vocabulary *vocabulary;
	size_t               database;
	sqlite3             *db;
	dj_err              *err;
} veil;

/* Whether the plugin asked for this column of this source, by any role. */
static bool asked(const dj_binding *b, size_t source, const char *column)
{
	for (size_t r = 0; r < b->n_roles; r++)
		for (size_t m = 0; m < b->role[r].n_members; m++)
			for (size_t k = 0; b->role[r].member[m].source == source && k < b->role[r].n_columns; k++) {
				const char *from = b->role[r].member[m].cell[k].column;

				if (from && strcmp(from, column) == 0)
					return true;
			}
	return false;
}

static bool personal(const veil *v, const dj_table_info *t, const char *column)
{
	return dj_table_spec_protects(t->spec, v->vocabulary, column) ||
	       dj_table_spec_sensitivity(t->spec, v->vocabulary, column) == DJ_SENSITIVITY_DIRECT;
}

/* The source of this table; n_sources: it is not bound. */
static size_t source_of(const veil *v, const dj_table_info *t)
{
	const dj_binding *b = v->binding;
	size_t            i = 0;

	while (i < b->n_sources && (b->source[i].database != v->database || b->source[i].table != t))
		i++;
	return i;
}

static bool hidden(const veil *v, const dj_table_info *t, size_t source, const char *column)
{
	return t->spec && personal(v, t, column) &&
	       (source == v->binding->n_sources || !asked(v->binding, source, column));
}

/* Rejected rows are raw text: whatever the table has, they may have. */
static bool has_hidden(const veil *v, const dj_dataset *d)
{
	for (size_t i = 0; i < d->n_tables; i++) {
		const dj_table_info *t = &d->table[i];
		size_t               source = source_of(v, t);

		if (!t->spec && t->rows > 0 && source == v->binding->n_sources)
			return true;
		for (size_t k = 0; k < t->n_columns; k++)
			if (hidden(v, t, source, t->column[k].name))
				return true;
	}
	return false;
}

/* ---- The copy ---- */

static int run(veil *v, char *sql)
{
	int rc = sql ? sqlite3_exec(v->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc == SQLITE_OK
	           ? DJ_OK
	           : dj_fail(v->err, DJ_FAIL, "a copy without what was not asked for: %s", sqlite3_errmsg(v->db));
}

static const char *storage(dj_coltype t)
{
	switch (t) {
	case DJ_COL_INTEGER:
	case DJ_COL_BOOLEAN: return "INTEGER";
	case DJ_COL_REAL: return "REAL";
	default: return "TEXT";
	}
}

static int copy_table(veil *v, const dj_table_info *t, size_t source)
{
	sqlite3_str *create = sqlite3_str_new(v->db), *names = sqlite3_str_new(v->db);
	char        *list;
	int          rc;

	sqlite3_str_appendf(create, "CREATE TABLE c.\"%w\"(", t->name);
	for (size_t k = 0, n = 0; k < t->n_columns; k++) {
		if (hidden(v, t, source, t->column[k].name))
			continue;
		sqlite3_str_appendf(create, "%s\"%w\" %s", n++ ? ", " : "", t->column[k].name,
		                    storage(t->column[k].type));
		sqlite3_str_appendf(names, ", \"%w\"", t->column[k].name);
	}
	if (!sqlite3_str_length(names))
		sqlite3_str_appendall(create, "nothing"); /* a table has a column; its rows are what counts */
	sqlite3_str_appendall(create, ")");
	list = sqlite3_str_finish(names);
	if ((rc = run(v, sqlite3_str_finish(create))) == DJ_OK)
		rc = run(v,
		         sqlite3_mprintf("INSERT INTO c.\"%w\"(rowid%s) SELECT rowid%s FROM s.\"%w\" ORDER BY rowid",
		                         t->name, list ? list : "", list ? list : "", t->name));
	sqlite3_free(list);
	return rc;
}

/* A path as SQLite's URI has it. sqlite3_free() it. */
static char *uri_path(const char *path)
{
	sqlite3_str *s = sqlite3_str_new(NULL);

	for (; *path; path++)
		sqlite3_str_appendf(s, strchr("%?#", *path) ? "%%%02X" : "%c", (unsigned char)*path);
	return sqlite3_str_finish(s);
}

static int copy_all(veil *v, const dj_dataset *d, int fd, const char *path)
{
	char *file = NULL;
	int   rc = dj_snapshot_memory(&v->db, v->err);

	if (rc < 0 || (rc = dj_snapshot_attach(v->db, "s", fd, NULL, v->err)) < 0)
		return rc;
	file = uri_path(path);
	rc =
	    run(v, sqlite3_mprintf("ATTACH 'file:%q?vfs=%s&mode=rwc' AS c", file, sqlite3_vfs_find(NULL)->zName));
	sqlite3_free(file);
	/* nothing but this process ever sees it before it is whole: no journal, no sync */
	if (rc < 0 ||
	    (rc = run(v, sqlite3_mprintf("PRAGMA c.journal_mode=OFF; PRAGMA c.synchronous=OFF; BEGIN"))) < 0)
		return rc;
	for (size_t i = 0; i < d->n_tables && rc == DJ_OK; i++) {
		size_t source = source_of(v, &d->table[i]);

		if (source < v->binding->n_sources)
			rc = copy_table(v, &d->table[i], source);
	}
	return rc < 0 ? rc : run(v, sqlite3_mprintf("COMMIT"));
}

int dj_veiled_copy(int *out_fd, const dj_binding *b, size_t database, int fd, const dj_vocabulary *vocabulary,
                   const dj_workspace *w, dj_err *err)
{
	veil              v = {.binding = b, .vocabulary = vocabulary, .database = database, .err = err};
	const dj_dataset *d = b->database[database];
	char             *folder = NULL, *path = NULL;
	int               rc;

	*out_fd = -1;
	if (!has_hidden(&v, d))
		return DJ_OK;
	if ((rc = dj_workspace_temp(&folder, w, "veil", err)) < 0)
		return rc;
	path = dj_path_join(folder, "copy.db");
	rc = copy_all(&v, d, fd, path);
	sqlite3_close(v.db);
	if (rc == DJ_OK && (*out_fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		rc = dj_fail_errno(err, "%s", path);
	dj_tree_remove(folder, NULL);
	free(path);
	free(folder);
	return rc;
}
