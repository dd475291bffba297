#include "store/manifest.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/text.h"
#include "store/fields.h"
#include "store/manifest_members.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NAME = 48, MOST_TABLES = 64, MOST_BYTES = 4 << 20 };

static const char *const top_members[] = {
    "format",        "name",        "title",     "description", "caveat", "licence",
    "licence_url",   "attribution", "source",    "source_url",  "date",   "terms",
    "embargo_until", "delete_by",   "authority", "made",        "tables"};
static const char *const table_members[] = {
    "name",      "source", "sha256", "format", "member",  "sheet", "from",    "encoding", "rows", "keep",
    "separator", "quote",  "header", "null",   "columns", "steps", "indexes", "rtree",    "roles"};
static const char *const source_members[] = {"path", "url", "sha256", "auth"};
static const char *const auth_members[] = {"header", "secret"};
static const char *const rtree_members[] = {"lat", "lon"};
static const char *const column_members[] = {"type", "null", "meaning", "unit", "sensitivity", "protected"};

const char *const *dj_manifest_members(dj_manifest_object object, size_t *n)
{
	static const struct {
		const char *const *names;
		size_t             n;
	} all[] = {
	    [DJ_MANIFEST_TOP] = {top_members, DJ_COUNT(top_members)},
	    [DJ_MANIFEST_TABLE] = {table_members, DJ_COUNT(table_members)},
	    [DJ_MANIFEST_SOURCE] = {source_members, DJ_COUNT(source_members)},
	    [DJ_MANIFEST_AUTH] = {auth_members, DJ_COUNT(auth_members)},
	    [DJ_MANIFEST_RTREE] = {rtree_members, DJ_COUNT(rtree_members)},
	    [DJ_MANIFEST_COLUMN] = {column_members, DJ_COUNT(column_members)},
	};

	*n = all[object].n;
	return all[object].names;
}

int dj_manifest_only(const cJSON *json, dj_manifest_object object, const char *where, dj_err *err)
{
	size_t             n;
	const char *const *names = dj_manifest_members(object, &n);

	return dj_json_only(json, names, n, where, err);
}

/* ---- One table ---- */

static int read_column(dj_column_spec *c, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const char *type = NULL, *sensitivity = NULL;
	int         rc;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "%s is not an object", where);
	if ((rc = dj_manifest_only(json, DJ_MANIFEST_COLUMN, where, err)) < 0 ||
	    (rc = dj_json_text(&type, json, "type", where, err)) < 0 ||
	    (rc = dj_fields_texts(&c->null, &c->n_null, json, "null", false, where, a, err)) < 0 ||
	    (rc = dj_fields_text(&c->meaning, json, "meaning", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&c->unit, json, "unit", where, a, err)) < 0 ||
	    (rc = dj_json_text(&sensitivity, json, "sensitivity", where, err)) < 0 ||
	    (rc = dj_json_bool(&c->protected_, json, "protected", where, err)) < 0)
		return rc;
	c->name = dj_arena_dup(a, json->string);
	c->protected_said = cJSON_HasObjectItem(json, "protected");
	if (type && (c->type = dj_coltype_by_name(type)) == DJ_COL_UNKNOWN)
		return dj_fail(err, DJ_FAIL, "%s: '%s' is no type (text, integer, real, boolean, date, instant)",
		               where, type);
	c->sensitivity_said = sensitivity != NULL;
	if (sensitivity && dj_sensitivity_by_name(&c->sensitivity, sensitivity) < 0)
		return dj_fail(err, DJ_FAIL, "%s: sensitivity '%s' is none of none, quasi, direct", where,
		               sensitivity);
	return DJ_OK;
}

static int read_columns(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON    *columns = NULL, *item;
	dj_column_spec *column;
	int             rc = dj_json_object(&columns, json, "columns", where, err);

	if (rc < 0 || !columns)
		return rc;
	column = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(columns) + 1, sizeof *column);
	t->column = column;
	cJSON_ArrayForEach(item, columns)
	{
		const char *place = dj_arena_fmt(a, "%s, columns.%s", where, item->string);
		if ((rc = read_column(&column[t->n_columns++], item, place, a, err)) < 0)
			return rc;
	}
	return DJ_OK;
}

