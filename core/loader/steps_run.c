/* One record through the plan. A step that makes several rows is a fork: the steps behind it run once for each of them. */
#include "loader/steps_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- Room ---- */

dj_plan_room *dj_plan_room_new(const dj_plan *p)
{
	dj_plan_room *r = dj_alloc_zero(1, sizeof *r);

	r->n_steps = p->n_steps;
	r->step = dj_alloc_zero(p->n_steps + 1, sizeof *r->step);
	r->many = dj_alloc_zero(p->n_many + 1, sizeof *r->many);
	r->kept = dj_alloc_zero(p->n_kept + 1, sizeof *r->kept);
	if (p->moved)
		r->slot = dj_alloc_zero(p->n_slots + 1, sizeof *r->slot);
	for (size_t k = 0; k < p->n_steps; k++) {
		const dj_plan_step *s = &p->step[k];
		if (s->many)
			r->many[s->many_at] = k;
		if (s->step->op == DJ_STEP_MATRIX) {
			r->step[k].n_seen = s->n_from;
			r->step[k].seen = dj_alloc_zero(s->n_from + 1, sizeof *r->step[k].seen);
		}
		if (s->step->op == DJ_STEP_JOIN)
			r->step[k].known = dj_alloc_zero(DJ_JOIN_CACHE, sizeof *r->step[k].known);
	}
	return r;
}

static void forget(dj_step_room *s)
{
	dj_tally_free(&s->missed);
	dj_tally_free(&s->unclear);
}

void dj_plan_room_reset(dj_plan_room *r)
{
	for (size_t k = 0; k < r->n_steps; k++) {
		forget(&r->step[k]);
		if (r->step[k].seen)
			memset(r->step[k].seen, 0, r->step[k].n_seen * sizeof *r->step[k].seen);
	}
}

void dj_plan_room_add(dj_plan_room *into, const dj_plan_room *from)
{
	for (size_t k = 0; k < into->n_steps; k++) {
		dj_step_room       *to = &into->step[k];
		const dj_step_room *own = &from->step[k];
		dj_tally_merge(&to->missed, &own->missed);
		dj_tally_merge(&to->unclear, &own->unclear);
		for (size_t i = 0; i < to->n_seen; i++)
			to->seen[i] += own->seen[i];
	}
}

void dj_plan_room_free(dj_plan_room *r)
{
	if (!r)
		return;
	for (size_t k = 0; k < r->n_steps; k++) {
		forget(&r->step[k]);
		free(r->step[k].seen);
		free(r->step[k].known);
		dj_buf_free(&r->step[k].key);
	}
	free(r->step);
	free(r->many);
	free(r->kept);
	free(r->slot);
	free(r);
}

/* ---- Forks ---- */

/* The next row of the last fork that has one: steps go on behind it. False: the record is done. */
static bool next_row(const dj_plan *p, dj_plan_room *room, dj_field *slot, size_t *k)
{
	while (room->open > 0) {
		size_t              at = room->many[room->open - 1];
		const dj_plan_step *s = &p->step[at];
		for (size_t i = 0; i < s->n_kept; i++)
			slot[s->kept[i]] = room->kept[s->kept_at + i];
		if (dj_step_rows_next(s, &room->step[at], &p->marks, slot)) {
			*k = at + 1;
			return true;
		}
		room->open--;
	}
	return false;
}

static dj_step_fate fork_rows(const dj_plan *p, dj_plan_room *room, size_t k, dj_field *slot)
{
	const dj_plan_step *s = &p->step[k];
	dj_step_fate        fate = dj_step_rows_begin(s, &room->step[k], &p->marks, slot);

	if (fate != DJ_ROW_KEPT)
		return fate;
	for (size_t i = 0; i < s->n_kept; i++)
		room->kept[s->kept_at + i] = slot[s->kept[i]];
	room->open++;
	return DJ_ROW_NONE; /* its rows come from next_row, the first as well */
}

/* ---- A record ---- */

static dj_step_fate run_from(const dj_plan *p, dj_plan_room *room, size_t *k, dj_field *slot)
{
	for (; *k < p->n_steps; ++*k) {
		const dj_plan_step *s = &p->step[*k];
		dj_step_fate        fate =
            s->many ? fork_rows(p, room, *k, slot) : dj_step_cell(p, s, &room->step[*k], slot);
		if (fate != DJ_ROW_KEPT)
			return fate;
	}
	return DJ_ROW_KEPT;
}

static dj_step_fate go_on(const dj_plan *p, dj_plan_room *room, size_t k, dj_field *slot, dj_field *work,
                          const char **column, const char **why)
{
	dj_step_fate fate = run_from(p, room, &k, slot);

	while (fate == DJ_ROW_NONE) {
		if (!next_row(p, room, slot, &k))
			return DJ_ROW_NONE;
		fate = run_from(p, room, &k, slot);
	}
	if (fate == DJ_ROW_REJECTED) {
		*column = p->step[k].column_said;
		*why = p->step[k].complaint;
	}
	if (fate == DJ_ROW_KEPT && slot != work)
		for (size_t i = 0; i < p->n; i++)
			work[i] = slot[p->slot[i]];
	return fate;
}

dj_step_fate dj_plan_run(const dj_plan *p, dj_plan_room *room, dj_field *work, const char **column,
                         const char **why)
{
	dj_field *slot = p->moved ? room->slot : work;

	if (p->moved && p->n_source)
		memcpy(slot, work, p->n_source * sizeof *slot);
	for (size_t i = p->n_source; i < p->n_slots; i++)
		slot[i] = DJ_STEP_NOTHING;
	room->open = 0;
	return go_on(p, room, 0, slot, work, column, why);
}

dj_step_fate dj_plan_more(const dj_plan *p, dj_plan_room *room, dj_field *work, const char **column,
                          const char **why)
{
	dj_field *slot = p->moved ? room->slot : work;
	size_t    k;

	if (!next_row(p, room, slot, &k))
		return DJ_ROW_NONE;
	return go_on(p, room, k, slot, work, column, why);
}
