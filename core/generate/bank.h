/*
 * bank.h - the made bank: accounts with a habit each, and the payments that the habits give, day by day.
 *
 * Invariant: payments leave in order of time. A habit may make payments of later days (an episode); they wait in
 * `pending`, which holds some days' payments, never all.
 */
#ifndef DJ_GENERATE_BANK_H
#define DJ_GENERATE_BANK_H

#include "base/random.h"
#include "generate/sheet.h"
#include "generate/towns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dj_habit {
	DJ_HABIT_PERSON, /* a wage, rent right after, small payments */
	DJ_HABIT_QUIET,  /* a savings account */
	DJ_HABIT_FIRM,   /* pays wages */
	DJ_HABIT_LANDLORD,
	/* Planted. The hard ones are made so that the usual rule just misses them. */
	DJ_HABIT_STRUCTURING,
	DJ_HABIT_STRUCTURING_HARD,
	DJ_HABIT_PASS_THROUGH,
	DJ_HABIT_PASS_THROUGH_HARD,
	/* Innocent, and like structuring. Of the busy shops the usual rule is wrong. */
	DJ_HABIT_SHOP_SMALL,
	DJ_HABIT_SHOP_LARGE,
	DJ_HABIT_SHOP_SPREAD,
	DJ_HABIT_SHOP_BUSY,
	/* Innocent, and like pass-through. Of the agents for two the usual rule is wrong. */
	DJ_HABIT_PAYROLL,
	DJ_HABIT_AGENT,
	DJ_HABIT_AGENT_FOR_TWO,
	DJ_HABIT_SLOW,
	DJ_HABIT_KEEPS_PART,
	DJ_HABITS
} dj_habit;

enum { DJ_BANK_DAYS = 184, DJ_EPISODES = 6, DJ_CASH = -1 }; /* July to December 2024 */

typedef struct dj_account {
	uint8_t  habit, town, payday, n_starts;
	bool     french;
	int16_t  start[DJ_EPISODES]; /* days on which an episode begins, rising */
	int16_t  opened;             /* days before the first day */
	int32_t  employer, landlord; /* accounts; landlord -1: none in this bank */
	int64_t  wage;               /* of a firm: all wages of a month. All money is in cents */
	int16_t  first, last;        /* days of the first and last payment of its episodes; last -1: none yet */
} dj_account;

typedef enum dj_channel { DJ_BY_CASH, DJ_BY_TRANSFER, DJ_BY_EMAIL, DJ_BY_WIRE, DJ_BY_CHEQUE, DJ_BY_CARD, DJ_BY_CRYPTO } dj_channel;
typedef enum dj_purpose { DJ_FOR_NOTHING, DJ_FOR_RENT, DJ_FOR_PAY, DJ_FOR_PURCHASE, DJ_FOR_INVOICE, DJ_FOR_SAVINGS, DJ_FOR_DEPOSIT } dj_purpose;

typedef struct dj_payment {
	int64_t    at;       /* seconds since the first day began */
	uint32_t   order;    /* of making: settles what the second does not */
	int32_t    from, to; /* an account, DJ_CASH, or -2 - k: account k of another bank */
	int64_t    cents;
	dj_channel channel;
	dj_purpose purpose;
	uint8_t    town; /* where; of cash and cards */
} dj_payment;

typedef struct dj_bank {
	dj_account     *account;
	size_t          n;
	int32_t        *of[DJ_HABITS]; /* accounts of each habit */
	size_t          n_of[DJ_HABITS];
	dj_random_state r;
	int             day, day_of_month, weekday; /* today; weekday 1 is Monday */
	dj_payment     *pending;
	size_t          n_pending, cap_pending;
	uint32_t        made;
	uint64_t        written; /* transaction ids given */
} dj_bank;

/* habits.c: what the account does today. */
void dj_habit_day(dj_bank *b, int32_t i);
void dj_bank_pay(dj_bank *b, dj_payment p);

#endif
