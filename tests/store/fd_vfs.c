/* The VFS over a descriptor, also where the kernel refuses everything that it promises not to ask for. */
#include "store_test.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/fd_vfs.h"
#include "store/snapshot.h"

static int empty_file(void)
{
	int fd = memfd_create("snapshot", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* Two tables, the first begun once with a wrong type, some thousand rows. */
static int write_some(int fd, dj_digest *out, dj_err *err)
{
	const dj_column_def guess[] = {{"n", DJ_COL_INTEGER}, {"word", DJ_COL_TEXT}};
	const dj_column_def real[] = {{"n", DJ_COL_REAL}, {"word", DJ_COL_TEXT}};
	dj_snapshot_writer *w = NULL;
	char                word[32];
	int                 rc = dj_snapshot_writer_open(&w, fd, NULL, err);

	for (int pass = 0; rc == DJ_OK && pass < 2; pass++) {
		rc = dj_snapshot_writer_table(w, "some", pass ? real : guess, 2, err);
		for (int i = 0; rc == DJ_OK && i < 5000; i++) {
			dj_cell cell[2] = {{.kind = DJ_CELL_INTEGER, .integer = i}, {.kind = DJ_CELL_TEXT, .text = word}};
			cell[1].n = (size_t)snprintf(word, sizeof word, "word %d", i * 7919);
			rc = dj_snapshot_writer_row(w, cell, err);
		}
		if (rc == DJ_OK && pass == 0)
			rc = dj_snapshot_writer_drop(w, err);
	}
	if (rc == DJ_OK)
		rc = dj_snapshot_writer_meta(w, "dataset", "some", err);
	if (rc == DJ_OK)
		rc = dj_snapshot_writer_finish(w, out, err);
	dj_snapshot_writer_free(w);
	return rc;
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t       n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static void writes_and_reads(void **state)
{
	int       fd = empty_file();
	dj_digest written, read;
	sqlite3  *db = NULL, *memory = NULL;
	dj_err    err = {0};

	(void)state;
	fine(write_some(fd, &written, &err));
	fine(dj_snapshot_open_fd(&db, fd, &err));
	assert_int_equal(ask(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	assert_int_equal(ask(db, "SELECT count(*) FROM some"), 5000);
	assert_int_equal(ask(db, "SELECT n FROM some WHERE rowid = 5000"), 4999);
	assert_int_equal(ask(db, "PRAGMA freelist_count"), 0);
	fine(dj_snapshot_digest(&read, db, &err));
	assert_int_equal(dj_digest_compare(&written, &read), 0);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM some", NULL, NULL, NULL), SQLITE_READONLY);
	sqlite3_close(db);
	fine(dj_snapshot_memory(&memory, &err));
	fine(dj_snapshot_attach(memory, "s1", fd, NULL, &err));
	assert_int_equal(ask(memory, "SELECT count(*) FROM s1.some"), 5000);
	/* a sort larger than any cache stays in memory: there is nowhere else */
	assert_int_equal(ask(memory, "SELECT count(*) FROM (SELECT word FROM s1.some ORDER BY word DESC, n)"),
	                 5000);
	assert_int_equal(sqlite3_exec(memory, "DELETE FROM s1.some", NULL, NULL, NULL), SQLITE_READONLY);
	sqlite3_close(memory);
	close(fd);
}

static void opens_nothing_else(void **state)
{
	static const char *const names[] = {"/etc/passwd",     "fd:",  "fd:x", "fd:1x", "fd:-1",
	                                    "fd:999999999999", "x.db", ""};
	sqlite3                 *db = NULL;
	dj_err                   err = {0};

	(void)state;
	assert_int_equal(dj_fd_vfs_register(), SQLITE_OK);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int rc = sqlite3_open_v2(names[i], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, DJ_FD_VFS);
		if (rc == SQLITE_OK) /* "": a temporary file, opened when it is needed */
			rc = sqlite3_exec(
			    db,
			    "PRAGMA temp_store = FILE; PRAGMA cache_size = 1; CREATE TABLE t(a);"
			    "INSERT INTO t WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE "
			    "i < 5000) SELECT randomblob(1000) FROM r",
			    NULL, NULL, NULL);
		assert_true(rc == SQLITE_CANTOPEN);
		sqlite3_close(db);
	}
	fine(dj_snapshot_memory(&db, &err));
	assert_int_equal(sqlite3_exec(db, "ATTACH '/tmp/datajam-nothing.db' AS x", NULL, NULL, NULL),
	                 SQLITE_CANTOPEN);
	assert_false(dj_file_exists("/tmp/datajam-nothing.db"));
	sqlite3_close(db);
}

static void refuses_journals(void **state)
{
	int      fd = empty_file();
	char     name[32];
	sqlite3 *db = NULL;

	(void)state;
	snprintf(name, sizeof name, "fd:%d", fd);
	assert_int_equal(sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, DJ_FD_VFS),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a)", NULL, NULL, NULL), SQLITE_CANTOPEN);
	sqlite3_close(db);
	close(fd);
}

static void knows_what_is_no_snapshot(void **state)
{
	int      fd = empty_file();
	sqlite3 *db = NULL;
	dj_err   err = {0};

	(void)state;
	wrong(dj_snapshot_open_fd(&db, fd, &err), "not a snapshot");
	assert_int_equal(write(fd, "a,b\n1,2\nlonger than that\n", 25), 25);
	wrong(dj_snapshot_open_fd(&db, fd, &err), "not a snapshot");
	wrong(dj_snapshot_open_fd(&db, 9999, &err), "can not read");
	wrong(dj_snapshot_open(&db, "/nowhere/x.db", &err), "/nowhere/x.db");
	close(fd);
}

#ifndef DJ_SANITIZED /* the sanitizers' own calls would be refused */
/* What is left after this: reading, writing and sizing open descriptors, memory, and ending. */
static void refuse_all_else(void)
{
	static const int allowed[] = {
	    SCMP_SYS(read),    SCMP_SYS(write), SCMP_SYS(pread64),    SCMP_SYS(pwrite64), SCMP_SYS(ftruncate),
	    SCMP_SYS(fstat),   SCMP_SYS(mmap),  SCMP_SYS(munmap),     SCMP_SYS(mremap),   SCMP_SYS(brk),
	    SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(exit_group), SCMP_SYS(close),
	};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);

	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	/* glibc's fstat */
	seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
	                 SCMP_A3(SCMP_CMP_EQ, 0x1000 /* AT_EMPTY_PATH */));
	if (seccomp_load(ctx) < 0)
		_exit(2);
}

static void work_in_there(int fd)
{
	dj_digest written, read;
	sqlite3  *db = NULL;
	dj_err    err = {0};

	refuse_all_else();
	if (write_some(fd, &written, &err) < 0 || dj_snapshot_open_fd(&db, fd, &err) < 0 ||
	    dj_snapshot_digest(&read, db, &err) < 0) {
		(void)!write(2, err.text, strlen(err.text));
		_exit(3);
	}
	if (dj_digest_compare(&written, &read) != 0 || ask(db, "SELECT count(*) FROM some") != 5000)
		_exit(4);
	sqlite3_close(db);
	_exit(0);
}

static void works_where_the_kernel_refuses(void **state)
{
	int   fd = empty_file(), status = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		work_in_there(fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		fail_msg("killed by signal %d: a call was made that should not be", WTERMSIG(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(fd);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifndef DJ_SANITIZED
	    cmocka_unit_test(works_where_the_kernel_refuses), /* first: SQLite has asked for nothing yet */
#endif
	    cmocka_unit_test(writes_and_reads),
	    cmocka_unit_test(opens_nothing_else),
	    cmocka_unit_test(refuses_journals),
	    cmocka_unit_test(knows_what_is_no_snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
