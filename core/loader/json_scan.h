/*
 * json_scan.h - strict JSON (RFC 8259) in memory, token by token, each byte looked at once; nothing is built.
 *
 * Refused besides what the grammar refuses: bytes that are not UTF-8, halves of surrogate pairs, more than
 * DJ_JSON_DEPTH levels. What is taken, and the words for what is not, are those of base/json.h; but members named
 * twice, \u0000 and numbers beyond 64 bits are JSON, and left to whoever makes rows of it.
 *
 * A scan may reach the end of a window before the end of the text: that is DJ_SCAN_CUT, and the token is to be read
 * again from its start once there is more.
 */
#ifndef DJ_LOADER_JSON_SCAN_H
#define DJ_LOADER_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DJ_JSON_DEPTH = 64 };

typedef enum dj_scan { DJ_SCAN_OK, DJ_SCAN_CUT, DJ_SCAN_BAD } dj_scan;

typedef struct dj_json_scan {
	const char *p, *end; /* what is still to be read */
	bool        last;    /* `end` is the end of the text */
	bool        denied;  /* BAD, but JSON: no row can hold it */
	const char *bad;     /* BAD: where, and why */
	const char *why;
} dj_json_scan;

dj_scan dj_json_bad(dj_json_scan *c, const char *at, const char *why);
dj_scan dj_json_deny(dj_json_scan *c, const char *at, const char *why);
/* The text ends here: CUT where more may follow. */
dj_scan dj_json_ends(dj_json_scan *c, const char *at, const char *why);

/* p is moved behind what was read; it stands on the first byte of the thing. */
dj_scan dj_json_string(dj_json_scan *c, bool *escaped); /* sets *escaped where there is a backslash in it */
dj_scan dj_json_number(dj_json_scan *c);
dj_scan dj_json_word(dj_json_scan *c); /* true, false, null; anything else is no value */
dj_scan dj_json_skip(dj_json_scan *c); /* any value whole */

/* The bytes of a string that was read, without its quotes; `to` has room for n. */
size_t dj_json_unescape(char *to, const char *from, size_t n);

static inline bool dj_json_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline const char *dj_json_space(const char *p, const char *end)
{
	while (p < end && dj_json_is_space(*p))
		p++;
	return p;
}

/* ---- Token by token ---- */

typedef enum dj_json_want {
	DJ_WANT_VALUE,
	DJ_WANT_VALUE_OR_END, /* behind [ */
	DJ_WANT_NAME_OR_END,  /* behind { */
	DJ_WANT_COMMA_OR_END,
	DJ_WANT_NOTHING /* the value is over */
} dj_json_want;

typedef struct dj_json_stack { /* {0}: a value is to come */
	uint64_t     objects;      /* a bit a level, the innermost lowest: 1 is an object */
	unsigned     depth;
	dj_json_want want;

	/* The last token: { } [ ] as themselves, 'k' a member's name, '"' a string, '0' a number, 'w' a word. */
	char        token;
	const char *from, *to; /* its text, with quotes, without the comma before it and the colon behind it */
} dj_json_stack;

/* Reads a token, and the comma or colon that belongs to it. On CUT nothing has changed but space that was skipped. */
dj_scan dj_json_token(dj_json_scan *c, dj_json_stack *k);

#endif
