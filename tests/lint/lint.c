/* Runs lint.test: see there for how a case is written. Then: what a note may never hold. */
#include "lint/lint.h"

#include <ctype.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TABLES = 4, COLUMNS = 12 };

typedef struct made_table {
	char          name[32];
	dj_column_def column[COLUMNS];
	size_t        n;
	dj_buf        rows; /* lines, as they came */
} made_table;

typedef struct made {
	made_table     table[TABLES];
	size_t         n;
	dj_buf         manifest; /* of the columns' sensitivity */
	char           path[64];
	dj_arena      *a;
	dj_vocabulary *v;
	dj_places     *places;
} made;

#define fine(call)                               \
	do {                                         \
		if ((call) < 0)                          \
			fail_msg("%s: %s", #call, err.text); \
	} while (0)

/* ---- Making a dataset ---- */

static void set_columns(made *m, char *line)
{
	made_table *t = &m->table[m->n - 1];
	char       *save = NULL;

	for (char *c = strtok_r(line, ";", &save); c; c = strtok_r(NULL, ";", &save)) {
		char *type = strchr(c, ':'), *said;
		assert_non_null(type);
		*type++ = '\0';
		if ((said = strchr(type, ':')))
			*said++ = '\0';
		if (said)
			dj_buf_fmt(&m->manifest, "%s\"%s\": {\"sensitivity\": \"%s\"}", m->manifest.n ? ", " : "", c,
			           said);
		t->column[t->n].name = dj_arena_dup(m->a, c);
		t->column[t->n].type = dj_coltype_by_name(type);
		assert_int_not_equal(t->column[t->n++].type, DJ_COL_UNKNOWN);
	}
}

/* "@" and "@%5" in a row. */
static char *written(made *m, const char *row, int64_t number)
{
	dj_buf out = {0};

	for (const char *at = row; *at; at++) {
		if (*at == '@' && at[1] == '%') {
			char   *end;
			int64_t by = strtol(at + 2, &end, 10);
			dj_buf_fmt(&out, "%lld", (long long)(number % by));
			at = end - 1;
		} else if (*at == '@' && !isalpha((unsigned char)at[1])) {
			dj_buf_fmt(&out, "%lld", (long long)number);
		} else {
			dj_buf_char(&out, *at);
		}
	}
	return dj_buf_keep(&out, m->a);
}

static dj_cell cell_of(dj_coltype type, const char *s, size_t n)
{
	dj_cell c = {.kind = DJ_CELL_TEXT, .text = s, .n = n};

	if (n == 0)
		c.kind = DJ_CELL_NULL;
	else if (type == DJ_COL_INTEGER)
		c = (dj_cell){.kind = DJ_CELL_INTEGER, .integer = strtoll(s, NULL, 10)};
	else if (type == DJ_COL_REAL)
		c = (dj_cell){.kind = DJ_CELL_REAL, .real = strtod(s, NULL)};
	return c;
}

static void put_row(dj_snapshot_writer *w, const made_table *t, const char *row)
{
	dj_cell     cell[COLUMNS] = {{0}};
	const char *at = row;
	dj_err      err = {0};

	for (size_t i = 0; i < t->n; i++) {
		size_t n = strcspn(at, ";");
		cell[i] = cell_of(t->column[i].type, at, n);
		at += n + (at[n] == ';');
	}
	fine(dj_snapshot_writer_row(w, cell, &err));
}

static int64_t put_rows(made *m, dj_snapshot_writer *w, const made_table *t)
{
	int64_t rows = 0;
	char   *save = NULL, *lines = dj_arena_dup(m->a, t->rows.data ? t->rows.data : "");

	for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char   *rest = line;
		int64_t times = strtol(line, &rest, 10);
		if (rest == line || rest[0] != 'x' || rest[1] != ' ')
			times = 1, rest = line;
		else
			rest += 2;
		for (int64_t i = 1; i <= times; i++, rows++)
			put_row(w, t, written(m, rest, i));
	}
	return rows;
}

