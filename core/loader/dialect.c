#include "loader/dialect.h"

#include <string.h>

static const char separators[] = {',', ';', '\t', '|'};

enum {
	TALLIED = 256
}; /* rows of more fields share the last place: enough to tell which count is commonest */

typedef struct tally {
	size_t rows[TALLIED]; /* rows[k]: rows of k fields */
	size_t total;
	size_t separated, spaced; /* fields after a separator, and those that begin with a space */
} tally;

typedef struct shape {
	char separator;
	int  quote;
} shape;

/*
 * Reads one row from `at` and counts its fields. Returns where the next row begins, or 0 when the text ends before the
 * row does.
 */
static size_t read_row(tally *t, const char *text, size_t n, size_t at, shape as, size_t *fields)
{
	bool quoted = false, begins = true; /* begins: nothing of the field but spaces was seen */

	*fields = 1;
	for (; at < n; at++) {
		char c = text[at];

		if (quoted) {
			quoted = c != as.quote;
		} else if (c == as.separator) {
			++*fields;
			t->separated++;
			t->spaced += at + 1 < n && text[at + 1] == ' ';
			begins = true;
			continue;
		} else if (c == as.quote && (begins || text[at - 1] == as.quote)) {
			quoted = true; /* a doubled quote closes and opens again */
		} else if (c == '\n') {
			return at + 1;
		} else if (c == '\r') {
			return at + 1 < n && text[at + 1] == '\n' ? at + 2 : at + 1;
		}
		begins = begins && c == ' ';
	}
	return 0;
}

static tally count_rows(const char *text, size_t n, shape as, bool whole)
{
	tally  t = {0};
	size_t fields, next;

	for (size_t at = 0; at < n; at = next) {
		next = read_row(&t, text, n, at, as, &fields);
		if (!next && !whole)
			break;
		if (!next)
			next = n;
		if (text[at] == '\n' || text[at] == '\r')
			continue;
		t.rows[fields < TALLIED ? fields : TALLIED - 1]++;
		t.total++;
	}
	return t;
}

static size_t commonest(const tally *t)
{
	size_t best = 1;

	for (size_t k = 2; k < TALLIED; k++)
		if (t->rows[k] > t->rows[best])
			best = k;
	return best;
}

static bool ends_field(const char *text, size_t n, size_t at)
{
	return at >= n || text[at] == '\n' || text[at] == '\r' || memchr(separators, text[at], sizeof separators);
}

/* The single quote only where no double quote is, and where fields that begin with one also end with one, twice or more. */
static int find_quote(const char *text, size_t n)
{
	size_t opened = 0, closed = 0;

	if (memchr(text, '"', n))
		return '"';
	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\'')
			continue;
		bool opens = (i == 0 || ends_field(text, n, i - 1)) && !ends_field(text, n, i + 1);
		opened += opens;
		closed += !opens && ends_field(text, n, i + 1);
	}
	return opened >= 2 && opened == closed ? '\'' : '"';
}

int dj_dialect_find(dj_dialect *out, const char *sample, size_t n, bool whole, int separator, int quote,
                    dj_err *err)
{
	dj_dialect best = {.separator = ','};
	double     best_score = -1;

	if (quote == 0)
		quote = find_quote(sample, n);
	for (size_t i = 0; i < (separator ? 1 : sizeof separators); i++) {
		shape  as = {separator ? (char)separator : separators[i], quote};
		tally  t = count_rows(sample, n, as, whole);
		size_t columns = commonest(&t);

		if (t.total == 0)
			return dj_fail(err, DJ_FAIL, "no whole row in %zu bytes (is the file empty, or not text?)", n);

		/* Many equal rows of many columns; the earlier separator keeps a tie. */
		double score = (double)t.rows[columns] / (double)t.total * (double)(columns - 1) / (double)columns;
		if (score > best_score) {
			best_score = score;
			best = (dj_dialect){.separator = as.separator,
			                    .quote = quote,
			                    .space = t.separated > 0 && t.spaced == t.separated,
			                    .columns = columns,
			                    .rows = t.total,
			                    .ragged = t.total - t.rows[columns]};
		}
	}
	*out = best;
	return DJ_OK;
}
