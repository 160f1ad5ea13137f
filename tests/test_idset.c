/* Sets of ids. */
#include <glib.h>

#include "trace/idset.h"

static void test_dense(void)
{
    struct idset set = {0};
    g_assert_false(idset_has(&set, 0));
    for (uint64_t id = 1; id < 100000; id += 2)
        idset_add(&set, id);
    for (uint64_t id = 0; id < 100002; id++)
        g_assert_cmpint(idset_has(&set, id), ==, id % 2 == 1 && id < 100000);
    /* 64 ids share a word, and at most three of four words are in use. */
    g_assert_cmpuint(set.n, ==, 100000 / 64 + 1);
    g_assert_cmpuint(set.size, ==, 4096);
    idset_clear(&set);
    g_assert_false(idset_has(&set, 1));
}

static void test_sparse(void)
{
    struct idset set = {0};
    static const uint64_t ids[] = {0, 63, 64, UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 63};
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_assert_false(idset_has(&set, ids[i]));
        idset_add(&set, ids[i]);
        idset_add(&set, ids[i]);
        for (size_t k = 0; k < G_N_ELEMENTS(ids); k++)
            g_assert_cmpint(idset_has(&set, ids[k]), ==, k <= i);
    }
    g_assert_cmpuint(set.n, ==, 4);
    idset_clear(&set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/idset/dense", test_dense);
    g_test_add_func("/idset/sparse", test_sparse);
    return g_test_run();
}
