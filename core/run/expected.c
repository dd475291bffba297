/* Runs the cases of expected.json, one after the other, each on its own data, in a workspace that is gone afterwards. */
#include "run/expected_parts.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILE = 8 << 20 };

typedef struct tester {
	const dj_plugin_file      *file;
	const dj_worker           *worker;
	const dj_expected_options *options;
	dj_workspace              *workspace;
	dj_vocabulary             *vocabulary;
	dj_lines                   warning;
	dj_arena                  *arena;
	dj_err                    *err;
} tester;

/* ---- A workspace ---- */

/* Plugins beside the one under test are there too: it may need their findings. */
static void link_neighbours(const tester *t)
{
	char *parent = dj_strndup(t->file->folder, (size_t)(dj_path_name(t->file->folder) - t->file->folder));
	char *plugins = dj_workspace_path(t->workspace, "plugins");

	parent[strlen(parent) > 1 ? strlen(parent) - 1 : 1] = '\0';
	if (strcmp(dj_path_name(parent), "plugins") == 0 && rmdir(plugins) == 0 && symlink(parent, plugins) < 0)
		dj_folder_make(plugins, NULL);
	free(parent);
	free(plugins);
}

static int open_workspace(tester *t, char **folder)
{
	const char *base = getenv("TMPDIR");
	int         rc;

	*folder = dj_fmt("%s/datajam-test-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(*folder)) {
		rc = dj_fail_errno(t->err, "%s", *folder);
		free(*folder);
		*folder = NULL;
		return rc;
	}
	if ((rc = dj_workspace_init(*folder, t->err)) < 0 ||
	    (rc = dj_workspace_open(&t->workspace, *folder, t->err)) < 0)
		return rc;
	if (t->options->toolkit) {
		free(t->workspace->toolkit);
		t->workspace->toolkit = dj_strdup(t->options->toolkit);
	}
	link_neighbours(t);
	return dj_vocabulary_load(&t->vocabulary, t->workspace->toolkit, t->err);
}

static int load_data(tester *t, const dj_expected_case *c)
{
	const cJSON *data;
	int          rc = DJ_OK;

	cJSON_ArrayForEach(data, c->rows)
	{
		if ((rc = dj_expected_rows(t->workspace, t->vocabulary, data->string, data, t->err)) < 0)
			return rc;
	}
	cJSON_ArrayForEach(data, c->files)
	{
		const char *name = cJSON_GetStringValue(data);

		if (!name || !*name || *name == '/' || strstr(name, ".."))
			return dj_fail(t->err, DJ_FAIL, "files.%s must name a file beside the plugin", data->string);
		if (!t->options->load)
			return dj_fail(t->err, DJ_FAIL, "files: nothing here can load a file (give \"rows\")");
		char *path = dj_path_join(t->file->folder, name);

		rc = t->options->load(t->options->user, t->workspace, data->string, data->string, path, t->err);
		free(path);
		if (rc < 0)
			return dj_fail_in(t->err, "files.%s", data->string);
	}
	return rc;
}

static int unload_data(tester *t)
{
	dj_catalogue *c;
	int           rc = dj_catalogue_open(&c, t->workspace, t->vocabulary, t->err);

	for (size_t i = 0; rc >= 0 && i < dj_catalogue_count(c); i++)
		rc = dj_catalogue_remove(t->workspace, dj_catalogue_at(c, i)->name, t->err);
	if (rc >= 0)
		dj_catalogue_free(c);
	return rc;
}

/* ---- Warnings ---- */

static void warn(tester *t, const char *line)
{
	for (size_t i = 0; i < t->warning.n; i++)
		if (strcmp(t->warning.line[i], line) == 0)
			return;
	dj_lines_add(&t->warning, line);
}

static bool in_a_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c & 0x80);
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; at && (at = strstr(at, word)); at++)
		if ((at == text || !in_a_word(at[-1])) && !in_a_word(at[n]))
			return true;
	return false;
}

/* A `_row` as text: 2^48 and more, of a source that the run has. */
static bool has_row(const char *text, size_t n_sources)
{
	for (const char *at = text; at && (at += strcspn(at, "0123456789"), *at);) {
		size_t  n = strspn(at, "0123456789");
		int64_t v, source;

		if (n >= 15 && dj_text_integer(at, n, &v)) {
			source = v >> 48;
			if ((source >= 1 && (size_t)source <= n_sources) || source == DJ_FINDINGS_SOURCE)
				return true;
		}
		at += n;
	}
	return false;
}

