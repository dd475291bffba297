/*
 * From parts to an index. Each part becomes one sorted run, in memory while the build's share lasts, else in the scratch
 * file; all are merged at the end. So that little is left to do then, whoever brings the last of a few runs in memory
 * merges those at once, beside the other threads. Where there are more runs than can be read side by side in little
 * memory, groups of them are merged into longer ones before.
 */
#include "store/index_parts.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { FRESH = 16, SIDE_BY_SIDE = 4096, WRITTEN_AT_ONCE = 32768 /* words */ };

struct dj_index_space {
	pthread_mutex_t lock;
	int             fd;
	size_t          memory, builds;
	uint64_t        end; /* of what is in the file */
};

struct dj_index_build {
	dj_index_space *space; /* NULL: all in memory */
	size_t         *column;
	size_t          n_columns;
	pthread_mutex_t lock;
	dj_index_run   *run;
	size_t          n_runs, cap_runs;
	size_t          n_fresh; /* the last ones: in memory, each of one part */
	uint64_t        held;    /* bytes of runs in memory */
};

dj_index_space *dj_index_space_new(int scratch_fd, size_t memory)
{
	dj_index_space *s = dj_alloc_zero(1, sizeof *s);

	s->fd = scratch_fd;
	s->memory = memory;
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void dj_index_space_free(dj_index_space *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* One more or one fewer build; what the file held is of no use when none is left. */
static void count_builds(dj_index_space *s, int by)
{
	pthread_mutex_lock(&s->lock);
	s->builds = by > 0 ? s->builds + 1 : s->builds - 1;
	if (s->builds == 0)
		s->end = 0;
	pthread_mutex_unlock(&s->lock);
}

dj_index_build *dj_index_build_new(const size_t *column, size_t n, dj_index_space *space)
{
	dj_index_build *b = dj_alloc_zero(1, sizeof *b);

	b->space = space && space->fd >= 0 ? space : NULL;
	b->column = dj_alloc_zero(n, sizeof *column);
	memcpy(b->column, column, n * sizeof *column);
	b->n_columns = n;
	pthread_mutex_init(&b->lock, NULL);
	if (b->space)
		count_builds(b->space, 1);
	return b;
}

static void free_runs(dj_index_run *run, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(run[i].words);
}

void dj_index_build_free(dj_index_build *b)
{
	if (!b)
		return;
	if (b->space)
		count_builds(b->space, -1);
	free_runs(b->run, b->n_runs);
	free(b->run);
	free(b->column);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

const size_t *dj_index_build_columns(size_t *n, const dj_index_build *b)
{
	*n = b->n_columns;
	return b->column;
}

/* ---- Runs ---- */

static uint64_t reserve(dj_index_space *s, uint64_t bytes)
{
	uint64_t at;

	pthread_mutex_lock(&s->lock);
	at = s->end;
	s->end += bytes;
	pthread_mutex_unlock(&s->lock);
	return at;
}

static size_t share(dj_index_space *s)
{
	size_t bytes;

	pthread_mutex_lock(&s->lock);
	bytes = s->memory / s->builds;
	pthread_mutex_unlock(&s->lock);
	return bytes;
}

static int put_aside(int fd, const uint64_t *words, uint64_t n, uint64_t offset, dj_err *err)
{
	const char *at = (const char *)words;
	uint64_t    left = n * sizeof *words;

	while (left > 0) {
		ssize_t done = pwrite(fd, at, left, (off_t)offset);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == ENOSPC)
			return dj_fail(err, DJ_FAIL,
			               "the disk is full, while sorting an index (make room and load again)");
		if (done <= 0)
			return dj_fail_errno(err, "can not put keys aside while sorting an index");
		at += done;
		left -= (uint64_t)done;
		offset += (uint64_t)done;
	}
	return DJ_OK;
}

static void append(dj_index_build *b, dj_index_run run, bool fresh)
{
	if (b->n_runs == b->cap_runs) {
		b->cap_runs = b->cap_runs ? 2 * b->cap_runs : 64;
		b->run = dj_realloc(b->run, b->cap_runs, sizeof *b->run);
	}
	b->run[b->n_runs++] = run;
	if (fresh) {
		b->n_fresh++;
	} else { /* before the fresh ones */
		dj_index_run *first = &b->run[b->n_runs - 1 - b->n_fresh];
		b->run[b->n_runs - 1] = *first;
		*first = run;
	}
}

/* Whether a run may stay in memory; if so, it is counted. */
static bool hold(dj_index_build *b, uint64_t bytes)
{
	bool fits = true;

	pthread_mutex_lock(&b->lock);
	if (b->space)
		fits = b->held + bytes <= share(b->space);
	if (fits)
		b->held += bytes;
	pthread_mutex_unlock(&b->lock);
	return fits;
}

/* ---- Merging ---- */

static dj_index_merge *merge_of(const dj_index_build *b, const dj_index_run *run, size_t n)
{
	return dj_index_merge_new(run, n, b->space ? b->space->fd : -1, b->space ? share(b->space) : 0);
}

/* Merges runs into one in memory. */
static int merge_held(dj_index_run *out, const dj_index_build *b, const dj_index_run *run, size_t n,
                      dj_err *err)
{
	dj_index_merge *m = merge_of(b, run, n);
	const uint64_t *entry;
	uint64_t       *to;
	int             rc;

	*out = (dj_index_run){0};
	for (size_t i = 0; i < n; i++)
		out->n += run[i].n;
	to = out->words = dj_alloc_zero(out->n, sizeof *to);
	while ((rc = dj_index_merge_next(&entry, m, err)) == DJ_OK && entry) {
		memcpy(to, entry, (2 + dj_entry_more(entry)) * sizeof *to);
		to += 2 + dj_entry_more(entry);
	}
	dj_index_merge_free(m);
	return rc;
}

static int add_run(dj_index_build *b, dj_index_run run, dj_err *err)
{
	dj_index_run fresh[FRESH], merged;
	bool         enough;
	int          rc;

	pthread_mutex_lock(&b->lock);
	append(b, run, run.words);
	enough = b->n_fresh == FRESH;
	if (enough) {
		b->n_runs -= FRESH;
		b->n_fresh = 0;
		memcpy(fresh, b->run + b->n_runs, sizeof fresh);
	}
	pthread_mutex_unlock(&b->lock);
	if (!enough)
		return DJ_OK;
	rc = merge_held(&merged, b, fresh, FRESH, err);
	free_runs(fresh, FRESH);
	pthread_mutex_lock(&b->lock);
	append(b, merged, false);
	pthread_mutex_unlock(&b->lock);
	return rc;
}

/* Merges runs into one in the scratch file. */
static int merge_aside(dj_index_run *out, dj_index_build *b, const dj_index_run *run, size_t n, dj_err *err)
{
	dj_index_merge *m = merge_of(b, run, n);
	dj_buf          words = {0};
	const uint64_t *entry;
	uint64_t        done = 0;
	int             rc;

	*out = (dj_index_run){0};
	for (size_t i = 0; i < n; i++)
		out->n += run[i].n;
	out->offset = reserve(b->space, out->n * sizeof *entry);
	while ((rc = dj_index_merge_next(&entry, m, err)) == DJ_OK && (entry || words.n)) {
		if (entry)
			dj_buf_add(&words, entry, (2 + dj_entry_more(entry)) * sizeof *entry);
		if (entry && words.n < WRITTEN_AT_ONCE * sizeof *entry)
			continue;
		if ((rc = put_aside(b->space->fd, (const uint64_t *)(const void *)words.data, words.n / sizeof *entry,
		                    out->offset + done, err)) < 0)
			break;
		done += words.n;
		dj_buf_reset(&words);
	}
	dj_buf_free(&words);
	dj_index_merge_free(m);
	return rc;
}

int dj_index_build_take(dj_index_build *b, dj_index_keys *k, int64_t first_rowid, dj_err *err)
{
	dj_index_run run = {.n = dj_index_keys_words(k)};
	int          rc = DJ_OK;

	if (k->too_long)
		return dj_fail(err, DJ_FAIL, "row %lld: a key of more than 128 MiB has no place in an index",
		               (long long)(first_rowid + (int64_t)k->too_long - 1));
	if (k->n == 0)
		return DJ_OK;
	if (first_rowid > DJ_INDEX_MOST_ROWID - (int64_t)k->n)
		return dj_fail(err, DJ_FAIL, "a table of more than %lld rows can not be indexed",
		               (long long)DJ_INDEX_MOST_ROWID);
	dj_index_keys_sort(k);
	run.words = dj_alloc_zero(run.n, sizeof *run.words);
	dj_index_keys_run(run.words, k, first_rowid);
	dj_index_keys_reset(k);
	if (!hold(b, run.n * sizeof *run.words)) {
		run.offset = reserve(b->space, run.n * sizeof *run.words);
		rc = put_aside(b->space->fd, run.words, run.n, run.offset, err);
		free(run.words);
		run.words = NULL;
	}
	return rc < 0 ? rc : add_run(b, run, err);
}

/* Until all that are left can be read side by side. */
static int merge_groups(dj_index_build *b, dj_err *err)
{
	while (b->space && b->n_runs > SIDE_BY_SIDE) {
		size_t n = 0, first = 0;

		for (size_t count; first < b->n_runs; first += count) {
			dj_index_run merged;

			count = b->n_runs - first < SIDE_BY_SIDE ? b->n_runs - first : SIDE_BY_SIDE;
			if (merge_aside(&merged, b, b->run + first, count, err) < 0)
				return DJ_FAIL;
			free_runs(b->run + first, count);
			memset(b->run + first, 0, count * sizeof *b->run);
			b->run[n++] = merged;
		}
		b->n_runs = n;
		b->n_fresh = 0;
	}
	return DJ_OK;
}

int dj_index_build_finish(dj_index_build *b, dj_pages *pages, unsigned char *root, dj_err *err)
{
	dj_index_merge *m = NULL;
	dj_index_tree  *t = NULL;
	dj_index_record r;
	const uint64_t *entry = NULL;
	int             rc;

	dj_index_record_init(&r, b->n_columns);
	if ((rc = merge_groups(b, err)) < 0)
		goto out;
	m = merge_of(b, b->run, b->n_runs);
	t = dj_index_tree_new(pages);
	while ((rc = dj_index_merge_next(&entry, m, err)) == DJ_OK && entry) {
		size_t         n;
		unsigned char *payload = dj_index_record_of(&n, &r, entry);

		if ((rc = dj_index_tree_add(t, payload, n, err)) < 0)
			goto out;
	}
	if (rc == DJ_OK)
		rc = dj_index_tree_end(t, root, err);
out:
	dj_index_tree_free(t);
	dj_index_merge_free(m);
	dj_index_record_free(&r);
	return rc;
}
