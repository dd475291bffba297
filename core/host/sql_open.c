/*
 * The run's database: snapshots attached by descriptor, and over them a TEMP view for each role.
 *
 * A plugin's SQL must not be able to name a table of a snapshot at all: SQLite asks the authorizer about the columns that an
 * expression reads, but not about those of JOIN ... USING and NATURAL JOIN (3.40), so a column that was not declared could be
 * found out by joining with it. Therefore no text may hold the snapshots' schema names (query.c), and a bare name meets an
 * TEMP view that refuses, since TEMP is searched before what is attached. The authorizer is the second line.
 */
#include "host/engine.h"

#include "base/text.h"
#include "store/snapshot.h"

#include <stdio.h>
#include <string.h>

/* Part of every date function's 'now': noted, so that the query fails instead of giving some time or other. */
static int refuse_clock(sqlite3_vfs *vfs, double *out)
{
	((dj_host *)vfs->pAppData)->clock_asked = true;
	*out = 0;
	return SQLITE_ERROR;
}

#define HIDDEN_TABLE "hidden_table" /* the function that the view of a hidden table calls */

static int authorize(void *user, int action, const char *a, const char *b, const char *schema,
                     const char *through)
{
	dj_host *h = user;

	if (action == SQLITE_FUNCTION && !h->policy.trusted && sqlite3_stricmp(b, HIDDEN_TABLE) == 0) {
		snprintf(
		    h->refusal, sizeof h->refusal,
		    "reading %s is refused: it is a table of a dataset, and a plugin sees its roles only (add the role to needs or wants)",
		    through ? through : "it");
		return SQLITE_DENY;
	}
	/* `through` is no reason to allow anything: see policy.h */
	return dj_policy_decide(&h->policy, action, a, b, schema, h->refusal, sizeof h->refusal);
}

/* Never gets so far: the authorizer refuses the statement. */
static void hidden_table(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	(void)argc, (void)argv;
	sqlite3_result_error(ctx, "a table of a dataset is refused", -1);
}

enum { TICK = 1000 };

/* While one sqlite3_step goes on; between steps query.c counts. Non-zero ends the statement. */
static int tick(void *user)
{
	dj_host *h = user;

	h->step_ticks += TICK;
	if (!h->policy.trusted && h->job.limits.sql_steps && h->steps + h->step_ticks > h->job.limits.sql_steps)
		h->limit_spent = true;
	return h->limit_spent;
}

/* SQLite's own chance (temporary names, keys): the same in each run, and no file is opened for it. */
static int no_chance(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs;
	memset(out, 0x5a, (size_t)n);
	return n;
}

int dj_host_sql_open(dj_host *h, dj_err *err)
{
	sqlite3_vfs *vfs = NULL;
	int          rc;

	/* SQLite attaches ten at most: findings, when there are any, are the main database itself. */
	if (h->job.findings_fd >= 0)
		rc = dj_snapshot_open_fd(&h->db, h->job.findings_fd, err);
	else
		rc = dj_snapshot_memory(&h->db, err);
	for (size_t i = 0; rc == DJ_OK && i < h->job.n_databases; i++) {
		char schema[32];

		snprintf(schema, sizeof schema, DJ_SNAPSHOT_SCHEMA "%zu", i + 1);
		rc = dj_snapshot_attach(h->db, schema, h->job.database_fd[i], NULL, err);
	}
	if (rc < 0)
		return rc;
	if (sqlite3_vfs_find(NULL))
		sqlite3_vfs_find(NULL)->xRandomness = no_chance;
	if (sqlite3_file_control(h->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) == SQLITE_OK && vfs) {
		vfs->pAppData = h;
		vfs->xCurrentTime = refuse_clock;
	}
	return DJ_OK;
}

int dj_host_sql_own(dj_host *h, const char *sql, dj_err *err)
{
	bool before = h->policy.trusted;
	int  rc;

	h->policy.trusted = true;
	rc = sqlite3_exec(h->db, sql, NULL, NULL, NULL);
	h->policy.trusted = before;
	return rc == SQLITE_OK ? DJ_OK : dj_fail(err, DJ_FAIL, "%s", sqlite3_errmsg(h->db));
}

