/* The rules of layers and views (plugin guide, sections 7 and 8): which kinds, which frames, which columns, how many rows. */
#include "host/shape.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TITLE = 200, MOST_TEXT = 65536, MOST_NAME = 48, MOST_UNIT = 64 };

typedef struct kind_rule {
	const char *kind;
	const char *columns; /* that `data` must have, separated by spaces */
	const char *fields;  /* that must be said */
	size_t      rows;    /* at most */
	const char *numbers; /* those of `columns` that must be numbers */
} kind_rule;

static const kind_rule layers[] = {
    {"areas", "geometry", "data", 500000, ""},
    {"arcs", "from_lat from_lon to_lat to_lon", "data", 500000, "from_lat from_lon to_lat to_lon"},
    {"density", "lat lon", "data", 500000, "lat lon"},
    {"points", "lat lon", "data", 500000, "lat lon"},
    {"regions", "region", "data", 500000, ""},
    {NULL, NULL, NULL, 0, NULL}};

static const kind_rule views[] = {{"chart", "", "data marks", 50000, ""},
                                  {"flow", "", "data source target value", 50000, ""},
                                  {"network", "", "nodes edges", 0, ""},
                                  {"table", "", "data", 50000, ""},
                                  {"text", "", "text", 0, ""},
                                  {"timeline", "", "data at label", 50000, ""},
                                  {NULL, NULL, NULL, 0, NULL}};

/* Takes the next of the words of *at, separated by single spaces. */
static bool next_word(const char **at, char *word, size_t most)
{
	size_t n = strcspn(*at, " ");

	if (!n || n >= most)
		return false;
	memcpy(word, *at, n);
	word[n] = '\0';
	*at += n + ((*at)[n] == ' ');
	return true;
}

static const kind_rule *rule_of(const kind_rule *rules, const char *kind, dj_err *err)
{
	const char *names[8];
	size_t      n = 0;

	for (; rules[n].kind; n++) {
		if (kind && strcmp(rules[n].kind, kind) == 0)
			return &rules[n];
		names[n] = rules[n].kind;
	}
	char *all = dj_text_list(names, n);
	if (kind)
		dj_fail(err, DJ_FAIL, "kind \"%.60s\" is not known (there are %s)", kind, all);
	else
		dj_fail(err, DJ_FAIL, "kind is missing (%s)", all);
	free(all);
	return NULL;
}

static int no_column(const dj_data *d, const char *frame, const char *column, const char *who, dj_err *err)
{
	const char *names[DJ_SHAPE_COLUMNS];
	size_t      n = d->n_columns < DJ_SHAPE_COLUMNS ? d->n_columns : DJ_SHAPE_COLUMNS;

	for (size_t i = 0; i < n; i++)
		names[i] = d->column[i].name;
	char *all = dj_text_list(names, n);
	dj_fail(err, DJ_FAIL, "%s: %s has no column \"%.64s\" (it has %s)", who, frame, column, all);
	free(all);
	return DJ_FAIL;
}

static int need_column(const dj_data *d, const char *frame, const char *column, const char *who, dj_err *err)
{
	return !column || dj_data_find(d, column) ? DJ_OK : no_column(d, frame, column, who, err);
}

static bool is_number(const dj_data_column *c)
{
	return c->type == DJ_DATA_INTEGER || c->type == DJ_DATA_REAL;
}

static bool said(const dj_shape_spec *s, const dj_field *f)
{
	const char *at = (const char *)s + f->offset;

	switch (f->kind) {
	case DJ_FIELD_WORDS: return ((const dj_words *)at)->en || ((const dj_words *)at)->fr;
	case DJ_FIELD_AXIS: return ((const dj_axis_spec *)at)->column;
	case DJ_FIELD_MARKS: return s->n_marks;
	case DJ_FIELD_COLUMNS: return s->n_columns;
	case DJ_FIELD_NAMES: return s->tooltip_said;
	default: return *(const void *const *)at;
	}
}

