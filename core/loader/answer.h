/*
 * answer.h - what the loader tells of a table: for people (said), for the parent and for the snapshot's meta (JSON).
 */
#ifndef DJ_LOADER_ANSWER_H
#define DJ_LOADER_ANSWER_H

#include "loader/table.h"

void dj_answer_say(dj_table *t);                      /* adds what the passes counted to t->said */
void dj_answer_table(dj_buf *out, const dj_table *t); /* one item of LOADED's "tables" (job.h) */
void dj_answer_meta(dj_buf *out, const dj_table *t);  /* value of meta "table:NAME" (store/catalogue.h) */

#endif
