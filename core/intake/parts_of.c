/* A bare file that is a database of several tables becomes a dataset of all of them. */
#include "intake/parts.h"

#include "base/text.h"

#include <string.h>

enum { TABLES_MOST = 64 }; /* of a dataset */

/* Names that differ in the database may be the same as ours. */
static const char *fresh_name(dj_intake *in, const char *part, const dj_table_spec *before, size_t n)
{
	const char *name = dj_intake_name(in, part), *tried = name;
	bool        taken = true;

	for (int number = 2; taken; number++) {
		taken = false;
		for (size_t i = 0; i < n; i++)
			taken = taken || strcmp(before[i].name, tried) == 0;
		if (taken)
			tried = dj_arena_fmt(in->a, "%.40s_%d", name, number);
	}
	return tried;
}

static int describe(dj_intake *in, const char *const *part, size_t n, dj_err *err)
{
	dj_manifest    m = *in->manifest;
	dj_table_spec *table = dj_arena_alloc(in->a, n, sizeof *table);

	for (size_t k = 0; k < n; k++) {
		table[k] = m.table[0];
		table[k].from = part[k];
		table[k].name = fresh_name(in, part[k], table, k);
	}
	m.table = table;
	m.n_tables = n;
	return dj_intake_adopt(in, &m, err);
}

int dj_intake_take_parts(dj_intake *in, dj_intake_sources *s, const dj_intake_answer *found, dj_err *err)
{
	const struct dj_intake_dialect *d = &found->dialect[0];

	for (size_t i = 0; i < d->n_parts; i++)
		if (dj_text_wrong(d->part[i], strlen(d->part[i]), false))
			return dj_fail(err, DJ_FAIL,
			               "%s: the name of table %zu is no plain text (--from NAME loads another)",
			               in->source, i + 1);
	if (d->n_parts > TABLES_MOST || s->n != 1)
		return dj_fail(err, DJ_FAIL,
		               "%s: the database has %zu tables, a dataset has at most %d (--from NAME loads one)",
		               in->source, d->n_parts, TABLES_MOST);
	if (describe(in, d->part, d->n_parts, err) < 0)
		return err->code;
	for (size_t k = 1; k < d->n_parts; k++)
		if (dj_intake_share_source(s, &s->item[0], k, err) < 0)
			return err->code;
	return dj_intake_open_scratch(s, in, err);
}
