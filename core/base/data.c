#include "base/data.h"

#include <stdlib.h>
#include <string.h>

enum {
	CELL_MOST = 512 * 1024, /* bytes of one cell */
	NAME_MOST = 256,        /* bytes of a column's name */
	COLUMNS_MOST = 1024,
	PART_HEAD = 8 + 8 + 8 + 4 /* before a PART's bitmap */
};
static const size_t memory_most = (size_t)512
                                  << 20; /* of one frame's cells, texts aside: bytes sent bound those */

const char *dj_data_type_name(dj_data_type t)
{
	switch (t) {
	case DJ_DATA_INTEGER: return "integer";
	case DJ_DATA_REAL: return "real";
	case DJ_DATA_TEXT: return "text";
	default: return "list";
	}
}

bool dj_data_is_null(const dj_data_column *c, size_t row)
{
	return c->null && c->null[row / 8] >> row % 8 & 1;
}

const dj_data_column *dj_data_find(const dj_data *d, const char *name)
{
	for (size_t i = 0; i < d->n_columns; i++)
		if (strcmp(d->column[i].name, name) == 0)
			return &d->column[i];
	return NULL;
}

/* ---- Writing ---- */

static size_t list_size(const dj_data_list *l)
{
	size_t n = 1 + 4;

	if (l->type != DJ_DATA_TEXT)
		return n + 8 * l->n;
	for (size_t i = 0; i < l->n; i++)
		n += 4 + strlen(l->text[i]);
	return n;
}

static size_t cell_size(const dj_data_column *c, size_t row)
{
	if (dj_data_is_null(c, row))
		return 0;
	switch (c->type) {
	case DJ_DATA_TEXT: return 4 + strlen(c->text[row]);
	case DJ_DATA_LIST: return list_size(&c->list[row]);
	default: return 8;
	}
}

static void put_list(dj_wire_out *o, const dj_data_list *l)
{
	dj_data_type type = l->type ? l->type : DJ_DATA_INTEGER; /* of an empty list it does not matter */

	dj_wire_put_u8(o, (uint8_t)type);
	dj_wire_put_u32(o, (uint32_t)l->n);
	for (size_t i = 0; i < l->n; i++) {
		if (type == DJ_DATA_INTEGER)
			dj_wire_put_i64(o, l->integer[i]);
		else if (type == DJ_DATA_REAL)
			dj_wire_put_f64(o, l->real[i]);
		else
			dj_wire_put_text(o, l->text[i]);
	}
}

static void put_cell(dj_wire_out *o, const dj_data_column *c, size_t row)
{
	switch (c->type) {
	case DJ_DATA_INTEGER: dj_wire_put_i64(o, c->integer[row]); break;
	case DJ_DATA_REAL: dj_wire_put_f64(o, c->real[row]); break;
	case DJ_DATA_TEXT: dj_wire_put_text(o, c->text[row]); break;
	case DJ_DATA_LIST: put_list(o, &c->list[row]); break;
	}
}

static void put_frame(dj_wire_out *o, int64_t id, const dj_data *d)
{
	dj_wire_begin(o, DJ_WIRE_FRAME);
	dj_wire_put_i64(o, id);
	dj_wire_put_i64(o, (int64_t)d->rows);
	dj_wire_put_u32(o, (uint32_t)d->n_columns);
	for (size_t i = 0; i < d->n_columns; i++) {
		dj_wire_put_text(o, d->column[i].name);
		dj_wire_put_u8(o, (uint8_t)d->column[i].type);
	}
}

/* The PART of column `k` from row `from`: as many cells as fit, one at least. Returns the next row. */
static size_t put_part(dj_wire_out *o, int64_t id, const dj_data *d, size_t k, size_t from)
{
	const dj_data_column *c = &d->column[k];
	size_t                end = from, bytes = PART_HEAD + 1;

	while (end < d->rows) {
		bytes += cell_size(c, end) + ((end - from) % 8 == 0);
		if (bytes > DJ_WIRE_MOST && end > from)
			break;
		end++;
	}
	dj_wire_begin(o, DJ_WIRE_PART);
	dj_wire_put_i64(o, id);
	dj_wire_put_i64(o, (int64_t)k);
	dj_wire_put_i64(o, (int64_t)from);
	dj_wire_put_u32(o, (uint32_t)(end - from));
	for (size_t row = from; row < end; row += 8) {
		unsigned bits = 0;

		for (size_t i = 0; i < 8 && row + i < end; i++)
			bits |= (unsigned)dj_data_is_null(c, row + i) << i;
		dj_wire_put_u8(o, (uint8_t)bits);
	}
	for (size_t row = from; row < end; row++)
		if (!dj_data_is_null(c, row))
			put_cell(o, c, row);
	return end;
}

