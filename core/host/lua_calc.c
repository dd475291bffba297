/* The calculations that Lua calls by dot: one table a set, one line a call. They take a frame and options, and give columns. */
#include "host/lua_face.h"

#include "analysis/fold.h"
#include "analysis/geo.h"
#include "analysis/time.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Arguments ---- */

/* Checks the options at `at` (nothing is fine) against the names that the call has. */
static void check_options(lua_State *L, const char *call, int at, const char *const *names, size_t n)
{
	if (lua_isnoneornil(L, at))
		return;
	if (!lua_istable(L, at))
		dj_lua_raise(L, call, "the options are %s (give { %s = ... })", dj_lua_kind(L, at), names[0]);
	dj_lua_only(L, call, at, "options", names, n, 0);
}

/* The option as text; `otherwise` when it is not given. Borrowed from the options' table. */
static const char *text_option(lua_State *L, const char *call, int at, const char *name,
                               const char *otherwise)
{
	const char *text = otherwise;

	if (lua_istable(L, at)) {
		if (dj_lua_field(L, at, name) != LUA_TNIL)
			text = dj_lua_text(L, call, -1, name);
		lua_pop(L, 1);
	}
	return text;
}

static void check_no_null(lua_State *L, const char *call, const dj_data_column *c, size_t rows)
{
	for (size_t i = 0; c->null && i < rows; i++)
		if (dj_data_is_null(c, i))
			dj_lua_raise(L, call, "%s, row %zu: NULL (leave such rows out: WHERE %s IS NOT NULL)", c->name,
			             i + 1, c->name);
}

/* The numbers of a column of the frame, without NULLs; integers are copied into scratch. */
static const double *reals(lua_State *L, const char *call, const dj_data *f, const char *name)
{
	const dj_data_column *c = dj_lua_frame_column(L, call, f, name);

	if (c->type != DJ_DATA_INTEGER && c->type != DJ_DATA_REAL)
		dj_lua_raise(L, call, "column %.60s holds no numbers", name);
	check_no_null(L, call, c, f->rows);
	if (c->type == DJ_DATA_REAL)
		return c->real;
	double *v = dj_arena_alloc(dj_lua_of(L)->scratch, f->rows + 1, sizeof *v);
	for (size_t i = 0; i < f->rows; i++)
		v[i] = (double)c->integer[i];
	return v;
}

static const char *const *texts(lua_State *L, const char *call, const dj_data *f, const char *name)
{
	const dj_data_column *c = dj_lua_frame_column(L, call, f, name);

	if (c->type != DJ_DATA_TEXT && f->rows > 0)
		dj_lua_raise(L, call, "column %.60s holds no text", name);
	check_no_null(L, call, c, f->rows);
	return c->text;
}

static dj_arena *run_arena(lua_State *L)
{
	return dj_host_arena(dj_lua_of(L)->h);
}

static void set(lua_State *L, const char *call, dj_data *f, const dj_data_column *c)
{
	dj_err err;

	if (dj_host_frame_set(dj_lua_of(L)->h, f, c, &err) < 0)
		dj_lua_raise_err(L, call, &err);
}

static double *set_reals(lua_State *L, const char *call, dj_data *f, const char *name)
{
	dj_data_column c = {.name = name, .type = DJ_DATA_REAL};

	c.real = dj_arena_alloc(run_arena(L), f->rows + 1, sizeof *c.real);
	set(L, call, f, &c);
	return c.real;
}

static int64_t *set_integers(lua_State *L, const char *call, dj_data *f, const char *name)
{
	dj_data_column c = {.name = name, .type = DJ_DATA_INTEGER};

	c.integer = dj_arena_alloc(run_arena(L), f->rows + 1, sizeof *c.integer);
	set(L, call, f, &c);
	return c.integer;
}

/* ---- jam.time ---- */

static void push_series(lua_State *L, const char *call, const dj_series *s, bool whole)
{
	dj_data       *f = dj_host_frame(dj_lua_of(L)->h, s->n);
	dj_data_column period = {.name = "period", .type = DJ_DATA_TEXT};

	period.text = dj_arena_alloc(run_arena(L), s->n + 1, sizeof *period.text);
	for (size_t i = 0; i < s->n; i++)
		period.text[i] = dj_host_text(dj_lua_of(L)->h, s->period[i], 10);
	set(L, call, f, &period);

	int64_t *count = whole ? set_integers(L, call, f, "n") : NULL;
	double  *value = whole ? NULL : set_reals(L, call, f, "n");
	for (size_t i = 0; i < s->n; i++) {
		if (whole)
			count[i] = (int64_t)s->value[i];
		else
			value[i] = s->value[i];
	}
	dj_lua_push_frame(L, f);
}

