/* new NAME: a plugin that runs at once, to be changed. The templates teach; a test runs each. */
#include "cli/commands.h"
#include "cli/query_needs.h"
#include "cli/templates.h"

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* "@NAME@" and "@QUERY@" in a template. */
static char *fill_in(const char *template, const char *name, const char *query)
{
	dj_buf b = {0};

	for (const char *at = template; *at;) {
		if (strncmp(at, "@NAME@", 6) == 0) {
			dj_buf_text(&b, name);
			at += 6;
		} else if (strncmp(at, "@QUERY@", 7) == 0) {
			dj_buf_text(&b, query);
			at += 7;
		} else {
			dj_buf_char(&b, *at++);
		}
	}
	return dj_buf_take(&b);
}

static int find_template(const dj_template **out, const char *kind, const char *lang, dj_err *err)
{
	static const char *const kinds[] = {"detection", "mapping", "visualisation"};
	size_t                   n;
	const dj_template       *all = dj_templates(&n);

	if (strcmp(kind, "visualization") == 0)
		kind = "visualisation";
	if (strcmp(kind, "transform") == 0)
		return dj_fail(
		    err, DJ_USAGE,
		    "transforms are not in this version (there are detection, mapping and visualisation; steps in "
		    "dataset.json rename, filter, split and read dates: docs/data.md)");
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].kind, kind) == 0 && strcmp(all[i].lang, lang) == 0) {
			*out = &all[i];
			return DJ_OK;
		}
	const char *near = dj_text_nearest(kind, kinds, 3);
	return dj_fail(
	    err, DJ_USAGE,
	    "no scaffold for kind '%s' in '%s'%s%s (kinds: detection, mapping, visualisation; languages: lua, c)",
	    kind, lang, near && strcmp(near, kind) != 0 ? ": did you mean " : "",
	    near && strcmp(near, kind) != 0 ? near : "");
}

static int from_query(char **text, dj_cli *cli, const char *name, const char *path, dj_err *err)
{
	dj_vocabulary *v;
	char          *query = NULL, *needs = NULL;
	size_t         n;

	int rc = dj_cli_vocabulary(&v, cli, err);
	if (rc >= 0)
		rc = dj_file_read(&query, &n, path, 1 << 20, err);
	if (rc < 0)
		return rc;
	while (n > 0 && strchr(" \t\r\n;", query[n - 1])) /* a ';' at the end is how people end a query */
		query[--n] = '\0';
	if (strlen(query) != n || strstr(query, "]==]"))
		rc = dj_fail(err, DJ_FAIL, "%s holds bytes that a Lua text can not (NUL or ]==])", path);
	else
		rc = dj_query_needs(&needs, v, query, err);
	if (rc >= 0) {
		char *with_needs = fill_in(dj_template_query(), name, query);
		char *mark = strstr(with_needs, "@NEEDS@");
		*text = dj_fmt("%.*s%s%s", (int)(mark - with_needs), with_needs, needs, mark + 7);
		free(with_needs);
	}
	free(needs);
	free(query);
	return rc;
}

static int write_plugin(dj_cli *cli, const char *name, const char *lang, const char *text, const char *readme,
                        dj_err *err)
{
	char *folder = dj_fmt("%s/plugins/%s", cli->workspace->root, name);
	char *file = dj_fmt("%s/plugin.%s", folder, lang);
	char *about = dj_fmt("%s/README.md", folder);
	int   rc;

	if (dj_folder_exists(folder))
		rc = dj_fail(err, DJ_FAIL, "%s is there already (choose another name, or delete it)", folder);
	else if ((rc = dj_folder_make(folder, err)) >= 0 &&
	         (rc = dj_file_write(file, text, strlen(text), err)) >= 0 &&
	         (rc = dj_file_write(about, readme, strlen(readme), err)) >= 0)
		dj_say(cli, "wrote %s\nnext: datajam run %s, then change it and run it again", file, name);
	free(about);
	free(file);
	free(folder);
	return rc;
}

int dj_cmd_new(dj_cli *cli, dj_err *err)
{
	const char   *name = cli->word[0], *query = dj_cli_value(cli, "from-query");
	const char   *lang = dj_cli_value(cli, "lang"), *kind = dj_cli_value(cli, "kind");
	char         *text = NULL;
	dj_workspace *w;
	int           rc;

	if (!dj_name_ok(name, 48, false))
		return dj_fail(err, DJ_USAGE,
		               "'%s' is no name for a plugin: small letters, digits and -, from a letter, at most 48",
		               name);
	if (query && ((lang && strcmp(lang, "lua") != 0) || kind))
		return dj_fail(
		    err, DJ_USAGE,
		    "--from-query makes a Lua visualisation with a table; --lang and --kind do not go with it");
	if ((rc = dj_cli_workspace(&w, cli, err)) < 0)
		return rc;

	if (query) {
		rc = from_query(&text, cli, name, query, err);
	} else {
		const dj_template *t = NULL;
		if ((rc = find_template(&t, kind ? kind : "detection", lang ? lang : "lua", err)) >= 0)
			text = fill_in(t->text, name, "");
	}
	if (rc < 0)
		return rc;
	char *readme = fill_in(dj_template_readme(), name, "");
	rc = write_plugin(cli, name, lang && strcmp(lang, "c") == 0 ? "c" : "lua", text, readme, err);
	free(readme);
	free(text);
	return rc;
}
