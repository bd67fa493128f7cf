/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/composition.h"

#include "report/words.h"

enum { LARGEST = 3 };

const char *sc_composition_text(const struct sc_result_architecture *a, struct sc_arena *arena)
{
    const char *text = "";
    char share[SC_WORDS_TEXT];
    bool *told = SC_NEW_ARRAY(arena, bool, a->n_lines + 1);
    for (int n = 0; n < LARGEST; n++) {
        int best = -1;
        for (int i = 0; i < a->n_lines; i++)
            if (!told[i] && a->line[i].usd_e15 > 0 &&
                (best < 0 || a->line[i].usd_e15 > a->line[best].usd_e15))
                best = i;
        if (best < 0)
            break;
        told[best] = true;
        double usd = (double)a->line[best].usd_e15 / 1e15;
        text = sc_arena_printf(arena, "%s%s%s %s %s", text, n ? ", " : "", a->line[best].node,
                               a->line[best].item,
                               sc_percent_text(sc_ratio(usd, a->cost_usd_per_month.mean), share));
    }
    return *text ? text : "costs nothing within the free allowances";
}
