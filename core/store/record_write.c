/* One run into jam.db, in one transaction. */
#include "store/record_db.h"

#include <stdarg.h>
#include <string.h>

/*
 * Binds by `kinds` and steps once: t text (NULL is NULL), i int64, r double, o double or NULL (bool, double), w words
 * (two texts), b bytes (pointer, size_t).
 */
static int put(dj_record *r, sqlite3_stmt *s, dj_err *err, const char *kinds, ...)
{
	va_list  v;
	dj_words w;
	int      i = 0, there;

	sqlite3_clear_bindings(s);
	va_start(v, kinds);
	for (const char *k = kinds; *k; k++) {
		switch (*k) {
		case 't': sqlite3_bind_text(s, ++i, va_arg(v, const char *), -1, SQLITE_STATIC); break;
		case 'i': sqlite3_bind_int64(s, ++i, va_arg(v, int64_t)); break;
		case 'r': sqlite3_bind_double(s, ++i, va_arg(v, double)); break;
		case 'o':
			there = va_arg(v, int);
			i++;
			if (there)
				sqlite3_bind_double(s, i, va_arg(v, double));
			else
				(void)va_arg(v, double);
			break;
		case 'w':
			w = va_arg(v, dj_words);
			sqlite3_bind_text(s, ++i, w.en, -1, SQLITE_STATIC);
			sqlite3_bind_text(s, ++i, w.fr, -1, SQLITE_STATIC);
			break;
		case 'b': {
			const void *bytes = va_arg(v, const void *);
			sqlite3_bind_blob64(s, ++i, bytes, va_arg(v, size_t), SQLITE_STATIC);
			break;
		}
		default: break;
		}
	}
	va_end(v);
	sqlite3_step(s);
	return sqlite3_reset(s) == SQLITE_OK ? DJ_OK : dj_record_failed(r, err);
}

static int put_run(dj_record *r, dj_run_record *run, dj_err *err)
{
	static const char sql[] =
	    "INSERT INTO run(plugin, version, kind, lang, summary_en, summary_fr, caveat_en, caveat_fr,"
	    " method, path, digest, params, seed, now, verdict, message, traceback, line, toolkit,"
	    " worker, layers, limits, started, wall_us, cpu_us, peak_bytes, instructions, sql_steps,"
	    " log, dj1) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	sqlite3_stmt *s = NULL;
	char          digest[65], dj1[65];
	int           rc = dj_record_prepare(&s, r, sql, err);

	dj_digest_hex(digest, &run->digest);
	dj_digest_hex(dj1, &run->dj1);
	if (rc == DJ_OK)
		rc = put(r, s, err, "ttttwwtttttttttitttttiiiiitt", run->plugin, run->version, run->kind, run->lang,
		         run->summary, run->caveat, run->source, run->path, digest, run->params, run->seed, run->now,
		         run->verdict, run->message, run->traceback, (int64_t)run->line, run->toolkit, run->worker,
		         run->layers, run->limits, run->started, run->wall_us, run->cpu_us, run->peak_bytes,
		         run->instructions, run->sql_steps, run->log, dj1);
	if (rc == DJ_OK)
		run->id = sqlite3_last_insert_rowid(r->db);
	sqlite3_finalize(s);
	return rc;
}

static int put_sources(dj_record *r, const dj_run_record *run, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc = dj_record_prepare(&s, r, "INSERT INTO source VALUES(?,?,?,?,?,?)", err);

	for (size_t i = 0; rc == DJ_OK && i < run->n_sources; i++) {
		const dj_source_record *k = &run->source_row[i];
		rc = put(r, s, err, "iitttt", run->id, (int64_t)i + 1, k->dataset, k->table, k->role, k->djs1);
	}
	sqlite3_finalize(s);
	return rc;
}

/* ---- Findings ---- */

typedef struct finding_writer {
	sqlite3_stmt *finding, *subject, *value, *reason, *evidence;
} finding_writer;

static int put_parts(dj_record *r, const finding_writer *to, int64_t id, const dj_finding_record *f,
                     dj_err *err)
{
	int rc = DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < f->n_subjects; i++)
		rc = put(r, to->subject, err, "itt", id, f->subject_type[i], f->subject_id[i]);
	for (size_t i = 0; rc == DJ_OK && i < f->n_values; i++)
		rc = put(r, to->value, err, "iitr", id, (int64_t)i + 1, f->value[i].name, f->value[i].value);
	for (size_t i = 0; rc == DJ_OK && i < f->n_reasons; i++)
		rc = put(r, to->reason, err, "iiw", id, (int64_t)i + 1, f->reason[i]);
	for (size_t i = 0; rc == DJ_OK && i < f->n_evidence; i++)
		rc = put(r, to->evidence, err, "iii", id, (int64_t)f->evidence[i].source + 1, f->evidence[i].rowid);
	return rc;
}

