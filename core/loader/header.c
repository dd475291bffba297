#include "loader/header.h"

#include "base/text.h"
#include "loader/infer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MOST = 120, LOOKED_AT = 1000 };

/* ---- Names ---- */

/* Without spaces around it or control characters in it, and of bearable length. */
static char *clean(const dj_field *f, dj_arena *a)
{
	const char *s = f->text;
	size_t      n = f->n;

	for (; n > 0 && (unsigned char)*s <= ' '; n--)
		s++;
	if (n > NAME_MOST)
		n = dj_utf8_valid(s, NAME_MOST);
	while (n > 0 && (unsigned char)s[n - 1] <= ' ')
		n--;

	char *name = dj_arena_dupn(a, n ? s : "", n);
	for (char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p, next = (unsigned char)p[1];
		if (c < ' ' || c == 0x7F)
			*p = ' ';
		else if (c == 0xC2 && next >= 0x80 && next < 0xA0)
			p[0] = p[1] = ' '; /* C1 */
	}
	return name;
}

static bool is_word(const char *name)
{
	static const char *const words[] = {"rowid", "oid", "_rowid_", "_row", "_dataset", "rejects"};

	for (size_t i = 0; i < DJ_COUNT(words); i++)
		if (strcasecmp(name, words[i]) == 0)
			return true;
	return false;
}

static bool starts_as_ours(const char *name)
{
	return strncasecmp(name, "sqlite_", 7) == 0 || strncasecmp(name, "_datajam", 8) == 0;
}

bool dj_header_reserved(const char *name)
{
	return is_word(name) || starts_as_ours(name);
}

static const char *free_of_reserved(const char *name, dj_arena *a)
{
	return is_word(name)          ? dj_arena_fmt(a, "%s_", name)
	       : starts_as_ours(name) ? dj_arena_fmt(a, "x_%s", name)
	                              : name;
}

static bool taken(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

static const char *unique(const char *const *names, size_t n, const char *name, dj_arena *a)
{
	const char *candidate = name;

	for (unsigned k = 2; taken(names, n, candidate); k++)
		candidate = dj_arena_fmt(a, "%s_%u", name, k);
	return candidate;
}

void dj_header_names(const char **out, const dj_field *header, size_t n, dj_said *said)
{
	dj_arena *a = said->arena;

	for (size_t i = 0; i < n; i++) {
		const char *name = clean(&header[i], a), *allowed;

		if (!*name) {
			out[i] = unique(out, i, dj_arena_fmt(a, "column_%zu", i + 1), a);
			dj_said_add(said, true, "column %zu has no name: it is called %s", i + 1, out[i]);
			continue;
		}
		allowed = free_of_reserved(name, a);
		out[i] = unique(out, i, allowed, a);
		if (allowed != name)
			dj_said_add(said, true, "column %zu is called %s: the name %s is kept for SQLite or datajam",
			            i + 1, out[i], name);
		else if (out[i] != name)
			dj_said_add(said, true, "column %zu is called %s: there is a column %s before it", i + 1, out[i],
			            name);
		else if (header[i].n > NAME_MOST)
			dj_said_add(said, true, "column %zu is called %s: its name was longer than %d bytes", i + 1, name,
			            NAME_MOST);
	}
}

/* ---- Is there one? ---- */

typedef struct tally {
	unsigned first, others; /* kinds (dj_kind) */
	bool     first_empty, others_filled;
	int64_t  number; /* the first cell, when it is an integer */
} tally;

static unsigned kind_of(const dj_field *f)
{
	return f->kind == DJ_FIELD_MISSING || f->n == 0 ? 0 : dj_infer_kind(f);
}

/* 2015, 2016, 2017 or 1, 2, 3 over columns of numbers: years, or a matrix. */
static bool counts_up(const tally *t, size_t n)
{
	size_t numbers = 0;

	for (size_t i = 0; i < n; i++) {
		if (t[i].first != DJ_KIND_INTEGER)
			continue;
		if (numbers > 0 &&
		    (i == 0 || t[i - 1].first != DJ_KIND_INTEGER || t[i].number != t[i - 1].number + 1))
			return false;
		numbers++;
	}
	return numbers >= 3;
}

static bool judge(const tally *t, size_t n, size_t rows)
{
	size_t like_below = 0;

	if (n > 1 && t[0].first_empty && t[0].others_filled)
		return true; /* the names of the rows stand below it: what R and matrices have */
	for (size_t i = 0; i < n; i++) {
		bool text = t[i].first & DJ_KIND_TEXT;
		if (text && t[i].others && !(t[i].others & DJ_KIND_TEXT))
			return true; /* a word over numbers or dates */
		like_below += t[i].first && !text && (rows == 0 || dj_infer_type(t[i].others) != DJ_COL_TEXT);
	}
	return like_below == 0 || counts_up(t, n);
}

static void take(tally *t, size_t n, const dj_record *r, bool first)
{
	for (size_t i = 0; i < n && i < r->stored; i++) {
		unsigned kind = kind_of(&r->field[i]);
		if (!first) {
			bool mark = r->field[i].kind == DJ_FIELD_PLAIN && r->field[i].n == 2 &&
			            memcmp(r->field[i].text, "NA", 2) == 0;
			t[i].others |= mark ? 0 : kind;
			t[i].others_filled |= r->field[i].n > 0;
			continue;
		}
		t[i].first = kind;
		t[i].first_empty = r->field[i].n == 0;
		if (kind == DJ_KIND_INTEGER)
			dj_text_integer(r->field[i].text, r->field[i].n, &t[i].number);
	}
}

int dj_header_guess(bool *out, dj_csv *csv, dj_source *s, dj_err *err)
{
	dj_record r;
	tally    *t = NULL;
	size_t    n = 0, rows = 0;
	int       rc;

	while ((rc = dj_csv_next(csv, s, &r, err)) > 0 && rows <= LOOKED_AT && r.byte < DJ_SOURCE_SAMPLE) {
		if (r.blank)
			continue;
		if (!t) {
			n = r.stored;
			t = dj_alloc_zero(n, sizeof *t);
		}
		take(t, n, &r, rows++ == 0);
	}
	if (rc >= 0 && t)
		*out = judge(t, n, rows - 1);
	free(t);
	return rc < 0 ? rc : DJ_OK;
}
