/* Numbers and dates that are written as people write them. */
#include "lint/patterns.h"

#include "base/calendar.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *text, *unit;
} units[] = {
    {"$", "$"},
    {"dollars", "$"},
    {"CAD", "CAD"},
    {"CA$", "CAD"},
    {"C$", "CAD"},
    {"USD", "USD"},
    {"US$", "USD"},
    {"EUR", "EUR"},
    {"\u20ac", "EUR"},
    {"GBP", "GBP"},
    {"\u00a3", "GBP"},
    {"km", "km"},
    {"m", "m"},
    {"cm", "cm"},
    {"mm", "mm"},
    {"mi", "mi"},
    {"mile", "mi"},
    {"miles", "mi"},
    {"ft", "ft"},
    {"feet", "ft"},
    {"in", "in"},
    {"kg", "kg"},
    {"g", "g"},
    {"mg", "mg"},
    {"lb", "lb"},
    {"lbs", "lb"},
    {"oz", "oz"},
    {"l", "l"},
    {"ml", "ml"},
    {"%", "%"},
    {"k", "k"},
    {"h", "h"},
    {"hr", "h"},
    {"hrs", "h"},
    {"hours", "h"},
    {"heures", "h"},
    {"min", "min"},
    {"s", "s"},
    {"sec", "s"},
    {"day", "d"},
    {"days", "d"},
    {"jour", "d"},
    {"jours", "d"},
    {"ha", "ha"},
    {"ac", "ac"},
    {"\u00b0C", "\u00b0C"},
    {"\u00b0F", "\u00b0F"},
    {"km/h", "km/h"},
    {"mph", "mph"},
};

enum { UNITS = sizeof units / sizeof units[0] };

unsigned dj_unit_count(void)
{
	return UNITS;
}

