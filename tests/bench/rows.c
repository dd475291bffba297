/*
 * The input of the load benchmark: rows of 12 columns from a seed, as CSV or NDJSON, to standard output.
 *
 *     bench-rows ROWS SEED csv|ndjson
 *
 * About 128 bytes a row of CSV: integers, reals, dates, texts; 30 % of `note` in quotes, some of those with commas, line
 * ends or quotes inside; some fields empty. The same seed gives the same values in both formats.
 */
#include "base/random.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
	long long   id, user_id;
	int         cents, lat, lon, score; /* cents or score -1: empty */
	const char *city, *status;
	char        note[96], created[40], code[8], seen[80];
	bool        quoted;
} row;

static int below(dj_random_state *r, int n)
{
	return (int)dj_random_between(r, 0, n - 1);
}

/* Words with a mark between two of them where the note is quoted: most have none, so that quotes are often needless. */
static void make_note(row *out, dj_random_state *r)
{
	static const char *const words[] = {"call",    "back",  "before",  "noon",   "seen", "near",
	                                    "station", "hotel", "unclear", "follow", "up",   "second",
	                                    "room",    "new",   "phone",   "paid",   "cash", "driver"};
	static const char *const marks[] = {" ", " ", " ", ", ", ", ", ", ", "\n", "\""};
	int                      n = below(r, 10) == 0 ? 0 : 3 + below(r, 5);
	char                    *to = out->note;

	out->quoted = n > 0 && below(r, 10) < 3;
	*to = '\0';
	for (int i = 0; i < n; i++) {
		if (i)
			to = stpcpy(to, out->quoted && i == 2 ? marks[below(r, 8)] : " ");
		to = stpcpy(to, words[below(r, (int)(sizeof words / sizeof *words))]);
	}
}

static void put_date(char *to, int year, int month, int day)
{
	sprintf(to, "%04d-%02d-%02d", year, month, day);
}

static void put_time(char *to, int second)
{
	sprintf(to, "%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
}

static void make_row(row *out, dj_random_state *r, long long id)
{
	static const char *const cities[] = {"Toronto",   "Montréal",   "Vancouver", "Calgary",  "Ottawa",
	                                     "Edmonton",  "Winnipeg",   "Québec",    "Hamilton", "Halifax",
	                                     "Kitchener", "London",     "Victoria",  "Windsor",  "Saskatoon",
	                                     "Regina",    "St. John's", "Iqaluit"};
	static const char *const states[] = {"open", "closed", "pending", "referred"};
	int                      year = 2015 + below(r, 10), month = 1 + below(r, 12), day = 1 + below(r, 28);

	out->id = id;
	out->user_id = below(r, 1000000);
	out->cents = below(r, 20) ? below(r, 10000000) : -1;
	out->lat = 42000000 + below(r, 18000000);
	out->lon = 53000000 + below(r, 80000000);
	out->score = below(r, 20) ? below(r, 1000) : -1;
	out->city = cities[below(r, (int)(sizeof cities / sizeof *cities))];
	out->status = states[below(r, 4)];
	make_note(out, r);
	/* draws stand apart: in what order a call's arguments are worked out is the compiler's */
	for (int i = 0; i < 6; i++)
		out->code[i] = (char)(i < 2 ? 'A' + below(r, 26) : '0' + below(r, 10));
	out->code[6] = '\0';
	put_date(out->created, year, month, day);
	put_time(stpcpy(stpcpy(out->seen, out->created), " "), below(r, 86400));
}

/* A text with each of its quotes doubled, or after a backslash. */
static void put_text(const char *text, char before_quote)
{
	putchar_unlocked('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar_unlocked(before_quote);
		if (*text == '\n' && before_quote == '\\')
			fputs("\\n", stdout);
		else
			putchar_unlocked(*text);
	}
	putchar_unlocked('"');
}

static void put_csv(const row *r)
{
	printf("%lld,%s,%lld,", r->id, r->city, r->user_id);
	if (r->cents >= 0)
		printf("%d.%02d", r->cents / 100, r->cents % 100);
	printf(",%d.%06d,-%d.%06d,", r->lat / 1000000, r->lat % 1000000, r->lon / 1000000, r->lon % 1000000);
	if (r->quoted)
		put_text(r->note, '"');
	else
		fputs(r->note, stdout);
	printf(",%s,%s,", r->created, r->status);
	if (r->score >= 0)
		printf("%d", r->score);
	printf(",%s,%s\n", r->code, r->seen);
}

static void put_json(const row *r)
{
	printf("{\"id\":%lld,\"city\":\"%s\",\"user_id\":%lld,\"amount\":", r->id, r->city, r->user_id);
	if (r->cents >= 0)
		printf("%d.%02d", r->cents / 100, r->cents % 100);
	else
		fputs("null", stdout);
	printf(",\"lat\":%d.%06d,\"lon\":-%d.%06d,\"note\":", r->lat / 1000000, r->lat % 1000000,
	       r->lon / 1000000, r->lon % 1000000);
	if (*r->note)
		put_text(r->note, '\\');
	else
		fputs("null", stdout);
	printf(",\"created\":\"%s\",\"status\":\"%s\",\"score\":", r->created, r->status);
	if (r->score >= 0)
		printf("%d", r->score);
	else
		fputs("null", stdout);
	printf(",\"code\":\"%s\",\"seen\":\"%s\"}\n", r->code, r->seen);
}

int main(int argc, char **argv)
{
	long long       rows = argc == 4 ? atoll(argv[1]) : -1;
	bool            json = argc == 4 && strcmp(argv[3], "ndjson") == 0;
	dj_random_state r;
	row             one;

	if (rows < 0 || (!json && strcmp(argv[3], "csv") != 0)) {
		fputs("bench-rows: bench-rows ROWS SEED csv|ndjson\n", stderr);
		return 2;
	}
	r = dj_random_seed((uint64_t)atoll(argv[2]), "bench-rows");
	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	if (!json)
		puts("id,city,user_id,amount,lat,lon,note,created,status,score,code,seen");
	for (long long id = 1; id <= rows; id++) {
		make_row(&one, &r, id);
		if (json)
			put_json(&one);
		else
			put_csv(&one);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
