/*
 * Layers and views (plugin guide, 7 and 8), read by strict tables: which fields a kind has, what each holds,
 * which columns must be there. What is read is written anew, so the record's spec is canonical whatever the
 * worker sent.
 */
#include "run/inside.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_TITLE = 200,
	MOST_LABEL = 200,
	MOST_TEXT = 65536,
	MOST_UNIT = 64,
	MOST_MARKS = 12,
	MOST_COLUMNS = 64,
	MOST_DIGITS = 15
};

typedef enum holds {
	TEXT,
	WORDS,
	LINES,
	COLUMN,
	BOOLEAN,
	DIGITS,
	AXIS,
	MARKS,
	COLUMNS,
	NAMES,
	FRAME,
	TITLE
} holds;

typedef struct field {
	const char *name;
	holds       holds;
	const char *of;    /* the kinds (types of mark) that have it, between spaces; NULL: all */
	const char *words; /* TEXT: those allowed, between spaces */
} field;

#define MARK_TYPES " line area bar dot rule tick cell text "

/* Each table is in order of name: so is the canonical spec. */
static const field layer_fields[] = {
    {"color", COLUMN, NULL, NULL},
    {"frame", FRAME, NULL, NULL},
    {"kind", TEXT, NULL, " points density regions arcs areas "},
    {"label", COLUMN, NULL, NULL},
    {"name", TEXT, NULL, NULL},
    {"palette", TEXT, NULL, " sequential diverging category "},
    {"size", COLUMN, NULL, NULL},
    {"time", COLUMN, NULL, NULL},
    {"title", TITLE, NULL, NULL},
    {"tooltip", NAMES, NULL, NULL},
    {NULL, 0, NULL, NULL},
};
static const field view_fields[] = {
    {"at", COLUMN, " timeline ", NULL},
    {"color", COLUMN, " network flow timeline ", NULL},
    {"columns", COLUMNS, " table ", NULL},
    {"edges", FRAME, " network ", NULL},
    {"facet", COLUMN, " chart ", NULL},
    {"frame", FRAME, " chart table flow timeline ", NULL},
    {"kind", TEXT, NULL, " chart network table text flow timeline "},
    {"label", COLUMN, " network timeline ", NULL},
    {"lane", COLUMN, " timeline ", NULL},
    {"marks", MARKS, " chart ", NULL},
    {"name", TEXT, NULL, NULL},
    {"nodes", FRAME, " network ", NULL},
    {"size", COLUMN, " network ", NULL},
    {"source", COLUMN, " flow ", NULL},
    {"target", COLUMN, " flow ", NULL},
    {"text", LINES, " text ", NULL},
    {"title", TITLE, NULL, NULL},
    {"until", COLUMN, " timeline ", NULL},
    {"value", COLUMN, " flow ", NULL},
    {"x", AXIS, " chart ", NULL},
    {"y", AXIS, " chart ", NULL},
    {NULL, 0, NULL, NULL},
};
static const field axis_fields[] = {
    {"column", COLUMN, NULL, NULL},   {"label", WORDS, NULL, NULL},  {"log", BOOLEAN, NULL, NULL},
    {"reverse", BOOLEAN, NULL, NULL}, {"zero", BOOLEAN, NULL, NULL}, {NULL, 0, NULL, NULL},
};
static const field mark_fields[] = {
    {"color", COLUMN, NULL, NULL}, {"dash", BOOLEAN, NULL, NULL},    {"label", WORDS, NULL, NULL},
    {"size", COLUMN, NULL, NULL},  {"type", TEXT, NULL, MARK_TYPES}, {"where", COLUMN, NULL, NULL},
    {"x", COLUMN, NULL, NULL},     {"x1", COLUMN, NULL, NULL},       {"x2", COLUMN, NULL, NULL},
    {"y", COLUMN, NULL, NULL},     {"y1", COLUMN, NULL, NULL},       {"y2", COLUMN, NULL, NULL},
    {NULL, 0, NULL, NULL},
};
static const field column_fields[] = {
    {"column", COLUMN, NULL, NULL}, {"digits", DIGITS, NULL, NULL}, {"label", WORDS, NULL, NULL},
    {"unit", TEXT, NULL, NULL},     {NULL, 0, NULL, NULL},
};

typedef struct kind_rule { /* what a kind needs besides name, kind and title */
	const char *kind;
	const char *fields[5];
	const char *columns[5]; /* of its frame */
	const char *numbers;    /* those of `columns` that must be numbers, between spaces */
} kind_rule;

