/*
 * json.h - JSON from anyone, strictly (RFC 8259), on top of cJSON.
 *
 * cJSON takes texts that it must refuse (leading zeros, raw control characters, junk after the end), so a
 * strict check comes before it. Refused besides: a member named twice, invalid UTF-8, unpaired surrogates,
 * depth over 64, NUL in text.
 */
#ifndef DJ_BASE_JSON_H
#define DJ_BASE_JSON_H

#include "base/err.h"
#include "base/mem.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Checks without building. Errors: "line 3, column 7: ...". `most_depth` 0 means 64. */
int dj_json_check(const char *text, size_t n, unsigned most_depth, dj_err *err);

/* Checks, then builds; *out is yours: cJSON_Delete. */
int dj_json_parse(cJSON **out, const char *text, size_t n, dj_err *err);
int dj_json_read(cJSON **out, const char *path, size_t most, dj_err *err); /* a file; errors name it */

/*
 * Members of an object, with errors that name `where` ("dataset.json, tables[0]"). A missing member
 * (or one that is null) is DJ_OK with *out untouched (set your default first) unless the name starts with '!', which
 * must be there. An integer is at most 2^53 either way: beyond, JSON readers disagree.
 */
int dj_json_text(const char **out, const cJSON *object, const char *name, const char *where, dj_err *err);
int dj_json_integer(int64_t *out, const cJSON *object, const char *name, const char *where, dj_err *err);
int dj_json_real(double *out, const cJSON *object, const char *name, const char *where, dj_err *err);
int dj_json_bool(bool *out, const cJSON *object, const char *name, const char *where, dj_err *err);
int dj_json_object(const cJSON **out, const cJSON *object, const char *name, const char *where, dj_err *err);
int dj_json_array(const cJSON **out, const cJSON *object, const char *name, const char *where, dj_err *err);

/* Fails on a member that is not of names[0..n), with a guess at what was meant. */
int dj_json_only(const cJSON *object, const char *const *names, size_t n, const char *where, dj_err *err);

/* names and n, written where they are used: dj_json_only(object, DJ_NAMES("a", "b"), where, err). */
#define DJ_NAMES(...) ((const char *const[]){__VA_ARGS__}), DJ_COUNT(((const char *const[]){__VA_ARGS__}))

/* Writing: text quoted and escaped; numbers that read back the same. No floats from cJSON's printer anywhere. */
void dj_json_put_text(dj_buf *out, const char *s); /* NULL gives null */
void dj_json_put_textn(dj_buf *out, const char *s, size_t n);
void dj_json_put_real(dj_buf *out, double v); /* not finite gives null */

/*
 * Writing objects and lists piece by piece. The comma between two is put where one is needed, by what stands
 * last in `out`. A NULL name: an item of a list. Closing brackets are the caller's: dj_buf_char(out, '}').
 */
void dj_json_key(dj_buf *out, const char *name); /* a value is to follow */
void dj_json_open(dj_buf *out, const char *name, char bracket);
void dj_json_add_text(dj_buf *out, const char *name, const char *s); /* NULL: nothing, not even the name */
void dj_json_add_texts(dj_buf *out, const char *name, const char *const *s, size_t n);
void dj_json_add_integer(dj_buf *out, const char *name, int64_t v);
void dj_json_add_bool(dj_buf *out, const char *name, bool v);

#endif
