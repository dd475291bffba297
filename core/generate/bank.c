#include "generate/bank.h"

#include "base/calendar.h"
#include "base/mem.h"
#include "generate/world.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, OPENED_MOST = 7000 };
static const dj_date first_date = {2024, 7, 1};

/* What the truth calls a habit, and how many episodes it has. Kind NULL: neither planted nor a look-alike. */
static const struct {
	const char *kind, *note;
	bool        planted, hard, business;
	int         fewest, most; /* episodes */
} about[DJ_HABITS] = {
    [DJ_HABIT_FIRM] = {.business = true},
    [DJ_HABIT_STRUCTURING] = {"structuring", "cash just under 10,000, three times or more within a week",
                              true, false, false, 1, 2},
    [DJ_HABIT_STRUCTURING_HARD] = {"structuring", "cash just under 10,000, one every five days", true, true,
                                   false, 1, 1},
    [DJ_HABIT_PASS_THROUGH] = {"pass-through", "money passed on nearly whole within 48 hours", true, false,
                               false, 4, 6},
    [DJ_HABIT_PASS_THROUGH_HARD] = {"pass-through", "money passed on nearly whole after 52 to 70 hours", true,
                                    true, false, 4, 5},
    [DJ_HABIT_SHOP_SMALL] = {"structuring", "a shop: cash often, far below", false, false, true, 0, 0},
    [DJ_HABIT_SHOP_LARGE] = {"structuring", "a shop: cash each week, over the threshold", false, false, true,
                             0, 0},
    [DJ_HABIT_SHOP_SPREAD] = {"structuring", "a shop: cash near the threshold, spread out", false, false,
                              true, 0, 0},
    [DJ_HABIT_SHOP_BUSY] = {"structuring", "a shop with one busy week", false, true, true, 1, 1},
    [DJ_HABIT_PAYROLL] = {"pass-through", "a payroll firm: one sum in, many wages out", false, false, true, 0,
                          0},
    [DJ_HABIT_AGENT] = {"pass-through", "passed money on once", false, false, false, 1, 1},
    [DJ_HABIT_AGENT_FOR_TWO] = {"pass-through", "an agent who passed money on twice", false, true, false, 2,
                                2},
    [DJ_HABIT_SLOW] = {"pass-through", "passes money on, days later", false, false, false, 3, 5},
    [DJ_HABIT_KEEPS_PART] = {"pass-through", "passes money on, but keeps a good part", false, false, false, 4,
                             6},
};

/* ---- Accounts ---- */

/* How many accounts of each habit; look-alikes are six to each one planted. */
static size_t count_habits(size_t n[DJ_HABITS], const dj_world *w)
{
	size_t all = dj_world_count(w, 1500, 60), others = 0;
	size_t structuring = dj_world_count(w, 12, 1), passing = dj_world_count(w, 10, 1);

	memset(n, 0, DJ_HABITS * sizeof *n);
	n[DJ_HABIT_STRUCTURING] = structuring;
	n[DJ_HABIT_STRUCTURING_HARD] = n[DJ_HABIT_SHOP_BUSY] = structuring / 6;
	n[DJ_HABIT_PASS_THROUGH] = passing;
	n[DJ_HABIT_PASS_THROUGH_HARD] = n[DJ_HABIT_AGENT_FOR_TWO] = passing / 5;

	size_t shops = 6 * (structuring + structuring / 6);
	n[DJ_HABIT_SHOP_LARGE] = n[DJ_HABIT_SHOP_SPREAD] = shops / 3;
	n[DJ_HABIT_SHOP_SMALL] = shops - 2 * (shops / 3);

	size_t passers = 6 * (passing + passing / 5);
	n[DJ_HABIT_PAYROLL] = n[DJ_HABIT_SLOW] = n[DJ_HABIT_KEEPS_PART] = passers / 4;
	n[DJ_HABIT_AGENT] = passers - 3 * (passers / 4);

	n[DJ_HABIT_FIRM] = dj_world_count(w, 25, 2);
	n[DJ_HABIT_LANDLORD] = dj_world_count(w, 45, 2);
	n[DJ_HABIT_QUIET] = dj_world_count(w, 250, 5);
	for (int h = DJ_HABIT_QUIET; h < DJ_HABITS; h++)
		others += n[h];
	n[DJ_HABIT_PERSON] = all > others + 20 ? all - others : 20;
	return others + n[DJ_HABIT_PERSON];
}

