#include "loader/sniff.h"

#include "base/text.h"
#include "loader/json_scan.h"

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
	    {"\xd0\xcf\x11\xe0", 4, "an old Office file, like XLS, or one with a password (save the sheet as XLSX or CSV)"},
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

/* `{"name":` or `[{`: worth an error of the JSON reader, with line and column, should the rest be none. */
static bool begins_as_objects_do(const char *sample, const char *end)
{
	dj_json_scan  c = {.p = sample, .end = end};
	dj_json_stack k = {0};
	dj_scan       rc = dj_json_token(&c, &k);

	if (rc == DJ_SCAN_OK && k.token == '[')
		rc = dj_json_token(&c, &k);
	if (rc != DJ_SCAN_OK || k.token != '{')
		return false;
	return k.depth > 1 || dj_json_token(&c, &k) != DJ_SCAN_BAD;
}

dj_format dj_sniff_format(const char *sample, size_t n)
{
	dj_json_scan c = {.p = dj_json_space(sample, sample + n), .end = sample + n};
	const char  *begin = c.p;
	dj_scan      rc = DJ_SCAN_OK;

	if (begin == c.end || (*begin != '[' && *begin != '{'))
		return DJ_FORMAT_CSV;
	for (; rc == DJ_SCAN_OK && c.p < c.end; c.p = dj_json_space(c.p, c.end))
		rc = *c.p == *begin ? dj_json_skip(&c) : DJ_SCAN_BAD;
	if (rc == DJ_SCAN_BAD && !begins_as_objects_do(begin, c.end))
		return DJ_FORMAT_CSV;
	return *begin == '[' ? DJ_FORMAT_JSON : DJ_FORMAT_NDJSON;
}
