/* Incident reports of four years, day by day, with seasons; and what is planted in them. */
#include "base/calendar.h"
#include "base/mem.h"
#include "base/random.h"
#include "generate/towns.h"
#include "generate/world.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_YEAR = 2021, LAST_YEAR = 2024, BASE = 1400, MILLION = 1000000 };
enum {
	HOTSPOT_DAYS = 120,
	HOTSPOTS_MOST = 8,
	SERVICES = 4
}; /* of more hotspots too few other towns would be left */

/* Share of a year's reports, per mille. */
static const int season[12] = {70, 68, 78, 80, 88, 98, 104, 100, 92, 84, 72, 66};
static const int week[7] = {100, 98, 98, 100, 108, 104, 92}; /* percent of an ordinary day, Monday first */

/* Reports that come besides the usual ones, between two days: planted, or innocent. */
typedef struct burst {
	enum { ANYWHERE, IN_REGION, IN_TOWN, AT_SPOT } where;
	const char *region;
	size_t      town;
	int         lat, lon; /* the spot's middle */
	int64_t     first, last;
	size_t      n; /* still to come */
} burst;

enum { BURSTS_MOST = HOTSPOTS_MOST + 1 + (LAST_YEAR - FIRST_YEAR + 1) + SERVICES };

typedef struct reports {
	dj_world       *w;
	dj_random_state r;
	const dj_town  *town;
	size_t          n_towns, n_bursts;
	int64_t         first, last;
	burst           burst[BURSTS_MOST];
	bool           *central; /* by town: reports without an address are put at its centre */
	dj_sheet        sheet;
	uint64_t        written;
} reports;

static int64_t between(reports *x, int64_t low, int64_t high)
{
	return dj_random_between(&x->r, low, high);
}

/* 1 m is 9 millionths of a degree of latitude, near enough. */
static void move(const dj_town *t, int *lat, int *lon, int64_t north_m, int64_t east_m)
{
	*lat += (int)(north_m * 9);
	*lon += (int)(east_m * t->east / 1000);
}

/* Moves at most `reach` metres each way, about as a bell would. No two draws in one expression: see habits.c. */
static void scatter(reports *x, const dj_town *t, int *lat, int *lon, int64_t reach)
{
	int64_t way[2] = {0};

	for (int k = 0; k < 6; k++)
		way[k % 2] += between(x, -reach, reach);
	move(t, lat, lon, way[0] / 3, way[1] / 3);
}

/* A town's reach in metres: a hundred times the people, ten times across. */
static int64_t reach_m(const dj_town *t)
{
	int64_t root = 1;

	while (root * root < t->weight)
		root++;
	return 1500 + 600 * root;
}

/* ---- Plans ---- */

static bool has_spot(const reports *x, size_t town)
{
	for (size_t i = 0; i < x->n_bursts; i++)
		if (x->burst[i].where == AT_SPOT && x->burst[i].town == town)
			return true;
	return false;
}

/* In a town that is neither a village nor a metropolis, where the crowd would hide it. */
static void plan_hotspot(reports *x)
{
	burst b = {.where = AT_SPOT, .n = dj_world_count(x->w, 14, 10)};

	do
		b.town = (size_t)between(x, 0, (int64_t)x->n_towns - 1);
	while (x->town[b.town].weight < 30 || x->town[b.town].weight > 300 || has_spot(x, b.town));

	const dj_town *t = &x->town[b.town];
	int64_t        way = reach_m(t) / 3;
	int64_t        north = between(x, 0, 1) ? way : -way;
	int64_t        east = between(x, 0, 1) ? way : -way;
	b.lat = t->lat, b.lon = t->lon;
	move(t, &b.lat, &b.lon, north, east);
	b.first = between(x, x->first, x->last - HOTSPOT_DAYS);
	b.last = b.first + HOTSPOT_DAYS - 1;
	x->burst[x->n_bursts++] = b;

	char *note = dj_fmt("%zu reports within 500 m of %d.%04d, %d.%04d", b.n, b.lat / MILLION,
	                    b.lat % MILLION / 100, b.lon / MILLION, -(b.lon % MILLION) / 100);
	dj_world_truth(&x->w->planted, "hotspot", "place", t->id, b.first, b.last, false, note);
	free(note);
}

