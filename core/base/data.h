/*
 * data.h - columns of one length: what layers and views carry from worker to parent, jam.db and report.
 *
 * Invariant: every column has `rows` cells; a cell of a NULL bit is 0, 0.0, NULL or an empty list.
 */
#ifndef DJ_BASE_DATA_H
#define DJ_BASE_DATA_H

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dj_data_type { DJ_DATA_INTEGER = 1, DJ_DATA_REAL = 2, DJ_DATA_TEXT = 3, DJ_DATA_LIST = 5 } dj_data_type; /* as dj_type */

typedef struct dj_data_list {
	dj_data_type       type; /* of the items: integer, real or text */
	size_t             n;
	const int64_t     *integer;
	const double      *real;
	const char *const *text;
} dj_data_list;

typedef struct dj_data_column {
	const char   *name;
	dj_data_type  type;
	uint8_t      *null; /* one bit a row, bit i % 8 of byte i / 8; NULL when no cell is NULL */
	int64_t      *integer;
	double       *real;
	const char  **text;
	dj_data_list *list;
} dj_data_column;

typedef struct dj_data {
	size_t          rows, n_columns;
	dj_data_column *column;
} dj_data;

const char           *dj_data_type_name(dj_data_type t); /* "integer", "real", "text", "list" */
bool                  dj_data_is_null(const dj_data_column *c, size_t row);
const dj_data_column *dj_data_find(const dj_data *d, const char *name); /* NULL when there is none */

/* Sends FRAME and PARTs as base/wire.h says; text cells over 512 KiB fail. */
int dj_data_send(dj_wire_out *o, int64_t id, const dj_data *d, dj_err *err);

/* Reading: a FRAME begins it, PARTs fill it; *out and all it holds live in `a`. `most_rows` bounds it. */
typedef struct dj_data_reader {
	int64_t id;
	dj_data data;
	size_t  column, row; /* the next cell expected */
} dj_data_reader;

int  dj_data_read_frame(dj_data_reader *r, dj_wire_payload *p, dj_arena *a, size_t most_rows, dj_err *err);
int  dj_data_read_part(dj_data_reader *r, dj_wire_payload *p, dj_arena *a, dj_err *err);
bool dj_data_read_whole(const dj_data_reader *r);

/* One blob a frame, for jam.db: the same encoding as on the wire, without frame headers. Equal data, equal bytes. */
void dj_data_pack(dj_buf *out, const dj_data *d);
int  dj_data_unpack(dj_data *out, const void *bytes, size_t n, dj_arena *a, dj_err *err);

#endif
