/* What is found out of a table before its first pass. */
#include "loader/table.h"

#include "loader/encoding.h"
#include "loader/header.h"
#include "loader/indexes.h"
#include "loader/sniff.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void dj_table_free(dj_table *t)
{
	if (!t)
		return;
	dj_lane_rest(&t->front);
	dj_json_stream_free(t->front.json);
	dj_arena_free(t->arena);
	free(t->first_raw);
	free(t);
}

void dj_table_rest(dj_table *t)
{
	dj_lane_rest(&t->front);
}

int dj_table_next(dj_table *t, dj_record *out, dj_err *err)
{
	return t->front.json ? dj_json_stream_next(t->front.json, &t->front.source, out, err)
	                     : dj_csv_next(&t->front.csv, &t->front.source, out, err);
}

int dj_table_rewind(dj_table *t, size_t k, dj_err *err)
{
	dj_source *s = &t->front.source;
	dj_record  r;
	int        rc;

	s->fd = t->unwrapped[k].job.fd;
	if (t->front.json) {
		t->front.json->shape = &t->shape[k];
		return dj_json_stream_rewind(t->front.json, s, err);
	}
	if ((rc = dj_source_rewind(s, err)) < 0)
		return rc;
	if (t->header)
		while ((rc = dj_table_next(t, &r, err)) > 0 && r.blank)
			; /* blank lines above the header */
	return rc < 0 ? rc : DJ_OK;
}

/* ---- Delimited text ---- */

static int find_dialect(dj_table *t, dj_err *err)
{
	const dj_job_table *job = t->job;
	dj_source          *s = &t->front.source;
	int                 separator = job->separator ? job->separator : t->format == DJ_FORMAT_TSV ? '\t' : 0;

	/* A first row longer than the sample brings more of the file. */
	while (dj_dialect_find(&t->dialect, s->data + s->at, s->n - s->at, s->end, separator, job->quote, err) <
	       0) {
		if (s->end)
			return dj_fail(err, DJ_FAIL, "there is no row in it (is the file empty?)");
		if (dj_source_more(s, err) < 0)
			return err->code;
	}
	t->front.csv.separator = t->dialect.separator;
	t->front.csv.quote = t->dialect.quote;
	t->front.csv.space = t->dialect.space;
	if (!job->separator && t->format != DJ_FORMAT_TSV && t->dialect.columns > 1 &&
	    t->dialect.separator != ',')
		dj_said_add(&t->said, false, "fields are separated by %s",
		            t->dialect.separator == '\t'  ? "tabs"
		            : t->dialect.separator == ';' ? "semicolons"
		                                          : "|");
	if (!job->quote && t->dialect.quote == '\'')
		dj_said_add(&t->said, false, "texts are in single quotes");
	if (t->dialect.space)
		dj_said_add(&t->said, false, "the space after each separator is no part of the fields");
	if (!job->separator && t->dialect.separator == '\t')
		t->format = DJ_FORMAT_TSV;
	return DJ_OK;
}

static int find_header(dj_table *t, dj_err *err)
{
	bool guess = true;

	if (t->job->header >= 0) {
		t->header = t->job->header;
		return DJ_OK;
	}
	if (dj_header_guess(&guess, &t->front.csv, &t->front.source, err) < 0)
		return err->code;
	t->header = guess;
	if (!guess)
		dj_said_add(
		    &t->said, true,
		    "the first line looks like data, so columns are called column_1, column_2, ... (say --header if it "
		    "names them)");
	return dj_source_rewind(&t->front.source, err);
}

/* R writes one name fewer than there are columns: the first holds the names of the rows. */
static int find_row_names(dj_table *t, size_t named, dj_err *err)
{
	dj_record r;
	int       rc = dj_table_next(t, &r, err);

	t->row_names = rc > 0 && r.n == named + 1 && r.filled == r.n && t->dialect.columns == r.n;
	return rc < 0 ? rc : DJ_OK;
}