static int put_finding(dj_record *r, const finding_writer *to, int64_t run, const dj_finding_record *f,
                       dj_err *err)
{
	int rc = put(r, to->finding, err, "itwwrttttoooi", run, f->key, f->title, f->detail, f->score, f->first,
	             f->last, f->region, f->place, (int)f->has_point, f->lat, (int)f->has_point, f->lon,
	             (int)f->has_point, f->radius_m, f->evidence_total);

	return rc == DJ_OK ? put_parts(r, to, sqlite3_last_insert_rowid(r->db), f, err) : rc;
}

static int put_findings(dj_record *r, const dj_run_record *run, dj_err *err)
{
	static const char sql[] =
	    "INSERT INTO finding(run, key, title_en, title_fr, detail_en, detail_fr, score, first, last,"
	    " region, place, lat, lon, radius_m, evidence_total) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	finding_writer to = {0};
	int            rc;

	if ((rc = dj_record_prepare(&to.finding, r, sql, err)) < 0 ||
	    (rc = dj_record_prepare(&to.subject, r, "INSERT INTO finding_subject VALUES(?,?,?)", err)) < 0 ||
	    (rc = dj_record_prepare(&to.value, r, "INSERT INTO finding_value VALUES(?,?,?,?)", err)) < 0 ||
	    (rc = dj_record_prepare(&to.reason, r, "INSERT INTO finding_reason VALUES(?,?,?,?)", err)) < 0 ||
	    (rc = dj_record_prepare(&to.evidence, r, "INSERT INTO finding_evidence VALUES(?,?,?)", err)) < 0)
		goto out;
	for (size_t i = 0; rc == DJ_OK && i < run->n_findings; i++)
		rc = put_finding(r, &to, run->id, &run->finding[i], err);
out:
	sqlite3_finalize(to.finding);
	sqlite3_finalize(to.subject);
	sqlite3_finalize(to.value);
	sqlite3_finalize(to.reason);
	sqlite3_finalize(to.evidence);
	return rc;
}

/* ---- Layers, views, notes ---- */

static int put_data(dj_record *r, sqlite3_stmt *s, int64_t shape, const dj_shape_record *x, dj_err *err)
{
	dj_buf packed = {0};
	int    rc = DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < x->n_parts; i++) {
		dj_buf_reset(&packed);
		dj_data_pack(&packed, x->data[i]);
		rc = put(r, s, err, "iitb", shape, (int64_t)i + 1, x->part[i], packed.data, packed.n);
	}
	dj_buf_free(&packed);
	return rc;
}

static int put_shapes(dj_record *r, int64_t run, const char *what, const dj_shape_record *x, size_t n,
                      dj_err *err)
{
	static const char sql[] = "INSERT INTO shape(run, what, position, name, kind, title_en, title_fr, spec)"
	                          " VALUES(?,?,?,?,?,?,?,?)";
	sqlite3_stmt     *shape = NULL, *data = NULL;
	int               rc = dj_record_prepare(&shape, r, sql, err);

	if (rc == DJ_OK)
		rc = dj_record_prepare(&data, r, "INSERT INTO shape_data VALUES(?,?,?,?)", err);
	for (size_t i = 0; rc == DJ_OK && i < n; i++) {
		rc = put(r, shape, err, "itittwt", run, what, (int64_t)i + 1, x[i].name, x[i].kind, x[i].title,
		         x[i].spec);
		if (rc == DJ_OK)
			rc = put_data(r, data, sqlite3_last_insert_rowid(r->db), &x[i], err);
	}
	sqlite3_finalize(shape);
	sqlite3_finalize(data);
	return rc;
}

static int put_notes(dj_record *r, const dj_run_record *run, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc = dj_record_prepare(&s, r, "INSERT INTO note VALUES(?,?,?,?)", err);

	for (size_t i = 0; rc == DJ_OK && i < run->n_notes; i++)
		rc = put(r, s, err, "iiw", run->id, (int64_t)i + 1, run->note[i]);
	sqlite3_finalize(s);
	return rc;
}

int dj_record_run(dj_record *r, dj_run_record *run, dj_err *err)
{
	int rc;

	dj_record_digest(run);
	if (dj_record_exec(r, "BEGIN IMMEDIATE", err) < 0)
		return DJ_FAIL;
	if ((rc = put_run(r, run, err)) < 0 || (rc = put_sources(r, run, err)) < 0 ||
	    (rc = put_findings(r, run, err)) < 0 ||
	    (rc = put_shapes(r, run->id, "layer", run->layer, run->n_layers, err)) < 0 ||
	    (rc = put_shapes(r, run->id, "view", run->view, run->n_views, err)) < 0 ||
	    (rc = put_notes(r, run, err)) < 0)
		goto out;
	rc = dj_record_exec(r, "COMMIT", err);
out:
	if (rc < 0) {
		sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
		run->id = 0;
	}
	return rc;
}
