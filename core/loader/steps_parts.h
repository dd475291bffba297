/*
 * steps_parts.h - what the files of steps share, and nobody else.
 *
 * Fields are kept in slots while steps run: those of the source, then one for each column that a step makes. A column
 * that is taken away leaves its slot as it was, so steps that make several rows read from there.
 */
#ifndef DJ_LOADER_STEPS_PARTS_H
#define DJ_LOADER_STEPS_PARTS_H

#include "loader/steps.h"
#include "loader/tally.h"

enum { DJ_JOIN_CACHE = 256, DJ_JOIN_TEXT = 64 };

struct dj_plan_step {
	const dj_step *step;
	const char    *where;                   /* "step 3 (unpivot)" */
	const char    *column_said, *complaint; /* of a row that is rejected: where, and why */
	size_t         column;                  /* slots */
	const size_t  *from;                    /* that it reads besides: coalesce, unpivot, matrix, trim */
	const char   **from_name;
	size_t         n_from;
	const size_t  *into; /* that it writes */
	size_t         n_into;

	bool   with_time; /* date: the pattern has an hour */
	double low, high; /* filter: bounds */
	bool   bounds_are_times;
	const char *const (*table)[2];  /* map: in order of the first */
	const char *const *column_name; /* matrix: names of the columns in order, with their places in `from` */
	const size_t      *column_place;

	const dj_gazetteer *gazetteer, *regions; /* join */
	dj_names_kind       names;
	const size_t       *field;  /* of the gazetteer, one for each of into */
	size_t              region; /* slot; SIZE_MAX: none */

	bool          many;    /* makes several rows of one */
	size_t        many_at; /* its place among those that do */
	const size_t *kept;    /* slots that steps behind it may change */
	size_t        n_kept, kept_at;
};

typedef struct dj_join_known { /* what a text was found to name */
	uint32_t text_n, region_n;
	bool     there;
	int      row;
	char     text[DJ_JOIN_TEXT]; /* the name, then the region */
} dj_join_known;

typedef struct dj_step_room {
	char           text[24]; /* what a date step made of the current record */
	size_t         at;       /* steps that make several rows: where they stand */
	dj_field       whole;    /* rows: what is left of the cell */
	dj_tally       missed;   /* values that did not fit; matrix: names of rows that no column has */
	dj_tally       unclear;  /* join: names that several have */
	int64_t       *seen;     /* matrix: rows of each column's name */
	size_t         n_seen;
	dj_join_known *known; /* join */
	dj_buf         key;   /* join */
} dj_step_room;

struct dj_plan_room {
	size_t        n_steps;
	dj_step_room *step;
	dj_field     *slot; /* NULL: the caller's fields are the slots */
	dj_field     *kept; /* what steps that make several rows keep */
	size_t        open; /* how many of them the current record has reached */
	size_t       *many; /* their steps */
};

bool dj_step_white(char c);
void dj_step_trim(dj_field *f);
#define DJ_STEP_NOTHING ((dj_field){DJ_FIELD_MISSING, "", 0})

/* ---- steps_cell.c: DJ_ROW_KEPT, or what else becomes of the row ---- */
dj_step_fate dj_step_cell(const dj_plan *p, const dj_plan_step *s, dj_step_room *room, dj_field *slot);

/* ---- steps_rows.c ---- */
dj_step_fate dj_step_rows_begin(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks,
                                dj_field *slot);
bool dj_step_rows_next(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks, dj_field *slot);

/* ---- steps_join.c ---- */
int  dj_step_join_plan(dj_plan_step *s, const dj_gazetteers *known, dj_arena *a, dj_err *err);
void dj_step_join(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks, dj_field *slot);

#endif
