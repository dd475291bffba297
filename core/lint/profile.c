/* Pass one: every cell once. */
#include "lint/look.h"

#include "analysis/fold.h"
#include "lint/patterns.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

enum {
	VALUES = 1 << 14,     /* different values held of a column, at most */
	VALUES_ALL = 1 << 18, /* of all columns together */
	ROWS = 1 << 20,       /* different rows held */
	SAMPLE = 1 << 13,     /* numbers of a column for medians */
	SAMPLE_ALL = 1 << 20
};

/* ---- Names ---- */

void dj_profile_words(dj_buf *out, const char *name)
{
	dj_buf parted = {0}, folded = {0};
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++) {
		if (i && isupper((unsigned char)name[i]) && islower((unsigned char)name[i - 1]))
			dj_buf_char(&parted, '_');
		dj_buf_char(&parted, name[i]);
	}
	dj_buf_reset(out);
	dj_buf_char(out, '_');
	if (dj_fold(&folded, parted.data ? parted.data : "", parted.n, NULL) == DJ_OK)
		for (size_t i = 0; i < folded.n; i++) {
			unsigned char c = (unsigned char)folded.data[i];
			if (isalnum(c) || c >= 0x80)
				dj_buf_char(out, (char)c);
			else if (out->data[out->n - 1] != '_')
				dj_buf_char(out, '_');
		}
	if (out->data[out->n - 1] != '_')
		dj_buf_char(out, '_');
	dj_buf_free(&parted);
	dj_buf_free(&folded);
}

bool dj_words_any(const char *words, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(list[i]);
		for (const char *at = words; (at = strstr(at, list[i])); at++)
			if (at > words && at[-1] == '_' && at[k] == '_')
				return true;
	}
	return false;
}

bool dj_profile_number(const dj_profile *c)
{
	return c->type == DJ_COL_INTEGER || c->type == DJ_COL_REAL;
}

bool dj_profile_id(const dj_profile *c)
{
	return DJ_WORDS(c->words, "id", "ids", "key", "code", "no", "num", "number", "numero", "nr", "uid",
	                "uuid", "guid", "dguid", "fips", "zip", "cle", "ref", "ori");
}

/* ---- Cells ---- */

uint64_t dj_cell_in_row(uint64_t cell, size_t column)
{
	return dj_mix(cell + (column + 1) * 0x9e3779b97f4a7c15u);
}

static uint64_t number_hash(double v)
{
	uint64_t bits;
	int64_t  whole;

	if (fabs(v) < 9007199254740992.0 && v == floor(v)) { /* an integer, however the column keeps it */
		whole = (int64_t)v;
		return dj_mix((uint64_t)whole ^ 0x5bd1e995u);
	}
	memcpy(&bits, &v, sizeof bits);
	return dj_mix(bits);
}

uint64_t dj_cell_hash(sqlite3_stmt *row, int at, uint64_t *high)
{
	switch (sqlite3_column_type(row, at)) {
	case SQLITE_NULL: return 0x2545f4914f6cdd1du;
	case SQLITE_INTEGER: return dj_mix((uint64_t)sqlite3_column_int64(row, at) ^ 0x5bd1e995u);
	case SQLITE_FLOAT: return number_hash(sqlite3_column_double(row, at));
	default: break;
	}
	const char *s = (const char *)sqlite3_column_text(row, at);
	return dj_hash_text(s, (size_t)sqlite3_column_bytes(row, at), high);
}

static int order_of(const dj_buf *b, const char *s, size_t n)
{
	size_t least = b->n < n ? b->n : n;
	int    c = memcmp(b->data, s, least);

	return c ? c : (b->n > n) - (b->n < n);
}

static void keep(dj_buf *b, const char *s, size_t n)
{
	dj_buf_reset(b);
	dj_buf_add(b, s, n);
}

static void see_date(dj_profile *c, const dj_look *l, const char *s, size_t n, int64_t row)
{
	if (n >= 10 && memcmp(s, l->latest, 10) > 0)
		dj_rows_add(&c->future, row);
	else if (n >= 10 && memcmp(s, "1900-01-01", 10) < 0)
		dj_rows_add(&c->old, row);
}

