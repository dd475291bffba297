/*
 * message.h - what dj_fetch and datajam-fetch say to each other: JSON, one object a line, checked strictly.
 *
 *   on descriptor 0, a file: the ask; 3, a pipe that never holds anything: it ends when the asker does, or has enough
 *   on descriptor 1, lines: {"progress": [done, total]}, {"say": TEXT, "warning": BOOL},
 *   and last {"fetched": {...}} or {"wrong": TEXT, "code": N}
 *
 * The value of a secret is in none of them.
 */
#ifndef DJ_FETCH_MESSAGE_H
#define DJ_FETCH_MESSAGE_H

#include "base/json.h"
#include "base/mem.h"
#include "fetch/fetch.h"

enum { DJ_FETCH_MOST_LINE = 256 << 10, DJ_FETCH_STOP_FD = 3 };

void dj_fetch_put_ask(dj_buf *out, const dj_fetch_ask *ask);
/* Texts are borrowed from `json`; out->allow and what out->expect points to live in `a`. */
int  dj_fetch_read_ask(dj_fetch_ask *out, const cJSON *json, dj_arena *a, dj_err *err);

void dj_fetch_put_progress(dj_buf *out, uint64_t done, uint64_t total);
void dj_fetch_put_say(dj_buf *out, bool warning, const char *text);
void dj_fetch_put_fetched(dj_buf *out, const dj_fetched *f);
void dj_fetch_put_wrong(dj_buf *out, const dj_err *err);

/* One line of an answer: progress and say are passed on; 1: *out or *err is filled, that was the last; 0: more to come. */
int dj_fetch_read_line(dj_fetched *out, const dj_fetch_ask *ask, const char *line, size_t n, dj_err *err);

#endif
