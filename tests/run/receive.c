/*
 * The state machine that takes in what a worker says: one change at a time, so that each case shows one rule;
 * at the end whole streams are broken at random.
 */
#include "voice.h"

#include "base/random.h"

#include <math.h>

/* ---- Streams as they should be ---- */

static void a_whole_run(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;
	finding       weak = plain, strong = plain;

	weak.score = 0.1;
	weak.key = "weak";
	strong.score = 0.9;
	strong.key = "strong";
	put_hello(&v);
	put_finding(&v, &weak);
	put_finding(&v, &strong);
	dj_wire_begin(&v.out, DJ_WIRE_NOTE);
	dj_wire_put_text(&v.out, "a note");
	dj_wire_put_text(&v.out, "");
	end(&v);
	dj_wire_begin(&v.out, DJ_WIRE_PROGRESS);
	dj_wire_put_i64(&v.out, 1);
	dj_wire_put_i64(&v.out, 2);
	end(&v);
	dj_wire_begin(&v.out, DJ_WIRE_LOG);
	dj_wire_put_u8(&v.out, 1);
	dj_wire_put_i64(&v.out, 12);
	dj_wire_put_text(&v.out, "hello");
	end(&v);
	put_done(&v, 2, 0, 0, 1);
	run = conclude(x, &v);
	is(&run, "OK", NULL);
	assert_int_equal(run.n_findings, 2);
	assert_string_equal(run.finding[0].key, "strong"); /* strongest first, whatever the order given */
	assert_int_equal(run.finding[0].n_evidence, 2);
	assert_int_equal(run.finding[0].evidence[1].rowid, 2);
	assert_int_equal(run.finding[0].evidence[1].source, 0);
	assert_string_equal(run.note[0].en, "a note");
	assert_string_equal(run.log, "12: hello\n");
}

/* Frames, a layer and a view on them; numbers of findings follow the findings to their places. */
static void a_layer_and_a_view(void **state)
{
	world         *x = *state;
	voice          v = speak();
	dj_run_record  run;
	dj_err         err = {0};
	double         lat[] = {43.5, 50}, lon[] = {-79, -100};
	int64_t        row[] = {ROW(1), ROW(3)}, number[] = {1, 2};
	const char    *name[] = {"a", "b"};
	dj_data_column column[] = {{.name = "lat", .type = DJ_DATA_REAL, .real = lat},
	                           {.name = "lon", .type = DJ_DATA_REAL, .real = lon},
	                           {.name = "_row", .type = DJ_DATA_INTEGER, .integer = row},
	                           {.name = "finding", .type = DJ_DATA_INTEGER, .integer = number},
	                           {.name = "name", .type = DJ_DATA_TEXT, .text = name}};
	dj_data        d = {2, 5, column};
	finding        weak = plain, strong = plain;

	weak.score = 0.1;
	weak.key = "weak";
	strong.key = "strong";
	put_hello(&v);
	put_finding(&v, &weak);
	put_finding(&v, &strong);
	fine(dj_data_send(&v.out, 1, &d, &err));
	fine(dj_data_send(&v.out, 2, &d, &err));
	dj_wire_begin(&v.out, DJ_WIRE_LAYER);
	dj_wire_put_text(
	    &v.out,
	    "{\"title\":{\"en\":\"Dots\"},\"name\":\"dots\",\"kind\":\"points\",\"frame\":1,\"label\":\"name\"}");
	end(&v);
	dj_wire_begin(&v.out, DJ_WIRE_VIEW);
	dj_wire_put_text(
	    &v.out,
	    "{\"name\":\"v\",\"title\":{\"en\":\"V\"},\"kind\":\"chart\",\"frame\":2,\"x\":{\"column\":\"lon\","
	    "\"zero\":true},\"marks\":[{\"type\":\"dot\",\"y\":\"lat\"}]}");
	end(&v);
	put_done(&v, 2, 1, 1, 0);
	run = conclude(x, &v);
	is(&run, "OK", NULL);
	assert_string_equal(run.layer[0].spec, "{\"label\":\"name\"}");
	assert_string_equal(
	    run.view[0].spec,
	    "{\"marks\":[{\"type\":\"dot\",\"y\":\"lat\"}],\"x\":{\"column\":\"lon\",\"zero\":true}}");
	assert_int_equal(run.layer[0].data[0]->rows, 2);
	assert_int_equal(dj_data_find(run.layer[0].data[0], "finding")->integer[0], 2);
	assert_int_equal(dj_data_find(run.layer[0].data[0], "finding")->integer[1], 1);
	assert_int_equal(dj_data_find(run.layer[0].data[0], "_row")->integer[1], ROW(3));
}

