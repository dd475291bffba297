#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "report/report.h"
#include "world.h"

#include <sys/stat.h>

static const char *const HOSTILE =
    "</script><img src=x onerror=\"document.title='owned'\"><!--<script>alert(1)</script>";

typedef struct page {
	char  *folder, *path, *html;
	size_t n;
	world  x;
} page;

static const char *toolkit(void)
{
	const char *source = getenv("DJ_SOURCE");

	return source ? source : "../..";
}

static void page_make(page *p, const char *file)
{
	dj_err err = {0};

	*p = (page){.folder = dj_strdup("/tmp/datajam-test-XXXXXX")};
	assert_non_null(mkdtemp(p->folder));
	p->path = dj_path_join(p->folder, "report.html");
	if (world_make(&p->x, p->folder, toolkit(), file, &err) < 0)
		fail_msg("%s: %s", file, err.text);
}

static void page_write(page *p, const dj_report_options *o)
{
	dj_err err = {0};

	free(p->html);
	if (dj_report_write(p->path, p->x.w, p->x.c, p->x.r, o, &err) < 0 ||
	    dj_file_read(&p->html, &p->n, p->path, 64 << 20, &err) < 0)
		fail_msg("%s", err.text);
}

static void page_free(page *p)
{
	world_free(&p->x);
	(void)dj_tree_remove(p->folder, NULL);
	free(p->folder);
	free(p->path);
	free(p->html);
}

/* The JSON of a block, read as strictly as everywhere; cJSON_Delete it. */
static cJSON *block(const page *p, const char *id)
{
	char       *open = dj_fmt("<script type=\"application/json\" id=\"%s\">", id);
	const char *start = strstr(p->html, open), *end;
	cJSON      *json = NULL;
	dj_err      err = {0};

	if (!start)
		fail_msg("no block %s", id);
	start += strlen(open);
	end = strstr(start, "</script>");
	assert_non_null(end);
	if (dj_json_parse(&json, start, (size_t)(end - start), &err) < 0)
		fail_msg("%s: %s", id, err.text);
	free(open);
	return json;
}

static const cJSON *at(const cJSON *item, const char *name)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(item, name);

	if (!found)
		fail_msg("no member %s", name);
	return found;
}

static const cJSON *nth(const cJSON *item, int i)
{
	const cJSON *found = cJSON_GetArrayItem(item, i);

	if (!found)
		fail_msg("no item %d", i);
	return found;
}

static void overview_names_workspace_and_datasets(void **state)
{
	page         p;
	cJSON       *report;
	const cJSON *crime;

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, &(dj_report_options){.written = "2026-01-02T03:04:05Z"});
	report = block(&p, "report");
	assert_string_equal(at(at(report, "workspace"), "title")->valuestring, "Spring cohort, table 4");
	assert_string_equal(at(at(report, "workspace"), "contact")->valuestring, "Organiser on duty, room 201");
	assert_string_equal(at(report, "written")->valuestring, "2026-01-02T03:04:05Z");
	assert_int_equal(cJSON_GetArraySize(at(report, "runs")), 5);
	crime = nth(at(report, "datasets"), 1);
	assert_string_equal(at(crime, "name")->valuestring, "crime");
	assert_true(cJSON_IsTrue(at(nth(at(report, "datasets"), 0), "made")));
	assert_int_equal(at(nth(at(crime, "tables"), 0), "rejects")->valueint, 3);
	cJSON_Delete(report);
	page_free(&p);
}

static void rejects_have_a_sample(void **state)
{
	page         p;
	cJSON       *report;
	const cJSON *tables, *sample = NULL;

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, NULL);
	report = block(&p, "report");
	tables = at(nth(at(report, "datasets"), 1), "tables");
	for (const cJSON *t = tables->child; t; t = t->next)
		if (strcmp(at(t, "name")->valuestring, "rejects") == 0)
			sample = at(t, "sample");
	assert_non_null(sample);
	assert_int_equal(cJSON_GetArraySize(at(sample, "rows")), 3);
	assert_string_equal(nth(nth(at(sample, "rows"), 2), 5)->valuestring, "2021-13-01");
	cJSON_Delete(report);
	page_free(&p);
}

/* Leads come by falling score; each names its rows, and the rows' cells are the snapshot's. */
static void leads_have_their_rows(void **state)
{
	page         p;
	cJSON       *findings, *evidence;
	const cJSON *first, *source;
	double       last = 2;

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, NULL);
	findings = block(&p, "findings-1");
	evidence = block(&p, "evidence-1");
	assert_int_equal(cJSON_GetArraySize(findings), 180);
	for (const cJSON *f = findings->child; f; f = f->next) {
		assert_true(at(f, "score")->valuedouble <= last);
		last = at(f, "score")->valuedouble;
	}
	first = nth(findings, 0);
	assert_int_equal(cJSON_GetArraySize(at(first, "rows")), DJ_REPORT_EVIDENCE);
	assert_int_equal(at(first, "total")->valueint, 312);
	source = nth(evidence, 0);
	assert_string_equal(nth(at(source, "columns"), 0)->valuestring, "tx_id");
	assert_string_equal(nth(at(at(source, "rows"), "1"), 0)->valuestring, "T1000");
	assert_true(cJSON_IsNull(at(source, "missing")));
	cJSON_Delete(findings);
	cJSON_Delete(evidence);
	page_free(&p);
}

