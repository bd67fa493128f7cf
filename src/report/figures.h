/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_FIGURES_H
#define SC_REPORT_FIGURES_H
/* Exact figures for bills: decimals without a double in between, and cells of a table in CSV. */
#include "num/decimal.h"
#include <stdio.h>

enum { SC_FIGURE_TEXT = 64 };

/** Each writes into text[SC_FIGURE_TEXT] and returns it. */
char *sc_exact_text(sc_i128 n, int digits, char *text); /* n / 10^digits: "0.0000166667", "25" */
char *sc_money_text(sc_i128 cents, char *text);         /* "1,234.50" */
char *sc_amount_text(double n, char *text);             /* "20,000,000,000", "12.25", "1.2e+15" */
char *sc_shortest_text(double n, char *text);           /* reads back as the same double */

/** A cell of CSV: quoted where it has to be; NULL is empty. */
void sc_csv_cell(const char *text, FILE *out);
#endif
