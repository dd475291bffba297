#include "generate/sheet.h"

#include "base/calendar.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

int dj_sheet_open(dj_sheet *s, const char *folder, const char *name, const char *header, dj_err *err)
{
	*s = (dj_sheet){.path = dj_path_join(folder, name)};
	s->file = fopen(s->path, "we");
	if (!s->file)
		return dj_fail_errno(err, "%s: can not be written", s->path);
	fprintf(s->file, "%s\n", header);
	return DJ_OK;
}

static void between(dj_sheet *s)
{
	if (s->begun)
		putc(',', s->file);
	s->begun = true;
}

void dj_sheet_text(dj_sheet *s, const char *text)
{
	between(s);
	if (!text)
		return;
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, s->file);
		return;
	}
	putc('"', s->file);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', s->file);
		putc(*text, s->file);
	}
	putc('"', s->file);
}

void dj_sheet_integer(dj_sheet *s, int64_t v)
{
	between(s);
	fprintf(s->file, "%lld", (long long)v);
}

void dj_sheet_fixed(dj_sheet *s, int64_t v, int places)
{
	uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, unit = 1;

	for (int i = 0; i < places; i++)
		unit *= 10;
	between(s);
	fprintf(s->file, "%s%llu.%0*llu", v < 0 ? "-" : "", (unsigned long long)(size / unit), places,
	        (unsigned long long)(size % unit));
}

void dj_sheet_day(dj_sheet *s, int64_t days)
{
	char text[11];

	dj_date_text(text, dj_date_from_days(days));
	dj_sheet_text(s, text);
}

void dj_sheet_end(dj_sheet *s)
{
	putc('\n', s->file);
	s->begun = false;
}

int dj_sheet_close(dj_sheet *s, int rc, dj_err *err)
{
	if (s->file) {
		bool bad = ferror(s->file) != 0;

		bad |= fclose(s->file) != 0;
		if (bad && rc == DJ_OK)
			rc = dj_fail_errno(err, "%s: can not be written", s->path);
	}
	free(s->path);
	*s = (dj_sheet){0};
	return rc;
}
