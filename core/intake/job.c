/* Writes the loader's job: loader/job.h says what stands in it. */
#include "intake/parts.h"

#include "base/json.h"
#include "cage/cage.h"

#include <stdlib.h>
#include <string.h>

enum { SOURCE_FD = DJ_CAGE_FIRST_FD + 2 }; /* behind the job and the snapshot */

static void put_character(dj_buf *out, const char *name, int c)
{
	char text[2] = {(char)(c > 0 ? c : 0), '\0'};

	if (c != 0)
		dj_json_add_text(out, name, text);
}

/* Columns that are declared, then those that only a role speaks of. */
static void put_columns(dj_buf *out, const dj_intake *in, const dj_table_spec *t, bool wishes)
{
	dj_json_open(out, "columns", '[');
	for (size_t i = 0; i < t->n_columns; i++) {
		const dj_column_spec *c = &t->column[i];
		dj_coltype            type = dj_table_spec_type(t, in->v, c->name);
		dj_json_open(out, NULL, '{');
		dj_json_add_bool(out, "must", true);
		dj_json_add_text(out, "name", c->name);
		dj_json_add_text(out, "type", type == DJ_COL_UNKNOWN ? NULL : dj_coltype_name(type));
		if (c->n_null)
			dj_json_add_texts(out, "null", c->null, c->n_null);
		dj_buf_char(out, '}');
	}
	for (size_t i = 0; i < t->n_mappings; i++)
		for (size_t k = 0; k < t->mapping[i].n; k++) {
			const char *column = t->mapping[i].pair[k].column;
			dj_coltype  type = dj_table_spec_type(t, in->v, column);
			if (dj_table_spec_column(t, column))
				continue;
			dj_json_open(out, NULL, '{');
			dj_json_add_bool(out, "must", !wishes);
			dj_json_add_text(out, "name", column);
			dj_json_add_text(out, "type", type == DJ_COL_UNKNOWN ? NULL : dj_coltype_name(type));
			dj_buf_char(out, '}');
		}
	dj_buf_char(out, ']');
}

