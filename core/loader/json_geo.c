/* GeoJSON features (RFC 7946) as rows. */
#include "loader/json_row.h"

#include "base/text.h"

#include <string.h>

/* Made columns are known as members of the geometry, where no member of theirs can stand: its own are not read as such. */
static const char *const made[] = {"lon", "lat", "min_lon", "min_lat", "max_lon", "max_lat"};

enum { LON, LAT, MIN_LON, MIN_LAT, MAX_LON, MAX_LAT, MADE };

typedef struct box { /* of a geometry; the fields are numbers as they were written */
	double   least[2], most[2];
	dj_field low[2], high[2];
	size_t   positions;
	bool     off; /* some are no longitudes and latitudes */
} box;

void dj_json_geo_init(dj_json_stream *j)
{
	static const char *const members[] = {"type", "id", "properties", "geometry", "bbox"};

	for (size_t i = 0; i < DJ_COUNT(members); i++)
		dj_json_names_node(&j->names, 0, members[i], strlen(members[i]));
}

/* ---- Coordinates ---- */

static void take_number(box *b, size_t which, const char *p, size_t n)
{
	static const double most[2] = {180, 90};
	double              v;

	if (which > 1)
		return; /* a height */
	if (!dj_text_real(p, n, &v) || v < -most[which] || v > most[which]) {
		b->off = true;
		return;
	}
	dj_field f = {DJ_FIELD_LITERAL, p, n};
	if (!b->low[which].text || v < b->least[which]) {
		b->least[which] = v;
		b->low[which] = f;
	}
	if (!b->high[which].text || v > b->most[which]) {
		b->most[which] = v;
		b->high[which] = f;
	}
}

/* `coordinates` of any depth, text that was checked: a position is an array with a number in front. */
static void take_coordinates(box *b, const char *p, const char *end)
{
	size_t which = 0;

	while (p < end) {
		const char *from = p;
		if (*p == '-' || (*p >= '0' && *p <= '9')) {
			while (p < end && !strchr(",] \t\r\n", *p))
				p++;
			b->positions += which == 0;
			take_number(b, which, from, (size_t)(p - from));
			continue;
		}
		if (*p == '[')
			which = 0;
		else if (*p == ',')
			which++;
		else if (*p != ']' && !dj_json_is_space(*p))
			b->off = true;
		p++;
	}
}

static bool is_text(const dj_json_scan *c, const char *from, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(c->p - from) == n + 2 && memcmp(from + 1, text, n) == 0;
}

static void take_geometry(box *b, dj_json_scan c, bool *point, unsigned depth);

/* c.p on the bracket of an array whose objects are geometries. */
static void take_geometries(box *b, dj_json_scan c, unsigned depth)
{
	for (c.p = dj_json_space(c.p + 1, c.end); c.p < c.end && *c.p != ']';) {
		dj_json_scan inner = c;
		bool         point;
		if (dj_json_skip(&c) != DJ_SCAN_OK)
			return;
		inner.end = c.p;
		if (*inner.p == '{')
			take_geometry(b, inner, &point, depth);
		c.p = dj_json_space(c.p, c.end);
		if (c.p < c.end && *c.p == ',')
			c.p = dj_json_space(c.p + 1, c.end);
	}
}

/* A geometry, or a collection of them, in text that was checked. */
static void take_geometry(box *b, dj_json_scan c, bool *point, unsigned depth)
{
	bool more = false, escaped = false;

	dj_json_first_member(&c, &more);
	while (more) {
		const char *name = c.p;
		if (dj_json_string(&c, &escaped) != DJ_SCAN_OK)
			return;
		bool coordinates = is_text(&c, name, "coordinates"), geometries = is_text(&c, name, "geometries"),
		     type = is_text(&c, name, "type");
		if (dj_json_colon(&c) != DJ_SCAN_OK)
			return;
		dj_json_scan value = c;
		if (dj_json_skip(&c) != DJ_SCAN_OK)
			return;
		value.end = c.p;
		if (coordinates)
			take_coordinates(b, value.p, value.end);
		else if (type && depth == 0)
			*point = is_text(&c, value.p, "Point");
		else if (geometries && *value.p == '[' && depth < DJ_JSON_FLAT_MOST)
			take_geometries(b, value, depth + 1);
		if (dj_json_next_member(&c, &more) != DJ_SCAN_OK)
			return;
	}
}

/* ---- A feature ---- */

