/* Numbers and dates that are kept as text because of how they are written. */
#include "lint/look.h"

#include "base/text.h"
#include "lint/patterns.h"

#include <stdlib.h>

enum { MOST_UNITS = 64, MARKS = 4, MARK_BYTES = 8 };

typedef struct written { /* of a column's different values, each once */
	size_t  n, form[DJ_NUMBER_WITH_UNIT + 1], unit[MOST_UNITS], date[DJ_DATE_WORDS + 1];
	dj_rows other, marked, either, rare;
} written;

static written count_forms(const dj_profile *c)
{
	const dj_tally *t = &c->values;
	written         w = {0};

	for (size_t i = 0; i < t->slots; i++) {
		const dj_seen *s = &t->slot[i];
		unsigned       unit = 0;
		if (!s->count)
			continue;
		w.n++;
		dj_number_form form = s->text ? dj_value_number(s->text, s->n, &unit) : DJ_NUMBER_NOT;
		dj_date_form   date = s->text ? dj_value_date(s->text, s->n) : DJ_DATE_NOT;
		w.form[form]++;
		w.date[date]++;
		if (form == DJ_NUMBER_WITH_UNIT && unit < MOST_UNITS)
			w.unit[unit]++;
		if (form == DJ_NUMBER_NOT)
			dj_rows_seen(&w.other, t, s);
		else if (form != DJ_NUMBER_PLAIN)
			dj_rows_seen(&w.marked, t, s);
		if (date == DJ_DATE_EITHER)
			dj_rows_seen(&w.either, t, s);
	}
	return w;
}

/* ---- Numbers ---- */

static void check_units(dj_look *l, const dj_profile *c, const written *w)
{
	const char *name[MOST_UNITS];
	size_t      n = 0;

	for (unsigned u = 0; u < dj_unit_count() && u < MOST_UNITS; u++)
		if (w->unit[u])
			name[n++] = dj_unit_name(u);
	n = n < 6 ? n : 6;
	dj_buf list = {0};
	for (size_t i = 0; i < n; i++)
		dj_buf_fmt(&list, "%s%s", i ? ", " : "", name[i]);
	bool bare = w->form[DJ_NUMBER_PLAIN] + w->form[DJ_NUMBER_GROUPED] + w->form[DJ_NUMBER_COMMA] > 0;
	if (n > 1 || bare)
		dj_note_one(
		    l, "mixed-units", c, &w->marked,
		    dj_arena_fmt(l->a,
		                 "Numbers with a unit beside them, and not always the same (%s%s). Look at bringing "
		                 "them to one unit before you compare.",
		                 list.data, bare ? ", or none" : ""),
		    dj_arena_fmt(l->a,
		                 "Des nombres suivis d’une unité, et pas toujours la même (%s%s). À ramener à une "
		                 "seule avant de comparer.",
		                 list.data, bare ? ", ou aucune" : ""));
	else
		dj_note_one(
		    l, "numbers-with-units", c, &w->marked,
		    dj_arena_fmt(
		        l->a,
		        "Numbers with the unit beside them (%s), so they are text. Take the unit off and say "
		        "it as \"unit\" of the column in dataset.json.",
		        list.data),
		    dj_arena_fmt(l->a,
		                 "Des nombres suivis de leur unité (%s) : c’est donc du texte. Retirez l’unité et "
		                 "dites-la par « unit » dans dataset.json.",
		                 list.data));
	dj_buf_free(&list);
}

/* A mark, not a word that may be somebody's name: no letters, at most three, or one of those that all use. */
static bool is_mark(const dj_seen *s)
{
	static const char *const known[] = {"none", "null", "nil",  "unknown", "inconnu",
	                                    "n.d.", "n.a.", "s.o.", "missing"};
	uint32_t                 letters = 0;

	if (!s->text || s->n > MARK_BYTES || dj_text_wrong(s->text, s->n, false))
		return false;
	for (size_t i = 0; i < DJ_COUNT(known); i++)
		if (dj_text_same_nocase(known[i], s->text))
			return true;
	for (uint32_t i = 0; i < s->n; i++) {
		unsigned char c = (unsigned char)s->text[i];
		letters += c >= 0x80 || ((c | 32) >= 'a' && (c | 32) <= 'z');
	}
	return letters == 0 || s->n <= 3;
}

/* Up to four short marks that stand among numbers: "..", "x", "n/a". Longer ones are not shown: they may be somebody's. */
static char *marks_of(dj_look *l, const dj_profile *c)
{
	const dj_tally *t = &c->values;
	const dj_seen  *mark[MARKS];
	size_t          n = 0;
	unsigned        unit;

	for (size_t i = 0; i < t->slots; i++) {
		const dj_seen *s = &t->slot[i];
		if (!s->count || (s->text && dj_value_number(s->text, s->n, &unit) != DJ_NUMBER_NOT))
			continue;
		if (n == MARKS || s->count < 2 || c->hidden || !is_mark(s))
			return NULL;
		size_t at = n++;
		for (; at > 0 && mark[at - 1]->first > s->first; at--)
			mark[at] = mark[at - 1];
		mark[at] = s;
	}
	dj_buf list = {0};
	for (size_t i = 0; i < n; i++)
		dj_buf_fmt(&list, "%s\"%s\"", i ? ", " : "", mark[i]->text);
	return dj_buf_keep(&list, l->a);
}

