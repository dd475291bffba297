/*
 * The leads of a run.
 */
#include "report/parts.h"

static void put_place(dj_put *p, const dj_finding_record *f)
{
	dj_put_member(p, "region", f->region);
	dj_put_member(p, "place", f->place);
	dj_put_key(p, "point");
	if (!f->has_point) {
		dj_put_text(p, NULL);
		return;
	}
	dj_put_bracket(p, '[');
	dj_put_real(p, f->lat);
	dj_put_real(p, f->lon);
	dj_put_real(p, f->radius_m);
	dj_put_bracket(p, ']');
}

static void put_why(dj_put *p, const dj_finding_record *f)
{
	dj_put_begin(p, "values", '[');
	for (size_t i = 0; i < f->n_values; i++) {
		dj_put_bracket(p, '[');
		dj_put_text(p, f->value[i].name);
		dj_put_real(p, f->value[i].value);
		dj_put_bracket(p, ']');
	}
	dj_put_bracket(p, ']');
	dj_put_begin(p, "reasons", '[');
	for (size_t i = 0; i < f->n_reasons; i++)
		dj_put_words(p, f->reason[i]);
	dj_put_bracket(p, ']');
}

static void put_rests_on(dj_put *p, const dj_finding_record *f, size_t cap)
{
	dj_put_begin(p, "subjects", '[');
	for (size_t i = 0; i < f->n_subjects; i++) {
		dj_put_bracket(p, '[');
		dj_put_text(p, f->subject_type[i]);
		dj_put_text(p, f->subject_id[i]);
		dj_put_bracket(p, ']');
	}
	dj_put_bracket(p, ']');
	dj_put_begin(p, "rows", '[');
	for (size_t i = 0; i < f->n_evidence && i < cap; i++) {
		dj_put_bracket(p, '[');
		dj_put_integer(p, f->evidence[i].source);
		dj_put_integer(p, f->evidence[i].rowid);
		dj_put_bracket(p, ']');
	}
	dj_put_bracket(p, ']');
	dj_put_member_integer(p, "total", f->evidence_total);
}

static void put_finding(dj_put *p, const dj_finding_record *f, size_t id, size_t cap)
{
	dj_put_bracket(p, '{');
	dj_put_member_integer(p, "id", (int64_t)id);
	dj_put_member_words(p, "title", f->title);
	dj_put_member_words(p, "detail", f->detail);
	dj_put_member(p, "key", f->key);
	dj_put_key(p, "score");
	dj_put_real(p, f->score);
	dj_put_member(p, "first", f->first);
	dj_put_member(p, "last", f->last);
	put_place(p, f);
	put_why(p, f);
	put_rests_on(p, f, cap);
	dj_put_bracket(p, '}');
}

void dj_report_findings(dj_put *p, const dj_run_record *run, size_t cap)
{
	dj_put_block(p, "findings-", run->id);
	dj_put_bracket(p, '[');
	for (size_t i = 0; i < run->n_findings; i++)
		put_finding(p, &run->finding[i], i + 1, cap);
	dj_put_bracket(p, ']');
	dj_put_block_end(p);
}