/* ---- Role views ---- */

static void add_text(sqlite3_str *to, const dj_job_column *c, const char *fill)
{
	int64_t integer;
	double  real;
	size_t  n = strlen(fill);

	if ((c->type == DJ_COL_INTEGER || c->type == DJ_COL_BOOLEAN) && dj_text_integer(fill, n, &integer))
		sqlite3_str_appendf(to, "%lld", integer);
	else if (c->type == DJ_COL_REAL && dj_text_real(fill, n, &real))
		sqlite3_str_appendf(to, "%!.17g", real);
	else
		sqlite3_str_appendf(to, "%Q", fill);
}

/* One member of a role: SELECT its columns, then _row and _dataset. No other expression, so that indexes serve. */
static void add_member(dj_host *h, sqlite3_str *to, const dj_job_role *r, const dj_job_member *m)
{
	const dj_job_source *s = &h->job.source[m->source - 1];
	const char          *schema = dj_arena_fmt(h->arena, DJ_SNAPSHOT_SCHEMA "%zu", s->database);

	sqlite3_str_appendall(to, "SELECT ");
	for (size_t i = 0; i < r->n_columns; i++) {
		if (m->cell[i].column) {
			sqlite3_str_appendf(to, "\"%w\"", m->cell[i].column);
			dj_policy_allow(&h->policy, schema, s->table, m->cell[i].column);
		} else if (m->cell[i].fill) {
			add_text(to, &r->column[i], m->cell[i].fill);
		} else {
			sqlite3_str_appendall(to, "NULL");
		}
		sqlite3_str_appendf(to, " AS \"%w\", ", r->column[i].name);
	}
	dj_policy_allow(&h->policy, schema, s->table, "ROWID");
	sqlite3_str_appendf(to, "%lld + rowid AS _row, %Q AS _dataset FROM %s.\"%w\"",
	                    (sqlite3_int64)m->source << DJ_ROW_SHIFT, s->dataset, schema, s->table);
}

static int run_built(dj_host *h, sqlite3_str *built, dj_err *err)
{
	char *sql = sqlite3_str_finish(built);
	int   rc = sql ? dj_host_sql_own(h, sql, err) : dj_fail(err, DJ_FAIL, "out of memory");

	sqlite3_free(sql);
	return rc;
}

static int make_view(dj_host *h, const dj_job_role *r, dj_err *err)
{
	sqlite3_str *to = sqlite3_str_new(h->db);

	sqlite3_str_appendf(to, "CREATE TEMP VIEW \"%w\" AS ", r->name);
	for (size_t i = 0; i < r->n_members; i++) {
		if (i)
			sqlite3_str_appendall(to, " UNION ALL ");
		add_member(h, to, r, &r->member[i]);
	}
	if (!r->n_members) { /* a wanted role that nobody fills is there, and empty */
		sqlite3_str_appendall(to, "SELECT ");
		for (size_t i = 0; i < r->n_columns; i++)
			sqlite3_str_appendf(to, "NULL AS \"%w\", ", r->column[i].name);
		sqlite3_str_appendall(to, "NULL AS _row, NULL AS _dataset WHERE 0");
	}
	dj_policy_allow(&h->policy, "temp", r->name, NULL);
	if (run_built(h, to, err) < 0)
		return dj_fail_in(err, "role %s", r->name);
	return DJ_OK;
}

/* Whether a role or a table of findings has this name: then it is what the bare name means already. */
static bool is_ours(const dj_host *h, const char *name)
{
	return dj_job_find_role_nocase(&h->job, name) ||
	       (h->job.findings_fd >= 0 && sqlite3_strnicmp(name, "finding", 7) == 0);
}

static int hide_table(dj_host *h, const char *name, dj_err *err)
{
	sqlite3_str *to;

	if (is_ours(h, name) || sqlite3_strnicmp(name, "sqlite_", 7) == 0)
		return DJ_OK;
	to = sqlite3_str_new(h->db);
	sqlite3_str_appendf(
	    to, "CREATE TEMP VIEW IF NOT EXISTS \"%w\" AS SELECT NULL AS hidden WHERE " HIDDEN_TABLE "()", name);
	return run_built(h, to, err);
}

