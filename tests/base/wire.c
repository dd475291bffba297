/* The frame codec and the columns on it: there and back, and what a hostile worker may send. */
#include "cases.h"

#include "base/data.h"
#include "base/file.h"
#include "base/random.h"
#include "base/wire.h"

#include <math.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

/* A writer into memory; take() gives what was written. */
static dj_wire_out out_to_memory(void)
{
	return (dj_wire_out){.fd = memfd_create("wire", MFD_CLOEXEC)};
}

static dj_buf take(dj_wire_out *o)
{
	dj_buf b = {0};

	b.n = (size_t)pread(o->fd, dj_buf_room(&b, o->bytes), o->bytes, 0);
	assert_int_equal(b.n, o->bytes);
	close(o->fd);
	dj_wire_out_free(o);
	return b;
}

static dj_buf some_frames(void)
{
	dj_wire_out o = out_to_memory();
	dj_err      err;

	dj_wire_begin(&o, DJ_WIRE_LOG);
	dj_wire_put_u8(&o, 2);
	dj_wire_put_i64(&o, -7);
	dj_wire_put_text(&o, "héllo\nthere");
	assert_int_equal(dj_wire_end(&o, &err), DJ_OK);
	dj_wire_begin(&o, DJ_WIRE_KEEP);
	dj_wire_put_text(&o, NULL);
	dj_wire_put_f64(&o, 0.1);
	dj_wire_put_u32(&o, UINT32_MAX);
	assert_int_equal(dj_wire_end(&o, &err), DJ_OK);
	dj_wire_begin(&o, DJ_WIRE_DONE);
	assert_int_equal(dj_wire_end(&o, &err), DJ_OK);
	return take(&o);
}

static void read_some_frames(dj_wire_in *in, size_t step, const dj_buf *b)
{
	dj_wire_payload p;
	dj_err          err;
	size_t          seen = 0;
	dj_arena       *a = dj_arena_new();

	for (size_t at = 0; at < b->n; at += step) {
		dj_wire_feed(in, b->data + at, at + step < b->n ? step : b->n - at);
		int rc;
		while ((rc = dj_wire_next(in, &p, &err)) == 1) {
			if (seen == 0) {
				assert_int_equal(p.type, DJ_WIRE_LOG);
				assert_int_equal(dj_wire_u8(&p), 2);
				assert_int_equal(dj_wire_i64(&p), -7);
				assert_string_equal(dj_wire_text(&p, a, 100, true), "héllo\nthere");
			} else if (seen == 1) {
				assert_string_equal(dj_wire_text(&p, a, 100, false), "");
				assert_true(dj_wire_f64(&p) == 0.1);
				assert_true(dj_wire_u32(&p) == UINT32_MAX);
			}
			assert_int_equal(dj_wire_finish(&p, &err), DJ_OK);
			seen++;
		}
		assert_int_equal(rc, 0);
	}
	assert_int_equal(seen, 3);
	assert_true(dj_wire_in_empty(in));
	dj_arena_free(a);
}

static void there_and_back(void **state)
{
	static const size_t steps[] = {1, 2, 7, 13, 4096};
	dj_buf              b = some_frames();

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		dj_wire_in in = {0};
		read_some_frames(&in, steps[i], &b);
		dj_wire_in_free(&in);
	}
	dj_buf_free(&b);
}

