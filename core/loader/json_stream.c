#include "loader/json_stream.h"

#include "base/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

dj_json_stream *dj_json_stream_new(bool array)
{
	dj_json_stream *j = dj_alloc_zero(1, sizeof *j);

	j->array = array;
	return j;
}

dj_json_stream *dj_json_stream_like(const dj_json_stream *j)
{
	dj_json_stream *like = dj_json_stream_new(j->array);

	like->name = dj_alloc_zero(j->n_names + 1, sizeof *like->name);
	like->cap = j->n_names + 1;
	for (size_t i = 0; i < j->n_names; i++)
		like->name[like->n_names++] = dj_strdup(j->name[i]);
	return like;
}

void dj_json_stream_free(dj_json_stream *j)
{
	if (!j)
		return;
	for (size_t i = 0; i < j->n_names; i++)
		free(j->name[i]);
	free(j->name);
	dj_buf_free(&j->text);
	free(j);
}

void dj_json_stream_rewind(dj_json_stream *j)
{
	j->begun = j->ended = false;
	j->line_start = 0;
}

/* ---- Between objects ---- */

static int fail_here(const dj_json_stream *j, const dj_source *s, dj_err *err, const char *why)
{
	return dj_fail(err, DJ_FAIL, "line %" PRIu64 ", column %" PRIu64 ": %s", s->line,
	               dj_source_byte(s) - j->line_start + 1, why);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next byte that is no white space, not consumed; -1 at the end; -2 on an error. */
static int peek(dj_json_stream *j, dj_source *s, dj_err *err)
{
	for (;;) {
		for (; s->at < s->n && is_space(s->data[s->at]); s->at++)
			if (s->data[s->at] == '\n') {
				s->line++;
				j->line_start = dj_source_byte(s) + 1;
			}
		if (s->at < s->n)
			return (unsigned char)s->data[s->at];
		if (s->end)
			return -1;
		if (dj_source_more(s, err) < 0)
			return -2;
	}
}

/* Moves to the next object's brace: 1, or to the end: 0. */
static int find_in_array(dj_json_stream *j, dj_source *s, dj_err *err)
{
	int c = peek(j, s, err);

	if (!j->begun) {
		if (c != '[')
			return c == -2 ? err->code : fail_here(j, s, err, "a JSON array begins with [");
		s->at++;
		c = peek(j, s, err);
	} else if (c == ',') {
		s->at++;
		c = peek(j, s, err);
		if (c == ']')
			return fail_here(j, s, err, "a comma stands before ] (remove it)");
	} else if (c >= 0 && c != ']') {
		return fail_here(j, s, err, "a comma or ] is missing between elements");
	}
	j->begun = true;
	if (c == ']') {
		s->at++;
		j->ended = true;
		c = peek(j, s, err);
		if (c >= 0)
			return fail_here(j, s, err, "there is more after the array's ]");
		return c == -1 ? 0 : err->code;
	}
	if (c < 0)
		return c == -2 ? err->code : fail_here(j, s, err, "the array's ] is missing (is the file cut off?)");
	return 1;
}

static int find_in_lines(dj_json_stream *j, dj_source *s, dj_err *err)
{
	uint64_t line = s->line;
	int      c = peek(j, s, err);

	if (c < 0)
		return c == -2 ? err->code : 0;
	if (j->begun && s->line == line)
		return fail_here(j, s, err, "a line break is missing between objects");
	j->begun = true;
	return 1;
}

/* ---- One object ---- */

/* Its length by counting brackets outside strings; 0: the window ends first. Whether it is well formed comes later. */
static size_t extent(const char *s, size_t n)
{
	size_t depth = 0;
	bool   quoted = false;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

/* The check counts from the object; a person counts from the file. */
static int check(const dj_json_stream *j, const dj_source *s, size_t n, dj_err *err)
{
	dj_err   inner = {0};
	uint64_t line, column, before = dj_source_byte(s) - j->line_start;
	int      used = 0;

	if (dj_json_check(s->data + s->at, n, 0, &inner) == DJ_OK)
		return DJ_OK;
	if (sscanf(inner.text, "line %" SCNu64 ", column %" SCNu64 "%n", &line, &column, &used) < 2)
		return dj_fail(err, inner.code, "line %" PRIu64 ": %s", s->line, inner.text);
	return dj_fail(err, inner.code, "line %" PRIu64 ", column %" PRIu64 "%s", s->line + line - 1,
	               line == 1 ? before + column : column, inner.text + used);
}

static const char *skip_space(const char *p)
{
	while (is_space(*p))
		p++;
	return p;
}

/* p stands on a value of a text that passed the check; gives what is behind it. */
static const char *value_end(const char *p, const char *end)
{
	if (*p == '{' || *p == '[')
		return p + extent(p, (size_t)(end - p));
	if (*p == '"') {
		for (p++; *p != '"'; p++)
			p += *p == '\\';
		return p + 1;
	}
	while (*p != ',' && *p != '}' && !is_space(*p))
		p++;
	return p;
}

/* The text of a checked string, quotes included in p[0..n). Escapes are rare: cJSON undoes them. */
static dj_field string_field(dj_json_stream *j, const char *p, size_t n)
{
	if (!memchr(p, '\\', n))
		return (dj_field){DJ_FIELD_STRING, p + 1, n - 2};

	cJSON *string = cJSON_ParseWithLength(p, n);
	size_t begin = j->text.n;
	if (string)
		dj_buf_text(&j->text, string->valuestring);
	cJSON_Delete(string);
	return (dj_field){DJ_FIELD_STRING, j->text.data + begin, j->text.n - begin};
}

static int column_of(dj_json_stream *j, dj_field key, size_t expected, size_t *out, dj_err *err)
{
	for (size_t i = 0; i < j->n_names; i++) { /* members mostly come in the order of the last object */
		size_t k = (expected + i) % j->n_names;
		if (strlen(j->name[k]) == key.n && memcmp(j->name[k], key.text, key.n) == 0) {
			*out = k;
			return DJ_OK;
		}
	}
	if (j->n_names == DJ_COLUMNS_MOST)
		return dj_fail(err, DJ_FAIL, "more than %d different members (columns)", DJ_COLUMNS_MOST);
	if (j->n_names == j->cap) {
		j->cap = j->cap ? j->cap * 2 : 32;
		j->name = dj_realloc(j->name, j->cap, sizeof *j->name);
	}
	*out = j->n_names;
	j->field[j->n_names] = (dj_field){0};
	j->name[j->n_names++] = dj_strndup(key.text, key.n);
	return DJ_OK;
}

static dj_field value_field(dj_json_stream *j, const char *p, size_t n)
{
	switch (*p) {
	case '"': return string_field(j, p, n);
	case '{':
	case '[': return (dj_field){DJ_FIELD_NESTED, p, n};
	case 'n': return (dj_field){DJ_FIELD_MISSING, "", 0};
	default: return (dj_field){DJ_FIELD_LITERAL, p, n};
	}
}

/* Members of a checked object. */
static int read_members(dj_json_stream *j, const char *p, const char *end, dj_err *err)
{
	size_t expected = 0, k = 0;

	memset(j->field, 0, j->n_names * sizeof *j->field);
	for (p = skip_space(p + 1); *p != '}'; p = skip_space(p + (*p == ','))) {
		const char *key_end = value_end(p, end);
		dj_field    key = string_field(j, p, (size_t)(key_end - p));
		if (column_of(j, key, expected, &k, err) < 0)
			return err->code;
		expected = k + 1;

		p = skip_space(skip_space(key_end) + 1);
		const char *behind = value_end(p, end);
		j->field[k] = value_field(j, p, (size_t)(behind - p));
		p = skip_space(behind);
	}
	return DJ_OK;
}

static void step_over(dj_json_stream *j, dj_source *s, size_t n)
{
	for (const char *p = s->data + s->at, *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
		s->line++;
		j->line_start = s->start + (uint64_t)(p + 1 - s->data);
	}
	s->at += n;
}

/* The whole object is brought into the window; *n is its length (what there is of it, at the file's end). */
static int bring(dj_source *s, size_t *n, dj_err *err)
{
	while (!(*n = extent(s->data + s->at, s->n - s->at))) {
		if (s->end) {
			*n = s->n - s->at;
			return DJ_OK;
		}
		if (dj_source_more(s, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

int dj_json_stream_next(dj_json_stream *j, dj_source *s, dj_record *out, dj_err *err)
{
	size_t n;
	int    rc = j->ended ? 0 : j->array ? find_in_array(j, s, err) : find_in_lines(j, s, err);

	if (rc <= 0)
		return rc;
	if (s->data[s->at] != '{')
		return fail_here(j, s, err, "an object { } is expected here: each row is one");
	if (bring(s, &n, err) < 0 || check(j, s, n, err) < 0)
		return err->code;

	const char *object = s->data + s->at;
	dj_buf_reset(&j->text);
	dj_buf_room(&j->text, n); /* unescaped text is shorter, so fields may point into it */
	if (read_members(j, object, object + n, err) < 0)
		return dj_fail_in(err, "line %" PRIu64, s->line);
	*out = (dj_record){.field = j->field,
	                   .stored = j->n_names,
	                   .n = j->n_names,
	                   .filled = j->n_names,
	                   .raw = object,
	                   .raw_n = n,
	                   .byte = dj_source_byte(s),
	                   .line = s->line};
	step_over(j, s, n);
	return 1;
}
