#include "lint/sketch.h"

#include <stdlib.h>

static size_t place_of(const dj_tally *t, uint64_t hash)
{
	size_t at = (size_t)(hash >> 20) & (t->slots - 1); /* the low bits are alike once thinned */

	while (t->slot[at].count && t->slot[at].hash != hash)
		at = (at + 1) & (t->slots - 1);
	return at;
}

static bool kept(const dj_tally *t, uint64_t hash)
{
	return (hash & ((UINT64_C(1) << t->thinned) - 1)) == 0;
}

/* Makes the table anew with `slots` places, without what no longer belongs to the sample. */
static void rebuild(dj_tally *t, size_t slots)
{
	dj_tally old = *t;

	t->slot = dj_alloc_zero(slots, sizeof *t->slot);
	t->slots = slots;
	t->n = 0;
	for (size_t i = 0; i < old.slots; i++) {
		if (!old.slot[i].count)
			continue;
		if (!kept(t, old.slot[i].hash)) {
			free(old.slot[i].text);
			continue;
		}
		t->slot[place_of(t, old.slot[i].hash)] = old.slot[i];
		t->n++;
	}
	free(old.slot);
}

dj_seen *dj_tally_add(dj_tally *t, uint64_t hash, int64_t row, bool *fresh)
{
	*fresh = false;
	if (!kept(t, hash))
		return NULL;
	if (!t->slots)
		rebuild(t, 64);
	dj_seen *s = &t->slot[place_of(t, hash)];
	if (s->count) {
		s->count++;
		return s;
	}
	if (t->n == t->most) {
		for (; t->n == t->most && t->thinned < 63; rebuild(t, t->slots))
			t->thinned++;
		if (!kept(t, hash))
			return NULL;
	} else if (2 * (t->n + 1) > t->slots) {
		rebuild(t, 2 * t->slots);
	}
	s = &t->slot[place_of(t, hash)];
	*s = (dj_seen){.hash = hash, .first = row, .count = 1};
	t->n++;
	*fresh = true;
	return s;
}

void dj_tally_soon(const dj_tally *t, uint64_t hash)
{
	if (t->slots && kept(t, hash))
		__builtin_prefetch(&t->slot[(size_t)(hash >> 20) & (t->slots - 1)], 1);
}

dj_seen *dj_tally_find(const dj_tally *t, uint64_t hash)
{
	dj_seen *s = t->slots ? &t->slot[place_of(t, hash)] : NULL;

	return s && s->count ? s : NULL;
}

void dj_tally_free(dj_tally *t)
{
	for (size_t i = 0; i < t->slots; i++)
		free(t->slot[i].text);
	free(t->slot);
	*t = (dj_tally){.most = t->most};
}

void dj_rows_add(dj_rows *r, int64_t row)
{
	r->n++;
	if (r->n_examples < DJ_LINT_EXAMPLES)
		r->example[r->n_examples++] = row;
}

void dj_rows_seen(dj_rows *r, const dj_tally *t, const dj_seen *s)
{
	size_t at = r->n_examples;

	r->n += s->count << t->thinned;
	r->about = r->about || t->thinned;
	while (at > 0 && r->example[at - 1] > s->first)
		at--;
	if (at == DJ_LINT_EXAMPLES)
		return;
	if (r->n_examples < DJ_LINT_EXAMPLES)
		r->n_examples++;
	memmove(&r->example[at + 1], &r->example[at], (r->n_examples - 1 - at) * sizeof r->example[0]);
	r->example[at] = s->first;
}
