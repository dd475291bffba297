/* jam:finding: every rule of the plugin guide, section 6, that one process can check, then FINDING, SUBJECTS and EVIDENCE. */
#include "host/engine.h"

#include "base/calendar.h"
#include "base/digest.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_TITLE = 200,
	MOST_DETAIL = 4000,
	MOST_KEY = 128,
	MOST_ID = 200,
	MOST_SUBJECTS = 1000,
	MOST_VALUES = 16,
	MOST_REASONS = 8,
	MOST_EVIDENCE = 10000
};

bool dj_host_row_ok(const dj_host *h, int64_t row)
{
	int64_t source = row >> DJ_ROW_SHIFT, rowid = row & (((int64_t)1 << DJ_ROW_SHIFT) - 1);

	if (row <= 0 || rowid == 0)
		return false;
	return (source >= 1 && (size_t)source <= h->job.n_sources) ||
	       (source == DJ_FINDINGS_NUMBER && h->job.findings_fd >= 0);
}

/* ---- Checks ---- */

static int check_text(const char *text, const char *what, size_t most, dj_err *err)
{
	const char *unfit = text ? dj_text_unfit(text, most, false) : NULL;

	return unfit ? dj_fail(err, DJ_FAIL, "%s %s", what, unfit) : DJ_OK;
}

static int check_score(const dj_host_finding *f, dj_err *err)
{
	if (isnan(f->score))
		return dj_fail(err, DJ_FAIL, "score is missing (0 to 1: how strongly the pattern shows)");
	if (f->score < 0 || f->score > 1)
		return dj_fail(err, DJ_FAIL, "score is %g (it goes from 0 to 1)", f->score);
	return DJ_OK;
}

static bool type_ok(const char *type)
{
	size_t n = type ? strspn(type, "abcdefghijklmnopqrstuvwxyz_") : 0;

	return n && n <= 48 && type[n] == '\0';
}

static int check_subjects(const dj_host_finding *f, dj_err *err)
{
	if (f->n_subjects > MOST_SUBJECTS)
		return dj_fail(err, DJ_FAIL, "%zu subjects (at most %d)", f->n_subjects, MOST_SUBJECTS);
	if (!f->n_subjects && !f->region && !f->place && !f->has_point)
		return dj_fail(err, DJ_FAIL, "subjects or place is missing (whom or where to look)");
	for (size_t i = 0; i < f->n_subjects; i++) {
		const dj_host_subject *s = &f->subject[i];

		if (!type_ok(s->type))
			return dj_fail(err, DJ_FAIL,
			               "subjects: \"%.60s\" is no type (small letters and _: account, ad, person)",
			               s->type ? s->type : "NULL");
		if (!s->id || !*s->id)
			return dj_fail(err, DJ_FAIL, "subjects.%s: an id is %s", s->type,
			               s->id ? "empty" : "NULL (filter it out in SQL)");
		if (dj_text_unfit(s->id, MOST_ID, false))
			return dj_fail(err, DJ_FAIL, "subjects.%s: an id %s", s->type,
			               dj_text_unfit(s->id, MOST_ID, false));
	}
	return DJ_OK;
}

static int check_place(const dj_host_finding *f, dj_err *err)
{
	int rc;

	if ((rc = check_text(f->region, "place.region", MOST_ID, err)) < 0 ||
	    (rc = check_text(f->place, "place.place", MOST_ID, err)) < 0)
		return rc;
	if ((f->region && !*f->region) || (f->place && !*f->place))
		return dj_fail(err, DJ_FAIL, "place.%s is empty", f->region && !*f->region ? "region" : "place");
	if (f->has_point && !(fabs(f->lat) <= 90 && fabs(f->lon) <= 180))
		return dj_fail(err, DJ_FAIL,
		               "place: lat %g, lon %g is no point (degrees: lat -90 to 90, lon -180 to 180)", f->lat,
		               f->lon);
	if (f->has_radius && !f->has_point)
		return dj_fail(err, DJ_FAIL, "place.radius_m goes with lat and lon");
	if (f->has_radius && !(f->radius_m > 0 && f->radius_m <= 2.1e7))
		return dj_fail(err, DJ_FAIL, "place.radius_m is %g (metres, more than 0)", f->radius_m);
	return DJ_OK;
}

