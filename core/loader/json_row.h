/*
 * json_row.h - one row's text into fields; what the readers of json_stream.c share.
 *
 * j->c stands on the row's first byte and is moved behind its last. Fields point into the text, or into j->text.
 */
#ifndef DJ_LOADER_JSON_ROW_H
#define DJ_LOADER_JSON_ROW_H

#include "loader/json_stream.h"

/* A row of the stream's shape. */
dj_scan dj_json_row_read(dj_json_stream *j);
dj_scan dj_json_row_begin(dj_json_stream *j); /* all fields missing; j->text has room for what c holds */

dj_scan dj_json_row_members(dj_json_stream *j, uint32_t parent,
                            unsigned depth); /* of an object; depth 1: the row's own */
dj_scan dj_json_row_value(dj_json_stream *j, uint32_t node, unsigned depth); /* of a member */
dj_scan dj_json_row_element(dj_json_stream *j); /* an object's members, or anything else as one field */
dj_scan dj_json_field(dj_json_stream *j, dj_field *out); /* any value; objects and arrays are their text */
dj_scan dj_json_colon(dj_json_scan *c);
/* c->p behind a member: on the next one's name, or behind the brace (*more is false). */
dj_scan dj_json_next_member(dj_json_scan *c, bool *more);
/* c->p on a brace: on the first member's name, or behind the closing one. */
dj_scan dj_json_first_member(dj_json_scan *c, bool *more);

/* json_geo.c: a feature. Its nodes are the first ones, in this order. */
enum { DJ_GEO_TYPE = 1, DJ_GEO_ID, DJ_GEO_PROPERTIES, DJ_GEO_GEOMETRY, DJ_GEO_BBOX };

void    dj_json_geo_init(dj_json_stream *j);
dj_scan dj_json_geo_feature(dj_json_stream *j);

/* json_child.c: rows within a row. */
dj_json_child *dj_json_child_new(size_t n_keep);
void           dj_json_child_free(dj_json_child *k);
bool           dj_json_child_is_open(const dj_json_child *k);
/* c->p on a unit: checks it whole, and finds its first row. */
dj_scan        dj_json_child_open(dj_json_stream *j);
const char    *dj_json_child_close(dj_json_child *k); /* gives the unit's end */
/* The next row of the open unit: *from..c->p; *from is NULL at the end. */
dj_scan        dj_json_child_read(dj_json_stream *j, const char **from);

#endif
