#include "loader/json_names.h"

#include <stdlib.h>
#include <string.h>

/* ---- Nodes ---- */

static uint32_t slot_of(const dj_json_names *t, uint32_t parent, const char *name, size_t n)
{
	uint64_t hash = 0xCBF29CE484222325u ^ parent;
	uint32_t at;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)name[i]) * 0x100000001B3u;
	for (at = (uint32_t)(hash ^ hash >> 32) & (t->n_slots - 1); t->slot[at];
	     at = (at + 1) & (t->n_slots - 1)) {
		const dj_json_node *node = &t->node[t->slot[at]];
		if (node->parent == parent && node->n == n && memcmp(node->name, name, n) == 0)
			break;
	}
	return at;
}

static void fill_slots(dj_json_names *t)
{
	memset(t->slot, 0, t->n_slots * sizeof *t->slot);
	for (uint32_t i = 1; i < t->n_nodes; i++)
		t->slot[slot_of(t, t->node[i].parent, t->node[i].name, t->node[i].n)] = i;
}

static bool is_plain(const char *name, size_t n)
{
	return !memchr(name, '"', n) && !memchr(name, '\\', n);
}

uint32_t dj_json_names_node(dj_json_names *t, uint32_t parent, const char *name, size_t n)
{
	uint32_t at = slot_of(t, parent, name, n);

	if (t->slot[at])
		return t->slot[at];
	if (t->n_nodes == DJ_JSON_NODES_MOST)
		return 0;
	if (t->n_nodes == t->cap_nodes) {
		t->cap_nodes *= 2;
		t->node = dj_realloc(t->node, t->cap_nodes, sizeof *t->node);
	}
	t->node[t->n_nodes] = (dj_json_node){.name = dj_strndup(name, n),
	                                     .n = n,
	                                     .parent = parent,
	                                     .column = DJ_JSON_NO_COLUMN,
	                                     .plain = is_plain(name, n)};
	t->node[parent].parental = true;
	t->slot[at] = t->n_nodes++;
	if (t->n_nodes * 2 > t->n_slots) {
		t->n_slots *= 2;
		t->slot = dj_realloc(t->slot, t->n_slots, sizeof *t->slot);
		fill_slots(t);
	}
	return t->n_nodes - 1;
}

static void drop_nodes(dj_json_names *t, uint32_t n)
{
	while (t->n_nodes > n)
		free(t->node[--t->n_nodes].name);
	fill_slots(t);
	for (uint32_t i = 0; i < n; i++)
		t->node[i].parental = false;
	for (uint32_t i = 1; i < n; i++)
		t->node[t->node[i].parent].parental = true;
}

/* ---- Columns ---- */

int dj_json_names_add(dj_json_names *t, char *path)
{
	if (t->n == DJ_COLUMNS_MOST) {
		free(path);
		return DJ_JSON_NO_COLUMN;
	}
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 32;
		t->path = dj_realloc(t->path, t->cap, sizeof *t->path);
	}
	t->path[t->n] = path;
	return (int)t->n++;
}

static void put_path(dj_buf *out, const dj_json_names *t, uint32_t node)
{
	const dj_json_node *it = &t->node[node];

	if (it->parent) {
		put_path(out, t, it->parent);
		dj_buf_char(out, '.');
	}
	for (size_t i = 0; i < it->n; i++) {
		if (it->name[i] == '.' || it->name[i] == '\\')
			dj_buf_char(out, '\\');
		dj_buf_char(out, it->name[i]);
	}
}

int dj_json_names_column(dj_json_names *t, uint32_t node)
{
	dj_buf path = {0};

	if (t->node[node].column == DJ_JSON_NO_COLUMN) {
		put_path(&path, t, node);
		t->node[node].column = dj_json_names_add(t, dj_buf_take(&path));
		t->node[node].nothing = true;
	}
	return t->node[node].column;
}

/* The node that a path leads to; 0 for a column that is no member. */
static uint32_t node_of_path(dj_json_names *t, const char *path)
{
	dj_buf   name = {0};
	uint32_t node = 0;

	if (path[0] == '\\' && (path[1] == '^' || path[1] == '='))
		return 0;
	dj_buf_reset(&name);
	for (;; path++) {
		if (*path == '.' || *path == '\0') {
			node = dj_json_names_node(t, node, name.data, name.n);
			dj_buf_reset(&name);
			if (*path == '\0')
				break;
			continue;
		}
		path += *path == '\\' && path[1];
		dj_buf_char(&name, *path);
	}
	dj_buf_free(&name);
	return node;
}

/* ---- All of them ---- */