static void the_cap_is_the_options(void **state)
{
	page   p;
	cJSON *findings;

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, &(dj_report_options){.evidence = 3});
	findings = block(&p, "findings-1");
	assert_int_equal(cJSON_GetArraySize(at(nth(findings, 0), "rows")), 3);
	cJSON_Delete(findings);
	page_free(&p);
}

static void a_failed_run_is_told(void **state)
{
	page   p;
	cJSON *run;

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, NULL);
	run = block(&p, "run-5");
	assert_string_equal(at(run, "verdict")->valuestring, "FAILED");
	assert_non_null(strstr(at(run, "message")->valuestring, "plugin.lua:17"));
	assert_int_equal(at(run, "line")->valueint, 17);
	cJSON_Delete(run);
	page_free(&p);
}

static void chosen_runs_only(void **state)
{
	const int64_t run[] = {4};
	page          p;
	cJSON        *report;

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, &(dj_report_options){.run = run, .n_runs = 1});
	report = block(&p, "report");
	assert_int_equal(cJSON_GetArraySize(at(report, "runs")), 1);
	assert_null(strstr(p.html, "id=\"findings-1\""));
	cJSON_Delete(report);
	page_free(&p);
}

/* A snapshot that gc took is told on the page; the leads stand. */
static void a_snapshot_that_is_gone(void **state)
{
	page         p;
	cJSON       *evidence;
	const cJSON *source;

	(void)state;
	page_make(&p, "hostile.json");
	page_write(&p, NULL);
	evidence = block(&p, "evidence-1");
	source = nth(evidence, 1);
	assert_non_null(strstr(at(source, "missing")->valuestring, "no longer"));
	source = nth(evidence, 2); /* an earlier lead has no snapshot and misses none */
	assert_true(cJSON_IsNull(at(source, "missing")));
	cJSON_Delete(evidence);
	page_free(&p);
}

/* What plugins and data say is whole in the data, and nowhere in the page's own HTML. */
static void hostile_text_stays_data(void **state)
{
	page        p, empty;
	cJSON      *json;
	const char *tail;

	(void)state;
	page_make(&p, "hostile.json");
	page_make(&empty, "empty.json");
	page_write(&p, NULL);
	page_write(&empty, NULL);
	assert_null(strstr(p.html, "<img"));
	assert_null(strstr(p.html, "owned'\"><!--"));
	json = block(&p, "findings-1");
	assert_string_equal(at(at(nth(json, 0), "title"), "en")->valuestring, HOSTILE);
	cJSON_Delete(json);
	json = block(&p, "evidence-1");
	assert_string_equal(nth(at(at(nth(json, 0), "rows"), "1"), 1)->valuestring, HOSTILE);
	cJSON_Delete(json);
	/* Head and tail are the same bytes as those of an empty workspace. */
	tail = strstr(empty.html, "<script>");
	assert_non_null(tail);
	assert_string_equal(strstr(p.html, "<script>"), tail);
	page_free(&p);
	page_free(&empty);
}

static void the_same_workspace_gives_the_same_bytes(void **state)
{
	const dj_report_options o = {.written = "2026-01-02T03:04:05Z"};
	page                    p;
	char                   *first;

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, &o);
	first = dj_strdup(p.html);
	page_write(&p, &o);
	assert_string_equal(first, p.html);
	free(first);
	page_free(&p);
}

/* An error leaves the old page, and nothing beside it. */
static void whole_or_not_at_all(void **state)
{
	const int64_t none[] = {99};
	page          p;
	char        **names, *before;
	size_t        n;
	dj_err        err = {0};

	(void)state;
	page_make(&p, "show.json");
	page_write(&p, NULL);
	before = dj_strdup(p.html);
	assert_int_equal(
	    dj_report_write(p.path, p.x.w, p.x.c, p.x.r, &(dj_report_options){.run = none, .n_runs = 1}, &err),
	    DJ_NOTFOUND);
	free(p.html);
	assert_int_equal(dj_file_read(&p.html, &p.n, p.path, 64 << 20, &err), DJ_OK);
	assert_string_equal(before, p.html);
	assert_int_equal(dj_folder_list(&names, &n, p.folder, &err), DJ_OK);
	for (size_t i = 0; i < n; i++)
		assert_null(strstr(names[i], ".part"));
	dj_names_free(names, n);
	assert_int_equal(dj_report_write(p.folder, p.x.w, p.x.c, p.x.r, NULL, &err), DJ_USAGE);
	assert_non_null(strstr(err.text, "is a folder"));
	free(before);
	page_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(overview_names_workspace_and_datasets),
	    cmocka_unit_test(rejects_have_a_sample),
	    cmocka_unit_test(leads_have_their_rows),
	    cmocka_unit_test(the_cap_is_the_options),
	    cmocka_unit_test(a_failed_run_is_told),
	    cmocka_unit_test(chosen_runs_only),
	    cmocka_unit_test(a_snapshot_that_is_gone),
	    cmocka_unit_test(hostile_text_stays_data),
	    cmocka_unit_test(the_same_workspace_gives_the_same_bytes),
	    cmocka_unit_test(whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