static int name_columns(dj_table *t, dj_err *err)
{
	dj_record r = {0};
	int       rc = 0;

	while ((rc = dj_table_next(t, &r, err)) > 0 && r.blank)
		;
	if (rc < 0)
		return rc;
	if (rc == 0)
		return dj_fail(err, DJ_FAIL, "there is no row in it (is the file empty?)");
	bool odd = dj_encoding_mend(&r, &t->front.mended);
	t->n_source = t->header || r.n > t->dialect.columns ? r.n : t->dialect.columns;
	if (t->n_source > DJ_COLUMNS_MOST)
		return dj_fail(err, DJ_FAIL,
		               "line 1 has %zu columns, the most is %d (is the separator right? try --separator)",
		               t->n_source, DJ_COLUMNS_MOST);
	if (!t->header) {
		t->source_name = dj_arena_alloc(t->arena, t->n_source, sizeof *t->source_name);
		for (size_t i = 0; i < t->n_source; i++)
			t->source_name[i] = dj_arena_fmt(t->arena, "column_%zu", i + 1);
		return DJ_OK;
	}

	dj_field *header =
	    dj_arena_alloc(t->arena, t->n_source + 1, sizeof *header); /* the next record takes r's place */
	header[0] = (dj_field){DJ_FIELD_PLAIN, "", 0};
	for (size_t i = 0; i < t->n_source; i++)
		header[i + 1] =
		    (dj_field){r.field[i].kind, dj_arena_dupn(t->arena, r.field[i].text, r.field[i].n), r.field[i].n};
	if (odd)
		dj_said_add(&t->said, true, "the header is not in UTF-8, taken as Windows-1252");
	if (find_row_names(t, t->n_source, err) < 0)
		return err->code;
	t->n_source += t->row_names;
	t->source_name = dj_arena_alloc(t->arena, t->n_source, sizeof *t->source_name);
	dj_header_names(t->source_name, header + !t->row_names, t->n_source, &t->said);
	return DJ_OK;
}

static int open_csv(dj_table *t, dj_err *err)
{
	if (find_dialect(t, err) < 0 || find_header(t, err) < 0 || name_columns(t, err) < 0)
		return err->code;
	return dj_table_plan(t, err);
}

/* ---- JSON ---- */

/* Reads on for names of members, to the sample's end or to the source's. */
static int read_names(dj_table *t, size_t k, uint64_t until, dj_err *err)
{
	dj_record r;
	int       rc = dj_table_rewind(t, k, err);

	for (int64_t n = 0; rc == 0 && (!t->limit || n < t->limit) && dj_source_byte(&t->front.source) < until;
	     n++)
		if ((rc = dj_table_next(t, &r, err)) <= 0)
			break;
		else
			rc = 0;
	return rc;
}

int dj_table_names(dj_table *t, dj_err *err)
{
	for (size_t k = 0; k < t->unwrapped->job.n_sources; k++)
		if (read_names(t, k, UINT64_MAX, err) < 0)
			return err->code;
	dj_json_names_settle(&t->front.json->names);
	return DJ_OK;
}

static int find_rows(dj_table *t, size_t k, dj_err *err)
{
	const dj_job_table *job = t->job;
	dj_json_ask         ask = {.rows = job->rows,
	                           .keep = job->keep,
	                           .n_keep = job->n_keep,
	                           .header = job->header,
	                           .one = job->format == DJ_FORMAT_JSON,
	                           .lines = job->format == DJ_FORMAT_NDJSON,
	                           .geo = job->format == DJ_FORMAT_GEOJSON};

	t->front.source.fd = t->unwrapped[k].job.fd;
	return dj_json_find(&t->shape[k], &ask, &t->front.source, t->arena, err);
}

static int open_json(dj_table *t, dj_err *err)
{
	t->shape = dj_arena_alloc(t->arena, t->unwrapped->job.n_sources, sizeof *t->shape);
	if (find_rows(t, 0, err) < 0)
		return err->code;
	t->format = t->shape->geo                          ? DJ_FORMAT_GEOJSON
	            : t->shape->lines && !t->shape->single ? DJ_FORMAT_NDJSON
	                                                   : DJ_FORMAT_JSON;
	t->header = t->shape->header;
	t->front.json = dj_json_stream_new(t->shape, NULL, 0);
	if (read_names(t, 0, DJ_SOURCE_SAMPLE, err) < 0)
		return err->code;
	dj_json_names_settle(&t->front.json->names);
	int rc = dj_table_plan(t, err);
	if (rc != DJ_NOTFOUND)
		return rc;
	if (read_names(t, 0, UINT64_MAX, err) < 0) /* what is declared may turn up late */
		return err->code;
	dj_json_names_settle(&t->front.json->names);
	return dj_table_plan(t, err);
}

