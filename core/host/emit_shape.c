/* jam:layer and jam:view: the frames that they rest on, with only the columns that they read, then the message. */
#include "host/engine.h"

#include "base/text.h"

#include <string.h>

enum { MOST_COLUMNS = 64 };

/* ---- What goes into a frame ---- */

/* Texts of datasets may hold control characters; what leaves the worker may not. */
static const char **clean_texts(dj_host *h, const dj_data_column *c, size_t rows)
{
	const char **text = NULL;

	for (size_t i = 0; i < rows; i++) {
		if (!c->text[i] || !dj_text_wrong(c->text[i], strlen(c->text[i]), true))
			continue;
		if (!text) {
			text = dj_arena_alloc(h->scratch, rows, sizeof *text);
			memcpy(text, c->text, rows * sizeof *text);
		}
		dj_buf shown = {0};
		dj_text_show(&shown, c->text[i], strlen(c->text[i]));
		text[i] = dj_buf_keep(&shown, h->scratch);
	}
	return text;
}

static bool no_value(const dj_data_column *c, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		if (!dj_data_is_null(c, i))
			return false;
	return true;
}

/* A query that gave no value does not tell the type of its column: one that names nothing is a column of integers. */
static int make_empty(dj_host *h, dj_data_column *c, size_t rows)
{
	c->type = DJ_DATA_INTEGER;
	c->integer = dj_arena_alloc(h->scratch, rows, sizeof *c->integer);
	return DJ_OK;
}

static int check_links(dj_host *h, dj_data_column *c, size_t rows, dj_err *err)
{
	bool row = strcmp(c->name, "_row") == 0;

	if (!row && strcmp(c->name, "finding") != 0)
		return DJ_OK;
	if (no_value(c, rows))
		return make_empty(h, c, rows);
	if (c->type == DJ_DATA_LIST && row)
		return DJ_OK; /* several source rows a feature; each is looked up by the parent */
	if (c->type != DJ_DATA_INTEGER)
		return dj_fail(err, DJ_FAIL, "column \"%s\" is no column of %s (name it otherwise with AS)", c->name,
		               row ? "_row" : "findings' numbers");
	for (size_t i = 0; i < rows; i++) {
		if (dj_data_is_null(c, i))
			continue;
		if (row && !dj_host_row_ok(h, c->integer[i]))
			return dj_fail(err, DJ_FAIL, "column \"_row\", row %zu: %lld is not a _row", i + 1,
			               (long long)c->integer[i]);
		if (!row && (c->integer[i] < 1 || c->integer[i] > h->findings))
			return dj_fail(
			    err, DJ_FAIL,
			    "column \"finding\", row %zu: no finding %lld was given (jam:finding gives its number)",
			    i + 1, (long long)c->integer[i]);
	}
	return DJ_OK;
}

/* The columns named, out of `d`, in the order of names. */
static int select_columns(dj_data *out, dj_host *h, const dj_data *d, const char *const *name, size_t n,
                          dj_err *err)
{
	int rc = DJ_OK;

	*out = (dj_data){
	    .rows = d->rows, .n_columns = n, .column = dj_arena_alloc(h->scratch, n, sizeof *out->column)};
	for (size_t i = 0; i < n && rc == DJ_OK; i++) {
		dj_data_column *c = &out->column[i];

		*c = *dj_data_find(d, name[i]);
		if (c->type == DJ_DATA_TEXT) {
			const char **clean = clean_texts(h, c, d->rows);
			c->text = clean ? clean : c->text;
		}
		rc = check_links(h, c, d->rows, err);
	}
	return rc;
}

/* ---- Rows without a place ---- */

static bool has_place(const dj_data *d, const char *const *place, size_t row)
{
	for (; *place; place++) {
		const dj_data_column *c = dj_data_find(d, *place);

		if (c && dj_data_is_null(c, row))
			return false;
	}
	return true;
}

static void take_cell(dj_data_column *to, size_t at, const dj_data_column *from, size_t row)
{
	if (dj_data_is_null(from, row))
		to->null[at / 8] = (uint8_t)(to->null[at / 8] | 1u << at % 8);
	switch (from->type) {
	case DJ_DATA_INTEGER: to->integer[at] = from->integer[row]; break;
	case DJ_DATA_REAL: to->real[at] = from->real[row]; break;
	case DJ_DATA_TEXT: to->text[at] = from->text[row]; break;
	case DJ_DATA_LIST: to->list[at] = from->list[row]; break;
	}
}

static void take_column(dj_host *h, dj_data_column *c, const bool *keep, size_t rows, size_t kept)
{
	dj_data_column to = {.name = c->name, .type = c->type};

	to.null = c->null ? dj_arena_alloc(h->scratch, (kept + 7) / 8, 1) : NULL;
	if (c->type == DJ_DATA_INTEGER)
		to.integer = dj_arena_alloc(h->scratch, kept, sizeof *to.integer);
	else if (c->type == DJ_DATA_REAL)
		to.real = dj_arena_alloc(h->scratch, kept, sizeof *to.real);
	else if (c->type == DJ_DATA_TEXT)
		to.text = dj_arena_alloc(h->scratch, kept, sizeof *to.text);
	else
		to.list = dj_arena_alloc(h->scratch, kept, sizeof *to.list);
	for (size_t row = 0, at = 0; row < rows; row++)
		if (keep[row])
			take_cell(&to, at++, c, row);
	*c = to;
}

