/* Numbers that may be in two units, stand for "no value", or lie very far from all others. */
#include "lint/look.h"

#include <math.h>
#include <stdlib.h>

/* Quantities; not what names rows, places or years. */
static bool quantity(const dj_profile *c)
{
	return dj_profile_number(c) && c->n_sample >= 20 && c->values.n >= 5 &&
	       !(c->unique && c->type == DJ_COL_INTEGER) && !dj_profile_id(c) &&
	       !DJ_WORDS(c->words, "lat", "latitude", "lon", "lng", "long", "longitude", "year", "annee",
	                 "postcode", "postal", "zip", "phone");
}

/* ---- Two clusters a known factor apart ---- */

static const struct {
	double      factor;
	const char *en, *fr;
} factors[] = {{1000, "a factor 1,000 (units and thousands, metres and kilometres)",
                "un facteur 1 000 (unités et milliers, mètres et kilomètres)"},
               {100, "a factor 100 (dollars and cents, metres and centimetres)",
                "un facteur 100 (dollars et cents, mètres et centimètres)"},
               {2.2046, "a factor 2.2 (kilograms and pounds)", "un facteur 2,2 (kilogrammes et livres)"},
               {1.6093, "a factor 1.6 (miles and kilometres)", "un facteur 1,6 (milles et kilomètres)"},
               {3.2808, "a factor 3.28 (metres and feet)", "un facteur 3,28 (mètres et pieds)"}};

static double quantile(const double *v, size_t n, double q)
{
	return v[(size_t)(q * (double)(n - 1) + 0.5)];
}

/*
 * The widest gap, by ratio, that leaves a twentieth of the positive values or more on either side, must be wide beside both
 * clusters; then medians and quartiles must be one factor apart.
 */
static void check_scale(dj_look *l, const dj_profile *c)
{
	const double *v = c->sample;
	size_t        n = c->n_sample, cut = 0;
	double        widest = 1;

	while (n && *v <= 0)
		v++, n--;
	if (n < 40 || n < c->n_sample * 9 / 10)
		return;
	for (size_t i = n / 20 + 1; i + n / 20 + 1 < n; i++)
		if (v[i] / v[i - 1] > widest)
			widest = v[i] / v[i - 1], cut = i;
	if (!cut || widest < 1.15)
		return;
	const double *high = v + cut;
	size_t        m = n - cut;
	double        ratio = quantile(high, m, 0.5) / quantile(v, cut, 0.5);
	double        low_width = log(v[cut - 1] / v[0]), high_width = log(v[n - 1] / high[0]), gap = log(widest);
	if (v[0] == v[cut - 1] && high[0] == v[n - 1]) /* two values only: a code */
		return;
	for (size_t f = 0; f < DJ_COUNT(factors); f++) {
		double off = factors[f].factor > 10 ? 0.15 : 0.04,
		       q1 = quantile(high, m, 0.25) / quantile(v, cut, 0.25),
		       q3 = quantile(high, m, 0.75) / quantile(v, cut, 0.75);
		if (fabs(ratio / factors[f].factor - 1) > off || fabs(q1 / factors[f].factor - 1) > 3 * off ||
		    fabs(q3 / factors[f].factor - 1) > 3 * off || gap < 0.25 * fmax(low_width, high_width))
			continue;
		dj_rows rows = {
		    .n = (int64_t)((double)c->filled * (double)(cut < m ? cut : m) / (double)c->n_sample + 0.5),
		    .about = c->n_sample < (size_t)c->filled};
		dj_note_one(
		    l, "mixed-scale", c, &rows,
		    dj_arena_fmt(l->a,
		                 "The values form two groups that lie %s apart; the smaller group has %s. Look at "
		                 "whether two units are mixed.",
		                 factors[f].en, dj_rows_en(l, &rows)),
		    dj_arena_fmt(
		        l->a,
		        "Les valeurs forment deux groupes séparés par %s; le plus petit compte %s. À regarder "
		        ": deux unités mêlées?",
		        factors[f].fr, dj_rows_fr(l, &rows)));
		return;
	}
}

/* ---- Rows far off ---- */

typedef struct beyond {
	const dj_profile *column;
	double            low, high; /* outside of these */
	bool              placeholder;
} beyond;

