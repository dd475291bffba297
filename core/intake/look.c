/* Looking before loading: what a first load finds out, and what --explain and --preview show. */
#include "intake/parts.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_said(const dj_intake *in, const char *text)
{
	for (size_t i = 0; i < in->n_messages; i++)
		if (strcmp(in->message[i].text, text) == 0)
			return true;
	return false;
}

void dj_intake_pass_on(dj_intake *in, const dj_intake_answer *a)
{
	for (size_t i = 0; i < a->n_messages; i++)
		if (!is_said(in, a->message[i].text))
			dj_intake_message(in, a->message[i].kind, "%s", a->message[i].text);
}

static int look(dj_intake_answer *out, dj_intake_ask *ask, dj_intake *in, const dj_intake_sources *s,
                dj_err *err)
{
	int rc = ask->snapshot_fd = dj_memfd_sealed("nothing", "", 0, err);

	if (rc >= 0) {
		rc = dj_intake_call(out, in, ask, s, err);
		close(ask->snapshot_fd);
	}
	return rc;
}

/* ---- A first load finds out ---- */

/* What the loader found of the format goes into the dataset.json, where a person can change it. */
static void write_down(dj_table_spec *t, const dj_intake_answer *found, size_t k)
{
	const struct dj_intake_dialect *d = &found->dialect[k];

	t->format = found->table[k].format;
	if (!d->has_header)
		return;
	t->header = d->header;
	if (d->separator && *d->separator && *d->separator != (strcmp(t->format, "tsv") == 0 ? '\t' : ','))
		t->separator = *d->separator;
	if (d->quote && *d->quote && *d->quote != '"')
		t->quote = *d->quote;
}

static int write_down_all(dj_intake *in, const dj_intake_answer *found, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t k = 0; k < in->manifest->n_tables && rc == DJ_OK; k++) {
		dj_table_spec table = in->manifest->table[k];
		write_down(&table, found, k);
		rc = dj_intake_set_table(in, k, &table, err);
	}
	return rc;
}

/* A database of several tables is looked at again, as all of them. */
static int look_at_parts(dj_intake_answer *out, dj_intake *in, dj_intake_sources *s, dj_err *err)
{
	dj_intake_ask ask = {.look = true, .parts = true};
	int           rc = look(out, &ask, in, s, err);

	if (rc < 0 || out->table[0].n_columns > 0 || out->dialect[0].n_parts < 2)
		return rc;
	ask.parts = false;
	if ((rc = dj_intake_take_parts(in, s, out, err)) < 0)
		return rc;
	return look(out, &ask, in, s, err);
}

int dj_intake_find_out(bool *proposed, dj_intake *in, dj_intake_sources *s, dj_err *err)
{
	dj_intake_answer found;
	int              rc;

	*proposed = false;
	if ((rc = look_at_parts(&found, in, s, err)) < 0)
		return rc;
	dj_intake_pass_on(in, &found);
	dj_intake_keep_unpacked(s, &found);
	if (in->manifest->n_tables > 1)
		return write_down_all(in, &found, err);
	dj_table_spec table = in->manifest->table[0];
	write_down(&table, &found, 0);
	if (table.n_mappings == 0) {
		dj_mapping *mapping = dj_arena_alloc(in->a, 1, sizeof *mapping);
		*mapping = dj_intake_propose(in, &found.table[0]);
		*proposed = mapping->role != NULL;
		table.n_mappings = *proposed;
		table.mapping = mapping;
	}
	return dj_intake_set_table(in, 0, &table, err);
}

/* ---- For a person: the loader's answer ---- */

static const char *harmless(dj_intake *in, const char *text)
{
	dj_buf shown = {0};

	dj_text_show(&shown, text, strlen(text));
	return shown.n ? dj_buf_keep(&shown, in->a) : "";
}