static int read_mapping(dj_mapping *m, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *item;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "%s is not an object of role column to column", where);
	m->role = dj_arena_dup(a, json->string);
	m->pair = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(json) + 1, sizeof *m->pair);
	cJSON_ArrayForEach(item, json)
	{
		if (!dj_name_ok(item->string, MOST_NAME, true))
			return dj_fail(err, DJ_FAIL,
			               "%s: '%s' is no column name (a-z, 0-9 and _, beginning with a letter)", where,
			               item->string);
		m->pair[m->n].role_column = dj_arena_dup(a, item->string);
		if (dj_fields_text(&m->pair[m->n].column, json, item->string, where, a, err) < 0)
			return DJ_FAIL;
		if (!m->pair[m->n].column)
			return dj_fail(err, DJ_FAIL, "%s: %s names no column (leave it out when there is none)", where,
			               item->string);
		m->n++;
	}
	return m->n ? DJ_OK : dj_fail(err, DJ_FAIL, "%s maps no column", where);
}

static int read_roles(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *roles = NULL, *item;
	dj_mapping  *mapping;
	int          rc = dj_json_object(&roles, json, "roles", where, err);

	if (rc < 0 || !roles)
		return rc;
	mapping = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(roles) + 1, sizeof *mapping);
	t->mapping = mapping;
	cJSON_ArrayForEach(item, roles)
	{
		const char *place = dj_arena_fmt(a, "%s, roles.%s", where, item->string);
		if ((rc = read_mapping(&mapping[t->n_mappings++], item, place, a, err)) < 0)
			return rc;
	}
	return DJ_OK;
}

static int read_table(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	int rc;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "%s is not an object", where);
	if ((rc = dj_manifest_only(json, DJ_MANIFEST_TABLE, where, err)) < 0 ||
	    (rc = dj_fields_text(&t->name, json, "name", where, a, err)) < 0 ||
	    (rc = dj_manifest_read_sources(t, json, where, a, err)) < 0 ||
	    (rc = dj_manifest_read_dialect(t, json, where, a, err)) < 0 ||
	    (rc = read_columns(t, json, where, a, err)) < 0 ||
	    (rc = dj_manifest_read_steps(&t->step, &t->n_steps, json, where, a, err)) < 0 ||
	    (rc = dj_manifest_read_indexes(t, json, where, a, err)) < 0)
		return rc;
	return read_roles(t, json, where, a, err);
}

/* ---- The whole ---- */

static int name_table(dj_manifest *m, dj_table_spec *t, size_t before, const char *where, dj_err *err)
{
	if (!t->name && m->n_tables > 1)
		return dj_fail(err, DJ_FAIL, "%s has no name (only the table of a dataset of one may go without)",
		               where);
	if (!t->name)
		t->name = m->name;
	if (!dj_name_ok(t->name, MOST_NAME, true) || dj_text_starts(t->name, "sqlite_"))
		return dj_fail(err, DJ_FAIL,
		               "%s: '%s' is no table name (a-z, 0-9 and _, beginning with a letter, at most %d)",
		               where, t->name, MOST_NAME);
	if (strcmp(t->name, "rejects") == 0)
		return dj_fail(err, DJ_FAIL, "%s: the name rejects is kept for rejected rows (choose another)",
		               where);
	for (size_t i = 0; i < before; i++)
		if (strcmp(m->table[i].name, t->name) == 0)
			return dj_fail(err, DJ_FAIL, "%s: there is a table '%s' already", where, t->name);
	return DJ_OK;
}

static int read_tables(dj_manifest *m, const cJSON *json, const dj_vocabulary *v, dj_err *err)
{
	const cJSON   *tables = NULL, *item;
	dj_table_spec *table;
	size_t         i = 0, sources = 0;
	int            rc = dj_json_array(&tables, json, "!tables", "the manifest", err);

	if (rc < 0)
		return rc;
	m->n_tables = (size_t)cJSON_GetArraySize(tables);
	if (m->n_tables == 0 || m->n_tables > MOST_TABLES)
		return dj_fail(err, DJ_FAIL, "the manifest has %zu tables (1 to %d)", m->n_tables, MOST_TABLES);
	table = dj_arena_alloc(m->arena, m->n_tables, sizeof *table);
	m->table = table;
	cJSON_ArrayForEach(item, tables)
	{
		const char *where = dj_arena_fmt(m->arena, "tables[%zu]", i);
		if ((rc = read_table(&table[i], item, where, m->arena, err)) < 0 ||
		    (rc = name_table(m, &table[i], i, where, err)) < 0 ||
		    (rc = dj_manifest_check_roles(&table[i], v, where, err)) < 0)
			return rc;
		sources += table[i++].n_sources;
	}
	if (sources > DJ_SOURCES_MOST)
		return dj_fail(err, DJ_FAIL, "the manifest names %zu sources in all (at most %d)", sources,
		               DJ_SOURCES_MOST);
	return DJ_OK;
}

