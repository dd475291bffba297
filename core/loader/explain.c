#include "loader/explain.h"

#include "base/json.h"
#include "base/text.h"
#include "loader/json_walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KINDS = 7,
	QUOTED = 40,           /* bytes of a value in a reason */
	ROWS_MOST = 256 << 10, /* JSON, so that all of it fits into one frame */
	ALL_MOST = 640 << 10
};

typedef struct seen { /* values of one column, by kind (bit k of dj_kind) */
	int64_t  n[KINDS], missing;
	uint64_t line[KINDS]; /* of the first */
	char     first[KINDS][QUOTED + 8];
} seen;

typedef struct look {
	dj_table *table;
	seen     *column;
	dj_buf    rows; /* JSON: cells as texts or null, one list a row */
	size_t    n_rows, rows_most;
	int64_t   rejected;
} look;

/* ---- What is there ---- */

/* At most `most` bytes of it, and whole characters. */
static size_t cut(const char *s, size_t n, size_t most)
{
	return dj_utf8_valid(s, n < most ? n : most);
}

static void count(seen *s, const dj_marks *marks, const dj_field *f, uint64_t line)
{
	unsigned kind;
	int      k = 0;

	if (dj_marks_null(marks, f)) {
		s->missing++;
		return;
	}
	for (kind = dj_infer_kind(f); kind > 1; kind >>= 1)
		k++;
	if (s->n[k]++ == 0) {
		size_t n = cut(f->text, f->n, QUOTED);
		memcpy(s->first[k], f->text, n);
		memcpy(s->first[k] + n, n < f->n ? "..." : "", n < f->n ? 4 : 1);
		s->line[k] = line;
	}
}

static void put_cell(dj_buf *out, const dj_cell *c)
{
	char real[32];

	dj_buf_text(out, out->data[out->n - 1] == '[' ? "" : ",");
	switch (c->kind) {
	case DJ_CELL_NULL: dj_buf_text(out, "null"); break;
	case DJ_CELL_INTEGER: dj_buf_fmt(out, "\"%" PRId64 "\"", c->integer); break;
	case DJ_CELL_REAL:
		dj_real_text(real, c->real);
		dj_json_put_text(out, real);
		break;
	case DJ_CELL_TEXT: dj_json_put_textn(out, c->text, cut(c->text, c->n, DJ_PREVIEW_CELL)); break;
	}
}

static void put_row(dj_buf *out, const dj_table *t)
{
	dj_buf_text(out, out->n ? ",[" : "[");
	for (size_t i = 0; i < t->plan.n; i++)
		put_cell(out, &t->front.cell[i]);
	dj_buf_char(out, ']');
}

static void take_row(look *l, uint64_t line)
{
	dj_table *t = l->table;
	size_t    begun = l->rows.n;

	for (size_t i = 0; i < t->plan.n; i++)
		count(&l->column[i], &t->column[i].marks, &t->front.row[i], line);
	if (l->n_rows == DJ_PREVIEW_ROWS)
		return;
	put_row(&l->rows, t);
	l->n_rows++;
	if (l->rows.n > l->rows_most) {
		l->rows.data[l->rows.n = begun] = '\0';
		l->n_rows = DJ_PREVIEW_ROWS;
	}
}

static void take(look *l, dj_record *r)
{
	dj_lane  *lane = &l->table->front;
	dj_reject why;
	dj_fate   fate = dj_lane_row(lane, r, &why);

	for (; fate != DJ_FATE_NONE; fate = dj_lane_more(lane, &why)) {
		if (fate == DJ_FATE_ROW || fate == DJ_FATE_MISFIT)
			take_row(l, r->line);
		else if (fate == DJ_FATE_REJECTED && l->n_rows < DJ_PREVIEW_ROWS)
			l->rejected++;
	}
}

static int look_over(look *l, dj_err *err)
{
	dj_table *t = l->table;
	dj_record r;
	int       rc = dj_table_rewind(t, 0, err);

	dj_lane_begin(&t->front, t);
	for (int64_t n = 0;
	     rc >= 0 && (!t->limit || n < t->limit) && dj_source_byte(&t->front.source) < DJ_SOURCE_SAMPLE; n++) {
		if ((rc = dj_table_next(t, &r, err)) <= 0)
			break;
		if (!r.blank)
			take(l, &r);
	}
	return rc < 0 ? rc : DJ_OK;
}

/* ---- Why a column is of its type ---- */

