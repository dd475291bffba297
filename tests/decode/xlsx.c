/* Spreadsheets, made here part by part. */
#include "decode_test.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELS(x)                                                                                    \
	XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" x \
	    "</Relationships>"
#define RELATION(id, kind, to) "<Relationship Id=\"" id "\" Type=\"" REL "/" kind "\" Target=\"" to "\"/>"
#define SHEET(rows) XML "<worksheet " MAIN "><sheetData>" rows "</sheetData></worksheet>"
#define STRINGS(items) XML "<sst " MAIN ">" items "</sst>"

static const dj_decode_ask nothing_said;

typedef struct part {
	const char *name, *text; /* NULL text: left out */
} part;

static const char one_sheet[] =
    XML "<workbook " MAIN "xmlns:r=\"" REL "\"><sheets><sheet name=\"Data\" sheetId=\"1\" "
        "r:id=\"r1\"/></sheets></workbook>";
static const char relations[] =
    RELS(RELATION("r1", "worksheet", "worksheets/sheet1.xml") RELATION(
        "r2", "worksheet", "/xl/worksheets/sheet2.xml") RELATION("r3", "worksheet", "worksheets/sheet3.xml")
             RELATION("r4", "chartsheet", "chartsheets/sheet1.xml") RELATION("r8", "styles", "styles.xml")
                 RELATION("r9", "sharedStrings", "sharedStrings.xml"));
/* cell formats: 0 plain, 1 date, 2 date and time, 3 time, 4 per cent, 5 a custom date */
static const char styles[] = XML
    "<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"
    "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
    "<xf numFmtId=\"22\"/><xf numFmtId=\"20\"/><xf numFmtId=\"9\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>";

static dj_buf workbook(const part *more, size_t n)
{
	static const part usual[] = {
	    {"[Content_Types].xml", XML "<Types/>"},
	    {"_rels/.rels", RELS(RELATION("r1", "officeDocument", "xl/workbook.xml"))},
	    {"xl/workbook.xml", one_sheet},
	    {"xl/_rels/workbook.xml.rels", relations},
	    {"xl/styles.xml", styles},
	    {"xl/sharedStrings.xml", STRINGS("")},
	};
	packer *p = pack_zip();

	for (size_t i = 0; i < DJ_COUNT(usual); i++) {
		bool other = false;
		for (size_t k = 0; k < n; k++)
			other = other || strcmp(more[k].name, usual[i].name) == 0;
		if (!other)
			pack_add(p, usual[i].name, usual[i].text, strlen(usual[i].text));
	}
	for (size_t k = 0; k < n; k++)
		if (more[k].text)
			pack_add(p, more[k].name, more[k].text, strlen(more[k].text));
	return packed(p);
}

static void reads(const part *more, size_t n, dj_decode_ask ask, const char *text, const char *words)
{
	dj_buf   zip = workbook(more, n);
	decoding d = decode(zip.data, zip.n, ask);

	assert_string_equal(d.err.text, "");
	assert_string_equal(d.text.data, text);
	assert_true(d.out.rows);
	assert_int_equal(d.out.wrapping, DJ_WRAPPING_XLSX);
	if (*words && !strstr(d.said.data, words))
		fail_msg("said: %s\nwant: %s", d.said.data, words);
	if (!*words)
		assert_string_equal(d.said.data, "");
	forget(&d);
	dj_buf_free(&zip);
}

static void refuses(const part *more, size_t n, dj_decode_ask ask, const char *words)
{
	dj_buf zip = workbook(more, n);

	fails(zip.data, zip.n, ask, words);
	dj_buf_free(&zip);
}

#define READS(sheet, text, words) \
	reads((const part[]){{"xl/worksheets/sheet1.xml", sheet}}, 1, nothing_said, text, words)
#define REFUSES(sheet, words) \
	refuses((const part[]){{"xl/worksheets/sheet1.xml", sheet}}, 1, nothing_said, words)

static void cells_of_each_kind(void **state)
{
	(void)state;
	READS(
	    SHEET(
	        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>n</t></is></c><c r=\"B1\" t=\"str\"><f>A1</f><v>x \"y\"</v></c></row>"
	        "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"b\"><v>1</v></c></row>"
	        "<row r=\"3\"><c r=\"A3\"><v>-0.10000000000000001</v></c><c r=\"B3\" t=\"b\"><v>0</v></c></row>"
	        "<row r=\"4\"><c r=\"A4\"><v>1E-3</v></c><c r=\"B4\" t=\"d\"><v>2020-01-02</v></c></row>"
	        "<row r=\"5\"><c r=\"A5\" s=\"4\"><v>0.5</v></c><c r=\"B5\"><v>007</v></c></row>"),
	    "[\"n\",\"x \\\"y\\\"\"]\n[1,true]\n[-0.10000000000000001,false]\n[1E-3,\"2020-01-02\"]\n[0.5,\"007\"]\n",
	    "");
}