/* A town by its weight, so that a large city has many. */
static uint8_t some_town(dj_random_state *r)
{
	size_t         n, at = 0;
	const dj_town *town = dj_towns(&n);
	int64_t        sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += town[i].weight;
	for (sum = dj_random_between(r, 0, sum - 1); sum >= town[at].weight; at++)
		sum -= town[at].weight;
	return (uint8_t)at;
}

/* Days on which episodes begin, a fortnight or more apart, none at the very end. */
static void plan_episodes(dj_account *a, dj_random_state *r)
{
	a->n_starts = (uint8_t)dj_random_between(r, about[a->habit].fewest, about[a->habit].most);
	for (int k = 0; k < a->n_starts; k++) {
		int part = (DJ_BANK_DAYS - 24) / a->n_starts;
		a->start[k] = (int16_t)(k * part + dj_random_between(r, 0, part - 14));
	}
	if (a->habit == DJ_HABIT_SHOP_BUSY) /* a week of December, from a Monday */
		a->start[0] = (int16_t)(154 + 7 * dj_random_between(r, 0, 2));
}

static void open_account(dj_account *a, dj_habit habit, dj_random_state *r)
{
	static const uint8_t paydays[] = {5, 15, 25, 28};
	size_t               n;

	*a = (dj_account){.habit = (uint8_t)habit, .town = some_town(r), .landlord = -1, .last = -1};
	a->french = strcmp(dj_towns(&n)[a->town].region, "24") == 0 ? dj_random_between(r, 0, 9) > 0
	                                                            : dj_random_between(r, 0, 11) == 0;
	a->payday = paydays[dj_random_between(r, 0, 3)];
	int64_t most = dj_random_between(r, OPENED_MOST / 5, OPENED_MOST); /* more of them young than old */
	a->opened = (int16_t)dj_random_between(r, 1, most);
	plan_episodes(a, r);
}

static void employ_people(dj_bank *b)
{
	const int32_t *firms = b->of[DJ_HABIT_FIRM], *landlords = b->of[DJ_HABIT_LANDLORD];

	for (size_t k = 0; k < b->n_of[DJ_HABIT_PERSON]; k++) {
		dj_account *a = &b->account[b->of[DJ_HABIT_PERSON][k]];

		a->employer = firms[dj_random_between(&b->r, 0, (int64_t)b->n_of[DJ_HABIT_FIRM] - 1)];
		a->payday = b->account[a->employer].payday;
		int64_t most = dj_random_between(&b->r, 2600, 5600); /* more small wages than large ones */
		a->wage = dj_random_between(&b->r, 2100, most) * 100;
		b->account[a->employer].wage += a->wage;
		if (dj_random_between(&b->r, 0, 9) < 6)
			a->landlord = landlords[dj_random_between(&b->r, 0, (int64_t)b->n_of[DJ_HABIT_LANDLORD] - 1)];
	}
}

