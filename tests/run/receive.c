/*
 * The state machine that takes in what a worker says. Frames are written by the codec, one change at a time, so each case shows one
 * rule; at the end whole streams are broken at random.
 */
#include "../plugin/datasets.h"

#include "base/random.h"
#include "run/inside.h"

#include <math.h>

enum { ROWS = 5 };
#define ROW(n) (((int64_t)1 << DJ_ROW_SHIFT) + (n))

typedef struct world {
	char          *dir;
	dj_workspace  *w;
	dj_vocabulary *v;
	dj_catalogue  *c;
	dj_binding     binding;
	dj_plan_step   step;
	dj_rows       *rows;
	dj_arena      *arena;
} world;

static const dj_plugin_file        file = {.name = "thing", .shown = "plugins/thing/plugin.lua"};
static const dj_plugin_description says = {.name = "thing", .version = "1.0.0"};

static int set_up(void **state)
{
	world             *x = dj_alloc_zero(1, sizeof *x);
	dj_bound_source   *source;
	const dj_dataset **database;
	dj_err             err = {0};

	x->dir = scratch_folder();
	x->v = shipped_vocabulary();
	x->arena = dj_arena_new();
	fine(dj_workspace_init(x->dir, &err));
	fine(dj_workspace_open(&x->w, x->dir, &err));
	write_dataset(x->w, x->v, &(test_dataset){"cells", "incidents", "n=N region=R", NULL, NULL, ROWS});
	fine(dj_catalogue_open(&x->c, x->w, x->v, &err));
	source = dj_arena_alloc(x->arena, 1, sizeof *source);
	database = dj_arena_alloc(x->arena, 1, sizeof *database);
	database[0] = dj_catalogue_at(x->c, 0);
	*source = (dj_bound_source){database[0], dj_dataset_table(database[0], "cells"), 0, "incidents"};
	x->binding = (dj_binding){.source = source, .n_sources = 1, .database = database, .n_databases = 1};
	x->step = (dj_plan_step){.file = &file, .says = &says, .binding = &x->binding};
	fine(dj_rows_open(&x->rows, &x->binding, NULL, 0, x->arena, &err));
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	world *x = *state;

	dj_rows_close(x->rows);
	dj_catalogue_free(x->c);
	dj_workspace_free(x->w);
	dj_vocabulary_free(x->v);
	dj_arena_free(x->arena);
	scratch_end(x->dir);
	free(x);
	return 0;
}

/* ---- A worker's voice: frames into a file, read back as bytes ---- */

typedef struct voice {
	dj_wire_out out;
	FILE       *file;
} voice;

static voice speak(void)
{
	voice v = {.file = tmpfile()};

	assert_non_null(v.file);
	v.out.fd = fileno(v.file);
	return v;
}

static void end(voice *v)
{
	dj_err err = {0};

	fine(dj_wire_end(&v->out, &err));
}

static void put_hello(voice *v)
{
	dj_wire_begin(&v->out, DJ_WIRE_HELLO);
	dj_wire_put_i64(&v->out, 1);
	dj_wire_put_i64(&v->out, 0);
	dj_wire_put_bytes(&v->out, (char[32]){0}, 32);
	end(v);
}

static void put_done(voice *v, int64_t findings, int64_t layers, int64_t views, int64_t notes)
{
	const int64_t counts[] = {findings, layers, views, notes, 0, 0, 0};

	dj_wire_begin(&v->out, DJ_WIRE_DONE);
	for (size_t i = 0; i < 7; i++)
		dj_wire_put_i64(&v->out, counts[i]);
	end(v);
}

typedef struct finding {
	const char *title, *key, *first, *last, *value, *type, *id, *type2, *id2;
	double      score, lat;
	int64_t     row[2], n_rows, total;
	uint8_t     point;
} finding;

static const finding plain = {.title = "A lead",
                              .key = "k",
                              .first = "2024-01-01",
                              .last = "2024-01-31",
                              .value = "n",
                              .type = "region",
                              .id = "35",
                              .score = 0.5,
                              .row = {ROW(1), ROW(2)},
                              .n_rows = 2,
                              .total = 2};

