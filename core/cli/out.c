#include "cli/out.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HELD = 200, WIDEST = 60 }; /* rows looked at for widths; a column is padded no further than this */

struct dj_out {
	FILE       *to;
	dj_out_form form;
	char      **name;
	size_t      n, at, rows;
	size_t     *width;
	char      **held; /* HELD * n cells, of a table whose widths are not settled */
	bool       *number;
	bool        settled;
};

dj_out *dj_out_begin(FILE *to, dj_out_form form, const char *const *column, size_t n)
{
	dj_out *o = dj_alloc_zero(1, sizeof *o);

	*o = (dj_out){.to = to, .form = form, .n = n};
	o->name = dj_alloc_zero(n, sizeof *o->name);
	o->width = dj_alloc_zero(n, sizeof *o->width);
	o->number = dj_alloc_zero(n, sizeof *o->number);
	o->held = dj_alloc_zero(HELD * n, sizeof *o->held);
	for (size_t i = 0; i < n; i++)
		o->name[i] = dj_strdup(column[i]);
	if (form == DJ_OUT_JSON)
		fputs("[", to);
	return o;
}

/* Columns of a terminal that text takes, near enough: one a character. */
static size_t shown_width(const char *s)
{
	size_t wide = 0;

	for (; *s; s++)
		wide += ((unsigned char)*s & 0xC0) != 0x80;
	return wide;
}

static void print_cell(dj_out *o, size_t column, const char *shown)
{
	size_t pad = o->width[column] > shown_width(shown) ? o->width[column] - shown_width(shown) : 0;

	if (column)
		fputs("  ", o->to);
	if (o->number[column])
		fprintf(o->to, "%*s%s", (int)pad, "", shown);
	else
		fprintf(o->to, "%s%*s", shown, column + 1 < o->n ? (int)pad : 0, "");
	if (column + 1 == o->n)
		fputc('\n', o->to);
}

static void settle(dj_out *o)
{
	if (o->settled || o->form != DJ_OUT_TABLE)
		return;
	o->settled = true;
	size_t held = o->rows < HELD ? o->rows : HELD;

	for (size_t i = 0; i < o->n; i++)
		o->width[i] = shown_width(o->name[i]);
	for (size_t i = 0; i < held * o->n; i++) {
		size_t wide = shown_width(o->held[i]);
		if (wide > WIDEST)
			wide = WIDEST;
		if (wide > o->width[i % o->n])
			o->width[i % o->n] = wide;
	}
	for (size_t i = 0; i < o->n; i++)
		print_cell(o, i, o->name[i]);
	for (size_t i = 0; i < o->n; i++) {
		char *rule = dj_alloc_zero(o->width[i] + 1, 1);
		memset(rule, '-', o->width[i]);
		print_cell(o, i, rule);
		free(rule);
	}
	for (size_t i = 0; i < held * o->n; i++) {
		print_cell(o, i % o->n, o->held[i]);
		free(o->held[i]);
		o->held[i] = NULL;
	}
}

static void table_cell(dj_out *o, const char *s, size_t n)
{
	dj_buf shown = {0};

	dj_text_show(&shown, s, n);
	if (o->rows < HELD) {
		o->held[o->rows * o->n + o->at] = dj_buf_take(&shown);
		return;
	}
	settle(o);
	print_cell(o, o->at, shown.data);
	dj_buf_free(&shown);
}

static void csv_cell(dj_out *o, const char *s, size_t n)
{
	bool quote = memchr(s, ',', n) || memchr(s, '"', n) || memchr(s, '\n', n) || memchr(s, '\r', n);

	if (o->at)
		fputc(',', o->to);
	if (quote)
		fputc('"', o->to);
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"')
			fputc('"', o->to);
		fputc(s[i], o->to);
	}
	if (quote)
		fputc('"', o->to);
	if (o->at + 1 == o->n)
		fputs("\r\n", o->to);
}

static void csv_header(dj_out *o)
{
	for (o->at = 0; o->at < o->n; o->at++)
		csv_cell(o, o->name[o->at], strlen(o->name[o->at]));
	o->at = 0;
}

static void json_cell(dj_out *o, const char *json)
{
	dj_buf name = {0};

	dj_json_put_text(&name, o->name[o->at]);
	fprintf(o->to, "%s%s: %s", o->at ? ", " : o->rows ? ",\n {" : "\n {", name.data, json);
	if (o->at + 1 == o->n)
		fputc('}', o->to);
	dj_buf_free(&name);
}

/* `json` is the cell as JSON; `s` as a person reads it. */
static void put(dj_out *o, const char *json, const char *s, size_t n, bool number)
{
	if (o->form == DJ_OUT_CSV && o->rows == 0 && o->at == 0)
		csv_header(o);
	if (o->rows == 0)
		o->number[o->at] = number;
	if (o->form == DJ_OUT_JSON)
		json_cell(o, json);
	else if (o->form == DJ_OUT_CSV)
		csv_cell(o, s, n);
	else
		table_cell(o, s, n);
	if (++o->at == o->n) {
		o->at = 0;
		o->rows++;
	}
}

void dj_out_textn(dj_out *o, const char *s, size_t n)
{
	dj_buf json = {0};

	if (o->form == DJ_OUT_JSON)
		dj_json_put_textn(&json, s, n);
	put(o, json.data, s, n, false);
	dj_buf_free(&json);
}

void dj_out_text(dj_out *o, const char *s)
{
	if (s)
		dj_out_textn(o, s, strlen(s));
	else
		put(o, "null", "", 0, false);
}

void dj_out_integer(dj_out *o, int64_t v)
{
	char text[24];
	int  n = snprintf(text, sizeof text, "%lld", (long long)v);

	put(o, text, text, (size_t)n, true);
}

void dj_out_real(dj_out *o, double v)
{
	char   text[32];
	size_t n = dj_real_text(text, v);

	put(o, text, text, n, true);
}

void dj_out_json(dj_out *o, const char *json)
{
	put(o, json, json, strlen(json), false);
}

size_t dj_out_end(dj_out *o)
{
	size_t rows = o->rows;

	if (o->form == DJ_OUT_TABLE)
		settle(o);
	if (o->form == DJ_OUT_CSV && rows == 0)
		csv_header(o);
	if (o->form == DJ_OUT_JSON)
		fputs(rows ? "\n]\n" : "]\n", o->to);
	for (size_t i = 0; i < o->n; i++)
		free(o->name[i]);
	free(o->name);
	free(o->width);
	free(o->number);
	free(o->held);
	free(o);
	return rows;
}
