/* The job as the worker reads it: plugin/job.h says what is in it. */
#include "run/inside.h"

#include "base/json.h"
#include "plugin/job.h"

#include <inttypes.h>
#include <string.h>

static void text(dj_buf *out, const char *member, const char *value)
{
	dj_json_add_text(out, member, value ? value : "");
}

/* Integers that may pass 2^53 are text. */
static void big(dj_buf *out, const char *member, uint64_t value)
{
	dj_json_key(out, member);
	dj_buf_fmt(out, "\"%" PRIu64 "\"", value);
}

static void put_params(dj_buf *out, const dj_plan_step *step)
{
	dj_json_open(out, "params", '[');
	for (size_t i = 0; i < step->says->n_params; i++) {
		dj_json_open(out, NULL, '{');
		text(out, "name", step->param[i].name);
		text(out, "type", dj_param_type_name(step->param[i].type));
		text(out, "value", step->param[i].text);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
}

static void put_data(dj_buf *out, const dj_binding *b, const dj_rows *rows)
{
	size_t                  n;
	const dj_source_record *source = dj_rows_sources(rows, &n);

	dj_json_open(out, "databases", '[');
	for (size_t i = 0; i < b->n_databases; i++) {
		dj_json_key(out, NULL);
		dj_buf_fmt(out, "{\"fd\":%zu}", DJ_JOB_FIRST_FD + i);
	}
	dj_buf_char(out, ']');
	dj_json_open(out, "sources", '[');
	for (size_t i = 0; i < dj_rows_numbered(rows); i++) {
		dj_json_key(out, NULL);
		dj_buf_fmt(out, "{\"database\":%zu", i < b->n_sources ? b->source[i].database + 1 : 0);
		text(out, "table", source[i].table);
		text(out, "dataset", source[i].dataset);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
}

static void put_member(dj_buf *out, const dj_bound_role *r, const dj_bound_member *m)
{
	dj_json_key(out, NULL);
	dj_buf_fmt(out, "{\"source\":%zu,\"columns\":[", m->source + 1);
	for (size_t i = 0; i < r->n_columns; i++) {
		dj_json_key(out, NULL);
		if (!m->cell[i].column && !m->cell[i].fill) {
			dj_buf_text(out, "null");
			continue;
		}
		dj_buf_char(out, '{');
		text(out, m->cell[i].column ? "column" : "fill",
		     m->cell[i].column ? m->cell[i].column : m->cell[i].fill);
		dj_buf_char(out, '}');
	}
	dj_buf_text(out, "]}");
}

static void put_role(dj_buf *out, const dj_bound_role *r)
{
	dj_json_open(out, NULL, '{');
	text(out, "name", r->name);
	dj_json_open(out, "columns", '[');
	for (size_t i = 0; i < r->n_columns; i++) {
		dj_json_open(out, NULL, '{');
		text(out, "name", r->column[i].name);
		text(out, "type", dj_coltype_name(r->column[i].type));
		dj_json_add_bool(out, "filled", r->column[i].filled);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
	dj_json_add_texts(out, "others", r->other, r->n_others);
	dj_json_open(out, "members", '[');
	for (size_t i = 0; i < r->n_members; i++)
		put_member(out, r, &r->member[i]);
	dj_buf_text(out, "]}");
}

static const char *word(dj_words w)
{
	return w.en ? w.en : w.fr;
}

/* For jam:sources: a line a role and dataset. Members come by dataset, so those of one stand together. */
static void put_about(dj_buf *out, const dj_binding *b)
{
	dj_json_open(out, "about", '[');
	for (size_t i = 0; i < b->n_roles; i++) {
		const dj_bound_role *r = &b->role[i];
		uint64_t             rows = 0;

		for (size_t k = 0; k < r->n_members; k++) {
			const dj_bound_source *s = &b->source[r->member[k].source];
			const dj_manifest     *m = s->dataset->manifest;

			rows += (uint64_t)s->table->rows;
			if (k + 1 < r->n_members && b->source[r->member[k + 1].source].dataset == s->dataset)
				continue;
			dj_json_open(out, NULL, '{');
			text(out, "role", r->name);
			text(out, "dataset", s->dataset->name);
			text(out, "title", m ? word(m->title) : NULL);
			big(out, "rows", rows);
			text(out, "date", m ? m->date : NULL);
			text(out, "caveat", m ? word(m->caveat) : NULL);
			dj_buf_char(out, '}');
			rows = 0;
		}
	}
	dj_buf_char(out, ']');
}

static void put_limits(dj_buf *out, const dj_limits *l)
{
	dj_json_open(out, "limits", '{');
	big(out, "lua_bytes", l->lua_bytes);
	big(out, "sql_steps", l->sql_steps);
	big(out, "lua_instructions", l->lua_instructions);
	big(out, "findings", l->findings);
	/* SQLite's own, so that its "out of memory" comes before the kernel's */
	big(out, "heap_bytes", l->address_bytes / 2);
	dj_buf_char(out, '}');
}

void dj_job_text(dj_buf *out, const dj_plan_step *step, const dj_run_options *options, const char *now,
                 const dj_rows *rows, bool findings)
{
	dj_buf_text(out, "{\"format\":1");
	text(out, "action", "run");
	text(out, "lang", dj_lang_name(step->file->lang));
	text(out, "name", step->file->name);
	text(out, "file", step->file->shown);
	big(out, "seed", options->seed);
	text(out, "now", now);
	put_params(out, step);
	put_data(out, step->binding, rows);
	dj_json_open(out, "roles", '[');
	for (size_t i = 0; i < step->binding->n_roles; i++)
		put_role(out, &step->binding->role[i]);
	dj_buf_char(out, ']');
	put_about(out, step->binding);
	if (findings) {
		dj_json_key(out, "findings");
		dj_buf_fmt(out, "{\"fd\":%zu}", DJ_JOB_FIRST_FD + step->binding->n_databases);
	}
	put_limits(out, &options->limits);
	if (step->file->lang == DJ_LANG_LUA) /* where a kernel has none; the record then says so */
		dj_json_add_bool(out, "without_landlock", true);
	dj_buf_char(out, '}');
}
