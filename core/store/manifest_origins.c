/* Whose values a column holds: what is known of a column of the source is known of what steps make of it. */
#include "store/manifest_members.h"

#include "base/text.h"

#include <string.h>

typedef struct names {
	const char **name;
	size_t       n, most;
} names;

static void add(names *to, const char *name)
{
	if (name && to->n < to->most && dj_text_find(name, to->name, to->n) == to->n)
		to->name[to->n++] = name;
}

static void add_all(names *to, const dj_step_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		add(to, t->text[i]);
}

static bool is_made_by_join(const dj_step *s, const char *name)
{
	for (size_t i = 0; i < s->fields.n; i++)
		if (strcmp(s->fields.pair[i][1], name) == 0)
			return true;
	return false;
}

/* What the step read, when it wrote the column of that name. */
static void add_read(names *to, const dj_step *s, const char *name)
{
	bool is_to = s->to && strcmp(s->to, name) == 0;

	switch (s->op) {
	case DJ_STEP_RENAME:
	case DJ_STEP_SUFFIX:
	case DJ_STEP_DATE:
	case DJ_STEP_MAP:
		if (is_to)
			add(to, s->column);
		break;
	case DJ_STEP_SPLIT:
		if (dj_text_find(name, s->parts.text, s->parts.n) < s->parts.n)
			add(to, s->column);
		break;
	case DJ_STEP_COALESCE:
		if (is_to)
			add_all(to, &s->columns);
		break;
	case DJ_STEP_UNPIVOT:
		if (strcmp(s->value, name) != 0)
			break;
		add_all(to, &s->columns);
		add(to, s->from); /* of a range, its ends; what lies between is the source's to say */
		add(to, s->to);
		break;
	case DJ_STEP_JOIN:
		if (is_made_by_join(s, name))
			add(to, s->column);
		break;
	case DJ_STEP_FILTER:
	case DJ_STEP_CONSTANT:
	case DJ_STEP_TRIM:
	case DJ_STEP_ROWS:
	case DJ_STEP_MATRIX: break;
	}
}

size_t dj_table_spec_origins(const dj_table_spec *t, const char *column, const char **out, size_t most)
{
	names all = {out, 0, most};

	add(&all, column);
	for (size_t k = t->n_steps; k-- > 0;)
		for (size_t i = all.n; i-- > 0;)
			add_read(&all, &t->step[k], all.name[i]);
	return all.n;
}
