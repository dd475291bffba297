/* SQL functions of one row: time, place, text. Text or numbers that fit none of them give NULL, as in SQLite. */
#include "host/engine.h"

#include "analysis/fold.h"
#include "analysis/geo.h"
#include "base/calendar.h"

#include <string.h>

static const char *text_of(sqlite3_value *v, size_t *n)
{
	if (sqlite3_value_type(v) != SQLITE_TEXT)
		return NULL;
	const char *s = (const char *)sqlite3_value_text(v);
	*n = (size_t)sqlite3_value_bytes(v);
	return s;
}

static void seconds(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	size_t      n;
	const char *s = text_of(argv[0], &n);
	int64_t     out;

	(void)argc;
	if (s && dj_seconds(&out, s, n))
		sqlite3_result_int64(ctx, out);
}

/* The day on which a date or an instant falls, as written: no zone moves it. */
static bool day_of(int64_t *days, sqlite3_value *v)
{
	size_t      n;
	const char *s = text_of(v, &n);
	dj_date     d;
	int64_t     ignored;

	if (!s || !dj_seconds(&ignored, s, n) || !dj_date_parse(&d, s, 10))
		return false;
	*days = dj_days_from_date(d);
	return true;
}

/* day, week, month, quarter, year: which of them is the function's user data. */
static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	int64_t days, start;
	char    text[11];

	(void)argc;
	if (!day_of(&days, argv[0]) || !dj_step_start(&start, days, sqlite3_user_data(ctx)))
		return;
	dj_date_text(text, dj_date_from_days(start));
	sqlite3_result_text(ctx, text, 10, SQLITE_TRANSIENT);
}

/* As written. A date has no hour. */
static void hour(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	size_t      n;
	const char *s = text_of(argv[0], &n);
	int64_t     ignored;

	(void)argc;
	if (s && n > 13 && dj_seconds(&ignored, s, n))
		sqlite3_result_int(ctx, (s[11] - '0') * 10 + s[12] - '0');
}

static bool number(double *out, sqlite3_value *v)
{
	int type = sqlite3_value_type(v);

	*out = sqlite3_value_double(v);
	return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

static void haversine(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	double p[4];

	for (int i = 0; i < argc; i++)
		if (!number(&p[i], argv[i]))
			return;
	if (dj_place_valid(p[0], p[1]) && dj_place_valid(p[2], p[3]))
		sqlite3_result_double(ctx, dj_haversine_m(p[0], p[1], p[2], p[3]));
}

static void geohash(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	char   cell[DJ_GEOHASH_MOST + 1];
	double lat, lon;

	(void)argc;
	if (number(&lat, argv[0]) && number(&lon, argv[1]) &&
	    dj_geohash(cell, lat, lon, sqlite3_value_int(argv[2])))
		sqlite3_result_text(ctx, cell, -1, SQLITE_TRANSIENT);
}

static void fold(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	size_t      n;
	const char *s = text_of(argv[0], &n);
	dj_buf      out = {0};
	dj_err      err;

	(void)argc;
	if (!s)
		sqlite3_result_value(ctx, argv[0]); /* a number is its own folding */
	else if (dj_fold(&out, s, n, &err) < 0)
		sqlite3_result_error(ctx, err.text, -1);
	else
		sqlite3_result_text(ctx, out.data ? out.data : "", (int)out.n, SQLITE_TRANSIENT);
	dj_buf_free(&out);
}

int dj_sql_scalars(sqlite3 *db)
{
	static const struct scalar {
		const char *name;
		int         arguments;
		void (*function)(sqlite3_context *, int, sqlite3_value **);
	} scalars[] = {{"seconds", 1, seconds}, {"day", 1, step},
	               {"week", 1, step},       {"month", 1, step},
	               {"quarter", 1, step},    {"year", 1, step},
	               {"hour", 1, hour},       {"fold", 1, fold},
	               {"geohash", 3, geohash}, {"haversine_m", 4, haversine}};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < DJ_COUNT(scalars) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(db, scalars[i].name, scalars[i].arguments,
		                                SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
		                                (void *)scalars[i].name, scalars[i].function, NULL, NULL, NULL);
	return rc;
}