static void check_mostly(dj_look *l, const dj_profile *c, const written *w)
{
	char *marks = marks_of(l, c);

	dj_note_one(
	    l, "mostly-numbers", c, &w->other,
	    dj_arena_fmt(l->a,
	                 "Nearly all values are numbers; something else in %s%s%s, so the column is text. If "
	                 "that means no value, name it in \"null\" in dataset.json.",
	                 dj_rows_en(l, &w->other), marks ? ": " : "", marks ? marks : ""),
	    dj_arena_fmt(l->a,
	                 "Presque toutes les valeurs sont des nombres; autre chose : %s%s%s, et la colonne est "
	                 "donc du texte. Si cela veut dire « pas de valeur », nommez-le dans « null » de "
	                 "dataset.json.",
	                 dj_rows_fr(l, &w->other), marks ? " : " : "", marks ? marks : ""));
}

static bool check_numbers(dj_look *l, const dj_profile *c, const written *w)
{
	size_t numbers = w->n - w->form[DJ_NUMBER_NOT],
	       marked = w->form[DJ_NUMBER_GROUPED] + w->form[DJ_NUMBER_COMMA];

	if (w->n < 5 || numbers < w->n * 8 / 10 || dj_profile_id(c))
		return false;
	if (w->form[DJ_NUMBER_WITH_UNIT] >= w->n / 20 + 1) {
		check_units(l, c, w);
	} else if (marked >= w->n / 20 + 1) {
		dj_note_one(
		    l, "numbers-as-text", c, &w->marked,
		    dj_arena_fmt(l->a,
		                 "Numbers with marks between thousands or a decimal comma (%s), so they are text and "
		                 "sort as words. Write them with a point and nothing between thousands.",
		                 dj_rows_en(l, &w->marked)),
		    dj_arena_fmt(l->a,
		                 "Des nombres avec séparateur de milliers ou virgule décimale (%s) : c’est du texte, "
		                 "trié comme des mots. Écrivez-les avec un point et sans séparateur.",
		                 dj_rows_fr(l, &w->marked)));
	} else if (w->other.n && w->other.n <= c->filled / 3) {
		check_mostly(l, c, w);
	} else {
		return false;
	}
	return true;
}

/* ---- Dates ---- */

static void check_dates(dj_look *l, const dj_profile *c, written *w)
{
	size_t      dates = w->n - w->date[DJ_DATE_NOT], forms = 0, most = 0;
	const char *pattern = NULL;

	if (w->n < 3 || dates < w->n * 9 / 10)
		return;
	bool slashed = w->date[DJ_DATE_DAY_FIRST] + w->date[DJ_DATE_MONTH_FIRST] + w->date[DJ_DATE_EITHER] > 0;
	for (size_t f = DJ_DATE_ISO; f <= DJ_DATE_WORDS; f++)
		forms += w->date[f] > 0 && f != DJ_DATE_EITHER;
	if (w->date[DJ_DATE_EITHER] && !w->date[DJ_DATE_DAY_FIRST] && !w->date[DJ_DATE_MONTH_FIRST])
		forms++;
	for (size_t f = DJ_DATE_ISO; f <= DJ_DATE_WORDS; f++)
		if (w->date[f] > w->date[most] || !most)
			most = f;
	dj_rows all = {.n = c->filled};
	if (forms > 1) {
		for (size_t i = 0; i < c->values.slots; i++) {
			const dj_seen *s = &c->values.slot[i];
			if (s->count && (!s->text || dj_value_date(s->text, s->n) != (dj_date_form)most))
				dj_rows_seen(&w->rare, &c->values, s);
		}
		dj_note_one(
		    l, "mixed-dates", c, &w->rare,
		    dj_arena_fmt(l->a,
		                 "Dates written in more than one way; not the commonest in %s. Look at which stands "
		                 "first, day or month, before you read them by a pattern.",
		                 dj_rows_en(l, &w->rare)),
		    dj_arena_fmt(l->a,
		                 "Des dates écrites de plusieurs façons; pas la plus courante : %s. À regarder : le "
		                 "jour ou le mois d’abord?",
		                 dj_rows_fr(l, &w->rare)));
		return;
	}
	if (slashed && !w->date[DJ_DATE_DAY_FIRST] && !w->date[DJ_DATE_MONTH_FIRST]) {
		dj_note_one(
		    l, "ambiguous-dates", c, &w->either,
		    dj_arena_fmt(l->a,
		                 "No date tells whether the day or the month stands first (03/04/2020); it could be "
		                 "either in %s. Ask the source, then say the pattern in a date step.",
		                 dj_rows_en(l, &w->either)),
		    dj_arena_fmt(l->a,
		                 "Aucune date ne dit si le jour ou le mois vient d’abord (03/04/2020); ambigu : %s. "
		                 "Demandez à la source, puis dites le motif dans une étape « date ».",
		                 dj_rows_fr(l, &w->either)));
		return;
	}
	pattern = w->date[DJ_DATE_DAY_FIRST]     ? "%d/%m/%Y"
	          : w->date[DJ_DATE_MONTH_FIRST] ? "%m/%d/%Y"
	          : w->date[DJ_DATE_YEAR_FIRST]  ? "%Y/%m/%d"
	                                         : "%d %b %Y";
	dj_note_one(
	    l, "dates-as-text", c, &all,
	    dj_arena_fmt(
	        l->a,
	        "Dates that are kept as text. A date step with a pattern such as \"%s\" would make them dates.",
	        pattern),
	    dj_arena_fmt(l->a,
	                 "Des dates gardées comme du texte. Une étape « date » avec un motif comme « %s » en "
	                 "ferait des dates.",
	                 pattern));
}

void dj_check_forms(dj_look *l)
{
	for (size_t i = 0; i < l->n_columns; i++) {
		const dj_profile *c = &l->column[i];
		if (c->type != DJ_COL_TEXT || c->filled == 0)
			continue;
		written w = count_forms(c);
		if (!check_numbers(l, c, &w))
			check_dates(l, c, &w);
	}
}
