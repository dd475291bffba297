/* One request and its answer. The rules that hold whatever a server says are the options set here. */
#include "fetch/parts.h"

#include "base/text.h"
#include "fetch/address.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_HEADERS = 256 << 10, LEAST_MOVED = 1024, BUFFER = 256 << 10, TICK_MS = 200 };

/* ---- Callbacks ---- */

/* The address is the one that is connected to: no name is resolved after this, so none can be resolved otherwise. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *a)
{
	dj_exchange    *x = user;
	dj_address_kind kind = dj_address_of(&a->addr);

	(void)purpose;
	if (!x->by_proxy && !dj_address_fine(kind, x->allowed)) {
		snprintf(x->refused, sizeof x->refused, "%s", dj_address_name(kind));
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *user)
{
	dj_exchange *x = user;

	(void)bytes;
	n *= size;
	x->moved += n;
	x->headers += n;
	if (x->headers <= MOST_HEADERS)
		return n;
	dj_fail(&x->wrong, DJ_FAIL, "%s: the server's headers do not end (over %d bytes)", x->url->shown,
	        MOST_HEADERS);
	return 0;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *user)
{
	dj_exchange *x = user;

	n *= size;
	x->moved += n;
	if (!x->begun && dj_body_begin(x) < 0)
		return CURL_WRITEFUNC_ERROR;
	if (x->enough || dj_body_add(x, bytes, n) < 0)
		return CURL_WRITEFUNC_ERROR;
	if (x->g->ask->progress) {
		curl_off_t length = -1;
		curl_easy_getinfo(x->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
		x->g->ask->progress(x->g->ask->user, x->g->part.bytes,
		                    length > 0 ? (uint64_t)length + (x->status == 206 ? x->from : 0) : 0);
	}
	return n;
}

/* ---- The request ---- */

static struct curl_slist *add(struct curl_slist *list, const char *name, const char *value)
{
	char *line = dj_fmt("%s: %s", name, value);

	list = curl_slist_append(list, line);
	explicit_bzero(line, strlen(line));
	free(line);
	return list;
}

static struct curl_slist *headers_of(const dj_exchange *x)
{
	const dj_get_state *g = x->g;
	struct curl_slist  *list = add(NULL, "Accept-Encoding", "identity");

	if (x->from && dj_cache_partial_vouched(&g->part))
		list = add(list, "If-Range", dj_cache_partial_vouched(&g->part));
	if (x->conditional && g->known.etag)
		list = add(list, "If-None-Match", g->known.etag);
	if (x->conditional && g->known.last_modified)
		list = add(list, "If-Modified-Since", g->known.last_modified);
	if (x->with_key)
		list = add(list, g->ask->auth_header, g->secret.value);
	return list;
}

static void wipe(struct curl_slist *list)
{
	for (struct curl_slist *at = list; at; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(list);
}

static CURLcode set_rules(dj_exchange *x, const char *proxy)
{
	CURL    *c = x->curl;
	CURLcode bad = CURLE_OK;
	static const struct {
		CURLoption option;
		long       value;
	} fixed[] = {{CURLOPT_FOLLOWLOCATION, 0}, /* each redirect is judged by dj_get */
	             {CURLOPT_SSL_VERIFYPEER, 1},
	             {CURLOPT_SSL_VERIFYHOST, 2},
	             {CURLOPT_NETRC, CURL_NETRC_IGNORED},
	             {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
	             {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE}, /* no key to a proxy */
	             {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
	             {CURLOPT_NOSIGNAL, 1},
	             {CURLOPT_QUICK_EXIT, 1}, /* a name that is still being looked up does not hold us */
	             {CURLOPT_BUFFERSIZE, BUFFER}};

	for (size_t i = 0; bad == CURLE_OK && i < DJ_COUNT(fixed); i++)
		bad = curl_easy_setopt(c, fixed[i].option, fixed[i].value);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_PROXY, proxy ? proxy : ""); /* "": none, whatever is set */
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_NOPROXY, "");
	return bad;
}

static CURLcode set_request(dj_exchange *x, struct curl_slist *headers, char *why)
{
	CURL    *c = x->curl;
	CURLcode bad = curl_easy_setopt(c, CURLOPT_URL, x->url->text);
	char     range[32];

	snprintf(range, sizeof range, "%" PRIu64 "-", x->from);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_RANGE, x->from ? range : NULL);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_USERAGENT, "datajam/" DJ_VERSION);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	bad = bad ? bad : curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	return bad;
}

/* ---- The conversation ---- */

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* DJ_GET_AGAIN when too little came in too long a time, be it from a name server, in headers or in the body. */
static int check_stall(const dj_exchange *x, uint64_t *since, uint64_t *moved, dj_err *err)
{
	unsigned stall = x->g->ask->stall_ms;

	if (now_ms() - *since < stall)
		return DJ_OK;
	if (x->moved - *moved < LEAST_MOVED) {
		dj_fail(err, DJ_FAIL, "%s: the server stalled (less than %d bytes in %u.%u s)", x->url->shown,
		        LEAST_MOVED, stall / 1000, stall % 1000 / 100);
		return DJ_GET_AGAIN;
	}
	*since = now_ms();
	*moved = x->moved;
	return DJ_OK;
}

