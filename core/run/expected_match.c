/* Whether one finding has what an entry of "include" or "exclude" names. */
#include "run/expected_parts.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

typedef struct match {
	size_t      matched;
	const char *why; /* the first field that differs */
	bool        all;
	dj_arena   *arena;
} match;

static void say(match *m, bool same, const char *why)
{
	if (same)
		m->matched++;
	else if (m->all)
		m->why = why;
	m->all &= same;
}

static const char *number(double v, dj_arena *a)
{
	char text[32];

	if (v > -1e15 && v < 1e15 && v == (double)(long long)v)
		return dj_arena_fmt(a, "%lld", (long long)v);
	dj_real_text(text, v);
	return dj_arena_dup(a, text);
}

static const char *range_text(const cJSON *want, dj_arena *a)
{
	if (cJSON_IsNumber(want))
		return number(want->valuedouble, a);
	return dj_arena_fmt(a, "%s to %s", number(want->child->valuedouble, a),
	                    number(want->child->next->valuedouble, a));
}

static bool in_range(const cJSON *want, double v)
{
	if (cJSON_IsNumber(want))
		return v == want->valuedouble;
	return v >= want->child->valuedouble && v <= want->child->next->valuedouble;
}

static void match_number(match *m, const char *name, const cJSON *want, double got)
{
	if (want)
		say(m, in_range(want, got),
		    dj_arena_fmt(m->arena, "%s is %s, expected %s", name, number(got, m->arena),
		                 range_text(want, m->arena)));
}

static bool same_text(const char *got, const char *want)
{
	return got && strcmp(got, want) == 0;
}

static void match_text(match *m, const char *name, const cJSON *want, dj_words got)
{
	if (want)
		say(m, same_text(got.en, want->valuestring) || same_text(got.fr, want->valuestring),
		    dj_arena_fmt(m->arena, "%s is \"%s\"", name,
		                 got.en   ? got.en
		                 : got.fr ? got.fr
		                          : ""));
}

/* An id as findings have it: numbers are kept as text. */
static const char *id_text(const cJSON *v, dj_arena *a)
{
	return cJSON_IsString(v) ? v->valuestring : number(v->valuedouble, a);
}

static bool has_id(const cJSON *ids, const char *id, dj_arena *a)
{
	const cJSON *v;

	if (cJSON_IsString(ids))
		return strcmp(ids->valuestring, id) == 0;
	cJSON_ArrayForEach(v, ids)
	{
		if (strcmp(id_text(v, a), id) == 0)
			return true;
	}
	return false;
}

/* The ids of one type: exactly those that are named, in any order. */
static void match_subjects(match *m, const cJSON *want, const dj_finding_record *f)
{
	size_t expected = cJSON_IsArray(want) ? (size_t)cJSON_GetArraySize(want) : 1, had = 0;
	dj_buf got = {0};
	bool   same = true;

	for (size_t i = 0; i < f->n_subjects; i++) {
		if (strcmp(f->subject_type[i], want->string) != 0)
			continue;
		had++;
		same &= has_id(want, f->subject_id[i], m->arena);
		if (had <= 5)
			dj_buf_fmt(&got, "%s%s", got.n ? ", " : "", f->subject_id[i]);
	}
	say(m, same && had == expected,
	    dj_arena_fmt(m->arena, "subjects.%s are %s%s", want->string, got.n ? got.data : "none",
	                 had > 5 ? ", ..." : ""));
	dj_buf_free(&got);
}

static void match_place(match *m, const cJSON *want, const dj_finding_record *f)
{
	const char *name = want->string;

	if (strcmp(name, "region") == 0 || strcmp(name, "place") == 0) {
		const char *got = strcmp(name, "region") == 0 ? f->region : f->place;

		say(m, cJSON_IsString(want) && same_text(got, want->valuestring),
		    dj_arena_fmt(m->arena, "place.%s is %s", name, got ? got : "not given"));
	} else if (f->has_point && !cJSON_IsString(want)) {
		double got = strcmp(name, "lat") == 0 ? f->lat : strcmp(name, "lon") == 0 ? f->lon : f->radius_m;

		match_number(m, dj_arena_fmt(m->arena, "place.%s", name), want, got);
	} else {
		say(m, false, dj_arena_fmt(m->arena, "place.%s is not given", name));
	}
}

static void match_value(match *m, const cJSON *want, const dj_finding_record *f)
{
	for (size_t i = 0; i < f->n_values; i++)
		if (strcmp(f->value[i].name, want->string) == 0) {
			match_number(m, dj_arena_fmt(m->arena, "values.%s", want->string), want, f->value[i].value);
			return;
		}
	say(m, false, dj_arena_fmt(m->arena, "values.%s is not given", want->string));
}

static void match_reason(match *m, const cJSON *want, const dj_finding_record *f)
{
	bool there = false;

	for (size_t i = 0; i < f->n_reasons; i++)
		there |=
		    same_text(f->reason[i].en, want->valuestring) || same_text(f->reason[i].fr, want->valuestring);
	say(m, there, dj_arena_fmt(m->arena, "no reason is \"%s\"", want->valuestring));
}

bool dj_expected_matches(const dj_finding_record *f, const cJSON *want, size_t *matched, const char **why,
                         dj_arena *a)
{
	match        m = {.all = true, .arena = a};
	const cJSON *v, *period = cJSON_GetObjectItemCaseSensitive(want, "period");

	match_text(&m, "title", cJSON_GetObjectItemCaseSensitive(want, "title"), f->title);
	match_text(&m, "detail", cJSON_GetObjectItemCaseSensitive(want, "detail"), f->detail);
	match_text(&m, "key", cJSON_GetObjectItemCaseSensitive(want, "key"), (dj_words){f->key, NULL});
	match_number(&m, "score", cJSON_GetObjectItemCaseSensitive(want, "score"), f->score);
	match_number(&m, "evidence", cJSON_GetObjectItemCaseSensitive(want, "evidence"),
	             (double)f->evidence_total);
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(want, "subjects")) match_subjects(&m, v, f);
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(want, "place")) match_place(&m, v, f);
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(want, "values")) match_value(&m, v, f);
	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(want, "reasons")) match_reason(&m, v, f);
	if (period) {
		match_text(&m, "the first of period", period->child, (dj_words){f->first, NULL});
		match_text(&m, "the last of period", period->child->next, (dj_words){f->last, NULL});
	}
	*matched = m.matched;
	*why = m.why;
	return m.all;
}
