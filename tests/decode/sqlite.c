/* Databases of strangers: what is in a table comes out, and nothing of a schema is run. */
#include "decode_test.h"

#include "base/text.h"

#include <math.h>
#include <sqlite3.h>

static const dj_decode_ask nothing_said;

/* The bytes of a database made by these statements; dj_buf_free. */
static dj_buf database(const char *sql)
{
	sqlite3      *db = NULL;
	sqlite3_int64 n = 0;
	char         *why = NULL;
	dj_buf        bytes = {0};

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	void *image = sqlite3_serialize(db, "main", &n, 0);
	dj_buf_add(&bytes, image, (size_t)n);
	sqlite3_free(image);
	sqlite3_close(db);
	return bytes;
}

static void reads(const char *sql, dj_decode_ask ask, const char *text, const char *words)
{
	dj_buf db = database(sql);

	gives(db.data, db.n, ask, text, strlen(text), words);
	dj_buf_free(&db);
}

static void refuses(const char *sql, dj_decode_ask ask, const char *words)
{
	dj_buf db = database(sql);

	fails(db.data, db.n, ask, words);
	dj_buf_free(&db);
}

static void values_of_each_kind(void **state)
{
	(void)state;
	reads(
	    "CREATE TABLE t(i INTEGER, \"r \"\"x\" REAL, s TEXT, b BLOB);"
	    "INSERT INTO t VALUES(9223372036854775807, 0.1, 'a\"b' || char(10), NULL),(-1, 1e300, 'caf\xC3\xA9', x'00ff'),"
	    "(NULL, 3.0, '', x'')",
	    nothing_said,
	    "[\"i\",\"r \\\"x\",\"s\",\"b\"]\n[9223372036854775807,0.1,\"a\\\"b\\n\",null]\n[-1,1e+300,\"caf\xC3\xA9\",\"00ff\"]\n"
	    "[null,3.0,\"\",\"\"]\n",
	    "2 blobs as text in hexadecimal");
	reads(
	    "CREATE TABLE t(a, b); INSERT INTO t VALUES(CAST(x'636166e9' AS TEXT), CAST(x'610062' AS TEXT)), (9e999, -9e999)",
	    nothing_said,
	    "[\"a\",\"b\"]\n[\"caf\xC3\xA9\",\"a\xEF\xBF\xBD"
	    "b\"]\n[null,null]\n",
	    "! 1 text not in UTF-8, taken as Windows-1252\n! 1 text with NUL in it, shown as U+FFFD\n! 2 infinite numbers");
	reads(
	    "PRAGMA encoding = 'UTF-16be'; CREATE TABLE t(a); INSERT INTO t VALUES('\xE2\x82\xAC\xF0\x9F\x98\x80')",
	    nothing_said, "[\"a\"]\n[\"\xE2\x82\xAC\xF0\x9F\x98\x80\"]\n", "");
	reads("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(1048577)),(1)", nothing_said,
	      "[\"a\"]\n[null]\n[1]\n", "! 1 blob larger than 1 MiB");
}

/* Also where an index holds all that is asked. */
static void rows_come_as_they_are_stored(void **state)
{
	(void)state;
	reads("CREATE TABLE t(a); CREATE INDEX i ON t(a); INSERT INTO t VALUES(3),(1),(2)", nothing_said,
	      "[\"a\"]\n[3]\n[1]\n[2]\n", "");
	reads("CREATE TABLE t(a PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO t VALUES(3,1),(1,2)", nothing_said,
	      "[\"a\",\"b\"]\n[1,2]\n[3,1]\n", "");
	reads(
	    "CREATE TABLE \"odd \"\"name\"(\"select\", rowid, \"a]b\"); INSERT INTO \"odd \"\"name\" VALUES(1,2,3)",
	    nothing_said, "[\"select\",\"rowid\",\"a]b\"]\n[1,2,3]\n", "");
}

static void tables_by_name(void **state)
{
	static const char sql[] =
	    "CREATE TABLE a(x); CREATE TABLE b(y); INSERT INTO b VALUES(1); CREATE VIEW v AS SELECT * FROM a;"
	    "CREATE TABLE c(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO c VALUES(1)";
	dj_buf   db = database(sql);
	decoding d = decode(db.data, db.n, nothing_said);

	(void)state;
	assert_int_equal(d.rc, DJ_NOTFOUND);
	assert_non_null(strstr(d.err.text, "3 tables: a, b, c (say which, with --from NAME)"));
	assert_int_equal(d.out.n_parts, 3);
	assert_string_equal(d.out.part[1], "b");
	forget(&d);
	gives(db.data, db.n, (dj_decode_ask){.from = "B"}, "[\"y\"]\n[1]\n", 10, "");
	fails(db.data, db.n, (dj_decode_ask){.from = "v"},
	      "there is no table 'v' in the database (it has a, b, c; views are not read)");
	fails(db.data, db.n, (dj_decode_ask){.from = "sqlite_sequence"}, "there is no table 'sqlite_sequence'");
	dj_buf_free(&db);
	refuses("CREATE TABLE a(x); CREATE VIEW v AS SELECT * FROM a; DROP TABLE a", nothing_said,
	        "there is no table in the database");
}

