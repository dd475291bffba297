/* Whole runs in the real cage: order, findings handed on, failures that spoil nothing else, limits, interrupts. */
#include "../plugin/datasets.h"

#include "run/run.h"

typedef struct world {
	char          *dir;
	dj_workspace  *w;
	dj_vocabulary *v;
	dj_catalogue  *c;
	dj_record     *record;
	dj_worker      worker;
	dj_arena      *arena;
	dj_run_options options;
	dj_buf         said; /* what events told, a line each */
} world;

#define HEAD(name, more)     \
	"return { name = '" name \
	"', version = '1.0.0', kind = 'detection', summary = 'A test.', caveat = 'None.',\n" more

/* One finding a row of incidents. */
static const char each_row[] = HEAD(
    "each-row",
    "needs = { incidents = { 'n', 'region' } },\n"
    "params = { score = { 0.5, min = 0, max = 1, help = 'score' } },\n"
    "run = function(jam, p)\n"
    "  for r in jam:rows 'SELECT n, region, _row FROM incidents ORDER BY _row' do\n"
    "    jam:finding { title = 'n ' .. r.n, score = p.score, evidence = r._row, subjects = { region = r.n } }\n"
    "  end\nend }");
/* Reads them, and rests on both the findings and their rows. */
static const char on_findings[] = HEAD(
    "on-findings",
    "needs = { findings = 'each-row' },\n"
    "run = function(jam, p)\n"
    "  for r in jam:rows [[SELECT count(*) AS n, list(f._row) AS found, list(e.row) AS rows\n"
    "    FROM findings f JOIN finding_evidence e ON e.finding = f._row\n"
    "    JOIN finding_subjects s ON s.finding = f._row WHERE s.type = 'region']] do\n"
    "    jam:finding { title = r.n .. ' leads', score = 1, evidence = { r.found, r.rows }, place = { region = 'x' } }\n"
    "  end\nend }");

static void put_plugin(const world *x, const char *name, const char *ending, const char *text)
{
	char  *folder = dj_fmt("%s/plugins/%s", x->dir, name), *file = dj_fmt("%s/plugin.%s", folder, ending);
	dj_err err = {0};

	fine(dj_folder_make(folder, &err));
	fine(dj_file_write(file, text, strlen(text), &err));
	free(folder);
	free(file);
}

static int set_up(void **state)
{
	world      *x = dj_alloc_zero(1, sizeof *x);
	const char *build = getenv("DJ_BUILD"), *source = getenv("DJ_SOURCE");
	char       *worker = dj_fmt("%s/datajam-worker", build ? build : ".");
	dj_err      err = {0};

	x->dir = scratch_folder();
	x->v = shipped_vocabulary();
	x->arena = dj_arena_new();
	fine(dj_workspace_init(x->dir, &err));
	fine(dj_workspace_open(&x->w, x->dir, &err));
	free(x->w->toolkit);
	x->w->toolkit = dj_strdup(source ? source : "../..");
	write_dataset(x->w, x->v,
	              &(test_dataset){"cells", "incidents", "n=N region=R", "\"date\":\"2024-05-01\",", NULL, 3});
	write_dataset(x->w, x->v, &(test_dataset){"folk", "people", "person=ID gender=G -T", NULL, NULL, 20});
	fine(dj_catalogue_open(&x->c, x->w, x->v, &err));
	fine(dj_record_open(&x->record, x->w, &err));
	fine(dj_worker_open(&x->worker, worker, &err));
	x->options = (dj_run_options){.seed = 1, .limits = dj_limits_default(), .wake_fd = -1, .side_by_side = 2};
	free(worker);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	world *x = *state;

	dj_worker_close(&x->worker);
	dj_record_close(x->record);
	dj_catalogue_free(x->c);
	dj_workspace_free(x->w);
	dj_vocabulary_free(x->v);
	dj_arena_free(x->arena);
	dj_buf_free(&x->said);
	scratch_end(x->dir);
	free(x);
	return 0;
}

static void on_started(void *user, const dj_plan_step *step)
{
	dj_buf_fmt(&((world *)user)->said, "started %s\n", step->file->name);
}

static void on_log(void *user, const dj_plan_step *step, int level, int64_t line, const char *text)
{
	dj_buf_fmt(&((world *)user)->said, "log %s %d %lld %s\n", step->file->name, level, (long long)line, text);
}

static void on_finished(void *user, const dj_plan_step *step, const dj_run_record *record)
{
	dj_buf_fmt(&((world *)user)->said, "finished %s %s\n", step->file->name, record->verdict);
}

