#include "worker.h"

#include "base/data.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/wire.h"
#include "store/snapshot.h"

#include <sqlite3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- The world ---- */

#define T(s)                                 \
	{                                        \
		DJ_CELL_TEXT, 0, 0, s, sizeof(s) - 1 \
	}
#define I(v)                           \
	{                                  \
		DJ_CELL_INTEGER, v, 0, NULL, 0 \
	}
#define R(v)                        \
	{                               \
		DJ_CELL_REAL, 0, v, NULL, 0 \
	}
#define N                           \
	{                               \
		DJ_CELL_NULL, 0, 0, NULL, 0 \
	}

typedef struct made_table {
	const char          *name;
	const dj_column_def *column;
	size_t               n_columns;
	const dj_cell       *cell;
	size_t               n_cells;
} made_table;

static const dj_column_def tx_columns[] = {{"FROM_ACC", DJ_COL_TEXT},
                                           {"TO_ACC", DJ_COL_TEXT},
                                           {"AMT", DJ_COL_REAL},
                                           {"WHEN_AT", DJ_COL_INSTANT},
                                           {"secret", DJ_COL_TEXT}};
static const dj_cell       tx[] = {T("A1"), T("B1"), R(9500.0),  T("2024-03-02T10:00:00"), T("s1"),
                                   T("A2"), T("B1"), R(9400.5),  T("2024-03-03T11:30:00"), T("s2"),
                                   T("B1"), T("C1"), R(18000.0), T("2024-03-03T15:00:00"), T("s3"),
                                   N,       T("B1"), R(9700.25), T("2024-03-05T09:00:00"), T("s4"),
                                   T("A1"), T("C1"), R(120.0),   T("2024-04-01T12:00:00"), T("s5"),
                                   T("C1"), T("A1"), N,          T("2024-12-31T23:59:59"), T("s6")};
static const dj_column_def who_columns[] = {{"id", DJ_COL_TEXT},
                                            {"given", DJ_COL_TEXT},
                                            {"gender", DJ_COL_TEXT},
                                            {"lat", DJ_COL_REAL},
                                            {"lon", DJ_COL_REAL}};
static const dj_cell       who[] = {T("P1"), T("Zo\xc3\xab"), T("f"), R(45.5), R(-73.6),
                                    T("P2"), T("ZOE"),        T("x"), R(43.7), R(-79.4),
                                    T("P3"), T("Ann"),        T("f"), N,       N};
static const dj_column_def pay_columns[] = {
    {"payer", DJ_COL_TEXT}, {"payee", DJ_COL_TEXT}, {"cents", DJ_COL_REAL}, {"day", DJ_COL_DATE}};
static const dj_cell pay[] = {T("A9"), T("B1"), R(50.0), T("2024-02-29"),
                              T("A9"), T("B2"), R(75.0), T("2024-03-01")};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static int make_snapshot(const made_table *table, size_t n)
{
	dj_snapshot_writer *w = NULL;
	dj_digest           d;
	dj_err              err = {0};
	int                 fd = memfd_create("snapshot", 0), rc = dj_snapshot_writer_open(&w, fd, NULL, &err);

	for (size_t i = 0; i < n && rc == DJ_OK; i++) {
		rc = dj_snapshot_writer_table(w, table[i].name, table[i].column, table[i].n_columns, &err);
		for (size_t k = 0; k < table[i].n_cells && rc == DJ_OK; k += table[i].n_columns)
			rc = dj_snapshot_writer_row(w, table[i].cell + k, &err);
	}
	if (rc == DJ_OK)
		rc = dj_snapshot_writer_finish(w, &d, &err);
	dj_snapshot_writer_free(w);
	if (rc < 0)
		fail_msg("snapshot: %s", err.text);
	return fd;
}

static int bank_snapshot(void)
{
	const made_table tables[] = {{"tx", tx_columns, COUNT(tx_columns), tx, COUNT(tx)},
	                             {"who", who_columns, COUNT(who_columns), who, COUNT(who)}};

	return make_snapshot(tables, COUNT(tables));
}

static int card_snapshot(void)
{
	const made_table tables[] = {{"pay", pay_columns, COUNT(pay_columns), pay, COUNT(pay)}};

	return make_snapshot(tables, COUNT(tables));
}