static const kind_rule rules[] = {
    {"points", {"frame"}, {"lat", "lon"}, " lat lon "},
    {"density", {"frame"}, {"lat", "lon"}, " lat lon "},
    {"regions", {"frame"}, {"region"}, ""},
    {"arcs", {"frame"}, {"from_lat", "from_lon", "to_lat", "to_lon"}, " from_lat from_lon to_lat to_lon "},
    {"areas", {"frame"}, {"geometry"}, ""},
    {"chart", {"frame", "marks"}, {NULL}, ""},
    {"network", {"nodes", "edges"}, {NULL}, ""},
    {"table", {"frame"}, {NULL}, ""},
    {"text", {"text"}, {NULL}, ""},
    {"flow", {"frame", "source", "target", "value"}, {NULL}, ""},
    {"timeline", {"frame", "at", "label"}, {NULL}, ""},
};

enum { LAYER_ROWS = 500000, VIEW_ROWS = 50000, NODE_ROWS = 20000, EDGE_ROWS = 100000 };

typedef struct reader {
	dj_shape_record *out;
	dj_shape_frame  *frame;
	size_t           n_frames;
	const dj_data   *columns; /* the frame that columns are of: data, or nodes */
	dj_buf           spec;
	dj_arena        *arena;
	dj_err          *err;
} reader;

static bool among(const char *words, const char *word)
{
	char spaced[80];

	if (strlen(word) > 64 || strchr(word, ' '))
		return false;
	snprintf(spaced, sizeof spaced, " %s ", word);
	return strstr(words, spaced) != NULL;
}

/* ---- One field ---- */

static int bad(reader *r, const char *name, const char *what)
{
	return dj_fail(r->err, DJ_FAIL, "%s %s", name, what);
}

static int check_line(reader *r, const char *name, const cJSON *v, size_t most, bool lines)
{
	if (!cJSON_IsString(v) || strlen(v->valuestring) > most ||
	    dj_text_wrong(v->valuestring, strlen(v->valuestring), lines))
		return bad(r, name, "is not plain text, or too long");
	return DJ_OK;
}

/* A column that is there; a column's name is checked where its frame is read. */
static int check_column(reader *r, const char *name, const cJSON *v)
{
	if (!cJSON_IsString(v) || !r->columns || !dj_data_find(r->columns, v->valuestring))
		return bad(r, name, "names no column of its frame");
	return DJ_OK;
}

static int read_words(reader *r, dj_words *out, const char *name, const cJSON *v, size_t most, bool lines)
{
	const cJSON *item;

	*out = (dj_words){0};
	if (!cJSON_IsObject(v))
		return bad(r, name, "is not words");
	cJSON_ArrayForEach(item, v)
	{
		bool en = strcmp(item->string, "en") == 0;

		if ((!en && strcmp(item->string, "fr") != 0) || check_line(r, name, item, most, lines) < 0)
			return bad(r, name, "is not words in en and fr");
		if (*item->valuestring)
			*(en ? &out->en : &out->fr) = dj_arena_dup(r->arena, item->valuestring);
	}
	return out->en || out->fr ? DJ_OK : bad(r, name, "is empty");
}

static int copy_words(reader *r, const char *name, const cJSON *v, size_t most, bool lines)
{
	dj_words w;

	if (read_words(r, &w, name, v, most, lines) < 0)
		return DJ_FAIL;
	dj_words_json(&r->spec, name, w);
	return DJ_OK;
}

static int copy_text(reader *r, const char *name, const cJSON *v)
{
	dj_json_add_text(&r->spec, name, v->valuestring);
	return DJ_OK;
}

static int copy_names(reader *r, const char *name, const cJSON *v)
{
	const cJSON *item;

	if (!cJSON_IsArray(v) || cJSON_GetArraySize(v) > MOST_COLUMNS)
		return bad(r, name, "is not a list of columns");
	dj_json_open(&r->spec, name, '[');
	cJSON_ArrayForEach(item, v)
	{
		if (check_column(r, name, item) < 0)
			return DJ_FAIL;
		dj_json_add_text(&r->spec, NULL, item->valuestring);
	}
	dj_buf_char(&r->spec, ']');
	return DJ_OK;
}

static int copy_field(reader *r, const field *f, const cJSON *v);