static void look(made *m, dj_lint *out)
{
	dj_snapshot_writer *w = NULL;
	dj_table_info      *info = dj_arena_alloc(m->a, m->n, sizeof *info);
	dj_manifest        *manifest = NULL;
	dj_buf              json = {0};
	dj_digest           djs1;
	dj_err              err = {0};

	strcpy(m->path, "/tmp/datajam-lint-XXXXXX");
	int fd = mkstemp(m->path);
	assert_true(fd >= 0);
	dj_buf_text(&json, "{\"format\": 1, \"name\": \"made\", \"tables\": [");
	fine(dj_snapshot_writer_open(&w, fd, NULL, &err));
	for (size_t i = 0; i < m->n; i++) {
		const made_table *t = &m->table[i];
		dj_buf_fmt(&json, "%s{\"name\": \"%s\", \"source\": \"x.csv\", \"columns\": {%s}}", i ? ", " : "",
		           t->name, i == 0 && m->manifest.n ? m->manifest.data : "");
		fine(dj_snapshot_writer_table(w, t->name, t->column, t->n, &err));
		info[i] = (dj_table_info){
		    .name = t->name, .column = t->column, .n_columns = t->n, .rows = put_rows(m, w, t)};
	}
	dj_buf_text(&json, "]}");
	fine(dj_snapshot_writer_finish(w, &djs1, &err));
	dj_snapshot_writer_free(w);
	close(fd);
	fine(dj_manifest_parse(&manifest, json.data, json.n, NULL, m->v, &err));
	for (size_t i = 0; i < m->n; i++)
		info[i].spec = &manifest->table[i];
	const dj_dataset d = {.name = "made",
	                      .path = m->path,
	                      .manifest = manifest,
	                      .loaded = "2024-05-01T12:00:00Z",
	                      .table = info,
	                      .n_tables = m->n};
	fine(dj_lint_dataset(out, &d, m->v, m->places, m->a, &err));
	dj_manifest_free(manifest);
	unlink(m->path);
	dj_buf_free(&json);
}

/* ---- Cases ---- */

static char *told(made *m, const dj_lint *lint, bool examples)
{
	dj_buf out = {0};

	for (size_t t = 0; t < lint->n; t++)
		for (size_t i = 0; i < lint->table[t].n_notes; i++) {
			const dj_lint_note *n = &lint->table[t].note[i];
			dj_buf_fmt(&out, "=> %s ", n->code);
			for (size_t k = 0; k < n->n_columns; k++)
				dj_buf_fmt(&out, "%s%s", k ? "+" : "", n->column[k]);
			dj_buf_fmt(&out, "%s %lld", n->n_columns ? "" : ".", (long long)n->rows);
			for (size_t k = 0; k < n->n_examples && examples; k++)
				dj_buf_fmt(&out, "%c%lld", k ? ',' : ' ', (long long)n->example[k]);
			dj_buf_char(&out, '\n');
		}
	if (!out.n)
		dj_buf_text(&out, "=> nothing\n");
	return dj_buf_keep(&out, m->a);
}

/* Expected lines may leave the rowids out: so may what is compared with them. */
static bool same(const char *want, const char *got)
{
	while (*want && *got) {
		size_t n = strcspn(want, "\n"), k = strcspn(got, "\n");
		if (n > k || memcmp(want, got, n) != 0 || (n < k && (got[n] != ' ')))
			return false;
		want += n + 1;
		got += k + 1;
	}
	return *want == *got;
}

static void begin_table(made *m, const char *name)
{
	made_table *t = &m->table[m->n++];

	assert_true(m->n <= TABLES);
	*t = (made_table){.n = 0};
	snprintf(t->name, sizeof t->name, "%s", name);
}

static void set_up(made *m)
{
	const char *source = getenv("DJ_SOURCE");
	dj_err      err = {0};

	*m = (made){.a = dj_arena_new()};
	fine(dj_vocabulary_load(&m->v, source ? source : "../..", &err));
	fine(dj_places_read(&m->places, "places.csv", "place_names.csv", &err));
}

static void clear(made *m)
{
	for (size_t i = 0; i < m->n; i++)
		dj_buf_free(&m->table[i].rows);
	dj_buf_free(&m->manifest);
	m->n = 0;
}

static void tear_down(made *m)
{
	clear(m);
	dj_places_free(m->places);
	dj_vocabulary_free(m->v);
	dj_arena_free(m->a);
}

static bool finish(made *m, const char *title, dj_buf *want)
{
	dj_lint lint;
	bool    ok = true;

	if (m->n) {
		look(m, &lint);
		const char *got = told(m, &lint, true);
		ok = same(want->data, got);
		if (!ok)
			printf("%s\nwant\n%sgot\n%s\n", title, want->data, got);
	}
	clear(m);
	dj_buf_reset(want);
	return ok;
}

