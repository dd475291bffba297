/* Makes and changes dataset.json: a bare file's first one, and what options say about any. */
#include "intake/parts.h"

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int dj_intake_adopt(dj_intake *in, const dj_manifest *m, dj_err *err)
{
	char *text = dj_manifest_text(m);
	char *folder =
	    dj_strndup(in->manifest_path, (size_t)(dj_path_name(in->manifest_path) - in->manifest_path));
	dj_manifest *parsed = NULL;
	int          rc = dj_manifest_parse(&parsed, text, strlen(text), *folder ? folder : ".", in->v, err);

	if (rc == DJ_OK) {
		if (in->manifest) {
			in->retired = dj_realloc(in->retired, in->n_retired + 1, sizeof(dj_manifest *));
			in->retired[in->n_retired++] = in->manifest;
		}
		in->manifest = parsed;
	}
	free(folder);
	free(text);
	return rc;
}

int dj_intake_set_table(dj_intake *in, size_t k, const dj_table_spec *table, dj_err *err)
{
	dj_manifest    m = *in->manifest;
	dj_table_spec *tables = dj_arena_alloc(in->a, m.n_tables, sizeof *tables);

	memcpy(tables, m.table, m.n_tables * sizeof *tables);
	tables[k] = *table;
	m.table = tables;
	return dj_intake_adopt(in, &m, err);
}

/* A source inside the workspace is named relative to its dataset.json, so that the workspace can be moved. */
static const char *path_for(dj_intake *in, const char *file)
{
	size_t n = strlen(in->w->root);

	if (strncmp(file, in->w->root, n) != 0 || file[n] != '/')
		return file;
	return dj_arena_fmt(in->a, "../../%s", file + n + 1); /* from datasets/NAME/ */
}

bool dj_intake_is_url(const char *source)
{
	return dj_text_starts(source, "https://") || dj_text_starts(source, "http://");
}

const char *dj_intake_title(dj_intake *in, const char *file)
{
	if (!dj_intake_is_url(file))
		return dj_path_name(file);
	char *path = dj_arena_dupn(in->a, file, strcspn(file, "?#"));
	for (size_t n = strlen(path); path[n - 1] == '/';) /* ends at the scheme's colon */
		path[--n] = '\0';
	return dj_path_name(path);
}

int dj_intake_describe(dj_intake *in, const char *file, dj_err *err)
{
	dj_source_spec source = {0};
	dj_table_spec  table = {.name = in->name, .header = -1, .source = &source, .n_sources = 1};
	dj_manifest    m = {.name = in->name, .licence = "", .source = "", .table = &table, .n_tables = 1};

	if (dj_intake_is_url(file))
		source.url = file;
	else
		source.path = path_for(in, file);
	m.title.en = strcmp(file, "-") == 0 ? in->name : dj_intake_title(in, file);
	if (dj_text_wrong(m.title.en, strlen(m.title.en), false) || dj_text_wrong(file, strlen(file), false))
		return dj_fail(err, DJ_USAGE, "the name of the file is no plain text in UTF-8 (rename it)");
	return dj_intake_adopt(in, &m, err);
}

/* ---- --role ---- */

static int bad_role(const char *flag, const char *why, dj_err *err)
{
	return dj_fail(err, DJ_USAGE, "--role '%s': %s (like incidents:date=REF_DATE,n=VALUE)", flag, why);
}

/* The comma that ends a pair, or NULL. Headers have commas too: a piece without = belongs to the name before it. */
static char *pair_end(char *at)
{
	for (char *comma = strchr(at, ','); comma; comma = strchr(comma + 1, ',')) {
		char *equals = strchr(comma + 1, '='), *next = strchr(comma + 1, ',');
		if (equals && (!next || equals < next))
			return comma;
	}
	return NULL;
}