static int check_fields(const dj_shape_spec *s, const dj_field *fields, const kind_rule *rule, dj_err *err)
{
	const char *at = rule->fields;
	char        word[64];

	for (const dj_field *f = fields; f->name; f++)
		if (said(s, f) && !dj_field_is_of(f, s->kind))
			return dj_fail(err, DJ_FAIL, "%s is no field of kind \"%s\" (of %s)", f->name, s->kind, f->of);
	while (next_word(&at, word, sizeof word)) {
		const dj_field *f = dj_field_find(fields, word, err);

		if (!f || !said(s, f))
			return dj_fail(err, DJ_FAIL, "%s is missing (kind \"%s\" needs it)", word, s->kind);
	}
	return DJ_OK;
}

static int check_names(const dj_shape_spec *s, dj_err *err)
{
	const dj_words title = s->title;
	const char    *in[2] = {title.en, title.fr};
	bool           any = false;

	if (!s->name)
		return dj_fail(err, DJ_FAIL, "name is missing (small letters, digits and -)");
	if (!dj_name_ok(s->name, MOST_NAME, false))
		return dj_fail(err, DJ_FAIL,
		               "name \"%.60s\" (small letters, digits and -, a letter first, at most 48)", s->name);
	for (int i = 0; i < 2; i++) {
		if (in[i] && (strlen(in[i]) > MOST_TITLE || dj_text_wrong(in[i], strlen(in[i]), false)))
			return dj_fail(err, DJ_FAIL, "title is one line of at most %d bytes", MOST_TITLE);
		any = any || (in[i] && *in[i]);
	}
	return any ? DJ_OK : dj_fail(err, DJ_FAIL, "title is missing or empty");
}

static int check_line(const char *text, const char *what, size_t most, dj_err *err)
{
	const char *wrong = text ? dj_text_wrong(text, strlen(text), false) : NULL;

	if (wrong)
		return dj_fail(err, DJ_FAIL, "%s: %s", what, wrong);
	if (text && strlen(text) > most)
		return dj_fail(err, DJ_FAIL, "%s has %zu bytes (at most %zu)", what, strlen(text), most);
	return DJ_OK;
}

static int check_words(dj_words w, const char *what, dj_err *err)
{
	bool said = w.en || w.fr, any = (w.en && *w.en) || (w.fr && *w.fr);
	int  rc = check_line(w.en, what, MOST_TITLE, err);

	if (rc == DJ_OK)
		rc = check_line(w.fr, what, MOST_TITLE, err);
	return rc < 0 || !said || any ? rc : dj_fail(err, DJ_FAIL, "%s is empty (leave it away)", what);
}

/* What is written beside an axis, a mark or a column of a table. */
static int check_labels(const dj_shape_spec *s, dj_err *err)
{
	int rc = check_words(s->x.label, "x, label", err);

	if (rc == DJ_OK)
		rc = check_words(s->y.label, "y, label", err);
	for (size_t i = 0; i < s->n_marks && rc == DJ_OK; i++)
		rc = check_words(s->mark[i].label, "marks, label", err);
	for (size_t i = 0; i < s->n_columns && rc == DJ_OK; i++)
		if ((rc = check_words(s->column[i].label, "columns, label", err)) == DJ_OK)
			rc = check_line(s->column[i].unit, "columns, unit", MOST_UNIT, err);
	return rc;
}

/* Every column that a field of `data` (of a network: of `nodes`) names. */
static int check_channels(const dj_shape_spec *s, const dj_field *fields, dj_err *err)
{
	const dj_data *d = s->nodes ? s->nodes : s->data;
	const char    *frame = s->nodes ? "nodes" : "data";
	int            rc = DJ_OK;

	for (const dj_field *f = fields; f->name && d && rc == DJ_OK; f++)
		if (f->kind == DJ_FIELD_COLUMN)
			rc = need_column(d, frame, *(const char *const *)((const char *)s + f->offset), f->name, err);
	for (size_t i = 0; i < s->n_tooltip && rc == DJ_OK; i++)
		rc = need_column(d, frame, s->tooltip[i], "tooltip", err);
	for (size_t i = 0; i < s->n_columns && rc == DJ_OK; i++) {
		if (!s->column[i].column)
			return dj_fail(err, DJ_FAIL, "columns: item %zu names no column", i + 1);
		if (s->column[i].digits > 15)
			return dj_fail(err, DJ_FAIL, "columns: %s has digits %lld (0 to 15)", s->column[i].column,
			               (long long)s->column[i].digits);
		rc = need_column(d, frame, s->column[i].column, "columns", err);
	}
	return rc;
}