int dj_data_send(dj_wire_out *o, int64_t id, const dj_data *d, dj_err *err)
{
	int rc;

	for (size_t k = 0; k < d->n_columns; k++)
		for (size_t row = 0; row < d->rows && d->column[k].type >= DJ_DATA_TEXT; row++)
			if (cell_size(&d->column[k], row) > CELL_MOST)
				return dj_fail(err, DJ_FAIL, "column \"%s\", row %zu: a cell of more than 512 KiB",
				               d->column[k].name, row + 1);
	put_frame(o, id, d);
	rc = dj_wire_end(o, err);
	for (size_t k = 0; k < d->n_columns; k++)
		for (size_t row = 0; row < d->rows && rc == DJ_OK;) {
			row = put_part(o, id, d, k, row);
			rc = dj_wire_end(o, err);
		}
	return rc;
}

static void pack_payload(dj_buf *out, const dj_wire_out *o)
{
	uint32_t n = (uint32_t)o->payload.n;
	uint8_t  length[4] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24)};

	dj_buf_add(out, length, sizeof length);
	dj_buf_add(out, o->payload.data, o->payload.n);
}

/* Each payload behind its u32 length: the FRAME, then its PARTs. */
void dj_data_pack(dj_buf *out, const dj_data *d)
{
	dj_wire_out o = {.fd = -1};

	put_frame(&o, 1, d);
	pack_payload(out, &o);
	for (size_t k = 0; k < d->n_columns; k++)
		for (size_t row = 0; row < d->rows;) {
			row = put_part(&o, 1, d, k, row);
			pack_payload(out, &o);
		}
	dj_wire_out_free(&o);
}

/* ---- Reading ---- */

static size_t cell_memory(dj_data_type type)
{
	return type == DJ_DATA_LIST ? sizeof(dj_data_list) : 8;
}

int dj_data_read_frame(dj_data_reader *r, dj_wire_payload *p, dj_arena *a, size_t most_rows, dj_err *err)
{
	*r = (dj_data_reader){.id = dj_wire_i64(p)};
	int64_t  rows = dj_wire_i64(p);
	uint32_t columns = dj_wire_u32(p);
	size_t   memory = 0;

	if (!p->wrong && (r->id < 1 || rows < 0 || columns > COLUMNS_MOST))
		p->wrong = "an id, a number of rows or of columns that can not be";
	if (!p->wrong && (uint64_t)rows > most_rows)
		return dj_fail(err, DJ_FAIL, "a frame of %lld rows, %zu are the most", (long long)rows, most_rows);
	if (p->wrong)
		return dj_wire_finish(p, err);

	r->data = (dj_data){(size_t)rows, columns, dj_arena_alloc(a, columns, sizeof(dj_data_column))};
	for (uint32_t i = 0; i < columns && !p->wrong; i++) {
		dj_data_column *c = &r->data.column[i];

		c->name = dj_wire_text(p, a, NAME_MOST, false);
		c->type = dj_wire_u8(p);
		if (!p->wrong && (c->type < DJ_DATA_INTEGER || c->type > DJ_DATA_LIST || c->type == 4))
			p->wrong = "no such type of column";
		if (!p->wrong && (size_t)rows > (memory_most - memory) / cell_memory(c->type))
			return dj_fail(err, DJ_FAIL, "a frame of %lld rows and %u columns does not fit in memory",
			               (long long)rows, columns);
		memory += (size_t)rows * cell_memory(c->type);
	}
	return dj_wire_finish(p, err);
}

/* Room for a column's cells, made when its first PART comes: a frame that is only announced costs nothing. */
static void make_room(dj_data_column *c, size_t rows, dj_arena *a)
{
	c->null = dj_arena_alloc(a, rows / 8 + 1, 1);
	switch (c->type) {
	case DJ_DATA_INTEGER: c->integer = dj_arena_alloc(a, rows, sizeof *c->integer); break;
	case DJ_DATA_REAL: c->real = dj_arena_alloc(a, rows, sizeof *c->real); break;
	case DJ_DATA_TEXT: c->text = dj_arena_alloc(a, rows, sizeof *c->text); break;
	case DJ_DATA_LIST: c->list = dj_arena_alloc(a, rows, sizeof *c->list); break;
	}
}