/* The findings that the parent would hand over: a database made in memory, its pages in a memfd. */
static int make_findings(void)
{
	static const char sql[] =
	    "CREATE TABLE findings(_row INTEGER, plugin TEXT, key TEXT, title TEXT, detail TEXT, score REAL, first TEXT, last TEXT, "
	    "region TEXT, place TEXT, lat REAL, lon REAL);"
	    "CREATE TABLE finding_subjects(finding INTEGER, type TEXT, subject TEXT);"
	    "CREATE TABLE finding_values(finding INTEGER, name TEXT, value REAL);"
	    "CREATE TABLE finding_evidence(finding INTEGER, row INTEGER);"
	    "INSERT INTO findings(_row, plugin, key, title, score) VALUES ((4095 << 48) + 1, 'other', 'k', 'A finding', 0.5);"
	    "INSERT INTO finding_subjects VALUES ((4095 << 48) + 1, 'account', 'A1');"
	    "INSERT INTO finding_values VALUES ((4095 << 48) + 1, 'n', 2.5);"
	    "INSERT INTO finding_evidence VALUES ((4095 << 48) + 1, (1 << 48) + 1);";
	sqlite3      *db = NULL;
	sqlite3_int64 n = 0;
	dj_err        err;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	unsigned char *pages = sqlite3_serialize(db, "main", &n, 0);
	int            fd = dj_memfd_sealed("findings", pages, (size_t)n, &err);
	sqlite3_free(pages);
	sqlite3_close(db);
	assert_true(fd >= 0);
	return fd;
}

static const char world[] =
    "\"databases\":[{\"fd\":6},{\"fd\":7}],"
    "\"sources\":[{\"database\":1,\"table\":\"tx\",\"dataset\":\"bank\"},{\"database\":1,\"table\":\"who\",\"dataset\":\"bank\"},"
    "{\"database\":2,\"table\":\"pay\",\"dataset\":\"card\"}],"
    "\"roles\":["
    "{\"name\":\"ads\",\"columns\":[{\"name\":\"ad\",\"type\":\"text\",\"filled\":false}],\"others\":[],\"members\":[]},"
    "{\"name\":\"people\",\"columns\":[{\"name\":\"person\",\"type\":\"text\",\"filled\":true},"
    "{\"name\":\"given_name\",\"type\":\"text\",\"filled\":true},{\"name\":\"lat\",\"type\":\"real\",\"filled\":true},"
    "{\"name\":\"lon\",\"type\":\"real\",\"filled\":true}],\"others\":[\"gender\"],"
    "\"members\":[{\"source\":2,\"columns\":[{\"column\":\"id\"},{\"column\":\"given\"},{\"column\":\"lat\"},{\"column\":\"lon\"}]}]},"
    "{\"name\":\"transactions\",\"columns\":[{\"name\":\"from_account\",\"type\":\"text\",\"filled\":true},"
    "{\"name\":\"to_account\",\"type\":\"text\",\"filled\":true},{\"name\":\"amount\",\"type\":\"real\",\"filled\":true},"
    "{\"name\":\"at\",\"type\":\"instant\",\"filled\":true},{\"name\":\"channel\",\"type\":\"text\",\"filled\":false},"
    "{\"name\":\"n\",\"type\":\"integer\",\"filled\":true}],\"others\":[\"purpose\"],"
    "\"members\":[{\"source\":1,\"columns\":[{\"column\":\"FROM_ACC\"},{\"column\":\"TO_ACC\"},{\"column\":\"AMT\"},"
    "{\"column\":\"WHEN_AT\"},null,{\"fill\":\"1\"}]},"
    "{\"source\":3,\"columns\":[{\"column\":\"payer\"},{\"column\":\"payee\"},{\"column\":\"cents\"},{\"column\":\"day\"},null,"
    "{\"fill\":\"1\"}]}]}],"
    "\"about\":[{\"role\":\"transactions\",\"dataset\":\"bank\",\"title\":\"A made bank\",\"rows\":\"6\",\"date\":\"2024-12-31\","
    "\"caveat\":\"made\"}]";

