#include "store/canon.h"

#include <string.h>

static void put_u64(char to[8], uint64_t v)
{
	for (int i = 0; i < 8; i++)
		to[i] = (char)(unsigned char)(v >> (56 - 8 * i));
}

static void put_tagged(dj_buf *b, char tag, uint64_t v)
{
	char *to = dj_buf_room(b, 9);

	to[0] = tag;
	put_u64(to + 1, v);
	b->n += 9;
}

void dj_canon_kind(dj_buf *b, int kind)
{
	dj_buf_char(b, (char)kind);
}

void dj_canon_count(dj_buf *b, uint64_t n)
{
	put_u64(dj_buf_room(b, 8), n);
	b->n += 8;
}

void dj_canon_name(dj_buf *b, const char *name)
{
	dj_canon_count(b, strlen(name));
	dj_buf_add(b, name, strlen(name));
}

void dj_canon_null(dj_buf *b)
{
	dj_buf_char(b, 'N');
}

void dj_canon_integer(dj_buf *b, int64_t v)
{
	put_tagged(b, 'I', (uint64_t)v);
}

void dj_canon_real(dj_buf *b, double v)
{
	uint64_t bits;

	v += 0.0; /* -0 + 0 is +0 */
	memcpy(&bits, &v, sizeof bits);
	put_tagged(b, 'F', bits);
}

void dj_canon_textn(dj_buf *b, const char *s, size_t n)
{
	put_tagged(b, 'T', n);
	dj_buf_add(b, s, n);
}

void dj_canon_text(dj_buf *b, const char *s)
{
	if (s)
		dj_canon_textn(b, s, strlen(s));
	else
		dj_canon_null(b);
}

void dj_canon_bytes(dj_buf *b, const void *bytes, size_t n)
{
	put_tagged(b, 'B', n);
	dj_buf_add(b, bytes, n);
}