static void put_steps(dj_buf *out, const dj_table_spec *t)
{
	dj_json_open(out, "steps", '[');
	for (size_t i = 0; i < t->n_steps; i++) {
		const dj_step *s = &t->step[i];
		dj_json_open(out, NULL, '{');
		dj_json_add_integer(out, "op", s->op);
		dj_json_add_bool(out, "not", s->negate);
		dj_json_add_text(out, "column", s->column);
		dj_json_add_text(out, "to", s->to);
		dj_json_add_text(out, "text", s->text);
		dj_json_add_text(out, "open", s->open);
		dj_json_add_text(out, "close", s->close);
		dj_json_add_texts(out, "values", s->values, s->n_values);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
}

/* The source, or what an earlier look unpacked of it (dj_intake_call places the descriptors so). */
static void put_source(dj_buf *out, const dj_intake_sources *s, size_t k)
{
	const dj_intake_source *item = &s->item[k];
	int                     scratch = SOURCE_FD + (int)(s->n + k);

	dj_json_add_integer(out, "fd", item->unpacked ? scratch : SOURCE_FD + (int)k);
	dj_json_add_integer(out, "bytes", (int64_t)(item->unpacked ? item->unpacked : item->bytes));
	if (item->unpacked)
		return;
	dj_json_add_integer(out, "scratch", scratch);
	dj_json_add_integer(out, "most", (int64_t)dj_intake_most_unpacked(item->bytes));
}

static void put_sources(dj_buf *out, const dj_intake_sources *s, size_t table)
{
	dj_json_open(out, "sources", '[');
	for (size_t k = 0; k < s->n; k++) {
		if (s->item[k].table != table)
			continue;
		dj_json_open(out, NULL, '{');
		put_source(out, s, k);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
	dj_json_add_integer(out, "spare", SOURCE_FD + (int)(2 * s->n));
}

/* How it is packed and written; what an earlier look unpacked is plain text in UTF-8 by now, or rows of JSON. */
static void put_wrapping(dj_buf *out, const dj_table_spec *t, const dj_intake_sources *s, size_t table)
{
	bool unpacked = false, rows = false;

	for (size_t k = 0; k < s->n; k++) {
		unpacked = unpacked || (s->item[k].table == table && s->item[k].unpacked);
		rows = rows || (s->item[k].table == table && s->item[k].rows);
	}
	dj_json_add_text(out, "format", rows ? "ndjson" : t->format);
	if (unpacked)
		return;
	dj_json_add_text(out, "member", t->member);
	dj_json_add_text(out, "sheet", t->sheet);
	dj_json_add_text(out, "from", t->from);
	dj_json_add_text(out, "encoding", t->encoding);
}

/* Rows are looked up by what names them. */
static void put_key(dj_buf *out, const dj_mapping *m, const dj_role *role)
{
	for (size_t k = 0; role && role->key && k < m->n; k++)
		if (strcmp(m->pair[k].role_column, role->key) == 0)
			dj_json_add_texts(out, NULL, &m->pair[k].column, 1);
}

/* Those that the manifest declares, and the key of each role; one asked for twice is made once. */
static void put_indexes(dj_buf *out, const dj_intake *in, const dj_table_spec *t)
{
	dj_json_open(out, "indexes", '[');
	for (size_t i = 0; i < t->n_indexes; i++)
		dj_json_add_texts(out, NULL, t->index[i].column, t->index[i].n);
	for (size_t i = 0; i < t->n_mappings; i++)
		put_key(out, &t->mapping[i], dj_vocabulary_role(in->v, t->mapping[i].role));
	dj_buf_char(out, ']');
	if (t->rtree_lat)
		dj_json_add_texts(out, "rtree", (const char *[]){t->rtree_lat, t->rtree_lon}, 2);
}

static void put_table(dj_buf *out, const dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s,
                      size_t k)
{
	const dj_table_spec *t = &in->manifest->table[k];

	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "name", t->name);
	put_sources(out, s, k);
	dj_json_add_bool(out, "parts", ask->parts);
	put_wrapping(out, t, s, k);
	dj_json_add_text(out, "rows", t->rows);
	dj_json_add_texts(out, "keep", t->keep, t->n_keep);
	put_character(out, "separator", t->separator);
	put_character(out, "quote", t->quote);
	if (t->header >= 0)
		dj_json_add_bool(out, "header", t->header);
	if (t->n_null)
		dj_json_add_texts(out, "null", t->null, t->n_null);
	put_columns(out, in, t, ask->wishes);
	put_steps(out, t);
	put_indexes(out, in, t);
	dj_buf_char(out, '}');
}

void dj_intake_job(dj_buf *out, const dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s)
{
	char       *manifest = dj_manifest_text(in->manifest);
	const char *meta[][2] = {{"manifest", manifest},
	                         {"dataset", in->name},
	                         {"loaded", ask->loaded ? ask->loaded : ""},
	                         {"toolkit", DJ_VERSION},
	                         {"sources", ask->sources}};

	dj_buf_text(out, "{\"format\":1");
	dj_json_add_text(out, "action", ask->preview ? "preview" : ask->look ? "look" : "load");
	dj_json_add_integer(out, "limit", in->o->limit);
	dj_json_add_text(out, "dataset", in->name);
	dj_json_open(out, "meta", '[');
	for (size_t i = 0; i < DJ_COUNT(meta); i++)
		if (meta[i][1])
			dj_json_add_texts(out, NULL, meta[i], 2);
	dj_buf_char(out, ']');
	if (!ask->look)
		dj_json_add_integer(out, "sorting", SOURCE_FD + (int)(2 * s->n + 1));
	if (!ask->look && !ask->sources)
		dj_json_add_integer(out, "sources", SOURCE_FD + (int)(2 * s->n + 2));
	dj_json_open(out, "tables", '[');
	for (size_t k = 0; k < in->manifest->n_tables; k++)
		put_table(out, in, ask, s, k);
	dj_buf_text(out, "]}");
	free(manifest);
}
