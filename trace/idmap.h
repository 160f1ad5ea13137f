/* A map from 64-bit ids, which come from a file and can be anything, to what they name.
 *
 * The hash multiplies by an odd number that is drawn at random for each map, so that no file can be
 * made whose ids collide. */
#ifndef TRACE_IDMAP_H
#define TRACE_IDMAP_H

#include <stddef.h>
#include <stdint.h>

struct idmap_slot {
    uint64_t id;
    void *value; /* NULL: the slot is free */
};

/* All zero is an empty map. Values are borrowed. */
struct idmap {
    struct idmap_slot *slots;
    size_t n, size;      /* size is 0 or a power of two, always more than n */
    unsigned shift;      /* 64 - log2 of size */
    uint64_t multiplier; /* set when the first slots are made */
};

void idmap_clear(struct idmap *map);

/* Adds an id that is not in the map; `value` is not NULL. */
void idmap_add(struct idmap *map, uint64_t id, void *value);

/* Takes an id out; nothing happens when it is not there. */
void idmap_remove(struct idmap *map, uint64_t id);

static inline size_t idmap_home(const struct idmap *map, uint64_t id)
{
    return (size_t)((id * map->multiplier) >> map->shift);
}

/* What the id names, or NULL. */
static inline void *idmap_find(const struct idmap *map, uint64_t id)
{
    if (map->size == 0)
        return NULL;
    for (size_t i = idmap_home(map, id);; i = (i + 1) & (map->size - 1)) {
        const struct idmap_slot *slot = &map->slots[i];
        if (slot->value == NULL || slot->id == id)
            return slot->value;
    }
}

#endif
