#include "store_test.h"

#include <sqlite3.h>
#include <unistd.h>

#include "store/record.h"

typedef struct world {
	char         *dir;
	dj_workspace *w;
	dj_record    *r;
	dj_arena     *a;
} world;

static int set_up(void **state)
{
	world *x = dj_alloc_zero(1, sizeof *x);
	dj_err err = {0};

	x->dir = scratch_folder();
	x->a = dj_arena_new();
	fine(dj_workspace_init(x->dir, &err));
	fine(dj_workspace_open(&x->w, x->dir, &err));
	fine(dj_record_open(&x->r, x->w, &err));
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	world *x = *state;

	dj_record_close(x->r);
	dj_workspace_free(x->w);
	dj_arena_free(x->a);
	scratch_end(x->dir);
	free(x);
	return 0;
}

/* ---- A run with a bit of everything; all that it points to lives in this struct ---- */

typedef struct sample {
	dj_source_record  source[3];
	const char       *type[2], *id[2];
	dj_named_value    value[2];
	dj_words          reason[2], note[2];
	dj_evidence       evidence[3];
	dj_finding_record finding[3];
	int64_t           integers[2];
	double            reals[2];
	const char       *texts[2];
	uint8_t           null[1];
	int64_t           items[2];
	dj_data_list      lists[2];
	dj_data_column    column[4];
	dj_data           data;
	dj_shape_record   layer[2], view[1];
	dj_run_record     run;
} sample;

static void fill_findings(sample *s)
{
	s->source[0] = (dj_source_record){"ads", "ads", "ads", "aa"};
	s->source[1] = (dj_source_record){"bank", "tx", "transactions", "bb"};
	s->source[2] = (dj_source_record){"", "findings", "", "7"};
	s->type[0] = s->type[1] = "account";
	s->id[0] = "A1";
	s->id[1] = "A2";
	s->value[0] = (dj_named_value){"total", 12.5};
	s->value[1] = (dj_named_value){"n", 3};
	s->reason[0] = (dj_words){"just under", "juste en dessous"};
	s->reason[1] = (dj_words){"at night", NULL};
	s->evidence[0] = (dj_evidence){0, 7};
	s->evidence[1] = (dj_evidence){1, 2};
	s->evidence[2] = (dj_evidence){1, 3};
	s->finding[0] = (dj_finding_record){.title = {"One", "Un"},
	                                    .detail = {"line\nline", NULL},
	                                    .key = "k1",
	                                    .score = 0.5,
	                                    .first = "2024-01-01",
	                                    .last = "2024-02-01",
	                                    .region = "48",
	                                    .place = "yyc",
	                                    .has_point = true,
	                                    .lat = 51,
	                                    .lon = -114,
	                                    .radius_m = 500,
	                                    .value = s->value,
	                                    .n_values = 2,
	                                    .reason = s->reason,
	                                    .n_reasons = 2,
	                                    .subject_type = s->type,
	                                    .subject_id = s->id,
	                                    .n_subjects = 2,
	                                    .evidence = s->evidence,
	                                    .n_evidence = 3,
	                                    .evidence_total = 12000};
	s->finding[1] = (dj_finding_record){.title = {"Two", NULL},
	                                    .key = "k2",
	                                    .score = 0.9,
	                                    .region = "35",
	                                    .evidence = s->evidence,
	                                    .n_evidence = 1,
	                                    .evidence_total = 1};
	s->finding[2] = (dj_finding_record){.title = {"Three", NULL},
	                                    .key = "k0",
	                                    .score = 0.5,
	                                    .region = "24",
	                                    .evidence = s->evidence + 1,
	                                    .n_evidence = 2,
	                                    .evidence_total = 2};
}

static void fill_shapes(sample *s)
{
	s->integers[0] = 5;
	s->reals[0] = 0.25;
	s->reals[1] = -3;
	s->texts[0] = "x";
	s->texts[1] = "é";
	s->null[0] = 2; /* the second integer */
	s->items[0] = 1;
	s->items[1] = 2;
	s->lists[0] = (dj_data_list){.type = DJ_DATA_INTEGER, .n = 2, .integer = s->items};
	s->lists[1] = (dj_data_list){.type = DJ_DATA_TEXT};
	s->column[0] =
	    (dj_data_column){.name = "i", .type = DJ_DATA_INTEGER, .null = s->null, .integer = s->integers};
	s->column[1] = (dj_data_column){.name = "r", .type = DJ_DATA_REAL, .real = s->reals};
	s->column[2] = (dj_data_column){.name = "t", .type = DJ_DATA_TEXT, .text = s->texts};
	s->column[3] = (dj_data_column){.name = "l", .type = DJ_DATA_LIST, .list = s->lists};
	s->data = (dj_data){.rows = 2, .n_columns = 4, .column = s->column};
	s->layer[0] = (dj_shape_record){.name = "hot",
	                                .kind = "points",
	                                .title = {"Hot", "Chaud"},
	                                .spec = "{\"size\":\"i\"}",
	                                .part = {"data"},
	                                .data = {&s->data},
	                                .n_parts = 1};
	s->layer[1] = (dj_shape_record){.name = "cold",
	                                .kind = "points",
	                                .title = {"Cold", NULL},
	                                .spec = "{}",
	                                .part = {"data"},
	                                .data = {&s->data},
	                                .n_parts = 1};
	s->view[0] = (dj_shape_record){.name = "net",
	                               .kind = "network",
	                               .title = {"Net", NULL},
	                               .spec = "{}",
	                               .part = {"nodes", "edges"},
	                               .data = {&s->data, &s->data},
	                               .n_parts = 2};
}

