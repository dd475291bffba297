#include "lint/patterns.h"

#include "base/calendar.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool dj_luhn(const char *digits, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned d = (unsigned)(digits[n - 1 - i] - '0');
		if (i % 2 && (d *= 2) > 9)
			d -= 9;
		sum += d;
	}
	return n > 0 && sum % 10 == 0;
}

/* ---- Personal ---- */

static bool mail_char(char c)
{
	return letter(c) || digit(c) || strchr("._%+-", c) != NULL;
}

static uint32_t email(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);

	for (; at; at = memchr(at + 1, '@', n - (size_t)(at + 1 - s))) {
		const char *from = at, *to = at + 1, *dot = NULL;
		while (from > s && from[-1] && mail_char(from[-1]))
			from--;
		for (; to < s + n && (letter(*to) || digit(*to) || *to == '.' || *to == '-'); to++)
			if (*to == '.' && to + 2 < s + n && letter(to[1]) && letter(to[2]))
				dot = to;
		if (from < at && dot && dot > at + 1)
			return from == s && to == s + n ? DJ_KIND_EMAIL : DJ_KIND_EMAIL_IN;
	}
	return 0;
}

/* NXX NXX XXXX with separators, perhaps +1 before it; bare ten digits are too often something else. */
static size_t phone_at(const char *s, size_t n)
{
	static const char shape[] = "ddd?ddd?dddd";
	size_t            at = 0;
	bool              bracket;

	if (n >= 2 && s[0] == '+' && s[1] == '1')
		at = 2;
	else if (n >= 2 && s[0] == '1' && (s[1] == '-' || s[1] == ' ' || s[1] == '.'))
		at = 1;
	at += at && at < n && strchr("-. ", s[at]) && s[at];
	bracket = at < n && s[at] == '(';
	at += bracket;
	for (const char *want = shape; *want; want++) {
		if (at >= n)
			return 0;
		if (*want == 'd' && !digit(s[at]))
			return 0;
		if (*want == '?' && bracket && s[at] == ')' && at + 1 < n && strchr(" -", s[at + 1]))
			at++;
		else if (*want == '?' && bracket && s[at] == ')') {
			bracket = false;
			at++;
			continue;
		}
		if (*want == '?' && !(s[at] == '-' || s[at] == '.' || s[at] == ' '))
			return 0;
		if (*want == '?')
			bracket = false;
		at++;
	}
	return at < n && digit(s[at]) ? 0 : at;
}

static uint32_t phone(const char *s, size_t n)
{
	for (size_t at = 0; at + 12 <= n; at++) {
		if (!digit(s[at]) && s[at] != '+' && s[at] != '(')
			continue;
		size_t took = at && (digit(s[at - 1]) || strchr("-.", s[at - 1])) ? 0 : phone_at(s + at, n - at);
		if (took)
			return at == 0 && took == n ? DJ_KIND_PHONE : DJ_KIND_PHONE_IN;
	}
	return 0;
}

static uint32_t digits(const char *s, size_t n)
{
	char     d[20];
	size_t   k = 0, marks = 0;
	uint32_t kinds = 0;

	for (size_t i = 0; i < n; i++) {
		if (digit(s[i]) && k < sizeof d - 1)
			d[k++] = s[i];
		else if ((s[i] == ' ' || s[i] == '-') && i && digit(s[i - 1]))
			marks++;
		else
			return 0;
	}
	if (k == 9 && (marks == 0 || (marks == 2 && n == 11 && !digit(s[3]) && !digit(s[7])))) {
		kinds |= DJ_KIND_NINE | (marks ? DJ_KIND_GROUPED : 0);
		if (d[0] != '0' && d[0] != '8' && dj_luhn(d, k))
			kinds |= DJ_KIND_SIN;
	}
	if (k >= 13 && d[0] >= '3' && d[0] <= '6') {
		kinds |= DJ_KIND_LONG;
		if (dj_luhn(d, k))
			kinds |= DJ_KIND_CARD;
	}
	return kinds;
}

