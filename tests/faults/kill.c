/*
 * kill -9 of a load at random moments: the old snapshot or the new one is there, whole, and after the next start nothing
 * half-made is.
 */
#include "../intake/intake_test.h"

#include "base/random.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLS = 20, ROWS = 60000 };

static void put_rows(const jam *j, int64_t first)
{
	dj_buf text = {0};

	dj_buf_text(&text, "n,what\n");
	for (int64_t i = 0; i < ROWS; i++)
		dj_buf_fmt(&text, "%lld,row number %lld\n", (long long)(first + i), (long long)i);
	put_file(j, "x.csv", text.data);
	dj_buf_free(&text);
}

/* The load, in a process of its own, as `datajam load` is. */
static pid_t start_load(const jam *j)
{
	pid_t pid = fork();

	if (pid == 0) {
		dj_load_options o = options_of(j);
		dj_load_result *r = NULL;
		dj_err          err = {0};
		_exit(try_load(j, &r, "x.csv", &o, &err) < 0);
	}
	assert_true(pid > 0);
	return pid;
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The current snapshot is what its digest says, and holds one table or the other, nothing between. */
static int64_t first_row(const jam *j)
{
	dj_catalogue     *c = NULL;
	sqlite3          *db = NULL;
	dj_digest         digest;
	char              hex[65];
	dj_err            err = {0};
	const dj_dataset *d;

	if (dj_catalogue_open(&c, j->w, j->v, &err) < 0)
		fail_msg("%s", err.text);
	assert_non_null(d = dj_catalogue_find(c, "x", &err));
	assert_int_equal(dj_snapshot_open(&db, d->path, &err), DJ_OK);
	assert_int_equal(dj_snapshot_digest(&digest, db, &err), DJ_OK);
	dj_digest_hex(hex, &digest);
	assert_string_equal(hex, d->djs1);
	sqlite3_close(db);
	dj_catalogue_free(c);
	assert_true(ask(j, "x", "SELECT count(*) FROM x") == ROWS);
	return (int64_t)ask(j, "x", "SELECT min(n) FROM x");
}

/* The next start: whoever opens the workspace sweeps. */
static void open_again(jam *j)
{
	dj_err err = {0};

	dj_workspace_free(j->w);
	j->w = NULL;
	assert_int_equal(dj_workspace_open(&j->w, j->folder, &err), DJ_OK);
}

static void killed_at_any_moment(void **state)
{
	jam            *j = *state;
	dj_load_options o = options_of(j);
	dj_random_state random = dj_random_seed(1, "kill");
	int64_t         before = now_us(), took, first = 0;
	int             status, kept = 0;

	put_rows(j, first);
	before = now_us();
	dj_load_result_free(must_load(j, "x.csv", &o));
	took = now_us() - before;
	for (int i = 1; i <= KILLS; i++) {
		int64_t next = first + 1000000;
		put_rows(j, next);
		pid_t pid = start_load(j);
		usleep((useconds_t)dj_random_between(&random, 0, took));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		open_again(j);
		assert_true(temporary_is_empty(j));
		int64_t found = first_row(j);
		assert_true(found == first || found == next);
		kept += found == first;
		first = found;
	}
	print_message("%d of %d loads were ended before they were through\n", kept, KILLS);
	assert_true(kept > 0);
	dj_load_result_free(must_load(j, "x.csv", &o)); /* and the next load goes through */
	assert_int_equal(first_row(j) % 1000000, 0);
}

/* Two loads of one dataset at once: each publishes a whole snapshot, the later one is current. */
static void two_at_once(void **state)
{
	jam  *j = *state;
	pid_t pid[2];
	int   status;

	put_rows(j, 7);
	for (int i = 0; i < 2; i++)
		pid[i] = start_load(j);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_true(temporary_is_empty(j));
	assert_int_equal(first_row(j), 7);
}

/* Ctrl-C: the parent is told by a descriptor, ends the loader and says that nothing was changed. */
static void stopped(void **state)
{
	jam            *j = *state;
	dj_load_options o = options_of(j);
	dj_load_result *r = NULL;
	dj_err          err = {0};
	int             ends[2];

	put_rows(j, 0);
	dj_load_result_free(must_load(j, "x.csv", &o));
	put_rows(j, 5);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "!", 1), 1);
	o.wake_fd = ends[0];
	assert_int_equal(try_load(j, &r, "x.csv", &o, &err), DJ_STOPPED);
	assert_true(temporary_is_empty(j));
	assert_int_equal(first_row(j), 0);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, jam_begin, jam_end)
	const struct CMUnitTest tests[] = {TEST(killed_at_any_moment), TEST(two_at_once), TEST(stopped)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
