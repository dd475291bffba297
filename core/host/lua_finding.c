/* jam:finding { ... }: each field has one reader; what is read is checked by the engine. */
#include "host/lua_face.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct reading { /* a finding being read; texts belong to Lua's table or to scratch */
	lua_State      *L;
	const char     *call;
	dj_arena       *a;
	dj_host_finding out;
} reading;

/* ---- Subjects ---- */

typedef struct subjects {
	dj_host_subject *item;
	size_t           n, room;
} subjects;

static void add_subject(reading *r, subjects *s, const char *type, const char *id)
{
	if (s->n == s->room) {
		size_t           room = s->room ? 2 * s->room : 8;
		dj_host_subject *item = dj_arena_alloc(r->a, room, sizeof *item);
		if (s->n)
			memcpy(item, s->item, s->n * sizeof *item);
		s->item = item;
		s->room = room;
	}
	s->item[s->n++] = (dj_host_subject){type, id};
}

/* What is on top: an id, or a list of ids. */
static void read_subject(reading *r, subjects *s, const char *type, int depth)
{
	lua_State           *L = r->L;
	const dj_lua_column *c = dj_lua_to_column(L, -1);
	char                 what[80];

	snprintf(what, sizeof what, "subjects.%.60s", type);
	if (!c && (depth > 1 || !lua_istable(L, -1))) {
		add_subject(r, s, type, dj_arena_dup(r->a, dj_lua_id(L, r->call, -1, what)));
		return;
	}
	size_t n = c ? c->n : dj_lua_list(L, r->call, -1, what);
	for (size_t i = 0; i < n; i++) {
		if (c)
			dj_lua_push_cell(L, &c->c, c->first + i);
		else
			lua_rawgeti(L, -1, (lua_Integer)i + 1);
		if (lua_isnil(L, -1) || dj_lua_is_null(L, -1))
			dj_lua_raise(L, r->call, "%s: item %zu is NULL (leave it out)", what, i + 1);
		if (lua_type(L, -1) == LUA_TSTRING &&
		    c) { /* the text is the column's: Lua's copy goes with the pop */
			add_subject(r, s, type, c->c.text[c->first + i]);
		} else {
			read_subject(r, s, type, depth + 1);
		}
		lua_pop(L, 1);
	}
}

static void read_subjects(reading *r)
{
	const char **type;
	size_t       n = dj_lua_names(&type, r->L, r->call, -1, "subjects");
	subjects     s = {0};

	for (size_t i = 0; i < n; i++) {
		dj_lua_field(r->L, -1, type[i]);
		read_subject(r, &s, type[i], 0);
		lua_pop(r->L, 1);
	}
	r->out.subject = s.item;
	r->out.n_subjects = s.n;
}

/* ---- Evidence ---- */

static void add_rows(reading *r, const int64_t *row, size_t n)
{
	dj_buf_add(&dj_lua_of(r->L)->rows, row, n * sizeof *row);
}

static void add_column(reading *r, const dj_lua_column *c)
{
	for (size_t i = c->first; i < c->first + c->n; i++) {
		if (dj_data_is_null(&c->c, i))
			dj_lua_raise(r->L, r->call, "evidence: row %zu of the column is NULL", i - c->first + 1);
		if (c->c.type == DJ_DATA_INTEGER)
			add_rows(r, &c->c.integer[i], 1);
		else if (c->c.type == DJ_DATA_LIST && (c->c.list[i].n == 0 || c->c.list[i].type == DJ_DATA_INTEGER))
			add_rows(r, c->c.list[i].integer, c->c.list[i].n);
		else
			dj_lua_raise(r->L, r->call,
			             "evidence is a column that holds no _row (select _row, or list(_row))");
	}
}

/* What is on top: a _row, a column, or a list of these. */
static void add_evidence(reading *r, int depth)
{
	lua_State           *L = r->L;
	const dj_lua_column *c = dj_lua_to_column(L, -1);

	if (lua_isinteger(L, -1)) {
		add_rows(r, &(int64_t){lua_tointeger(L, -1)}, 1);
	} else if (c) {
		add_column(r, c);
	} else if (lua_type(L, -1) == LUA_TNUMBER) {
		dj_lua_raise(L, r->call, "evidence %.14g is not a _row (select _row, or list(_row))",
		             lua_tonumber(L, -1));
	} else if (lua_istable(L, -1) && depth < 2) {
		size_t n = dj_lua_list(L, r->call, -1, "evidence");
		luaL_checkstack(L, 8, NULL);
		for (size_t i = 1; i <= n; i++) {
			lua_rawgeti(L, -1, (lua_Integer)i);
			add_evidence(r, depth + 1);
			lua_pop(L, 1);
		}
	} else {
		dj_lua_raise(L, r->call, "evidence is %s (give a _row, a list or column of them, or a list of these)",
		             depth < 2 ? dj_lua_kind(L, -1) : "too deep a list");
	}
}

static void read_evidence(reading *r)
{
	dj_buf *rows = &dj_lua_of(r->L)->rows;

	dj_buf_reset(rows);
	add_evidence(r, 0);
	r->out.evidence = (const int64_t *)(const void *)rows->data; /* malloc'ed: aligned */
	r->out.n_evidence = rows->n / sizeof(int64_t);
}

/* ---- The rest ---- */

