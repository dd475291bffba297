/*
 * json_split.h - where a JSON source may be cut so that several threads read its rows.
 *
 * This looks at brackets and quotes alone, and takes for granted that the text is JSON. Where it is, every cut is right,
 * also where rows go over several lines. Where it is not, a cut may be wrong: then a part fails to read, and one stream over
 * the whole source (dj_json_stream_rewind) says what is wrong, and where. What all parts take is what one stream takes.
 *
 * How a reader uses it, with the shape that dj_json_find gave:
 *
 *   at = shape.byte; first = true
 *   read text[0..n) from `at`, about a megabyte; end: it reaches the end of the source
 *   lines:  cut = dj_json_split_lines(text, n), n at the end. 0: read more, and try again
 *   array:  cut = dj_json_split_array(text, n, &over). 0 and not over: read more, and try again
 *   text[0..cut) is a part, for dj_json_stream_part(j, source, first, last = false), its source having `end` set;
 *   at += cut; first = false
 *   array, when over: what is left from `at` on (the ] and what is around the array) is the last part, which has no row
 *   in it: dj_json_stream_part(j, source, first, last = true) on a source positioned there. `end` without `over`: the
 *   array is never closed, the same says so.
 *
 * A part of an array begins with an element, when it is the first, or with the comma behind the one before.
 */
#ifndef DJ_LOADER_JSON_SPLIT_H
#define DJ_LOADER_JSON_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Rows one after another: how far whole rows reach, with their line breaks. A line break ends a row when } or ] stands
 * before it and { or [ behind it, which JSON has nowhere within a value. 0: no row's end is to be seen.
 */
size_t dj_json_split_lines(const char *text, size_t n);

/*
 * Elements of one array: how far whole ones reach, without the comma behind; 0: none ends here. *over: the array's ]
 * stands there, but for space.
 */
size_t dj_json_split_array(const char *text, size_t n, bool *over);

#endif