static bool is_beyond(void *user, sqlite3_stmt *row)
{
	const beyond *b = user;
	double        v = sqlite3_column_double(row, (int)b->column->at);

	return sqlite3_column_type(row, (int)b->column->at) != SQLITE_NULL && (v < b->low || v > b->high);
}

static void say_beyond(dj_look *l, void *user, const dj_rows *rows)
{
	const beyond *b = user;

	if (!rows->n || (!b->placeholder && rows->n > 3 + l->rows / 200))
		return; /* many: that is how the numbers are, not an accident */
	if (b->placeholder)
		dj_note_one(
		    l, "placeholder-numbers", b->column, rows,
		    dj_arena_fmt(
		        l->a,
		        "%s with a number all of nines, far from the others, as is often written where there "
		        "is no value. Look at whether it should be empty (\"null\" in dataset.json).",
		        dj_rows_en(l, rows)),
		    dj_arena_fmt(l->a,
		                 "%s : un nombre fait de neufs, loin des autres, comme on en écrit souvent faute de "
		                 "valeur. À regarder : devrait-ce être vide (« null » dans dataset.json)?",
		                 dj_rows_fr(l, rows)));
	else
		dj_note_one(
		    l, "far-values", b->column, rows,
		    dj_arena_fmt(
		        l->a,
		        "%s very far from the others (more than 20 times the usual distance from the middle). "
		        "That may be true: look before you sum or average.",
		        dj_rows_en(l, rows)),
		    dj_arena_fmt(l->a,
		                 "%s : très loin des autres (plus de 20 fois l’écart habituel au milieu). Cela peut "
		                 "être juste : à regarder avant toute somme ou moyenne.",
		                 dj_rows_fr(l, rows)));
}

static void ask_beyond(dj_look *l, const dj_profile *c, double low, double high, bool placeholder)
{
	beyond *b = dj_arena_alloc(l->a, 1, sizeof *b);

	*b = (beyond){c, low, high, placeholder};
	dj_look_again(l, is_beyond, say_beyond, b);
}

static bool all_nines(double v)
{
	for (double nines = 99; nines < 1e12; nines = nines * 10 + 9)
		if (fabs(v) == nines)
			return v < 0 || nines > 99;
	return false;
}

/* The nearest value to an end that is not the end itself. */
static double next_to(const dj_profile *c, double end)
{
	size_t n = c->n_sample;

	if (end == c->high) {
		while (n && c->sample[n - 1] == end)
			n--;
		return n ? c->sample[n - 1] : end;
	}
	size_t i = 0;
	while (i < n && c->sample[i] == end)
		i++;
	return i < n ? c->sample[i] : end;
}

static void check_far(dj_look *l, const dj_profile *c)
{
	double high = c->median + 20 * c->spread, low = c->median - 20 * c->spread;

	if (all_nines(c->high) && c->high > 3 * fabs(next_to(c, c->high)) && next_to(c, c->high) != c->high) {
		ask_beyond(l, c, -INFINITY, nextafter(c->high, -INFINITY), true);
		return;
	}
	if (all_nines(c->low) && c->low < 0 && next_to(c, c->low) >= 0) {
		ask_beyond(l, c, nextafter(c->low, INFINITY), INFINITY, true);
		return;
	}
	if (c->spread <= 0 || (c->low >= low && c->high <= high))
		return;
	/* Money and counts have long tails: there the same must hold for logarithms, less strictly. */
	size_t  n = 0;
	double *logs = dj_alloc_zero(c->n_sample, sizeof *logs);
	for (size_t i = 0; i < c->n_sample; i++)
		if (c->sample[i] > 0)
			logs[n++] = log(c->sample[i]);
	if (n > c->n_sample * 9 / 10 && c->low >= 0) {
		double middle = logs[n / 2];
		double width = fmax((logs[n * 3 / 4] - logs[n / 4]) / 1.349, 0.2);
		high = fmax(high, exp(middle + 8 * width));
	} else if (n > c->n_sample / 20 && c->low >= 0) {
		high = INFINITY; /* many zeros: no middle to be far from */
	}
	free(logs);
	if (c->low < low || c->high > high)
		ask_beyond(l, c, low, high, false);
}

void dj_check_numbers(dj_look *l)
{
	for (size_t i = 0; i < l->n_columns; i++)
		if (quantity(&l->column[i])) {
			check_scale(l, &l->column[i]);
			check_far(l, &l->column[i]);
		}
}
