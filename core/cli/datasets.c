/* datasets [NAME] and roles [ROLE]: what is loaded, and the words for it. */
#include "cli/commands.h"

#include "base/text.h"
#include "cli/out.h"
#include "lint/lint.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static void list_datasets(dj_cli *cli, const dj_catalogue *c)
{
	static const char *const columns[] = {"dataset",       "title",     "tables",   "rows", "rejects",
	                                      "roles",         "licence",   "date",     "made", "snapshot",
	                                      "embargo_until", "delete_by", "authority"};
	dj_out                  *o = dj_out_begin(stdout, dj_cli_form(cli), columns, cli->json ? 13 : 8);

	for (size_t i = 0; i < dj_catalogue_count(c); i++) {
		const dj_dataset *d = dj_catalogue_at(c, i);
		int64_t           rows = 0, rejects = 0, tables = 0;
		dj_buf            roles = {0};

		for (size_t t = 0; t < d->n_tables; t++) {
			if (!d->table[t].spec)
				continue;
			tables++;
			rows += d->table[t].rows;
			rejects += d->table[t].rejects;
			for (size_t m = 0; m < d->table[t].spec->n_mappings; m++)
				dj_buf_fmt(&roles, "%s%s", roles.n ? " " : "", d->table[t].spec->mapping[m].role);
		}
		dj_out_text(o, d->name);
		dj_out_text(o, dj_words_shown(d->manifest->title));
		dj_out_integer(o, tables);
		dj_out_integer(o, rows);
		dj_out_integer(o, rejects);
		dj_out_text(o, roles.n ? roles.data : cli->json ? "" : "-");
		dj_out_text(o, d->manifest->licence && *d->manifest->licence ? d->manifest->licence : "not stated");
		dj_out_text(o, d->manifest->date);
		if (cli->json) {
			dj_out_json(o, d->manifest->made ? "true" : "false");
			dj_out_text(o, d->djs1);
			dj_out_text(o, d->manifest->embargo_until);
			dj_out_text(o, d->manifest->delete_by);
			dj_out_text(o, d->manifest->authority);
		}
		dj_buf_free(&roles);
	}
	if (dj_out_end(o) == 0)
		dj_say(cli, "no dataset is loaded yet (datajam load FILE)");
}

static void say_dataset(const dj_dataset *d)
{
	const dj_manifest *m = d->manifest;
	const struct {
		const char *label, *value;
	} line[] = {
	    {"title", dj_words_shown(m->title)},
	    {"about", dj_words_shown(m->description)},
	    {"caveat", dj_words_shown(m->caveat)},
	    {"licence", m->licence && *m->licence ? m->licence : "not stated: find it before you share anything"},
	    {"attribution", m->attribution},
	    {"source", m->source},
	    {"source url", m->source_url},
	    {"date", m->date},
	    {"terms", m->terms},
	    {"embargo until", m->embargo_until},
	    {"delete by", m->delete_by},
	    {"authority", m->authority},
	    {"made data", m->made ? "yes" : NULL},
	    {"loaded", d->loaded},
	    {"snapshot", d->djs1},
	};

	printf("%s\n", d->name);
	for (size_t i = 0; i < sizeof line / sizeof line[0]; i++)
		if (line[i].value && *line[i].value)
			printf("  %-14s %s\n", line[i].label, line[i].value);
}

/* ---- What deserves a look ---- */

enum { NOTES_SHOWN = 12 };

static void show_columns(dj_cli *cli, const dj_lint *lint)
{
	static const char *const columns[] = {"table",    "column", "type", "fills", "nulls",
	                                      "distinct", "least",  "most", "key"};
	dj_out                  *o = dj_out_begin(stdout, dj_cli_form(cli), columns, 9);

	for (size_t t = 0; t < lint->n; t++)
		for (size_t i = 0; i < lint->table[t].n_columns; i++) {
			const dj_lint_column *c = &lint->table[t].column[i];
			char                 *distinct = dj_fmt("%s%lld", c->about ? "~" : "", (long long)c->distinct);
			dj_out_text(o, lint->table[t].table);
			dj_out_text(o, c->name);
			dj_out_text(o, dj_coltype_name(c->type));
			dj_out_text(o, c->fills);
			dj_out_integer(o, c->nulls);
			dj_out_text(o, distinct);
			dj_out_text(o, c->hidden ? "(hidden)" : c->least);
			dj_out_text(o, c->hidden ? "(hidden)" : c->most);
			dj_out_text(o, c->key ? "key" : NULL);
			free(distinct);
		}
	dj_out_end(o);
}

