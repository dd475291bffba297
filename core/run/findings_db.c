/* Findings of earlier runs as a small database for the next: workers never see jam.db. */
#include "run/inside.h"

#include "base/file.h"

#include <sqlite3.h>

static const char schema[] =
    "CREATE TABLE findings(_row INTEGER PRIMARY KEY, plugin TEXT, key TEXT, title TEXT, detail TEXT, score REAL,"
    " first TEXT, last TEXT, region TEXT, place TEXT, lat REAL, lon REAL);"
    "CREATE TABLE finding_subjects(finding INTEGER, type TEXT, subject TEXT);"
    "CREATE TABLE finding_values(finding INTEGER, name TEXT, value REAL);"
    "CREATE TABLE finding_evidence(finding INTEGER, row INTEGER);"
    "BEGIN";
/* Indexes last: they are built once, sorted. */
static const char indexes[] = "COMMIT;"
                              "CREATE INDEX finding_subjects_finding ON finding_subjects(finding);"
                              "CREATE INDEX finding_subjects_subject ON finding_subjects(subject);"
                              "CREATE INDEX finding_values_finding ON finding_values(finding);"
                              "CREATE INDEX finding_evidence_finding ON finding_evidence(finding);"
                              "CREATE INDEX finding_evidence_row ON finding_evidence(row)";

typedef struct writer {
	sqlite3      *db;
	sqlite3_stmt *finding, *subject, *value, *evidence;
} writer;

static void text(sqlite3_stmt *s, int i, const char *v)
{
	sqlite3_bind_text(s, i, v, -1, SQLITE_STATIC); /* NULL is NULL */
}

static const char *word(dj_words w)
{
	return w.en ? w.en : w.fr;
}

static bool put(sqlite3_stmt *s)
{
	sqlite3_step(s);
	return sqlite3_reset(s) == SQLITE_OK;
}

static bool put_head(const writer *w, int64_t row, const char *plugin, const dj_finding_record *f)
{
	sqlite3_stmt *s = w->finding;

	sqlite3_bind_int64(s, 1, row);
	text(s, 2, plugin);
	text(s, 3, f->key);
	text(s, 4, word(f->title));
	text(s, 5, word(f->detail));
	sqlite3_bind_double(s, 6, f->score);
	text(s, 7, f->first);
	text(s, 8, f->last);
	text(s, 9, f->region);
	text(s, 10, f->place);
	sqlite3_bind_null(s, 11);
	sqlite3_bind_null(s, 12);
	if (f->has_point) {
		sqlite3_bind_double(s, 11, f->lat);
		sqlite3_bind_double(s, 12, f->lon);
	}
	return put(s);
}

static bool put_finding(const writer *w, int64_t row, const char *plugin, const dj_finding_record *f,
                        const dj_rows *r, size_t g)
{
	bool fine = put_head(w, row, plugin, f);

	for (size_t i = 0; fine && i < f->n_subjects; i++) {
		sqlite3_bind_int64(w->subject, 1, row);
		text(w->subject, 2, f->subject_type[i]);
		text(w->subject, 3, f->subject_id[i]);
		fine = put(w->subject);
	}
	for (size_t i = 0; fine && i < f->n_values; i++) {
		sqlite3_bind_int64(w->value, 1, row);
		text(w->value, 2, f->value[i].name);
		sqlite3_bind_double(w->value, 3, f->value[i].value);
		fine = put(w->value);
	}
	for (size_t i = 0; fine && i < f->n_evidence; i++) {
		int64_t number = dj_rows_number(r, g, f->evidence[i].source);

		sqlite3_bind_int64(w->evidence, 1, row);
		sqlite3_bind_int64(w->evidence, 2,
		                   (int64_t)((uint64_t)number << DJ_ROW_SHIFT) + f->evidence[i].rowid);
		fine = put(w->evidence);
	}
	return fine;
}

static bool put_all(const writer *w, const dj_rows *r, const dj_run_record *const *given, size_t n_given)
{
	int64_t row = (int64_t)DJ_FINDINGS_SOURCE << DJ_ROW_SHIFT;
	bool    fine = true;

	for (size_t g = 0; g < n_given; g++)
		for (size_t f = 0; fine && f < given[g]->n_findings; f++)
			fine = put_finding(w, ++row, given[g]->plugin, &given[g]->finding[f], r, g);
	return fine;
}

static bool prepare(writer *w)
{
	return sqlite3_exec(w->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(w->db, "INSERT INTO findings VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, &w->finding,
	                          NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(w->db, "INSERT INTO finding_subjects VALUES(?,?,?)", -1, &w->subject, NULL) ==
	           SQLITE_OK &&
	       sqlite3_prepare_v2(w->db, "INSERT INTO finding_values VALUES(?,?,?)", -1, &w->value, NULL) ==
	           SQLITE_OK &&
	       sqlite3_prepare_v2(w->db, "INSERT INTO finding_evidence VALUES(?,?)", -1, &w->evidence, NULL) ==
	           SQLITE_OK;
}

int dj_findings_image(int *out_fd, const dj_rows *r, const dj_run_record *const *given, size_t n_given,
                      dj_err *err)
{
	writer         w = {0};
	unsigned char *bytes = NULL;
	sqlite3_int64  n = 0;
	int            rc = DJ_FAIL;
	bool fine = sqlite3_open(":memory:", &w.db) == SQLITE_OK && prepare(&w) && put_all(&w, r, given, n_given);

	sqlite3_finalize(w.finding);
	sqlite3_finalize(w.subject);
	sqlite3_finalize(w.value);
	sqlite3_finalize(w.evidence);
	if (fine && sqlite3_exec(w.db, indexes, NULL, NULL, NULL) == SQLITE_OK)
		bytes = sqlite3_serialize(w.db, "main", &n, 0);
	if (!bytes) {
		dj_fail(err, DJ_FAIL, "the database of findings: %s", sqlite3_errmsg(w.db));
		goto out;
	}
	*out_fd = dj_memfd_sealed("findings", bytes, (size_t)n, err);
	rc = *out_fd < 0 ? *out_fd : DJ_OK;
out:
	sqlite3_free(bytes);
	sqlite3_close(w.db);
	return rc;
}