static void put_finding_head(voice *v, const finding *f)
{
	dj_wire_out *o = &v->out;

	dj_wire_begin(o, DJ_WIRE_FINDING);
	dj_wire_put_text(o, f->title);
	dj_wire_put_text(o, "");
	dj_wire_put_text(o, "");
	dj_wire_put_text(o, "");
	dj_wire_put_text(o, f->key);
	dj_wire_put_f64(o, f->score);
	dj_wire_put_text(o, f->first);
	dj_wire_put_text(o, f->last);
	dj_wire_put_text(o, "");
	dj_wire_put_text(o, "");
	dj_wire_put_u8(o, f->point);
	dj_wire_put_f64(o, f->lat);
	dj_wire_put_f64(o, 0);
	dj_wire_put_f64(o, 0);
	dj_wire_put_u32(o, 1);
	dj_wire_put_text(o, f->value);
	dj_wire_put_f64(o, 3);
	dj_wire_put_u32(o, 0);
	dj_wire_put_i64(o, (f->type != NULL) + (f->type2 != NULL));
	dj_wire_put_i64(o, f->n_rows);
	dj_wire_put_i64(o, f->total);
	end(v);
}

static void put_finding(voice *v, const finding *f)
{
	put_finding_head(v, f);
	if (f->type) {
		dj_wire_begin(&v->out, DJ_WIRE_SUBJECTS);
		dj_wire_put_u32(&v->out, f->type2 ? 2 : 1);
		dj_wire_put_text(&v->out, f->type);
		dj_wire_put_text(&v->out, f->id);
		if (f->type2) {
			dj_wire_put_text(&v->out, f->type2);
			dj_wire_put_text(&v->out, f->id2);
		}
		end(v);
	}
	dj_wire_begin(&v->out, DJ_WIRE_EVIDENCE);
	dj_wire_put_u32(&v->out, (uint32_t)f->n_rows);
	for (int64_t i = 0; i < f->n_rows && i < 2; i++)
		dj_wire_put_i64(&v->out, f->row[i]);
	end(v);
}

/* The bytes that were said; free() them. */
static char *heard(voice *v, size_t *n)
{
	char *bytes;

	*n = (size_t)lseek(v->out.fd, 0, SEEK_END);
	bytes = dj_alloc_zero(*n + 1, 1);
	assert_int_equal(pread(v->out.fd, bytes, *n, 0), (ssize_t)*n);
	fclose(v->file);
	dj_wire_out_free(&v->out);
	return bytes;
}

static dj_run_record take(world *x, const char *bytes, size_t n, const char *reads_protected, size_t chunk)
{
	dj_receive_spec spec = {.step = &x->step,
	                        .rows = x->rows,
	                        .reads_protected = reads_protected,
	                        .k = 2,
	                        .most_findings = 3,
	                        .arena = x->arena};
	dj_receive     *r = dj_receive_new(&spec);
	dj_run_record   run = {0};
	dj_ending       ending = {.verdict = DJ_VERDICT_OK};
	dj_err          err = {0};

	for (size_t at = 0; at < n; at += chunk)
		if (dj_receive_bytes(r, bytes + at, at + chunk < n ? chunk : n - at, &err) < 0) {
			ending.verdict = err.code == DJ_DENIED ? DJ_VERDICT_OUTPUT_LIMIT : DJ_VERDICT_FAILED;
			break;
		}
	dj_receive_conclude(&run, r, &ending);
	dj_receive_free(r);
	return run;
}

static dj_run_record conclude(world *x, voice *v)
{
	size_t        n;
	char         *bytes = heard(v, &n);
	dj_run_record run = take(x, bytes, n, NULL, 7);

	free(bytes);
	return run;
}

static void is(const dj_run_record *run, const char *verdict, const char *words)
{
	if (strcmp(run->verdict, verdict) != 0 || (words && (!run->message || !strstr(run->message, words))))
		fail_msg("want %s with '%s', got %s: %s", verdict, words ? words : "", run->verdict,
		         run->message ? run->message : "");
}

/* One finding, then DONE. */
static dj_run_record of_finding(world *x, const finding *f)
{
	voice v = speak();

	put_hello(&v);
	put_finding(&v, f);
	put_done(&v, 1, 0, 0, 0);
	return conclude(x, &v);
}

/* ---- Streams as they should be ---- */

