#include "host/list.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 16 };

static uint64_t read_le(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

static void add_le(dj_buf *out, uint64_t v, unsigned bytes)
{
	char *to = dj_buf_room(out, bytes);

	for (unsigned i = 0; i < bytes; i++)
		to[i] = (char)(v >> 8 * i);
	out->n += bytes;
	to[bytes] = '\0';
}

/* ---- Reading ---- */

static bool texts_whole(const uint8_t *at, const uint8_t *end, uint64_t n)
{
	for (; n; n--) {
		if (end - at < 5)
			return false;
		uint64_t length = read_le(at, 4);
		if ((uint64_t)(end - at) < 5 + length || at[4 + length] != '\0')
			return false;
		at += 5 + length;
	}
	return at == end;
}

int dj_list_open(dj_list_reader *out, const void *bytes, size_t n, dj_err *err)
{
	const uint8_t *at = bytes;
	uint64_t       count;
	bool           whole;

	if (n < HEAD || memcmp(at, "DJL1", 4) != 0)
		goto wrong;
	count = read_le(at + 8, 8);
	switch (at[4]) {
	case 0: whole = count == 0 && n == HEAD; break;
	case DJ_DATA_INTEGER:
	case DJ_DATA_REAL: whole = count == (n - HEAD) / 8 && (n - HEAD) % 8 == 0; break;
	case DJ_DATA_TEXT: whole = texts_whole(at + HEAD, at + n, count); break;
	default: whole = false;
	}
	if (!whole)
		goto wrong;
	*out = (dj_list_reader){(dj_data_type)at[4], (size_t)count, (size_t)count, at + HEAD, at + n};
	return DJ_OK;
wrong:
	return dj_fail(err, DJ_FAIL,
	               "a BLOB that is no list (make lists with list(x), text with CAST(x AS TEXT))");
}

bool dj_list_next(dj_list_reader *r, dj_list_item *out)
{
	uint64_t bits;

	if (!r->left)
		return false;
	r->left--;
	*out = (dj_list_item){.type = r->type};
	if (r->type == DJ_DATA_TEXT) {
		out->n = (size_t)read_le(r->at, 4);
		out->text = (const char *)r->at + 4;
		r->at += 5 + out->n;
		return true;
	}
	bits = read_le(r->at, 8);
	r->at += 8;
	if (r->type == DJ_DATA_INTEGER)
		out->integer = (int64_t)bits;
	else
		memcpy(&out->real, &bits, sizeof bits);
	return true;
}

int dj_list_read(dj_data_list *out, const void *bytes, size_t n, dj_arena *a, dj_err *err)
{
	dj_list_reader r;
	dj_list_item   item;
	int            rc = dj_list_open(&r, bytes, n, err);

	if (rc < 0)
		return rc;
	*out = (dj_data_list){.type = r.n ? r.type : DJ_DATA_INTEGER, .n = r.n};
	int64_t     *integer = out->type == DJ_DATA_INTEGER ? dj_arena_alloc(a, r.n, sizeof *integer) : NULL;
	double      *real = out->type == DJ_DATA_REAL ? dj_arena_alloc(a, r.n, sizeof *real) : NULL;
	const char **text = out->type == DJ_DATA_TEXT ? dj_arena_alloc(a, r.n, sizeof *text) : NULL;

	for (size_t i = 0; dj_list_next(&r, &item); i++) {
		if (integer)
			integer[i] = item.integer;
		else if (real)
			real[i] = item.real;
		else
			text[i] = dj_arena_dupn(a, item.text, item.n);
	}
	out->integer = integer;
	out->real = real;
	out->text = text;
	return DJ_OK;
}

/* ---- Making ---- */

static void make_room(dj_list_maker *m)
{
	if (m->n < m->room)
		return;
	m->room = m->room ? 2 * m->room : 8;
	if (m->type == DJ_DATA_INTEGER)
		m->integer = dj_realloc(m->integer, m->room, sizeof *m->integer);
	else if (m->type == DJ_DATA_REAL)
		m->real = dj_realloc(m->real, m->room, sizeof *m->real);
	else
		m->span = dj_realloc(m->span, m->room, sizeof *m->span);
}

static void become_real(dj_list_maker *m)
{
	m->real = dj_realloc(NULL, m->room, sizeof *m->real);
	for (size_t i = 0; i < m->n; i++)
		m->real[i] = (double)m->integer[i];
	free(m->integer);
	m->integer = NULL;
	m->type = DJ_DATA_REAL;
}

int dj_list_add(dj_list_maker *m, const dj_list_item *item, dj_err *err)
{
	dj_list_item v = *item;

	if (v.type == DJ_DATA_REAL && !isfinite(v.real))
		return dj_fail(err, DJ_FAIL, "a list can not hold a number that is not finite");
	if (m->n && (m->type == DJ_DATA_TEXT) != (v.type == DJ_DATA_TEXT))
		return dj_fail(err, DJ_FAIL, "a list of numbers and text together (CAST one of them)");
	if (!m->n) {
		m->type = v.type;
		m->rising = true;
	} else if (m->type == DJ_DATA_INTEGER && v.type == DJ_DATA_REAL) {
		become_real(m);
	} else if (m->type == DJ_DATA_REAL && v.type == DJ_DATA_INTEGER) {
		v.real = (double)v.integer;
	}
	make_room(m);
	if (m->type == DJ_DATA_INTEGER) {
		m->rising = m->rising && (!m->n || m->integer[m->n - 1] < v.integer);
		m->integer[m->n] = v.integer;
	} else if (m->type == DJ_DATA_REAL) {
		m->rising = false;
		m->real[m->n] = v.real == 0 ? 0.0 : v.real; /* no -0.0: equal values are one */
	} else {
		m->rising = false;
		m->span[m->n] = (struct dj_list_span){m->bytes.n, v.n};
		dj_buf_add(&m->bytes, v.text, v.n);
	}
	m->n++;
	return DJ_OK;
}

static int compare_integers(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int compare_reals(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int compare_spans(const void *a, const void *b, void *bytes)
{
	const struct dj_list_span *x = a, *y = b;
	int c = memcmp((char *)bytes + x->at, (char *)bytes + y->at, x->n < y->n ? x->n : y->n);

	return c ? c : (x->n > y->n) - (x->n < y->n);
}

static void put_text(dj_buf *out, const char *text, size_t n)
{
	add_le(out, n, 4);
	dj_buf_add(out, text, n);
	dj_buf_char(out, '\0');
}

/* Adds the items, sorted by now, but each only once. Returns how many that were. */
static uint64_t put_items(const dj_list_maker *m, dj_buf *out)
{
	uint64_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->type == DJ_DATA_INTEGER && (!i || m->integer[i] != m->integer[i - 1])) {
			add_le(out, (uint64_t)m->integer[i], 8);
		} else if (m->type == DJ_DATA_REAL && (!i || m->real[i] > m->real[i - 1])) {
			uint64_t bits;
			memcpy(&bits, &m->real[i], sizeof bits);
			add_le(out, bits, 8);
		} else if (m->type == DJ_DATA_TEXT &&
		           (!i || compare_spans(&m->span[i], &m->span[i - 1], m->bytes.data) != 0)) {
			put_text(out, m->bytes.data + m->span[i].at, m->span[i].n);
		} else {
			continue;
		}
		kept++;
	}
	return kept;
}

void dj_list_end(dj_list_maker *m, dj_buf *out)
{
	size_t   head = out->n;
	uint64_t kept;

	if (m->n && !m->rising) {
		if (m->type == DJ_DATA_INTEGER)
			qsort(m->integer, m->n, sizeof *m->integer, compare_integers);
		else if (m->type == DJ_DATA_REAL)
			qsort(m->real, m->n, sizeof *m->real, compare_reals);
		else if (m->bytes.data)
			qsort_r(m->span, m->n, sizeof *m->span, compare_spans, m->bytes.data);
	}
	dj_buf_add(out, "DJL1", 4);
	add_le(out, m->n ? m->type : 0, 4);
	add_le(out, 0, 8);
	kept = put_items(m, out);
	for (unsigned i = 0; i < 8; i++)
		out->data[head + 8 + i] = (char)(kept >> 8 * i);
	dj_list_free(m);
}

void dj_list_free(dj_list_maker *m)
{
	free(m->integer);
	free(m->real);
	free(m->span);
	dj_buf_free(&m->bytes);
	*m = (dj_list_maker){0};
}