static void see_text(dj_profile *c, const dj_look *l, const char *s, size_t n, uint64_t high, int64_t row)
{
	bool first = c->filled == 1;

	if (first || order_of(&c->least, s, n) > 0)
		keep(&c->least, s, n);
	if (first || order_of(&c->most, s, n) < 0)
		keep(&c->most, s, n);
	if (c->rising) {
		c->rising = first || order_of(&c->last, s, n) < 0;
		keep(&c->last, s, n);
	}
	c->bytes += (int64_t)n;
	if (c->type == DJ_COL_DATE || c->type == DJ_COL_INSTANT)
		see_date(c, l, s, n, row);
	if (n && (s[0] == ' ' || s[0] == '\t' || s[n - 1] == ' ' || s[n - 1] == '\t'))
		dj_rows_add(&c->edges, row);
	if ((high & 0x8080808080808080u) && dj_value_mojibake(s, n))
		dj_rows_add(&c->mojibake, row);
}

static void see_number(dj_profile *c, double v, bool sampled)
{
	bool first = c->filled == 1;

	c->rising = c->rising && (first || v > c->high);
	if (first || v < c->low)
		c->low = v;
	if (first || v > c->high)
		c->high = v;
	if (sampled && c->n_sample < c->cap_sample)
		c->sample[c->n_sample++] = v;
}

/* A value met for the first time: what it looks like is asked once, however often it comes. */
static void see_fresh(const dj_profile *c, dj_seen *e, sqlite3_stmt *row)
{
	bool number = sqlite3_column_type(row, (int)c->at) == SQLITE_INTEGER;

	if (c->type != DJ_COL_TEXT && c->type != DJ_COL_DATE && c->type != DJ_COL_INSTANT &&
	    c->type != DJ_COL_INTEGER)
		return;
	if (c->type == DJ_COL_INTEGER && !(number && llabs(sqlite3_column_int64(row, (int)c->at)) >= 100000000))
		return; /* short numbers are nobody's */
	const char *s = (const char *)sqlite3_column_text(row, (int)c->at);
	size_t      n = (size_t)sqlite3_column_bytes(row, (int)c->at);
	e->n = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
	if (!number && n <= DJ_SEEN_TEXT)
		e->text = dj_strndup(s, n);
	if (c->type == DJ_COL_TEXT || number)
		e->kinds = dj_value_kinds(s, n);
}

static uint64_t see_cell(dj_look *l, dj_profile *c, sqlite3_stmt *row, int64_t rowid, bool sampled)
{
	uint64_t high = 0, hash = dj_cell_hash(row, (int)c->at, &high);
	int      type = sqlite3_column_type(row, (int)c->at);
	bool     fresh;

	c->order = dj_mix(c->order ^ hash) + (uint64_t)rowid;
	if (type == SQLITE_NULL) {
		c->nulls++;
		return hash;
	}
	c->filled++;
	if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
		see_number(c, sqlite3_column_double(row, (int)c->at), sampled);
	else
		see_text(c, l, (const char *)sqlite3_column_text(row, (int)c->at),
		         (size_t)sqlite3_column_bytes(row, (int)c->at), high, rowid);
	dj_seen *e = dj_tally_add(&c->values, hash, rowid, &fresh);
	if (fresh)
		see_fresh(c, e, row);
	else if (e)
		c->unique = false;
	return hash;
}

/* ---- The table ---- */

static int prepare(sqlite3_stmt **out, const dj_look *l, char *sql, size_t n_columns, dj_err *err)
{
	int rc = sqlite3_prepare_v2(l->db, sql, -1, out, NULL);

	sqlite3_free(sql);
	if (rc == SQLITE_OK && sqlite3_column_count(*out) == (int)n_columns + 1)
		return DJ_OK;
	sqlite3_finalize(*out);
	*out = NULL;
	return dj_fail(err, DJ_FAIL, "%s.%s can not be read: %s (load it again)", l->dataset->name,
	               l->table->name,
	               rc == SQLITE_OK ? "it has other columns than were recorded" : sqlite3_errmsg(l->db));
}

int dj_look_failed(const dj_look *l, dj_err *err)
{
	return dj_fail(err, DJ_FAIL, "%s.%s can not be read: %s (load it again)", l->dataset->name,
	               l->table->name, sqlite3_errmsg(l->db));
}

int dj_look_select(sqlite3_stmt **out, const dj_look *l, dj_err *err)
{
	return prepare(out, l, sqlite3_mprintf("SELECT *, rowid FROM \"%w\"", l->table->name), l->n_columns, err);
}

int dj_look_column(sqlite3_stmt **out, const dj_look *l, const dj_profile *c, dj_err *err)
{
	return prepare(out, l, sqlite3_mprintf("SELECT \"%w\", rowid FROM \"%w\"", c->name, l->table->name), 1,
	               err);
}

