/*
 * An index built at once must be the index that SQLite would have: PRAGMA integrity_check finds each row in it and
 * nothing else, and it gives rows in the order in which SQLite sorts them. And its bytes follow from the rows alone.
 */
#include "index_table.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pool.h"
#include "store/index_build.h"

typedef struct way {   /* how rows arrive */
	size_t   per_part; /* rows */
	size_t   memory;   /* SIZE_MAX: no scratch file */
	uint64_t shuffle;  /* 0: parts in order */
	uint32_t lock_page;
	size_t   lanes; /* 0: no pool */
} way;

static const way PLAIN = {.per_part = 1000, .memory = SIZE_MAX, .lock_page = UINT32_MAX};

/* ---- A file with SQLite's table and our index ---- */

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t       v;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	v = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return v;
}

static void insert_rows(sqlite3 *db, const table *t)
{
	sqlite3_stmt *s = NULL;

	run(db, "BEGIN");
	assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO t VALUES(?, ?, ?)", -1, &s, NULL), SQLITE_OK);
	for (size_t i = 0; i < t->n * COLUMNS; i++) {
		const dj_cell *c = &t->cell[i];
		int            at = (int)(i % COLUMNS) + 1;

		switch (c->kind) {
		case DJ_CELL_INTEGER: sqlite3_bind_int64(s, at, c->integer); break;
		case DJ_CELL_REAL: sqlite3_bind_double(s, at, c->real); break;
		case DJ_CELL_TEXT: sqlite3_bind_text(s, at, c->text, (int)c->n, SQLITE_STATIC); break;
		default: sqlite3_bind_null(s, at); break;
		}
		if (at == COLUMNS) {
			assert_int_equal(sqlite3_step(s), SQLITE_DONE);
			sqlite3_reset(s);
		}
	}
	sqlite3_finalize(s);
	run(db, "COMMIT");
}

/* The schema speaks of an index whose root is the page after the file's last. */
static uint32_t declare_index(sqlite3 *db, const char *columns)
{
	uint32_t root = (uint32_t)ask(db, "PRAGMA page_count") + 1;
	char    *sql =
	    sqlite3_mprintf("PRAGMA writable_schema = ON;"
	                    "INSERT INTO sqlite_schema VALUES('index', 'i', 't', %u, 'CREATE INDEX i ON t(%s)');"
	                    "PRAGMA writable_schema = OFF",
	                    root, columns);

	run(db, sql);
	sqlite3_free(sql);
	assert_int_equal(ask(db, "PRAGMA page_count"), root - 1);
	return root;
}

static void shuffle(size_t *order, size_t n, uint64_t seed)
{
	for (size_t i = n; seed && i > 1; i--) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		size_t other = (seed >> 33) % i, moving = order[i - 1];
		order[i - 1] = order[other];
		order[other] = moving;
	}
}

typedef struct giving {
	dj_index_build *b;
	const table    *t;
	const way      *how;
	size_t         *order, n; /* of parts */
	atomic_size_t   next;
} giving;

static int give_some(void *user, size_t lane, dj_err *err)
{
	giving        *g = user;
	dj_index_keys *k = dj_index_keys_new(g->b);
	size_t         i, per_part = g->how->per_part;
	int            rc = DJ_OK;

	(void)lane;
	while (rc == DJ_OK && (i = g->next++) < g->n) {
		size_t first = g->order[i] * per_part;

		for (size_t row = first; row < first + per_part && row < g->t->n; row++)
			dj_index_keys_add(k, g->t->cell + row * COLUMNS);
		rc = dj_index_build_take(g->b, k, (int64_t)first + 1, err);
	}
	if (rc == DJ_OK)
		rc = dj_index_build_take(g->b, k, (int64_t)g->t->n + 1, err); /* an empty part */
	dj_index_keys_free(k);
	return rc;
}

