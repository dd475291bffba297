/*
 * fold.h - text for comparing: case and accents away, so that "ÉLODIE", "Élodie" and "elodie" are one.
 */
#ifndef DJ_ANALYSIS_FOLD_H
#define DJ_ANALYSIS_FOLD_H

#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>

/*
 * Adds the folded form of UTF-8 `s` to `out`: compatibility decomposition (NFKD), nonspacing, enclosing and
 * combining marks dropped, full case folding, composed again (NFC), so that folding twice changes nothing.
 * Letters that are no accented form of another stay (ø, ł, đ). Digits, blanks and punctuation stay.
 * Fails on invalid UTF-8, naming the byte; *out is then untouched. Cost: linear.
 * Source: Unicode 14, chapter 3.11 and 3.13, by utf8proc.
 */
int dj_fold(dj_buf *out, const char *s, size_t n, dj_err *err);

#endif
