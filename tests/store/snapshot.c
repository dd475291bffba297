/* What a writer is given is what a reader finds, and its digest is that of what is there. */
#include "store_test.h"

#include <fcntl.h>
#include <math.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/snapshot.h"

static const char *const nasty_names[] = {
    "a",         "A b", "\"quoted\"", "it's", "semi;colon", "sélection", "select",
    "new\nline", "x]",  "[",          "`",    "?1",         "100%",      ".",
};

enum { NASTY = sizeof nasty_names / sizeof *nasty_names };

static dj_cell integer(int64_t v)
{
	return (dj_cell){.kind = DJ_CELL_INTEGER, .integer = v};
}

static dj_cell real(double v)
{
	return (dj_cell){.kind = DJ_CELL_REAL, .real = v};
}

static dj_cell text(const char *s)
{
	return (dj_cell){.kind = DJ_CELL_TEXT, .text = s, .n = strlen(s)};
}

static dj_snapshot_writer *begin(int *fd)
{
	dj_snapshot_writer *w = NULL;
	dj_err              err = {0};

	*fd = memfd_create("snapshot", MFD_CLOEXEC);
	assert_true(*fd >= 0);
	fine(dj_snapshot_writer_open(&w, *fd, NULL, &err));
	return w;
}

/* Ends the writer and opens what it wrote; its digest must be that of the file. */
static sqlite3 *finish(dj_snapshot_writer *w, int fd, dj_digest *out)
{
	dj_digest again;
	sqlite3  *db = NULL;
	dj_err    err = {0};

	fine(dj_snapshot_writer_finish(w, out, &err));
	dj_snapshot_writer_free(w);
	fine(dj_snapshot_open_fd(&db, fd, &err));
	fine(dj_snapshot_digest(&again, db, &err));
	assert_int_equal(dj_digest_compare(out, &again), 0);
	return db;
}

static sqlite3_stmt *row_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	return s;
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = row_of(db, sql);
	int64_t       n = sqlite3_column_int64(s, 0);

	sqlite3_finalize(s);
	return n;
}

static void hex_is(const dj_digest *d, const char *want)
{
	char hex[65];

	dj_digest_hex(hex, d);
	assert_string_equal(hex, want);
}

static void nasty_names_come_back(void **state)
{
	dj_column_def column[NASTY];
	dj_cell       cell[NASTY];
	dj_digest     digest;
	dj_err        err = {0};
	int           fd;

	(void)state;
	for (int i = 0; i < NASTY; i++) {
		column[i] = (dj_column_def){nasty_names[i], DJ_COL_TEXT};
		cell[i] = text(nasty_names[NASTY - 1 - i]);
	}
	dj_snapshot_writer *w = begin(&fd);
	for (int i = 2; i < NASTY; i++) {
		fine(dj_snapshot_writer_table(w, nasty_names[i], column, NASTY, &err));
		fine(dj_snapshot_writer_row(w, cell, &err));
	}
	sqlite3      *db = finish(w, fd, &digest);
	sqlite3_stmt *s = row_of(db, "SELECT * FROM \"it's\"");
	for (int i = 0; i < NASTY; i++) {
		assert_string_equal(sqlite3_column_name(s, i), nasty_names[i]);
		assert_string_equal((const char *)sqlite3_column_text(s, i), nasty_names[NASTY - 1 - i]);
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	close(fd);
}

/* Each type with the values that SQLite is tempted to make another of. */
static void values_come_back_as_they_were(void **state)
{
	const dj_column_def column[] = {{"t", DJ_COL_TEXT},    {"i", DJ_COL_INTEGER}, {"r", DJ_COL_REAL},
	                                {"b", DJ_COL_BOOLEAN}, {"d", DJ_COL_DATE},    {"at", DJ_COL_INSTANT},
	                                {"u", DJ_COL_UNKNOWN}};
	const dj_cell       cell[] = {
	          text("00012345678901234567890"), integer(INT64_MIN), real(-0.0), integer(1), text("2024"),
	          text("2024-01-01T00:00:00"),     text("1e3")};
	dj_digest digest;
	dj_err    err = {0};
	int       fd;

	(void)state;
	dj_snapshot_writer *w = begin(&fd);
	fine(dj_snapshot_writer_table(w, "t", column, 7, &err));
	fine(dj_snapshot_writer_row(w, cell, &err));
	sqlite3      *db = finish(w, fd, &digest);
	sqlite3_stmt *s =
	    row_of(db, "SELECT *, typeof(t) || typeof(i) || typeof(r) || typeof(b) || typeof(d) || typeof(at) "
	               "|| typeof(u) FROM t");
	assert_string_equal((const char *)sqlite3_column_text(s, 0), "00012345678901234567890");
	assert_true(sqlite3_column_int64(s, 1) == INT64_MIN);
	assert_string_equal((const char *)sqlite3_column_text(s, 4), "2024");
	assert_string_equal((const char *)sqlite3_column_text(s, 6), "1e3");
	assert_string_equal((const char *)sqlite3_column_text(s, 7), "textintegerrealintegertexttexttext");
	sqlite3_finalize(s);
	sqlite3_close(db);
	close(fd);
}

static void misfits_are_refused(void **state)
{
	const struct {
		dj_coltype type;
		dj_cell    cell;
	} bad[] = {
	    {DJ_COL_TEXT, integer(1)},    {DJ_COL_INTEGER, text("1")},   {DJ_COL_INTEGER, real(1)},
	    {DJ_COL_BOOLEAN, integer(2)}, {DJ_COL_REAL, real(INFINITY)}, {DJ_COL_REAL, real(NAN)},
	    {DJ_COL_DATE, integer(2024)},
	};
	dj_err err = {0};
	int    fd;

	(void)state;
	dj_snapshot_writer *w = begin(&fd);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char          name[8];
		dj_column_def column = {"value", bad[i].type};
		snprintf(name, sizeof name, "t%zu", i);
		fine(dj_snapshot_writer_table(w, name, &column, 1, &err));
		wrong(dj_snapshot_writer_row(w, &bad[i].cell, &err), "column value is");
	}
	dj_snapshot_writer_free(w);
	close(fd);
}

