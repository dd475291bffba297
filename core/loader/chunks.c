#include "loader/chunks.h"

#include "base/mem.h"
#include "loader/json_split.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void dj_chunk_free(dj_chunk *c)
{
	dj_source_free(&c->source);
	dj_csv_index_free(&c->index);
}

void dj_chunks_open(dj_chunks *c, dj_cut cut, const dj_csv *dialect, const dj_source *first)
{
	*c = (dj_chunks){
	    .cut = cut,
	    .csv = {.separator = dialect->separator, .quote = dialect->quote, .space = dialect->space},
	    .fd = first->fd,
	    .at = dj_source_byte(first),
	    .line = first->line};
	pthread_mutex_init(&c->lock, NULL);
}

void dj_chunks_close(dj_chunks *c)
{
	dj_csv_free(&c->csv);
	pthread_mutex_destroy(&c->lock);
}

/* ---- Delimited text ---- */

/* Behind the last line end that the index knows, 0 when it knows none. A CR at the very end may be half of CRLF. */
static size_t last_record_end(dj_csv_index *x, const char *data, size_t n)
{
	for (size_t k = x->n; k > 0; k--) {
		char c = data[x->at[k - 1]];
		if (c == '\n' || (c == '\r' && x->at[k - 1] + 1 < n)) {
			x->n = k;
			return x->at[k - 1] + 1;
		}
	}
	return 0;
}

static size_t cut_records(dj_chunks *c, dj_chunk *out, size_t from)
{
	dj_source    *s = &out->source;
	dj_csv_index *x = &out->index;

	dj_csv_index_add(x, s->data, from, s->n, c->csv.separator, c->csv.quote, c->csv.space);
	out->indexed = !x->bare && !(s->end && x->open);
	if (s->end)
		return s->n;
	return x->bare ? dj_csv_whole(&c->csv, s->data, s->n) : last_record_end(x, s->data, s->n);
}

/* ---- JSON ---- */

static size_t cut_rows(const dj_source *s)
{
	return s->end ? s->n : dj_json_split_lines(s->data, s->n);
}

/* Where the source ends, the last chunk is to find the array's end missing, so it comes also when nothing is in it. */
static size_t cut_elements(dj_chunk *out)
{
	dj_source *s = &out->source;
	bool       over = false;
	size_t     whole = dj_json_split_array(s->data, s->n, &over);

	out->last = whole == 0 && (over || s->end);
	return out->last ? s->n : whole;
}

static uint64_t line_feeds(const char *text, size_t n)
{
	uint64_t lines = 0;

	for (const char *p = text, *end = text + n; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	return lines;
}

/* ---- The next chunk ---- */

static int fill(dj_chunks *c, dj_chunk *out, dj_err *err)
{
	dj_source *s = &out->source;
	size_t     whole = 0, from = 0, want = DJ_CHUNK;

	dj_csv_index_begin(&out->index);
	out->k = 0;
	while (whole == 0 && !out->last) {
		if (dj_source_fill(s, want, err) < 0)
			return err->code;
		whole = c->cut == DJ_CUT_RECORDS ? cut_records(c, out, from)
		        : c->cut == DJ_CUT_ROWS  ? cut_rows(s)
		                                 : cut_elements(out);
		if (s->end && s->n == 0 && !out->last)
			return 0;
		if (whole == 0 && s->n >= DJ_RECORD_MOST)
			return dj_source_too_long(s, err);
		from = s->n;
		want = 2 * s->n;
	}

	c->at += whole;
	c->line += c->cut == DJ_CUT_RECORDS ? out->index.lines - dj_csv_line_ends(s->data + whole, s->n - whole)
	                                    : line_feeds(s->data, whole);
	out->order = c->order++;
	c->over = out->last;
	s->n = whole;
	s->end = s->end || !out->last;
	return 1;
}

int dj_chunks_next(dj_chunks *c, dj_chunk *out, dj_err *err)
{
	int rc;

	pthread_mutex_lock(&c->lock);
	dj_source_begin(&out->source, c->fd, c->at, c->line);
	out->last = false;
	rc = c->over ? 0 : fill(c, out, err);
	pthread_mutex_unlock(&c->lock);
	return rc <= 0 ? rc : dj_source_check(&out->source, 0, err) < 0 ? err->code : 1;
}
