#include "lint/places.h"

#include "analysis/fold.h"
#include "analysis/geo.h"
#include "base/file.h"
#include "base/text.h"
#include "lint/canada.h"

#include <stdlib.h>
#include <string.h>

struct dj_places {
	dj_arena *arena;
	dj_place *place; /* sorted by key, then falling population */
	size_t    n, cap;
};

enum { MOST_BYTES = 64 << 20 };
enum { PLACE, NAME, REGION, LAT, LON, POPULATION, KIND, FIELDS };

/* ---- Keys ---- */

static void drop_prefix(dj_buf *b)
{
	static const char *const prefixes[] = {"city of ",         "town of ",     "village of ",
	                                       "municipality of ", "district of ", "municipalite de ",
	                                       "ville de ",        "ville d'"};

	for (size_t i = 0; i < DJ_COUNT(prefixes); i++)
		if (dj_text_starts(b->data, prefixes[i])) {
			size_t n = strlen(prefixes[i]);
			memmove(b->data, b->data + n, b->n - n + 1);
			b->n -= n;
			return;
		}
}

static void add_word(dj_buf *out, const char *word, size_t n)
{
	if (out->n)
		dj_buf_char(out, ' ');
	if (n == 2 && memcmp(word, "st", 2) == 0)
		dj_buf_text(out, "saint");
	else if (n == 3 && memcmp(word, "ste", 3) == 0)
		dj_buf_text(out, "sainte");
	else
		dj_buf_add(out, word, n);
}

void dj_place_key(dj_buf *out, const char *name, size_t n)
{
	dj_buf folded = {0};
	size_t begin = 0;

	dj_buf_reset(out);
	dj_buf_room(out, 1)[0] = '\0';
	if (dj_fold(&folded, name, n, NULL) < 0 || folded.n == 0) {
		dj_buf_free(&folded);
		return;
	}
	folded.n = strcspn(folded.data, ",([;/");
	folded.data[folded.n] = '\0';
	drop_prefix(&folded);
	for (size_t i = 0; i <= folded.n; i++) {
		if (i < folded.n && !strchr(" -._'\t", folded.data[i]))
			continue;
		if (i > begin)
			add_word(out, folded.data + begin, i - begin);
		begin = i + 1;
	}
	dj_buf_free(&folded);
}

/* ---- The file ---- */

static int by_key(const void *x, const void *y)
{
	const dj_place *a = x, *b = y;
	int             c = strcmp(a->key, b->key);

	if (c == 0 && a->population != b->population)
		c = a->population > b->population ? -1 : 1;
	if (c == 0)
		c = strcmp(a->region, b->region);
	return c ? c : (a->lat > b->lat) - (a->lat < b->lat);
}

static int by_id(const void *x, const void *y)
{
	return strcmp(((const dj_place *)x)->id, ((const dj_place *)y)->id);
}

/* One field of a CSV row into `out`; returns what follows it: at a line end or the text's end when it is the row's last. */
static const char *field(dj_buf *out, const char *at)
{
	dj_buf_reset(out);
	if (*at == '"') {
		for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
			if (*at == '"')
				at++;
			dj_buf_char(out, *at);
		}
		return *at ? at + 1 : at;
	}
	size_t n = strcspn(at, ",\r\n");
	dj_buf_add(out, at, n);
	return at + n;
}

static const char *row(dj_buf *cell, size_t most, size_t *n, const char *at)
{
	*n = 0;
	for (;;) {
		dj_buf spare = {0};
		at = field(*n < most ? &cell[*n] : &spare, at);
		dj_buf_free(&spare);
		++*n;
		if (*at != ',')
			break;
		at++;
	}
	at += *at == '\r';
	return at + (*at == '\n');
}

static int header(size_t of[FIELDS], const dj_buf *cell, size_t n, const char *path, dj_err *err)
{
	static const char *const names[FIELDS] = {
	    [PLACE] = "place",           [NAME] = "name", [REGION] = "region", [LAT] = "lat", [LON] = "lon",
	    [POPULATION] = "population", [KIND] = "kind"};

	for (size_t f = PLACE; f < FIELDS; f++) {
		of[f] = SIZE_MAX;
		for (size_t i = 0; i < n && of[f] == SIZE_MAX; i++)
			if (cell[i].n && strcmp(cell[i].data, names[f]) == 0)
				of[f] = i;
	}
	if (of[NAME] != SIZE_MAX && ((of[LAT] != SIZE_MAX && of[LON] != SIZE_MAX) || of[PLACE] != SIZE_MAX))
		return DJ_OK;
	return dj_fail(err, DJ_FAIL, "%s: no columns name, lat and lon (is it the toolkit's list of places?)",
	               path);
}

