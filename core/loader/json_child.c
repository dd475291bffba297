/* Rows within a row: the elements of arrays that a path leads to, with members of the objects around them. */
#include "loader/json_row.h"

#include <stdlib.h>
#include <string.h>

typedef struct level { /* an array on the way, or the one of the rows */
	const char *next;  /* behind its bracket, or behind an element */
	size_t      used;  /* names of the path that lead here */
} level;

struct dj_json_child {
	const char *end; /* of the unit; NULL: none is open */
	const char *row; /* the path led to an object, which is the one row */
	level       level[DJ_JSON_DEPTH];
	size_t      n_levels;
	size_t      n_keep;
	dj_buf      text;                      /* unescaped strings that are kept */
	dj_field    kept[][DJ_JSON_KEEP_MOST]; /* what is known inside each level; [0]: around the unit */
};

dj_json_child *dj_json_child_new(size_t n_keep)
{
	dj_json_child *k = dj_alloc_zero(1, sizeof *k + (DJ_JSON_DEPTH + 1) * sizeof *k->kept);

	k->n_keep = n_keep;
	return k;
}

void dj_json_child_free(dj_json_child *k)
{
	if (k)
		dj_buf_free(&k->text);
	free(k);
}

bool dj_json_child_is_open(const dj_json_child *k)
{
	return k->end;
}

const char *dj_json_child_close(dj_json_child *k)
{
	const char *end = k->end;

	k->end = k->row = NULL;
	k->n_levels = 0;
	return end;
}

/* The text of a string that was checked. */
static dj_field unescaped(dj_buf *room, dj_field f)
{
	if (!memchr(f.text, '\\', f.n))
		return f;
	char *to = room->data + room->n;
	f.n = dj_json_unescape(to, f.text, f.n);
	f.text = to;
	room->n += f.n;
	return f;
}

static bool is_name(dj_buf *room, const char *from, const char *to, const char *name)
{
	size_t   n = room->n;
	dj_field f = unescaped(room, (dj_field){DJ_FIELD_STRING, from + 1, (size_t)(to - from) - 2});

	room->n = n;
	return f.n == strlen(name) && memcmp(f.text, name, f.n) == 0;
}

static dj_field kept_field(dj_buf *room, const char *from, const char *to)
{
	size_t n = (size_t)(to - from);

	switch (*from) {
	case '"': return unescaped(room, (dj_field){DJ_FIELD_STRING, from + 1, n - 2});
	case '{':
	case '[': return (dj_field){DJ_FIELD_NESTED, from, n};
	case 'n': return (dj_field){DJ_FIELD_MISSING, "", 0};
	default: return (dj_field){DJ_FIELD_LITERAL, from, n};
	}
}

/* Keeps what is to be kept of an object, and gives the value of the member `name`, or NULL. */
static const char *look_into(dj_json_stream *j, const char *object, const char *name)
{
	dj_json_child *k = j->child;
	dj_json_scan   c = {.p = object, .end = k->end, .last = true};
	const char    *found = NULL;
	bool           more, escaped = false;

	dj_json_first_member(&c, &more);
	while (more) {
		const char *key = c.p, *key_end;
		dj_json_string(&c, &escaped);
		key_end = c.p;
		dj_json_colon(&c);
		const char *value = c.p;
		dj_json_skip(&c);
		if (is_name(&k->text, key, key_end, name))
			found = value;
		for (size_t i = 0; i < k->n_keep; i++)
			if (is_name(&k->text, key, key_end, j->shape->keep[i]))
				k->kept[k->n_levels][i] = kept_field(&k->text, value, c.p);
		if (dj_json_next_member(&c, &more) != DJ_SCAN_OK)
			break;
	}
	return found;
}

/* From a value on along the path, to the next array or to the row itself. */
static void descend(dj_json_stream *j, const char *p, size_t used)
{
	const dj_json_shape *shape = j->shape;
	dj_json_child       *k = j->child;

	while (p && *p == '{' && used < shape->n_child)
		p = look_into(j, p, shape->child[used++]);
	if (!p)
		return;
	if (*p == '[' && k->n_levels < DJ_JSON_DEPTH) {
		k->level[k->n_levels++] = (level){p + 1, used};
		memcpy(k->kept[k->n_levels], k->kept[k->n_levels - 1], sizeof *k->kept);
	} else if (*p == '{') {
		k->row = p;
	}
}

dj_scan dj_json_child_open(dj_json_stream *j)
{
	dj_json_child *k = j->child;
	const char    *from = j->c.p;
	dj_scan        rc = dj_json_skip(&j->c);

	if (rc != DJ_SCAN_OK)
		return rc;
	if (*from != '{' && *from != '[')
		return dj_json_deny(&j->c, from, "an object { } is expected here: rows are within each");
	k->end = j->c.p;
	dj_buf_reset(&k->text);
	dj_buf_room(&k->text, 2 * (size_t)(k->end - from)); /* at once, so that fields may point into it */
	memcpy(k->kept[0], j->shape->kept, sizeof *k->kept);
	descend(j, from, 0);
	return DJ_SCAN_OK;
}

/* The next element of the innermost array that has one and where the path ends; NULL: there is none. */
static const char *next_element(dj_json_stream *j)
{
	dj_json_child *k = j->child;

	while (k->n_levels > 0 && !k->row) {
		level       *at = &k->level[k->n_levels - 1];
		dj_json_scan c = {.p = dj_json_space(at->next, k->end), .end = k->end, .last = true};
		if (*c.p == ',')
			c.p = dj_json_space(c.p + 1, k->end);
		if (*c.p == ']') {
			k->n_levels--;
			continue;
		}
		const char *element = c.p;
		dj_json_skip(&c);
		at->next = c.p;
		if (at->used == j->shape->n_child)
			return element;
		memcpy(k->kept[k->n_levels], k->kept[k->n_levels - 1], sizeof *k->kept);
		descend(j, element, at->used);
	}
	const char *row = k->row;
	k->row = NULL;
	return row;
}

dj_scan dj_json_child_read(dj_json_stream *j, const char **from)
{
	dj_json_child *k = j->child;
	const char    *element = next_element(j);
	dj_scan        rc;

	*from = element;
	if (!element)
		return DJ_SCAN_OK;
	j->c = (dj_json_scan){.p = element, .end = k->end, .last = true};
	dj_json_row_begin(j);
	memcpy(j->field, k->kept[k->n_levels], k->n_keep * sizeof *j->field);
	if ((rc = dj_json_row_element(j)) != DJ_SCAN_OK)
		return rc;
	return DJ_SCAN_OK;
}
