/*
 * fields.h - members of strict JSON into an arena: what vocabulary, manifest and workspace have in common.
 *
 * Promise: what is given lives in `a`, is UTF-8 without control characters (line breaks and tabs apart), and
 * a missing member leaves *out untouched (a name that starts with '!' must be there), as base/json.h has it.
 */
#ifndef DJ_STORE_FIELDS_H
#define DJ_STORE_FIELDS_H

#include "base/json.h"
#include "store/manifest.h"

int dj_fields_text(const char **out, const cJSON *object, const char *name, const char *where, dj_arena *a,
                   dj_err *err);

/* A list of texts; one text alone is a list of one where `alone` says so. */
int dj_fields_texts(const char *const **out, size_t *n, const cJSON *object, const char *name, bool alone,
                    const char *where, dj_arena *a, dj_err *err);

/* A text (English) or {"en": text, "fr": text}. */
int dj_fields_words(dj_words *out, const cJSON *object, const char *name, const char *where, dj_arena *a,
                    dj_err *err);

/* "format" must be there and be 1. */
int dj_fields_format(const cJSON *object, const char *where, dj_err *err);

#endif
