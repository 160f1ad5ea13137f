/* Words of 64 bits in an open-addressed table. */
#include "trace/idset.h"

#include <string.h>

#include <glib.h>

void idset_clear(struct idset *set)
{
    g_free(set->words);
    memset(set, 0, sizeof *set);
}

/* Where the word is, or would be. */
static struct idset_word *place(const struct idset *set, uint64_t high)
{
    size_t i = (size_t)((high * set->multiplier) >> set->shift);
    while (set->words[i].bits != 0 && set->words[i].high != high)
        i = (i + 1) & (set->size - 1);
    return &set->words[i];
}

static void grow(struct idset *set)
{
    struct idset old = *set;
    if (set->size == 0) {
        /* Odd, and drawn at random, so that no file can make its ids collide. */
        set->multiplier = (uint64_t)g_random_int() << 32 | g_random_int() | 1;
        set->shift = 64 - 3;
        set->size = 8;
    } else {
        set->shift--;
        set->size *= 2;
    }
    set->words = g_new0(struct idset_word, set->size);
    for (size_t i = 0; i < old.size; i++)
        if (old.words[i].bits != 0)
            *place(set, old.words[i].high) = old.words[i];
    g_free(old.words);
}

void idset_add(struct idset *set, uint64_t id)
{
    if (set->n * 4 >= set->size * 3)
        grow(set);
    struct idset_word *word = place(set, id >> 6);
    if (word->bits == 0)
        set->n++;
    word->high = id >> 6;
    word->bits |= UINT64_C(1) << (id & 63);
}

bool idset_has(const struct idset *set, uint64_t id)
{
    return set->size > 0 && place(set, id >> 6)->bits >> (id & 63) & 1;
}
