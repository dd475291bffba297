/* A run of the file as dj_run_record. */
#include "world.h"

#include "base/json.h"

#include <math.h>
#include <string.h>

static const char *text(const cJSON *object, const char *name, dj_arena *a)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(item) ? dj_arena_dup(a, item->valuestring) : NULL;
}

static double real(const cJSON *object, const char *name, double otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNumber(item) ? item->valuedouble : otherwise;
}

static dj_words words_of(const cJSON *item, dj_arena *a)
{
	if (cJSON_IsString(item))
		return (dj_words){dj_arena_dup(a, item->valuestring), NULL};
	return (dj_words){text(item, "en", a), text(item, "fr", a)};
}

static dj_words words(const cJSON *object, const char *name, dj_arena *a)
{
	return words_of(cJSON_GetObjectItemCaseSensitive(object, name), a);
}

static const char *json(const cJSON *object, const char *name, dj_arena *a)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
	char        *made = item ? cJSON_PrintUnformatted(item) : NULL;
	const char  *kept = made ? dj_arena_dup(a, made) : "{}";

	cJSON_free(made);
	return kept;
}

static const cJSON *list(const cJSON *object, const char *name, size_t *n)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	*n = (size_t)cJSON_GetArraySize(item);
	return item ? item->child : NULL;
}

static dj_words *all_words(const cJSON *object, const char *name, size_t *n, dj_arena *a)
{
	const cJSON *item = list(object, name, n);
	dj_words    *out = dj_arena_alloc(a, *n, sizeof *out);

	for (size_t i = 0; item; item = item->next)
		out[i++] = words_of(item, a);
	return out;
}

/* ---- Frames ---- */

static dj_data_list list_cell(const cJSON *cell, dj_arena *a)
{
	size_t       n = (size_t)cJSON_GetArraySize(cell), i = 0;
	const char **out = dj_arena_alloc(a, n, sizeof *out);

	for (const cJSON *item = cell->child; item; item = item->next)
		out[i++] = dj_arena_dup(a, item->valuestring);
	return (dj_data_list){.type = DJ_DATA_TEXT, .n = n, .text = out};
}

static dj_data_type column_type(const cJSON *cells)
{
	dj_data_type type = DJ_DATA_TEXT;

	for (const cJSON *cell = cells->child; cell; cell = cell->next) {
		if (cJSON_IsArray(cell))
			return DJ_DATA_LIST;
		if (cJSON_IsString(cell))
			return DJ_DATA_TEXT;
		if (cJSON_IsNumber(cell) && floor(cell->valuedouble) != cell->valuedouble)
			return DJ_DATA_REAL;
		if (cJSON_IsNumber(cell))
			type = DJ_DATA_INTEGER;
	}
	return type;
}

static void fill_cell(dj_data_column *c, size_t i, const cJSON *cell, dj_arena *a)
{
	if (cJSON_IsNull(cell))
		c->null[i / 8] = (uint8_t)(c->null[i / 8] | 1u << i % 8);
	else if (c->type == DJ_DATA_INTEGER)
		c->integer[i] = (int64_t)cell->valuedouble;
	else if (c->type == DJ_DATA_REAL)
		c->real[i] = cell->valuedouble;
	else if (c->type == DJ_DATA_TEXT)
		c->text[i] = dj_arena_dup(a, cell->valuestring);
	else
		c->list[i] = list_cell(cell, a);
}

