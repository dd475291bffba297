#include "loader/csv.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct scan {
	dj_csv          *csv;
	const dj_source *source;
	const char      *p, *end;
	size_t           n, filled, lines; /* lines: line ends inside quotes */
} scan;

typedef enum outcome { WHOLE, MORE, UNCLOSED } outcome;

void dj_csv_free(dj_csv *c)
{
	dj_csv_rest(c);
	*c = (dj_csv){0};
}

void dj_csv_rest(dj_csv *c)
{
	free(c->field);
	free(c->text);
	c->field = NULL;
	c->text = NULL;
	c->cap = c->text_n = c->text_cap = 0;
}

static void push(scan *s, dj_field_kind kind, const char *text, size_t n)
{
	dj_csv *c = s->csv;

	if (n > 0)
		s->filled = s->n + 1;
	if (s->n <= DJ_COLUMNS_MOST) {
		if (s->n == c->cap) {
			c->cap = c->cap ? c->cap * 2 : 64;
			c->field = dj_realloc(c->field, c->cap, sizeof *c->field);
		}
		c->field[s->n] = (dj_field){kind, text, n};
	}
	s->n++;
}

size_t dj_csv_line_ends(const char *text, size_t n)
{
	const char *end = text + n;
	size_t      lines = 0;

	for (const char *p = text; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	for (const char *p = text; p < end && (p = memchr(p, '\r', (size_t)(end - p))); p++)
		lines += p + 1 == end || p[1] != '\n';
	return lines;
}

/* To the separator, the line end, or the end of what is there. */
static const char *plain_end(const scan *s, const char *p)
{
	char separator = s->csv->separator;

	while (p < s->end && *p != separator && *p != '\n' && *p != '\r')
		p++;
	return p;
}

/* s->p is behind the opening quote. The field is unescaped into csv->text, whose room does not move (see next). */
static outcome read_quoted(scan *s)
{
	dj_csv     *c = s->csv;
	char       *begin = c->text + c->text_n, *to = begin;
	const char *from = s->p;

	for (;;) {
		const char *q = memchr(from, c->quote, (size_t)(s->end - from));
		if (!q)
			return s->source->end ? UNCLOSED : MORE;
		if (q + 1 == s->end && !s->source->end)
			return MORE; /* the next byte decides whether this one closes */
		memcpy(to, from, (size_t)(q - from));
		to += q - from;
		from = q + 1;
		if (from == s->end || *from != c->quote)
			break;
		*to++ = (char)c->quote;
		from++;
	}
	s->lines += dj_csv_line_ends(begin, (size_t)(to - begin));

	const char *rest = plain_end(s, from);
	memcpy(to, from, (size_t)(rest - from));
	to += rest - from;
	s->p = rest;
	c->text_n += (size_t)(to - begin);
	push(s, DJ_FIELD_QUOTED, begin, (size_t)(to - begin));
	return WHOLE;
}

static outcome read_field(scan *s)
{
	if (s->csv->space)
		while (s->p < s->end && *s->p == ' ')
			s->p++;
	if (s->p < s->end && s->csv->quote >= 0 && *s->p == s->csv->quote) {
		s->p++;
		outcome o = read_quoted(s);
		if (o != WHOLE)
			return o;
	} else {
		const char *from = s->p;
		s->p = plain_end(s, from);
		push(s, DJ_FIELD_PLAIN, from, (size_t)(s->p - from));
	}
	return s->p == s->end && !s->source->end ? MORE : WHOLE;
}

/* Fields up to the line end; s->p is left on it (or at the end of the file). */
static outcome read_fields(scan *s)
{
	for (;;) {
		outcome o = read_field(s);
		if (o != WHOLE)
			return o;
		if (s->p == s->end || *s->p != s->csv->separator)
			return WHOLE;
		s->p++;
	}
}

/* One byte more of the window than the line end may be needed, to tell CR from CRLF. */
static outcome read_line_end(scan *s)
{
	if (s->p == s->end)
		return WHOLE;
	if (*s->p == '\r') {
		if (s->p + 1 == s->end && !s->source->end)
			return MORE;
		if (s->p + 1 < s->end && s->p[1] == '\n')
			s->p++;
	}
	s->p++;
	s->lines++;
	return WHOLE;
}

static void give(dj_record *out, const scan *s, const dj_source *source, const char *raw_end)
{
	const char *raw = source->data + source->at;

	*out = (dj_record){.field = s->csv->field,
	                   .n = s->n,
	                   .stored = s->n <= DJ_COLUMNS_MOST ? s->n : DJ_COLUMNS_MOST + 1,
	                   .filled = s->filled,
	                   .blank = raw == raw_end,
	                   .raw = raw,
	                   .raw_n = (size_t)(raw_end - raw),
	                   .byte = dj_source_byte(source),
	                   .line = source->line};
}

int dj_csv_next(dj_csv *c, dj_source *source, dj_record *out, dj_err *err)
{
	for (;;) {
		if (source->at == source->n && source->end)
			return 0;
		if (c->text_cap < source->cap) { /* unescaped text is never longer than the window */
			c->text_cap = source->cap;
			c->text = dj_realloc(c->text, c->text_cap, 1);
		}
		c->text_n = 0;

		scan s = {
		    .csv = c, .source = source, .p = source->data + source->at, .end = source->data + source->n};
		outcome     o = read_fields(&s);
		const char *raw_end = s.p;
		if (o == WHOLE)
			o = read_line_end(&s);
		if (o == WHOLE) {
			give(out, &s, source, raw_end);
			source->at = (size_t)(s.p - source->data);
			source->line += s.lines;
			return 1;
		}
		if (o == UNCLOSED)
			return dj_fail(err, DJ_FAIL,
			               "line %" PRIu64
			               ": a quote is opened and never closed (close it, or try --quote none)",
			               source->line);
		if (dj_source_more(source, err) < 0)
			return err->code;
	}
}

size_t dj_csv_whole(dj_csv *c, const char *data, size_t n)
{
	dj_source source = {.data = (char *)(uintptr_t)data, .n = n, .cap = n};
	size_t    whole = 0;

	if (c->text_cap < n) {
		c->text_cap = n;
		c->text = dj_realloc(c->text, c->text_cap, 1);
	}
	for (;;) {
		c->text_n = 0;
		scan s = {.csv = c, .source = &source, .p = data + whole, .end = data + n};
		if (read_fields(&s) != WHOLE || read_line_end(&s) != WHOLE)
			return whole;
		whole = (size_t)(s.p - data);
	}
}