/* An axis, a mark or a table's column: flat objects, whose first need is said in `must`. */
static int copy_object(reader *r, const char *name, const field *fields, const char *must, const cJSON *v)
{
	const cJSON *item;
	size_t       known = 0;

	if (!cJSON_IsObject(v) || !cJSON_GetObjectItemCaseSensitive(v, must))
		return bad(r, name, "lacks what it is about");
	dj_buf_char(&r->spec, '{');
	for (const field *f = fields; f->name; f++) {
		if (!(item = cJSON_GetObjectItemCaseSensitive(v, f->name)))
			continue;
		known++;
		if (copy_field(r, f, item) < 0)
			return dj_fail_in(r->err, "%s", name);
	}
	dj_buf_char(&r->spec, '}');
	return known == (size_t)cJSON_GetArraySize(v) ? DJ_OK : bad(r, name, "has an unknown field");
}

static int copy_objects(reader *r, const field *f, const field *fields, const char *must, int most,
                        const cJSON *v)
{
	const cJSON *item;

	if (!cJSON_IsArray(v) || cJSON_GetArraySize(v) < 1 || cJSON_GetArraySize(v) > most)
		return bad(r, f->name, "is not a list, is empty, or too long");
	dj_json_open(&r->spec, f->name, '[');
	cJSON_ArrayForEach(item, v)
	{
		dj_json_key(&r->spec, NULL);
		if (copy_object(r, f->name, fields, must, item) < 0)
			return DJ_FAIL;
	}
	dj_buf_char(&r->spec, ']');
	return DJ_OK;
}

static int copy_field(reader *r, const field *f, const cJSON *v)
{
	switch (f->holds) {
	case TEXT:
		if (check_line(r, f->name, v, MOST_UNIT, false) < 0)
			return DJ_FAIL;
		if (f->words && !among(f->words, v->valuestring))
			return bad(r, f->name, "is not a word that is known");
		return copy_text(r, f->name, v);
	case COLUMN: return check_column(r, f->name, v) < 0 ? DJ_FAIL : copy_text(r, f->name, v);
	case WORDS: return copy_words(r, f->name, v, MOST_LABEL, false);
	case LINES: return copy_words(r, f->name, v, MOST_TEXT, true);
	case BOOLEAN:
		if (!cJSON_IsBool(v))
			return bad(r, f->name, "is not true or false");
		dj_json_add_bool(&r->spec, f->name, cJSON_IsTrue(v));
		return DJ_OK;
	case DIGITS:
		if (!cJSON_IsNumber(v) || v->valueint < 0 || v->valueint > MOST_DIGITS ||
		    v->valuedouble != v->valueint)
			return bad(r, f->name, "is not 0 to 15");
		dj_json_add_integer(&r->spec, f->name, v->valueint);
		return DJ_OK;
	case AXIS: dj_json_key(&r->spec, f->name); return copy_object(r, f->name, axis_fields, "column", v);
	case MARKS: return copy_objects(r, f, mark_fields, "type", MOST_MARKS, v);
	case COLUMNS: return copy_objects(r, f, column_fields, "column", MOST_COLUMNS, v);
	case NAMES: return copy_names(r, f->name, v);
	case FRAME:
	case TITLE: break; /* read before */
	}
	return DJ_OK;
}

/* ---- Frames ---- */

static int take_frame(reader *r, const cJSON *json, const char *member, const char *part, size_t most)
{
	const cJSON    *v = cJSON_GetObjectItemCaseSensitive(json, member);
	dj_shape_frame *f;

	if (!v)
		return DJ_OK;
	if (!cJSON_IsNumber(v) || v->valuedouble != v->valueint || v->valueint < 1 ||
	    (size_t)v->valueint > r->n_frames || r->frame[v->valueint - 1].used)
		return bad(r, member, "is no frame, or one that was used before");
	f = &r->frame[v->valueint - 1];
	f->used = true;
	if (f->data->rows > most)
		return dj_fail(r->err, DJ_FAIL, "%s has %zu rows, at most %zu", member, f->data->rows, most);
	r->out->part[r->out->n_parts] = part;
	r->out->data[r->out->n_parts++] = f->data;
	return DJ_OK;
}

static int take_frames(reader *r, const cJSON *json, bool view)
{
	if (take_frame(r, json, "frame", "data", view ? VIEW_ROWS : LAYER_ROWS) < 0 ||
	    (view && (take_frame(r, json, "nodes", "nodes", NODE_ROWS) < 0 ||
	              take_frame(r, json, "edges", "edges", EDGE_ROWS) < 0)))
		return DJ_FAIL;
	r->columns = r->out->n_parts ? r->out->data[0] : NULL;
	return DJ_OK;
}

static bool is_number(const dj_data_column *c)
{
	return c->type == DJ_DATA_INTEGER || c->type == DJ_DATA_REAL;
}

