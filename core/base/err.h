/*
 * err.h - what went wrong, told where it is understood.
 *
 * Promise: a function that can fail takes `dj_err *err` last, returns a negative code, and has filled
 * *err by then. Nobody prints, nobody exits, nothing is global. (Out of memory is the one exception: mem.h.)
 */
#ifndef DJ_BASE_ERR_H
#define DJ_BASE_ERR_H

enum {
	DJ_OK = 0,
	DJ_FAIL = -1,     /* exit 1 */
	DJ_USAGE = -2,    /* the person at the keyboard asked for what is not there: exit 2 */
	DJ_NOTFOUND = -3, /* nothing of that name; callers often go on */
	DJ_DENIED = -4,   /* refused by a rule, not by a fault */
	DJ_STOPPED = -5   /* interrupted: exit 130 */
};

typedef struct dj_err {
	int  code;       /* 0 while nothing has failed */
	char text[1024]; /* what, where, and what to do: "row 7 has 3 fields, the header 4 (quote the comma?)" */
} dj_err;

/* Fills *err (NULL is fine) and returns `code`, so that failing is one line: return dj_fail(err, ...). */
int dj_fail(dj_err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Like dj_fail with DJ_FAIL, ending in ": " and the text of errno. */
int dj_fail_errno(dj_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Puts a place before the message from below: the caller knows the file, the callee knew the row.
 * Returns err's code (DJ_FAIL when err is NULL).
 */
int dj_fail_in(dj_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
