/* One run out of jam.db. */
#include "store/record_db.h"

#include <string.h>

static const char *text(sqlite3_stmt *s, int i, dj_arena *a)
{
	return dj_arena_dup(a, (const char *)sqlite3_column_text(s, i));
}

static dj_words words(sqlite3_stmt *s, int i, dj_arena *a)
{
	return (dj_words){text(s, i, a), text(s, i + 1, a)};
}

/* A question about one run, finding or shape, ready for its first row. */
static int ask(sqlite3_stmt **out, dj_record *r, const char *sql, int64_t id, dj_err *err)
{
	int rc = dj_record_prepare(out, r, sql, err);

	if (rc == DJ_OK)
		sqlite3_bind_int64(*out, 1, id);
	return rc;
}

/* True while there are rows; after the last, or an error, *rc says how it ended and the statement is gone. */
static bool next(sqlite3_stmt **s, dj_record *r, int *rc, dj_err *err)
{
	int step = *rc == DJ_OK ? sqlite3_step(*s) : SQLITE_ERROR;

	if (*rc == DJ_OK && step == SQLITE_ROW)
		return true;
	if (*rc == DJ_OK && step != SQLITE_DONE)
		*rc = dj_record_failed(r, err);
	sqlite3_finalize(*s);
	*s = NULL;
	return false;
}

/* Moves a buffer of items of `size` bytes into the arena. */
static void *keep(dj_buf *items, size_t *n, size_t size, dj_arena *a)
{
	void *kept = NULL;

	*n = items->n / size;
	if (items->n) {
		kept = dj_arena_alloc(a, *n, size);
		memcpy(kept, items->data, items->n);
	}
	dj_buf_free(items);
	return kept;
}

static int get_run(dj_run_record *run, dj_record *r, int64_t id, dj_arena *a, dj_err *err)
{
	static const char sql[] =
	    "SELECT plugin, version, kind, lang, summary_en, summary_fr, caveat_en, caveat_fr, method, path, digest, params,"
	    " seed, now, verdict, message, traceback, line, toolkit, worker, layers, limits, started, wall_us, cpu_us,"
	    " peak_bytes, instructions, sql_steps, log, dj1 FROM run WHERE id = ?1";
	sqlite3_stmt *s = NULL;
	int           rc = ask(&s, r, sql, id, err);
	bool          found = false;

	while (next(&s, r, &rc, err)) {
		const char *digest = text(s, 10, a), *dj1 = text(s, 29, a);
		*run = (dj_run_record){.id = id,
		                       .plugin = text(s, 0, a),
		                       .version = text(s, 1, a),
		                       .kind = text(s, 2, a),
		                       .lang = text(s, 3, a),
		                       .summary = words(s, 4, a),
		                       .caveat = words(s, 6, a),
		                       .source = text(s, 8, a),
		                       .path = text(s, 9, a),
		                       .params = text(s, 11, a),
		                       .seed = text(s, 12, a),
		                       .now = text(s, 13, a),
		                       .verdict = text(s, 14, a),
		                       .message = text(s, 15, a),
		                       .traceback = text(s, 16, a),
		                       .line = sqlite3_column_int(s, 17),
		                       .toolkit = text(s, 18, a),
		                       .worker = text(s, 19, a),
		                       .layers = text(s, 20, a),
		                       .limits = text(s, 21, a),
		                       .started = text(s, 22, a),
		                       .wall_us = sqlite3_column_int64(s, 23),
		                       .cpu_us = sqlite3_column_int64(s, 24),
		                       .peak_bytes = sqlite3_column_int64(s, 25),
		                       .instructions = sqlite3_column_int64(s, 26),
		                       .sql_steps = sqlite3_column_int64(s, 27),
		                       .log = text(s, 28, a)};
		found = true;
		if (!dj_digest_parse(&run->digest, digest, strlen(digest)) ||
		    !dj_digest_parse(&run->dj1, dj1, strlen(dj1)))
			rc = dj_fail(err, DJ_FAIL, "%s: run %lld has a digest that is none", r->path, (long long)id);
	}
	if (rc == DJ_OK && !found)
		rc = dj_fail(err, DJ_NOTFOUND, "there is no run %lld (datajam findings lists the runs)",
		             (long long)id);
	return rc;
}

