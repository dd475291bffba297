/* The C face: findings, layers and views. Words are split into their two languages here. */
#include "host/capi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A plugin made with an older header hands in less: what it does not know of is 0. */
static void take(void *to, size_t most, const void *from, size_t size)
{
	memset(to, 0, most);
	memcpy(to, from, size < most ? size : most);
}

/* ---- Findings ---- */

static size_t take_subjects(native_run *r, const dj_finding *f, dj_host_subject **out)
{
	size_t n = 0, more = f->more_subjects ? f->n_more_subjects : 0;

	if (more > 1000000)
		dj_capi_wrong(r, "dj_finding", "n_more_subjects is %zu", more);
	*out = dj_alloc_zero(DJ_MAX_SUBJECTS + more, sizeof **out);
	for (size_t i = 0; i < DJ_MAX_SUBJECTS && f->subjects[i].type; i++)
		(*out)[n++] = (dj_host_subject){f->subjects[i].type, f->subjects[i].id};
	for (size_t i = 0; i < more; i++)
		(*out)[n++] = (dj_host_subject){f->more_subjects[i].type, f->more_subjects[i].id};
	return n;
}

static size_t take_evidence(native_run *r, const dj_finding *f, int64_t **out)
{
	const size_t most = (size_t)1 << 32;
	size_t lists = f->more_evidence ? f->n_more_evidence : 0, n = f->evidence.row ? f->evidence.n : 0, at = n;

	for (size_t i = 0; i < lists && n < most; i++)
		n += f->more_evidence[i].row ? f->more_evidence[i].n : 0;
	if (n >= most)
		dj_capi_wrong(r, "dj_finding", "evidence of %zu rows", n);
	*out = dj_alloc_zero(n, sizeof **out);
	if (at)
		memcpy(*out, f->evidence.row, at * sizeof **out);
	for (size_t i = 0; i < lists; i++) {
		if (!f->more_evidence[i].row || !f->more_evidence[i].n)
			continue;
		memcpy(*out + at, f->more_evidence[i].row, f->more_evidence[i].n * sizeof **out);
		at += f->more_evidence[i].n;
	}
	return n;
}

static uint64_t finding(dj_jam *jam, const dj_finding *given, size_t size, int line)
{
	native_run      *r = dj_capi_run(jam);
	dj_finding       f;
	dj_named_value   value[DJ_MAX_VALUES];
	dj_words         reason[DJ_MAX_REASONS];
	dj_host_subject *subject;
	int64_t         *evidence, number;
	dj_err           err;

	r->line = line;
	take(&f, sizeof f, given, size);
	dj_host_finding g = {.title = dj_capi_words(r->h->arena, f.title),
	                     .detail = dj_capi_words(r->h->arena, f.detail),
	                     .key = f.key,
	                     .score = f.score,
	                     .first = f.first,
	                     .last = f.last,
	                     .region = f.region,
	                     .place = f.place,
	                     .has_point = f.has_point != 0,
	                     .lat = f.lat,
	                     .lon = f.lon,
	                     .has_radius = f.radius_m != 0,
	                     .radius_m = f.radius_m,
	                     .value = value,
	                     .reason = reason};

	for (; g.n_values < DJ_MAX_VALUES && f.values[g.n_values].name; g.n_values++)
		value[g.n_values] = (dj_named_value){f.values[g.n_values].name, f.values[g.n_values].value};
	for (; g.n_reasons < DJ_MAX_REASONS && f.reasons[g.n_reasons]; g.n_reasons++)
		reason[g.n_reasons] = dj_capi_words(r->h->arena, f.reasons[g.n_reasons]);
	g.n_subjects = take_subjects(r, &f, &subject);
	g.n_evidence = take_evidence(r, &f, &evidence);
	g.subject = subject;
	g.evidence = evidence;
	if (dj_host_finding_give(&number, r->h, &g, &err) < 0)
		dj_capi_fail(r, "dj_finding", &err);
	free(subject);
	free(evidence);
	return (uint64_t)number;
}

/* ---- Layers and views ---- */

static void layer(dj_jam *jam, const dj_layer *given, size_t size, int line)
{
	native_run    *r = dj_capi_run(jam);
	dj_layer       l;
	dj_shape_spec *s = dj_alloc_zero(1, sizeof *s);
	dj_err         err;

	r->line = line;
	take(&l, sizeof l, given, size);
	s->name = l.name;
	s->title = dj_capi_words(r->h->arena, l.title);
	s->kind = l.kind;
	s->data = dj_capi_data(l.data);
	s->color = l.color;
	s->size = l.size;
	s->label = l.label;
	s->time = l.time;
	s->palette = l.palette;
	for (; s->n_tooltip < DJ_MAX_COLUMNS && l.tooltip[s->n_tooltip]; s->n_tooltip++)
		s->tooltip[s->n_tooltip] = l.tooltip[s->n_tooltip];
	s->tooltip_said = s->n_tooltip > 0;
	if (dj_host_layer(r->h, s, &err) < 0)
		dj_capi_fail(r, "dj_layer", &err);
	free(s);
}

static dj_axis_spec axis(native_run *r, const dj_axis *a)
{
	return (dj_axis_spec){a->column, dj_capi_words(r->h->arena, a->label), a->log != 0, a->zero != 0,
	                      a->reverse != 0};
}

static dj_mark_spec mark(native_run *r, const dj_mark *m)
{
	return (dj_mark_spec){.type = m->type,
	                      .x = m->x,
	                      .y = m->y,
	                      .x1 = m->x1,
	                      .y1 = m->y1,
	                      .x2 = m->x2,
	                      .y2 = m->y2,
	                      .color = m->color,
	                      .size = m->size,
	                      .where = m->where,
	                      .label = dj_capi_words(r->h->arena, m->label),
	                      .dash = m->dash != 0};
}

static void take_view(native_run *r, dj_shape_spec *s, const dj_view *v)
{
	s->name = v->name;
	s->title = dj_capi_words(r->h->arena, v->title);
	s->kind = v->kind;
	s->data = dj_capi_data(v->data);
	s->nodes = dj_capi_data(v->nodes);
	s->edges = dj_capi_data(v->edges);
	s->x = axis(r, &v->x);
	s->y = axis(r, &v->y);
	for (; s->n_marks < DJ_MAX_MARKS && v->marks[s->n_marks].type; s->n_marks++)
		s->mark[s->n_marks] = mark(r, &v->marks[s->n_marks]);
	s->facet = v->facet;
	s->color = v->color;
	s->size = v->size;
	s->label = v->label;
	s->source = v->source;
	s->target = v->target;
	s->value = v->value;
	s->at = v->at;
	s->until = v->until;
	s->lane = v->lane;
	for (; s->n_columns < DJ_MAX_COLUMNS && v->columns[s->n_columns]; s->n_columns++)
		s->column[s->n_columns] = (dj_table_column_spec){.column = v->columns[s->n_columns], .digits = -1};
	s->text = dj_capi_words(r->h->arena, v->text);
}

static void view(dj_jam *jam, const dj_view *given, size_t size, int line)
{
	native_run    *r = dj_capi_run(jam);
	dj_view        v;
	dj_shape_spec *s = dj_alloc_zero(1, sizeof *s);
	dj_err         err;

	r->line = line;
	take(&v, sizeof v, given, size);
	take_view(r, s, &v);
	if (dj_host_view(r->h, s, &err) < 0)
		dj_capi_fail(r, "dj_view", &err);
	free(s);
}

void dj_capi_giving(dj_api *api)
{
	api->finding = finding;
	api->layer = layer;
	api->view = view;
}
