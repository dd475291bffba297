#include "loader/encoding.h"

#include "base/text.h"
#include "decode/codepage.h"

void dj_encoding_add_any(dj_buf *out, const char *s, size_t n)
{
	if (dj_utf8_valid(s, n) == n)
		dj_buf_add(out, s, n);
	else
		dj_windows1252_add(out, s, n);
}

bool dj_encoding_mend(dj_record *r, dj_buf *room)
{
	size_t needed = 0;

	if (dj_utf8_valid(r->raw, r->raw_n) == r->raw_n)
		return false; /* separators are ASCII, so its fields are valid too */
	for (size_t i = 0; i < r->stored; i++)
		needed += r->field[i].n * 3;
	dj_buf_reset(room);
	dj_buf_room(room, needed); /* at once, so that fields may point into it */

	for (size_t i = 0; i < r->stored; i++) {
		dj_field *f = &r->field[i];
		if (dj_utf8_valid(f->text, f->n) == f->n)
			continue;
		size_t begin = room->n;
		dj_windows1252_add(room, f->text, f->n);
		f->text = room->data + begin;
		f->n = room->n - begin;
	}
	return true;
}