static void give_parts(dj_index_build *b, const table *t, const way *how)
{
	giving   g = {.b = b, .t = t, .how = how, .n = (t->n + how->per_part - 1) / how->per_part};
	dj_pool *pool = NULL;
	dj_err   err = {0};

	g.order = dj_alloc_zero(g.n + 1, sizeof *g.order);
	for (size_t i = 0; i < g.n; i++)
		g.order[i] = i;
	shuffle(g.order, g.n, how->shuffle);
	if (how->lanes)
		fine(dj_pool_new(&pool, how->lanes, &err));
	fine(dj_pool_run(pool, give_some, &g, &err));
	dj_pool_free(pool);
	free(g.order);
}

static void write_index(int fd, uint32_t root, const table *t, const size_t *column, size_t n, const way *how)
{
	dj_pages        pages = {.fd = fd, .next = root + 1, .lock_page = how->lock_page};
	int             scratch = how->memory == SIZE_MAX ? -1 : memfd_create("scratch", MFD_CLOEXEC);
	dj_index_space *space = dj_index_space_new(scratch, how->memory);
	dj_index_build *b = dj_index_build_new(column, n, space);
	unsigned char   page[DJ_PAGE], last[4];
	dj_err          err = {0};

	give_parts(b, t, how);
	fine(dj_index_build_finish(b, &pages, page, &err));
	assert_int_equal(pwrite(fd, page, DJ_PAGE, (off_t)(root - 1) * DJ_PAGE), DJ_PAGE);
	for (int i = 0; i < 4; i++)
		last[i] = (unsigned char)((pages.next - 1) >> (24 - 8 * i));
	assert_int_equal(pwrite(fd, last, 4, 28), 4);
	dj_index_build_free(b);
	dj_index_space_free(space);
	if (scratch >= 0)
		close(scratch);
}

static sqlite3 *open_file(const char *path)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	run(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
	return db;
}

static void integrity(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), "ok");
	sqlite3_finalize(s);
}

/* What integrity_check says, and whether walking the index gives the rows in the order that SQLite sorts them in. */
static void check_index(const char *path, const char *columns, size_t rows)
{
	sqlite3 *db = open_file(path);
	char    *sql;

	integrity(db);
	sql = sqlite3_mprintf(
	    "SELECT count(*) FROM"
	    "(SELECT rowid AS r, row_number() OVER () AS k FROM"
	    " (SELECT rowid FROM t INDEXED BY i ORDER BY %s, rowid)) AS a JOIN"
	    "(SELECT rowid AS r, row_number() OVER () AS k FROM"
	    " (SELECT rowid FROM t NOT INDEXED ORDER BY %s, rowid)) AS b ON a.k = b.k AND a.r = b.r",
	    columns, columns);
	assert_int_equal(ask(db, sql), rows);
	sqlite3_free(sql);
	sql = sqlite3_mprintf(
	    "SELECT count(*) FROM (SELECT %s FROM t INDEXED BY i EXCEPT SELECT %s FROM t NOT INDEXED)", columns,
	    columns);
	assert_int_equal(ask(db, sql), 0);
	sqlite3_free(sql);
	sqlite3_close(db);
}

static void *bytes_of(const char *path, size_t *n)
{
	char  *bytes = NULL;
	dj_err err = {0};

	fine(dj_file_read(&bytes, n, path, 1 << 30, &err));
	return bytes;
}

/* The index of a table in a few ways of arriving: each is right, and all are the same. */
static void check(const table *t, const size_t *column, size_t n, const way *how, size_t n_ways)
{
	static const char *const names[] = {"a", "b", "c"};
	char                    *dir = scratch_folder(), *first = NULL, *columns = dj_strdup(names[column[0]]);
	size_t                   size = 0, first_size = 0;

	for (size_t i = 1; i < n; i++) {
		char *longer = dj_fmt("%s, %s", columns, names[column[i]]);
		free(columns);
		columns = longer;
	}
	for (size_t i = 0; i < n_ways; i++) {
		char    *name = dj_fmt("%zu.db", i), *path = dj_path_join(dir, name), *bytes;
		sqlite3 *db = open_file(path);
		char    *create = sqlite3_mprintf("PRAGMA page_size = 4096; CREATE TABLE t(a %s, b %s, c %s)",
		                                  t->type[0], t->type[1], t->type[2]);
		run(db, create);
		sqlite3_free(create);
		insert_rows(db, t);
		uint32_t root = declare_index(db, columns);
		sqlite3_close(db);
		int fd = open(path, O_RDWR | O_CLOEXEC);
		write_index(fd, root, t, column, n, &how[i]);
		close(fd);
		bytes = bytes_of(path, &size);
		if (first) {
			assert_int_equal(size, first_size);
			assert_memory_equal(bytes, first, size);
			free(bytes);
		} else {
			check_index(path, columns, t->n);
			first = bytes;
			first_size = size;
		}
		free(path);
		free(name);
	}
	free(first);
	free(columns);
	scratch_end(dir);
}

