/* Whole runs in the real cage: order, findings handed on, failures that spoil nothing else, what is told. */
#include "whole.h"

/* ---- What goes well ---- */

static void one_plugin(void **state)
{
	world         *x = *state;
	dj_run_summary s;
	dj_run_record  kept;
	dj_err         err = {0};

	put_plugin(x, "each-row", "lua", each_row);
	s = run(x, "each-row");
	is(s.record[0], "OK", NULL);
	assert_int_equal(dj_run_exit(&s), 0);
	assert_int_equal(s.record[0]->n_findings, 3);
	assert_string_equal(s.record[0]->now, "2024-05-01");
	assert_string_equal(s.record[0]->params, "{\"score\":\"0.5\"}");
	assert_string_equal(x->said.data, "started each-row\nfinished each-row OK\n");
	fine(dj_record_get(&kept, x->record, s.record[0]->id, x->arena, &err));
	assert_int_equal(kept.n_findings, 3);
	assert_string_equal(kept.source_row[0].dataset, "cells");
	assert_int_equal(kept.finding[2].evidence[0].rowid, 3);
	assert_string_equal(kept.path, "plugins/each-row/plugin.lua");
}

static void the_same_again(void **state)
{
	world         *x = *state;
	const char    *param = "score=0.25";
	dj_run_summary a, b, c;

	put_plugin(x, "each-row", "lua", each_row);
	a = run(x, "each-row each-row"); /* named twice, run once */
	assert_int_equal(a.n, 1);
	b = run(x, "each-row");
	x->options.param = &param;
	x->options.n_params = 1;
	c = run(x, "each-row");
	assert_int_equal(dj_digest_compare(&a.record[0]->dj1, &b.record[0]->dj1), 0);
	assert_int_not_equal(dj_digest_compare(&a.record[0]->dj1, &c.record[0]->dj1), 0);
}

static void findings_of_another(void **state)
{
	world               *x = *state;
	dj_run_summary       s;
	const dj_run_record *r;

	put_plugin(x, "each-row", "lua", each_row);
	put_plugin(x, "on-findings", "lua", on_findings);
	s = run(x, "on-findings"); /* what it needs runs first, without being named */
	assert_int_equal(s.n, 2);
	is(s.record[0], "OK", NULL);
	r = s.record[1];
	is(r, "OK", NULL);
	assert_string_equal(r->finding[0].title.en, "3 leads");
	assert_int_equal(r->finding[0].n_evidence, 6);
	/* sources: the table that only old evidence cites, then the run that was read */
	assert_int_equal(r->n_sources, 2);
	assert_string_equal(r->source_row[0].dataset, "cells");
	assert_string_equal(r->source_row[1].table, "findings");
	assert_int_equal(atoi(r->source_row[1].djs1), s.record[0]->id);
	assert_int_equal(r->finding[0].evidence[5].source, 1);
	assert_int_equal(r->finding[0].evidence[5].rowid, 3);
	assert_true(strstr(x->said.data, "finished each-row OK\nstarted on-findings") != NULL);
}

static void a_c_plugin(void **state)
{
	static const char text[] =
	    "#include <datajam/plugin.h>\n"
	    "static int idle; static void run(dj_jam *jam) {\n"
	    "  dj_query *q = dj_select(jam, \"SELECT region, list(_row) FROM incidents GROUP BY region\");\n"
	    "  while (dj_next(q))\n"
	    "    dj_finding(jam, .title = \"A region\", .score = 0.5, .subjects = {{ \"region\", dj_text(q, 0) }},\n"
	    "               .evidence = dj_row_list(q, 1));\n"
	    "}\n"
	    "DJ_PLUGIN(.name = \"in-c\", .version = \"1.0.0\", .kind = \"detection\", .summary = \"A test.\",\n"
	    "          .needs = {{ \"incidents\", \"region\" }}, .run = run);\n";
	world         *x = *state;
	dj_run_summary s;

	put_plugin(x, "in-c", "c", text);
	s = run(x, "in-c");
	is(s.record[0], "OK", NULL);
	assert_non_null(strstr(
	    x->said.data, "log in-c 2 0 plugins/in-c/plugin.c:2:")); /* an unused thing: the compiler's warning */
	assert_int_equal(s.record[0]->n_findings, 1);
	assert_int_equal(s.record[0]->finding[0].n_evidence, 3);
	assert_string_equal(s.record[0]->lang, "c");
}

/* ---- What goes wrong spoils nothing else ---- */

