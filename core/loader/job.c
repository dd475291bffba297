#include "loader/job.h"

#include "base/json.h"
#include "store/manifest_members.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { JOB_MOST = 16 << 20 };

static int read_texts(const char *const **out, size_t *n, bool *said, const cJSON *object, const char *name,
                      dj_arena *a, dj_err *err)
{
	const cJSON *list = NULL, *item;
	const char **text;

	if (dj_json_array(&list, object, name, "job", err) < 0)
		return err->code;
	if (said)
		*said = list != NULL;
	if (!list)
		return DJ_OK;
	text = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *text);
	*out = text;
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return dj_fail(err, DJ_FAIL, "job: %s holds what is no text", name);
		text[(*n)++] = dj_arena_dup(a, item->valuestring);
	}
	return DJ_OK;
}

static int read_text(const char **out, const cJSON *object, const char *name, dj_arena *a, dj_err *err)
{
	const char *text = NULL;
	int         rc = dj_json_text(&text, object, name, "job", err);

	if (rc == DJ_OK && text)
		*out = dj_arena_dup(a, text);
	return rc;
}

static int read_column(dj_job_column *out, const cJSON *object, dj_arena *a, dj_err *err)
{
	const char *type = NULL;
	int         rc;

	if ((rc = read_text(&out->name, object, "!name", a, err)) < 0 ||
	    (rc = dj_json_text(&type, object, "type", "job", err)) < 0 ||
	    (rc = dj_json_bool(&out->must, object, "must", "job", err)) < 0)
		return rc;
	out->type = type ? dj_coltype_by_name(type) : DJ_COL_UNKNOWN;
	return read_texts(&out->null, &out->n_null, &out->null_said, object, "null", a, err);
}

static int read_dialect(dj_job_table *out, const cJSON *object, dj_err *err)
{
	const char *format = NULL, *separator = NULL, *quote = NULL;
	bool        header = false;
	int         rc;

	if ((rc = dj_json_text(&format, object, "format", "job", err)) < 0 ||
	    (rc = dj_json_text(&separator, object, "separator", "job", err)) < 0 ||
	    (rc = dj_json_text(&quote, object, "quote", "job", err)) < 0 ||
	    (rc = dj_json_bool(&header, object, "header", "job", err)) < 0)
		return rc;
	out->format = format ? dj_format_by_name(format) : DJ_FORMAT_UNKNOWN;
	out->separator = separator ? *separator : 0;
	out->quote = !quote ? 0 : *quote ? *quote : -1;
	out->header = cJSON_HasObjectItem(object, "header") ? header : -1;
	return DJ_OK;
}

static int read_table(dj_job_table *out, const cJSON *object, dj_arena *a, dj_err *err)
{
	const cJSON   *columns = NULL, *item;
	dj_job_column *column;
	int64_t        fd = -1, bytes = 0;
	int            rc;

	if ((rc = read_text(&out->name, object, "!name", a, err)) < 0 ||
	    (rc = dj_json_integer(&fd, object, "!fd", "job", err)) < 0 ||
	    (rc = dj_json_integer(&bytes, object, "bytes", "job", err)) < 0 ||
	    (rc = read_dialect(out, object, err)) < 0 ||
	    (rc = read_texts(&out->null, &out->n_null, &out->null_said, object, "null", a, err)) < 0 ||
	    (rc = dj_json_array(&columns, object, "columns", "job", err)) < 0 ||
	    (rc = dj_manifest_read_steps(&out->step, &out->n_steps, object, "job", a, err)) < 0)
		return rc;
	out->fd = (int)fd;
	out->bytes = (uint64_t)bytes;
	column = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(columns) + 1, sizeof *column);
	out->column = column;
	cJSON_ArrayForEach(item, columns)
	{
		if ((rc = read_column(&column[out->n_columns++], item, a, err)) < 0)
			return rc;
	}
	return DJ_OK;
}

static int read_gazetteers(dj_gazetteers *out, const cJSON *list, dj_arena *a, dj_err *err)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		const char *name = NULL, *table = NULL, *names = NULL;
		if (dj_json_text(&name, item, "!name", "job", err) < 0 ||
		    dj_json_text(&table, item, "!table", "job", err) < 0 ||
		    dj_json_text(&names, item, "!names", "job", err) < 0)
			return err->code;
		if (dj_gazetteer_read(strcmp(name, "regions") == 0 ? &out->regions : &out->places, name, table, names,
		                      a, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

static int read_meta(dj_job *out, const cJSON *list, dj_arena *a, dj_err *err)
{
	const char *(*meta)[2] = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *meta);
	const cJSON *item;

	out->meta = (const char *const(*)[2])meta;
	cJSON_ArrayForEach(item, list)
	{
		const cJSON *key = cJSON_GetArrayItem(item, 0), *value = cJSON_GetArrayItem(item, 1);
		if (!cJSON_IsString(key) || !cJSON_IsString(value))
			return dj_fail(err, DJ_FAIL, "job: meta holds pairs of texts");
		meta[out->n_meta][0] = dj_arena_dup(a, key->valuestring);
		meta[out->n_meta++][1] = dj_arena_dup(a, value->valuestring);
	}
	return DJ_OK;
}

static int read_job(dj_job *out, const cJSON *json, dj_arena *a, dj_err *err)
{
	const cJSON   *tables = NULL, *meta = NULL, *gazetteers = NULL, *item;
	const char    *action = NULL;
	dj_gazetteers *known = dj_arena_alloc(a, 1, sizeof *known);
	dj_job_table  *table;
	int            rc;

	if ((rc = dj_json_text(&action, json, "!action", "job", err)) < 0 ||
	    (rc = dj_json_integer(&out->limit, json, "limit", "job", err)) < 0 ||
	    (rc = dj_json_array(&meta, json, "meta", "job", err)) < 0 ||
	    (rc = dj_json_array(&gazetteers, json, "gazetteers", "job", err)) < 0 ||
	    (rc = read_gazetteers(known, gazetteers, a, err)) < 0 ||
	    (rc = dj_json_array(&tables, json, "!tables", "job", err)) < 0)
		return rc;
	out->look = strcmp(action, "look") == 0;
	table = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(tables) + 1, sizeof *table);
	out->table = table;
	cJSON_ArrayForEach(item, tables)
	{
		table[out->n_tables].gazetteers = known;
		if ((rc = read_table(&table[out->n_tables++], item, a, err)) < 0)
			return rc;
	}
	return read_meta(out, meta, a, err);
}

int dj_job_parse(dj_job *out, const char *json, size_t n, dj_arena *a, dj_err *err)
{
	cJSON *tree = NULL;
	int    rc = dj_json_parse(&tree, json, n, err);

	*out = (dj_job){0};
	if (rc == DJ_OK)
		rc = read_job(out, tree, a, err);
	cJSON_Delete(tree);
	return rc;
}

int dj_job_read(dj_job *out, int fd, dj_arena *a, dj_err *err)
{
	dj_buf  text = {0};
	ssize_t got;
	int     rc;

	do {
		got = pread(fd, dj_buf_room(&text, 65536), 65536, (off_t)text.n);
		if (got > 0)
			text.n += (size_t)got;
	} while ((got > 0 && text.n < JOB_MOST) || (got < 0 && errno == EINTR));
	if (got < 0)
		rc = dj_fail_errno(err, "can not read the job");
	else
		rc = dj_job_parse(out, text.data, text.n, a, err);
	dj_buf_free(&text);
	return rc;
}