const dj_data *world_frame(const cJSON *object, dj_arena *a)
{
	dj_data *d = dj_arena_alloc(a, 1, sizeof *d);
	size_t   k = 0;

	d->n_columns = (size_t)cJSON_GetArraySize(object);
	d->column = dj_arena_alloc(a, d->n_columns, sizeof *d->column);
	for (const cJSON *cells = object->child; cells; cells = cells->next) {
		dj_data_column *c = &d->column[k++];
		size_t          n = (size_t)cJSON_GetArraySize(cells), i = 0;

		c->name = dj_arena_dup(a, cells->string);
		c->type = column_type(cells);
		c->null = dj_arena_alloc(a, n / 8 + 1, 1);
		c->integer = c->type == DJ_DATA_INTEGER ? dj_arena_alloc(a, n, sizeof(int64_t)) : NULL;
		c->real = c->type == DJ_DATA_REAL ? dj_arena_alloc(a, n, sizeof(double)) : NULL;
		c->text = c->type == DJ_DATA_TEXT ? dj_arena_alloc(a, n, sizeof(char *)) : NULL;
		c->list = c->type == DJ_DATA_LIST ? dj_arena_alloc(a, n, sizeof(dj_data_list)) : NULL;
		for (const cJSON *cell = cells->child; cell; cell = cell->next)
			fill_cell(c, i++, cell, a);
		d->rows = n;
	}
	return d;
}

static dj_shape_record *shapes(const cJSON *run, const char *name, size_t *n, dj_arena *a)
{
	static const char *const parts[] = {"data", "nodes", "edges"};
	const cJSON             *item = list(run, name, n);
	dj_shape_record         *out = dj_arena_alloc(a, *n, sizeof *out);

	for (dj_shape_record *s = out; item; item = item->next, s++) {
		*s = (dj_shape_record){text(item, "name", a), text(item, "kind", a), words(item, "title", a),
		                       json(item, "spec", a)};
		for (size_t i = 0; i < 3; i++) {
			const cJSON *frame = cJSON_GetObjectItemCaseSensitive(item, parts[i]);

			if (!frame)
				continue;
			s->part[s->n_parts] = parts[i];
			s->data[s->n_parts++] = world_frame(frame, a);
		}
	}
	return out;
}

/* ---- Findings ---- */

static void subjects(dj_finding_record *f, const cJSON *item, dj_arena *a)
{
	const cJSON *pair = list(item, "subjects", &f->n_subjects);
	const char **type = dj_arena_alloc(a, f->n_subjects, sizeof *type),
	           **id = dj_arena_alloc(a, f->n_subjects, sizeof *id);

	f->subject_type = type;
	f->subject_id = id;
	for (; pair; pair = pair->next) {
		*type++ = dj_arena_dup(a, cJSON_GetArrayItem(pair, 0)->valuestring);
		*id++ = dj_arena_dup(a, cJSON_GetArrayItem(pair, 1)->valuestring);
	}
}

static void evidence(dj_finding_record *f, const cJSON *item, dj_arena *a)
{
	const cJSON *pair = list(item, "evidence", &f->n_evidence);
	dj_evidence *e = dj_arena_alloc(a, f->n_evidence, sizeof *e);

	f->evidence = e;
	for (; pair; pair = pair->next)
		*e++ = (dj_evidence){cJSON_GetArrayItem(pair, 0)->valueint,
		                     (int64_t)cJSON_GetArrayItem(pair, 1)->valuedouble};
	f->evidence_total = (int64_t)real(item, "total", (double)f->n_evidence);
}

static void values(dj_finding_record *f, const cJSON *item, dj_arena *a)
{
	const cJSON    *value = list(item, "values", &f->n_values);
	dj_named_value *v = dj_arena_alloc(a, f->n_values, sizeof *v);

	f->value = v;
	for (; value; value = value->next)
		*v++ = (dj_named_value){dj_arena_dup(a, value->string), value->valuedouble};
}