static void line_n_is_row_n(void **state)
{
	(void)state;
	READS(
	    SHEET("<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"D3\"><v>2</v></c></row>"
	          "<row><c><v>3</v></c><c/><c><v>4</v></c><c r=\"E4\"/></row>"
	          "<row r=\"7\"><c r=\"A7\" s=\"1\"/></row><row r=\"8\"><c r=\"AB8\"><v>5</v></c></row>"),
	    "\n\n[null,1,null,2]\n[3,null,4]\n\n\n\n[null,null,null,null,null,null,null,null,null,null,null,null,null,"
	    "null,null,null,null,null,null,null,null,null,null,null,null,null,null,5]\n",
	    "");
	/* cells in any order within a row */
	READS(SHEET("<row r=\"1\"><c r=\"C1\"><v>3</v></c><c r=\"A1\"><v>1</v></c></row>"), "[1,null,3]\n", "");
}

static void shared_texts(void **state)
{
	(void)state;
	reads(
	    (const part[]){
	        {"xl/sharedStrings.xml",
	         STRINGS(
	             "<si><t>one</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">ch </t></r>"
	             "<rPh sb=\"0\" eb=\"1\"><t>aloud</t></rPh></si><si/><si><t>a_x000D_\nb &amp; \xC3\xA9 _x005F_x</t></si>")},
	        {"xl/worksheets/sheet1.xml",
	         SHEET(
	             "<row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c></row>")}},
	    2, nothing_said, "[\"rich \",\"one\",\"\",\"a\\r\\nb & \xC3\xA9 _x\"]\n", "");
	REFUSES(SHEET("<row><c t=\"s\"><v>0</v></c></row>"),
	        "sheet Data: row 1 of the sheet names text 0, and there are 0");
	REFUSES(SHEET("<row><c t=\"s\"><v>-1</v></c></row>"), "names text -1");
}

static void dates_by_their_format(void **state)
{
	static const char rows[] =
	    "<row><c s=\"1\"><v>44197</v></c><c s=\"2\"><v>44197.5</v></c><c s=\"3\"><v>0.25</v></c>"
	    "<c s=\"5\"><v>44197</v></c><c s=\"0\"><v>44197</v></c><c s=\"99\"><v>44197</v></c></row>";
	char *sheet = dj_fmt(XML "<worksheet " MAIN "><sheetData>%s</sheetData></worksheet>", rows);

	(void)state;
	READS(sheet, "[\"2021-01-01\",\"2021-01-01T12:00:00\",\"06:00:00\",\"2021-01-01\",44197,44197]\n", "");
	reads((const part[]){{"xl/worksheets/sheet1.xml", sheet},
	                     {"xl/workbook.xml",
	                      XML "<x:workbook xmlns:x=\"y\" xmlns:r=\"" REL
	                          "\"><x:workbookPr date1904=\"1\"/><x:sheets>"
	                          "<x:sheet name=\"Data\" r:id=\"r1\"/></x:sheets></x:workbook>"}},
	      2, nothing_said,
	      "[\"2025-01-02\",\"2025-01-02T12:00:00\",\"06:00:00\",\"2025-01-02\",44197,44197]\n", "");
	free(sheet);
	READS(SHEET("<row><c s=\"1\"><v>-5</v></c></row>"), "[-5]\n",
	      "! 1 number shown as a date that there is not");
}

static void what_is_missing_is_said(void **state)
{
	(void)state;
	READS(SHEET("<row><c t=\"e\"><v>#N/A</v></c><c t=\"e\"><v>#REF!</v></c><c><v>1</v></c></row>"),
	      "[null,null,1]\n", "! 2 cells with an error like #N/A");
	READS(SHEET("<row><c><v>1</v></c><c><f>A1+1</f></c></row>"), "[1]\n",
	      "! 1 formula without a saved result");
}

static void sheets_by_name_and_number(void **state)
{
	static const char book[] = XML
	    "<workbook " MAIN "xmlns:r=\"" REL
	    "\"><sheets><sheet name=\"Notes\" r:id=\"r1\" state=\"hidden\"/><sheet name=\"Chart\" "
	    "r:id=\"r4\"/><sheet name=\"Empty\" r:id=\"r2\"/><sheet name=\"Crime 2020\" r:id=\"r3\"/></sheets></workbook>";
	const part more[] = {{"xl/workbook.xml", book},
	                     {"xl/worksheets/sheet1.xml", SHEET("<row><c><v>1</v></c></row>")},
	                     {"xl/worksheets/sheet2.xml", SHEET("<row r=\"9\"><c s=\"1\"/></row>")},
	                     {"xl/worksheets/sheet3.xml", SHEET("<row><c><v>3</v></c></row>")}};

	(void)state;
	reads(
	    more, 4, nothing_said, "[3]\n",
	    "sheet Crime 2020 is read; the spreadsheet has Notes, Empty, Crime 2020 (--sheet NAME reads another)");
	reads(more, 4, (dj_decode_ask){.sheet = "crime 2020"}, "[3]\n", "");
	reads(more, 4, (dj_decode_ask){.sheet = "1"}, "[1]\n", "! sheet Notes is hidden");
	reads(more, 4, (dj_decode_ask){.sheet = "3"}, "[3]\n", "");
	refuses(more, 4, (dj_decode_ask){.sheet = "4"},
	        "there is no sheet '4' in the spreadsheet (it has Notes, Empty, Crime 2020)");
	REFUSES(SHEET(""), "no sheet of the spreadsheet holds anything");
}

