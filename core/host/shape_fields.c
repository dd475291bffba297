/* The fields of layers and views, and how they become JSON. Each table is in order of name: so is the JSON. */
#include "host/shape.h"

#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(dj_shape_spec, member)

const dj_field dj_layer_fields[] = {{"color", DJ_FIELD_COLUMN, AT(color), NULL},
                                    {"data", DJ_FIELD_FRAME, AT(data), NULL},
                                    {"kind", DJ_FIELD_TEXT, AT(kind), NULL},
                                    {"label", DJ_FIELD_COLUMN, AT(label), NULL},
                                    {"name", DJ_FIELD_TEXT, AT(name), NULL},
                                    {"palette", DJ_FIELD_TEXT, AT(palette), NULL},
                                    {"size", DJ_FIELD_COLUMN, AT(size), NULL},
                                    {"time", DJ_FIELD_COLUMN, AT(time), NULL},
                                    {"title", DJ_FIELD_WORDS, AT(title), NULL},
                                    {"tooltip", DJ_FIELD_NAMES, AT(tooltip), NULL},
                                    {NULL, 0, 0, NULL}};

const dj_field dj_view_fields[] = {{"at", DJ_FIELD_COLUMN, AT(at), "timeline"},
                                   {"color", DJ_FIELD_COLUMN, AT(color), "network flow timeline"},
                                   {"columns", DJ_FIELD_COLUMNS, AT(column), "table"},
                                   {"data", DJ_FIELD_FRAME, AT(data), "chart table flow timeline"},
                                   {"edges", DJ_FIELD_FRAME, AT(edges), "network"},
                                   {"facet", DJ_FIELD_COLUMN, AT(facet), "chart"},
                                   {"kind", DJ_FIELD_TEXT, AT(kind), NULL},
                                   {"label", DJ_FIELD_COLUMN, AT(label), "network timeline"},
                                   {"lane", DJ_FIELD_COLUMN, AT(lane), "timeline"},
                                   {"marks", DJ_FIELD_MARKS, AT(mark), "chart"},
                                   {"name", DJ_FIELD_TEXT, AT(name), NULL},
                                   {"nodes", DJ_FIELD_FRAME, AT(nodes), "network"},
                                   {"size", DJ_FIELD_COLUMN, AT(size), "network"},
                                   {"source", DJ_FIELD_COLUMN, AT(source), "flow"},
                                   {"target", DJ_FIELD_COLUMN, AT(target), "flow"},
                                   {"text", DJ_FIELD_WORDS, AT(text), "text"},
                                   {"title", DJ_FIELD_WORDS, AT(title), NULL},
                                   {"until", DJ_FIELD_COLUMN, AT(until), "timeline"},
                                   {"value", DJ_FIELD_COLUMN, AT(value), "flow"},
                                   {"x", DJ_FIELD_AXIS, AT(x), "chart"},
                                   {"y", DJ_FIELD_AXIS, AT(y), "chart"},
                                   {NULL, 0, 0, NULL}};

const dj_field dj_axis_fields[] = {{"column", DJ_FIELD_COLUMN, offsetof(dj_axis_spec, column), NULL},
                                   {"label", DJ_FIELD_WORDS, offsetof(dj_axis_spec, label), NULL},
                                   {"log", DJ_FIELD_BOOLEAN, offsetof(dj_axis_spec, log), NULL},
                                   {"reverse", DJ_FIELD_BOOLEAN, offsetof(dj_axis_spec, reverse), NULL},
                                   {"zero", DJ_FIELD_BOOLEAN, offsetof(dj_axis_spec, zero), NULL},
                                   {NULL, 0, 0, NULL}};

const dj_field dj_mark_fields[] = {{"color", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, color), NULL},
                                   {"dash", DJ_FIELD_BOOLEAN, offsetof(dj_mark_spec, dash), NULL},
                                   {"label", DJ_FIELD_WORDS, offsetof(dj_mark_spec, label), NULL},
                                   {"size", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, size), NULL},
                                   {"type", DJ_FIELD_TEXT, offsetof(dj_mark_spec, type), NULL},
                                   {"where", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, where), NULL},
                                   {"x", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, x), NULL},
                                   {"x1", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, x1), NULL},
                                   {"x2", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, x2), NULL},
                                   {"y", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, y), NULL},
                                   {"y1", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, y1), NULL},
                                   {"y2", DJ_FIELD_COLUMN, offsetof(dj_mark_spec, y2), NULL},
                                   {NULL, 0, 0, NULL}};

