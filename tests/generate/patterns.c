/*
 * What is planted is in the data, and the usual rules (those of the plugins structuring and pass-through, at their
 * defaults) find it; of the look-alikes they find only those that were made to be found.
 */
#include "made.h"

#include "base/calendar.h"

enum { WEEK = 7 * 86400, TWO_DAYS = 2 * 86400 };

typedef struct payment {
	int64_t from, to, cents, s; /* accounts as numbers; 0 is cash */
	bool    maybe_cash;
} payment;

static int64_t number_of(const char *account)
{
	return *account ? strtoll(account, NULL, 10) * 10000000 + strtoll(account + 5, NULL, 10) : 0;
}

static payment *read_payments(const char *folder, size_t *n)
{
	made_sheet t = made_read(folder, "bank/transactions.csv");
	payment   *p = dj_alloc_zero(t.rows, sizeof *p);

	for (size_t k = 0; k < t.rows; k++) {
		const char *amount = made_cell(&t, k, 4), *channel = made_cell(&t, k, 6), *at = made_cell(&t, k, 1);

		p[k].from = number_of(made_cell(&t, k, 2));
		p[k].to = number_of(made_cell(&t, k, 3));
		p[k].cents = strtoll(amount, NULL, 10) * 100 + strtoll(strchr(amount, '.') + 1, NULL, 10);
		p[k].maybe_cash = !*channel || strcmp(channel, "cash") == 0;
		assert_true(dj_seconds(&p[k].s, at, strlen(at)));
	}
	*n = t.rows;
	made_free(&t);
	return p;
}

static bool near_threshold(const payment *p, int64_t account)
{
	return p->to == account && p->maybe_cash && p->cents >= 800000 && p->cents < 1000000;
}

/* Payments are in order of time. */
static bool structures(const payment *p, size_t n, int64_t account)
{
	for (size_t i = 0; i < n; i++) {
		int found = 0;

		if (!near_threshold(&p[i], account))
			continue;
		for (size_t k = i; k < n && p[k].s <= p[i].s + WEEK; k++)
			found += near_threshold(&p[k], account);
		if (found >= 3)
			return true;
	}
	return false;
}

static bool passes_through(const payment *p, size_t n, int64_t account)
{
	int found = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i].to != account)
			continue;
		for (size_t k = i; k < n && p[k].s <= p[i].s + TWO_DAYS; k++)
			found += p[k].from == account && p[k].cents * 10 >= p[i].cents * 9 && p[k].cents <= p[i].cents;
	}
	return found >= 2;
}

typedef bool rule(const payment *p, size_t n, int64_t account);

typedef struct score {
	size_t plain, plain_found, hard, hard_found;
} score;

static score score_of(const made_sheet *truth, const char *kind, rule *finds, const payment *p, size_t n)
{
	score s = {0};

	for (size_t k = 0; k < truth->rows; k++) {
		if (strcmp(made_cell(truth, k, 0), kind) != 0)
			continue;
		bool found = finds(p, n, number_of(made_cell(truth, k, 2)));
		bool hard = made_cell(truth, k, 5)[0] == '1';
		*(hard ? &s.hard : &s.plain) += 1;
		*(hard ? &s.hard_found : &s.plain_found) += found;
	}
	return s;
}

static size_t found_at_all(const char *folder, rule *finds, const payment *p, size_t n)
{
	made_sheet accounts = made_read(folder, "bank/accounts.csv");
	size_t     found = 0;

	for (size_t k = 0; k < accounts.rows; k++)
		found += finds(p, n, number_of(made_cell(&accounts, k, 0)));
	made_free(&accounts);
	return found;
}

static void accounts_are_found(void **state)
{
	static const struct {
		const char *kind;
		rule       *finds;
	} rules[] = {{"structuring", structures}, {"pass-through", passes_through}};

	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		char      *folder = made_folder(seed, 1);
		made_sheet planted = made_read(folder, "truth/planted.csv"),
		           alike = made_read(folder, "truth/lookalikes.csv");
		size_t   n;
		payment *p = read_payments(folder, &n);

		for (size_t i = 0; i < 2; i++) {
			score t = score_of(&planted, rules[i].kind, rules[i].finds, p, n);
			score l = score_of(&alike, rules[i].kind, rules[i].finds, p, n);

			assert_true(t.plain >= 10 && t.plain_found == t.plain); /* every plain one */
			assert_true(t.hard >= 2 && t.hard_found == 0);          /* the near misses are missed */
			assert_true(l.plain + l.hard >= 5 * (t.plain + t.hard));
			assert_true(l.plain_found <= 1); /* a doubled row may do it */
			assert_true(l.hard >= 2 && l.hard_found == l.hard);
			size_t all = found_at_all(folder, rules[i].finds, p, n);
			assert_true(all <= t.plain_found + l.hard_found + 2); /* and next to nobody else */
		}
		free(p);
		made_free(&planted);
		made_free(&alike);
		made_remove(folder);
	}
}

static size_t count_kind(const made_sheet *s, const char *kind)
{
	size_t n = 0;

	for (size_t k = 0; k < s->rows; k++)
		n += strcmp(made_cell(s, k, 0), kind) == 0;
	return n;
}

