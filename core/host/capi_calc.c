/* The C face: calculations on arrays. A call that this version does not have says so; none is a NULL pointer. */
#include "host/capi.h"

#include "analysis/geo.h"
#include "analysis/time.h"

#include <string.h>

static _Noreturn void not_here(dj_jam *jam, const char *call)
{
	dj_capi_wrong(
	    dj_capi_unplaced(jam), call,
	    "is not in this version of datajam (it has geo->haversine_m, time->series and time->baseline)");
}

/* ---- geo ---- */

static size_t dbscan(dj_jam *jam, const double *lat, const double *lon, size_t n, double within_m,
                     size_t at_least, int64_t *out)
{
	(void)lat, (void)lon, (void)n, (void)within_m, (void)at_least, (void)out;
	not_here(jam, "geo->dbscan");
}

static void getis_ord(dj_jam *jam, const double *lat, const double *lon, const double *value, size_t n,
                      double within_m, double *out_z, double *out_q)
{
	(void)lat, (void)lon, (void)value, (void)n, (void)within_m, (void)out_z, (void)out_q;
	not_here(jam, "geo->getis_ord");
}

/* ---- graph ---- */

static size_t components(dj_jam *jam, const int64_t *source, const int64_t *target, size_t n_edges,
                         size_t n_nodes, int64_t *out)
{
	(void)source, (void)target, (void)n_edges, (void)n_nodes, (void)out;
	not_here(jam, "graph->components");
}

static size_t communities(dj_jam *jam, const int64_t *source, const int64_t *target, const double *weight,
                          size_t n_edges, size_t n_nodes, double resolution, int64_t *out)
{
	(void)source, (void)target, (void)weight, (void)n_edges, (void)n_nodes, (void)resolution, (void)out;
	not_here(jam, "graph->communities");
}

/* ---- time ---- */

static dj_frame *series(dj_jam *jam, const char *const *date, const double *n, size_t len, const char *every)
{
	native_run *r = dj_capi_unplaced(jam);
	dj_series   s;
	dj_err      err;

	if (!every)
		dj_capi_wrong(r, "time->series", "every is NULL (day, week, month, quarter or year)");
	if (dj_time_series(&s, date, n, len, every, &err) < 0)
		dj_capi_fail(r, "time->series", &err);
	dj_data       *f = dj_host_frame(r->h, s.n);
	const char   **period = dj_arena_alloc(r->h->arena, s.n, sizeof *period);
	dj_data_column columns[2] = {
	    {.name = "period", .type = DJ_DATA_TEXT, .text = period},
	    {.name = "n", .type = DJ_DATA_REAL, .real = dj_capi_copy(r, s.value, s.n, sizeof *s.value)}};
	for (size_t i = 0; i < s.n; i++)
		period[i] = dj_host_text(r->h, s.period[i], strlen(s.period[i]));
	dj_series_free(&s);
	for (size_t i = 0; i < 2; i++)
		if (dj_host_frame_set(r->h, f, &columns[i], &err) < 0)
			dj_capi_fail(r, "time->series", &err);
	return dj_capi_frame(r, f);
}

static void baseline(dj_jam *jam, const double *value, size_t n, size_t season, double *expected, double *low,
                     double *high, int64_t *unusual)
{
	const dj_baseline out = {expected, low, high, unusual};
	dj_err            err;

	if (dj_time_baseline(&out, value, n, season, &err) < 0)
		dj_capi_fail(dj_capi_unplaced(jam), "time->baseline", &err);
}

void dj_capi_calculations(native_run *r)
{
	static const dj_geo   geo = {sizeof geo, dj_haversine_m, dbscan, getis_ord};
	static const dj_graph graph = {sizeof graph, components, communities};
	static const dj_time  time = {sizeof time, series, baseline};

	r->jam.geo = &geo;
	r->jam.graph = &graph;
	r->jam.time = &time;
}
