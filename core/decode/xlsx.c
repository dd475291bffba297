/* A spreadsheet's workbook: which sheets there are, and which is meant. */
#include "decode/xlsx.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHEETS_MOST = 4096 };

typedef struct sheet {
	const char *name, *id, *part; /* id: of the relation that leads to its part */
	bool        hidden;
} sheet;

typedef struct workbook {
	dj_decoding *d;
	dj_package   package;
	const char  *part;   /* "xl/workbook.xml" */
	const char  *folder; /* "xl/" */
	sheet       *sheet;
	size_t       n;
	const char  *strings, *styles; /* parts; NULL: none */
	bool         from_1904;
} workbook;

/* ---- Relations: how one part leads to another ---- */

static const char *folder_of(const char *part, dj_arena *a)
{
	const char *slash = strrchr(part, '/');

	return slash ? dj_arena_dupn(a, part, (size_t)(slash + 1 - part)) : "";
}

/* "../x" and "/x" too. */
static const char *resolve(const char *folder, const char *target, dj_arena *a)
{
	size_t n = strlen(folder);

	if (*target == '/')
		return dj_arena_dup(a, target + 1);
	while (dj_text_starts(target, "../")) {
		target += 3;
		for (n = n ? n - 1 : 0; n > 0 && folder[n - 1] != '/';)
			n--;
	}
	return dj_arena_fmt(a, "%.*s%s", (int)n, folder, target);
}

static int on_relation(void *user, const char *name, const char **attribute, dj_err *err)
{
	workbook   *w = user;
	const char *id = dj_xml_attribute(attribute, "Id"), *type = dj_xml_attribute(attribute, "Type");
	const char *target = dj_xml_attribute(attribute, "Target"), *kind;

	(void)err;
	if (strcmp(name, "Relationship") != 0 || !id || !type || !target || !(kind = strrchr(type, '/')))
		return DJ_OK;
	const char **part = NULL;
	if (strcmp(kind, "/officeDocument") == 0)
		part = &w->part;
	else if (strcmp(kind, "/sharedStrings") == 0)
		part = &w->strings;
	else if (strcmp(kind, "/styles") == 0)
		part = &w->styles;
	else if (strcmp(kind, "/worksheet") == 0)
		for (size_t i = 0; i < w->n && !part; i++)
			if (strcmp(w->sheet[i].id, id) == 0)
				part = &w->sheet[i].part;
	if (part && !*part) /* the first of each: no more is kept than there are sheets */
		*part = resolve(w->folder, target, w->d->a);
	return DJ_OK;
}

static int read_relations(workbook *w, const char *part, dj_err *err)
{
	dj_xml      xml = {.start = on_relation, .user = w};
	const char *folder = folder_of(part, w->d->a);

	return dj_xml_read(&w->package, dj_arena_fmt(w->d->a, "%s_rels/%s.rels", folder, part + strlen(folder)),
	                   &xml, err);
}

/* ---- The workbook ---- */

static int on_workbook(void *user, const char *name, const char **attribute, dj_err *err)
{
	workbook *w = user;

	if (strcmp(name, "workbookPr") == 0)
		w->from_1904 = dj_xml_true(dj_xml_attribute(attribute, "date1904"));
	if (strcmp(name, "sheet") != 0)
		return DJ_OK;

	const char *called = dj_xml_attribute(attribute, "name"), *id = dj_xml_attribute(attribute, "id");
	const char *state = dj_xml_attribute(attribute, "state");
	if (!called || !id)
		return DJ_OK;
	if (w->n == SHEETS_MOST)
		return dj_fail(err, DJ_FAIL, "the spreadsheet has more than %d sheets", SHEETS_MOST);
	w->sheet[w->n++] = (sheet){.name = dj_arena_dup(w->d->a, called),
	                           .id = dj_arena_dup(w->d->a, id),
	                           .hidden = state && strcmp(state, "visible") != 0};
	return DJ_OK;
}

static int read_workbook(workbook *w, dj_err *err)
{
	dj_xml xml = {.start = on_workbook, .user = w};

	w->folder = "";
	if (read_relations(w, "", err) < 0)
		return err->code;
	if (w->part && (strstr(w->part, "word/") || strstr(w->part, "ppt/")))
		return dj_fail(err, DJ_FAIL, "this is a document, not a spreadsheet (copy its table into one)");
	if (!w->part || dj_text_ends(w->part, ".bin"))
		return dj_fail(err, DJ_FAIL, "this is no spreadsheet in XLSX (save it as XLSX or as CSV)");
	w->folder = folder_of(w->part, w->d->a);
	w->sheet = dj_arena_alloc(w->d->a, SHEETS_MOST, sizeof *w->sheet);
	if (dj_xml_read(&w->package, w->part, &xml, err) < 0 || read_relations(w, w->part, err) < 0)
		return err->code;

	const char **name = dj_arena_alloc(w->d->a, w->n + 1, sizeof *name);
	size_t       n = 0;
	for (size_t i = 0; i < w->n; i++) { /* charts are sheets too */
		if (!w->sheet[i].part)
			continue;
		name[n] = w->sheet[i].name;
		w->sheet[n++] = w->sheet[i];
	}
	w->n = n;
	w->d->out->part = name;
	w->d->out->n_parts = n;
	return n ? DJ_OK : dj_fail(err, DJ_FAIL, "the spreadsheet has no sheet with cells");
}

