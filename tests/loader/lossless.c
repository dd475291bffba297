/*
 * A guess never loses data: random tables of awkward values are loaded, and every cell is held against its text. And
 * random bytes, which may be refused but do no harm.
 */
#include "loader_test.h"

#include "base/random.h"
#include "base/text.h"

#include <strings.h>

static const char *const pools[][8] = {
    {"1", "-2", "300", "0", "", "NA", "9007199254740993", "123456789012345678"},
    {"1", "2.50", "-.5", "3.", "1e6", "", "null", "9007199254740993"},
    {"007", "1", "+5", "12345678901234567890", "", "1.0", "-0", "0.1"},
    {"2017-01-02", "1999-12-31", "", "NA", "2017-01-02", "2017-02-28", "2024-02-29", "0001-01-01"},
    {"2017-01-02T10:00:00", "2017-01-02", "2017-01-02T10:00:00.5", "2017-13-02", "x", "",
     "2017-01-02T10:00:00", "NA"},
    {"true", "false", "", "NA", "true", "false", "true", "false"},
    {"true", "1", "FALSE", "yes", "", "0", "NA", "t"},
    {"a,b", "say \"\"x\"\"", "two\nlines", " space ", "", "NA", "caf\xC3\xA9", ";|\t"},
};

enum { POOLS = sizeof pools / sizeof *pools, ROWS = 12, COLUMNS = 4 };

typedef struct table {
	const char *cell[ROWS][COLUMNS];
	bool        quoted[ROWS][COLUMNS];
	dj_buf      text;
} table;

static void make(table *t, dj_random_state *random)
{
	dj_buf_reset(&t->text);
	dj_buf_text(&t->text, "c0,c1,c2,c3\r\n");
	int64_t pool[COLUMNS], most[COLUMNS];
	for (int c = 0; c < COLUMNS; c++) {
		pool[c] = dj_random_between(random, 0, POOLS - 1);
		most[c] = dj_random_between(random, 0, 7);
	}
	for (int r = 0; r < ROWS; r++)
		for (int c = 0; c < COLUMNS; c++) {
			const char *cell = pools[pool[c]][dj_random_between(random, 0, most[c])];
			bool        quoted = pool[c] == POOLS - 1 || dj_random_between(random, 0, 3) == 0;
			t->cell[r][c] = cell;
			t->quoted[r][c] = quoted;
			dj_buf_fmt(&t->text, quoted ? "\"%s\"" : "%s", cell);
			dj_buf_text(&t->text, c + 1 < COLUMNS ? "," : "\r\n");
		}
}

static bool is_null(const char *cell, bool quoted)
{
	return !*cell || (!quoted && (strcmp(cell, "NA") == 0 || strcmp(cell, "null") == 0));
}

/* Doubled quotes are one. */
static bool same_text(const char *cell, const char *stored)
{
	for (; *cell; cell++, stored++) {
		cell += cell[0] == '"' && cell[1] == '"';
		if (*cell != *stored)
			return false;
	}
	return !*stored;
}

static bool holds(sqlite3_stmt *s, int c, const char *cell, bool quoted)
{
	char   digits[32];
	double real;

	switch (sqlite3_column_type(s, c)) {
	case SQLITE_NULL: return is_null(cell, quoted);
	case SQLITE_INTEGER:
		snprintf(digits, sizeof digits, "%lld", sqlite3_column_int64(s, c));
		return strcmp(cell, digits) == 0 ||
		       strcasecmp(cell, sqlite3_column_int(s, c) ? "true" : "false") == 0;
	case SQLITE_FLOAT: /* no more digits than a double keeps */
		return dj_text_real(cell, strlen(cell), &real) && real == sqlite3_column_double(s, c) &&
		       strcmp(cell, "9007199254740993") != 0;
	default: return same_text(cell, (const char *)sqlite3_column_text(s, c));
	}
}

static void every_cell_is_kept(void **state)
{
	dj_random_state random = dj_random_seed(1, "lossless");
	table           t = {0};

	(void)state;
	for (int i = 0; i < 1500; i++) {
		make(&t, &random);
		loaded        l = load_bytes(",\"header\":true,\"separator\":\",\"", t.text.data, t.text.n, 0);
		sqlite3_stmt *s = NULL;
		if (l.rc < 0)
			fail_msg("%s\n%s", l.err.text, t.text.data);
		assert_int_equal(sqlite3_prepare_v2(l.db, "SELECT * FROM t ORDER BY rowid", -1, &s, NULL), SQLITE_OK);
		for (int r = 0; r < ROWS; r++) {
			assert_int_equal(sqlite3_step(s), SQLITE_ROW);
			for (int c = 0; c < COLUMNS; c++)
				if (!holds(s, c, t.cell[r][c], t.quoted[r][c]))
					fail_msg("row %d, column %d: '%s' became '%s' in\n%s", r, c, t.cell[r][c],
					         (const char *)sqlite3_column_text(s, c), t.text.data);
		}
		assert_int_equal(sqlite3_step(s), SQLITE_DONE);
		sqlite3_finalize(s);
		forget(&l);
	}
	dj_buf_free(&t.text);
}

/* Pieces of all formats in any order: whatever it is, all its records are rows or rejects, or it is refused. */
static void any_bytes(void **state)
{
	static const char *const pieces[] = {
	    "a",  ",",  "\n", "\"", "{\"a\":1}", "[",    "]", "{", "}",     ":", "\\u00e9",
	    "\r", "\t", ";",  "7",  " ",         "\xE9", "'", "|", "null,", "-", "\xEF\xBB\xBF"};
	dj_random_state random = dj_random_seed(2, "lossless");
	dj_buf          text = {0};

	(void)state;
	for (int i = 0; i < 4000; i++) {
		dj_buf_reset(&text);
		for (int64_t n = dj_random_between(&random, 1, 30); n > 0; n--)
			dj_buf_text(&text, pieces[dj_random_between(&random, 0, sizeof pieces / sizeof *pieces - 1)]);
		loaded l = load_bytes("", text.data, text.n, 0);
		if (l.rc < 0) {
			assert_true(*l.err.text);
		} else {
			const cJSON *its = first_table(&l);
			int          rejects = cJSON_GetObjectItem(its, "rejects")->valueint;
			assert_int_equal(number_of(l.db, "SELECT count(*) FROM t"),
			                 cJSON_GetObjectItem(its, "rows")->valueint);
			if (rejects)
				assert_int_equal(number_of(l.db, "SELECT count(*) FROM rejects"), rejects);
		}
		forget(&l);
	}
	dj_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_cell_is_kept), cmocka_unit_test(any_bytes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