static int make_job(const worker_ask *ask)
{
	dj_buf b = {0};
	dj_err err;

	dj_buf_fmt(
	    &b,
	    "{\"format\":1,\"action\":\"%s\",\"lang\":\"%s\",\"name\":\"%s\",\"file\":\"plugins/%s/plugin.%s\"",
	    ask->describe ? "describe" : "run", ask->lang, ask->name, ask->name, ask->lang);
	if (!ask->describe) {
		dj_buf_text(&b, ",\"seed\":\"1\",\"now\":\"2024-12-31T00:00:00\",\"params\":[");
		for (size_t i = 0; i < ask->n_params; i++) {
			dj_buf_fmt(&b, "%s{\"name\":\"%s\",\"type\":\"%s\",\"value\":", i ? "," : "", ask->param[i].name,
			           ask->param[i].type);
			dj_json_put_text(&b, ask->param[i].value);
			dj_buf_char(&b, '}');
		}
		dj_buf_text(&b, "]");
		if (!ask->without_world)
			dj_buf_fmt(&b, ",%s", world);
		if (ask->with_findings)
			dj_buf_text(&b, ",\"findings\":{\"fd\":8}");
		if (ask->limits)
			dj_buf_fmt(&b, ",\"limits\":%s", ask->limits);
		if (ask->shake)
			dj_buf_fmt(&b, ",\"shake\":%d", ask->shake);
	}
	dj_buf_char(&b, '}');
	int fd = dj_memfd_sealed("job", b.data, b.n, &err);
	dj_buf_free(&b);
	assert_true(fd >= 0);
	return fd;
}

static int make_plugin(const worker_ask *ask)
{
	char  *bytes = NULL;
	size_t n = 0;
	dj_err err;

	if (ask->source)
		return dj_memfd_sealed("plugin", ask->source, strlen(ask->source), &err);
	if (dj_file_read(&bytes, &n, ask->plugin, 64 << 20, &err) < 0)
		fail_msg("%s", err.text);
	int fd = dj_memfd_sealed("plugin", bytes, n, &err);
	free(bytes);
	assert_true(fd >= 0);
	return fd;
}

const char *worker_plugin(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/tests/host_plugins/%s.so", getenv("DJ_BUILD"), name);
	return path;
}

/* ---- Telling what came ---- */

static void tell_words(dj_buf *out, dj_wire_payload *p, dj_arena *a, size_t most)
{
	const char *en = dj_wire_text(p, a, most, true), *fr = dj_wire_text(p, a, most, true);

	dj_buf_fmt(out, "\"%s%s%s\"", en, *fr ? " / " : "", fr);
}

static void tell_finding(dj_buf *out, dj_wire_payload *p, dj_arena *a)
{
	tell_words(out, p, a, 200);
	dj_buf_char(out, ' ');
	tell_words(out, p, a, 4000);
	dj_buf_fmt(out, " key=%s", dj_wire_text(p, a, 128, false));
	dj_buf_fmt(out, " score=%.3f", dj_wire_f64(p));
	dj_buf_fmt(out, " %s", dj_wire_text(p, a, 40, false));
	dj_buf_fmt(out, "..%s", dj_wire_text(p, a, 40, false));
	dj_buf_fmt(out, " region=%s", dj_wire_text(p, a, 200, false));
	dj_buf_fmt(out, " place=%s", dj_wire_text(p, a, 200, false));
	int    point = dj_wire_u8(p);
	double lat = dj_wire_f64(p), lon = dj_wire_f64(p), radius = dj_wire_f64(p);
	if (point)
		dj_buf_fmt(out, " at=%.1f,%.1f,%.0f", lat, lon, radius);
	for (uint32_t n = dj_wire_u32(p); n && !p->wrong; n--) {
		dj_buf_fmt(out, " %s", dj_wire_text(p, a, 48, false));
		dj_buf_fmt(out, "=%.3f", dj_wire_f64(p));
	}
	for (uint32_t n = dj_wire_u32(p); n && !p->wrong; n--)
		tell_words(out, p, a, 200);
	dj_buf_fmt(out, " subjects=%lld", (long long)dj_wire_i64(p));
	dj_buf_fmt(out, " rows=%lld", (long long)dj_wire_i64(p));
	dj_buf_fmt(out, "/%lld", (long long)dj_wire_i64(p));
}

static void tell_cell(dj_buf *out, const dj_data_column *c, size_t row)
{
	char text[32];

	if (dj_data_is_null(c, row))
		dj_buf_text(out, "NULL");
	else if (c->type == DJ_DATA_INTEGER)
		dj_buf_fmt(out, "%lld", (long long)c->integer[row]);
	else if (c->type == DJ_DATA_REAL)
		dj_real_text(text, c->real[row]), dj_buf_text(out, text);
	else if (c->type == DJ_DATA_TEXT)
		dj_buf_text(out, c->text[row]);
	else
		dj_buf_fmt(out, "[%zu]", c->list[row].n);
}