static void a_whole_run(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;
	finding       weak = plain, strong = plain;

	weak.score = 0.1;
	weak.key = "weak";
	strong.score = 0.9;
	strong.key = "strong";
	put_hello(&v);
	put_finding(&v, &weak);
	put_finding(&v, &strong);
	dj_wire_begin(&v.out, DJ_WIRE_NOTE);
	dj_wire_put_text(&v.out, "a note");
	dj_wire_put_text(&v.out, "");
	end(&v);
	dj_wire_begin(&v.out, DJ_WIRE_PROGRESS);
	dj_wire_put_i64(&v.out, 1);
	dj_wire_put_i64(&v.out, 2);
	end(&v);
	dj_wire_begin(&v.out, DJ_WIRE_LOG);
	dj_wire_put_u8(&v.out, 1);
	dj_wire_put_i64(&v.out, 12);
	dj_wire_put_text(&v.out, "hello");
	end(&v);
	put_done(&v, 2, 0, 0, 1);
	run = conclude(x, &v);
	is(&run, "OK", NULL);
	assert_int_equal(run.n_findings, 2);
	assert_string_equal(run.finding[0].key, "strong"); /* strongest first, whatever the order given */
	assert_int_equal(run.finding[0].n_evidence, 2);
	assert_int_equal(run.finding[0].evidence[1].rowid, 2);
	assert_int_equal(run.finding[0].evidence[1].source, 0);
	assert_string_equal(run.note[0].en, "a note");
	assert_string_equal(run.log, "12: hello\n");
}

/* Frames, a layer and a view on them; numbers of findings follow the findings to their places. */
static void a_layer_and_a_view(void **state)
{
	world         *x = *state;
	voice          v = speak();
	dj_run_record  run;
	dj_err         err = {0};
	double         lat[] = {43.5, 50}, lon[] = {-79, -100};
	int64_t        row[] = {ROW(1), ROW(3)}, number[] = {1, 2};
	const char    *name[] = {"a", "b"};
	dj_data_column column[] = {{.name = "lat", .type = DJ_DATA_REAL, .real = lat},
	                           {.name = "lon", .type = DJ_DATA_REAL, .real = lon},
	                           {.name = "_row", .type = DJ_DATA_INTEGER, .integer = row},
	                           {.name = "finding", .type = DJ_DATA_INTEGER, .integer = number},
	                           {.name = "name", .type = DJ_DATA_TEXT, .text = name}};
	dj_data        d = {2, 5, column};
	finding        weak = plain, strong = plain;

	weak.score = 0.1;
	weak.key = "weak";
	strong.key = "strong";
	put_hello(&v);
	put_finding(&v, &weak);
	put_finding(&v, &strong);
	fine(dj_data_send(&v.out, 1, &d, &err));
	fine(dj_data_send(&v.out, 2, &d, &err));
	dj_wire_begin(&v.out, DJ_WIRE_LAYER);
	dj_wire_put_text(
	    &v.out,
	    "{\"title\":{\"en\":\"Dots\"},\"name\":\"dots\",\"kind\":\"points\",\"frame\":1,\"label\":\"name\"}");
	end(&v);
	dj_wire_begin(&v.out, DJ_WIRE_VIEW);
	dj_wire_put_text(
	    &v.out,
	    "{\"name\":\"v\",\"title\":{\"en\":\"V\"},\"kind\":\"chart\",\"frame\":2,\"x\":{\"column\":\"lon\","
	    "\"zero\":true},\"marks\":[{\"type\":\"dot\",\"y\":\"lat\"}]}");
	end(&v);
	put_done(&v, 2, 1, 1, 0);
	run = conclude(x, &v);
	is(&run, "OK", NULL);
	assert_string_equal(run.layer[0].spec, "{\"label\":\"name\"}");
	assert_string_equal(
	    run.view[0].spec,
	    "{\"marks\":[{\"type\":\"dot\",\"y\":\"lat\"}],\"x\":{\"column\":\"lon\",\"zero\":true}}");
	assert_int_equal(run.layer[0].data[0]->rows, 2);
	assert_int_equal(dj_data_find(run.layer[0].data[0], "finding")->integer[0], 2);
	assert_int_equal(dj_data_find(run.layer[0].data[0], "finding")->integer[1], 1);
	assert_int_equal(dj_data_find(run.layer[0].data[0], "_row")->integer[1], ROW(3));
}

