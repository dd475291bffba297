/* The policy by itself: a pure function, so each rule has a line. */
#include "host/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sqlite3.h>

static dj_policy made(void)
{
	dj_policy p = {0};

	dj_policy_allow(&p, "d1", "tx", "AMT");
	dj_policy_allow(&p, "d1", "tx", "ROWID");
	dj_policy_allow(&p, "temp", "transactions", NULL);
	return p;
}

static void reads(void **state)
{
	dj_policy p = made();
	char      why[256];

	(void)state;
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "tx", "AMT", "d1", why, sizeof why), SQLITE_OK);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "TX", "amt", "D1", why, sizeof why), SQLITE_OK);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "tx", "", "d1", why, sizeof why), SQLITE_OK);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "transactions", "x", "temp", why, sizeof why),
	                 SQLITE_OK);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "tx", "secret", "d1", why, sizeof why), SQLITE_DENY);
	assert_string_equal(
	    why, "reading secret of d1.tx is refused: no role of this plugin has it (add it to needs or wants)");
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "tx", "AMT", "d2", why, sizeof why), SQLITE_DENY);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "who", "", "d1", why, sizeof why), SQLITE_DENY);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "a_cte", "", NULL, why, sizeof why), SQLITE_OK);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "sqlite_schema", "", NULL, why, sizeof why),
	                 SQLITE_DENY);
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "tx", "AMT", NULL, why, sizeof why), SQLITE_DENY);
	dj_policy_forget(&p, "temp", "transactions");
	assert_int_equal(dj_policy_decide(&p, SQLITE_READ, "transactions", "x", "temp", why, sizeof why),
	                 SQLITE_DENY);
	dj_policy_free(&p);
}

/* Every action that SQLite 3.40 has, but the four that are allowed. */
static void actions(void **state)
{
	dj_policy p = made();
	char      why[256];

	(void)state;
	for (int action = 0; action <= SQLITE_RECURSIVE; action++) {
		bool plain = action == SQLITE_SELECT || action == SQLITE_RECURSIVE;

		assert_int_equal(dj_policy_decide(&p, action, "x", "y", "main", why, sizeof why),
		                 plain ? SQLITE_OK : SQLITE_DENY);
	}
	p.trusted = true;
	assert_int_equal(dj_policy_decide(&p, SQLITE_ATTACH, "x", NULL, NULL, why, sizeof why), SQLITE_OK);
	dj_policy_free(&p);
}

static void functions(void **state)
{
	static const char *const fine[] = {"->",         "ABS",   "avg",          "list",  "year",
	                                   "row_number", "count", "json_extract", "upper", "week"};
	static const char *const bad[] = {"random",         "randomblob",
	                                  "load_extension", "zeroblob",
	                                  "current_date",   "fts3_tokenizer",
	                                  "changes",        "last_insert_rowid",
	                                  "sqlite_version", "sqlite_compileoption_get",
	                                  "readfile",       ""};
	dj_policy                p = made();
	char                     why[256];

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
		assert_int_equal(dj_policy_decide(&p, SQLITE_FUNCTION, NULL, fine[i], NULL, why, sizeof why),
		                 SQLITE_OK);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(dj_policy_decide(&p, SQLITE_FUNCTION, NULL, bad[i], NULL, why, sizeof why),
		                 SQLITE_DENY);
	dj_policy_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(actions),
	                                   cmocka_unit_test(functions)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
