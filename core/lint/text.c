/* One value written in several ways, letters that broke on the way, and blanks nobody sees. */
#include "lint/look.h"

#include "analysis/fold.h"

#include <stdlib.h>

enum { SPELLED_MOST = 5000, SPELLED_LONG = 60 };

/* ---- Spellings ---- */

typedef struct spelling {
	char          *key; /* folded, blanks made one; yours */
	const dj_seen *value;
} spelling;

static int by_key(const void *x, const void *y)
{
	const spelling *a = x, *b = y;
	int             c = strcmp(a->key, b->key);

	if (c == 0 && a->value->count != b->value->count)
		c = a->value->count > b->value->count ? -1 : 1;
	return c ? c : (a->value->first > b->value->first) - (a->value->first < b->value->first);
}

static char *spelling_key(const char *s, size_t n)
{
	dj_buf folded = {0}, out = {0};

	if (dj_fold(&folded, s, n, NULL) == DJ_OK)
		for (size_t i = 0; i < folded.n; i++) {
			char c = folded.data[i];
			if (c != ' ' && c != '\t')
				dj_buf_char(&out, c);
			else if (out.n && out.data[out.n - 1] != ' ')
				dj_buf_char(&out, ' ');
		}
	while (out.n && out.data[out.n - 1] == ' ')
		out.data[--out.n] = '\0';
	dj_buf_free(&folded);
	return dj_buf_take(&out);
}

static void say_spellings(dj_look *l, const dj_profile *c, const dj_rows *rows, size_t groups)
{
	dj_note_one(
	    l, "spelling-variants", c, rows,
	    dj_arena_fmt(l->a,
	                 "Values written in more than one way (capitals, accents, blanks): %s; a rarer way in "
	                 "%s. Look at a map or trim step, or counts will split.",
	                 dj_n_en(l, (int64_t)groups), dj_rows_en(l, rows)),
	    dj_arena_fmt(l->a,
	                 "Valeurs écrites de plusieurs façons (majuscules, accents, espaces) : %s; façon plus "
	                 "rare : %s. À regarder : une étape « map » ou « trim », sinon les comptes se "
	                 "divisent.",
	                 dj_n_fr(l, (int64_t)groups), dj_rows_fr(l, rows)));
}

/* Words for kinds, places, statuses. A column that is nearly all different is names or codes, and its case may matter. */
static void check_spellings(dj_look *l, const dj_profile *c)
{
	const dj_tally *t = &c->values;
	size_t          n = 0, groups = 0;
	dj_rows         rows = {0};

	if (t->thinned || t->n > SPELLED_MOST || t->n < 2 || c->unique ||
	    c->bytes > (int64_t)SPELLED_LONG * c->filled)
		return;
	spelling *s = dj_alloc_zero(t->n, sizeof *s);
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].count && t->slot[i].text)
			s[n++] = (spelling){spelling_key(t->slot[i].text, t->slot[i].n), &t->slot[i]};
	qsort(s, n, sizeof *s, by_key);
	for (size_t i = 1; i < n; i++) {
		if (!*s[i].key || strcmp(s[i].key, s[i - 1].key) != 0)
			continue;
		groups += i == 1 || strcmp(s[i - 1].key, s[i - 2].key) != 0;
		dj_rows_seen(&rows, t, s[i].value);
	}
	if (rows.n)
		say_spellings(l, c, &rows, groups);
	for (size_t i = 0; i < n; i++)
		free(s[i].key);
	free(s);
}

/* ---- Codes ---- */

static bool all_digits(const dj_seen *s)
{
	if (!s->text || !s->n)
		return false;
	for (uint32_t i = 0; i < s->n; i++)
		if (s->text[i] < '0' || s->text[i] > '9')
			return false;
	return true;
}

/* "00123" beside "123": a spreadsheet may have eaten the zeros of some rows. */
static void check_zeros(dj_look *l, const dj_profile *c)
{
	const dj_tally *t = &c->values;
	size_t          length[DJ_SEEN_TEXT + 1] = {0}, usual = 0, figures = 0;
	bool            zeros = false;
	dj_rows         rows = {0};

	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].count && all_digits(&t->slot[i])) {
			length[t->slot[i].n]++;
			figures++;
		}
	for (size_t k = 1; k <= DJ_SEEN_TEXT; k++)
		if (length[k] > length[usual])
			usual = k;
	if (figures < 10 || figures < t->n * 9 / 10 || usual < 3 || length[usual] < figures * 7 / 10)
		return;
	for (size_t i = 0; i < t->slots; i++) {
		const dj_seen *s = &t->slot[i];
		if (!s->count || !all_digits(s))
			continue;
		zeros = zeros || (s->n == usual && s->text[0] == '0');
		if (s->n < usual && s->text[0] != '0')
			dj_rows_seen(&rows, t, s);
	}
	if (zeros && rows.n)
		dj_note_one(
		    l, "lost-zeros", c, &rows,
		    dj_arena_fmt(l->a,
		                 "Most values have %zu digits, some with zeros in front; fewer digits in %s. Look at "
		                 "whether zeros in front were lost.",
		                 usual, dj_rows_en(l, &rows)),
		    dj_arena_fmt(l->a,
		                 "La plupart des valeurs ont %zu chiffres, parfois avec des zéros en tête; moins de "
		                 "chiffres : %s. À regarder : des zéros perdus?",
		                 usual, dj_rows_fr(l, &rows)));
}

