#include "loader/gazetteer.h"

#include "analysis/fold.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct dj_gazetteer_name {
	const char *key;
	int         row;
	bool        code;
};

/* ---- Names as they are compared ---- */

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* Folded text without blanks and punctuation, word by word. */
static void add_words(dj_buf *out, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t from = i;
		while (i < n && is_plain((unsigned char)s[i]))
			i++;
		if (i - from == 2 && memcmp(s + from, "st", 2) == 0)
			dj_buf_text(out, "saint");
		else if (i - from == 3 && memcmp(s + from, "ste", 3) == 0)
			dj_buf_text(out, "sainte");
		else
			dj_buf_add(out, s + from, i - from);
		i += i < n;
	}
}

void dj_gazetteer_key(dj_buf *out, const char *text, size_t n)
{
	size_t before = out->n;

	if (dj_fold(out, text, n, NULL) < 0)
		return;
	size_t folded = out->n - before;
	dj_buf_room(out, folded * 3 + 8); /* what follows reads and writes one buffer, and must not move it */
	add_words(out, out->data + before, folded);
	out->n -= folded;
	memmove(out->data + before, out->data + before + folded, out->n - before);
	out->data[out->n] = '\0';
}

/* ---- Reading ---- */

/* Cuts one line of CSV without quotes in place; false at the end. */
static bool next_line(char **at, char **cell, size_t most, size_t *n)
{
	char *p = *at, *end = strchr(p, '\n');

	if (!*p)
		return false;
	*at = end ? end + 1 : p + strlen(p);
	if (end)
		*end = '\0';
	for (*n = 0; *n < most; p++) {
		cell[(*n)++] = p;
		if (!(p = strchr(p, ',')))
			break;
		*p = '\0';
	}
	return true;
}

static size_t count_lines(const char *s)
{
	size_t n = 1;

	while ((s = strchr(s, '\n')) != NULL)
		n++, s++;
	return n;
}

static int order_names(const void *a, const void *b)
{
	const struct dj_gazetteer_name *x = a, *y = b;
	int                             c = strcmp(x->key, y->key);

	return c ? c : (x->row > y->row) - (x->row < y->row);
}

static int read_table(dj_gazetteer *g, char *text, dj_arena *a, dj_err *err)
{
	char  *cell[64];
	size_t n = 0;

	if (!next_line(&text, cell, DJ_COUNT(cell), &g->n_fields))
		return dj_fail(err, DJ_FAIL, "the table of %s is empty (build datajam whole: scripts/build)",
		               g->name);
	g->field = dj_arena_alloc(a, g->n_fields, sizeof *g->field);
	for (size_t i = 0; i < g->n_fields; i++)
		g->field[i] = cell[i];
	g->cell = dj_arena_alloc(a, count_lines(text) * g->n_fields, sizeof *g->cell);
	while (next_line(&text, cell, DJ_COUNT(cell), &n)) {
		if (n != g->n_fields)
			return dj_fail(err, DJ_FAIL, "the table of %s: row %zu has %zu cells, not %zu", g->name, g->n + 1,
			               n, g->n_fields);
		for (size_t i = 0; i < n; i++)
			g->cell[g->n * n + i] = cell[i];
		g->n++;
	}
	g->region = dj_gazetteer_field(g, "region");
	return DJ_OK;
}

static int order_ids(const void *a, const void *b)
{
	const char *const *const *x = a, *const *const *y = b;

	return strcmp(**x, **y);
}

static int read_names(dj_gazetteer *g, char *text, dj_arena *a, dj_err *err)
{
	const char ***id = dj_alloc_zero(g->n + 1, sizeof *id), **wanted = NULL, *one;
	char         *cell[3];
	size_t        n;
	dj_buf        key = {0};
	int           rc = DJ_OK;

	for (size_t i = 0; i < g->n; i++)
		id[i] = &g->cell[i * g->n_fields];
	qsort(id, g->n, sizeof *id, order_ids);
	g->key = dj_arena_alloc(a, count_lines(text), sizeof *g->key);
	next_line(&text, cell, 3, &n); /* the header */
	while (rc == DJ_OK && next_line(&text, cell, 3, &n)) {
		one = cell[0];
		wanted = &one;
		const char ***found = bsearch(&wanted, id, g->n, sizeof *id, order_ids);
		if (n != 3 || !found) {
			rc = dj_fail(err, DJ_FAIL, "the names of %s: there is none with the id '%s'", g->name, cell[0]);
			break;
		}
		dj_buf_reset(&key);
		dj_gazetteer_key(&key, cell[1], strlen(cell[1]));
		g->key[g->n_keys++] = (struct dj_gazetteer_name){dj_arena_dupn(a, key.data ? key.data : "", key.n),
		                                                 (int)((size_t)(*found - g->cell) / g->n_fields),
		                                                 strcmp(cell[2], "code") == 0};
	}
	qsort(g->key, g->n_keys, sizeof *g->key, order_names);
	dj_buf_free(&key);
	free(id);
	return rc;
}

int dj_gazetteer_read(const dj_gazetteer **out, const char *name, const char *table, const char *names,
                      dj_arena *a, dj_err *err)
{
	dj_gazetteer *g = dj_arena_alloc(a, 1, sizeof *g);

	g->name = dj_arena_dup(a, name);
	if (read_table(g, dj_arena_dup(a, table), a, err) < 0 ||
	    read_names(g, dj_arena_dup(a, names), a, err) < 0)
		return err->code;
	*out = g;
	return DJ_OK;
}

size_t dj_gazetteer_field(const dj_gazetteer *g, const char *field)
{
	return dj_text_find(field, g->field, g->n_fields);
}

/* ---- Finding ---- */

static int find_key(const dj_gazetteer *g, dj_names_kind kind, const char *key, const char *region)
{
	size_t low = 0, high = g->n_keys;
	int    found = DJ_PLACE_NONE;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(g->key[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < g->n_keys && strcmp(g->key[low].key, key) == 0; low++) {
		const struct dj_gazetteer_name *k = &g->key[low];
		if ((kind == DJ_NAMES_CODES && !k->code) || (kind == DJ_NAMES_WORDS && k->code))
			continue;
		if (region && strcmp(g->cell[(size_t)k->row * g->n_fields + g->region], region) != 0)
			continue;
		if (found >= 0 && found != k->row)
			return DJ_PLACE_SEVERAL;
		found = k->row;
	}
	return found;
}

static int find_text(const dj_gazetteer *g, dj_names_kind kind, const char *text, size_t n,
                     const char *region, dj_buf *room)
{
	dj_buf_reset(room);
	dj_gazetteer_key(room, text, n);
	return room->n ? find_key(g, kind, room->data, region) : DJ_PLACE_NONE;
}

int dj_gazetteer_find(const dj_gazetteer *g, dj_names_kind kind, const char *text, size_t n,
                      const char *region, dj_buf *room)
{
	int         found = find_text(g, kind, text, n, region, room);
	const char *open;

	if (found != DJ_PLACE_NONE || n < 3 || (text[n - 1] != ']' && text[n - 1] != ')'))
		return found;
	open = memrchr(text, text[n - 1] == ']' ? '[' : '(', n);
	if (!open)
		return found;
	int code = find_text(g, DJ_NAMES_CODES, open + 1, (size_t)(text + n - 1 - open - 1), region, room);
	if (kind == DJ_NAMES_CODES)
		return code;
	found = find_text(g, DJ_NAMES_WORDS, text, (size_t)(open - text), region, room);
	return code >= 0 && found >= 0 && code != found ? DJ_PLACE_NONE : found;
}
