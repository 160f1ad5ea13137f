/* Strings and stacks are kept once and never move; ids of a file can be anything. */
#include <glib.h>
#include <string.h>

#include "trace/idmap.h"
#include "trace/siphash.h"
#include "trace/symbols.h"

static void test_strings(void)
{
    struct symbols *symbols = symbols_new();
    g_assert_cmpuint(symbols_add_string(symbols, "", 0), ==, 0);
    g_assert_cmpuint(symbols_add_string(symbols, "a\0b", 3), ==, 1);
    g_assert_cmpuint(symbols_add_string(symbols, "a\0c", 3), ==, 2);
    g_assert_cmpuint(symbols_add_string(symbols, "a", 1), ==, 3);
    g_assert_cmpuint(symbols_add_string(symbols, "a\0b", 3), ==, 1);
    const char *first = symbols_string(symbols, 1).at;
    for (unsigned i = 0; i < 20000; i++) {
        g_autofree char *text = g_strdup_printf("name %u", i);
        g_assert_cmpuint(symbols_add_string(symbols, text, strlen(text)), ==, 4 + i);
    }
    g_assert_cmpuint(symbols_n_strings(symbols), ==, 20003);
    g_assert_true(symbols_string(symbols, 1).at == first);
    g_assert_cmpmem(first, symbols_string(symbols, 1).len, "a\0b", 3);
    g_assert_cmpstr(symbols_string(symbols, 4 + 777).at, ==, "name 777");
    g_assert_cmpuint(symbols_add_string(symbols, "name 777", 8), ==, 4 + 777);
    g_autofree char *big = g_strnfill(300000, 'x');
    struct slice slice = symbols_string(symbols, symbols_add_string(symbols, big, 300000));
    g_assert_cmpmem(slice.at, slice.len, big, 300000);
    symbols_free(symbols);
}

static void test_stacks(void)
{
    struct symbols *symbols = symbols_new();
    const struct frame frames[] = {{.pc = 1, .func = 1, .file = 2, .line = 3},
                                   {.pc = 2, .func = 1, .file = 2, .line = 4}};
    g_assert_cmpuint(symbols_add_stack(symbols, frames, 0), ==, 0);
    g_assert_cmpuint(symbols_add_stack(symbols, frames, 2), ==, 1);
    g_assert_cmpuint(symbols_add_stack(symbols, frames, 1), ==, 2);
    g_assert_cmpuint(symbols_add_stack(symbols, frames + 1, 1), ==, 3);
    g_assert_cmpuint(symbols_add_stack(symbols, frames, 2), ==, 1);
    g_assert_cmpuint(symbols_n_stacks(symbols), ==, 3);
    struct stack stack = symbols_stack(symbols, 1);
    g_assert_cmpuint(stack.n, ==, 2);
    g_assert_cmpuint(stack.frames[1].line, ==, 4);
    g_assert_cmpuint(symbols_stack(symbols, 0).n, ==, 0);
    symbols_free(symbols);
}

/* Against GLib's hash table, with ids that collide and ids that are extreme. */
static void test_idmap(void)
{
    struct idmap map = {0};
    g_autoptr(GHashTable) model = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    g_assert_null(idmap_find(&map, 0));
    idmap_remove(&map, 0);
    for (unsigned i = 0; i < 100000; i++) {
        gint64 id = g_rand_int_range(random, 0, 300);
        id = id % 3 == 0 ? id : id % 3 == 1 ? -id : (gint64)((guint64)id << 56);
        void *known = g_hash_table_lookup(model, &id);
        g_assert_true(idmap_find(&map, (uint64_t)id) == known);
        if (known != NULL) {
            idmap_remove(&map, (uint64_t)id);
            g_hash_table_remove(model, &id);
        } else {
            idmap_add(&map, (uint64_t)id, GUINT_TO_POINTER(i + 1));
            g_hash_table_insert(model, g_memdup2(&id, sizeof id), GUINT_TO_POINTER(i + 1));
        }
        g_assert_cmpuint(map.n, ==, g_hash_table_size(model));
    }
    idmap_clear(&map);
}

/* In how many different places of a map these ids begin to be looked for, at best. */
static size_t n_homes(const uint64_t *ids, size_t n)
{
    size_t most = 0;
    /* A multiplier may be unlucky; three will not be. */
    for (int i = 0; i < 3; i++) {
        struct idmap map = {0};
        g_autoptr(GHashTable) homes = g_hash_table_new(NULL, NULL);
        for (size_t k = 0; k < n; k++)
            idmap_add(&map, ids[k], &map);
        for (size_t k = 0; k < n; k++)
            g_hash_table_add(homes, GSIZE_TO_POINTER(idmap_home(&map, ids[k])));
        most = MAX(most, g_hash_table_size(homes));
        idmap_clear(&map);
    }
    return most;
}

/* Ids that a multiplier which is known to all, the golden ratio, would put into one place. */
static void test_idmap_hostile(void)
{
    const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t inverse = golden;
    for (int i = 0; i < 6; i++)
        inverse *= 2 - golden * inverse;
    g_assert_true(golden * inverse == 1);
    uint64_t ids[4096];
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
        ids[i] = (i + 1) * inverse;
    g_assert_cmpuint(n_homes(ids, G_N_ELEMENTS(ids)), >, G_N_ELEMENTS(ids) / 16);
}

/* The examples of the paper and of its authors' program: bytes 0, 1, 2... under the key 0, 1...15.
 */
static void test_siphash(void)
{
    const struct siphash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    uint8_t bytes[15];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    g_assert_true(siphash(key, bytes, 0) == UINT64_C(0x726fdb47dd0e0e31));
    g_assert_true(siphash(key, bytes, 8) == UINT64_C(0x93f5f5799a932462));
    g_assert_true(siphash(key, bytes, 15) == UINT64_C(0xa129ca6149be45e5));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/symbols/strings", test_strings);
    g_test_add_func("/symbols/stacks", test_stacks);
    g_test_add_func("/symbols/idmap", test_idmap);
    g_test_add_func("/symbols/idmap-hostile", test_idmap_hostile);
    g_test_add_func("/symbols/siphash", test_siphash);
    return g_test_run();
}