/* A series of integers stays one while its totals are exact. */
static bool stays_whole(const dj_data *f, const char *name, const dj_series *s)
{
	bool whole = dj_data_find(f, name)->type == DJ_DATA_INTEGER;

	for (size_t i = 0; i < s->n; i++)
		whole = whole && fabs(s->value[i]) <= 0x1p53;
	return whole;
}

static int series(lua_State *L, const char *call)
{
	static const char *const options[] = {"every", "value"};
	const dj_data           *f = dj_lua_check_frame(L, call, 1, "the first argument");
	dj_series                s;
	dj_err                   err;

	dj_lua_fresh(dj_lua_of(L));
	check_options(L, call, 2, options, 2);
	const char *every = text_option(L, call, 2, "every", NULL), *name = text_option(L, call, 2, "value", "n");
	if (!every)
		dj_lua_raise(L, call,
		             "every is missing (give { every = \"month\" }: day, week, month, quarter or year)");
	const char *const *date = texts(L, call, f, "date");
	const double      *n = reals(L, call, f, name);
	if (dj_time_series(&s, date, n, f->rows, every, &err) < 0)
		dj_lua_raise_err(L, call, &err);

	/* The series is copied into Lua's reach before anything can fail. */
	dj_arena *a = dj_lua_of(L)->scratch;
	dj_series copy = {s.n, dj_arena_alloc(a, s.n + 1, sizeof *s.period),
	                  dj_arena_alloc(a, s.n + 1, sizeof *s.value)};
	if (s.n > 0) {
		memcpy(copy.period, s.period, s.n * sizeof *s.period);
		memcpy(copy.value, s.value, s.n * sizeof *s.value);
	}
	dj_series_free(&s);
	push_series(L, call, &copy, stays_whole(f, name, &copy));
	return 1;
}

