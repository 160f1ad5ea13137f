/* Strings and stacks, interned: bytes live in blocks that never move, found again by hash.
 *
 * Items do not move either: they lie in shelves, each twice as long as the one before. So others
 * may look up the ids that they were told of while more are added. */
#include "trace/symbols.h"

#include <glib.h>
#include <string.h>

#include "trace/siphash.h"

#define BLOCK_BYTES ((size_t)64 * 1024)
#define FIRST_SHELF_LOG2 8
#define N_SHELVES (33 - FIRST_SHELF_LOG2)

/* Something interned: its bytes and their hash. */
struct item {
    const void *at;
    size_t len; /* of bytes, or of frames */
    uint64_t hash;
};

/* The items in the order of their ids (the first is the empty one), and an open-addressed index
 * of their ids: 0 marks a free place. */
struct pool {
    struct item *shelves[N_SHELVES];
    uint32_t n;
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

static inline struct item *item_at(const struct pool *pool, uint32_t id)
{
    uint64_t place = (uint64_t)id + (1U << FIRST_SHELF_LOG2);
    unsigned log2 = 63U - (unsigned)__builtin_clzll(place);
    return &pool->shelves[log2 - FIRST_SHELF_LOG2][place - (UINT64_C(1) << log2)];
}

/* Adds an item; its id is the number of those before. */
static void put(struct pool *pool, struct item item)
{
    uint64_t place = (uint64_t)pool->n + (1U << FIRST_SHELF_LOG2);
    /* Powers of two are the first places of their shelves. */
    if ((place & (place - 1)) == 0)
        pool->shelves[__builtin_ctzll(place) - FIRST_SHELF_LOG2] = g_new(struct item, place);
    *item_at(pool, pool->n++) = item;
}

static void pool_init(struct pool *pool)
{
    put(pool, (struct item){.at = ""});
    pool->size = 256;
    pool->index = g_new0(uint32_t, pool->size);
}

static void pool_clear(struct pool *pool)
{
    for (int i = 0; i < N_SHELVES; i++)
        g_free(pool->shelves[i]);
    g_free(pool->index);
}

static void pool_grow(struct pool *pool)
{
    g_free(pool->index);
    pool->size *= 2;
    pool->index = g_new0(uint32_t, pool->size);
    for (uint32_t id = 1; id < pool->n; id++) {
        size_t i = item_at(pool, id)->hash & (pool->size - 1);
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
        const struct item *item = item_at(pool, pool->index[i]);
        if (item->hash == hash && item->len == n && memcmp(item->at, at, n * size) == 0)
            return pool->index[i];
    }
    g_assert(pool->n < UINT32_MAX);
    uint32_t id = pool->n;
    put(pool, (struct item){keep(symbols, at, n * size), n, hash});
    pool->index[i] = id;
    if ((size_t)pool->n * 2 > pool->size)
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
    const struct item *item = item_at(&symbols->strings, id);
    return (struct slice){item->at, item->len};
}

struct stack symbols_stack(const struct symbols *symbols, uint32_t id)
{
    const struct item *item = item_at(&symbols->stacks, id);
    return (struct stack){item->len, id == 0 ? NULL : item->at};
}

size_t symbols_n_strings(const struct symbols *symbols)
{
    return symbols->strings.n - 1;
}

size_t symbols_n_stacks(const struct symbols *symbols)
{
    return symbols->stacks.n - 1;
}
