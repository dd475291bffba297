/* Which cell formats show a number as a date. */
#include "decode/xlsx.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { FORMATS_MOST = 65536 }; /* cell formats, and number formats: programs stop at 64,000 */

typedef struct reading {
	dj_styles *out;
	struct {
		int64_t  id;
		dj_shown shown;
	} * format; /* of the file's own */
	size_t n, cap;
	bool   in_cells; /* cellXfs: the ones that cells name */
} reading;

static int64_t number_of(const char **attribute, const char *name)
{
	const char *text = dj_xml_attribute(attribute, name);
	int64_t     v = -1;

	return text && dj_text_integer(text, strlen(text), &v) ? v : -1;
}

static void add_format(reading *r, const char **attribute)
{
	const char *code = dj_xml_attribute(attribute, "formatCode");

	if (!code || r->n == FORMATS_MOST)
		return;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		r->format = dj_realloc(r->format, r->cap, sizeof *r->format);
	}
	r->format[r->n].id = number_of(attribute, "numFmtId");
	r->format[r->n++].shown = dj_shown_by_code(code);
}

static dj_shown shown_by(const reading *r, int64_t id)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->format[i].id == id)
			return r->format[i].shown;
	return id >= 0 && id < FORMATS_MOST ? dj_shown_by_id((unsigned)id) : DJ_SHOWN_NUMBER;
}

static void add_cell_format(reading *r, const char **attribute)
{
	dj_styles *o = r->out;

	if (o->n == FORMATS_MOST)
		return;
	if (o->n == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 64;
		o->shown = dj_realloc(o->shown, o->cap, 1);
	}
	o->shown[o->n++] = (unsigned char)shown_by(r, number_of(attribute, "numFmtId"));
}

static int on_start(void *user, const char *name, const char **attribute, dj_err *err)
{
	reading *r = user;

	(void)err;
	if (strcmp(name, "cellXfs") == 0)
		r->in_cells = true;
	else if (strcmp(name, "numFmt") == 0)
		add_format(r, attribute);
	else if (r->in_cells && strcmp(name, "xf") == 0)
		add_cell_format(r, attribute);
	return DJ_OK;
}

static int on_end(void *user, const char *name, dj_err *err)
{
	reading *r = user;

	(void)err;
	if (strcmp(name, "cellXfs") == 0)
		r->in_cells = false;
	return DJ_OK;
}

int dj_styles_read(dj_styles *out, const dj_package *p, const char *part, dj_err *err)
{
	reading r = {.out = out};
	dj_xml  xml = {.start = on_start, .end = on_end, .user = &r};
	int     rc = dj_xml_read(p, part, &xml, err);

	free(r.format);
	return rc;
}

void dj_styles_free(dj_styles *s)
{
	free(s->shown);
	*s = (dj_styles){0};
}
