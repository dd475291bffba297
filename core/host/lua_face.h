/*
 * lua_face.h - the Lua face of the engine (host/jam.h), as its files see each other.
 *
 * Theory of operation. lua_face.c makes a state in the arena of lua_arena.h, takes away what would leak the
 * machine (lua_globals.c), loads the plugin's text and calls it, all within one lua_pcall. What the plugin
 * returns is read strictly (lua_describe.c); `run` is then called with `jam` (lua_jam.c) and its params. A
 * wrong use raises a Lua error that begins with the plugin's own line (lua_errors.c); an error that nobody
 * catches ends the process as FAILED. A spent limit and jam:fail end it at once, past any pcall.
 *
 * Rules for every C function that Lua calls: nothing is held that Lua does not own when an error is raised (memory is
 * userdata, the run's arena or dj_lua.scratch), and a dj_lua_call is given its own name for its messages: "jam:rows".
 */
#ifndef DJ_HOST_LUA_FACE_H
#define DJ_HOST_LUA_FACE_H

#include "host/jam.h"
#include "host/lua_arena.h"

#include <lua.h>
#include <lauxlib.h>

#define DJ_PRINTF(f, a) __attribute__((format(printf, f, a)))

typedef struct dj_lua {
	dj_host     *h;
	lua_State   *L; /* the main thread */
	dj_lua_arena memory;
	const char  *text; /* the plugin's */
	size_t       n;
	const void  *jam;                 /* which userdata is `jam` */
	const char  *file;                /* job->file */
	char         shown[LUA_IDSIZE];   /* the file as Lua shortens it before a line number */
	char         refusal[1024];       /* the last thing that was refused by a rule; "" when nothing was */
	int64_t      refused_line;        /* of the main thread, when memory was refused last */
	bool         describing;          /* the returned table is being read: no line of the plugin is running */
	int64_t      instructions, count; /* done; and how many a call of the hook stands for */
	dj_arena    *scratch; /* of the call that reads a finding, layer or view; dropped by the next */
	dj_buf       rows;    /* evidence of the finding being read */
} dj_lua;

dj_lua *dj_lua_of(lua_State *L);

/* ---- lua_errors.c: none of these returns, whatever their type ---- */

/* Raises "FILE:LINE: CALL: message", the line being the innermost of the plugin's. */
_Noreturn void dj_lua_raise(lua_State *L, const char *call, const char *fmt, ...) DJ_PRINTF(3, 4);
/* The same of an error of the engine; a spent limit ends the run. */
_Noreturn void dj_lua_raise_err(lua_State *L, const char *call, const dj_err *err);
_Noreturn void dj_lua_fail(lua_State *L, const char *cause, const char *message); /* ends the run */

int64_t dj_lua_line(lua_State *L);     /* of the plugin; 0 unknown */
int     dj_lua_on_error(lua_State *L); /* the message handler of the one lua_pcall: ends the run */
void    dj_lua_check_memory(
       lua_State
           *L); /* after LUA_ERRMEM: ends the run when memory was refused (a plugin can raise the like itself) */
/* Ends the run for a mistake in the returned table, at the line that says "field =", as the message names it. */
_Noreturn void dj_lua_fail_at_field(lua_State *L, const char *message);

/* ---- lua_fields.c: reading tables; `what` names the thing in messages: "place.lat" ---- */

const char *dj_lua_kind(lua_State *L, int at); /* "a number", "text", "a frame", ... */
const char *dj_lua_text(lua_State *L, const char *call, int at, const char *what);
dj_words    dj_lua_words(lua_State *L, const char *call, int at, const char *what);
double      dj_lua_number(lua_State *L, const char *call, int at, const char *what);
int64_t     dj_lua_integer(lua_State *L, const char *call, int at, const char *what);
bool        dj_lua_boolean(lua_State *L, const char *call, int at, const char *what);
/* Text, or an integer written as text (in scratch). */
const char *dj_lua_id(lua_State *L, const char *call, int at, const char *what);
/* Items of a list; a hole or a named field is an error. */
size_t      dj_lua_list(lua_State *L, const char *call, int at, const char *what);
/* Text keys of a table, sorted, in scratch; others are an error. */
size_t      dj_lua_names(const char ***out, lua_State *L, const char *call, int at, const char *what);
/* An error when a key of the table is not of names[0..n); items 1 to n_items may be there too. `what` NULL: the table itself. */
void dj_lua_only(lua_State *L, const char *call, int at, const char *what, const char *const *names, size_t n,
                 size_t n_items);
