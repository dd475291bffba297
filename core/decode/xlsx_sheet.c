/* The cells of one sheet, row by row; one row is in memory. */
#include "decode/xlsx.h"

#include "base/json.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROWS_MOST = 1048576, /* what the format allows */
	COLUMNS_MOST = 16384,
	ROW_BYTES = 16 << 20, /* the loader's longest record */
};

typedef struct cell { /* of the row: its JSON is row[at .. at + n); n 0 is null */
	size_t at, n;
} cell;

typedef struct reading {
	const dj_sheet_ask *ask;
	dj_sheet_counts    *counts;
	dj_sink            *sink;
	uint64_t            row;    /* the current one, or the last */
	size_t              column; /* where the next cell stands, when it does not say */
	size_t              n;      /* of cell[]: up to the last that holds anything */
	cell               *cell;   /* COLUMNS_MOST of them */
	dj_buf              json, text, plain;
	char type; /* of the cell: as in t="s", by first letter; 'i' inlineStr, 't' formula's text, 'n' number */
	size_t   style;
	unsigned phonetic;
	bool     in_row, in_cell, in_value, formula;
} reading;

/* ---- Where ---- */

static bool read_number(int64_t *out, const char *s, size_t n)
{
	return n > 0 && *s >= '0' && *s <= '9' && dj_text_integer(s, n, out);
}

/* "AB12" is column 27, from 0. */
static int column_of(size_t *out, const char *at, dj_err *err)
{
	size_t n = 0, k = 0;

	for (; at[k] >= 'A' && at[k] <= 'Z' && k < 4; k++)
		n = n * 26 + (size_t)(at[k] - 'A' + 1);
	if (n == 0 || n > COLUMNS_MOST)
		return dj_fail(err, DJ_FAIL, "a cell of the sheet stands at '%.20s', where none can be", at);
	*out = n - 1;
	return DJ_OK;
}

static int begin_row(reading *r, const char **attribute, dj_err *err)
{
	const char *at = dj_xml_attribute(attribute, "r");
	int64_t     row = (int64_t)r->row + 1;

	if (at && !read_number(&row, at, strlen(at)))
		row = -1;
	if (row <= (int64_t)r->row || row > ROWS_MOST)
		return dj_fail(err, DJ_FAIL,
		               "row %.20s of the sheet stands after row %" PRIu64 " (save it again, or as CSV)",
		               at ? at : "", r->row);
	for (; (int64_t)r->row + 1 < row; r->row++)
		dj_buf_char(&r->sink->waiting, '\n');
	r->row = (uint64_t)row;
	r->column = r->n = 0;
	r->in_row = true;
	dj_buf_reset(&r->json);
	return DJ_OK;
}

static int end_row(reading *r, dj_err *err)
{
	dj_buf *out = &r->sink->waiting;

	r->in_row = false;
	if (r->n > 0)
		r->counts->rows++;
	for (size_t i = 0; i < r->n; i++) {
		dj_buf_char(out, i ? ',' : '[');
		if (r->cell[i].n)
			dj_buf_add(out, r->json.data + r->cell[i].at, r->cell[i].n);
		else
			dj_buf_text(out, "null");
	}
	dj_buf_text(out, r->n ? "]\n" : "\n");
	return dj_sink_added(r->sink, err);
}

/* ---- What ---- */

static int begin_cell(reading *r, const char **attribute, dj_err *err)
{
	const char *at = dj_xml_attribute(attribute, "r"), *type = dj_xml_attribute(attribute, "t");
	const char *style = dj_xml_attribute(attribute, "s");
	int64_t     s = 0;

	if (at && column_of(&r->column, at, err) < 0)
		return err->code;
	if (r->column >= COLUMNS_MOST)
		return dj_fail(err, DJ_FAIL, "row %" PRIu64 " of the sheet has more than %d cells", r->row,
		               COLUMNS_MOST);
	if (style && !read_number(&s, style, strlen(style)))
		s = 0;
	r->style = (size_t)s;
	r->type = !type ? 'n' : strcmp(type, "str") == 0 ? 't' : *type;
	r->in_cell = true;
	r->formula = false;
	r->phonetic = 0;
	dj_buf_reset(&r->text);
	return DJ_OK;
}

/* JSON's own syntax of a number; spreadsheets write no other, strangers may. */
static bool is_json_number(const char *s, size_t n)
{
	size_t i = n && *s == '-', digits = i;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	if (i == digits || (s[digits] == '0' && i > digits + 1))
		return false;
	if (i < n && s[i] == '.') {
		for (digits = ++i; i < n && s[i] >= '0' && s[i] <= '9';)
			i++;
		if (i == digits)
			return false;
	}
	if (i < n && (s[i] == 'e' || s[i] == 'E')) {
		i += i + 1 < n && (s[i + 1] == '+' || s[i + 1] == '-') ? 2 : 1;
		for (digits = i; i < n && s[i] >= '0' && s[i] <= '9';)
			i++;
		if (i == digits)
			return false;
	}
	return i == n;
}