void dj_json_names_init(dj_json_names *t)
{
	*t = (dj_json_names){.cap_nodes = 64, .n_slots = 128, .n_nodes = 1, .known_nodes = 1};
	t->node = dj_alloc_zero(t->cap_nodes, sizeof *t->node);
	t->slot = dj_alloc_zero(t->n_slots, sizeof *t->slot);
	t->node[0].column = DJ_JSON_NO_COLUMN;
}

void dj_json_names_give(dj_json_names *t, const char *path, bool member)
{
	uint32_t node = member ? node_of_path(t, path) : 0;
	int      column = dj_json_names_add(t, dj_strdup(path));

	if (node)
		t->node[node].column = column;
}

void dj_json_names_know(dj_json_names *t)
{
	t->known = t->n;
	t->known_nodes = t->n_nodes;
}

void dj_json_names_free(dj_json_names *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->path[i]);
	for (uint32_t i = 0; i < t->n_nodes; i++)
		free(t->node[i].name);
	free(t->path);
	free(t->node);
	free(t->slot);
	*t = (dj_json_names){0};
}

void dj_json_names_forget(dj_json_names *t)
{
	if (t->n == t->known && t->n_nodes == t->known_nodes)
		return;
	while (t->n > t->known)
		free(t->path[--t->n]);
	drop_nodes(t, t->known_nodes);
	for (uint32_t i = 0; i < t->n_nodes; i++)
		if (t->node[i].column >= (int)t->known)
			t->node[i].column = DJ_JSON_NO_COLUMN;
}

void dj_json_names_settle(dj_json_names *t)
{
	size_t kept = 0;

	for (uint32_t i = 1; i < t->n_nodes; i++) {
		dj_json_node *node = &t->node[i];
		if (node->column >= 0 && node->nothing && node->parental) {
			free(t->path[node->column]);
			t->path[node->column] = NULL;
			node->column = DJ_JSON_NO_COLUMN;
		}
	}
	for (size_t i = 0; i < t->n; i++) {
		if (!t->path[i])
			continue;
		for (uint32_t k = 1; k < t->n_nodes && kept < i; k++)
			if (t->node[k].column == (int)i)
				t->node[k].column = (int)kept;
		t->path[kept++] = t->path[i];
	}
	t->n = kept;
	dj_json_names_know(t);
}

/* ---- Names in a text ---- */

/* The node of the name that stands at c->p, when it is `guess`; c->p is then behind it. */
static inline bool is_guess(const dj_json_names *t, dj_json_scan *c, uint32_t parent, uint32_t guess)
{
	const dj_json_node *node = &t->node[guess];
	const char         *p = c->p;

	if (guess == 0 || guess >= t->n_nodes || node->parent != parent || !node->plain ||
	    (size_t)(c->end - p) < node->n + 2 || p[0] != '"' || p[1 + node->n] != '"' ||
	    memcmp(p + 1, node->name, node->n) != 0)
		return false;
	c->p = p + node->n + 2;
	return true;
}

static dj_scan look_up(dj_json_names *t, dj_json_scan *c, uint32_t parent, uint32_t *out)
{
	static const char members[] = "a member begins with its name in quotes";
	const char       *from = c->p;
	bool              escaped = false;
	char              room[DJ_JSON_NAME_MOST];
	dj_scan           rc;

	if (from == c->end || *from != '"')
		return from == c->end ? dj_json_ends(c, from, members) : dj_json_bad(c, from, members);
	if ((rc = dj_json_string(c, &escaped)) != DJ_SCAN_OK)
		return rc;

	const char *name = from + 1;
	size_t      n = (size_t)(c->p - from) - 2;
	if (n > DJ_JSON_NAME_MOST)
		return dj_json_deny(c, from, "the name of a member is longer than 4096 bytes");
	if (escaped) {
		n = dj_json_unescape(room, name, n);
		name = room;
	}
	if (memchr(name, 0, n))
		return dj_json_deny(c, from, "the name of a member holds \\u0000: no text here holds a NUL");
	*out = dj_json_names_node(t, parent, name, n);
	return *out ? DJ_SCAN_OK : dj_json_deny(c, from, "more than 8000 different members");
}

dj_scan dj_json_names_read(dj_json_names *t, dj_json_scan *c, uint32_t parent, uint32_t before, uint32_t *out)
{
	uint32_t    guess = before ? t->node[before].next : t->node[parent].first;
	const char *from = c->p;

	if (is_guess(t, c, parent, guess)) {
		*out = guess;
	} else {
		dj_scan rc = look_up(t, c, parent, out);
		if (rc != DJ_SCAN_OK)
			return rc;
		*(before ? &t->node[before].next : &t->node[parent].first) = *out;
	}
	dj_json_node *node = &t->node[*out];
	if (node->met == t->row)
		return dj_json_deny(c, from, "a member of this name was there already");
	node->met = t->row;
	return DJ_SCAN_OK;
}
