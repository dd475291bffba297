/* A table's sources, how they are written, and what is built beside its rows. */
#include "store/manifest_members.h"

#include "base/text.h"
#include "store/fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INDEXES = 16, MOST_INDEX_COLUMNS = 8, MOST_SECRET = 64 };

static const char *const formats[] = {"csv", "tsv", "ndjson", "json", "geojson", "xlsx", "sqlite"};
static const char *const encodings[] = {"utf-8", "utf-16", "utf-16le", "utf-16be", "windows-1252", "latin-1"};

const char *const *dj_manifest_formats(size_t *n)
{
	*n = DJ_COUNT(formats);
	return formats;
}

const char *const *dj_manifest_encodings(size_t *n)
{
	*n = DJ_COUNT(encodings);
	return encodings;
}

/* ---- Sources ---- */

static int read_digest(dj_source_spec *s, const cJSON *json, const char *where, dj_err *err)
{
	const char *hex = NULL;
	int         rc = dj_json_text(&hex, json, "sha256", where, err);

	if (rc < 0 || !hex)
		return rc;
	if (s->digest_said)
		return dj_fail(err, DJ_FAIL, "%s: sha256 is said twice (leave one)", where);
	if (!dj_digest_parse(&s->digest, hex, strlen(hex)))
		return dj_fail(err, DJ_FAIL, "%s: sha256 is not 64 hex digits (sha256sum FILE gives it)", where);
	s->digest_said = true;
	return DJ_OK;
}

static bool is_url(const char *s)
{
	return dj_text_starts(s, "https://") || dj_text_starts(s, "http://");
}

static bool is_secret_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= MOST_SECRET && !s[n];
}

/* What a header's name is made of (RFC 9110, 5.6.2). */
static bool is_header_name(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

	return n > 0 && n <= MOST_SECRET && !s[n];
}

static int read_auth(dj_source_spec *s, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *auth = NULL;
	int          rc = dj_json_object(&auth, json, "auth", where, err);

	if (rc < 0 || !auth)
		return rc;
	if (!s->url)
		return dj_fail(err, DJ_FAIL, "%s: auth stands beside a url only", where);
	where = dj_arena_fmt(a, "%s, auth", where);
	if ((rc = dj_manifest_only(auth, DJ_MANIFEST_AUTH, where, err)) < 0 ||
	    (rc = dj_fields_text(&s->auth_header, auth, "!header", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&s->auth_secret, auth, "!secret", where, a, err)) < 0)
		return rc;
	if (!is_header_name(s->auth_header))
		return dj_fail(err, DJ_FAIL, "%s: '%s' is no name of an HTTP header (like Authorization)", where,
		               s->auth_header);
	if (!is_secret_name(s->auth_secret)) /* not shown: somebody may have put the secret itself there */
		return dj_fail(err, DJ_FAIL,
		               "%s: secret is no name of a secret (a-z, 0-9, _ and -; the secret itself never stands "
		               "in a dataset.json)",
		               where);
	return DJ_OK;
}

static int read_source_object(dj_source_spec *s, const cJSON *json, const char *where, dj_arena *a,
                              dj_err *err)
{
	int rc;

	if ((rc = dj_manifest_only(json, DJ_MANIFEST_SOURCE, where, err)) < 0 ||
	    (rc = dj_fields_text(&s->path, json, "path", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&s->url, json, "url", where, a, err)) < 0 ||
	    (rc = read_digest(s, json, where, err)) < 0)
		return rc;
	return read_auth(s, json, where, a, err);
}

/* A text is a path, or a URL when it begins like one. */
static int read_source(dj_source_spec *s, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const char *wrong;
	int         rc;

	if (cJSON_IsObject(json)) {
		if ((rc = read_source_object(s, json, where, a, err)) < 0)
			return rc;
	} else if (cJSON_IsString(json)) {
		if ((wrong = dj_text_wrong(json->valuestring, strlen(json->valuestring), true)))
			return dj_fail(err, DJ_FAIL, "%s: %s", where, wrong);
		*(is_url(json->valuestring) ? &s->url : &s->path) = dj_arena_dup(a, json->valuestring);
	} else {
		return dj_fail(err, DJ_FAIL, "%s is neither a path nor an object", where);
	}
	if (!s->path == !s->url)
		return dj_fail(err, DJ_FAIL, "%s: say path or url, one of them", where);
	if (s->path && !*s->path)
		return dj_fail(err, DJ_FAIL, "%s: the path is empty", where);
	if (s->url && !is_url(s->url))
		return dj_fail(err, DJ_FAIL, "%s: url '%s' does not begin with https:// or http://", where, s->url);
	return DJ_OK;
}

static bool is_stdin(const dj_source_spec *s)
{
	return s->path && strcmp(s->path, "-") == 0;
}

