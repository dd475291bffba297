/* What a case expects against what came: a line for each difference, with the finding that came nearest. */
#include "run/expected_parts.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

typedef struct comparison {
	dj_lines            *out;
	const dj_run_record *got;
	dj_arena            *arena;
} comparison;

static const char *word(dj_words w)
{
	return w.en ? w.en : w.fr;
}

static const char *range_text(const cJSON *want, dj_arena *a)
{
	if (cJSON_IsNumber(want))
		return dj_arena_fmt(a, "%.10g", want->valuedouble);
	return dj_arena_fmt(a, "%.10g to %.10g", want->child->valuedouble, want->child->next->valuedouble);
}

static void compare_count(comparison *c, const char *what, const cJSON *want, size_t got)
{
	double low, high;

	if (!want)
		return;
	low = cJSON_IsNumber(want) ? want->valuedouble : want->child->valuedouble;
	high = cJSON_IsNumber(want) ? want->valuedouble : want->child->next->valuedouble;
	if ((double)got < low || (double)got > high)
		dj_lines_add(c->out,
		             dj_arena_fmt(c->arena, "%s: %zu, expected %s", what, got, range_text(want, c->arena)));
}

/* ---- Each entry of "include" needs a finding of its own: a matching in a bipartite graph (Kuhn 1955, augmenting paths) ---- */

typedef struct pairing {
	bool   *fits;  /* fits[entry * n_findings + finding] */
	bool   *seen;  /* of findings, in the search that goes on */
	size_t *taken; /* of a finding: its entry + 1; 0: free */
	size_t  n_findings;
} pairing;

static bool place(pairing *p, size_t entry)
{
	for (size_t f = 0; f < p->n_findings; f++) {
		if (!p->fits[entry * p->n_findings + f] || p->seen[f])
			continue;
		p->seen[f] = true;
		if (!p->taken[f] || place(p, p->taken[f] - 1)) {
			p->taken[f] = entry + 1;
			return true;
		}
	}
	return false;
}

static void tell_nearest(comparison *c, size_t entry, const cJSON *want, bool fits)
{
	const dj_finding_record *nearest = NULL;
	const char              *why, *nearest_why = NULL;
	size_t                   most = 0;

	for (size_t f = 0; f < c->got->n_findings; f++) {
		size_t matched;

		dj_expected_matches(&c->got->finding[f], want, &matched, &why, c->arena);
		if (!nearest || matched > most) {
			nearest = &c->got->finding[f];
			nearest_why = why;
			most = matched;
		}
	}
	if (fits)
		dj_lines_add(c->out,
		             dj_arena_fmt(c->arena, "include %zu: the finding it fits serves another entry already",
		                          entry + 1));
	else if (!nearest)
		dj_lines_add(c->out, dj_arena_fmt(c->arena, "include %zu: there is no finding at all", entry + 1));
	else
		dj_lines_add(c->out,
		             dj_arena_fmt(c->arena, "include %zu: no finding fits; the nearest is \"%s\", but its %s",
		                          entry + 1, word(nearest->title), nearest_why));
}

static void compare_include(comparison *c, const cJSON *include)
{
	size_t       n = (size_t)cJSON_GetArraySize(include), entry = 0;
	const cJSON *want;
	pairing      p = {.n_findings = c->got->n_findings};

	p.fits = dj_arena_alloc(c->arena, n * p.n_findings + 1, sizeof *p.fits);
	p.taken = dj_arena_alloc(c->arena, p.n_findings + 1, sizeof *p.taken);
	p.seen = dj_arena_alloc(c->arena, p.n_findings + 1, sizeof *p.seen);
	cJSON_ArrayForEach(want, include)
	{
		bool any = false;

		for (size_t f = 0; f < p.n_findings; f++) {
			size_t      matched;
			const char *why;

			any |= p.fits[entry * p.n_findings + f] =
			    dj_expected_matches(&c->got->finding[f], want, &matched, &why, c->arena);
		}
		memset(p.seen, 0, p.n_findings * sizeof *p.seen);
		if (!place(&p, entry))
			tell_nearest(c, entry, want, any);
		entry++;
	}
}

