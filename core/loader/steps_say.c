/* What steps could not do, for people: counted in every thread's room, said once. */
#include "loader/steps_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 5 };

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void say_split(const dj_plan_step *s, const dj_tally *missed, dj_said *said)
{
	dj_buf list = {0};

	if (missed->total == 0)
		return;
	dj_tally_put(&list, missed, NAMED);
	dj_said_add(said, true, "%s: %" PRId64 " cell%s of %s not like '%s', the parts stay empty: %s", s->where,
	            missed->total, plural(missed->total), s->step->column, s->step->pattern, list.data);
	dj_buf_free(&list);
}

static void say_join(const dj_plan_step *s, const dj_tally *missed, const dj_tally *unclear, dj_said *said)
{
	dj_buf list = {0};

	if (missed->total > 0) {
		dj_tally_put(&list, missed, NAMED);
		dj_said_add(
		    said, true,
		    "%s: %" PRId64 " cell%s of %s not found in %s, left empty: %s (a map step before it mends them)",
		    s->where, missed->total, plural(missed->total), s->step->column, s->step->with, list.data);
	}
	if (unclear->total > 0) {
		dj_buf_reset(&list);
		dj_tally_put(&list, unclear, NAMED);
		dj_said_add(said, true,
		            "%s: %" PRId64
		            " cell%s of %s name%s several %s, left empty, since a guess could be wrong: %s "
		            "(%s)",
		            s->where, unclear->total, plural(unclear->total), s->step->column,
		            unclear->total == 1 ? "s" : "", s->step->with, list.data,
		            s->step->region ? "no region tells them apart; give their ids"
		                            : "say \"region\": the column of the province, to tell them apart");
	}
	dj_buf_free(&list);
}

/* Rows and columns of a matrix are of the same things, or something is wrong with it. */
static void say_matrix(const dj_plan_step *s, const dj_step_room *room, dj_said *said)
{
	dj_buf          list = {0}, twice = {0};
	int64_t         n = 0, n_twice = 0;
	const dj_tally *missed = &room->missed;

	for (size_t i = 0; i < s->n_from; i++) {
		int64_t rows = room->seen[i];
		if (rows == 0 && n++ < NAMED)
			dj_buf_fmt(&list, "%s'%.64s'", n > 1 ? ", " : "", s->from_name[i]);
		if (rows > 1 && n_twice++ < NAMED)
			dj_buf_fmt(&twice, "%s'%.64s'", n_twice > 1 ? ", " : "", s->from_name[i]);
	}
	if (n > 0)
		dj_said_add(said, true, "%s: %" PRId64 " column%s of the matrix without a row of that name: %s%s",
		            s->where, n, plural(n), list.data, n > NAMED ? " and others" : "");
	if (n_twice > 0)
		dj_said_add(said, true, "%s: %" PRId64 " name%s on several rows of the matrix: %s%s", s->where,
		            n_twice, plural(n_twice), twice.data, n_twice > NAMED ? " and others" : "");
	if (missed->total > 0) {
		dj_buf_reset(&list);
		dj_tally_put(&list, missed, NAMED);
		dj_said_add(said, true, "%s: %" PRId64 " row%s of the matrix without a column of that name: %s",
		            s->where, missed->total, plural(missed->total), list.data);
	}
	dj_buf_free(&list);
	dj_buf_free(&twice);
}

void dj_plan_say(const dj_plan *p, const dj_plan_room *counted, dj_said *said)
{
	for (size_t k = 0; k < p->n_steps; k++) {
		const dj_plan_step *s = &p->step[k];
		const dj_step_room *room = &counted->step[k];
		switch (s->step->op) {
		case DJ_STEP_SPLIT: say_split(s, &room->missed, said); break;
		case DJ_STEP_JOIN: say_join(s, &room->missed, &room->unclear, said); break;
		case DJ_STEP_MATRIX: say_matrix(s, room, said); break;
		default: break;
		}
	}
}
