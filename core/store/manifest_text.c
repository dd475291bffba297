/* The canonical text of a manifest: what a snapshot keeps, and what `load` writes for a bare file. */
#include "store/manifest.h"

#include "base/json.h"
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

static void texts(pen *p, const char *member, const char *const *value, size_t n)
{
	if (n == 0)
		return;
	name(p, member);
	for (size_t i = 0; i < n; i++) {
		dj_buf_text(&p->buf, i ? ", " : "[");
		dj_json_put_text(&p->buf, value[i]);
	}
	dj_buf_char(&p->buf, ']');
}

static void character(pen *p, const char *member, int c)
{
	char s[2] = {(char)(c > 0 ? c : '\0'), '\0'};

	if (c != 0)
		text(p, member, s);
}

static void source(pen *p, const dj_table_spec *t)
{
	char hex[65];

	if (t->url) {
		name(p, "source");
		begin(p, '{');
		text(p, "url", t->url);
		end(p, '}');
	} else {
		text(p, "source", t->path);
	}
	if (t->digest_said) {
		dj_digest_hex(hex, &t->digest);
		text(p, "sha256", hex);
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
	source(p, t);
	text(p, "format", t->format);
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
