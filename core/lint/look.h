/*
 * look.h - what the files of this room share: one table as pass one saw it, and the notes on it.
 *
 * Order of work (lint.c): profile.c counts every cell once; the checks read those counts and say notes, or ask for rows to be
 * looked at again (dj_look_again) because only whole rows can tell; again.c reads the rows; note.c puts all in order.
 */
#ifndef DJ_LINT_LOOK_H
#define DJ_LINT_LOOK_H

#include "lint/lint.h"
#include "lint/sketch.h"

#include <sqlite3.h>

typedef struct dj_profile {      /* one column */
	const char    *name, *words; /* words: the name folded, "_date_of_birth_" */
	dj_coltype     type;
	size_t         at; /* its place in the table */
	dj_sensitivity sensitivity;
	bool           sensitivity_said, hidden;
	int64_t        nulls, filled;
	dj_tally       values;
	uint64_t       order;             /* of all cells, in order: equal columns have equal ones */
	bool           rising, unique;    /* each cell above the one before; no value twice, as far as is known */
	double         low, high;         /* of numbers */
	dj_buf         least, most, last; /* of texts; last: only while rising */
	double        *sample; /* numbers of the sampled rows, without NULL; sorted once pass one is over */
	size_t         n_sample, cap_sample;
	int64_t        bytes; /* of texts, in all */
	dj_rows        mojibake, edges, future, old;
	double         median, spread; /* of the sample; spread: 1.4826 MAD */
} dj_profile;

typedef struct dj_again dj_again;

typedef struct dj_look {
	const dj_dataset    *dataset;
	const dj_table_info *table;
	const dj_vocabulary *vocabulary;
	const dj_places     *places;
	sqlite3             *db;
	char                 loaded[11], latest[11]; /* the day of the load; the last that is not in the future */
	dj_profile          *column;
	size_t               n_columns;
	int64_t              rows;
	dj_tally             whole, rest;   /* rows by all of their cells, and without the keys */
	dj_tally             points, named; /* different names at a point; pairs of both */
	dj_again            *again;         /* what pass two looks for */
	dj_lint_note        *note;
	size_t               n_notes, cap_notes;
	dj_arena            *a;
} dj_look;

/* ---- Pass one ---- */

int  dj_profile_table(dj_look *l, dj_err *err);
void dj_profile_free(dj_look *l);
void dj_profile_words(dj_buf *out, const char *name); /* "DateOfBirth" becomes "_date_of_birth_" */
bool dj_words_any(const char *words, const char *const *list,
                  size_t n); /* it holds one of the list, as whole words */
#define DJ_WORDS(words, ...) \
	dj_words_any(words, (const char *const[]){__VA_ARGS__}, DJ_COUNT(((const char *const[]){__VA_ARGS__})))

bool dj_profile_number(const dj_profile *c); /* integer or real */
bool dj_profile_id(const dj_profile *c);     /* named as what identifies: id, code, no */

/* ---- Pass two ---- */

struct dj_again {
	bool (*fits)(void *user, sqlite3_stmt *row);               /* cells by their place, dj_profile.at */
	void (*done)(dj_look *l, void *user, const dj_rows *rows); /* says the note, when there is one to say */
	void     *user;
	dj_rows   rows;
	dj_again *next;
};

void     dj_look_again(dj_look *l, bool (*fits)(void *, sqlite3_stmt *),
                       void (*done)(dj_look *, void *, const dj_rows *), void *user);
int      dj_again_run(dj_look *l, dj_err *err);
/* SELECT of all columns and, last, the rowid; in its order. */
int      dj_look_select(sqlite3_stmt **out, const dj_look *l, dj_err *err);
int      dj_look_failed(const dj_look *l, dj_err *err); /* after a step that was neither a row nor the end */
/* SELECT of one column and the rowid. */
int      dj_look_column(sqlite3_stmt **out, const dj_look *l, const dj_profile *c, dj_err *err);
uint64_t dj_cell_hash(sqlite3_stmt *row, int at, uint64_t *high);
uint64_t dj_cell_in_row(uint64_t cell,
                        size_t   column); /* rows are sums of these, so that a column can be left out */

/* ---- Notes ---- */

/* `rows` may be NULL. The texts live in l->a. */
void  dj_note(dj_look *l, const char *code, const dj_profile *const *column, size_t n, const dj_rows *rows,
              const char *en, const char *fr);
void  dj_note_one(dj_look *l, const char *code, const dj_profile *c, const dj_rows *rows, const char *en,
                  const char *fr);
char *dj_n_en(dj_look *l, int64_t n);           /* "1,234" */
char *dj_n_fr(dj_look *l, int64_t n);           /* "1 234", with no-break spaces */
char *dj_rows_en(dj_look *l, const dj_rows *r); /* "about 1,234 rows" */
char *dj_rows_fr(dj_look *l, const dj_rows *r);
void  dj_notes_finish(dj_look *l);             /* in order of importance */
int   dj_notes_lines(dj_look *l, dj_err *err); /* the examples' lines in the source */

/* ---- Checks: each reads the profile and says what it saw ---- */

int  dj_check_keys(dj_look *l, dj_err *err); /* first: others ask what is unique */
void dj_check_columns(dj_look *l);           /* constant, empty, equal columns */
void dj_check_rows(dj_look *l);              /* equal rows */
void dj_check_personal(dj_look *l);
void dj_check_dates(dj_look *l);
void dj_check_numbers(dj_look *l);
void dj_check_text(dj_look *l);  /* spellings, encodings, blanks */
void dj_check_forms(dj_look *l); /* numbers and dates kept as text */
void dj_check_coordinates(dj_look *l);
/* Columns whose values all stand in another table's key. */
int  dj_check_relations(dj_look *const *table, size_t n, dj_err *err);

#endif
