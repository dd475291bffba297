#include "generate/bank.h"

enum { HOUR = 3600, DAY = 86400, DOLLAR = 100 };

static int64_t between(dj_bank *b, int64_t low, int64_t high)
{
	return dj_random_between(&b->r, low, high);
}

static bool chance(dj_bank *b, int of_1000)
{
	return between(b, 0, 999) < of_1000;
}

static int64_t per_mille(int64_t cents, int64_t share)
{
	return cents * share / 1000;
}

/* A moment `later` days from today, between two hours. */
static int64_t moment(dj_bank *b, int later, int from_hour, int to_hour)
{
	return (int64_t)(b->day + later) * DAY + between(b, from_hour * HOUR, to_hour * HOUR - 1);
}

static int32_t other_bank(dj_bank *b)
{
	return (int32_t)(-2 - between(b, 0, (int64_t)b->n / 3));
}

static int32_t some(dj_bank *b, dj_habit habit)
{
	return b->of[habit][between(b, 0, (int64_t)b->n_of[habit] - 1)];
}

/* Another town of the same province, where there is one. */
static uint8_t branch_near(dj_bank *b, uint8_t town)
{
	size_t         n;
	const dj_town *towns = dj_towns(&n);

	for (int tries = 0; tries < 12; tries++) {
		uint8_t other = (uint8_t)between(b, 0, (int64_t)n - 1);
		if (towns[other].region[0] == towns[town].region[0] &&
		    towns[other].region[1] == towns[town].region[1])
			return other;
	}
	return town;
}

static bool begins_today(const dj_bank *b, const dj_account *a)
{
	for (int k = 0; k < a->n_starts; k++)
		if (a->start[k] == b->day)
			return true;
	return false;
}

/* A payment of an episode: the truth says from when to when it went. */
static void pay_in_episode(dj_bank *b, dj_account *a, dj_payment p)
{
	int16_t day = (int16_t)(p.at / DAY);

	if (a->last < 0 || day < a->first)
		a->first = day;
	if (day > a->last)
		a->last = day;
	dj_bank_pay(b, p);
}

/*
 * C leaves open in which order the calls in an initializer or an argument list happen, so no two draws stand in one
 * expression here: compilers would make different worlds.
 */
static void pay_today(dj_bank *b, dj_payment p, int from_hour, int to_hour)
{
	p.at = moment(b, 0, from_hour, to_hour);
	dj_bank_pay(b, p);
}

/* ---- People ---- */

static void small_payment(dj_bank *b, int32_t i, int chance_per_mille)
{
	dj_payment p = {.from = i, .town = b->account[i].town};
	int64_t    kind;

	if (!chance(b, chance_per_mille))
		return;
	kind = between(b, 0, 99);
	if (kind < 44) {
		p.to = chance(b, 500) ? some(b, DJ_HABIT_SHOP_SMALL) : other_bank(b);
		p.cents = between(b, 8 * DOLLAR, 180 * DOLLAR);
		p.channel = DJ_BY_CARD, p.purpose = DJ_FOR_PURCHASE;
		pay_today(b, p, 8, 22);
	} else if (kind < 74) {
		p.to = DJ_CASH;
		p.cents = between(b, 1, 20) * 20 * DOLLAR;
		p.channel = DJ_BY_CASH;
		pay_today(b, p, 7, 23);
	} else if (kind < 92) {
		p.to = chance(b, 700) ? some(b, DJ_HABIT_PERSON) : other_bank(b);
		p.cents = between(b, 15 * DOLLAR, 250 * DOLLAR);
		p.channel = DJ_BY_EMAIL;
		if (p.to != i)
			pay_today(b, p, 7, 24);
	} else {
		p.from = DJ_CASH, p.to = i;
		p.cents = between(b, 2, 45) * 20 * DOLLAR;
		p.channel = DJ_BY_CASH, p.purpose = DJ_FOR_DEPOSIT;
		pay_today(b, p, 9, 17);
	}
}

static void person(dj_bank *b, int32_t i)
{
	const dj_account *a = &b->account[i];

	if (b->day_of_month == a->payday) {
		dj_payment wage = {
		    .from = a->employer, .to = i, .cents = a->wage, .channel = DJ_BY_TRANSFER, .purpose = DJ_FOR_PAY};
		pay_today(b, wage, 0, 6);
	}
	if (b->day_of_month == a->payday && a->landlord >= 0) { /* right after pay-day, and a good part stays */
		dj_payment rent = {.from = i, .to = a->landlord, .purpose = DJ_FOR_RENT};
		rent.channel = i % 3 ? DJ_BY_EMAIL : DJ_BY_CHEQUE;
		rent.cents = per_mille(a->wage, 280 + i % 170) / 500 * 500;
		rent.at = between(b, 0, 1) * DAY;
		rent.at += moment(b, 0, 7, 22);
		dj_bank_pay(b, rent);
	}
	small_payment(b, i, 32);
}

