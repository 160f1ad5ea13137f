/* Looks at each change of the number of running goroutines: the time since the last one belongs to
 * the number before, and when that was one, to whoever it was. */
#include "trace/parallelism.h"

#include "trace/sum.h"

struct who {
    uint32_t group;
    int64_t ns;
};

struct phase {
    int64_t start_ns, end_ns, ran_ns;
    unsigned n_who;
    struct who who[PARALLELISM_WHO];
};

struct parallelism_builder {
    GArray *running_ns; /* by number */
    uint32_t n_running;
    uint32_t slots; /* of all that run, by exclusive or: of one, that is its slot */
    uint64_t gomaxprocs;
    int64_t last_ns;
    bool in_phase;
    struct phase phase; /* the open one */
    struct phase longest[PARALLELISM_PHASES];
    unsigned n_longest;
    int64_t serial_ns;
    uint64_t n_serial;
};

struct parallelism_builder *parallelism_builder_new(void)
{
    struct parallelism_builder *b = g_new0(struct parallelism_builder, 1);
    b->running_ns = g_array_new(FALSE, TRUE, sizeof(int64_t));
    g_array_set_size(b->running_ns, 2);
    return b;
}

void parallelism_builder_free(struct parallelism_builder *b)
{
    if (b == NULL)
        return;
    g_array_unref(b->running_ns);
    g_free(b);
}

static void phase_ran(struct phase *phase, uint32_t group, int64_t ns)
{
    phase->ran_ns = sum_ns(phase->ran_ns, ns);
    unsigned i = 0;
    while (i < phase->n_who && phase->who[i].group != group)
        i++;
    if (i == PARALLELISM_WHO)
        return;
    if (i == phase->n_who)
        phase->who[phase->n_who++] = (struct who){group, 0};
    phase->who[i].ns = sum_ns(phase->who[i].ns, ns);
}

/* The time up to now belongs to the state before. */
static void advance(struct parallelism_builder *b, const struct follow *follow, int64_t now_ns)
{
    int64_t ns = now_ns - b->last_ns;
    int64_t *sum = &g_array_index(b->running_ns, int64_t, b->n_running);
    *sum = sum_ns(*sum, ns);
    if (b->in_phase && b->n_running == 1)
        phase_ran(&b->phase, follow_group(follow, b->slots), ns);
    b->last_ns = now_ns;
}

static int64_t length(const struct phase *phase)
{
    return phase->end_ns - phase->start_ns;
}

static void phase_end(struct parallelism_builder *b, int64_t now_ns)
{
    b->in_phase = false;
    b->phase.end_ns = now_ns;
    b->serial_ns = sum_ns(b->serial_ns, length(&b->phase));
    b->n_serial++;
    unsigned at = b->n_longest;
    if (at == PARALLELISM_PHASES && length(&b->longest[at - 1]) >= length(&b->phase))
        return;
    if (at == PARALLELISM_PHASES)
        at--;
    else
        b->n_longest++;
    for (; at > 0 && length(&b->longest[at - 1]) < length(&b->phase); at--)
        b->longest[at] = b->longest[at - 1];
    b->longest[at] = b->phase;
}

static void look(struct parallelism_builder *b, int64_t now_ns)
{
    bool serial = b->n_running <= 1 && b->gomaxprocs > 1;
    if (serial == b->in_phase)
        return;
    if (!serial) {
        phase_end(b, now_ns);
        return;
    }
    b->in_phase = true;
    b->phase.start_ns = now_ns;
    b->phase.ran_ns = 0;
    b->phase.n_who = 0;
}

void parallelism_builder_start(struct parallelism_builder *b, const struct follow *follow,
                               uint32_t slot, int64_t now_ns)
{
    advance(b, follow, now_ns);
    b->n_running++;
    b->slots ^= slot;
    if (G_UNLIKELY(b->n_running >= b->running_ns->len))
        g_array_set_size(b->running_ns, b->n_running + 1);
    look(b, now_ns);
}

void parallelism_builder_stop(struct parallelism_builder *b, const struct follow *follow,
                              uint32_t slot, int64_t now_ns)
{
    g_assert(b->n_running > 0);
    advance(b, follow, now_ns);
    b->n_running--;
    b->slots ^= slot;
    look(b, now_ns);
}

void parallelism_builder_gomaxprocs(struct parallelism_builder *b, const struct follow *follow,
                                    uint64_t n, int64_t now_ns)
{
    advance(b, follow, now_ns);
    b->gomaxprocs = n;
    look(b, now_ns);
}

/* --- what came of it --- */

static int compare_who(const void *a, const void *b)
{
    const struct parallelism_who *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    return (x->name > y->name) - (x->name < y->name);
}

static struct parallelism_phase phase_of(const struct phase *phase, const struct follow *follow)
{
    struct parallelism_phase row = {.start_ns = phase->start_ns,
                                    .end_ns = phase->end_ns,
                                    .ran_ns = phase->ran_ns,
                                    .n_who = phase->n_who};
    for (unsigned i = 0; i < phase->n_who; i++)
        row.who[i] = (struct parallelism_who){
            g_array_index(follow->groups, uint32_t, phase->who[i].group), phase->who[i].ns};
    qsort(row.who, row.n_who, sizeof *row.who, compare_who);
    return row;
}

struct parallelism *parallelism_builder_finish(struct parallelism_builder *b,
                                               const struct follow *follow, int64_t now_ns)
{
    advance(b, follow, now_ns);
    if (b->in_phase)
        phase_end(b, now_ns);
    struct parallelism *parallelism = g_new0(struct parallelism, 1);
    parallelism->running_ns = g_array_copy(b->running_ns);
    parallelism->serial_ns = b->serial_ns;
    parallelism->n_serial = b->n_serial;
    parallelism->serial = g_array_new(FALSE, FALSE, sizeof(struct parallelism_phase));
    for (unsigned i = 0; i < b->n_longest; i++) {
        struct parallelism_phase row = phase_of(&b->longest[i], follow);
        g_array_append_val(parallelism->serial, row);
    }
    return parallelism;
}

void parallelism_free(struct parallelism *parallelism)
{
    if (parallelism == NULL)
        return;
    g_array_unref(parallelism->running_ns);
    g_array_unref(parallelism->serial);
    g_free(parallelism);
}
