/* Text in any encoding we know, to UTF-8. */
#include "decode/inside.h"

#include "base/text.h"
#include "decode/codepage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SAMPLE = 4096 };

static const char utf16le[] = "utf-16le", utf16be[] = "utf-16be", windows1252[] = "windows-1252";

/* ---- Which one ---- */

typedef struct
    halves { /* of pairs of bytes: how many begin, or end, with NUL; and how many are nothing but NUL */
	size_t pairs, first, second, both;
} halves;

static halves count_halves(const char *s, size_t n)
{
	halves h = {.pairs = n / 2};

	for (size_t i = 0; i + 1 < n; i += 2) {
		h.first += !s[i] && s[i + 1];
		h.second += s[i] && !s[i + 1];
		h.both += !s[i] && !s[i + 1];
	}
	return h;
}

/* Latin letters have NUL as their other half; a text without a mark that has it in most pairs is UTF-16. */
static const char *without_mark(const char *s, size_t n)
{
	halves h = count_halves(s, n);

	if (h.pairs < 4 || h.both > 0)
		return NULL;
	if (h.first == 0 && h.second * 10 >= h.pairs * 7)
		return utf16le;
	return h.second == 0 && h.first * 10 >= h.pairs * 7 ? utf16be : NULL;
}

static int by_mark(const char **out, const char *s, size_t n, dj_err *err)
{
	*out = NULL;
	if (n >= 4 && (memcmp(s, "\xFF\xFE\0\0", 4) == 0 || memcmp(s, "\0\0\xFE\xFF", 4) == 0))
		return dj_fail(err, DJ_FAIL, "this is text in UTF-32 (save it in UTF-8)");
	if (n >= 2 && memcmp(s, "\xFF\xFE", 2) == 0)
		*out = utf16le;
	else if (n >= 2 && memcmp(s, "\xFE\xFF", 2) == 0)
		*out = utf16be;
	return DJ_OK;
}

static int said(const char **out, const char *name, const char *mark, const char *s, size_t n, dj_err *err)
{
	static const char *const known[] = {"utf-8", utf16le, utf16be, windows1252};

	*out = NULL;
	if (strcmp(name, "utf-8") == 0)
		return DJ_OK;
	if (strcmp(name, "utf-16") == 0) {
		const char *guess = mark ? mark : without_mark(s, n);
		*out = guess ? guess : utf16le;
		return DJ_OK;
	}
	for (size_t i = 1; i < DJ_COUNT(known); i++)
		if (strcmp(name, known[i]) == 0)
			*out = known[i];
	if (strcmp(name, "latin-1") == 0)
		*out = windows1252;
	if (!*out)
		return dj_fail(
		    err, DJ_USAGE,
		    "there is no encoding '%s' here (utf-8, utf-16, utf-16le, utf-16be, windows-1252, latin-1)",
		    name);
	return DJ_OK;
}

int dj_text_encoding(const char **out, dj_decoding *d, dj_stream *text, dj_err *err)
{
	const char *s, *mark;
	size_t      n;

	if (dj_stream_peek(text, SAMPLE, &s, &n, err) < 0 || by_mark(&mark, s, n, err) < 0)
		return err->code;
	if (d->ask->encoding)
		return said(out, d->ask->encoding, mark, s, n, err);
	*out = mark ? mark : without_mark(s, n);
	if (mark)
		dj_decoding_say(d, false, "the text is in UTF-16");
	else if (*out)
		dj_decoding_say(
		    d, true,
		    "every other byte is NUL, so the text is taken as UTF-16 without a mark (say \"encoding\" in "
		    "dataset.json if it is not)");
	return DJ_OK;
}

/* ---- UTF-16 ---- */

typedef struct utf16 {
	bool          big;
	bool          begun;    /* past the mark */
	bool          half;     /* the first byte of a pair is waiting */
	unsigned char byte;     /* that byte */
	uint32_t      high;     /* a high surrogate is waiting; 0: none */
	uint64_t      unpaired; /* halves of a pair that stood alone */
} utf16;

static void take_unit(utf16 *u, dj_buf *out, uint32_t c)
{
	bool first = !u->begun;

	u->begun = true;
	if (first && c == 0xFEFF)
		return;
	if (u->high) {
		uint32_t high = u->high;
		u->high = 0;
		if (c >= 0xDC00 && c <= 0xDFFF) {
			dj_utf8_add(out, 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00));
			return;
		}
		u->unpaired++;
		dj_utf8_add(out, 0xFFFD);
	}
	if (c >= 0xD800 && c <= 0xDBFF) {
		u->high = c;
	} else if (c >= 0xDC00 && c <= 0xDFFF) {
		u->unpaired++;
		dj_utf8_add(out, 0xFFFD);
	} else {
		dj_utf8_add(out, c);
	}
}

static void take_bytes(utf16 *u, dj_buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)s[i];
		if (!u->half)
			u->byte = byte;
		else
			take_unit(u, out, (uint32_t)(u->big ? u->byte << 8 | byte : byte << 8 | u->byte));
		u->half = !u->half;
	}
}

static void end_utf16(utf16 *u, dj_decoding *d)
{
	dj_buf *out = &d->sink.waiting;

	if (u->high) {
		u->unpaired++;
		dj_utf8_add(out, 0xFFFD);
	}
	if (u->half) {
		dj_utf8_add(out, 0xFFFD);
		dj_decoding_say(d, true, "the text ends in the middle of a character (is the file cut off?)");
	}
	if (u->unpaired)
		dj_decoding_say(d, true,
		                "%" PRIu64 " half character%s of UTF-16 without the other half, shown as U+FFFD",
		                u->unpaired, u->unpaired == 1 ? "" : "s");
}

/* ---- Copying ---- */

int dj_text_copy(dj_decoding *d, dj_stream *text, const char *encoding, dj_err *err)
{
	utf16   u = {.big = encoding == utf16be};
	dj_buf *out = &d->sink.waiting;
	char   *block = dj_alloc_zero(DJ_DECODE_BLOCK, 1);
	ssize_t got;
	int     rc = DJ_OK;

	while (rc == DJ_OK && (got = dj_stream_read(text, block, DJ_DECODE_BLOCK, err)) != 0) {
		if (got < 0)
			rc = (int)got;
		else if (!encoding)
			dj_buf_add(out, block, (size_t)got);
		else if (encoding == windows1252)
			dj_windows1252_add(out, block, (size_t)got);
		else
			take_bytes(&u, out, block, (size_t)got);
		if (rc == DJ_OK)
			rc = dj_sink_added(&d->sink, err);
	}
	if (rc == DJ_OK && encoding && encoding != windows1252)
		end_utf16(&u, d);
	if (rc == DJ_OK && (rc = dj_sink_added(&d->sink, err)) == DJ_OK)
		rc = dj_sink_flush(&d->sink, err);
	free(block);
	return rc;
}