static void cases(void **state)
{
	(void)state;
	char   line[512], title[512] = "";
	dj_buf want = {0};
	made   m;
	int    ran = 0, failed = 0;
	FILE  *in = fopen("lint.test", "r");

	set_up(&m);
	assert_non_null(in);
	while (fgets(line, sizeof line, in)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		if (strncmp(line, "-- ", 3) == 0) {
			failed += !finish(&m, title, &want);
			memcpy(title, line, sizeof line);
			begin_table(&m, "made");
			ran++;
		} else if (strncmp(line, "table ", 6) == 0) {
			begin_table(&m, line + 6);
		} else if (strncmp(line, "=> ", 3) == 0) {
			dj_buf_fmt(&want, "%s\n", line);
		} else if (m.table[m.n - 1].n == 0) {
			set_columns(&m, line);
		} else {
			dj_buf_fmt(&m.table[m.n - 1].rows, "%s\n", line);
		}
	}
	failed += !finish(&m, title, &want);
	fclose(in);
	dj_buf_free(&want);
	tear_down(&m);
	assert_int_equal(failed, 0);
	assert_true(ran >= 50);
}

/* A note says where to look and never what stands there; a column that seems personal shows no value. */
static void personal_values_are_not_told(void **state)
{
	(void)state;
	char    columns[] = "email:text;note:text;n:integer";
	made    m;
	dj_lint lint;
	dj_buf  json = {0};

	set_up(&m);
	begin_table(&m, "made");
	set_columns(&m, columns);
	dj_buf_text(&m.table[0].rows,
	            "secret1@example.org;call 613-555-0199;1\nsecret2@example.org;call 613-555-0198;1\n"
	            "secret3@example.org;call 613-555-0197;2\n");
	look(&m, &lint);
	dj_lint_json(&json, &lint.table[0]);
	assert_null(strstr(json.data, "secret"));
	assert_null(strstr(json.data, "555"));
	assert_non_null(strstr(json.data, "\"personal-data\""));
	assert_true(lint.table[0].column[0].hidden && !lint.table[0].column[0].least);
	assert_string_equal(lint.table[0].column[2].least, "1");
	assert_int_equal(lint.table[0].column[2].distinct, 2);
	assert_true(lint.table[0].column[0].key);
	dj_buf_free(&json);
	tear_down(&m);
}

/* Of what keeps a column from being numbers only marks are named: a word may be a name. */
static void marks_are_named_and_words_are_not(void **state)
{
	(void)state;
	char    columns[] = "a:text;b:text;c:integer";
	made    m;
	dj_lint lint;

	set_up(&m);
	begin_table(&m, "made");
	set_columns(&m, columns);
	for (int i = 0; i < 20; i++)
		dj_buf_fmt(&m.table[0].rows, "%d;%d;%d\n", i, 2 * i, i);
	dj_buf_text(&m.table[0].rows, "..;Anne;20\n..;Anne;21\n");
	look(&m, &lint);
	assert_int_equal(lint.table[0].n_notes, 2);
	assert_non_null(strstr(lint.table[0].note[0].en, "\"..\""));
	assert_null(strstr(lint.table[0].note[1].en, "Anne"));
	tear_down(&m);
}

/* Past its bounds a count is an estimate and says so; a key is checked to the last row all the same. */
static void large_tables_are_estimated(void **state)
{
	(void)state;
	enum { ROWS = 60000 };
	char    columns[] = "id:integer;twice_id:integer;word:text";
	made    m;
	dj_lint lint;

	set_up(&m);
	begin_table(&m, "made");
	set_columns(&m, columns);
	for (int i = 0; i < ROWS; i++)
		dj_buf_fmt(&m.table[0].rows, "%d;%d;w%d\n", (i * 7919) % 60013, i == 59999 ? 31 : (i * 31) % 60013,
		           i / 2);
	look(&m, &lint);
	const dj_lint_column *c = lint.table[0].column;
	assert_true(c[0].key && !c[0].about && c[0].distinct == ROWS);
	assert_true(!c[1].key && c[1].about && c[1].distinct > ROWS * 9 / 10);
	assert_true(c[2].about && c[2].distinct > 27000 && c[2].distinct < 33000);
	assert_string_equal(told(&m, &lint, true), "=> nearly-key twice_id 1 60000\n");
	tear_down(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases), cmocka_unit_test(personal_values_are_not_told),
	    cmocka_unit_test(marks_are_named_and_words_are_not), cmocka_unit_test(large_tables_are_estimated)};

	return cmocka_run_group_tests_name("lint/lint", tests, NULL, NULL);
}
