/* A row a P; the numbers of Ps and goroutines that matter change with them. */
#include "trace/procs.h"

#include <string.h>

#include "trace/sum.h"

const char *proc_use_name(enum proc_use use)
{
    static const char *const names[PROC_N_USES] = {
        [PROC_ABSENT] = "absent",   [PROC_IDLE] = "idle", [PROC_SCHED] = "sched",
        [PROC_RUNNING] = "running", [PROC_GC] = "gc",     [PROC_SYSCALL] = "syscall"};
    g_assert(use < PROC_N_USES);
    return names[use];
}

struct procs_builder *procs_builder_new(const struct symbols *symbols)
{
    struct procs_builder *b = g_new0(struct procs_builder, 1);
    b->symbols = symbols;
    roster_init(&b->numbers);
    b->worker = g_byte_array_new();
    b->worker_group = g_byte_array_new();
    return b;
}

void procs_builder_free(struct procs_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->numbers);
    g_free(b->rows);
    g_byte_array_unref(b->worker);
    g_byte_array_unref(b->worker_group);
    g_free(b);
}

static bool is_idle(enum proc_use use)
{
    return use == PROC_IDLE;
}

static bool is_busy(enum proc_use use)
{
    return use > PROC_IDLE;
}

void procs_builder_advance(struct procs_builder *b, int64_t now_ns)
{
    int64_t ns = now_ns - b->last_ns, sum;
    b->last_ns = now_ns;
    if (b->n_idle == 0 || b->n_runnable == 0)
        return;
    uint64_t left = b->gomaxprocs > b->n_busy ? b->gomaxprocs - b->n_busy : 0;
    uint64_t both = MIN(MIN(b->n_idle, b->n_runnable), b->gomaxprocs == 0 ? UINT32_MAX : left);
    if (__builtin_mul_overflow(ns, (int64_t)both, &sum))
        sum = INT64_MAX;
    b->idle_while_runnable_ns = sum_ns(b->idle_while_runnable_ns, sum);
}

static struct procs_state *row_at(struct procs_builder *b, int64_t id)
{
    uint32_t number = roster_add(&b->numbers, id);
    if (number == b->n_rows) {
        b->rows = g_renew(struct procs_state, b->rows, ++b->n_rows);
        b->rows[number] = (struct procs_state){.out = {.id = id}, .use = PROC_ABSENT};
    }
    return &b->rows[number];
}

static void count_use(struct procs_builder *b, enum proc_use before, enum proc_use next,
                      int64_t now_ns)
{
    procs_builder_advance(b, now_ns);
    b->n_idle += (uint32_t)is_idle(next) - (uint32_t)is_idle(before);
    b->n_busy += (uint32_t)is_busy(next) - (uint32_t)is_busy(before);
}

static void use(struct procs_builder *b, struct procs_state *row, enum proc_use next,
                int64_t now_ns)
{
    row->out.ns[row->use] += now_ns - row->since_ns;
    row->since_ns = now_ns;
    if (!is_busy(next) || !is_busy(row->use))
        count_use(b, row->use, next, now_ns);
    row->use = next;
}

void procs_builder_use_slowly(struct procs_builder *b, int64_t p, enum proc_use next,
                              int64_t now_ns)
{
    if (p != EVENT_NO_ID)
        use(b, row_at(b, p), next, now_ns);
}

void procs_builder_proc(struct procs_builder *b, const struct event *event)
{
    if (event->transition.from == event->transition.to)
        return;
    struct procs_state *row = row_at(b, event->transition.id);
    enum proc_use next = event->transition.to == STATE_IDLE      ? PROC_IDLE
                         : event->transition.to == STATE_RUNNING ? PROC_SCHED
                                                                 : PROC_ABSENT;
    use(b, row, next, event->time_ns);
    /* It has been that since before the trace. */
    if (event->transition.from == STATE_UNDETERMINED) {
        row->out.ns[next] += row->out.ns[PROC_ABSENT];
        row->out.ns[PROC_ABSENT] = 0;
    }
}

