#include "host/policy.h"

#include "base/mem.h"
#include "base/text.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * In byte order. Left out on purpose: random and randomblob (chance has jam:random), CURRENT_* (time has jam:now),
 * load_extension, zeroblob and what else makes BLOBs, and what tells of the connection or the library.
 */
static const char *const functions[] = {"->",
                                        "->>",
                                        "abs",
                                        "acos",
                                        "acosh",
                                        "asin",
                                        "asinh",
                                        "atan",
                                        "atan2",
                                        "atanh",
                                        "avg",
                                        "ceil",
                                        "ceiling",
                                        "char",
                                        "coalesce",
                                        "concat",
                                        "concat_ws",
                                        "cos",
                                        "cosh",
                                        "count",
                                        "cume_dist",
                                        "date",
                                        "datetime",
                                        "day",
                                        "degrees",
                                        "dense_rank",
                                        "exp",
                                        "first_value",
                                        "floor",
                                        "fold",
                                        "format",
                                        "geohash",
                                        "glob",
                                        "group_concat",
                                        "haversine_m",
                                        "hex",
                                        "hour",
                                        "ifnull",
                                        "iif",
                                        "instr",
                                        "json",
                                        "json_array",
                                        "json_array_length",
                                        "json_extract",
                                        "json_group_array",
                                        "json_group_object",
                                        "json_object",
                                        "json_quote",
                                        "json_type",
                                        "json_valid",
                                        "julianday",
                                        "lag",
                                        "last_value",
                                        "lead",
                                        "length",
                                        "like",
                                        "likelihood",
                                        "likely",
                                        "list",
                                        "ln",
                                        "log",
                                        "log10",
                                        "log2",
                                        "lower",
                                        "ltrim",
                                        "max",
                                        "min",
                                        "mod",
                                        "month",
                                        "nth_value",
                                        "ntile",
                                        "nullif",
                                        "octet_length",
                                        "percent_rank",
                                        "pi",
                                        "pow",
                                        "power",
                                        "printf",
                                        "quarter",
                                        "quote",
                                        "radians",
                                        "rank",
                                        "replace",
                                        "round",
                                        "row_number",
                                        "rtrim",
                                        "seconds",
                                        "sign",
                                        "sin",
                                        "sinh",
                                        "soundex",
                                        "sqrt",
                                        "strftime",
                                        "string_agg",
                                        "substr",
                                        "substring",
                                        "sum",
                                        "tan",
                                        "tanh",
                                        "time",
                                        "timediff",
                                        "total",
                                        "trim",
                                        "trunc",
                                        "typeof",
                                        "unicode",
                                        "unixepoch",
                                        "unlikely",
                                        "upper",
                                        "week",
                                        "year"};

static bool same(const char *a, const char *b)
{
	return sqlite3_stricmp(a ? a : "", b ? b : "") == 0;
}

static dj_policy_table *find(const dj_policy *p, const char *schema, const char *table)
{
	for (size_t i = 0; i < p->n; i++)
		if (same(p->table[i].table, table) && same(p->table[i].schema, schema))
			return &p->table[i];
	return NULL;
}

static bool lists(const dj_policy_table *t, const char *column)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (same(t->column[i], column))
			return true;
	return false;
}

void dj_policy_allow(dj_policy *p, const char *schema, const char *table, const char *column)
{
	dj_policy_table *t = find(p, schema, table);

	if (!t) {
		if (p->n == p->room) {
			p->room = p->room ? 2 * p->room : 16;
			p->table = dj_realloc(p->table, p->room, sizeof *p->table);
		}
		t = &p->table[p->n++];
		*t = (dj_policy_table){.schema = schema, .table = table};
		if (!column)
			return;
	}
	if (!column || lists(t, column))
		return;
	t->column = dj_realloc(t->column, t->n_columns + 1, sizeof *t->column);
	t->column[t->n_columns++] = column;
}