/* The largest towns: dense on a map, and nothing but missing addresses. */
static void plan_centres(reports *x, size_t n)
{
	x->central = dj_alloc_zero(x->n_towns, sizeof *x->central);
	for (; n; n--) {
		size_t best = x->n_towns;

		for (size_t i = 0; i < x->n_towns; i++)
			if (!x->central[i] && (best == x->n_towns || x->town[i].weight > x->town[best].weight))
				best = i;
		x->central[best] = true;
		dj_world_truth(&x->w->lookalike, "hotspot", "place", x->town[best].id, x->first, x->last, false,
		               "reports without an address stand at the town's centre");
	}
}

static void plan_unusual_month(reports *x)
{
	static const char *const regions[] = {"24", "35", "48", "59"};
	burst                    b = {.where = IN_REGION, .n = dj_world_count(x->w, 30, 12)};
	dj_date                  d = {.day = 1};

	d.year = (int)between(x, FIRST_YEAR + 1, LAST_YEAR);
	d.month = (int)between(x, 1, 12);
	b.region = regions[between(x, 0, 3)];
	b.first = dj_days_from_date(d);
	b.last = dj_step_next(b.first, "month") - 1;
	x->burst[x->n_bursts++] = b;
	dj_world_truth(&x->w->planted, "unusual-month", "region", b.region, b.first, b.last, false,
	               "more reports than the season gives");
}

/* What makes a week or a day stand out, and is no more than how reports come to be written. */
static void plan_innocent_bursts(reports *x)
{
	for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
		burst b = {.where = ANYWHERE, .n = dj_world_count(x->w, 7, 2)};

		b.first = dj_days_from_date((dj_date){year, 2, 22});
		b.last = b.first + 6;
		x->burst[x->n_bursts++] = b;
		dj_world_truth(&x->w->lookalike, "unusual-month", "region", "all", b.first, b.last, false,
		               "the week of the awareness day: more people report");
	}
	for (int i = 0; i < SERVICES; i++) {
		burst b = {.where = IN_TOWN, .n = dj_world_count(x->w, 6, 4)};

		do
			b.town = (size_t)between(x, 0, (int64_t)x->n_towns - 1);
		while (x->town[b.town].weight < 60);
		b.first = b.last = between(x, x->first, x->last);
		x->burst[x->n_bursts++] = b;
		dj_world_truth(&x->w->lookalike, "unusual-month", "place", x->town[b.town].id, b.first, b.last, false,
		               "a service entered many reports on one day");
	}
}

/* ---- Rows ---- */

static void write_report(reports *x, int64_t day, size_t town, const int *lat, const int *lon)
{
	static const char *const types[] = {"labour", "sexual exploitation", "forced criminality",
	                                    "domestic servitude", ""};
	static const int         share[] = {300, 400, 120, 130, 50};
	const dj_town           *t = &x->town[town];
	int64_t                  draw = between(x, 0, 999);
	size_t                   type = 0;
	char                     id[24];

	for (; draw >= share[type]; type++)
		draw -= share[type];
	int     times = between(x, 0, 999) < 4 ? 2 : 1; /* a few reports stand there twice */
	int64_t n = between(x, 0, 99) < 3 ? between(x, 2, 4) : 1;
	bool    no_place = between(x, 0, 99) < 2;
	snprintf(id, sizeof id, "R%07llu", (unsigned long long)++x->written);
	for (; times > 0; times--) {
		dj_sheet_text(&x->sheet, id);
		dj_sheet_day(&x->sheet, day);
		dj_sheet_integer(&x->sheet, n);
		dj_sheet_text(&x->sheet, types[type]);
		dj_sheet_text(&x->sheet, t->region);
		dj_sheet_text(&x->sheet, no_place ? "" : t->id);
		if (lat) {
			dj_sheet_fixed(&x->sheet, *lat, 6);
			dj_sheet_fixed(&x->sheet, *lon, 6);
		} else {
			dj_sheet_text(&x->sheet, "");
			dj_sheet_text(&x->sheet, "");
		}
		dj_sheet_end(&x->sheet);
	}
}

