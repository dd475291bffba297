/* After a purge no byte of jam.db is left of what it held; other datasets' runs stay as they were. */
#include "record_sample.h"

#include "store/care.h"
#include "store/purge.h"
#include "store/snapshot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct jam {
	char         *folder;
	dj_workspace *w;
	dj_record    *r;
} jam;

static jam begin(void)
{
	jam    j = {.folder = scratch_folder()};
	dj_err err = {0};

	fine(dj_workspace_init(j.folder, &err));
	fine(dj_workspace_open(&j.w, j.folder, &err));
	fine(dj_record_open(&j.r, j.w, &err));
	return j;
}

static void end(jam *j)
{
	dj_record_close(j->r);
	dj_workspace_free(j->w);
	scratch_end(j->folder);
}

/* A run that read one table (dataset "": the findings of run `djs1`), with `planted` wherever a run may hold a value. */
static void record(const jam *j, const char *dataset, const char *djs1, const char *planted)
{
	sample *s = new_sample();
	dj_err  err = {0};

	s->source[0] = (dj_source_record){dataset, *dataset ? "t" : "findings", "links", djs1};
	s->run.n_sources = 1;
	s->evidence[1].source = s->evidence[2].source = 0;
	s->finding[0].title.en = s->finding[0].detail.en = s->finding[0].place = planted;
	s->id[0] = s->texts[0] = s->reason[0].en = s->note[0].en = planted;
	s->layer[0].title.en = s->run.log = s->run.message = s->run.traceback = planted;
	s->layer[0].spec = s->run.params = planted;
	fine(dj_record_run(j->r, &s->run, &err));
	free(s);
}

static bool holds(const char *path, const char *words)
{
	char  *bytes = NULL;
	size_t n = 0;
	bool   found;

	if (!dj_file_exists(path) || dj_file_read(&bytes, &n, path, 64 << 20, NULL) < 0)
		return false;
	found = memmem(bytes, n, words, strlen(words)) != NULL;
	free(bytes);
	return found;
}

static bool state_holds(const jam *j, const char *words)
{
	static const char *const files[] = {"jam.db", "jam.db-wal", "jam.db-shm", "jam.db-journal"};
	bool                     found = false;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *path = dj_path_join(j->w->state, files[i]);
		found = found || holds(path, words);
		free(path);
	}
	return found;
}

static void runs_go_with_what_they_gave(void **state)
{
	jam            j = begin();
	dj_arena      *a = dj_arena_new();
	dj_purged_run *run = NULL;
	int64_t       *left = NULL;
	size_t         n = 0;
	dj_err         err = {0};

	(void)state;
	record(&j, "calls", "aa", "PLANTED-ONE");
	record(&j, "other", "bb", "KEPT-ONE");
	record(&j, "", "1", "PLANTED-TWO"); /* reads what run 1 found */
	record(&j, "", "3", "PLANTED-SIX"); /* and what run 3 found of that */
	record(&j, "", "2", "KEPT-TWO");
	assert_true(state_holds(&j, "PLANTED-SIX"));

	fine(dj_record_touching(&run, &n, j.r, "calls", a, &err));
	assert_int_equal(n, 3);
	assert_int_equal(run[0].id, 1);
	assert_int_equal(run[1].id, 3);
	assert_int_equal(run[2].id, 4);
	assert_int_equal(run[0].findings, 3);
	assert_string_equal(run[0].plugin, "structuring");
	assert_int_equal(strlen(run[0].dj1), 64);

	fine(dj_record_purge(j.r, "calls", &err));
	assert_false(state_holds(&j, "PLANTED"));
	assert_true(state_holds(&j, "KEPT-TWO"));
	fine(dj_record_runs(&left, &n, j.r, a, &err));
	assert_int_equal(n, 2);
	assert_int_equal(left[0], 2);
	assert_int_equal(left[1], 5);
	fine(dj_record_purge(j.r, "calls", &err)); /* again is fine */
	dj_arena_free(a);
	end(&j);
}

static void a_reader_that_keeps_old_pages_is_said(void **state)
{
	jam        j = begin();
	dj_record *reader = NULL;
	dj_err     err = {0};

	(void)state;
	record(&j, "calls", "aa", "PLANTED-ONE");
	fine(dj_record_open(&reader, j.w, &err));
	assert_int_equal(sqlite3_exec(dj_record_db(reader), "BEGIN; SELECT * FROM run", NULL, NULL, NULL),
	                 SQLITE_OK);
	sqlite3_busy_timeout(dj_record_db(j.r), 10);
	wrong(dj_record_purge(j.r, "calls", &err), "purge again");
	dj_record_close(reader);
	fine(dj_record_purge(j.r, "calls", &err));
	assert_false(state_holds(&j, "PLANTED"));
	end(&j);
}

static void put_snapshot(const jam *j, const char *file)
{
	char *path = dj_fmt("%s/snapshots/%s", j->w->state, file),
	     *folder = dj_path_join(j->w->state, "snapshots");
	dj_err err = {0};

	fine(dj_folder_make(folder, &err));
	fine(dj_file_write(path, "no database", 11, &err)); /* a damaged one goes too */
	free(folder);
	free(path);
}

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void versions_of_that_name_alone(void **state)
{
	jam         j = begin();
	dj_arena   *a = dj_arena_new();
	dj_version *v = NULL;
	size_t      n = 0;
	dj_err      err = {0};

	(void)state;
	put_snapshot(&j, "calls@" DIGEST ".db");
	put_snapshot(&j, "calls_more@" DIGEST ".db");
	put_snapshot(&j, "calls@0.db");
	fine(dj_versions(&v, &n, j.w, "calls", a, &err));
	assert_int_equal(n, 1);
	assert_string_equal(v[0].djs1, DIGEST);
	assert_int_equal(v[0].bytes, 11);
	assert_null(v[0].sources);
	fine(dj_versions_delete(j.w, "calls", &err));
	fine(dj_versions(&v, &n, j.w, "calls", a, &err));
	assert_int_equal(n, 0);
	fine(dj_versions(&v, &n, j.w, "calls_more", a, &err));
	assert_int_equal(n, 1);
	dj_arena_free(a);
	end(&j);
}

static void terms_and_days(void **state)
{
	jam         j = begin();
	dj_manifest m = {.embargo_until = "2024-03-02", .delete_by = "2024-03-02"};
	char        today[DJ_DAY_ROOM];
	dj_err      err = {0};

	(void)state;
	assert_true(dj_care_embargo(&m, "2024-03-01"));
	assert_false(dj_care_embargo(&m, "2024-03-02")); /* until that day, not through it */
	assert_false(dj_care_overdue(&m, "2024-03-02")); /* by the end of that day */
	assert_true(dj_care_overdue(&m, "2024-03-03"));
	dj_today(today);
	assert_int_equal(strlen(today), 10);

	assert_false(dj_care_accepted(j.w, "calls", "Be kind."));
	fine(dj_care_accept(j.w, "calls", "Be kind.", &err));
	assert_true(dj_care_accepted(j.w, "calls", "Be kind."));
	assert_false(dj_care_accepted(j.w, "calls", "Be kind!"));
	assert_false(dj_care_accepted(j.w, "other", "Be kind."));
	end(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(runs_go_with_what_they_gave),
	    cmocka_unit_test(a_reader_that_keeps_old_pages_is_said),
	    cmocka_unit_test(versions_of_that_name_alone),
	    cmocka_unit_test(terms_and_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