/* Steps a season: as said, or told from the periods. */
static size_t season_of(lua_State *L, const char *call, const dj_data *f)
{
	size_t season = 1;
	dj_err err;

	if (lua_istable(L, 2) && dj_lua_field(L, 2, "season") != LUA_TNIL) {
		int64_t said = dj_lua_integer(L, call, -1, "season");
		if (said < 1)
			dj_lua_raise(L, call, "season is %lld (steps a season: 12 for months; 1 for none)",
			             (long long)said);
		return (size_t)said;
	}
	const char *const *period = texts(L, call, f, "period");
	if (dj_time_season(&season, period, f->rows, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	return season;
}

static int baseline(lua_State *L, const char *call)
{
	static const char *const options[] = {"season", "value"};
	const dj_data           *f = dj_lua_check_frame(L, call, 1, "the first argument");
	dj_data                 *out = dj_host_frame(dj_lua_of(L)->h, f->rows);
	dj_baseline              b;
	dj_err                   err;

	dj_lua_fresh(dj_lua_of(L));
	check_options(L, call, 2, options, 2);
	const char   *name = text_option(L, call, 2, "value", "n");
	const double *value = reals(L, call, f, name);
	size_t        season = season_of(L, call, f);

	b.expected = set_reals(L, call, out, "expected");
	b.low = set_reals(L, call, out, "low");
	b.high = set_reals(L, call, out, "high");
	b.unusual = set_integers(L, call, out, "unusual");
	if (dj_time_baseline(&b, value, f->rows, season, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	dj_lua_push_frame(L, out);
	return 1;
}

/* ---- jam.geo ---- */

static const double *degrees(lua_State *L, const char *call, const dj_data *f, const char *name, double most)
{
	const double *v = reals(L, call, f, name);

	for (size_t i = 0; i < f->rows; i++)
		if (!(fabs(v[i]) <= most))
			dj_lua_raise(L, call, "%s, row %zu: %g is not from %g to %g", name, i + 1, v[i], -most, most);
	return v;
}

/* Of a frame of arcs, or of four numbers. */
static int haversine_m(lua_State *L, const char *call)
{
	static const char *const names[] = {"from_lat", "from_lon", "to_lat", "to_lon"};
	dj_data_column           c = {.name = "metres", .type = DJ_DATA_REAL};
	const double            *at[4];
	double                   v[4];

	if (lua_type(L, 1) == LUA_TNUMBER) {
		for (int i = 0; i < 4; i++) {
			v[i] = dj_lua_number(L, call, i + 1, names[i]);
			if (fabs(v[i]) > (i % 2 ? 180 : 90))
				dj_lua_raise(L, call, "%s: %g is not from %d to %d", names[i], v[i], i % 2 ? -180 : -90,
				             i % 2 ? 180 : 90);
		}
		lua_pushnumber(L, dj_haversine_m(v[0], v[1], v[2], v[3]));
		return 1;
	}
	const dj_data *f = dj_lua_check_frame(L, call, 1, "the first argument");
	dj_lua_fresh(dj_lua_of(L));
	for (int i = 0; i < 4; i++)
		at[i] = degrees(L, call, f, names[i], i % 2 ? 180 : 90);
	c.real = dj_arena_alloc(run_arena(L), f->rows + 1, sizeof *c.real);
	for (size_t i = 0; i < f->rows; i++)
		c.real[i] = dj_haversine_m(at[0][i], at[1][i], at[2][i], at[3][i]);
	dj_lua_push_column(L, &c, 0, f->rows);
	return 1;
}

static int geohash(lua_State *L, const char *call)
{
	static const char *const options[] = {"length"};
	const dj_data           *f = dj_lua_check_frame(L, call, 1, "the first argument");
	dj_data_column           c = {.name = "geohash", .type = DJ_DATA_TEXT};
	char                     cell[DJ_GEOHASH_MOST + 1];
	int64_t                  n = 7;

	dj_lua_fresh(dj_lua_of(L));
	check_options(L, call, 2, options, 1);
	if (lua_istable(L, 2) && dj_lua_field(L, 2, "length") != LUA_TNIL)
		n = dj_lua_integer(L, call, -1, "length");
	if (n < 1 || n > DJ_GEOHASH_MOST)
		dj_lua_raise(L, call, "length is %lld (1 to %d characters)", (long long)n, DJ_GEOHASH_MOST);
	const double *lat = degrees(L, call, f, "lat", 90), *lon = degrees(L, call, f, "lon", 180);
	c.text = dj_arena_alloc(run_arena(L), f->rows + 1, sizeof *c.text);
	for (size_t i = 0; i < f->rows; i++) {
		dj_geohash(cell, lat[i], lon[i], (int)n);
		c.text[i] = dj_host_text(dj_lua_of(L)->h, cell, (size_t)n);
	}
	dj_lua_push_column(L, &c, 0, f->rows);
	return 1;
}

/* ---- jam.text ---- */

static const char *fold_text(lua_State *L, const char *call, const char *s, size_t row)
{
	dj_buf folded = {0};
	dj_err err;

	if (dj_fold(&folded, s, strlen(s), &err) < 0)
		dj_lua_raise(L, call, "row %zu: %s", row, err.text);
	const char *kept = dj_host_text(dj_lua_of(L)->h, folded.data, folded.n);
	dj_buf_free(&folded);
	return kept;
}

/* Of a column, NULL staying NULL, or of one text. */
static int fold(lua_State *L, const char *call)
{
	if (lua_type(L, 1) == LUA_TSTRING) {
		lua_pushstring(L, fold_text(L, call, dj_lua_text(L, call, 1, "the text"), 1));
		return 1;
	}
	const dj_lua_column *from = dj_lua_to_column(L, 1);
	size_t               n;

	if (!from || from->c.type != DJ_DATA_TEXT)
		dj_lua_raise(L, call, "the first argument is %s (give a column of text, or text)",
		             from ? "a column of another type" : dj_lua_kind(L, 1));
	dj_data_column c = dj_lua_read_column(&n, L, call, 1, "the column");
	const char   **text = dj_arena_alloc(run_arena(L), n + 1, sizeof *text);
	for (size_t i = 0; i < n; i++)
		text[i] = dj_data_is_null(&c, i) ? NULL : fold_text(L, call, c.text[i], i + 1);
	c.text = text;
	dj_lua_push_column(L, &c, 0, n);
	return 1;
}

/* ---- What there is ---- */

static const dj_lua_call geo_calls[] = {{"geohash", "jam.geo.geohash", geohash},
                                        {"haversine_m", "jam.geo.haversine_m", haversine_m},
                                        {NULL, NULL, NULL}};
static const dj_lua_call text_calls[] = {{"fold", "jam.text.fold", fold}, {NULL, NULL, NULL}};
static const dj_lua_call time_calls[] = {
    {"baseline", "jam.time.baseline", baseline}, {"series", "jam.time.series", series}, {NULL, NULL, NULL}};

const dj_lua_space dj_lua_spaces[] = {{"geo", "jam.geo", geo_calls},
                                      {"text", "jam.text", text_calls},
                                      {"time", "jam.time", time_calls},
                                      {NULL, NULL, NULL}};
