/* The strict check of a JSON text: RFC 8259 to the letter, and names of members once only. */
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH = 64, DEPTH_MOST = 512 };

typedef struct name {
	size_t from, n; /* of the decoded name in check.names */
	size_t at;      /* where it stands in the text */
} name;

typedef struct check {
	const char *text;
	size_t      n, at;
	unsigned    depth, most_depth;
	dj_buf      names; /* decoded names of all open objects */
	name       *open;
	size_t      n_open, cap_open;
	dj_err     *err;
} check;

static int value(check *c);

static int wrong(check *c, size_t at, const char *why)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < at && i < c->n; i++) {
		unsigned char u = (unsigned char)c->text[i];
		if (u == '\n')
			line++, column = 1;
		else if ((u & 0xC0) != 0x80) /* a character counts once */
			column++;
	}
	return dj_fail(c->err, DJ_FAIL, "line %zu, column %zu: %s", line, column, why);
}

static void skip_space(check *c)
{
	while (c->at < c->n && c->text[c->at] && strchr(" \t\n\r", c->text[c->at]))
		c->at++;
}

static int peek(const check *c)
{
	return c->at < c->n ? (unsigned char)c->text[c->at] : -1;
}

/* Four hex digits at c->at; negative when they are not. */
static int hex4(check *c)
{
	int v = 0;

	for (int i = 0; i < 4; i++, c->at++) {
		int u = peek(c);
		if (u >= '0' && u <= '9')
			v = v * 16 + u - '0';
		else if ((u | 32) >= 'a' && (u | 32) <= 'f')
			v = v * 16 + (u | 32) - 'a' + 10;
		else
			return -1;
	}
	return v;
}

static void add_character(dj_buf *out, unsigned u)
{
	if (u < 0x80) {
		dj_buf_char(out, (char)u);
	} else if (u < 0x800) {
		dj_buf_char(out, (char)(0xC0 | u >> 6));
		dj_buf_char(out, (char)(0x80 | (u & 63)));
	} else if (u < 0x10000) {
		dj_buf_char(out, (char)(0xE0 | u >> 12));
		dj_buf_char(out, (char)(0x80 | (u >> 6 & 63)));
		dj_buf_char(out, (char)(0x80 | (u & 63)));
	} else {
		dj_buf_char(out, (char)(0xF0 | u >> 18));
		dj_buf_char(out, (char)(0x80 | (u >> 12 & 63)));
		dj_buf_char(out, (char)(0x80 | (u >> 6 & 63)));
		dj_buf_char(out, (char)(0x80 | (u & 63)));
	}
}

/* What follows a backslash; the decoded character goes to `out` when that is not NULL. */
static int escape(check *c, dj_buf *out)
{
	static const char letters[] = "\"\\/bfnrt", stands[] = "\"\\/\b\f\n\r\t";
	size_t            at = c->at++;
	int               u = peek(c), low;
	const char       *known = u > 0 ? strchr(letters, u) : NULL;

	if (known) {
		c->at++;
		if (out)
			dj_buf_char(out, stands[known - letters]);
		return DJ_OK;
	}
	if (u != 'u')
		return wrong(c, at, "no such escape (a backslash itself is \\\\)");
	c->at++;
	if ((u = hex4(c)) < 0)
		return wrong(c, at, "\\u needs four hex digits");
	if (u == 0)
		return wrong(c, at, "\\u0000 is not taken: no text here holds a NUL");
	if (u >= 0xDC00 && u < 0xE000)
		return wrong(c, at, "half of a surrogate pair");
	if (u >= 0xD800 && u < 0xDC00) {
		if (peek(c) != '\\' || (c->at++, peek(c) != 'u') || (c->at++, low = hex4(c)) < 0xDC00 ||
		    low >= 0xE000)
			return wrong(c, at, "half of a surrogate pair");
		u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
	}
	if (out)
		add_character(out, (unsigned)u);
	return DJ_OK;
}

static int string(check *c, dj_buf *out)
{
	size_t from = c->at++;

	for (;;) {
		int u = peek(c);

		if (u < 0)
			return wrong(c, from, "this text has no closing quote");
		if (u == '"') {
			c->at++;
			return DJ_OK;
		}
		if (u < 0x20)
			return wrong(c, c->at, "a raw control character in a text (write it as an escape, such as \\n)");
		if (u == '\\') {
			if (escape(c, out) < 0)
				return DJ_FAIL;
			continue;
		}
		if (out)
			dj_buf_char(out, (char)u);
		c->at++;
	}
}

static size_t digits(check *c)
{
	size_t from = c->at;

	while (peek(c) >= '0' && peek(c) <= '9')
		c->at++;
	return c->at - from;
}

