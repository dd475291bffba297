/*
 * Parts and what can go wrong with them: a stop, a failure in one thread, a disk that is full; and files so large that
 * no test would write them, by beginning a table far behind.
 */
#include "store_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "snapshot_reference.h"
#include "store/snapshot_inside.h"

static const dj_column_def columns[] = {{"n", DJ_COL_INTEGER}, {"words", DJ_COL_TEXT}};

static dj_snapshot_writer *begin(int *fd, const dj_snapshot_how *how)
{
	dj_snapshot_writer *w = NULL;
	dj_err              err = {0};

	*fd = memfd_create("snapshot", MFD_CLOEXEC);
	fine(dj_snapshot_writer_open(&w, *fd, how, &err));
	fine(dj_snapshot_writer_table(w, "t", columns, 2, &err));
	return w;
}

static void fill(dj_snapshot_part *p, int from, int n)
{
	static char long_text[5000];
	dj_err      err = {0};

	memset(long_text, 'x', sizeof long_text);
	for (int i = from; i < from + n; i++) {
		dj_cell cell[] = {{.kind = DJ_CELL_INTEGER, .integer = i},
		                  {.kind = DJ_CELL_TEXT, .text = long_text, .n = i % 10 ? (size_t)i % 200 : 5000}};
		fine(dj_snapshot_part_row(p, cell, &err));
	}
}

static void a_refused_row_leaves_no_trace(void **state)
{
	const dj_cell bad[] = {{.kind = DJ_CELL_INTEGER, .integer = 7}, {.kind = DJ_CELL_REAL, .real = 0.5}};
	const dj_cell vast[] = {{.kind = DJ_CELL_NULL}, {.kind = DJ_CELL_TEXT, .text = "", .n = (64 << 20) + 1}};
	dj_snapshot_writer *w;
	dj_snapshot_part   *p;
	dj_err              err = {0};
	int                 fd;

	(void)state;
	w = begin(&fd, NULL);
	p = dj_snapshot_part_new(w);
	fill(p, 0, 3);
	size_t before = dj_snapshot_part_bytes(p);
	wrong(dj_snapshot_part_row(p, bad, &err), "column words is text, and can not hold a real");
	wrong(dj_snapshot_part_row(p, vast, &err), "a text of 67108865 bytes");
	assert_int_equal(dj_snapshot_part_rows(p), 3);
	assert_int_equal(dj_snapshot_part_bytes(p), before);
	dj_snapshot_part_free(p);
	dj_snapshot_writer_free(w);
	close(fd);
}

/* The longest text there may be comes back. */
static void the_longest_text(void **state)
{
	enum { LONGEST = 64 << 20 };
	char               *text = dj_alloc_zero(LONGEST, 1);
	const dj_cell       cell[] = {{.kind = DJ_CELL_NULL}, {.kind = DJ_CELL_TEXT, .text = text, .n = LONGEST}};
	dj_snapshot_writer *w;
	dj_digest           djs1, again;
	sqlite3            *db = NULL;
	dj_err              err = {0};
	int                 fd;

	(void)state;
	memset(text, 'y', LONGEST);
	w = begin(&fd, NULL);
	fine(dj_snapshot_writer_row(w, cell, &err));
	fine(dj_snapshot_writer_finish(w, &djs1, &err));
	dj_snapshot_writer_free(w);
	fine(dj_snapshot_open_fd(&db, fd, &err));
	fine(dj_snapshot_digest(&again, db, &err));
	assert_int_equal(dj_digest_compare(&djs1, &again), 0);
	assert_true(world_ask(db, "PRAGMA integrity_check", "ok"));
	sqlite3_close(db);
	close(fd);
	free(text);
}

static void columns_that_differ_only_in_case(void **state)
{
	const dj_column_def twice[] = {{"a", DJ_COL_TEXT}, {"b", DJ_COL_TEXT}, {"A", DJ_COL_TEXT}};
	dj_snapshot_writer *w;
	dj_err              err = {0};
	int                 fd;

	(void)state;
	w = begin(&fd, NULL);
	wrong(dj_snapshot_writer_table(w, "u", twice, 3, &err), "there are two columns");
	dj_snapshot_writer_free(w);
	close(fd);
}