static int made_column(dj_json_stream *j, int which, bool add)
{
	uint32_t node = dj_json_names_node(&j->names, DJ_GEO_GEOMETRY, made[which], strlen(made[which]));

	if (!node || (!add && j->names.node[node].column < 0))
		return DJ_JSON_NO_COLUMN;

	size_t before = j->names.n;
	int    column = dj_json_names_column(&j->names, node);
	j->names.node[node].nothing = false;
	if (j->names.n > before)
		j->field[column] = (dj_field){0};
	return column;
}

static void put(dj_json_stream *j, int which, dj_field f)
{
	int column = made_column(j, which, true);

	if (column >= 0)
		j->field[column] = f;
}

static void put_places(dj_json_stream *j, const char *from)
{
	box  b = {0};
	bool point = false;

	take_geometry(&b, (dj_json_scan){.p = from, .end = j->c.p, .last = true}, &point, 0);
	bool boxed = !point || made_column(j, MIN_LON, false) >= 0;
	bool good = b.positions && !b.off && b.low[0].text && b.low[1].text && (!point || b.positions == 1);
	if (boxed)
		for (int i = MIN_LON; i < MADE; i++)
			made_column(j, i, true);
	if (!good) {
		j->places_off = b.positions > 0 || b.off;
		return;
	}
	if (point) {
		put(j, LON, b.low[0]);
		put(j, LAT, b.low[1]);
	}
	for (int i = 0; boxed && i < 2; i++) {
		put(j, MIN_LON + i, b.low[i]);
		put(j, MAX_LON + i, b.high[i]);
	}
}

static dj_scan geometry(dj_json_stream *j)
{
	const char *from = j->c.p;
	dj_field    f;
	dj_scan     rc = dj_json_field(j, &f);
	int         column;

	if (rc != DJ_SCAN_OK)
		return rc;
	if ((column = dj_json_names_column(&j->names, DJ_GEO_GEOMETRY)) < 0)
		return dj_json_deny(&j->c, from, "more than 2000 different members (columns)");
	j->names.node[DJ_GEO_GEOMETRY].nothing = false;
	j->field[column] = f;
	made_column(j, LON, true);
	made_column(j, LAT, true);
	if (f.kind == DJ_FIELD_NESTED && *from == '{')
		put_places(j, from);
	else
		j->places_off = f.kind != DJ_FIELD_MISSING;
	return DJ_SCAN_OK;
}

static void note_foreign(dj_json_stream *j, const dj_json_node *node)
{
	size_t most = sizeof j->notes.foreign - 1;

	if (j->notes.foreign[0])
		return;
	size_t n = dj_utf8_valid(node->name, node->n < most ? node->n : most);
	memcpy(j->notes.foreign, node->name, n);
	j->notes.foreign[n] = '\0';
}

/* A feature's own member; it is none of GeoJSON's when its node is beyond bbox. */
static dj_scan member(dj_json_stream *j, uint32_t node)
{
	const char *from = j->c.p;
	char        first = from < j->c.end ? *from : ' ';
	dj_field    ignored;
	dj_scan     rc;

	if (node == DJ_GEO_PROPERTIES && first == '{')
		return dj_json_row_members(j, node, 1);
	if (node == DJ_GEO_ID || (node == DJ_GEO_PROPERTIES && first != 'n'))
		return dj_json_row_value(j, node, 1);
	if (node == DJ_GEO_GEOMETRY)
		return geometry(j);
	if (node > DJ_GEO_BBOX)
		note_foreign(j, &j->names.node[node]);
	rc = dj_json_field(j, &ignored);
	if (rc == DJ_SCAN_OK && node == DJ_GEO_TYPE && !is_text(&j->c, from, "Feature"))
		return dj_json_deny(&j->c, from, "a GeoJSON Feature is expected here: each row is one");
	return rc;
}

dj_scan dj_json_geo_feature(dj_json_stream *j)
{
	static const char none[] = "a GeoJSON Feature is expected here: each row is one";
	dj_json_scan     *c = &j->c;
	const char       *from = c->p;
	uint32_t          node = 0;
	bool              more;
	dj_scan           rc = dj_json_first_member(c, &more);

	j->places_off = false;
	while (more && rc == DJ_SCAN_OK)
		if ((rc = dj_json_names_read(&j->names, c, 0, node, &node)) == DJ_SCAN_OK &&
		    (rc = dj_json_colon(c)) == DJ_SCAN_OK && (rc = member(j, node)) == DJ_SCAN_OK)
			rc = dj_json_next_member(c, &more);
	if (rc == DJ_SCAN_OK && j->names.node[DJ_GEO_TYPE].met != j->names.row)
		return dj_json_deny(c, from, none);
	return rc;
}
