/* Writes the loader's job: loader/job.h says what stands in it. */
#include "intake/parts.h"

#include "base/json.h"
#include "cage/cage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_FD = DJ_CAGE_FIRST_FD + 2 }; /* behind the job and the snapshot */

static void put(dj_buf *out, const char *name, const char *text)
{
	if (!text)
		return;
	dj_buf_fmt(out, ",\"%s\":", name);
	dj_json_put_text(out, text);
}

static void put_list(dj_buf *out, const char *name, const char *const *text, size_t n)
{
	dj_buf_fmt(out, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			dj_buf_char(out, ',');
		dj_json_put_text(out, text[i]);
	}
	dj_buf_char(out, ']');
}

static void put_character(dj_buf *out, const char *name, int c)
{
	char text[2] = {(char)(c > 0 ? c : 0), '\0'};

	if (c != 0)
		put(out, name, text);
}

/* Columns that are declared, then those that only a role speaks of. */
static void put_columns(dj_buf *out, const dj_intake *in, const dj_table_spec *t, bool wishes)
{
	size_t n = 0;

	dj_buf_text(out, ",\"columns\":[");
	for (size_t i = 0; i < t->n_columns; i++) {
		const dj_column_spec *c = &t->column[i];
		dj_coltype            type = dj_table_spec_type(t, in->v, c->name);
		dj_buf_fmt(out, "%s{\"must\":true", n++ ? "," : "");
		put(out, "name", c->name);
		put(out, "type", type == DJ_COL_UNKNOWN ? NULL : dj_coltype_name(type));
		if (c->n_null)
			put_list(out, "null", c->null, c->n_null);
		dj_buf_char(out, '}');
	}
	for (size_t i = 0; i < t->n_mappings; i++)
		for (size_t k = 0; k < t->mapping[i].n; k++) {
			const char *column = t->mapping[i].pair[k].column;
			dj_coltype  type = dj_table_spec_type(t, in->v, column);
			if (dj_table_spec_column(t, column))
				continue;
			dj_buf_fmt(out, "%s{\"must\":%s", n++ ? "," : "", wishes ? "false" : "true");
			put(out, "name", column);
			put(out, "type", type == DJ_COL_UNKNOWN ? NULL : dj_coltype_name(type));
			dj_buf_char(out, '}');
		}
	dj_buf_char(out, ']');
}

static void put_steps(dj_buf *out, const dj_table_spec *t)
{
	dj_buf_text(out, ",\"steps\":[");
	for (size_t i = 0; i < t->n_steps; i++) {
		const dj_step *s = &t->step[i];
		dj_buf_fmt(out, "%s{\"op\":%d,\"not\":%s", i ? "," : "", (int)s->op, s->negate ? "true" : "false");
		put(out, "column", s->column);
		put(out, "to", s->to);
		put(out, "text", s->text);
		put(out, "open", s->open);
		put(out, "close", s->close);
		put_list(out, "values", s->values, s->n_values);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
}

static void put_table(dj_buf *out, const dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s,
                      size_t k)
{
	const dj_table_spec *t = &in->manifest->table[k];

	dj_buf_fmt(out, "%s{\"fd\":%d,\"bytes\":%" PRIu64, k ? "," : "", SOURCE_FD + (int)k, s->item[k].bytes);
	put(out, "name", t->name);
	put(out, "format", t->format);
	put_character(out, "separator", t->separator);
	put_character(out, "quote", t->quote);
	if (t->header >= 0)
		dj_buf_fmt(out, ",\"header\":%s", t->header ? "true" : "false");
	if (t->n_null)
		put_list(out, "null", t->null, t->n_null);
	put_columns(out, in, t, ask->wishes);
	put_steps(out, t);
	dj_buf_char(out, '}');
}

void dj_intake_job(dj_buf *out, const dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s)
{
	const char *meta[][2] = {
	    {"dataset", in->name}, {"loaded", ask->loaded}, {"sources", ask->sources}, {"toolkit", DJ_VERSION}};
	char *manifest = dj_manifest_text(in->manifest);

	dj_buf_fmt(out, "{\"format\":1,\"action\":\"%s\",\"limit\":%" PRId64, ask->look ? "look" : "load",
	           in->o->limit);
	put(out, "dataset", in->name);
	dj_buf_text(out, ",\"meta\":[[\"manifest\",");
	dj_json_put_text(out, manifest);
	dj_buf_char(out, ']');
	for (size_t i = 0; i < sizeof meta / sizeof *meta; i++) {
		dj_buf_fmt(out, ",[\"%s\",", meta[i][0]);
		dj_json_put_text(out, meta[i][1] ? meta[i][1] : "");
		dj_buf_char(out, ']');
	}
	dj_buf_text(out, "],\"tables\":[");
	for (size_t k = 0; k < s->n; k++)
		put_table(out, in, ask, s, k);
	dj_buf_text(out, "]}");
	free(manifest);
}
