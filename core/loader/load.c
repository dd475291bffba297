#include "loader/load.h"

#include "base/digest.h"
#include "base/json.h"
#include "loader/answer.h"
#include "loader/explain.h"
#include "loader/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct load {
	const dj_job       *job;
	struct dj_pool     *pool;
	dj_snapshot_writer *writer; /* NULL when only looking */
	dj_wire_out        *out;
	dj_table          **table;
	uint64_t            bytes_before, bytes_total; /* of sources: before the current one, and of all */
	uint64_t            bytes, unpacked;           /* of the current one, and of what came of it */
	int64_t             rows_before;
	int64_t             rejects;
	dj_buf              explained; /* JSON, of a preview */
	char               *nothing;   /* why there is no table in JSON that is fine; NULL */
} load;

/* A pipe that is gone is found out by the answer's own frame. */
static void tell(void *user, uint64_t bytes, int64_t rows)
{
	load *l = user;

	if (l->unpacked) /* of the source, as a person knows it */
		bytes = (uint64_t)((double)bytes / (double)l->unpacked * (double)l->bytes);
	dj_wire_begin(l->out, DJ_WIRE_PROGRESS);
	dj_wire_put_i64(l->out, (int64_t)(l->bytes_before + bytes));
	dj_wire_put_i64(l->out, (int64_t)l->bytes_total);
	dj_wire_put_i64(l->out, l->rows_before + rows);
	(void)dj_wire_end(l->out, NULL);
}

/* A preview of a text that is said to be JSON tells one that holds no table from one that is no JSON. */
static int no_table(load *l, const dj_job_table *job, dj_err *err)
{
	if (!l->job->preview || job->format != DJ_FORMAT_JSON || err->code != DJ_DENIED)
		return err->code;
	l->nothing = dj_strdup(err->text);
	return dj_explain_no_table(job, err) > 0 ? DJ_OK : err->code;
}

static int load_table(load *l, size_t k, dj_err *err)
{
	const dj_job_table *job = &l->job->table[k];
	dj_progress         progress = {tell, l};

	if (dj_table_open(&l->table[k], job, l->job->limit, l->pool, err) < 0)
		return no_table(l, job, err);
	dj_table *t = l->table[k];
	l->bytes = job->bytes;
	l->unpacked = 0;
	for (size_t i = 0; i < job->n_sources; i++)
		l->unpacked += t->unwrapped[i].decoded.bytes;
	if (l->job->preview && dj_explain_table(&l->explained, t, err) < 0)
		return err->code;
	if (l->writer && dj_table_write(t, l->writer, progress, err) < 0)
		return err->code;
	dj_table_rest(t);
	if (l->writer)
		dj_answer_say(t); /* a look counts nothing: it has seen the start alone */
	l->bytes_before += job->bytes;
	l->rows_before += t->counts.rows;
	l->rejects += t->counts.rejects;
	return DJ_OK;
}

static int meta_of_rejects(load *l, bool with_name, dj_err *err)
{
	char *text = dj_fmt("{\"rows\":%" PRId64
	                    ",\"rejects\":0,\"columns\":[%s[\"line\",\"integer\"],[\"byte\",\"integer\"],"
	                    "[\"column\",\"text\"],[\"reason\",\"text\"],[\"raw\",\"text\"]]}",
	                    l->rejects, with_name ? "[\"tab\",\"text\"]," : "");
	int   rc = dj_snapshot_writer_meta(l->writer, "table:rejects", text, err);

	free(text);
	return rc;
}

/* The table is there when there are rejects; `tab` is there when there are several tables. */
static int write_rejects(load *l, dj_err *err)
{
	static const dj_column_def columns[] = {{"tab", DJ_COL_TEXT},     {"line", DJ_COL_INTEGER},
	                                        {"byte", DJ_COL_INTEGER}, {"column", DJ_COL_TEXT},
	                                        {"reason", DJ_COL_TEXT},  {"raw", DJ_COL_TEXT}};
	bool                       with_name = l->job->n_tables > 1;
	uint64_t                   order = 0;

	if (l->rejects == 0)
		return DJ_OK;
	if (dj_snapshot_writer_table(l->writer, "rejects", columns + !with_name, 6 - !with_name, err) < 0)
		return err->code;
	for (size_t k = 0; k < l->job->n_tables; k++) {
		if (l->table[k]->counts.rejects > 0 &&
		    dj_table_write_rejects(l->table[k], l->writer, with_name, &order, err) < 0)
			return err->code;
		dj_table_rest(l->table[k]);
	}
	return meta_of_rejects(l, with_name, err);
}

