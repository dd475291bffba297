#include "loader/json_scan.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

dj_scan dj_json_bad(dj_json_scan *c, const char *at, const char *why)
{
	c->bad = at;
	c->why = why;
	c->denied = false;
	return DJ_SCAN_BAD;
}

dj_scan dj_json_deny(dj_json_scan *c, const char *at, const char *why)
{
	dj_json_bad(c, at, why);
	c->denied = true;
	return DJ_SCAN_BAD;
}

dj_scan dj_json_ends(dj_json_scan *c, const char *at, const char *why)
{
	return c->last ? dj_json_bad(c, at, why) : DJ_SCAN_CUT;
}

/* ---- Strings ---- */

static inline bool is_plain(unsigned char u)
{
	return u >= 0x20 && u < 0x80 && u != '"' && u != '\\';
}

/* The first byte that is a quote, a backslash, a control character or not ASCII; else `end`. */
static inline const char *plain(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');

	for (; end - p >= 16; p += 16) { /* as signed bytes, what is not ASCII is below the space too */
		__m128i  sixteen = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i  stop = _mm_or_si128(_mm_cmpeq_epi8(sixteen, quote), _mm_cmpeq_epi8(sixteen, backslash));
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(stop, _mm_cmplt_epi8(sixteen, space)));
		if (mask)
			return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && is_plain((unsigned char)*p))
		p++;
	return p;
}

/* Characters beyond ASCII from p on; *out is behind the last. */
static dj_scan beyond_ascii(dj_json_scan *c, const char *p, const char **out)
{
	static const char wrong[] = "this is not UTF-8 (save the file as UTF-8)";

	while (p < c->end && (unsigned char)*p >= 0x80) {
		const unsigned char *u = (const unsigned char *)p;
		size_t               left = (size_t)(c->end - p);
		size_t length = u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 0;

		if (length == 0)
			return dj_json_bad(c, p, wrong);
		if (left < length && !c->last)
			return DJ_SCAN_CUT;
		for (size_t i = 1; i < length; i++)
			if (left < length || (u[i] & 0xC0) != 0x80)
				return dj_json_bad(c, p, wrong);
		if ((u[0] == 0xE0 && u[1] < 0xA0) || (u[0] == 0xED && u[1] >= 0xA0) ||
		    (u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] >= 0x90)) /* overlong, surrogate, beyond */
			return dj_json_bad(c, p, wrong);
		p += length;
	}
	*out = p;
	return DJ_SCAN_OK;
}

/* Four hex digits; -1: they are not; -2: the window ends before. */
static int hex4(const char *p, const char *end)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		if (p + i >= end)
			return -2;
		char u = p[i], low = (char)(u | 32);
		if (u >= '0' && u <= '9')
			v = v * 16 + u - '0';
		else if (low >= 'a' && low <= 'f')
			v = v * 16 + low - 'a' + 10;
		else
			return -1;
	}
	return v;
}

/* p stands on a backslash; *out is behind the escape. */
static dj_scan escape(dj_json_scan *c, const char *p, const char **out)
{
	static const char half[] = "half of a surrogate pair";
	static const char none[] = "no such escape (a backslash itself is \\\\)";

	if (p + 1 == c->end)
		return dj_json_ends(c, p, none);
	if (p[1] && strchr("\"\\/bfnrt", p[1])) {
		*out = p + 2;
		return DJ_SCAN_OK;
	}
	if (p[1] != 'u')
		return dj_json_bad(c, p, none);
	int u = hex4(p + 2, c->end);
	if (u < 0)
		return u == -2 && !c->last ? DJ_SCAN_CUT : dj_json_bad(c, p, "\\u needs four hex digits");
	*out = p + 6;
	if (u < 0xD800 || u >= 0xE000)
		return DJ_SCAN_OK;
	if (u >= 0xDC00)
		return dj_json_bad(c, p, half);
	if (!c->last && c->end - p < 12)
		return DJ_SCAN_CUT;
	if (c->end - p < 12 || p[6] != '\\' || p[7] != 'u')
		return dj_json_bad(c, p, half);
	u = hex4(p + 8, c->end);
	if (u < 0xDC00 || u >= 0xE000)
		return dj_json_bad(c, p, half);
	*out = p + 12;
	return DJ_SCAN_OK;
}