/* --- goroutines --- */

static uint8_t *byte_at(GByteArray *bytes, uint32_t at)
{
    if (G_UNLIKELY(at >= bytes->len)) {
        guint old = bytes->len;
        g_byte_array_set_size(bytes, MAX(at + 1, 2 * old));
        memset(bytes->data + old, 0, bytes->len - old);
    }
    return &bytes->data[at];
}

static bool is(struct slice bytes, const char *word)
{
    return bytes.len == strlen(word) && memcmp(bytes.at, word, bytes.len) == 0;
}

enum proc_use procs_builder_running(struct procs_builder *b, const struct follow *follow,
                                    uint32_t slot)
{
    if (slot < b->worker->len && b->worker->data[slot] != 0)
        return PROC_GC;
    uint32_t group = follow_group(follow, slot);
    uint8_t *known = byte_at(b->worker_group, group);
    if (*known == 0 && group != FOLLOW_NO_GROUP) {
        uint32_t name = g_array_index(follow->groups, uint32_t, group);
        *known = is(symbols_string(b->symbols, name), "runtime.gcBgMarkWorker") ? 2 : 1;
    }
    return *known == 2 ? PROC_GC : PROC_RUNNING;
}

void procs_builder_label(struct procs_builder *b, const struct event *event)
{
    struct slice label = symbols_string(b->symbols, event->label.label);
    if (event->slot == EVENT_NO_SLOT || label.len < 4 || memcmp(label.at, "GC (", 4) != 0)
        return;
    *byte_at(b->worker, event->slot) = 1;
    if (event->p == EVENT_NO_ID)
        return;
    struct procs_state *row = row_at(b, event->p);
    if (row->use == PROC_RUNNING && event->slot == event->g_slot)
        use(b, row, PROC_GC, event->time_ns);
}

void procs_builder_goroutine(struct procs_builder *b, const struct follow *follow,
                             const struct event *event, enum event_state before)
{
    enum event_state to = event->transition.to;
    if (to == STATE_RUNNABLE || before == STATE_RUNNABLE)
        procs_builder_runnable(
            b, (uint32_t)(to == STATE_RUNNABLE) - (uint32_t)(before == STATE_RUNNABLE),
            event->time_ns);
    if (to == STATE_NOT_EXIST && event->slot < b->worker->len)
        b->worker->data[event->slot] = 0;
    if (to == STATE_RUNNING)
        procs_builder_use(b, event->p, procs_builder_running(b, follow, event->slot),
                          event->time_ns);
    else if (to == STATE_SYSCALL && (before == STATE_RUNNING || before == STATE_UNDETERMINED))
        procs_builder_use(b, event->p, PROC_SYSCALL, event->time_ns);
    else if (before == STATE_RUNNING)
        procs_builder_use(b, event->p, PROC_SCHED, event->time_ns);
}

/* --- the whole --- */

void procs_builder_gomaxprocs(struct procs_builder *b, uint64_t n, int64_t now_ns)
{
    procs_builder_advance(b, now_ns);
    b->gomaxprocs = n;
}

static int compare_rows(const void *a, const void *b)
{
    const struct proc_row *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

struct procs *procs_builder_finish(struct procs_builder *b, int64_t now_ns)
{
    procs_builder_advance(b, now_ns);
    struct procs *procs = g_new0(struct procs, 1);
    procs->idle_while_runnable_ns = b->idle_while_runnable_ns;
    procs->rows = g_array_sized_new(FALSE, FALSE, sizeof(struct proc_row), b->n_rows);
    for (uint32_t i = 0; i < b->n_rows; i++) {
        struct procs_state *row = &b->rows[i];
        use(b, row, row->use, now_ns);
        g_array_append_val(procs->rows, row->out);
    }
    g_array_sort(procs->rows, compare_rows);
    return procs;
}

void procs_free(struct procs *procs)
{
    if (procs == NULL)
        return;
    g_array_unref(procs->rows);
    g_free(procs);
}