const dj_field dj_table_column_fields[] = {
    {"column", DJ_FIELD_COLUMN, offsetof(dj_table_column_spec, column), NULL},
    {"digits", DJ_FIELD_INTEGER, offsetof(dj_table_column_spec, digits), NULL},
    {"label", DJ_FIELD_WORDS, offsetof(dj_table_column_spec, label), NULL},
    {"unit", DJ_FIELD_TEXT, offsetof(dj_table_column_spec, unit), NULL},
    {NULL, 0, 0, NULL}};

const dj_field *dj_field_find(const dj_field *table, const char *name, dj_err *err)
{
	const char *names[32];
	size_t      n = 0;

	for (; table[n].name; n++) {
		if (strcmp(table[n].name, name) == 0)
			return &table[n];
		names[n] = table[n].name;
	}
	const char *near = dj_text_nearest(name, names, n);
	char       *all = near ? NULL : dj_text_list(names, n);
	if (near)
		dj_fail(err, DJ_FAIL, "unknown field \"%.60s\" (did you mean \"%s\"?)", name, near);
	else
		dj_fail(err, DJ_FAIL, "unknown field \"%.60s\" (there are %s)", name, all);
	free(all);
	return NULL;
}

bool dj_field_is_of(const dj_field *f, const char *kind)
{
	size_t n = strlen(kind);

	for (const char *at = f->of; at && *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == n && strncmp(at, kind, n) == 0)
			return true;
	return !f->of;
}

/* ---- JSON ---- */

/* The fields that an axis, a mark or a column of a table has: none of them holds others. */
static void put_plain(dj_buf *out, const dj_field *fields, const void *of)
{
	dj_buf_char(out, '{');
	for (const dj_field *f = fields; f->name; f++) {
		const char *at = (const char *)of + f->offset;

		if (f->kind == DJ_FIELD_WORDS) {
			dj_words_json(out, f->name, *(const dj_words *)at);
		} else if (f->kind == DJ_FIELD_BOOLEAN && *(const bool *)at) {
			dj_json_add_bool(out, f->name, true);
		} else if (f->kind == DJ_FIELD_INTEGER && *(const int64_t *)at >= 0) {
			dj_json_add_integer(out, f->name, *(const int64_t *)at);
		} else if (f->kind == DJ_FIELD_TEXT || f->kind == DJ_FIELD_COLUMN) {
			dj_json_add_text(out, f->name, *(const char *const *)at);
		}
	}
	dj_buf_char(out, '}');
}

static void put_list(dj_buf *out, const char *name, const dj_field *fields, const void *first, size_t size,
                     size_t n)
{
	if (!n)
		return;
	dj_json_open(out, name, '[');
	for (size_t i = 0; i < n; i++) {
		dj_json_key(out, NULL);
		put_plain(out, fields, (const char *)first + i * size);
	}
	dj_buf_char(out, ']');
}

void dj_shape_json(dj_buf *out, const dj_shape_spec *s, bool view, int64_t data, int64_t nodes, int64_t edges)
{
	dj_buf_char(out, '{');
	for (const dj_field *f = view ? dj_view_fields : dj_layer_fields; f->name; f++) {
		const char *at = (const char *)s + f->offset;
		int64_t     id;

		switch (f->kind) {
		case DJ_FIELD_WORDS: dj_words_json(out, f->name, *(const dj_words *)at); break;
		case DJ_FIELD_MARKS:
			put_list(out, f->name, dj_mark_fields, s->mark, sizeof *s->mark, s->n_marks);
			break;
		case DJ_FIELD_COLUMNS:
			put_list(out, f->name, dj_table_column_fields, s->column, sizeof *s->column, s->n_columns);
			break;
		case DJ_FIELD_NAMES:
			if (s->tooltip_said)
				dj_json_add_texts(out, "tooltip", s->tooltip, s->n_tooltip);
			break;
		case DJ_FIELD_AXIS:
			if (((const dj_axis_spec *)at)->column) {
				dj_json_key(out, f->name);
				put_plain(out, dj_axis_fields, at);
			}
			break;
		case DJ_FIELD_FRAME:
			id = f->offset == AT(data) ? data : f->offset == AT(nodes) ? nodes : edges;
			if (id)
				dj_json_add_integer(out, f->offset == AT(data) ? "frame" : f->name, id);
			break;
		default: dj_json_add_text(out, f->name, *(const char *const *)at); break;
		}
	}
	dj_buf_char(out, '}');
}
