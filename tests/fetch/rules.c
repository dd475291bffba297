/* Which addresses, origins, hosts, proxies and secrets: what the rules say, case by case. */
#include "../base/cases.h"

#include "base/file.h"
#include "fetch/address.h"
#include "fetch/secret.h"
#include "fetch/url.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *code_name(int rc)
{
	return rc == DJ_DENIED ? "denied" : rc == DJ_USAGE ? "usage" : "failed";
}

/* Cuts off the first word; the rest follows. */
static char *rest_of(char *words)
{
	char *space = strchr(words, ' ');

	if (!space)
		return words + strlen(words);
	*space = '\0';
	return space + 1;
}

static void on_address(dj_buf *got, const char *verb, const char *host)
{
	struct sockaddr_storage a;
	bool                    allowed = strcmp(verb, "fine-if-allowed") == 0;

	if (!dj_address_parse(&a, host))
		dj_buf_text(got, "no");
	else if (strcmp(verb, "address") == 0)
		dj_buf_text(got, dj_address_name(dj_address_of((struct sockaddr *)&a)));
	else
		dj_buf_text(got, dj_address_fine(dj_address_of((struct sockaddr *)&a), allowed) ? "yes" : "no");
}

static void on_url(dj_buf *got, const char *text)
{
	dj_url u;
	dj_err err = {0};
	int    rc = dj_url_parse(&u, text, &err);

	if (rc < 0) {
		dj_buf_text(got, code_name(rc));
		return;
	}
	dj_buf_fmt(got, "%s %s %s %s", u.scheme, u.host, u.port, u.text);
	dj_url_free(&u);
}

static void on_redirect(dj_buf *got, char *from)
{
	char  *to = rest_of(from);
	dj_url base, u;
	dj_err err = {0};

	assert_int_equal(dj_url_parse(&base, from, &err), DJ_OK);
	int rc = dj_url_resolve(&u, &base, to, &err);
	dj_buf_text(got, rc < 0 ? code_name(rc) : u.text);
	if (rc == DJ_OK)
		dj_url_free(&u);
	dj_url_free(&base);
}

static void on_origin(dj_buf *got, char *a)
{
	char  *b = rest_of(a);
	dj_url x, y;
	dj_err err = {0};

	assert_int_equal(dj_url_parse(&x, a, &err), DJ_OK);
	assert_int_equal(dj_url_parse(&y, b, &err), DJ_OK);
	dj_buf_text(got, dj_url_same_origin(&x, &y) ? "one" : "two");
	dj_url_free(&x);
	dj_url_free(&y);
}

static void on_allowed(dj_buf *got, char *text)
{
	char       *hosts = rest_of(text);
	const char *host[8];
	size_t      n = 0;
	dj_url      u;
	dj_err      err = {0};

	for (char *at = strtok(hosts, ","); at && n < 8; at = strtok(NULL, ","))
		host[n++] = at;
	assert_int_equal(dj_url_parse(&u, text, &err), DJ_OK);
	dj_buf_text(got, dj_url_host_in(&u, host, n) ? "yes" : "no");
	dj_url_free(&u);
}

