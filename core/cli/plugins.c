/* plugins [NAME]: what there is to run, as each says of itself in the cage. */
#include "cli/commands.h"

#include "cli/out.h"
#include "plugin/plugin.h"

#include <string.h>

static void list_row(dj_out *o, const dj_plugin_file *f, const dj_plugin_description *d, const char *why)
{
	dj_buf needs = {0};

	for (size_t i = 0; d && i < d->n_needs; i++)
		dj_buf_fmt(&needs, "%s%s", needs.n ? " " : "", d->need[i].role);
	for (size_t i = 0; d && i < d->n_needs_findings; i++)
		dj_buf_fmt(&needs, "%sfindings:%s", needs.n ? " " : "", d->needs_findings[i]);
	dj_out_text(o, f->name);
	dj_out_text(o, d ? dj_kind_name(d->kind) : "broken");
	dj_out_text(o, dj_lang_name(f->lang));
	dj_out_text(o, needs.n ? needs.data : "-");
	if (d)
		dj_out_text(o, dj_words_shown(d->summary));
	else
		dj_out_textn(o, why, strcspn(why, "\n")); /* of a compiler's many lines the first; run shows all */
	dj_buf_free(&needs);
}

static int list_plugins(dj_cli *cli, const dj_worker *worker, dj_arena *a, dj_err *err)
{
	static const char *const columns[] = {"plugin", "kind", "lang", "needs", "summary"};
	dj_plugin_file          *file;
	size_t                   n;

	int rc = dj_plugin_list(&file, &n, cli->workspace, a, err);
	if (rc < 0)
		return rc;
	dj_out *o = dj_out_begin(stdout, dj_cli_form(cli), columns, 5);
	for (size_t i = 0; i < n; i++) {
		const dj_plugin_description *d = NULL;
		dj_err                       why = {0};
		if (!file[i].broken &&
		    dj_plugin_describe(&d, NULL, &file[i], worker, cli->workspace, dj_cli_wake(cli), a, &why) < 0)
			d = NULL;
		list_row(o, &file[i], d, file[i].broken ? file[i].broken : why.text);
	}
	dj_out_end(o);
	return DJ_EXIT_FINE;
}

static void show_needs(const char *label, const dj_role_need *need, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("  %-10s %s:", i ? "" : label, need[i].role);
		for (size_t c = 0; c < need[i].n_columns; c++)
			printf(" %s", need[i].column[c]);
		putchar('\n');
	}
}

static void show_params(dj_cli *cli, const dj_plugin_description *d)
{
	static const char *const columns[] = {"param", "type", "default", "from", "to", "unit", "help"};

	dj_out *o = dj_out_begin(stdout, dj_cli_form(cli), columns, 7);
	for (size_t i = 0; i < d->n_params; i++) {
		const dj_param_spec *p = &d->param[i];
		dj_out_text(o, p->name);
		dj_out_text(o, dj_param_type_name(p->type));
		dj_out_text(o, p->fallback ? p->fallback : "(must be given)");
		if (p->has_min)
			dj_out_real(o, p->min);
		else
			dj_out_text(o, NULL);
		if (p->has_max)
			dj_out_real(o, p->max);
		else
			dj_out_text(o, NULL);
		dj_out_text(o, p->unit);
		dj_out_text(o, dj_words_shown(p->help));
	}
	dj_out_end(o);
}

static void show_plugin(dj_cli *cli, const dj_plugin_file *f, const dj_plugin_description *d)
{
	if (!cli->json) {
		const char *caveat = dj_words_shown(d->caveat);
		printf("%s %s, %s in %s\n  %s\n", d->name, d->version, dj_kind_name(d->kind),
		       f->lang == DJ_LANG_C ? "C" : "Lua", dj_words_shown(d->summary));
		printf("  %-10s %s\n", "caveat", caveat && *caveat ? caveat : "the author states no limits");
		if (d->source)
			printf("  %-10s %s\n", "source", d->source);
		printf("  %-10s %s\n", "file", f->shown);
		show_needs("needs", d->need, d->n_needs);
		show_needs("wants", d->want, d->n_wants);
		for (size_t i = 0; i < d->n_needs_findings; i++)
			printf("  %-10s findings of %s\n", "", d->needs_findings[i]);
	}
	if (d->n_params || cli->json)
		show_params(cli, d);
}

int dj_cmd_plugins(dj_cli *cli, dj_err *err)
{
	dj_worker     worker = {.fd = -1};
	dj_workspace *w;
	dj_arena     *a = dj_arena_new();

	int rc = dj_cli_workspace(&w, cli, err);
	if (rc < 0)
		goto out;
	if (dj_cli_has(cli, "names")) {
		dj_plugin_file *file;
		size_t          n;
		if ((rc = dj_plugin_list(&file, &n, w, a, err)) >= 0)
			for (size_t i = 0; i < n; i++)
				puts(file[i].name);
		goto out;
	}
	if ((rc = dj_worker_open(&worker, NULL, err)) < 0)
		goto out;
	if (cli->n_words == 0) {
		rc = list_plugins(cli, &worker, a, err);
		goto out;
	}
	const dj_plugin_file        *f;
	const dj_plugin_description *d;
	if ((rc = dj_plugin_find(&f, w, cli->word[0], a, err)) >= 0 &&
	    (rc = dj_plugin_describe(&d, NULL, f, &worker, w, dj_cli_wake(cli), a, err)) >= 0)
		show_plugin(cli, f, d);
out:
	dj_worker_close(&worker);
	dj_arena_free(a);
	return rc;
}