/* Runs plugins named with spaces between. */
static int try_run(dj_run_summary *out, world *x, const char *names, dj_err *err)
{
	const char    *plugin[8];
	dj_run_house   house = {x->w, x->v, x->c, &x->worker, x->record};
	dj_run_events  events = {on_started, NULL, on_log, on_finished, x};
	const dj_plan *plan;
	char          *copy = dj_arena_dup(x->arena, names), *save = NULL;
	int            rc;

	x->options.plugin = plugin;
	x->options.n_plugins = 0;
	for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save))
		plugin[x->options.n_plugins++] = name;
	dj_buf_reset(&x->said);
	if ((rc = dj_run_plan(&plan, &house, &x->options, x->arena, err)) < 0)
		return rc;
	return dj_run_go(out, &house, plan, &x->options, &events, x->arena, err);
}

static dj_run_summary run(world *x, const char *names)
{
	dj_run_summary s = {0};
	dj_err         err = {0};

	fine(try_run(&s, x, names, &err));
	return s;
}

static void is(const dj_run_record *r, const char *verdict, const char *words)
{
	if (strcmp(r->verdict, verdict) != 0 || (words && (!r->message || !strstr(r->message, words))))
		fail_msg("%s: want %s with '%s', got %s: %s", r->plugin, verdict, words ? words : "", r->verdict,
		         r->message ? r->message : "");
}

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

/* ---- Rules, limits, interrupts ---- */

static void protected_columns(void **state)
{
	world         *x = *state;
	dj_run_summary s;

	put_plugin(
	    x, "reads", "lua",
	    HEAD(
	        "reads",
	        "needs = { people = { 'person', 'gender' } },\n"
	        "run = function(jam)\n for r in jam:rows 'SELECT person, list(_row) AS rows FROM people GROUP BY 1' do\n"
	        "  jam:finding { title = 'x', score = 1, subjects = { account = 'a' }, evidence = r.rows }\n end\nend }"));
	put_plugin(
	    x, "reads-those", "lua",
	    HEAD(
	        "reads-those",
	        "needs = { findings = 'region-wise', incidents = { 'n' } },\n"
	        "run = function(jam)\n for r in jam:rows 'SELECT list(_row) AS rows FROM incidents' do\n"
	        "  jam:finding { title = 'x', score = 1, subjects = { region = 'a' }, evidence = r.rows }\n end\nend }"));
	put_plugin(
	    x, "region-wise", "lua",
	    HEAD(
	        "region-wise",
	        "needs = { people = { 'person', 'gender' } },\n"
	        "run = function(jam)\n for r in jam:rows 'SELECT list(_row) AS rows FROM people' do\n"
	        "  jam:finding { title = 'x', score = 1, subjects = { region = 'a' }, evidence = r.rows }\n end\nend }"));
	s = run(x, "reads region-wise reads-those");
	is(s.record[0], "FAILED", "reads people.gender, which is protected");
	assert_int_equal(s.record[0]->n_findings, 0);
	is(s.record[1], "OK", NULL); /* about a region, on 20 rows */
	is(s.record[2], "FAILED",
	   "11 rows or more"); /* 3 rows, and what it read the findings of had read the column */
}

static void limits(void **state)
{
	world         *x = *state;
	dj_run_summary s;

	put_plugin(x, "each-row", "lua", each_row);
	put_plugin(x, "spin", "lua", HEAD("spin", "run = function() while true do end end }"));
	put_plugin(
	    x, "grow", "lua",
	    HEAD("grow", "run = function() local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end end }"));
	put_plugin(
	    x, "flood", "lua",
	    HEAD(
	        "flood",
	        "needs = { incidents = { 'n' } },\n"
	        "run = function(jam) local row = jam:value 'SELECT min(_row) FROM incidents'\n"
	        " for i = 1, 1e9 do jam:finding { title = 'x', score = 1, evidence = row, subjects = { x = i } } end end }"));
	x->options.limits.cpu_ms = 1000;
	x->options.limits.lua_bytes = 64 << 20;
	x->options.limits.findings = 50;
	s = run(x, "spin grow flood each-row");
	is(s.record[0], "TIMEOUT", NULL);
	is(s.record[1], "MEMORY", NULL);
	is(s.record[2], "OUTPUT-LIMIT", NULL);
	is(s.record[3], "OK", NULL);
}

