/*
 * receive_state.h - what is known of a run while its worker speaks; for the files of receive alone.
 */
#ifndef DJ_RUN_RECEIVE_STATE_H
#define DJ_RUN_RECEIVE_STATE_H

#include "run/inside.h"

#include <time.h>

enum { DJ_MOST_NOTES = 64, DJ_MOST_LAYERS = 16, DJ_MOST_VIEWS = 32, DJ_MOST_FRAMES = 1000 };

struct dj_receive {
	dj_receive_spec    spec;
	dj_wire_in         in;
	bool               hello, ended, broken;
	dj_err             why;     /* when broken */
	bool               refused; /* broken by a rule of the API, not of the protocol */
	dj_said_done       done;
	dj_said_failed     failure;
	bool               failed;
	dj_finding_builder building;
	dj_finding_record *finding;
	size_t             n_findings, cap_findings;
	dj_shape_frame    *frame;
	size_t             n_frames;
	dj_data_reader     reading;
	bool               frame_open;
	uint64_t           cells;
	dj_shape_record    layer[DJ_MOST_LAYERS], view[DJ_MOST_VIEWS];
	size_t             n_layers, n_views;
	dj_words           note[DJ_MOST_NOTES];
	size_t             n_notes;
	dj_buf             log, line; /* `line`: of the log pipe, not yet ended */
	size_t             logged;
	uint64_t           progress;
	struct timespec    since;
};

/* FRAME, PART, LAYER, VIEW and KEEP (receive_frame.c) */
int dj_receive_frame(dj_receive *r, dj_wire_payload *p, dj_err *err);
int dj_receive_part(dj_receive *r, dj_wire_payload *p, dj_err *err);
int dj_receive_shape(dj_receive *r, dj_wire_payload *p, bool view, dj_err *err);
int dj_receive_keep(dj_receive *r, dj_wire_payload *p, dj_err *err);

/* DONE (conclude.c): counts agree, keys are unique, nothing is left over; puts findings in order. */
int dj_receive_done(dj_receive *r, dj_wire_payload *p, dj_err *err);

#endif
