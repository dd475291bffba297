/*
 * Coordinates: swapped, zero, impossible, abroad, or far from the place that the row names.
 *
 * Pairs of columns are found by name; the place, region and country beside them by name too. A table is taken as Canadian when
 * its country column says so, or its region column holds provinces, or most of its points lie in Canada.
 */
#include "lint/look.h"

#include "analysis/geo.h"
#include "lint/canada.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_PAIRS = 4, FAR_M = 50000, POINTS = 1 << 13, NAMES_AT_POINT = 3, CACHED = 1 << 10 };

typedef enum verdict { FINE, ZERO, SWAPPED, SIGN, IMPOSSIBLE, ABROAD, FAR, VERDICTS } verdict;

typedef struct known { /* what a cell's name stands for, so that it is folded once */
	uint64_t        cell, name;
	const dj_place *place;
	size_t          n;
} known;

typedef struct pair { /* two columns, what stands beside them, and what pass two saw */
	dj_look          *look;
	const dj_profile *lat, *lon, *place, *region, *country;
	bool              canadian, points; /* points: this pair counts the names at each point */
	uint64_t          country_cell;
	bool              country_here;
	known             cache[CACHED];
	dj_rows           rows[VERDICTS];
} pair;

/* ---- Finding columns ---- */

static const char *const lat_words[] = {"lat", "latitude", "y_lat"}, *const lon_words[] = {
                                                                         "lon", "lng", "long", "longitude",
                                                                         "x_lon"};
static const char *const place_words[] = {"city",         "ville",    "town",     "municipality",
                                          "municipalite", "locality", "localite", "community",
                                          "collectivite", "place",    "lieu",     "place_name"};
static const char *const region_words[] = {"province",   "prov",  "region", "territory",
                                           "territoire", "pruid", "state",  "geo"};
static const char *const country_words[] = {"country", "pays", "country_code"};

static bool holds_number(const dj_profile *c)
{
	return dj_profile_number(c) && c->filled;
}

/* What is left of the name without the words: "_origin_lat_" and "_origin_lon_" are a pair. */
static void rest_of(char *out, size_t size, const char *words, const char *const *list, size_t n)
{
	size_t k = 0, from = strlen(words), length = 0;

	for (size_t i = 0; i < n; i++) {
		const char *at = strstr(words, list[i]);
		size_t      m = strlen(list[i]);
		if (at && at > words && at[-1] == '_' && at[m] == '_' && m > length)
			from = (size_t)(at - words), length = m;
	}
	for (size_t i = 0; words[i] && k + 1 < size; i++)
		if (i < from || i > from + length)
			out[k++] = words[i];
	out[k] = '\0';
}

static const dj_profile *beside(const dj_look *l, const char *rest, const char *const *list, size_t n,
                                bool text)
{
	const dj_profile *any = NULL;
	size_t            found = 0;

	for (size_t i = 0; i < l->n_columns; i++) {
		const dj_profile *c = &l->column[i];
		char              other[160];
		if ((text ? c->type != DJ_COL_TEXT : !holds_number(c)) || !c->filled ||
		    !dj_words_any(c->words, list, n))
			continue;
		rest_of(other, sizeof other, c->words, list, n);
		if (strcmp(other, rest) == 0)
			return c;
		any = any ? any : c;
		found++;
	}
	return text && (found == 1 || strcmp(rest, "_") == 0) ? any : NULL;
}

static bool mostly(const dj_profile *c, bool (*is)(const char *, size_t))
{
	int64_t yes = 0, all = 0;

	for (size_t i = 0; c && i < c->values.slots; i++) {
		const dj_seen *s = &c->values.slot[i];
		all += s->count;
		if (s->count && s->text && is(s->text, s->n))
			yes += s->count;
	}
	return all && yes * 10 >= all * 6;
}

static bool is_province(const char *name, size_t n)
{
	return dj_province(name, n) != NULL;
}

/* Of the sampled numbers: the sorted samples no longer pair up, so each axis is asked alone. */
static bool mostly_inside(const pair *p)
{
	size_t in = 0;

	for (size_t i = 0; i < p->lat->n_sample; i++)
		in += p->lat->sample[i] >= 41.6 && p->lat->sample[i] <= 83.3;
	if (p->lat->n_sample == 0 || in * 10 < p->lat->n_sample * 6)
		return false;
	in = 0;
	for (size_t i = 0; i < p->lon->n_sample; i++)
		in += p->lon->sample[i] >= -141.1 && p->lon->sample[i] <= -52.5;
	return in * 10 >= p->lon->n_sample * 6;
}

/* ---- A row ---- */

