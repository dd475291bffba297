/* Loads side by side, and looks that write nothing. */
#include "intake_test.h"

#include <poll.h>

typedef struct told {
	uint64_t done, total;
	size_t   times;
} told;

static void tell(void *user, uint64_t done, uint64_t total, uint64_t rows)
{
	told *t = user;

	(void)rows;
	t->done = done;
	t->total = total > t->total ? total : t->total;
	t->times++;
}

static char *numbers(size_t n)
{
	dj_buf text = {0};

	dj_buf_text(&text, "id,n\n");
	for (size_t i = 0; i < n; i++)
		dj_buf_fmt(&text, "%zu,%zu\n", i, i % 7);
	return dj_buf_take(&text);
}

static void results_come_in_order(void **state)
{
	enum { N = 6 };
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	told            t = {0};
	char           *path[N];
	dj_loads       *l = NULL;
	dj_err          err = {0};

	o.progress = tell;
	o.user = &t;
	for (int i = 0; i < N; i++) {
		char *name = dj_fmt("n%d.csv", i), *text = numbers(i == 0 ? 400000 : 10);
		if (i != 3) /* is not there */
			put_file(j, name, text);
		path[i] = in_jam(j, name);
		free(text);
		free(name);
	}
	assert_int_equal(dj_loads_start(&l, j->w, j->v, (const char *const *)path, N, &o, &err), DJ_OK);
	for (int i = 0; i < N; i++) {
		dj_load_result *r = NULL;
		int             rc = dj_loads_next(&r, l, &err);
		assert_int_equal(rc, i == 3 ? DJ_USAGE : DJ_OK);
		if (i == 3) {
			assert_non_null(strstr(err.text, "n3.csv"));
			continue;
		}
		assert_int_equal(r->dataset[1], '0' + i);
		assert_int_equal(r->table[0].rows, i == 0 ? 400000 : 10);
		dj_load_result_free(r);
	}
	dj_loads_end(l);
	assert_true(ask(j, "n0", "SELECT count(*) FROM n0") == 400000);
	assert_true(temporary_is_empty(j));
	assert_true(t.done <= t.total);
	for (int i = 0; i < N; i++)
		free(path[i]);
}

static void two_of_one_name_are_refused(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	dj_loads       *l = NULL;
	dj_err          err = {0};

	put_file(j, "a/x.csv", "a,b\n1,2\n");
	put_file(j, "b/x.csv", "a,b\n1,2\n");
	char       *a = in_jam(j, "a/x.csv"), *b = in_jam(j, "b/x.csv");
	const char *both[] = {a, b};
	assert_int_equal(dj_loads_start(&l, j->w, j->v, both, 2, &o, &err), DJ_USAGE);
	assert_non_null(strstr(err.text, "would both be the dataset x"));
	assert_false(dj_folder_exists(j->w->state));
	free(a);
	free(b);
}

static void ending_early_waits(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	dj_loads       *l = NULL;
	dj_err          err = {0};
	int             end[2];

	assert_int_equal(pipe(end), 0);
	assert_int_equal(write(end[1], "x", 1), 1); /* stopped from the beginning */
	o.wake_fd = end[0];
	put_file(j, "x.csv", "a,b\n1,2\n");
	put_file(j, "y.csv", "a,b\n1,2\n");
	char           *x = in_jam(j, "x.csv"), *y = in_jam(j, "y.csv");
	const char     *both[] = {x, y};
	dj_load_result *r = NULL;
	assert_int_equal(dj_loads_start(&l, j->w, j->v, both, 2, &o, &err), DJ_OK);
	assert_int_equal(dj_loads_next(&r, l, &err), DJ_STOPPED);
	dj_loads_end(l); /* without the other's result */
	assert_true(temporary_is_empty(j));
	close(end[0]);
	close(end[1]);
	free(x);
	free(y);
}

static void a_look_writes_nothing(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	dj_look        *l = NULL;
	dj_err          err = {0};

	put_file(j, "x.csv", "day;n\n2024-01-01;3\n2024-01-02;many\n");
	char *path = in_jam(j, "x.csv"), *manifest = in_jam(j, "datasets/x");
	assert_int_equal(dj_intake_look(&l, j->w, j->v, path, &o, &err), DJ_OK);
	assert_string_equal(l->dataset, "x");
	assert_true(l->fresh);
	assert_int_equal(l->n_tables, 1);
	assert_true(l->table[0].whole);
	assert_int_equal(l->table[0].n_rows, 2);
	assert_string_equal(l->table[0].row[1][1], "many");
	assert_int_equal(l->table[0].column[0].type, DJ_COL_DATE);
	assert_non_null(strstr(l->table[0].why[1], "the first is `many` at line 3"));
	dj_look_free(l);
	assert_false(dj_folder_exists(manifest));
	assert_false(dj_folder_exists(j->w->state));
	free(manifest);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(results_come_in_order, jam_begin, jam_end),
	    cmocka_unit_test_setup_teardown(two_of_one_name_are_refused, jam_begin, jam_end),
	    cmocka_unit_test_setup_teardown(ending_early_waits, jam_begin, jam_end),
	    cmocka_unit_test_setup_teardown(a_look_writes_nothing, jam_begin, jam_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
