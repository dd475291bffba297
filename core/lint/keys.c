/* What names a row: columns without a value twice, and those that nearly are. */
#include "lint/look.h"

#include <stdlib.h>

enum { EXACT_ROWS = 1 << 22, EXACT_COLUMNS = 4 };

/* All of a column's hashes in one set: the tally held only a sample of them. */
static int check_exactly(dj_look *l, dj_profile *c, dj_rows *again, dj_err *err)
{
	sqlite3_stmt *row = NULL;
	size_t        slots = 64;
	uint64_t     *set, high = 0;
	int           rc, step;

	while (slots < 2 * (size_t)l->rows)
		slots *= 2;
	set = dj_alloc_zero(slots, sizeof *set);
	if ((rc = dj_look_column(&row, l, c, err)) < 0)
		goto out;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		uint64_t h = dj_cell_hash(row, 0, &high) | 1; /* 0 is an empty place */
		size_t   at = (size_t)(h >> 20) & (slots - 1);
		while (set[at] && set[at] != h)
			at = (at + 1) & (slots - 1);
		if (set[at])
			dj_rows_add(again, sqlite3_column_int64(row, 1));
		set[at] = h;
	}
	if (step != SQLITE_DONE)
		rc = dj_look_failed(l, err);
	c->unique = again->n == 0;
out:
	free(set);
	sqlite3_finalize(row);
	return rc;
}

static void say_nearly(dj_look *l, const dj_profile *c, const dj_rows *again)
{
	dj_note_one(
	    l, "nearly-key", c, again,
	    dj_arena_fmt(
	        l->a,
	        "Nearly every value names one row; not so in %s. Look at whether one record was entered twice.",
	        dj_rows_en(l, again)),
	    dj_arena_fmt(l->a,
	                 "Presque chaque valeur désigne une seule ligne; exceptions : %s. À regarder : un même "
	                 "enregistrement saisi deux fois?",
	                 dj_rows_fr(l, again)));
}

static void check_nearly(dj_look *l, const dj_profile *c, dj_rows again)
{
	const dj_tally *t = &c->values;

	if (c->unique || l->rows < 20 || !dj_profile_id(c) || c->type == DJ_COL_REAL)
		return;
	if (!again.n)
		for (size_t i = 0; i < t->slots; i++)
			if (t->slot[i].count > 1)
				dj_rows_seen(&again, t, &t->slot[i]);
	if (again.n && again.n <= l->rows / 20 && c->nulls <= l->rows / 20)
		say_nearly(l, c, &again);
}

int dj_check_keys(dj_look *l, dj_err *err)
{
	int rc = DJ_OK, exact = 0;

	for (size_t i = 0; i < l->n_columns && rc == DJ_OK; i++) {
		dj_profile *c = &l->column[i];
		dj_rows     again = {0};
		if (c->unique && !c->rising && c->values.thinned) {
			if (l->rows <= EXACT_ROWS && exact++ < EXACT_COLUMNS && c->type != DJ_COL_REAL)
				rc = check_exactly(l, c, &again, err);
			else
				c->unique = false; /* not known: nothing is said */
		}
		check_nearly(l, c, again);
	}
	return rc;
}