/* Tables of the snapshots: nothing of them is told, not even how many rows they have. */
static int hide_tables(dj_host *h, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t d = 1; d <= h->job.n_databases && rc == DJ_OK; d++) {
		const char *sql = dj_arena_fmt(
		    h->arena,
		    "SELECT name FROM " DJ_SNAPSHOT_SCHEMA "%zu.sqlite_schema WHERE type IN ('table', 'view')", d);
		sqlite3_stmt *s = NULL;

		if (sqlite3_prepare_v2(h->db, sql, -1, &s, NULL) != SQLITE_OK)
			return dj_fail(err, DJ_FAIL, "%s", sqlite3_errmsg(h->db));
		while (rc == DJ_OK && sqlite3_step(s) == SQLITE_ROW)
			rc = hide_table(h, dj_arena_dup(h->arena, (const char *)sqlite3_column_text(s, 0)), err);
		sqlite3_finalize(s);
	}
	return rc;
}

/* The findings that the parent gave are plain tables: they are read as they are. */
static void allow_findings(dj_host *h)
{
	static const char *const tables[] = {"findings", "finding_subjects", "finding_values",
	                                     "finding_evidence"};

	for (size_t i = 0; i < DJ_COUNT(tables); i++)
		dj_policy_allow(&h->policy, "main", tables[i], NULL);
}

static int functions(dj_host *h, dj_err *err)
{
	int rc = dj_sql_scalars(h->db);

	if (rc == SQLITE_OK)
		rc = dj_sql_sums(h->db);
	if (rc == SQLITE_OK)
		rc = dj_sql_lists(h->db);
	if (rc == SQLITE_OK)
		rc = dj_sql_each_item(h->db);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(h->db, HIDDEN_TABLE, 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL,
		                                hidden_table, NULL, NULL, NULL);
	return rc == SQLITE_OK ? DJ_OK : dj_fail(err, DJ_FAIL, "SQL functions: %s", sqlite3_errmsg(h->db));
}

static void lower_limits(dj_host *h)
{
	sqlite3_limit(h->db, SQLITE_LIMIT_LENGTH, DJ_MOST_LENGTH);
	sqlite3_limit(h->db, SQLITE_LIMIT_SQL_LENGTH, DJ_MOST_TEXT);
	sqlite3_limit(h->db, SQLITE_LIMIT_VARIABLE_NUMBER, 999);
	sqlite3_limit(h->db, SQLITE_LIMIT_WORKER_THREADS, 0);
	if (h->job.limits.heap_bytes)
		sqlite3_hard_heap_limit64((sqlite3_int64)h->job.limits.heap_bytes);
}

int dj_host_sql_roles(dj_host *h, dj_err *err)
{
	int rc = functions(h, err);

	lower_limits(h);
	if (rc == DJ_OK)
		rc = dj_host_sql_own(h, "PRAGMA temp_store=MEMORY", err);
	if (rc == DJ_OK && h->job.shake)
		rc = dj_host_sql_own(h, "PRAGMA reverse_unordered_selects=1", err);
	for (size_t i = 0; rc == DJ_OK && i < h->job.n_roles; i++)
		rc = make_view(h, &h->job.role[i], err);
	/* A table function's first use writes to the schema, which no plugin may: so they are used once, here. */
	if (rc == DJ_OK)
		rc = dj_host_sql_own(h, "SELECT 1 FROM each_item(NULL), json_each(NULL), json_tree(NULL)", err);
	if (rc == DJ_OK)
		rc = hide_tables(h, err);
	if (rc < 0)
		return rc;
	dj_policy_allow(&h->policy, "main", "each_item", NULL);
	dj_policy_allow(&h->policy, "main", "json_each", NULL);
	dj_policy_allow(&h->policy, "main", "json_tree", NULL);
	if (h->job.findings_fd >= 0)
		allow_findings(h);
	sqlite3_set_authorizer(h->db, authorize, h);
	sqlite3_progress_handler(h->db, TICK, tick, h);
	return DJ_OK;
}
