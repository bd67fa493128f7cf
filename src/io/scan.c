/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/scan.h"

#include "io/json.h"
#include <stdarg.h>
#include <string.h>

enum want { A_VALUE, VALUE_OR_END, A_KEY, KEY_OR_END, A_COLON, COMMA_OR_END, NOTHING };

struct scan {
    const char *name, *text;
    size_t n, at;
    size_t open[SC_JSON_MOST_DEPTH]; /* places of the brackets that are open */
    int depth;
    enum want want;
    struct sc_error *err;
};

void sc_scan_place(const char *text, size_t at, int *line, int *col)
{
    size_t begin = 0;
    *line = 1;
    for (size_t i = 0; i < at; i++)
        if (text[i] == '\n') {
            ++*line;
            begin = i + 1;
        }
    *col = (int)(at - begin) + 1;
}

static SC_PRINTF(3, 4) int fail_at(const struct scan *s, size_t at, const char *fmt, ...)
{
    char why[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    int line, col;
    sc_scan_place(s->text, at, &line, &col);
    sc_fail(s->err, NULL, "not valid JSON here: %s", why);
    sc_error_place(s->err, s->name, line, col);
    return -1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char peek(const struct scan *s)
{
    return s->at < s->n ? s->text[s->at] : '\0';
}

static const char *wanted(const struct scan *s)
{
    static const char *const names[] = {"a value",
                                        "a value or ']'",
                                        "a key in double quotes",
                                        "a key in double quotes or '}'",
                                        "':'",
                                        "",
                                        "the end of the text"};
    if (s->want != COMMA_OR_END || s->depth == 0)
        return names[s->want];
    return s->text[s->open[s->depth - 1]] == '{' ? "',' or '}'" : "',' or ']'";
}

static const char *hint(const struct scan *s)
{
    char c = s->text[s->at];
    if (c == '/' || c == '#')
        return " (JSON has no comments)";
    if (c == '\'')
        return " (JSON has double quotes only)";
    if ((c == '}' && s->want == A_KEY) || (c == ']' && s->want == A_VALUE && s->depth > 0))
        return " (no comma after the last one)";
    if (strchr("TFNI", c) && s->want <= VALUE_OR_END)
        return " (words: true, false and null only)";
    return "";
}

static int unexpected(const struct scan *s)
{
    if (s->at >= s->n) {
        if (s->depth == 0)
            return fail_at(s, s->n, "the text ends where %s is wanted", wanted(s));
        int line, col;
        sc_scan_place(s->text, s->open[s->depth - 1], &line, &col);
        return fail_at(s, s->n,
                       "the text ends where %s is wanted; the '%c' of line %d is still open",
                       wanted(s), s->text[s->open[s->depth - 1]], line);
    }
    const char *c = s->text + s->at;
    int most = s->n - s->at < 24 ? (int)(s->n - s->at) : 24, length = 0;
    while (length < most && is_word(c[length]))
        length++;
    if (length == 0 && *c == '"') /* the string itself, up to its end or its line's */
        do
            length++;
        while (length < most && c[length - 1] != '\n' && (length < 2 || c[length - 1] != '"'));
    if (length == 0 &&
        (*c <= ' ' || *c == 0x7f)) /* char may be signed: bytes from 0x80 come here, too */
        return fail_at(s, s->at, "found byte 0x%02x where %s is wanted", (unsigned char)*c,
                       wanted(s));
    return fail_at(s, s->at, "found '%.*s' where %s is wanted%s", length > 0 ? length : 1, c,
                   wanted(s), hint(s));
}

/* First bytes, how long what they begin is, and between which bounds the second byte must lie: no
 * overlong form, no surrogate, nothing above U+10FFFF (RFC 3629, section 4). */
static const struct lead {
    unsigned char from, to, least, most;
    int length;
} leads[] = {{0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
             {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
             {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};

int sc_scan_utf8(const unsigned char *c, size_t n)
{
    const struct lead *l = leads, *end = leads + sizeof leads / sizeof *leads;
    while (l < end && (c[0] < l->from || c[0] > l->to))
        l++;
    if (l == end || (size_t)l->length > n)
        return 0;
    if (l->length > 1 && (c[1] < l->least || c[1] > l->most))
        return 0;
    for (int i = 2; i < l->length; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return l->length;
}

/* The four digits of a \u escape at `at`, or -1. */
static int hex4(const struct scan *s, size_t at)
{
    int value = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = i < s->n ? s->text[i] : '\0';
        int digit = is_digit(c)            ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static int scan_escape(struct scan *s)
{
    size_t at = s->at;
    char c = at + 1 < s->n ? s->text[at + 1] : '\0';
    s->at += 2;
    if (c != '\0' && strchr("\"\\/bfnrt", c))
        return 0;
    int code = c == 'u' ? hex4(s, s->at) : -1;
    if (code < 0)
        return fail_at(s, at,
                       "this backslash begins no escape (a backslash itself is written \\\\)");
    if (code == 0)
        return fail_at(s, at, "\\u0000 is a zero byte, which no text here may hold");
    s->at += 4;
    if (code < 0xd800 || code > 0xdfff)
        return 0;
    int low =
        peek(s) == '\\' && s->at + 1 < s->n && s->text[s->at + 1] == 'u' ? hex4(s, s->at + 2) : -1;
    if (code > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return fail_at(s, at, "\\u%04x is half of a surrogate pair", (unsigned)code);
    s->at += 6;
    return 0;
}

static int scan_string(struct scan *s)
{
    size_t begin = s->at++;
    while (s->at < s->n) {
        unsigned char c = (unsigned char)s->text[s->at];
        if (c == '"') {
            s->at++;
            return 0;
        }
        if (c == '\\') {
            if (scan_escape(s) != 0)
                return -1;
            continue;
        }
        if (c == '\n' || c == '\r')
            return fail_at(s, begin, "this string is not closed on its line");
        if (c < ' ')
            return fail_at(s, s->at, "byte 0x%02x stands bare in a string", c);
        int length = sc_scan_utf8((const unsigned char *)s->text + s->at, s->n - s->at);
        if (length == 0)
            return fail_at(s, s->at, "byte 0x%02x is not UTF-8", c);
        s->at += (size_t)length;
    }
    return fail_at(s, begin, "this string is never closed");
}

static size_t digits(struct scan *s)
{
    size_t begin = s->at;
    while (is_digit(peek(s)))
        s->at++;
    return s->at - begin;
}

static int scan_number(struct scan *s)
{
    enum { MOST = 60 }; /* cJSON takes 63 */
    size_t begin = s->at;
    s->at += peek(s) == '-';
    bool zero = peek(s) == '0', whole = true;
    size_t before = digits(s);
    if (before == 0)
        return fail_at(s, begin, "'-' without digits");
    if (zero && before > 1)
        return fail_at(s, begin, "a number does not begin with 0 and more digits");
    if (peek(s) == '.') {
        s->at++;
        whole = digits(s) > 0;
    }
    if (whole && (peek(s) == 'e' || peek(s) == 'E')) {
        s->at++;
        s->at += peek(s) == '+' || peek(s) == '-';
        whole = digits(s) > 0;
    }
    if (!whole)
        return fail_at(s, begin, "'%.*s' is half a number",
                       (int)(s->at - begin < 40 ? s->at - begin : 40), s->text + begin);
    if (s->at - begin > MOST)
        return fail_at(s, begin, "a number of more than %d characters", MOST);
    return 0;
}

static int scan_word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t length = 0;
    while (s->at + length < s->n && is_word(s->text[s->at + length]))
        length++;
    for (int i = 0; i < 3; i++)
        if (length == strlen(words[i]) && memcmp(s->text + s->at, words[i], length) == 0) {
            s->at += length;
            return 0;
        }
    return unexpected(s);
}

static void after_value(struct scan *s)
{
    s->want = s->depth > 0 ? COMMA_OR_END : NOTHING;
}

static int open_bracket(struct scan *s, char c)
{
    if (s->depth == SC_JSON_MOST_DEPTH)
        return fail_at(s, s->at, "more than %d brackets are open", SC_JSON_MOST_DEPTH);
    s->open[s->depth++] = s->at++;
    s->want = c == '{' ? KEY_OR_END : VALUE_OR_END;
    return 0;
}

static int close_bracket(struct scan *s)
{
    s->depth--;
    s->at++;
    after_value(s);
    return 0;
}

static int scan_value(struct scan *s, char c)
{
    if (c == '{' || c == '[')
        return open_bracket(s, c);
    int failed = c == '"'                  ? scan_string(s)
                 : c == '-' || is_digit(c) ? scan_number(s)
                                           : scan_word(s);
    after_value(s);
    return failed;
}

/* One token. */
static int step(struct scan *s)
{
    char c = peek(s);
    bool in_object = s->depth > 0 && s->text[s->open[s->depth - 1]] == '{';
    if ((c == '}' && in_object && (s->want == KEY_OR_END || s->want == COMMA_OR_END)) ||
        (c == ']' && !in_object && (s->want == VALUE_OR_END || s->want == COMMA_OR_END)))
        return close_bracket(s);
    if (s->want <= VALUE_OR_END && s->at < s->n)
        return scan_value(s, c);
    if (s->want <= KEY_OR_END && c == '"') {
        s->want = A_COLON;
        return scan_string(s);
    }
    if (s->want == A_COLON && c == ':')
        s->want = A_VALUE;
    else if (s->want == COMMA_OR_END && c == ',')
        s->want = in_object ? A_KEY : A_VALUE;
    else
        return unexpected(s);
    s->at++;
    return 0;
}

int sc_scan(const char *name, const char *text, size_t length, struct sc_error *err)
{
    struct scan s = {.name = name, .text = text, .n = length, .want = A_VALUE, .err = err};
    for (;;) {
        while (s.at < s.n && (text[s.at] == ' ' || text[s.at] == '\n' || text[s.at] == '\r' ||
                              text[s.at] == '\t'))
            s.at++;
        if (s.at == s.n && s.want == NOTHING)
            return 0;
        if (step(&s) != 0)
            return -1;
    }
}
