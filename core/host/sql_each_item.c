/* each_item(list): a table function of one column, `value`, with a row for each item of a list. NULL has no items. */
#include "host/engine.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE, LIST };

typedef struct cursor {
	sqlite3_vtab_cursor base;
	void               *bytes; /* a copy of the list: the argument dies with the call */
	dj_list_reader      reader;
	dj_list_item        item;
	bool                over;
	sqlite3_int64       rowid;
} cursor;

static int connect(sqlite3 *db, void *user, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message)
{
	int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(value, list HIDDEN)");

	(void)user;
	(void)argc;
	(void)argv;
	(void)message;
	if (rc != SQLITE_OK)
		return rc;
	*out = dj_alloc_zero(1, sizeof **out);
	return sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
}

static int disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	bool unusable = false;

	(void)table;
	info->estimatedCost = 1000;
	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != LIST || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		if (!info->aConstraint[i].usable) {
			unusable = true;
			continue;
		}
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		info->idxNum = 1;
		info->estimatedCost = 10;
		return SQLITE_OK;
	}
	return unusable ? SQLITE_CONSTRAINT : SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	cursor *c = dj_alloc_zero(1, sizeof *c);

	(void)table;
	*out = &c->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
	cursor *c = (cursor *)base;

	free(c->bytes);
	free(c);
	return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
	cursor *c = (cursor *)base;

	c->over = !dj_list_next(&c->reader, &c->item);
	c->rowid++;
	return SQLITE_OK;
}

static int fail(cursor *c, const char *text)
{
	sqlite3_free(c->base.pVtab->zErrMsg);
	c->base.pVtab->zErrMsg = sqlite3_mprintf("%s", text);
	return SQLITE_ERROR;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *plan_text, int argc, sqlite3_value **argv)
{
	cursor *c = (cursor *)base;
	dj_err  err;

	(void)plan_text;
	free(c->bytes);
	c->bytes = NULL;
	c->rowid = 0;
	c->over = true;
	if (!plan || argc != 1)
		return fail(c, "each_item takes a list: each_item(list(x))");
	if (sqlite3_value_type(argv[0]) == SQLITE_NULL)
		return SQLITE_OK;
	if (sqlite3_value_type(argv[0]) != SQLITE_BLOB)
		return fail(c, "each_item takes a list, as list(x) makes it");

	size_t n = (size_t)sqlite3_value_bytes(argv[0]);
	c->bytes = dj_realloc(NULL, n, 1);
	if (n)
		memcpy(c->bytes, sqlite3_value_blob(argv[0]), n);
	if (dj_list_open(&c->reader, c->bytes, n, &err) < 0)
		return fail(c, err.text);
	return next(base);
}

static int eof(sqlite3_vtab_cursor *base)
{
	return ((cursor *)base)->over;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
	cursor *c = (cursor *)base;

	if (i != VALUE)
		return SQLITE_OK;
	if (c->item.type == DJ_DATA_INTEGER)
		sqlite3_result_int64(ctx, c->item.integer);
	else if (c->item.type == DJ_DATA_REAL)
		sqlite3_result_double(ctx, c->item.real);
	else
		sqlite3_result_text(ctx, c->item.text, (int)c->item.n, SQLITE_TRANSIENT);
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = ((cursor *)base)->rowid;
	return SQLITE_OK;
}

int dj_sql_each_item(sqlite3 *db)
{
	/* Without xCreate it is eponymous only: no statement can make a table of it. */
	static const sqlite3_module module = {.xConnect = connect,
	                                      .xBestIndex = best_index,
	                                      .xDisconnect = disconnect,
	                                      .xOpen = open_cursor,
	                                      .xClose = close_cursor,
	                                      .xFilter = filter,
	                                      .xNext = next,
	                                      .xEof = eof,
	                                      .xColumn = column,
	                                      .xRowid = rowid};

	return sqlite3_create_module_v2(db, "each_item", &module, NULL, NULL);
}
