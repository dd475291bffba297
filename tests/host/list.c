#include "host/list.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void add_integer(dj_list_maker *m, int64_t v)
{
	dj_list_item item = {.type = DJ_DATA_INTEGER, .integer = v};

	assert_int_equal(dj_list_add(m, &item, NULL), DJ_OK);
}

static void add_text(dj_list_maker *m, const char *s)
{
	dj_list_item item = {.type = DJ_DATA_TEXT, .text = s, .n = strlen(s)};

	assert_int_equal(dj_list_add(m, &item, NULL), DJ_OK);
}

static void integers_are_sorted_and_different(void **state)
{
	dj_list_maker m = {0};
	dj_buf        b = {0};
	dj_arena     *a = dj_arena_new();
	dj_data_list  l;

	(void)state;
	add_integer(&m, 5);
	add_integer(&m, -7);
	add_integer(&m, 5);
	add_integer(&m, INT64_MAX);
	dj_list_end(&m, &b);
	assert_int_equal(dj_list_read(&l, b.data, b.n, a, NULL), DJ_OK);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.type, DJ_DATA_INTEGER);
	assert_true(l.integer[0] == -7 && l.integer[1] == 5 && l.integer[2] == INT64_MAX);
	dj_buf_free(&b);
	dj_arena_free(a);
}

static void texts_by_bytes_with_a_prefix_first(void **state)
{
	dj_list_maker m = {0};
	dj_buf        b = {0};
	dj_arena     *a = dj_arena_new();
	dj_data_list  l;

	(void)state;
	add_text(&m, "b");
	add_text(&m, "ab");
	add_text(&m, "a");
	add_text(&m, "");
	add_text(&m, "ab");
	dj_list_end(&m, &b);
	assert_int_equal(dj_list_read(&l, b.data, b.n, a, NULL), DJ_OK);
	assert_int_equal(l.n, 4);
	assert_string_equal(l.text[0], "");
	assert_string_equal(l.text[1], "a");
	assert_string_equal(l.text[2], "ab");
	assert_string_equal(l.text[3], "b");
	dj_buf_free(&b);
	dj_arena_free(a);
}

static void integers_and_reals_are_reals(void **state)
{
	dj_list_maker m = {0};
	dj_buf        b = {0};
	dj_arena     *a = dj_arena_new();
	dj_data_list  l;
	dj_list_item  real = {.type = DJ_DATA_REAL, .real = 0.5}, zero = {.type = DJ_DATA_REAL, .real = -0.0};
	dj_list_item  nan = {.type = DJ_DATA_REAL, .real = NAN},
	             text = {.type = DJ_DATA_TEXT, .text = "x", .n = 1};

	(void)state;
	add_integer(&m, 2);
	add_integer(&m, 0);
	assert_int_equal(dj_list_add(&m, &real, NULL), DJ_OK);
	assert_int_equal(dj_list_add(&m, &zero, NULL), DJ_OK);
	assert_true(dj_list_add(&m, &nan, NULL) < 0);
	assert_true(dj_list_add(&m, &text, NULL) < 0);
	dj_list_end(&m, &b);
	assert_int_equal(dj_list_read(&l, b.data, b.n, a, NULL), DJ_OK);
	assert_int_equal(l.n, 3);
	assert_true(l.real[0] == 0 && !signbit(l.real[0]) && l.real[1] == 0.5 && l.real[2] == 2);
	dj_buf_free(&b);
	dj_arena_free(a);
}

/* Cut or bent anywhere, it is either refused or still a whole list: nothing is read past the end. */
static void bent_bytes_are_refused(void **state)
{
	dj_list_maker  m = {0};
	dj_buf         b = {0};
	dj_list_reader r;
	dj_list_item   item;

	(void)state;
	add_text(&m, "one");
	add_text(&m, "two");
	dj_list_end(&m, &b);
	for (size_t n = 0; n < b.n; n++) {
		char *cut = dj_strndup(b.data, n);
		assert_true(dj_list_open(&r, cut, n, NULL) < 0);
		free(cut);
	}
	for (size_t at = 0; at < b.n; at++)
		for (int bit = 0; bit < 8; bit++) {
			b.data[at] = (char)(b.data[at] ^ 1 << bit);
			if (dj_list_open(&r, b.data, b.n, NULL) == DJ_OK)
				while (dj_list_next(&r, &item))
					assert_true(item.type != DJ_DATA_TEXT || item.text + item.n < b.data + b.n);
			b.data[at] = (char)(b.data[at] ^ 1 << bit);
		}
	dj_buf_free(&b);
}

static void the_empty_list(void **state)
{
	dj_list_maker  m = {0};
	dj_buf         b = {0};
	dj_list_reader r;

	(void)state;
	dj_list_end(&m, &b);
	assert_int_equal(dj_list_open(&r, b.data, b.n, NULL), DJ_OK);
	assert_int_equal(r.n, 0);
	dj_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_are_sorted_and_different),
	    cmocka_unit_test(texts_by_bytes_with_a_prefix_first),
	    cmocka_unit_test(integers_and_reals_are_reals),
	    cmocka_unit_test(bent_bytes_are_refused),
	    cmocka_unit_test(the_empty_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