static void open_bank(dj_bank *b, const dj_world *w)
{
	size_t   n_of[DJ_HABITS], at = 0;
	uint8_t *habit;

	*b = (dj_bank){.r = dj_random_seed(w->seed, "first-look bank")};
	b->n = count_habits(n_of, w);
	b->account = dj_alloc_zero(b->n, sizeof *b->account);
	habit = dj_alloc_zero(b->n, 1);
	for (int h = 0; h < DJ_HABITS; h++) {
		b->of[h] = dj_alloc_zero(n_of[h], sizeof **b->of);
		memset(habit + at, h, n_of[h]);
		at += n_of[h];
	}
	for (size_t i = b->n; i > 1; i--) { /* shuffled: an account's number says nothing */
		size_t  other = (size_t)dj_random_between(&b->r, 0, (int64_t)i - 1);
		uint8_t h = habit[i - 1];
		habit[i - 1] = habit[other];
		habit[other] = h;
	}
	for (size_t i = 0; i < b->n; i++) {
		open_account(&b->account[i], habit[i], &b->r);
		b->of[habit[i]][b->n_of[habit[i]]++] = (int32_t)i;
	}
	free(habit);
	employ_people(b);
}

static void close_bank(dj_bank *b)
{
	for (int h = 0; h < DJ_HABITS; h++)
		free(b->of[h]);
	free(b->account);
	free(b->pending);
}

/* "0991-1234567": no bank has the number 0991. One number an account, in no order; empty for cash. */
static void account_number(char out[16], int32_t i)
{
	const char *bank = i >= 0 ? "0991" : "0992";
	uint64_t    k = i >= 0 ? (uint64_t)i : (uint64_t)(-2 - (int64_t)i);

	out[0] = '\0';
	if (i != DJ_CASH)
		snprintf(out, 16, "%s-%07llu", bank,
		         (unsigned long long)(1000000 + (k * 7654321 + 271828) % 9000000));
}

static int write_accounts(const dj_bank *b, const char *folder, dj_err *err)
{
	static const char *const banks[] = {"Example Bank", "Banque Exemple", "Caisse Exemple",
	                                    "Example Credit Union"};
	int64_t                  first = dj_days_from_date(first_date);
	size_t                   n;
	const dj_town           *town = dj_towns(&n);
	char                     text[32];
	dj_sheet                 s;
	int rc = dj_sheet_open(&s, folder, "accounts.csv", "account,owner,bank,type,opened,region", err);

	for (size_t i = 0; rc == DJ_OK && i < b->n; i++) {
		const dj_account *a = &b->account[i];
		bool              business = about[a->habit].business;

		account_number(text, (int32_t)i);
		dj_sheet_text(&s, text);
		snprintf(text, sizeof text, "%c-%06zu", business ? 'B' : 'P', i + 1);
		dj_sheet_text(&s, text);
		dj_sheet_text(&s, banks[a->french + 2 * (a->opened % 2)]);
		dj_sheet_text(&s, a->opened % 29 == 0          ? ""
		                  : business                   ? "business"
		                  : a->habit == DJ_HABIT_QUIET ? "savings"
		                                               : "chequing");
		dj_sheet_day(&s, first - a->opened);
		dj_sheet_text(&s, town[a->town].region);
		dj_sheet_end(&s);
	}
	return dj_sheet_close(&s, rc, err);
}

/* ---- Payments ---- */

void dj_bank_pay(dj_bank *b, dj_payment p)
{
	if (b->n_pending == b->cap_pending)
		b->pending = dj_realloc(b->pending, b->cap_pending = b->cap_pending ? 2 * b->cap_pending : 1024,
		                        sizeof *b->pending);
	p.order = b->made++;
	b->pending[b->n_pending++] = p;
}