static sample *new_sample(void)
{
	sample *s = dj_alloc_zero(1, sizeof *s);

	fill_findings(s);
	fill_shapes(s);
	s->note[0] = (dj_words){"12 rows have no place", "12 lignes sans lieu"};
	s->note[1] = (dj_words){"two", NULL};
	s->run = (dj_run_record){.plugin = "structuring",
	                         .version = "1.0.0",
	                         .kind = "detection",
	                         .lang = "lua",
	                         .summary = {"S", "R"},
	                         .caveat = {"C", NULL},
	                         .source = "FINTRAC",
	                         .path = "plugins/structuring",
	                         .digest = dj_sha256_of("p", 1),
	                         .params = "{\"days\":\"7\"}",
	                         .seed = "1",
	                         .now = "2024-05-01",
	                         .verdict = "OK",
	                         .line = 12,
	                         .toolkit = "0.1.0",
	                         .worker = "ff",
	                         .layers = "seccomp",
	                         .limits = "{}",
	                         .started = "2024-05-02T00:00:00Z",
	                         .wall_us = 1,
	                         .cpu_us = 2,
	                         .peak_bytes = 3,
	                         .instructions = 4,
	                         .sql_steps = 5,
	                         .source_row = s->source,
	                         .n_sources = 3,
	                         .finding = s->finding,
	                         .n_findings = 3,
	                         .layer = s->layer,
	                         .n_layers = 2,
	                         .view = s->view,
	                         .n_views = 1,
	                         .note = s->note,
	                         .n_notes = 2,
	                         .log = "line 1\n"};
	return s;
}

static dj_digest digest_of(sample *s)
{
	dj_record_digest(&s->run);
	return s->run.dj1;
}

/* ---- jam.db ---- */

static void a_run_comes_back(void **state)
{
	world        *x = *state;
	sample       *s = new_sample();
	dj_run_record got;
	dj_err        err = {0};
	dj_digest     wrote;

	fine(dj_record_run(x->r, &s->run, &err));
	assert_int_equal(s->run.id, 1);
	wrote = s->run.dj1;
	fine(dj_record_get(&got, x->r, 1, x->a, &err));
	assert_string_equal(got.plugin, "structuring");
	assert_string_equal(got.summary.fr, "R");
	assert_null(got.caveat.fr);
	assert_null(got.message);
	assert_int_equal(got.line, 12);
	assert_int_equal(got.sql_steps, 5);
	assert_int_equal(dj_digest_compare(&got.digest, &s->run.digest), 0);
	assert_int_equal(got.n_sources, 3);
	assert_string_equal(got.source_row[1].table, "tx");
	assert_int_equal(got.n_findings, 3);
	assert_string_equal(got.finding[0].key, "k2"); /* by falling score, then key */
	assert_string_equal(got.finding[1].key, "k0");
	assert_string_equal(got.finding[2].key, "k1");
	const dj_finding_record *f = &got.finding[2];
	assert_string_equal(f->subject_id[1], "A2");
	assert_string_equal(f->value[0].name, "total");
	assert_string_equal(f->reason[0].fr, "juste en dessous");
	assert_int_equal(f->evidence[2].source, 1);
	assert_int_equal(f->evidence[2].rowid, 3);
	assert_int_equal(f->evidence_total, 12000);
	assert_true(f->has_point && f->lon < -113);
	assert_false(got.finding[0].has_point);
	assert_null(got.finding[0].first);
	assert_string_equal(got.layer[1].name, "cold");
	assert_int_equal(got.view[0].n_parts, 2);
	assert_string_equal(got.view[0].part[1], "edges");
	assert_string_equal(got.view[0].data[1]->column[2].text[1], "é");
	assert_string_equal(got.note[0].fr, "12 lignes sans lieu");
	dj_record_digest(&got); /* what was read is what was digested, whatever order findings come in */
	assert_int_equal(dj_digest_compare(&got.dj1, &wrote), 0);
	free(s);
}

