/*
 * sum, avg and total that do not depend on the order of rows (analysis/sum.h); as window functions too. Results are
 * SQLite's in kind: sum over nothing is NULL, over integers an integer or "integer overflow", over the rest a real.
 */
#include "host/engine.h"

#include "analysis/sum.h"

typedef struct state {
	dj_sum  sum;
	int64_t n;     /* values that were not NULL */
	int64_t reals; /* of those, the ones that were no integer */
} state;

static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	state *s = sqlite3_aggregate_context(ctx, sizeof *s);
	int    type = sqlite3_value_numeric_type(argv[0]);

	(void)argc;
	if (!s || type == SQLITE_NULL)
		return;
	s->n++;
	if (type == SQLITE_INTEGER) {
		dj_sum_add_integer(&s->sum, sqlite3_value_int64(argv[0]));
	} else {
		s->reals++;
		dj_sum_add(&s->sum, sqlite3_value_double(argv[0]));
	}
}

static void inverse(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	state *s = sqlite3_aggregate_context(ctx, sizeof *s);
	int    type = sqlite3_value_numeric_type(argv[0]);

	(void)argc;
	if (!s || type == SQLITE_NULL)
		return;
	s->n--;
	if (type == SQLITE_INTEGER) {
		dj_sum_remove_integer(&s->sum, sqlite3_value_int64(argv[0]));
	} else {
		s->reals--;
		dj_sum_remove(&s->sum, sqlite3_value_double(argv[0]));
	}
}

static void sum_value(sqlite3_context *ctx)
{
	state  *s = sqlite3_aggregate_context(ctx, 0);
	int64_t whole;

	if (!s || !s->n)
		return;
	if (s->reals)
		sqlite3_result_double(ctx, dj_sum_value(&s->sum));
	else if (dj_sum_integer(&whole, &s->sum))
		sqlite3_result_int64(ctx, whole);
	else
		sqlite3_result_error(ctx, "integer overflow in sum (use total)", -1);
}

static void avg_value(sqlite3_context *ctx)
{
	state *s = sqlite3_aggregate_context(ctx, 0);

	if (s && s->n)
		sqlite3_result_double(ctx, dj_sum_value(&s->sum) / (double)s->n);
}

static void total_value(sqlite3_context *ctx)
{
	state *s = sqlite3_aggregate_context(ctx, 0);

	sqlite3_result_double(ctx, s && s->n ? dj_sum_value(&s->sum) : 0.0);
}

int dj_sql_sums(sqlite3 *db)
{
	const int how = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	int       rc =
	    sqlite3_create_window_function(db, "sum", 1, how, NULL, step, sum_value, sum_value, inverse, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_create_window_function(db, "avg", 1, how, NULL, step, avg_value, avg_value, inverse,
		                                    NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_window_function(db, "total", 1, how, NULL, step, total_value, total_value,
		                                    inverse, NULL);
	return rc;
}