static void lookalikes_are_five_to_one(void **state)
{
	static const double      scales[] = {0.01, 0.3, 1, 6};
	static const char *const kinds[] = {"structuring", "pass-through", "hotspot", "unusual-month"};

	(void)state;
	for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
		char      *folder = made_folder(7, scales[i]);
		made_sheet planted = made_read(folder, "truth/planted.csv"),
		           alike = made_read(folder, "truth/lookalikes.csv");

		for (size_t k = 0; k < 4; k++) {
			assert_true(count_kind(&planted, kinds[k]) >= 1);
			assert_true(count_kind(&alike, kinds[k]) >= 5 * count_kind(&planted, kinds[k]));
		}
		made_free(&planted);
		made_free(&alike);
		made_remove(folder);
	}
}

/* Of each month as many as of no other in its province. */
static void the_month_is_unusual(const made_sheet *incidents, const char *region, const char *first)
{
	size_t of_month[4 * 12] = {0}, planted = 0, most = 0;

	for (size_t k = 0; k < incidents->rows; k++) {
		const char *date = made_cell(incidents, k, 1);
		if (strcmp(made_cell(incidents, k, 4), region) == 0)
			of_month[(atoi(date) - 2021) * 12 + atoi(date + 5) - 1]++;
	}
	planted = (size_t)((atoi(first) - 2021) * 12 + atoi(first + 5) - 1);
	for (size_t m = 0; m < 48; m++)
		if (m != planted && of_month[m] > most)
			most = of_month[m];
	if (of_month[planted] < most * 5 / 4)
		fail_msg("region %s: %zu in the planted month, %zu in another", region, of_month[planted], most);
}

/* "N reports within 500 m of LAT, LON": they are there, in that time. */
static void the_spot_is_hot(const made_sheet *incidents, const char *first, const char *last,
                            const char *note)
{
	double said, lat, lon;
	size_t near = 0;

	assert_int_equal(sscanf(note, "%lf reports within 500 m of %lf, %lf", &said, &lat, &lon), 3);
	for (size_t k = 0; k < incidents->rows; k++) {
		const char *date = made_cell(incidents, k, 1);
		double      north = (atof(made_cell(incidents, k, 6)) - lat) * 111000;
		double      east = (atof(made_cell(incidents, k, 7)) - lon) * 80000; /* or less: Canada lies north */

		near +=
		    strcmp(date, first) >= 0 && strcmp(date, last) <= 0 && north * north + east * east < 700 * 700;
	}
	assert_true((double)near >= said);
}

static void reports_are_planted(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		char      *folder = made_folder(seed, 1);
		made_sheet planted = made_read(folder, "truth/planted.csv"),
		           incidents = made_read(folder, "reports/incidents.csv");

		for (size_t k = 0; k < planted.rows; k++) {
			const char *kind = made_cell(&planted, k, 0), *first = made_cell(&planted, k, 3);
			if (strcmp(kind, "unusual-month") == 0)
				the_month_is_unusual(&incidents, made_cell(&planted, k, 2), first);
			if (strcmp(kind, "hotspot") == 0)
				the_spot_is_hot(&incidents, first, made_cell(&planted, k, 4), made_cell(&planted, k, 6));
		}
		made_free(&planted);
		made_free(&incidents);
		made_remove(folder);
	}
}

/* A table joins to the next: accounts and places that rows name are there. */
static void keys_hold(void **state)
{
	char      *folder = made_folder(1, 0.2);
	made_sheet places = made_read(folder, "places/places.csv"),
	           regions = made_read(folder, "places/regions.csv");
	made_sheet incidents = made_read(folder, "reports/incidents.csv"),
	           accounts = made_read(folder, "bank/accounts.csv");

	(void)state;
	assert_int_equal(regions.rows, 13);
	assert_true(places.rows >= 40);
	for (size_t r = 0; r < regions.rows; r++) { /* a town in every province and territory */
		size_t towns = 0;
		for (size_t k = 0; k < places.rows; k++)
			towns += strcmp(made_cell(&places, k, 3), made_cell(&regions, r, 0)) == 0;
		assert_true(towns > 0);
	}
	for (size_t i = 0; i < incidents.rows; i++) {
		bool known = !*made_cell(&incidents, i, 5);
		for (size_t k = 0; k < places.rows && !known; k++)
			known = strcmp(made_cell(&incidents, i, 5), made_cell(&places, k, 0)) == 0;
		assert_true(known);
	}
	for (size_t i = 0; i < accounts.rows; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(made_cell(&accounts, i, 0), made_cell(&accounts, k, 0));
	made_free(&places);
	made_free(&regions);
	made_free(&incidents);
	made_free(&accounts);
	made_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(accounts_are_found),
	                                   cmocka_unit_test(lookalikes_are_five_to_one),
	                                   cmocka_unit_test(reports_are_planted), cmocka_unit_test(keys_hold)};

	return cmocka_run_group_tests_name("generate/patterns", tests, NULL, NULL);
}
