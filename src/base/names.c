/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/names.h"

#include <string.h>

enum { LONGEST = 63 };

bool sc_name_is_valid(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return n > 0 && n <= LONGEST && name[n] == '\0';
}

static int least(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

int sc_name_distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b);
    if (na > LONGEST || nb > LONGEST)
        return LONGEST;
    int row[LONGEST + 1];
    for (size_t j = 0; j <= nb; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        int corner = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            int above = row[j];
            row[j] = least(above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1]));
            corner = above;
        }
    }
    return row[nb];
}

void sc_nearest_offer(struct sc_nearest *n, const char *name)
{
    int d = sc_name_distance(n->typed, name);
    if (!n->best || d < n->distance) {
        n->best = name;
        n->distance = d;
    }
}

const char *sc_nearest_name(const struct sc_nearest *n)
{
    size_t length = strlen(n->typed);
    if (length > LONGEST || (size_t)n->distance >= length) /* not compared, or nothing in common */
        return NULL;
    return n->best && (size_t)n->distance <= (length < 4 ? 1 : length / 3 + 1) ? n->best : NULL;
}
