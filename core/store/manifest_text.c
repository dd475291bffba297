/* The canonical text of a manifest: what a snapshot keeps, and what `load` writes for a bare file. */
#include "store/manifest.h"

#include "base/json.h"
#include "base/text.h"
#include "store/manifest_members.h"

/* Writes members one a line; `depth` is the indent of the object's own brace. */
typedef struct pen {
	dj_buf buf;
	int    depth;
	bool   first; /* nothing is in the innermost object or list yet */
} pen;

static void next_line(pen *p)
{
	dj_buf_text(&p->buf, p->first ? "\n" : ",\n");
	for (int i = 0; i < p->depth; i++)
		dj_buf_text(&p->buf, "  ");
	p->first = false;
}

static void name(pen *p, const char *member)
{
	next_line(p);
	dj_json_put_text(&p->buf, member);
	dj_buf_text(&p->buf, ": ");
}

static void begin(pen *p, char brace)
{
	dj_buf_char(&p->buf, brace);
	p->depth++;
	p->first = true;
}

static void end(pen *p, char brace)
{
	bool empty = p->first;

	p->depth--;
	p->first = true; /* no comma before a closing brace */
	if (!empty)
		next_line(p);
	p->first = false;
	dj_buf_char(&p->buf, brace);
}

static void text(pen *p, const char *member, const char *value)
{
	if (!value)
		return;
	name(p, member);
	dj_json_put_text(&p->buf, value);
}

static void flag(pen *p, const char *member, bool value)
{
	name(p, member);
	dj_buf_text(&p->buf, value ? "true" : "false");
}

static void words(pen *p, const char *member, dj_words w)
{
	if (!w.fr) {
		text(p, member, w.en);
		return;
	}
	name(p, member);
	begin(p, '{');
	text(p, "en", w.en);
	text(p, "fr", w.fr);
	end(p, '}');
}

static void list(pen *p, const char *const *value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		dj_buf_text(&p->buf, i ? ", " : "[");
		dj_json_put_text(&p->buf, value[i]);
	}
	dj_buf_char(&p->buf, ']');
}

static void texts(pen *p, const char *member, const char *const *value, size_t n)
{
	if (n == 0)
		return;
	name(p, member);
	list(p, value, n);
}

static void character(pen *p, const char *member, int c)
{
	char s[2] = {(char)(c > 0 ? c : '\0'), '\0'};

	if (c != 0)
		text(p, member, s);
}

static bool needs_object(const dj_source_spec *s, bool alone)
{
	bool looks_like_url =
	    s->path && (dj_text_starts(s->path, "https://") || dj_text_starts(s->path, "http://"));

	return s->auth_secret || looks_like_url || (!alone && s->digest_said) || (alone && s->url);
}

static void digest(pen *p, const dj_source_spec *s)
{
	char hex[65];

	if (!s->digest_said)
		return;
	dj_digest_hex(hex, &s->digest);
	text(p, "sha256", hex);
}

/* As the member's value, or as an item of a list. */
static void source(pen *p, const dj_source_spec *s, bool alone)
{
	if (!needs_object(s, alone)) {
		dj_json_put_text(&p->buf, s->path ? s->path : s->url);
		return;
	}
	begin(p, '{');
	text(p, "path", s->path);
	text(p, "url", s->url);
	if (!alone)
		digest(p, s);
	if (s->auth_secret) {
		name(p, "auth");
		begin(p, '{');
		text(p, "header", s->auth_header);
		text(p, "secret", s->auth_secret);
		end(p, '}');
	}
	end(p, '}');
}

static void sources(pen *p, const dj_table_spec *t)
{
	name(p, "source");
	if (t->n_sources == 1) {
		source(p, &t->source[0], true);
		digest(p, &t->source[0]);
		return;
	}
	begin(p, '[');
	for (size_t i = 0; i < t->n_sources; i++) {
		next_line(p);
		source(p, &t->source[i], false);
	}
	end(p, ']');
}