static int get_sources(dj_run_record *run, dj_record *r, dj_arena *a, dj_err *err)
{
	dj_buf        items = {0};
	sqlite3_stmt *s = NULL;
	int rc = ask(&s, r, "SELECT dataset, tab, role, djs1 FROM source WHERE run = ?1 ORDER BY position",
	             run->id, err);

	while (next(&s, r, &rc, err)) {
		dj_source_record k = {text(s, 0, a), text(s, 1, a), text(s, 2, a), text(s, 3, a)};
		dj_buf_add(&items, &k, sizeof k);
	}
	run->source_row = keep(&items, &run->n_sources, sizeof *run->source_row, a);
	return rc;
}

/* ---- Findings ---- */

static int get_subjects(dj_finding_record *f, dj_record *r, int64_t id, dj_arena *a, dj_err *err)
{
	dj_buf        types = {0}, ids = {0};
	sqlite3_stmt *s = NULL;
	int rc = ask(&s, r, "SELECT type, subject FROM finding_subject WHERE finding = ?1 ORDER BY type, subject",
	             id, err);

	while (next(&s, r, &rc, err)) {
		const char *type = text(s, 0, a), *subject = text(s, 1, a);
		dj_buf_add(&types, &type, sizeof type);
		dj_buf_add(&ids, &subject, sizeof subject);
	}
	f->subject_type = keep(&types, &f->n_subjects, sizeof *f->subject_type, a);
	f->subject_id = keep(&ids, &f->n_subjects, sizeof *f->subject_id, a);
	return rc;
}

static int get_values(dj_finding_record *f, dj_record *r, int64_t id, dj_arena *a, dj_err *err)
{
	dj_buf        items = {0};
	sqlite3_stmt *s = NULL;
	int           rc =
	    ask(&s, r, "SELECT name, value FROM finding_value WHERE finding = ?1 ORDER BY position", id, err);

	while (next(&s, r, &rc, err)) {
		dj_named_value v = {text(s, 0, a), sqlite3_column_double(s, 1)};
		dj_buf_add(&items, &v, sizeof v);
	}
	f->value = keep(&items, &f->n_values, sizeof *f->value, a);
	return rc;
}

static int get_reasons(dj_finding_record *f, dj_record *r, int64_t id, dj_arena *a, dj_err *err)
{
	dj_buf        items = {0};
	sqlite3_stmt *s = NULL;
	int rc = ask(&s, r, "SELECT en, fr FROM finding_reason WHERE finding = ?1 ORDER BY position", id, err);

	while (next(&s, r, &rc, err)) {
		dj_words w = words(s, 0, a);
		dj_buf_add(&items, &w, sizeof w);
	}
	f->reason = keep(&items, &f->n_reasons, sizeof *f->reason, a);
	return rc;
}

static int get_evidence(dj_finding_record *f, dj_record *r, int64_t id, dj_arena *a, dj_err *err)
{
	dj_buf        items = {0};
	sqlite3_stmt *s = NULL;
	int rc = ask(&s, r, "SELECT source, row FROM finding_evidence WHERE finding = ?1 ORDER BY source, row",
	             id, err);

	while (next(&s, r, &rc, err)) {
		dj_evidence e = {sqlite3_column_int(s, 0) - 1, sqlite3_column_int64(s, 1)};
		dj_buf_add(&items, &e, sizeof e);
	}
	f->evidence = keep(&items, &f->n_evidence, sizeof *f->evidence, a);
	return rc;
}

static int get_finding(dj_finding_record *f, dj_record *r, sqlite3_stmt *s, dj_arena *a, dj_err *err)
{
	int64_t id = sqlite3_column_int64(s, 0);
	int     rc;

	*f = (dj_finding_record){.key = text(s, 1, a),
	                         .title = words(s, 2, a),
	                         .detail = words(s, 4, a),
	                         .score = sqlite3_column_double(s, 6),
	                         .first = text(s, 7, a),
	                         .last = text(s, 8, a),
	                         .region = text(s, 9, a),
	                         .place = text(s, 10, a),
	                         .has_point = sqlite3_column_type(s, 11) != SQLITE_NULL,
	                         .lat = sqlite3_column_double(s, 11),
	                         .lon = sqlite3_column_double(s, 12),
	                         .radius_m = sqlite3_column_double(s, 13),
	                         .evidence_total = sqlite3_column_int64(s, 14)};
	if ((rc = get_subjects(f, r, id, a, err)) < 0 || (rc = get_values(f, r, id, a, err)) < 0 ||
	    (rc = get_reasons(f, r, id, a, err)) < 0)
		return rc;
	return get_evidence(f, r, id, a, err);
}