static int check_rule(reader *r, const cJSON *json)
{
	const kind_rule *rule = rules;

	while (strcmp(rule->kind, r->out->kind) != 0)
		rule++; /* the kind was found in its table's words: each has a rule */
	for (size_t i = 0; i < 5 && rule->fields[i]; i++)
		if (!cJSON_GetObjectItemCaseSensitive(json, rule->fields[i]))
			return bad(r, rule->fields[i], "is missing");
	for (size_t i = 0; i < 5 && rule->columns[i]; i++) {
		const dj_data_column *c = dj_data_find(r->columns, rule->columns[i]);

		if (!c || (among(rule->numbers, c->name) && !is_number(c)))
			return bad(r, rule->columns[i], "is no column of the frame, or holds no numbers");
	}
	if (strcmp(rule->kind, "network") == 0 &&
	    (!dj_data_find(r->out->data[0], "node") || !dj_data_find(r->out->data[1], "source") ||
	     !dj_data_find(r->out->data[1], "target")))
		return bad(r, "nodes or edges", "lack node, source or target");
	return DJ_OK;
}

/* A text mark's label names a column. */
static int check_marks(reader *r, const cJSON *json)
{
	const cJSON *mark, *marks = cJSON_GetObjectItemCaseSensitive(json, "marks");

	cJSON_ArrayForEach(mark, marks)
	{
		const cJSON *type = cJSON_GetObjectItemCaseSensitive(mark, "type");
		const cJSON *label = cJSON_GetObjectItemCaseSensitive(mark, "label");

		if (cJSON_IsString(type) && strcmp(type->valuestring, "text") == 0 &&
		    check_column(r, "a text mark's label", cJSON_GetObjectItemCaseSensitive(label, "en")) < 0)
			return DJ_FAIL;
	}
	return DJ_OK;
}

/* ---- The whole ---- */

static int read_head(reader *r, const cJSON *json, const field *fields)
{
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "name"), *item;
	const cJSON *kind = cJSON_GetObjectItemCaseSensitive(json, "kind");

	if (!cJSON_IsString(name) || !dj_name_ok(name->valuestring, 48, false))
		return bad(r, "name", "is none");
	for (const field *f = fields; f->name; f++)
		if (strcmp(f->name, "kind") == 0 && (!cJSON_IsString(kind) || !among(f->words, kind->valuestring)))
			return bad(r, "kind", "is none that is known");
	r->out->name = dj_arena_dup(r->arena, name->valuestring);
	r->out->kind = dj_arena_dup(r->arena, kind->valuestring);
	if (!(item = cJSON_GetObjectItemCaseSensitive(json, "title")))
		return bad(r, "title", "is missing");
	return read_words(r, &r->out->title, "title", item, MOST_TITLE, false);
}

static int read_fields(reader *r, const cJSON *json, const field *fields)
{
	const cJSON *item;
	size_t       known = 0;

	dj_buf_char(&r->spec, '{');
	for (const field *f = fields; f->name; f++) {
		if (!(item = cJSON_GetObjectItemCaseSensitive(json, f->name)))
			continue;
		known++;
		if (f->of && !among(f->of, r->out->kind))
			return bad(r, f->name, "is no field of this kind");
		if (strcmp(f->name, "name") != 0 && strcmp(f->name, "kind") != 0 && copy_field(r, f, item) < 0)
			return DJ_FAIL;
	}
	dj_buf_char(&r->spec, '}');
	return known == (size_t)cJSON_GetArraySize(json) ? DJ_OK : bad(r, "it", "has an unknown field");
}

int dj_shape_read(dj_shape_record *out, const char *json, size_t n, bool view, dj_shape_frame *frame,
                  size_t n_frames, dj_arena *a, dj_err *err)
{
	const field *fields = view ? view_fields : layer_fields;
	reader       r = {.out = out, .frame = frame, .n_frames = n_frames, .arena = a, .err = err};
	cJSON       *parsed = NULL;
	int          rc = dj_json_parse(&parsed, json, n, err);

	*out = (dj_shape_record){0};
	if (rc < 0)
		return rc;
	if (!cJSON_IsObject(parsed))
		rc = bad(&r, "it", "is not an object");
	if (rc < 0 || (rc = read_head(&r, parsed, fields)) < 0 || (rc = take_frames(&r, parsed, view)) < 0 ||
	    (rc = read_fields(&r, parsed, fields)) < 0 || (rc = check_rule(&r, parsed)) < 0 ||
	    (rc = check_marks(&r, parsed)) < 0)
		goto out;
	out->spec = dj_arena_dup(a, r.spec.data);
out:
	dj_buf_free(&r.spec);
	cJSON_Delete(parsed);
	return rc;
}
