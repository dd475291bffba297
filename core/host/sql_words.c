/* What SQLite said, in words that tell a plugin's author what to do, and with a caret at the place. */
#include "host/engine.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- The first word ---- */

static size_t skip_blank(const char *s, size_t n)
{
	size_t at = 0;

	for (;;) {
		while (at < n && isspace((unsigned char)s[at]))
			at++;
		if (at + 1 < n && s[at] == '-' && s[at + 1] == '-') {
			while (at < n && s[at] != '\n')
				at++;
		} else if (at + 1 < n && s[at] == '/' && s[at + 1] == '*') {
			const char *end = memmem(s + at + 2, n - at - 2, "*/", 2);
			at = end ? (size_t)(end - s) + 2 : n;
		} else {
			return at;
		}
	}
}

int dj_sql_first_word(const char *sql, size_t n, dj_err *err)
{
	static const struct {
		const char *word, *instead;
	} known[] = {{"INSERT", "make a temporary table with jam:table"},
	             {"CREATE", "make a temporary table with jam:table"},
	             {"REPLACE", "make a temporary table with jam:table"},
	             {"UPDATE", "data is read-only: calculate in SELECT"},
	             {"DELETE", "data is read-only: filter with WHERE"},
	             {"DROP", "data is read-only; jam:table takes the place of a table of its name"},
	             {"ALTER", "data is read-only: rename with AS"},
	             {"ATTACH", "data comes through roles: add it to needs or wants"},
	             {"PRAGMA", "jam:has and jam:sources tell what there is"},
	             {"EXPLAIN", "use it in datajam sql"},
	             {"VALUES", "write SELECT ... UNION ALL SELECT ..."}};
	size_t at = skip_blank(sql, n), end = at;

	while (end < n && isalpha((unsigned char)sql[end]))
		end++;
	size_t length = end - at;
	if (length == 6 && strncasecmp(sql + at, "SELECT", 6) == 0)
		return DJ_OK;
	if (length == 4 && strncasecmp(sql + at, "WITH", 4) == 0)
		return DJ_OK;
	if (at == n)
		return dj_fail(err, DJ_FAIL, "the SQL is empty (write a SELECT)");
	for (size_t i = 0; i < DJ_COUNT(known); i++)
		if (strlen(known[i].word) == length && strncasecmp(sql + at, known[i].word, length) == 0)
			return dj_fail(err, DJ_DENIED, "%s is refused: a plugin only reads (%s)", known[i].word,
			               known[i].instead);
	return dj_fail(err, DJ_DENIED, "only SELECT and WITH are taken, not \"%.*s\" (a plugin only reads)",
	               (int)(length ? length < 30 ? length : 30 : 1), sql + at);
}

static bool holds(const char *sql, size_t n, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= n; i++)
		if (strncasecmp(sql + i, word, length) == 0)
			return true;
	return false;
}

/* A name can not be written but by its own letters, so looking for them anywhere in the text leaves no way round. */
int dj_sql_names_only_roles(const char *sql, size_t n, dj_err *err)
{
	if (holds(sql, n, DJ_SNAPSHOT_SCHEMA))
		return dj_fail(err, DJ_DENIED,
		               "\"" DJ_SNAPSHOT_SCHEMA
		               "\" is refused in SQL: a plugin sees its roles only (add the role to needs or wants)");
	if (holds(sql, n, "sqlite_"))
		return dj_fail(
		    err, DJ_DENIED,
		    "\"sqlite_\" is refused in SQL: a plugin sees its roles only (jam:has and jam:sources tell what there is)");
	return DJ_OK;
}

/* ---- The caret ---- */

/* The line of the SQL that holds `at`, cut to what a terminal shows, and a caret below the place. */
static void add_caret(dj_buf *out, const char *sql, size_t n, size_t at)
{
	enum { BEFORE = 60, AFTER = 40 };
	size_t begin = at, end = at;

	while (begin > 0 && sql[begin - 1] != '\n' && at - begin < BEFORE)
		begin--;
	while (begin < at && ((unsigned char)sql[begin] & 0xc0) == 0x80)
		begin++; /* not in the middle of a character */
	while (end < n && sql[end] != '\n' && end - at < AFTER)
		end++;
	while (end > at && end < n && ((unsigned char)sql[end] & 0xc0) == 0x80)
		end--;
	dj_buf_text(out, "\n  ");
	for (size_t i = begin; i < end; i++)
		dj_buf_char(out, sql[i] == '\t' || sql[i] == '\r' ? ' ' : sql[i]);
	dj_buf_text(out, "\n  ");
	for (size_t i = begin; i < at; i++)
		if (((unsigned char)sql[i] & 0xc0) != 0x80) /* one column a character */
			dj_buf_char(out, ' ');
	dj_buf_char(out, '^');
}

/* ---- Names that are not there ---- */