/* An id that the gate masks must not stand where it can not: the key of a role that is not sensitive may. */
static bool is_public(const dj_vocabulary *v, const char *type)
{
	for (size_t i = 0; i < v->n_roles; i++) {
		const dj_role_column *key =
		    strcmp(v->role[i].key, type) == 0 ? dj_role_find(&v->role[i], type) : NULL;

		if (key)
			return key->sensitivity == DJ_SENSITIVITY_NONE;
	}
	return false;
}

static void check_text(tester *t, const dj_run_record *run, const dj_finding_record *f, const char *what,
                       dj_words text)
{
	const char *both[2] = {text.en, text.fr};

	for (int k = 0; k < 2; k++) {
		if (has_row(both[k], run->n_sources))
			warn(t, dj_arena_fmt(
			            t->arena,
			            "a finding's %s holds a _row: its number changes with the data that is bound", what));
		for (size_t i = 0; i < f->n_subjects && both[k]; i++)
			if (strlen(f->subject_id[i]) > 1 && !is_public(t->vocabulary, f->subject_type[i]) &&
			    has_word(both[k], f->subject_id[i]))
				warn(t, dj_arena_fmt(
				            t->arena,
				            "a finding's %s names its %s: ids belong in subjects, where they can be masked",
				            what, f->subject_type[i]));
	}
}

static void check_texts(tester *t, const dj_run_record *run)
{
	for (size_t i = 0; i < run->n_findings; i++) {
		const dj_finding_record *f = &run->finding[i];

		check_text(t, run, f, "title", f->title);
		check_text(t, run, f, "detail", f->detail);
		for (size_t k = 0; k < f->n_reasons; k++)
			check_text(t, run, f, "reasons", f->reason[k]);
	}
	for (size_t i = 0; i < run->n_notes; i++)
		if (has_row(run->note[i].en, run->n_sources) || has_row(run->note[i].fr, run->n_sources))
			warn(t, "a note holds a _row: its number changes with the data that is bound");
}

/* ---- A case ---- */

static const dj_run_record *failed(const tester *t, const char *message)
{
	dj_run_record *r = dj_arena_alloc(t->arena, 1, sizeof *r);

	r->verdict = "FAILED";
	r->message = dj_arena_dup(t->arena, message);
	r->log = "";
	return r;
}

/* Negative when we failed; a plan that is refused is what the plugin gave. */
static int run_case(const dj_run_record **out, tester *t, const dj_expected_case *c)
{
	dj_catalogue  *catalogue = NULL;
	const dj_plan *plan;
	dj_run_summary summary;
	dj_err         why = {0};
	const char    *plugin = t->file->folder;
	dj_run_options o = {.plugin = &plugin,
	                    .n_plugins = 1,
	                    .param = c->param,
	                    .n_params = c->n_params,
	                    .seed = c->seed,
	                    .now = c->now,
	                    .limits = dj_limits_default(),
	                    .wake_fd = t->options->wake_fd};
	int            rc = dj_catalogue_open(&catalogue, t->workspace, t->vocabulary, t->err);

	if (rc < 0)
		return rc;
	dj_run_house house = {t->workspace, t->vocabulary, catalogue, t->worker, NULL};

	rc = dj_run_plan(&plan, &house, &o, t->arena, &why);
	if (rc == DJ_STOPPED) {
		rc = dj_fail(t->err, rc, "%s", why.text);
	} else if (rc < 0) {
		*out = failed(t, why.text);
		rc = DJ_OK;
	} else if ((rc = dj_run_go(&summary, &house, plan, &o, NULL, t->arena, t->err)) >= 0) {
		*out = summary.record[summary.n - 1]; /* what others it needs come before it */
		if (!plan->step[summary.n - 1].says->caveat.en && !plan->step[summary.n - 1].says->caveat.fr &&
		    strcmp((*out)->verdict, "OK") == 0)
			warn(t, "it states no limits (add caveat: what it can not say)");
		if (summary.stopped)
			rc = dj_fail(t->err, DJ_STOPPED, "interrupted");
	}
	/* records borrow texts from the catalogue: it lives as long as they are looked at */
	if (rc >= 0 && strcmp((*out)->verdict, "OK") == 0)
		check_texts(t, *out);
	dj_catalogue_free(catalogue);
	return rc;
}

