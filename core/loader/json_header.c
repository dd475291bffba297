/* What people see of a JSON source: names of columns, and what is odd. */
#include "loader/json_stream.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool among(char *const *path, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(path[i], name) == 0)
			return true;
	return false;
}

/* "a.b" and "a\.b" are shown alike; dj_header_names tells them apart. */
static char *shown(const char *path, dj_arena *a)
{
	char *name = dj_arena_dup(a, path), *to = name;

	for (const char *from = name; *from; from++) {
		from += *from == '\\' && from[1];
		*to++ = *from;
	}
	*to = '\0';
	return name;
}

static const char *column_name(const dj_json_shape *shape, char *const *path, size_t n, size_t k, dj_arena *a)
{
	const char *p = path[k];

	if (shape->arrays)
		return p;
	if (strcmp(p, "\\=") == 0)
		return shape->element;
	if (dj_text_starts(p, "\\^"))
		return p + 2;
	if (shape->geo && dj_text_starts(p, "properties."))
		return shown(p + strlen("properties."), a);
	if (shape->geo && dj_text_starts(p, "geometry."))
		return shown(p + strlen("geometry."), a);
	if (shape->geo && strcmp(p, "id") == 0)
		return among(path, n, "properties.id") ? "feature_id" : "id";
	return shown(p, a);
}

static bool within(const char *path, const char *parent)
{
	size_t n = strlen(parent);

	return strncmp(path, parent, n) == 0 && path[n] == '.';
}

/* A member that is a value here and an object there has columns for both. */
static void say_mixed(const dj_json_shape *shape, char *const *path, size_t n, dj_arena *a, dj_said *said)
{
	for (size_t i = 0; i < n && !shape->arrays; i++) {
		if (shape->geo && strcmp(path[i], "geometry") == 0)
			continue;
		for (size_t k = 0; k < n; k++)
			if (within(path[k], path[i])) {
				dj_said_add(
				    said, true,
				    "%s is a value in some rows and an object in others: column %s has the values, %s "
				    "and the like what the objects hold",
				    shown(path[i], a), shown(path[i], a), shown(path[k], a));
				return;
			}
	}
}

dj_field *dj_json_header(const dj_json_shape *shape, char *const *path, size_t n, dj_arena *a, dj_said *said)
{
	dj_field *header = dj_arena_alloc(a, n + 1, sizeof *header);

	for (size_t i = 0; i < n; i++) {
		const char *name = column_name(shape, path, n, i, a);
		header[i] = (dj_field){DJ_FIELD_STRING, name, strlen(name)};
	}
	if (shape->found)
		dj_said_add(said, false, "rows are the elements of %s (to read another list, say --rows)",
		            shape->found);
	say_mixed(shape, path, n, a, said);
	return header;
}

void dj_json_notes_add(dj_json_notes *to, const dj_json_notes *part)
{
	if (part->off_earth && (to->off_earth == 0 || part->off_earth_line < to->off_earth_line))
		to->off_earth_line = part->off_earth_line;
	to->off_earth += part->off_earth;
	if (part->foreign[0] && (!to->foreign[0] || part->foreign_line < to->foreign_line)) {
		memcpy(to->foreign, part->foreign, sizeof to->foreign);
		to->foreign_line = part->foreign_line;
	}
}

void dj_json_notes_say(const dj_json_notes *n, dj_said *said)
{
	if (n->off_earth)
		dj_said_add(said, true,
		            "%" PRId64
		            " feature%s whose coordinates are no longitudes and latitudes, so that they have no "
		            "place on a map; the first, line %" PRIu64 " (are they in WGS 84, longitude first?)",
		            n->off_earth, n->off_earth == 1 ? "" : "s", n->off_earth_line);
	if (n->foreign[0])
		dj_said_add(said, true, "members of features that are no GeoJSON are left out, such as %s",
		            n->foreign);
}
