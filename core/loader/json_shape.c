#include "loader/json_shape.h"

#include "base/text.h"
#include "loader/json_walk.h"

#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 8 };

typedef struct finder {
	dj_json_shape     *out;
	const dj_json_ask *ask;
	dj_source         *s;
	dj_json_walk       w;
	dj_arena          *a;
	dj_err            *err;

	int         first;             /* the text's first byte */
	bool        whole;             /* the first value was read to its end */
	int         next;              /* what follows it; -1: nothing */
	const char *type;              /* of an object: its member "type" */
	const char *found[CANDIDATES]; /* paths to arrays of objects */
	size_t      n_found;
} finder;

/* The text of a name or string that was read as a token. */
static char *token_text(finder *f)
{
	size_t n = (size_t)(f->w.k.to - f->w.k.from);
	char  *text = dj_arena_alloc(f->a, n + 1, 1);

	if (*f->w.k.from == '"')
		n = dj_json_unescape(text, f->w.k.from + 1, n - 2);
	else
		memcpy(text, f->w.k.from, n);
	text[n] = '\0';
	return text;
}

static int restart(finder *f)
{
	if (dj_source_rewind(f->s, f->err) < 0)
		return f->err->code;
	f->w = (dj_json_walk){.s = f->s, .line_start = dj_source_byte(f->s)};
	f->first = dj_json_walk_peek(f->s, &f->w.line_start, f->err);
	return f->first == -2 ? f->err->code : DJ_OK;
}

static int fails(finder *f, int code, const char *why)
{
	return dj_json_fail(f->s, f->w.line_start, f->s->data + f->s->at, code, why, f->err);
}

/* ---- The first value of the text, as far as the sample goes, or the longest row ---- */

/* Only at its end is an object known to be the first of several rows, or the one that holds them. */
static bool may_be_a_row(const finder *f)
{
	return f->first == '{' && !(f->type && strcmp(f->type, "FeatureCollection") == 0);
}

static int look_at_first(finder *f)
{
	const char    *name[2] = {"", ""};
	dj_json_stack *k = &f->w.k;
	unsigned       opened = 0; /* depth of an array whose first element is to come */
	bool           type = false;
	int            rc;

	while ((rc = dj_json_walk_next(&f->w, f->err)) > 0) {
		if (opened && k->token == '{' && f->n_found < CANDIDATES)
			f->found[f->n_found++] = dj_json_path_write(name, opened - 1, f->a);
		opened = 0;
		if (type && k->token == '"')
			f->type = token_text(f);
		type = false;
		if (k->token == 'k' && k->depth <= 2) {
			name[k->depth - 1] = token_text(f);
			type = k->depth == 1 && strcmp(name[0], "type") == 0;
		} else if (k->token == '[' &&
		           ((k->depth == 2 && k->objects == 2) || (k->depth == 3 && k->objects == 6))) {
			opened = k->depth; /* nothing but objects is around it */
		}
		if (dj_source_byte(f->s) >= (may_be_a_row(f) ? DJ_RECORD_MOST : DJ_SOURCE_SAMPLE))
			return DJ_OK;
	}
	if (rc < 0)
		return rc;
	f->whole = true;
	f->next = dj_json_walk_peek(f->s, &f->w.line_start, f->err);
	return f->next == -2 ? f->err->code : DJ_OK;
}

/* ---- Along the path ---- */

/* The last token is the value of a member that is not on the path. */
static int pass_by(finder *f, const char *name, unsigned depth)
{
	size_t i = dj_text_find(name, f->out->keep, f->out->n_keep);
	bool   nested = f->w.k.token == '{' || f->w.k.token == '[';

	if (i < f->out->n_keep && !nested) {
		bool  string = f->w.k.token == '"', null = *f->w.k.from == 'n';
		char *text = token_text(f);
		f->out->kept[i] = null ? (dj_field){DJ_FIELD_MISSING, "", 0}
		                       : (dj_field){string ? DJ_FIELD_STRING : DJ_FIELD_LITERAL, text, strlen(text)};
	}
	return nested ? dj_json_walk_over(&f->w, depth, f->err) : DJ_OK;
}

