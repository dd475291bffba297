/*
 * text.h - text as bytes: UTF-8, names, numbers as text. No locale is read anywhere.
 */
#ifndef DJ_BASE_TEXT_H
#define DJ_BASE_TEXT_H

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest valid UTF-8 start of s[0..n): n when all is valid (RFC 3629: no surrogates, no overlongs). */
size_t dj_utf8_valid(const char *s, size_t n);

/* Bytes of the character at s[0..n), n at least 1; 0 when there is no whole, valid one. */
size_t dj_utf8_character(const char *s, size_t n);

/*
 * What all text from plugins must be: UTF-8, no control characters (C0, DEL, C1); line breaks and tabs only
 * where `lines` is set. Returns NULL when it is, else why not ("it holds a control character").
 */
const char *dj_text_wrong(const char *s, size_t n, bool lines);

/* Adds `s` for a terminal: control characters and invalid bytes as \xNN, so that escapes do nothing. */
void dj_text_show(dj_buf *out, const char *s, size_t n);

bool dj_text_same_nocase(const char *a, const char *b); /* ASCII only */
bool dj_text_starts(const char *s, const char *with);
bool dj_text_ends(const char *s, const char *with);

/* [a-z][a-z0-9-]*, 1 to `most` bytes; with `underscore`, _ in place of - */
bool dj_name_ok(const char *s, size_t most, bool underscore);

bool dj_version_ok(const char *s); /* three numbers of 1 to 9 digits: "1.0.0" */

/* Damerau-Levenshtein distance over bytes, ASCII case folded; gives up past `most` and returns most + 1. */
size_t dj_text_distance(const char *a, const char *b, size_t most);

/*
 * The name of names[0..n) that was probably meant: the nearest within a third of its length, or one that
 * starts with `word`; NULL when none is. For "unknown command 'laod' (did you mean 'load'?)".
 */
const char *dj_text_nearest(const char *word, const char *const *names, size_t n);

/* Where `word` stands in names[0..n); n when it does not, or is NULL. */
size_t dj_text_find(const char *word, const char *const *names, size_t n);

/* "a, b and c"; free() it. Empty: "none". */
char *dj_text_list(const char *const *names, size_t n);

/*
 * Whole text as a number. False when it is not exactly one, or out of range. Integer: digits with at most one '-'
 * before them; leading zeros are fine and never octal. Real: finite, C's decimal syntax with '.', no '+' before it.
 */
bool dj_text_integer(const char *s, size_t n, int64_t *out);
bool dj_text_real(const char *s, size_t n, double *out);

/*
 * The shortest of %.15g, %.16g and %.17g that reads back as the same double, always with a '.', 'e' or both ("1.0");
 * a v that is not finite is "inf", "-inf" or "nan". Returns the length (< 32).
 */
size_t dj_real_text(char out[32], double v);

#endif