static void put_number(reading *r, const char *s, size_t n)
{
	const dj_styles *styles = r->ask->styles;
	dj_shown         shown = r->style < styles->n ? (dj_shown)styles->shown[r->style] : DJ_SHOWN_NUMBER;
	size_t           before = r->json.n;
	double           v;

	if (shown != DJ_SHOWN_NUMBER && dj_text_real(s, n, &v)) {
		dj_buf_char(&r->json, '"');
		if (dj_serial_text(&r->json, v, shown, r->ask->from_1904)) {
			dj_buf_char(&r->json, '"');
			return;
		}
		r->json.n = before;
		r->counts->undated++;
	}
	if (is_json_number(s, n))
		dj_buf_add(&r->json, s, n);
	else
		dj_json_put_textn(&r->json, s, n);
}

static int put_shared(reading *r, const char *s, size_t n, dj_err *err)
{
	const dj_strings *all = r->ask->strings;
	int64_t           k = -1;

	if (!read_number(&k, s, n) || (uint64_t)k >= all->n)
		return dj_fail(err, DJ_FAIL,
		               "row %" PRIu64 " of the sheet names text %.20s, and there are %zu (save it again)",
		               r->row, s, all->n);
	dj_buf_add(&r->json, all->text.data + all->at[k], all->at[k + 1] - all->at[k]);
	return DJ_OK;
}

static int put_value(reading *r, dj_err *err)
{
	const char *s = r->text.data ? r->text.data : "";
	size_t      n = r->text.n;
	bool        texts = r->type == 't' || r->type == 'i';

	if (n == 0 && !texts) {
		r->counts->unsaved += r->formula;
		return DJ_OK;
	}
	if (n == 0 && !r->formula)
		return DJ_OK; /* an inline text of nothing */
	switch (r->type) {
	case 's': return put_shared(r, s, n, err);
	case 'b': dj_buf_text(&r->json, n == 1 && *s == '1' ? "true" : "false"); return DJ_OK;
	case 'e': r->counts->errors++; return DJ_OK;
	case 'n': put_number(r, s, n); return DJ_OK;
	default: /* texts, and dates in ISO 8601 (t="d") */
		dj_buf_reset(&r->plain);
		dj_xlsx_unescape(&r->plain, s, n);
		dj_json_put_textn(&r->json, r->plain.data ? r->plain.data : "", r->plain.n);
		return DJ_OK;
	}
}

static int end_cell(reading *r, dj_err *err)
{
	size_t at = r->json.n, column = r->column++;

	r->in_cell = false;
	if (put_value(r, err) < 0)
		return err->code;
	if (r->json.n == at)
		return DJ_OK;
	if (r->json.n > ROW_BYTES)
		return dj_fail(err, DJ_FAIL, "row %" PRIu64 " of the sheet is larger than %d MiB", r->row,
		               ROW_BYTES >> 20);
	if (column >= r->n) {
		memset(r->cell + r->n, 0, (column + 1 - r->n) * sizeof *r->cell);
		r->n = column + 1;
	}
	r->cell[column] = (cell){at, r->json.n - at};
	return DJ_OK;
}

/* ---- XML ---- */

static int on_start(void *user, const char *name, const char **attribute, dj_err *err)
{
	reading *r = user;

	if (!r->in_row)
		return strcmp(name, "row") == 0 ? begin_row(r, attribute, err) : DJ_OK;
	if (!r->in_cell)
		return strcmp(name, "c") == 0 ? begin_cell(r, attribute, err) : DJ_OK;
	if (strcmp(name, "f") == 0)
		r->formula = true;
	else if (strcmp(name, "rPh") == 0)
		r->phonetic++;
	else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		r->in_value = r->phonetic == 0;
	return DJ_OK;
}

static int on_end(void *user, const char *name, dj_err *err)
{
	reading *r = user;

	if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		r->in_value = false;
	else if (strcmp(name, "rPh") == 0 && r->phonetic > 0)
		r->phonetic--;
	else if (r->in_cell && strcmp(name, "c") == 0)
		return end_cell(r, err);
	else if (r->in_row && strcmp(name, "row") == 0)
		return end_row(r, err);
	return DJ_OK;
}

static int on_text(void *user, const char *s, size_t n, dj_err *err)
{
	reading *r = user;

	if (!r->in_value)
		return DJ_OK;
	if (r->text.n + n > ROW_BYTES)
		return dj_fail(err, DJ_FAIL, "a cell in row %" PRIu64 " of the sheet is larger than %d MiB", r->row,
		               ROW_BYTES >> 20);
	dj_buf_add(&r->text, s, n);
	return DJ_OK;
}

int dj_sheet_read(dj_sheet_counts *out, dj_sink *sink, const dj_package *p, const char *part,
                  const dj_sheet_ask *ask, dj_err *err)
{
	reading r = {.ask = ask, .counts = out, .sink = sink};
	dj_xml  xml = {.start = on_start, .end = on_end, .text = on_text, .user = &r};
	int     rc;

	*out = (dj_sheet_counts){0};
	r.cell = dj_alloc_zero(COLUMNS_MOST, sizeof *r.cell);
	rc = dj_xml_read(p, part, &xml, err);
	if (rc == DJ_OK)
		rc = dj_sink_flush(sink, err);
	dj_buf_free(&r.json);
	dj_buf_free(&r.text);
	dj_buf_free(&r.plain);
	free(r.cell);
	return rc;
}