static const char *plural_of(dj_coltype type)
{
	static const char *const words[] = {
	    [DJ_COL_INTEGER] = "whole numbers", [DJ_COL_REAL] = "numbers",     [DJ_COL_TEXT] = "text",
	    [DJ_COL_BOOLEAN] = "true or false", [DJ_COL_INSTANT] = "instants", [DJ_COL_DATE] = "dates"};

	return words[type];
}

static int64_t fitting(const seen *s, dj_coltype type)
{
	int64_t n = 0;

	for (int k = 0; k < KINDS; k++)
		if (dj_infer_fits(1u << k, type))
			n += s->n[k];
	return n;
}

/* The kind of the first value that does not fit; -1: all do. */
static int first_misfit(const seen *s, dj_coltype type)
{
	int found = -1;

	for (int k = 0; k < KINDS; k++)
		if (s->n[k] && !dj_infer_fits(1u << k, type) && (found < 0 || s->line[k] < s->line[found]))
			found = k;
	return found;
}

static void why_text(dj_buf *out, const seen *s, int64_t all)
{
	static const dj_coltype types[] = {DJ_COL_INTEGER, DJ_COL_REAL, DJ_COL_DATE, DJ_COL_INSTANT,
	                                   DJ_COL_BOOLEAN};
	dj_coltype              best = DJ_COL_TEXT;
	int64_t                 most = 0;

	for (size_t i = 0; i < DJ_COUNT(types); i++)
		if (fitting(s, types[i]) > most) {
			best = types[i];
			most = fitting(s, best);
		}
	int k = best == DJ_COL_TEXT ? -1 : first_misfit(s, best);
	if (best == DJ_COL_INSTANT && k < 0)
		dj_buf_text(out, "dates stand among instants, and would gain an hour that nobody said");
	else if (k < 0)
		dj_buf_fmt(out, "none of the %" PRId64 " values is a number, a date, true or false", all);
	else
		dj_buf_fmt(out,
		           "%" PRId64 " of %" PRId64 " values are %s, %" PRId64
		           " are not: the first is `%s` at line %" PRIu64,
		           most, all, plural_of(best), all - most, s->first[k], s->line[k]);
}

static void why_type(dj_buf *out, const dj_table_column *c, const seen *s)
{
	int64_t all = fitting(s, DJ_COL_TEXT);
	int     real = first_misfit(s, DJ_COL_INTEGER);

	if (c->declared != DJ_COL_UNKNOWN)
		dj_buf_text(out, "declared: by dataset.json, or by a role that it fills");
	else if (c->wish != DJ_COL_UNKNOWN && c->wish == c->type)
		dj_buf_text(out, "the role that it would fill asks for it, and all values fit");
	else if (all == 0)
		dj_buf_text(out, "it has no value there");
	else if (c->type == DJ_COL_TEXT)
		why_text(out, s, all);
	else
		dj_buf_fmt(out, "all %" PRId64 " values are %s", all, plural_of(c->type));
	if (c->type == DJ_COL_REAL && c->declared == DJ_COL_UNKNOWN && real >= 0)
		dj_buf_fmt(out, ": not whole ones, for `%s` at line %" PRIu64, s->first[real], s->line[real]);
	if (s->missing)
		dj_buf_fmt(out, "; %" PRId64 " missing", s->missing);
}

/* ---- How the source is written ---- */

static void decided(dj_buf *out, const char *what, const char *is, const char *why)
{
	dj_json_add_texts(out, NULL, (const char *[]){what, is, why}, 3);
}

static void decide_format(dj_buf *out, const dj_table *t)
{
	const char       *is = dj_format_name(t->format);
	const dj_decoded *d = &t->unwrapped->decoded;

	if (d->wrapping != DJ_WRAPPING_NONE && d->wrapping != d->kind)
		decided(out, "packing", dj_wrapping_name(d->wrapping), "it begins so");
	if (d->rows)
		decided(out, "format", dj_wrapping_name(d->kind),
		        d->kind == DJ_WRAPPING_XLSX ? "it is a zip with the parts of a spreadsheet" : "it begins so");
	else if (t->job->format != DJ_FORMAT_UNKNOWN)
		decided(out, "format", is, "it was said");
	else if (!t->front.json)
		decided(out, "format", is, "it begins like no JSON, so it is delimited text");
	else
		decided(out, "format", is,
		        t->format == DJ_FORMAT_GEOJSON ? "its rows are features"
		        : t->shape->lines              ? "rows stand one after another"
		                                       : "rows are the elements of a list");
}

