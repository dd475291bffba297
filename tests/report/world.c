#include "world.h"

#include "base/file.h"
#include "base/json.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static dj_cell cell_of(const cJSON *item)
{
	if (cJSON_IsString(item))
		return (dj_cell){.kind = DJ_CELL_TEXT, .text = item->valuestring, .n = strlen(item->valuestring)};
	if (cJSON_IsNumber(item) && (double)(int64_t)item->valuedouble == item->valuedouble)
		return (dj_cell){.kind = DJ_CELL_INTEGER, .integer = (int64_t)item->valuedouble};
	if (cJSON_IsNumber(item))
		return (dj_cell){.kind = DJ_CELL_REAL, .real = item->valuedouble};
	return (dj_cell){.kind = DJ_CELL_NULL};
}

static int put_json(dj_snapshot_writer *s, const char *key, const cJSON *value, dj_err *err)
{
	char *text = cJSON_Print(value);
	int   rc = dj_snapshot_writer_meta(s, key, text, err);

	cJSON_free(text);
	return rc;
}

static int put_table_meta(dj_snapshot_writer *s, const cJSON *table, dj_err *err)
{
	cJSON *meta = cJSON_CreateObject();
	char  *key = dj_fmt("table:%s", member(table, "name")->valuestring);
	int    rc;

	cJSON_AddNumberToObject(meta, "rows", cJSON_GetArraySize(member(table, "rows")));
	cJSON_AddNumberToObject(meta, "rejects",
	                        member(table, "rejects") ? member(table, "rejects")->valueint : 0);
	cJSON_AddItemToObject(meta, "columns", cJSON_Duplicate(member(table, "columns"), 1));
	rc = put_json(s, key, meta, err);
	cJSON_Delete(meta);
	free(key);
	return rc;
}

static int put_table(dj_snapshot_writer *s, const cJSON *table, dj_err *err)
{
	dj_column_def column[16];
	dj_cell       cell[16];
	size_t        n = 0;
	int           rc;

	for (const cJSON *c = member(table, "columns")->child; c && n < 16; c = c->next, n++) {
		column[n].name = cJSON_GetArrayItem(c, 0)->valuestring;
		column[n].type = dj_coltype_by_name(cJSON_GetArrayItem(c, 1)->valuestring);
	}
	if ((rc = dj_snapshot_writer_table(s, member(table, "name")->valuestring, column, n, err)) < 0)
		return rc;
	for (const cJSON *row = member(table, "rows")->child; row && rc == DJ_OK; row = row->next) {
		size_t i = 0;

		for (const cJSON *item = row->child; item && i < n; item = item->next)
			cell[i++] = cell_of(item);
		rc = dj_snapshot_writer_row(s, cell, err);
	}
	return rc;
}

static int fill(dj_snapshot_writer *s, const cJSON *d, const char *name, dj_err *err)
{
	int rc = DJ_OK;

	for (const cJSON *t = member(d, "tables")->child; t && rc == DJ_OK; t = t->next)
		rc = put_table(s, t, err);
	for (const cJSON *t = member(d, "tables")->child; t && rc == DJ_OK; t = t->next)
		rc = put_table_meta(s, t, err);
	if (rc == DJ_OK && (rc = put_json(s, "manifest", member(d, "manifest"), err)) == DJ_OK &&
	    (rc = put_json(s, "sources", member(d, "sources"), err)) == DJ_OK &&
	    (rc = dj_snapshot_writer_meta(s, "dataset", name, err)) == DJ_OK &&
	    (rc = dj_snapshot_writer_meta(s, "loaded", "2026-01-02T03:00:00Z", err)) == DJ_OK)
		rc = dj_snapshot_writer_meta(s, "toolkit", "0.1.0", err);
	return rc;
}

static int load(const dj_workspace *w, const cJSON *d, dj_err *err)
{
	dj_snapshot_writer *s = NULL;
	const char         *name = member(member(d, "manifest"), "name")->valuestring;
	char               *folder = NULL, *path = NULL;
	dj_digest           djs1;
	int                 fd = -1, rc;

	if ((rc = dj_workspace_temp(&folder, w, "load", err)) < 0)
		goto out;
	path = dj_path_join(folder, "snapshot.db");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = dj_fail_errno(err, "%s", path);
		goto out;
	}
	if ((rc = dj_snapshot_writer_open(&s, fd, NULL, err)) == DJ_OK && (rc = fill(s, d, name, err)) == DJ_OK &&
	    (rc = dj_snapshot_writer_finish(s, &djs1, err)) == DJ_OK)
		rc = dj_catalogue_publish(w, name, &djs1, path, err);
out:
	dj_snapshot_writer_free(s);
	if (fd >= 0)
		close(fd);
	free(path);
	free(folder);
	return rc;
}

static int write_jam(const char *folder, const cJSON *jam, dj_err *err)
{
	char *path = dj_path_join(folder, "jam.json"), *text = cJSON_Print(jam);
	int   rc = dj_file_write(path, text, strlen(text), err);

	cJSON_free(text);
	free(path);
	return rc;
}

static int record_all(world *x, const cJSON *runs, dj_err *err)
{
	int rc = DJ_OK;

	for (const cJSON *item = runs->child; item && rc == DJ_OK; item = item->next) {
		dj_arena     *a = dj_arena_new();
		dj_run_record run;

		if ((rc = world_run(&run, item, x->c, a, err)) == DJ_OK)
			rc = dj_record_run(x->r, &run, err);
		dj_arena_free(a);
	}
	return rc;
}

int world_make(world *x, const char *folder, const char *toolkit, const char *file, dj_err *err)
{
	cJSON *all = NULL;
	int    rc;

	*x = (world){0};
	if ((rc = dj_json_read(&all, file, 16 << 20, err)) < 0 || (rc = dj_workspace_init(folder, err)) < 0 ||
	    (rc = write_jam(folder, member(all, "jam"), err)) < 0 ||
	    (rc = dj_workspace_open(&x->w, folder, err)) < 0 ||
	    (rc = dj_vocabulary_load(&x->v, toolkit, err)) < 0)
		goto out;
	for (const cJSON *d = member(all, "datasets")->child; d && rc == DJ_OK; d = d->next)
		rc = load(x->w, d, err);
	if (rc == DJ_OK && (rc = dj_catalogue_open(&x->c, x->w, x->v, err)) == DJ_OK &&
	    (rc = dj_record_open(&x->r, x->w, err)) == DJ_OK)
		rc = record_all(x, member(all, "runs"), err);
out:
	cJSON_Delete(all);
	return rc;
}

void world_free(world *x)
{
	dj_record_close(x->r);
	dj_catalogue_free(x->c);
	dj_vocabulary_free(x->v);
	dj_workspace_free(x->w);
	*x = (world){0};
}
