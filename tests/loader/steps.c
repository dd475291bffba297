/* Runs steps.test: steps as dataset.json has them, on a few lines of CSV, into a table. */
#include "loader_test.h"

#include "base/file.h"

/* Regions are the toolkit's own; places are a handful, in which three are called Richmond. */
static const char places[] = "place,name,region,lat,lon,population\\n1,Richmond,59,49.17,-123.14,182000\\n"
                             "2,Richmond,35,45.19,-75.83,4055\\n3,Richmond,24,45.66,-72.15,3485\\n"
                             "4,Toronto,35,43.70,-79.42,2600000\\n5,St. John's,10,47.56,-52.71,99182\\n"
                             "6,Saint John,13,45.27,-66.06,87857\\n7,Québec,24,46.81,-71.21,528595\\n";
static const char place_names[] =
    "place,name,kind\\n1,1,code\\n1,Richmond,name\\n2,2,code\\n2,Richmond,name\\n3,Richmond,name\\n"
    "4,Toronto,name\\n5,St. John's,name\\n6,Saint John,name\\n7,Québec,name\\n7,Quebec City,other\\n";
static char *gazetteers;

static char *read_toolkit(const char *relative)
{
	const char *source = getenv("DJ_SOURCE");
	char       *path = dj_path_join(source ? source : "../..", relative), *text = NULL;
	dj_buf      json = {0};
	size_t      n;
	dj_err      err = {0};

	if (dj_file_read(&text, &n, path, 1 << 20, &err) < 0)
		fail_msg("%s", err.text);
	dj_json_put_textn(&json, text, n);
	free(text);
	free(path);
	return dj_buf_take(&json);
}

static int read_gazetteers(void **state)
{
	char *table = read_toolkit("datasets/regions/regions.csv");
	char *names = read_toolkit("datasets/regions/region_names.csv");

	(void)state;
	gazetteers = dj_fmt(",\"gazetteers\":[{\"name\":\"regions\",\"table\":%s,\"names\":%s},"
	                    "{\"name\":\"places\",\"table\":\"%s\",\"names\":\"%s\"}]",
	                    table, names, places, place_names);
	free(table);
	free(names);
	return 0;
}

static int free_gazetteers(void **state)
{
	(void)state;
	free(gazetteers);
	return 0;
}

static void show_said(dj_buf *got, const cJSON *table)
{
	const cJSON *line;

	cJSON_ArrayForEach(line, cJSON_GetObjectItem(table, "said"))
	{
		if (got->n)
			dj_buf_text(got, "; ");
		dj_buf_text(got, cJSON_GetStringValue(cJSON_GetObjectItem(line, "text")));
	}
}

static void show_names(dj_buf *got, const cJSON *table)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, cJSON_GetObjectItem(table, "columns"))
	    dj_buf_fmt(got, "%s ", cJSON_GetStringValue(cJSON_GetObjectItem(c, "name")));
	dj_buf_text(got, "| ");
}

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	const char *cut = strstr(input, " ;; ");

	if (!cut)
		fail_msg("a case of steps.test has steps, then ;; and text: %s", input);
	char       *members = dj_fmt(",\"header\":true,\"steps\":[%.*s]", (int)(cut - input), input);
	const char *text = cut + 4;
	loaded      l = load_job(NULL, gazetteers, members, text, n - (size_t)(text - input), 0);
	if (l.rc < 0) {
		dj_buf_fmt(got, "! %s", l.err.text);
	} else if (strcmp(verb, "says") == 0) {
		show_said(got, first_table(&l));
	} else {
		show_names(got, first_table(&l));
		show_rows(got, l.db, "SELECT * FROM t ORDER BY rowid");
		if (cJSON_GetObjectItem(first_table(&l), "rejects")->valuedouble > 0) {
			dj_buf_text(got, " | ");
			show_rows(got, l.db, "SELECT line, \"column\", reason FROM rejects ORDER BY rowid");
		}
	}
	forget(&l);
	free(members);
}

static void cases(void **state)
{
	(void)state;
	cases_run("steps.test", run);
}

/* A row of a record that gives several leads back to the record's own line. */
static void places_of_rows(void **state)
{
	dj_buf text = {0};

	(void)state;
	dj_buf_text(&text, "k,a,b,c\n");
	for (int i = 0; i < 3000; i++)
		dj_buf_fmt(&text, "%d,1,2,3\n", 1000 + i);
	loaded l = load_bytes(
	    ",\"steps\":[{\"op\":\"unpivot\",\"from\":\"a\",\"to\":\"c\",\"name\":\"n\",\"value\":\"v\"}]",
	    text.data, text.n, 0);
	assert_int_equal(l.rc, DJ_OK);
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t"), 9000);
	assert_int_equal(number_of(l.db, "SELECT line FROM _datajam_places WHERE row = 4097"), 2 + 4096 / 3);
	assert_int_equal(number_of(l.db, "SELECT k FROM t WHERE rowid = 4097"), 1000 + 4096 / 3);
	forget(&l);
	dj_buf_free(&text);
}

/* A chunk's rows are held until it is done: what would be more than memory says so. */
static void more_rows_than_can_be_held(void **state)
{
	dj_buf text = {0};

	(void)state;
	dj_buf_text(&text, "id,p\n");
	memset(dj_buf_room(&text, 100000), 'x', 100000);
	text.n += 100000;
	dj_buf_char(&text, ',');
	for (int i = 0; i < 1000; i++)
		dj_buf_text(&text, "a;");
	loaded l =
	    load_bytes(",\"header\":true,\"steps\":[{\"op\":\"rows\",\"column\":\"p\"}]", text.data, text.n, 0);
	assert_int_equal(l.rc, DJ_FAIL);
	assert_non_null(strstr(l.err.text, "line 2: the steps make so many rows"));
	forget(&l);
	dj_buf_free(&text);
}

/* Many chunks: what is counted in each thread is added up, and rows stand in the source's order. */
static void many_chunks(void **state)
{
	static const char *const towns[] = {"Richmond", "Toronto", "Oz", "St. John's", "NA"};
	dj_buf                   text = {0}, said = {0};

	(void)state;
	dj_buf_text(&text, "k,town,a,b\n");
	for (int i = 0; i < 50000; i++)
		dj_buf_fmt(&text, "%d,%s,%d,%d\n", i, towns[i % 5], 2 * i, 2 * i + 1);
	loaded l = load_job(NULL, gazetteers,
	                    ",\"steps\":[{\"op\":\"join\",\"with\":\"places\",\"column\":\"town\",\"to\":\"id\"},"
	                    "{\"op\":\"unpivot\",\"columns\":[\"a\",\"b\"],\"name\":\"x\",\"value\":\"v\"}]",
	                    text.data, text.n, 0);
	assert_int_equal(l.rc, DJ_OK);
	show_said(&said, first_table(&l));
	assert_non_null(strstr(said.data, "10000 cells of town not found in places, left empty: 'Oz' 10000"));
	assert_non_null(strstr(said.data, "10000 cells of town name several places"));
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE v = rowid - 1"), 100000);
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE id IS NOT NULL"), 40000);
	forget(&l);
	dj_buf_free(&text);
	dj_buf_free(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases),
	    cmocka_unit_test(places_of_rows),
	    cmocka_unit_test(more_rows_than_can_be_held),
	    cmocka_unit_test(many_chunks),
	};

	return cmocka_run_group_tests(tests, read_gazetteers, free_gazetteers);
}