/* What is declared is looked at when it is, not when all rows are in. */
static void what_can_not_be_declared(void **state)
{
	const dj_column_def places[] = {{"lat", DJ_COL_REAL}, {"lon", DJ_COL_REAL}, {"name", DJ_COL_TEXT}};
	const size_t        past[] = {1, 3}, both[] = {1, 0};
	dj_snapshot_writer *w;
	dj_digest           djs1;
	dj_err              err = {0};
	int                 fd;

	(void)state;
	w = begin(&fd, NULL);
	wrong(dj_snapshot_writer_rtree(w, 0, 1, &err), "two columns of reals");
	fine(dj_snapshot_writer_table(w, "p", places, 3, &err));
	wrong(dj_snapshot_writer_index(w, past, 2, &err), "column 4 of a table of 3");
	wrong(dj_snapshot_writer_index(w, past, 0, &err), "before a table's first row");
	fine(dj_snapshot_writer_rtree(w, 0, 1, &err));
	wrong(dj_snapshot_writer_rtree(w, 0, 1, &err), "can not both have");
	fine(dj_snapshot_writer_table(w, "P_Node", places, 3, &err));
	wrong(dj_snapshot_writer_rtree(w, 0, 1, &err), "tables p and P_Node can not both have");
	fine(dj_snapshot_writer_index(w, both, 2, &err));
	fine(dj_snapshot_writer_index(w, both, 2, &err));
	fine(dj_snapshot_writer_row(w, (dj_cell[3]){{0}, {0}, {0}}, &err));
	wrong(dj_snapshot_writer_index(w, both, 1, &err), "before a table's first row");
	fine(dj_snapshot_writer_finish(w, &djs1, &err));
	dj_snapshot_writer_free(w);
	close(fd);
}

/* Names that run together: an index has one of its own all the same, and no table's. */
static void names_of_indexes_that_meet(void **state)
{
	const dj_column_def one[] = {{"b_c", DJ_COL_TEXT}}, other[] = {{"c", DJ_COL_TEXT}};
	const size_t        first = 0;
	dj_snapshot_writer *w;
	dj_digest           djs1;
	sqlite3            *db = NULL;
	dj_err              err = {0};
	int                 fd;

	(void)state;
	w = begin(&fd, NULL);
	fine(dj_snapshot_writer_table(w, "a", one, 1, &err));
	fine(dj_snapshot_writer_index(w, &first, 1, &err));
	fine(dj_snapshot_writer_table(w, "A_b", other, 1, &err));
	fine(dj_snapshot_writer_index(w, &first, 1, &err));
	fine(dj_snapshot_writer_row(w, (dj_cell[1]){{.kind = DJ_CELL_TEXT, .text = "x", .n = 1}}, &err));
	fine(dj_snapshot_writer_finish(w, &djs1, &err));
	dj_snapshot_writer_free(w);
	fine(dj_snapshot_open_fd(&db, fd, &err));
	assert_true(world_ask(db, "PRAGMA integrity_check", "ok"));
	assert_true(world_ask(
	    db, "SELECT group_concat(name, ' ') FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
	    "_datajam_index_a_b_c _datajam_index_A_b_c_"));
	sqlite3_close(db);
	close(fd);
}

/* ---- Stopping ---- */

/* Lane 0 stops the others, who wait for a part that never comes. */
static int wait_or_stop(void *user, size_t lane, dj_err *err)
{
	dj_snapshot_writer *w = user;
	dj_snapshot_part   *p;
	int                 rc;

	if (lane == 0) {
		usleep(2000);
		dj_snapshot_writer_stop(w);
		return DJ_OK;
	}
	p = dj_snapshot_part_new(w);
	fill(p, 0, 10);
	rc = dj_snapshot_writer_take(w, p, lane, err);
	dj_snapshot_part_free(p);
	return rc;
}

static void a_stop_wakes_all(void **state)
{
	dj_snapshot_writer *w;
	dj_pool            *pool = NULL;
	dj_digest           djs1;
	dj_err              err = {0};
	int                 fd;

	(void)state;
	w = begin(&fd, NULL);
	fine(dj_pool_new(&pool, 4, &err));
	assert_int_equal(dj_pool_run(pool, wait_or_stop, w, &err), DJ_STOPPED);
	dj_pool_free(pool);
	/* what was stopped is not finished; dropped, the writer writes on */
	assert_int_equal(dj_snapshot_writer_finish(w, &djs1, &err), DJ_STOPPED);
	fine(dj_snapshot_writer_drop(w, &err));
	fine(dj_snapshot_writer_table(w, "t", columns, 2, &err));
	fine(dj_snapshot_writer_finish(w, &djs1, &err));
	dj_snapshot_writer_free(w);
	close(fd);
}

typedef struct failing {
	dj_snapshot_writer *writer;
	atomic_size_t       next;
} failing;

static int fill_and_take(void *user, size_t lane, dj_err *err)
{
	enum { PARTS = 64, ROWS = 500 };
	failing          *f = user;
	dj_snapshot_part *p = dj_snapshot_part_new(f->writer);
	int               rc = DJ_OK;

	(void)lane;
	for (size_t k; rc == DJ_OK && (k = atomic_fetch_add(&f->next, 1)) < PARTS;) {
		fill(p, (int)k * ROWS, ROWS);
		rc = dj_snapshot_writer_take(f->writer, p, k, err);
	}
	dj_snapshot_part_free(p);
	return rc;
}