void dj_policy_forget(dj_policy *p, const char *schema, const char *table)
{
	dj_policy_table *t = find(p, schema, table);

	if (!t)
		return;
	free(t->column);
	*t = p->table[--p->n];
}

void dj_policy_free(dj_policy *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->table[i].column);
	free(p->table);
	*p = (dj_policy){0};
}

static int by_name(const void *a, const void *b)
{
	return sqlite3_stricmp(a, *(const char *const *)b);
}

static int decide_function(const char *name, char *why, size_t n)
{
	if (bsearch(name, functions, DJ_COUNT(functions), sizeof *functions, by_name))
		return SQLITE_OK;
	if (dj_text_starts(name, "current_"))
		snprintf(why, n, "%s is refused: a run has no clock (use jam:now(), bound as a value)", name);
	else if (same(name, "random") || same(name, "randomblob"))
		snprintf(why, n, "%s() is refused: it differs from run to run (use jam:random(\"name\"))", name);
	else
		snprintf(
		    why, n,
		    "%s() is refused: a plugin may use SQLite's plain functions and the toolkit's (see docs, SQL functions)",
		    name);
	return SQLITE_DENY;
}

static int decide_read(const dj_policy *p, const char *table, const char *column, const char *schema,
                       char *why, size_t n)
{
	const dj_policy_table *t = schema ? find(p, schema, table) : NULL;

	/*
	 * A table of which no column is read, as by count(*), comes as it is written: the column "", and the
	 * schema NULL where none is said. That is a role, a table of ours, or a common table expression:
	 * sql_open.c sees to it that nothing else has a name.
	 */
	if (!schema && !*column && sqlite3_strnicmp(table, "sqlite_", 7) != 0)
		return SQLITE_OK;
	if (t && (!t->column || !*column || lists(t, column)))
		return SQLITE_OK;
	if (sqlite3_strnicmp(table, "sqlite_", 7) == 0)
		snprintf(
		    why, n,
		    "reading %s is refused: a plugin sees its roles only (jam:has and jam:sources tell what there is)",
		    table);
	else if (t)
		snprintf(why, n,
		         "reading %s of %s.%s is refused: no role of this plugin has it (add it to needs or wants)",
		         column, schema, table);
	else
		snprintf(why, n,
		         "reading %s is refused: a plugin sees its roles only (add the role to needs or wants)",
		         table);
	return SQLITE_DENY;
}

static int refuse(const char *what, const char *instead, char *why, size_t n)
{
	snprintf(why, n, "%s is refused: %s", what, instead);
	return SQLITE_DENY;
}

int dj_policy_decide(const dj_policy *p, int action, const char *a, const char *b, const char *schema,
                     char *why, size_t why_n)
{
	static const char *const reads = "a plugin only reads (make a temporary table with jam:table)";

	if (p->trusted)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE: return SQLITE_OK;
	case SQLITE_FUNCTION: return decide_function(b ? b : "", why, why_n);
	case SQLITE_READ: return decide_read(p, a ? a : "", b ? b : "", schema, why, why_n);
	case SQLITE_INSERT: return refuse("INSERT", reads, why, why_n);
	case SQLITE_UPDATE:
		if (a &&
		    sqlite3_strnicmp(a, "sqlite_", 7) == 0) /* how SQLite asks for a table function's first use */
			return refuse("this table function", "there are each_item, json_each and json_tree", why, why_n);
		return refuse("UPDATE", reads, why, why_n);
	case SQLITE_DELETE: return refuse("DELETE", reads, why, why_n);
	case SQLITE_ATTACH:
		return refuse("ATTACH", "data comes through roles (add it to needs or wants)", why, why_n);
	case SQLITE_PRAGMA:
		return refuse("PRAGMA", "a plugin only reads (jam:has and jam:sources tell what there is)", why,
		              why_n);
	default: return refuse("this statement", reads, why, why_n);
	}
}