static int get_findings(dj_run_record *run, dj_record *r, dj_arena *a, dj_err *err)
{
	static const char sql[] =
	    "SELECT id, key, title_en, title_fr, detail_en, detail_fr, score, first, last, region, place,"
	    " lat, lon, radius_m, evidence_total FROM finding WHERE run = ?1 ORDER BY score DESC, key";
	dj_buf        items = {0};
	sqlite3_stmt *s = NULL;
	int           rc = ask(&s, r, sql, run->id, err);

	while (next(&s, r, &rc, err)) {
		dj_finding_record f;
		rc = get_finding(&f, r, s, a, err);
		dj_buf_add(&items, &f, sizeof f);
	}
	run->finding = keep(&items, &run->n_findings, sizeof *run->finding, a);
	return rc;
}

/* ---- Layers, views, notes ---- */

static int get_data(dj_shape_record *x, dj_record *r, int64_t shape, dj_arena *a, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int rc = ask(&s, r, "SELECT part, data FROM shape_data WHERE shape = ?1 ORDER BY position LIMIT 2", shape,
	             err);

	while (next(&s, r, &rc, err)) {
		dj_data *d = dj_arena_alloc(a, 1, sizeof *d);
		rc = dj_data_unpack(d, sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1), a, err);
		x->part[x->n_parts] = text(s, 0, a);
		x->data[x->n_parts++] = d;
	}
	return rc;
}

static int get_shapes(const dj_shape_record **out, size_t *n, dj_record *r, int64_t run, const char *what,
                      dj_arena *a, dj_err *err)
{
	static const char sql[] =
	    "SELECT id, name, kind, title_en, title_fr, spec FROM shape WHERE run = ?1 AND what = ?2"
	    " ORDER BY position";
	dj_buf        items = {0};
	sqlite3_stmt *s = NULL;
	int           rc = ask(&s, r, sql, run, err);

	if (rc == DJ_OK)
		sqlite3_bind_text(s, 2, what, -1, SQLITE_STATIC);
	while (next(&s, r, &rc, err)) {
		dj_shape_record x = {
		    .name = text(s, 1, a), .kind = text(s, 2, a), .title = words(s, 3, a), .spec = text(s, 5, a)};
		rc = get_data(&x, r, sqlite3_column_int64(s, 0), a, err);
		dj_buf_add(&items, &x, sizeof x);
	}
	*out = keep(&items, n, sizeof **out, a);
	return rc;
}

static int get_notes(dj_run_record *run, dj_record *r, dj_arena *a, dj_err *err)
{
	dj_buf        items = {0};
	sqlite3_stmt *s = NULL;
	int           rc = ask(&s, r, "SELECT en, fr FROM note WHERE run = ?1 ORDER BY position", run->id, err);

	while (next(&s, r, &rc, err)) {
		dj_words w = words(s, 0, a);
		dj_buf_add(&items, &w, sizeof w);
	}
	run->note = keep(&items, &run->n_notes, sizeof *run->note, a);
	return rc;
}

/* All questions see one state of the file. */
int dj_record_get(dj_run_record *out, dj_record *r, int64_t id, dj_arena *a, dj_err *err)
{
	int rc = dj_record_exec(r, "BEGIN", err);

	if (rc < 0)
		return rc;
	if ((rc = get_run(out, r, id, a, err)) < 0 || (rc = get_sources(out, r, a, err)) < 0 ||
	    (rc = get_findings(out, r, a, err)) < 0 ||
	    (rc = get_shapes(&out->layer, &out->n_layers, r, id, "layer", a, err)) < 0 ||
	    (rc = get_shapes(&out->view, &out->n_views, r, id, "view", a, err)) < 0)
		goto out;
	rc = get_notes(out, r, a, err);
out:
	sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL);
	return rc;
}
