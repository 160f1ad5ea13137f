/* What the kinds of profile are, and finished profiles of any kind. */
#include "trace/profile.h"

#include <string.h>

#include "trace/reasons.h"
#include "trace/sum.h"

static const char *const kind_names[PROFILE_N_KINDS] = {
    [PROFILE_NET] = "net",     [PROFILE_SYNC] = "sync", [PROFILE_SYSCALL] = "syscall",
    [PROFILE_SCHED] = "sched", [PROFILE_CPU] = "cpu",
};

const enum event_state profile_kind_states[PROFILE_N_WAITS] = {
    [PROFILE_NET] = STATE_WAITING,
    [PROFILE_SYNC] = STATE_WAITING,
    [PROFILE_SYSCALL] = STATE_SYSCALL,
    [PROFILE_SCHED] = STATE_RUNNABLE,
};

const char *profile_kind_name(enum profile_kind kind)
{
    g_assert(kind < PROFILE_N_KINDS);
    return kind_names[kind];
}

enum profile_kind profile_kind_parse(const char *name)
{
    int kind = 0;
    while (kind < PROFILE_N_KINDS && strcmp(kind_names[kind], name) != 0)
        kind++;
    return (enum profile_kind)kind;
}

const char *profile_kind_list(void)
{
    return "net, sync, syscall, sched, cpu";
}

bool profile_kind_fits(enum profile_kind kind, struct slice reason)
{
    if (kind == PROFILE_SYSCALL || kind == PROFILE_SCHED)
        return true;
    return reasons_of(reason) == (kind == PROFILE_NET ? REASON_NET : REASON_SYNC);
}

uint32_t profile_stack(const struct symbols *symbols, uint32_t id)
{
    struct stack stack = symbols_stack(symbols, id);
    for (size_t i = 0; i < stack.n; i++)
        if (stack.frames[i].pc != 0)
            return id;
    return 0;
}

static int compare_records(const void *a, const void *b)
{
    const struct profile_record *x = a, *y = b;
    if (x->delay_ns != y->delay_ns)
        return x->delay_ns < y->delay_ns ? 1 : -1;
    return x->stack < y->stack ? -1 : x->stack > y->stack;
}

struct profile *profile_new(enum profile_kind kind, GArray *records)
{
    struct profile *profile = g_new0(struct profile, 1);
    profile->kind = kind;
    profile->records = g_array_copy(records);
    for (guint i = 0; i < records->len; i++) {
        const struct profile_record *r = &g_array_index(records, struct profile_record, i);
        profile->count += r->count;
        profile->delay_ns = sum_ns(profile->delay_ns, r->delay_ns);
    }
    g_array_sort(profile->records, compare_records);
    return profile;
}

void profile_free(struct profile *profile)
{
    if (profile == NULL)
        return;
    g_array_unref(profile->records);
    g_free(profile);
}
