/* FINDING, SUBJECTS and EVIDENCE: every bound of the plugin guide, section 6, and every row looked up. */
#include "run/inside.h"

#include "base/calendar.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

enum {
	MOST_TITLE = 200,
	MOST_DETAIL = 4000,
	MOST_KEY = 128,
	MOST_TIME = 40,
	MOST_ID = 200,
	MOST_TYPE = 48,
	MOST_NAME = 48,
	MOST_VALUES = 16,
	MOST_REASONS = 8,
	MOST_SUBJECTS = 1000,
	MOST_EVIDENCE = 10000
};

static const double most_radius_m = 2.1e7; /* half way around the Earth */

dj_words dj_receive_words(dj_wire_payload *p, dj_arena *a, size_t most, bool lines)
{
	const char *en = dj_wire_text(p, a, most, lines), *fr = dj_wire_text(p, a, most, lines);

	return (dj_words){*en ? en : NULL, *fr ? fr : NULL};
}

static const char *optional(dj_wire_payload *p, dj_arena *a, size_t most)
{
	const char *s = dj_wire_text(p, a, most, false);

	return *s ? s : NULL;
}

static void wrong(dj_wire_payload *p, bool is, const char *why)
{
	if (is && !p->wrong)
		p->wrong = why;
}

static bool empty(dj_words w)
{
	return !w.en && !w.fr;
}

/* Both ends or none; a date is a whole day, so only where both say a time do seconds count. */
static bool period_ok(const char *first, const char *last)
{
	int64_t a, b;

	if (!first || !last)
		return !first && !last;
	if (!dj_seconds(&a, first, strlen(first)) || !dj_seconds(&b, last, strlen(last)))
		return false;
	return strlen(first) > 10 && strlen(last) > 10 ? a <= b : strncmp(first, last, 10) <= 0;
}

static void read_place(dj_finding_record *f, dj_wire_payload *p, dj_arena *a)
{
	uint8_t has_point;

	f->first = optional(p, a, MOST_TIME);
	f->last = optional(p, a, MOST_TIME);
	f->region = optional(p, a, MOST_ID);
	f->place = optional(p, a, MOST_ID);
	has_point = dj_wire_u8(p);
	f->lat = dj_wire_f64(p);
	f->lon = dj_wire_f64(p);
	f->radius_m = dj_wire_f64(p);
	f->has_point = has_point == 1;
	wrong(p, has_point > 1, "a flag is neither 0 nor 1");
	wrong(p, !period_ok(f->first, f->last), "a period is not two ISO 8601 times, the first before the last");
	wrong(p, fabs(f->lat) > 90 || fabs(f->lon) > 180, "a point is not on the Earth");
	wrong(p, f->radius_m < 0 || f->radius_m > most_radius_m, "a radius is out of bounds");
	wrong(p, !f->has_point && (f->lat != 0 || f->lon != 0 || f->radius_m != 0), "there is half a point");
}

static void read_values(dj_finding_record *f, dj_wire_payload *p, dj_arena *a)
{
	uint32_t        n = dj_wire_u32(p);
	dj_named_value *value;
	dj_words       *reason;

	wrong(p, n > MOST_VALUES, "there are more than 16 values");
	value = dj_arena_alloc(a, p->wrong ? 0 : n, sizeof *value);
	for (f->n_values = 0; !p->wrong && f->n_values < n; f->n_values++) {
		dj_named_value *v = &value[f->n_values];

		v->name = dj_wire_text(p, a, MOST_NAME, false);
		v->value = dj_wire_f64(p);
		wrong(p, !dj_name_ok(v->name, MOST_NAME, true), "a value's name is none");
		for (size_t i = 0; i < f->n_values; i++)
			wrong(p, strcmp(value[i].name, v->name) == 0, "two values have one name");
	}
	f->value = value;
	n = dj_wire_u32(p);
	wrong(p, n > MOST_REASONS, "there are more than 8 reasons");
	reason = dj_arena_alloc(a, p->wrong ? 0 : n, sizeof *reason);
	for (f->n_reasons = 0; !p->wrong && f->n_reasons < n; f->n_reasons++) {
		reason[f->n_reasons] = dj_receive_words(p, a, MOST_TITLE, false);
		wrong(p, empty(reason[f->n_reasons]), "a reason is empty");
	}
	f->reason = reason;
}

static void read_counts(dj_finding_builder *b, dj_wire_payload *p)
{
	dj_finding_record *f = &b->f;

	b->n_subjects = dj_wire_i64(p);
	b->n_evidence = dj_wire_i64(p);
	f->evidence_total = dj_wire_i64(p);
	wrong(p, b->n_subjects < 0 || b->n_subjects > MOST_SUBJECTS, "there are more than 1,000 subjects");
	wrong(p, b->n_evidence < 1 || b->n_evidence > MOST_EVIDENCE,
	      "there is no evidence, or more than 10,000 rows");
	wrong(p,
	      f->evidence_total < b->n_evidence ||
	          (f->evidence_total > b->n_evidence && b->n_evidence < MOST_EVIDENCE),
	      "the rows of evidence do not add up");
	wrong(p, !b->n_subjects && !f->region && !f->place && !f->has_point, "there is no subject and no place");
}