static void put_numbers(dj_buf *b, const char *what, const int64_t *v, size_t n)
{
	dj_buf_fmt(b, "%s%s ", what, n > 1 ? "s" : "");
	for (size_t i = 0; i < n; i++)
		dj_buf_fmt(b, "%s%lld", i ? ", " : "", (long long)v[i]);
}

/* Names are a stranger's: on the terminal they do nothing. */
static void print_shown(const char *before, const dj_buf *b)
{
	dj_buf shown = {0};

	dj_text_show(&shown, b->data, b->n);
	printf("%s%s\n", before, shown.data);
	dj_buf_free(&shown);
}

static void show_note(const dj_lint_note *n, const char *table)
{
	dj_buf b = {0};

	if (table)
		dj_buf_fmt(&b, "%s: ", table);
	for (size_t i = 0; i < n->n_columns; i++)
		dj_buf_fmt(&b, "%s%s", i ? ", " : "", n->column[i]);
	if (n->n_columns == 0)
		dj_buf_text(&b, "all columns");
	print_shown("  ", &b);
	dj_buf_reset(&b);
	dj_buf_text(&b, n->en);
	print_shown("    ", &b);
	dj_buf_reset(&b);
	if (n->n_examples) {
		put_numbers(&b, "row", n->example, n->n_examples);
		if (n->line[0]) {
			dj_buf_text(&b, n->sure ? " (" : " (about ");
			put_numbers(&b, "line", n->line, n->n_examples);
			dj_buf_char(&b, ')');
		}
		print_shown("    ", &b);
	}
	dj_buf_free(&b);
}

static void show_notes(dj_cli *cli, const dj_lint *lint)
{
	size_t more = 0, shown = 0;

	for (size_t t = 0; t < lint->n; t++)
		for (size_t i = 0; i < lint->table[t].n_notes; i++) {
			if (i >= NOTES_SHOWN) {
				more++;
				continue;
			}
			if (shown++ == 0)
				printf("\nto look at, the most important first\n");
			show_note(&lint->table[t].note[i], lint->n > 1 ? lint->table[t].table : NULL);
		}
	if (more)
		dj_say(cli, "%zu more: datajam --json datasets %s", more, cli->word[0]);
}

static void print_json(const dj_lint *lint)
{
	dj_buf json = {0};

	for (size_t t = 0; t < lint->n; t++) {
		dj_buf_text(&json, t ? ",\n " : "[");
		dj_lint_json(&json, &lint->table[t]);
	}
	printf("%s]\n", lint->n ? json.data : "[");
	dj_buf_free(&json);
}

static int show_dataset(dj_cli *cli, const dj_dataset *d, dj_err *err)
{
	dj_workspace  *w;
	dj_vocabulary *v;
	dj_places     *places = NULL;
	dj_arena      *a = dj_arena_new();
	dj_lint        lint = {0};
	int            rc;

	if ((rc = dj_cli_workspace(&w, cli, err)) < 0 || (rc = dj_cli_vocabulary(&v, cli, err)) < 0 ||
	    (rc = dj_places_load(&places, w->built, err)) < 0 ||
	    (rc = dj_lint_dataset(&lint, d, v, places, a, err)) < 0)
		goto out;
	if (cli->json) {
		print_json(&lint);
		goto out;
	}
	say_dataset(d);
	show_columns(cli, &lint);
	show_notes(cli, &lint);
out:
	dj_places_free(places);
	dj_arena_free(a);
	return rc;
}

static int show_rejects(dj_cli *cli, const dj_dataset *d, dj_err *err)
{
	sqlite3      *db = NULL;
	sqlite3_stmt *s = NULL;
	int           rc = DJ_OK;

	if (!dj_dataset_table(d, "rejects")) {
		dj_say(cli, "%s has no rejected row", d->name);
		return DJ_OK;
	}
	if ((rc = dj_snapshot_open(&db, d->path, err)) < 0)
		return rc;
	if (sqlite3_prepare_v2(db, "SELECT * FROM rejects ORDER BY rowid", -1, &s, NULL) != SQLITE_OK) {
		rc = dj_fail(err, DJ_FAIL, "%s: its rejects can not be read: %s (load it again)", d->name,
		             sqlite3_errmsg(db));
		goto out;
	}
	const char *names[16];
	size_t      n = (size_t)sqlite3_column_count(s);
	if (n > 16)
		n = 16;
	for (size_t i = 0; i < n; i++)
		names[i] = sqlite3_column_name(s, (int)i);
	dj_out *o = dj_out_begin(stdout, dj_cli_form(cli), names, n);
	while (sqlite3_step(s) == SQLITE_ROW)
		for (size_t i = 0; i < n; i++) {
			if (sqlite3_column_type(s, (int)i) == SQLITE_INTEGER)
				dj_out_integer(o, sqlite3_column_int64(s, (int)i));
			else
				dj_out_text(o, (const char *)sqlite3_column_text(s, (int)i));
		}
	dj_out_end(o);
out:
	sqlite3_finalize(s);
	sqlite3_close(db);
	return rc;
}

