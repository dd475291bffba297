/* The pages that the writer of snapshots makes are what SQLite makes of the same rows, whatever rows and threads. */
#include "store_test.h"

#include "base/random.h"
#include "snapshot_reference.h"

#ifdef DJ_SANITIZED
enum { CASES = 150, MOVED_CASES = 51 };
#else
enum { CASES = 900, MOVED_CASES = 255 };
#endif
enum { CHOICES = 48 };

typedef struct pools {
	dj_pool *two, *four;
} pools;

static void run_cases(const pools *p, const char *stream, int cases)
{
	dj_random_state r = dj_random_seed(1, stream);

	for (int i = 0; i < cases; i++) {
		uint8_t choice[CHOICES];
		world   w;
		for (size_t k = 0; k < sizeof choice; k++)
			choice[k] = (uint8_t)dj_random_bits(&r);
		world_make(&w, choice, sizeof choice);
		if (!world_is_fine(&w, p->two, p->four))
			fail_msg("%s: case %d is not what SQLite makes of it", stream, i);
		world_free(&w);
	}
}

static void random_tables(void **state)
{
	run_cases(*state, "tables", CASES);
}

/* The page with SQLite's lock byte, which no file of this size reaches, is moved to where they do. */
static void around_the_lock_page(void **state)
{
	int before = sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, 0u);

	for (unsigned page = 2; page < 60; page += page < 12 ? 1 : 7) {
		char stream[16];
		snprintf(stream, sizeof stream, "lock %u", page);
		sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, page * 4096u);
		run_cases(*state, stream, MOVED_CASES / 17);
	}
	sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, (unsigned)before);
}

/* Payloads of every size around where a row begins to overflow, and where its last overflow page is full. */
static void every_size_near_a_threshold(void **state)
{
	static const size_t near[] = {489, 4061, 4092 + 489, 4092 + 4061, 2 * 4092 + 489, 2 * 4092 + 4061};
	enum { AROUND = 12 };
	const dj_column_def column = {"a", DJ_COL_TEXT};
	world               w;
	world_table        *t = &w.table[0];

	world_make(&w, NULL, 0);
	w.n = 1;
	for (size_t i = 0; i < DJ_COUNT(near); i++) {
		*t = (world_table){.name = "t", .n_columns = 1, .column = dj_arena_alloc(w.arena, 1, sizeof column)};
		t->column[0] = column;
		t->n_rows = 2 * AROUND;
		t->cell = dj_arena_alloc(w.arena, t->n_rows, sizeof *t->cell);
		for (size_t row = 0; row < t->n_rows; row++)
			t->cell[row] = (dj_cell){.kind = DJ_CELL_TEXT, .text = w.text, .n = near[i] - AROUND + row};
		t->cut = dj_arena_alloc(w.arena, 3, sizeof *t->cut);
		t->n_parts = 2;
		t->cut[1] = i;
		t->cut[2] = t->n_rows;
		assert_true(world_is_fine(&w, ((pools *)*state)->two, ((pools *)*state)->four));
	}
	world_free(&w);
}

/* Interior pages of 511 children, one more or less, and pages above them: a leaf holds one of these rows. */
static void three_levels(void **state)
{
	static const size_t rows[] = {2, 510, 511, 512, 513, 1022, 1023, 1024, 1025};
	dj_column_def       column = {"a", DJ_COL_TEXT};
	world               w;
	world_table        *t = &w.table[0];

	world_make(&w, NULL, 0);
	w.n = 1;
	for (size_t i = 0; i < DJ_COUNT(rows); i++) {
		size_t cut[] = {0, rows[i] / 3, rows[i]};
		*t = (world_table){.name = "t", .n_columns = 1, .n_rows = rows[i], .n_parts = 2, .column = &column};
		t->cut = cut;
		t->cell = dj_arena_alloc(w.arena, t->n_rows, sizeof *t->cell);
		for (size_t row = 0; row < t->n_rows; row++)
			t->cell[row] = (dj_cell){.kind = DJ_CELL_TEXT, .text = w.text + row % 50, .n = 4000};
		assert_true(world_is_fine(&w, ((pools *)*state)->two, ((pools *)*state)->four));
	}
	world_free(&w);
}

/* Rows of some blocks of DJS1, in parts that end within blocks and at their borders. */
static void many_blocks(void **state)
{
	enum { ROWS = 3 * 65536 + 100 };
	dj_column_def column = {"a", DJ_COL_INTEGER};
	size_t        cut[] = {0, 1, 65535, 65536, 65536, 100000, 131072, 150000, 150001, 190000, ROWS};
	world         w;
	world_table  *t = &w.table[0];

	world_make(&w, NULL, 0);
	w.n = 1;
	*t = (world_table){.name = "t", .n_columns = 1, .n_rows = ROWS, .column = &column, .cut = cut};
	t->n_parts = DJ_COUNT(cut) - 1;
	t->cell = dj_arena_alloc(w.arena, ROWS, sizeof *t->cell);
	for (int64_t i = 0; i < ROWS; i++)
		t->cell[i] = (dj_cell){.kind = DJ_CELL_INTEGER, .integer = i * i};
	assert_true(world_is_fine(&w, ((pools *)*state)->two, ((pools *)*state)->four));
	world_free(&w);
}

static int begin(void **state)
{
	static pools p;
	dj_err       err = {0};

	*state = &p;
	return dj_pool_new(&p.two, 2, &err) < 0 || dj_pool_new(&p.four, 4, &err) < 0;
}

static int end(void **state)
{
	pools *p = *state;

	dj_pool_free(p->two);
	dj_pool_free(p->four);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_size_near_a_threshold),
	    cmocka_unit_test(three_levels),
	    cmocka_unit_test(many_blocks),
	    cmocka_unit_test(random_tables),
	    cmocka_unit_test(around_the_lock_page),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
