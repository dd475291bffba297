/* Runs fold.test: see there for how a case is written. Then: folding what is folded changes nothing, for
 * every character. */
#include "analysis/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include <cmocka.h>

static size_t unescape(char *line)
{
	char *to = line;

	for (const char *from = line; *from && *from != '\n';) {
		if (from[0] == '\\' && from[1] == 'x') {
			char hex[3] = {from[2], from[3], '\0'};
			*to++ = (char)strtol(hex, NULL, 16);
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return (size_t)(to - line);
}

static void cases(void **state)
{
	(void)state;
	char   text[1024] = "", line[1024];
	size_t n = 0;
	int    ran = 0;
	FILE  *in = fopen("fold.test", "r");

	assert_non_null(in);
	while (fgets(line, sizeof line, in)) {
		dj_buf got = {0};
		dj_err err = {0};

		if (line[0] == '#' || line[0] == '\n')
			continue;
		size_t line_n = unescape(line);
		if (strncmp(line, "=> ", 3) != 0 && strncmp(line, "! ", 2) != 0) {
			memcpy(text, line, line_n + 1);
			n = line_n;
			continue;
		}
		int rc = dj_fold(&got, text, n, &err);
		assert_string_equal(rc < 0 ? err.text : got.data, line + (line[0] == '!' ? 2 : 3));
		assert_int_equal(rc < 0, line[0] == '!');
		dj_buf_free(&got);
		ran++;
	}
	fclose(in);
	assert_true(ran >= 14);
}

static void folding_twice_is_folding_once(void **state)
{
	(void)state;
	dj_buf once = {0}, twice = {0};

	for (utf8proc_int32_t c = 1; c <= 0x10ffff; c++) {
		utf8proc_uint8_t bytes[4];

		if (!utf8proc_codepoint_valid(c))
			continue;
		size_t n = (size_t)utf8proc_encode_char(c, bytes);
		dj_buf_reset(&once);
		dj_buf_reset(&twice);
		assert_int_equal(dj_fold(&once, (const char *)bytes, n, NULL), DJ_OK);
		assert_int_equal(dj_fold(&twice, once.data, once.n, NULL), DJ_OK);
		if (once.n != twice.n || memcmp(once.data, twice.data, once.n) != 0)
			fail_msg("U+%04X folds to '%s', and that to '%s'", (unsigned)c, once.data, twice.data);
	}
	dj_buf_free(&once);
	dj_buf_free(&twice);
}

static void it_adds(void **state)
{
	(void)state;
	dj_buf out = {0};

	dj_buf_text(&out, "name:");
	assert_int_equal(dj_fold(&out, "", 0, NULL), DJ_OK);
	assert_int_equal(dj_fold(&out, "ÀB", 3, NULL), DJ_OK);
	assert_int_equal(dj_fold(&out, "C\0D", 3, NULL), DJ_OK);
	assert_int_equal(out.n, 10);
	assert_memory_equal(out.data, "name:abc\0d", 11);
	dj_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases), cmocka_unit_test(folding_twice_is_folding_once), cmocka_unit_test(it_adds)};

	return cmocka_run_group_tests_name("analysis/fold", tests, NULL, NULL);
}
