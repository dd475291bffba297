/*
 * Merges sorted runs by a tree of losers (Knuth, The Art of Computer Programming 3, 5.4.1): each node keeps the run
 * that lost there, so the next entry costs one comparison a level.
 */
#include "store/index_parts.h"

#include <stdlib.h>
#include <unistd.h>

enum { LEAST_WORDS = 512, MOST_WORDS = 32768 }; /* read at once from the scratch file */

typedef struct stream {
	uint64_t        word; /* the first of the entry at `at`: most comparisons need no more */
	const uint64_t *at, *end;
	uint64_t       *buffer;       /* of a run in the scratch file */
	size_t          cap;          /* words */
	uint64_t        offset, left; /* what is still to be read: where, and how many words */
} stream;

struct dj_index_merge {
	int     fd;
	size_t  n;
	stream *s;
	size_t *loser; /* at 1 to n - 1; the winner of all is at 0 */
	bool    taken; /* the winner's entry was given already */
};

/* Comes after every key: no first byte is as large. */
static const uint64_t nothing[2] = {UINT64_MAX, ~(uint64_t)DJ_ENTRY_MOST};

static bool before(const stream *a, const stream *b)
{
	if (a->word != b->word)
		return a->word < b->word;

	size_t na = dj_entry_more(a->at), nb = dj_entry_more(b->at), n = na < nb ? na : nb;
	for (size_t i = 2; i < n + 2; i++)
		if (a->at[i] != b->at[i])
			return a->at[i] < b->at[i];
	return a->at[1] < b->at[1]; /* equal keys are equally long: the rowid decides */
}

static int fill(stream *s, int fd, size_t need, dj_err *err)
{
	size_t have = (size_t)(s->end - s->at);

	if (need > s->cap) {
		uint64_t *larger = dj_alloc_zero(need, sizeof *larger);
		memcpy(larger, s->at, have * sizeof *larger);
		free(s->buffer);
		s->buffer = larger;
		s->cap = need;
	} else {
		memmove(s->buffer, s->at, have * sizeof *s->buffer);
	}

	size_t n = s->cap - have < s->left ? s->cap - have : (size_t)s->left;
	char  *to = (char *)(s->buffer + have);
	for (size_t done = 0, bytes = n * sizeof *s->buffer; done < bytes;) {
		ssize_t got = pread(fd, to + done, bytes - done, (off_t)(s->offset + done));
		if (got < 0)
			return dj_fail_errno(err, "can not read what was put aside while sorting an index");
		if (got == 0)
			return dj_fail(err, DJ_FAIL, "what was put aside while sorting an index is cut off");
		done += (size_t)got;
	}
	s->offset += n * sizeof *s->buffer;
	s->left -= n;
	s->at = s->buffer;
	s->end = s->buffer + have + n;
	return DJ_OK;
}

/* Brings all of the entry at `at` into memory. */
static int settle(stream *s, int fd, dj_err *err)
{
	size_t have = (size_t)(s->end - s->at);

	if (have < 2 && s->left > 0 && fill(s, fd, 2, err) < 0)
		return DJ_FAIL;
	if (s->at == s->end) {
		s->at = nothing;
		s->end = nothing + 2;
	}
	size_t need = s->at == nothing ? 2 : 2 + dj_entry_more(s->at);
	if ((size_t)(s->end - s->at) < need && fill(s, fd, need, err) < 0)
		return DJ_FAIL;
	s->word = s->at[0];
	return DJ_OK;
}

/* The tree from its leaves: run i is at n + i, whoever won at p plays at p / 2. */
static void play_all(dj_index_merge *m)
{
	size_t *winner = dj_alloc_zero(2 * m->n, sizeof *winner);

	for (size_t i = 0; i < m->n; i++)
		winner[m->n + i] = i;
	for (size_t p = m->n - 1; p > 0; p--) {
		size_t a = winner[2 * p], b = winner[2 * p + 1];
		bool   first = before(&m->s[a], &m->s[b]);
		winner[p] = first ? a : b;
		m->loser[p] = first ? b : a;
	}
	m->loser[0] = m->n > 1 ? winner[1] : 0;
	free(winner);
}

static void play(dj_index_merge *m, size_t run)
{
	for (size_t p = (m->n + run) / 2; p > 0; p /= 2)
		if (before(&m->s[m->loser[p]], &m->s[run])) {
			size_t other = m->loser[p];
			m->loser[p] = run;
			run = other;
		}
	m->loser[0] = run;
}

dj_index_merge *dj_index_merge_new(const dj_index_run *run, size_t n, int scratch_fd, size_t memory)
{
	dj_index_merge *m = dj_alloc_zero(1, sizeof *m);
	size_t          away = 0, words;

	for (size_t i = 0; i < n; i++)
		away += !run[i].words;
	words = away ? memory / sizeof(uint64_t) / away : 0;
	words = words < LEAST_WORDS ? LEAST_WORDS : words > MOST_WORDS ? MOST_WORDS : words;
	m->fd = scratch_fd;
	m->n = n;
	m->s = dj_alloc_zero(n + 1, sizeof *m->s);
	m->loser = dj_alloc_zero(n + 1, sizeof *m->loser);
	for (size_t i = 0; i < n; i++) {
		stream *s = &m->s[i];
		if (run[i].words) {
			s->at = run[i].words;
			s->end = run[i].words + run[i].n;
			continue;
		}
		s->cap = words;
		s->buffer = dj_alloc_zero(words, sizeof *s->buffer);
		s->at = s->end = s->buffer;
		s->offset = run[i].offset;
		s->left = run[i].n;
	}
	return m;
}

void dj_index_merge_free(dj_index_merge *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		free(m->s[i].buffer);
	free(m->s);
	free(m->loser);
	free(m);
}

static int begin(dj_index_merge *m, dj_err *err)
{
	for (size_t i = 0; i < m->n; i++)
		if (settle(&m->s[i], m->fd, err) < 0)
			return DJ_FAIL;
	play_all(m);
	return DJ_OK;
}

int dj_index_merge_next(const uint64_t **entry, dj_index_merge *m, dj_err *err)
{
	*entry = NULL;
	if (m->n == 0)
		return DJ_OK;
	if (!m->taken) {
		m->taken = true;
		if (begin(m, err) < 0)
			return DJ_FAIL;
	} else {
		size_t  run = m->loser[0];
		stream *s = &m->s[run];

		s->at += 2 + dj_entry_more(s->at);
		if (settle(s, m->fd, err) < 0)
			return DJ_FAIL;
		play(m, run);
	}

	const stream *won = &m->s[m->loser[0]];
	*entry = won->at == nothing ? NULL : won->at;
	return DJ_OK;
}
