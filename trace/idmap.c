/* Open addressing with linear probing; removal moves the followers up, so there are no tombs. */
#include "trace/idmap.h"

#include <glib.h>

void idmap_clear(struct idmap *map)
{
    g_free(map->slots);
    *map = (struct idmap){0};
}

static void put(struct idmap *map, uint64_t id, void *value)
{
    size_t i = idmap_home(map, id);
    while (map->slots[i].value != NULL)
        i = (i + 1) & (map->size - 1);
    map->slots[i] = (struct idmap_slot){id, value};
}

static void grow(struct idmap *map)
{
    struct idmap old = *map;
    map->size = old.size == 0 ? 16 : old.size * 2;
    map->shift = old.size == 0 ? 60 : old.shift - 1;
    if (old.size == 0)
        map->multiplier = (uint64_t)g_random_int() << 32 | g_random_int() | 1;
    map->slots = g_new0(struct idmap_slot, map->size);
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i].value != NULL)
            put(map, old.slots[i].id, old.slots[i].value);
    g_free(old.slots);
}

void idmap_add(struct idmap *map, uint64_t id, void *value)
{
    g_assert(value != NULL);
    if ((map->n + 1) * 2 > map->size)
        grow(map);
    put(map, id, value);
    map->n++;
}

void idmap_remove(struct idmap *map, uint64_t id)
{
    if (map->size == 0)
        return;
    size_t mask = map->size - 1;
    size_t hole = idmap_home(map, id);
    while (map->slots[hole].value != NULL && map->slots[hole].id != id)
        hole = (hole + 1) & mask;
    if (map->slots[hole].value == NULL)
        return;
    map->n--;
    for (size_t i = (hole + 1) & mask; map->slots[i].value != NULL; i = (i + 1) & mask) {
        size_t home = idmap_home(map, map->slots[i].id);
        /* An entry may only move up when its home is not between the hole and itself. */
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        map->slots[hole] = map->slots[i];
        hole = i;
    }
    map->slots[hole] = (struct idmap_slot){0};
}