/* Expressions, views, triggers, virtual tables and their shadows: never reached. */
static void schemas_run_nothing(void **state)
{
	(void)state;
	reads(
	    "CREATE TABLE t(a, b AS (zeroblob(1000000000)), c AS (a + 1) STORED, d DEFAULT (abs(-9223372036854775808)), CHECK (a < 100));"
	    "INSERT INTO t(a, d) VALUES(1, 2); CREATE INDEX i ON t(abs(a)); CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END",
	    nothing_said, "[\"a\",\"c\",\"d\"]\n[1,2,2]\n", "! 1 generated column left out");
	reads(
	    "CREATE TABLE t(a); INSERT INTO t VALUES(1); CREATE TEMP TABLE x(y); CREATE VIEW w AS WITH RECURSIVE c(x) AS (SELECT 1 "
	    "UNION ALL SELECT x + 1 FROM c) SELECT * FROM c, t",
	    nothing_said, "[\"a\"]\n[1]\n", "");
	if (sqlite3_compileoption_used("ENABLE_FTS5"))
		reads("CREATE VIRTUAL TABLE words USING fts5(a); INSERT INTO words VALUES('x'); CREATE TABLE t(a)",
		      nothing_said, "[\"a\"]\n", "");
}

/* A table whose schema says it is at the page of the schema itself, and other lies. */
static void lies_fail(void **state)
{
	(void)state;
	refuses(
	    "CREATE TABLE t(a); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a' WHERE name = 't'",
	    nothing_said, "the database can not be read: malformed database schema");
	refuses(
	    "CREATE TABLE t(a); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 99 WHERE name = 't'",
	    nothing_said, "the database can not be read");
	refuses(
	    "CREATE TABLE t(a); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE VIEW t AS SELECT 1' WHERE name = 't'",
	    nothing_said, "the database can not be read");
}

static void cut_and_changed_ones(void **state)
{
	dj_random_state r = dj_random_seed(9, "sqlite");
	dj_buf          db = database(
	             "CREATE TABLE t(a, b); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500) "
	                      "INSERT INTO t SELECT x, 'some text ' || x FROM c");

	(void)state;
	for (size_t n = 16; n < db.n; n += 97)
		fails(db.data, n, nothing_said, "the database is cut off");
	for (int round = 0; round < 300; round++) { /* no crash; whether it can be read depends on where */
		dj_buf copy = {0};
		dj_buf_add(&copy, db.data, db.n);
		for (int64_t k = dj_random_between(&r, 1, 20); k > 0; k--)
			copy.data[dj_random_between(&r, 16, (int64_t)db.n - 1)] = (char)dj_random_bits(&r);
		decoding d = decode(copy.data, copy.n, (dj_decode_ask){.most = 1 << 22, .from = "t"});
		forget(&d);
		dj_buf_free(&copy);
	}
	dj_buf_free(&db);
}

/* Version 2 in the header: WAL. What was in the log is not there. */
static void write_ahead_log_is_said(void **state)
{
	dj_buf db = database("CREATE TABLE t(a); INSERT INTO t VALUES(1)");

	(void)state;
	db.data[18] = db.data[19] = 2;
	gives(db.data, db.n, nothing_said, "[\"a\"]\n[1]\n", 10, "! the database is in WAL mode");
	dj_buf gz = pack_one(archive_write_add_filter_gzip, db.data, db.n);
	gives(gz.data, gz.n, nothing_said, "[\"a\"]\n[1]\n", 10, "! the database is in WAL mode");
	dj_buf_free(&gz);
	dj_buf_free(&db);
}

/* Reals come back as they were, to the last bit. */
static void reals_come_back(void **state)
{
	dj_random_state r = dj_random_seed(13, "reals");
	dj_buf          sql = {0};
	double          v[200];

	(void)state;
	dj_buf_text(&sql, "CREATE TABLE t(a REAL);");
	for (size_t i = 0; i < DJ_COUNT(v); i++) {
		do {
			uint64_t bits = dj_random_bits(&r);
			memcpy(&v[i], &bits, sizeof bits);
		} while (!isfinite(v[i]) || fabs(v[i]) < 1e-300);
		dj_buf_fmt(&sql, "INSERT INTO t VALUES(%.17g);", v[i]);
	}
	dj_buf   db = database(sql.data);
	decoding d = decode(db.data, db.n, nothing_said);
	sqlite3 *check = NULL;
	assert_int_equal(d.rc, DJ_OK);
	assert_int_equal(sqlite3_open(":memory:", &check), SQLITE_OK);
	assert_int_equal(sqlite3_deserialize(check, "main", (unsigned char *)db.data, (sqlite3_int64)db.n,
	                                     (sqlite3_int64)db.n, 0),
	                 SQLITE_OK);
	sqlite3_stmt *s = NULL;
	assert_int_equal(sqlite3_prepare_v2(check, "SELECT a FROM t", -1, &s, NULL), SQLITE_OK);
	const char *line = strchr(d.text.data, '\n') + 1;
	for (; sqlite3_step(s) == SQLITE_ROW; line = strchr(line, '\n') + 1)
		assert_true(strtod(line + 1, NULL) == sqlite3_column_double(s, 0));
	assert_string_equal(line, "");
	sqlite3_finalize(s);
	sqlite3_close(check);
	forget(&d);
	dj_buf_free(&db);
	dj_buf_free(&sql);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_of_each_kind),
	    cmocka_unit_test(rows_come_as_they_are_stored),
	    cmocka_unit_test(tables_by_name),
	    cmocka_unit_test(schemas_run_nothing),
	    cmocka_unit_test(lies_fail),
	    cmocka_unit_test(cut_and_changed_ones),
	    cmocka_unit_test(write_ahead_log_is_said),
	    cmocka_unit_test(reals_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