static inline dj_scan string(dj_json_scan *c, bool *escaped)
{
	const char *p = c->p + 1;
	dj_scan     rc = DJ_SCAN_OK;

	for (;;) {
		p = plain(p, c->end);
		if (p == c->end)
			return dj_json_ends(c, c->p, "this text has no closing quote");
		unsigned char u = (unsigned char)*p;
		if (u == '"') {
			c->p = p + 1;
			return DJ_SCAN_OK;
		}
		if (u < 0x20)
			return dj_json_bad(c, p,
			                   "a raw control character in a text (write it as an escape, such as \\n)");
		if (u == '\\') {
			*escaped = true;
			rc = escape(c, p, &p);
		} else {
			rc = beyond_ascii(c, p, &p);
		}
		if (rc != DJ_SCAN_OK)
			return rc;
	}
}

dj_scan dj_json_string(dj_json_scan *c, bool *escaped)
{
	return string(c, escaped);
}

static char *put_character(char *to, unsigned u)
{
	if (u < 0x80) {
		*to++ = (char)u;
	} else if (u < 0x800) {
		*to++ = (char)(0xC0 | u >> 6);
		*to++ = (char)(0x80 | (u & 63));
	} else if (u < 0x10000) {
		*to++ = (char)(0xE0 | u >> 12);
		*to++ = (char)(0x80 | (u >> 6 & 63));
		*to++ = (char)(0x80 | (u & 63));
	} else {
		*to++ = (char)(0xF0 | u >> 18);
		*to++ = (char)(0x80 | (u >> 12 & 63));
		*to++ = (char)(0x80 | (u >> 6 & 63));
		*to++ = (char)(0x80 | (u & 63));
	}
	return to;
}

size_t dj_json_unescape(char *to, const char *from, size_t n)
{
	static const char letters[] = "\"\\/bfnrt", stands[] = "\"\\/\b\f\n\r\t";
	const char       *end = from + n;
	char             *begin = to;

	while (from < end) {
		const char *stop = memchr(from, '\\', (size_t)(end - from));
		size_t      run = (size_t)((stop ? stop : end) - from);

		memcpy(to, from, run);
		to += run;
		if (!stop)
			break;
		from = stop + 2;
		if (stop[1] != 'u') {
			*to++ = stands[strchr(letters, stop[1]) - letters];
			continue;
		}
		unsigned u = (unsigned)hex4(from, end);
		from += 4;
		if (u >= 0xD800 && u < 0xDC00) {
			u = 0x10000 + ((u - 0xD800) << 10) + ((unsigned)hex4(from + 2, end) - 0xDC00);
			from += 6;
		}
		to = put_character(to, u);
	}
	return (size_t)(to - begin);
}

/* ---- Numbers and words ---- */

static inline const char *digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static inline dj_scan number(dj_json_scan *c)
{
	const char *from = c->p, *end = c->end, *p = from + (*from == '-'), *whole = p;

	p = digits(p, end);
	if (p == whole)
		return p == end ? dj_json_ends(c, from, "this is not a number")
		                : dj_json_bad(c, from, "this is not a number");
	if (*whole == '0' && p - whole > 1)
		return dj_json_bad(c, from, "a number does not begin with 0 (is it text? then quote it)");
	if (p < end && *p == '.') {
		const char *part = p + 1;
		p = digits(part, end);
		if (p == part)
			return p == end ? dj_json_ends(c, from, "digits must follow the point")
			                : dj_json_bad(c, from, "digits must follow the point");
	}
	if (p < end && (*p | 32) == 'e') {
		p += 1 + (p + 1 < end && (p[1] == '+' || p[1] == '-'));
		const char *power = p;
		p = digits(p, end);
		if (p == power)
			return p == end ? dj_json_ends(c, from, "digits must follow the e")
			                : dj_json_bad(c, from, "digits must follow the e");
	}
	if (p == end && !c->last)
		return DJ_SCAN_CUT;
	c->p = p;
	return DJ_SCAN_OK;
}

dj_scan dj_json_number(dj_json_scan *c)
{
	return number(c);
}

dj_scan dj_json_word(dj_json_scan *c)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t                   left = (size_t)(c->end - c->p);

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);
		if (left < n && !c->last && memcmp(c->p, words[i], left) == 0)
			return DJ_SCAN_CUT;
		if (left >= n && memcmp(c->p, words[i], n) == 0) {
			c->p += n;
			return DJ_SCAN_OK;
		}
	}
	return dj_json_bad(c, c->p, left ? "this is not a value" : "the text ends where a value must be");
}

/* ---- Token by token ---- */

static inline dj_scan token_is(dj_json_scan *c, dj_json_stack *k, char token, const char *from)
{
	k->token = token;
	k->from = from;
	k->to = c->p;
	return DJ_SCAN_OK;
}