static void finding(dj_finding_record *f, const cJSON *item, size_t turn, dj_arena *a)
{
	const cJSON *point = cJSON_GetObjectItemCaseSensitive(item, "point");

	f->title = words(item, "title", a);
	f->detail = words(item, "detail", a);
	f->key = dj_arena_fmt(a, "%s %zu", text(item, "key", a), turn);
	f->score = real(item, "score", 0.5) * (1 / (1 + 0.012 * (double)turn));
	f->first = text(item, "first", a);
	f->last = text(item, "last", a);
	f->region = text(item, "region", a);
	f->place = text(item, "place", a);
	if (point) {
		f->has_point = true;
		f->lat =
		    cJSON_GetArrayItem(point, 0)->valuedouble + 0.11 * sin(2.4 * (double)turn) * sqrt((double)turn);
		f->lon =
		    cJSON_GetArrayItem(point, 1)->valuedouble + 0.16 * cos(2.4 * (double)turn) * sqrt((double)turn);
		f->radius_m = real(item, "radius_m", 0);
	}
	f->reason = all_words(item, "reasons", &f->n_reasons, a);
	values(f, item, a);
	subjects(f, item, a);
	evidence(f, item, a);
}

static void findings(dj_run_record *out, const cJSON *run, dj_arena *a)
{
	size_t             n, all = 0;
	dj_finding_record *f;

	for (const cJSON *item = list(run, "findings", &n); item; item = item->next)
		all += (size_t)real(item, "repeat", 1);
	out->finding = f = dj_arena_alloc(a, all, sizeof *f);
	out->n_findings = all;
	for (const cJSON *item = list(run, "findings", &n); item; item = item->next)
		for (size_t turn = 0; turn < (size_t)real(item, "repeat", 1); turn++)
			finding(f++, item, turn, a);
}

static int sources(dj_run_record *out, const cJSON *run, const dj_catalogue *c, dj_arena *a, dj_err *err)
{
	const cJSON      *triple = list(run, "sources", &out->n_sources);
	dj_source_record *s = dj_arena_alloc(a, out->n_sources, sizeof *s);

	out->source_row = s;
	for (; triple; triple = triple->next, s++) {
		const dj_dataset *d;
		const cJSON      *djs1 = cJSON_GetArrayItem(triple, 3);

		s->dataset = dj_arena_dup(a, cJSON_GetArrayItem(triple, 0)->valuestring);
		s->table = dj_arena_dup(a, cJSON_GetArrayItem(triple, 1)->valuestring);
		s->role = dj_arena_dup(a, cJSON_GetArrayItem(triple, 2)->valuestring);
		if (djs1) {
			s->djs1 = dj_arena_dup(a, djs1->valuestring);
			continue;
		}
		if (!(d = dj_catalogue_find(c, s->dataset, err)))
			return err->code;
		s->djs1 = dj_arena_dup(a, d->djs1);
	}
	return DJ_OK;
}

int world_run(dj_run_record *out, const cJSON *run, const dj_catalogue *c, dj_arena *a, dj_err *err)
{
	const char *path;

	*out = (dj_run_record){.plugin = text(run, "plugin", a),
	                       .version = text(run, "version", a),
	                       .kind = text(run, "kind", a),
	                       .lang = "lua",
	                       .summary = words(run, "summary", a),
	                       .caveat = words(run, "caveat", a),
	                       .source = text(run, "source", a),
	                       .params = json(run, "params", a),
	                       .seed = "1",
	                       .now = "2026-01-01",
	                       .verdict = text(run, "verdict", a),
	                       .message = text(run, "message", a),
	                       .traceback = text(run, "traceback", a),
	                       .line = (int)real(run, "line", 0),
	                       .toolkit = "0.1.0",
	                       .worker = "00",
	                       .layers = "no_new_privs landlock seccomp rlimits netns",
	                       .limits = json(run, "limits", a),
	                       .started = "2026-01-02T03:04:05Z",
	                       .wall_us = 41000,
	                       .cpu_us = 40000,
	                       .peak_bytes = 9 << 20,
	                       .log = text(run, "log", a)};
	path = dj_arena_fmt(a, "plugins/%s/plugin.lua", out->plugin);
	out->path = path;
	out->digest = dj_sha256_of(path, strlen(path));
	out->note = all_words(run, "notes", &out->n_notes, a);
	out->layer = shapes(run, "layers", &out->n_layers, a);
	out->view = shapes(run, "views", &out->n_views, a);
	findings(out, run, a);
	return sources(out, run, c, a, err);
}
