/*
 * Layers of packing are opened one in another and pulled through, so that what is decoded is written once. What can only
 * be read by offset (zip, XLSX, SQLite) and is packed itself is unpacked to the spare file first, and taken from there.
 */
#include "decode/inside.h"

#include "base/text.h"

#include <iconv.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { LAYERS_MOST = 4, LISTED = 20, START = 512 };

typedef struct layers {
	int fd; /* what the outermost is read from */
	struct {
		dj_wrapping kind;
		size_t      entry; /* of a zip or tar */
	} item[LAYERS_MOST];
	size_t n;
	size_t deep;  /* with what was unpacked to the spare file */
	bool   spare; /* fd is the spare file */
} layers;

/* ---- Saying ---- */

void dj_decoding_say(dj_decoding *d, bool warning, const char *fmt, ...)
{
	char    text[1000];
	va_list args;

	if (!d->ask->say)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	d->ask->say(d->ask->user, warning, text);
}

const char *dj_decoding_list(dj_decoding *d, const char *const *name, size_t n)
{
	dj_buf text = {0};

	for (size_t i = 0; i < n && i < LISTED && text.n < 600; i++) {
		if (n > LISTED && i + 1 == LISTED)
			break;
		dj_buf_text(&text, i ? ", " : "");
		dj_text_show(&text, name[i], strlen(name[i]));
	}
	if (n > LISTED)
		dj_buf_fmt(&text, " and %zu more", n - LISTED + 1);
	return text.n ? dj_buf_keep(&text, d->a) : "nothing";
}

/* ---- Layers ---- */

static int open_layer(dj_stream **io, const layers *l, size_t k, dj_err *err)
{
	dj_stream *from = *io;
	size_t     entry = l->item[k].entry;

	*io = NULL; /* the layer takes it, also when it fails */
	switch (l->item[k].kind) {
	case DJ_WRAPPING_GZIP: *io = dj_stream_gzip(from); return DJ_OK;
	case DJ_WRAPPING_TAR: return dj_tar_member(io, from, entry, err);
	case DJ_WRAPPING_ZIP: dj_stream_free(from); return dj_zip_member(io, l->fd, entry, err);
	default: return dj_stream_filter(io, from, l->item[k].kind, err);
	}
}

static int open_layers(dj_stream **out, const layers *l, dj_err *err)
{
	int rc = DJ_OK;

	*out = dj_stream_of_fd(l->fd);
	for (size_t k = 0; k < l->n && rc == DJ_OK; k++)
		rc = open_layer(out, l, k, err);
	return rc;
}

static int push(layers *l, dj_wrapping kind, size_t entry, dj_err *err)
{
	if (l->n == LAYERS_MOST || l->deep == LAYERS_MOST)
		return dj_fail(err, DJ_FAIL,
		               "it is packed more than %d times over (unpack it, and load what comes out)",
		               LAYERS_MOST);
	l->item[l->n].kind = kind;
	l->item[l->n++].entry = entry;
	l->deep++;
	return DJ_OK;
}

/* What is to be read by offset goes to the spare file, and all begins again from there. Takes the stream. */
static int unpack(layers *l, dj_decoding *d, dj_stream *from, dj_err *err)
{
	dj_sink sink = {0};
	int     rc = DJ_OK;

	if (l->spare || d->ask->spare_fd < 0)
		rc = dj_fail(err, DJ_FAIL, "it is packed twice over (unpack it, and load what comes out)");
	if (rc == DJ_OK && (rc = dj_sink_open(&sink, d->ask->spare_fd, d->ask->most, err)) == DJ_OK) {
		dj_sink mine = d->sink;
		d->sink = sink;
		rc = dj_text_copy(d, from, NULL, err);
		dj_sink_free(&d->sink);
		d->sink = mine;
	}
	*l = (layers){.fd = d->ask->spare_fd, .deep = l->deep, .spare = true};
	return rc;
}

/* ---- What it is ---- */

typedef enum found { FOUND_TEXT, FOUND_ROWS, FOUND_LAYER } found;

static int choose_tar(layers *l, dj_decoding *d, dj_err *err)
{
	dj_entries e = {0};
	dj_stream *again = NULL;
	size_t     k = 0;
	int        rc = open_layers(&again, l, err);

	if (rc == DJ_OK)
		rc = dj_tar_list(&e, again, d->a, err);
	if (rc == DJ_OK)
		rc = dj_member_choose(&k, d, &e, err);
	if (rc == DJ_OK)
		rc = push(l, DJ_WRAPPING_TAR, k, err);
	free(e.item);
	return rc < 0 ? rc : FOUND_LAYER;
}

