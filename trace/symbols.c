/* Strings and stacks, interned: bytes live in blocks that never move, found again by hash. */
#include "trace/symbols.h"

#include <glib.h>
#include <string.h>

#include "trace/siphash.h"

#define BLOCK_BYTES ((size_t)64 * 1024)

/* Something interned: its bytes and their hash. */
struct item {
    const void *at;
    size_t len; /* of bytes, or of frames */
    uint64_t hash;
};

/* The items in the order of their ids (the first is the empty one), and an open-addressed index
 * of their ids: 0 marks a free place. */
struct pool {
    GArray *items;
    uint32_t *index;
    size_t size; /* a power of two */
};

struct symbols {
    struct pool strings, stacks;
    struct siphash_key key; /* drawn at random, so that no file can make its strings collide */
    GPtrArray *blocks;
    char *free_at;
    size_t free_bytes;
};

static void pool_init(struct pool *pool)
{
    pool->items = g_array_new(FALSE, FALSE, sizeof(struct item));
    g_array_append_vals(pool->items, &(struct item){.at = ""}, 1);
    pool->size = 256;
    pool->index = g_new0(uint32_t, pool->size);
}

static void pool_clear(struct pool *pool)
{
    g_array_unref(pool->items);
    g_free(pool->index);
}

static void pool_grow(struct pool *pool)
{
    g_free(pool->index);
    pool->size *= 2;
    pool->index = g_new0(uint32_t, pool->size);
    for (uint32_t id = 1; id < pool->items->len; id++) {
        size_t i = g_array_index(pool->items, struct item, id).hash & (pool->size - 1);
        while (pool->index[i] != 0)
            i = (i + 1) & (pool->size - 1);
        pool->index[i] = id;
    }
}

static uint64_t random_word(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int();
}

struct symbols *symbols_new(void)
{
    struct symbols *symbols = g_new0(struct symbols, 1);
    symbols->key = (struct siphash_key){random_word(), random_word()};
    pool_init(&symbols->strings);
    pool_init(&symbols->stacks);
    symbols->blocks = g_ptr_array_new_with_free_func(g_free);
    return symbols;
}

void symbols_free(struct symbols *symbols)
{
    if (symbols == NULL)
        return;
    pool_clear(&symbols->strings);
    pool_clear(&symbols->stacks);
    g_ptr_array_unref(symbols->blocks);
    g_free(symbols);
}

/* A copy that ends in NUL and stays where it is; aligned for frames. */
static const void *keep(struct symbols *symbols, const void *at, size_t len)
{
    size_t need = (len + 1 + 7) & ~(size_t)7;
    if (need > symbols->free_bytes) {
        size_t bytes = MAX(need, BLOCK_BYTES);
        symbols->free_at = g_malloc(bytes);
        symbols->free_bytes = bytes;
        g_ptr_array_add(symbols->blocks, symbols->free_at);
    }
    char *copy = symbols->free_at;
    memcpy(copy, at, len);
    copy[len] = '\0';
    symbols->free_at += need;
    symbols->free_bytes -= need;
    return copy;
}

/* `n` things of `size` bytes each. */
static uint32_t add(struct symbols *symbols, struct pool *pool, const void *at, size_t n,
                    size_t size)
{
    if (n == 0)
        return 0;
    uint64_t hash = siphash(symbols->key, at, n * size);
    size_t i = hash & (pool->size - 1);
    for (; pool->index[i] != 0; i = (i + 1) & (pool->size - 1)) {
        const struct item *item = &g_array_index(pool->items, struct item, pool->index[i]);
        if (item->hash == hash && item->len == n && memcmp(item->at, at, n * size) == 0)
            return pool->index[i];
    }
    g_assert(pool->items->len < UINT32_MAX);
    uint32_t id = pool->items->len;
    struct item item = {keep(symbols, at, n * size), n, hash};
    g_array_append_val(pool->items, item);
    pool->index[i] = id;
    if (pool->items->len * 2 > pool->size)
        pool_grow(pool);
    return id;
}

uint32_t symbols_add_string(struct symbols *symbols, const char *at, size_t len)
{
    return add(symbols, &symbols->strings, at, len, 1);
}

uint32_t symbols_add_stack(struct symbols *symbols, const struct frame *frames, size_t n)
{
    /* Frames are compared as bytes: this holds as long as the struct has no padding. */
    _Static_assert(sizeof(struct frame) == 24, "struct frame has no padding");
    return add(symbols, &symbols->stacks, frames, n, sizeof *frames);
}

struct slice symbols_string(const struct symbols *symbols, uint32_t id)
{
    g_assert(id < symbols->strings.items->len);
    const struct item *item = &g_array_index(symbols->strings.items, struct item, id);
    return (struct slice){item->at, item->len};
}

struct stack symbols_stack(const struct symbols *symbols, uint32_t id)
{
    g_assert(id < symbols->stacks.items->len);
    const struct item *item = &g_array_index(symbols->stacks.items, struct item, id);
    return (struct stack){item->len, id == 0 ? NULL : item->at};
}

size_t symbols_n_strings(const struct symbols *symbols)
{
    return symbols->strings.items->len - 1;
}

size_t symbols_n_stacks(const struct symbols *symbols)
{
    return symbols->stacks.items->len - 1;
}
