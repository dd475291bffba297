/* Dates that are there but hardly meant: in the future, long past, or one day standing for "unknown". */
#include "lint/look.h"

#include "base/calendar.h"

#include <stdlib.h>

/* A date that plans ahead may well lie ahead. */
static bool plans(const dj_profile *c)
{
	return DJ_WORDS(c->words, "end", "fin", "expiry", "expires", "expiration", "due", "until", "deadline",
	                "echeance", "planned", "next", "embargo", "valid_to");
}

static bool is_day(const dj_seen *s, const char *day)
{
	return s->count && s->n >= 10 && s->text && memcmp(s->text, day, 10) == 0;
}

static void check_range(dj_look *l, const dj_profile *c)
{
	if (c->future.n && !plans(c))
		dj_note_one(
		    l, "future-dates", c, &c->future,
		    dj_arena_fmt(
		        l->a,
		        "%s after the day of the load (%s). Look at typing errors, swapped day and month, and plans.",
		        dj_rows_en(l, &c->future), l->loaded),
		    dj_arena_fmt(l->a,
		                 "%s : après le jour du chargement (%s). À regarder : fautes de frappe, jour et mois "
		                 "inversés, projets.",
		                 dj_rows_fr(l, &c->future), l->loaded));
	if (c->old.n && !DJ_WORDS(c->words, "birth", "born", "dob", "naissance"))
		dj_note_one(
		    l, "early-dates", c, &c->old,
		    dj_arena_fmt(l->a, "%s before 1900. Look at years of two digits and at marks for no date.",
		                 dj_rows_en(l, &c->old)),
		    dj_arena_fmt(l->a,
		                 "%s : avant 1900. À regarder : années à deux chiffres, marques d’absence de date.",
		                 dj_rows_fr(l, &c->old)));
}

static void check_placeholders(dj_look *l, const dj_profile *c)
{
	static const char *const days[] = {"1900-01-01", "1970-01-01", "9999-12-31", "1899-12-30", "0001-01-01"};

	for (size_t d = 0; d < DJ_COUNT(days); d++) {
		dj_rows rows = {0};
		for (size_t i = 0; i < c->values.slots; i++)
			if (is_day(&c->values.slot[i], days[d]))
				dj_rows_seen(&rows, &c->values, &c->values.slot[i]);
		if (rows.n)
			dj_note_one(
			    l, "placeholder-dates", c, &rows,
			    dj_arena_fmt(
			        l->a,
			        "%s with %s, which programs often write where there is no date. Look at whether it "
			        "should be empty (\"null\" in dataset.json).",
			        dj_rows_en(l, &rows), days[d]),
			    dj_arena_fmt(
			        l->a,
			        "%s : %s, que des programmes écrivent souvent faute de date. À regarder : devrait-ce "
			        "être vide (« null » dans dataset.json)?",
			        dj_rows_fr(l, &rows), days[d]));
	}
}

static int by_count(const void *x, const void *y)
{
	const int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* One day with twenty times the rows of a usual one; half of that for a first of January. */
static void check_crowded(dj_look *l, const dj_profile *c)
{
	const dj_tally *t = &c->values;
	const dj_seen  *top = NULL;
	size_t          n = 0;

	if (c->type != DJ_COL_DATE || t->thinned || t->n < 10)
		return;
	int64_t *count = dj_alloc_zero(t->n, sizeof *count);
	for (size_t i = 0; i < t->slots; i++) {
		const dj_seen *s = &t->slot[i];
		if (!s->count)
			continue;
		count[n++] = s->count;
		if (!top || s->count > top->count || (s->count == top->count && s->first < top->first))
			top = s;
	}
	qsort(count, n, sizeof *count, by_count);
	int64_t usual = count[n / 2];
	free(count);
	bool january = top->text && memcmp(top->text + 5, "01-01", 5) == 0;
	if (top->count < 10 || top->count < usual * (january ? 10 : 20) || top->count < c->filled / 50)
		return;
	dj_rows rows = {0};
	dj_rows_seen(&rows, t, top);
	dj_note_one(
	    l, "crowded-day", c, &rows,
	    dj_arena_fmt(l->a,
	                 "%s on one day, %s; a usual day has %s. Look at whether that day stands for "
	                 "\"unknown\" or for a whole period.",
	                 dj_rows_en(l, &rows), top->text, dj_n_en(l, usual)),
	    dj_arena_fmt(l->a,
	                 "%s le même jour, le %s; un jour ordinaire en a %s. À regarder : ce jour vaut-il « "
	                 "inconnu » ou toute une période?",
	                 dj_rows_fr(l, &rows), top->text, dj_n_fr(l, usual)));
}

/* 20170218 as a number: it sorts well and subtracts badly. */
static void check_numbers(dj_look *l, const dj_profile *c)
{
	if (c->type != DJ_COL_INTEGER || c->n_sample < 2 || c->values.n < 2 || c->sample[0] < 18000101 ||
	    c->high > 99991231)
		return;
	size_t dates = 0;
	for (size_t i = 0; i < c->n_sample; i++) {
		int     v = (int)c->sample[i];
		dj_date d = {v / 10000, v / 100 % 100, v % 100};
		dates += dj_date_valid(d);
	}
	if (dates < c->n_sample || dates == 0)
		return;
	dj_rows rows = {.n = c->filled};
	dj_note_one(l, "dates-as-numbers", c, &rows,
	            "Whole numbers that all read as dates (YYYYMMDD). A date step would make them dates: "
	            "{\"op\": \"date\", \"pattern\": \"%Y%m%d\"}.",
	            "Des entiers qui se lisent tous comme des dates (AAAAMMJJ). Une étape « date » en "
	            "ferait des dates : {\"op\": \"date\", \"pattern\": \"%Y%m%d\"}.");
}

void dj_check_dates(dj_look *l)
{
	for (size_t i = 0; i < l->n_columns; i++) {
		const dj_profile *c = &l->column[i];
		if (c->type == DJ_COL_DATE || c->type == DJ_COL_INSTANT) {
			check_range(l, c);
			check_placeholders(l, c);
			check_crowded(l, c);
		}
		check_numbers(l, c);
	}
}