static int converse(dj_exchange *x, CURLcode *ended, dj_err *err)
{
	CURLM             *m = x->g->multi;
	struct curl_waitfd wake = {.fd = x->g->ask->wake_fd, .events = CURL_WAIT_POLLIN};
	unsigned           stall = x->g->ask->stall_ms;
	uint64_t           since = now_ms(), moved = 0;
	int                running = 1, rc = DJ_OK, left;

	while (rc == DJ_OK) {
		if (curl_multi_perform(m, &running) != CURLM_OK)
			return dj_fail(err, DJ_FAIL, "%s: libcurl failed", x->url->shown);
		if (!running)
			break;
		wake.revents = 0;
		if (curl_multi_poll(m, &wake, wake.fd >= 0, (int)(stall < TICK_MS ? stall : TICK_MS), NULL) !=
		    CURLM_OK)
			return dj_fail(err, DJ_FAIL, "%s: libcurl failed", x->url->shown);
		if (wake.revents)
			rc = dj_fail(err, DJ_STOPPED, "stopped; nothing was changed");
		else
			rc = check_stall(x, &since, &moved, err);
	}
	if (rc == DJ_OK) {
		CURLMsg *message = curl_multi_info_read(m, &left);
		*ended = message ? message->data.result : CURLE_RECV_ERROR;
	}
	return rc;
}

/* ---- How it ended ---- */

static bool may_pass(CURLcode why)
{
	switch (why) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_SSL_CONNECT_ERROR: return true;
	default: return false;
	}
}

static int judge(dj_exchange *x, CURLcode ended, const char *why, dj_err *err)
{
	if (x->wrong.code) {
		*err = x->wrong;
		return err->code;
	}
	if (ended == CURLE_OK && !x->begun && dj_body_begin(x) < 0) { /* a body without a byte */
		*err = x->wrong;
		return err->code;
	}
	if (ended == CURLE_OK || x->enough)
		return DJ_OK;
	if (ended == CURLE_COULDNT_CONNECT && *x->refused)
		return dj_fail(err, DJ_DENIED,
		               "%s: %s is %s, which is not fetched from (if it is meant: --allow-host %s, or "
		               "\"fetch\": {\"allow\": [...]} in jam.json)",
		               x->url->shown, x->url->host, x->refused, x->url->host);
	dj_fail(err, DJ_FAIL, "%s: %s%s", x->url->shown, *why ? why : curl_easy_strerror(ended),
	        ended == CURLE_PEER_FAILED_VERIFICATION
	            ? " (nothing is fetched from a server that can not prove who it is)"
	            : "");
	if (ended == CURLE_COULDNT_RESOLVE_HOST || ended == CURLE_COULDNT_RESOLVE_PROXY)
		x->tries_most = 2;
	return may_pass(ended) ? DJ_GET_AGAIN : DJ_FAIL;
}

/* By a proxy it is the proxy that connects, so only what is written in the address can be looked at. */
static int check_by_proxy(dj_exchange *x, dj_err *err)
{
	struct sockaddr_storage a;
	size_t                  n = strlen(x->url->host);
	bool                    local = strcasecmp(x->url->host, "localhost") == 0 ||
	             (n > 10 && strcasecmp(x->url->host + n - 10, ".localhost") == 0);

	if (x->allowed || (!local && (!dj_address_parse(&a, x->url->host) ||
	                              dj_address_fine(dj_address_of((struct sockaddr *)&a), false))))
		return DJ_OK;
	return dj_fail(err, DJ_DENIED,
	               "%s: %s is no address of the open network (if it is meant: --allow-host %s)",
	               x->url->shown, x->url->host, x->url->host);
}

int dj_exchange_run(dj_exchange *x, dj_err *err)
{
	struct curl_slist *headers = headers_of(x);
	char              *proxy = dj_url_proxy(x->url), why[CURL_ERROR_SIZE] = "";
	curl_off_t         wait = 0;
	CURLcode           ended = CURLE_FAILED_INIT;
	int                rc = DJ_OK;

	x->by_proxy = proxy != NULL;
	x->allowed = dj_url_host_in(x->url, x->g->ask->allow, x->g->ask->n_allow);
	x->curl = curl_easy_init();
	if (!x->curl || set_rules(x, proxy) || set_request(x, headers, why) ||
	    curl_multi_add_handle(x->g->multi, x->curl) != CURLM_OK)
		rc = dj_fail(err, DJ_FAIL, "libcurl %s does not know what is asked of it (7.88 is needed)",
		             curl_version());
	else if (x->by_proxy)
		rc = check_by_proxy(x, err);
	if (rc == DJ_OK && (rc = converse(x, &ended, err)) == DJ_OK)
		rc = judge(x, ended, why, err);
	if (rc == DJ_OK) {
		curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &x->status);
		curl_easy_getinfo(x->curl, CURLINFO_RETRY_AFTER, &wait);
		x->retry_after_s = wait;
	}
	if (x->curl)
		curl_multi_remove_handle(x->g->multi, x->curl);
	curl_easy_cleanup(x->curl);
	x->curl = NULL;
	wipe(headers);
	free(proxy);
	return rc;
}

void dj_exchange_free(dj_exchange *x)
{
	free(x->redirect);
	free(x->etag);
	free(x->last_modified);
	dj_sha256_free(x->sha);
	explicit_bzero(x, sizeof *x);
}