/* Letters as A, digits as 9, each as often as it stands there: "AB-1234" is "AA-9999". */
static uint64_t shape_of(const dj_seen *s)
{
	char     shape[DJ_SEEN_TEXT];
	uint64_t high = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		unsigned char c = (unsigned char)s->text[i];
		shape[i] = c >= '0' && c <= '9'                 ? '9'
		           : (c | 32) >= 'a' && (c | 32) <= 'z' ? 'A'
		           : c >= 0x80                          ? 'A'
		                                                : (char)c;
	}
	return dj_hash_text(shape, s->n, &high);
}

static void check_shapes(dj_look *l, const dj_profile *c)
{
	const dj_tally *t = &c->values;
	dj_tally        shapes = {.most = 256};
	const dj_seen  *top = NULL;
	dj_rows         rows = {0};
	bool            fresh;

	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].count && t->slot[i].text)
			(void)dj_tally_add(&shapes, shape_of(&t->slot[i]), 0, &fresh);
	for (size_t i = 0; i < shapes.slots; i++)
		if (shapes.slot[i].count && (!top || shapes.slot[i].count > top->count))
			top = &shapes.slot[i];
	if (top && !shapes.thinned && t->n >= 20 && top->count < (int64_t)t->n &&
	    top->count >= (int64_t)t->n * 95 / 100) {
		for (size_t i = 0; i < t->slots; i++)
			if (t->slot[i].count && (!t->slot[i].text || shape_of(&t->slot[i]) != top->hash))
				dj_rows_seen(&rows, t, &t->slot[i]);
		dj_note_one(
		    l, "odd-shapes", c, &rows,
		    dj_arena_fmt(l->a,
		                 "Nearly all values are built alike (the same digits, letters and marks); not so in "
		                 "%s. Look at typing errors.",
		                 dj_rows_en(l, &rows)),
		    dj_arena_fmt(l->a,
		                 "Presque toutes les valeurs sont bâties de même (chiffres, lettres, signes); "
		                 "exceptions : %s. À regarder : des fautes de frappe?",
		                 dj_rows_fr(l, &rows)));
	}
	dj_tally_free(&shapes);
}

/* ---- Bytes ---- */

static void check_bytes(dj_look *l, const dj_profile *c)
{
	if (c->mojibake.n)
		dj_note_one(
		    l, "broken-letters", c, &c->mojibake,
		    dj_arena_fmt(l->a,
		                 "%s with letters that seem to have been read in the wrong encoding on the way (such "
		                 "as \"Ã©\" for \"é\"). Look for an earlier copy of the source.",
		                 dj_rows_en(l, &c->mojibake)),
		    dj_arena_fmt(
		        l->a,
		        "%s avec des lettres qui semblent avoir été lues dans un mauvais encodage (comme « Ã© "
		        "» pour « é »). Cherchez une copie antérieure de la source.",
		        dj_rows_fr(l, &c->mojibake)));
	if (c->edges.n)
		dj_note_one(
		    l, "blanks-around", c, &c->edges,
		    dj_arena_fmt(
		        l->a,
		        "%s with a blank at the begin or end, so equal words may not be equal. A trim step takes them off.",
		        dj_rows_en(l, &c->edges)),
		    dj_arena_fmt(l->a,
		                 "%s avec une espace au début ou à la fin : des mots pareils peuvent différer. Une "
		                 "étape « trim » les retire.",
		                 dj_rows_fr(l, &c->edges)));
}

void dj_check_text(dj_look *l)
{
	for (size_t i = 0; i < l->n_columns; i++) {
		const dj_profile *c = &l->column[i];
		if (c->type != DJ_COL_TEXT)
			continue;
		check_bytes(l, c);
		check_spellings(l, c);
		check_zeros(l, c);
		if (dj_profile_id(c))
			check_shapes(l, c);
	}
}