static int check_period(const dj_host_finding *f, dj_err *err)
{
	const char *end[2] = {f->first, f->last}, *name[2] = {"first", "last"};
	int64_t     seconds[2];

	if (!f->has_period && !f->first && !f->last)
		return DJ_OK;
	for (int i = 0; i < 2; i++) {
		if (!end[i])
			return dj_fail(err, DJ_FAIL,
			               "period: %s is NULL (leave period away, or filter the rows without a date)",
			               name[i]);
		if (strlen(end[i]) > 40 || !dj_seconds(&seconds[i], end[i], strlen(end[i])))
			return dj_fail(err, DJ_FAIL,
			               "period: %s is \"%.40s\" (ISO 8601: 2024-03-01 or 2024-03-01T10:00:00)", name[i],
			               end[i]);
	}
	/* A date is a whole day: only where both say a time do seconds count. */
	bool times = strlen(end[0]) > 10 && strlen(end[1]) > 10;
	if (times ? seconds[0] > seconds[1] : strncmp(end[0], end[1], 10) > 0)
		return dj_fail(err, DJ_FAIL, "period: first, %s, is after last, %s", end[0], end[1]);
	return DJ_OK;
}

static int check_values(const dj_host_finding *f, dj_err *err)
{
	int rc;

	if (f->n_values > MOST_VALUES)
		return dj_fail(err, DJ_FAIL, "%zu values (at most %d)", f->n_values, MOST_VALUES);
	for (size_t i = 0; i < f->n_values; i++) {
		if (!dj_name_ok(f->value[i].name, 48, true))
			return dj_fail(err, DJ_FAIL, "values: \"%.60s\" is no name (small letters, digits and _)",
			               f->value[i].name);
		if (!isfinite(f->value[i].value))
			return dj_fail(err, DJ_FAIL, "values.%s is not a finite number", f->value[i].name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(f->value[k].name, f->value[i].name) == 0)
				return dj_fail(err, DJ_FAIL, "values.%s is there twice", f->value[i].name);
	}
	if (f->n_reasons > MOST_REASONS)
		return dj_fail(err, DJ_FAIL, "%zu reasons (at most %d)", f->n_reasons, MOST_REASONS);
	for (size_t i = 0; i < f->n_reasons; i++)
		if ((rc = dj_words_check(f->reason[i], "a reason", MOST_TITLE, false, false, err)) < 0)
			return rc;
	return DJ_OK;
}

static int check_evidence(const dj_host *h, const dj_host_finding *f, dj_err *err)
{
	if (!f->n_evidence)
		return dj_fail(err, DJ_FAIL, "evidence is missing or empty (give _row values: list(_row) AS rows)");
	for (size_t i = 0; i < f->n_evidence; i++)
		if (!dj_host_row_ok(h, f->evidence[i]))
			return dj_fail(err, DJ_FAIL,
			               "evidence %lld is not a _row (select _row, or list(_row), and hand it back)",
			               (long long)f->evidence[i]);
	return DJ_OK;
}

static int check(const dj_host *h, const dj_host_finding *f, dj_err *err)
{
	int rc;

	if ((rc = dj_words_check(f->title, "title", MOST_TITLE, false, false, err)) < 0 ||
	    (rc = dj_words_check(f->detail, "detail", MOST_DETAIL, true, true, err)) < 0 ||
	    (rc = check_score(f, err)) < 0 || (rc = check_subjects(f, err)) < 0 ||
	    (rc = check_place(f, err)) < 0 || (rc = check_period(f, err)) < 0 ||
	    (rc = check_values(f, err)) < 0 || (rc = check_evidence(h, f, err)) < 0)
		return rc;
	if (f->key && !*f->key)
		return dj_fail(err, DJ_FAIL, "key is empty");
	return check_text(f->key, "key", MOST_KEY, err);
}

/* ---- Keys ---- */

static uint64_t hash(const char *text)
{
	uint64_t v = 1469598103934665603u; /* FNV-1a */

	for (; *text; text++)
		v = (v ^ (uint8_t)*text) * 1099511628211u;
	return v;
}

