/* The same bytes: what Lua leaves to addresses, clocks and chance is the same in every run. */
#include "worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* Keys of every kind, tables that grow and shrink, addresses as text, garbage that is collected, an unstable sort. */
static const char mixed[] =
    "return { name = 'order', version = '1.0.0', kind = 'detection', summary = 'Order.', run = function(jam)\n"
    "  local function show(name, t) local o = {} for k, v in pairs(t) do o[#o + 1] = tostring(k) .. '=' .. tostring(v) end\n"
    "    print(name, table.concat(o, ' ')) end\n"
    "  local t = {} for i = 1, 60 do t['key' .. i] = i t[i * 1000003] = i t[i + 0.5] = i t[-i] = i end\n"
    "  for i = 1, 60, 3 do t['key' .. i] = nil end t[true] = 1 t[false] = 2 t[math.huge] = 3 show('mixed', t)\n"
    "  t = {} for i = 1, 20 do t[('k'):rep(50) .. i] = i end show('long', t)\n"
    "  t = {} for i = 1, 15 do t[{}] = i t[function() return i end] = i t[coroutine.create(print)] = i end show('objects', t)\n"
    "  t = {} for _, l in ipairs { string, table, math, coroutine, utf8 } do\n"
    "    for k, f in pairs(l) do if type(f) == 'function' then t[f] = k end end end show('functions', t)\n"
    "  show('string', string) t = {} t[jam] = 1 t[jam.time] = 2 t[jam.null] = 3 t[jam.rows] = 4 show('jam', t)\n"
    "  t = { [ipairs{}] = 1, [pairs{}] = 2, [(utf8.codes'x')] = 3, [coroutine.wrap(print)] = 4, [('x'):gmatch'.'] = 5 } show('iterators', t)\n"
    "  print(tostring({}), tostring(print), string.format('%p', 'abc'), coroutine.running(), math.random(1 << 40), math.random())\n"
    "  local q = {} for i = 1, 200 do q[i] = { i % 7, i } end table.sort(q, function(a, b) return a[1] < b[1] end)\n"
    "  local o = {} for i = 1, 200 do o[i] = q[i][2] end print(table.concat(o, ' '))\n"
    "  local w = setmetatable({}, { __mode = 'k' }) for i = 1, 3000 do w[{}] = i end local n = 0 for _ in pairs(w) do n = n + 1 end\n"
    "  print('weak', n) for r in jam:rows 'SELECT * FROM people' do for k, v in pairs(r) do print(k, v) end end\n"
    "end }\n";

static char *run(int shake)
{
	const worker_ask ask = {.lang = "lua", .name = "order", .source = mixed, .shake = shake};
	worker_told      t = worker_run(&ask);

	assert_true(t.done);
	char *text = dj_buf_take(&t.text);
	worker_free(&t);
	return text;
}

static void fifty_runs_give_one_output(void **state)
{
	char *first = run(0);

	(void)state;
	assert_true(strlen(first) > 4000);
	for (int i = 0; i < 50; i++) {
		char *again = run(0);
		assert_string_equal(again, first);
		free(again);
	}
	free(first);
}

static char *line_of(char *text, const char *name)
{
	char *at = strstr(text, name);

	assert_non_null(at);
	at[strcspn(at, "\n")] = '\0';
	return at;
}

/* What a shake moves must show: else it could not tell what is only pinned from what is robust. */
static void a_shake_moves_what_hangs_on_addresses(void **state)
{
	static const char *const moved[] = {"LOG mixed", "LOG objects", "LOG functions"};

	(void)state;
	for (int shake = 1; shake < 4; shake++) {
		for (size_t i = 0; i < 3; i++) {
			char *calm = run(0), *shaken = run(shake);

			assert_string_not_equal(line_of(calm, moved[i]), line_of(shaken, moved[i]));
			free(calm);
			free(shaken);
		}
	}
}

static void a_shake_is_repeatable(void **state)
{
	char *first = run(2), *again = run(2);

	(void)state;
	assert_string_equal(first, again);
	free(first);
	free(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fifty_runs_give_one_output),
	                                   cmocka_unit_test(a_shake_moves_what_hangs_on_addresses),
	                                   cmocka_unit_test(a_shake_is_repeatable)};

	return cmocka_run_group_tests_name("host/lua_order", tests, NULL, NULL);
}