static void harmful_and_broken_ones(void **state)
{
	(void)state;
	REFUSES(
	    XML
	    "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;\">]><worksheet>&b;</worksheet>",
	    "it has a DOCTYPE");
	REFUSES(XML "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><worksheet/>", "it has a DOCTYPE");
	REFUSES(XML "<worksheet><sheetData><row>", "line 1, is damaged");
	REFUSES("", "is damaged");
	REFUSES(SHEET("<row r=\"2\"/><row r=\"2\"/>"), "row 2 of the sheet stands after row 2");
	REFUSES(SHEET("<row r=\"2000000\"/>"), "row 2000000 of the sheet");
	REFUSES(SHEET("<row r=\"x\"/>"), "row x of the sheet");
	REFUSES(SHEET("<row><c r=\"XFE1\"><v>1</v></c></row>"), "stands at 'XFE1', where none can be");
	REFUSES(SHEET("<row><c r=\"1\"/></row>"), "stands at '1', where none can be");
	refuses(NULL, 0, nothing_said, "the spreadsheet has no xl/worksheets/sheet1.xml");
	refuses((const part[]){{"_rels/.rels", RELS(RELATION("r1", "officeDocument", "word/document.xml"))}}, 1,
	        nothing_said, "this is a document, not a spreadsheet");
	refuses((const part[]){{"_rels/.rels", RELS(RELATION("r1", "officeDocument", "xl/workbook.bin"))}}, 1,
	        nothing_said, "this is no spreadsheet in XLSX");

	dj_buf deep = {0};
	for (int i = 0; i < 100; i++)
		dj_buf_text(&deep, "<x>");
	REFUSES(deep.data, "more than 64 deep");
	dj_buf_free(&deep);

	packer *p = pack_zip();
	pack_add(p, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", 46);
	pack_add(p, "content.xml", "<x/>", 4);
	dj_buf ods = packed(p);
	fails(ods.data, ods.n, nothing_said, "this is an OpenDocument file");
	dj_buf_free(&ods);
}

/* A sheet of a few bytes that asks for a million lines, and rows as long as may be. */
static void bounded(void **state)
{
	(void)state;
	dj_buf   zip = workbook((const part[]){{"xl/worksheets/sheet1.xml",
	                                        SHEET("<row r=\"1048576\"><c r=\"XFD1\"><v>1</v></c></row>")}},
	                        1);
	decoding d = decode(zip.data, zip.n, nothing_said);
	assert_int_equal(d.rc, DJ_OK);
	assert_int_equal(d.text.n, 1048575 + 16383 * 5 + 4);
	forget(&d);
	fails(zip.data, zip.n, (dj_decode_ask){.most = 100000}, "far more than");
	dj_buf_free(&zip);
}

static void packed_itself(void **state)
{
	dj_buf zip =
	    workbook((const part[]){{"xl/worksheets/sheet1.xml", SHEET("<row><c><v>1</v></c></row>")}}, 1);
	dj_buf  gz = pack_one(archive_write_add_filter_gzip, zip.data, zip.n);
	packer *p = pack_zip();

	(void)state;
	gives(gz.data, gz.n, nothing_said, "[1]\n", 4, "");
	pack_add(p, "table.xlsx", zip.data, zip.n);
	dj_buf outer = packed(p);
	gives(outer.data, outer.n, nothing_said, "[1]\n", 4, "table.xlsx is read from the archive");
	gives(outer.data, outer.n, (dj_decode_ask){.member = "table.xlsx", .sheet = "Data"}, "[1]\n", 4, "");
	dj_buf_free(&outer);
	dj_buf_free(&gz);
	dj_buf_free(&zip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cells_of_each_kind),
	    cmocka_unit_test(line_n_is_row_n),
	    cmocka_unit_test(shared_texts),
	    cmocka_unit_test(dates_by_their_format),
	    cmocka_unit_test(what_is_missing_is_said),
	    cmocka_unit_test(sheets_by_name_and_number),
	    cmocka_unit_test(harmful_and_broken_ones),
	    cmocka_unit_test(bounded),
	    cmocka_unit_test(packed_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
