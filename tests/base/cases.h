/*
 * cases.h - runs the cases of a TOPIC.test: one a line, "verb input => expected"; # begins a comment line.
 * In the input \n \r \t \\ and \xNN stand for bytes. The test of the topic says what its verbs mean.
 */
#ifndef DJ_TESTS_CASES_H
#define DJ_TESTS_CASES_H

#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes what it gets for `input` to `got`. */
typedef void cases_fn(dj_buf *got, const char *verb, const char *input, size_t n);

static inline size_t cases_unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		switch (*++from) {
		case 'n': *to++ = '\n'; break;
		case 'r': *to++ = '\r'; break;
		case 't': *to++ = '\t'; break;
		case '\\': *to++ = '\\'; break;
		case 'x':
			*to++ = (char)strtol((char[]){from[1], from[2], 0}, NULL, 16);
			from += 2;
			break;
		default: fail_msg("no such escape: \\%c", *from);
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

static inline void cases_run(const char *file, cases_fn *run)
{
	char   line[4096];
	size_t number = 0, ran = 0, failed = 0;
	FILE  *f = fopen(file, "r");

	if (!f)
		fail_msg("%s: not there", file);
	while (fgets(line, sizeof line, f)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;

		char *arrow = strstr(line, " =>");
		if (!arrow)
			fail_msg("%s:%zu: a case is \"verb input => expected\"", file, number);
		char *expected = arrow + 3 + (arrow[3] == ' ');
		*arrow = '\0';
		char *input = line + strcspn(line, " ");
		if (*input)
			*input++ = '\0';

		dj_buf got = {0};
		run(&got, line, input, cases_unescape(input));
		dj_buf_room(&got, 0);
		if (strcmp(got.data, expected) != 0) {
			print_error("%s:%zu: %s: want \"%s\", got \"%s\"\n", file, number, line, expected, got.data);
			failed++;
		}
		ran++;
		dj_buf_free(&got);
	}
	fclose(f);
	assert_int_equal(failed, 0);
	assert_true(ran > 0);
}

#endif
