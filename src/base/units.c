/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The first that fits counts, so rates stand before times. */
static const struct sc_unit units[] = {
    {"_per_s", "per second", SC_UNIT_OTHER, 1},
    {"_per_h", "per hour", SC_UNIT_OTHER, 1},
    {"_per_ms", "per millisecond", SC_UNIT_OTHER, 1},
    {"_per_gb", "per GB", SC_UNIT_OTHER, 1},
    {"_per_mb", "per MB", SC_UNIT_OTHER, 1},
    {"_per_kb", "per KB", SC_UNIT_OTHER, 1},
    {"_per_month", "per month", SC_UNIT_OTHER, 1},
    {"_ms", "milliseconds", SC_UNIT_TIME, 1e6},
    {"_s", "seconds", SC_UNIT_TIME, 1e9},
    {"_h", "hours", SC_UNIT_TIME, 3.6e12},
    {"_bytes", "bytes", SC_UNIT_BYTES, 1},
    {"_kb", "KB", SC_UNIT_BYTES, 1024},
    {"_mb", "MB", SC_UNIT_BYTES, 1048576},
    {"_gb", "GB", SC_UNIT_BYTES, 1073741824},
    {"_usd", "USD", SC_UNIT_OTHER, 1},
    {"_frac", "a fraction from 0 to 1", SC_UNIT_OTHER, 1},
};

const struct sc_unit *sc_unit_of_key(const char *key)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen(units[i].suffix);
        if (length > n && strcmp(key + length - n, units[i].suffix) == 0)
            return &units[i];
    }
    return NULL;
}

struct step {
    double size;  /* of the unit */
    double least; /* from here on the unit serves; a little below a round number, which is what
                     rounding makes of it */
    const char *name;
};

/* Three digits, and all that stand before the point. `steps` falls and ends with a unit of size 1.
 */
static char *say(double value, const struct step *steps, char *out)
{
    double size = value < 0 ? -value : value;
    while (size < steps->least && steps->size > 1)
        steps++;
    size /= steps->size;
    snprintf(out, SC_UNITS_TEXT, size < 999.5 ? "%s%.3g %s" : "%s%.0f %s", value < 0 ? "-" : "",
             size, steps->name);
    return out;
}

char *sc_ns_text(int64_t ns, char out[SC_UNITS_TEXT])
{
    static const struct step steps[] = {
        {86400e9, 47.95 * 3600e9, "d"},
        {3600e9, 119.5 * 60e9, "h"},
        {60e9, 119.5e9, "min"},
        {1e9, 999.5e6, "s"},
        {1e6, 999.5e3, "ms"},
        {1e3, 999.5, "us"},
        {1, 0, "ns"},
    };
    return say((double)ns, steps, out);
}

char *sc_bytes_text(int64_t bytes, char out[SC_UNITS_TEXT])
{
    static const struct step steps[] = {
        {1099511627776.0, 1099511627776.0 * 0.9995, "TB"},
        {1073741824.0, 1073741824.0 * 0.9995, "GB"},
        {1048576.0, 1048576.0 * 0.9995, "MB"},
        {1024.0, 1024.0 * 0.9995, "KB"},
        {1, 0, "bytes"},
    };
    return say((double)bytes, steps, out);
}
