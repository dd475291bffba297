#include "loader/json_row.h"

#include <string.h>

dj_scan dj_json_row_begin(dj_json_stream *j)
{
	j->names.row++;
	j->n_cells = j->filled = 0;
	memset(j->field, 0, j->names.n * sizeof *j->field);
	dj_buf_reset(&j->text); /* unescaped text is shorter, so that fields may point into it */
	dj_buf_room(&j->text, (size_t)(j->c.end - j->c.p));
	return DJ_SCAN_OK;
}

/* ---- Values ---- */

static dj_scan string_field(dj_json_stream *j, dj_field *out)
{
	const char *from = j->c.p;
	bool        escaped = false;
	dj_scan     rc = dj_json_string(&j->c, &escaped);

	if (rc != DJ_SCAN_OK)
		return rc;
	*out = (dj_field){DJ_FIELD_STRING, from + 1, (size_t)(j->c.p - from) - 2};
	if (!escaped)
		return DJ_SCAN_OK;

	char  *to = j->text.data + j->text.n;
	size_t n = dj_json_unescape(to, out->text, out->n);
	if (memchr(to, 0, n))
		return dj_json_deny(&j->c, from, "\\u0000 is not taken: no text here holds a NUL");
	j->text.n += n;
	out->text = to;
	out->n = n;
	return DJ_SCAN_OK;
}

dj_scan dj_json_field(dj_json_stream *j, dj_field *out)
{
	dj_json_scan *c = &j->c;
	const char   *from = c->p;
	dj_field_kind kind = DJ_FIELD_LITERAL;
	dj_scan       rc;

	if (from == c->end)
		return dj_json_ends(c, from, "the text ends where a value must be");
	switch (*from) {
	case '"': return string_field(j, out);
	case '{':
	case '[':
		kind = DJ_FIELD_NESTED;
		rc = dj_json_skip(c);
		break;
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
	case '9': rc = dj_json_number(c); break;
	default: rc = dj_json_word(c);
	}
	if (rc != DJ_SCAN_OK)
		return rc;
	*out = *from == 'n' ? (dj_field){DJ_FIELD_MISSING, "", 0} : (dj_field){kind, from, (size_t)(c->p - from)};
	return DJ_SCAN_OK;
}

static dj_scan too_many(dj_json_stream *j, const char *at)
{
	return dj_json_deny(&j->c, at, "more than 2000 different members (columns)");
}

static inline dj_scan set(dj_json_stream *j, uint32_t node, dj_field f, const char *at)
{
	dj_json_node *it = &j->names.node[node];

	if (it->column == DJ_JSON_NO_COLUMN) {
		if (f.kind == DJ_FIELD_MISSING && it->parental)
			return DJ_SCAN_OK; /* its members have the columns */
		if (dj_json_names_column(&j->names, node) == DJ_JSON_NO_COLUMN)
			return too_many(j, at);
	}
	if (f.kind != DJ_FIELD_MISSING)
		it->nothing = false;
	j->field[it->column] = f;
	return DJ_SCAN_OK;
}

static bool is_empty_object(const dj_json_scan *c)
{
	const char *p = dj_json_space(c->p + 1, c->end);

	return p < c->end && *p == '}';
}

dj_scan dj_json_row_value(dj_json_stream *j, uint32_t node, unsigned depth)
{
	dj_json_scan *c = &j->c;
	const char   *from = c->p;
	dj_field      f;
	dj_scan       rc;

	if (from < c->end && *from == '{') {
		if (is_empty_object(c)) {
			c->p = dj_json_space(c->p + 1, c->end) + 1;
			return set(j, node, (dj_field){DJ_FIELD_MISSING, "", 0}, from);
		}
		if (depth < DJ_JSON_FLAT_MOST)
			return dj_json_row_members(j, node, depth + 1);
	}
	rc = dj_json_field(j, &f);
	return rc == DJ_SCAN_OK ? set(j, node, f, from) : rc;
}

/* ---- Objects ---- */

dj_scan dj_json_colon(dj_json_scan *c)
{
	static const char why[] = "a colon must follow the member's name";

	c->p = dj_json_space(c->p, c->end);
	if (c->p == c->end)
		return dj_json_ends(c, c->p, why);
	if (*c->p != ':')
		return dj_json_bad(c, c->p, why);
	c->p = dj_json_space(c->p + 1, c->end);
	return DJ_SCAN_OK;
}