static dj_data_list read_list(dj_wire_payload *p, dj_arena *a)
{
	dj_data_list l = {.type = dj_wire_u8(p), .n = dj_wire_u32(p)};
	size_t       least = l.type == DJ_DATA_TEXT ? 4 : 8;
	int64_t     *integer;
	double      *real;
	const char **text;

	if (!p->wrong && (l.type < DJ_DATA_INTEGER || l.type > DJ_DATA_TEXT || l.n > (p->n - p->at) / least))
		p->wrong = "a list of no such type, or longer than its message";
	if (p->wrong)
		return (dj_data_list){0};
	switch (l.type) {
	case DJ_DATA_INTEGER:
		l.integer = integer = dj_arena_alloc(a, l.n, sizeof *integer);
		for (size_t i = 0; i < l.n; i++)
			integer[i] = dj_wire_i64(p);
		break;
	case DJ_DATA_REAL:
		l.real = real = dj_arena_alloc(a, l.n, sizeof *real);
		for (size_t i = 0; i < l.n; i++)
			real[i] = dj_wire_f64(p);
		break;
	default:
		l.text = text = dj_arena_alloc(a, l.n, sizeof *text);
		for (size_t i = 0; i < l.n; i++)
			text[i] = dj_wire_text(p, a, CELL_MOST, true);
	}
	return l;
}

static void read_cell(dj_data_column *c, size_t row, dj_wire_payload *p, dj_arena *a)
{
	switch (c->type) {
	case DJ_DATA_INTEGER: c->integer[row] = dj_wire_i64(p); break;
	case DJ_DATA_REAL: c->real[row] = dj_wire_f64(p); break;
	case DJ_DATA_TEXT: c->text[row] = dj_wire_text(p, a, CELL_MOST, true); break;
	case DJ_DATA_LIST: c->list[row] = read_list(p, a); break;
	}
}

int dj_data_read_part(dj_data_reader *r, dj_wire_payload *p, dj_arena *a, dj_err *err)
{
	int64_t  id = dj_wire_i64(p), column = dj_wire_i64(p), first = dj_wire_i64(p);
	uint32_t cells = dj_wire_u32(p);

	if (!p->wrong &&
	    (dj_data_read_whole(r) || id != r->id || column != (int64_t)r->column || first != (int64_t)r->row))
		p->wrong = "not the part of the frame that is due";
	if (!p->wrong && (cells < 1 || cells > r->data.rows - r->row))
		p->wrong = "more cells than the frame has rows, or none";
	const uint8_t *null = dj_wire_bytes(p, ((size_t)cells + 7) / 8);
	if (p->wrong)
		return dj_wire_finish(p, err);

	dj_data_column *c = &r->data.column[r->column];
	if (r->row == 0)
		make_room(c, r->data.rows, a);
	for (size_t i = 0; i < cells && !p->wrong; i++) {
		size_t row = r->row + i;

		if (null[i / 8] >> i % 8 & 1)
			c->null[row / 8] = (uint8_t)(c->null[row / 8] | 1 << row % 8);
		else
			read_cell(c, row, p, a);
	}
	r->row += cells;
	if (r->row == r->data.rows) {
		r->row = 0;
		r->column++;
	}
	return dj_wire_finish(p, err);
}

bool dj_data_read_whole(const dj_data_reader *r)
{
	return r->data.rows == 0 || r->column == r->data.n_columns;
}

int dj_data_unpack(dj_data *out, const void *bytes, size_t n, dj_arena *a, dj_err *err)
{
	dj_wire_payload all = {.data = bytes, .n = n};
	dj_data_reader  r = {0};

	do {
		size_t          length = dj_wire_u32(&all);
		dj_wire_payload p = {
		    .type = r.id ? DJ_WIRE_PART : DJ_WIRE_FRAME, .data = dj_wire_bytes(&all, length), .n = length};

		if (all.wrong)
			return dj_fail(err, DJ_FAIL, "a stored frame is broken: %s", all.wrong);
		int rc = r.id ? dj_data_read_part(&r, &p, a, err) : dj_data_read_frame(&r, &p, a, SIZE_MAX, err);
		if (rc < 0)
			return dj_fail_in(err, "a stored frame is broken");
	} while (!dj_data_read_whole(&r));
	if (all.at < all.n)
		return dj_fail(err, DJ_FAIL, "a stored frame is broken: bytes follow it");
	*out = r.data;
	return DJ_OK;
}
