#include "lint/lint.h"

#include "base/json.h"

static void put_column(dj_buf *out, const dj_lint_column *c)
{
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "name", c->name);
	dj_json_add_text(out, "type", dj_coltype_name(c->type));
	dj_json_add_text(out, "fills", c->fills);
	dj_json_add_integer(out, "nulls", c->nulls);
	dj_json_add_integer(out, "distinct", c->distinct);
	dj_json_add_bool(out, "about", c->about);
	dj_json_add_text(out, "least", c->least);
	dj_json_add_text(out, "most", c->most);
	dj_json_add_bool(out, "hidden", c->hidden);
	dj_json_add_bool(out, "key", c->key);
	dj_buf_char(out, '}');
}

static void put_rows(dj_buf *out, const char *name, const int64_t *v, size_t n)
{
	dj_json_open(out, name, '[');
	for (size_t i = 0; i < n; i++)
		dj_json_add_integer(out, NULL, v[i]);
	dj_buf_char(out, ']');
}

static void put_note(dj_buf *out, const dj_lint_note *n)
{
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "code", n->code);
	dj_json_add_texts(out, "columns", n->column, n->n_columns);
	dj_json_add_text(out, "en", n->en);
	dj_json_add_text(out, "fr", n->fr);
	dj_json_add_integer(out, "rows", n->rows);
	dj_json_add_bool(out, "about", n->about);
	put_rows(out, "examples", n->example, n->n_examples);
	put_rows(out, "lines", n->line, n->n_examples);
	dj_json_add_bool(out, "sure", n->sure);
	dj_buf_char(out, '}');
}

void dj_lint_json(dj_buf *out, const dj_lint_table *t)
{
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "dataset", t->dataset);
	dj_json_add_text(out, "table", t->table);
	dj_json_add_integer(out, "rows", t->rows);
	dj_json_open(out, "columns", '[');
	for (size_t i = 0; i < t->n_columns; i++)
		put_column(out, &t->column[i]);
	dj_buf_char(out, ']');
	dj_json_open(out, "notes", '[');
	for (size_t i = 0; i < t->n_notes; i++)
		put_note(out, &t->note[i]);
	dj_buf_text(out, "]}");
}