dj_scan dj_json_next_member(dj_json_scan *c, bool *more)
{
	static const char why[] = "a comma or a closing brace must follow";

	c->p = dj_json_space(c->p, c->end);
	if (c->p == c->end)
		return dj_json_ends(c, c->p, why);
	*more = *c->p == ',';
	if (!*more && *c->p != '}')
		return dj_json_bad(c, c->p, why);
	c->p++;
	if (!*more)
		return DJ_SCAN_OK;
	c->p = dj_json_space(c->p, c->end);
	return c->p < c->end && *c->p == '}' ? dj_json_bad(c, c->p, "a comma before the closing brace")
	                                     : DJ_SCAN_OK;
}

dj_scan dj_json_first_member(dj_json_scan *c, bool *more)
{
	c->p = dj_json_space(c->p + 1, c->end);
	*more = c->p == c->end || *c->p != '}';
	c->p += !*more;
	return DJ_SCAN_OK;
}

dj_scan dj_json_row_members(dj_json_stream *j, uint32_t parent, unsigned depth)
{
	dj_json_scan *c = &j->c;
	uint32_t      node = 0;
	bool          more;
	dj_scan       rc = dj_json_first_member(c, &more);

	while (more && rc == DJ_SCAN_OK)
		if ((rc = dj_json_names_read(&j->names, c, parent, node, &node)) == DJ_SCAN_OK &&
		    (rc = dj_json_colon(c)) == DJ_SCAN_OK && (rc = dj_json_row_value(j, node, depth)) == DJ_SCAN_OK)
			rc = dj_json_next_member(c, &more);
	return rc;
}

dj_scan dj_json_row_element(dj_json_stream *j)
{
	const char *from = j->c.p;
	dj_field    f;
	dj_scan     rc;

	if (from < j->c.end && *from == '{')
		return dj_json_row_members(j, 0, 1);
	if ((rc = dj_json_field(j, &f)) != DJ_SCAN_OK)
		return rc;
	if (j->element < 0 && (j->element = dj_json_names_add(&j->names, dj_strdup("\\="))) < 0)
		return too_many(j, from);
	j->field[j->element] = f;
	return DJ_SCAN_OK;
}

/* ---- Arrays ---- */

static dj_scan cell(dj_json_stream *j, const char *at)
{
	dj_json_names *t = &j->names;
	size_t         k = j->n_cells++;
	dj_field       f;
	dj_scan        rc = dj_json_field(j, &f);

	if (rc != DJ_SCAN_OK)
		return rc;
	if (k >= t->n && !j->shape->header && dj_json_names_add(t, dj_fmt("column_%zu", k + 1)) < 0)
		return too_many(j, at);
	if (k <= DJ_COLUMNS_MOST)
		j->field[k] = f;
	if (f.kind != DJ_FIELD_MISSING && f.n > 0)
		j->filled = k + 1;
	return DJ_SCAN_OK;
}

static dj_scan cells(dj_json_stream *j)
{
	static const char why[] = "a comma or a closing bracket must follow";
	dj_json_scan     *c = &j->c;
	dj_scan           rc;

	c->p = dj_json_space(c->p + 1, c->end);
	if (c->p < c->end && *c->p == ']') {
		c->p++;
		return DJ_SCAN_OK;
	}
	for (;;) {
		if ((rc = cell(j, c->p)) != DJ_SCAN_OK)
			return rc;
		c->p = dj_json_space(c->p, c->end);
		if (c->p == c->end)
			return dj_json_ends(c, c->p, why);
		if (*c->p == ']') {
			c->p++;
			return DJ_SCAN_OK;
		}
		if (*c->p != ',')
			return dj_json_bad(c, c->p, why);
		c->p = dj_json_space(c->p + 1, c->end);
		if (c->p < c->end && *c->p == ']')
			return dj_json_bad(c, c->p, "a comma before the closing bracket");
	}
}

/* ---- A row ---- */

dj_scan dj_json_row_read(dj_json_stream *j)
{
	const dj_json_shape *shape = j->shape;
	char                 first = *j->c.p;

	if (shape->n_child)
		return dj_json_child_open(j);
	dj_json_row_begin(j);
	memcpy(j->field, shape->kept, shape->n_keep * sizeof *j->field);
	if (shape->arrays && first == '[')
		return cells(j);
	if (shape->geo && first == '{')
		return dj_json_geo_feature(j);
	if (!shape->arrays && (first == '{' || shape->scalars))
		return dj_json_row_element(j);

	const char *from = j->c.p;
	dj_scan     rc = dj_json_skip(&j->c); /* is it JSON at all? */
	return rc != DJ_SCAN_OK ? rc
	                        : dj_json_deny(&j->c, from,
	                                       shape->arrays ? "an array [ ] is expected here: each row is one"
	                                                     : "an object { } is expected here: each row is one");
}