static bool postal(const char *s, size_t n)
{
	static const char first[] = "ABCEGHJKLMNPRSTVXY", other[] = "ABCEGHJKLMNPRSTVWXYZ";
	char              c[6];
	size_t            k = 0;

	if (n < 6 || n > 7 || (n == 7 && s[3] != ' ' && s[3] != '-'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (n == 6 || i != 3)
			c[k++] = (char)toupper((unsigned char)s[i]);
	return c[0] && strchr(first, c[0]) && digit(c[1]) && c[2] && strchr(other, c[2]) && digit(c[3]) && c[4] &&
	       strchr(other, c[4]) && digit(c[5]);
}

/* Four bytes with dots; one of them from 100 on, which numbered lists (1.2.3.4) rarely have. */
static bool address(const char *s, size_t n)
{
	unsigned parts = 0, value = 0, figures = 0;
	bool     large = false;

	if (n < 7 || n > 15)
		return false;
	for (size_t i = 0; i <= n; i++) {
		if (i < n && digit(s[i])) {
			value = value * 10 + (unsigned)(s[i] - '0');
			if (++figures > 3 || value > 255)
				return false;
			continue;
		}
		if (figures == 0 || (i < n && s[i] != '.'))
			return false;
		large = large || value >= 100;
		parts++;
		value = figures = 0;
	}
	return parts == 4 && large;
}

static bool profile(const char *s, size_t n)
{
	static const char *const sites[] = {
	    "facebook.com/", "instagram.com/",   "twitter.com/",      "x.com/",  "tiktok.com/@",
	    "t.me/",         "linkedin.com/in/", "snapchat.com/add/", "vk.com/", "wa.me/"};

	for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++) {
		size_t      k = strlen(sites[i]);
		const char *at = n > k ? memmem(s, n, sites[i], k) : NULL;
		if (at && (at == s || at[-1] == '/' || at[-1] == '.' || at[-1] == ' '))
			return true;
	}
	return false;
}

static bool person(const char *s, size_t n)
{
	size_t words = 0;
	bool   begin = true;

	if (n < 5 || n > 48)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == ' ' || c == ',') {
			begin = true;
			continue;
		}
		if (!(letter(s[i]) || c >= 0x80 || c == '-' || c == '\'' || (c == '.' && i)))
			return false;
		if (begin && !((c >= 'A' && c <= 'Z') || c >= 0x80))
			return false;
		words += begin;
		begin = false;
	}
	return words >= 2 && words <= 4;
}

uint32_t dj_value_kinds(const char *s, size_t n)
{
	uint32_t kinds = 0;

	if (n < 5)
		return 0;
	kinds |= email(s, n);
	kinds |= phone(s, n);
	if (n <= 24)
		kinds |= digits(s, n);
	if (postal(s, n))
		kinds |= DJ_KIND_POSTAL;
	if (address(s, n))
		kinds |= DJ_KIND_IP;
	if (profile(s, n))
		kinds |= DJ_KIND_PROFILE;
	if (person(s, n))
		kinds |= DJ_KIND_PERSON;
	return kinds;
}

bool dj_value_mojibake(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	for (size_t i = 0; i + 2 < n; i++) {
		if (p[i] == 0xef && p[i + 1] == 0xbf && p[i + 2] == 0xbd)
			return true;
		if (p[i] != 0xc3 || i + 3 >= n)
			continue;
		/* Ã (c3 83), Â (c3 82) before what a continuation byte turns into: U+0080 to U+00BF */
		if ((p[i + 1] == 0x83 || p[i + 1] == 0x82) && p[i + 2] == 0xc2)
			return true;
		/* â (c3 a2) before the euro sign: a curly quote or a dash */
		if (p[i + 1] == 0xa2 && p[i + 2] == 0xe2 && p[i + 3] == 0x82)
			return true;
		/* Ã before what Windows-1252 puts in 80 to 9F: "Ã‰" */
		if (p[i + 1] == 0x83 &&
		    (p[i + 2] == 0xe2 || p[i + 2] == 0xc5 || p[i + 2] == 0xc6 || p[i + 2] == 0xcb))
			return true;
	}
	return false;
}