static void indexes(pen *p, const dj_table_spec *t)
{
	if (t->n_indexes) {
		name(p, "indexes");
		begin(p, '[');
		for (size_t i = 0; i < t->n_indexes; i++) {
			next_line(p);
			list(p, t->index[i].column, t->index[i].n);
		}
		end(p, ']');
	}
	if (t->rtree_lat) {
		name(p, "rtree");
		begin(p, '{');
		text(p, "lat", t->rtree_lat);
		text(p, "lon", t->rtree_lon);
		end(p, '}');
	}
}

static void column(pen *p, const dj_column_spec *c)
{
	name(p, c->name);
	begin(p, '{');
	if (c->type != DJ_COL_UNKNOWN)
		text(p, "type", dj_coltype_name(c->type));
	texts(p, "null", c->null, c->n_null);
	text(p, "meaning", c->meaning);
	text(p, "unit", c->unit);
	if (c->sensitivity_said)
		text(p, "sensitivity", dj_sensitivity_name(c->sensitivity));
	if (c->protected_said)
		flag(p, "protected", c->protected_);
	end(p, '}');
}

static void roles(pen *p, const dj_table_spec *t)
{
	name(p, "roles");
	begin(p, '{');
	for (size_t i = 0; i < t->n_mappings; i++) {
		name(p, t->mapping[i].role);
		begin(p, '{');
		for (size_t k = 0; k < t->mapping[i].n; k++)
			text(p, t->mapping[i].pair[k].role_column, t->mapping[i].pair[k].column);
		end(p, '}');
	}
	end(p, '}');
}

static void table(pen *p, const dj_table_spec *t)
{
	next_line(p);
	begin(p, '{');
	text(p, "name", t->name);
	sources(p, t);
	text(p, "format", t->format);
	text(p, "member", t->member);
	text(p, "sheet", t->sheet);
	text(p, "from", t->from);
	text(p, "encoding", t->encoding);
	text(p, "rows", t->rows);
	texts(p, "keep", t->keep, t->n_keep);
	character(p, "separator", t->separator);
	character(p, "quote", t->quote);
	if (t->header >= 0)
		flag(p, "header", t->header);
	texts(p, "null", t->null, t->n_null);
	if (t->n_columns) {
		name(p, "columns");
		begin(p, '{');
		for (size_t i = 0; i < t->n_columns; i++)
			column(p, &t->column[i]);
		end(p, '}');
	}
	if (t->n_steps) {
		name(p, "steps");
		begin(p, '[');
		for (size_t i = 0; i < t->n_steps; i++)
			next_line(p), dj_manifest_put_step(&p->buf, &t->step[i]);
		end(p, ']');
	}
	indexes(p, t);
	if (t->n_mappings)
		roles(p, t);
	end(p, '}');
}

char *dj_manifest_text(const dj_manifest *m)
{
	pen p = {0};

	begin(&p, '{');
	name(&p, "format");
	dj_buf_char(&p.buf, '1');
	text(&p, "name", m->name);
	words(&p, "title", m->title);
	words(&p, "description", m->description);
	words(&p, "caveat", m->caveat);
	text(&p, "licence", m->licence);
	text(&p, "licence_url", m->licence_url);
	text(&p, "attribution", m->attribution);
	text(&p, "source", m->source);
	text(&p, "source_url", m->source_url);
	text(&p, "date", m->date);
	text(&p, "terms", m->terms);
	text(&p, "embargo_until", m->embargo_until);
	text(&p, "delete_by", m->delete_by);
	text(&p, "authority", m->authority);
	if (m->made)
		flag(&p, "made", true);
	name(&p, "tables");
	begin(&p, '[');
	for (size_t i = 0; i < m->n_tables; i++)
		table(&p, &m->table[i]);
	end(&p, ']');
	end(&p, '}');
	dj_buf_char(&p.buf, '\n');
	return dj_buf_take(&p.buf);
}
