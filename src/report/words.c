/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/words.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

char *sc_usd_text(double usd, char *text)
{
    double size = fabs(usd);
    if (size >= 999999.5)
        snprintf(text, SC_WORDS_TEXT, "%.3g M", usd / 1e6);
    else
        snprintf(text, SC_WORDS_TEXT, "%.*f", size >= 999.95 ? 0 : size >= 99.995 ? 1 : 2, usd);
    return text;
}

char *sc_cents_text(int64_t cents, char *text)
{
    return sc_usd_text((double)cents / 100, text);
}

char *sc_ms_text(double ms, char *text)
{
    if (!isfinite(ms))
        snprintf(text, SC_WORDS_TEXT, "-");
    else if (ms < 999.5)
        snprintf(text, SC_WORDS_TEXT, "%.*f ms", ms < 9.95 ? 1 : 0, ms);
    else if (ms < 9.9995e6)
        snprintf(text, SC_WORDS_TEXT, "%.*f s", ms < 9995 ? 2 : ms < 99950 ? 1 : 0, ms / 1e3);
    else
        snprintf(text, SC_WORDS_TEXT, "%.1f h", ms / 3.6e6);
    return text;
}

char *sc_percent_text(double frac, char *text)
{
    double percent = frac * 100;
    if (percent > 0 && percent < 0.005)
        snprintf(text, SC_WORDS_TEXT, "<.01 %%");
    else if (percent < 0.995 && percent > 0)
        snprintf(text, SC_WORDS_TEXT, "%.2f %%", percent);
    else
        snprintf(text, SC_WORDS_TEXT, "%.*f %%", percent > 0 && percent < 9.95 ? 1 : 0, percent);
    return text;
}

char *sc_count_text(double n, char *text)
{
    snprintf(text, SC_WORDS_TEXT, n == floor(n) && fabs(n) < 1e15 ? "%.0f" : "%.6g", n);
    return text;
}

int sc_text_columns(const char *text, size_t bytes)
{
    int columns = 0;
    for (size_t i = 0; i < bytes && text[i] != '\0'; i++)
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    return columns;
}

void sc_paragraph(const char *head, int indent, const char *text, FILE *out)
{
    int column = sc_text_columns(head, strlen(head));
    bool first = true;
    fputs(head, out);
    for (const char *word = text + strspn(text, " "); *word != '\0';) {
        size_t length = strcspn(word, " ");
        int width = sc_text_columns(word, length);
        if (column + !first + width > SC_SCREEN && (!first || column > indent)) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", (int)length, word);
        column += width + !first;
        first = false;
        word += length;
        word += strspn(word, " ");
    }
    fputc('\n', out);
}
