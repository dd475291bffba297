#include "store_test.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/catalogue.h"
#include "store/record.h"

typedef struct world {
	char          *dir;
	dj_workspace  *w;
	dj_vocabulary *v;
} world;

static int set_up(void **state)
{
	world *x = dj_alloc_zero(1, sizeof *x);
	dj_err err = {0};

	x->dir = scratch_folder();
	x->v = shipped_vocabulary();
	fine(dj_workspace_init(x->dir, &err));
	fine(dj_workspace_open(&x->w, x->dir, &err));
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	world *x = *state;

	dj_workspace_free(x->w);
	dj_vocabulary_free(x->v);
	scratch_end(x->dir);
	free(x);
	return 0;
}

static void put_meta(dj_snapshot_writer *s, const char *name)
{
	char  *manifest = dj_fmt("{\"format\": 1, \"name\": \"%s\", \"tables\": [{\"source\": \"x.csv\","
	                          "\"roles\": {\"incidents\": {\"n\": \"n\"}}}]}",
	                         name);
	char  *table = dj_fmt("table:%s", name);
	dj_err err = {0};

	fine(dj_snapshot_writer_meta(s, "manifest", manifest, &err));
	fine(dj_snapshot_writer_meta(s, "dataset", name, &err));
	fine(dj_snapshot_writer_meta(s, "loaded", "2024-05-01T12:00:00Z", &err));
	fine(dj_snapshot_writer_meta(s, "toolkit", "0.1.0", &err));
	fine(dj_snapshot_writer_meta(s, "sources", "[]", &err));
	fine(dj_snapshot_writer_meta(s, table,
	                             "{\"rows\": 2, \"rejects\": 1, \"columns\": [[\"n\", \"integer\"]]}", &err));
	fine(dj_snapshot_writer_meta(s, "table:rejects", "{\"rows\": 1, \"columns\": [[\"line\", \"integer\"]]}",
	                             &err));
	free(table);
	free(manifest);
}

/* Writes a snapshot of one table with two rows, in a temporary folder of the workspace. */
static char *write_snapshot(const world *x, const char *name, int64_t value, dj_digest *djs1)
{
	const dj_column_def column = {"n", DJ_COL_INTEGER};
	dj_snapshot_writer *s = NULL;
	char               *folder = NULL, *path;
	dj_err              err = {0};
	int                 fd;

	fine(dj_workspace_temp(&folder, x->w, "load", &err));
	path = dj_path_join(folder, "snapshot.db");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	fine(dj_snapshot_writer_open(&s, fd, NULL, &err));
	fine(dj_snapshot_writer_table(s, name, &column, 1, &err));
	for (int64_t i = 0; i < 2; i++) {
		dj_cell cell = {.kind = DJ_CELL_INTEGER, .integer = value + i};
		fine(dj_snapshot_writer_row(s, &cell, &err));
	}
	put_meta(s, name);
	fine(dj_snapshot_writer_finish(s, djs1, &err));
	dj_snapshot_writer_free(s);
	close(fd);
	free(folder);
	return path;
}

static dj_digest publish(const world *x, const char *name, int64_t value)
{
	dj_digest djs1;
	dj_err    err = {0};
	char     *path = write_snapshot(x, name, value, &djs1);

	fine(dj_catalogue_publish(x->w, name, &djs1, path, &err));
	assert_false(dj_file_exists(path));
	free(path);
	return djs1;
}

static dj_catalogue *look(const world *x)
{
	dj_catalogue *c = NULL;
	dj_err        err = {0};

	fine(dj_catalogue_open(&c, x->w, x->v, &err));
	return c;
}

static size_t count_in(const world *x, const char *folder)
{
	char  *path = dj_path_join(x->w->state, folder), **names = NULL;
	size_t n = 0;
	dj_err err = {0};

	if (dj_folder_exists(path))
		fine(dj_folder_list(&names, &n, path, &err));
	dj_names_free(names, n);
	free(path);
	return n;
}

