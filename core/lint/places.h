/*
 * places.h - known places by name, from the toolkit's own datasets/places/places.csv (GeoNames, CC BY 4.0).
 */
#ifndef DJ_LINT_PLACES_H
#define DJ_LINT_PLACES_H

#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

typedef struct dj_place {
	const char *key;    /* its name as dj_place_key gives it */
	const char *id;     /* "" when it is not said */
	const char *region; /* "ON"; "" when it is not said */
	double      lat, lon;
	int64_t     population; /* 0: unknown */
} dj_place;

typedef struct dj_places dj_places;

/*
 * Reads a CSV whose header names at least name, lat and lon, and place, region (SGC code or letters) and population where they
 * are; `names` (or NULL) is another of place, name and kind with more names of the same places. *out is yours.
 */
int  dj_places_read(dj_places **out, const char *path, const char *names, dj_err *err);
/* The toolkit's own list; *out is NULL where it was not built. */
int  dj_places_load(dj_places **out, const char *toolkit, dj_err *err);
void dj_places_free(dj_places *p); /* NULL is fine */

/* All places of that key, most people first; NULL when there is none. */
const dj_place *dj_places_find(const dj_places *p, const char *key, size_t *n);

/*
 * What names of one place have in common: folded, "City of", "Ville de" and what follows a comma or bracket away, "St."
 * and "Ste." written out, hyphens as blanks. Replaces what is in `out`; empty when nothing is left or `name` is not UTF-8.
 */
void dj_place_key(dj_buf *out, const char *name, size_t n);

#endif