/* The columns that a kind reads by their own names. */
static int check_columns(const dj_data *d, const char *frame, const char *columns, const char *numbers,
                         dj_err *err)
{
	char word[64];

	for (const char *at = columns; next_word(&at, word, sizeof word);)
		if (!dj_data_find(d, word))
			return no_column(d, frame, word, "kind", err);
	for (const char *at = numbers; next_word(&at, word, sizeof word);)
		if (!is_number(dj_data_find(d, word)))
			return dj_fail(err, DJ_FAIL, "%s: column \"%s\" holds no numbers", frame, word);
	return DJ_OK;
}

static int check_rows(const dj_data *d, const char *frame, size_t most, dj_err *err)
{
	if (d->rows <= most)
		return DJ_OK;
	return dj_fail(err, DJ_FAIL, "%s has %zu rows (at most %zu: add them up in SQL first)", frame, d->rows,
	               most);
}

/* ---- Charts ---- */

static int check_mark(const dj_shape_spec *s, const dj_mark_spec *m, dj_err *err)
{
	static const char *const types[] = {"line", "area", "bar", "dot", "rule", "tick", "cell", "text"};
	const size_t             n_types = DJ_COUNT(types);
	bool                     x, y, text;
	int                      rc;

	if (dj_text_find(m->type, types, n_types) == n_types) {
		char *all = dj_text_list(types, n_types);
		dj_fail(err, DJ_FAIL, "marks: type \"%.60s\" is not known (there are %s)", m->type ? m->type : "",
		        all);
		free(all);
		return DJ_FAIL;
	}
	for (const dj_field *f = dj_mark_fields; f->name; f++)
		if (f->kind == DJ_FIELD_COLUMN &&
		    (rc = need_column(s->data, "data", *(const char *const *)((const char *)m + f->offset), m->type,
		                      err)) < 0)
			return rc;
	text = strcmp(m->type, "text") == 0;
	if (text && (!m->label.en || m->label.fr))
		return dj_fail(err, DJ_FAIL, "marks: text needs label, the column that holds the texts");
	if (text && (rc = need_column(s->data, "data", m->label.en, "text", err)) < 0)
		return rc;
	if (m->where && !is_number(dj_data_find(s->data, m->where)))
		return dj_fail(err, DJ_FAIL, "marks: where names \"%s\", which holds no numbers (0 and 1)", m->where);
	x = m->x || m->x1 || m->x2 || s->x.column;
	y = m->y || m->y1 || m->y2 || s->y.column;
	bool one = strcmp(m->type, "rule") == 0 || strcmp(m->type, "tick") == 0;
	if (one ? !(x || y) : !(x && y))
		return dj_fail(err, DJ_FAIL, "marks: %s has no %s (name a column, in the mark or in the view)",
		               m->type, x ? "y" : "x");
	return DJ_OK;
}

static int check_chart(const dj_shape_spec *s, dj_err *err)
{
	int rc;

	if ((rc = need_column(s->data, "data", s->x.column, "x", err)) < 0 ||
	    (rc = need_column(s->data, "data", s->y.column, "y", err)) < 0)
		return rc;
	for (size_t i = 0; i < s->n_marks && rc == DJ_OK; i++)
		rc = check_mark(s, &s->mark[i], err);
	return rc;
}

static int check_network(const dj_shape_spec *s, dj_err *err)
{
	int rc;

	if ((rc = check_columns(s->nodes, "nodes", "node", "", err)) < 0 ||
	    (rc = check_columns(s->edges, "edges", "source target", "", err)) < 0 ||
	    (rc = check_rows(s->nodes, "nodes", 20000, err)) < 0)
		return rc;
	return check_rows(s->edges, "edges", 100000, err);
}