static void publishes(void **state)
{
	world        *x = *state;
	dj_catalogue *c = look(x);
	char          hex[65];
	dj_err        err = {0};
	struct stat   st;

	assert_int_equal(dj_catalogue_count(c), 0);
	assert_null(dj_catalogue_find(c, "crime", &err));
	assert_non_null(strstr(err.text, "none is loaded"));
	dj_catalogue_free(c);

	dj_digest djs1 = publish(x, "crime", 1);
	publish(x, "ads", 5);
	c = look(x);
	assert_int_equal(dj_catalogue_count(c), 2);
	assert_string_equal(dj_catalogue_at(c, 0)->name, "ads");
	const dj_dataset *d = dj_catalogue_find(c, "crime", &err);
	dj_digest_hex(hex, &djs1);
	assert_string_equal(d->djs1, hex);
	assert_string_equal(d->loaded, "2024-05-01T12:00:00Z");
	assert_int_equal(d->n_tables, 2);
	const dj_table_info *t = dj_dataset_table(d, "crime");
	assert_int_equal(t->rows, 2);
	assert_int_equal(t->rejects, 1);
	assert_int_equal(t->n_columns, 1);
	assert_int_equal(t->column[0].type, DJ_COL_INTEGER);
	assert_string_equal(t->spec->mapping[0].role, "incidents");
	assert_null(dj_dataset_table(d, "rejects")->spec);
	assert_null(dj_dataset_table(d, "other"));
	assert_int_equal(stat(d->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0444);
	assert_null(dj_catalogue_find(c, "crimes", &err));
	assert_int_equal(err.code, DJ_USAGE);
	assert_non_null(strstr(err.text, "did you mean 'crime'?"));
	dj_catalogue_free(c);
}

static void a_second_load_replaces_the_first(void **state)
{
	world        *x = *state;
	dj_catalogue *before, *after;
	dj_err        err = {0};
	sqlite3      *db = NULL;

	publish(x, "crime", 1);
	before = look(x);
	dj_digest djs1 = publish(x, "crime", 2);
	publish(x, "crime", 2); /* the same content again is fine */
	after = look(x);
	char hex[65];
	dj_digest_hex(hex, &djs1);
	assert_int_equal(dj_catalogue_count(after), 1);
	assert_string_equal(dj_catalogue_at(after, 0)->djs1, hex);
	fine(dj_snapshot_open(&db, dj_catalogue_at(before, 0)->path,
	                      &err)); /* who looked before still has the old one */
	sqlite3_close(db);
	assert_int_equal(count_in(x, "snapshots"), 2);
	dj_catalogue_free(before);
	dj_catalogue_free(after);
}

static void removes_and_clears_up(void **state)
{
	world   *x = *state;
	size_t   files;
	uint64_t bytes;
	dj_err   err = {0};

	publish(x, "crime", 1);
	publish(x, "crime", 2);
	publish(x, "ads", 1);
	wrong(dj_catalogue_remove(x->w, "crimes", &err), "did you mean 'crime'?");
	wrong(dj_catalogue_remove(x->w, "../jam.db", &err), "no dataset");
	fine(dj_catalogue_remove(x->w, "ads", &err));
	fine(dj_catalogue_gc(x->w, &files, &bytes, &err));
	assert_int_equal(files, 2);
	assert_true(bytes > 8000);
	assert_int_equal(count_in(x, "snapshots"), 1);
	dj_catalogue *c = look(x);
	assert_string_equal(dj_catalogue_at(c, 0)->name, "crime");
	dj_catalogue_free(c);
	fine(dj_catalogue_gc(x->w, &files, &bytes, &err));
	assert_int_equal(files, 0);
}

/* What a run rests on stays, also after its dataset was loaded anew or removed. */
static void gc_keeps_what_a_run_names(void **state)
{
	world           *x = *state;
	char             hex[65];
	dj_record       *r = NULL;
	dj_source_record source = {.dataset = "crime", .table = "crime", .role = "incidents", .djs1 = hex};
	dj_run_record    run = {.plugin = "p", .verdict = "OK", .source_row = &source, .n_sources = 1};
	size_t           files;
	uint64_t         bytes;
	dj_err           err = {0};

	dj_digest djs1 = publish(x, "crime", 1);
	dj_digest_hex(hex, &djs1);
	fine(dj_record_open(&r, x->w, &err));
	fine(dj_record_run(r, &run, &err));
	dj_record_close(r);
	publish(x, "crime", 2);
	publish(x, "crime", 3);
	fine(dj_catalogue_remove(x->w, "crime", &err));
	fine(dj_catalogue_gc(x->w, &files, &bytes, &err));
	assert_int_equal(files, 2);
	char *path = dj_fmt("%s/snapshots/crime@%s.db", x->w->state, hex);
	assert_true(dj_file_exists(path));
	free(path);
}

static void gc_takes_old_caches(void **state)
{
	world                *x = *state;
	char                 *cache = dj_path_join(x->w->state, "cache/fetch"), *old = dj_path_join(cache, "old");
	char                 *fresh = dj_path_join(cache, "fresh");
	const struct timespec long_ago[2] = {{1000000000, 0}, {1000000000, 0}};
	size_t                files;
	uint64_t              bytes;
	dj_err                err = {0};

	fine(dj_folder_make(cache, &err));
	fine(dj_file_write(old, "12345", 5, &err));
	fine(dj_file_write(fresh, "1", 1, &err));
	assert_int_equal(utimensat(AT_FDCWD, old, long_ago, 0), 0);
	fine(dj_catalogue_gc(x->w, &files, &bytes, &err));
	assert_int_equal(files, 1);
	assert_int_equal(bytes, 5);
	assert_true(dj_file_exists(fresh));
	assert_false(dj_file_exists(old));
	free(fresh);
	free(old);
	free(cache);
}

static void a_damaged_snapshot_is_named(void **state)
{
	world        *x = *state;
	dj_catalogue *c = NULL;
	dj_err        err = {0};

	publish(x, "ads", 1);
	publish(x, "crime", 1);
	c = look(x);
	char *path = dj_strdup(dj_catalogue_find(c, "crime", &err)->path);
	dj_catalogue_free(c);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(truncate(path, 3000), 0);
	wrong(dj_catalogue_open(&c, x->w, x->v, &err),
	      "dataset crime can not be used (load it again, or datajam rm crime)");
	assert_int_equal(unlink(path), 0);
	wrong(dj_catalogue_open(&c, x->w, x->v, &err), "dataset crime can not be used");
	publish(x, "crime", 1); /* as it says: load it again */
	dj_catalogue_free(look(x));

	char *pointer = dj_path_join(x->w->state, "current/crime");
	fine(dj_file_write(pointer, "../../etc/passwd", 16, &err));
	wrong(dj_catalogue_open(&c, x->w, x->v, &err), "does not name a snapshot");
	fine(dj_catalogue_remove(x->w, "crime", &err));
	dj_catalogue_free(look(x));
	free(pointer);
	free(path);
}

/* A load that is killed at any point leaves the old snapshot, and nothing half-made after the next start. */
static void a_killed_load_leaves_the_old_one(void **state)
{
	world *x = *state;

	publish(x, "crime", 1);
	dj_catalogue *c = look(x);
	char         *before = dj_strdup(dj_catalogue_at(c, 0)->djs1);
	dj_catalogue_free(c);
	for (int part = 0; part < 2; part++) {
		pid_t child = fork();
		if (child == 0) {
			char     *folder = NULL, *half;
			dj_digest djs1;
			if (part == 1) {
				free(write_snapshot(x, "crime", 9, &djs1)); /* whole, not yet published */
			} else if (dj_workspace_temp(&folder, x->w, "load", NULL) == DJ_OK) {
				half = dj_path_join(folder, "snapshot.db");
				dj_file_write(half, "SQLite form", 11, NULL);
			}
			_exit(0);
		}
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	assert_int_equal(count_in(x, "tmp"), 3); /* one is ours */
	dj_workspace_sweep(x->w);
	assert_int_equal(count_in(x, "tmp"), 1);
	assert_int_equal(count_in(x, "snapshots"), 1);
	c = look(x);
	assert_int_equal(dj_catalogue_count(c), 1);
	assert_string_equal(dj_catalogue_at(c, 0)->djs1, before);
	dj_catalogue_free(c);
	free(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(publishes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_second_load_replaces_the_first, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(removes_and_clears_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(gc_keeps_what_a_run_names, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(gc_takes_old_caches, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_damaged_snapshot_is_named, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_killed_load_leaves_the_old_one, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