static void it_says_that_it_failed(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;

	put_hello(&v);
	put_finding_head(&v, &plain); /* in the middle of anything */
	dj_wire_begin(&v.out, DJ_WIRE_FAILED);
	dj_wire_put_text(&v.out, "error");
	dj_wire_put_text(&v.out, file.shown);
	dj_wire_put_i64(&v.out, 7);
	dj_wire_put_text(&v.out, "no such column: foo");
	dj_wire_put_text(&v.out, "");
	end(&v);
	run = conclude(x, &v);
	is(&run, "FAILED", "plugins/thing/plugin.lua:7: no such column: foo");
	assert_int_equal(run.line, 7);
	assert_int_equal(run.n_findings, 0);

	v = speak();
	put_hello(&v);
	dj_wire_begin(&v.out, DJ_WIRE_FAILED);
	dj_wire_put_text(&v.out, "limit");
	dj_wire_put_text(&v.out, file.shown);
	dj_wire_put_i64(&v.out, 0);
	dj_wire_put_text(&v.out, "MEMORY: Lua used 512 MiB");
	dj_wire_put_text(&v.out, "");
	end(&v);
	run = conclude(x, &v);
	is(&run, "MEMORY", "MEMORY: Lua used");
}

/* ---- Findings that break one rule each ---- */

static void findings_that_are_not(void **state)
{
	static const finding cases[] = {
	    {.title = "", .key = "k"},
	    {.title = "two\nlines", .key = "k"},
	    {.title = "A lead", .key = ""},
	    {.title = "A lead", .key = "k", .score = 1.5},
	    {.title = "A lead", .key = "k", .score = -0.1},
	    {.title = "A lead", .key = "k", .score = NAN},
	    {.title = "A lead", .key = "k", .first = "yesterday", .last = "2024-01-31"},
	    {.title = "A lead", .key = "k", .first = "2024-02-01", .last = "2024-01-31"},
	    {.title = "A lead", .key = "k", .first = "2024-02-01", .last = ""},
	    {.title = "A lead", .key = "k", .value = "Not A Name"},
	    {.title = "A lead", .key = "k", .point = 1, .lat = 91},
	    {.title = "A lead", .key = "k", .point = 2},
	    {.title = "A lead", .key = "k", .lat = 45},
	    {.title = "A lead", .key = "k", .type = "Region"},
	    {.title = "A lead", .key = "k", .id = ""},
	    {.title = "A lead", .key = "k", .id = "\033[2J"},
	    {.title = "A lead", .key = "k", .type2 = "region", .id2 = "35"},
	    {.title = "A lead", .key = "k", .type2 = "account", .id2 = "A1"},
	    {.title = "A lead", .key = "k", .row = {ROW(2), ROW(1)}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), ROW(1)}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), ROW(ROWS + 1)}},
	    {.title = "A lead", .key = "k", .row = {17, ROW(1)}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), ROW(1) * 2}},
	    {.title = "A lead", .key = "k", .row = {ROW(1), (int64_t)DJ_FINDINGS_SOURCE << DJ_ROW_SHIFT | 1}},
	    {.title = "A lead", .key = "k", .row = {-1, ROW(1)}},
	    {.title = "A lead", .key = "k", .total = 1},
	    {.title = "A lead", .key = "k", .total = 3},
	};
	world *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		finding f = cases[i];

		if (!f.first)
			f.first = "2024-01-01", f.last = "2024-01-31";
		if (!f.value)
			f.value = "n";
		if (!f.type)
			f.type = "region";
		if (!f.id)
			f.id = "35";
		if (!f.row[0])
			f.row[0] = ROW(1), f.row[1] = ROW(2);
		f.n_rows = 2;
		if (!f.total)
			f.total = 2;
		dj_run_record run = of_finding(x, &f);

		if (strcmp(run.verdict, "FAILED") != 0 || !strstr(run.message, "protocol"))
			fail_msg("case %zu: %s %s", i, run.verdict, run.message ? run.message : "");
		assert_int_equal(run.n_findings, 0);
	}
	dj_run_record run = of_finding(x, &plain);
	is(&run, "OK", NULL);
}

static void two_of_one_key_and_too_many(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;

	put_hello(&v);
	put_finding(&v, &plain);
	put_finding(&v, &plain);
	put_done(&v, 2, 0, 0, 0);
	run = conclude(x, &v);
	is(&run, "FAILED", "have the key 'k'");

	v = speak();
	put_hello(&v);
	for (int i = 0; i < 4; i++) {
		finding f = plain;
		char    key[8];

		snprintf(key, sizeof key, "k%d", i);
		f.key = key;
		put_finding(&v, &f);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "findings: more than the 3 allowed");
}