static dj_key *place_of(dj_key *keys, size_t room, const char *text)
{
	size_t at = hash(text) & (room - 1);

	while (keys[at].text && strcmp(keys[at].text, text) != 0)
		at = (at + 1) & (room - 1);
	return &keys[at];
}

static dj_key *key_of(dj_host *h, const char *text)
{
	if (2 * (h->n_keys + 1) > h->key_room) {
		size_t  room = h->key_room ? 2 * h->key_room : 256;
		dj_key *keys = dj_alloc_zero(room, sizeof *keys);

		for (size_t i = 0; i < h->key_room; i++)
			if (h->key[i].text)
				*place_of(keys, room, h->key[i].text) = h->key[i];
		free(h->key);
		h->key = keys;
		h->key_room = room;
	}
	dj_key *k = place_of(h->key, h->key_room, text);
	if (!k->text) {
		k->text = dj_host_text(h, text, strlen(text));
		h->n_keys++;
	}
	return k;
}

/*
 * What makes two findings the same: subjects, place and period. A digest of them, since a key is shown where the ids of
 * subjects must not be.
 */
static const char *made_key(dj_host *h, const dj_host_finding *f, const dj_host_subject *s, size_t n)
{
	dj_buf    b = {0};
	dj_digest d;
	char      hex[65];

	for (size_t i = 0; i < n; i++)
		dj_buf_fmt(&b, "%s\t%s\n", s[i].type, s[i].id);
	dj_buf_fmt(&b, "\n%s\t%s\t", f->region ? f->region : "", f->place ? f->place : "");
	if (f->has_point)
		dj_buf_fmt(&b, "%.17g\t%.17g", f->lat, f->lon);
	dj_buf_fmt(&b, "\n%s\t%s", f->first ? f->first : "", f->last ? f->last : "");
	d = dj_sha256_of(b.data, b.n);
	dj_digest_hex(hex, &d);
	dj_buf_free(&b);
	return dj_arena_fmt(h->scratch, "%.24s", hex);
}

static int choose_key(const char **out, dj_host *h, const dj_host_finding *f, const dj_host_subject *s,
                      size_t n, dj_err *err)
{
	const char *text = f->key ? f->key : made_key(h, f, s, n);
	dj_key     *k = key_of(h, text);

	if (f->key && k->given)
		return dj_fail(err, DJ_FAIL, "key \"%s\" was used before (a key is unique in the run)", f->key);
	k->given++;
	*out = k->text;
	if (k->given == 1)
		return DJ_OK;
	int64_t number = k->given;
	for (;; number++) {
		k = key_of(h, dj_arena_fmt(h->scratch, "%s-%lld", text, (long long)number));
		if (!k->given)
			break;
	}
	k->given = 1;
	*out = k->text;
	return DJ_OK;
}

/* ---- Sorting, sending ---- */

static int by_type_and_id(const void *a, const void *b)
{
	const dj_host_subject *x = a, *y = b;
	int                    c = strcmp(x->type, y->type);

	return c ? c : strcmp(x->id, y->id);
}