static void compare_exclude(comparison *c, const cJSON *exclude)
{
	const cJSON *want;
	size_t       entry = 0;

	cJSON_ArrayForEach(want, exclude)
	{
		entry++;
		for (size_t f = 0; f < c->got->n_findings; f++) {
			size_t      matched;
			const char *why;

			if (dj_expected_matches(&c->got->finding[f], want, &matched, &why, c->arena))
				dj_lines_add(c->out, dj_arena_fmt(c->arena, "exclude %zu: there is such a finding, \"%s\"",
				                                  entry, word(c->got->finding[f].title)));
		}
	}
}

/* ---- Layers, views, notes ---- */

static size_t rows_of(const dj_shape_record *s)
{
	return s->n_parts ? s->data[0]->rows : 0;
}

static void compare_shapes(comparison *c, const char *what, const cJSON *list, const dj_shape_record *shape,
                           size_t n)
{
	const cJSON *want;

	cJSON_ArrayForEach(want, list)
	{
		const char            *name = cJSON_GetObjectItemCaseSensitive(want, "name")->valuestring;
		const cJSON           *kind = cJSON_GetObjectItemCaseSensitive(want, "kind");
		const dj_shape_record *found = NULL;

		for (size_t i = 0; i < n; i++)
			if (strcmp(shape[i].name, name) == 0)
				found = &shape[i];
		if (!found) {
			dj_lines_add(c->out, dj_arena_fmt(c->arena, "%s: there is no '%s'", what, name));
			continue;
		}
		compare_count(c, dj_arena_fmt(c->arena, "%s, rows of '%s'", what, name),
		              cJSON_GetObjectItemCaseSensitive(want, "rows"), rows_of(found));
		if (kind && strcmp(kind->valuestring, found->kind) != 0)
			dj_lines_add(c->out, dj_arena_fmt(c->arena, "%s: '%s' is of kind %s, expected %s", what, name,
			                                  found->kind, kind->valuestring));
	}
}

static bool holds(const char *text, const char *part)
{
	return text && strstr(text, part);
}

static void compare_notes(comparison *c, const cJSON *list)
{
	const cJSON *want;

	cJSON_ArrayForEach(want, list)
	{
		bool there = false;

		for (size_t i = 0; i < c->got->n_notes; i++)
			there |=
			    holds(c->got->note[i].en, want->valuestring) || holds(c->got->note[i].fr, want->valuestring);
		if (!there)
			dj_lines_add(c->out, dj_arena_fmt(c->arena, "notes: none says \"%s\"%s%s%s", want->valuestring,
			                                  c->got->n_notes ? "; one says \"" : "",
			                                  c->got->n_notes ? word(c->got->note[0]) : "",
			                                  c->got->n_notes ? "\"" : ""));
	}
}

/* ---- The whole ---- */

void dj_expected_compare(dj_lines *out, const cJSON *expect, const dj_run_record *got, dj_arena *a)
{
	comparison   c = {out, got, a};
	const cJSON *findings = cJSON_GetObjectItemCaseSensitive(expect, "findings");
	const cJSON *failed = cJSON_GetObjectItemCaseSensitive(expect, "failed");
	bool         ok = strcmp(got->verdict, "OK") == 0;

	if (cJSON_IsString(failed)) {
		if (ok)
			dj_lines_add(
			    out, dj_arena_fmt(a, "it did not fail; expected to fail with \"%s\"", failed->valuestring));
		else if (!holds(got->message, failed->valuestring))
			dj_lines_add(out, dj_arena_fmt(a, "it failed with \"%s\"; expected \"%s\"", got->message,
			                               failed->valuestring));
		return;
	}
	if (!ok) {
		dj_lines_add(out, dj_arena_fmt(a, "%s: %s", got->verdict, got->message ? got->message : ""));
		return;
	}
	compare_count(&c, "findings", cJSON_GetObjectItemCaseSensitive(findings, "count"), got->n_findings);
	compare_include(&c, cJSON_GetObjectItemCaseSensitive(findings, "include"));
	compare_exclude(&c, cJSON_GetObjectItemCaseSensitive(findings, "exclude"));
	compare_shapes(&c, "layers", cJSON_GetObjectItemCaseSensitive(expect, "layers"), got->layer,
	               got->n_layers);
	compare_shapes(&c, "views", cJSON_GetObjectItemCaseSensitive(expect, "views"), got->view, got->n_views);
	compare_notes(&c, cJSON_GetObjectItemCaseSensitive(expect, "notes"));
}