static int check_text(const dj_shape_spec *s, dj_err *err)
{
	const char *in[2] = {s->text.en, s->text.fr};

	for (int i = 0; i < 2; i++) {
		if (in[i] && strlen(in[i]) > MOST_TEXT)
			return dj_fail(err, DJ_FAIL, "text has %zu bytes (at most 64 KiB)", strlen(in[i]));
		if (in[i] && dj_text_wrong(in[i], strlen(in[i]), true))
			return dj_fail(err, DJ_FAIL, "text: %s", dj_text_wrong(in[i], strlen(in[i]), true));
	}
	return DJ_OK;
}

static int check_palette(const dj_shape_spec *s, dj_err *err)
{
	if (!s->palette || strcmp(s->palette, "sequential") == 0 || strcmp(s->palette, "diverging") == 0 ||
	    strcmp(s->palette, "category") == 0)
		return DJ_OK;
	return dj_fail(err, DJ_FAIL,
	               "palette \"%.60s\" is not known (there are sequential, diverging and category)",
	               s->palette);
}

int dj_shape_check(const dj_shape_spec *s, bool view, dj_err *err)
{
	const dj_field  *fields = view ? dj_view_fields : dj_layer_fields;
	const kind_rule *rule = rule_of(view ? views : layers, s->kind, err);
	int              rc;

	if (!rule)
		return DJ_FAIL;
	if ((rc = check_names(s, err)) < 0 || (rc = check_labels(s, err)) < 0 ||
	    (rc = check_fields(s, fields, rule, err)) < 0 || (rc = check_palette(s, err)) < 0 ||
	    (rc = check_channels(s, fields, err)) < 0)
		return rc;
	if (s->data && ((rc = check_columns(s->data, "data", rule->columns, rule->numbers, err)) < 0 ||
	                (rc = check_rows(s->data, "data", rule->rows, err)) < 0))
		return rc;
	if (strcmp(s->kind, "chart") == 0)
		return check_chart(s, err);
	if (strcmp(s->kind, "network") == 0)
		return check_network(s, err);
	return check_text(s, err);
}

/* ---- The columns that are read ---- */

typedef struct name_set {
	const char   **name;
	size_t         n, most;
	const dj_data *frame;
} name_set;

static void add(name_set *set, const char *name)
{
	if (!name || !dj_data_find(set->frame, name))
		return;
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->name[i], name) == 0)
			return;
	if (set->n < set->most)
		set->name[set->n++] = name;
}

static void add_words(name_set *set, const char *words)
{
	char word[64];

	while (next_word(&words, word, sizeof word)) {
		const dj_data_column *c = dj_data_find(set->frame, word);
		add(set, c ? c->name : NULL);
	}
}

static void add_channels(name_set *set, const dj_field *fields, const void *of)
{
	for (const dj_field *f = fields; f->name; f++)
		if (f->kind == DJ_FIELD_COLUMN)
			add(set, *(const char *const *)((const char *)of + f->offset));
}

size_t dj_shape_columns(const char **out, size_t most, const dj_shape_spec *s, bool view,
                        const dj_data *frame)
{
	name_set set = {out, 0, most, frame};
	/* A tooltip and a table show all columns unless they say which. */
	bool     all = view ? strcmp(s->kind, "table") == 0 && !s->n_columns : !s->tooltip_said;

	for (size_t i = 0; i < frame->n_columns && all; i++)
		add(&set, frame->column[i].name);
	if (frame == s->edges && frame != s->nodes) {
		add_words(&set, "source target weight");
	} else {
		add_channels(&set, view ? dj_view_fields : dj_layer_fields, s);
		add_words(&set, rule_of(view ? views : layers, s->kind, NULL)->columns);
		add_words(&set, s->nodes ? "node x y" : "");
		add_words(&set, frame == s->edges ? "source target weight" : "");
	}
	add(&set, s->x.column);
	add(&set, s->y.column);
	for (size_t i = 0; i < s->n_marks; i++) {
		add_channels(&set, dj_mark_fields, &s->mark[i]);
		if (strcmp(s->mark[i].type, "text") == 0)
			add(&set, s->mark[i].label.en);
	}
	for (size_t i = 0; i < s->n_columns; i++)
		add(&set, s->column[i].column);
	for (size_t i = 0; i < s->n_tooltip; i++)
		add(&set, s->tooltip[i]);
	add_words(&set, "_row finding");
	return set.n;
}
