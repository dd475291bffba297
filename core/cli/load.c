/* load SOURCE...: what people have becomes a snapshot. */
#include "cli/commands.h"
#include "cli/steps.h"

#include "base/text.h"
#include "cli/out.h"
#include "intake/intake.h"

#include <string.h>

static void draw(void *user, uint64_t done, uint64_t total, uint64_t rows)
{
	(void)rows;
	dj_progress_draw(user, "loading", done, total);
}

/* The terms are a stranger's text. */
static bool ask_terms(void *user, const char *dataset, const char *terms)
{
	dj_cli *cli = user;
	dj_buf  question = {0};

	dj_buf_fmt(&question, "%s may be used on these terms:\n  ", dataset);
	dj_text_show(&question, terms, strlen(terms));
	dj_buf_text(&question, "\nDo you accept them?");
	int yes = dj_cli_ask(cli, question.data);
	dj_buf_free(&question);
	return yes > 0;
}

static void draw_fetching(void *user, uint64_t done, uint64_t total)
{
	dj_progress_draw(user, "fetching", done, total);
}

/* "tab", "\t" and one character are what people write. */
static int one_character(int *out, const char *name, const char *value, dj_err *err)
{
	if (!value)
		return DJ_OK;
	if (strcmp(value, "tab") == 0 || strcmp(value, "\\t") == 0)
		*out = '\t';
	else if (strcmp(name, "quote") == 0 && strcmp(value, "none") == 0)
		*out = -1;
	else if (strlen(value) == 1 && (unsigned char)*value < 0x80)
		*out = *value;
	else
		return dj_fail(err, DJ_USAGE, "--%s '%s': one ASCII character is needed%s", name, value,
		               strcmp(name, "quote") == 0 ? ", or none" : ", or tab");
	return DJ_OK;
}

typedef struct given { /* what options point to */
	const char *null[DJ_MOST_WORDS], *role[DJ_MOST_WORDS], *index[DJ_MOST_WORDS], *allow_host[DJ_MOST_WORDS];
} given_words;

static int read_options(dj_load_options *o, given_words *given, dj_cli *cli, dj_err *err)
{
	int64_t threads = 0;
	int     rc;

	*o = DJ_LOAD_OPTIONS;
	o->as = dj_cli_value(cli, "as");
	o->format = dj_cli_value(cli, "format");
	if (dj_cli_has(cli, "header") && dj_cli_has(cli, "no-header"))
		return dj_fail(err, DJ_USAGE, "--header and --no-header can not both hold");
	o->header = dj_cli_has(cli, "header") ? 1 : dj_cli_has(cli, "no-header") ? 0 : -1;
	if (o->as && cli->n_words > 1)
		return dj_fail(err, DJ_USAGE, "--as names one dataset, and %zu sources are given", cli->n_words);
	if ((rc = one_character(&o->separator, "separator", dj_cli_value(cli, "separator"), err)) < 0 ||
	    (rc = one_character(&o->quote, "quote", dj_cli_value(cli, "quote"), err)) < 0 ||
	    (rc = dj_cli_number(&o->limit, cli, "limit", 1, err)) < 0 ||
	    (rc = dj_cli_number(&threads, cli, "threads", 1, err)) < 0)
		return rc;
	o->threads = (size_t)threads;
	o->member = dj_cli_value(cli, "member");
	o->sheet = dj_cli_value(cli, "sheet");
	o->from = dj_cli_value(cli, "from");
	o->encoding = dj_cli_value(cli, "encoding");
	o->rows = dj_cli_value(cli, "rows");
	o->rtree = dj_cli_value(cli, "rtree");
	o->n_indexes = dj_cli_values(cli, "index", given->index, DJ_MOST_WORDS);
	o->index = given->index;
	o->n_null = dj_cli_values(cli, "null", given->null, DJ_MOST_WORDS);
	o->null = given->null;
	o->n_roles = dj_cli_values(cli, "role", given->role, DJ_MOST_WORDS);
	o->role = given->role;
	o->accept_terms = dj_cli_has(cli, "accept-terms");
	o->ask_terms = ask_terms;
	o->replace = dj_cli_has(cli, "replace");
	o->offline = dj_cli_has(cli, "offline");
	o->n_allow_host = dj_cli_values(cli, "allow-host", given->allow_host, DJ_MOST_WORDS);
	o->allow_host = given->allow_host;
	o->fetching = draw_fetching;
	o->progress = draw;
	o->user = cli;
	o->wake_fd = dj_cli_wake(cli);
	return DJ_OK;
}

