/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_CLI_AGE_H
#define SC_CLI_AGE_H
/* How old a price book is. Only what is said about it depends on the clock, no result does. */
#include <stdint.h>
#include <stdio.h>

struct sc_book;

/** From this age on a book is called old. */
enum { SC_BOOK_OLD_DAYS = 365 };

/** Days since 1970-01-01: of $SOURCE_DATE_EPOCH where it is set, else of the clock. */
int64_t sc_today_days(void);
/** Days since the book was made. */
int64_t sc_book_age_days(const struct sc_book *book);
/** Prints one line when the book is older than SC_BOOK_OLD_DAYS and no day was asked for. */
void sc_book_warn_age(const struct sc_book *book, FILE *out);
#endif