static void quiet(dj_bank *b, int32_t i)
{
	dj_payment p = {.to = i, .channel = DJ_BY_TRANSFER, .purpose = DJ_FOR_SAVINGS};

	if (b->day_of_month != b->account[i].payday || chance(b, 500))
		return;
	p.from = other_bank(b);
	p.cents = between(b, 2, 40) * 25 * DOLLAR;
	pay_today(b, p, 6, 20);
}

/* ---- Firms ---- */

static void firm(dj_bank *b, int32_t i)
{
	dj_payment p = {.to = i, .channel = DJ_BY_WIRE, .purpose = DJ_FOR_INVOICE};

	if (b->day_of_month != 2 && b->day_of_month != 16)
		return;
	p.from = other_bank(b);
	p.cents = per_mille(b->account[i].wage, between(b, 600, 720));
	p.cents += between(b, 5000 * DOLLAR, 20000 * DOLLAR);
	pay_today(b, p, 8, 18);
}

static void landlord(dj_bank *b, int32_t i)
{
	dj_payment p = {.from = i, .channel = DJ_BY_TRANSFER};

	if (b->day_of_month != 21)
		return;
	p.to = other_bank(b);
	p.cents = between(b, 3000 * DOLLAR, 9000 * DOLLAR);
	pay_today(b, p, 3, 5);
}

/* A client's lump comes in, and goes out nearly whole the day after, but as many wages. */
static void payroll(dj_bank *b, int32_t i)
{
	dj_account *a = &b->account[i];
	dj_payment  in = {.to = i, .channel = DJ_BY_WIRE, .purpose = DJ_FOR_INVOICE};
	dj_payment  out = {.from = i, .channel = DJ_BY_TRANSFER, .purpose = DJ_FOR_PAY};

	if (b->day_of_month != a->payday)
		return;
	int64_t people = between(b, 5, 9), wage = between(b, 2200 * DOLLAR, 4800 * DOLLAR);
	in.from = other_bank(b);
	in.cents = people * wage;
	in.at = moment(b, 0, 8, 16);
	pay_in_episode(b, a, in);
	for (int64_t k = 0; k < people; k++) {
		out.to = some(b, DJ_HABIT_PERSON);
		out.cents = per_mille(wage, between(b, 960, 990));
		out.at = moment(b, 1, 5, 9);
		pay_in_episode(b, a, out);
	}
}

/* ---- Cash: structuring, and shops ---- */

/* `cents` in cash, at the account's own branch. */
static dj_payment deposit(dj_bank *b, int32_t i, int later, int64_t cents)
{
	return (dj_payment){.at = moment(b, later, 9, 17),
	                    .from = DJ_CASH,
	                    .to = i,
	                    .cents = cents,
	                    .channel = DJ_BY_CASH,
	                    .purpose = DJ_FOR_DEPOSIT,
	                    .town = b->account[i].town};
}

/* Just under 10,000 dollars; often a round sum. */
static int64_t just_under(dj_bank *b)
{
	return chance(b, 400) ? between(b, 83, 99) * 100 * DOLLAR
	                      : between(b, 8300 * DOLLAR, 9950 * DOLLAR) / 5 * 5;
}

static void structuring(dj_bank *b, int32_t i)
{
	dj_account *a = &b->account[i];
	bool        hard = a->habit == DJ_HABIT_STRUCTURING_HARD;
	int         days = hard ? 15 : 5; /* the hard ones take their time: never three within a week */
	dj_payment  out = {.from = i, .channel = DJ_BY_WIRE};
	int64_t     sum = 0;

	small_payment(b, i, 25);
	if (!begins_today(b, a))
		return;
	int n = hard ? 4 : (int)between(b, 3, 6);
	for (int k = 0; k < n; k++) {
		int64_t    cents = just_under(b);
		dj_payment p = deposit(b, i, k * days / (n - 1), cents);

		p.town = branch_near(b, a->town);
		p.purpose = DJ_FOR_NOTHING;
		sum += p.cents;
		pay_in_episode(b, a, p);
	}
	out.to = other_bank(b);
	out.cents = per_mille(sum, between(b, 850, 970));
	out.at = between(b, days + 2, days + 4) * DAY;
	out.at += moment(b, 0, 9, 16);
	dj_bank_pay(b, out);
}

static void pay_suppliers(dj_bank *b, int32_t i)
{
	dj_payment p = {.from = i, .channel = DJ_BY_TRANSFER, .purpose = DJ_FOR_INVOICE};

	p.to = other_bank(b);
	p.cents = between(b, 20000 * DOLLAR, 45000 * DOLLAR); /* more than any one deposit */
	pay_today(b, p, 8, 17);
}