/* Leaves rows without a place out of `d`, and says in a note how many. */
static int drop_placeless(dj_host *h, dj_data *d, const dj_shape_spec *s, dj_err *err)
{
	static const char *const places[] = {"lat",    "lon",    "from_lat", "from_lon", "to_lat",
	                                     "to_lon", "region", "geometry", NULL};
	const char *const       *place = strcmp(s->kind, "regions") == 0 ? places + 6
	                                 : strcmp(s->kind, "areas") == 0 ? places + 7
	                                                                 : places;
	bool                    *keep = dj_arena_alloc(h->scratch, d->rows, sizeof *keep);
	size_t                   kept = 0;

	for (size_t i = 0; i < d->rows; i++)
		kept += keep[i] = has_place(d, place, i);
	if (kept == d->rows)
		return DJ_OK;
	for (size_t k = 0; k < d->n_columns; k++)
		take_column(h, &d->column[k], keep, d->rows, kept);
	size_t lost = d->rows - kept;
	d->rows = kept;
	dj_words note = {dj_arena_fmt(h->scratch, "Layer %s: %zu row%s no place, left out.", s->name, lost,
	                              lost == 1 ? " has" : "s have"),
	                 dj_arena_fmt(h->scratch, "Couche %s : %zu ligne%s sans lieu, omise%s.", s->name, lost,
	                              lost == 1 ? "" : "s", lost == 1 ? "" : "s")};
	return dj_host_note(h, note, err);
}

/* ---- Sending ---- */

static int send_frame(int64_t *id, dj_host *h, const dj_shape_spec *s, bool view, const dj_data *frame,
                      dj_err *err)
{
	const char *name[MOST_COLUMNS];
	dj_data     d;
	int         rc;

	*id = 0;
	if (!frame)
		return DJ_OK;
	if ((rc = select_columns(&d, h, frame, name, dj_shape_columns(name, MOST_COLUMNS, s, view, frame), err)) <
	    0)
		return rc;
	if (!view && (rc = drop_placeless(h, &d, s, err)) < 0)
		return rc;
	*id = ++h->frames;
	return dj_data_send(&h->out, *id, &d, err);
}

static int give(dj_host *h, const dj_shape_spec *s, bool view, dj_err *err)
{
	const char **taken = view ? h->view_name : h->layer_name;
	int64_t     *n = view ? &h->views : &h->layers, most = view ? DJ_MOST_VIEWS : DJ_MOST_LAYERS;
	int64_t      data, nodes, edges;
	dj_buf       json = {0};
	int          rc = dj_shape_check(s, view, err);

	if (rc < 0)
		return rc;
	for (int64_t i = 0; i < *n; i++)
		if (strcmp(taken[i], s->name) == 0)
			return dj_fail(err, DJ_FAIL, "name \"%s\" was used before", s->name);
	if (*n == most)
		return dj_fail(err, DJ_FAIL, "more than %lld %s", (long long)most, view ? "views" : "layers");
	h->scratch = dj_arena_new();
	if ((rc = send_frame(&data, h, s, view, s->data, err)) < 0 ||
	    (rc = send_frame(&nodes, h, s, view, s->nodes, err)) < 0 ||
	    (rc = send_frame(&edges, h, s, view, s->edges, err)) < 0)
		goto out;
	dj_shape_json(&json, s, view, data, nodes, edges);
	dj_wire_begin(&h->out, view ? DJ_WIRE_VIEW : DJ_WIRE_LAYER);
	dj_wire_put_textn(&h->out, json.data, json.n);
	if ((rc = dj_host_send(h, err)) == DJ_OK)
		taken[(*n)++] = dj_arena_dup(h->arena, s->name);
out:
	dj_buf_free(&json);
	dj_arena_free(h->scratch);
	h->scratch = NULL;
	return rc;
}

int dj_host_layer(dj_host *h, const dj_shape_spec *s, dj_err *err)
{
	return give(h, s, false, err);
}

int dj_host_view(dj_host *h, const dj_shape_spec *s, dj_err *err)
{
	return give(h, s, true, err);
}

int dj_host_keep(dj_host *h, const char *name, const dj_data *f, dj_err *err)
{
	int rc;

	if (!dj_name_ok(name, 48, true))
		return dj_fail(err, DJ_FAIL,
		               "\"%.60s\" is no name (small letters, digits and _, a letter first, at most 48)",
		               name);
	if ((rc = dj_data_send(&h->out, ++h->frames, f, err)) < 0)
		return rc;
	dj_wire_begin(&h->out, DJ_WIRE_KEEP);
	dj_wire_put_text(&h->out, name);
	dj_wire_put_i64(&h->out, h->frames);
	return dj_host_send(h, err);
}