/* A frame in one line, once it is whole. */
static void tell_data(dj_buf *out, const dj_data_reader *r)
{
	dj_buf_fmt(out, "DATA %lld", (long long)r->id);
	for (size_t k = 0; k < r->data.n_columns; k++) {
		dj_buf_fmt(out, " %s=", r->data.column[k].name);
		for (size_t row = 0; row < r->data.rows; row++) {
			if (row)
				dj_buf_char(out, ',');
			tell_cell(out, &r->data.column[k], row);
		}
	}
	dj_buf_char(out, '\n');
}

static void tell_list(dj_buf *out, dj_wire_payload *p, dj_arena *a)
{
	for (uint32_t n = dj_wire_u32(p); n && !p->wrong; n--) {
		if (p->type == DJ_WIRE_EVIDENCE) {
			int64_t row = dj_wire_i64(p);
			dj_buf_fmt(out, " %lld:%lld", (long long)(row >> 48), (long long)(row & 0xffffffffffff));
		} else {
			const char *type = dj_wire_text(p, a, 48, false);
			dj_buf_fmt(out, " %s:%s", type, dj_wire_text(p, a, 200, false));
		}
	}
}

static void tell_end(worker_told *t, dj_wire_payload *p, dj_arena *a)
{
	if (p->type == DJ_WIRE_DONE) {
		int64_t v[7];

		for (int i = 0; i < 7; i++)
			v[i] = dj_wire_i64(p);
		dj_buf_fmt(&t->text, "DONE %lld %lld %lld %lld", (long long)v[0], (long long)v[1], (long long)v[2],
		           (long long)v[3]);
		t->sql_steps = (uint64_t)v[6];
		t->done = true;
		return;
	}
	t->cause = strdup(dj_wire_text(p, a, 16, false));
	const char *file = dj_wire_text(p, a, 200, false);
	t->line = dj_wire_i64(p);
	t->failed = strdup(dj_wire_text(p, a, 4096, true));
	dj_buf_fmt(&t->text, "FAILED %s %s:%lld %s", t->cause, file, (long long)t->line, t->failed);
	const char *trace = dj_wire_text(p, a, 16384, true);
	if (*trace)
		dj_buf_fmt(&t->text, "\n%s", trace);
}

static void tell(worker_told *t, dj_wire_payload *p, dj_data_reader *r, dj_arena *a)
{
	dj_buf *out = &t->text;
	dj_err  err = {0};

	switch (p->type) {
	case DJ_WIRE_HELLO:
		dj_buf_fmt(out, "HELLO %lld", (long long)dj_wire_i64(p));
		dj_buf_fmt(out, ".%lld", (long long)dj_wire_i64(p));
		dj_wire_bytes(p, 32);
		break;
	case DJ_WIRE_DESCRIPTION: dj_buf_fmt(out, "DESCRIPTION %s", dj_wire_text(p, a, 65536, false)); break;
	case DJ_WIRE_LOG:
		dj_wire_u8(p);
		dj_wire_i64(p);
		dj_buf_fmt(out, "LOG %s", dj_wire_text(p, a, 4096, true));
		break;
	case DJ_WIRE_PROGRESS:
		dj_buf_fmt(out, "PROGRESS %lld", (long long)dj_wire_i64(p));
		dj_buf_fmt(out, "/%lld", (long long)dj_wire_i64(p));
		break;
	case DJ_WIRE_NOTE: dj_buf_text(out, "NOTE "), tell_words(out, p, a, 500); break;
	case DJ_WIRE_FINDING: dj_buf_text(out, "FINDING "), tell_finding(out, p, a); break;
	case DJ_WIRE_SUBJECTS: dj_buf_text(out, "SUBJECTS"), tell_list(out, p, a); break;
	case DJ_WIRE_EVIDENCE: dj_buf_text(out, "EVIDENCE"), tell_list(out, p, a); break;
	case DJ_WIRE_LAYER: dj_buf_fmt(out, "LAYER %s", dj_wire_text(p, a, 65536, false)); break;
	case DJ_WIRE_VIEW: dj_buf_fmt(out, "VIEW %s", dj_wire_text(p, a, 1 << 20, false)); break;
	case DJ_WIRE_KEEP:
		dj_buf_fmt(out, "KEEP %s", dj_wire_text(p, a, 48, false));
		dj_buf_fmt(out, " %lld", (long long)dj_wire_i64(p));
		break;
	case DJ_WIRE_FRAME:
		if (dj_data_read_frame(r, p, a, 500000, &err) < 0)
			fail_msg("FRAME: %s", err.text);
		if (dj_data_read_whole(r))
			tell_data(out, r);
		return;
	case DJ_WIRE_PART:
		if (dj_data_read_part(r, p, a, &err) < 0)
			fail_msg("PART: %s", err.text);
		if (dj_data_read_whole(r))
			tell_data(out, r);
		return;
	case DJ_WIRE_DONE:
	case DJ_WIRE_FAILED: tell_end(t, p, a); break;
	default: fail_msg("a frame of type %d", p->type);
	}
	dj_buf_char(out, '\n');
	if (dj_wire_finish(p, &err) < 0)
		fail_msg("frame %d: %s", p->type, err.text);
}

