/* join: a name looked up in a gazetteer. What a text was found to name is remembered, since columns repeat themselves. */
#include "loader/steps_parts.h"

#include "base/text.h"
#include "store/manifest_members.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 300 };

/* ---- The plan ---- */

int dj_step_join_plan(dj_plan_step *s, const dj_gazetteers *known, dj_arena *a, dj_err *err)
{
	const dj_step *step = s->step;
	size_t        *field = dj_arena_alloc(a, step->fields.n, sizeof *field);
	bool           places = strcmp(step->with, "places") == 0;

	s->gazetteer = !known ? NULL : places ? known->places : known->regions;
	s->regions = known ? known->regions : NULL;
	if (!s->gazetteer || !s->regions)
		return dj_fail(err, DJ_FAIL,
		               "%s: the %s of the toolkit are not there (build datajam whole: scripts/build)",
		               s->where, step->with);
	for (size_t i = 0; i < step->fields.n; i++) {
		const char *name = step->fields.pair[i][0];
		field[i] = *name ? dj_gazetteer_field(s->gazetteer, name) : 0;
		if (field[i] < s->gazetteer->n_fields)
			continue;
		const char *meant = dj_text_nearest(name, s->gazetteer->field, s->gazetteer->n_fields);
		char       *list = dj_text_list(s->gazetteer->field, s->gazetteer->n_fields);
		if (meant)
			dj_fail(err, DJ_FAIL, "%s: %s have no '%s' (did you mean '%s'? They have %s)", s->where,
			        step->with, name, meant, list);
		else
			dj_fail(err, DJ_FAIL, "%s: %s have no '%s' (they have %s)", s->where, step->with, name, list);
		free(list);
		return DJ_FAIL;
	}
	s->field = field;
	s->names = !step->by                       ? DJ_NAMES_ANY
	           : strcmp(step->by, "name") == 0 ? DJ_NAMES_WORDS
	           : strcmp(step->by, "code") == 0 ? DJ_NAMES_CODES
	                                           : DJ_NAMES_ANY;
	return DJ_OK;
}

/* ---- A cell ---- */

/* The id of the region that a text names, or NULL. */
static const char *region_of(const dj_plan_step *s, const char *text, size_t n, dj_buf *room)
{
	int row = dj_gazetteer_find(s->regions, DJ_NAMES_ANY, text, n, NULL, room);

	return row >= 0 ? s->regions->cell[(size_t)row * s->regions->n_fields] : NULL;
}

/* "Toronto, Ontario [35535]": what stands behind the last comma tells places apart, when it is a region. */
static int find_before_comma(const dj_plan_step *s, const dj_field *f, const char *region, dj_buf *room)
{
	const char *comma = memrchr(f->text, ',', f->n);
	dj_field    tail = {f->kind, comma + 1, comma ? (size_t)(f->text + f->n - comma - 1) : 0};

	if (!comma)
		return DJ_PLACE_NONE;
	if (tail.n > 0 && tail.text[tail.n - 1] == ']') {
		const char *open = memrchr(tail.text, '[', tail.n);
		tail.n = open ? (size_t)(open - tail.text) : tail.n;
	}
	const char *there = region_of(s, tail.text, tail.n, room);
	if (!there || (region && strcmp(region, there) != 0))
		return DJ_PLACE_NONE;
	return dj_gazetteer_find(s->gazetteer, s->names, f->text, (size_t)(comma - f->text), there, room);
}

static int find_row(const dj_plan_step *s, dj_buf *room, const dj_field *f, const dj_field *region)
{
	const char *in = NULL;

	if (f->n > NAME_MOST || region->n > NAME_MOST)
		return DJ_PLACE_NONE; /* a text, not a name */
	if (region->n && !(in = region_of(s, region->text, region->n, room)))
		return DJ_PLACE_NONE; /* Toronto in Ohio is not Toronto in Ontario */
	int row = dj_gazetteer_find(s->gazetteer, s->names, f->text, f->n, in, room);
	if (row == DJ_PLACE_NONE && s->gazetteer->region > 0 && s->gazetteer->region < s->gazetteer->n_fields)
		row = find_before_comma(s, f, in, room);
	return row;
}

static dj_join_known *place_of(dj_step_room *room, const dj_field *f, const dj_field *region)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < f->n; i++)
		h = (h ^ (unsigned char)f->text[i]) * 16777619u;
	for (size_t i = 0; i < region->n; i++)
		h = (h ^ (unsigned char)region->text[i]) * 16777619u;
	return &room->known[(h ^ (h >> 15)) % DJ_JOIN_CACHE];
}

static int find_known(const dj_plan_step *s, dj_step_room *room, const dj_field *f, const dj_field *region)
{
	dj_join_known *k = place_of(room, f, region);

	if (f->n + region->n > DJ_JOIN_TEXT)
		return find_row(s, &room->key, f, region);
	if (k->there && k->text_n == f->n && k->region_n == region->n && memcmp(k->text, f->text, f->n) == 0 &&
	    (region->n == 0 || memcmp(k->text + f->n, region->text, region->n) == 0))
		return k->row;
	*k = (dj_join_known){(uint32_t)f->n, (uint32_t)region->n, true, find_row(s, &room->key, f, region), ""};
	memcpy(k->text, f->text, f->n);
	if (region->n)
		memcpy(k->text + f->n, region->text, region->n);
	return k->row;
}

/* "Toronto (Ohio)", so that a person sees what was looked for. */
static void count(dj_tally *t, dj_buf *room, const dj_field *f, const dj_field *region)
{
	dj_buf_reset(room);
	dj_buf_add(room, f->text, f->n < NAME_MOST ? f->n : NAME_MOST);
	if (region->n) {
		dj_buf_text(room, " (");
		dj_buf_add(room, region->text, region->n < NAME_MOST ? region->n : NAME_MOST);
		dj_buf_char(room, ')');
	}
	dj_tally_add(t, room->data, room->n);
}

void dj_step_join(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks, dj_field *slot)
{
	dj_field f = slot[s->column], region = DJ_STEP_NOTHING;
	int      row = DJ_PLACE_NONE;

	dj_step_trim(&f);
	if (s->region != SIZE_MAX && !dj_marks_null(marks, &slot[s->region]))
		region = slot[s->region];
	dj_step_trim(&region);
	if (!dj_marks_null(marks, &f) && f.n > 0) {
		row = find_known(s, room, &f, &region);
		if (row == DJ_PLACE_NONE)
			count(&room->missed, &room->key, &f, &region);
		else if (row == DJ_PLACE_SEVERAL)
			count(&room->unclear, &room->key, &f, &region);
	}
	for (size_t i = 0; i < s->n_into; i++) {
		const char *cell =
		    row < 0 ? "" : s->gazetteer->cell[(size_t)row * s->gazetteer->n_fields + s->field[i]];
		slot[s->into[i]] = *cell ? (dj_field){DJ_FIELD_PLAIN, cell, strlen(cell)} : DJ_STEP_NOTHING;
	}
}
