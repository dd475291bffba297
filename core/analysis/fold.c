#include "analysis/fold.h"

#include "base/text.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Most text is ASCII, where folding is lower case. Returns how much of s is. */
static size_t fold_ascii(dj_buf *out, const char *s, size_t n)
{
	char  *to = dj_buf_room(out, n);
	size_t i = 0;

	for (; i < n && (unsigned char)s[i] < 0x80; i++)
		to[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + ('a' - 'A') : s[i]);
	return i;
}

int dj_fold(dj_buf *out, const char *s, size_t n, dj_err *err)
{
	static const utf8proc_option_t how =
	    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD;
	utf8proc_uint8_t *folded = NULL;
	size_t            valid = dj_utf8_valid(s, n);

	if (valid != n)
		return dj_fail(err, DJ_FAIL, "byte %zu is not UTF-8", valid + 1);
	if (fold_ascii(out, s, n) == n) {
		out->n += n;
		dj_buf_text(out, "");
		return DJ_OK;
	}

	utf8proc_ssize_t got = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &folded, how);
	if (got < 0) {
		free(folded);
		return dj_fail(err, DJ_FAIL, "can not be folded: %s", utf8proc_errmsg(got));
	}
	dj_buf_add(out, folded, (size_t)got);
	free(folded);
	return DJ_OK;
}
