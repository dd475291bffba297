/* The cache without a network: what is forgotten, what an index that was tampered with may not do. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "fetch/cache.h"
#include "fetch/fetch.h"
#include "fetch/message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct place {
	char     folder[40];
	dj_cache c;
} place;

static int begin(void **state)
{
	place *p = dj_alloc_zero(1, sizeof *p);
	dj_err err = {0};

	strcpy(p->folder, "/tmp/datajam-test-cache-XXXXXX");
	*state = p;
	return mkdtemp(p->folder) && dj_cache_open(&p->c, p->folder, &err) == DJ_OK ? 0 : -1;
}

static int end(void **state)
{
	place *p = *state;

	dj_tree_remove(p->folder, NULL);
	dj_cache_close(&p->c);
	free(p);
	return 0;
}

/* A file as if it had been fetched from `url`. */
static dj_digest put(const place *p, const char *url, const char *content)
{
	dj_fetch_ask     ask = DJ_FETCH_ASK;
	dj_cache_partial part;
	dj_digest        d = dj_sha256_of(content, strlen(content));
	dj_cache_entry   e = {
	      .digest = d, .bytes = strlen(content), .fetched = "2024-01-02T03:04:05Z", .etag = "\"a\""};
	dj_err err = {0};

	ask.url = url;
	dj_cache_key key = dj_cache_key_of(&ask);
	assert_int_equal(dj_cache_partial_open(&part, &p->c, &key, &err), DJ_OK);
	assert_int_equal(dj_cache_partial_begin(&part, &p->c, &key, NULL, NULL, &err), DJ_OK);
	assert_int_equal(dj_fd_write(part.fd, content, strlen(content), &err), DJ_OK);
	assert_int_equal(dj_cache_partial_keep(&part, &p->c, &key, &d, &err), DJ_OK);
	assert_int_equal(dj_cache_put(&p->c, &key, url, &e, &err), DJ_OK);
	return d;
}

static int get(const place *p, const char *url, const dj_digest *expect, dj_fetched *out)
{
	dj_fetch_ask ask = DJ_FETCH_ASK;
	dj_err       err = {0};

	ask.url = url;
	ask.cache = p->folder;
	ask.expect = expect;
	ask.offline = true;
	ask.program = "/nowhere/datajam-fetch";
	return dj_fetch(out, &ask, &err);
}

static void forgets_a_file_and_what_leads_to_it(void **state)
{
	const place *p = *state;
	dj_digest    a = put(p, "http://a.org/", "one"), b = put(p, "http://b.org/", "two");
	dj_fetched   f;
	dj_err       err = {0};

	put(p, "http://c.org/", "one");
	assert_int_equal(get(p, "http://a.org/", NULL, &f), DJ_OK);
	assert_true(f.from_cache && f.bytes == 3 && strcmp(f.etag, "\"a\"") == 0);
	dj_fetched_free(&f);
	assert_int_equal(dj_fetch_forget(p->folder, &a, &err), 1);
	assert_int_equal(dj_fetch_forget(p->folder, &a, &err), 0);
	assert_int_equal(get(p, "http://a.org/", NULL, &f), DJ_NOTFOUND);
	assert_int_equal(get(p, "http://c.org/", NULL, &f), DJ_NOTFOUND);
	assert_int_equal(get(p, "http://b.org/", &a, &f), DJ_NOTFOUND);
	assert_int_equal(get(p, "http://other.org/", &b, &f), DJ_OK);
	assert_null(f.etag);
	dj_fetched_free(&f);
	char **names = NULL, *folder = dj_path_join(p->folder, "url");
	size_t n = 0;
	assert_int_equal(dj_folder_list(&names, &n, folder, &err), DJ_OK);
	assert_int_equal(n, 1);
	dj_names_free(names, n);
	free(folder);
}

static void a_link_in_place_of_a_file_is_none(void **state)
{
	const place *p = *state;
	dj_digest    d = put(p, "http://a.org/", "one");
	char        *file = dj_cache_file(&p->c, &d);
	dj_fetched   f;

	assert_int_equal(unlink(file), 0);
	assert_int_equal(symlink("/etc/passwd", file), 0);
	assert_int_equal(get(p, "http://a.org/", NULL, &f), DJ_NOTFOUND);
	assert_int_equal(get(p, "http://a.org/", &d, &f), DJ_NOTFOUND);
	free(file);
}

static void a_key_is_told_by_address_header_and_name(void **state)
{
	dj_fetch_ask a = DJ_FETCH_ASK, b = a, c = a;

	(void)state;
	a.url = b.url = c.url = "http://a.org/";
	b.auth_header = c.auth_header = "X";
	b.auth_secret = "one";
	c.auth_secret = "two";
	dj_cache_key x = dj_cache_key_of(&a), y = dj_cache_key_of(&b), z = dj_cache_key_of(&c);
	assert_string_not_equal(x.hex, y.hex);
	assert_string_not_equal(y.hex, z.hex);
}

/* What the two programs say to each other is checked as if it came from a stranger. */
static void answers_are_checked(void **state)
{
	static const char *const wrong[] = {"",
	                                    "{",
	                                    "[]",
	                                    "{\"fetched\": {}}",
	                                    "{\"fetched\": {\"path\": \"a\", \"sha256\": \"zz\", \"bytes\": 1}}",
	                                    "{\"fetched\": 7}",
	                                    "{\"say\": 7}",
	                                    "{\"wrong\": \"no\", \"code\": 5}",
	                                    "{\"wrong\": \"no\"}"};
	dj_fetch_ask             ask = DJ_FETCH_ASK;

	(void)state;
	for (size_t i = 0; i < DJ_COUNT(wrong); i++) {
		dj_fetched f = {0};
		dj_err     err = {0};
		assert_true(dj_fetch_read_line(&f, &ask, wrong[i], strlen(wrong[i]), &err) <= 0);
		assert_true(err.code < 0 || strcmp(wrong[i], "[]") == 0);
		dj_fetched_free(&f);
	}
}

static void without_its_program_it_says_so(void **state)
{
	const place *p = *state;
	dj_fetch_ask ask = DJ_FETCH_ASK;
	dj_fetched   f;
	dj_err       err = {0};

	ask.url = "http://a.org/";
	ask.cache = p->folder;
	ask.program = "/nowhere/datajam-fetch";
	assert_int_equal(dj_fetch(&f, &ask, &err), DJ_FAIL);
	assert_non_null(strstr(err.text, "scripts/build"));
	ask.program = "/bin/true"; /* it says nothing */
	assert_int_equal(dj_fetch(&f, &ask, &err), DJ_FAIL);
	assert_non_null(strstr(err.text, "ended without an answer"));
	ask.program = "/bin/cat"; /* it says what it was asked */
	assert_int_equal(dj_fetch(&f, &ask, &err), DJ_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(forgets_a_file_and_what_leads_to_it, begin, end),
	    cmocka_unit_test_setup_teardown(a_link_in_place_of_a_file_is_none, begin, end),
	    cmocka_unit_test_setup_teardown(without_its_program_it_says_so, begin, end),
	    cmocka_unit_test(a_key_is_told_by_address_header_and_name),
	    cmocka_unit_test(answers_are_checked),
	};

	return cmocka_run_group_tests_name("fetch/cache", tests, NULL, NULL);
}
