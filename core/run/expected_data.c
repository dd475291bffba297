/* Rows of a case as a snapshot: what loading a file with the role's own columns would give. */
#include "run/expected_parts.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "store/snapshot.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct sheet {
	const char    *role;
	const cJSON   *rows;
	dj_column_def *column;
	size_t         n_columns;
	int64_t        n_rows;
	dj_arena      *arena;
	dj_err        *err;
} sheet;

/* ---- Columns ---- */

static bool whole(const cJSON *v)
{
	return v->valuedouble == floor(v->valuedouble) && fabs(v->valuedouble) < 9007199254740992.0;
}

/* The type of a column outside the vocabulary: the narrowest that holds all its values. */
static dj_coltype guess(const sheet *s, int column)
{
	dj_coltype   type = DJ_COL_UNKNOWN;
	const cJSON *row;

	for (row = s->rows->child->next; row; row = row->next) {
		const cJSON *v = cJSON_GetArrayItem(row, column);
		dj_coltype   its = cJSON_IsBool(v)     ? DJ_COL_BOOLEAN
		                   : cJSON_IsString(v) ? DJ_COL_TEXT
		                   : cJSON_IsNumber(v) ? (whole(v) ? DJ_COL_INTEGER : DJ_COL_REAL)
		                                       : DJ_COL_UNKNOWN;

		if (its == DJ_COL_UNKNOWN || its == type)
			continue;
		if (type == DJ_COL_UNKNOWN)
			type = its;
		else if ((type == DJ_COL_INTEGER && its == DJ_COL_REAL) ||
		         (type == DJ_COL_REAL && its == DJ_COL_INTEGER))
			type = DJ_COL_REAL;
		else
			return DJ_COL_TEXT;
	}
	return type == DJ_COL_UNKNOWN ? DJ_COL_TEXT : type;
}

static int read_header(sheet *s, const dj_vocabulary *v)
{
	const cJSON   *header = s->rows->child, *item;
	const dj_role *role = dj_vocabulary_role(v, s->role);

	if (!role)
		return dj_fail(s->err, DJ_FAIL, "rows: no role is called '%s' (datajam roles lists them)", s->role);
	if (!cJSON_IsArray(header) || !header->child)
		return dj_fail(s->err, DJ_FAIL, "rows.%s: the first item is the header, a list of column names",
		               s->role);
	s->column = dj_arena_alloc(s->arena, (size_t)cJSON_GetArraySize(header), sizeof *s->column);
	cJSON_ArrayForEach(item, header)
	{
		const dj_role_column *known;

		if (!cJSON_IsString(item))
			return dj_fail(s->err, DJ_FAIL, "rows.%s: a column's name is text", s->role);
		known = dj_role_find(role, item->valuestring);
		s->column[s->n_columns] =
		    (dj_column_def){item->valuestring, known ? known->type : guess(s, (int)s->n_columns)};
		s->n_columns++;
	}
	return DJ_OK;
}

/* ---- Cells ---- */

static int misfit(const sheet *s, size_t k, const char *what)
{
	return dj_fail(s->err, DJ_FAIL, "rows.%s, row %lld: %s must be %s (the vocabulary's type is %s)", s->role,
	               (long long)s->n_rows + 1, s->column[k].name, what, dj_coltype_name(s->column[k].type));
}

static int text_cell(dj_cell *out, const char *text)
{
	*out = (dj_cell){.kind = DJ_CELL_TEXT, .text = text, .n = strlen(text)};
	return DJ_OK;
}

/* An instant as the loader stores it; a date alone is its first second. */
static int instant_cell(dj_cell *out, const sheet *s, size_t k, const char *text)
{
	int64_t seconds;
	bool    zoned;
	dj_date date;
	char    canonical[21];

	if (dj_date_parse(&date, text, strlen(text)))
		return text_cell(out, dj_arena_fmt(s->arena, "%sT00:00:00", text));
	if (!dj_instant_parse(&seconds, &zoned, text, strlen(text)))
		return misfit(s, k, "like 2024-03-02T10:00:00");
	dj_instant_text(canonical, seconds, zoned);
	return text_cell(out, dj_arena_dup(s->arena, canonical));
}

static int read_cell(dj_cell *out, const sheet *s, size_t k, const cJSON *v)
{
	const char *text = cJSON_GetStringValue(v);
	dj_date     date;

	*out = (dj_cell){.kind = DJ_CELL_NULL};
	if (cJSON_IsNull(v))
		return DJ_OK;
	switch (s->column[k].type) {
	case DJ_COL_INTEGER:
		if (!cJSON_IsNumber(v) || !whole(v))
			return misfit(s, k, "a whole number");
		*out = (dj_cell){.kind = DJ_CELL_INTEGER, .integer = (int64_t)v->valuedouble};
		return DJ_OK;
	case DJ_COL_REAL:
		if (!cJSON_IsNumber(v))
			return misfit(s, k, "a number");
		*out = (dj_cell){.kind = DJ_CELL_REAL, .real = v->valuedouble};
		return DJ_OK;
	case DJ_COL_BOOLEAN:
		if (!cJSON_IsBool(v) && !(cJSON_IsNumber(v) && (v->valuedouble == 0 || v->valuedouble == 1)))
			return misfit(s, k, "true or false");
		*out = (dj_cell){.kind = DJ_CELL_INTEGER,
		                 .integer = cJSON_IsTrue(v) || (cJSON_IsNumber(v) && v->valuedouble == 1)};
		return DJ_OK;
	case DJ_COL_DATE:
		if (!text || !dj_date_parse(&date, text, strlen(text)))
			return misfit(s, k, "like \"2024-03-02\"");
		return text_cell(out, text);
	case DJ_COL_INSTANT:
		return text ? instant_cell(out, s, k, text) : misfit(s, k, "like \"2024-03-02T10:00:00\"");
	default: return text ? text_cell(out, text) : misfit(s, k, "text, in quotes");
	}
}