/* The last token is a brace: on to the name of a member. */
static int find_member(finder *f, const char *wanted)
{
	unsigned depth = f->w.k.depth;
	int      rc;

	while ((rc = dj_json_walk_next(&f->w, f->err)) > 0 && f->w.k.token == 'k') {
		const char *name = token_text(f);
		if (strcmp(name, wanted) == 0)
			return DJ_OK;
		if ((rc = dj_json_walk_next(&f->w, f->err)) < 0 || (rc = pass_by(f, name, depth)) < 0)
			return rc;
	}
	if (rc < 0)
		return rc;
	char *why = dj_fmt("there is no member \"%s\" (of the path that says where the rows are)", wanted);
	rc = fails(f, DJ_DENIED, why);
	free(why);
	return rc;
}

/* From the text's start behind the bracket of the first array on the path. */
static int enter(finder *f, const char *const *path, size_t n)
{
	dj_json_stack *k = &f->w.k;
	int            rc = restart(f);

	if (rc < 0)
		return rc;
	for (size_t used = 0;; used++) {
		if ((rc = dj_json_walk_next(&f->w, f->err)) < 0)
			return rc;
		if (k->token == '[') {
			f->out->child = path + used;
			f->out->n_child = n - used;
			f->out->around = (dj_json_stack){.objects = k->objects >> 1,
			                                 .depth = k->depth - 1,
			                                 .want = k->depth > 1 ? DJ_WANT_COMMA_OR_END : DJ_WANT_NOTHING};
			return DJ_OK;
		}
		if (k->token != '{' || used == n)
			return fails(f, DJ_DENIED, "the path to the rows leads to no list [ ]");
		if ((rc = find_member(f, path[used])) < 0)
			return rc;
	}
}

/* ---- The first row ---- */

static void begin_here(finder *f)
{
	f->out->byte = dj_source_byte(f->s);
	f->out->line = f->s->line;
	f->out->line_start = f->w.line_start;
}

/* Reads the first row of arrays; it is left behind when it names the columns. */
static int look_for_header(finder *f)
{
	const char **name = dj_arena_alloc(f->a, DJ_COLUMNS_MOST, sizeof *name);
	size_t       n = 0, strings = 0, others = 0;
	int          rc;

	f->w.k = (dj_json_stack){0};
	if ((rc = dj_json_walk_next(&f->w, f->err)) < 0)
		return rc;
	while ((rc = dj_json_walk_next(&f->w, f->err)) > 0 && f->w.k.depth > 0) {
		char token = f->w.k.token;
		bool null = token == 'w' && *f->w.k.from == 'n';
		if (n == DJ_COLUMNS_MOST)
			return fails(f, DJ_DENIED, "more than 2000 columns");
		strings += token == '"';
		others += token != '"' && !null;
		name[n++] = null || token == '{' || token == '[' ? "" : token_text(f);
		if ((token == '{' || token == '[') && (rc = dj_json_walk_over(&f->w, 1, f->err)) < 0)
			return rc;
	}
	if (rc < 0 || !(f->ask->header == 1 || (f->ask->header < 0 && strings > 0 && others == 0)))
		return rc < 0 ? rc : DJ_OK;
	f->out->header = f->out->behind_row = true;
	f->out->name = name;
	f->out->n_names = n;
	begin_here(f);
	return DJ_OK;
}

/* Is the first row a feature? */
static int look_for_feature(finder *f)
{
	bool feature = false, known = false;
	int  rc;

	f->w.k = (dj_json_stack){0};
	while ((rc = dj_json_walk_next(&f->w, f->err)) > 0) {
		if (f->w.k.token != 'k' || f->w.k.depth != 1)
			continue;
		const char *name = token_text(f);
		known = known || strcmp(name, "geometry") == 0 || strcmp(name, "properties") == 0;
		if (strcmp(name, "type") != 0)
			continue;
		if ((rc = dj_json_walk_next(&f->w, f->err)) < 0)
			return rc;
		feature = feature || (f->w.k.token == '"' && strcmp(token_text(f), "Feature") == 0);
	}
	f->out->geo = feature && known;
	return rc < 0 ? rc : DJ_OK;
}

