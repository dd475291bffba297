/*
 * DJ1 of what a run gave. Tables, columns and types are written out below: they are the definition (docs/digests.md).
 * Findings and their parts are sets: the order they came in is no content. Layers, views and notes are in order, so
 * each row begins with its position; the cells of their data are hashed in order, a column at a time.
 *
 * Left out is what differs though the output is the same: times, sizes, limits, logs, paths, the numbering of sources,
 * and the number of the run that evidence of source "findings" comes from.
 */
#include "store/record.h"

#include "store/canon.h"

#include <stdlib.h>
#include <string.h>

typedef struct table {
	const char *name;
	const char *columns; /* "name type, name type" */
	dj_buf      rows;    /* digests of 32 bytes */
	dj_buf      row;     /* the one being made */
} table;

/* In byte order of their names: that is the order they are digested in. */
enum { EVIDENCE, REASONS, SUBJECTS, VALUES, FINDINGS, LAYER_DATA, LAYERS, NOTES, VIEW_DATA, VIEWS, TABLES };

static const char shape_columns[] =
    "position integer, name text, kind text, title_en text, title_fr text, spec text";
static const char data_columns[] =
    "position integer, part text, column_position integer, column text, type text, rows integer, cells bytes";

static const table tables[TABLES] = {
    [EVIDENCE] = {"finding_evidence", "finding text, djs1 text, dataset text, tab text, row integer"},
    [REASONS] = {"finding_reasons", "finding text, position integer, en text, fr text"},
    [SUBJECTS] = {"finding_subjects", "finding text, type text, subject text"},
    [VALUES] = {"finding_values", "finding text, name text, value real"},
    [FINDINGS] = {"findings",
                  "key text, title_en text, title_fr text, detail_en text, detail_fr text, score real, "
                  "first text, last text, region text, place text, lat real, lon real, radius_m real, "
                  "evidence_total integer"},
    [LAYER_DATA] = {"layer_data", data_columns},
    [LAYERS] = {"layers", shape_columns},
    [NOTES] = {"notes", "position integer, en text, fr text"},
    [VIEW_DATA] = {"view_data", data_columns},
    [VIEWS] = {"views", shape_columns},
};

static dj_buf *begin_row(table *t)
{
	dj_buf_reset(&t->row);
	dj_canon_kind(&t->row, DJ_CANON_ROW);
	return &t->row;
}

static void end_row(table *t)
{
	dj_digest d = dj_sha256_of(t->row.data, t->row.n);

	dj_buf_add(&t->rows, d.byte, sizeof d.byte);
}

static void put_words(dj_buf *b, dj_words w)
{
	dj_canon_text(b, w.en);
	dj_canon_text(b, w.fr);
}

static void put_point(dj_buf *b, bool there, double v)
{
	if (there)
		dj_canon_real(b, v);
	else
		dj_canon_null(b);
}

/* ---- Findings ---- */

static void add_finding(table *t, const dj_finding_record *f)
{
	dj_buf *b = begin_row(t);

	dj_canon_text(b, f->key);
	put_words(b, f->title);
	put_words(b, f->detail);
	dj_canon_real(b, f->score);
	dj_canon_text(b, f->first);
	dj_canon_text(b, f->last);
	dj_canon_text(b, f->region);
	dj_canon_text(b, f->place);
	put_point(b, f->has_point, f->lat);
	put_point(b, f->has_point, f->lon);
	put_point(b, f->has_point, f->radius_m);
	dj_canon_integer(b, f->evidence_total);
	end_row(t);
}

static void add_parts(table *t, const dj_finding_record *f)
{
	for (size_t i = 0; i < f->n_subjects; i++) {
		dj_buf *b = begin_row(&t[SUBJECTS]);
		dj_canon_text(b, f->key);
		dj_canon_text(b, f->subject_type[i]);
		dj_canon_text(b, f->subject_id[i]);
		end_row(&t[SUBJECTS]);
	}
	for (size_t i = 0; i < f->n_values; i++) {
		dj_buf *b = begin_row(&t[VALUES]);
		dj_canon_text(b, f->key);
		dj_canon_text(b, f->value[i].name);
		dj_canon_real(b, f->value[i].value);
		end_row(&t[VALUES]);
	}
	for (size_t i = 0; i < f->n_reasons; i++) {
		dj_buf *b = begin_row(&t[REASONS]);
		dj_canon_text(b, f->key);
		dj_canon_integer(b, (int64_t)i + 1);
		put_words(b, f->reason[i]);
		end_row(&t[REASONS]);
	}
}

static void add_evidence(table *t, const dj_run_record *run, const dj_finding_record *f)
{
	for (size_t i = 0; i < f->n_evidence; i++) {
		const dj_source_record *s = &run->source_row[f->evidence[i].source];
		bool                    of_a_run = !s->dataset || !*s->dataset;
		dj_buf                 *b = begin_row(t);

		dj_canon_text(b, f->key);
		dj_canon_text(b, of_a_run ? NULL : s->djs1);
		dj_canon_text(b, s->dataset);
		dj_canon_text(b, s->table);
		dj_canon_integer(b, f->evidence[i].rowid);
		end_row(t);
	}
}

/* ---- Layers and views ---- */

