/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/age.h"

#include "price/book.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

static const int64_t DAY_S = 86400;

/* Days since 1970-01-01 of a Gregorian date: the year begins in March, so that the leap day is its
 * last, and 400 years have 146,097 days. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1, in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + in_year - 719468;
}

int64_t sc_today_days(void)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    long long seconds = fixed && *fixed ? strtoll(fixed, &end, 10) : -1;
    bool holds = end && *end == '\0' && seconds >= 0;
    return (holds ? (int64_t)seconds : (int64_t)time(NULL)) / DAY_S;
}

int64_t sc_book_age_days(const struct sc_book *book)
{
    char *rest;
    int year = (int)strtol(book->as_of, &rest, 10), month = (int)strtol(rest + 1, &rest, 10);
    return sc_today_days() - days_of(year, month, (int)strtol(rest + 1, NULL, 10));
}

void sc_book_warn_age(const struct sc_book *book, FILE *out)
{
    int64_t age = sc_book_age_days(book);
    if (age > SC_BOOK_OLD_DAYS && !book->at)
        fprintf(out,
                "simcost: the price book %s is of %s, %" PRId64
                " days old: check its prices, or name the day that is meant with @DATE\n",
                book->id, book->as_of, age);
}
