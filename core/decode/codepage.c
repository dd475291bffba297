#include "decode/codepage.h"

/* 0x80 to 0x9F (WHATWG Encoding Standard, index windows-1252). */
static const unsigned short high[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static char *put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xC0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		*to++ = (char)(0xE0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
		*to++ = (char)(0x80 | (c & 0x3F));
	} else {
		*to++ = (char)(0xF0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3F));
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
		*to++ = (char)(0x80 | (c & 0x3F));
	}
	return to;
}

void dj_utf8_add(dj_buf *out, uint32_t c)
{
	char *end = put(dj_buf_room(out, 4), c);

	*end = '\0';
	out->n = (size_t)(end - out->data);
}

void dj_windows1252_add(dj_buf *out, const char *s, size_t n)
{
	char *to = dj_buf_room(out, n * 3);

	for (size_t i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)s[i];
		to = put(to, byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80] : byte);
	}
	*to = '\0';
	out->n = (size_t)(to - out->data);
}
