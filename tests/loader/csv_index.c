/* Chunks and indexed records against the reader that goes byte by byte, on texts made to be nasty. */
#include "loader_test.h"

#include "base/random.h"
#include "base/text.h"
#include "loader/chunks.h"

enum { CASES = 4000 };

static void show(dj_buf *out, const dj_record *r)
{
	dj_buf_fmt(out, "%zu@%zu:%zu:%zu:%d:%zu", (size_t)r->byte, (size_t)r->line, r->n, r->filled, r->blank,
	           r->raw_n);
	for (size_t i = 0; i < r->stored; i++) {
		dj_buf_char(out, r->field[i].kind == DJ_FIELD_QUOTED ? '"' : '[');
		dj_buf_add(out, r->field[i].text, r->field[i].n);
		dj_buf_char(out, ']');
	}
	dj_buf_char(out, '\n');
}

/* All records by csv.c; negative: it failed. */
static int read_plain(dj_buf *out, int fd, dj_csv dialect, dj_err *err)
{
	dj_source source;
	dj_record r;
	int       rc;

	dj_source_open(&source, fd);
	rc = dj_source_rewind(&source, err);
	while (rc >= 0 && (rc = dj_csv_next(&dialect, &source, &r, err)) > 0)
		show(out, &r);
	dj_source_free(&source);
	dj_csv_free(&dialect);
	return rc;
}

/* All records by chunks; *indexed counts those of chunks that were read by their index. */
static int read_chunks(dj_buf *out, int fd, dj_csv dialect, size_t *indexed, dj_err *err)
{
	dj_source source;
	dj_chunks chunks;
	dj_chunk  chunk = {0};
	dj_record r;
	int       rc, next = 0;

	dj_source_open(&source, fd);
	rc = dj_source_rewind(&source, err);
	if (rc == DJ_OK) {
		dj_chunks_open(&chunks, DJ_CUT_RECORDS, &dialect, &source);
		while (rc >= 0 && (next = dj_chunks_next(&chunks, &chunk, err)) > 0) {
			while ((rc = chunk.indexed
			                 ? dj_csv_next_indexed(&dialect, &chunk.index, &chunk.k, &chunk.source, &r)
			                 : dj_csv_next(&dialect, &chunk.source, &r, err)) > 0)
				show(out, &r);
			*indexed += chunk.indexed;
		}
		dj_chunks_close(&chunks);
	}
	dj_chunk_free(&chunk);
	dj_source_free(&source);
	dj_csv_free(&dialect);
	return rc < 0 ? rc : next;
}

static void compare(const char *text, size_t n, dj_csv dialect, size_t *indexed)
{
	dj_buf a = {0}, b = {0};
	dj_err err = {0}, other = {0};
	int    fd = file_of(text, n);
	int    plain = read_plain(&a, fd, dialect, &err), chunked = read_chunks(&b, fd, dialect, indexed, &other);

	assert_int_equal(plain, chunked);
	if (plain < 0)
		assert_string_equal(err.text, other.text);
	else if (a.n != b.n || (a.n && memcmp(a.data, b.data, a.n) != 0))
		fail_msg("text %.300s\nread %.300s\nand  %.300s", text, a.data, b.data);
	dj_buf_free(&a);
	dj_buf_free(&b);
	close(fd);
}

static const char *const pieces[] = {",",
                                     ",",
                                     "\n",
                                     "\n",
                                     "\r\n",
                                     "\r",
                                     "\"",
                                     "\"",
                                     "\"\"",
                                     "a",
                                     "bc",
                                     " ",
                                     "1.5",
                                     "\"x,y\"",
                                     "\"two\nlines\"",
                                     "\"say \"\"so\"\"\"",
                                     "caf\xC3\xA9",
                                     "'",
                                     ";",
                                     "0123456789012345678901234567890123456789"};

static void random_texts_are_read_alike(void **state)
{
	dj_random_state random = dj_random_seed(4, "csv-index");
	dj_buf          text = {0};
	size_t          indexed = 0;

	(void)state;
	for (int k = 0; k < CASES; k++) {
		int64_t count = dj_random_between(&random, 1, k % 100 ? 60 : 3000);
		int64_t kinds = dj_random_between(&random, 3, (int64_t)DJ_COUNT(pieces) - 1);
		dj_csv  dialect = {.separator = k % 7 ? ',' : ';',
		                   .quote = k % 5 == 0   ? -1
		                            : k % 5 == 1 ? '\''
		                                         : '"',
		                   .space = k % 3 == 0};
		dj_buf_reset(&text);
		while (count-- > 0)
			dj_buf_text(&text, pieces[dj_random_between(&random, 0, kinds)]);
		compare(text.data, text.n, dialect, &indexed);
	}
	assert_true(indexed > CASES / 10); /* else this test would hold csv.c against itself */
	dj_buf_free(&text);
}

/* Over several chunks: long records, records that are longer than a chunk, and bare quotes in one of them. */
static void chunks_join_up(void **state)
{
	dj_random_state random = dj_random_seed(5, "chunks");
	dj_buf          text = {0};
	size_t          indexed = 0;

	(void)state;
	for (int k = 0; k < 6; k++) {
		dj_buf_reset(&text);
		while (text.n < 3 * DJ_CHUNK + 12345) {
			int64_t what = dj_random_between(&random, 0, 20000);
			if (what == 0 && k > 2)
				dj_buf_text(&text, "a 5\" pipe,\"\"\"x\"\"\",z\n");
			else if (what == 1 && k > 1)
				for (int i = 0; i < 300000; i++)
					dj_buf_text(&text, i ? "long, " : "\"");
			if (what == 1 && k > 1)
				dj_buf_text(&text, "\"\n");
			dj_buf_fmt(&text, what % 3 ? "%d,\"a, b\",caf\xC3\xA9 %d\r\n" : "%d,\"a\n\nb\",%d\n", (int)what,
			           k);
		}
		compare(text.data, text.n, (dj_csv){.separator = ',', .quote = '"'}, &indexed);
	}
	assert_true(indexed > 6);
	dj_buf_free(&text);
}

static void every_way_of_looking_finds_the_same(void **state)
{
	dj_random_state random = dj_random_seed(6, "looking");
	char            text[700];

	(void)state;
	for (int k = 0; k < CASES; k++) {
		size_t       n = (size_t)dj_random_between(&random, 1, sizeof text), cut = n / 3;
		dj_csv_index a = {0}, b = {0};
		for (size_t i = 0; i < n; i++)
			text[i] = ",\"\n\rx \xE9;\xC3\xA9\xA9"[dj_random_between(&random, 0, k % 4 ? 10 : 5)];
		dj_csv_index_begin(&a);
		dj_csv_index_begin(&b);
		dj_csv_index_add(&a, text, 0, cut, ',', '"', k % 2);
		dj_csv_index_add(&a, text, cut, n, ',', '"', k % 2);
		dj_csv_index_add_plain(&b, text, 0, n, ',', '"', k % 2);
		assert_int_equal(a.n, b.n);
		if (a.n)
			assert_memory_equal(a.at, b.at, a.n * sizeof *a.at);
		assert_true(a.bare == b.bare && a.utf8 == (dj_utf8_valid(text, n) == n) && b.utf8 == a.utf8 &&
		            a.open == b.open && a.lines == b.lines);
		dj_csv_index_free(&a);
		dj_csv_index_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_way_of_looking_finds_the_same),
	    cmocka_unit_test(random_texts_are_read_alike),
	    cmocka_unit_test(chunks_join_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