static void it_says_that_it_failed(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;

	put_hello(&v);
	put_finding_head(&v, &plain); /* in the middle of anything */
	dj_wire_begin(&v.out, DJ_WIRE_FAILED);
	dj_wire_put_text(&v.out, "error");
	dj_wire_put_text(&v.out, file.shown);
	dj_wire_put_i64(&v.out, 7);
	dj_wire_put_text(&v.out, "no such column: foo");
	dj_wire_put_text(&v.out, "");
	end(&v);
	run = conclude(x, &v);
	is(&run, "FAILED", "plugins/thing/plugin.lua:7: no such column: foo");
	assert_int_equal(run.line, 7);
	assert_int_equal(run.n_findings, 0);

	v = speak();
	put_hello(&v);
	dj_wire_begin(&v.out, DJ_WIRE_FAILED);
	dj_wire_put_text(&v.out, "limit");
	dj_wire_put_text(&v.out, file.shown);
	dj_wire_put_i64(&v.out, 0);
	dj_wire_put_text(&v.out, "MEMORY: Lua used 512 MiB");
	dj_wire_put_text(&v.out, "");
	end(&v);
	run = conclude(x, &v);
	is(&run, "MEMORY", "MEMORY: Lua used");
}

/* ---- Findings that break one rule each ---- */

static void findings_that_are_not(void **state)
{
	static const finding cases[] = {
	    {.title = "", .key = "k"},
	    {.title = "two\nlines", .key = "k"},
	    {.title = "A lead", .key = ""},
	    {.title = "A lead", .key = "k", .score = 1.5},
	    {.title = "A lead", .key = "k", .score = -0.1},
	    {.title = "A lead", .key = "k", .score = NAN},
	    {.title = "A lead", .key = "k", .first = "yesterday", .last = "2024-01-31"},
	    {.title = "A lead", .key = "k", .first = "2024-02-01", .last = "2024-01-31"},
	    {.title = "A lead", .key = "k", .first = "2024-02-01", .last = ""},
	    {.title = "A lead", .key = "k", .value = "Not A Name"},
	    {.title = "A lead", .key = "k", .point = 1, .lat = 91},
	    {.title = "A lead", .key = "k", .point = 2},
	    {.title = "A lead", .key = "k", .lat = 45},
	    {.title = "A lead", .key = "k", .type = "Region"},
	    {.title = "A lead", .key = "k", .id = ""},
	    {.title = "A lead", .key = "k", .id = "\033[2J"},
	    {.title = "A lead", .key = "k", .type2 = "region", .id2 = "35"},
	    {.title = "A lead", .key = "k", .type2 = "account", .id2 = "A1"},
	    {.title = "A lead", .key = "k", .row = {ROW(2), ROW(1)}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), ROW(1)}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), ROW(ROWS + 1)}},
	    {.title = "A lead", .key = "k", .row = {17, ROW(1)}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), ROW(1) * 2}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), (int64_t)DJ_FINDINGS_SOURCE << DJ_ROW_SHIFT | 1}},
	    {.title = "A lead", .key = "k", .row = {-1, ROW(1)}},
	    {.title = "A lead", .key = "k", .total = 1},
	    {.title = "A lead", .key = "k", .total = 3},
	};
	world *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		finding f = cases[i];

		if (!f.first)
			f.first = "2024-01-01", f.last = "2024-01-31";
		if (!f.value)
			f.value = "n";
		if (!f.type)
			f.type = "region";
		if (!f.id)
			f.id = "35";
		if (!f.row[0])
			f.row[0] = ROW(1), f.row[1] = ROW(2);
		f.n_rows = 2;
		if (!f.total)
			f.total = 2;
		dj_run_record run = of_finding(x, &f);

		if (strcmp(run.verdict, "FAILED") != 0 || !strstr(run.message, "protocol"))
			fail_msg("case %zu: %s %s", i, run.verdict, run.message ? run.message : "");
		assert_int_equal(run.n_findings, 0);
	}
	dj_run_record run = of_finding(x, &plain);
	is(&run, "OK", NULL);
}

