/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/outfile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char folder[64], file[128], link[128];
};

static int set_up(void **state)
{
    static struct place p;
    strcpy(p.folder, "/tmp/simcost-test-XXXXXX");
    if (!mkdtemp(p.folder))
        return -1;
    snprintf(p.file, sizeof p.file, "%s/out", p.folder);
    snprintf(p.link, sizeof p.link, "%s/link", p.folder);
    *state = &p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    unlink(p->file);
    unlink(p->link);
    return rmdir(p->folder); /* fails when something was left */
}

static void write_text(const char *path, const char *text)
{
    struct sc_outfile f;
    struct sc_error err = {0};
    assert_int_equal(sc_outfile_open(&f, path, &err), 0);
    fputs(text, f.out);
    assert_int_equal(sc_outfile_close(&f, &err), 0);
}

static void assert_text(const char *path, const char *text)
{
    char is[64] = "";
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fgets(is, sizeof is, f) != NULL);
    fclose(f);
    assert_string_equal(is, text);
}

static void a_file_is_there_whole_or_not_at_all(void **state)
{
    struct place *p = *state;
    struct sc_outfile f;
    struct sc_error err = {0};
    write_text(p->file, "first");
    assert_int_equal(sc_outfile_open(&f, p->file, &err), 0);
    fputs("second", f.out);
    fflush(f.out);
    assert_text(p->file, "first");
    sc_outfile_drop(&f);
    sc_outfile_drop(&f);
    assert_text(p->file, "first");
    write_text(p->file, "third");
    assert_text(p->file, "third");
}

static void a_link_stays_a_link(void **state)
{
    struct place *p = *state;
    struct stat s;
    write_text(p->file, "first");
    assert_int_equal(symlink("out", p->link), 0);
    write_text(p->link, "second");
    assert_text(p->file, "second");
    assert_int_equal(lstat(p->link, &s), 0);
    assert_true(S_ISLNK(s.st_mode));
}

static void reasons_are_told(void **state)
{
    struct place *p = *state;
    struct sc_outfile f;
    struct sc_error err = {0}, full = {0};
    char path[256];
    snprintf(path, sizeof path, "%s/no/out", p->folder);
    assert_int_equal(sc_outfile_open(&f, path, &err), -1);
    assert_non_null(strstr(err.message, "/no/out: No such file"));
    sc_outfile_drop(&f);
    if (access("/dev/full", W_OK) != 0)
        return;
    assert_int_equal(sc_outfile_open(&f, "/dev/full", &full), 0);
    fputs("much", f.out);
    assert_int_equal(sc_outfile_close(&f, &full), -1);
    assert_string_equal(full.message, "cannot write /dev/full: No space left on device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_there_whole_or_not_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_stays_a_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reasons_are_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
