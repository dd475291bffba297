/* A run with a bit of everything, for the tests of jam.db and of DJ1; all that it points to lives in one struct. */
#ifndef DJ_TESTS_RECORD_SAMPLE_H
#define DJ_TESTS_RECORD_SAMPLE_H

#include "store_test.h"

#include "store/record.h"

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

static inline void fill_findings(sample *s)
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

static inline void fill_shapes(sample *s)
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

static inline sample *new_sample(void)
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

#endif
