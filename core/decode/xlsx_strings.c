/* Texts that cells share. They are kept as the JSON that is written of them; what is kept is bounded. */
#include "decode/xlsx.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

typedef struct reading {
	dj_strings *out;
	dj_buf      text, plain; /* of the current <si> */
	unsigned    phonetic;    /* inside <rPh>: how it is read aloud, no part of the text */
	bool        in_text;
} reading;

static int on_start(void *user, const char *name, const char **attribute, dj_err *err)
{
	reading *r = user;

	(void)attribute, (void)err;
	if (strcmp(name, "si") == 0)
		dj_buf_reset(&r->text);
	else if (strcmp(name, "rPh") == 0)
		r->phonetic++;
	else if (strcmp(name, "t") == 0)
		r->in_text = r->phonetic == 0;
	return DJ_OK;
}

static int on_text(void *user, const char *s, size_t n, dj_err *err)
{
	reading *r = user;

	if (!r->in_text)
		return DJ_OK;
	if (r->text.n + n > DJ_STRINGS_BYTES)
		return dj_fail(err, DJ_FAIL, "one text of it is larger than %d MiB (save the sheet as CSV)",
		               DJ_STRINGS_BYTES >> 20);
	dj_buf_add(&r->text, s, n);
	return DJ_OK;
}

static int keep(reading *r, dj_err *err)
{
	dj_strings *o = r->out;

	if (o->n + 1 >= o->cap) {
		o->cap = o->cap ? 2 * o->cap : 256;
		o->at = dj_realloc(o->at, o->cap, sizeof *o->at);
	}
	dj_buf_reset(&r->plain);
	dj_xlsx_unescape(&r->plain, r->text.data ? r->text.data : "", r->text.n);
	o->at[o->n++] = o->text.n;
	dj_json_put_textn(&o->text, r->plain.data, r->plain.n);
	o->at[o->n] = o->text.n;
	if (o->text.n > DJ_STRINGS_BYTES || o->n > DJ_STRINGS_MOST)
		return dj_fail(
		    err, DJ_FAIL,
		    "the texts of the spreadsheet are more than %d MiB, or %d million (save the sheet as CSV)",
		    DJ_STRINGS_BYTES >> 20, DJ_STRINGS_MOST >> 20);
	return DJ_OK;
}

static int on_end(void *user, const char *name, dj_err *err)
{
	reading *r = user;

	if (strcmp(name, "si") == 0)
		return keep(r, err);
	if (strcmp(name, "t") == 0)
		r->in_text = false;
	else if (strcmp(name, "rPh") == 0)
		r->phonetic--;
	return DJ_OK;
}

int dj_strings_read(dj_strings *out, const dj_package *p, const char *part, dj_err *err)
{
	reading r = {.out = out};
	dj_xml  xml = {.start = on_start, .end = on_end, .text = on_text, .user = &r};
	int     rc = dj_xml_read(p, part, &xml, err);

	dj_buf_free(&r.text);
	dj_buf_free(&r.plain);
	return rc;
}

void dj_strings_free(dj_strings *s)
{
	dj_buf_free(&s->text);
	free(s->at);
	*s = (dj_strings){0};
}