/* A list of `n` texts (null gives NULL where `may_lack`). */
static int read_texts(const char *const **out, size_t n, const cJSON *list, bool may_lack, dj_intake *in,
                      dj_err *err)
{
	const char **text = dj_arena_alloc(in->a, n + 1, sizeof *text);
	const cJSON *item;
	size_t       i = 0;

	if (cJSON_GetArraySize(list) != (int)n)
		return dj_fail(err, DJ_FAIL, "it explains %d of %zu columns", cJSON_GetArraySize(list), n);
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item) && !(may_lack && cJSON_IsNull(item)))
			return dj_fail(err, DJ_FAIL, "it explains with what is no text");
		text[i++] = cJSON_IsNull(item) ? NULL : harmless(in, item->valuestring);
	}
	*out = text;
	return DJ_OK;
}

static int read_decided(dj_look_table *t, const cJSON *list, dj_intake *in, dj_err *err)
{
	dj_look_decided *decided = dj_arena_alloc(in->a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *decided);
	const cJSON     *item;

	t->decided = decided;
	cJSON_ArrayForEach(item, list)
	{
		const char *const *text;
		if (read_texts(&text, 3, item, false, in, err) < 0)
			return err->code;
		decided[t->n_decided++] = (dj_look_decided){text[0], text[1], text[2]};
	}
	return DJ_OK;
}