const char *dj_unit_name(unsigned unit)
{
	return units[unit].unit;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool find_unit(unsigned *out, const char *s, size_t n)
{
	unsigned i = 0, first = 0;

	while (i < UNITS && (strlen(units[i].text) != n || strncasecmp(units[i].text, s, n) != 0))
		i++;
	if (i == UNITS)
		return false;
	while (strcmp(units[first].unit, units[i].unit) != 0)
		first++;
	*out = first;
	return true;
}

/* A blank that stands between thousands: space, no-break space, narrow no-break space. Gives its bytes. */
static size_t blank(const char *s, size_t n)
{
	if (n && (*s == ' ' || *s == '\''))
		return 1;
	if (n >= 2 && memcmp(s, "\xc2\xa0", 2) == 0)
		return 2;
	return n >= 3 && memcmp(s, "\xe2\x80\xaf", 3) == 0 ? 3 : 0;
}

static size_t figures(const char *s, size_t n)
{
	size_t k = 0;

	while (k < n && digit(s[k]))
		k++;
	return k;
}

/* Groups of three after `lead` digits, divided by one kind of mark; gives bytes read, 0 when there is no such group. */
static size_t groups(const char *s, size_t n, size_t *count)
{
	size_t at = 0;
	char   mark = 0;

	for (*count = 0; at < n; ++*count) {
		size_t skip = s[at] == ',' || s[at] == '.' ? 1 : blank(s + at, n - at);
		if (!skip || (mark && s[at] != mark) || figures(s + at + skip, n - at - skip) != 3)
			break;
		mark = s[at];
		at += skip + 3;
	}
	return at;
}

/* A bare number without sign and unit. */
static dj_number_form bare(const char *s, size_t n)
{
	size_t lead = figures(s, n), count, at;

	if (lead == n)
		return n ? DJ_NUMBER_PLAIN : DJ_NUMBER_NOT;
	at = lead >= 1 && lead <= 3 ? groups(s + lead, n - lead, &count) : 0;
	if (at) {
		char   mark = s[lead];
		size_t rest = lead + at;
		/* one group after a dot or a comma could be a fraction: "1.234" is plain, "1,234" a thousand */
		if (rest == n)
			return mark == '.' && count == 1 ? DJ_NUMBER_PLAIN
			       : s[0] == '0'             ? DJ_NUMBER_COMMA
			                                 : DJ_NUMBER_GROUPED;
		if ((s[rest] == '.' || s[rest] == ',') && s[rest] != mark &&
		    figures(s + rest + 1, n - rest - 1) == n - rest - 1)
			return DJ_NUMBER_GROUPED;
	}
	if ((s[lead] == '.' || s[lead] == ',') && figures(s + lead + 1, n - lead - 1) == n - lead - 1 && n > 1 &&
	    (n > lead + 1 || lead))
		return s[lead] == '.' ? DJ_NUMBER_PLAIN : DJ_NUMBER_COMMA;
	return DJ_NUMBER_NOT;
}

dj_number_form dj_value_number(const char *s, size_t n, unsigned *unit)
{
	size_t lead = 0, tail = n, skip;
	bool   has = false;

	if (n == 0 || n > 40)
		return DJ_NUMBER_NOT;
	if (*s == '-' || *s == '+')
		s++, n--, tail--;
	while (lead < n && !digit(s[lead]) && s[lead] != '.' && s[lead] != ' ')
		lead++;
	if (lead && !find_unit(unit, s, lead))
		return DJ_NUMBER_NOT;
	has = lead > 0;
	while (lead < n && (skip = blank(s + lead, n - lead)))
		lead += skip;
	while (tail > lead && !digit(s[tail - 1]) && !(s[tail - 1] == '.' && has))
		tail--;
	size_t from = tail;
	while (from < n && (skip = blank(s + from, n - from)))
		from += skip;
	if (from < n && (has || !find_unit(unit, s + from, n - from)))
		return from == tail + 1 && s[tail] == '.' && from == n ? DJ_NUMBER_PLAIN : DJ_NUMBER_NOT;
	has = has || from < n;
	dj_number_form form = bare(s + lead, tail - lead);
	return form == DJ_NUMBER_NOT || !has ? form : DJ_NUMBER_WITH_UNIT;
}

/* ---- Dates ---- */

static dj_date_form by_numbers(const char *s, size_t n)
{
	unsigned part[3] = {0}, k = 0;
	size_t   width[3] = {0};
	char     mark = 0;

	for (size_t i = 0; i < n; i++) {
		if (digit(s[i])) {
			part[k] = part[k] * 10 + (unsigned)(s[i] - '0');
			if (++width[k] > 4)
				return DJ_DATE_NOT;
		} else if ((s[i] == '/' || s[i] == '-' || s[i] == '.') && width[k] && k < 2 &&
		           (!mark || s[i] == mark)) {
			mark = s[i];
			k++;
		} else {
			return DJ_DATE_NOT;
		}
	}
	if (k != 2 || !width[2])
		return DJ_DATE_NOT;
	if (width[0] == 4 && width[1] <= 2 && width[2] <= 2)
		return part[1] - 1 < 12 && part[2] - 1 < 31 ? (mark == '-' ? DJ_DATE_ISO : DJ_DATE_YEAR_FIRST)
		                                            : DJ_DATE_NOT;
	if (width[0] > 2 || width[1] > 2 || !(width[2] == 4 || (width[2] == 2 && mark == '/')))
		return DJ_DATE_NOT;
	if (part[0] - 1 < 12 && part[1] - 1 < 12)
		return DJ_DATE_EITHER;
	if (part[0] - 1 < 31 && part[1] - 1 < 12)
		return DJ_DATE_DAY_FIRST;
	return part[0] - 1 < 12 && part[1] - 1 < 31 ? DJ_DATE_MONTH_FIRST : DJ_DATE_NOT;
}

dj_date_form dj_value_date(const char *s, size_t n)
{
	static const char *const patterns[] = {"%d %b %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d-%b-%y"};
	size_t                   day = n;
	int64_t                  seconds;

	if (n < 6 || n > 32)
		return DJ_DATE_NOT;
	if (digit(s[0]))
		for (size_t i = 6; i < n && day == n; i++) /* a time of day may follow */
			if ((s[i] == ' ' || s[i] == 'T') && i + 2 < n && memchr(s + i, ':', n - i))
				day = i;
	dj_date_form form = by_numbers(s, day);
	for (size_t i = 0; form == DJ_DATE_NOT && i < sizeof patterns / sizeof patterns[0]; i++)
		if (dj_date_by_pattern(&seconds, patterns[i], s, n))
			form = DJ_DATE_WORDS;
	return form;
}
