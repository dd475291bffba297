#include "decode/xlsx.h"

#include "base/text.h"
#include "decode/codepage.h"

#include <expat.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 64, SALT = 0x64617461 };

typedef struct reading {
	const dj_xml *xml;
	const char   *part;
	XML_Parser    parser;
	unsigned      depth;
	int           rc;
	dj_err       *err;
} reading;

static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *dj_xml_attribute(const char **attribute, const char *name)
{
	for (; attribute[0]; attribute += 2)
		if (strcmp(local_name(attribute[0]), name) == 0)
			return attribute[1];
	return NULL;
}

bool dj_xml_true(const char *value)
{
	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static void stop_if(reading *r, int rc)
{
	if (rc >= 0 || r->rc < 0)
		return;
	r->rc = rc;
	XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL on_start(void *user, const char *name, const char **attribute)
{
	reading *r = user;

	if (++r->depth > DEPTH_MOST)
		stop_if(r, dj_fail(r->err, DJ_FAIL, "%s: elements in one another more than %d deep", r->part,
		                   DEPTH_MOST));
	else if (r->xml->start && r->rc == DJ_OK)
		stop_if(r, r->xml->start(r->xml->user, local_name(name), attribute, r->err));
}

static void XMLCALL on_end(void *user, const char *name)
{
	reading *r = user;

	r->depth--;
	if (r->xml->end && r->rc == DJ_OK)
		stop_if(r, r->xml->end(r->xml->user, local_name(name), r->err));
}

static void XMLCALL on_text(void *user, const char *s, int n)
{
	reading *r = user;

	if (r->xml->text && r->rc == DJ_OK)
		stop_if(r, r->xml->text(r->xml->user, s, (size_t)n, r->err));
}

/* Entities are declared in a DOCTYPE alone, and no spreadsheet program writes one. */
static void XMLCALL on_doctype(void *user, const char *name, const char *system, const char *public,
                               int inside)
{
	reading *r = user;

	(void)name, (void)system, (void)public, (void)inside;
	stop_if(r, dj_fail(r->err, DJ_FAIL, "%s: it has a DOCTYPE, which no spreadsheet has (made to do harm?)",
	                   r->part));
}

static int feed(reading *r, dj_stream *s, uint64_t most, dj_err *err)
{
	uint64_t total = 0;

	for (;;) {
		char   *block = XML_GetBuffer(r->parser, DJ_DECODE_BLOCK);
		ssize_t got = block ? dj_stream_read(s, block, DJ_DECODE_BLOCK, err) : 0;
		if (!block)
			return dj_fail(err, DJ_FAIL, "%s: there is not enough memory to read it", r->part);
		if (got < 0)
			return (int)got;
		total += (uint64_t)got;
		if (most && total > most)
			return dj_fail(err, DJ_FAIL, "%s is larger than %" PRIu64 " MB unpacked (save the sheet as CSV)",
			               r->part, most / 1000000);
		enum XML_Status status = XML_ParseBuffer(r->parser, (int)got, got == 0);
		if (r->rc < 0)
			return r->rc;
		if (status != XML_STATUS_OK)
			return dj_fail(err, DJ_FAIL, "%s, line %lu, is damaged: %s (save it again, or as CSV)", r->part,
			               (unsigned long)XML_GetCurrentLineNumber(r->parser),
			               XML_ErrorString(XML_GetErrorCode(r->parser)));
		if (got == 0)
			return DJ_OK;
	}
}

static int parse(reading *r, dj_stream *s, uint64_t most, dj_err *err)
{
	int rc;

	r->parser = XML_ParserCreate(NULL);
	if (!r->parser)
		return dj_fail(err, DJ_FAIL, "%s: there is not enough memory to read it", r->part);
	XML_SetHashSalt(r->parser, SALT); /* of its own accord expat would ask the system for chance */
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	rc = feed(r, s, most, err);
	XML_ParserFree(r->parser);
	return rc;
}

/* Names in a package differ in more than case (ECMA-376 part 2, 6.2.2.3). */
static bool find_part(size_t *out, const dj_entries *e, const char *part)
{
	for (size_t i = 0; i < e->n; i++) {
		const char *name = e->item[i].name + (*e->item[i].name == '/');
		if (!e->item[i].file || !dj_text_same_nocase(name, part))
			continue;
		*out = i;
		return true;
	}
	return false;
}

int dj_xml_read(const dj_package *p, const char *part, const dj_xml *xml, dj_err *err)
{
	reading    r = {.xml = xml, .part = part, .err = err};
	dj_stream *s = NULL;
	size_t     k;
	int        rc;

	if (!find_part(&k, p->entries, part))
		return dj_fail(err, DJ_FAIL, "the spreadsheet has no %s (save it again, or as CSV)", part);
	if (p->entries->item[k].encrypted)
		return dj_fail(err, DJ_FAIL, "the spreadsheet is encrypted (save it without a password)");
	if ((rc = dj_zip_member(&s, p->fd, k, err)) == DJ_OK)
		rc = parse(&r, s, p->most, err);
	dj_stream_free(s);
	return rc;
}

/* ---- Escapes ---- */

static bool read_escape(uint32_t *out, const char *s, size_t n)
{
	*out = 0;
	if (n < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++) {
		char c = s[i];
		int  digit = c >= '0' && c <= '9'   ? c - '0'
		             : c >= 'A' && c <= 'F' ? c - 'A' + 10
		             : c >= 'a' && c <= 'f' ? c - 'a' + 10
		                                    : -1;
		if (digit < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit;
	}
	return *out > 0 && (*out < 0xD800 || *out > 0xDFFF);
}

void dj_xlsx_unescape(dj_buf *out, const char *s, size_t n)
{
	size_t   from = 0;
	uint32_t c;

	for (size_t i = 0; i < n; i++) {
		if (s[i] != '_' || !read_escape(&c, s + i, n - i))
			continue;
		dj_buf_add(out, s + from, i - from);
		dj_utf8_add(out, c);
		i += 6;
		from = i + 1;
	}
	dj_buf_add(out, s + from, n - from);
}