/* 1: it was a spreadsheet, and is decoded. */
static int choose_zip(layers *l, dj_decoding *d, dj_err *err)
{
	dj_entries e = {0};
	size_t     k = 0;
	int        rc = dj_zip_list(&e, l->fd, d->a, err), kind = FOUND_LAYER;

	if (rc == DJ_OK && (!d->ask->member || l->deep > 0) && dj_xlsx_is(&e)) {
		rc = dj_xlsx_decode(d, l->fd, &e, err);
		d->out->wrapping = l->deep ? d->out->wrapping : DJ_WRAPPING_XLSX;
		d->out->kind = DJ_WRAPPING_XLSX;
		kind = FOUND_ROWS;
	} else {
		if (rc == DJ_OK)
			rc = dj_member_choose(&k, d, &e, err);
		if (rc == DJ_OK)
			rc = push(l, DJ_WRAPPING_ZIP, k, err);
	}
	free(e.item);
	return rc < 0 ? rc : kind;
}

/* What the innermost bytes are: a found, or negative. */
static int look(layers *l, dj_decoding *d, dj_wrapping *kind, dj_err *err)
{
	dj_stream  *s = NULL;
	const char *start;
	size_t      n;
	int         rc = open_layers(&s, l, err);

	if (rc == DJ_OK)
		rc = dj_stream_peek(s, START, &start, &n, err);
	if (rc == DJ_OK) {
		*kind = dj_wrapping_find(start, n);
		if (n == 0 && l->n > 0)
			rc = dj_fail(err, DJ_FAIL, "what is packed in it is empty");
		else if ((*kind == DJ_WRAPPING_ZIP || *kind == DJ_WRAPPING_SQLITE) && l->n > 0)
			rc = unpack(l, d, s, err);
	}
	dj_stream_free(s);
	return rc;
}

static int step(layers *l, dj_decoding *d, dj_err *err)
{
	dj_wrapping kind = DJ_WRAPPING_NONE;
	int         rc = look(l, d, &kind, err);

	if (rc < 0)
		return rc;
	if (d->out->wrapping == DJ_WRAPPING_NONE)
		d->out->wrapping = kind;
	switch (kind) {
	case DJ_WRAPPING_NONE: return FOUND_TEXT;
	case DJ_WRAPPING_ZIP: return choose_zip(l, d, err);
	case DJ_WRAPPING_TAR: return choose_tar(l, d, err);
	case DJ_WRAPPING_SQLITE:
		d->out->kind = kind;
		rc = dj_sqlite_decode(d, l->fd, err);
		return rc < 0 ? rc : FOUND_ROWS;
	default: rc = push(l, kind, 0, err); return rc < 0 ? rc : FOUND_LAYER;
	}
}

/* ---- The whole ---- */

static int decode_text(layers *l, dj_decoding *d, dj_err *err)
{
	dj_stream  *s = NULL;
	const char *encoding = NULL;
	int         rc = open_layers(&s, l, err);

	if (rc == DJ_OK)
		rc = dj_text_encoding(&encoding, d, s, err);
	d->out->encoding = encoding ? encoding : d->ask->encoding;
	if (rc == DJ_OK && (encoding || l->n > 0)) {
		if ((rc = dj_sink_open(&d->sink, d->ask->scratch_fd, d->ask->most, err)) == DJ_OK)
			rc = dj_text_copy(d, s, encoding, err);
		d->out->fd = d->sink.fd;
		d->out->bytes = d->sink.at;
	}
	dj_stream_free(s);
	return rc;
}

int dj_decode(dj_decoded *out, const dj_decode_ask *ask, dj_arena *a, dj_err *err)
{
	dj_decoding d = {.ask = ask, .out = out, .a = a};
	layers      l = {.fd = ask->fd};
	dj_err      own = {0};
	int         rc;

	err = err ? err : &own;
	*out = (dj_decoded){.fd = ask->fd, .bytes = ask->bytes};
	do
		rc = step(&l, &d, err);
	while (rc == FOUND_LAYER);
	if (rc == FOUND_TEXT)
		rc = decode_text(&l, &d, err);
	dj_sink_free(&d.sink);
	return rc < 0 ? rc : DJ_OK;
}

void dj_decode_prepare(void)
{
	iconv_t names;

	setenv("TZ", "UTC0", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	names = iconv_open("ASCII", "UTF-8");
	if (names != (iconv_t)-1)
		iconv_close(names);
}