/* An error for a word that is none of those, with a guess: KIND "x" (did you mean "y"?). */
_Noreturn void dj_lua_unknown(lua_State *L, const char *call, const char *kind, const char *word,
                              const char *const *names, size_t n);
/* Pushes table[name] without metamethods; at may be relative. Returns its type. */
int            dj_lua_field(lua_State *L, int at, const char *name);
dj_arena      *dj_lua_fresh(dj_lua *f); /* empties scratch */

/* ---- lua_jam.c ---- */

/* A function that Lua calls by colon (or by dot, of a namespace): its arguments are from 1, without `jam`. */
typedef struct dj_lua_call {
	const char *name; /* "rows" */
	const char *call; /* "jam:rows", for messages */
	int (*run)(lua_State *L, const char *call);
} dj_lua_call;

void dj_lua_push_jam(lua_State *L);
void dj_lua_push_params(lua_State *L);
bool dj_lua_is_null(lua_State *L, int at);

/* ---- What lua_jam.c puts together ---- */

int  dj_lua_rows(lua_State *L, const char *call); /* lua_query.c */
int  dj_lua_each(lua_State *L, const char *call);
int  dj_lua_columns(lua_State *L, const char *call);
int  dj_lua_row(lua_State *L, const char *call);
int  dj_lua_value(lua_State *L, const char *call);
int  dj_lua_finding(lua_State *L, const char *call); /* lua_finding.c */
int  dj_lua_layer(lua_State *L, const char *call);   /* lua_shape.c */
int  dj_lua_view(lua_State *L, const char *call);
int  dj_lua_random(lua_State *L, const char *call); /* lua_random.c */
int  dj_lua_math_random(lua_State *L);
int  dj_lua_sorted(lua_State *L, const char *call); /* lua_sorted.c */
int  dj_lua_frame(lua_State *L, const char *call);  /* lua_frame.c */
int  dj_lua_log(lua_State *L, const char *call);
/* lua_describe.c: checks the table on top; tell: sends it and ends the process */
void dj_lua_describe(lua_State *L, bool tell);
void dj_lua_open(lua_State *L); /* lua_globals.c: libraries, and what is gone of them */

/* The sets of calculations that jam has: {"geo", ...}; ends with a NULL name. */
typedef struct dj_lua_space {
	const char        *name, *shown; /* "geo", "jam.geo" */
	const dj_lua_call *calls;
} dj_lua_space;
extern const dj_lua_space dj_lua_spaces[]; /* lua_calc.c */

/* ---- lua_row.c: a row of a query as a table ---- */

/* Pushes the metatable that rows of these columns share; the table of their names is at `names`. */
void dj_lua_push_row_meta(lua_State *L, int names);
/* Pushes the list of a BLOB as a table. */
void dj_lua_push_list(lua_State *L, const dj_data_list *list);

/* ---- lua_frame.c, lua_column.c ---- */

typedef struct dj_lua_column {
	dj_data_column c; /* arrays in the run's arena */
	size_t         first, n;
} dj_lua_column;

void                  dj_lua_push_frame(lua_State *L, dj_data *data);
const dj_data        *dj_lua_to_frame(lua_State *L, int at); /* NULL when it is none */
const dj_data        *dj_lua_check_frame(lua_State *L, const char *call, int at, const char *what);
/* A column of a frame that a calculation wants; an error names those that are there. */
const dj_data_column *dj_lua_frame_column(lua_State *L, const char *call, const dj_data *f, const char *name);

void                 dj_lua_push_column(lua_State *L, const dj_data_column *c, size_t first, size_t n);
const dj_lua_column *dj_lua_to_column(lua_State *L, int at); /* NULL when it is none */
/* Pushes cell `i` (from 0). */
void                 dj_lua_push_cell(lua_State *L, const dj_data_column *c, size_t i);
/* The cells of a column as one of its own (rows from 0), or of a list; *n is its length. `what` as in lua_fields. */
dj_data_column       dj_lua_read_column(size_t *n, lua_State *L, const char *call, int at, const char *what);

#endif