int dj_cmd_datasets(dj_cli *cli, dj_err *err)
{
	dj_catalogue *c;
	int           rc = dj_cli_catalogue(&c, cli, err);

	if (rc < 0)
		return rc;
	if (dj_cli_has(cli, "names")) {
		for (size_t i = 0; i < dj_catalogue_count(c); i++)
			puts(dj_catalogue_at(c, i)->name);
		return DJ_EXIT_FINE;
	}
	if (cli->n_words == 0) {
		if (dj_cli_has(cli, "rejects"))
			return dj_fail(err, DJ_USAGE, "--rejects needs the name of a dataset");
		list_datasets(cli, c);
		return DJ_EXIT_FINE;
	}
	const dj_dataset *d = dj_catalogue_find(c, cli->word[0], err);
	if (!d)
		return DJ_USAGE;
	if (dj_cli_has(cli, "rejects"))
		return show_rejects(cli, d, err);
	return show_dataset(cli, d, err);
}

static void show_role(dj_cli *cli, const dj_role *r)
{
	static const char *const columns[] = {"column", "type", "required", "sensitivity", "meaning"};
	static const char *const sensitivity[] = {"none", "quasi", "direct"};
	dj_out                  *o;

	if (!cli->json)
		printf("%s: %s\n", r->name, r->meaning);
	o = dj_out_begin(stdout, dj_cli_form(cli), columns, 5);
	for (size_t i = 0; i < r->n_columns; i++) {
		const dj_role_column *c = &r->column[i];
		dj_buf                meaning = {0};
		dj_buf_text(&meaning, c->meaning);
		if (c->unit)
			dj_buf_fmt(&meaning, " (%s)", c->unit);
		if (c->fill)
			dj_buf_fmt(&meaning, "; %s when it is not there", c->fill);
		dj_out_text(o, c->name);
		dj_out_text(o, dj_coltype_name(c->type));
		dj_out_text(o, c->required ? "yes" : "");
		dj_out_text(o, c->protected_ ? "protected" : sensitivity[c->sensitivity]);
		dj_out_text(o, meaning.data);
		dj_buf_free(&meaning);
	}
	dj_out_end(o);
}

int dj_cmd_roles(dj_cli *cli, dj_err *err)
{
	static const char *const columns[] = {"role", "columns", "meaning"};
	dj_vocabulary           *v;
	int                      rc = dj_cli_vocabulary(&v, cli, err);

	if (rc < 0)
		return rc;
	if (cli->n_words) {
		const dj_role *r = dj_vocabulary_role(v, cli->word[0]);
		const char    *names[64];
		if (r) {
			show_role(cli, r);
			return DJ_EXIT_FINE;
		}
		for (size_t i = 0; i < v->n_roles && i < 64; i++)
			names[i] = v->role[i].name;
		char       *list = dj_text_list(names, v->n_roles < 64 ? v->n_roles : 64);
		const char *near = dj_text_nearest(cli->word[0], names, v->n_roles < 64 ? v->n_roles : 64);
		dj_fail(err, DJ_USAGE, "no role '%s'%s%s%s (there are %s)", cli->word[0],
		        near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "", list);
		free(list);
		return DJ_USAGE;
	}
	if (dj_cli_has(cli, "names")) {
		for (size_t i = 0; i < v->n_roles; i++)
			puts(v->role[i].name);
		return DJ_EXIT_FINE;
	}
	dj_out *o = dj_out_begin(stdout, dj_cli_form(cli), columns, 3);
	for (size_t i = 0; i < v->n_roles; i++) {
		dj_buf names = {0};
		for (size_t k = 0; k < v->role[i].n_columns; k++)
			dj_buf_fmt(&names, "%s%s", k ? " " : "", v->role[i].column[k].name);
		dj_out_text(o, v->role[i].name);
		dj_out_text(o, names.data);
		dj_out_text(o, v->role[i].meaning);
		dj_buf_free(&names);
	}
	dj_out_end(o);
	return DJ_EXIT_FINE;
}
