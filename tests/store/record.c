#include "record_sample.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct world {
	char         *dir;
	dj_workspace *w;
	dj_record    *r;
	dj_arena     *a;
} world;

static int set_up(void **state)
{
	world *x = dj_alloc_zero(1, sizeof *x);
	dj_err err = {0};

	x->dir = scratch_folder();
	x->a = dj_arena_new();
	fine(dj_workspace_init(x->dir, &err));
	fine(dj_workspace_open(&x->w, x->dir, &err));
	fine(dj_record_open(&x->r, x->w, &err));
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	world *x = *state;

	dj_record_close(x->r);
	dj_workspace_free(x->w);
	dj_arena_free(x->a);
	scratch_end(x->dir);
	free(x);
	return 0;
}

static void a_run_comes_back(void **state)
{
	world        *x = *state;
	sample       *s = new_sample();
	dj_run_record got;
	dj_err        err = {0};
	dj_digest     wrote;

	fine(dj_record_run(x->r, &s->run, &err));
	assert_int_equal(s->run.id, 1);
	wrote = s->run.dj1;
	fine(dj_record_get(&got, x->r, 1, x->a, &err));
	assert_string_equal(got.plugin, "structuring");
	assert_string_equal(got.summary.fr, "R");
	assert_null(got.caveat.fr);
	assert_null(got.message);
	assert_int_equal(got.line, 12);
	assert_int_equal(got.sql_steps, 5);
	assert_int_equal(dj_digest_compare(&got.digest, &s->run.digest), 0);
	assert_int_equal(got.n_sources, 3);
	assert_string_equal(got.source_row[1].table, "tx");
	assert_int_equal(got.n_findings, 3);
	assert_string_equal(got.finding[0].key, "k2"); /* by falling score, then key */
	assert_string_equal(got.finding[1].key, "k0");
	assert_string_equal(got.finding[2].key, "k1");
	const dj_finding_record *f = &got.finding[2];
	assert_string_equal(f->subject_id[1], "A2");
	assert_string_equal(f->value[0].name, "total");
	assert_string_equal(f->reason[0].fr, "juste en dessous");
	assert_int_equal(f->evidence[2].source, 1);
	assert_int_equal(f->evidence[2].rowid, 3);
	assert_int_equal(f->evidence_total, 12000);
	assert_true(f->has_point && f->lon < -113);
	assert_false(got.finding[0].has_point);
	assert_null(got.finding[0].first);
	assert_string_equal(got.layer[1].name, "cold");
	assert_int_equal(got.view[0].n_parts, 2);
	assert_string_equal(got.view[0].part[1], "edges");
	assert_string_equal(got.view[0].data[1]->column[2].text[1], "é");
	assert_string_equal(got.note[0].fr, "12 lignes sans lieu");
	dj_record_digest(&got); /* what was read is what was digested, whatever order findings come in */
	assert_int_equal(dj_digest_compare(&got.dj1, &wrote), 0);
	free(s);
}

static void runs_are_listed(void **state)
{
	static const struct {
		const char *plugin, *params, *verdict;
	} runs[] = {{"b", "{}", "OK"}, {"a", "{}", "OK"}, {"b", "{\"k\":\"2\"}", "OK"}, {"b", "{}", "FAILED"}};
	world        *x = *state;
	int64_t      *ids, id;
	size_t        n;
	dj_run_record got;
	dj_err        err = {0};

	for (size_t i = 0; i < 4; i++) {
		dj_run_record run = {.plugin = runs[i].plugin, .params = runs[i].params, .verdict = runs[i].verdict};
		fine(dj_record_run(x->r, &run, &err));
		assert_int_equal(run.id, i + 1);
	}
	fine(dj_record_runs(&ids, &n, x->r, x->a, &err));
	assert_int_equal(n, 4);
	assert_int_equal(ids[3], 4);
	fine(dj_record_newest(&ids, &n, x->r, x->a, &err));
	assert_int_equal(n, 3);
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], 3);
	assert_int_equal(ids[2], 4);
	fine(dj_record_newest_of(&id, x->r, "b", &err));
	assert_int_equal(id, 3);
	wrong(dj_record_newest_of(&id, x->r, "c", &err), "no run that went well");
	assert_int_equal(err.code, DJ_NOTFOUND);
	wrong(dj_record_get(&got, x->r, 99, x->a, &err), "no run 99");
	assert_int_equal(err.code, DJ_NOTFOUND);
}