/* ---- The process ---- */

static _Noreturn void become_worker(const int *fd, size_t n, int results, int log)
{
	char *argv[] = {"datajam-worker", NULL}, *envp[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
	int   high[16];

	for (size_t i = 0; i < n; i++) /* out of the way first: the numbers may cross */
		high[i] = fcntl(fd[i], F_DUPFD, 100);
	high[n] = fcntl(results, F_DUPFD, 100);
	dup2(fcntl(log, F_DUPFD, 100), 2);
	dup2(high[n], 3);
	for (size_t i = 0; i < n; i++)
		dup2(high[i], 4 + (int)i);
	close_range(4 + (unsigned)n, ~0u, 0);
	char *path = dj_fmt("%s/datajam-worker", getenv("DJ_BUILD"));
	execve(path, argv, envp);
	_exit(127);
}

static void drain(worker_told *t, int results, int log)
{
	struct pollfd  p[2] = {{results, POLLIN, 0}, {log, POLLIN, 0}};
	dj_arena      *a = dj_arena_new();
	dj_wire_in     in = {0};
	dj_data_reader r = {0};
	static char    bytes[65536];
	dj_err         err = {0};

	while ((p[0].fd >= 0 || p[1].fd >= 0) && poll(p, 2, 60000) > 0)
		for (int i = 0; i < 2; i++) {
			if (p[i].fd < 0 || !p[i].revents)
				continue;
			ssize_t         n = read(p[i].fd, bytes, sizeof bytes);
			dj_wire_payload payload;
			int             rc = 0;

			if (n <= 0) {
				p[i].fd = -1;
				continue;
			}
			if (i == 1) {
				dj_buf_add(&t->log, bytes, (size_t)n);
				continue;
			}
			dj_wire_feed(&in, bytes, (size_t)n);
			while ((rc = dj_wire_next(&in, &payload, &err)) > 0)
				tell(t, &payload, &r, a);
			if (rc < 0)
				fail_msg("%s", err.text);
		}
	assert_true(dj_wire_in_empty(&in));
	dj_wire_in_free(&in);
	dj_arena_free(a);
}

worker_told worker_run(const worker_ask *ask)
{
	worker_told t = {0};
	int         fd[5] = {make_job(ask), make_plugin(ask), bank_snapshot(), card_snapshot(), make_findings()};
	size_t      n = ask->describe || ask->without_world ? 2 : ask->with_findings ? 5 : 4;
	int         results[2], log[2], status;

	assert_int_equal(pipe2(results, O_CLOEXEC), 0);
	assert_int_equal(pipe2(log, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		become_worker(fd, n, results[1], log[1]);
	close(results[1]);
	close(log[1]);
	dj_buf_room(&t.text, 1);
	dj_buf_room(&t.log, 1);
	drain(&t, results[0], log[0]);
	waitpid(pid, &status, 0);
	t.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	t.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	for (size_t i = 0; i < 5; i++)
		close(fd[i]);
	close(results[0]);
	close(log[0]);
	return t;
}

void worker_free(worker_told *t)
{
	dj_buf_free(&t->text);
	dj_buf_free(&t->log);
	free(t->failed);
	free(t->cause);
	*t = (worker_told){0};
}
