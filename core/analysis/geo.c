#include "analysis/geo.h"

#include <math.h>
#include <stddef.h>

static const double radians = 0.017453292519943295769; /* pi / 180 */

bool dj_place_valid(double lat, double lon)
{
	return lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180; /* false for NaN */
}

double dj_haversine_m(double lat1, double lon1, double lat2, double lon2)
{
	double across = sin((lat2 - lat1) * radians / 2);
	double along = sin((lon2 - lon1) * radians / 2);
	double h = across * across + cos(lat1 * radians) * cos(lat2 * radians) * along * along;

	/* Rounding may carry antipodes just past 1, where asin is NaN. */
	return 2 * DJ_EARTH_RADIUS_M * asin(sqrt(h > 1 ? 1 : h));
}

/* One bit of a cell: which half of [*low, *high] holds v; the interval becomes that half. */
static unsigned halve(double *low, double *high, double v)
{
	double   middle = (*low + *high) / 2;
	unsigned upper = v >= middle;

	*(upper ? low : high) = middle;
	return upper;
}

bool dj_geohash(char out[DJ_GEOHASH_MOST + 1], double lat, double lon, int n)
{
	static const char digits[] = "0123456789bcdefghjkmnpqrstuvwxyz";
	double            south = -90, north = 90, west = -180, east = 180;

	if (n < 1 || n > DJ_GEOHASH_MOST || !dj_place_valid(lat, lon))
		return false;
	for (int i = 0; i < n; i++) {
		unsigned digit = 0;

		for (int bit = 0; bit < 5; bit++) {
			bool of_longitude = (i * 5 + bit) % 2 == 0; /* the two take turns, longitude first */
			digit = digit << 1 | (of_longitude ? halve(&west, &east, lon) : halve(&south, &north, lat));
		}
		out[i] = digits[digit];
	}
	out[n] = '\0';
	return true;
}
