#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Bytes of the UTF-8 character at s[0..n), n > 0; 0 when there is no whole, valid one (Unicode, table 3-7). */
static size_t character(const unsigned char *s, size_t n)
{
	unsigned char c = s[0], low = 0x80, high = 0xBF;
	size_t        more;

	if (c < 0x80)
		return 1;
	if (c < 0xC2 || c > 0xF4)
		return 0;
	more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
	if (c == 0xE0)
		low = 0xA0; /* shorter ones are overlong */
	else if (c == 0xED)
		high = 0x9F; /* above are the surrogates */
	else if (c == 0xF0)
		low = 0x90;
	else if (c == 0xF4)
		high = 0x8F; /* above is past U+10FFFF */
	if (n <= more || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i <= more; i++)
		if (s[i] < 0x80 || s[i] > 0xBF)
			return 0;
	return more + 1;
}

/* The control characters: C0, DEL, and C1 as UTF-8 writes it (C2 80 to C2 9F). */
static bool control(const unsigned char *s, size_t length)
{
	return s[0] < 0x20 || s[0] == 0x7F || (length == 2 && s[0] == 0xC2 && s[1] < 0xA0);
}

size_t dj_utf8_character(const char *s, size_t n)
{
	return character((const unsigned char *)s, n);
}

size_t dj_utf8_valid(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t               at = 0, length;
	uint64_t             eight;

	while (at < n) {
#if defined(__SSE2__)
		if (n - at >= 16 && _mm_movemask_epi8(_mm_loadu_si128((const void *)(u + at))) == 0) {
			at += 16;
			continue;
		}
#endif
		if (n - at >= 8 && (memcpy(&eight, u + at, 8), !(eight & 0x8080808080808080u))) {
			at += 8;
			continue;
		}
		length = character(u + at, n - at);
		if (!length)
			break;
		at += length;
	}
	return at;
}

const char *dj_text_wrong(const char *s, size_t n, bool lines)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t               length;

	for (size_t at = 0; at < n; at += length) {
		length = character(u + at, n - at);
		if (!length)
			return "it is not valid UTF-8";
		bool breaks = u[at] == '\n' || u[at] == '\r' || u[at] == '\t';
		if (breaks && !lines)
			return "it holds a line break or a tab";
		if (!breaks && control(u + at, length))
			return "it holds a control character";
	}
	return NULL;
}

void dj_text_show(dj_buf *out, const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	for (size_t at = 0; at < n;) {
		size_t length = character(u + at, n - at);

		if (length && !control(u + at, length)) {
			dj_buf_add(out, s + at, length);
			at += length;
			continue;
		}
		for (size_t end = at + (length ? length : 1); at < end; at++)
			dj_buf_fmt(out, "\\x%02X", u[at]);
	}
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool dj_text_same_nocase(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b))
		a++, b++;
	return lower(*a) == lower(*b);
}

bool dj_text_starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

bool dj_text_ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n >= m && memcmp(s + n - m, with, m) == 0;
}

bool dj_name_ok(const char *s, size_t most, bool underscore)
{
	size_t n = strlen(s);

	if (n < 1 || n > most || s[0] < 'a' || s[0] > 'z')
		return false;
	for (; *s; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= '0' && *s <= '9') && *s != (underscore ? '_' : '-'))
			return false;
	return true;
}

bool dj_version_ok(const char *s)
{
	for (int part = 0; part < 3; part++) {
		size_t digits = strspn(s, "0123456789");

		if (!digits || digits > 9)
			return false;
		s += digits;
		if (part < 2 && *s++ != '.')
			return false;
	}
	return !*s;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Three rows of the usual table ("optimal string alignment": no piece is edited twice). */
size_t dj_text_distance(const char *a, const char *b, size_t most)
{
	size_t n = strlen(a), m = strlen(b), result = 0;

	if ((n > m ? n - m : m - n) > most)
		return most + 1;

	size_t *rows = dj_alloc_zero(3 * (m + 1), sizeof *rows);
	size_t *before = rows, *above = rows + m + 1, *now = above + m + 1;

	for (size_t j = 0; j <= m; j++)
		now[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *spare = before;

		before = above, above = now, now = spare;
		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			char   x = lower(a[i - 1]), y = lower(b[j - 1]);
			size_t cost = least(above[j - 1] + (x != y), least(above[j], now[j - 1]) + 1);

			if (i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]))
				cost = least(cost, before[j - 2] + 1);
			now[j] = cost;
		}
	}
	result = least(now[m], most + 1);
	free(rows);
	return result;
}

const char *dj_text_nearest(const char *word, const char *const *names, size_t n)
{
	size_t      length = strlen(word), most = length / 3 ? length / 3 : 1;
	const char *found = NULL;

	if (!length)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t distance = dj_text_distance(word, names[i], most);

		if (distance <= most && (distance < most || !found)) {
			found = names[i];
			if (distance == 0)
				break;
			most = distance;
		}
	}
	for (size_t i = 0; i < n && !found; i++)
		if (dj_text_starts(names[i], word))
			found = names[i];
	return found;
}

size_t dj_text_find(const char *word, const char *const *names, size_t n)
{
	size_t i = 0;

	while (i < n && !(word && strcmp(word, names[i]) == 0))
		i++;
	return i;
}

char *dj_text_list(const char *const *names, size_t n)
{
	dj_buf out = {0};

	if (!n)
		dj_buf_text(&out, "none");
	for (size_t i = 0; i < n; i++) {
		if (i)
			dj_buf_text(&out, i + 1 == n ? " and " : ", ");
		dj_buf_text(&out, names[i]);
	}
	return dj_buf_take(&out);
}
