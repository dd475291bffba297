/*
 * wire.h - the frame codec between a caged process and its parent (docs/plugin-guide.md, "Between parent and worker").
 *
 * A frame is a header of 12 bytes, little-endian (u32 payload length, u16 type, u16 zero, u32 sequence from 0
 * without a gap) and a payload of at most 1 MiB: integers i64, numbers binary64 (finite), text u32 length and
 * UTF-8, lists u32 count and items. Reading trusts nothing: a bad frame is an error, never a crash.
 *
 * Payloads, field by field ("words" is two texts, English and French, each "" when not given):
 *
 *   HELLO        i64 api major, i64 api minor, 32 bytes worker digest
 *   DESCRIPTION  text: JSON of what the plugin says of itself (plugin/describe.h)
 *   LOG          u8 level (0 debug, 1 info, 2 warning), i64 line (0 unknown), text
 *   PROGRESS     i64 done, i64 total
 *   NOTE         words
 *   FINDING      words title, words detail, text key ("" is none), f64 score, text first, text last ("" both: none),
 *                text region, text place, u8 has_point, f64 lat, f64 lon, f64 radius_m,
 *                u32 n, n x (text name, f64 value), u32 n, n x words reason,
 *                i64 subjects that follow, i64 evidence rows that follow, i64 evidence rows in all
 *   SUBJECTS     u32 n, n x (text type, text id); sorted by type, then id; for the last FINDING, before its EVIDENCE
 *   EVIDENCE     u32 n, n x i64 _row, rising over all EVIDENCE frames of the last FINDING
 *   FRAME        i64 id (from 1), i64 rows, u32 columns, each: text name, u8 type (dj_data_type of base/data.h)
 *   PART         i64 frame id, i64 column (from 0), i64 first row, u32 cells, ceil(cells / 8) bytes NULL bitmap (bit
 *                k % 8 of byte k / 8 set: cell k is NULL), then the cells that are not NULL: i64 | f64 | text |
 *                list: u8 item type (integer, real or text), u32 n, items
 *   LAYER, VIEW  text: JSON of all its fields (store/record.h); frames by their id in "frame", "nodes", "edges"
 *   KEEP         text name, i64 frame id
 *   DONE         i64 findings, layers, views, notes; i64 Lua instructions (0: not counted), i64 bytes, i64 SQL steps
 *   FAILED       text cause (error, fail, limit, refused), text file, i64 line, text message, text traceback
 */
#ifndef DJ_BASE_WIRE_H
#define DJ_BASE_WIRE_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DJ_WIRE_MOST = 1 << 20, DJ_WIRE_HEADER = 12 };

typedef enum dj_wire_type {
	DJ_WIRE_HELLO = 1,
	DJ_WIRE_DESCRIPTION = 2,
	DJ_WIRE_LOG = 3,
	DJ_WIRE_PROGRESS = 4,
	DJ_WIRE_NOTE = 5,
	DJ_WIRE_FINDING = 6,
	DJ_WIRE_EVIDENCE = 7,
	DJ_WIRE_FRAME = 8,
	DJ_WIRE_PART = 9,
	DJ_WIRE_LAYER = 10,
	DJ_WIRE_VIEW = 11,
	DJ_WIRE_KEEP = 12,
	DJ_WIRE_ROW = 13,
	DJ_WIRE_REJECT = 14,
	DJ_WIRE_TRACE = 15,
	DJ_WIRE_DONE = 16,
	DJ_WIRE_FAILED = 17,
	DJ_WIRE_SUBJECTS = 18,
	DJ_WIRE_LOADED = 32 /* datajam-loader: JSON text, what was loaded (loader/job.h) */
} dj_wire_type;

/* ---- Writing ---- */

typedef struct dj_wire_out {
	int      fd;
	uint32_t sequence; /* of the next frame */
	uint64_t bytes;    /* written so far */
	dj_buf   payload;  /* of the frame being made */
	uint16_t type;
} dj_wire_out;

void   dj_wire_begin(dj_wire_out *o, dj_wire_type type);
void   dj_wire_put_u8(dj_wire_out *o, uint8_t v);
void   dj_wire_put_u32(dj_wire_out *o, uint32_t v);
void   dj_wire_put_i64(dj_wire_out *o, int64_t v);
void   dj_wire_put_f64(dj_wire_out *o, double v);
void   dj_wire_put_text(dj_wire_out *o, const char *s); /* NULL is written as "" */
void   dj_wire_put_textn(dj_wire_out *o, const char *s, size_t n);
void   dj_wire_put_bytes(dj_wire_out *o, const void *bytes, size_t n); /* no length before them */
int    dj_wire_end(dj_wire_out *o, dj_err *err); /* writes header and payload; fails when over 1 MiB or the pipe is gone */
void   dj_wire_out_free(dj_wire_out *o);         /* the fd stays open */

/* ---- Reading a stream ---- */

typedef struct dj_wire_in {
	dj_buf   bytes; /* not yet consumed */
	size_t   at;
	uint32_t sequence;
} dj_wire_in;

/* One payload being read. After a short or bad field `wrong` is set and every further get gives 0 or "". */
typedef struct dj_wire_payload {
	uint16_t       type;
	const uint8_t *data;
	size_t         n, at;
	const char    *wrong; /* why, or NULL */
} dj_wire_payload;

void dj_wire_feed(dj_wire_in *in, const void *bytes, size_t n);
/* 1: *out is the next frame, valid until the next feed; 0: more bytes are needed; negative: broken for good. */
int  dj_wire_next(dj_wire_in *in, dj_wire_payload *out, dj_err *err);
bool dj_wire_in_empty(const dj_wire_in *in); /* false: the stream ended in the middle of a frame */
void dj_wire_in_free(dj_wire_in *in);

uint8_t     dj_wire_u8(dj_wire_payload *p);
uint32_t    dj_wire_u32(dj_wire_payload *p);
int64_t     dj_wire_i64(dj_wire_payload *p);
double      dj_wire_f64(dj_wire_payload *p); /* finite, or wrong */
/* UTF-8 without control characters (line breaks where `lines`), at most `most` bytes, or wrong. NUL-ended copy in `a`. */
const char *dj_wire_text(dj_wire_payload *p, dj_arena *a, size_t most, bool lines);
const uint8_t *dj_wire_bytes(dj_wire_payload *p, size_t n); /* borrowed; NULL when short */
/* Fails when something was wrong or bytes are left over. */
int dj_wire_finish(dj_wire_payload *p, dj_err *err);

#endif