static void read_title(reading *r)
{
	r->out.title = dj_lua_words(r->L, r->call, -1, "title");
}

static void read_detail(reading *r)
{
	r->out.detail = dj_lua_words(r->L, r->call, -1, "detail");
}

static void read_key(reading *r)
{
	r->out.key = dj_lua_text(r->L, r->call, -1, "key");
}

static void read_score(reading *r)
{
	r->out.score = dj_lua_number(r->L, r->call, -1, "score");
}

static void read_place(reading *r)
{
	static const char *const fields[] = {"region", "place", "lat", "lon", "radius_m"};
	lua_State               *L = r->L;

	if (!lua_istable(L, -1))
		dj_lua_raise(L, r->call, "place is %s (give { region =, place =, lat =, lon =, radius_m = })",
		             dj_lua_kind(L, -1));
	dj_lua_only(L, r->call, -1, "place", fields, 5, 0);
	if (dj_lua_field(L, -1, "region") != LUA_TNIL)
		r->out.region = dj_lua_id(L, r->call, -1, "place.region");
	if (dj_lua_field(L, -2, "place") != LUA_TNIL)
		r->out.place = dj_lua_id(L, r->call, -1, "place.place");
	bool lat = dj_lua_field(L, -3, "lat") != LUA_TNIL, lon = dj_lua_field(L, -4, "lon") != LUA_TNIL;
	if (lat != lon)
		dj_lua_raise(L, r->call, "place has %s without %s (give both)", lat ? "lat" : "lon",
		             lat ? "lon" : "lat");
	if (lat) {
		r->out.has_point = true;
		r->out.lat = dj_lua_number(L, r->call, -2, "place.lat");
		r->out.lon = dj_lua_number(L, r->call, -1, "place.lon");
	}
	if (dj_lua_field(L, -5, "radius_m") != LUA_TNIL) {
		r->out.has_radius = true;
		r->out.radius_m = dj_lua_number(L, r->call, -1, "place.radius_m");
	}
	lua_pop(L, 5);
}

static void read_period(reading *r)
{
	lua_State  *L = r->L;
	const char *end[2] = {NULL, NULL};

	if (!lua_istable(L, -1))
		dj_lua_raise(L, r->call, "period is %s (give { first, last })", dj_lua_kind(L, -1));
	for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
		if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1 || lua_tointeger(L, -2) > 2)
			dj_lua_raise(L, r->call, "period has more than two items, or a name (give { first, last })");
	for (int i = 0; i < 2; i++) {
		if (lua_rawgeti(L, -1, i + 1) != LUA_TNIL && !dj_lua_is_null(L, -1))
			end[i] = dj_lua_text(L, r->call, -1, i ? "period, last" : "period, first");
		lua_pop(L, 1);
	}
	r->out.has_period = true;
	r->out.first = end[0];
	r->out.last = end[1];
}

static void read_values(reading *r)
{
	const char    **name;
	size_t          n = dj_lua_names(&name, r->L, r->call, -1, "values");
	dj_named_value *value = dj_arena_alloc(r->a, n + 1, sizeof *value);
	char            what[80];

	for (size_t i = 0; i < n; i++) {
		snprintf(what, sizeof what, "values.%.60s", name[i]);
		dj_lua_field(r->L, -1, name[i]);
		value[i] = (dj_named_value){name[i], dj_lua_number(r->L, r->call, -1, what)};
		lua_pop(r->L, 1);
	}
	r->out.value = value;
	r->out.n_values = n;
}

static void read_reasons(reading *r)
{
	size_t    n = dj_lua_list(r->L, r->call, -1, "reasons");
	dj_words *reason = dj_arena_alloc(r->a, n + 1, sizeof *reason);
	char      what[40];

	for (size_t i = 0; i < n; i++) {
		snprintf(what, sizeof what, "reasons, item %zu", i + 1);
		lua_rawgeti(r->L, -1, (lua_Integer)i + 1);
		reason[i] = dj_lua_words(r->L, r->call, -1, what);
		lua_pop(r->L, 1);
	}
	r->out.reason = reason;
	r->out.n_reasons = n;
}

static const char *const fields[] = {"title",  "score",  "evidence", "subjects", "place",
                                     "period", "values", "reasons",  "detail",   "key"};

static void (*const readers[])(reading *) = {read_title,  read_score,  read_evidence, read_subjects,
                                             read_place,  read_period, read_values,   read_reasons,
                                             read_detail, read_key};

enum { N_FIELDS = DJ_COUNT(fields) };

int dj_lua_finding(lua_State *L, const char *call)
{
	dj_lua *f = dj_lua_of(L);
	reading r = {L, call, dj_lua_fresh(f), {.score = NAN}};
	int64_t number;
	dj_err  err;

	if (!lua_istable(L, 1))
		dj_lua_raise(L, call, "it is given %s (give a table: jam:finding { title = ..., score = ..., ... })",
		             dj_lua_kind(L, 1));
	lua_settop(L, 1);
	dj_lua_only(L, call, 1, NULL, fields, N_FIELDS, 0);
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (dj_lua_field(L, 1, fields[i]) != LUA_TNIL)
			readers[i](&r);
		lua_pop(L, 1);
	}
	if (dj_host_finding_give(&number, f->h, &r.out, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	lua_pushinteger(L, number);
	return 1;
}
