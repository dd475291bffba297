/* Whole runs that meet a rule: protected columns, limits, native code that does what it may not, interrupts. */
#include "whole.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(protected_columns),      TEST(limits),      TEST(native_code_that_leaves),
	    TEST(what_native_code_holds), TEST(interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
