#include "fetch/url.h"

#include "base/mem.h"
#include "base/text.h"
#include "fetch/address.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_URL = 8000, MOST_SHOWN = 200 };

/* curl's text for `part`, ours; NULL when there is none. */
static char *part_of(CURLU *h, CURLUPart part, unsigned flags)
{
	char *text = NULL, *own = NULL;

	if (curl_url_get(h, part, &text, flags) == CURLUE_OK)
		own = dj_strdup(text);
	curl_free(text);
	return own;
}

static char *shorten(const char *text)
{
	return strlen(text) > MOST_SHOWN ? dj_fmt("%.*s...", MOST_SHOWN - 3, text) : dj_strdup(text);
}

static int refuse(CURLUcode why, const char *text, dj_err *err)
{
	if (why == CURLUE_USER_NOT_ALLOWED)
		return dj_fail(err, DJ_DENIED,
		               "an address with a name or a password in it is not fetched: it would be "
		               "written to the record (\"auth\" in dataset.json is for keys)");
	if (why == CURLUE_UNSUPPORTED_SCHEME)
		return dj_fail(err, DJ_DENIED, "%.200s: only http:// and https:// are fetched", text);
	return dj_fail(err, DJ_USAGE, "%.200s is no address (%s)", text, curl_url_strerror(why));
}

int dj_url_parse(dj_url *out, const char *text, dj_err *err)
{
	return dj_url_resolve(out, NULL, text, err);
}

int dj_url_resolve(dj_url *out, const dj_url *base, const char *text, dj_err *err)
{
	CURLU    *h = curl_url();
	CURLUcode why;
	int       rc = DJ_OK;

	*out = (dj_url){0};
	if (strlen(text) > MOST_URL) {
		rc = dj_fail(err, DJ_USAGE, "%.100s...: an address of more than %d bytes is not fetched", text,
		             MOST_URL);
		goto out;
	}
	why = base ? curl_url_set(h, CURLUPART_URL, base->text, 0) : CURLUE_OK;
	if (why == CURLUE_OK)
		why = curl_url_set(h, CURLUPART_URL, text, CURLU_DISALLOW_USER | CURLU_URLENCODE | CURLU_ALLOW_SPACE);
	if (why == CURLUE_OK)
		why = curl_url_set(h, CURLUPART_FRAGMENT, NULL, 0);
	if (why != CURLUE_OK) {
		rc = refuse(why, text, err);
		goto out;
	}
	out->text = part_of(h, CURLUPART_URL, 0);
	out->scheme = part_of(h, CURLUPART_SCHEME, 0);
	out->host = part_of(h, CURLUPART_HOST, 0);
	out->port = part_of(h, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (!out->scheme || (strcmp(out->scheme, "http") != 0 && strcmp(out->scheme, "https") != 0))
		rc = refuse(CURLUE_UNSUPPORTED_SCHEME, text, err);
	else if (!out->text || !out->host || !*out->host || !out->port)
		rc = refuse(CURLUE_NO_HOST, text, err);
	if (rc < 0)
		goto out;
	size_t n = strlen(out->host);
	if (out->host[0] == '[' && n > 2) { /* [::1] */
		memmove(out->host, out->host + 1, n - 2);
		out->host[n - 2] = '\0';
	}
	for (char *at = out->host; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	out->shown = shorten(out->text);
out:
	curl_url_cleanup(h);
	if (rc < 0)
		dj_url_free(out);
	return rc;
}

void dj_url_free(dj_url *u)
{
	free(u->text);
	free(u->scheme);
	free(u->host);
	free(u->port);
	free(u->shown);
	*u = (dj_url){0};
}

bool dj_url_same_origin(const dj_url *a, const dj_url *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0 &&
	       strcmp(a->port, b->port) == 0;
}

bool dj_url_host_in(const dj_url *u, const char *const *hosts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t wide = strlen(hosts[i]);
		bool   boxed = wide > 2 && hosts[i][0] == '[' && hosts[i][wide - 1] == ']';
		char  *host = boxed ? dj_strndup(hosts[i] + 1, wide - 2) : dj_strdup(hosts[i]);
		bool   same = dj_text_same_nocase(u->host, host);
		free(host);
		if (same)
			return true;
	}
	return false;
}

char *dj_url_without_query(const dj_url *u)
{
	return dj_strndup(u->text, strcspn(u->text, "?"));
}

/* ---- Proxies ---- */

static const char *set(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* "10.0.0.0/8" */
static bool in_network(const char *host, const char *network, size_t n)
{
	struct sockaddr_storage a, b;
	char                   *text = dj_strndup(network, n), *slash = strchr(text, '/');
	int64_t                 bits = -1;
	bool                    in = false;

	if (slash) {
		*slash = '\0';
		if (dj_text_integer(slash + 1, strlen(slash + 1), &bits) && bits >= 0 && dj_address_parse(&a, host) &&
		    dj_address_parse(&b, text) && a.ss_family == b.ss_family) {
			size_t         at = a.ss_family == AF_INET ? offsetof(struct sockaddr_in, sin_addr)
			                                           : offsetof(struct sockaddr_in6, sin6_addr);
			const uint8_t *x = (const uint8_t *)&a + at, *y = (const uint8_t *)&b + at;
			in = bits <= (a.ss_family == AF_INET ? 32 : 128);
			for (int64_t i = 0; in && i < bits; i++)
				in = ((x[i / 8] ^ y[i / 8]) >> (7 - i % 8) & 1) == 0;
		}
	}
	free(text);
	return in;
}

/* A name stands for itself and what is below it, with or without a dot before it. */
static bool covers(const char *word, size_t n, const char *host)
{
	size_t wide = strlen(host);

	if (n == 1 && *word == '*')
		return true;
	if (in_network(host, word, n))
		return true;
	if (n > 0 && *word == '.') {
		word++;
		n--;
	}
	if (n == 0 || wide < n)
		return false;
	char *name = dj_strndup(word, n);
	bool  same = dj_text_same_nocase(host + wide - n, name);
	free(name);
	return same && (wide == n || host[wide - n - 1] == '.');
}

char *dj_url_proxy(const dj_url *u)
{
	bool        https = strcmp(u->scheme, "https") == 0;
	const char *proxy = https ? set("https_proxy") : set("http_proxy"); /* HTTP_PROXY is a CGI's header */
	const char *without = set("no_proxy") ? set("no_proxy") : set("NO_PROXY");

	if (!proxy && https)
		proxy = set("HTTPS_PROXY");
	if (!proxy)
		proxy = set("all_proxy") ? set("all_proxy") : set("ALL_PROXY");
	for (const char *at = without; proxy && at && *at;) {
		size_t n = strcspn(at, ", ");
		if (n && covers(at, n, u->host))
			proxy = NULL;
		at += n + strspn(at + n, ", ");
	}
	return dj_strdup(proxy);
}
