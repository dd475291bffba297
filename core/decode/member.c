/* Which file of an archive is meant. */
#include "decode/inside.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

/* What systems leave in archives. */
static bool is_litter(const char *name)
{
	static const char *const litter[] = {".DS_Store", "Thumbs.db", "desktop.ini"};
	const char              *base = base_name(name);

	return dj_text_starts(name, "__MACOSX/") || dj_text_starts(base, "._") ||
	       dj_text_find(base, litter, DJ_COUNT(litter)) < DJ_COUNT(litter);
}

static bool ends_nocase(const char *s, size_t n, const char *with)
{
	size_t k = strlen(with);
	char   tail[16] = "";

	if (n < k || k >= sizeof tail)
		return false;
	memcpy(tail, s + n - k, k);
	return dj_text_same_nocase(tail, with);
}

/* By its ending, also when that file is packed itself; a note that lies beside data is none. */
static bool is_data(const char *name)
{
	static const char *const endings[] = {".csv",   ".tsv",     ".tab",  ".txt", ".json",   ".ndjson",
	                                      ".jsonl", ".geojson", ".xlsx", ".db",  ".sqlite", ".sqlite3"};
	static const char *const packed[] = {".gz", ".zst", ".xz", ".bz2"};
	static const char *const notes[] = {"readme", "license",  "licence", "copying",
	                                    "notice", "metadata", "about"};
	const char              *base = base_name(name);
	size_t                   n = strlen(base);

	for (size_t i = 0; i < DJ_COUNT(packed); i++)
		if (ends_nocase(base, n, packed[i])) {
			n -= strlen(packed[i]);
			break;
		}
	for (size_t i = 0; i < DJ_COUNT(notes); i++)
		if (ends_nocase(base, n, ".txt") && strncasecmp(base, notes[i], strlen(notes[i])) == 0)
			return false;
	for (size_t i = 0; i < DJ_COUNT(endings); i++)
		if (ends_nocase(base, n, endings[i]))
			return true;
	return false;
}

/* ---- Choosing ---- */

typedef struct choice {
	size_t       n, at; /* how many there are, and the last of them */
	const char **name;
} choice;

static choice gather(const dj_entries *e, bool data_only, dj_arena *a)
{
	choice c = {.name = dj_arena_alloc(a, e->n + 1, sizeof *c.name)};

	for (size_t i = 0; i < e->n; i++) {
		if (!e->item[i].file || is_litter(e->item[i].name) || (data_only && !is_data(e->item[i].name)))
			continue;
		c.name[c.n++] = e->item[i].name;
		c.at = i;
	}
	return c;
}

static int choose_said(size_t *out, dj_decoding *d, const dj_entries *e, const choice *all, dj_err *err)
{
	const char *said = d->ask->member;
	size_t      exact = 0, alike = 0, at = 0, other = 0;

	for (size_t i = 0; i < e->n; i++) {
		if (!e->item[i].file)
			continue;
		if (strcmp(e->item[i].name, said) == 0) {
			exact++;
			at = i;
		} else if (strcmp(base_name(e->item[i].name), said) == 0) {
			alike++;
			other = i;
		}
	}
	if (exact == 1 || (exact == 0 && alike == 1)) {
		*out = exact ? at : other;
		return DJ_OK;
	}
	if (exact + alike > 1)
		return dj_fail(err, DJ_USAGE,
		               "there is more than one '%s' in the archive, so which is meant is not known%s", said,
		               exact ? "" : " (say its whole name, with its folders)");
	return dj_fail(err, DJ_USAGE, "there is no file '%s' in the archive (it holds %s)", said,
	               dj_decoding_list(d, all->name, all->n));
}

static bool is_opendocument(const dj_entries *e)
{
	bool kind = false, content = false;

	for (size_t i = 0; i < e->n; i++) {
		kind = kind || strcmp(e->item[i].name, "mimetype") == 0;
		content = content || strcmp(e->item[i].name, "content.xml") == 0;
	}
	return kind && content;
}

static int choose(size_t *out, dj_decoding *d, const dj_entries *e, dj_err *err)
{
	choice all = gather(e, false, d->a), data = gather(e, true, d->a);

	d->out->part = all.name;
	d->out->n_parts = all.n;
	if (d->ask->member)
		return choose_said(out, d, e, &all, err);
	if (is_opendocument(e))
		return dj_fail(err, DJ_FAIL,
		               "this is an OpenDocument file, like ODS (save the sheet as XLSX or as CSV)");
	if (all.n == 0)
		return dj_fail(err, DJ_FAIL, "there is no file in the archive");
	if (all.n > 1 && data.n != 1)
		return dj_fail(err, DJ_USAGE, "the archive holds %zu files: %s (say which, with --member NAME)",
		               data.n ? data.n : all.n,
		               data.n ? dj_decoding_list(d, data.name, data.n)
		                      : dj_decoding_list(d, all.name, all.n));
	*out = all.n == 1 ? all.at : data.at;
	dj_decoding_say(d, false, "%s is read from the archive%s", e->item[*out].name,
	                all.n > 1 ? ", what lies beside it is left" : "");
	return DJ_OK;
}

int dj_member_choose(size_t *out, dj_decoding *d, const dj_entries *e, dj_err *err)
{
	int rc = choose(out, d, e, err);

	if (rc == DJ_OK && e->item[*out].encrypted)
		rc = dj_fail(err, DJ_FAIL, "%s is encrypted (unpack it with its password, and load what comes out)",
		             e->item[*out].name);
	return rc;
}
