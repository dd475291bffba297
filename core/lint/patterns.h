/*
 * patterns.h - what one value looks like: an e-mail address, a telephone number, a number with a unit, a date.
 *
 * Pure functions on bytes, each one pass. They say what a value could be; how many values of a column must agree is the
 * caller's to weigh.
 */
#ifndef DJ_LINT_PATTERNS_H
#define DJ_LINT_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits. _IN: the value is longer text that holds one. */
enum {
	DJ_KIND_EMAIL = 1 << 0,
	DJ_KIND_EMAIL_IN = 1 << 1,
	DJ_KIND_PHONE = 1 << 2, /* ten digits of the North American plan, written with separators */
	DJ_KIND_PHONE_IN = 1 << 3,
	DJ_KIND_NINE = 1 << 4, /* nine digits, as a social insurance number has */
	DJ_KIND_SIN = 1 << 5,  /* such whose check digit holds (Luhn) */
	DJ_KIND_LONG = 1 << 6, /* 13 to 19 digits that begin as a payment card does */
	DJ_KIND_CARD = 1 << 7, /* such whose check digit holds */
	DJ_KIND_POSTAL = 1 << 8,
	DJ_KIND_IP = 1 << 9,
	DJ_KIND_PROFILE = 1 << 10, /* an address of a person's page at a social network */
	DJ_KIND_PERSON = 1 << 11,  /* two to four capitalised words, nothing else */
	DJ_KIND_GROUPED = 1 << 12  /* nine digits written 3-3-3 */
};

uint32_t dj_value_kinds(const char *s, size_t n);

/* UTF-8 that was read as Windows-1252 and written as UTF-8 once more ("Ã©"), or U+FFFD. */
bool dj_value_mojibake(const char *s, size_t n);

typedef enum dj_number_form {
	DJ_NUMBER_NOT,
	DJ_NUMBER_PLAIN,     /* -12.5 */
	DJ_NUMBER_GROUPED,   /* 1,234.5 or 1 234,5 or 1.234.567 or 1'234: marks between thousands */
	DJ_NUMBER_COMMA,     /* 12,5: a decimal comma */
	DJ_NUMBER_WITH_UNIT, /* $5, 5 USD, 12 km, 40 % */
} dj_number_form;

/* *unit (0 to n-1 of a list: equal units are equal numbers) is set for DJ_NUMBER_WITH_UNIT. */
dj_number_form dj_value_number(const char *s, size_t n, unsigned *unit);
const char    *dj_unit_name(unsigned unit);
unsigned       dj_unit_count(void);

typedef enum dj_date_form {
	DJ_DATE_NOT,
	DJ_DATE_ISO,        /* 2020-03-04 */
	DJ_DATE_YEAR_FIRST, /* 2020/03/04 */
	DJ_DATE_DAY_FIRST,  /* 31/03/2020: only a day can stand first */
	DJ_DATE_MONTH_FIRST,
	DJ_DATE_EITHER, /* 03/04/2020 */
	DJ_DATE_WORDS   /* 4 Mar 2020, March 4, 2020 */
} dj_date_form;

dj_date_form dj_value_date(const char *s, size_t n);

bool dj_luhn(const char *digits, size_t n); /* digits only */

#endif
