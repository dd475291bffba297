/* jam:layer and jam:view: walks the engine's tables of fields, and knows no rule of its own. */
#include "host/lua_face.h"

#include <stdio.h>
#include <string.h>

typedef struct reading {
	lua_State     *L;
	const char    *call;
	dj_shape_spec *out;
} reading;

static const char *column_name(reading *r, const char *what)
{
	if (lua_type(r->L, -1) != LUA_TSTRING)
		dj_lua_raise(r->L, r->call, "%s is %s (name a column of the frame, as text)", what,
		             dj_lua_kind(r->L, -1));
	return dj_lua_text(r->L, r->call, -1, what);
}

/* A field that holds no other fields, from the top of the stack. */
static void read_plain(reading *r, const dj_field *field, void *at, const char *what)
{
	switch (field->kind) {
	case DJ_FIELD_WORDS: *(dj_words *)at = dj_lua_words(r->L, r->call, -1, what); break;
	case DJ_FIELD_BOOLEAN: *(bool *)at = dj_lua_boolean(r->L, r->call, -1, what); break;
	case DJ_FIELD_INTEGER: *(int64_t *)at = dj_lua_integer(r->L, r->call, -1, what); break;
	case DJ_FIELD_COLUMN: *(const char **)at = column_name(r, what); break;
	default: *(const char **)at = dj_lua_text(r->L, r->call, -1, what);
	}
}

/* The table on top, { first, name = value, ... }, or the bare first. */
static void read_item(reading *r, const dj_field *fields, const char *first, void *into, const char *what)
{
	lua_State *L = r->L;
	char       part[120];
	dj_err     err;

	if (!lua_istable(L, -1)) {
		read_plain(r, dj_field_find(fields, first, NULL),
		           (char *)into + dj_field_find(fields, first, NULL)->offset, what);
		return;
	}
	for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
		if (!name && lua_isinteger(L, -2) && lua_tointeger(L, -2) == 1)
			name = first;
		if (!name)
			dj_lua_raise(L, r->call, "%s has an item without a name (only the first, the %s, has none)", what,
			             first);
		const dj_field *field = dj_field_find(fields, name, &err);
		if (!field)
			dj_lua_raise(L, r->call, "%s: %s", what, err.text);
		snprintf(part, sizeof part, "%s.%s", what, name);
		read_plain(r, field, (char *)into + field->offset, part);
	}
}

static size_t count_items(reading *r, const char *what, size_t most)
{
	size_t n = dj_lua_list(r->L, r->call, -1, what);

	if (n > most)
		dj_lua_raise(r->L, r->call, "%s has %zu items (at most %zu)", what, n, most);
	return n;
}

static void read_marks(reading *r)
{
	char what[40];

	r->out->n_marks = count_items(r, "marks", DJ_SHAPE_MARKS);
	for (size_t i = 0; i < r->out->n_marks; i++) {
		snprintf(what, sizeof what, "marks, item %zu", i + 1);
		if (lua_rawgeti(r->L, -1, (lua_Integer)i + 1) != LUA_TTABLE)
			dj_lua_raise(r->L, r->call, "%s is %s (give { \"line\", y = \"n\" })", what,
			             dj_lua_kind(r->L, -1));
		read_item(r, dj_mark_fields, "type", &r->out->mark[i], what);
		lua_pop(r->L, 1);
	}
}

static void read_columns(reading *r)
{
	char what[40];

	r->out->n_columns = count_items(r, "columns", DJ_SHAPE_COLUMNS);
	for (size_t i = 0; i < r->out->n_columns; i++) {
		snprintf(what, sizeof what, "columns, item %zu", i + 1);
		r->out->column[i].digits = -1;
		lua_rawgeti(r->L, -1, (lua_Integer)i + 1);
		read_item(r, dj_table_column_fields, "column", &r->out->column[i], what);
		lua_pop(r->L, 1);
	}
}

static void read_tooltip(reading *r)
{
	char what[40];

	r->out->tooltip_said = true;
	r->out->n_tooltip = count_items(r, "tooltip", DJ_SHAPE_COLUMNS);
	for (size_t i = 0; i < r->out->n_tooltip; i++) {
		snprintf(what, sizeof what, "tooltip, item %zu", i + 1);
		lua_rawgeti(r->L, -1, (lua_Integer)i + 1);
		r->out->tooltip[i] = column_name(r, what);
		lua_pop(r->L, 1);
	}
}

static void read_field(reading *r, const dj_field *field)
{
	void *at = (char *)r->out + field->offset;

	switch (field->kind) {
	case DJ_FIELD_FRAME: *(const dj_data **)at = dj_lua_check_frame(r->L, r->call, -1, field->name); break;
	case DJ_FIELD_AXIS: read_item(r, dj_axis_fields, "column", at, field->name); break;
	case DJ_FIELD_MARKS: read_marks(r); break;
	case DJ_FIELD_COLUMNS: read_columns(r); break;
	case DJ_FIELD_NAMES: read_tooltip(r); break;
	default: read_plain(r, field, at, field->name);
	}
}

static int give(lua_State *L, const char *call, const dj_field *fields,
                int (*shape)(dj_host *, const dj_shape_spec *, dj_err *))
{
	dj_shape_spec spec = {0};
	reading       r = {L, call, &spec};
	dj_err        err;

	if (!lua_istable(L, 1))
		dj_lua_raise(L, call, "it is given %s (give a table: %s { name = ..., title = ..., kind = ... })",
		             dj_lua_kind(L, 1), call);
	lua_settop(L, 1);
	for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
		if (lua_type(L, -2) != LUA_TSTRING)
			dj_lua_raise(L, call, "the table has an item without a name (write name = value)");
		const dj_field *field = dj_field_find(fields, lua_tostring(L, -2), &err);
		if (!field)
			dj_lua_raise_err(L, call, &err);
		read_field(&r, field);
	}
	if (shape(dj_lua_of(L)->h, &spec, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	return 0;
}

int dj_lua_layer(lua_State *L, const char *call)
{
	return give(L, call, dj_layer_fields, dj_host_layer);
}

int dj_lua_view(lua_State *L, const char *call)
{
	return give(L, call, dj_view_fields, dj_host_view);
}
