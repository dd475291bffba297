/* A table that is read by several threads is what one thread makes of it, to the byte. */
#include "loader_test.h"

#include "base/pool.h"
#include "base/random.h"

enum { SIZE = 3 << 20 };

typedef struct outcome {
	int    rc;
	dj_err err;
	dj_buf file, answer;
} outcome;

static void read_all(dj_buf *out, int fd)
{
	char    block[65536];
	ssize_t got;

	for (off_t at = 0; (got = pread(fd, block, sizeof block, at)) > 0; at += got)
		dj_buf_add(out, block, (size_t)got);
}

static outcome load_with(const char *members, const dj_buf *text, size_t lanes, int64_t limit)
{
	outcome     o = {0};
	int         source = file_of(text->data, text->n), frames = memfd_create("frames", MFD_CLOEXEC);
	int         snapshot = memfd_create("snapshot", MFD_CLOEXEC);
	dj_wire_out out = {.fd = frames};
	dj_arena   *a = dj_arena_new();
	dj_pool    *pool = NULL;
	const char *table;
	dj_job      job;
	char       *json =
	    dj_fmt("{\"format\":1,\"action\":\"load\",\"limit\":%lld,\"meta\":[],\"tables\":[{\"name\":\"t\","
	           "\"sources\":[{\"fd\":%d,\"bytes\":%zu}]%s}]}",
	           (long long)limit, source, text->n, members);

	assert_int_equal(dj_job_parse(&job, json, strlen(json), a, &o.err), DJ_OK);
	assert_int_equal(dj_pool_new(&pool, lanes, &o.err), DJ_OK);
	o.rc = dj_load_run(&job, snapshot, pool, &out, &table, &o.err);
	read_all(&o.file, snapshot);
	loaded l = {0};
	read_frames(&l, frames);
	if (l.answer) {
		char *shown = cJSON_PrintUnformatted(l.answer);
		dj_buf_text(&o.answer, shown);
		cJSON_free(shown);
		cJSON_Delete(l.answer);
	}
	dj_pool_free(pool);
	dj_wire_out_free(&out);
	dj_arena_free(a);
	free(json);
	close(snapshot);
	close(frames);
	close(source);
	return o;
}

static void let_go(outcome *o)
{
	dj_buf_free(&o->file);
	dj_buf_free(&o->answer);
}

static void same(const outcome *a, const outcome *b, bool bytes, const char *what)
{
	assert_int_equal(a->rc, b->rc);
	if (a->rc < 0) {
		assert_string_equal(a->err.text, b->err.text);
		return;
	}
	if (strcmp(a->answer.data, b->answer.data) != 0)
		fail_msg("%s: %.400s\nand %.400s", what, a->answer.data, b->answer.data);
	if (bytes && (a->file.n != b->file.n || memcmp(a->file.data, b->file.data, a->file.n) != 0))
		fail_msg("%s: other bytes", what);
}

/* The limit makes one lane read all: its parts begin elsewhere, but what they hold, and what is said, is the same. */
static void check(const char *members, const dj_buf *text, const char *what)
{
	outcome alone = load_with(members, text, 1, 1000000000), one = load_with(members, text, 1, 0);

	same(&alone, &one, false, what);
	for (size_t lanes = 2; lanes <= 4; lanes *= 2) {
		outcome many = load_with(members, text, lanes, 0);
		same(&one, &many, true, what);
		let_go(&many);
	}
	let_go(&one);
	let_go(&alone);
}

/* ---- Texts ---- */

typedef enum spice { PLAIN, LATE_TYPE, REJECTS, RAGGED, LATIN, BARE, CR, NUL_BYTE, OPEN_QUOTE, SPICES } spice;

static const char *const spices[] = {"plain",      "late type", "rejects",  "ragged",    "latin",
                                     "bare quote", "CR",        "NUL byte", "open quote"};

