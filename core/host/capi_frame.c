/* The C face: frames as arrays. */
#include "host/capi.h"

#include <math.h>
#include <string.h>

static const native_frame *mine(const dj_frame *frame)
{
	const native_frame *f = (const native_frame *)frame;

	f->run->line = f->line; /* should the call fail */
	return f;
}

dj_frame *dj_capi_frame(native_run *r, dj_data *data)
{
	native_frame *f = dj_arena_alloc(r->h->arena, 1, sizeof *f);

	f->frame.api = r->jam.api;
	f->run = r;
	f->line = r->line;
	f->data = data;
	return &f->frame;
}

const dj_data *dj_capi_data(const dj_frame *f)
{
	return f ? ((const native_frame *)f)->data : NULL;
}

static const dj_data_column *find(const dj_frame *frame, const char *name, const char *call)
{
	const native_frame   *f = mine(frame);
	const dj_data_column *c = name ? dj_data_find(f->data, name) : NULL;

	if (!c)
		dj_capi_wrong(f->run, call, "the frame has no column \"%.64s\"", name ? name : "NULL");
	return c;
}

static _Noreturn void other_type(const dj_frame *frame, const dj_data_column *c, const char *call)
{
	static const char *const is[] = {"", "integers (dj_integers)", "reals (dj_reals)", "text (dj_texts)",
	                                 "", "lists (dj_frame_rows)"};

	dj_capi_wrong(mine(frame)->run, call, "column \"%s\" holds %s", c->name, is[c->type]);
}

static dj_frame *new_frame(dj_jam *jam, size_t rows)
{
	native_run *r = dj_capi_unplaced(jam);

	return dj_capi_frame(r, dj_host_frame(r->h, rows));
}

static size_t length(const dj_frame *f)
{
	return mine(f)->data->rows;
}

static const int64_t *integers(const dj_frame *f, const char *column)
{
	const dj_data_column *c = find(f, column, "dj_integers");

	if (c->type != DJ_DATA_INTEGER)
		other_type(f, c, "dj_integers");
	return c->integer;
}

/* NULL is NaN here and 0.0 in the frame, and integers serve: then a copy is made. */
static const double *reals(const dj_frame *f, const char *column)
{
	const dj_data_column *c = find(f, column, "dj_reals");
	size_t                rows = mine(f)->data->rows;

	if (c->type != DJ_DATA_INTEGER && c->type != DJ_DATA_REAL)
		other_type(f, c, "dj_reals");
	if (c->type == DJ_DATA_REAL && !c->null)
		return c->real;
	double *copy = dj_arena_alloc(mine(f)->run->h->arena, rows, sizeof *copy);
	for (size_t i = 0; i < rows; i++)
		copy[i] = dj_data_is_null(c, i) ? NAN : c->type == DJ_DATA_REAL ? c->real[i] : (double)c->integer[i];
	return copy;
}

static const char *const *texts(const dj_frame *f, const char *column)
{
	const dj_data_column *c = find(f, column, "dj_texts");

	if (c->type != DJ_DATA_TEXT)
		other_type(f, c, "dj_texts");
	return c->text;
}

static size_t checked_row(const dj_frame *f, size_t i, const char *call)
{
	if (i >= mine(f)->data->rows)
		dj_capi_wrong(mine(f)->run, call, "row %zu of %zu (rows count from 0)", i, mine(f)->data->rows);
	return i;
}

static int is_null(const dj_frame *f, const char *column, size_t i)
{
	return dj_data_is_null(find(f, column, "dj_is_null"), checked_row(f, i, "dj_is_null"));
}

static dj_rows frame_rows(const dj_frame *f, const char *column, size_t i)
{
	const dj_data_column *c = find(f, column, "dj_frame_rows");

	checked_row(f, i, "dj_frame_rows");
	if (dj_data_is_null(c, i))
		return (dj_rows){NULL, 0};
	if (c->type == DJ_DATA_INTEGER)
		return (dj_rows){&c->integer[i], 1};
	if (c->type != DJ_DATA_LIST || (c->list[i].n && c->list[i].type != DJ_DATA_INTEGER))
		dj_capi_wrong(mine(f)->run, "dj_frame_rows", "column \"%s\" holds no rows (list(_row) makes them)",
		              c->name);
	return (dj_rows){c->list[i].integer, c->list[i].n};
}