static int write_rows(sheet *s, dj_snapshot_writer *writer)
{
	dj_cell     *cell = dj_arena_alloc(s->arena, s->n_columns, sizeof *cell);
	const cJSON *row, *v;

	for (row = s->rows->child->next; row; row = row->next, s->n_rows++) {
		size_t k = 0;

		if (!cJSON_IsArray(row) || (size_t)cJSON_GetArraySize(row) != s->n_columns)
			return dj_fail(s->err, DJ_FAIL, "rows.%s, row %lld has %d values, the header %zu", s->role,
			               (long long)s->n_rows + 1, cJSON_GetArraySize(row), s->n_columns);
		cJSON_ArrayForEach(v, row)
		{
			if (read_cell(&cell[k], s, k, v) < 0)
				return DJ_FAIL;
			k++;
		}
		if (dj_snapshot_writer_row(writer, cell, s->err) < 0)
			return DJ_FAIL;
	}
	return DJ_OK;
}

/* ---- The snapshot ---- */

static const char *manifest_text(const sheet *s)
{
	dj_buf b = {0};

	dj_buf_fmt(&b, "{\"format\":1,\"name\":\"%s\",\"tables\":[{\"source\":\"rows\",\"roles\":{\"%s\":{",
	           s->role, s->role);
	for (size_t i = 0; i < s->n_columns; i++)
		dj_json_add_text(&b, s->column[i].name, s->column[i].name);
	dj_buf_text(&b, "}}}]}");
	return dj_buf_keep(&b, s->arena);
}

static const char *table_text(const sheet *s)
{
	dj_buf b = {0};

	dj_buf_fmt(&b, "{\"rows\":%lld,\"rejects\":0,\"columns\":[", (long long)s->n_rows);
	for (size_t i = 0; i < s->n_columns; i++) {
		dj_json_add_texts(&b, NULL, (const char *[]){s->column[i].name, dj_coltype_name(s->column[i].type)},
		                  2);
	}
	dj_buf_text(&b, "]}");
	return dj_buf_keep(&b, s->arena);
}

/* What the vocabulary asks of a role (a required column) is asked here too, before anything is written. */
static int check_manifest(const sheet *s, const dj_vocabulary *v)
{
	const char  *text = manifest_text(s);
	dj_manifest *m;

	if (dj_manifest_parse(&m, text, strlen(text), NULL, v, s->err) < 0)
		return dj_fail_in(s->err, "rows");
	dj_manifest_free(m);
	return DJ_OK;
}

static int write_meta(const sheet *s, dj_snapshot_writer *w)
{
	const char *const meta[][2] = {{"manifest", manifest_text(s)},
	                               {"dataset", s->role},
	                               {"loaded", "1970-01-01T00:00:00Z"},
	                               {"toolkit", DJ_VERSION},
	                               {"sources", "[]"},
	                               {dj_arena_fmt(s->arena, "table:%s", s->role), table_text(s)}};
	int               rc = DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < DJ_COUNT(meta); i++)
		rc = dj_snapshot_writer_meta(w, meta[i][0], meta[i][1], s->err);
	return rc;
}

static int write_snapshot(sheet *s, const char *path, dj_digest *djs1)
{
	dj_snapshot_writer *writer = NULL;
	int                 fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc;

	if (fd < 0)
		return dj_fail_errno(s->err, "%s", path);
	if ((rc = dj_snapshot_writer_open(&writer, fd, NULL, s->err)) < 0 ||
	    (rc = dj_snapshot_writer_table(writer, s->role, s->column, s->n_columns, s->err)) < 0 ||
	    (rc = write_rows(s, writer)) < 0 || (rc = write_meta(s, writer)) < 0)
		goto out;
	rc = dj_snapshot_writer_finish(writer, djs1, s->err);
out:
	dj_snapshot_writer_free(writer);
	close(fd);
	return rc;
}

int dj_expected_rows(const dj_workspace *w, const dj_vocabulary *v, const char *role, const cJSON *rows,
                     dj_err *err)
{
	sheet     s = {.role = role, .rows = rows, .arena = dj_arena_new(), .err = err};
	dj_digest djs1;
	char     *folder = NULL, *path = NULL;
	int       rc;

	if (!cJSON_IsArray(rows) || !rows->child)
		rc = dj_fail(err, DJ_FAIL, "rows.%s must be a list: the header, then rows", role);
	else if ((rc = read_header(&s, v)) == DJ_OK && (rc = check_manifest(&s, v)) == DJ_OK &&
	         (rc = dj_workspace_temp(&folder, w, "rows", err)) == DJ_OK) {
		path = dj_path_join(folder, "snapshot.db");
		if ((rc = write_snapshot(&s, path, &djs1)) == DJ_OK)
			rc = dj_catalogue_publish(w, role, &djs1, path, err);
		dj_tree_remove(folder, NULL);
	}
	free(path);
	free(folder);
	dj_arena_free(s.arena);
	return rc;
}
