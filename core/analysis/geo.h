/*
 * geo.h - distances and cells on the sphere. Pure functions; degrees in (WGS 84), metres out.
 */
#ifndef DJ_ANALYSIS_GEO_H
#define DJ_ANALYSIS_GEO_H

#include <stdbool.h>

#define DJ_EARTH_RADIUS_M 6371008.8 /* mean radius R1 of the ellipsoid WGS 84 (Moritz, GRS 80, 1980) */

enum { DJ_GEOHASH_MOST = 12 };

/* Finite, latitude -90 to 90, longitude -180 to 180. */
bool dj_place_valid(double lat, double lon);

/*
 * Great-circle distance in metres between two points in degrees. The sphere errs by at most 0.6 % against the
 * ellipsoid. Not finite in, NaN out; latitudes past the poles are not checked (dj_place_valid does).
 * Source: Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984).
 */
double dj_haversine_m(double lat1, double lon1, double lat2, double lon2);

/*
 * The cell of a point, `n` characters (1 to 12) and a NUL. False when the point is not valid or n out of
 * range. Five bits a character: n = 5 is a cell of about 5 km, 7 of 150 m. Source: Niemeyer, geohash.org
 * (2008).
 */
bool dj_geohash(char out[DJ_GEOHASH_MOST + 1], double lat, double lon, int n);

#endif
