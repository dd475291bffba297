/*
 * towns.h - true places for made worlds: towns of Canada in all 13 provinces and territories, by SGC code.
 * Coordinates are of the towns' centres; populations of provinces are of the census of 2021.
 */
#ifndef DJ_GENERATE_TOWNS_H
#define DJ_GENERATE_TOWNS_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

typedef struct dj_town {
	const char *id, *name, *name_fr, *region;
	int         lat, lon;   /* millionths of a degree */
	int         east;       /* millionths of a degree of longitude that are a kilometre here */
	int         weight;     /* thousands of people, about */
} dj_town;

typedef struct dj_province {
	const char *code, *name, *name_fr;
	int         population;
	int         lat, lon; /* millionths of a degree, roughly its middle */
} dj_province;

const dj_town     *dj_towns(size_t *n); /* by province, from east to west */
const dj_province *dj_provinces(size_t *n);

int dj_towns_write(const char *folder, dj_err *err); /* places.csv and regions.csv */

#endif
