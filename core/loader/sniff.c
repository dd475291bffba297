#include "loader/sniff.h"

#include "base/text.h"

#include <string.h>

static const char *const names[] = {"unknown", "csv", "tsv", "ndjson", "json", "geojson", "xlsx", "sqlite"};

const char *dj_format_name(dj_format f)
{
	return names[f];
}

dj_format dj_format_by_name(const char *name)
{
	size_t n = DJ_COUNT(names), at = dj_text_find(name, names, n);

	return at < n ? (dj_format)at : DJ_FORMAT_UNKNOWN;
}

int dj_sniff_binary(const char *sample, size_t n, dj_err *err)
{
	static const struct {
		const char *magic;
		size_t      n;
		const char *what;
	} known[] = {
	    {"%PDF-", 5,
	     "a PDF (find the table it was made from, or copy it into a spreadsheet and save as CSV)"},
	    {"\xd0\xcf\x11\xe0", 4, "an old Office file, like XLS (save the sheet as XLSX or CSV)"},
	    {"\x89PNG", 4, "a picture (find the table it was made from)"},
	    {"\xff\xd8\xff", 3, "a picture (find the table it was made from)"},
	    {"GIF8", 4, "a picture (find the table it was made from)"},
	    {"7z\xbc\xaf\x27\x1c", 6, "packed with 7-Zip (unpack it first, or pack it as ZIP)"},
	    {"Rar!\x1a\x07", 6, "packed with RAR (unpack it first, or pack it as ZIP)"},
	    {"\x04\x22\x4d\x18", 4, "compressed with LZ4 (unpack it with lz4 first)"},
	    {"\x1f\x9d", 2, "compressed with compress (gunzip it first)"},
	};

	if (n == 0)
		return dj_fail(err, DJ_FAIL,
		               "the file is empty (is it still being written, or was the export cut off?)");
	for (size_t i = 0; i < DJ_COUNT(known); i++)
		if (n >= known[i].n && memcmp(sample, known[i].magic, known[i].n) == 0)
			return dj_fail(err, DJ_FAIL, "this is %s", known[i].what);
	return DJ_OK;
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

dj_format dj_sniff_format(const char *sample, size_t n)
{
	const char *end = sample + n, *p = skip_space(sample, end);

	if (p == end || (*p != '[' && *p != '{'))
		return DJ_FORMAT_CSV;

	const char *next = skip_space(p + 1, end); /* `[a],b` and `{x},y` are rows of a CSV */
	if (*p == '[')
		return next == end || strchr("{]", *next) ? DJ_FORMAT_JSON : DJ_FORMAT_CSV;
	return next == end || strchr("\"}", *next) ? DJ_FORMAT_NDJSON : DJ_FORMAT_CSV;
}
