#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* By way of a second buffer: an argument may be the old text of *err itself. */
static int fill(dj_err *err, int code, const char *ending, const char *fmt, va_list args)
{
	if (!err)
		return code;

	char text[sizeof err->text];
	int  n = vsnprintf(text, sizeof text, fmt, args);
	if (n < 0)
		n = 0;
	size_t used = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
	if (ending)
		snprintf(text + used, sizeof text - used, ": %s", ending);
	memcpy(err->text, text, sizeof text);
	err->code = code;
	return code;
}

int dj_fail(dj_err *err, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, code, NULL, fmt, args);
	va_end(args);
	return code;
}

int dj_fail_errno(dj_err *err, const char *fmt, ...)
{
	char    why[128], *said = strerror_r(errno, why, sizeof why);
	va_list args;

	va_start(args, fmt);
	fill(err, DJ_FAIL, said, fmt, args);
	va_end(args);
	return DJ_FAIL;
}

int dj_fail_in(dj_err *err, const char *fmt, ...)
{
	if (!err)
		return DJ_FAIL;

	char    below[sizeof err->text];
	va_list args;

	memcpy(below, err->text, sizeof below);
	va_start(args, fmt);
	fill(err, err->code, below, fmt, args);
	va_end(args);
	return err->code;
}