static bool point_of(const pair *p, sqlite3_stmt *row, double *lat, double *lon)
{
	if (sqlite3_column_type(row, (int)p->lat->at) == SQLITE_NULL ||
	    sqlite3_column_type(row, (int)p->lon->at) == SQLITE_NULL)
		return false;
	*lat = sqlite3_column_double(row, (int)p->lat->at);
	*lon = sqlite3_column_double(row, (int)p->lon->at);
	return true;
}

static bool in_country(pair *p, sqlite3_stmt *row)
{
	uint64_t high = 0, cell;

	if (!p->country)
		return p->canadian;
	cell = dj_cell_hash(row, (int)p->country->at, &high);
	if (cell != p->country_cell) {
		const char *name = (const char *)sqlite3_column_text(row, (int)p->country->at);
		p->country_cell = cell;
		p->country_here = name && dj_is_canada(name, (size_t)sqlite3_column_bytes(row, (int)p->country->at));
	}
	return p->country_here;
}

static verdict judge(double lat, double lon, bool here)
{
	if (lat == 0 && lon == 0)
		return ZERO;
	if (here && dj_in_canada(lat, lon))
		return FINE;
	if ((here && dj_in_canada(lon, lat)) || (fabs(lat) > 90 && fabs(lat) <= 180 && fabs(lon) <= 90))
		return SWAPPED;
	if (here && dj_in_canada(lat, -lon))
		return SIGN;
	if (!dj_place_valid(lat, lon))
		return IMPOSSIBLE;
	return here ? ABROAD : FINE;
}

static const known *name_of(pair *p, sqlite3_stmt *row)
{
	uint64_t high = 0, cell = dj_cell_hash(row, (int)p->place->at, &high);
	known   *k = &p->cache[(cell >> 20) % CACHED];
	dj_buf   key = {0};

	if (k->cell == cell)
		return k;
	dj_place_key(&key, (const char *)sqlite3_column_text(row, (int)p->place->at),
	             (size_t)sqlite3_column_bytes(row, (int)p->place->at));
	*k = (known){.cell = cell, .name = dj_hash_text(key.data, key.n, &high)};
	if (p->look->places && key.n)
		k->place = dj_places_find(p->look->places, key.data, &k->n);
	dj_buf_free(&key);
	return k;
}

/*
 * More than 50 km from every known place of the name. Where the row's province is said and the name is known only in others,
 * it is a place that the list lacks: nothing is said.
 */
static bool is_far(const pair *p, sqlite3_stmt *row, const known *k, double lat, double lon)
{
	const char *province = NULL;

	for (size_t i = 0; i < k->n; i++)
		if (dj_haversine_m(lat, lon, k->place[i].lat, k->place[i].lon) <= FAR_M)
			return false;
	if (k->n && p->region && sqlite3_column_type(row, (int)p->region->at) == SQLITE_TEXT)
		province = dj_province((const char *)sqlite3_column_text(row, (int)p->region->at),
		                       (size_t)sqlite3_column_bytes(row, (int)p->region->at));
	for (size_t i = 0; i < k->n; i++)
		if (!province || !*k->place[i].region || strcmp(k->place[i].region, province) == 0)
			return true;
	return false;
}

/* Counts the different names at each point. */
static void see_point(const pair *p, sqlite3_stmt *row, const known *k, int64_t rowid)
{
	uint64_t high = 0, point = dj_mix(dj_cell_hash(row, (int)p->lat->at, &high) +
	                                  3 * dj_cell_hash(row, (int)p->lon->at, &high));
	bool     fresh;

	(void)dj_tally_add(&p->look->named, dj_mix(point ^ dj_mix(k->name)), rowid, &fresh);
	if (fresh)
		(void)dj_tally_add(&p->look->points, point, rowid, &fresh);
}

static bool see_row(void *user, sqlite3_stmt *row)
{
	pair   *p = user;
	int64_t rowid = sqlite3_column_int64(row, (int)p->look->n_columns);
	double  lat, lon;

	if (!point_of(p, row, &lat, &lon))
		return false;
	bool    here = in_country(p, row);
	verdict v = judge(lat, lon, here);
	if (p->place && v != ZERO && sqlite3_column_type(row, (int)p->place->at) == SQLITE_TEXT) {
		const known *k = name_of(p, row);
		if (v == FINE && (here || !p->country) && is_far(p, row, k, lat, lon))
			v = FAR;
		if (p->points)
			see_point(p, row, k, rowid);
	}
	dj_rows_add(&p->rows[v], rowid);
	return v != FINE;
}

/* ---- Notes ---- */