static const dj_buf *cell_of(const dj_buf *cell, size_t n, size_t at)
{
	static const dj_buf none = {.data = ""};

	return at < n && cell[at].data ? &cell[at] : &none;
}

static void add(dj_places *p, dj_place x, const dj_buf *name, dj_buf *key)
{
	dj_place_key(key, name->data, name->n);
	if (!key->n)
		return;
	x.key = dj_arena_dupn(p->arena, key->data, key->n);
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 1024;
		p->place = dj_realloc(p->place, p->cap, sizeof *p->place);
	}
	p->place[p->n++] = x;
}

static void add_place(dj_places *p, const dj_buf *cell, size_t n, const size_t of[FIELDS], dj_buf *key)
{
	const dj_buf *id = cell_of(cell, n, of[PLACE]), *lat = cell_of(cell, n, of[LAT]),
	             *lon = cell_of(cell, n, of[LON]), *people = cell_of(cell, n, of[POPULATION]),
	             *region = cell_of(cell, n, of[REGION]);
	const char *province = dj_province(region->data, region->n);
	dj_place    x = {0};

	if (!dj_text_real(lat->data, lat->n, &x.lat) || !dj_text_real(lon->data, lon->n, &x.lon) ||
	    !dj_place_valid(x.lat, x.lon))
		return;
	if (!dj_text_integer(people->data, people->n, &x.population))
		x.population = 0;
	x.id = dj_arena_dupn(p->arena, id->data, id->n);
	x.region = province ? province : dj_arena_dupn(p->arena, region->data, region->n);
	add(p, x, cell_of(cell, n, of[NAME]), key);
}

/* Another name of a place that is there: p->place[0..known) is sorted by id. */
static void add_name(dj_places *p, size_t known, const dj_buf *cell, size_t n, const size_t of[FIELDS],
                     dj_buf *key)
{
	const dj_buf *id = cell_of(cell, n, of[PLACE]);
	size_t        low = 0, high = known;

	if (strcmp(cell_of(cell, n, of[KIND])->data, "code") == 0)
		return;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strcmp(p->place[mid].id, id->data) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < known && id->n && strcmp(p->place[low].id, id->data) == 0)
		add(p, p->place[low], cell_of(cell, n, of[NAME]), key);
}

static int read_file(dj_places *p, const char *path, bool names, dj_err *err)
{
	enum { CELLS = 64 };
	dj_buf      cell[CELLS] = {{0}}, key = {0};
	char       *text = NULL;
	size_t      n = 0, of[FIELDS] = {0}, known = p->n;
	const char *at;
	int         rc;

	if ((rc = dj_file_read(&text, &n, path, MOST_BYTES, err)) < 0)
		goto out;
	at = text + (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	at = row(cell, CELLS, &n, at);
	if ((rc = header(of, cell, n < CELLS ? n : CELLS, path, err)) < 0)
		goto out;
	while (*at) {
		at = row(cell, CELLS, &n, at);
		if (names)
			add_name(p, known, cell, n < CELLS ? n : CELLS, of, &key);
		else
			add_place(p, cell, n < CELLS ? n : CELLS, of, &key);
	}
out:
	for (size_t i = 0; i < CELLS; i++)
		dj_buf_free(&cell[i]);
	dj_buf_free(&key);
	free(text);
	return rc;
}

int dj_places_read(dj_places **out, const char *path, const char *names, dj_err *err)
{
	dj_places *p = dj_alloc_zero(1, sizeof *p);
	int        rc;

	p->arena = dj_arena_new();
	if ((rc = read_file(p, path, false, err)) < 0)
		goto out;
	if (p->n)
		qsort(p->place, p->n, sizeof *p->place, by_id);
	if (names && (rc = read_file(p, names, true, err)) < 0)
		goto out;
	if (p->n)
		qsort(p->place, p->n, sizeof *p->place, by_key);
	*out = p;
	p = NULL;
out:
	dj_places_free(p);
	return rc;
}

int dj_places_load(dj_places **out, const char *toolkit, dj_err *err)
{
	char *path = dj_path_join(toolkit, "datasets/places/places.csv"),
	     *names = dj_path_join(toolkit, "datasets/places/place_names.csv");
	int rc = DJ_OK;

	*out = NULL;
	if (dj_file_exists(path))
		rc = dj_places_read(out, path, dj_file_exists(names) ? names : NULL, err);
	free(path);
	free(names);
	return rc;
}

void dj_places_free(dj_places *p)
{
	if (!p)
		return;
	free(p->place);
	dj_arena_free(p->arena);
	free(p);
}

const dj_place *dj_places_find(const dj_places *p, const char *key, size_t *n)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strcmp(p->place[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (*n = 0; low + *n < p->n && strcmp(p->place[low + *n].key, key) == 0;)
		++*n;
	return *n ? &p->place[low] : NULL;
}