static bool names_word(const char *sql, size_t n, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= n; i++) {
		bool alone =
		    (i == 0 || !(isalnum((unsigned char)sql[i - 1]) || sql[i - 1] == '_')) &&
		    (i + length == n || !(isalnum((unsigned char)sql[i + length]) || sql[i + length] == '_'));
		if (alone && strncasecmp(sql + i, word, length) == 0)
			return true;
	}
	return false;
}

static void add_columns(dj_buf *out, const dj_job_role *r)
{
	dj_buf_fmt(out, "%s has ", r->name);
	for (size_t i = 0; i < r->n_columns; i++)
		dj_buf_fmt(out, "%s, ", r->column[i].name);
	dj_buf_text(out, "_row and _dataset");
}

/* "no such column: foo": the roles that the SQL names, with their columns. */
static void add_missing_column(dj_buf *out, const dj_host *h, const char *column, const char *sql, size_t n)
{
	const char *bare = strrchr(column, '.') ? strrchr(column, '.') + 1 : column;
	bool        any = false;

	dj_buf_fmt(out, "no such column: %s", column);
	for (size_t i = 0; i < h->job.n_roles; i++) {
		const dj_job_role *r = &h->job.role[i];
		bool               other = false;

		if (!names_word(sql, n, r->name))
			continue;
		for (size_t k = 0; k < r->n_others; k++)
			other = other || strcasecmp(r->other[k], bare) == 0;
		dj_buf_text(out, any ? "; " : " (");
		if (other)
			dj_buf_fmt(out, "%s has a %s that was not asked for", r->name, bare);
		else
			add_columns(out, r);
		any = true;
	}
	if (any)
		dj_buf_text(out, "; add it to needs or wants)");
}

static void add_missing_table(dj_buf *out, const dj_host *h, const char *table)
{
	dj_buf_fmt(out, "no such table: %s (there ", table);
	size_t n = h->job.n_roles + h->n_tables;
	dj_buf_text(out, n == 1 ? "is " : "are ");
	for (size_t i = 0; i < h->job.n_roles; i++)
		dj_buf_fmt(out, "%s%s", i ? ", " : "", h->job.role[i].name);
	for (size_t i = 0; i < h->n_tables; i++)
		dj_buf_fmt(out, "%s%s", i + h->job.n_roles ? ", " : "", h->table[i].name);
	if (!n)
		dj_buf_text(out, "none");
	dj_buf_text(out, "; add a role to needs or wants, or make a table with jam:table)");
}

static int spent(const dj_host *h, int rc, dj_err *err)
{
	if (rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM)
		return dj_fail(
		    err, DJ_STOPPED,
		    "MEMORY: SQLite used %lld bytes, allowed %llu (a sort, a GROUP BY or a list over too many rows?)",
		    (long long)sqlite3_memory_used(), (unsigned long long)h->job.limits.heap_bytes);
	return dj_fail(
	    err, DJ_STOPPED,
	    "TIMEOUT: SQL steps: used %llu, allowed %llu (a join without a condition, or without an index?)",
	    (unsigned long long)(h->steps + h->step_ticks), (unsigned long long)h->job.limits.sql_steps);
}

static void add_message(dj_buf *out, dj_host *h, const char *said, const char *sql, size_t n)
{
	if (dj_text_starts(said, "no such column: "))
		add_missing_column(out, h, said + strlen("no such column: "), sql, n);
	else if (dj_text_starts(said, "no such table: "))
		add_missing_table(out, h, said + strlen("no such table: "));
	else if (dj_text_starts(said, "cannot modify "))
		dj_buf_text(out, "a plugin only reads (make a temporary table with jam:table)");
	else if (strcmp(said, "string or blob too big") == 0)
		dj_buf_fmt(out, "a text or list of more than %d MiB in SQL (select fewer rows, or shorter texts)",
		           DJ_MOST_LENGTH >> 20);
	else
		dj_buf_text(out, said);
}

int dj_sql_error(dj_host *h, int rc, const char *sql, size_t n, dj_err *err)
{
	dj_buf out = {0};
	int    at = sqlite3_error_offset(h->db);
	int    code = h->refusal[0] ? DJ_DENIED : DJ_FAIL;

	if (h->limit_spent || (rc & 0xff) == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM)
		return spent(h, rc, err);
	if (h->clock_asked) {
		h->clock_asked = false;
		return dj_fail(err, DJ_DENIED,
		               "'now' is refused: a run has no clock (use jam:now(), bound as a value)");
	}
	if (h->refusal[0])
		dj_buf_text(&out, h->refusal);
	else
		add_message(&out, h, sqlite3_errmsg(h->db), sql, n);
	h->refusal[0] = '\0';
	if (at >= 0 && (size_t)at <= n && !dj_text_wrong(sql, n, true))
		add_caret(&out, sql, n, (size_t)at);
	dj_fail(err, code, "%s", out.data);
	dj_buf_free(&out);
	return code;
}
