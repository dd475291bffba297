/* Indexes and an R-Tree that a job asks for: columns by name, and what is said when they are not there. */
#include "loader_test.h"

static void is_refused(const char *members, const char *text, const char *words)
{
	loaded l = load_bytes(members, text, strlen(text), 0);

	assert_true(l.rc < 0);
	if (!strstr(l.err.text, words))
		fail_msg("'%s' does not say '%s'", l.err.text, words);
	forget(&l);
}

static void indexes_serve(void **state)
{
	char  *members = dj_fmt(",\"steps\":[{\"op\":\"rename\",\"column\":\"b\",\"to\":\"town\"}],"
	                         "\"indexes\":[[\"a\"],[\"town\",\"a\"],[\"b\"]]");
	dj_buf text = {0}, got = {0};

	(void)state;
	dj_buf_text(&text, "a,b\n");
	for (int i = 0; i < 30000; i++)
		dj_buf_fmt(&text, "%d,town %d\n", i * 7919 % 30000, i % 40);
	loaded l = load_bytes(members, text.data, text.n, 0);
	if (l.rc < 0)
		fail_msg("%s", l.err.text);
	show_rows(&got, l.db, "PRAGMA integrity_check");
	assert_string_equal(got.data, "'ok'");
	assert_int_equal(
	    number_of(l.db, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 't'"), 3);
	dj_buf_reset(&got);
	show_rows(&got, l.db, "EXPLAIN QUERY PLAN SELECT * FROM t WHERE town = 'town 3' AND a > 5");
	assert_non_null(strstr(got.data, "(town=? AND a>?)"));
	assert_int_equal(number_of(l.db, "SELECT rowid FROM t WHERE a = 7919"), 2);
	forget(&l);
	free(members);
	dj_buf_free(&got);
	dj_buf_free(&text);
}

static void a_tree_of_places(void **state)
{
	dj_buf text = {0};

	(void)state;
	dj_buf_text(&text, "name,y,x\n");
	for (int i = 0; i < 30000; i++) /* whole degrees at first: the columns turn out to be real later */
		dj_buf_fmt(&text, "a place called %d,%d,%d\n", i, i % 90, i % 180);
	dj_buf_text(&text, "the last,45.5,-75.25\n");
	loaded l = load_bytes(",\"rtree\":[\"y\",\"x\"]", text.data, text.n, 0);
	if (l.rc < 0)
		fail_msg("%s", l.err.text);
	assert_int_equal(number_of(l.db,
	                           "SELECT id FROM _datajam_rtree_t WHERE lat_min >= 45.4 AND lat_max <= 45.6"
	                           " AND lon_min >= -76 AND lon_max <= -75"),
	                 30001);
	forget(&l);
	dj_buf_free(&text);
}

static void late_members_are_indexed(void **state)
{
	dj_buf text = {0};

	(void)state;
	for (int i = 0; i < 20000; i++)
		dj_buf_fmt(&text, "{\"a\": %d, \"what\": \"filler\"}\n", i);
	dj_buf_text(&text, "{\"a\": 1, \"late\": 2}\n");
	loaded l = load_bytes(",\"indexes\":[[\"late\"]]", text.data, text.n, 0);
	if (l.rc < 0)
		fail_msg("%s", l.err.text);
	assert_int_equal(number_of(l.db, "SELECT rowid FROM t WHERE late = 2"), 20001);
	forget(&l);
	dj_buf_free(&text);
}

static void what_can_not_be_is_said(void **state)
{
	(void)state;
	is_refused(",\"indexes\":[[\"a\"],[\"regoin\"]]", "a,region\n1,x\n",
	           "indexes[1]: there is no column 'regoin' (did you mean 'region'?");
	is_refused(",\"rtree\":[\"lat\",\"long\"]", "lat,lon\n1.5,2.5\n", "rtree: there is no column 'long'");
	is_refused(",\"rtree\":[\"a\",\"b\"]", "a,b\n1.5,x\n2.5,y\n", "rtree: column 'b' is text");
	is_refused(",\"rtree\":[\"a\",\"b\"]", "a,b\n1,1.5\n", "rtree: column 'a' is integer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(indexes_serve),
	    cmocka_unit_test(a_tree_of_places),
	    cmocka_unit_test(late_members_are_indexed),
	    cmocka_unit_test(what_can_not_be_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
