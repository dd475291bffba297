/*
 * datasets.h - small datasets for tests, written as the loader would: numbers count rows, text of a column OWN is "v-OWN".
 */
#ifndef DJ_TESTS_DATASETS_H
#define DJ_TESTS_DATASETS_H

#include "store_test.h"

#include "base/json.h"
#include "store/catalogue.h"
#include "store/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

typedef struct test_dataset {
	const char *name; /* of the dataset and of its one table */
	const char *role;
	/* "to_account=ACC amount=AMT,integer -OTHER": role column = column[,type]; -COLUMN fills no role */
	const char *columns;
	const char *manifest; /* further members: "\"made\":true," */
	const char *said;     /* further members of the table: "\"columns\":{...}," */
	int64_t     rows;
} test_dataset;

typedef struct test_columns {
	dj_column_def def[32];
	char          name[32][64], role[32][64], text[32][72];
	size_t        n;
} test_columns;

static inline void read_columns(test_columns *out, const test_dataset *d, const dj_vocabulary *v)
{
	char *copy = dj_strdup(d->columns), *save = NULL;

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save), out->n++) {
		const dj_role_column *known;
		char                 *equals = strchr(word, '='), *comma = strchr(word, ',');

		if (comma)
			*comma++ = '\0';
		snprintf(out->name[out->n], sizeof out->name[0], "%s", equals ? equals + 1 : word + (*word == '-'));
		snprintf(out->text[out->n], sizeof out->text[0], "v-%s", equals ? equals + 1 : word + (*word == '-'));
		if (equals)
			*equals = '\0';
		if (*word != '-')
			snprintf(out->role[out->n], sizeof out->role[0], "%s", word);
		known = dj_vocabulary_role(v, d->role) ? dj_role_find(dj_vocabulary_role(v, d->role), word) : NULL;
		out->def[out->n].type = comma ? dj_coltype_by_name(comma) : known ? known->type : DJ_COL_TEXT;
	}
	free(copy);
	for (size_t i = 0; i < out->n; i++)
		out->def[i].name = out->name[i];
}

static inline char *manifest_of(const test_dataset *d, const test_columns *c)
{
	dj_buf b = {0};
	bool   first = true;

	dj_buf_fmt(&b, "{\"format\":1,\"name\":\"%s\",%s\"tables\":[{\"source\":\"x.csv\",%s\"roles\":{\"%s\":{",
	           d->name, d->manifest ? d->manifest : "", d->said ? d->said : "", d->role);
	for (size_t i = 0; i < c->n; i++) {
		if (!*c->role[i])
			continue;
		dj_buf_fmt(&b, "%s\"%s\":\"%s\"", first ? "" : ",", c->role[i], c->name[i]);
		first = false;
	}
	dj_buf_text(&b, "}}}]}");
	return dj_buf_take(&b);
}

static inline char *table_of(const test_dataset *d, const test_columns *c)
{
	dj_buf b = {0};

	dj_buf_fmt(&b, "{\"rows\":%lld,\"rejects\":0,\"columns\":[", (long long)d->rows);
	for (size_t i = 0; i < c->n; i++)
		dj_buf_fmt(&b, "%s[\"%s\",\"%s\"]", i ? "," : "", c->name[i], dj_coltype_name(c->def[i].type));
	dj_buf_text(&b, "]}");
	return dj_buf_take(&b);
}

static inline void write_dataset(const dj_workspace *w, const dj_vocabulary *v, const test_dataset *d)
{
	test_columns        c = {0};
	char               *folder = NULL, *path, *manifest, *table;
	char               *key = dj_fmt("table:%s", d->name);
	dj_snapshot_writer *s = NULL;
	dj_digest           djs1;
	dj_cell             cell[32];
	dj_err              err = {0};

	read_columns(&c, d, v);
	manifest = manifest_of(d, &c);
	table = table_of(d, &c);
	fine(dj_workspace_temp(&folder, w, "load", &err));
	path = dj_path_join(folder, "snapshot.db");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	fine(dj_snapshot_writer_open(&s, fd, NULL, &err));
	fine(dj_snapshot_writer_table(s, d->name, c.def, c.n, &err));
	for (int64_t row = 1; row <= d->rows; row++) {
		for (size_t i = 0; i < c.n; i++) {
			cell[i] = (dj_cell){.kind = DJ_CELL_TEXT, .text = c.text[i], .integer = row, .real = (double)row};
			cell[i].n = strlen(c.text[i]);
			if (c.def[i].type == DJ_COL_INTEGER)
				cell[i].kind = DJ_CELL_INTEGER;
			else if (c.def[i].type == DJ_COL_REAL)
				cell[i].kind = DJ_CELL_REAL;
		}
		fine(dj_snapshot_writer_row(s, cell, &err));
	}
	fine(dj_snapshot_writer_meta(s, "manifest", manifest, &err));
	fine(dj_snapshot_writer_meta(s, "dataset", d->name, &err));
	fine(dj_snapshot_writer_meta(s, "loaded", "2024-05-01T12:00:00Z", &err));
	fine(dj_snapshot_writer_meta(s, "toolkit", "0.1.0", &err));
	fine(dj_snapshot_writer_meta(s, "sources", "[]", &err));
	fine(dj_snapshot_writer_meta(s, key, table, &err));
	fine(dj_snapshot_writer_finish(s, &djs1, &err));
	dj_snapshot_writer_free(s);
	close(fd);
	fine(dj_catalogue_publish(w, d->name, &djs1, path, &err));
	free(path);
	free(folder);
	free(manifest);
	free(table);
	free(key);
}

#endif
