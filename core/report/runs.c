/*
 * A run as the page has it: its record, its layers and views, and their frames as blocks of their own.
 */
#include "report/parts.h"

#include <inttypes.h>
#include <stdlib.h>

static void put_cell(dj_put *p, const dj_data_column *c, size_t row)
{
	const dj_data_list *list;

	if (dj_data_is_null(c, row)) {
		dj_put_text(p, NULL);
		return;
	}
	switch (c->type) {
	case DJ_DATA_INTEGER: dj_put_integer(p, c->integer[row]); break;
	case DJ_DATA_REAL: dj_put_real(p, c->real[row]); break;
	case DJ_DATA_TEXT: dj_put_text(p, c->text[row]); break;
	case DJ_DATA_LIST:
		list = &c->list[row];
		dj_put_bracket(p, '[');
		for (size_t i = 0; i < list->n; i++)
			if (list->type == DJ_DATA_INTEGER)
				dj_put_integer(p, list->integer[i]);
			else if (list->type == DJ_DATA_REAL)
				dj_put_real(p, list->real[i]);
			else
				dj_put_text(p, list->text[i]);
		dj_put_bracket(p, ']');
		break;
	}
}

static void put_frame(dj_put *p, const char *id, const dj_data *d)
{
	dj_put_block(p, id, -1);
	dj_put_bracket(p, '{');
	dj_put_member_integer(p, "rows", (int64_t)d->rows);
	dj_put_begin(p, "columns", '[');
	for (size_t i = 0; i < d->n_columns; i++) {
		dj_put_bracket(p, '{');
		dj_put_member(p, "name", d->column[i].name);
		dj_put_member(p, "type", dj_data_type_name(d->column[i].type));
		dj_put_begin(p, "cells", '[');
		for (size_t row = 0; row < d->rows; row++)
			put_cell(p, &d->column[i], row);
		dj_put_bracket(p, ']');
		dj_put_bracket(p, '}');
	}
	dj_put_bracket(p, ']');
	dj_put_bracket(p, '}');
	dj_put_block_end(p);
}

/* "layer-4-0-data": names come from a plugin, numbers do not. */
static char *frame_id(const dj_run_record *run, const char *what, size_t i, size_t part)
{
	return dj_fmt("%s-%" PRId64 "-%zu-%zu", what, run->id, i, part);
}

static void put_shapes(dj_put *p, const dj_run_record *run, const char *what, const dj_shape_record *shape,
                       size_t n)
{
	dj_put_bracket(p, '[');
	for (size_t i = 0; i < n; i++) {
		dj_put_bracket(p, '{');
		dj_put_member(p, "name", shape[i].name);
		dj_put_member(p, "kind", shape[i].kind);
		dj_put_member_words(p, "title", shape[i].title);
		dj_put_key(p, "spec");
		dj_put_json(p, shape[i].spec);
		dj_put_begin(p, "parts", '[');
		for (size_t k = 0; k < shape[i].n_parts; k++) {
			char *id = frame_id(run, what, i, k);

			dj_put_bracket(p, '{');
			dj_put_member(p, "part", shape[i].part[k]);
			dj_put_member(p, "block", id);
			dj_put_member_integer(p, "rows", (int64_t)shape[i].data[k]->rows);
			dj_put_bracket(p, '}');
			free(id);
		}
		dj_put_bracket(p, ']');
		dj_put_bracket(p, '}');
	}
	dj_put_bracket(p, ']');
}

static void put_frames(dj_put *p, const dj_run_record *run, const char *what, const dj_shape_record *shape,
                       size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < shape[i].n_parts; k++) {
			char *id = frame_id(run, what, i, k);

			put_frame(p, id, shape[i].data[k]);
			free(id);
		}
}

static void put_sources(dj_put *p, const dj_run_record *run, const dj_workspace *w, const dj_catalogue *c)
{
	dj_put_begin(p, "sources", '[');
	for (size_t i = 0; i < run->n_sources; i++) {
		const dj_source_record *s = &run->source_row[i];
		char                   *path = dj_report_snapshot(s, w, c);

		dj_put_bracket(p, '{');
		dj_put_member(p, "dataset", s->dataset);
		dj_put_member(p, "table", s->table);
		dj_put_member(p, "role", s->role);
		dj_put_member(p, "djs1", s->djs1);
		dj_put_key(p, "here");
		dj_put_bool(p, path != NULL);
		dj_put_bracket(p, '}');
		free(path);
	}
	dj_put_bracket(p, ']');
}

static void put_plugin(dj_put *p, const dj_run_record *run)
{
	char hex[65];

	dj_digest_hex(hex, &run->digest);
	dj_put_member_integer(p, "id", run->id);
	dj_put_member(p, "plugin", run->plugin);
	dj_put_member(p, "version", run->version);
	dj_put_member(p, "kind", run->kind);
	dj_put_member(p, "lang", run->lang);
	dj_put_member_words(p, "summary", run->summary);
	dj_put_member_words(p, "caveat", run->caveat);
	dj_put_member(p, "source", run->source);
	dj_put_member(p, "path", run->path);
	dj_put_member(p, "digest", hex);
	dj_put_key(p, "params");
	dj_put_json(p, run->params);
	dj_put_member(p, "seed", run->seed);
	dj_put_member(p, "now", run->now);
}

static void put_outcome(dj_put *p, const dj_run_record *run)
{
	char hex[65];

	dj_digest_hex(hex, &run->dj1);
	dj_put_member(p, "verdict", run->verdict);
	dj_put_member(p, "message", run->message);
	dj_put_member(p, "traceback", run->traceback);
	dj_put_member_integer(p, "line", run->line);
	dj_put_member(p, "toolkit", run->toolkit);
	dj_put_member(p, "worker", run->worker);
	dj_put_member(p, "layers_of_cage", run->layers);
	dj_put_key(p, "limits");
	dj_put_json(p, run->limits);
	dj_put_member(p, "started", run->started);
	dj_put_member_integer(p, "wall_us", run->wall_us);
	dj_put_member_integer(p, "cpu_us", run->cpu_us);
	dj_put_member_integer(p, "peak_bytes", run->peak_bytes);
	dj_put_member(p, "dj1", hex);
	dj_put_member(p, "log", run->log);
	dj_put_member_integer(p, "findings", (int64_t)run->n_findings);
}

void dj_report_run(dj_put *p, const dj_run_record *run, const dj_workspace *w, const dj_catalogue *c)
{
	dj_put_block(p, "run-", run->id);
	dj_put_bracket(p, '{');
	put_plugin(p, run);
	put_outcome(p, run);
	put_sources(p, run, w, c);
	dj_put_begin(p, "notes", '[');
	for (size_t i = 0; i < run->n_notes; i++)
		dj_put_words(p, run->note[i]);
	dj_put_bracket(p, ']');
	dj_put_key(p, "layers");
	put_shapes(p, run, "layer", run->layer, run->n_layers);
	dj_put_key(p, "views");
	put_shapes(p, run, "view", run->view, run->n_views);
	dj_put_bracket(p, '}');
	dj_put_block_end(p);
	put_frames(p, run, "layer", run->layer, run->n_layers);
	put_frames(p, run, "view", run->view, run->n_views);
}