/* A run that reads a protected column: about regions only, on k rows or more; no stand-in is a way round. */
static void protected_columns(void **state)
{
	world        *x = *state;
	finding       f = plain;
	dj_run_record run;

	for (int i = 0; i < 4; i++) {
		voice  v = speak();
		size_t n;
		char  *bytes;

		f = plain;
		if (i == 1)
			f.type = "account", f.id = "A1";
		else if (i == 2)
			f.point = 1, f.lat = 45;
		else if (i == 3)
			f.n_rows = f.total = 1;
		put_hello(&v);
		put_finding(&v, &f);
		put_done(&v, 1, 0, 0, 0);
		bytes = heard(&v, &n);
		run = take(x, bytes, n, "people.gender", n);
		free(bytes);
		if (i == 0)
			is(&run, "OK", NULL);
		else
			is(&run, "FAILED",
			   i == 1   ? "reads people.gender, which is protected: its findings may be about regions only"
			   : i == 2 ? "type 'point'"
			            : "2 rows or more");
	}
}

/* ---- Messages out of place ---- */

static void put_text(voice *v, dj_wire_type type, const char *text)
{
	dj_wire_begin(&v->out, type);
	dj_wire_put_text(&v->out, text);
	end(v);
}

static void out_of_place(void **state)
{
	world        *x = *state;
	dj_run_record run;

	for (int i = 0; i < 12; i++) {
		static const char *const words[] = {
		    "first message",     "first message",
		    "spoke after",       "counted",
		    "without all its",   "without a finding",
		    "of another plugin", "ended before",
		    "no place in a run", "frame 1 belongs to nothing",
		    "no such line",      "API 2",
		};
		voice   v = speak();
		int64_t one = 1;
		dj_err  err = {0};
		dj_data d = {1, 1, &(dj_data_column){.name = "a", .type = DJ_DATA_INTEGER, .integer = &one}};

		if (i == 11) {
			dj_wire_begin(&v.out, DJ_WIRE_HELLO);
			dj_wire_put_i64(&v.out, 2);
			dj_wire_put_i64(&v.out, 0);
			dj_wire_put_bytes(&v.out, (char[32]){0}, 32);
			end(&v);
		} else if (i != 0) {
			put_hello(&v);
		}
		switch (i) {
		case 0: put_done(&v, 0, 0, 0, 0); break;
		case 1: put_hello(&v); break;
		case 2:
			put_done(&v, 0, 0, 0, 0);
			put_done(&v, 0, 0, 0, 0);
			break;
		case 3: put_done(&v, 1, 0, 0, 0); break;
		case 4:
			put_finding_head(&v, &plain);
			put_done(&v, 1, 0, 0, 0);
			break;
		case 5:
			dj_wire_begin(&v.out, DJ_WIRE_EVIDENCE);
			dj_wire_put_u32(&v.out, 1);
			dj_wire_put_i64(&v.out, ROW(1));
			end(&v);
			break;
		case 6:
			dj_wire_begin(&v.out, DJ_WIRE_FAILED);
			dj_wire_put_text(&v.out, "error");
			dj_wire_put_text(&v.out, "plugins/rival/plugin.lua");
			dj_wire_put_i64(&v.out, 1);
			dj_wire_put_text(&v.out, "it stole our data");
			dj_wire_put_text(&v.out, "");
			end(&v);
			break;
		case 8: put_text(&v, DJ_WIRE_DESCRIPTION, "{}"); break;
		case 9:
			fine(dj_data_send(&v.out, 1, &d, &err));
			put_done(&v, 0, 0, 0, 0);
			break;
		case 10:
			dj_wire_begin(&v.out, DJ_WIRE_LOG);
			dj_wire_put_u8(&v.out, 3);
			dj_wire_put_i64(&v.out, 1);
			dj_wire_put_text(&v.out, "x");
			end(&v);
			break;
		default: break;
		}

		run = conclude(x, &v);
		is(&run, "FAILED", i == 10 ? "no such level" : words[i]);
	}
}