static inline dj_scan open_level(dj_json_scan *c, dj_json_stack *k)
{
	const char *p = c->p;

	if (k->depth == DJ_JSON_DEPTH)
		return dj_json_bad(c, p, "nested too deeply");
	k->depth++;
	k->objects = k->objects << 1 | (*p == '{');
	k->want = *p == '{' ? DJ_WANT_NAME_OR_END : DJ_WANT_VALUE_OR_END;
	c->p = p + 1;
	return token_is(c, k, *p, p);
}

static inline dj_scan close_level(dj_json_scan *c, dj_json_stack *k)
{
	const char *p = c->p;

	k->depth--;
	k->objects >>= 1;
	k->want = k->depth ? DJ_WANT_COMMA_OR_END : DJ_WANT_NOTHING;
	c->p = p + 1;
	return token_is(c, k, *p, p);
}

static inline dj_scan member_name(dj_json_scan *c, dj_json_stack *k)
{
	static const char colon[] = "a colon must follow the member's name";
	const char       *from = c->p;
	bool              escaped = false;
	dj_scan           rc;

	if (from == c->end || *from != '"')
		return from == c->end ? dj_json_ends(c, from, "a member begins with its name in quotes")
		                      : dj_json_bad(c, from, "a member begins with its name in quotes");
	if ((rc = string(c, &escaped)) != DJ_SCAN_OK)
		return rc;
	token_is(c, k, 'k', from);
	c->p = dj_json_space(c->p, c->end);
	if (c->p == c->end)
		return dj_json_ends(c, c->p, colon);
	if (*c->p != ':')
		return dj_json_bad(c, c->p, colon);
	c->p++;
	k->want = DJ_WANT_VALUE;
	return DJ_SCAN_OK;
}

static inline dj_scan any_value(dj_json_scan *c, dj_json_stack *k)
{
	const char *from = c->p;
	char        token = 'w';
	bool        escaped = false;
	dj_scan     rc;

	if (from == c->end)
		return dj_json_ends(c, from, "the text ends where a value must be");
	if (*from == '{' || *from == '[')
		return open_level(c, k);
	if (*from == '"') {
		token = '"';
		rc = string(c, &escaped);
	} else if (*from == '-' || (*from >= '0' && *from <= '9')) {
		token = '0';
		rc = number(c);
	} else {
		rc = dj_json_word(c);
	}
	if (rc != DJ_SCAN_OK)
		return rc;
	k->want = k->depth ? DJ_WANT_COMMA_OR_END : DJ_WANT_NOTHING;
	return token_is(c, k, token, from);
}

/* Behind a value that stands in something: what closes that, or a comma and what it promises. */
static inline dj_scan comma_or_end(dj_json_scan *c, dj_json_stack *k)
{
	bool        object = k->objects & 1;
	const char *why =
	    object ? "a comma or a closing brace must follow" : "a comma or a closing bracket must follow";

	if (c->p == c->end)
		return dj_json_ends(c, c->p, why);
	if (*c->p == (object ? '}' : ']'))
		return close_level(c, k);
	if (*c->p != ',')
		return dj_json_bad(c, c->p, why);
	c->p = dj_json_space(c->p + 1, c->end);
	if (c->p < c->end && *c->p == (object ? '}' : ']'))
		return dj_json_bad(
		    c, c->p, object ? "a comma before the closing brace" : "a comma before the closing bracket");
	return object ? member_name(c, k) : any_value(c, k);
}

static inline dj_scan one_token(dj_json_scan *c, dj_json_stack *k)
{
	c->p = dj_json_space(c->p, c->end);

	const char *start = c->p;
	dj_scan     rc = DJ_SCAN_OK;
	switch (k->want) {
	case DJ_WANT_COMMA_OR_END: rc = comma_or_end(c, k); break;
	case DJ_WANT_VALUE: rc = any_value(c, k); break;
	case DJ_WANT_NAME_OR_END:
		rc = start < c->end && *start == '}' ? close_level(c, k) : member_name(c, k);
		break;
	case DJ_WANT_VALUE_OR_END:
		rc = start < c->end && *start == ']' ? close_level(c, k) : any_value(c, k);
		break;
	case DJ_WANT_NOTHING: break;
	}
	if (rc == DJ_SCAN_CUT)
		c->p = start;
	return rc;
}

dj_scan dj_json_token(dj_json_scan *c, dj_json_stack *k)
{
	return one_token(c, k);
}

dj_scan dj_json_skip(dj_json_scan *c)
{
	dj_json_stack k = {0};
	dj_scan       rc;

	do
		rc = one_token(c, &k);
	while (rc == DJ_SCAN_OK && k.want != DJ_WANT_NOTHING);
	return rc;
}