int dj_finding_begin(dj_finding_builder *b, dj_wire_payload *p, dj_arena *a, dj_err *err)
{
	dj_finding_record *f = &b->f;

	*b = (dj_finding_builder){.open = true};
	f->title = dj_receive_words(p, a, MOST_TITLE, false);
	f->detail = dj_receive_words(p, a, MOST_DETAIL, true);
	f->key = optional(p, a, MOST_KEY);
	f->score = dj_wire_f64(p);
	wrong(p, empty(f->title), "there is no title");
	wrong(p, !f->key, "there is no key");
	wrong(p, f->score < 0 || f->score > 1, "a score is not from 0 to 1");
	read_place(f, p, a);
	read_values(f, p, a);
	read_counts(b, p);
	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	b->type = dj_arena_alloc(a, (size_t)b->n_subjects, sizeof *b->type);
	b->id = dj_arena_alloc(a, (size_t)b->n_subjects, sizeof *b->id);
	b->evidence = dj_arena_alloc(a, (size_t)b->n_evidence, sizeof *b->evidence);
	f->subject_type = b->type;
	f->subject_id = b->id;
	f->evidence = b->evidence;
	return DJ_OK;
}

static bool type_ok(const char *s)
{
	return *s && strspn(s, "abcdefghijklmnopqrstuvwxyz_") == strlen(s);
}

/* Strictly rising by type, then id: sorted, and none twice. */
static bool subject_rises(const dj_finding_builder *b, const char *type, const char *id)
{
	size_t n = b->f.n_subjects;
	int    order = n ? strcmp(b->type[n - 1], type) : -1;

	return order < 0 || (order == 0 && strcmp(b->id[n - 1], id) < 0);
}

int dj_finding_subjects(dj_finding_builder *b, dj_wire_payload *p, dj_arena *a, dj_err *err)
{
	uint32_t n = dj_wire_u32(p);

	if (!b->open || b->f.n_evidence)
		return dj_fail(err, DJ_FAIL, "subjects come right after their finding");
	wrong(p, !n || n > (uint64_t)b->n_subjects - b->f.n_subjects,
	      "there are other subjects than were announced");
	for (uint32_t i = 0; i < n && !p->wrong; i++) {
		const char *type = dj_wire_text(p, a, MOST_TYPE, false), *id = dj_wire_text(p, a, MOST_ID, false);

		wrong(p, !type_ok(type), "a subject's type is none");
		wrong(p, !*id, "a subject's id is empty");
		wrong(p, !p->wrong && !subject_rises(b, type, id),
		      "subjects are not in order, or one is there twice");
		if (p->wrong)
			break;
		b->type[b->f.n_subjects] = type;
		b->id[b->f.n_subjects++] = id;
	}
	return dj_wire_finish(p, err);
}

int dj_finding_evidence(dj_finding_builder *b, dj_wire_payload *p, dj_rows *rows, dj_err *err)
{
	uint32_t n = dj_wire_u32(p);

	if (!b->open || b->f.n_subjects != (size_t)b->n_subjects)
		return dj_fail(err, DJ_FAIL, "evidence comes after a finding and its subjects");
	wrong(p, !n || n > (uint64_t)b->n_evidence - b->f.n_evidence,
	      "there is other evidence than was announced");
	for (uint32_t i = 0; i < n && !p->wrong; i++) {
		int64_t row = dj_wire_i64(p);

		wrong(p, row <= b->last_row, "rows of evidence are not in order, or one is there twice");
		if (p->wrong)
			break;
		if (dj_rows_find(&b->evidence[b->f.n_evidence++], rows, row, err) < 0)
			return dj_fail_in(err, "evidence");
		b->last_row = row;
	}
	return dj_wire_finish(p, err);
}

bool dj_finding_whole(const dj_finding_builder *b)
{
	return b->open && b->f.n_subjects == (size_t)b->n_subjects && b->f.n_evidence == (size_t)b->n_evidence;
}

int dj_finding_protects(const dj_finding_record *f, const char *column, int k, dj_err *err)
{
	const char *about = f->place ? "place" : f->has_point ? "point" : NULL;

	for (size_t i = 0; i < f->n_subjects && !about; i++)
		if (strcmp(f->subject_type[i], "region") != 0)
			about = f->subject_type[i];
	if (about)
		return dj_fail(
		    err, DJ_DENIED,
		    "this run reads %s, which is protected: its findings may be about regions only, and one names a "
		    "subject or place of type '%s' (count such columns in a view, or do not read them)",
		    column, about);
	if (f->evidence_total < k)
		return dj_fail(
		    err, DJ_DENIED,
		    "this run reads %s, which is protected: each finding must rest on %d rows or more, and one rests on "
		    "%lld",
		    column, k, (long long)f->evidence_total);
	return DJ_OK;
}
