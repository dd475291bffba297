/* Serial numbers as dates, and the number formats that show them so (ECMA-376 part 1, 18.8.30 and 18.17.4). */
#include "decode/xlsx.h"

#include "base/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
	DAY_MS = 86400000,
	UNIX_1900 = 25569, /* serial of 1970-01-01 */
	UNIX_1904 = 24107,
	FALSE_DAY =
	    60, /* 1900-02-29, which never was: Lotus 1-2-3 thought so, and all after it kept its numbers */
	LAST_DAY = 2958465 /* 9999-12-31 */
};

dj_shown dj_shown_by_id(unsigned id)
{
	if (id == 22)
		return DJ_SHOWN_INSTANT;
	if (id == 46)
		return DJ_SHOWN_SPAN;
	if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47) || (id >= 32 && id <= 35))
		return DJ_SHOWN_TIME;
	if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
		return DJ_SHOWN_DATE;
	return DJ_SHOWN_NUMBER;
}

/* Behind what stands in quotes or brackets, or after a backslash; [h], [mm] and [ss] count on. NULL: it never ends. */
static const char *skip_literal(const char *p, bool *span)
{
	const char *end;

	switch (*p) {
	case '\\':
	case '_':
	case '*': return p[1] ? p + 2 : NULL;
	case '"': end = strchr(p + 1, '"'); return end ? end + 1 : NULL;
	case '[':
		if (!(end = strchr(p + 1, ']')))
			return NULL;
		*span = *span || (end - p > 1 && strspn(p + 1, "hmsHMS") == (size_t)(end - p - 1));
		return end + 1;
	default: return p;
	}
}

dj_shown dj_shown_by_code(const char *code)
{
	bool day = false, time = false, span = false, m = false;

	if (strncmp(code, "General", 7) == 0)
		return DJ_SHOWN_NUMBER;
	for (const char *p = code; p && *p && *p != ';';) { /* the first section is that of positive numbers */
		const char *next = skip_literal(p, &span);
		if (next != p) {
			p = next;
			continue;
		}
		switch (*p) {
		case 'y':
		case 'Y':
		case 'd':
		case 'D': day = true; break;
		case 'h':
		case 'H':
		case 's':
		case 'S': time = true; break;
		case 'm':
		case 'M': m = true; break; /* minutes beside hours or seconds, else the month */
		case 'E':                  /* a number's exponent; Japanese years are written with a small e */
		case '#':
		case '?': return DJ_SHOWN_NUMBER;
		default: break;
		}
		p++;
	}
	if (span)
		return DJ_SHOWN_SPAN;
	if (day && time)
		return DJ_SHOWN_INSTANT;
	if (time)
		return DJ_SHOWN_TIME;
	return day || m ? DJ_SHOWN_DATE : DJ_SHOWN_NUMBER;
}

static void add_clock(dj_buf *out, int64_t ms)
{
	dj_buf_fmt(out, "%02" PRId64 ":%02d:%02d", ms / 3600000, (int)(ms / 60000 % 60), (int)(ms / 1000 % 60));
	if (ms % 1000)
		dj_buf_fmt(out, ".%03d", (int)(ms % 1000));
}

static void add_day(dj_buf *out, int64_t day, bool from_1904)
{
	char text[11];

	if (!from_1904 && day == FALSE_DAY) {
		dj_buf_text(out, "1900-02-29");
		return;
	}
	day -= from_1904 ? UNIX_1904 : UNIX_1900 - (day < FALSE_DAY);
	dj_date_text(text, dj_date_from_days(day));
	dj_buf_text(out, text);
}

bool dj_serial_text(dj_buf *out, double serial, dj_shown shown, bool from_1904)
{
	int64_t last = from_1904 ? LAST_DAY - UNIX_1900 + UNIX_1904 : LAST_DAY;

	if (!(serial >= 0 && serial < (double)last + 1))
		return false;
	int64_t ms = llround(serial * DAY_MS), day = ms / DAY_MS;
	bool    whole = ms % DAY_MS == 0, before = day == 0 && !from_1904; /* "1900-01-00": a time of no day */

	if (shown == DJ_SHOWN_SPAN || (before && !whole) || (day == 0 && shown == DJ_SHOWN_TIME)) {
		add_clock(out, ms);
		return true;
	}
	if (before || day > last)
		return false;
	add_day(out, day, from_1904);
	if (shown != DJ_SHOWN_DATE || !whole) {
		dj_buf_char(out, 'T');
		add_clock(out, ms % DAY_MS);
	}
	return true;
}