/* "date=REF_DATE,n=VALUE" */
static int read_pairs(dj_mapping *m, char *pairs, const char *flag, dj_arena *a, dj_err *err)
{
	m->pair = dj_arena_alloc(a, strlen(pairs) + 1, sizeof *m->pair);
	for (char *at = pairs, *end; at; at = end ? end + 1 : NULL) {
		char *equals = strchr(at, '=');
		if (!equals || equals == at || !equals[1])
			return bad_role(flag, "after the : stand pairs of role column = column", err);
		end = pair_end(equals);
		*equals = '\0';
		if (end)
			*end = '\0';
		m->pair[m->n].role_column = at;
		m->pair[m->n++].column = equals + 1;
	}
	return DJ_OK;
}

/* [TABLE.]ROLE:pairs */
static int read_role(dj_intake *in, const char *flag, dj_mapping *out, size_t *table, dj_err *err)
{
	const dj_manifest *m = in->manifest;
	char              *text = dj_arena_dup(in->a, flag), *colon = strchr(text, ':'), *dot;

	if (!colon)
		return bad_role(flag, "a : stands between the role and its columns", err);
	*colon = '\0';
	*table = 0;
	out->role = text;
	if ((dot = strchr(text, '.'))) {
		*dot = '\0';
		out->role = dot + 1;
		while (*table < m->n_tables && strcmp(m->table[*table].name, text) != 0)
			++*table;
	} else if (m->n_tables > 1) {
		return bad_role(flag, "the dataset has several tables: say which, as TABLE.ROLE:...", err);
	}
	if (*table == m->n_tables)
		return bad_role(flag, "there is no such table", err);
	return read_pairs(out, colon + 1, flag, in->a, err);
}

static int add_role(dj_intake *in, const char *flag, dj_err *err)
{
	dj_mapping said = {0}, *mapping;
	size_t     k = 0, at = 0;

	if (read_role(in, flag, &said, &k, err) < 0)
		return err->code;
	dj_table_spec table = in->manifest->table[k];
	mapping = dj_arena_alloc(in->a, table.n_mappings + 1, sizeof *mapping);
	if (table.n_mappings)
		memcpy(mapping, table.mapping, table.n_mappings * sizeof *mapping);
	while (at < table.n_mappings && strcmp(mapping[at].role, said.role) != 0)
		at++;
	mapping[at] = said;
	table.mapping = mapping;
	table.n_mappings += at == table.n_mappings;
	if (dj_intake_set_table(in, k, &table, err) < 0) {
		dj_fail_in(err, "--role '%s'", flag);
		return err->code = DJ_USAGE;
	}
	return DJ_OK;
}

/* ---- Options ---- */

static bool says_how(const dj_load_options *o)
{
	return o->format || o->member || o->sheet || o->from || o->encoding || o->rows || o->n_indexes ||
	       o->rtree || o->header >= 0 || o->separator || o->quote || o->n_null;
}

static bool says_anything(const dj_load_options *o)
{
	return says_how(o) || o->n_roles;
}

/* "GEO,REF_DATE" */
static dj_index_spec index_from(dj_intake *in, const char *said)
{
	char         *text = dj_arena_dup(in->a, said);
	const char  **column = dj_arena_alloc(in->a, strlen(said) + 2, sizeof *column);
	dj_index_spec index = {.column = column};

	for (char *at = text, *comma; at; at = comma ? comma + 1 : NULL) {
		if ((comma = strchr(at, ',')))
			*comma = '\0';
		column[index.n++] = at;
	}
	return index;
}

static bool same_index(const dj_index_spec *a, const dj_index_spec *b)
{
	size_t i = 0;

	while (a->n == b->n && i < a->n && strcmp(a->column[i], b->column[i]) == 0)
		i++;
	return i == a->n && i == b->n;
}

/* Indexes that are said are added to those that are there. */
static void add_indexes(dj_table_spec *t, dj_intake *in)
{
	const dj_load_options *o = in->o;
	dj_index_spec         *index = dj_arena_alloc(in->a, t->n_indexes + o->n_indexes + 1, sizeof *index);
	size_t                 n = t->n_indexes, k;

	if (n)
		memcpy(index, t->index, n * sizeof *index);
	for (size_t i = 0; i < o->n_indexes; i++) {
		index[n] = index_from(in, o->index[i]);
		for (k = 0; k < n && !same_index(&index[k], &index[n]); k++)
			;
		n += k == n;
	}
	t->index = index;
	t->n_indexes = n;
}

