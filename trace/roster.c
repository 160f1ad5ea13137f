/* An array for the small ids that most traces have, open addressing for the others. */
#include "trace/roster.h"

#include <string.h>

#include <glib.h>

/* Ids below this go to the array, which so never takes more than 256 KiB. */
#define DENSE_LIMIT 65536
#define FIRST_BITS 6

void roster_init(struct roster *roster)
{
    memset(roster, 0, sizeof *roster);
    roster->multiplier = (uint64_t)g_random_int() << 32 | g_random_int() | 1;
}

void roster_clear(struct roster *roster)
{
    g_free(roster->dense);
    g_free(roster->slots);
    g_free(roster->free);
    memset(roster, 0, sizeof *roster);
}

/* Multiplying by a random odd number and keeping the top bits is a universal hash. */
static size_t home_of(const struct roster *roster, int64_t id)
{
    return ((uint64_t)id * roster->multiplier) >> (64 - roster->bits);
}

/* The slot that holds the id, or the free one where it belongs. */
static struct roster_slot *slot_of(const struct roster *roster, int64_t id)
{
    size_t mask = ((size_t)1 << roster->bits) - 1;
    size_t at = home_of(roster, id);
    while (roster->slots[at].number != 0 && roster->slots[at].id != id)
        at = (at + 1) & mask;
    return &roster->slots[at];
}

uint32_t roster_find(const struct roster *roster, int64_t id)
{
    if (id >= 0 && id < DENSE_LIMIT)
        return (size_t)id < roster->n_dense ? roster->dense[id] - 1 : ROSTER_NONE;
    return roster->n_hashed > 0 ? slot_of(roster, id)->number - 1 : ROSTER_NONE;
}

static void dense_grow(struct roster *roster, size_t needed)
{
    size_t n = MAX(64, roster->n_dense);
    while (n < needed)
        n *= 2;
    roster->dense = g_renew(uint32_t, roster->dense, n);
    memset(roster->dense + roster->n_dense, 0, (n - roster->n_dense) * sizeof *roster->dense);
    roster->n_dense = n;
}

static void slots_grow(struct roster *roster)
{
    struct roster_slot *old = roster->slots;
    size_t n_old = old == NULL ? 0 : (size_t)1 << roster->bits;
    roster->bits = old == NULL ? FIRST_BITS : roster->bits + 1;
    roster->slots = g_new0(struct roster_slot, (size_t)1 << roster->bits);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].number != 0)
            *slot_of(roster, old[i].id) = old[i];
    g_free(old);
}

uint32_t roster_add(struct roster *roster, int64_t id)
{
    uint32_t *number;
    if (id >= 0 && id < DENSE_LIMIT) {
        if ((size_t)id >= roster->n_dense)
            dense_grow(roster, (size_t)id + 1);
        number = &roster->dense[id];
    } else {
        /* Never more than half full. */
        if (roster->slots == NULL || 2 * (roster->n_hashed + 1) > (size_t)1 << roster->bits)
            slots_grow(roster);
        struct roster_slot *slot = slot_of(roster, id);
        if (slot->number == 0) {
            slot->id = id;
            roster->n_hashed++;
        }
        number = &slot->number;
    }
    if (*number == 0 && roster->n_free > 0) {
        *number = roster->free[--roster->n_free] + 1;
    } else if (*number == 0) {
        g_assert(roster->n < ROSTER_NONE - 1);
        *number = ++roster->n;
    }
    return *number - 1;
}

/* Frees a slot; those behind it move up where that brings them nearer home, so that a search never
 * ends too early. */
static void slot_clear(struct roster *roster, struct roster_slot *slot)
{
    size_t mask = ((size_t)1 << roster->bits) - 1;
    size_t hole = (size_t)(slot - roster->slots);
    for (size_t at = (hole + 1) & mask; roster->slots[at].number != 0; at = (at + 1) & mask) {
        size_t home = home_of(roster, roster->slots[at].id);
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            roster->slots[hole] = roster->slots[at];
            hole = at;
        }
    }
    roster->slots[hole].number = 0;
    roster->n_hashed--;
}

void roster_remove(struct roster *roster, int64_t id)
{
    uint32_t number = roster_find(roster, id);
    if (number == ROSTER_NONE)
        return;
    if (id >= 0 && id < DENSE_LIMIT)
        roster->dense[id] = 0;
    else
        slot_clear(roster, slot_of(roster, id));
    if (roster->n_free == roster->free_size) {
        roster->free_size = MAX(64, 2 * roster->free_size);
        roster->free = g_renew(uint32_t, roster->free, roster->free_size);
    }
    roster->free[roster->n_free++] = number;
}
