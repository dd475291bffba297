/* A table's rows as JSON, in the order in which they are stored. */
#include "decode/sqlite.h"

#include "base/json.h"
#include "base/text.h"
#include "decode/codepage.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOB_MOST = 1 << 20, HEADER_MOST = 16 << 20 };

typedef struct counts {
	uint64_t blobs, large, mended, nul, not_finite;
} counts;

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* ---- Values ---- */

/* Text that is not UTF-8 is taken as Windows-1252, as in a CSV; NUL has no place in a text. */
static void put_text(dj_buf *out, dj_buf *room, const char *s, size_t n, counts *c)
{
	size_t nuls = 0;

	dj_buf_reset(room);
	if (dj_utf8_valid(s, n) != n) {
		c->mended++;
		dj_windows1252_add(room, s, n);
		s = room->data;
		n = room->n;
	}
	for (const char *at = s; (at = memchr(at, 0, n - (size_t)(at - s))); at++)
		nuls++;
	if (nuls == 0) {
		dj_json_put_textn(out, s, n);
		return;
	}
	dj_buf whole = {0};
	for (size_t i = 0; i < n; i++)
		if (s[i])
			dj_buf_char(&whole, s[i]);
		else
			dj_utf8_add(&whole, 0xFFFD);
	c->nul++;
	dj_json_put_textn(out, whole.data, whole.n);
	dj_buf_free(&whole);
}

static void put_blob(dj_buf *out, const unsigned char *s, size_t n, counts *c)
{
	static const char digit[] = "0123456789abcdef";
	char             *to;

	if (n > BLOB_MOST) {
		c->large++;
		dj_buf_text(out, "null");
		return;
	}
	c->blobs++;
	to = dj_buf_room(out, 2 * n + 2);
	*to++ = '"';
	for (size_t i = 0; i < n; i++) {
		*to++ = digit[s[i] >> 4];
		*to++ = digit[s[i] & 15];
	}
	*to++ = '"';
	*to = '\0';
	out->n += 2 * n + 2;
}

static void put_value(dj_buf *out, dj_buf *room, sqlite3_stmt *s, int i, counts *c)
{
	double v;

	switch (sqlite3_column_type(s, i)) {
	case SQLITE_INTEGER: dj_buf_fmt(out, "%" PRId64, (int64_t)sqlite3_column_int64(s, i)); break;
	case SQLITE_FLOAT:
		v = sqlite3_column_double(s, i);
		c->not_finite += isfinite(v) ? 0 : 1;
		dj_json_put_real(out, v);
		break;
	case SQLITE_TEXT: {
		const char *text = (const char *)sqlite3_column_text(s, i);
		put_text(out, room, text ? text : "", (size_t)sqlite3_column_bytes(s, i), c);
		break;
	}
	case SQLITE_BLOB: {
		const void *blob = sqlite3_column_blob(s, i);
		put_blob(out, blob, (size_t)sqlite3_column_bytes(s, i), c);
		break;
	}
	default: dj_buf_text(out, "null");
	}
}

/* ---- Columns ---- */

/*
 * "SELECT "a", "b" FROM "t" NOT INDEXED", and the header. Columns that are worked out when they are read are left out:
 * reading them runs what a stranger wrote. An index would change the order.
 */
static int begin(dj_buf *sql, dj_decoding *d, sqlite3 *db, const char *table, counts *c, dj_err *err)
{
	dj_buf       *out = &d->sink.waiting, ask = {0}, room = {0};
	sqlite3_stmt *s = NULL;
	size_t        n = 0, left_out = 0;

	dj_buf_text(&ask, "PRAGMA table_xinfo(");
	dj_sqlite_name(&ask, table);
	dj_buf_char(&ask, ')');
	int rc = sqlite3_prepare_v2(db, ask.data, (int)ask.n, &s, NULL);
	dj_buf_text(sql, "SELECT ");
	while (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(s, 1);
		if (sqlite3_column_int(s, 6) == 2) {
			left_out++;
			continue;
		}
		dj_buf_text(sql, n ? ", " : "");
		dj_sqlite_name(sql, name ? name : "");
		dj_buf_char(out, n++ ? ',' : '[');
		put_text(out, &room, name ? name : "", name ? strlen(name) : 0, c);
	}
	rc = sqlite3_finalize(s) == SQLITE_OK && rc == SQLITE_OK ? DJ_OK : dj_sqlite_wrong(db, err);
	dj_buf_text(out, "]\n");
	dj_buf_text(sql, " FROM ");
	dj_sqlite_name(sql, table);
	dj_buf_text(sql, " NOT INDEXED");
	dj_buf_free(&ask);
	dj_buf_free(&room);
	if (rc == DJ_OK && n == 0)
		rc = dj_fail(err, DJ_FAIL, "table %s has no column that can be read", table);
	if (rc == DJ_OK && left_out)
		dj_decoding_say(d, true,
		                "%zu generated column%s left out (they are worked out by the database itself)",
		                left_out, plural(left_out));
	return rc;
}

static void tell(dj_decoding *d, const counts *c)
{
	if (c->blobs)
		dj_decoding_say(d, false, "%" PRIu64 " blob%s as text in hexadecimal", c->blobs, plural(c->blobs));
	if (c->large)
		dj_decoding_say(d, true, "%" PRIu64 " blob%s larger than %d MiB taken as missing", c->large,
		                plural(c->large), BLOB_MOST >> 20);
	if (c->mended)
		dj_decoding_say(d, true, "%" PRIu64 " text%s not in UTF-8, taken as Windows-1252", c->mended,
		                plural(c->mended));
	if (c->nul)
		dj_decoding_say(d, true, "%" PRIu64 " text%s with NUL in it, shown as U+FFFD", c->nul,
		                plural(c->nul));
	if (c->not_finite)
		dj_decoding_say(d, true, "%" PRIu64 " infinite number%s taken as missing", c->not_finite,
		                plural(c->not_finite));
}

int dj_sqlite_rows(dj_decoding *d, sqlite3 *db, const char *table, dj_err *err)
{
	dj_buf       *out = &d->sink.waiting, sql = {0}, room = {0};
	sqlite3_stmt *s = NULL;
	counts        c = {0};
	int           rc = begin(&sql, d, db, table, &c, err), step = SQLITE_DONE;

	if (rc == DJ_OK && sqlite3_prepare_v2(db, sql.data, (int)sql.n, &s, NULL) != SQLITE_OK)
		rc = dj_sqlite_wrong(db, err);
	while (rc == DJ_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			dj_buf_char(out, i ? ',' : '[');
			put_value(out, &room, s, i, &c);
		}
		dj_buf_text(out, "]\n");
		rc = dj_sink_added(&d->sink, err);
	}
	if (rc == DJ_OK && step != SQLITE_DONE)
		rc = dj_sqlite_wrong(db, err);
	if (rc == DJ_OK)
		rc = dj_sink_flush(&d->sink, err);
	sqlite3_finalize(s);
	dj_buf_free(&sql);
	dj_buf_free(&room);
	if (rc == DJ_OK)
		tell(d, &c);
	return rc;
}
