/*
 * inside.h - for this room alone: bytes that are pulled through layers, and what is made of them written out.
 */
#ifndef DJ_DECODE_INSIDE_H
#define DJ_DECODE_INSIDE_H

#include "decode/decode.h"

#include <sys/types.h>

enum { DJ_DECODE_BLOCK = 1 << 16 };

/* ---- One decoding (decode.c) ---- */

typedef struct dj_sink { /* the scratch file (sink.c) */
	int      fd;
	uint64_t at, most; /* bytes written and waiting; at most `most`, 0: no limit */
	dj_buf   waiting;
} dj_sink;

typedef struct dj_decoding {
	const dj_decode_ask *ask;
	dj_decoded          *out;
	dj_arena            *a;
	dj_sink              sink;
} dj_decoding;

void dj_decoding_say(dj_decoding *d, bool warning, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "a, b, c and 4 more", harmless on a terminal; in d's arena. */
const char *dj_decoding_list(dj_decoding *d, const char *const *name, size_t n);

/* ---- Writing (sink.c) ---- */

int  dj_sink_open(dj_sink *s, int fd, uint64_t most, dj_err *err); /* empties fd */
int  dj_sink_flush(dj_sink *s, dj_err *err);
void dj_sink_free(dj_sink *s);
int  dj_sink_past(const dj_sink *s, dj_err *err); /* fails: more than `most` */

/* Call after adding to s->waiting what belongs together: writes it out when there is enough of it. */
int dj_sink_added(dj_sink *s, dj_err *err);

/* ---- Reading (stream.c) ---- */

typedef struct dj_stream dj_stream;

struct dj_stream {
	ssize_t (*read)(dj_stream *s, char *to, size_t n, dj_err *err); /* 0: the end */
	void (*free)(dj_stream *s); /* what it holds, and what it reads from */
	dj_buf ahead;               /* looked at, not yet read */
	size_t ahead_at;
};

ssize_t dj_stream_read(dj_stream *s, char *to, size_t n, dj_err *err);
/* The first bytes from here, `most` unless the end comes before; valid until the next call. */
int     dj_stream_peek(dj_stream *s, size_t most, const char **bytes, size_t *n, dj_err *err);
void    dj_stream_free(dj_stream *s); /* NULL is fine */

dj_stream *dj_stream_of_fd(int fd); /* a regular file by offset, from its first byte; fd stays open */
/* gzip (gzip.c): length and checksum of every member are checked, and that nothing else follows. */
dj_stream *dj_stream_gzip(dj_stream *from);
/* zstd, xz, bzip2 (archive.c). Takes `from`, also when it fails. */
int        dj_stream_filter(dj_stream **out, dj_stream *from, dj_wrapping w, dj_err *err);

dj_wrapping dj_wrapping_find(const char *start,
                             size_t      n); /* by the first 512 bytes; XLSX is a zip here (wrapping.c) */

/* ---- Archives (archive.c) ---- */

typedef struct dj_entry {
	const char *name;  /* valid UTF-8 */
	uint64_t    bytes; /* as declared */
	bool        file;  /* a regular one: no folder, link or device */
	bool        encrypted;
} dj_entry;

typedef struct dj_entries {
	dj_entry *item;
	size_t    n, cap;
} dj_entries;

enum { DJ_ENTRIES_MOST = 20000 };

/* A zip is read from a descriptor, a tar from a stream, which is taken. Names live in `a`; free() entries->item. */
int dj_zip_list(dj_entries *out, int fd, dj_arena *a, dj_err *err);
int dj_tar_list(dj_entries *out, dj_stream *from, dj_arena *a, dj_err *err);
/* The k-th entry's bytes; that they are whole and their checksum is right is checked at their end. */
int dj_zip_member(dj_stream **out, int fd, size_t k, dj_err *err);
int dj_tar_member(dj_stream **out, dj_stream *from, size_t k, dj_err *err);

/* Which entry is meant (member.c); sets d->out->part. */
int dj_member_choose(size_t *out, dj_decoding *d, const dj_entries *e, dj_err *err);

/* ---- Text (text.c) ---- */

/* What encoding the text begins like, and what was said of it; NULL: as it is. Says what is found out. */
int dj_text_encoding(const char **out, dj_decoding *d, dj_stream *text, dj_err *err);
/* To the sink, in UTF-8. */
int dj_text_copy(dj_decoding *d, dj_stream *text, const char *encoding, dj_err *err);

/* ---- Kinds of files that are made of tables ---- */

bool dj_xlsx_is(const dj_entries *e);
int  dj_xlsx_decode(dj_decoding *d, int fd, const dj_entries *e, dj_err *err);
int  dj_sqlite_decode(dj_decoding *d, int fd, dj_err *err);

#endif
