/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price/book.h"

#include "base/names.h"

#include <string.h>

static const struct sc_price *entry_of(const struct sc_book *book, const char *sku)
{
    int low = 0, high = book->n;
    while (low < high) {
        int middle = low + (high - low) / 2, order = strcmp(sku, book->prices[middle].sku);
        if (order == 0)
            return &book->prices[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* The loader has checked that what a SKU is billed as is there and stands for itself. */
const struct sc_price *sc_book_price(const struct sc_book *book, const char *sku)
{
    const struct sc_price *price = entry_of(book, sku);
    return price && price->billed_as ? entry_of(book, price->billed_as) : price;
}

const char *sc_book_nearest(const struct sc_book *book, const char *sku)
{
    struct sc_nearest nearest = {.typed = sku};
    for (int i = 0; i < book->n; i++)
        sc_nearest_offer(&nearest, book->prices[i].sku);
    return sc_nearest_name(&nearest);
}
