/* An array for the small ids that most traces have, an idmap for the others. */
#include "trace/roster.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

/* Ids below this go to the array, which so never takes more than 256 KiB. */
#define DENSE_LIMIT 65536

void roster_init(struct roster *roster)
{
    memset(roster, 0, sizeof *roster);
}

void roster_clear(struct roster *roster)
{
    g_free(roster->dense);
    idmap_clear(&roster->others);
    g_free(roster->free);
    memset(roster, 0, sizeof *roster);
}

static bool is_dense(int64_t id)
{
    return id >= 0 && id < DENSE_LIMIT;
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

static void put(struct roster *roster, int64_t id, uint32_t link)
{
    if (!is_dense(id)) {
        idmap_add(&roster->others, (uint64_t)id, (void *)(uintptr_t)link);
        return;
    }
    if ((size_t)id >= roster->n_dense)
        dense_grow(roster, (size_t)id + 1);
    roster->dense[id] = link;
}

uint32_t roster_add(struct roster *roster, int64_t id)
{
    uint32_t link = roster_find(roster, id) + 1;
    if (link != 0)
        return link - 1;
    if (roster->n_free > 0) {
        link = roster->free[--roster->n_free] + 1;
    } else {
        g_assert(roster->n < ROSTER_NONE - 1);
        link = ++roster->n;
    }
    put(roster, id, link);
    return link - 1;
}

void roster_remove(struct roster *roster, int64_t id)
{
    uint32_t number = roster_find(roster, id);
    if (number == ROSTER_NONE)
        return;
    if (is_dense(id))
        roster->dense[id] = 0;
    else
        idmap_remove(&roster->others, (uint64_t)id);
    if (roster->n_free == roster->free_size) {
        roster->free_size = MAX(64, 2 * roster->free_size);
        roster->free = g_renew(uint32_t, roster->free, roster->free_size);
    }
    roster->free[roster->n_free++] = number;
}