static void on_proxy(dj_buf *got, char *text)
{
	static const char *const names[] = {"http_proxy", "https_proxy", "all_proxy", "no_proxy",
	                                    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"};
	char                    *sets = rest_of(text);
	dj_url                   u;
	dj_err                   err = {0};

	for (size_t i = 0; i < DJ_COUNT(names); i++)
		unsetenv(names[i]);
	for (char *at = strtok(sets, " "); at; at = strtok(NULL, " ")) {
		char *equals = strchr(at, '=');
		*equals = '\0';
		setenv(at, equals + 1, 1);
	}
	assert_int_equal(dj_url_parse(&u, text, &err), DJ_OK);
	char *proxy = dj_url_proxy(&u);
	dj_buf_text(got, proxy ? proxy : "none");
	free(proxy);
	dj_url_free(&u);
}

static void on_where(dj_buf *got, char *text)
{
	char  *name = rest_of(text), *path = NULL;
	dj_url u;
	dj_err err = {0};

	setenv("XDG_CONFIG_HOME", "/settings", 1);
	assert_int_equal(dj_url_parse(&u, text, &err), DJ_OK);
	int rc = dj_secret_path(&path, &u, name, &err);
	dj_buf_text(got, rc < 0 ? code_name(rc) : path + strlen("/settings/"));
	free(path);
	dj_url_free(&u);
}

static void on_secret(dj_buf *got, char *mode, size_t n)
{
	char     *content = rest_of(mode), path[] = "/tmp/datajam-test-secret-XXXXXX";
	int       fd = mkstemp(path);
	dj_secret s;
	dj_err    err = {0};

	assert_int_equal(dj_fd_write(fd, content, n - (size_t)(content - mode), &err), DJ_OK);
	assert_int_equal(fchmod(fd, (mode_t)strtol(mode, NULL, 8)), 0);
	close(fd);
	int rc = dj_secret_read(&s, path, &err);
	dj_buf_text(got, rc < 0 ? code_name(rc) : s.value);
	if (rc < 0 && *content)
		assert_null(strstr(err.text, "k3y-abc"));
	if (rc < 0)
		assert_int_equal(s.n, 0);
	dj_secret_wipe(&s);
	unlink(path);
}

/* "Bearer KEY" is a secret of two words: the first line's last "see" begins the text. */
static void on_hide(dj_buf *got, char *text)
{
	char     *see = strstr(text, " see");
	dj_secret s = {.n = (size_t)(see - text)};

	memcpy(s.value, text, s.n);
	dj_secret_hide(&s, see + 1);
	dj_buf_text(got, see + 1);
}

static void on_case(dj_buf *got, const char *verb, const char *input, size_t n)
{
	char *text = dj_alloc_zero(n + 1, 1);

	memcpy(text, input, n);
	if (strcmp(verb, "url") == 0)
		on_url(got, text);
	else if (strcmp(verb, "redirect") == 0)
		on_redirect(got, text);
	else if (strcmp(verb, "origin") == 0)
		on_origin(got, text);
	else if (strcmp(verb, "allowed") == 0)
		on_allowed(got, text);
	else if (strcmp(verb, "proxy") == 0)
		on_proxy(got, text);
	else if (strcmp(verb, "where") == 0)
		on_where(got, text);
	else if (strcmp(verb, "secret") == 0)
		on_secret(got, text, n);
	else if (strcmp(verb, "hide") == 0)
		on_hide(got, text);
	else
		on_address(got, verb, text);
	free(text);
}

static void rules(void **state)
{
	(void)state;
	cases_run("rules.test", on_case);
}

static void other_families_are_reserved(void **state)
{
	struct sockaddr a = {.sa_family = AF_UNIX};

	(void)state;
	assert_int_equal(dj_address_of(&a), DJ_ADDRESS_RESERVED);
}

/* A link to a secret is judged by the file that it leads to; a folder, a pipe and nothing are none. */
static void what_is_no_file(void **state)
{
	char      folder[] = "/tmp/datajam-test-secret-XXXXXX";
	dj_secret s;
	dj_err    err = {0};

	(void)state;
	assert_non_null(mkdtemp(folder));
	char *pipe = dj_path_join(folder, "pipe"), *none = dj_path_join(folder, "none");
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(dj_secret_read(&s, folder, &err), DJ_DENIED);
	assert_int_equal(dj_secret_read(&s, pipe, &err), DJ_DENIED);
	assert_int_equal(dj_secret_read(&s, none, &err), DJ_DENIED);
	assert_non_null(strstr(err.text, none));
	dj_tree_remove(folder, NULL);
	free(pipe);
	free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rules),
	    cmocka_unit_test(other_families_are_reserved),
	    cmocka_unit_test(what_is_no_file),
	};

	return cmocka_run_group_tests_name("fetch/rules", tests, NULL, NULL);
}