static void runs_are_listed(void **state)
{
	static const struct {
		const char *plugin, *params, *verdict;
	} runs[] = {{"b", "{}", "OK"}, {"a", "{}", "OK"}, {"b", "{\"k\":\"2\"}", "OK"}, {"b", "{}", "FAILED"}};
	world        *x = *state;
	int64_t      *ids, id;
	size_t        n;
	dj_run_record got;
	dj_err        err = {0};

	for (size_t i = 0; i < 4; i++) {
		dj_run_record run = {.plugin = runs[i].plugin, .params = runs[i].params, .verdict = runs[i].verdict};
		fine(dj_record_run(x->r, &run, &err));
		assert_int_equal(run.id, i + 1);
	}
	fine(dj_record_runs(&ids, &n, x->r, x->a, &err));
	assert_int_equal(n, 4);
	assert_int_equal(ids[3], 4);
	fine(dj_record_newest(&ids, &n, x->r, x->a, &err));
	assert_int_equal(n, 3);
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], 3);
	assert_int_equal(ids[2], 4);
	fine(dj_record_newest_of(&id, x->r, "b", &err));
	assert_int_equal(id, 3);
	wrong(dj_record_newest_of(&id, x->r, "c", &err), "no run that went well");
	assert_int_equal(err.code, DJ_NOTFOUND);
	wrong(dj_record_get(&got, x->r, 99, x->a, &err), "no run 99");
	assert_int_equal(err.code, DJ_NOTFOUND);
}

/* Whole or not at all: two findings of one key are refused, and nothing of the run is left. */
static void half_a_run_is_none(void **state)
{
	world   *x = *state;
	sample  *s = new_sample();
	int64_t *ids;
	size_t   n;
	dj_err   err = {0};

	s->finding[2].key = "k1";
	wrong(dj_record_run(x->r, &s->run, &err), "UNIQUE");
	fine(dj_record_runs(&ids, &n, x->r, x->a, &err));
	assert_int_equal(n, 0);
	s->finding[2].key = "k3";
	fine(dj_record_run(x->r, &s->run, &err));
	assert_int_equal(s->run.id, 1);
	free(s);
}

static void two_may_be_open(void **state)
{
	world        *x = *state;
	dj_record    *second = NULL;
	dj_run_record run = {.plugin = "p", .verdict = "OK"}, got;
	dj_err        err = {0};

	fine(dj_record_open(&second, x->w, &err));
	fine(dj_record_run(second, &run, &err));
	fine(dj_record_run(x->r, &run, &err));
	fine(dj_record_get(&got, second, 2, x->a, &err));
	dj_record_close(second);
}