/* ---- Which sheet ---- */

static int find_said(size_t *out, const workbook *w, const char *said, dj_err *err)
{
	int64_t number;

	for (*out = 0; *out < w->n; ++*out)
		if (strcmp(w->sheet[*out].name, said) == 0)
			return DJ_OK;
	for (*out = 0; *out < w->n; ++*out)
		if (dj_text_same_nocase(w->sheet[*out].name, said))
			return DJ_OK;
	if (dj_text_integer(said, strlen(said), &number) && number >= 1 && (uint64_t)number <= w->n) {
		*out = (size_t)number - 1;
		return DJ_OK;
	}
	return dj_fail(err, DJ_USAGE, "there is no sheet '%s' in the spreadsheet (it has %s)", said,
	               dj_decoding_list(w->d, w->d->out->part, w->n));
}

static int read_sheet(workbook *w, size_t k, const dj_sheet_ask *ask, dj_sheet_counts *counts, dj_err *err)
{
	dj_decoding *d = w->d;

	dj_sink_free(&d->sink);
	if (dj_sink_open(&d->sink, d->ask->scratch_fd, d->ask->most, err) < 0)
		return err->code;
	if (dj_sheet_read(counts, &d->sink, &w->package, w->sheet[k].part, ask, err) < 0)
		return dj_fail_in(err, "sheet %s", w->sheet[k].name);
	return DJ_OK;
}

/* The first that holds anything, those that are shown before those that are hidden. */
static int read_first(size_t *out, workbook *w, const dj_sheet_ask *ask, dj_sheet_counts *counts, dj_err *err)
{
	for (int hidden = 0; hidden < 2; hidden++)
		for (size_t k = 0; k < w->n; k++) {
			if (w->sheet[k].hidden != hidden)
				continue;
			if (read_sheet(w, k, ask, counts, err) < 0)
				return err->code;
			*out = k;
			if (counts->rows > 0)
				return DJ_OK;
		}
	return dj_fail(err, DJ_FAIL, "no sheet of the spreadsheet holds anything");
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void tell(const workbook *w, size_t k, const dj_sheet_counts *n)
{
	dj_decoding *d = w->d;

	if (w->n > 1 && !d->ask->sheet)
		dj_decoding_say(d, false, "sheet %s is read; the spreadsheet has %s (--sheet NAME reads another)",
		                w->sheet[k].name, dj_decoding_list(d, d->out->part, w->n));
	if (w->sheet[k].hidden)
		dj_decoding_say(d, true, "sheet %s is hidden in the spreadsheet", w->sheet[k].name);
	if (n->errors)
		dj_decoding_say(d, true, "%" PRIu64 " cell%s with an error like #N/A taken as missing", n->errors,
		                plural(n->errors));
	if (n->unsaved)
		dj_decoding_say(d, true,
		                "%" PRIu64
		                " formula%s without a saved result taken as missing (open the file in a spreadsheet "
		                "program and save it)",
		                n->unsaved, plural(n->unsaved));
	if (n->undated)
		dj_decoding_say(d, true, "%" PRIu64 " number%s shown as a date that there is not, left as a number",
		                n->undated, plural(n->undated));
}

static int read_cells(workbook *w, dj_err *err)
{
	dj_strings      strings = {0};
	dj_styles       styles = {0};
	dj_sheet_ask    ask = {.strings = &strings, .styles = &styles, .from_1904 = w->from_1904};
	dj_sheet_counts counts = {0};
	size_t          k = 0;
	int             rc = DJ_OK;

	if (w->d->ask->sheet)
		rc = find_said(&k, w, w->d->ask->sheet, err);
	if (rc == DJ_OK && w->styles)
		rc = dj_styles_read(&styles, &w->package, w->styles, err);
	if (rc == DJ_OK && w->strings)
		rc = dj_strings_read(&strings, &w->package, w->strings, err);
	if (rc == DJ_OK)
		rc = w->d->ask->sheet ? read_sheet(w, k, &ask, &counts, err) : read_first(&k, w, &ask, &counts, err);
	if (rc == DJ_OK)
		tell(w, k, &counts);
	dj_strings_free(&strings);
	dj_styles_free(&styles);
	return rc;
}

bool dj_xlsx_is(const dj_entries *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->item[i].name, "[Content_Types].xml") == 0)
			return true;
	return false;
}

int dj_xlsx_decode(dj_decoding *d, int fd, const dj_entries *e, dj_err *err)
{
	workbook w = {.d = d, .package = {.fd = fd, .entries = e, .most = d->ask->most}};
	int      rc = read_workbook(&w, err);

	if (rc == DJ_OK)
		rc = read_cells(&w, err);
	if (rc < 0)
		return rc;
	d->out->fd = d->sink.fd;
	d->out->bytes = d->sink.at;
	d->out->rows = true;
	return DJ_OK;
}
