/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/units.h"
#include <string.h>

static void suffixes(void **state)
{
    (void)state;
    assert_string_equal(sc_unit_of_key("timeout_ms")->name, "milliseconds");
    assert_true(sc_unit_of_key("keep_alive_s")->scale == 1e9);
    assert_true(sc_unit_of_key("horizon_h")->scale == 3.6e12);
    assert_int_equal(sc_unit_of_key("memory_mb")->kind, SC_UNIT_BYTES);
    assert_true(sc_unit_of_key("item_bytes")->scale == 1);
    assert_true(sc_unit_of_key("stored_gb")->scale == 1073741824.0);
    assert_int_equal(sc_unit_of_key("requests_per_s")->kind, SC_UNIT_OTHER);
    assert_true(sc_unit_of_key("usd_per_h")->scale == 1);
    assert_null(sc_unit_of_key("tasks"));
    assert_null(sc_unit_of_key("_s"));
}

static void check_ns(int64_t ns, const char *expected)
{
    char text[SC_UNITS_TEXT];
    assert_string_equal(sc_ns_text(ns, text), expected);
}

static void durations(void **state)
{
    (void)state;
    check_ns(0, "0 ns");
    check_ns(999, "999 ns");
    check_ns(38000000, "38 ms");
    check_ns(1238000000, "1.24 s");
    check_ns(999499999, "999 ms");
    check_ns(999600000, "1 s");
    check_ns(1500, "1.5 us");
    check_ns(119400000000, "119 s");
    check_ns(150000000000, "2.5 min");
    check_ns(INT64_C(7) * 3600 * 1000000000, "7 h");
    check_ns(INT64_C(47) * 3600 * 1000000000, "47 h");
    check_ns(INT64_C(168) * 3600 * 1000000000, "7 d");
    check_ns(INT64_MAX, "106752 d");
    check_ns(-38000000, "-38 ms");
    check_ns(INT64_MIN, "-106752 d");
}

static void check_bytes(int64_t bytes, const char *expected)
{
    char text[SC_UNITS_TEXT];
    assert_string_equal(sc_bytes_text(bytes, text), expected);
}

static void sizes(void **state)
{
    (void)state;
    check_bytes(0, "0 bytes");
    check_bytes(1000, "1000 bytes");
    check_bytes(1024, "1 KB");
    check_bytes(655360, "640 KB");
    check_bytes(1023 * 1024, "1023 KB");
    check_bytes(1610612736, "1.5 GB");
    check_bytes(INT64_C(4096) << 40, "4096 TB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suffixes),
        cmocka_unit_test(durations),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