static void bad_frames(void **state)
{
	static const struct {
		uint8_t     header[12];
		const char *why;
	} bad[] = {
	    {{1, 0, 16, 0, 3}, "the most"}, /* 1 MiB and a byte */
	    {{255, 255, 255, 255, 3}, "the most"},
	    {{0, 0, 0, 0, 0}, "no known type"},
	    {{0, 0, 0, 0, 19}, "no known type"},
	    {{0, 0, 0, 0, 3, 1}, "no known type"},
	    {{0, 0, 0, 0, 3, 0, 1}, "no known type"}, /* what must be zero is not */
	    {{0, 0, 0, 0, 3, 0, 0, 0, 1}, "says that it is number 1"},
	    {{0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 128}, "says that it is number"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		dj_wire_in      in = {0};
		dj_wire_payload p;
		dj_err          err = {0};

		dj_wire_feed(&in, bad[i].header, 12);
		assert_true(dj_wire_next(&in, &p, &err) < 0);
		assert_non_null(strstr(err.text, bad[i].why));
		dj_wire_feed(&in, "more", 4);
		assert_true(dj_wire_next(&in, &p, &err) < 0); /* for good */
		dj_wire_in_free(&in);
	}
}

static void bad_fields(void **state)
{
	static const struct {
		const char *bytes;
		size_t      n;
		const char *why;
	} bad[] = {
	    {"\5\0\0\0abcd", 8, "shorter"},
	    {"\377\377\377\377abcd", 8, "shorter"},
	    {"\5\0\0\0abcdef", 10, "longer"},
	    {"\4\0\0\0a\33bc", 8, "control"},
	    {"\4\0\0\0a\nbc", 8, "line break"},
	    {"\2\0\0\0\303\50", 6, "UTF-8"},
	    {"\1\0\0\0\0", 5, "control"},
	    {"\11\0\0\0"
	     "123456789",
	     13, "too long"},
	    {"\0", 1, "shorter"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		dj_arena       *a = dj_arena_new();
		dj_wire_payload p = {.type = DJ_WIRE_LOG, .data = (const uint8_t *)bad[i].bytes, .n = bad[i].n};
		dj_err          err = {0};

		dj_wire_text(&p, a, 8, false);
		assert_int_equal(dj_wire_finish(&p, &err), DJ_FAIL);
		assert_non_null(strstr(err.text, bad[i].why));
		assert_string_equal(dj_wire_text(&p, a, 8, false), ""); /* from then on nothing */
		assert_int_equal(dj_wire_i64(&p), 0);
		dj_arena_free(a);
	}

	double          nan = NAN;
	dj_wire_payload p = {.data = (const uint8_t *)&nan, .n = 8};
	assert_true(dj_wire_f64(&p) == 0);
	assert_non_null(p.wrong);
}

static void too_large_to_send(void **state)
{
	dj_wire_out o = out_to_memory();
	dj_err      err;
	char       *big = dj_alloc_zero(DJ_WIRE_MOST, 1);

	(void)state;
	dj_wire_begin(&o, DJ_WIRE_LOG);
	dj_wire_put_bytes(&o, big, DJ_WIRE_MOST);
	assert_int_equal(dj_wire_end(&o, &err), DJ_OK);
	dj_wire_begin(&o, DJ_WIRE_LOG);
	dj_wire_put_bytes(&o, big, DJ_WIRE_MOST);
	dj_wire_put_u8(&o, 0);
	assert_int_equal(dj_wire_end(&o, &err), DJ_FAIL);
	dj_buf b = take(&o);
	dj_buf_free(&b);
	free(big);

	int ends[2];
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	o = (dj_wire_out){.fd = ends[1]};
	dj_wire_begin(&o, DJ_WIRE_DONE);
	assert_int_equal(dj_wire_end(&o, &err), DJ_FAIL); /* nobody reads */
	dj_wire_out_free(&o);
	close(ends[1]);
}

/* ---- Columns ---- */

enum { ROWS = 70001 };

static dj_data made_data(dj_arena *a, size_t rows)
{
	static const char *const names[] = {"id", "score", "name", "tags", "weights"};
	static const int types[] = {DJ_DATA_INTEGER, DJ_DATA_REAL, DJ_DATA_TEXT, DJ_DATA_LIST, DJ_DATA_LIST};
	dj_data          d = {rows, 5, dj_arena_alloc(a, 5, sizeof(dj_data_column))};
	dj_random_state  r = dj_random_seed(3, "data");

	for (size_t k = 0; k < 5; k++) {
		dj_data_column *c = &d.column[k];

		*c = (dj_data_column){.name = names[k], .type = (dj_data_type)types[k]};
		if (k)
			c->null = dj_arena_alloc(a, rows / 8 + 1, 1);
		c->integer = dj_arena_alloc(a, rows, sizeof *c->integer);
		c->real = dj_arena_alloc(a, rows, sizeof *c->real);
		c->text = dj_arena_alloc(a, rows, sizeof *c->text);
		c->list = dj_arena_alloc(a, rows, sizeof *c->list);
		for (size_t row = 0; row < rows; row++) {
			if (k && dj_random_between(&r, 0, 9) == 0) {
				c->null[row / 8] = (uint8_t)(c->null[row / 8] | 1 << row % 8);
				continue;
			}
			c->integer[row] = (int64_t)dj_random_bits(&r);
			c->real[row] = dj_random_unit(&r);
			c->text[row] = dj_arena_fmt(a, "row %zu, Trois-Rivières", row);
			size_t       n = (size_t)dj_random_between(&r, 0, 3);
			double      *reals = dj_arena_alloc(a, n, sizeof *reals);
			const char **texts = dj_arena_alloc(a, n, sizeof *texts);
			for (size_t i = 0; i < n; i++) {
				reals[i] = dj_random_unit(&r);
				texts[i] = dj_arena_fmt(a, "tag %zu", i);
			}
			c->list[row] = k == 3 ? (dj_data_list){DJ_DATA_TEXT, n, NULL, NULL, texts}
			                      : (dj_data_list){DJ_DATA_REAL, n, NULL, reals, NULL};
		}
	}
	return d;
}

static bool same_list(const dj_data_list *x, const dj_data_list *y)
{
	if (x->n != y->n || x->type != y->type)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (x->type == DJ_DATA_TEXT ? strcmp(x->text[i], y->text[i]) != 0 : x->real[i] != y->real[i])
			return false;
	return true;
}

static void assert_same_data(const dj_data *x, const dj_data *y)
{
	assert_int_equal(x->rows, y->rows);
	assert_int_equal(x->n_columns, y->n_columns);
	for (size_t k = 0; k < x->n_columns; k++) {
		const dj_data_column *c = &x->column[k], *d = dj_data_find(y, c->name);

		assert_ptr_equal(d, &y->column[k]);
		assert_int_equal(c->type, d->type);
		for (size_t row = 0; row < x->rows; row++) {
			bool same = dj_data_is_null(c, row) == dj_data_is_null(d, row);
			if (same && !dj_data_is_null(c, row))
				same = c->type == DJ_DATA_INTEGER ? c->integer[row] == d->integer[row]
				       : c->type == DJ_DATA_REAL  ? c->real[row] == d->real[row]
				       : c->type == DJ_DATA_TEXT  ? strcmp(c->text[row], d->text[row]) == 0
				                                  : same_list(&c->list[row], &d->list[row]);
			if (!same)
				fail_msg("column %s, row %zu differs", c->name, row);
		}
	}
}

static int read_data(dj_data_reader *r, const dj_buf *b, dj_arena *a, dj_err *err)
{
	dj_wire_in      in = {0};
	dj_wire_payload p;
	int             rc;

	*r = (dj_data_reader){0};
	dj_wire_feed(&in, b->data, b->n);
	while ((rc = dj_wire_next(&in, &p, err)) == 1) {
		rc = p.type == DJ_WIRE_FRAME  ? dj_data_read_frame(r, &p, a, ROWS, err)
		     : p.type == DJ_WIRE_PART ? dj_data_read_part(r, &p, a, err)
		                              : dj_fail(err, DJ_FAIL, "another type");
		if (rc < 0)
			break;
	}
	if (rc == 0 && (!dj_wire_in_empty(&in) || !r->id || !dj_data_read_whole(r)))
		rc = dj_fail(err, DJ_FAIL, "cut short");
	dj_wire_in_free(&in);
	return rc;
}

static void data_there_and_back(void **state)
{
	static const size_t rows[] = {0, 1, 8, 9, ROWS};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		dj_arena      *a = dj_arena_new();
		dj_data        d = made_data(a, rows[i]), unpacked;
		dj_wire_out    o = out_to_memory();
		dj_data_reader r;
		dj_err         err = {0};
		dj_buf         packed = {0}, again = {0};

		assert_int_equal(dj_data_send(&o, 4, &d, &err), DJ_OK);
		dj_buf b = take(&o);
		if (read_data(&r, &b, a, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(r.id, 4);
		assert_same_data(&d, &r.data);

		dj_data_pack(&packed, &d);
		if (dj_data_unpack(&unpacked, packed.data, packed.n, a, &err) < 0)
			fail_msg("%s", err.text);
		assert_same_data(&d, &unpacked);
		dj_data_pack(&again, &unpacked);
		assert_int_equal(packed.n, again.n);
		assert_memory_equal(packed.data, again.data, packed.n);
		assert_true(dj_data_unpack(&unpacked, packed.data, packed.n - 1, a, &err) < 0);
		dj_buf_char(&packed, 'x');
		assert_true(dj_data_unpack(&unpacked, packed.data, packed.n, a, &err) < 0);
		dj_buf_free(&b);
		dj_buf_free(&packed);
		dj_buf_free(&again);
		dj_arena_free(a);
	}
}

static void a_cell_too_large(void **state)
{
	dj_arena      *a = dj_arena_new();
	char          *big = dj_arena_alloc(a, 600 * 1024, 1);
	const char    *cells[] = {"small", big};
	dj_data_column c = {.name = "t", .type = DJ_DATA_TEXT, .text = cells};
	dj_data        d = {2, 1, &c};
	dj_wire_out    o = out_to_memory();
	dj_err         err = {0};

	(void)state;
	memset(big, 'x', 600 * 1024 - 1);
	assert_int_equal(dj_data_send(&o, 1, &d, &err), DJ_FAIL);
	assert_non_null(strstr(err.text, "\"t\", row 2"));
	dj_buf b = take(&o);
	dj_buf_free(&b);
	dj_arena_free(a);
}

static void a_frame_that_claims_too_much(void **state)
{
	static const int64_t rows[] = {-1, ROWS + 1, INT64_MAX};
	dj_err               err = {0};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		dj_arena      *a = dj_arena_new();
		dj_wire_out    o = out_to_memory();
		dj_data_reader r;

		dj_wire_begin(&o, DJ_WIRE_FRAME);
		dj_wire_put_i64(&o, 1);
		dj_wire_put_i64(&o, rows[i]);
		dj_wire_put_u32(&o, 0);
		assert_int_equal(dj_wire_end(&o, &err), DJ_OK);
		dj_buf b = take(&o);
		assert_true(read_data(&r, &b, a, &err) < 0);
		dj_buf_free(&b);
		dj_arena_free(a);
	}

	/* As stored bytes there is no limit of rows: the one of memory holds. */
	dj_arena   *a = dj_arena_new();
	dj_wire_out o = out_to_memory();
	dj_data     d;
	dj_wire_put_u32(&o, 8 + 8 + 4 + 4 + 1 + 1);
	dj_wire_put_i64(&o, 1);
	dj_wire_put_i64(&o, (int64_t)1 << 60);
	dj_wire_put_u32(&o, 1);
	dj_wire_put_text(&o, "x");
	dj_wire_put_u8(&o, DJ_DATA_LIST);
	assert_true(dj_data_unpack(&d, o.payload.data, o.payload.n, a, &err) < 0);
	assert_non_null(strstr(err.text, "does not fit in memory"));
	close(o.fd);
	dj_wire_out_free(&o);
	dj_arena_free(a);
}

/* Bytes changed, dropped and doubled at random places, always the same ones: errors are fine, faults not. */
static void broken_at_random(void **state)
{
	dj_random_state r = dj_random_seed(4, "breaking");
	dj_arena       *whole = dj_arena_new();
	dj_data         d = made_data(whole, 40);
	dj_wire_out     o = out_to_memory();
	dj_err          err = {0};
	size_t          refused = 0;

	(void)state;
	assert_int_equal(dj_data_send(&o, 1, &d, &err), DJ_OK);
	dj_buf good = take(&o);
	for (int i = 0; i < 20000; i++) {
		dj_arena      *a = dj_arena_new();
		dj_buf         b = {0};
		dj_data_reader reader;

		dj_buf_add(&b, good.data, good.n);
		for (int64_t change = dj_random_between(&r, 1, 3); change > 0; change--) {
			size_t at = (size_t)dj_random_between(&r, 0, (int64_t)b.n - 1);
			if (dj_random_between(&r, 0, 3) == 0)
				b.n = at + 1;
			else
				b.data[at] = (char)dj_random_between(&r, 0, 255);
		}
		refused += read_data(&reader, &b, a, &err) < 0;
		dj_data unpacked;
		refused += b.n > 12 && dj_data_unpack(&unpacked, b.data + 12, b.n - 12, a, &err) < 0;
		dj_buf_free(&b);
		dj_arena_free(a);
	}
	assert_true(refused > 20000);
	dj_buf_free(&good);
	dj_arena_free(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back),
	                                   cmocka_unit_test(bad_frames),
	                                   cmocka_unit_test(bad_fields),
	                                   cmocka_unit_test(too_large_to_send),
	                                   cmocka_unit_test(data_there_and_back),
	                                   cmocka_unit_test(a_cell_too_large),
	                                   cmocka_unit_test(a_frame_that_claims_too_much),
	                                   cmocka_unit_test(broken_at_random)};

	return cmocka_run_group_tests_name("base/wire", tests, NULL, NULL);
}
