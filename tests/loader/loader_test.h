/*
 * loader_test.h - loads a text in this process, without the cage, and shows what came of it in one line.
 */
#ifndef DJ_TESTS_LOADER_TEST_H
#define DJ_TESTS_LOADER_TEST_H

#include "../base/cases.h"

#include "base/json.h"
#include "loader/load.h"
#include "store/snapshot.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static inline int file_of(const void *bytes, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	for (size_t at = 0; at < n;) {
		ssize_t wrote = write(fd, (const char *)bytes + at, n - at);
		assert_true(wrote > 0);
		at += (size_t)wrote;
	}
	return fd;
}

typedef struct loaded {
	int      snapshot; /* descriptor */
	int      rc;
	dj_err   err;
	cJSON   *answer; /* LOADED, NULL when there is none */
	sqlite3 *db;
} loaded;

static inline void read_frames(loaded *l, int fd)
{
	dj_wire_in      in = {0};
	dj_wire_payload p;
	dj_arena       *a = dj_arena_new();
	char            block[4096];
	ssize_t         got;
	dj_err          err = {0};

	for (off_t at = 0; (got = pread(fd, block, sizeof block, at)) > 0; at += got) {
		dj_wire_feed(&in, block, (size_t)got);
		while (dj_wire_next(&in, &p, &err) > 0)
			if (p.type == DJ_WIRE_LOADED) {
				const char *json = dj_wire_text(&p, a, DJ_WIRE_MOST, true);
				assert_null(p.wrong);
				assert_int_equal(dj_json_parse(&l->answer, json, strlen(json), &err), DJ_OK);
			}
	}
	assert_true(dj_wire_in_empty(&in));
	dj_wire_in_free(&in);
	dj_arena_free(a);
}

/* `members`: of the job's table besides name and sources, beginning with a comma, or "". */
static inline loaded load_bytes_by(dj_pool *pool, const char *members, const void *bytes, size_t n, int64_t limit)
{
	loaded      l = {.snapshot = memfd_create("snapshot", MFD_CLOEXEC)};
	int         source = file_of(bytes, n), frames = memfd_create("frames", MFD_CLOEXEC);
	dj_wire_out out = {.fd = frames};
	dj_arena   *a = dj_arena_new();
	const char *table;
	dj_job      job;
	char *json = dj_fmt("{\"format\":1,\"action\":\"load\",\"limit\":%lld,\"meta\":[[\"dataset\",\"t\"]],"
	                    "\"tables\":[{\"name\":\"t\",\"sources\":[{\"fd\":%d,\"bytes\":%zu}]%s}]}",
	                    (long long)limit, source, n, members);

	l.rc = dj_job_parse(&job, json, strlen(json), a, &l.err);
	if (l.rc == DJ_OK)
		l.rc = dj_load_run(&job, l.snapshot, pool, &out, &table, &l.err);
	read_frames(&l, frames);
	if (l.rc == DJ_OK)
		assert_int_equal(dj_snapshot_open_fd(&l.db, l.snapshot, &l.err), DJ_OK);
	dj_wire_out_free(&out);
	dj_arena_free(a);
	free(json);
	close(frames);
	close(source);
	return l;
}

static inline loaded load_bytes(const char *members, const void *bytes, size_t n, int64_t limit)
{
	return load_bytes_by(NULL, members, bytes, n, limit);
}

static inline void forget(loaded *l)
{
	sqlite3_close(l->db);
	cJSON_Delete(l->answer);
	close(l->snapshot);
}

/* Rows of a query: values by ',', rows by ' / ', NULL as -, texts in quotes. */
static inline void show_rows(dj_buf *out, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	bool          first = true;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		dj_buf_text(out, first ? "" : " / ");
		first = false;
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			const char *text = (const char *)sqlite3_column_text(s, i);
			bool        quoted = sqlite3_column_type(s, i) == SQLITE_TEXT;
			dj_buf_fmt(out, "%s%s%s%s", i ? "," : "", quoted ? "'" : "", text ? text : "-",
			           quoted ? "'" : "");
		}
	}
	sqlite3_finalize(s);
	for (size_t i = 0; i < out->n; i++) /* cases are lines */
		if (out->data[i] == '\n' || out->data[i] == '\r')
			out->data[i] = '~';
}

static inline int64_t number_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t       v;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	v = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return v;
}

static inline const cJSON *first_table(const loaded *l)
{
	return cJSON_GetArrayItem(cJSON_GetObjectItem(l->answer, "tables"), 0);
}

#endif
