/* Pass two: rows that only whole rows can tell, looked at once more for all who asked. */
#include "lint/look.h"

void dj_look_again(dj_look *l, bool (*fits)(void *, sqlite3_stmt *),
                   void (*done)(dj_look *, void *, const dj_rows *), void *user)
{
	dj_again  *g = dj_arena_alloc(l->a, 1, sizeof *g);
	dj_again **at = &l->again;

	*g = (dj_again){.fits = fits, .done = done, .user = user};
	while (*at)
		at = &(*at)->next;
	*at = g;
}

int dj_again_run(dj_look *l, dj_err *err)
{
	sqlite3_stmt *row = NULL;
	int           rc = DJ_OK, step;

	if (!l->again)
		return DJ_OK;
	if ((rc = dj_look_select(&row, l, err)) < 0)
		goto out;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t rowid = sqlite3_column_int64(row, (int)l->n_columns);
		for (dj_again *g = l->again; g; g = g->next)
			if (g->fits(g->user, row))
				dj_rows_add(&g->rows, rowid);
	}
	if (step != SQLITE_DONE)
		rc = dj_look_failed(l, err);
	for (dj_again *g = l->again; rc == DJ_OK && g; g = g->next)
		g->done(l, g->user, &g->rows);
out:
	sqlite3_finalize(row);
	return rc;
}
