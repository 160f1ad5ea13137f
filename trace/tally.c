/* One hash for all owners and a chain through the entries of each. */
#include "trace/tally.h"

void tally_init(struct tally *tally)
{
    roster_init(&tally->numbers);
    tally->entries = g_array_new(FALSE, FALSE, sizeof(struct tally_entry));
}

void tally_clear(struct tally *tally)
{
    roster_clear(&tally->numbers);
    g_array_unref(tally->entries);
    tally->entries = NULL;
}

struct tally_entry *tally_at(struct tally *tally, uint32_t owner, uint32_t *head, uint32_t name)
{
    /* Most goroutines always wait for the same thing. */
    struct tally_entry *first = tally_follow(tally, *head);
    if (first != NULL && first->name == name)
        return first;

    uint32_t number = roster_add(&tally->numbers, (int64_t)((uint64_t)owner << 32 | name));
    if (number == tally->entries->len) {
        struct tally_entry entry = {.name = name, .next = *head, .since_ns = TALLY_CLOSED};
        g_array_append_val(tally->entries, entry);
        *head = number + 1;
    }
    return &g_array_index(tally->entries, struct tally_entry, number);
}

struct tally_entry *tally_follow(const struct tally *tally, uint32_t link)
{
    return link == 0 ? NULL : &g_array_index(tally->entries, struct tally_entry, link - 1);
}

void tally_close(struct tally_entry *entry, int64_t now_ns)
{
    if (entry->since_ns == TALLY_CLOSED)
        return;
    entry->ns += now_ns - entry->since_ns;
    entry->since_ns = TALLY_CLOSED;
}

void tally_reset(struct tally *tally, uint32_t head)
{
    struct tally_entry *entry;
    for (uint32_t at = head; (entry = tally_follow(tally, at)) != NULL; at = entry->next) {
        entry->ns = 0;
        entry->since_ns = TALLY_CLOSED;
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
    struct tally_entry *entry;
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