static const struct {
	const char *code, *en, *fr;
} words[VERDICTS] = {
    [ZERO] = {"zero-coordinates", "at 0, 0, in the sea off Africa. Look at whether that stands for no place.",
              "au point 0, 0, dans la mer au large de l’Afrique. À regarder : est-ce l’absence de lieu?"},
    [SWAPPED] = {"swapped-coordinates",
                 "that would be in the right part of the world with latitude and longitude exchanged. "
                 "Look at the source.",
                 "au bon endroit du monde si latitude et longitude étaient échangées. À regarder."},
    [SIGN] = {"positive-longitude",
              "that would be in Canada with a minus before the longitude. Look at whether it was lost.",
              "au Canada s’il y avait un moins devant la longitude. À regarder : s’est-il perdu?"},
    [IMPOSSIBLE] =
        {"coordinates-out-of-range",
         "at no place on Earth (latitude -90 to 90, longitude -180 to 180). Look at the units.",
         "aucun lieu sur Terre (latitude -90 à 90, longitude -180 à 180). À regarder : les unités."},
    [ABROAD] = {"outside-canada",
                "outside of Canada, where the others are. Look at whether that belongs here.",
                "hors du Canada, où sont les autres. À regarder : est-ce voulu?"},
    [FAR] = {"place-far-from-name",
             "over 50 km from every known place of the name given. Look at which is meant, the "
             "name or the point.",
             "à plus de 50 km de tout lieu connu du nom donné. À regarder : le nom ou le point?"},
};

static void say_points(dj_look *l, const pair *p)
{
	const dj_profile *columns[] = {p->lat, p->lon, p->place};
	dj_rows           rows = {0};

	for (size_t i = 0; i < l->points.slots; i++)
		if (l->points.slot[i].count >= NAMES_AT_POINT) {
			dj_seen once = l->points.slot[i];
			once.count = 1;
			dj_rows_seen(&rows, &l->points, &once);
		}
	const int64_t points = rows.n;
	rows.n = 0; /* what is counted is points */
	if (points)
		dj_note(
		    l, "one-point-many-places", columns, 3, &rows,
		    dj_arena_fmt(
		        l->a,
		        "Points that stand for three places or more of different names: %s. Look at whether a "
		        "point was put where none was known; the row numbers are of the first at each point.",
		        dj_n_en(l, points)),
		    dj_arena_fmt(l->a,
		                 "Points qui servent à trois lieux ou plus de noms différents : %s. À regarder : un "
		                 "point mis faute de mieux? Les numéros sont ceux de la première ligne de chaque "
		                 "point.",
		                 dj_n_fr(l, points)));
	dj_tally_free(&l->points);
	dj_tally_free(&l->named);
}

static void say_pair(dj_look *l, void *user, const dj_rows *none)
{
	const pair       *p = user;
	const dj_profile *columns[] = {p->lat, p->lon, p->place};
	(void)none;

	for (verdict v = FINE + 1; v < VERDICTS; v++)
		if (p->rows[v].n)
			dj_note(l, words[v].code, columns, v == FAR ? 3 : 2, &p->rows[v],
			        dj_arena_fmt(l->a, "%s %s", dj_rows_en(l, &p->rows[v]), words[v].en),
			        dj_arena_fmt(l->a, "%s : %s", dj_rows_fr(l, &p->rows[v]), words[v].fr));
	if (p->points)
		say_points(l, p);
}

static bool canadian(const pair *p)
{
	if (p->country)
		return mostly(p->country, dj_is_canada);
	return (p->region && mostly(p->region, is_province)) || mostly_inside(p);
}

void dj_check_coordinates(dj_look *l)
{
	size_t pairs = 0;

	for (size_t i = 0; i < l->n_columns && pairs < MOST_PAIRS; i++) {
		const dj_profile *lat = &l->column[i];
		char              rest[160];
		if (!holds_number(lat) || !dj_words_any(lat->words, lat_words, DJ_COUNT(lat_words)))
			continue;
		rest_of(rest, sizeof rest, lat->words, lat_words, DJ_COUNT(lat_words));
		const dj_profile *lon = beside(l, rest, lon_words, DJ_COUNT(lon_words), false);
		if (!lon)
			continue;
		pair *p = dj_arena_alloc(l->a, 1, sizeof *p);
		p->look = l;
		p->lat = lat;
		p->lon = lon;
		p->place = beside(l, rest, place_words, DJ_COUNT(place_words), true);
		p->region = beside(l, rest, region_words, DJ_COUNT(region_words), true);
		p->country = beside(l, rest, country_words, DJ_COUNT(country_words), true);
		p->canadian = canadian(p);
		if (p->place && !l->points.most) {
			p->points = true;
			l->points.most = l->named.most = POINTS;
		}
		dj_look_again(l, see_row, say_pair, p);
		pairs++;
	}
}
