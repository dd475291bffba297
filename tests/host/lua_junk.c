/* Every call with arguments of every kind: the worker stays alive, and what it sends stays whole (worker.c checks each frame). */
#include "worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void run_with(const char *stream)
{
	const worker_param params[] = {{"stream", "text", stream}};
	const worker_ask   ask = {
	      .lang = "lua", .name = "junk", .plugin = "plugins/junk.lua", .param = params, .n_params = 1};
	worker_told t = worker_run(&ask);

	if (!t.done)
		fail_msg("stream %s: signal %d: %s%s", stream, t.signal, t.failed ? t.failed : "", t.log.data);
	assert_non_null(strstr(t.text.data, "LOG alive\n"));
	assert_non_null(strstr(t.text.data, "FINDING ")); /* some of it was right */
	assert_non_null(strstr(t.text.data, "VIEW "));
	worker_free(&t);
}

static void junk_harms_nothing(void **state)
{
	(void)state;
	run_with("a");
	run_with("b");
	run_with("c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(junk_harms_nothing)};

	return cmocka_run_group_tests_name("host/lua_junk", tests, NULL, NULL);
}
