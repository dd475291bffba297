#include "analysis/geo.h"
#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const double pi = 3.14159265358979323846;

static void assert_near(double got, double want, double within)
{
	assert_true(fabs(got - want) <= within);
}

static void distances(void **state)
{
	(void)state;
	assert_true(dj_haversine_m(45, -75, 45, -75) == 0);
	assert_near(dj_haversine_m(0, 0, 0, 180), pi * DJ_EARTH_RADIUS_M, 1e-3);
	assert_near(dj_haversine_m(90, 0, -90, 77), pi * DJ_EARTH_RADIUS_M, 1e-3);
	assert_near(dj_haversine_m(0, 0, 1, 0), pi / 180 * DJ_EARTH_RADIUS_M, 1e-6);
	assert_near(dj_haversine_m(0, 179.5, 0, -179.5), pi / 180 * DJ_EARTH_RADIUS_M, 1e-3);
	assert_near(dj_haversine_m(45.4215, -75.6972, 45.5017, -73.5673), 166300, 300); /* Ottawa to Montreal */
	assert_true(isnan(dj_haversine_m(NAN, 0, 0, 0)));
}

/* Against the angle between unit vectors, by cross and dot product. */
static void distances_against_vectors(void **state)
{
	(void)state;
	dj_random_state r = dj_random_seed(1, "geo");

	for (int i = 0; i < 10000; i++) {
		double p[2][3], lat[2], lon[2];

		for (int k = 0; k < 2; k++) {
			lat[k] = dj_random_unit(&r) * 180 - 90;
			lon[k] = dj_random_unit(&r) * 360 - 180;
			p[k][0] = cos(lat[k] * pi / 180) * cos(lon[k] * pi / 180);
			p[k][1] = cos(lat[k] * pi / 180) * sin(lon[k] * pi / 180);
			p[k][2] = sin(lat[k] * pi / 180);
		}
		double c[3] = {p[0][1] * p[1][2] - p[0][2] * p[1][1], p[0][2] * p[1][0] - p[0][0] * p[1][2],
		               p[0][0] * p[1][1] - p[0][1] * p[1][0]};
		double across = sqrt(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
		double along = p[0][0] * p[1][0] + p[0][1] * p[1][1] + p[0][2] * p[1][2];
		assert_near(dj_haversine_m(lat[0], lon[0], lat[1], lon[1]), atan2(across, along) * DJ_EARTH_RADIUS_M,
		            1);
	}
}

static void cells(void **state)
{
	(void)state;
	char cell[DJ_GEOHASH_MOST + 1];

	assert_true(dj_geohash(cell, 57.64911, 10.40744, 11));
	assert_string_equal(cell, "u4pruydqqvj"); /* the example of the method's own page */
	assert_true(dj_geohash(cell, 42.605, -5.603, 5));
	assert_string_equal(cell, "ezs42");
	assert_true(dj_geohash(cell, -90, -180, 12));
	assert_string_equal(cell, "000000000000");
	assert_true(dj_geohash(cell, 90, 180, 3));
	assert_string_equal(cell, "zzz");
	assert_false(dj_geohash(cell, 0, 0, 0));
	assert_false(dj_geohash(cell, 0, 0, 13));
	assert_false(dj_geohash(cell, 90.1, 0, 5));
	assert_false(dj_geohash(cell, 0, NAN, 5));
}

/* A longer name is a cell within the shorter one's. */
static void cells_nest(void **state)
{
	(void)state;
	dj_random_state r = dj_random_seed(2, "geo");

	for (int i = 0; i < 1000; i++) {
		char   whole[DJ_GEOHASH_MOST + 1], part[DJ_GEOHASH_MOST + 1];
		double lat = dj_random_unit(&r) * 180 - 90, lon = dj_random_unit(&r) * 360 - 180;

		assert_true(dj_geohash(whole, lat, lon, 12));
		for (int n = 1; n < 12; n++) {
			assert_true(dj_geohash(part, lat, lon, n));
			assert_int_equal(strlen(part), n);
			assert_memory_equal(part, whole, (size_t)n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(distances),
	                                   cmocka_unit_test(distances_against_vectors), cmocka_unit_test(cells),
	                                   cmocka_unit_test(cells_nest)};

	return cmocka_run_group_tests_name("analysis/geo", tests, NULL, NULL);
}
