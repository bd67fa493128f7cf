/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_BOOKPARTS_H
#define SC_SCENARIO_BOOKPARTS_H
/* The parts of a book's reading: values, one price with its versions, what is taken from another
 * book, and the checks of the whole. */
#include "io/fields.h"
#include "io/json.h"
#include "price/book.h"
#include <stdbool.h>

enum { SC_DAY_TEXT = 11 }; /* room for YYYY-MM-DD */

struct sc_book_head {
    const char *id, *region, *currency, *as_of, *note, *extends;
    const struct cJSON *sources, *prices, *takes, *discounts;
};

/* One file of a row of books. */
struct sc_book_file {
    const struct sc_doc *doc;
    struct sc_doc own; /* what doc points to where the file was opened here */
    const char *date;  /* as typed after '@', or NULL */
    const char *day;   /* the day asked for, YYYY-MM-DD, or NULL */
    bool pinned;       /* the book that extends it says the day itself */
    struct sc_book_head head;
    struct sc_arena *arena;
    struct sc_error *err;
};

/* A SKU while the book grows. */
struct sc_book_entry {
    struct sc_price price;    /* of the day; only its sku where it has none then */
    const struct cJSON *item; /* in the file at hand; NULL: inherited */
    bool is_there;            /* has a price on the day */
    int n_days;
    const char *const *day; /* on which a version of it begins, the newest first */
};

struct sc_book_list {
    int n;
    struct sc_book_entry *entry; /* ordered by sku */
};

/** Reads an object of the file by its table. */
SC_MUST_CHECK int sc_book_read_fields(const struct sc_book_file *f, const struct cJSON *object,
                                      const struct sc_field *table, void *out);
/** The first day of YYYY, YYYY-MM or YYYY-MM-DD of the proleptic Gregorian calendar; false: no
 * date. */
bool sc_book_day(const char *text, char day[SC_DAY_TEXT]);
/** Reads a decimal string of at most `digits` decimals between 0 and `most`; `what` is its unit,
 * or "" for a bare share. */
SC_MUST_CHECK int sc_book_read_amount(const struct sc_book_file *f, const struct cJSON *item,
                                      int digits, int64_t most, const char *what, sc_i128 *out);
/** Fails at `item` unless the key is one of the file's sources. */
SC_MUST_CHECK int sc_book_check_source(const struct sc_book_file *f, const struct cJSON *item,
                                       const char *key);
/** Fails at `item` unless the text is a SKU, or with `may_end` one that may end with '*'. */
SC_MUST_CHECK int sc_book_check_sku(const struct sc_book_file *f, const struct cJSON *item,
                                    const char *sku, bool may_end);

/** Reads a member of "prices": the version of the day, after a look at all. */
SC_MUST_CHECK int sc_book_read_price(const struct sc_book_file *f, const struct cJSON *item,
                                     struct sc_book_entry *out);

/** Makes of the entries of the book it extends what the file inherits: what it takes, without what
 * it has itself, less the discounts. `region` is where they are from. */
SC_MUST_CHECK int sc_book_inherit(const struct sc_book_file *f, const char *region,
                                  struct sc_book_list *list);

/** The entry of a SKU, or NULL. */
struct sc_book_entry *sc_book_entry_of(const struct sc_book_list *list, const char *sku);
/** Checks what entries say of each other: billed_as, covers, pools. */
SC_MUST_CHECK int sc_book_link(const struct sc_book_file *f, const struct sc_book_list *list);
/** Where a SKU has no price on the day, neither has what is billed as it or covers it; what is
 * billed as another has its unit, and what covers it covers the other. Of a list that was checked.
 */
void sc_book_settle(const struct sc_book_list *list);
/** The days on which versions begin, ordered, each once. */
const char *const *sc_book_days(const struct sc_book_list *list, struct sc_arena *arena, int *n);
#endif
