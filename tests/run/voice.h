/* What the tests of taking in share: a small world to take in for, and a worker's voice, written by the codec. */
#ifndef DJ_TESTS_RUN_VOICE_H
#define DJ_TESTS_RUN_VOICE_H

#include "../plugin/datasets.h"

#include "run/inside.h"

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

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
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

static inline voice speak(void)
{
	voice v = {.file = tmpfile()};

	assert_non_null(v.file);
	v.out.fd = fileno(v.file);
	return v;
}

static inline void end(voice *v)
{
	dj_err err = {0};

	fine(dj_wire_end(&v->out, &err));
}

static inline void put_hello(voice *v)
{
	dj_wire_begin(&v->out, DJ_WIRE_HELLO);
	dj_wire_put_i64(&v->out, 1);
	dj_wire_put_i64(&v->out, 0);
	dj_wire_put_bytes(&v->out, (char[32]){0}, 32);
	end(v);
}

static inline void put_done(voice *v, int64_t findings, int64_t layers, int64_t views, int64_t notes)
{
	const int64_t counts[] = {findings, layers, views, notes, 0, 0, 0};

	dj_wire_begin(&v->out, DJ_WIRE_DONE);
	for (size_t i = 0; i < 7; i++)
		dj_wire_put_i64(&v->out, counts[i]);
	end(v);
}

static inline void put_text(voice *v, dj_wire_type type, const char *text)
{
	dj_wire_begin(&v->out, type);
	dj_wire_put_text(&v->out, text);
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

static inline void put_finding_head(voice *v, const finding *f)
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

static inline void put_finding(voice *v, const finding *f)
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
static inline char *heard(voice *v, size_t *n)
{
	char *bytes;

	*n = (size_t)lseek(v->out.fd, 0, SEEK_END);
	bytes = dj_alloc_zero(*n + 1, 1);
	assert_int_equal(pread(v->out.fd, bytes, *n, 0), (ssize_t)*n);
	fclose(v->file);
	dj_wire_out_free(&v->out);
	return bytes;
}

static inline dj_run_record take(world *x, const char *bytes, size_t n, const char *reads_protected,
                                 size_t chunk)
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

static inline dj_run_record conclude(world *x, voice *v)
{
	size_t        n;
	char         *bytes = heard(v, &n);
	dj_run_record run = take(x, bytes, n, NULL, 7);

	free(bytes);
	return run;
}

static inline void is(const dj_run_record *run, const char *verdict, const char *words)
{
	if (strcmp(run->verdict, verdict) != 0 || (words && (!run->message || !strstr(run->message, words))))
		fail_msg("want %s with '%s', got %s: %s", verdict, words ? words : "", run->verdict,
		         run->message ? run->message : "");
}

/* One finding, then DONE. */
static inline dj_run_record of_finding(world *x, const finding *f)
{
	voice v = speak();

	put_hello(&v);
	put_finding(&v, f);
	put_done(&v, 1, 0, 0, 0);
	return conclude(x, &v);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