static void taken_names_are_refused(void **state)
{
	static const char *const tables[] = {"", "sqlite_x", "SQLITE_stat1", "_datajam_meta", "T"};
	static const char *const columns[] = {"rowid", "ROWID", "oid", "_rowid_", "_row", "_dataset", ""};
	dj_column_def            good = {"a", DJ_COL_TEXT};
	dj_err                   err = {0};
	int                      fd;

	(void)state;
	dj_snapshot_writer *w = begin(&fd);
	fine(dj_snapshot_writer_table(w, "t", &good, 1, &err));
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		wrong(dj_snapshot_writer_table(w, tables[i], &good, 1, &err), "table");
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		dj_column_def bad = {columns[i], DJ_COL_TEXT};
		wrong(dj_snapshot_writer_table(w, "u", &bad, 1, &err), "can not be named");
	}
	wrong(dj_snapshot_writer_table(w, "u", &good, 0, &err), "0 columns");
	dj_snapshot_writer_free(w);
	close(fd);
}

static void write_numbers(dj_snapshot_writer *w, const char *name, dj_coltype type, int from, int to)
{
	dj_column_def column = {"n", type};
	dj_err        err = {0};

	fine(dj_snapshot_writer_table(w, name, &column, 1, &err));
	for (int i = from; i < to; i++) {
		char    word[16];
		dj_cell cell = integer(i);
		if (i % 4096 == 0)
			fine(dj_snapshot_writer_place(w, (uint64_t)i * 10, (uint64_t)i + 2, &err));
		if (type == DJ_COL_TEXT) {
			snprintf(word, sizeof word, "%d", i);
			cell = text(word);
		}
		fine(dj_snapshot_writer_row(w, &cell, &err));
	}
}

static void *bytes_of(int fd, size_t *n)
{
	struct stat st;
	void       *bytes;

	assert_int_equal(fstat(fd, &st), 0);
	*n = (size_t)st.st_size;
	bytes = dj_alloc_zero(*n, 1);
	assert_int_equal(pread(fd, bytes, *n, 0), st.st_size);
	return bytes;
}

