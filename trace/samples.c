/* Counts by stack: a trace has a hundred samples a second for each thread that runs. */
#include "config.h"

#include "trace/samples.h"

#include "trace/roster.h"

struct samples_builder {
    struct roster numbers; /* of stacks */
    GArray *records;       /* of struct profile_record */
    uint64_t count;
};

struct samples_builder *samples_builder_new(void)
{
    struct samples_builder *b = g_new0(struct samples_builder, 1);
    roster_init(&b->numbers);
    b->records = g_array_new(FALSE, FALSE, sizeof(struct profile_record));
    return b;
}

void samples_builder_free(struct samples_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->numbers);
    g_array_unref(b->records);
    g_free(b);
}

static void sample(struct samples_builder *b, const struct event *event)
{
    uint32_t number = roster_add(&b->numbers, event->stack);
    if (number == b->records->len) {
        struct profile_record fresh = {.stack = event->stack};
        g_array_append_val(b->records, fresh);
    }
    g_array_index(b->records, struct profile_record, number).count++;
    b->count++;
}

static void sink_event(void *self, const struct event *event)
{
    if (event->kind == EVENT_STACK_SAMPLE)
        sample(self, event);
}

struct sink samples_builder_sink(struct samples_builder *b)
{
    return (struct sink){.event = sink_event, .self = b, .no_transitions = true};
}

static int compare_records(const void *a, const void *b)
{
    const struct profile_record *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return x->stack < y->stack ? -1 : x->stack > y->stack;
}

struct profile *samples_builder_finish(const struct samples_builder *b)
{
    struct profile *profile = g_new0(struct profile, 1);
    profile->kind = PROFILE_CPU;
    profile->count = b->count;
    profile->records = g_array_copy(b->records);
    g_array_sort(profile->records, compare_records);
    return profile;
}
