/*
 * capi.h - inside the C face: plugin.h seen from the host's side.
 *
 * Some names of plugin.h are also names of base: they are set aside while it is included, which changes nothing of its
 * layout. Invariant: what a plugin holds (dj_jam, dj_query, dj_frame, dj_random) is the first member of a struct here.
 */
#ifndef DJ_HOST_CAPI_H
#define DJ_HOST_CAPI_H

#define dj_fail dj_plugin_fail
#define dj_text_list dj_plugin_text_list
#define dj_value_type dj_plugin_value_type
#include <datajam/plugin.h>
#undef dj_fail
#undef dj_text_list
#undef dj_value_type
#undef dj_finding /* macros of the plugin's side */
#undef dj_layer
#undef dj_view
#undef dj_format

#include "host/engine.h"

typedef struct native_run {
	dj_jam   jam; /* what the plugin is given */
	dj_host *h;
	int      line; /* of the call being made, or of the query or frame that it is about; 0: not known */
} native_run;

typedef struct native_query {
	dj_query       query;
	native_run    *run;
	dj_host_query *q;
	int            line;
	bool           at_row;
	dj_arena      *row; /* texts and lists of the present row */
} native_query;

typedef struct native_frame {
	dj_frame    frame;
	native_run *run;
	int         line; /* where it was made; 0: not known */
	dj_data    *data;
} native_frame;

typedef struct native_random {
	dj_random        random;
	native_run      *run;
	dj_random_state *state;
} native_random;

native_run    *dj_capi_run(dj_jam *jam);
native_run    *dj_capi_unplaced(dj_jam *jam); /* for a call that does not tell its line */
/* Ends the run: "CALL: what", with the cause of the error. */
_Noreturn void dj_capi_fail(native_run *r, const char *call, const dj_err *err);
_Noreturn void dj_capi_wrong(native_run *r, const char *call, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* "English" DJ_FR "français", apart; an empty side is none. What follows a second DJ_FR stays in and is refused as text. */
dj_words       dj_capi_words(dj_arena *a, const char *text);
/* Arrays of the plugin's, copied into the run's arena. */
void          *dj_capi_copy(native_run *r, const void *from, size_t count, size_t size);
dj_frame      *dj_capi_frame(native_run *r, dj_data *data);
const dj_data *dj_capi_data(const dj_frame *f);

/* The tables of functions, filled. */
void           dj_capi_reading(dj_api *api);        /* capi_read.c */
void           dj_capi_frames(dj_api *api);         /* capi_frame.c */
void           dj_capi_giving(dj_api *api);         /* capi_give.c */
void           dj_capi_calculations(native_run *r); /* capi_calc.c */
/* capi_describe.c */
_Noreturn void dj_capi_describe(dj_host *h, const dj_plugin *p);

#endif