static int read_rows(dj_look_table *t, const cJSON *list, dj_intake *in, dj_err *err)
{
	const char *const **row = dj_arena_alloc(in->a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *row);
	const cJSON        *item;

	t->row = row;
	cJSON_ArrayForEach(item, list)
	{
		if (read_texts(&row[t->n_rows++], t->n_columns, item, true, in, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

static int read_look(dj_look_table *t, const dj_loaded_table *table, const cJSON *json, dj_intake *in,
                     dj_err *err)
{
	static const char where[] = "its explanation";
	const cJSON      *decided = NULL, *columns = NULL, *rows = NULL;

	t->name = table->name;
	t->column = table->column;
	t->n_columns = table->n_columns;
	if (dj_json_bool(&t->whole, json, "!whole", where, err) < 0 ||
	    dj_json_integer(&t->rejected, json, "!rejected", where, err) < 0 ||
	    dj_json_array(&decided, json, "!decided", where, err) < 0 ||
	    dj_json_array(&columns, json, "!columns", where, err) < 0 ||
	    dj_json_array(&rows, json, "!rows", where, err) < 0 || read_decided(t, decided, in, err) < 0 ||
	    read_texts(&t->why, t->n_columns, columns, false, in, err) < 0)
		return err->code;
	return read_rows(t, rows, in, err);
}

int dj_intake_read_look(dj_intake_answer *out, const cJSON *answer, dj_intake *in, dj_err *err)
{
	const cJSON *explained = NULL, *item;
	size_t       k = 0;

	if (dj_json_array(&explained, answer, "!explained", "its answer", err) < 0)
		return err->code;
	out->look = dj_arena_alloc(in->a, out->n_tables + 1, sizeof *out->look);
	if (cJSON_GetArraySize(explained) != (int)out->n_tables)
		return dj_fail(err, DJ_FAIL, "it explains %d tables", cJSON_GetArraySize(explained));
	cJSON_ArrayForEach(item, explained)
	{
		if (read_look(&out->look[k], &out->table[k], item, in, err) < 0)
			return err->code;
		k++;
	}
	return DJ_OK;
}

/* ---- For a person: all of it ---- */

/* The steps as they stand in the dataset.json, each on a line. */
static void put_steps(dj_look_table *t, const cJSON *table, dj_intake *in)
{
	const cJSON *steps = cJSON_GetObjectItemCaseSensitive(table, "steps"), *item;
	const char **step = dj_arena_alloc(in->a, (size_t)cJSON_GetArraySize(steps) + 1, sizeof *step);

	t->step = step;
	cJSON_ArrayForEach(item, steps)
	{
		char *text = cJSON_PrintUnformatted(item);
		step[t->n_steps++] = dj_arena_dup(in->a, text ? text : "");
		cJSON_free(text);
	}
}

/* Two looks where a role is proposed: it changes what the columns are stored as. */
static int look_twice(dj_intake_answer *out, dj_intake *in, const dj_intake_sources *s, dj_err *err)
{
	dj_intake_ask ask = {.look = true, .preview = true};
	int           rc = look(out, &ask, in, s, err);

	if (rc < 0)
		return rc;
	dj_intake_pass_on(in, out);
	dj_table_spec table = in->manifest->table[0];
	if (!in->fresh || out->nothing || table.n_mappings > 0)
		return DJ_OK;
	dj_mapping mapping = dj_intake_propose(in, &out->table[0]);
	if (!mapping.role)
		return DJ_OK;
	table.mapping = &mapping;
	table.n_mappings = 1;
	ask.wishes = true;
	if ((rc = dj_intake_set_table(in, 0, &table, err)) < 0)
		return rc;
	return look(out, &ask, in, s, err);
}

static int look_described(dj_look *l, dj_intake *in, dj_err *err)
{
	dj_intake_sources sources = {0};
	dj_intake_answer  answer = {0};
	cJSON            *manifest = NULL;
	int               rc = dj_intake_open_sources(&sources, in, err);

	if (rc == DJ_OK)
		rc = look_twice(&answer, in, &sources, err);
	if (rc == DJ_OK)
		rc = dj_json_parse(&manifest, in->manifest->json, strlen(in->manifest->json), err);
	if (rc == DJ_OK) {
		const cJSON *tables = cJSON_GetObjectItemCaseSensitive(manifest, "tables");
		l->nothing = answer.nothing;
		l->table = answer.look;
		l->n_tables = answer.nothing ? 0 : answer.n_tables;
		for (size_t k = 0; k < l->n_tables; k++) {
			answer.look[k].name = dj_arena_dup(in->a, answer.look[k].name); /* the manifest goes */
			put_steps(&answer.look[k], cJSON_GetArrayItem(tables, (int)k), in);
		}
	}
	cJSON_Delete(manifest);
	dj_intake_close_sources(&sources);
	return rc;
}

/* The temporary folder is for standard input alone; it leaves no trace, not even .datajam in a new workspace. */
static int look_from(dj_look *l, dj_intake *in, dj_err *err)
{
	char       *tmp = dj_path_join(in->w->state, "tmp");
	bool        was_there = dj_folder_exists(tmp);
	const char *file;
	int         rc;

	if ((rc = dj_intake_find(in, &file, err)) < 0 ||
	    (in->fresh && (rc = dj_intake_describe(in, file, err)) < 0) ||
	    (rc = dj_intake_override(in, err)) < 0 || (rc = dj_intake_allow(in, true, err)) < 0 ||
	    (rc = dj_workspace_temp(&in->temporary, in->w, "look", err)) < 0)
		goto out;
	rc = look_described(l, in, err);
	dj_tree_remove(in->temporary, NULL);
	if (!was_there && rmdir(tmp) == 0) /* .datajam stays where anything is in it */
		(void)rmdir(in->w->state);
out:
	free(tmp);
	return rc;
}

int dj_intake_look(dj_look **out, const dj_workspace *w, const dj_vocabulary *v, const char *source,
                   const dj_load_options *o, dj_err *err)
{
	dj_arena *a = dj_arena_new();
	dj_look  *l = dj_arena_alloc(a, 1, sizeof *l);
	dj_intake in = {.w = w, .v = v, .source = source, .o = o, .a = a};
	dj_err    own = {0};
	int       rc = look_from(l, &in, err ? err : &own);

	l->arena = a;
	if (rc >= 0) {
		l->dataset = dj_arena_dup(a, in.name);
		l->manifest_path = dj_arena_dup(a, in.manifest_path);
		l->fresh = in.fresh;
		l->message = dj_intake_messages(&l->n_messages, &in);
		*out = l;
	}
	dj_intake_end(&in);
	if (rc < 0)
		dj_look_free(l);
	return rc < 0 ? rc : DJ_OK;
}

void dj_look_free(dj_look *l)
{
	if (l)
		dj_arena_free(l->arena); /* l itself lives there */
}
