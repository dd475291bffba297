/* The CSV reader against one that reads a whole text byte by byte, on tables made to be nasty. */
#include "loader_test.h"

#include "base/random.h"
#include "loader/csv.h"

/* ---- The plain one: as loader/csv.h says, with nothing clever in it ---- */

typedef struct plain {
	const char *text;
	size_t      n, at;
} plain;

/* Adds the next record as "[field][field]"; 1, 0 at the end, -1 when a quote is never closed. */
static int plain_next(plain *p, dj_buf *out)
{
	if (p->at == p->n)
		return 0;
	for (;;) {
		dj_buf_char(out, '[');
		if (p->at < p->n && p->text[p->at] == '"') {
			for (p->at++;; p->at++) {
				if (p->at == p->n)
					return -1;
				if (p->text[p->at] == '"') {
					if (p->at + 1 == p->n || p->text[p->at + 1] != '"')
						break;
					p->at++;
				}
				dj_buf_char(out, p->text[p->at]);
			}
			p->at++;
		}
		while (p->at < p->n && !strchr(",\r\n", p->text[p->at]))
			dj_buf_char(out, p->text[p->at++]);
		dj_buf_char(out, ']');
		if (p->at == p->n)
			return 1;
		char c = p->text[p->at++];
		if (c == ',')
			continue;
		if (c == '\r' && p->at < p->n && p->text[p->at] == '\n')
			p->at++;
		return 1;
	}
}

static size_t line_at(const char *text, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
	return line;
}

/* ---- Both over one text ---- */

static void compare(const char *text, size_t n, bool lines)
{
	int       fd = file_of(text, n), rc, want;
	dj_csv    csv = {.separator = ',', .quote = '"'};
	dj_source source;
	dj_record r;
	dj_buf    a = {0}, b = {0};
	plain     p = {text, n, 0};
	dj_err    err = {0};

	dj_source_open(&source, fd);
	assert_int_equal(dj_source_rewind(&source, &err), DJ_OK);
	do {
		size_t at = p.at;
		dj_buf_reset(&a);
		dj_buf_reset(&b);
		want = plain_next(&p, &a);
		rc = dj_csv_next(&csv, &source, &r, &err);
		for (size_t i = 0; rc > 0 && i < r.stored; i++) {
			dj_buf_char(&b, '[');
			dj_buf_add(&b, r.field[i].text, r.field[i].n);
			dj_buf_char(&b, ']');
		}
		assert_int_equal(rc < 0 ? -1 : rc, want);
		if (rc > 0) {
			assert_string_equal(b.data, a.data);
			assert_int_equal(r.byte, at);
			if (lines)
				assert_int_equal(r.line, line_at(text, at));
			assert_memory_equal(r.raw, text + at, r.raw_n);
		}
	} while (rc > 0);
	dj_buf_free(&a);
	dj_buf_free(&b);
	dj_csv_free(&csv);
	dj_source_free(&source);
	close(fd);
}

static void nasty(dj_buf *out, dj_random_state *random, size_t n)
{
	static const char letters[] = "aaaaa,,,,\"\"\"\n\n\r\r z;";

	for (size_t i = 0; i < n; i++)
		dj_buf_char(out, letters[(size_t)dj_random_between(random, 0, sizeof letters - 2)]);
}

static void small_tables(void **state)
{
	dj_random_state random = dj_random_seed(1, "csv");
	dj_buf          text = {0};

	(void)state;
	for (int i = 0; i < 6000; i++) {
		dj_buf_reset(&text);
		nasty(&text, &random, (size_t)dj_random_between(&random, 0, 40));
		if (text.n)
			compare(text.data, text.n, true);
	}
	dj_buf_free(&text);
}

/* The window's end falls into every kind of place of a record. */
static void across_the_window(void **state)
{
	dj_random_state random = dj_random_seed(2, "csv");
	dj_buf          text = {0};

	(void)state;
	for (int i = 0; i < 60; i++) {
		dj_buf_reset(&text);
		size_t filler = DJ_SOURCE_SAMPLE - (size_t)dj_random_between(&random, 0, 60);
		while (text.n + 32 < filler)
			dj_buf_text(&text, "0123456789,0123456789,012345678\n");
		while (text.n + 1 < filler)
			dj_buf_char(&text, 'x');
		dj_buf_char(&text, '\n');
		nasty(&text, &random, 120);
		dj_buf_text(&text, "\"\n\",1\r\n");
		compare(text.data, text.n, false);
	}
	dj_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(small_tables), cmocka_unit_test(across_the_window)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