/* Whole or not at all: two findings of one key are refused, and nothing of the run is left. */
static void half_a_run_is_none(void **state)
{
	world   *x = *state;
	sample  *s = new_sample();
	int64_t *ids;
	size_t   n;
	dj_err   err = {0};

	s->finding[2].key = "k1";
	wrong(dj_record_run(x->r, &s->run, &err), "UNIQUE");
	fine(dj_record_runs(&ids, &n, x->r, x->a, &err));
	assert_int_equal(n, 0);
	s->finding[2].key = "k3";
	fine(dj_record_run(x->r, &s->run, &err));
	assert_int_equal(s->run.id, 1);
	free(s);
}

static void two_may_be_open(void **state)
{
	world        *x = *state;
	dj_record    *second = NULL;
	dj_run_record run = {.plugin = "p", .verdict = "OK"}, got;
	dj_err        err = {0};

	fine(dj_record_open(&second, x->w, &err));
	fine(dj_record_run(second, &run, &err));
	fine(dj_record_run(x->r, &run, &err));
	fine(dj_record_get(&got, second, 2, x->a, &err));
	dj_record_close(second);
}

static void exec(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void newer_older_and_foreign_files(void **state)
{
	world        *x = *state;
	char         *path = dj_path_join(x->w->state, "jam.db");
	dj_record    *r = NULL;
	dj_run_record run = {.plugin = "p", .verdict = "OK"};
	dj_err        err = {0};

	dj_record_close(x->r);
	x->r = NULL;
	exec(path, "PRAGMA user_version = 3");
	wrong(dj_record_open(&r, x->w, &err),
	      "jam.db has schema 3, this datajam knows 1 (use the newer datajam)");
	unlink(path);
	exec(path, "PRAGMA application_id = 1145717069"); /* ours, of version 0: nothing in it yet */
	exec(path, "PRAGMA user_version = 0");
	fine(dj_record_open(&r, x->w, &err));
	fine(dj_record_run(r, &run, &err));
	dj_record_close(r);
	unlink(path);
	exec(path, "CREATE TABLE other(a)");
	wrong(dj_record_open(&r, x->w, &err), "is not a jam.db");
	unlink(path);
	fine(dj_file_write(path,
	                   "this is a text that is longer than a header, by some way or other, to be sure of it: "
	                   "a hundred bytes and more",
	                   109, &err));
	wrong(dj_record_open(&r, x->w, &err), "is not a jam.db");
	free(path);
}

/* A new file, opened by several at once: each must get it, whoever makes it. */
static void several_open_a_new_one(void **state)
{
	enum { ROUNDS = 40, OPENERS = 4 };
	world *x = *state;
	char  *path = dj_path_join(x->w->state, "jam.db");
	int    failed = 0;

	dj_record_close(x->r);
	x->r = NULL;
	for (int round = 0; round < ROUNDS; round++) {
		unlink(path);
		for (int k = 0; k < OPENERS; k++)
			if (fork() == 0) {
				dj_record *r = NULL;
				dj_err     err = {0};
				int        rc = dj_record_open(&r, x->w, &err);

				if (rc < 0)
					fprintf(stderr, "%s\n", err.text);
				else
					dj_record_close(r);
				_exit(rc < 0);
			}
		for (int k = 0, status; k < OPENERS; k++)
			failed += wait(&status) < 0 || status != 0;
	}
	assert_int_equal(failed, 0);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_run_comes_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(runs_are_listed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(several_open_a_new_one, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(half_a_run_is_none, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(two_may_be_open, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(newer_older_and_foreign_files, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
