/*
 * snapshot_digest.h - DJS1, the name of a snapshot by its content, made while rows go by.
 *
 *   block  SHA-256(0x04, up to 65,536 rows, one after another, each as row.h has it, columns in declared order)
 *   root   SHA-256(0x03, count of tables, then each table in byte order of its name:
 *                  name, count of columns, each column's name and type, count of rows, its block digests)
 *
 * Names and counts as in canon.h; types by dj_coltype_name. A block is full but for a table's last, so blocks
 * can be made side by side. Order is content: evidence cites rows by rowid. Tables that start with `_datajam` or
 * `sqlite_`, and indexes, are not content.
 *
 * Memory: 32 bytes for each 65,536 rows.
 */
#ifndef DJ_STORE_SNAPSHOT_DIGEST_H
#define DJ_STORE_SNAPSHOT_DIGEST_H

#include "base/mem.h"
#include "store/snapshot.h"

typedef struct dj_djs1 dj_djs1;

dj_djs1  *dj_djs1_new(void);
void      dj_djs1_free(dj_djs1 *d); /* NULL is fine */
void      dj_djs1_table(dj_djs1 *d, const char *name, const dj_column_def *column,
                        size_t n); /* begins the next; `column` must stay while rows are added */
void      dj_djs1_row(dj_djs1 *d, const dj_cell *cell); /* as many as the table has columns */
/* Instead of rows: the table has so many, whose blocks were hashed elsewhere (blocks.h). */
void      dj_djs1_blocks(dj_djs1 *d, uint64_t rows, const dj_buf *digests);
void      dj_djs1_drop(dj_djs1 *d); /* forgets the table begun last */
dj_digest dj_djs1_end(dj_djs1 *d);  /* whatever order tables came in; also frees d */

/* How a column is declared in CREATE TABLE: its affinity keeps values as they are. And back. */
const char *dj_snapshot_decltype(dj_coltype t);

#endif
