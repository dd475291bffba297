/* DJ1: what is content shows, what is not does not. */
#include "record_sample.h"

static dj_digest digest_of(sample *s)
{
	dj_record_digest(&s->run);
	return s->run.dj1;
}

static void order_of_findings_is_no_content(void **state)
{
	sample           *s = new_sample();
	dj_digest         base = digest_of(s), other;
	dj_finding_record first = s->finding[0];

	(void)state;
	s->finding[0] = s->finding[2];
	s->finding[2] = first;
	other = digest_of(s);
	assert_int_equal(dj_digest_compare(&base, &other), 0);
	free(s);
}

/* Nor is the numbering of sources, nor what differs from machine to machine. */
static void what_differs_from_run_to_run_is_no_content(void **state)
{
	sample          *s = new_sample();
	dj_digest        base = digest_of(s), other;
	dj_source_record first = s->source[0];

	(void)state;
	s->source[0] = s->source[1];
	s->source[1] = first;
	for (int i = 0; i < 3; i++)
		s->evidence[i].source = !s->evidence[i].source;
	s->run.wall_us = 999;
	s->run.started = "2025-01-01T00:00:00Z";
	s->run.log = "other";
	s->source[2].djs1 = "8"; /* the run that findings come from */
	s->finding[1].lat = 1;   /* has no point */
	s->value[1].value = 3.0;
	other = digest_of(s);
	assert_int_equal(dj_digest_compare(&base, &other), 0);
	free(s);
}

static void minus_zero_is_zero(void **state)
{
	sample   *s = new_sample();
	dj_digest base, other;

	(void)state;
	s->reals[0] = 0.0;
	s->value[0].value = 0.0;
	base = digest_of(s);
	s->reals[0] = -0.0;
	s->value[0].value = -0.0;
	other = digest_of(s);
	assert_int_equal(dj_digest_compare(&base, &other), 0);
	free(s);
}

/* One change at a time, in every part; each must show. */
static bool plant(sample *s, int change)
{
	dj_shape_record shape;
	dj_words        note;

	switch (change) {
	case 0: s->finding[0].score = 0.5000001; return true;
	case 1: s->finding[0].title.fr = NULL; return true;
	case 2: s->finding[0].detail.en = ""; return true;
	case 3: s->finding[1].last = "2024-03-01"; return true;
	case 4: s->finding[0].lon = 114; return true;
	case 5: s->finding[0].has_point = false; return true;
	case 6: s->finding[0].evidence_total = 11999; return true;
	case 7: s->id[1] = "A3"; return true;
	case 8: s->value[0].name = "sum"; return true;
	case 9: s->reason[1].en = "by day"; return true;
	case 10: s->evidence[2].rowid = 4; return true;
	case 11: s->evidence[0].source = 1; return true;
	case 12: s->source[1].djs1 = "cc"; return true;
	case 13: s->run.n_findings = 2; return true;
	case 14: s->layer[0].spec = "{\"size\":\"r\"}"; return true;
	case 15: s->integers[0] = 6; return true;
	case 16: s->texts[0] = "y"; return true;
	case 17: s->null[0] = 0; return true;
	case 18: s->items[1] = 3; return true;
	case 19: s->lists[1].type = DJ_DATA_REAL; return true;
	case 20: s->column[1].name = "q"; return true;
	case 21: s->view[0].part[1] = "ties"; return true;
	case 22: /* layers are in order */
		shape = s->layer[0];
		s->layer[0] = s->layer[1];
		s->layer[1] = shape;
		return true;
	case 23:
		note = s->note[0];
		s->note[0] = s->note[1];
		s->note[1] = note;
		return true;
	case 24: /* rows are in order */
		s->texts[0] = "é";
		s->texts[1] = "x";
		return true;
	case 25: s->finding[0].key = "k9"; return true;
	default: return false;
	}
}

static void a_planted_change_is_seen(void **state)
{
	sample   *s = new_sample();
	dj_digest base = digest_of(s), seen[32];
	size_t    n = 0;

	(void)state;
	for (int change = 0; plant(s, change); change++) {
		seen[n] = digest_of(s);
		if (dj_digest_compare(&base, &seen[n]) == 0)
			fail_msg("change %d is not seen", change);
		for (size_t i = 0; i < n; i++)
			if (dj_digest_compare(&seen[i], &seen[n]) == 0)
				fail_msg("changes %zu and %d look the same", i, change);
		n++;
		free(s);
		s = new_sample();
	}
	assert_int_equal(n, 26);
	free(s);
}

/* The digest of a run that gave nothing: a change of the definition must be meant. */
static void nothing_is_as_defined(void **state)
{
	dj_run_record run = {0};
	char          hex[65];

	(void)state;
	dj_record_digest(&run);
	dj_digest_hex(hex, &run.dj1);
	assert_string_equal(hex, "12f635be4b9abf57e72469c7c54a5f43c7248eede02bfbc6299fc08c02e49281");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_of_findings_is_no_content),
	    cmocka_unit_test(what_differs_from_run_to_run_is_no_content),
	    cmocka_unit_test(minus_zero_is_zero),
	    cmocka_unit_test(a_planted_change_is_seen),
	    cmocka_unit_test(nothing_is_as_defined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