/* The names as they are now; each change is said once, by the plan that holds. */
static int name_members(dj_table *t, dj_err *err)
{
	dj_json_names *names = &t->front.json->names;

	if (names->n == 0)
		return dj_fail(err, DJ_DENIED, "there is no object with a member in it, so no table");
	t->said.n = t->said.more = 0;
	t->n_source = names->n;
	t->source_name = dj_arena_alloc(t->arena, t->n_source, sizeof *t->source_name);
	dj_header_names(t->source_name, dj_json_header(t->shape, names->path, names->n, t->arena, &t->said),
	                t->n_source, &t->said);
	return DJ_OK;
}

/* ---- Plan and columns ---- */

static int declare(dj_table *t, const dj_job_column *said, dj_err *err)
{
	size_t           i = dj_plan_find(&t->plan, said->name);
	dj_table_column *c;

	if (i == t->plan.n)
		return said->must ? dj_plan_missing(&t->plan, said->name, "dataset.json and --role", err) : DJ_OK;
	c = &t->column[i];
	if (said->null_said)
		c->marks = (dj_marks){said->null, said->n_null, false};
	if (said->must && said->type != DJ_COL_UNKNOWN)
		c->declared = c->type = said->type;
	else if (!said->must)
		c->wish = said->type;
	return DJ_OK;
}

int dj_table_plan(dj_table *t, dj_err *err)
{
	const dj_job_table *job = t->job;
	dj_marks            marks = job->null_said ? (dj_marks){job->null, job->n_null, false} : dj_marks_usual();

	if (t->front.json && name_members(t, err) < 0)
		return err->code;
	if (dj_plan_make(&t->plan, t->source_name, t->n_source, job->step, job->n_steps, marks, t->arena, err) <
	    0)
		return err->code;
	t->column = dj_arena_alloc(t->arena, t->plan.n, sizeof *t->column);
	t->n_declared = 0;
	for (size_t i = 0; i < t->plan.n; i++) {
		t->column[i].marks = marks;
		t->column[i].type = DJ_COL_TEXT;
	}
	for (size_t i = 0; i < job->n_columns; i++)
		if (declare(t, &job->column[i], err) < 0)
			return err->code;
	for (size_t i = 0; i < t->plan.n; i++)
		t->n_declared += t->column[i].declared != DJ_COL_UNKNOWN;
	return dj_indexes_names(job, &t->plan, err);
}

/* ---- Finding out ---- */

static int find_out(dj_table *t, dj_err *err)
{
	dj_source *s = &t->front.source;
	char       start[32];
	ssize_t    got = pread(t->job->fd, start, sizeof start, 0);

	if (got < 0)
		return dj_fail_errno(err, "can not read the source");
	/* Before the window is filled: "this is a PDF" helps more than "byte 10 is NUL". */
	if (dj_sniff_binary(start, (size_t)got, err) < 0 || dj_source_rewind(s, err) < 0)
		return err->code;
	t->format = t->job->format;
	if (t->format == DJ_FORMAT_UNKNOWN)
		t->format = t->job->separator || t->job->quote ? DJ_FORMAT_CSV
		                                               : dj_sniff_format(s->data + s->at, s->n - s->at);
	return t->format == DJ_FORMAT_CSV || t->format == DJ_FORMAT_TSV ? open_csv(t, err) : open_json(t, err);
}

/* A line with nothing on it is a row of a table of one column only when others follow, so its chunks need each other. */
static bool reads_whole(const dj_table *t)
{
	return t->limit || (t->front.json ? t->shape->single : t->n_source == 1);
}

