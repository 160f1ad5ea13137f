/* A list for each owner. What stands behind its first few entries is found by a hash of all
 * owners. */
#include "trace/tally.h"

#include <string.h>

#include "trace/sum.h"

/* How many of a list are walked. */
#define NEAR 8

void tally_init(struct tally *tally)
{
    memset(tally, 0, sizeof *tally);
}

void tally_clear(struct tally *tally)
{
    g_free(tally->entries);
    idmap_clear(&tally->others);
    tally_init(tally);
}

static uint64_t key_of(uint32_t owner, uint32_t name)
{
    return (uint64_t)owner << 32 | name;
}

/* An entry in front of those that `next` names. */
static uint32_t make(struct tally *tally, uint32_t name, uint32_t next)
{
    uint32_t link = tally->free;
    if (link != 0) {
        tally->free = tally->entries[link - 1].next;
    } else {
        if (tally->n == tally->size) {
            g_assert(tally->n < UINT32_MAX / 2);
            tally->size = MAX(64, 2 * tally->size);
            tally->entries = g_renew(struct tally_entry, tally->entries, tally->size);
        }
        link = ++tally->n;
    }
    tally->entries[link - 1] =
        (struct tally_entry){.name = name, .next = next, .since_ns = TALLY_CLOSED};
    return link;
}

uint32_t tally_link(struct tally *tally, uint32_t owner, uint32_t *head, uint32_t name)
{
    uint32_t link = *head, last = 0;
    int i = 0;
    for (; i < NEAR && link != 0; i++) {
        const struct tally_entry *entry = &tally->entries[link - 1];
        if (entry->name == name)
            return link;
        last = link;
        link = entry->next;
    }
    bool is_far = i == NEAR;
    if (is_far) {
        void *found = idmap_find(&tally->others, key_of(owner, name));
        if (found != NULL)
            return (uint32_t)(uintptr_t)found;
    }
    uint32_t fresh = make(tally, name, link);
    if (last == 0)
        *head = fresh;
    else
        tally->entries[last - 1].next = fresh;
    if (is_far)
        idmap_add(&tally->others, key_of(owner, name), (void *)(uintptr_t)fresh);
    return fresh;
}

void tally_seal(struct tally *tally, uint32_t owner, uint32_t head)
{
    struct tally_entry *entry;
    int i = 0;
    for (uint32_t at = head; (entry = tally_follow(tally, at)) != NULL; at = entry->next, i++)
        if (i >= NEAR)
            idmap_remove(&tally->others, key_of(owner, entry->name));
}

void tally_drop(struct tally *tally, uint32_t head)
{
    while (head != 0) {
        struct tally_entry *entry = &tally->entries[head - 1];
        uint32_t next = entry->next;
        entry->next = tally->free;
        tally->free = head;
        head = next;
    }
}

static int compare_times(const void *a, const void *b)
{
    const struct summary_time *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    return x->name < y->name ? -1 : x->name > y->name;
}

GArray *tally_times(const struct tally *tally, uint32_t head, int64_t now_ns, GArray *none)
{
    if (head == 0)
        return g_array_ref(none);
    GArray *times = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    const struct tally_entry *entry;
    for (uint32_t at = head; (entry = tally_follow(tally, at)) != NULL; at = entry->next) {
        struct summary_time time = {entry->name, entry->ns};
        if (entry->since_ns != TALLY_CLOSED)
            time.ns += now_ns - entry->since_ns;
        if (time.ns != 0)
            g_array_append_val(times, time);
    }
    g_array_sort(times, compare_times);
    return times;
}

GArray *tally_times_add(GArray *times, uint32_t name, int64_t ns)
{
    guint i = 0;
    while (i < times->len && g_array_index(times, struct summary_time, i).name != name)
        i++;
    GArray *sum = g_array_copy(times);
    g_array_unref(times);
    if (i == sum->len) {
        struct summary_time fresh = {name, 0};
        g_array_append_val(sum, fresh);
    }
    struct summary_time *time = &g_array_index(sum, struct summary_time, i);
    time->ns = sum_ns(time->ns, ns);
    g_array_sort(sum, compare_times);
    return sum;
}