static int test_case(dj_expected_result *out, tester *t, const dj_expected_case *c)
{
	const dj_run_record *got = NULL;
	const cJSON         *digest = cJSON_GetObjectItemCaseSensitive(c->expect, "digest");
	dj_lines             lines = {0};
	char                 hex[65];
	dj_err              *outer = t->err, why = {0};
	int                  rc;

	*out = (dj_expected_result){.name = dj_arena_dup(t->arena, c->name), .log = ""};
	t->err = &why;
	rc = load_data(t, c);
	t->err = outer;
	if (rc == DJ_STOPPED)
		return dj_fail(outer, rc, "%s", why.text);
	if (rc < 0)
		got = failed(t, why.text); /* the case's own data: told with the case */
	else if ((rc = run_case(&got, t, c)) < 0)
		return rc;
	dj_expected_compare(&lines, c->expect, got, t->arena);
	out->verdict = got->verdict;
	out->wall_ms = (long)(got->wall_us / 1000);
	out->log = got->log;
	if (strcmp(got->verdict, "OK") == 0) {
		dj_digest_hex(hex, &got->dj1);
		out->digest = dj_arena_fmt(t->arena, "dj1:%s", hex);
	}
	if (digest && cJSON_IsString(digest)) {
		out->expected = dj_arena_dup(t->arena, digest->valuestring);
		if (out->digest && strcmp(out->digest, out->expected) != 0 && !t->options->accept)
			dj_lines_add(&lines,
			             dj_arena_fmt(t->arena,
			                          "digest: %s, expected %s (datajam test --accept, if this is meant)",
			                          out->digest, out->expected));
	}
	out->n_differences = lines.n;
	out->difference = dj_arena_alloc(t->arena, lines.n + 1, sizeof *out->difference);
	if (lines.n)
		memcpy((void *)(uintptr_t)out->difference, lines.line, lines.n * sizeof *lines.line);
	free(lines.line);
	out->passed = !out->n_differences;
	return unload_data(t);
}

/* ---- The file ---- */

/* The digests of the cases that passed, and that are not about failing. */
static int accept_digests(dj_expected_report *out, tester *t, const char *path, char *text)
{
	char *changed = dj_strdup(text);
	int   rc = DJ_OK;

	for (size_t i = 0; i < out->n; i++) {
		const dj_expected_result *r = &out->result[i];
		char                     *next;

		if (!r->passed || !r->digest || !(next = dj_expected_with_digest(changed, i, r->digest)))
			continue;
		free(changed);
		changed = next;
	}
	if (strcmp(changed, text) != 0) {
		rc = dj_file_write(path, changed, strlen(changed), t->err);
		out->accepted = rc >= 0;
	}
	free(changed);
	return rc;
}

static int test_all(dj_expected_report *out, tester *t, const dj_expected_case *c, size_t n)
{
	dj_expected_result *result = dj_arena_alloc(t->arena, n + 1, sizeof *result);
	bool                any = false;
	int                 rc;

	out->result = result;
	for (size_t i = 0; i < n; i++) {
		if (t->options->case_name && strcmp(c[i].name, t->options->case_name) != 0)
			continue;
		any = true;
		if ((rc = test_case(&result[out->n], t, &c[i])) < 0)
			return rc;
		out->passed += result[out->n++].passed;
	}
	return any ? DJ_OK : dj_fail(t->err, DJ_USAGE, "no case is called \"%s\"", t->options->case_name);
}

int dj_expected_run(dj_expected_report *out, const dj_plugin_file *file, const dj_worker *worker,
                    const dj_expected_options *options, dj_arena *a, dj_err *err)
{
	tester            t = {.file = file, .worker = worker, .options = options, .arena = a, .err = err};
	char             *path = dj_path_join(file->folder, "expected.json"), *text = NULL, *folder = NULL;
	cJSON            *json = NULL;
	dj_expected_case *cases;
	size_t            n_text, n;
	int               rc = DJ_NOTFOUND;

	*out = (dj_expected_report){0};
	if (!dj_file_exists(path)) {
		dj_fail(err, rc, "plugins/%s has no expected.json", file->name);
		goto out;
	}
	if ((rc = dj_file_read(&text, &n_text, path, MOST_FILE, err)) < 0)
		goto out;
	if ((rc = dj_json_parse(&json, text, n_text, err)) < 0 ||
	    (rc = dj_expected_cases(&cases, &n, json, a, err)) < 0) {
		dj_fail_in(err, "plugins/%s/expected.json", file->name);
		goto out;
	}
	if ((rc = open_workspace(&t, &folder)) < 0 || (rc = test_all(out, &t, cases, n)) < 0)
		goto out;
	if (options->accept && !options->case_name)
		rc = accept_digests(out, &t, path, text);
	out->n_warnings = t.warning.n;
	const char **warning = dj_arena_alloc(a, t.warning.n + 1, sizeof *warning);
	if (t.warning.n)
		memcpy(warning, t.warning.line, t.warning.n * sizeof *warning);
	out->warning = warning;
out:
	free(t.warning.line);
	dj_vocabulary_free(t.vocabulary);
	dj_workspace_free(t.workspace);
	if (folder)
		dj_tree_remove(folder, NULL);
	free(folder);
	cJSON_Delete(json);
	free(text);
	free(path);
	return rc;
}