static void report_in_town(reports *x, int64_t day, size_t town)
{
	const dj_town *t = &x->town[town];
	int            lat = t->lat, lon = t->lon;
	bool           unplaced = between(x, 0, 99) < 3;

	if (!x->central[town] || between(x, 0, 99) >= 18)
		scatter(x, t, &lat, &lon, reach_m(t));
	write_report(x, day, town, unplaced ? NULL : &lat, unplaced ? NULL : &lon);
}

/* A town of a region, or of all of them (NULL), by weight. */
static size_t some_town(reports *x, const char *region)
{
	int64_t sum = 0;

	for (size_t i = 0; i < x->n_towns; i++)
		sum += !region || strcmp(region, x->town[i].region) == 0 ? x->town[i].weight : 0;
	sum = between(x, 0, sum - 1);
	for (size_t i = 0;; i++) {
		if (region && strcmp(region, x->town[i].region) != 0)
			continue;
		if (sum < x->town[i].weight)
			return i;
		sum -= x->town[i].weight;
	}
}

static void report_of_burst(reports *x, const burst *b, int64_t day)
{
	int lat = b->lat, lon = b->lon;

	switch (b->where) {
	case ANYWHERE: report_in_town(x, day, some_town(x, NULL)); break;
	case IN_REGION: report_in_town(x, day, some_town(x, b->region)); break;
	case IN_TOWN: report_in_town(x, day, b->town); break;
	case AT_SPOT: scatter(x, &x->town[b->town], &lat, &lon, 350); write_report(x, day, b->town, &lat, &lon);
	}
}

/* How many come when `millionths` / 1e6 are expected: many rare chances, which is nearly Poisson. */
static int64_t arrivals(reports *x, int64_t millionths)
{
	enum { STEP = 50000 };
	int64_t n = 0;

	for (; millionths > 0; millionths -= STEP)
		n += between(x, 0, MILLION - 1) < (millionths < STEP ? millionths : STEP);
	return n;
}

static void one_day(reports *x, int64_t day)
{
	dj_date d = dj_date_from_days(day);
	int64_t scale = (int64_t)(x->w->scale * 1000 + 0.5);
	/* reports a year, times the month's share of it, by the days of a month, times the day's */
	int64_t expected = BASE / 4 * scale * season[d.month - 1] / 30 * week[dj_weekday(day) - 1] / 100;

	for (int64_t n = arrivals(x, expected); n > 0; n--)
		report_in_town(x, day, some_town(x, NULL));
	for (size_t i = 0; i < x->n_bursts; i++) {
		burst  *b = &x->burst[i];
		int64_t left = b->last - day + 1;

		if (day < b->first || left < 1)
			continue;
		for (size_t k = b->n; k > 0; k--) /* evenly over the days left: by the last all have come */
			if (between(x, 1, left) == 1) {
				b->n--;
				report_of_burst(x, b, day);
			}
	}
}

int dj_reports_write(dj_world *w, const char *folder, dj_err *err)
{
	reports x = {.w = w,
	             .r = dj_random_seed(w->seed, "first-look reports"),
	             .first = dj_days_from_date((dj_date){FIRST_YEAR, 1, 1}),
	             .last = dj_days_from_date((dj_date){LAST_YEAR, 12, 31})};
	size_t  hotspots = dj_world_count(w, 2, 1);
	int     rc =
	    dj_sheet_open(&x.sheet, folder, "incidents.csv", "incident,date,n,type,region,place,lat,lon", err);

	if (rc < 0)
		return dj_sheet_close(&x.sheet, rc, err);
	if (hotspots > HOTSPOTS_MOST)
		hotspots = HOTSPOTS_MOST;
	x.town = dj_towns(&x.n_towns);
	for (size_t i = 0; i < hotspots; i++)
		plan_hotspot(&x);
	plan_centres(&x, 6 * hotspots);
	plan_unusual_month(&x);
	plan_innocent_bursts(&x);
	for (int64_t day = x.first; day <= x.last; day++)
		one_day(&x, day);
	free(x.central);
	return dj_sheet_close(&x.sheet, DJ_OK, err);
}
