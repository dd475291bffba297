/* Records of delimited text whose ends are known already (csv_index.h). */
#include "loader/csv.h"

#include "base/mem.h"

#include <string.h>

/* The text of a field that begins with the quote, without quotes. What follows the closing quote belongs to it. */
static dj_field unquote(dj_csv *c, const char *p, const char *end, uint64_t *lines)
{
	const char *from = p + 1, *q = memchr(from, c->quote, (size_t)(end - from));

	for (const char *lf = from; lf < q && (lf = memchr(lf, '\n', (size_t)(q - lf))); lf++)
		(*lines)++;
	for (const char *cr = from; cr < q && (cr = memchr(cr, '\r', (size_t)(q - cr))); cr++)
		*lines += cr + 1 == q || cr[1] != '\n';
	if (q + 1 == end)
		return (dj_field){DJ_FIELD_QUOTED, from, (size_t)(q - from)};

	char *begin = c->text + c->text_n, *to = begin;
	for (;;) {
		memcpy(to, from, (size_t)(q - from));
		to += q - from;
		from = q + 1;
		if (from == end || *from != c->quote)
			break;
		*to++ = (char)c->quote;
		from++;
		const char *next = memchr(from, c->quote, (size_t)(end - from));
		for (const char *s = from; s < next; s++)
			*lines += *s == '\n' || (*s == '\r' && (s + 1 == next || s[1] != '\n'));
		q = next;
	}
	memcpy(to, from, (size_t)(end - from));
	to += end - from;
	c->text_n += (size_t)(to - begin);
	return (dj_field){DJ_FIELD_QUOTED, begin, (size_t)(to - begin)};
}

static void make_room(dj_csv *c, const dj_source *s)
{
	if (c->text_cap < s->n + 1) { /* unescaped text is never longer than the window */
		c->text_cap = s->n + 1;
		c->text = dj_realloc(c->text, c->text_cap, 1);
	}
	if (c->cap < DJ_COLUMNS_MOST + 1) {
		c->cap = DJ_COLUMNS_MOST + 1;
		c->field = dj_realloc(c->field, c->cap, sizeof *c->field);
	}
}

int dj_csv_next_indexed(dj_csv *c, const dj_csv_index *x, size_t *k, dj_source *s, dj_record *out)
{
	const char *data = s->data, *p = data + s->at, *end = p;
	size_t      n = 0, filled = 0, i = *k;
	uint64_t    lines = 0;
	bool        more = true;

	if (s->at == s->n)
		return 0;
	make_room(c, s);
	c->text_n = 0;
	while (more) {
		end = data + (i < x->n ? x->at[i++] : s->n);
		more = end < data + s->n && *end == c->separator;
		while (c->space && p < end && *p == ' ')
			p++;
		dj_field f = {DJ_FIELD_PLAIN, p, (size_t)(end - p)};
		if (f.n > 0) {
			if (*p == c->quote && c->quote >= 0)
				f = unquote(c, p, end, &lines);
			filled = f.n > 0 ? n + 1 : filled;
		}
		if (n <= DJ_COLUMNS_MOST)
			c->field[n] = f;
		n++;
		p = end + 1;
	}

	const char *raw = data + s->at;
	*out = (dj_record){.field = c->field,
	                   .n = n,
	                   .stored = n <= DJ_COLUMNS_MOST ? n : DJ_COLUMNS_MOST + 1,
	                   .filled = filled,
	                   .blank = raw == end,
	                   .raw = raw,
	                   .raw_n = (size_t)(end - raw),
	                   .byte = dj_source_byte(s),
	                   .line = s->line};
	if (end < data + s->n) { /* on a line end */
		lines++;
		if (*end++ == '\r' && end < data + s->n && *end == '\n') {
			end++;
			i++;
		}
	}
	s->at = (size_t)(end - data);
	s->line += lines;
	*k = i;
	return 1;
}