void dj_say_loaded(dj_cli *cli, const dj_load_result *r)
{
	for (size_t i = 0; i < r->n_messages; i++)
		dj_say(cli, "%s%s", r->message[i].kind == DJ_LOAD_WARNING ? "warning: " : "  ", r->message[i].text);
	for (size_t t = 0; t < r->n_tables; t++)
		dj_say(cli, "%s: %lld row%s, %zu column%s%s%s", r->table[t].name, (long long)r->table[t].rows,
		       r->table[t].rows == 1 ? "" : "s", r->table[t].n_columns, r->table[t].n_columns == 1 ? "" : "s",
		       r->unchanged ? ", unchanged" : "",
		       r->table[t].rows || r->rejects ? ""
		                                      : " (the only line is the header: --no-header if it is data)");
	if (r->rejects)
		dj_say(cli, "%lld row%s rejected (datajam datasets %s --rejects shows them and why)",
		       (long long)r->rejects, r->rejects == 1 ? "" : "s", r->dataset);
	if (r->manifest_written)
		dj_say(cli,
		       "  described in %s: add its licence and source there, change what is wrong, and load again",
		       r->manifest_path);
}

static void print_loaded(dj_out *o, const dj_load_result *r)
{
	for (size_t t = 0; t < r->n_tables; t++) {
		dj_out_text(o, r->dataset);
		dj_out_text(o, r->table[t].name);
		dj_out_integer(o, r->table[t].rows);
		dj_out_integer(o, r->table[t].rejects);
		dj_out_integer(o, (int64_t)r->table[t].n_columns);
		dj_out_text(o, r->djs1);
		dj_out_json(o, r->unchanged ? "true" : "false");
	}
}

/* An exit code. */
static int tell_loaded(dj_cli *cli, dj_load_result *r, dj_out *out)
{
	int code = r->rejects ? DJ_EXIT_CHECK : DJ_EXIT_FINE;

	dj_say_loaded(cli, r);
	if (out)
		print_loaded(out, r);
	dj_load_result_free(r);
	return code;
}

int dj_load_one(dj_cli *cli, const char *source, const dj_load_options *o, dj_load_result **out, dj_err *err)
{
	dj_workspace  *w;
	dj_vocabulary *v;

	int rc = dj_cli_workspace(&w, cli, err);
	if (rc >= 0)
		rc = dj_cli_vocabulary(&v, cli, err);
	if (rc >= 0)
		rc = dj_intake_load(out, w, v, source, o, err);
	dj_progress_clear(cli);
	dj_cli_forget(cli);
	return rc;
}

static int load_single(dj_cli *cli, const dj_load_options *o, dj_out *out, dj_err *err)
{
	dj_load_result *r = NULL;
	int             rc = dj_load_one(cli, cli->word[0], o, &r, err);

	return rc < 0 ? rc : tell_loaded(cli, r, out);
}

/* Side by side; what is said comes in the order of the words. One bad source does not keep the others from loading. */
static int load_many(dj_cli *cli, const dj_load_options *o, dj_out *out, dj_err *err)
{
	dj_workspace  *w;
	dj_vocabulary *v;
	dj_loads      *loads = NULL;
	int            rc, code = DJ_EXIT_FINE;

	if ((rc = dj_cli_workspace(&w, cli, err)) < 0 || (rc = dj_cli_vocabulary(&v, cli, err)) < 0 ||
	    (rc = dj_loads_start(&loads, w, v, cli->word, cli->n_words, o, err)) < 0)
		return rc;
	for (size_t i = 0; i < cli->n_words; i++) {
		dj_load_result *r = NULL;
		rc = dj_loads_next(&r, loads, err);
		dj_progress_clear(cli);
		int its = rc < 0 ? DJ_EXIT_FAILED : tell_loaded(cli, r, out);
		if (rc < 0 && rc != DJ_STOPPED)
			dj_say_wrong(cli, err);
		code = rc == DJ_STOPPED                                                           ? DJ_EXIT_STOPPED
		       : code == DJ_EXIT_FINE || (code == DJ_EXIT_CHECK && its == DJ_EXIT_FAILED) ? its
		                                                                                  : code;
	}
	dj_loads_end(loads);
	dj_cli_forget(cli);
	return code == DJ_EXIT_STOPPED ? DJ_STOPPED : code;
}

int dj_cmd_load(dj_cli *cli, dj_err *err)
{
	static const char *const columns[] = {"dataset", "table",    "rows",     "rejects",
	                                      "columns", "snapshot", "unchanged"};
	given_words              given;
	dj_load_options          o;
	int                      rc;

	if ((rc = read_options(&o, &given, cli, err)) < 0)
		return rc;
	if (dj_cli_has(cli, "explain") || dj_cli_has(cli, "preview"))
		return dj_look_all(cli, &o, err);
	dj_out *out = cli->json ? dj_out_begin(stdout, DJ_OUT_JSON, columns, 7) : NULL;
	rc = cli->n_words == 1 ? load_single(cli, &o, out, err) : load_many(cli, &o, out, err);
	if (out)
		dj_out_end(out);
	return rc;
}
