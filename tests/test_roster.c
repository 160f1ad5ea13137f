/* Ids get the numbers 0, 1, 2... in the order in which they come, whatever they are. */
#include <glib.h>

#include "trace/roster.h"

static int64_t random_id(GRand *rand)
{
    switch (g_rand_int_range(rand, 0, 5)) {
    case 0:
        return g_rand_int_range(rand, 0, 3000);
    case 1:
        return 65530 + g_rand_int_range(rand, 0, 12);
    case 2:
        return -1 - (int64_t)g_rand_int_range(rand, 0, 20);
    case 3: /* equal low bits */
        return (int64_t)g_rand_int_range(rand, 0, 3000) << 40;
    default:
        return (int64_t)((uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand));
    }
}

static void test_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    struct roster roster;
    roster_init(&roster);
    for (int i = 0; i < 20000; i++) {
        int64_t id = random_id(rand);
        gpointer value;
        if (g_hash_table_lookup_extended(known, &id, NULL, &value)) {
            g_assert_cmpuint(roster_find(&roster, id), ==, GPOINTER_TO_UINT(value));
        } else {
            g_assert_cmpuint(roster_find(&roster, id), ==, ROSTER_NONE);
            value = GUINT_TO_POINTER(roster.n);
            g_hash_table_insert(known, g_memdup2(&id, sizeof id), value);
        }
        g_assert_cmpuint(roster_add(&roster, id), ==, GPOINTER_TO_UINT(value));
        g_assert_cmpuint(roster.n, ==, g_hash_table_size(known));
    }
    roster_clear(&roster);
}

/* Ids come and go; nobody gets a number that somebody else still has. */
static void test_remove(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(8);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autofree int64_t *owner = g_new0(int64_t, 65536);
    struct roster roster;
    roster_init(&roster);
    for (int i = 0; i < 40000; i++) {
        /* Few enough ids that most are removed and added again. */
        int64_t id = random_id(rand);
        id = id < 100 ? id : id >> 8 << 8;
        if (g_hash_table_contains(known, &id) && g_rand_boolean(rand)) {
            roster_remove(&roster, id);
            g_hash_table_remove(known, &id);
            g_assert_cmpuint(roster_find(&roster, id), ==, ROSTER_NONE);
        } else {
            uint32_t number = roster_add(&roster, id);
            g_assert_cmpuint(number, <, 65536);
            if (g_hash_table_contains(known, &id))
                g_assert_cmpint(owner[number], ==, id);
            owner[number] = id;
            g_hash_table_add(known, g_memdup2(&id, sizeof id));
        }
    }
    roster_remove(&roster, 424242);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, known);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        uint32_t number = roster_find(&roster, *(int64_t *)key);
        g_assert_cmpuint(number, !=, ROSTER_NONE);
        g_assert_cmpint(owner[number], ==, *(int64_t *)key);
    }
    g_assert_cmpuint(roster.n - roster.n_free, ==, g_hash_table_size(known));
    roster_clear(&roster);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/roster/random", test_random);
    g_test_add_func("/roster/remove", test_remove);
    return g_test_run();
}
