/* load --explain and --preview: what would be decided of a source, and its first rows; nothing is written. */
#include "cli/steps.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- As JSON ---- */

static bool is_number(dj_coltype type, const char *text)
{
	int64_t integer;
	double  real;
	size_t  n = strlen(text);

	return (type == DJ_COL_INTEGER || type == DJ_COL_BOOLEAN) ? dj_text_integer(text, n, &integer)
	       : type == DJ_COL_REAL                              ? dj_text_real(text, n, &real)
	                                                          : false;
}

static void put_rows(dj_buf *out, const dj_look_table *t)
{
	dj_json_open(out, "rows", '[');
	for (size_t i = 0; i < t->n_rows; i++) {
		dj_json_open(out, NULL, '[');
		for (size_t k = 0; k < t->n_columns; k++) {
			const char *cell = t->row[i][k];
			dj_buf_text(out, k ? "," : "");
			if (cell && is_number(t->column[k].type, cell))
				dj_buf_text(out, cell);
			else
				dj_json_put_text(out, cell);
		}
		dj_buf_char(out, ']');
	}
	dj_buf_char(out, ']');
}

static void put_table(dj_buf *out, const dj_look_table *t, bool explain, bool preview)
{
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "table", t->name);
	if (explain) {
		dj_json_open(out, "decided", '[');
		for (size_t i = 0; i < t->n_decided; i++) {
			dj_json_open(out, NULL, '{');
			dj_json_add_text(out, "what", t->decided[i].what);
			dj_json_add_text(out, "is", t->decided[i].is);
			dj_json_add_text(out, "why", t->decided[i].why);
			dj_buf_char(out, '}');
		}
		dj_buf_char(out, ']');
		dj_json_open(out, "steps", '[');
		for (size_t i = 0; i < t->n_steps; i++)
			dj_buf_fmt(out, "%s%s", i ? "," : "", t->step[i]);
		dj_buf_char(out, ']');
	}
	dj_json_open(out, "columns", '[');
	for (size_t k = 0; k < t->n_columns; k++) {
		dj_json_open(out, NULL, '{');
		dj_json_add_text(out, "name", t->column[k].name);
		dj_json_add_text(out, "type", dj_coltype_name(t->column[k].type));
		if (explain)
			dj_json_add_text(out, "why", t->why[k]);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
	if (preview)
		put_rows(out, t);
	dj_json_add_bool(out, "whole", t->whole);
	dj_buf_char(out, '}');
}

static void put_look(dj_buf *out, const dj_look *l, bool explain, bool preview)
{
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "dataset", l->dataset);
	dj_json_add_text(out, "nothing", l->nothing);
	dj_json_open(out, "tables", '[');
	for (size_t i = 0; i < l->n_tables; i++)
		put_table(out, &l->table[i], explain, preview);
	dj_buf_char(out, ']');
	dj_json_open(out, "said", '[');
	for (size_t i = 0; i < l->n_messages; i++) {
		dj_json_open(out, NULL, '{');
		dj_json_add_bool(out, "warning", l->message[i].kind == DJ_LOAD_WARNING);
		dj_json_add_text(out, "text", l->message[i].text);
		dj_buf_char(out, '}');
	}
	dj_buf_text(out, "]}");
}

/* ---- As tables ---- */

static void print_explained(const dj_look_table *t)
{
	static const char *const how[] = {"decided", "is", "why"}, *const columns[] = {"column", "type", "why"};
	dj_out *o = dj_out_begin(stdout, DJ_OUT_TABLE, how, 3);

	for (size_t i = 0; i < t->n_decided; i++) {
		dj_out_text(o, t->decided[i].what);
		dj_out_text(o, t->decided[i].is);
		dj_out_text(o, t->decided[i].why);
	}
	dj_out_end(o);
	putchar('\n');
	if (t->n_steps) {
		for (size_t i = 0; i < t->n_steps; i++)
			printf("step %zu  %s\n", i + 1, t->step[i]);
		putchar('\n');
	}
	o = dj_out_begin(stdout, DJ_OUT_TABLE, columns, 3);
	for (size_t k = 0; k < t->n_columns; k++) {
		dj_out_text(o, t->column[k].name);
		dj_out_text(o, dj_coltype_name(t->column[k].type));
		dj_out_text(o, t->why[k]);
	}
	dj_out_end(o);
}

/* Types stand under the names. */
static void print_rows(const dj_look_table *t)
{
	const char **name = dj_alloc_zero(t->n_columns + 1, sizeof *name);

	for (size_t k = 0; k < t->n_columns; k++)
		name[k] = t->column[k].name;
	dj_out *o = dj_out_begin(stdout, DJ_OUT_TABLE, name, t->n_columns);
	for (size_t k = 0; k < t->n_columns; k++)
		dj_out_text(o, dj_coltype_name(t->column[k].type));
	for (size_t i = 0; i < t->n_rows; i++)
		for (size_t k = 0; k < t->n_columns; k++)
			dj_out_text(o, t->row[i][k]);
	dj_out_end(o);
	free(name);
}

static void print_look(dj_cli *cli, const dj_look *l, bool explain, bool preview)
{
	for (size_t i = 0; i < l->n_tables; i++) {
		const dj_look_table *t = &l->table[i];
		if (i > 0)
			putchar('\n');
		if (l->n_tables > 1)
			printf("%s\n\n", t->name);
		if (explain)
			print_explained(t);
		if (explain && preview)
			putchar('\n');
		if (preview)
			print_rows(t);
		fflush(stdout);
		if (!t->whole)
			dj_say(cli, "  of its first 256 KiB; a load looks at all of it");
		if (t->rejected)
			dj_say(cli, "warning: %s: a row among them would be rejected", t->name);
	}
	for (size_t i = 0; i < l->n_messages; i++)
		dj_say(cli, "%s%s", l->message[i].kind == DJ_LOAD_WARNING ? "warning: " : "  ", l->message[i].text);
	if (l->nothing)
		dj_say(cli, "%s: well-formed JSON that holds no table: %s", l->dataset, l->nothing);
	dj_say(cli, "nothing was written");
}

static int look_at(dj_look **out, dj_cli *cli, const char *source, const dj_load_options *o, dj_err *err)
{
	dj_workspace  *w;
	dj_vocabulary *v;
	int            rc;

	if ((rc = dj_cli_workspace(&w, cli, err)) < 0 || (rc = dj_cli_vocabulary(&v, cli, err)) < 0)
		return rc;
	rc = dj_intake_look(out, w, v, source, o, err);
	dj_progress_clear(cli);
	return rc;
}

int dj_look_all(dj_cli *cli, const dj_load_options *o, dj_err *err)
{
	bool   explain = dj_cli_has(cli, "explain"), preview = dj_cli_has(cli, "preview");
	dj_buf json = {0};
	int    rc = DJ_OK;

	dj_buf_char(&json, '[');
	for (size_t i = 0; i < cli->n_words && rc >= 0; i++) {
		dj_look *l = NULL;
		if ((rc = look_at(&l, cli, cli->word[i], o, err)) < 0)
			break;
		if (cli->json)
			put_look(&json, l, explain, preview);
		else
			print_look(cli, l, explain, preview);
		dj_look_free(l);
	}
	dj_buf_char(&json, ']');
	if (cli->json && rc >= 0)
		puts(json.data);
	dj_buf_free(&json);
	return rc;
}