static int read_date(const char **out, const cJSON *json, const char *name, dj_arena *a, dj_err *err)
{
	dj_date day;
	int     rc = dj_fields_text(out, json, name, "the manifest", a, err);

	if (rc == DJ_OK && *out && !dj_date_parse(&day, *out, strlen(*out)))
		return dj_fail(err, DJ_FAIL, "the manifest: %s '%s' is not a day (YYYY-MM-DD)", name, *out);
	return rc;
}

static int read_about(dj_manifest *m, const cJSON *json, dj_err *err)
{
	const struct {
		const char **out;
		const char  *name;
	} texts[] = {{&m->licence, "licence"},         {&m->licence_url, "licence_url"},
	             {&m->attribution, "attribution"}, {&m->source, "source"},
	             {&m->source_url, "source_url"},   {&m->terms, "terms"},
	             {&m->authority, "authority"}};
	const char *where = "the manifest";
	dj_arena   *a = m->arena;
	int         rc;

	if ((rc = dj_fields_words(&m->title, json, "title", where, a, err)) < 0 ||
	    (rc = dj_fields_words(&m->description, json, "description", where, a, err)) < 0 ||
	    (rc = dj_fields_words(&m->caveat, json, "caveat", where, a, err)) < 0 ||
	    (rc = read_date(&m->date, json, "date", a, err)) < 0 ||
	    (rc = read_date(&m->embargo_until, json, "embargo_until", a, err)) < 0 ||
	    (rc = read_date(&m->delete_by, json, "delete_by", a, err)) < 0)
		return rc;
	for (size_t i = 0; i < DJ_COUNT(texts); i++)
		if ((rc = dj_fields_text(texts[i].out, json, texts[i].name, where, a, err)) < 0)
			return rc;
	return dj_json_bool(&m->made, json, "made", where, err);
}

static int read_manifest(dj_manifest *m, const cJSON *json, const dj_vocabulary *v, dj_err *err)
{
	const char *where = "the manifest";
	int         rc;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "a manifest is one JSON object");
	if ((rc = dj_manifest_only(json, DJ_MANIFEST_TOP, where, err)) < 0 ||
	    (rc = dj_fields_format(json, where, err)) < 0 ||
	    (rc = dj_fields_text(&m->name, json, "!name", where, m->arena, err)) < 0)
		return rc;
	if (!dj_name_ok(m->name, MOST_NAME, true))
		return dj_fail(err, DJ_FAIL,
		               "the name '%s' is not of a-z, 0-9 and _, beginning with a letter, at most %d", m->name,
		               MOST_NAME);
	if ((rc = read_about(m, json, err)) < 0)
		return rc;
	return read_tables(m, json, v, err);
}

int dj_manifest_parse(dj_manifest **out, const char *json, size_t n, const char *folder,
                      const dj_vocabulary *v, dj_err *err)
{
	dj_arena    *a = dj_arena_new();
	dj_manifest *m = dj_arena_alloc(a, 1, sizeof *m);
	cJSON       *tree = NULL;
	int          rc = dj_json_parse(&tree, json, n, err);

	m->arena = a;
	if (rc == DJ_OK) {
		m->folder = dj_arena_dup(a, folder);
		m->json = dj_arena_dupn(a, json, n);
		rc = read_manifest(m, tree, v, err);
	}
	cJSON_Delete(tree);
	if (rc < 0)
		dj_manifest_free(m);
	else
		*out = m;
	return rc;
}

int dj_manifest_read(dj_manifest **out, const char *path, const dj_vocabulary *v, dj_err *err)
{
	char  *text = NULL, *folder = NULL;
	size_t n = 0;
	int    rc = dj_file_read(&text, &n, path, MOST_BYTES, err);

	if (rc < 0)
		return rc; /* it names the file */
	folder = dj_strndup(path, (size_t)(dj_path_name(path) - path));
	rc = dj_manifest_parse(out, text, n, *folder ? folder : ".", v, err);
	if (rc < 0)
		dj_fail_in(err, "%s", path);
	free(folder);
	free(text);
	return rc;
}

void dj_manifest_free(dj_manifest *m)
{
	if (m)
		dj_arena_free(m->arena); /* m itself lives there */
}