static int look_at_row(finder *f)
{
	int c = dj_json_walk_peek(f->s, &f->w.line_start, f->err);

	if (c == -2)
		return f->err->code;
	begin_here(f);
	if (f->out->n_child)
		return DJ_OK;
	if (c == '[') {
		f->out->arrays = !f->ask->geo;
		return look_for_header(f);
	}
	if (f->ask->geo)
		f->out->geo = true;
	else if (c == '{' && !f->out->n_keep)
		return look_for_feature(f);
	return DJ_OK;
}

/* ---- Deciding ---- */

static int no_table(finder *f)
{
	int  c = f->first, rc;
	bool string = c == '"', word = c == 't' || c == 'f' || c == 'n';

	if ((rc = dj_json_walk_next(&f->w, f->err)) < 0)
		return rc;
	if ((c = dj_json_walk_peek(f->s, &f->w.line_start, f->err)) != -1)
		return c == -2 ? f->err->code : fails(f, DJ_FAIL, "nothing may follow the value");
	return dj_fail(f->err, DJ_DENIED, "the text is one %s, so there is no table in it",
	               string ? "string"
	               : word ? "word"
	                      : "number");
}

static int say_which(finder *f)
{
	char *all = dj_text_list(f->found, f->n_found);

	dj_fail(f->err, DJ_DENIED,
	        "several members are lists of objects: %s (say which one holds the rows: --rows %s)", all,
	        f->found[0]);
	free(all);
	return f->err->code;
}

/* Nobody said a path: the text itself, or the only list of objects in it. */
static int choose_path(finder *f, const char ***path, size_t *n)
{
	bool collection = f->type && strcmp(f->type, "FeatureCollection") == 0;

	*n = 0;
	if (f->first == '[' || (f->type && strcmp(f->type, "Feature") == 0))
		return DJ_OK;
	if (f->n_found > 1 && !collection)
		return say_which(f);
	if (!collection && f->n_found == 0)
		return DJ_OK;
	if (!collection)
		f->out->found = f->found[0];
	dj_json_path_parse(path, n, collection ? "features" : f->found[0], f->a);
	return DJ_OK;
}

static int decide(finder *f)
{
	const dj_json_ask *ask = f->ask;
	dj_json_shape     *out = f->out;
	const char       **path = NULL;
	size_t             n = 0;
	int                rc;

	if (ask->rows && !dj_json_path_parse(&path, &n, ask->rows, f->a))
		return dj_fail(f->err, DJ_USAGE, "no path to rows: \"%s\" (names joined by dots, such as data.items)",
		               ask->rows);
	out->scalars = n > 0;
	out->element = n > 0 ? path[n - 1] : "value";
	if ((!ask->lines || ask->rows) && (rc = look_at_first(f)) < 0)
		return rc;
	out->lines = ask->lines || (!ask->one && f->whole && f->next == f->first);
	if (out->lines) {
		out->child = path;
		out->n_child = n;
		return restart(f);
	}
	if (!ask->rows && (rc = choose_path(f, &path, &n)) < 0)
		return rc;
	if (f->first == '[' || n > 0)
		return enter(f, path, n);
	out->lines = true;
	out->single = f->whole || ask->one;
	return restart(f);
}

int dj_json_find(dj_json_shape *out, const dj_json_ask *ask, dj_source *s, dj_arena *a, dj_err *err)
{
	finder f = {.out = out, .ask = ask, .s = s, .a = a, .err = err, .next = -1};
	int    rc;

	*out = (dj_json_shape){.keep = ask->keep, .n_keep = ask->n_keep};
	if (ask->n_keep > DJ_JSON_KEEP_MOST)
		return dj_fail(err, DJ_USAGE, "no more than %d members can be kept", DJ_JSON_KEEP_MOST);
	if ((rc = restart(&f)) < 0)
		return rc;
	if (f.first == -1)
		return fails(&f, DJ_FAIL, "the text ends where a value must be");
	if (f.first != '[' && f.first != '{')
		return no_table(&f);
	return (rc = decide(&f)) < 0 ? rc : look_at_row(&f);
}
