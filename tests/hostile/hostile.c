/*
 * Runs every file of plugins/ as a plugin, beside a good one. The first line of each says the verdict it must get:
 *
 *   -- verdict: TIMEOUT "CPU"          the verdict, and words of the message
 *   (or in a C comment) verdict: MEMORY release    not under sanitizers, which need what it does, or have no such limit
 *
 * @SECRET@ and @DIR@ in a file stand for the path of a file that anybody may read, and of the workspace. Whatever happens,
 * the good plugin's result is the same bytes, the secret turns up nowhere, the snapshots do not change, what failed left
 * no findings, and neither a process nor a descriptor is left. To add a case, add a file.
 */
#include "whole.h"

#include "base/digest.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char secret[] = "the-secret-that-must-not-be-read";

typedef struct hostile {
	char        name[64], verdict[32], words[64];
	const char *ending;
	char       *text;
	bool        release;
} hostile;

static char *replace(const char *text, const char *mark, const char *by)
{
	dj_buf out = {0};

	for (const char *at; (at = strstr(text, mark)); text = at + strlen(mark)) {
		dj_buf_add(&out, text, (size_t)(at - text));
		dj_buf_text(&out, by);
	}
	dj_buf_text(&out, text);
	return dj_buf_take(&out);
}

/* `verdict: WORD ["WORDS"] [release]` anywhere in the first line */
static void read_head(hostile *h)
{
	char        line[200] = "";
	const char *at, *quote;

	snprintf(line, sizeof line, "%.*s", (int)strcspn(h->text, "\n"), h->text);
	at = strstr(line, "verdict: ");
	if (!at || sscanf(at, "verdict: %31s", h->verdict) != 1)
		fail_msg("%s.%s: its first line says no verdict", h->name, h->ending);
	h->release = strstr(line, " release") != NULL;
	if ((quote = strchr(line, '"')))
		snprintf(h->words, sizeof h->words, "%.*s", (int)strcspn(quote + 1, "\""), quote + 1);
}

static void read_hostile(hostile *h, const world *x, const char *file)
{
	char  *path = dj_path_join("plugins", file), *stem = dj_path_stem(file), *text = NULL, *named, *place;
	size_t n = 0;
	dj_err err = {0};

	*h = (hostile){.ending = dj_text_ends(file, ".lua") ? "lua" : "c"};
	snprintf(h->name, sizeof h->name, "%s", stem);
	fine(dj_file_read(&text, &n, path, 1 << 20, &err));
	place = dj_fmt("%s/secret.txt", x->dir);
	named = replace(text, "@SECRET@", place);
	h->text = replace(named, "@DIR@", x->dir);
	read_head(h);
	free(place);
	free(named);
	free(text);
	free(stem);
	free(path);
}

/* Whether any file of the workspace's state holds the secret. */
static bool leaked(const char *folder)
{
	char **name = NULL;
	size_t n = 0;
	bool   found = false;

	if (dj_folder_list(&name, &n, folder, NULL) < 0)
		return false;
	for (size_t k = 0; k < n && !found; k++) {
		char  *path = dj_path_join(folder, name[k]), *text = NULL;
		size_t size = 0;

		if (dj_folder_exists(path))
			found = leaked(path);
		else if (dj_file_read(&text, &size, path, 1 << 26, NULL) == DJ_OK)
			found = memmem(text, size, secret, sizeof secret - 1) != NULL;
		free(text);
		free(path);
	}
	dj_names_free(name, n);
	return found;
}

static dj_digest digest_of_snapshots(const world *x)
{
	char      *folder = dj_path_join(x->w->state, "snapshots"), **name = NULL;
	size_t     n = 0;
	dj_sha256 *all = dj_sha256_new();
	dj_err     err = {0};

	fine(dj_folder_list(&name, &n, folder, &err));
	assert_int_equal(n, 2);
	for (size_t k = 0; k < n; k++) {
		char  *path = dj_path_join(folder, name[k]), *text;
		size_t size;

		fine(dj_file_read(&text, &size, path, 1 << 26, &err));
		dj_sha256_add(all, text, size);
		free(text);
		free(path);
	}
	dj_names_free(name, n);
	free(folder);
	return dj_sha256_end(all);
}