/* ---- Sources beside the first ---- */

static int same_shape(dj_table *t, size_t k, dj_err *err)
{
	const dj_json_shape *first = t->shape, *its = &t->shape[k];

	if (find_rows(t, k, err) < 0)
		return err->code;
	if (first->arrays != its->arrays || first->geo != its->geo || first->n_child != its->n_child)
		return dj_fail(err, DJ_FAIL, "its rows are not of the kind that those of the first source are");
	if (first->header != its->header || first->n_names != its->n_names)
		return dj_fail(err, DJ_FAIL, "its header has %zu columns, that of the first source %zu", its->n_names,
		               first->n_names);
	for (size_t i = 0; i < first->n_names; i++)
		if (strcmp(first->name[i], its->name[i]) != 0)
			return dj_fail(err, DJ_FAIL, "column %zu is %s, in the first source it is %s", i + 1,
			               its->name[i], first->name[i]);
	return DJ_OK;
}

static int same_header(dj_table *t, size_t k, dj_err *err)
{
	dj_source *s = &t->front.source;
	dj_record  r = {0};
	dj_said    said = {.arena = t->arena};
	int        rc;

	s->fd = t->unwrapped[k].job.fd;
	if ((rc = dj_source_rewind(s, err)) < 0)
		return rc;
	while ((rc = dj_table_next(t, &r, err)) > 0 && r.blank)
		;
	if (rc < 0)
		return rc;
	size_t       n = t->n_source - t->row_names;
	const char **name = dj_arena_alloc(t->arena, DJ_COLUMNS_MOST + 1, sizeof *name);
	dj_encoding_mend(&r, &t->front.mended);
	if (rc == 0 || r.n != n)
		return dj_fail(err, DJ_FAIL, "its header has %zu columns, that of the first source %zu", rc ? r.n : 0,
		               n);
	dj_header_names(name, r.field, n, &said);
	for (size_t i = 0; i < n; i++)
		if (strcmp(name[i], t->source_name[i + t->row_names]) != 0)
			return dj_fail(err, DJ_FAIL, "column %zu is %s, in the first source it is %s", i + 1, name[i],
			               t->source_name[i + t->row_names]);
	return DJ_OK;
}

static int open_others(dj_table *t, const dj_job_table *job, dj_err *err)
{
	for (size_t k = 1; k < job->n_sources; k++) {
		int rc = dj_unwrap(&t->unwrapped[k], job, k, t->arena, err);
		if (rc == DJ_OK && t->front.json)
			rc = same_shape(t, k, err);
		else if (rc == DJ_OK && t->header)
			rc = same_header(t, k, err);
		if (rc < 0)
			return dj_fail_in(err, "source %zu", k + 1);
	}
	return DJ_OK;
}

/* ---- Opening ---- */

static int open_sources(dj_table *t, const dj_job_table *job, dj_err *err)
{
	int rc = dj_unwrap(&t->unwrapped[0], job, 0, t->arena, err);

	t->job = &t->unwrapped[0].job;
	dj_source_open(&t->front.source, t->job->fd);
	if (rc == DJ_NOTFOUND && job->parts)
		return DJ_OK;
	if (rc < 0 || (rc = find_out(t, err)) < 0 || (rc = open_others(t, job, err)) < 0)
		return rc;
	t->whole = reads_whole(t);
	return dj_table_look(t, err);
}

int dj_table_open(dj_table **out, const dj_job_table *job, int64_t limit, struct dj_pool *pool, dj_err *err)
{
	dj_table *t = dj_alloc_zero(1, sizeof *t);
	int       rc;

	t->limit = limit;
	t->pool = pool;
	t->arena = dj_arena_new();
	t->said.arena = t->arena;
	t->unwrapped = dj_arena_alloc(t->arena, job->n_sources, sizeof *t->unwrapped);
	t->rows_of = dj_arena_alloc(t->arena, job->n_sources, sizeof *t->rows_of);
	if ((rc = open_sources(t, job, err)) < 0) {
		dj_table_free(t);
		return rc;
	}
	*out = t;
	return DJ_OK;
}
