#include "lint/lint.h"

#include "base/calendar.h"
#include "base/text.h"
#include "lint/look.h"

#include <string.h>

enum { SHOWN = 60 }; /* bytes of least and most */

/* ---- What is told of a column ---- */

/* Cut between characters, on one line. */
static const char *shown_text(dj_look *l, const dj_buf *b)
{
	dj_buf out = {0};
	size_t n = b->n;

	if (n > SHOWN) {
		n = SHOWN;
		while (n && ((unsigned char)b->data[n] & 0xc0) == 0x80)
			n--;
	}
	dj_text_show(&out, b->data, n);
	if (n < b->n)
		dj_buf_text(&out, "…");
	const char *text = dj_buf_keep(&out, l->a);
	return text ? text : "";
}

static const char *shown_number(dj_look *l, const dj_profile *c, double v)
{
	char text[32];

	if (c->type != DJ_COL_REAL && v > -9e15 && v < 9e15)
		return dj_arena_fmt(l->a, "%lld", (long long)v);
	dj_real_text(text, v);
	return dj_arena_dup(l->a, text);
}

/* "incidents.n", "incidents.n places.population"; NULL when it fills no role. */
static const char *fills(dj_look *l, const char *column)
{
	const dj_table_spec *t = l->table->spec;
	dj_buf               b = {0};

	for (size_t m = 0; m < t->n_mappings; m++)
		for (size_t p = 0; p < t->mapping[m].n; p++)
			if (strcmp(t->mapping[m].pair[p].column, column) == 0)
				dj_buf_fmt(&b, "%s%s.%s", b.n ? " " : "", t->mapping[m].role,
				           t->mapping[m].pair[p].role_column);
	return dj_buf_keep(&b, l->a);
}

static dj_lint_column tell_column(dj_look *l, const dj_profile *c)
{
	const dj_tally *t = &c->values;
	dj_lint_column  out = {.name = c->name,
	                       .type = c->type,
	                       .nulls = c->nulls,
	                       .hidden = c->hidden,
	                       .key = c->unique && (c->type == DJ_COL_INTEGER || c->type == DJ_COL_TEXT)};

	out.fills = fills(l, c->name);
	out.about = t->thinned && !c->unique;
	out.distinct = c->unique ? c->filled : (int64_t)t->n << t->thinned;
	if (out.distinct > c->filled)
		out.distinct = c->filled;
	if (c->hidden || !c->filled)
		return out;
	if (dj_profile_number(c) || c->type == DJ_COL_BOOLEAN) {
		out.least = shown_number(l, c, c->low);
		out.most = shown_number(l, c, c->high);
	} else {
		out.least = shown_text(l, &c->least);
		out.most = shown_text(l, &c->most);
	}
	return out;
}

static dj_lint_table tell(dj_look *l)
{
	dj_lint_column *column = dj_arena_alloc(l->a, l->n_columns + 1, sizeof *column);

	for (size_t i = 0; i < l->n_columns; i++)
		column[i] = tell_column(l, &l->column[i]);
	dj_notes_finish(l);
	return (dj_lint_table){l->dataset->name, l->table->name, l->rows,   column,
	                       l->n_columns,     l->note,        l->n_notes};
}

/* ---- The order of work ---- */

static int look_over(dj_look *l, dj_err *err)
{
	int rc;

	if ((rc = dj_profile_table(l, err)) < 0 || (rc = dj_check_keys(l, err)) < 0)
		return rc;
	dj_check_personal(l); /* before what shows values */
	dj_check_columns(l);
	dj_check_rows(l);
	dj_check_dates(l);
	dj_check_numbers(l);
	dj_check_text(l);
	dj_check_forms(l);
	dj_check_coordinates(l);
	return dj_again_run(l, err);
}

/* In the future: two days after the load, as it is already tomorrow somewhere. Without a known day nothing is. */
static void begin(dj_look *l, const dj_table_info *t)
{
	const char *loaded = l->dataset->loaded;
	dj_date     day = {9999, 12, 31};
	bool        known = loaded && strlen(loaded) >= 10 && dj_date_parse(&day, loaded, 10);

	l->table = t;
	l->n_columns = t->n_columns;
	dj_date_text(l->loaded, day);
	if (known)
		day = dj_date_from_days(dj_days_from_date(day) + 1);
	dj_date_text(l->latest, day);
}

int dj_lint_dataset(dj_lint *out, const dj_dataset *d, const dj_vocabulary *v, const dj_places *places,
                    dj_arena *a, dj_err *err)
{
	dj_look      **look = dj_arena_alloc(a, d->n_tables + 1, sizeof(dj_look *));
	dj_lint_table *table = dj_arena_alloc(a, d->n_tables + 1, sizeof *table);
	sqlite3       *db = NULL;
	size_t         n = 0;
	int            rc = dj_snapshot_open(&db, d->path, err);

	for (size_t i = 0; i < d->n_tables && rc == DJ_OK; i++) {
		if (!d->table[i].spec)
			continue; /* the rejects */
		look[n] = dj_arena_alloc(a, 1, sizeof *look[n]);
		*look[n] = (dj_look){.dataset = d, .vocabulary = v, .places = places, .db = db, .a = a};
		begin(look[n], &d->table[i]);
		rc = look_over(look[n++], err);
	}
	if (rc == DJ_OK)
		rc = dj_check_relations(look, n, err);
	for (size_t i = 0; i < n && rc == DJ_OK; i++) {
		table[i] = tell(look[i]);
		rc = dj_notes_lines(look[i], err);
	}
	for (size_t i = 0; i < n; i++)
		dj_profile_free(look[i]);
	sqlite3_close(db);
	if (rc == DJ_OK)
		*out = (dj_lint){table, n};
	return rc;
}