static void put_frame(voice *v, int64_t id)
{
	dj_wire_begin(&v->out, DJ_WIRE_FRAME);
	dj_wire_put_i64(&v->out, id);
	dj_wire_put_i64(&v->out, 1);
	dj_wire_put_u32(&v->out, 1);
	dj_wire_put_text(&v->out, "a");
	dj_wire_put_u8(&v->out, DJ_DATA_INTEGER);
	end(v);
}

static void frames_out_of_place(void **state)
{
	world        *x = *state;
	dj_run_record run;
	voice         v = speak();

	put_hello(&v);
	put_frame(&v, 1);
	put_done(&v, 0, 0, 0, 0);
	run = conclude(x, &v);
	is(&run, "FAILED", "a frame without all its parts");

	v = speak();
	put_hello(&v);
	dj_wire_begin(&v.out, DJ_WIRE_PART);
	end(&v);
	run = conclude(x, &v);
	is(&run, "FAILED", "a part without a frame");

	v = speak();
	put_hello(&v);
	put_frame(&v, 2);
	run = conclude(x, &v);
	is(&run, "FAILED", "a frame is out of order");
}

static void too_many_views(void **state)
{
	world        *x = *state;
	dj_run_record run;
	voice         v = speak();
	char          json[128];

	put_hello(&v);
	for (int i = 0; i < 33; i++) {
		snprintf(json, sizeof json,
		         "{\"kind\":\"text\",\"name\":\"v%d\",\"text\":{\"en\":\"t\"},\"title\":{\"en\":\"t\"}}",
		         i == 32 ? 0 : i);
		put_text(&v, DJ_WIRE_VIEW, json);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "views: more than the 32 allowed");

	v = speak();
	put_hello(&v);
	snprintf(json, sizeof json,
	         "{\"kind\":\"text\",\"name\":\"v\",\"text\":{\"en\":\"t\"},\"title\":{\"en\":\"t\"}}");
	put_text(&v, DJ_WIRE_VIEW, json);
	put_text(&v, DJ_WIRE_VIEW, json);
	run = conclude(x, &v);
	is(&run, "FAILED", "two views are called 'v'");
}

static void floods(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;
	char          line[4097];

	memset(line, 'x', 4096);
	line[4096] = '\0';
	put_hello(&v);
	for (int i = 0; i < 300; i++) {
		dj_wire_begin(&v.out, DJ_WIRE_LOG);
		dj_wire_put_u8(&v.out, 1);
		dj_wire_put_i64(&v.out, 1);
		dj_wire_put_text(&v.out, line);
		end(&v);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "log");

	v = speak();
	put_hello(&v);
	for (int i = 0; i < 200; i++) {
		dj_wire_begin(&v.out, DJ_WIRE_PROGRESS);
		dj_wire_put_i64(&v.out, i);
		dj_wire_put_i64(&v.out, 200);
		end(&v);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "progress");

	v = speak();
	put_hello(&v);
	for (int i = 0; i < 65; i++) {
		dj_wire_begin(&v.out, DJ_WIRE_NOTE);
		dj_wire_put_text(&v.out, "n");
		dj_wire_put_text(&v.out, "");
		end(&v);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "notes");
}

/* ---- Layers and views that are none ---- */