static const char *line_ends(const dj_table *t)
{
	const dj_source *s = &t->front.source;
	size_t           lf = 0, cr = 0, both = 0;

	for (size_t i = s->at; i < s->n; i++) {
		if (s->data[i] == '\r' && i + 1 < s->n && s->data[i + 1] == '\n')
			both++, i++;
		else if (s->data[i] == '\n')
			lf++;
		else if (s->data[i] == '\r')
			cr++;
	}
	return (lf > 0) + (cr > 0) + (both > 0) > 1 ? "mixed" : both ? "CRLF" : cr ? "CR" : lf ? "LF" : "none";
}

static void decide_dialect(dj_buf *out, const dj_table *t)
{
	const dj_job_table *job = t->job;
	const dj_dialect   *d = &t->dialect;
	char separator[2] = {t->front.csv.separator}, quote[2] = {(char)t->front.csv.quote}, why[160];

	snprintf(why, sizeof why, "it gives %zu of %zu rows %zu fields", d->rows - d->ragged, d->rows,
	         d->columns);
	decided(out, "separator",
	        *separator == '\t' ? "tab"
	        : d->columns == 1  ? "none"
	                           : separator,
	        job->separator ? "it was said" : why);
	decided(out, "quote", t->front.csv.quote < 0 ? "none" : quote,
	        job->quote                   ? "it was said"
	        : t->front.csv.quote == '\'' ? "fields stand in them, and no \" occurs"
	                                     : "the usual one");
	decided(out, "header", t->header ? "the first line" : "none",
	        job->header >= 0 ? "it was said"
	        : t->header      ? "it does not look like the rows below it, or all columns are text"
	                         : "the first line looks like the rows below it, and not all columns are text");
	if (d->space)
		decided(out, "spaces", "left out", "one stands after every separator");
}

static void put_decided(dj_buf *out, dj_table *t)
{
	char why[120];

	dj_json_open(out, "decided", '[');
	decide_format(out, t);
	if (t->unwrapped->decoded.encoding) {
		decided(out, "encoding", t->unwrapped->decoded.encoding,
		        t->job->encoding ? "it was said" : "a mark at its begin, or every other byte, says so");
	} else if (t->counts.not_utf8) {
		snprintf(why, sizeof why, "%" PRId64 " rows are not in UTF-8, the first at line %" PRIu64,
		         t->counts.not_utf8, t->counts.first_not_utf8);
		decided(out, "encoding", "windows-1252", why);
	} else {
		decided(out, "encoding", "utf-8", "all of it is valid");
	}
	if (!t->front.json) {
		decide_dialect(out, t);
		decided(out, "line ends", line_ends(t), "as they stand there");
	}
	dj_buf_char(out, ']');
}

/* ---- All of it ---- */

static void put_columns(dj_buf *out, const look *l)
{
	dj_buf why = {0};

	dj_json_open(out, "columns", '[');
	for (size_t i = 0; i < l->table->plan.n; i++) {
		dj_buf_reset(&why);
		if (out->n < ALL_MOST)
			why_type(&why, &l->table->column[i], &l->column[i]);
		dj_json_put_text(out, why.n ? why.data : "");
		dj_buf_text(out, i + 1 < l->table->plan.n ? "," : "");
	}
	dj_buf_char(out, ']');
	dj_buf_free(&why);
}

int dj_explain_table(dj_buf *out, dj_table *t, dj_err *err)
{
	look l = {.table = t, .rows_most = out->n < ROWS_MOST ? ROWS_MOST - out->n : 0};
	int  rc;

	l.column = dj_alloc_zero(t->plan.n + 1, sizeof *l.column);
	rc = look_over(&l, err);
	if (rc == DJ_OK)
		rc = dj_source_rewind(&t->front.source, err); /* the sample, for its line ends */
	if (rc == DJ_OK) {
		dj_json_open(out, NULL, '{');
		dj_json_add_bool(out, "whole", t->front.source.end);
		dj_json_add_integer(out, "rejected", l.rejected);
		put_decided(out, t);
		put_columns(out, &l);
		dj_json_open(out, "rows", '[');
		dj_buf_text(out, l.rows.n ? l.rows.data : "");
		dj_buf_text(out, "]}");
	}
	dj_buf_free(&l.rows);
	free(l.column);
	return rc;
}

int dj_explain_no_table(const dj_job_table *job, dj_err *err)
{
	dj_source s;

	dj_source_open(&s, job->fd);
	int rc = dj_json_valid(&s, true, err);
	dj_source_free(&s);
	return rc < 0 ? rc : 1;
}