static int by_time(const void *a, const void *b)
{
	const dj_payment *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static const char *purpose_text(dj_purpose purpose, bool french)
{
	static const char *const words[][2] = {{"", ""},
	                                       {"rent", "loyer"},
	                                       {"pay", "paie"},
	                                       {"purchase", "achat"},
	                                       {"invoice", "facture"},
	                                       {"savings", "épargne"},
	                                       {"deposit", "dépôt"}};

	return words[purpose][french];
}

static void write_payment(dj_sheet *s, const dj_bank *b, const dj_payment *p, uint64_t id, int noise)
{
	static const char *const channels[] = {"cash", "transfer", "email", "wire", "cheque", "card", "crypto"};
	size_t                   n;
	char                     text[24];
	int32_t                  own = p->to >= 0 ? p->to : p->from;

	snprintf(text, sizeof text, "T%08llu", (unsigned long long)id);
	dj_sheet_text(s, text);
	dj_instant_text(text, dj_days_from_date(first_date) * DAY + p->at, false);
	dj_sheet_text(s, text);
	account_number(text, p->from);
	dj_sheet_text(s, text);
	account_number(text, p->to);
	dj_sheet_text(s, text);
	dj_sheet_fixed(s, p->cents, 2);
	dj_sheet_text(s, "CAD");
	dj_sheet_text(s, noise < 8 ? "" : channels[p->channel]);
	dj_sheet_text(s, noise % 10 < 3 ? "" : purpose_text(p->purpose, b->account[own].french));
	bool somewhere = p->channel == DJ_BY_CASH || p->channel == DJ_BY_CARD;
	dj_sheet_text(s, somewhere && noise % 17 ? dj_towns(&n)[p->town].id : "");
	dj_sheet_end(s);
}

/* Writes what happened before second `until`; some cells go missing, some rows come twice, as exports do. */
static void flush(dj_sheet *s, dj_bank *b, dj_random_state *noise, int64_t until)
{
	size_t at = 0;

	qsort(b->pending, b->n_pending, sizeof *b->pending, by_time);
	for (; at < b->n_pending && b->pending[at].at < until; at++) {
		int64_t draw = dj_random_between(noise, 0, 999999);

		b->written++;
		write_payment(s, b, &b->pending[at], b->written, (int)(draw % 1000));
		if (draw < 3000)
			write_payment(s, b, &b->pending[at], b->written, (int)(draw % 1000));
	}
	b->n_pending -= at;
	memmove(b->pending, b->pending + at, b->n_pending * sizeof *b->pending);
}

static int write_payments(dj_bank *b, const dj_world *w, const char *folder, dj_err *err)
{
	static const char header[] =
	    "transaction_id,at,from_account,to_account,amount,currency,channel,purpose,place";
	int64_t         first = dj_days_from_date(first_date);
	dj_random_state noise = dj_random_seed(w->seed, "first-look bank noise");
	dj_sheet        s;
	int             rc = dj_sheet_open(&s, folder, "transactions.csv", header, err);

	if (rc < 0)
		return dj_sheet_close(&s, rc, err);
	for (b->day = 0; b->day < DJ_BANK_DAYS; b->day++) {
		b->day_of_month = dj_date_from_days(first + b->day).day;
		b->weekday = dj_weekday(first + b->day);
		for (size_t i = 0; i < b->n; i++)
			dj_habit_day(b, (int32_t)i);
		flush(&s, b, &noise, (int64_t)(b->day + 1) * DAY);
	}
	return dj_sheet_close(&s, DJ_OK, err); /* what would come after the last day is not of this half-year */
}

static void tell_truth(const dj_bank *b, dj_world *w)
{
	int64_t first = dj_days_from_date(first_date);
	char    number[16];

	for (size_t i = 0; i < b->n; i++) {
		const dj_account *a = &b->account[i];

		if (!about[a->habit].kind || a->last < 0)
			continue;
		account_number(number, (int32_t)i);
		dj_world_truth(about[a->habit].planted ? &w->planted : &w->lookalike, about[a->habit].kind, "account",
		               number, first + a->first, first + a->last, about[a->habit].hard, about[a->habit].note);
	}
}

int dj_bank_write(dj_world *w, const char *folder, dj_err *err)
{
	dj_bank b;

	open_bank(&b, w);
	int rc = write_accounts(&b, folder, err);
	if (rc == DJ_OK)
		rc = write_payments(&b, w, folder, err);
	if (rc == DJ_OK)
		tell_truth(&b, w);
	close_bank(&b);
	return rc;
}