static int number(check *c)
{
	size_t from = c->at;
	double v;

	if (peek(c) == '-')
		c->at++;
	if (peek(c) == '0')
		c->at++;
	else if (!digits(c))
		return wrong(c, from, "this is not a number");
	if (peek(c) >= '0' && peek(c) <= '9')
		return wrong(c, from, "a number does not begin with 0 (is it text? then quote it)");
	if (peek(c) == '.') {
		c->at++;
		if (!digits(c))
			return wrong(c, from, "digits must follow the point");
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		c->at++;
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		if (!digits(c))
			return wrong(c, from, "digits must follow the e");
	}
	if (!dj_text_real(c->text + from, c->at - from, &v))
		return wrong(c, from, "a number this large has no place in 64 bits");
	return DJ_OK;
}

static int by_name(const void *a, const void *b, void *names)
{
	const name *x = a, *y = b;
	const char *data = ((const dj_buf *)names)->data;
	size_t      n = x->n < y->n ? x->n : y->n;
	int         order = memcmp(data + x->from, data + y->from, n);

	if (order)
		return order;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Sorting finds twins in any number of members without a table that a stranger could fill badly. */
static int no_twins(check *c, size_t first)
{
	size_t at = c->n;

	if (c->n_open - first < 2)
		return DJ_OK;
	qsort_r(c->open + first, c->n_open - first, sizeof *c->open, by_name, &c->names);
	for (size_t i = first + 1; i < c->n_open; i++) {
		const name *x = &c->open[i - 1], *y = &c->open[i];
		if (x->n == y->n && memcmp(c->names.data + x->from, c->names.data + y->from, x->n) == 0 && y->at < at)
			at = y->at;
	}
	return at < c->n ? wrong(c, at, "a member of this name was there already") : DJ_OK;
}

static int member(check *c)
{
	size_t at = c->at, from = c->names.n;

	if (peek(c) != '"')
		return wrong(c, at,
		             peek(c) == '}' ? "a comma before the closing brace"
		                            : "a member begins with its name in quotes");
	if (string(c, &c->names) < 0)
		return DJ_FAIL;
	if (c->n_open == c->cap_open)
		c->open = dj_realloc(c->open, c->cap_open = c->cap_open ? 2 * c->cap_open : 32, sizeof *c->open);
	c->open[c->n_open++] = (name){from, c->names.n - from, at};
	skip_space(c);
	if (peek(c) != ':')
		return wrong(c, c->at, "a colon must follow the member's name");
	c->at++;
	return value(c);
}

static int object(check *c)
{
	size_t first = c->n_open, names = c->names.n;

	c->at++;
	skip_space(c);
	if (peek(c) == '}') {
		c->at++;
		return DJ_OK;
	}
	for (;;) {
		skip_space(c);
		if (member(c) < 0)
			return DJ_FAIL;
		skip_space(c);
		int u = peek(c);
		if (u != ',' && u != '}')
			return wrong(c, c->at, "a comma or a closing brace must follow");
		c->at++;
		if (u == '}')
			break;
	}
	int rc = no_twins(c, first);
	c->n_open = first;
	c->names.n = names;
	return rc;
}

static int array(check *c)
{
	c->at++;
	skip_space(c);
	if (peek(c) == ']') {
		c->at++;
		return DJ_OK;
	}
	for (;;) {
		if (value(c) < 0)
			return DJ_FAIL;
		int u = peek(c);
		if (u != ',' && u != ']')
			return wrong(c, c->at, "a comma or a closing bracket must follow");
		c->at++;
		if (u == ']')
			return DJ_OK;
		skip_space(c);
		if (peek(c) == ']')
			return wrong(c, c->at, "a comma before the closing bracket");
	}
}

static int nested(check *c, int (*what)(check *))
{
	if (++c->depth > c->most_depth)
		return wrong(c, c->at, "nested too deeply");
	int rc = what(c);
	c->depth--;
	return rc;
}

static int word(check *c)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);
		if (c->n - c->at >= n && memcmp(c->text + c->at, words[i], n) == 0) {
			c->at += n;
			return DJ_OK;
		}
	}
	return wrong(c, c->at, c->at == c->n ? "the text ends where a value must be" : "this is not a value");
}

/* One value and the space around it. */
static int value(check *c)
{
	int rc;

	skip_space(c);
	switch (peek(c)) {
	case '{': rc = nested(c, object); break;
	case '[': rc = nested(c, array); break;
	case '"': rc = string(c, NULL); break;
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9': rc = number(c); break;
	default: rc = word(c);
	}
	skip_space(c);
	return rc;
}

int dj_json_check(const char *text, size_t n, unsigned most_depth, dj_err *err)
{
	check c = {.text = text, .n = n, .err = err, .most_depth = most_depth ? most_depth : DEPTH};
	int   rc;

	if (c.most_depth > DEPTH_MOST)
		c.most_depth = DEPTH_MOST;
	size_t valid = dj_utf8_valid(text, n);
	if (valid < n)
		return wrong(&c, valid, "this is not UTF-8 (save the file as UTF-8)");
	if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		return wrong(&c, 0, "a byte order mark (save the file as UTF-8 without one)");
	dj_buf_reset(&c.names);
	rc = value(&c);
	if (rc == DJ_OK && c.at < n)
		rc = wrong(&c, c.at, "nothing may follow the value");
	dj_buf_free(&c.names);
	free(c.open);
	return rc;
}