static void shop(dj_bank *b, int32_t i)
{
	dj_account *a = &b->account[i];
	int64_t     low = 0, high = 0;

	if (b->day_of_month == 20)
		pay_suppliers(b, i);
	if (a->habit == DJ_HABIT_SHOP_LARGE && b->weekday == 1 + i % 6)
		low = 10050, high = 19000; /* over the threshold, once a week */
	else if (a->habit == DJ_HABIT_SHOP_SPREAD && b->day % 11 == i % 11 && b->weekday != 7)
		low = 8200, high = 9900; /* near it, but eleven days apart */
	else if ((a->habit == DJ_HABIT_SHOP_SMALL || a->habit == DJ_HABIT_SHOP_BUSY) && b->weekday != 7 &&
	         chance(b, 300))
		low = 600, high = 6500; /* often, and far below */
	if (high) {
		int64_t cents = between(b, low * DOLLAR, high * DOLLAR) / 5 * 5;
		pay_in_episode(b, a, deposit(b, i, 0, cents));
	}
	if (begins_today(b, a)) /* one good week of a busy shop */
		for (int later = 0; later <= 4; later += 2) {
			int64_t cents = between(b, 8050 * DOLLAR, 9600 * DOLLAR) / 5 * 5;
			pay_in_episode(b, a, deposit(b, i, later, cents));
		}
}

/* ---- Money that is passed on ---- */

typedef struct passing {
	int  from_hours, to_hours; /* until it goes on */
	int  low, high;            /* per mille that goes on */
	bool crypto;               /* sometimes as crypto money, or by wire */
} passing;

static const passing passings[DJ_HABITS] = {
    [DJ_HABIT_PASS_THROUGH] = {2, 40, 930, 990, true},
    [DJ_HABIT_PASS_THROUGH_HARD] = {52, 70, 930, 990, true}, /* two days are over */
    [DJ_HABIT_AGENT] = {2, 40, 930, 990, false},             /* once: a deposit for a home, say */
    [DJ_HABIT_AGENT_FOR_TWO] = {2, 40, 930, 990, false},
    [DJ_HABIT_SLOW] = {80, 200, 930, 990, false},
    [DJ_HABIT_KEEPS_PART] = {2, 40, 400, 820, false},
};

static void passes_on(dj_bank *b, int32_t i)
{
	dj_account    *a = &b->account[i];
	const passing *how = &passings[a->habit];
	dj_payment     in = {.to = i}, out = {.from = i, .channel = DJ_BY_EMAIL};

	small_payment(b, i, 25);
	if (!begins_today(b, a))
		return;
	in.from = chance(b, 300) ? some(b, DJ_HABIT_PERSON) : other_bank(b);
	in.cents = between(b, 1500, 9000) * DOLLAR;
	in.channel = chance(b, 700) ? DJ_BY_EMAIL : DJ_BY_TRANSFER;
	in.at = moment(b, 0, 7, 23);
	out.to = other_bank(b);
	out.cents = per_mille(in.cents, between(b, how->low, how->high));
	if (how->crypto && chance(b, 600))
		out.channel = chance(b, 500) ? DJ_BY_CRYPTO : DJ_BY_WIRE;
	out.at = in.at + between(b, how->from_hours * HOUR, how->to_hours * HOUR);
	pay_in_episode(b, a, in);
	pay_in_episode(b, a, out);
}

void dj_habit_day(dj_bank *b, int32_t i)
{
	static void (*const habit[DJ_HABITS])(dj_bank *, int32_t) = {
	    [DJ_HABIT_PERSON] = person,
	    [DJ_HABIT_QUIET] = quiet,
	    [DJ_HABIT_FIRM] = firm,
	    [DJ_HABIT_LANDLORD] = landlord,
	    [DJ_HABIT_STRUCTURING] = structuring,
	    [DJ_HABIT_STRUCTURING_HARD] = structuring,
	    [DJ_HABIT_PASS_THROUGH] = passes_on,
	    [DJ_HABIT_PASS_THROUGH_HARD] = passes_on,
	    [DJ_HABIT_SHOP_SMALL] = shop,
	    [DJ_HABIT_SHOP_LARGE] = shop,
	    [DJ_HABIT_SHOP_SPREAD] = shop,
	    [DJ_HABIT_SHOP_BUSY] = shop,
	    [DJ_HABIT_PAYROLL] = payroll,
	    [DJ_HABIT_AGENT] = passes_on,
	    [DJ_HABIT_AGENT_FOR_TWO] = passes_on,
	    [DJ_HABIT_SLOW] = passes_on,
	    [DJ_HABIT_KEEPS_PART] = passes_on,
	};

	habit[b->account[i].habit](b, i);
}
