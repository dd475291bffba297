/*
 * codepage.h - letters as UTF-8.
 */
#ifndef DJ_DECODE_CODEPAGE_H
#define DJ_DECODE_CODEPAGE_H

#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

/* A code point up to U+10FFFF that is no surrogate. */
void dj_utf8_add(dj_buf *out, uint32_t c);

/*
 * n bytes of Windows-1252. What calls itself Latin-1 is read by it too, and the five bytes without a letter are C1
 * controls (WHATWG Encoding Standard, windows-1252). Nothing fails: every byte is a character.
 */
void dj_windows1252_add(dj_buf *out, const char *s, size_t n);

#endif
