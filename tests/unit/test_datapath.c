/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/datapath.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct sc_arena arena;

static const char *find(const char *folder, const char *file, struct sc_error *err)
{
    *err = (struct sc_error){0};
    return sc_datapath_find(folder, file, &arena, err);
}

static void the_source_trees_models_are_found(void **state)
{
    (void)state;
    struct sc_error err;
    const char *path = find("prices", "aws-us-east-1.json", &err);
    assert_non_null(path);
    assert_non_null(strstr(path, "prices/aws-us-east-1.json"));
    assert_int_equal(access(path, R_OK), 0);
    assert_non_null(find("coldstart", "lambda.json", &err));
}

static void a_name_that_is_near_is_offered(void **state)
{
    (void)state;
    struct sc_error err;
    assert_null(find("prices", "aws-us-eats-1.json", &err));
    assert_non_null(strstr(err.message, "did you mean \"aws-us-east-1\"?"));
    assert_null(find("prices", "quite-another-thing.json", &err));
    assert_non_null(strstr(err.message, "aws-us-east-1"));
}

/* A name is no way out of the folder. */
static void paths_are_no_names(void **state)
{
    (void)state;
    struct sc_error err;
    assert_null(find("prices", "../coldstart/lambda.json", &err));
}

/* A folder of one's own comes first, and what it lacks is found behind it. */
static void ones_own_folder_comes_first(void **state)
{
    (void)state;
    struct sc_error err;
    char top[] = "datapath-XXXXXX", folder[64], file[80];
    assert_non_null(mkdtemp(top));
    snprintf(folder, sizeof folder, "%s/prices", top);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(file, sizeof file, "%s/prices/own.json", top);
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    fclose(out);
    setenv("SIMCOST_DATA_DIR", top, 1);
    assert_string_equal(find("prices", "own.json", &err), file);
    assert_non_null(find("prices", "aws-us-east-1.json", &err));
    assert_null(find("prices", "owm.json", &err));
    assert_non_null(strstr(err.message, "did you mean \"own\"?"));
    int n = 0, n_own = 0;
    const char *const *name = sc_datapath_list("prices", &arena, &n);
    for (int i = 0; i < n; i++) {
        n_own += strcmp(name[i], "own") == 0;
        assert_true(i == 0 || strcmp(name[i - 1], name[i]) < 0);
    }
    assert_true(n >= 2 && n_own == 1);
    unsetenv("SIMCOST_DATA_DIR");
    assert_null(find("prices", "own.json", &err));
    remove(file);
    rmdir(folder);
    rmdir(top);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_source_trees_models_are_found),
        cmocka_unit_test(a_name_that_is_near_is_offered),
        cmocka_unit_test(paths_are_no_names),
        cmocka_unit_test(ones_own_folder_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