static void check_in_all_ways(const table *t, const size_t *column, size_t n)
{
	const way ways[] = {
	    PLAIN,
	    {.per_part = 7, .memory = SIZE_MAX, .shuffle = 1, .lock_page = UINT32_MAX},
	    {.per_part = 11, .memory = 100000, .shuffle = 5, .lock_page = UINT32_MAX, .lanes = 4},
	    {.per_part = 97, .memory = 0, .shuffle = 2, .lock_page = UINT32_MAX},
	    {.per_part = 333, .memory = 30000, .shuffle = 3, .lock_page = UINT32_MAX},
	    {.per_part = 1 << 20, .memory = 1000, .lock_page = UINT32_MAX},
	};

	check(t, column, n, ways, DJ_COUNT(ways));
}

/* ---- The tests ---- */

static void random_tables(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 3, 25, 100, 400, 1500, 5000};
	static const char  *types[] = {"INTEGER", "REAL", "TEXT"};
	dj_random_state     r = dj_random_seed(20240301, "index");

	(void)state;
	for (int round = 0; round < 60; round++) {
		const char *a = types[dj_random_bits(&r) % 3], *b = types[dj_random_bits(&r) % 3];
		size_t      rows = sizes[dj_random_bits(&r) % DJ_COUNT(sizes)], n = 1 + dj_random_bits(&r) % COLUMNS;
		size_t      column[] = {0, 1, 2}, longest = dj_random_bits(&r) % 2 ? 100 : 3000;
		table       t = random_table(&r, a, b, "TEXT", rows, longest);

		shuffle(column, 3, dj_random_bits(&r) | 1);
		check_in_all_ways(&t, column, n);
		table_free(&t);
	}
}

/* Each number of rows up to where there are three levels: the last page of a level is where mistakes are. */
static void every_number_of_rows(void **state)
{
	const size_t    column[] = {0};
	dj_random_state r = dj_random_seed(7, "index");
	table           t = random_table(&r, "TEXT", "INTEGER", "INTEGER", 90, 1);

	(void)state;
	for (size_t i = 0; i < t.n; i++) {
		char letters[1000];
		memset(letters, 'a' + (int)(i % 20), sizeof letters);
		t.cell[i * COLUMNS] = text_of(&t, letters, sizeof letters - i % 3);
	}
	for (size_t n = 0, all = t.n; n <= all; n++) {
		t.n = n;
		check(&t, column, 1, &PLAIN, 1);
	}
	table_free(&t);
}

/* Payloads around the size where a part goes to overflow pages, and of several such pages. */
static void long_texts(void **state)
{
	const size_t    column[] = {0, 1};
	dj_random_state r = dj_random_seed(8, "index");
	table           t = random_table(&r, "TEXT", "INTEGER", "INTEGER", 300, 1);
	char           *letters = dj_alloc_zero(1, 20000);

	(void)state;
	memset(letters, 'a', 20000);
	for (size_t i = 0; i < t.n; i++) {
		size_t n = i < 60 ? 970 + i : i < 200 ? 4040 + i : 17 * i * (i % 4);
		letters[n / 2] = (char)('a' + i % 3);
		t.cell[i * COLUMNS] = text_of(&t, letters, n);
	}
	check_in_all_ways(&t, column, 2);
	free(letters);
	table_free(&t);
}