static void one_fails_beside_another(void **state)
{
	world         *x = *state;
	dj_run_summary s;

	put_plugin(x, "each-row", "lua", each_row);
	put_plugin(x, "oops", "lua", HEAD("oops", "run = function(jam, p)\n local x = nil\n return x.y\nend }"));
	put_plugin(x, "syntax", "lua", "return {\n name = = 'x' }");
	put_plugin(x, "norun", "lua", HEAD("norun", "}"));
	put_plugin(x, "hungry", "lua", HEAD("hungry", "needs = { ads = { 'ad' } }, run = function() end }"));
	put_plugin(x, "lost", "lua", HEAD("lost", "needs = { findings = 'nobody' }, run = function() end }"));
	s = run(x, "oops syntax norun hungry lost each-row");
	assert_int_equal(s.n, 6);
	assert_int_equal(s.failed, 5);
	assert_int_equal(dj_run_exit(&s), 1);
	is(s.record[0], "FAILED", "plugins/oops/plugin.lua:4:");
	assert_int_equal(s.record[0]->line, 4);
	assert_true(s.record[0]->id > 0); /* a run that failed is kept too */
	is(s.record[1], "FAILED", "plugins/syntax/plugin.lua:2:");
	is(s.record[2], "FAILED", "plugins/norun/plugin.lua: it has no run");
	is(s.record[3], "FAILED", "no dataset fills the role ads");
	is(s.record[4], "FAILED", "no plugin 'nobody'");
	assert_int_equal(s.record[4]->id, 0); /* and one that never began is not */
	is(s.record[5], "OK", NULL);
}

static void what_it_needs_fails(void **state)
{
	world         *x = *state;
	dj_run_summary s;

	put_plugin(x, "each-row", "lua", HEAD("each-row", "run = function(jam) jam:fail('no data today') end }"));
	put_plugin(x, "on-findings", "lua", on_findings);
	s = run(x, "on-findings");
	is(s.record[0], "FAILED", "no data today");
	is(s.record[1], "FAILED", "needs the findings of each-row");
}

static void plugins_in_a_circle(void **state)
{
	world         *x = *state;
	dj_run_summary s;
	dj_err         err;

	put_plugin(x, "one", "lua", HEAD("one", "needs = { findings = 'two' }, run = function() end }"));
	put_plugin(x, "two", "lua", HEAD("two", "needs = { findings = 'one' }, run = function() end }"));
	wrong(try_run(&s, x, "one", &err), "one needs the findings of two needs the findings of one");
	put_plugin(x, "self", "lua", HEAD("self", "needs = { findings = 'self' }, run = function() end }"));
	wrong(try_run(&s, x, "self", &err), "self needs the findings of self");
}

static void what_was_asked_is_not_there(void **state)
{
	world         *x = *state;
	const char    *param = "scoer=1";
	dj_with        with = {"ads", NULL, 0};
	dj_run_summary s;
	dj_err         err;

	put_plugin(x, "each-row", "lua", each_row);
	wrong(try_run(&s, x, "each-rwo", &err), "did you mean 'each-row'");
	assert_int_equal(err.code, DJ_USAGE);
	x->options.param = &param;
	x->options.n_params = 1;
	wrong(try_run(&s, x, "each-row", &err), "did you mean 'score'");
	assert_int_equal(err.code, DJ_USAGE);
	param = "score=2";
	wrong(try_run(&s, x, "each-row", &err), "over its greatest value, 1");
	assert_int_equal(err.code, DJ_USAGE);
	param = "other.score=2";
	wrong(try_run(&s, x, "each-row", &err), "no plugin 'other' is in this run");
	x->options.n_params = 0;
	x->options.with = &with;
	x->options.n_with = 1;
	wrong(try_run(&s, x, "each-row", &err), "no plugin of this run asks for ads");
	assert_int_equal(err.code, DJ_USAGE);
}

/* What was logged, and native code's stderr, reach the person; what is left out is told. */
static void told(void **state)
{
	world         *x = *state;
	dj_run_summary s;

	put_plugin(
	    x, "talks", "lua",
	    HEAD(
	        "talks",
	        "wants = { people = { 'phone' } },\nrun = function(jam)\n jam:log('hello', 1)\n jam:note 'one note'\nend }"));
	s = run(x, "talks");
	is(s.record[0], "OK", NULL);
	assert_non_null(strstr(x->said.data, "log talks 2 0 folk is left out of people: it lacks phone\n"));
	assert_non_null(strstr(x->said.data, "hello\t1\n"));
	assert_non_null(strstr(s.record[0]->log, "hello\t1\n"));
	assert_string_equal(s.record[0]->note[0].en, "one note");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(one_plugin),
	    TEST(the_same_again),
	    TEST(findings_of_another),
	    TEST(a_c_plugin),
	    TEST(one_fails_beside_another),
	    TEST(what_it_needs_fails),
	    TEST(plugins_in_a_circle),
	    TEST(what_was_asked_is_not_there),
	    TEST(told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
