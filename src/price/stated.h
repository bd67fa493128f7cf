/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_STATED_H
#define SC_PRICE_STATED_H
/* Usage that is stated instead of simulated: what a usage file may say of each service, and how it
 * becomes meters. The rounding is that of price/metering.h and the way to SKUs that of
 * price/charge.h, so stated and simulated usage meet the same rules. A type is one file
 * stated_NAME.c, or rows in stated_plain.c, and one line in stateds.def. */
#include "base/error.h"
#include "base/memory.h"
#include "io/fields.h"
#include "price/charge.h"

/** What one item of a usage file has metered so far. */
struct sc_sheet {
    const char *node;           /* the item's name */
    const struct sc_book *book; /* whose SKUs it uses */
    struct sc_fraction month_h; /* hours of the month */
    bool decimal;               /* the file counts KB, MB, GB and TB in powers of 1,000 */
    struct sc_arena *arena;
    struct sc_sheet_meter {
        const char *name;
        struct sc_fraction sum,
            kept; /* kept: of the sum, what is there whether it is used or not */
    } * meter;
    int n_meters;
    struct sc_charge *charge;
    int n_charges;
};

/** Adds to a meter of the item. */
void sc_sheet_meter(struct sc_sheet *s, const char *meter, struct sc_fraction amount);
/** The SKU is billed for the item (once, however often it is asked for); `sku` is copied. */
void sc_sheet_charge(struct sc_sheet *s, const char *sku);
/** Both, for an amount in the unit that the SKU is priced in; does nothing for an amount of 0. */
void sc_sheet_use(struct sc_sheet *s, const char *sku, struct sc_fraction units);
/** The same for what is there whether it is used or not: one more request does not change it. */
void sc_sheet_hold(struct sc_sheet *s, const char *sku, struct sc_fraction units);
/** The four dimensions of load balancers' LCUs (a Lambda target counts its bytes 2.5 times). */
void sc_sheet_charge_lcu(struct sc_sheet *s);

/** Bytes in an amount of a size unit: 'K', 'M', 'G' or 'T', as the file counts them. */
struct sc_fraction sc_sheet_bytes(const struct sc_sheet *s, struct sc_fraction amount, char unit);
/** Gigabytes in such an amount: a GB of the file is a GB of the bill, and the file says how many
 * KB, MB and TB that is. */
struct sc_fraction sc_sheet_gb(const struct sc_sheet *s, struct sc_fraction amount, char unit);
/** Units of `unit_bytes` of one call of `amount` (rounded up, at least one). */
struct sc_fraction sc_sheet_units(const struct sc_sheet *s, struct sc_fraction amount, char unit,
                                  int64_t unit_bytes);
/** Hours as stated, or the whole month where nothing was (-1). */
struct sc_fraction sc_sheet_hours(const struct sc_sheet *s, struct sc_fraction stated);

/** The month's usages; an amount that is too large gives an error that names the SKU. */
SC_MUST_CHECK int sc_sheet_usages(const struct sc_sheet *s, struct sc_usage **out, int *n,
                                  struct sc_error *err);

/** How a plain row becomes units of its SKU. */
enum sc_plain_rule {
    SC_PLAIN_UNITS,       /* as it is */
    SC_PLAIN_HOURS,       /* things that are there for the item's "hours" */
    SC_PLAIN_WHOLE_HOURS, /* the same, where a started hour counts whole */
    SC_PLAIN_MONTHS,      /* things that are there for the item's "hours", by the month: x hours /
                             month_h */
    SC_PLAIN_GB,          /* gigabytes as the file counts them */
    SC_PLAIN_GB_TWICE,    /* gigabytes that are billed where they leave and where they arrive */
    SC_PLAIN_STORED,      /* gigabytes that are kept through the month */
    SC_PLAIN_SIZED        /* calls of the item's "size_kb" each: x units of `unit_bytes` */
};
struct sc_plain {
    const char *key, *help, *sku;
    enum sc_plain_rule rule;
    int64_t unit_bytes;
};

struct sc_stated_type {
    const char *name, *summary;
    /** Either rows, or a struct with its table and its own function. */
    const struct sc_plain *plain; /* ends with a NULL key */
    size_t size;
    const struct sc_field *fields;
    int (*meter)(const void *stated, struct sc_sheet *s, struct sc_error *err);
};

/** The list, ordered as stateds.def; ends with NULL. */
extern const struct sc_stated_type *const sc_stated_types[];
const struct sc_stated_type *sc_stated_type_named(const char *name);
/** The field table of a type; that of rows is made in the arena: each row, then "hours" and
 * "size_kb" where rows ask for them. All kinds are SC_FIELD_EXACT. */
const struct sc_field *sc_stated_fields(const struct sc_stated_type *type, struct sc_arena *arena);
/** Bytes that sc_stated_fields fills. */
size_t sc_stated_size(const struct sc_stated_type *type);
/** Meters what was read into `stated`. Errors name the key as pointer ("/memory_mb"). */
SC_MUST_CHECK int sc_stated_meter(const struct sc_stated_type *type, const void *stated,
                                  struct sc_sheet *s, struct sc_error *err);
#endif