static int read_list(dj_source_spec *source, size_t n, const cJSON *list, const char *where, dj_arena *a,
                     dj_err *err)
{
	const cJSON *item;
	size_t       i = 0;

	if (n == 0 || n > DJ_SOURCES_MOST)
		return dj_fail(err, DJ_FAIL, "%s: %zu sources (1 to %d)", where, n, DJ_SOURCES_MOST);
	cJSON_ArrayForEach(item, list)
	{
		const char *place = dj_arena_fmt(a, "%s[%zu]", where, i);
		if (read_source(&source[i], item, place, a, err) < 0)
			return err->code;
		if (n > 1 && is_stdin(&source[i++]))
			return dj_fail(err, DJ_FAIL, "%s: standard input is one of several sources (save it to a file)",
			               place);
	}
	return DJ_OK;
}

int dj_manifest_read_sources(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON    *said = cJSON_GetObjectItemCaseSensitive(json, "source");
	const char     *place = dj_arena_fmt(a, "%s, source", where);
	bool            list = cJSON_IsArray(said);
	size_t          n = list ? (size_t)cJSON_GetArraySize(said) : 1;
	dj_source_spec *source = dj_arena_alloc(a, n + 1, sizeof *source);

	if (!said)
		return dj_fail(err, DJ_FAIL, "%s: source is missing", where);
	t->source = source;
	t->n_sources = n;
	if ((list ? read_list(source, n, said, place, a, err) : read_source(source, said, place, a, err)) < 0)
		return err->code;
	if (n > 1 && cJSON_HasObjectItem(json, "sha256"))
		return dj_fail(err, DJ_FAIL, "%s: sha256 of which source? (say it in each: {\"path\", \"sha256\"})",
		               where);
	return read_digest(source, json, where, err);
}

/* ---- How they are written ---- */

/* A separator or a quote: one ASCII character. "" is `none`. */
static int read_character(int *out, const cJSON *json, const char *name, int none, const char *where,
                          dj_err *err)
{
	const char *s = NULL;
	int         rc = dj_json_text(&s, json, name, where, err);

	if (rc < 0 || !s)
		return rc;
	if (!*s && none) {
		*out = none;
		return DJ_OK;
	}
	if (strlen(s) != 1 || *s == '\n' || *s == '\r' || (unsigned char)*s > 126)
		return dj_fail(err, DJ_FAIL, "%s: %s is not one ASCII character", where, name);
	*out = *s;
	return DJ_OK;
}

static int one_of(const char *word, const char *const *words, size_t n, const char *name, const char *where,
                  dj_err *err)
{
	if (!word || dj_text_find(word, words, n) < n)
		return DJ_OK;
	char *list = dj_text_list(words, n);
	dj_fail(err, DJ_FAIL, "%s: %s '%s' is none of %s", where, name, word, list);
	free(list);
	return DJ_FAIL;
}

/* A sheet's name, or its number. */
static int read_sheet(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *sheet = cJSON_GetObjectItemCaseSensitive(json, "sheet");
	int64_t      number = 0;

	if (!cJSON_IsNumber(sheet))
		return dj_fields_text(&t->sheet, json, "sheet", where, a, err);
	if (dj_json_integer(&number, json, "sheet", where, err) < 0)
		return err->code;
	if (number < 1)
		return dj_fail(err, DJ_FAIL, "%s: sheets are counted from 1", where);
	t->sheet = dj_arena_fmt(a, "%" PRId64, number);
	return DJ_OK;
}

static bool may_be(const dj_table_spec *t, const char *a, const char *b, const char *c)
{
	return !t->format || strcmp(t->format, a) == 0 || (b && strcmp(t->format, b) == 0) ||
	       (c && strcmp(t->format, c) == 0);
}

/* Where in the file the rows are. */
static int read_place(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const char *const *text[] = {&t->member, &t->sheet, &t->from, &t->rows};
	int                rc;

	if ((rc = dj_fields_text(&t->member, json, "member", where, a, err)) < 0 ||
	    (rc = read_sheet(t, json, where, a, err)) < 0 ||
	    (rc = dj_fields_text(&t->from, json, "from", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&t->encoding, json, "encoding", where, a, err)) < 0 ||
	    (rc = one_of(t->encoding, encodings, DJ_COUNT(encodings), "encoding", where, err)) < 0 ||
	    (rc = dj_fields_text(&t->rows, json, "rows", where, a, err)) < 0 ||
	    (rc = dj_fields_texts(&t->keep, &t->n_keep, json, "keep", false, where, a, err)) < 0)
		return rc;
	for (size_t i = 0; i < DJ_COUNT(text); i++)
		if (*text[i] && !**text[i])
			return dj_fail(err, DJ_FAIL, "%s: member, sheet, from or rows is empty (leave it out)", where);
	if (t->sheet && !may_be(t, "xlsx", NULL, NULL))
		return dj_fail(err, DJ_FAIL, "%s: sheet is for xlsx, not for %s", where, t->format);
	if (t->from && !may_be(t, "sqlite", NULL, NULL))
		return dj_fail(err, DJ_FAIL, "%s: from (a table of a database) is for sqlite, not for %s", where,
		               t->format);
	if (t->rows && !may_be(t, "json", "ndjson", "geojson"))
		return dj_fail(err, DJ_FAIL, "%s: rows (the path to an array) is for json, not for %s", where,
		               t->format);
	if (t->n_keep && !t->rows)
		return dj_fail(err, DJ_FAIL, "%s: keep goes with rows, which says what the rows are", where);
	return DJ_OK;
}

