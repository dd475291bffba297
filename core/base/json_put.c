#include "base/json.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void dj_json_put_textn(dj_buf *out, const char *s, size_t n)
{
	dj_buf_char(out, '"');
	for (size_t at = 0; at < n; at++) {
		unsigned char u = (unsigned char)s[at];

		switch (u) {
		case '"': dj_buf_text(out, "\\\""); break;
		case '\\': dj_buf_text(out, "\\\\"); break;
		case '\n': dj_buf_text(out, "\\n"); break;
		case '\r': dj_buf_text(out, "\\r"); break;
		case '\t': dj_buf_text(out, "\\t"); break;
		default:
			if (u < 0x20 || u == 0x7F)
				dj_buf_fmt(out, "\\u%04x", u);
			else
				dj_buf_char(out, (char)u);
		}
	}
	dj_buf_char(out, '"');
}

void dj_json_put_text(dj_buf *out, const char *s)
{
	if (s)
		dj_json_put_textn(out, s, strlen(s));
	else
		dj_buf_text(out, "null");
}

void dj_json_put_real(dj_buf *out, double v)
{
	char text[32];

	if (isfinite(v))
		dj_buf_add(out, text, dj_real_text(text, v));
	else
		dj_buf_text(out, "null");
}

void dj_json_key(dj_buf *out, const char *name)
{
	char last = out->n ? out->data[out->n - 1] : '[';

	if (last != '{' && last != '[' && last != ':')
		dj_buf_char(out, ',');
	if (!name)
		return;
	dj_json_put_text(out, name);
	dj_buf_char(out, ':');
}

void dj_json_open(dj_buf *out, const char *name, char bracket)
{
	dj_json_key(out, name);
	dj_buf_char(out, bracket);
}

void dj_json_add_text(dj_buf *out, const char *name, const char *s)
{
	if (!s)
		return;
	dj_json_key(out, name);
	dj_json_put_text(out, s);
}

void dj_json_add_texts(dj_buf *out, const char *name, const char *const *s, size_t n)
{
	dj_json_open(out, name, '[');
	for (size_t i = 0; i < n; i++)
		dj_json_add_text(out, NULL, s[i]);
	dj_buf_char(out, ']');
}

void dj_json_add_integer(dj_buf *out, const char *name, int64_t v)
{
	dj_json_key(out, name);
	dj_buf_fmt(out, "%" PRId64, v);
}

void dj_json_add_bool(dj_buf *out, const char *name, bool v)
{
	dj_json_key(out, name);
	dj_buf_text(out, v ? "true" : "false");
}