/* In a process of its own, since the limit on a file's size is a process's. 0: all as it should be. */
static int fail_at(rlim_t most)
{
	const struct rlimit limit = {most, most};
	failing             f = {0};
	dj_pool            *pool = NULL;
	dj_digest           djs1;
	dj_err              err = {0};
	int                 fd = memfd_create("snapshot", MFD_CLOEXEC), rc;

	signal(SIGXFSZ, SIG_IGN);
	if (dj_pool_new(&pool, 4, &err) < 0 || setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 2;
	if ((rc = dj_snapshot_writer_open(&f.writer, fd, NULL, &err)) == DJ_OK &&
	    (rc = dj_snapshot_writer_table(f.writer, "t", columns, 2, &err)) == DJ_OK &&
	    (rc = dj_pool_run(pool, fill_and_take, &f, &err)) == DJ_OK)
		rc = dj_snapshot_writer_finish(f.writer, &djs1, &err);
	dj_snapshot_writer_free(f.writer);
	dj_pool_free(pool);
	close(fd);
	return rc == DJ_FAIL && strstr(err.text, "write the snapshot") ? 0 : 3;
}

/* Wherever the file may grow no more: the failure is said, and nobody waits for ever. */
static void a_failure_ends_all(void **state)
{
	(void)state;
	for (rlim_t most = 0; most < 14 << 20; most = most ? most * 3 : 4096) {
		int   status = 0;
		pid_t child = fork();
		if (child == 0)
			_exit(fail_at(most));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("a limit of %llu bytes: status %d", (unsigned long long)most, status);
	}
}

/* ---- Large files ---- */

/* A table that begins at page `first` of a file that is all hole before it: is it there again? */
static void begins_at(uint32_t first)
{
	enum { ROWS = 3000 };
	dj_snapshot_writer *w;
	dj_snapshot_part   *p;
	dj_digest           djs1, again;
	sqlite3            *db = NULL;
	dj_err              err = {0};
	int                 fd;

	w = begin(&fd, NULL);
	w->pages.next = w->begin = first;
	p = dj_snapshot_part_new(w);
	for (uint64_t k = 0; k < 3; k++) {
		fill(p, (int)k * (ROWS / 3), ROWS / 3);
		fine(dj_snapshot_writer_take(w, p, k, &err));
	}
	dj_snapshot_part_free(p);
	assert_int_equal(w->pages.lock_page, 262145);
	fine(dj_snapshot_writer_finish(w, &djs1, &err));
	dj_snapshot_writer_free(w);
	fine(dj_snapshot_open_fd(&db, fd, &err));
	fine(dj_snapshot_digest(&again, db, &err));
	assert_int_equal(dj_digest_compare(&djs1, &again), 0);
	assert_true(world_ask(db, "SELECT count(*) FROM t WHERE n = rowid - 1", "3000"));
	sqlite3_close(db);
	close(fd);
}

static void large_files(void **state)
{
	(void)state;
	for (uint32_t before = 0; before < 1200; before += before < 4 ? 1 : 131)
		begins_at(262145 - before); /* the page with SQLite's lock byte is in the table, or at its end */
	begins_at(1u << 20);            /* past 4 GiB */
	begins_at((1u << 19) + 1);      /* past 2 GiB */
}

static void the_largest_file(void **state)
{
	dj_pages pages = {.fd = -1, .next = 0x3ffffff0, .lock_page = 262145};
	uint32_t first = 0;
	dj_err   err = {0};

	(void)state;
	fine(dj_pages_take(&first, &pages, 10, &err));
	assert_int_equal(first, 0x3ffffff0);
	wrong(dj_pages_take(&first, &pages, 10, &err), "4 TiB");
	wrong(dj_pages_take(&first, &pages, SIZE_MAX, &err), "4 TiB");
}

static void a_full_disk_says_so(void **state)
{
	static const char page[DJ_PAGE];
	dj_pages          pages = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC), .next = 2, .lock_page = 262145};
	dj_err            err = {0};

	(void)state;
	assert_true(pages.fd >= 0);
	wrong(dj_pages_write(&pages, 1, 0, page, 1, &err), "the disk is full (make room and load again)");
	close(pages.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_refused_row_leaves_no_trace),
	    cmocka_unit_test(the_longest_text),
	    cmocka_unit_test(columns_that_differ_only_in_case),
	    cmocka_unit_test(what_can_not_be_declared),
	    cmocka_unit_test(names_of_indexes_that_meet),
	    cmocka_unit_test(a_stop_wakes_all),
	    cmocka_unit_test(a_failure_ends_all),
	    cmocka_unit_test(large_files),
	    cmocka_unit_test(the_largest_file),
	    cmocka_unit_test(a_full_disk_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