/* Digests of sources are made while rows are read: this waits for the rest of them. */
static int write_sources(load *l, dj_err *err)
{
	enum { MOST = 16 << 20, BLOCK = 65536 };
	dj_buf  text = {0};
	ssize_t got = 0;
	int     rc = DJ_OK;

	if (l->job->sources_fd < 0)
		return DJ_OK;
	do {
		got = read(l->job->sources_fd, dj_buf_room(&text, BLOCK), BLOCK);
		text.n += got > 0 ? (size_t)got : 0;
	} while ((got > 0 && text.n < MOST) || (got < 0 && errno == EINTR));
	text.data[text.n] = '\0';
	if (text.n == 0 || got < 0)
		rc = dj_fail(err, DJ_FAIL, "the digests of the sources did not come");
	else
		rc = dj_snapshot_writer_meta(l->writer, "sources", text.data, err);
	dj_buf_free(&text);
	return rc;
}

static int write_meta(load *l, dj_err *err)
{
	dj_buf key = {0}, value = {0};
	int    rc = write_sources(l, err);

	for (size_t i = 0; i < l->job->n_meta && rc == DJ_OK; i++)
		rc = dj_snapshot_writer_meta(l->writer, l->job->meta[i][0], l->job->meta[i][1], err);
	for (size_t k = 0; k < l->job->n_tables && rc == DJ_OK; k++) {
		dj_buf_reset(&key);
		dj_buf_reset(&value);
		dj_buf_fmt(&key, "table:%s", l->job->table[k].name);
		dj_answer_meta(&value, l->table[k]);
		rc = dj_snapshot_writer_meta(l->writer, key.data, value.data, err);
	}
	dj_buf_free(&key);
	dj_buf_free(&value);
	return rc;
}

static int answer(load *l, const char *djs1, dj_err *err)
{
	dj_buf json = {0};

	dj_buf_char(&json, '{');
	if (djs1)
		dj_buf_fmt(&json, "\"djs1\":\"%s\",", djs1);
	dj_buf_text(&json, "\"tables\":[");
	for (size_t k = 0; k < l->job->n_tables && !l->nothing; k++)
		dj_answer_table(&json, l->table[k]);
	dj_buf_char(&json, ']');
	if (l->nothing)
		dj_json_add_text(&json, "nothing", l->nothing);
	else if (l->job->preview) {
		dj_json_open(&json, "explained", '[');
		dj_buf_add(&json, l->explained.data, l->explained.n);
		dj_buf_char(&json, ']');
	}
	dj_buf_char(&json, '}');
	dj_wire_begin(l->out, DJ_WIRE_LOADED);
	dj_wire_put_textn(l->out, json.data, json.n);
	int rc = dj_wire_end(l->out, err);
	dj_buf_free(&json);
	return rc;
}

static int finish(load *l, dj_err *err)
{
	dj_digest digest;
	char      hex[65];

	if (!l->writer)
		return answer(l, NULL, err);
	if (write_rejects(l, err) < 0 || write_meta(l, err) < 0 ||
	    dj_snapshot_writer_finish(l->writer, &digest, err) < 0)
		return err->code;
	dj_digest_hex(hex, &digest);
	return answer(l, hex, err);
}

int dj_load_run(const dj_job *job, int snapshot_fd, dj_pool *pool, dj_wire_out *out, const char **table,
                dj_err *err)
{
	load            l = {.job = job, .pool = pool, .out = out};
	dj_snapshot_how how = {.scratch_fd = job->sorting_fd, .pool = pool, .write_back = true};
	int             rc = DJ_OK;

	*table = NULL;
	l.table = dj_alloc_zero(job->n_tables + 1, sizeof(dj_table *));
	for (size_t k = 0; k < job->n_tables; k++)
		l.bytes_total += job->table[k].bytes;
	if (!job->look)
		rc = dj_snapshot_writer_open(&l.writer, snapshot_fd, &how, err);
	for (size_t k = 0; k < job->n_tables && rc == DJ_OK && !l.nothing; k++)
		if ((rc = load_table(&l, k, err)) < 0)
			*table = job->table[k].name;
	if (rc == DJ_OK)
		rc = finish(&l, err);

	dj_snapshot_writer_free(l.writer);
	for (size_t k = 0; k < job->n_tables; k++)
		dj_table_free(l.table[k]);
	free(l.table);
	free(l.nothing);
	dj_buf_free(&l.explained);
	return rc;
}
