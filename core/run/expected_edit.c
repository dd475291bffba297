/*
 * Sets the "digest" of one case in the text of expected.json. The file is the author's: it is not printed
 * anew, so spaces, order and numbers stay as they were written. The text has been parsed before, so the
 * scanner need not check it.
 */
#include "run/expected_parts.h"

#include "base/json.h"

#include <string.h>

static const char *skip_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static const char *skip_text(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

/* The end of the value that begins at `at`. */
static const char *skip_value(const char *at)
{
	size_t depth = 0;

	do {
		if (*at == '"') {
			at = skip_text(at);
			continue;
		}
		if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		else if (!depth && strchr(",]} \t\r\n", *at))
			return at;
		at++;
	} while (*at && (depth || !strchr(",]} \t\r\n", *at)));
	return at;
}

/* The value of a member of the object at `at`; NULL when it has none. */
static const char *member(const char *at, const char *name)
{
	size_t n = strlen(name);

	for (at = skip_space(at + 1); *at == '"';) {
		const char *key = at + 1;
		bool        is = strncmp(key, name, n) == 0 && key[n] == '"';

		at = skip_space(skip_text(at));
		at = skip_space(at + 1); /* ':' */
		if (is)
			return at;
		at = skip_space(skip_value(at));
		if (*at == ',')
			at = skip_space(at + 1);
	}
	return NULL;
}

static const char *item(const char *at, size_t which)
{
	for (at = skip_space(at + 1); which > 0 && *at && *at != ']'; which--) {
		at = skip_space(skip_value(at));
		if (*at == ',')
			at = skip_space(at + 1);
	}
	return *at && *at != ']' ? at : NULL;
}

/* After the last member of the object at `at`, in the way its first member is written: on a line of its own, or not. */
static void put_new(dj_buf *out, const char *text, const char *at, const char *digest)
{
	const char *end = skip_value(at) - 1, *first = skip_space(at + 1), *last = end;

	while (last > at + 1 && strchr(" \t\r\n", last[-1]))
		last--;
	dj_buf_add(out, text, (size_t)(last - text));
	if (first < end)
		dj_buf_char(out, ',');
	if (memchr(at, '\n', (size_t)(first - at)))
		dj_buf_add(out, at + 1, (size_t)(first - at - 1));
	else
		dj_buf_char(out, ' ');
	dj_buf_text(out, "\"digest\": ");
	dj_json_put_text(out, digest);
	dj_buf_text(out, last);
}

char *dj_expected_with_digest(const char *text, size_t which, const char *digest)
{
	const char *at = member(skip_space(text), "cases"), *old;
	dj_buf      out = {0};

	if (!at || !(at = item(at, which)) || !(at = member(at, "expect")))
		return NULL;
	if ((old = member(at, "digest"))) {
		dj_buf_add(&out, text, (size_t)(old - text));
		dj_json_put_text(&out, digest);
		dj_buf_text(&out, skip_value(old));
	} else {
		put_new(&out, text, at, digest);
	}
	return dj_buf_take(&out);
}