static void put_row(dj_buf *out, dj_random_state *random, spice s, bool late)
{
	const char *end = s == CR ? "\r" : dj_random_between(random, 0, 9) ? "\n" : "\r\n";
	int64_t     n = dj_random_between(random, 0, 1000000), odd = dj_random_between(random, 0, 3000);

	dj_buf_fmt(out, "%lld,%lld.%02d,20%02d-0%d-1%d,", (long long)n, (long long)n % 977, (int)(n % 100),
	           (int)(n % 24), (int)(n % 9) + 1, (int)(n % 9));
	if (n % 7 == 0)
		dj_buf_fmt(out, "\"a \"\"word\"\", and\n%lld more\"", (long long)n);
	else
		dj_buf_text(out, n % 5 ? "plain words" : n % 3 ? "NA" : "");
	if (s == LATE_TYPE && late && odd == 0)
		dj_buf_fmt(out, "%sx,y,z,w", end);
	if (s == REJECTS && odd < 3)
		dj_buf_fmt(out, ",more%sno number,1,2020-01-01,\"first\nsecond\"", end);
	if (s == RAGGED && odd < 5)
		dj_buf_fmt(out, ",,%s7%s%s", end, end, end);
	if (s == LATIN && odd < 5)
		dj_buf_text(out, " caf\xE9");
	if (s == BARE && odd == 1 && n % 7)
		dj_buf_text(out, " 5\" pipe");
	if (s == NUL_BYTE && late && odd == 0)
		dj_buf_add(out, "\0", 1);
	if (s == OPEN_QUOTE && late && odd == 0)
		dj_buf_fmt(out, "%s1,2,2020-01-01,\"never closed", end);
	dj_buf_text(out, end);
}

static void one_thread_or_four(void **state)
{
	dj_buf text = {0};

	(void)state;
	for (int s = PLAIN; s < SPICES; s++) {
		dj_random_state random = dj_random_seed((uint64_t)s, "lanes");
		dj_buf_reset(&text);
		dj_buf_text(&text, s == CR ? "i,r,d,w\r" : "i,r,d,w\n");
		while (text.n < SIZE)
			put_row(&text, &random, (spice)s, text.n > SIZE / 2);
		check(s == REJECTS ? ",\"columns\":[{\"name\":\"i\",\"type\":\"integer\",\"must\":true}]" : "", &text,
		      spices[s]);
	}
	dj_buf_free(&text);
}

static void steps_that_leave_rows_out(void **state)
{
	dj_random_state random = dj_random_seed(9, "steps");
	dj_buf          text = {0};

	(void)state;
	dj_buf_text(&text, "i,r,d,w\n");
	while (text.n < SIZE)
		put_row(&text, &random, PLAIN, false);
	check(",\"steps\":[{\"op\":1,\"column\":\"w\",\"values\":[\"plain words\"],\"not\":true}]", &text,
	      "filter");
	dj_buf_free(&text);
}

static void lines_of_json(void **state)
{
	dj_random_state random = dj_random_seed(10, "json");
	dj_buf          text = {0};

	(void)state;
	for (int late = 0; late < 3; late++) {
		dj_buf_reset(&text);
		for (int i = 0; text.n < SIZE; i++) {
			dj_buf_fmt(&text, "{\"i\":%d,\"w\":\"caf\\u00e9 %d\",\"r\":%d.5", i,
			           (int)dj_random_between(&random, 0, 99), i);
			if (late == 1 && i > 30000 && i % 1000 == 0)
				dj_buf_fmt(&text, ",\"late%d\":true", i % 3000);
			dj_buf_text(&text, late == 2 && i % 5000 == 4999 ? "\n}\n" : "}\n"); /* over two lines */
		}
		check("", &text, late == 0 ? "objects" : late == 1 ? "late members" : "objects over several lines");
	}
	dj_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_thread_or_four),
	    cmocka_unit_test(steps_that_leave_rows_out),
	    cmocka_unit_test(lines_of_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