static size_t open_descriptors(void)
{
	char **name = NULL;
	size_t n = 0;

	dj_folder_list(&name, &n, "/proc/self/fd", NULL);
	dj_names_free(name, n);
	return n;
}

/* True when it got what it must get, and the good one beside it what it always gets. */
static bool holds(world *x, const hostile *h, const dj_digest *good)
{
	char                *names = dj_fmt("%s each-row", h->name);
	dj_run_summary       s;
	const dj_run_record *r;
	bool                 as_said, kept_quiet;

	put_plugin(x, h->name, h->ending, h->text);
	s = run(x, names);
	free(names);
	assert_int_equal(s.n, 2);
	r = s.record[0];
	as_said =
	    strcmp(r->verdict, h->verdict) == 0 && (!*h->words || (r->message && strstr(r->message, h->words)));
	kept_quiet = (!r->message || !strstr(r->message, secret)) && (!r->log || !strstr(r->log, secret)) &&
	             (!x->said.data || !strstr(x->said.data, secret));
	if (!as_said)
		print_error("%s.%s: want %s '%s', got %s: %.300s\n", h->name, h->ending, h->verdict, h->words,
		            r->verdict, r->message ? r->message : "");
	if (!kept_quiet)
		print_error("%s.%s: told the secret\n", h->name, h->ending);
	assert_true(strcmp(r->verdict, "OK") == 0 || r->n_findings + r->n_layers + r->n_views == 0);
	is(s.record[1], "OK", NULL);
	assert_int_equal(dj_digest_compare(&s.record[1]->dj1, good), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return as_said && kept_quiet;
}

static dj_digest prepare(world *x)
{
	char          *path = dj_path_join(x->dir, "secret.txt");
	dj_run_summary s;
	dj_err         err = {0};

	/* Open to all: nothing but the cage stands before it. */
	fine(dj_file_write(path, secret, sizeof secret - 1, &err));
	assert_int_equal(chmod(x->dir, 0755), 0);
	free(path);
	put_plugin(x, "each-row", "lua", each_row);
	x->options.limits.cpu_ms = 500;
	x->options.limits.wall_ms = 6000;
	x->options.limits.address_bytes = (uint64_t)384 << 20;
	x->options.limits.lua_bytes = 64 << 20;
	x->options.limits.output_bytes = 16 << 20;
	x->options.limits.findings = 1000;
	s = run(x, "each-row");
	is(s.record[0], "OK", NULL);
	assert_int_equal(s.record[0]->n_findings, 3);
	return s.record[0]->dj1;
}

static void each_gets_its_verdict(void **state)
{
	world    *x = *state;
	char    **file = NULL;
	size_t    n = 0, wrong = 0, ran = 0, descriptors;
	dj_digest good = prepare(x), before = digest_of_snapshots(x), after;
	dj_err    err = {0};
	char     *was_here = dj_path_join(x->dir, "was-here");

	descriptors = open_descriptors();
	fine(dj_folder_list(&file, &n, "plugins", &err));
	for (size_t k = 0; k < n; k++) {
		hostile h;

		read_hostile(&h, x, file[k]);
#ifdef DJ_SANITIZED
		if (h.release)
			*h.verdict = '\0';
#endif
		if (*h.verdict) {
			ran++;
			wrong += !holds(x, &h, &good);
		}
		free(h.text);
	}
	dj_names_free(file, n);
	after = digest_of_snapshots(x);
	assert_int_equal(dj_digest_compare(&before, &after), 0);
	assert_false(leaked(x->w->state));
	assert_false(dj_file_exists(was_here));
	assert_int_equal(open_descriptors(), descriptors);
	assert_true(ran > 60);
	assert_int_equal(wrong, 0);
	free(was_here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(each_gets_its_verdict)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