int dj_manifest_read_dialect(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	bool header = false;
	int  rc;

	if ((rc = dj_fields_text(&t->format, json, "format", where, a, err)) < 0 ||
	    (rc = one_of(t->format, formats, DJ_COUNT(formats), "format", where, err)) < 0 ||
	    (rc = read_place(t, json, where, a, err)) < 0 ||
	    (rc = read_character(&t->separator, json, "separator", 0, where, err)) < 0 ||
	    (rc = read_character(&t->quote, json, "quote", -1, where, err)) < 0 ||
	    (rc = dj_json_bool(&header, json, "header", where, err)) < 0 ||
	    (rc = dj_fields_texts(&t->null, &t->n_null, json, "null", false, where, a, err)) < 0)
		return rc;
	t->header = cJSON_HasObjectItem(json, "header") ? header : -1;
	if (t->separator && t->separator == t->quote)
		return dj_fail(err, DJ_FAIL, "%s: separator and quote are the same character", where);
	if (t->null && t->n_null == 0)
		return dj_fail(err, DJ_FAIL,
		               "%s: null is an empty list (leave it out for the usual marks; [\"\"] is: none)",
		               where);
	return DJ_OK;
}

/* ---- Indexes ---- */

static int read_index(dj_index_spec *out, const cJSON *item, const char *where, dj_arena *a, dj_err *err)
{
	size_t       n = (size_t)cJSON_GetArraySize(item);
	const char **column = dj_arena_alloc(a, n + 1, sizeof *column);
	const cJSON *name;

	out->column = column;
	if (!cJSON_IsArray(item) || n == 0 || n > MOST_INDEX_COLUMNS)
		return dj_fail(err, DJ_FAIL, "%s is not a list of 1 to %d names of columns", where,
		               MOST_INDEX_COLUMNS);
	cJSON_ArrayForEach(name, item)
	{
		const char *text = cJSON_GetStringValue(name);
		if (!text || !*text || dj_text_wrong(text, strlen(text), true))
			return dj_fail(err, DJ_FAIL, "%s holds what is no name of a column", where);
		if (dj_text_find(text, column, out->n) < out->n)
			return dj_fail(err, DJ_FAIL, "%s names the column %s twice", where, text);
		column[out->n++] = dj_arena_dup(a, text);
	}
	return DJ_OK;
}

static int read_rtree(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *rtree = NULL;
	int          rc = dj_json_object(&rtree, json, "rtree", where, err);

	if (rc < 0 || !rtree)
		return rc;
	where = dj_arena_fmt(a, "%s, rtree", where);
	if ((rc = dj_manifest_only(rtree, DJ_MANIFEST_RTREE, where, err)) < 0 ||
	    (rc = dj_fields_text(&t->rtree_lat, rtree, "!lat", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&t->rtree_lon, rtree, "!lon", where, a, err)) < 0)
		return rc;
	if (!*t->rtree_lat || !*t->rtree_lon || strcmp(t->rtree_lat, t->rtree_lon) == 0)
		return dj_fail(err, DJ_FAIL, "%s: lat and lon are not the names of two columns", where);
	return DJ_OK;
}

int dj_manifest_read_indexes(dj_table_spec *t, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON   *list = NULL, *item;
	dj_index_spec *index;
	int            rc = dj_json_array(&list, json, "indexes", where, err);

	if (rc < 0)
		return rc;
	if (cJSON_GetArraySize(list) > MOST_INDEXES)
		return dj_fail(err, DJ_FAIL, "%s: %d indexes (at most %d)", where, cJSON_GetArraySize(list),
		               MOST_INDEXES);
	index = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *index);
	t->index = index;
	cJSON_ArrayForEach(item, list)
	{
		const char *place = dj_arena_fmt(a, "%s, indexes[%zu]", where, t->n_indexes);
		if ((rc = read_index(&index[t->n_indexes++], item, place, a, err)) < 0)
			return rc;
	}
	return read_rtree(t, json, where, a, err);
}