static size_t share(size_t all, size_t columns, size_t least, size_t most)
{
	size_t n = all / (columns + 1);

	return n < least ? least : n > most ? most : n;
}

/* Gives how many rows may be sampled. */
static size_t begin_columns(dj_look *l)
{
	const dj_table_spec *spec = l->table->spec;
	size_t               most = share(VALUES_ALL, l->n_columns, 64, VALUES);
	size_t               sample = share(SAMPLE_ALL, l->n_columns, 256, SAMPLE);

	l->column = dj_arena_alloc(l->a, l->n_columns, sizeof *l->column);
	l->whole.most = ROWS;
	for (size_t i = 0; i < l->n_columns; i++) {
		dj_profile           *c = &l->column[i];
		const dj_column_def  *def = &l->table->column[i];
		const dj_column_spec *said = dj_table_spec_column(spec, def->name);
		dj_buf                words = {0};

		dj_profile_words(&words, def->name);
		c->name = def->name;
		c->words = dj_buf_keep(&words, l->a);
		c->type = def->type;
		c->at = i;
		c->sensitivity = dj_table_spec_sensitivity(spec, l->vocabulary, def->name);
		c->sensitivity_said = said && said->sensitivity_said;
		c->hidden =
		    c->sensitivity == DJ_SENSITIVITY_DIRECT || dj_table_spec_protects(spec, l->vocabulary, def->name);
		c->values.most = most;
		c->rising = c->unique = true;
		if (dj_profile_number(c)) {
			c->cap_sample = sample;
			c->sample = dj_alloc_zero(sample, sizeof *c->sample);
		}
	}
	return sample;
}

static int by_value(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* Median, and the median distance from it. */
static void end_column(dj_profile *c)
{
	size_t n = c->n_sample;

	if (!n)
		return;
	qsort(c->sample, n, sizeof *c->sample, by_value);
	c->median = (c->sample[(n - 1) / 2] + c->sample[n / 2]) / 2;
	double *away = dj_alloc_zero(n, sizeof *away);
	for (size_t i = 0; i < n; i++)
		away[i] = fabs(c->sample[i] - c->median);
	qsort(away, n, sizeof *away, by_value);
	c->spread = 1.4826 * (away[(n - 1) / 2] + away[n / 2]) / 2;
	free(away);
}

int dj_profile_table(dj_look *l, dj_err *err)
{
	sqlite3_stmt *row = NULL;
	uint64_t      one_in = (uint64_t)l->table->rows * 10 / (begin_columns(l) * 9) + 1;
	uint64_t      last = 0; /* a row is counted one later, when its place has come from memory */
	int64_t       last_id = 0;
	bool          fresh;
	int           rc, step;

	if ((rc = dj_look_select(&row, l, err)) < 0)
		goto out;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t  rowid = sqlite3_column_int64(row, (int)l->n_columns);
		bool     sampled = dj_mix((uint64_t)rowid) % one_in == 0;
		uint64_t all = 0;

		l->rows++;
		for (size_t i = 0; i < l->n_columns; i++)
			all += dj_cell_in_row(see_cell(l, &l->column[i], row, rowid, sampled), i);
		if (l->rows > 1)
			(void)dj_tally_add(&l->whole, last, last_id, &fresh);
		last = dj_mix(all);
		last_id = rowid;
		dj_tally_soon(&l->whole, last);
	}
	if (step != SQLITE_DONE)
		rc = dj_look_failed(l, err);
	if (l->rows)
		(void)dj_tally_add(&l->whole, last, last_id, &fresh);
	for (size_t i = 0; i < l->n_columns; i++) {
		l->column[i].unique = l->column[i].unique && !l->column[i].nulls && l->rows > 2;
		end_column(&l->column[i]);
	}
out:
	sqlite3_finalize(row);
	return rc;
}

void dj_profile_free(dj_look *l)
{
	for (size_t i = 0; l->column && i < l->n_columns; i++) {
		dj_profile *c = &l->column[i];
		dj_tally_free(&c->values);
		dj_buf_free(&c->least);
		dj_buf_free(&c->most);
		dj_buf_free(&c->last);
		free(c->sample);
	}
	dj_tally_free(&l->whole);
	dj_tally_free(&l->rest);
	dj_tally_free(&l->points);
	dj_tally_free(&l->named);
}