static void native_code_that_leaves(void **state)
{
	static const char form[] =
	    "#include <datajam/plugin.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
	    "static void run(dj_jam *jam) { (void)jam; %s; }\n"
	    "DJ_PLUGIN(.name = \"%s\", .version = \"1.0.0\", .kind = \"detection\", .summary = \"A test.\", .run = run);\n";
	static const struct {
		const char *name, *does, *verdict, *words;
	} cases[] = {
	    {"leaves", "_exit(0)", "FAILED", "ended before it had said that it was done"},
	    {"crashes", "*(volatile int *)0 = 1", "FAILED", NULL},
	    {"forges", "if (write(3, \"forged!forged!forged!\", 21)) _exit(0)", "FAILED", "protocol"},
	    {"forks", "if (fork()) _exit(0)", "SANDBOX-VIOLATION", NULL},
	};
	world         *x = *state;
	dj_run_summary s;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		put_plugin(x, cases[i].name, "c", dj_arena_fmt(x->arena, form, cases[i].does, cases[i].name));
	s = run(x, "leaves crashes forges forks");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		is(s.record[i], cases[i].verdict, cases[i].words);
	put_plugin(x, "nonsense", "c", "#include <datajam/plugin.h>\nthis is no C\n");
	s = run(x, "nonsense");
	is(s.record[0], "FAILED", "plugins/nonsense/plugin.c:2:");
}

/* Native code holds the file itself: what it did not ask for is not in there. */
static void what_native_code_holds(void **state)
{
	static const char form[] =
	    "#include <datajam/plugin.h>\n#include <string.h>\n#include <sys/types.h>\n"
	    "ssize_t pread(int, void *, size_t, off_t);\n"
	    "static void run(dj_jam *jam) {\n"
	    "  static char bytes[1 << 20]; ssize_t n = pread(6, bytes, sizeof bytes, 0);\n"
	    "  const char *words[] = {\"v-ID\", \"v-G\", \"v-T\"};\n"
	    "  for (int w = 0; w < 3; w++)\n"
	    "    for (ssize_t i = 0; i + 4 < n; i++)\n"
	    "      if (!memcmp(bytes + i, words[w], strlen(words[w]))) { dj_note(jam, words[w]); break; }\n"
	    "  dj_query *q = dj_select(jam, \"SELECT count(*), max(_row) & 255 FROM people\");\n"
	    "  if (dj_next(q)) dj_note(jam, dj_format(jam, \"%%d %%d\", (int)dj_integer(q, 0), (int)dj_integer(q, 1)));\n"
	    "}\n"
	    "DJ_PLUGIN(.name = \"%s\", .version = \"1.0.0\", .kind = \"detection\", .summary = \"A test.\",\n"
	    "          .needs = {{ \"people\", \"%s\" }}, .run = run);\n";
	world         *x = *state;
	dj_run_summary s;

	put_plugin(x, "little", "c", dj_arena_fmt(x->arena, form, "little", "person"));
	put_plugin(x, "more", "c", dj_arena_fmt(x->arena, form, "more", "person gender"));
	put_plugin(x, "nothing", "c", dj_arena_fmt(x->arena, form, "nothing", "n"));
	s = run(x, "little more nothing");
	is(s.record[0], "OK", NULL);
	assert_int_equal(s.record[0]->n_notes, 3);
	assert_string_equal(s.record[0]->note[0].en, "v-ID");
	assert_string_equal(s.record[0]->note[1].en, "v-T"); /* neither protected nor pointing to anyone */
	assert_string_equal(s.record[0]->note[2].en, "20 20");
	is(s.record[1], "OK", NULL);
	assert_int_equal(s.record[1]->n_notes, 4);
	assert_string_equal(s.record[1]->note[1].en, "v-G");
	is(s.record[2], "FAILED", "no dataset fills the role people");
}

static void interrupted(void **state)
{
	world         *x = *state;
	dj_run_summary s;
	int            end[2];

	put_plugin(x, "spin", "lua", HEAD("spin", "run = function() while true do end end }"));
	put_plugin(x, "each-row", "lua", each_row);
	s = run(x, "each-row"); /* described while nothing interrupts */
	x->options.limits.cpu_ms = 100;
	run(x, "spin");
	x->options.limits.cpu_ms = 60000;
	assert_int_equal(pipe(end), 0);
	assert_int_equal(write(end[1], "!", 1), 1);
	x->options.wake_fd = end[0];
	x->options.side_by_side = 1;
	s = run(x, "spin each-row");
	assert_true(s.stopped);
	assert_int_equal(dj_run_exit(&s), 130);
	is(s.record[0], "STOPPED", NULL);
	assert_int_equal(s.record[0]->id, 0);
	is(s.record[1], "STOPPED", NULL);
	close(end[0]);
	close(end[1]);
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
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(one_plugin),
	    TEST(the_same_again),
	    TEST(findings_of_another),
	    TEST(a_c_plugin),
	    TEST(one_fails_beside_another),
	    TEST(what_it_needs_fails),
	    TEST(plugins_in_a_circle),
	    TEST(what_was_asked_is_not_there),
	    TEST(protected_columns),
	    TEST(limits),
	    TEST(native_code_that_leaves),
	    TEST(what_native_code_holds),
	    TEST(interrupted),
	    TEST(told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
