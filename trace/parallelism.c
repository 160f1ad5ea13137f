/* Looks at each change of the number of running goroutines: the time since the last one belongs to
 * the number before, and when that was one, to whoever it was. */
#include "trace/parallelism.h"

struct parallelism_builder *parallelism_builder_new(void)
{
    struct parallelism_builder *b = g_new0(struct parallelism_builder, 1);
    b->running_ns = g_array_new(FALSE, TRUE, sizeof(int64_t));
    g_array_set_size(b->running_ns, 2);
    b->least_ns = -1;
    return b;
}

void parallelism_builder_free(struct parallelism_builder *b)
{
    if (b == NULL)
        return;
    g_array_unref(b->running_ns);
    g_free(b);
}

void parallelism_builder_grow(struct parallelism_builder *b)
{
    g_array_set_size(b->running_ns, b->n_running + 1);
}

static void phase_ran(struct parallelism_serial *phase, uint32_t group, int64_t ns)
{
    phase->ran_ns = phase->n_who == 0 ? ns : sum_ns(phase->ran_ns, ns);
    unsigned i = 0;
    while (i < phase->n_who && phase->who[i].group != group)
        i++;
    if (i == PARALLELISM_WHO)
        return;
    if (i == phase->n_who)
        phase->who[phase->n_who++] = (struct parallelism_run){group, 0};
    phase->who[i].ns = sum_ns(phase->who[i].ns, ns);
}

void parallelism_builder_add_up(struct parallelism_builder *b)
{
    for (uint32_t i = 0; i < b->n_runs; i++)
        phase_ran(&b->phase, b->runs[i].group, b->runs[i].ns);
    b->n_runs = 0;
}

static int64_t length(const struct parallelism_serial *phase)
{
    return phase->end_ns - phase->start_ns;
}

void parallelism_builder_keep(struct parallelism_builder *b, int64_t now_ns)
{
    parallelism_builder_add_up(b);
    if (b->phase.n_who == 0)
        b->phase.ran_ns = 0;
    b->phase.end_ns = now_ns;
    if (b->n_longest < PARALLELISM_PHASES)
        b->n_longest++;
    unsigned at = b->n_longest - 1;
    for (; at > 0 && length(&b->longest[at - 1]) < length(&b->phase); at--)
        b->longest[at] = b->longest[at - 1];
    b->longest[at] = b->phase;
    if (b->n_longest == PARALLELISM_PHASES)
        b->least_ns = length(&b->longest[PARALLELISM_PHASES - 1]);
}

void parallelism_builder_gomaxprocs(struct parallelism_builder *b, const struct follow *follow,
                                    uint64_t n, int64_t now_ns)
{
    parallelism_builder_advance(b, follow, now_ns);
    b->has_more = n > 1;
    parallelism_builder_look(b, now_ns);
}

/* --- what came of it --- */

static int compare_who(const void *a, const void *b)
{
    const struct parallelism_who *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    return (x->name > y->name) - (x->name < y->name);
}

static struct parallelism_phase phase_of(const struct parallelism_serial *phase,
                                         const struct follow *follow)
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
    parallelism_builder_advance(b, follow, now_ns);
    b->has_more = false; /* which ends the open phase */
    parallelism_builder_look(b, now_ns);
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
