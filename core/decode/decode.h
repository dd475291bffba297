/*
 * decode.h - what people have, as UTF-8 text that the loader's readers read.
 *
 * gz, zst, xz, bz2 and zip, UTF-16, spreadsheets (XLSX) and SQLite files are written out to a scratch file, once; plain
 * text is left where it is. Spreadsheets and databases become JSON arrays, one a line (NDJSON): text stays text, numbers
 * numbers, and line N of it is row N of the sheet or table, the first of a database's being its column names.
 *
 * Everything here parses a stranger's bytes: it belongs in the caged loader. Promise: memory is bounded whatever the
 * input says, no more than `most` bytes are written, and an archive that is cut, damaged, or followed by junk fails.
 */
#ifndef DJ_DECODE_DECODE_H
#define DJ_DECODE_DECODE_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dj_wrapping {
	DJ_WRAPPING_NONE,
	DJ_WRAPPING_GZIP,
	DJ_WRAPPING_ZSTD,
	DJ_WRAPPING_XZ,
	DJ_WRAPPING_BZIP2,
	DJ_WRAPPING_ZIP,
	DJ_WRAPPING_XLSX,
	DJ_WRAPPING_SQLITE,
	DJ_WRAPPING_TAR
} dj_wrapping;

const char *dj_wrapping_name(dj_wrapping w); /* "gzip", ...; "" for none */

typedef struct dj_decode_ask {
	int      fd; /* a regular file, read by offset */
	uint64_t bytes;
	int      scratch_fd; /* a file for what is decoded, to be read and written; emptied first; -1: none */
	int      spare_fd; /* another, for what is packed and read by offset (db.gz); free afterwards; -1: none */
	uint64_t most;     /* bytes to be written at most; 0: no limit */

	/* What a person said; NULL: found out. */
	const char
	    *member; /* of an archive; else the only file that is data (several: an error that names them) */
	const char *sheet;    /* of an XLSX, its name or its number from 1; else the first that holds anything */
	const char *from;     /* table of a SQLite file; else its only one (several: DJ_NOTFOUND) */
	const char *encoding; /* "utf-8", "utf-16", "utf-16le", "utf-16be", "windows-1252", "latin-1" */

	/* One line for a person: what was found and decided. NULL: nobody hears it. */
	void (*say)(void *user, bool warning, const char *text);
	void *user;
} dj_decode_ask;

typedef struct dj_decoded {
	int                fd; /* ask's fd, or its scratch_fd */
	uint64_t           bytes;
	dj_wrapping        wrapping; /* outermost */
	dj_wrapping        kind;     /* innermost: XLSX, SQLITE, or NONE for text */
	const char        *encoding; /* of the text as it was: "utf-16le", ...; NULL: as far as is known UTF-8 */
	bool               rows;     /* NDJSON of arrays: the readers need not guess */
	bool               named;    /* the first of them is the columns' names */
	const char *const *part;     /* of an archive, spreadsheet or database: what is in it */
	size_t             n_parts;
} dj_decoded;

/* Texts of *out live in `a`. After DJ_NOTFOUND (a database of several tables) `part` of *out holds. */
int dj_decode(dj_decoded *out, const dj_decode_ask *ask, dj_arena *a, dj_err *err);

/*
 * Before a process is locked down: has libc load what it would load from files when names and times of an archive are
 * read (a locale whose letters are UTF-8, a time zone, its table of encodings). Sets TZ and LC_CTYPE.
 */
void dj_decode_prepare(void);

#endif