static void mark_null(native_run *r, dj_data_column *c, size_t i, size_t rows)
{
	if (!c->null)
		c->null = dj_arena_alloc(r->h->arena, (rows + 7) / 8, 1);
	c->null[i / 8] = (uint8_t)(c->null[i / 8] | 1u << i % 8);
}

static void set_reals(native_run *r, dj_data_column *c, const double *values, size_t rows)
{
	c->real = dj_capi_copy(r, values, rows, sizeof *values);
	for (size_t i = 0; i < rows; i++) {
		if (isinf(values[i]))
			dj_capi_wrong(r, "dj_set_reals", "column \"%.64s\", row %zu is not finite (NaN is NULL)", c->name,
			              i);
		if (!isnan(values[i]))
			continue;
		c->real[i] = 0;
		mark_null(r, c, i, rows);
	}
}

static void set_texts(native_run *r, dj_data_column *c, const char *const *values, size_t rows)
{
	c->text = dj_arena_alloc(r->h->arena, rows, sizeof *c->text);
	for (size_t i = 0; i < rows; i++) {
		if (!values[i])
			mark_null(r, c, i, rows);
		else if (dj_text_unfit(values[i], DJ_MOST_TEXT, true))
			dj_capi_wrong(r, "dj_set_texts", "column \"%.64s\", row %zu %s", c->name, i,
			              dj_text_unfit(values[i], DJ_MOST_TEXT, true));
		else
			c->text[i] = dj_host_text(r->h, values[i], strlen(values[i]));
	}
}

static void set(dj_frame *frame, const char *column, dj_type type, const void *values)
{
	const native_frame *f = mine(frame);
	dj_data_column      c = {.name = column ? column : "", .type = (dj_data_type)type};
	dj_err              err;

	if (!values && f->data->rows)
		dj_capi_wrong(f->run, "dj_set", "the values of column \"%.64s\" are NULL", c.name);
	if (type == DJ_INTEGER)
		c.integer = dj_capi_copy(f->run, values, f->data->rows, sizeof *c.integer);
	else if (type == DJ_REAL)
		set_reals(f->run, &c, values, f->data->rows);
	else if (type == DJ_TEXT)
		set_texts(f->run, &c, values, f->data->rows);
	else
		dj_capi_wrong(f->run, "dj_set", "type %d (integers, reals or texts)", (int)type);
	if (dj_host_frame_set(f->run->h, f->data, &c, &err) < 0)
		dj_capi_fail(f->run, "dj_set", &err);
}

static void table(dj_jam *jam, const char *name, dj_frame *f, int line)
{
	native_run *r = dj_capi_run(jam);
	dj_err      err;

	r->line = line;
	if (!name || !f)
		dj_capi_wrong(r, "dj_table", "%s is NULL", name ? "the frame" : "the name");
	if (dj_host_table(r->h, name, dj_capi_data(f), &err) < 0)
		dj_capi_fail(r, "dj_table", &err);
}

static void keep(dj_jam *jam, const char *name, dj_frame *f, int line)
{
	native_run *r = dj_capi_run(jam);
	dj_err      err;

	r->line = line;
	if (!name || !f)
		dj_capi_wrong(r, "dj_keep", "%s is NULL", name ? "the frame" : "the name");
	if (dj_host_keep(r->h, name, dj_capi_data(f), &err) < 0)
		dj_capi_fail(r, "dj_keep", &err);
}

void dj_capi_frames(dj_api *api)
{
	api->frame = new_frame;
	api->length = length;
	api->integers = integers;
	api->reals = reals;
	api->texts = texts;
	api->is_null = is_null;
	api->frame_rows = frame_rows;
	api->set = set;
	api->table = table;
	api->keep = keep;
}