static void exec(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void newer_older_and_foreign_files(void **state)
{
	world        *x = *state;
	char         *path = dj_path_join(x->w->state, "jam.db");
	dj_record    *r = NULL;
	dj_run_record run = {.plugin = "p", .verdict = "OK"};
	dj_err        err = {0};

	dj_record_close(x->r);
	x->r = NULL;
	exec(path, "PRAGMA user_version = 3");
	wrong(dj_record_open(&r, x->w, &err),
	      "jam.db has schema 3, this datajam knows 1 (use the newer datajam)");
	unlink(path);
	exec(path, "PRAGMA application_id = 1145717069"); /* ours, of version 0: nothing in it yet */
	exec(path, "PRAGMA user_version = 0");
	fine(dj_record_open(&r, x->w, &err));
	fine(dj_record_run(r, &run, &err));
	dj_record_close(r);
	unlink(path);
	exec(path, "CREATE TABLE other(a)");
	wrong(dj_record_open(&r, x->w, &err), "is not a jam.db");
	unlink(path);
	fine(dj_file_write(path,
	                   "this is a text that is longer than a header, by some way or other, to be sure of it: "
	                   "a hundred bytes and more",
	                   109, &err));
	wrong(dj_record_open(&r, x->w, &err), "is not a jam.db");
	free(path);
}

/* ---- DJ1 ---- */

static void order_of_findings_is_no_content(void **state)
{
	sample           *s = new_sample();
	dj_digest         base = digest_of(s), other;
	dj_finding_record first = s->finding[0];

	(void)state;
	s->finding[0] = s->finding[2];
	s->finding[2] = first;
	other = digest_of(s);
	assert_int_equal(dj_digest_compare(&base, &other), 0);
	free(s);
}

/* Nor is the numbering of sources, nor what differs from machine to machine. */
static void what_differs_from_run_to_run_is_no_content(void **state)
{
	sample          *s = new_sample();
	dj_digest        base = digest_of(s), other;
	dj_source_record first = s->source[0];

	(void)state;
	s->source[0] = s->source[1];
	s->source[1] = first;
	for (int i = 0; i < 3; i++)
		s->evidence[i].source = !s->evidence[i].source;
	s->run.wall_us = 999;
	s->run.started = "2025-01-01T00:00:00Z";
	s->run.log = "other";
	s->source[2].djs1 = "8"; /* the run that findings come from */
	s->finding[1].lat = 1;   /* has no point */
	s->value[1].value = 3.0;
	other = digest_of(s);
	assert_int_equal(dj_digest_compare(&base, &other), 0);
	free(s);
}

static void minus_zero_is_zero(void **state)
{
	sample   *s = new_sample();
	dj_digest base, other;

	(void)state;
	s->reals[0] = 0.0;
	s->value[0].value = 0.0;
	base = digest_of(s);
	s->reals[0] = -0.0;
	s->value[0].value = -0.0;
	other = digest_of(s);
	assert_int_equal(dj_digest_compare(&base, &other), 0);
	free(s);
}

/* One change at a time, in every part; each must show. */
static bool plant(sample *s, int change)
{
	dj_shape_record shape;
	dj_words        note;

	switch (change) {
	case 0: s->finding[0].score = 0.5000001; return true;
	case 1: s->finding[0].title.fr = NULL; return true;
	case 2: s->finding[0].detail.en = ""; return true;
	case 3: s->finding[1].last = "2024-03-01"; return true;
	case 4: s->finding[0].lon = 114; return true;
	case 5: s->finding[0].has_point = false; return true;
	case 6: s->finding[0].evidence_total = 11999; return true;
	case 7: s->id[1] = "A3"; return true;
	case 8: s->value[0].name = "sum"; return true;
	case 9: s->reason[1].en = "by day"; return true;
	case 10: s->evidence[2].rowid = 4; return true;
	case 11: s->evidence[0].source = 1; return true;
	case 12: s->source[1].djs1 = "cc"; return true;
	case 13: s->run.n_findings = 2; return true;
	case 14: s->layer[0].spec = "{\"size\":\"r\"}"; return true;
	case 15: s->integers[0] = 6; return true;
	case 16: s->texts[0] = "y"; return true;
	case 17: s->null[0] = 0; return true;
	case 18: s->items[1] = 3; return true;
	case 19: s->lists[1].type = DJ_DATA_REAL; return true;
	case 20: s->column[1].name = "q"; return true;
	case 21: s->view[0].part[1] = "ties"; return true;
	case 22: /* layers are in order */
		shape = s->layer[0];
		s->layer[0] = s->layer[1];
		s->layer[1] = shape;
		return true;
	case 23:
		note = s->note[0];
		s->note[0] = s->note[1];
		s->note[1] = note;
		return true;
	case 24: /* rows are in order */
		s->texts[0] = "é";
		s->texts[1] = "x";
		return true;
	case 25: s->finding[0].key = "k9"; return true;
	default: return false;
	}
}

static void a_planted_change_is_seen(void **state)
{
	sample   *s = new_sample();
	dj_digest base = digest_of(s), seen[32];
	size_t    n = 0;

	(void)state;
	for (int change = 0; plant(s, change); change++) {
		seen[n] = digest_of(s);
		if (dj_digest_compare(&base, &seen[n]) == 0)
			fail_msg("change %d is not seen", change);
		for (size_t i = 0; i < n; i++)
			if (dj_digest_compare(&seen[i], &seen[n]) == 0)
				fail_msg("changes %zu and %d look the same", i, change);
		n++;
		free(s);
		s = new_sample();
	}
	assert_int_equal(n, 26);
	free(s);
}

/* The digest of a run that gave nothing: a change of the definition must be meant. */
static void nothing_is_as_defined(void **state)
{
	dj_run_record run = {0};
	char          hex[65];

	(void)state;
	dj_record_digest(&run);
	dj_digest_hex(hex, &run.dj1);
	assert_string_equal(hex, "12f635be4b9abf57e72469c7c54a5f43c7248eede02bfbc6299fc08c02e49281");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_run_comes_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(runs_are_listed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(half_a_run_is_none, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(two_may_be_open, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(newer_older_and_foreign_files, set_up, tear_down),
	    cmocka_unit_test(order_of_findings_is_no_content),
	    cmocka_unit_test(what_differs_from_run_to_run_is_no_content),
	    cmocka_unit_test(minus_zero_is_zero),
	    cmocka_unit_test(a_planted_change_is_seen),
	    cmocka_unit_test(nothing_is_as_defined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