static int by_row(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Sorts and drops repeats, in the scratch arena. */
static dj_host_subject *sorted_subjects(dj_host *h, const dj_host_finding *f, size_t *n)
{
	dj_host_subject *s = dj_arena_alloc(h->scratch, f->n_subjects, sizeof *s);

	*n = 0;
	if (f->n_subjects)
		memcpy(s, f->subject, f->n_subjects * sizeof *s);
	qsort(s, f->n_subjects, sizeof *s, by_type_and_id);
	for (size_t i = 0; i < f->n_subjects; i++)
		if (!*n || by_type_and_id(&s[i], &s[*n - 1]) != 0)
			s[(*n)++] = s[i];
	return s;
}

static int64_t *sorted_rows(const dj_host_finding *f, size_t *n)
{
	int64_t *row = dj_alloc_zero(f->n_evidence, sizeof *row);
	bool     rising = true;

	*n = 0;
	memcpy(row, f->evidence, f->n_evidence * sizeof *row);
	for (size_t i = 1; i < f->n_evidence && rising; i++)
		rising = row[i - 1] < row[i];
	if (!rising)
		qsort(row, f->n_evidence, sizeof *row, by_row);
	for (size_t i = 0; i < f->n_evidence; i++)
		if (!*n || row[i] != row[*n - 1])
			row[(*n)++] = row[i];
	return row;
}

static void put_finding(dj_host *h, const dj_host_finding *f, const char *key, size_t subjects, size_t rows)
{
	dj_wire_out *o = &h->out;

	dj_wire_begin(o, DJ_WIRE_FINDING);
	dj_host_put_words(h, f->title);
	dj_host_put_words(h, f->detail);
	dj_wire_put_text(o, key);
	dj_wire_put_f64(o, f->score);
	dj_wire_put_text(o, f->first);
	dj_wire_put_text(o, f->last);
	dj_wire_put_text(o, f->region);
	dj_wire_put_text(o, f->place);
	dj_wire_put_u8(o, f->has_point);
	dj_wire_put_f64(o, f->has_point ? f->lat : 0);
	dj_wire_put_f64(o, f->has_point ? f->lon : 0);
	dj_wire_put_f64(o, f->has_radius ? f->radius_m : 0);
	dj_wire_put_u32(o, (uint32_t)f->n_values);
	for (size_t i = 0; i < f->n_values; i++) {
		dj_wire_put_text(o, f->value[i].name);
		dj_wire_put_f64(o, f->value[i].value);
	}
	dj_wire_put_u32(o, (uint32_t)f->n_reasons);
	for (size_t i = 0; i < f->n_reasons; i++)
		dj_host_put_words(h, f->reason[i]);
	dj_wire_put_i64(o, (int64_t)subjects);
	dj_wire_put_i64(o, (int64_t)(rows < MOST_EVIDENCE ? rows : MOST_EVIDENCE));
	dj_wire_put_i64(o, (int64_t)rows);
}

static int send_lists(dj_host *h, const dj_host_subject *s, size_t subjects, const int64_t *row, size_t rows,
                      dj_err *err)
{
	dj_wire_out *o = &h->out;
	int          rc = DJ_OK;

	if (subjects) {
		dj_wire_begin(o, DJ_WIRE_SUBJECTS);
		dj_wire_put_u32(o, (uint32_t)subjects);
		for (size_t i = 0; i < subjects; i++) {
			dj_wire_put_text(o, s[i].type);
			dj_wire_put_text(o, s[i].id);
		}
		rc = dj_host_send(h, err);
	}
	if (rc < 0)
		return rc;
	rows = rows < MOST_EVIDENCE ? rows : MOST_EVIDENCE;
	dj_wire_begin(o, DJ_WIRE_EVIDENCE);
	dj_wire_put_u32(o, (uint32_t)rows);
	for (size_t i = 0; i < rows; i++)
		dj_wire_put_i64(o, row[i]);
	return dj_host_send(h, err);
}

int dj_host_finding_give(int64_t *number, dj_host *h, const dj_host_finding *f, dj_err *err)
{
	size_t           subjects, rows;
	dj_host_subject *s;
	int64_t         *row = NULL;
	const char      *key = NULL;
	int              rc = check(h, f, err);

	if (rc < 0)
		return rc;
	if (h->job.limits.findings && (uint64_t)h->findings >= h->job.limits.findings)
		return dj_fail(err, DJ_STOPPED,
		               "OUTPUT-LIMIT: findings: used %lld, allowed %llu (raise the threshold)",
		               (long long)h->findings + 1, (unsigned long long)h->job.limits.findings);
	h->scratch = dj_arena_new();
	s = sorted_subjects(h, f, &subjects);
	row = sorted_rows(f, &rows);
	if ((rc = choose_key(&key, h, f, s, subjects, err)) < 0)
		goto out;
	put_finding(h, f, key, subjects, rows);
	if ((rc = dj_host_send(h, err)) < 0 || (rc = send_lists(h, s, subjects, row, rows, err)) < 0)
		goto out;
	h->findings++;
	if (number)
		*number = h->findings;
out:
	free(row);
	dj_arena_free(h->scratch);
	h->scratch = NULL;
	return rc;
}