static void shapes(void **state)
{
	static const struct {
		bool        view;
		const char *json, *says;
	} cases[] = {
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1}", NULL},
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":2}", "is no frame"},
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1.5}", "is no frame"},
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\"}", "frame is missing"},
	    {false, "{\"name\":\"A!\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1}", "name is none"},
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"\"},\"kind\":\"points\",\"frame\":1}", "title is empty"},
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1}", "kind is none"},
	    {false,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"colour\":\"lat\"}",
	     "unknown field"},
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"color\":\"red\"}",
	     "names no column"},
	    {false,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"palette\":\"hot\"}",
	     "not a word"},
	    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"regions\",\"frame\":1}",
	     "region is no column"},
	    {false,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"tooltip\":[\"x\"]}",
	     "names no column"},
	    {true,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"table\",\"frame\":1,\"columns\":[{\"column\":\"lat\",\"digits\":2}]}",
	     NULL},
	    {true,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"table\",\"frame\":1,\"columns\":[{\"column\":\"lat\",\"digits\":99}]}",
	     "0 to 15"},
	    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"table\",\"frame\":1,\"marks\":[]}",
	     "no field of this kind"},
	    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[]}",
	     "marks is not a list"},
	    {true,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[{\"type\":\"pie\"}]}",
	     "not a word"},
	    {true,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[{\"type\":\"dot\",\"script\":\"x\"}]}",
	     "unknown field"},
	    {true,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[{\"type\":\"text\",\"label\":{\"en\":\"none\"}}]}",
	     "names no column"},
	    {true,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"flow\",\"frame\":1,\"source\":\"lat\",\"target\":\"lon\"}",
	     "value is missing"},
	    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"network\",\"nodes\":1,\"edges\":1}",
	     "used before"},
	    {true,
	     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"text\",\"text\":{\"en\":\"# Hi\\nthere\"}}",
	     NULL},
	    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"text\",\"text\":{\"en\":\"\\u001b[2J\"}}",
	     "en and fr"},
	    {true, "[]", "not an object"},
	    {true, "{", ""},
	};
	double         lat[] = {1};
	dj_data_column column[] = {{.name = "lat", .type = DJ_DATA_REAL, .real = lat},
	                           {.name = "lon", .type = DJ_DATA_REAL, .real = lat}};
	dj_data        d = {1, 2, column};
	world         *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		dj_shape_frame  frame = {1, &d, false};
		dj_shape_record out;
		dj_err          err = {0};
		int rc = dj_shape_read(&out, cases[i].json, strlen(cases[i].json), cases[i].view, &frame, 1, x->arena,
		                       &err);

		if ((rc >= 0) != !cases[i].says || (cases[i].says && !strstr(err.text, cases[i].says)))
			fail_msg("case %zu, %s: %s", i, cases[i].json, err.text);
	}
}

/* ---- Any bytes ---- */

static void broken_at_random(void **state)
{
	world          *x = *state;
	dj_random_state random = dj_random_seed(11, "streams");
	voice           v = speak();
	int64_t         one = ROW(1);
	double          half = 0.5;
	dj_data_column  column[] = {{.name = "_row", .type = DJ_DATA_INTEGER, .integer = &one},
	                            {.name = "lat", .type = DJ_DATA_REAL, .real = &half},
	                            {.name = "lon", .type = DJ_DATA_REAL, .real = &half}};
	dj_data         d = {1, 3, column};
	size_t          n, failed = 0, rounds = 4000;
	char           *good;
	dj_err          err = {0};

	put_hello(&v);
	put_finding(&v, &plain);
	fine(dj_data_send(&v.out, 1, &d, &err));
	put_text(&v, DJ_WIRE_LAYER, "{\"frame\":1,\"kind\":\"points\",\"name\":\"a\",\"title\":{\"en\":\"t\"}}");
	put_done(&v, 1, 1, 0, 0);
	good = heard(&v, &n);
	for (size_t i = 0; i < rounds; i++) {
		char         *bytes = dj_alloc_zero(n, 1);
		size_t        length = n;
		dj_arena     *outer = x->arena;
		dj_run_record run;

		memcpy(bytes, good, n);
		x->arena = dj_arena_new();
		if (i) {
			for (int64_t k = dj_random_between(&random, 0, 3); k >= 0; k--)
				bytes[dj_random_between(&random, 0, (int64_t)n - 1)] ^=
				    (char)(1 << dj_random_between(&random, 0, 7));
			if (dj_random_between(&random, 0, 4) == 0)
				length = (size_t)dj_random_between(&random, 0, (int64_t)n);
		}
		run = take(x, bytes, length, NULL, (size_t)dj_random_between(&random, 1, (int64_t)n));
		if (!i)
			is(&run, "OK", NULL);
		if (strcmp(run.verdict, "OK") != 0) {
			assert_non_null(run.message);
			assert_int_equal(run.n_findings + run.n_layers, 0);
			failed++;
		}
		dj_arena_free(x->arena);
		x->arena = outer;
		free(bytes);
	}
	assert_in_range(failed, rounds / 2, rounds - 1);
	free(good);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_run),
	    TEST(a_layer_and_a_view),
	    TEST(it_says_that_it_failed),
	    TEST(findings_that_are_not),
	    TEST(two_of_one_key_and_too_many),
	    TEST(protected_columns),
	    TEST(out_of_place),
	    TEST(frames_out_of_place),
	    TEST(too_many_views),
	    TEST(floods),
	    TEST(shapes),
	    TEST(broken_at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
