/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_STATEDPARTS_H
#define SC_PRICE_STATEDPARTS_H
/* What the types of stated usage share: rows of their tables, and sums that pass on what is too
 * large. */
#include "price/metering.h"
#include "price/stated.h"
#include <stddef.h>

/** The most that a key takes, and the default of one that may be left out. */
#define SC_MOST_STATED 1e18
#define SC_NOT_STATED (-1)

/** A row whose member is called as its key. */
#define SC_EXACT_ROW(type, member, default_, text_)                                                \
    {                                                                                              \
        .key = #member, .help = text_, .kind = SC_FIELD_EXACT, .offset = offsetof(type, member),   \
        .def = default_, .max = SC_MOST_STATED                                                     \
    }
/** The same, to be stated. */
#define SC_EXACT_MUST(type, member, text_)                                                         \
    {                                                                                              \
        .key = #member, .help = text_, .kind = SC_FIELD_EXACT, .offset = offsetof(type, member),   \
        .max = SC_MOST_STATED, .required = 1                                                       \
    }
/** The same with bounds of its own. */
#define SC_EXACT_WITHIN(type, member, default_, min_, max_, text_)                                 \
    {                                                                                              \
        .key = #member, .help = text_, .kind = SC_FIELD_EXACT, .offset = offsetof(type, member),   \
        .def = default_, .min = min_, .max = max_                                                  \
    }
#define SC_CHOICE_ROW(type, member, default_, choices_, text_)                                     \
    {                                                                                              \
        .key = #member, .help = text_, .kind = SC_FIELD_CHOICE, .offset = offsetof(type, member),  \
        .def = default_, .choices = choices_                                                       \
    }
#define SC_BOOL_ROW(type, member, text_)                                                           \
    {                                                                                              \
        .key = #member, .help = text_, .kind = SC_FIELD_BOOL, .offset = offsetof(type, member)     \
    }

/** The instruction sets of AWS, and how its SKUs call them. */
#define SC_ARCHITECTURES "x86_64|arm64"
enum sc_architecture { SC_X86, SC_ARM };

static inline bool sc_is_stated(struct sc_fraction f)
{
    return !sc_fraction_fits(f) || f.num >= 0;
}
/** Stated and not 0. */
static inline bool sc_is_some(struct sc_fraction f)
{
    return !sc_fraction_fits(f) || f.num > 0;
}
static inline struct sc_fraction sc_stated_or(struct sc_fraction f, struct sc_fraction other)
{
    return sc_is_stated(f) ? f : other;
}
static inline struct sc_fraction sc_times3(struct sc_fraction a, struct sc_fraction b,
                                           struct sc_fraction c)
{
    return sc_fraction_times(sc_fraction_times(a, b), c);
}
static inline struct sc_fraction sc_fraction_minus(struct sc_fraction a, struct sc_fraction b)
{
    return sc_fraction_plus(a, (struct sc_fraction){-b.num, b.den});
}
static inline struct sc_fraction sc_at_least(struct sc_fraction f, struct sc_fraction least)
{
    if (!sc_fraction_fits(f) || !sc_fraction_fits(least))
        return SC_TOO_LARGE;
    return sc_fraction_less(f, least) ? least : f;
}
/** What is above a bound, or 0. */
static inline struct sc_fraction sc_beyond(struct sc_fraction f, struct sc_fraction bound)
{
    return sc_at_least(sc_fraction_minus(f, bound), sc_whole(0));
}
/** The next multiple of a step. */
static inline struct sc_fraction sc_rounded_up(struct sc_fraction f, int64_t step)
{
    return sc_fraction_times(sc_fraction_steps(f, sc_whole(step)), sc_whole(step));
}
/** MB as the GB of what is priced by memory, which are always of 1,024 MB. */
static inline struct sc_fraction sc_memory_gb(struct sc_fraction mb)
{
    return sc_fraction_over(mb, sc_whole(1024));
}
#endif