/* One value everywhere: then rowids alone are the order. Also one that is long, and none at all. */
static void all_the_same(void **state)
{
	const size_t    column[] = {0, 1};
	dj_random_state r = dj_random_seed(9, "index");

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		table   t = random_table(&r, "TEXT", "INTEGER", "INTEGER", 3000, 1);
		dj_cell values[] = {text_of(&t, "", 0), text_of(&t, "the same long text for every row", 32), {0}};

		for (size_t i = 0; i < t.n; i++) {
			t.cell[i * COLUMNS] = values[kind];
			t.cell[i * COLUMNS + 1] = integer(5);
		}
		check_in_all_ways(&t, column, 2);
		table_free(&t);
	}
}

/* Texts that are each other's beginnings, row by row longer: the sort must not go as deep as they are long. */
static void prefixes(void **state)
{
	const size_t    column[] = {0};
	dj_random_state r = dj_random_seed(10, "index");
	table           t = random_table(&r, "TEXT", "INTEGER", "INTEGER", 1500, 1);
	char            letters[16 * 1500];

	(void)state;
	memset(letters, 'a', sizeof letters);
	for (size_t i = 0; i < t.n; i++)
		t.cell[i * COLUMNS] = text_of(&t, letters, 8 * ((i * 7) % t.n));
	check(&t, column, 1, &PLAIN, 1);
	table_free(&t);
}

/* More runs than are read side by side: they are merged in groups before. */
static void very_many_runs(void **state)
{
	const size_t    column[] = {0, 2};
	const way       ways[] = {PLAIN, {.per_part = 1, .memory = 5000, .shuffle = 4, .lock_page = UINT32_MAX}};
	dj_random_state r = dj_random_seed(11, "index");
	table           t = random_table(&r, "INTEGER", "INTEGER", "TEXT", 9000, 50);

	(void)state;
	check(&t, column, 2, ways, 2);
	table_free(&t);
}

/* The page with the lock byte, here put where a small file has it, is left out: between leaves and between overflows. */
static void around_the_lock_byte(void **state)
{
	const size_t    column[] = {0, 1};
	dj_random_state r = dj_random_seed(12, "index");
	table           t = random_table(&r, "TEXT", "INTEGER", "INTEGER", 400, 20000);

	(void)state;
	for (uint32_t page = 60; page < 400; page += 20) {
		way how = PLAIN;
		how.lock_page = page;
		sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, (page - 1) * DJ_PAGE);
		check(&t, column, 2, &how, 1);
	}
	sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, 0x40000000);
	table_free(&t);
}

static void what_is_put_aside_and_lost_is_said(void **state)
{
	const size_t    column[] = {0};
	int             scratch = memfd_create("scratch", MFD_CLOEXEC), fd = memfd_create("file", MFD_CLOEXEC);
	dj_index_space *space = dj_index_space_new(scratch, 0);
	dj_index_build *b = dj_index_build_new(column, 1, space);
	dj_index_keys  *k = dj_index_keys_new(b);
	dj_pages        pages = {.fd = fd, .next = 1, .lock_page = UINT32_MAX};
	unsigned char   root[DJ_PAGE];
	dj_err          err = {0};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		dj_cell c = integer(i * 7919 % 1000);
		dj_index_keys_add(k, &c);
	}
	fine(dj_index_build_take(b, k, 1, &err));
	assert_int_equal(ftruncate(scratch, 5000), 0);
	wrong(dj_index_build_finish(b, &pages, root, &err), "cut off");
	dj_index_keys_free(k);
	dj_index_build_free(b);
	dj_index_space_free(space);

	space = dj_index_space_new(open("/dev/full", O_RDWR | O_CLOEXEC), 0);
	b = dj_index_build_new(column, 1, space);
	k = dj_index_keys_new(b);
	dj_cell one = integer(1);
	dj_index_keys_add(k, &one);
	wrong(dj_index_build_take(b, k, 1, &err), "the disk is full");
	dj_index_keys_free(k);
	dj_index_build_free(b);
	dj_index_space_free(space);
	close(scratch);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(random_tables),
	    cmocka_unit_test(every_number_of_rows),
	    cmocka_unit_test(long_texts),
	    cmocka_unit_test(all_the_same),
	    cmocka_unit_test(prefixes),
	    cmocka_unit_test(very_many_runs),
	    cmocka_unit_test(around_the_lock_byte),
	    cmocka_unit_test(what_is_put_aside_and_lost_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
