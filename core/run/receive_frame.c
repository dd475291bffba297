/* Frames, and the layers and views that rest on them. */
#include "run/receive_state.h"

#include "base/text.h"

#include <string.h>

enum { MOST_ROWS = 500000, MOST_COLUMNS = 64, MOST_NAME = 64, MOST_JSON = 1 << 20 };

/* Cells that all frames of a run may announce: a NULL costs a bit to send and eight bytes to keep. */
static const uint64_t most_cells = 64u << 20;

/* `_row` of a frame: each looked up, and renumbered as the run's record counts its sources. */
static int check_rows(dj_receive *r, dj_data_column *c, size_t rows, dj_err *err)
{
	for (size_t i = 0; i < rows; i++) {
		int64_t *row = c->type == DJ_DATA_INTEGER ? &c->integer[i] : NULL;
		size_t   n = 1;

		if (dj_data_is_null(c, i))
			continue;
		if (c->type == DJ_DATA_LIST) {
			if (c->list[i].n && c->list[i].type != DJ_DATA_INTEGER)
				return dj_fail(err, DJ_FAIL, "a list of _row holds other things");
			row = (int64_t *)(uintptr_t)c->list[i].integer; /* ours: it lives in our arena */
			n = c->list[i].n;
		}
		for (size_t k = 0; k < n; k++) {
			dj_evidence found;

			if (dj_rows_find(&found, r->spec.rows, row[k], err) < 0)
				return DJ_FAIL;
			row[k] = (int64_t)((uint64_t)(found.source + 1) << DJ_ROW_SHIFT) + found.rowid;
		}
	}
	return DJ_OK;
}

static int check_frame(dj_receive *r, dj_data *d, dj_err *err)
{
	for (size_t k = 0; k < d->n_columns; k++) {
		dj_data_column *c = &d->column[k];
		bool            row = strcmp(c->name, "_row") == 0, finding = strcmp(c->name, "finding") == 0;

		if (d->rows && row && c->type != DJ_DATA_INTEGER && c->type != DJ_DATA_LIST)
			return dj_fail(err, DJ_FAIL, "a column _row holds no rows");
		if (d->rows && row && check_rows(r, c, d->rows, err) < 0)
			return DJ_FAIL;
		if (d->rows && finding && c->type != DJ_DATA_INTEGER)
			return dj_fail(err, DJ_FAIL, "a column finding holds no numbers of findings");
		for (size_t i = 0; finding && i < d->rows; i++)
			if (!dj_data_is_null(c, i) && (c->integer[i] < 1 || (size_t)c->integer[i] > r->n_findings))
				return dj_fail(err, DJ_FAIL, "a column finding names finding %lld, which was not given",
				               (long long)c->integer[i]);
	}
	return DJ_OK;
}

static int end_frame(dj_receive *r, dj_err *err)
{
	dj_shape_frame *f = &r->frame[r->n_frames];

	r->frame_open = false;
	f->id = r->reading.id;
	f->data = dj_arena_alloc(r->spec.arena, 1, sizeof *f->data);
	*f->data = r->reading.data;
	r->n_frames++;
	return check_frame(r, f->data, err);
}

int dj_receive_frame(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	dj_data *d = &r->reading.data;

	if (r->n_frames == DJ_MOST_FRAMES)
		return dj_fail(err, DJ_DENIED, "frames: more than the %d allowed", DJ_MOST_FRAMES);
	if (dj_data_read_frame(&r->reading, p, r->spec.arena, MOST_ROWS, err) < 0)
		return DJ_FAIL;
	if (r->reading.id != (int64_t)r->n_frames + 1 || d->n_columns > MOST_COLUMNS)
		return dj_fail(err, DJ_FAIL, "a frame is out of order, or has too many columns");
	for (size_t k = 0; k < d->n_columns; k++) {
		if (!*d->column[k].name || strlen(d->column[k].name) > MOST_NAME)
			return dj_fail(err, DJ_FAIL, "a column's name is empty or longer than %d bytes", MOST_NAME);
		for (size_t i = 0; i < k; i++)
			if (strcmp(d->column[i].name, d->column[k].name) == 0)
				return dj_fail(err, DJ_FAIL, "two columns of a frame have one name");
	}
	r->cells += (uint64_t)d->rows * d->n_columns;
	if (r->cells > most_cells)
		return dj_fail(err, DJ_DENIED, "frames: more than the %llu cells allowed",
		               (unsigned long long)most_cells);
	r->frame_open = true;
	return dj_data_read_whole(&r->reading) ? end_frame(r, err) : DJ_OK;
}

int dj_receive_part(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	if (dj_data_read_part(&r->reading, p, r->spec.arena, err) < 0)
		return DJ_FAIL;
	return dj_data_read_whole(&r->reading) ? end_frame(r, err) : DJ_OK;
}

int dj_receive_shape(dj_receive *r, dj_wire_payload *p, bool view, dj_err *err)
{
	dj_shape_record *all = view ? r->view : r->layer;
	size_t          *n = view ? &r->n_views : &r->n_layers, most = view ? DJ_MOST_VIEWS : DJ_MOST_LAYERS;
	const char      *json = dj_wire_text(p, r->spec.arena, MOST_JSON, true);

	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	if (*n == most)
		return dj_fail(err, DJ_DENIED, "%s: more than the %zu allowed", view ? "views" : "layers", most);
	if (dj_shape_read(&all[*n], json, strlen(json), view, r->frame, r->n_frames, r->spec.arena, err) < 0)
		return dj_fail_in(err, view ? "a view" : "a layer");
	for (size_t i = 0; i < *n; i++)
		if (strcmp(all[i].name, all[*n].name) == 0)
			return dj_fail(err, DJ_FAIL, "two %s are called '%s'", view ? "views" : "layers", all[i].name);
	++*n;
	return DJ_OK;
}

/* For runs in shards, which join what was kept: here only its form is of interest. */
int dj_receive_keep(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	const char *name = dj_wire_text(p, r->spec.arena, MOST_NAME, false);
	int64_t     id = dj_wire_i64(p);

	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	if (!dj_name_ok(name, MOST_NAME, true) || id < 1 || (size_t)id > r->n_frames || r->frame[id - 1].used)
		return dj_fail(err, DJ_FAIL, "what is kept has no name, or no frame");
	r->frame[id - 1].used = true;
	return DJ_OK;
}
