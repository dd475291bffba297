#include "loader/tally.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct dj_tally_item {
	uint64_t hash;
	int64_t  times;
	char     text[DJ_TALLY_TEXT]; /* its start */
};

/* FNV-1a, mixed once more so that the order of hashes has nothing of the values' own. */
static uint64_t hash_of(const char *text, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
	h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
	return h ^ (h >> 33);
}

static void add(dj_tally *t, uint64_t hash, const char *text, size_t n, int64_t times)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (t->item[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < t->n && t->item[low].hash == hash) {
		t->item[low].times += times;
		return;
	}
	if (low == DJ_TALLY_MOST)
		return;
	if (!t->item)
		t->item = dj_alloc_zero(DJ_TALLY_MOST, sizeof *t->item);
	if (t->n < DJ_TALLY_MOST)
		t->n++;
	memmove(&t->item[low + 1], &t->item[low], (t->n - 1 - low) * sizeof *t->item);
	t->item[low] = (struct dj_tally_item){hash, times, ""};
	n = n < DJ_TALLY_TEXT ? n : DJ_TALLY_TEXT - 1;
	n = dj_utf8_valid(text, n);
	memcpy(t->item[low].text, text, n);
}

void dj_tally_add(dj_tally *t, const char *text, size_t n)
{
	t->total++;
	add(t, hash_of(text, n), text, n, 1);
}

void dj_tally_merge(dj_tally *into, const dj_tally *from)
{
	into->total += from->total;
	for (size_t i = 0; i < from->n; i++)
		add(into, from->item[i].hash, from->item[i].text, strlen(from->item[i].text), from->item[i].times);
}

void dj_tally_free(dj_tally *t)
{
	free(t->item);
	*t = (dj_tally){0};
}

static int commoner(const void *a, const void *b)
{
	const struct dj_tally_item *x = a, *y = b;

	if (x->times != y->times)
		return x->times < y->times ? 1 : -1;
	int c = strcmp(x->text, y->text);
	return c ? c : (x->hash > y->hash) - (x->hash < y->hash);
}

void dj_tally_put(dj_buf *out, const dj_tally *t, size_t most)
{
	struct dj_tally_item *item = dj_alloc_zero(t->n + 1, sizeof *item);

	if (t->n)
		memcpy(item, t->item, t->n * sizeof *item);
	qsort(item, t->n, sizeof *item, commoner);
	if (t->n == DJ_TALLY_MOST) /* so many that a commoner one may not be kept */
		dj_buf_text(out, "such as ");
	for (size_t i = 0; i < t->n && i < most; i++)
		dj_buf_fmt(out, "%s'%s' %" PRId64, i ? ", " : "", item[i].text, item[i].times);
	if (t->n > most)
		dj_buf_text(out, " and others");
	free(item);
}
