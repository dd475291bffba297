#include "loader/job.h"

#include "base/json.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { JOB_MOST = 16 << 20 };

static int list_texts(const char *const **out, size_t *n, const cJSON *list, const char *name, dj_arena *a,
                      dj_err *err)
{
	const cJSON *item;
	const char **text;

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

static int read_texts(const char *const **out, size_t *n, bool *said, const cJSON *object, const char *name,
                      dj_arena *a, dj_err *err)
{
	const cJSON *list = NULL;

	if (dj_json_array(&list, object, name, "job", err) < 0)
		return err->code;
	if (said)
		*said = list != NULL;
	return list ? list_texts(out, n, list, name, a, err) : DJ_OK;
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

static int read_step(dj_step *out, const cJSON *object, dj_arena *a, dj_err *err)
{
	int64_t op = 0;
	int     rc;

	if ((rc = dj_json_integer(&op, object, "!op", "job", err)) < 0 ||
	    (rc = read_text(&out->column, object, "column", a, err)) < 0 ||
	    (rc = read_text(&out->to, object, "to", a, err)) < 0 ||
	    (rc = read_text(&out->text, object, "text", a, err)) < 0 ||
	    (rc = read_text(&out->open, object, "open", a, err)) < 0 ||
	    (rc = read_text(&out->close, object, "close", a, err)) < 0 ||
	    (rc = dj_json_bool(&out->negate, object, "not", "job", err)) < 0)
		return rc;
	if (op < 0 || op > DJ_STEP_TRIM)
		return dj_fail(err, DJ_FAIL, "job: no such step");
	out->op = (dj_step_op)op;
	return read_texts(&out->values, &out->n_values, NULL, object, "values", a, err);
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

static int read_sources(dj_job_table *out, const cJSON *object, dj_arena *a, dj_err *err)
{
	const cJSON   *sources = NULL, *item;
	dj_job_source *source;
	int64_t        fd, bytes, scratch, most;

	if (dj_json_array(&sources, object, "!sources", "job", err) < 0)
		return err->code;
	source = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(sources) + 1, sizeof *source);
	out->source = source;
	cJSON_ArrayForEach(item, sources)
	{
		fd = scratch = -1;
		bytes = most = 0;
		if (dj_json_integer(&fd, item, "!fd", "job", err) < 0 ||
		    dj_json_integer(&bytes, item, "!bytes", "job", err) < 0 ||
		    dj_json_integer(&scratch, item, "scratch", "job", err) < 0 ||
		    dj_json_integer(&most, item, "most", "job", err) < 0)
			return err->code;
		source[out->n_sources++] = (dj_job_source){(int)fd, (uint64_t)bytes, (int)scratch, (uint64_t)most};
		out->bytes += (uint64_t)bytes;
	}
	if (out->n_sources == 0)
		return dj_fail(err, DJ_FAIL, "job: a table without a source");
	out->fd = source[0].fd;
	return DJ_OK;
}

static int read_place(dj_job_table *out, const cJSON *object, dj_arena *a, dj_err *err)
{
	int64_t spare = -1;
	int     rc = dj_json_integer(&spare, object, "spare", "job", err);

	out->spare_fd = (int)spare;
	if (rc < 0 || (rc = dj_json_bool(&out->parts, object, "parts", "job", err)) < 0 ||
	    (rc = read_text(&out->member, object, "member", a, err)) < 0 ||
	    (rc = read_text(&out->sheet, object, "sheet", a, err)) < 0 ||
	    (rc = read_text(&out->from, object, "from", a, err)) < 0 ||
	    (rc = read_text(&out->encoding, object, "encoding", a, err)) < 0 ||
	    (rc = read_text(&out->rows, object, "rows", a, err)) < 0)
		return rc;
	return read_texts(&out->keep, &out->n_keep, NULL, object, "keep", a, err);
}

static int read_indexes(dj_job_table *out, const cJSON *object, dj_arena *a, dj_err *err)
{
	const cJSON       *indexes = NULL, *item;
	const char *const *pair = NULL;
	dj_index_spec     *index;
	size_t             n = 0;

	if (dj_json_array(&indexes, object, "indexes", "job", err) < 0 ||
	    read_texts(&pair, &n, NULL, object, "rtree", a, err) < 0)
		return err->code;
	if (pair && n != 2)
		return dj_fail(err, DJ_FAIL, "job: an rtree is made of two columns");
	out->rtree_lat = pair ? pair[0] : NULL;
	out->rtree_lon = pair ? pair[1] : NULL;
	index = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(indexes) + 1, sizeof *index);
	out->index = index;
	cJSON_ArrayForEach(item, indexes)
	{
		dj_index_spec *its = &index[out->n_indexes++];
		if (list_texts(&its->column, &its->n, item, "indexes", a, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

static int read_table(dj_job_table *out, const cJSON *object, dj_arena *a, dj_err *err)
{
	const cJSON   *columns = NULL, *steps = NULL, *item;
	dj_job_column *column;
	dj_step       *step;
	int            rc;

	if ((rc = read_text(&out->name, object, "!name", a, err)) < 0 ||
	    (rc = read_sources(out, object, a, err)) < 0 || (rc = read_place(out, object, a, err)) < 0 ||
	    (rc = read_indexes(out, object, a, err)) < 0 || (rc = read_dialect(out, object, err)) < 0 ||
	    (rc = read_texts(&out->null, &out->n_null, &out->null_said, object, "null", a, err)) < 0 ||
	    (rc = dj_json_array(&columns, object, "columns", "job", err)) < 0 ||
	    (rc = dj_json_array(&steps, object, "steps", "job", err)) < 0)
		return rc;
	column = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(columns) + 1, sizeof *column);
	step = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(steps) + 1, sizeof *step);
	out->column = column;
	out->step = step;
	cJSON_ArrayForEach(item, columns)
	{
		if ((rc = read_column(&column[out->n_columns++], item, a, err)) < 0)
			return rc;
	}
	cJSON_ArrayForEach(item, steps)
	{
		if ((rc = read_step(&step[out->n_steps++], item, a, err)) < 0)
			return rc;
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
	int64_t       sources = -1, sorting = -1;
	const cJSON  *tables = NULL, *meta = NULL, *item;
	const char   *action = NULL;
	dj_job_table *table;
	int           rc;

	if ((rc = dj_json_text(&action, json, "!action", "job", err)) < 0 ||
	    (rc = dj_json_integer(&out->limit, json, "limit", "job", err)) < 0 ||
	    (rc = dj_json_array(&meta, json, "meta", "job", err)) < 0 ||
	    (rc = dj_json_integer(&sources, json, "sources", "job", err)) < 0 ||
	    (rc = dj_json_integer(&sorting, json, "sorting", "job", err)) < 0 ||
	    (rc = dj_json_array(&tables, json, "!tables", "job", err)) < 0)
		return rc;
	out->sources_fd = (int)sources;
	out->sorting_fd = (int)sorting;
	out->preview = strcmp(action, "preview") == 0;
	out->look = out->preview || strcmp(action, "look") == 0;
	table = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(tables) + 1, sizeof *table);
	out->table = table;
	cJSON_ArrayForEach(item, tables)
	{
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
