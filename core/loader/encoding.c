#include "loader/encoding.h"

#include "base/text.h"

/* Windows-1252, 0x80 to 0x9F (WHATWG Encoding Standard, index windows-1252). */
static const unsigned short high[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

/* The UTF-8 of n bytes of Windows-1252 (WHATWG: the five bytes without a letter are C1 controls). */
static void add(dj_buf *out, const char *s, size_t n)
{
	char *to = dj_buf_room(out, n * 3);

	for (size_t i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)s[i];
		unsigned      c = byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80] : byte;

		if (c < 0x80) {
			*to++ = (char)c;
		} else if (c < 0x800) {
			*to++ = (char)(0xC0 | c >> 6);
			*to++ = (char)(0x80 | (c & 0x3F));
		} else {
			*to++ = (char)(0xE0 | c >> 12);
			*to++ = (char)(0x80 | (c >> 6 & 0x3F));
			*to++ = (char)(0x80 | (c & 0x3F));
		}
	}
	*to = '\0';
	out->n = (size_t)(to - out->data);
}

void dj_encoding_add_any(dj_buf *out, const char *s, size_t n)
{
	if (dj_utf8_valid(s, n) == n)
		dj_buf_add(out, s, n);
	else
		add(out, s, n);
}

bool dj_encoding_mend(dj_record *r, dj_buf *room)
{
	size_t needed = 0;

	if (dj_utf8_valid(r->raw, r->raw_n) == r->raw_n)
		return false; /* separators are ASCII, so its fields are valid too */
	for (size_t i = 0; i < r->stored; i++)
		needed += r->field[i].n * 3;
	dj_buf_reset(room);
	dj_buf_room(room, needed); /* at once, so that fields may point into it */

	for (size_t i = 0; i < r->stored; i++) {
		dj_field *f = &r->field[i];
		if (dj_utf8_valid(f->text, f->n) == f->n)
			continue;
		size_t begin = room->n;
		add(room, f->text, f->n);
		f->text = room->data + begin;
		f->n = room->n - begin;
	}
	return true;
}