/* Equal content, equal bytes: also when a table was begun with another type and thrown away, first or later. */
static void dropping_leaves_no_trace(void **state)
{
	dj_digest a, b;
	int       fd_a, fd_b;
	size_t    n_a, n_b;
	dj_err    err = {0};

	(void)state;
	dj_snapshot_writer *w = begin(&fd_a);
	write_numbers(w, "one", DJ_COL_TEXT, 0, 20000);
	write_numbers(w, "two", DJ_COL_TEXT, 0, 10000);
	sqlite3_close(finish(w, fd_a, &a));
	w = begin(&fd_b);
	wrong(dj_snapshot_writer_drop(w, &err), "no table was begun");
	write_numbers(w, "one", DJ_COL_INTEGER, 0, 15000);
	fine(dj_snapshot_writer_drop(w, &err));
	write_numbers(w, "one", DJ_COL_TEXT, 0, 20000);
	for (int i = 0; i < 3; i++) {
		write_numbers(w, "two", i ? DJ_COL_REAL : DJ_COL_INTEGER, 0, 30000);
		fine(dj_snapshot_writer_drop(w, &err));
	}
	wrong(dj_snapshot_writer_drop(w, &err), "no table was begun");
	write_numbers(w, "two", DJ_COL_TEXT, 0, 10000);
	sqlite3 *db = finish(w, fd_b, &b);
	assert_int_equal(ask(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	assert_int_equal(ask(db, "SELECT count(*) FROM _datajam_places"), 5 + 3);
	assert_int_equal(ask(db, "SELECT row FROM _datajam_places WHERE tab = 'two' AND line = 8194"), 8193);
	sqlite3_close(db);
	assert_int_equal(dj_digest_compare(&a, &b), 0);
	void *bytes_a = bytes_of(fd_a, &n_a), *bytes_b = bytes_of(fd_b, &n_b);
	assert_int_equal(n_a, n_b);
	assert_memory_equal(bytes_a, bytes_b, n_a);
	free(bytes_a);
	free(bytes_b);
	close(fd_a);
	close(fd_b);
}

/*
 * So many tables that the schema outgrows its first page, and the last begun once with so many rows that SQLite wrote
 * pages of the schema before it was dropped: they are put back too.
 */
static void dropping_with_a_large_schema(void **state)
{
	enum { TABLES = 200, LONG = 12000, ROWS = 1500 };
	const dj_column_def column = {"a", DJ_COL_TEXT};
	char               *long_text = dj_alloc_zero(LONG + 1, 1), name[16];
	dj_digest           digest;
	dj_err              err = {0};
	int                 fd;

	(void)state;
	memset(long_text, 'x', LONG);
	dj_cell             cell = text(long_text);
	dj_snapshot_writer *w = begin(&fd);
	for (int t = 0; t < TABLES; t++) {
		snprintf(name, sizeof name, "t%d", t);
		fine(dj_snapshot_writer_table(w, name, &column, 1, &err));
	}
	for (int i = 0; i < ROWS; i++)
		fine(dj_snapshot_writer_row(w, &cell, &err));
	fine(dj_snapshot_writer_drop(w, &err));
	fine(dj_snapshot_writer_table(w, name, &column, 1, &err));
	fine(dj_snapshot_writer_row(w, &cell, &err));
	sqlite3 *db = finish(w, fd, &digest);
	assert_int_equal(ask(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	assert_int_equal(ask(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 't%'"), TABLES);
	assert_int_equal(ask(db, "SELECT count(*) FROM t199"), 1);
	sqlite3_close(db);
	close(fd);
	free(long_text);
}

/*
 * DJS1 put together byte by byte from its definition (docs/digests.md). A change of the definition changes the name of
 * every snapshot there is, so it must be meant.
 */
static void djs1_is_as_defined(void **state)
{
	const dj_column_def column[] = {{"n", DJ_COL_INTEGER}, {"w", DJ_COL_TEXT}};
	const dj_cell       cell[] = {integer(-2), text("hi")};
	const dj_cell       null[] = {{.kind = DJ_CELL_NULL}, {.kind = DJ_CELL_NULL}};
	static const char   block[] = "\x04"
	                              "\3\1\x11\xfehi" /* a header of 3 bytes, an integer of 1, a text of 2 */
	                              "\3\0\0";
	static const char   head[] = "\x03\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1t\0\0\0\0\0\0\0\2"
	                             "\0\0\0\0\0\0\0\1n\0\0\0\0\0\0\0\7integer\0\0\0\0\0\0\0\1w\0\0\0\0\0\0\0\4text"
	                             "\0\0\0\0\0\0\0\2";
	dj_digest           digest, want = dj_sha256_of(block, sizeof block - 1);
	dj_buf              root = {0};
	dj_err              err = {0};
	char                hex[65];
	int                 fd;

	(void)state;
	dj_buf_add(&root, head, sizeof head - 1);
	dj_buf_add(&root, want.byte, sizeof want.byte);
	want = dj_sha256_of(root.data, root.n);
	dj_buf_free(&root);
	dj_snapshot_writer *w = begin(&fd);
	fine(dj_snapshot_writer_table(w, "t", column, 2, &err));
	fine(dj_snapshot_writer_row(w, cell, &err));
	fine(dj_snapshot_writer_row(w, null, &err));
	sqlite3_close(finish(w, fd, &digest));
	dj_digest_hex(hex, &want);
	hex_is(&digest, hex);
	close(fd);
}

/* More than a block of rows; order of tables is no content, order and type of rows is. */
static void djs1_tells_apart(void **state)
{
	dj_digest base, other;
	int       fd;

	(void)state;
	for (int variant = 0; variant < 5; variant++) {
		dj_snapshot_writer *w = begin(&fd);
		if (variant == 1)
			write_numbers(w, "b", DJ_COL_TEXT, 0, 3);
		write_numbers(w, variant == 2 ? "c" : "a", variant == 3 ? DJ_COL_REAL : DJ_COL_INTEGER, variant == 4,
		              70000);
		if (variant != 1)
			write_numbers(w, "b", DJ_COL_TEXT, 0, 3);
		sqlite3_close(finish(w, fd, variant ? &other : &base));
		if (variant)
			assert_int_equal(dj_digest_compare(&base, &other) == 0, variant == 1);
		close(fd);
	}
}

/* A value changed behind our back is seen by the digest made again. */
static void a_changed_value_is_seen(void **state)
{
	char     *dir = scratch_folder(), *path = dj_path_join(dir, "100% #1?.db");
	dj_digest written, read;
	dj_err    err = {0};
	sqlite3  *db = NULL;
	int       fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	dj_snapshot_writer *w = NULL;
	fine(dj_snapshot_writer_open(&w, fd, NULL, &err));
	write_numbers(w, "a", DJ_COL_INTEGER, 0, 100);
	sqlite3_close(finish(w, fd, &written));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE a SET n = 51 WHERE n = 50", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	fine(dj_snapshot_open(&db, path, &err));
	fine(dj_snapshot_digest(&read, db, &err));
	assert_int_not_equal(dj_digest_compare(&written, &read), 0);
	sqlite3_close(db);
	fine(dj_snapshot_memory(&db, &err));
	fine(dj_snapshot_attach(db, "s", -1, path, &err));
	assert_int_equal(ask(db, "SELECT count(*) FROM s.a WHERE n = 51"), 2);
	sqlite3_close(db);
	close(fd);
	free(path);
	scratch_end(dir);
}

static void meta_comes_back(void **state)
{
	char     *value = NULL, hex[65];
	dj_digest digest;
	dj_err    err = {0};
	int       fd;

	(void)state;
	dj_snapshot_writer *w = begin(&fd);
	fine(dj_snapshot_writer_meta(w, "loaded", "2024-01-01T00:00:00Z", &err));
	wrong(dj_snapshot_writer_meta(w, "loaded", "again", &err), "already");
	write_numbers(w, "a", DJ_COL_INTEGER, 0, 1);
	sqlite3 *db = finish(w, fd, &digest);
	fine(dj_snapshot_meta(&value, db, "loaded", &err));
	assert_string_equal(value, "2024-01-01T00:00:00Z");
	free(value);
	fine(dj_snapshot_meta(&value, db, "djs1", &err));
	dj_digest_hex(hex, &digest);
	assert_string_equal(value, hex);
	free(value);
	fine(dj_snapshot_meta(&value, db, "nothing", &err));
	assert_null(value);
	sqlite3_close(db);
	w = NULL;
	wrong(dj_snapshot_writer_open(&w, fd, NULL, &err), "not empty");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nasty_names_come_back),    cmocka_unit_test(values_come_back_as_they_were),
	    cmocka_unit_test(misfits_are_refused),      cmocka_unit_test(taken_names_are_refused),
	    cmocka_unit_test(dropping_leaves_no_trace), cmocka_unit_test(dropping_with_a_large_schema),
	    cmocka_unit_test(djs1_is_as_defined),       cmocka_unit_test(djs1_tells_apart),
	    cmocka_unit_test(a_changed_value_is_seen),  cmocka_unit_test(meta_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