/* L, its type, count of items, the items. */
static void put_list(dj_buf *b, const dj_data_list *l)
{
	dj_buf_char(b, 'L');
	dj_canon_name(b, dj_data_type_name(l->type));
	dj_canon_count(b, l->n);
	for (size_t i = 0; i < l->n; i++)
		switch (l->type) {
		case DJ_DATA_INTEGER: dj_canon_integer(b, l->integer[i]); break;
		case DJ_DATA_REAL: dj_canon_real(b, l->real[i]); break;
		default: dj_canon_text(b, l->text[i]); break;
		}
}

static void put_cell(dj_buf *b, const dj_data_column *c, size_t row)
{
	if (dj_data_is_null(c, row)) {
		dj_canon_null(b);
		return;
	}
	switch (c->type) {
	case DJ_DATA_INTEGER: dj_canon_integer(b, c->integer[row]); break;
	case DJ_DATA_REAL: dj_canon_real(b, c->real[row]); break;
	case DJ_DATA_TEXT: dj_canon_text(b, c->text[row]); break;
	default: put_list(b, &c->list[row]); break;
	}
}

static dj_digest cells(const dj_data_column *c, size_t rows)
{
	enum { FLUSH = 1 << 16 };
	dj_sha256 *s = dj_sha256_new();
	dj_buf     b = {0};

	dj_canon_kind(&b, DJ_CANON_CELLS);
	for (size_t i = 0; i < rows; i++) {
		put_cell(&b, c, i);
		if (b.n > FLUSH) {
			dj_sha256_add(s, b.data, b.n);
			dj_buf_reset(&b);
		}
	}
	dj_sha256_add(s, b.data, b.n);
	dj_buf_free(&b);
	return dj_sha256_end(s);
}

static void add_data(table *t, int64_t position, const char *part, const dj_data *d)
{
	for (size_t i = 0; i < d->n_columns; i++) {
		const dj_data_column *c = &d->column[i];
		dj_digest             digest = cells(c, d->rows);
		dj_buf               *b = begin_row(t);

		dj_canon_integer(b, position);
		dj_canon_text(b, part);
		dj_canon_integer(b, (int64_t)i + 1);
		dj_canon_text(b, c->name);
		dj_canon_text(b, dj_data_type_name(c->type));
		dj_canon_integer(b, (int64_t)d->rows);
		dj_canon_bytes(b, digest.byte, sizeof digest.byte);
		end_row(t);
	}
}

static void add_shapes(table *shapes, table *data, const dj_shape_record *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		dj_buf *b = begin_row(shapes);

		dj_canon_integer(b, (int64_t)i + 1);
		dj_canon_text(b, x[i].name);
		dj_canon_text(b, x[i].kind);
		put_words(b, x[i].title);
		dj_canon_text(b, x[i].spec);
		end_row(shapes);
		for (size_t k = 0; k < x[i].n_parts; k++)
			add_data(data, (int64_t)i + 1, x[i].part[k], x[i].data[k]);
	}
}

static void add_notes(table *t, const dj_run_record *run)
{
	for (size_t i = 0; i < run->n_notes; i++) {
		dj_buf *b = begin_row(t);

		dj_canon_integer(b, (int64_t)i + 1);
		put_words(b, run->note[i]);
		end_row(t);
	}
}

/* ---- The whole ---- */

/* "name type, name type": count, then names and types. */
static void put_columns(dj_buf *b, const char *columns)
{
	uint64_t n = 1;

	for (const char *c = columns; *c; c++)
		n += *c == ',';
	dj_canon_count(b, n);
	for (const char *c = columns; *c;) {
		size_t name = strcspn(c, " "), type = strcspn(c + name + 1, ",");
		dj_canon_count(b, name);
		dj_buf_add(b, c, name);
		dj_canon_count(b, type);
		dj_buf_add(b, c + name + 1, type);
		c += name + 1 + type;
		c += strspn(c, ", ");
	}
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(dj_digest));
}

static dj_digest digest_table(table *t)
{
	size_t    n = t->rows.n / sizeof(dj_digest);
	dj_buf    b = {0};
	dj_digest digest;

	if (n)
		qsort(t->rows.data, n, sizeof(dj_digest), by_bytes);
	dj_canon_kind(&b, DJ_CANON_TABLE);
	dj_canon_name(&b, t->name);
	put_columns(&b, t->columns);
	dj_canon_count(&b, n);
	if (n)
		dj_buf_add(&b, t->rows.data, t->rows.n);
	digest = dj_sha256_of(b.data, b.n);
	dj_buf_free(&b);
	return digest;
}

void dj_record_digest(dj_run_record *run)
{
	table  t[TABLES];
	dj_buf all = {0};

	memcpy(t, tables, sizeof t);
	for (size_t i = 0; i < run->n_findings; i++) {
		add_finding(&t[FINDINGS], &run->finding[i]);
		add_parts(t, &run->finding[i]);
		add_evidence(&t[EVIDENCE], run, &run->finding[i]);
	}
	add_shapes(&t[LAYERS], &t[LAYER_DATA], run->layer, run->n_layers);
	add_shapes(&t[VIEWS], &t[VIEW_DATA], run->view, run->n_views);
	add_notes(&t[NOTES], run);
	dj_canon_kind(&all, DJ_CANON_DATABASE);
	dj_canon_count(&all, TABLES);
	for (size_t i = 0; i < TABLES; i++) {
		dj_digest d = digest_table(&t[i]);
		dj_buf_add(&all, d.byte, sizeof d.byte);
		dj_buf_free(&t[i].rows);
		dj_buf_free(&t[i].row);
	}
	run->dj1 = dj_sha256_of(all.data, all.n);
	dj_buf_free(&all);
}