static void two_of_one_key_and_too_many(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;

	put_hello(&v);
	put_finding(&v, &plain);
	put_finding(&v, &plain);
	put_done(&v, 2, 0, 0, 0);
	run = conclude(x, &v);
	is(&run, "FAILED", "have the key 'k'");

	v = speak();
	put_hello(&v);
	for (int i = 0; i < 4; i++) {
		finding f = plain;
		char    key[8];

		snprintf(key, sizeof key, "k%d", i);
		f.key = key;
		put_finding(&v, &f);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "findings: more than the 3 allowed");
}

/* A run that reads a protected column: about regions only, on k rows or more; no stand-in is a way round. */
static void protected_columns(void **state)
{
	world        *x = *state;
	finding       f = plain;
	dj_run_record run;

	for (int i = 0; i < 4; i++) {
		voice  v = speak();
		size_t n;
		char  *bytes;

		f = plain;
		if (i == 1)
			f.type = "account", f.id = "A1";
		else if (i == 2)
			f.point = 1, f.lat = 45;
		else if (i == 3)
			f.n_rows = f.total = 1;
		put_hello(&v);
		put_finding(&v, &f);
		put_done(&v, 1, 0, 0, 0);
		bytes = heard(&v, &n);
		run = take(x, bytes, n, "people.gender", n);
		free(bytes);
		if (i == 0)
			is(&run, "OK", NULL);
		else
			is(&run, "FAILED",
			   i == 1   ? "reads people.gender, which is protected: its findings may be about regions only"
			   : i == 2 ? "type 'point'"
			            : "2 rows or more");
	}
}

/* ---- Any bytes ---- */

static void broken_at_random(void **state)
{
	world          *x = *state;
	dj_random_state random = dj_random_seed(11, "streams");
	voice           v = speak();
	int64_t         one = ROW(1);
	double          half = 0.5;
	dj_data_column  column[] = {{.name = "_row", .type = DJ_DATA_INTEGER, .integer = &one},
	                            {.name = "lat", .type = DJ_DATA_REAL, .real = &half},
	                            {.name = "lon", .type = DJ_DATA_REAL, .real = &half}};
	dj_data         d = {1, 3, column};
	size_t          n, failed = 0, rounds = 4000;
	char           *good;
	dj_err          err = {0};

	put_hello(&v);
	put_finding(&v, &plain);
	fine(dj_data_send(&v.out, 1, &d, &err));
	put_text(&v, DJ_WIRE_LAYER, "{\"frame\":1,\"kind\":\"points\",\"name\":\"a\",\"title\":{\"en\":\"t\"}}");
	put_done(&v, 1, 1, 0, 0);
	good = heard(&v, &n);
	for (size_t i = 0; i < rounds; i++) {
		char         *bytes = dj_alloc_zero(n, 1);
		size_t        length = n;
		dj_arena     *outer = x->arena;
		dj_run_record run;

		memcpy(bytes, good, n);
		x->arena = dj_arena_new();
		if (i) {
			for (int64_t k = dj_random_between(&random, 0, 3); k >= 0; k--)
				bytes[dj_random_between(&random, 0, (int64_t)n - 1)] ^=
				    (char)(1 << dj_random_between(&random, 0, 7));
			if (dj_random_between(&random, 0, 4) == 0)
				length = (size_t)dj_random_between(&random, 0, (int64_t)n);
		}
		run = take(x, bytes, length, NULL, (size_t)dj_random_between(&random, 1, (int64_t)n));
		if (!i)
			is(&run, "OK", NULL);
		if (strcmp(run.verdict, "OK") != 0) {
			assert_non_null(run.message);
			assert_int_equal(run.n_findings + run.n_layers, 0);
			failed++;
		}
		dj_arena_free(x->arena);
		x->arena = outer;
		free(bytes);
	}
	assert_in_range(failed, rounds / 2, rounds - 1);
	free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_run),           TEST(a_layer_and_a_view),          TEST(it_says_that_it_failed),
	    TEST(findings_that_are_not), TEST(two_of_one_key_and_too_many), TEST(protected_columns),
	    TEST(broken_at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