/* "lat=Y,lon=X", in either order. */
static int set_rtree(dj_table_spec *t, dj_intake *in, dj_err *err)
{
	char *text = dj_arena_dup(in->a, in->o->rtree);

	t->rtree_lat = t->rtree_lon = NULL;
	for (char *at = text, *end; at; at = end ? end + 1 : NULL) {
		end = pair_end(at);
		if (end)
			*end = '\0';
		const char **column = dj_text_starts(at, "lat=")   ? &t->rtree_lat
		                      : dj_text_starts(at, "lon=") ? &t->rtree_lon
		                                                   : NULL;
		if (!column || *column)
			break;
		*column = at + 4;
		if (!end && t->rtree_lat && t->rtree_lon)
			return DJ_OK;
	}
	return dj_fail(err, DJ_USAGE,
	               "--rtree '%s': which columns are degrees? (like lat=LATITUDE,lon=LONGITUDE)",
	               in->o->rtree);
}

static void set_text(const char **member, const char *said)
{
	if (said)
		*member = said;
}

static int override_table(dj_table_spec *t, dj_intake *in, dj_err *err)
{
	const dj_load_options *o = in->o;

	set_text(&t->member, o->member);
	set_text(&t->sheet, o->sheet);
	set_text(&t->from, o->from);
	set_text(&t->encoding, o->encoding);
	set_text(&t->rows, o->rows);
	if (o->format)
		t->format = o->format;
	if (o->header >= 0)
		t->header = o->header;
	if (o->separator)
		t->separator = o->separator;
	if (o->quote)
		t->quote = o->quote;
	if (o->n_null) {
		t->null = o->null;
		t->n_null = o->n_null;
	}
	add_indexes(t, in);
	return o->rtree ? set_rtree(t, in, err) : DJ_OK;
}

/* Paths as they are seen from the workspace's own dataset.json. */
static void move_sources(dj_intake *in, dj_table_spec *t)
{
	dj_source_spec *source = dj_arena_alloc(in->a, t->n_sources, sizeof *source);

	for (size_t i = 0; i < t->n_sources; i++) {
		source[i] = t->source[i];
		if (!source[i].path || strcmp(source[i].path, "-") == 0)
			continue;
		char *path = dj_path_join(in->manifest->folder, source[i].path), *real = dj_path_real(path);
		if (real)
			source[i].path = path_for(in, dj_arena_dup(in->a, real));
		free(real);
		free(path);
	}
	t->source = source;
}

/* What is changed of a dataset.json that is not the workspace's own is written to the workspace, not there. */
static void move_to_workspace(dj_intake *in, dj_manifest *m, dj_table_spec *table)
{
	const char *own = dj_arena_fmt(in->a, "%s/datasets/%s/dataset.json", in->w->root, in->name);

	if (strcmp(own, in->manifest_path) == 0)
		return;
	for (size_t i = 0; i < m->n_tables; i++)
		move_sources(in, &table[i]);
	in->manifest_path = own;
	in->written = NULL;
}

int dj_intake_override(dj_intake *in, dj_err *err)
{
	const dj_load_options *o = in->o;
	dj_manifest            m = *in->manifest;
	dj_table_spec         *table = dj_arena_alloc(in->a, m.n_tables, sizeof *table);

	if (!says_anything(o) && strcmp(m.name, in->name) == 0)
		return DJ_OK;
	if (m.n_tables > 1 && says_how(o))
		return dj_fail(err, DJ_USAGE,
		               "%s describes %zu tables: options on how a file is written go into it, table by table",
		               in->manifest_path, m.n_tables);
	memcpy(table, m.table, m.n_tables * sizeof *table);
	if (override_table(&table[0], in, err) < 0)
		return err->code;
	move_to_workspace(in, &m, table);
	m.table = table;
	m.name = in->name;
	if (dj_intake_adopt(in, &m, err) < 0) {
		dj_fail_in(err, "the options");
		return err->code = DJ_USAGE;
	}
	for (size_t i = 0; i < o->n_roles; i++)
		if (add_role(in, o->role[i], err) < 0)
			return err->code;
	return DJ_OK;
}
