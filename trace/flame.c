/* A record for each (group, state, reason, stack), found through a hash; each slot remembers its
 * last ones, for goroutines go round in loops. */
#include "trace/flame.h"

#include <string.h>

#include "trace/folded.h"
#include "trace/roster.h"
#include "trace/sum.h"

struct record {
    uint32_t group, stack;
    uint8_t state, why;
    uint64_t count;
    int64_t ns;
};

#define N_STATES 4

/* The last record of a slot in one state. */
struct last {
    uint32_t stack, record; /* the record plus 1; 0: there was none */
};

struct lasts {
    struct last of[N_STATES];
    uint32_t group;
    uint8_t why;
    bool sampled; /* samples of its present run are in the table */
};

struct flame_builder {
    struct roster whats;   /* (group, state, why) as one number */
    struct roster numbers; /* (what, stack) */
    GArray *records;
    struct lasts *lasts; /* by slot */
    uint32_t n_lasts;
    GHashTable *samples; /* slot -> GArray of stacks */
};

struct flame_builder *flame_builder_new(void)
{
    struct flame_builder *b = g_new0(struct flame_builder, 1);
    roster_init(&b->whats);
    roster_init(&b->numbers);
    b->records = g_array_new(FALSE, FALSE, sizeof(struct record));
    b->samples = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    return b;
}

void flame_builder_free(struct flame_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->whats);
    roster_clear(&b->numbers);
    g_array_unref(b->records);
    g_hash_table_unref(b->samples);
    g_free(b->lasts);
    g_free(b);
}

static struct lasts *lasts_at(struct flame_builder *b, uint32_t slot)
{
    if (G_UNLIKELY(slot >= b->n_lasts)) {
        uint32_t n = MAX(slot + 1, MAX(64, 2 * b->n_lasts));
        b->lasts = g_renew(struct lasts, b->lasts, n);
        memset(b->lasts + b->n_lasts, 0, (n - b->n_lasts) * sizeof *b->lasts);
        b->n_lasts = n;
    }
    return &b->lasts[slot];
}

static uint32_t record_add(struct flame_builder *b, const struct stretch *s, unsigned state,
                           uint32_t stack)
{
    int64_t key = ((int64_t)s->group * N_STATES + state) * FOLLOW_N_WHY + s->why;
    uint32_t what = roster_add(&b->whats, key);
    uint32_t number = roster_add(&b->numbers, (int64_t)((uint64_t)what << 32 | stack));
    if (number == b->records->len) {
        struct record fresh = {
            .group = s->group, .stack = stack, .state = (uint8_t)s->state, .why = s->why};
        g_array_append_val(b->records, fresh);
    }
    return number;
}

static void charge(struct flame_builder *b, uint32_t number, int64_t ns)
{
    struct record *record = &g_array_index(b->records, struct record, number);
    record->count++;
    record->ns = sum_ns(record->ns, ns);
}

/* Divides a run among the samples that fell into it; what does not divide goes to the first. */
static void charge_samples(struct flame_builder *b, const struct stretch *s)
{
    const GArray *stacks = g_hash_table_lookup(b->samples, GUINT_TO_POINTER(s->slot));
    int64_t ns = s->to_ns - s->from_ns, part = ns / stacks->len;
    for (guint i = 0; i < stacks->len; i++) {
        uint32_t number = record_add(b, s, 0, g_array_index(stacks, uint32_t, i));
        charge(b, number, i == 0 ? ns - part * (stacks->len - 1) : part);
    }
    g_hash_table_remove(b->samples, GUINT_TO_POINTER(s->slot));
}

void flame_builder_add(struct flame_builder *b, const struct stretch *s)
{
    struct lasts *lasts = lasts_at(b, s->slot);
    unsigned state = s->state == STATE_RUNNING    ? 0
                     : s->state == STATE_RUNNABLE ? 1
                     : s->state == STATE_WAITING  ? 2
                                                  : 3;
    if (G_UNLIKELY(lasts->group != s->group))
        *lasts = (struct lasts){.group = s->group, .sampled = lasts->sampled};
    if (G_UNLIKELY(lasts->sampled)) {
        lasts->sampled = false;
        if (state == 0) {
            charge_samples(b, s);
            return;
        }
        g_hash_table_remove(b->samples, GUINT_TO_POINTER(s->slot));
    }
    struct last *last = &lasts->of[state];
    if (last->record == 0 || last->stack != s->stack || (state == 2 && lasts->why != s->why)) {
        *last = (struct last){s->stack, record_add(b, s, state, s->stack) + 1};
        if (state == 2)
            lasts->why = s->why;
    }
    charge(b, last->record - 1, s->to_ns - s->from_ns);
}

void flame_builder_sample(struct flame_builder *b, const struct event *event)
{
    if (event->g_slot == EVENT_NO_SLOT || event->stack == 0)
        return;
    struct lasts *lasts = lasts_at(b, event->g_slot);
    GArray *stacks = g_hash_table_lookup(b->samples, GUINT_TO_POINTER(event->g_slot));
    if (stacks == NULL) {
        stacks = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_hash_table_insert(b->samples, GUINT_TO_POINTER(event->g_slot), stacks);
    }
    lasts->sampled = true;
    g_array_append_val(stacks, event->stack);
}

/* --- what came of it --- */

static int compare_records(const void *a, const void *b)
{
    const struct flame_record *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    if (x->stack != y->stack)
        return x->stack < y->stack ? -1 : 1;
    if (x->state != y->state)
        return x->state < y->state ? -1 : 1;
    return (x->reason > y->reason) - (x->reason < y->reason);
}

struct flame *flame_builder_finish(const struct flame_builder *b, const struct follow *follow)
{
    struct flame *flame = g_new0(struct flame, 1);
    flame->records = g_array_sized_new(FALSE, FALSE, sizeof(struct flame_record), b->records->len);
    for (guint i = 0; i < b->records->len; i++) {
        const struct record *record = &g_array_index(b->records, struct record, i);
        struct flame_record row = {.name = g_array_index(follow->groups, uint32_t, record->group),
                                   .state = (enum event_state)record->state,
                                   .reason = follow->reasons[record->why],
                                   .stack = record->stack,
                                   .count = record->count,
                                   .ns = record->ns};
        g_array_append_val(flame->records, row);
        flame->total_ns = sum_ns(flame->total_ns, row.ns);
    }
    g_array_sort(flame->records, compare_records);
    return flame;
}

void flame_free(struct flame *flame)
{
    if (flame == NULL)
        return;
    g_array_unref(flame->records);
    g_free(flame);
}

/* --- folded --- */

static void fold_leaf(const struct symbols *symbols, const struct flame_record *record,
                      GString *out)
{
    g_string_append_c(out, '[');
    if (record->state == STATE_RUNNING)
        g_string_append(out, "running");
    else if (record->state == STATE_RUNNABLE)
        g_string_append(out, "runnable");
    else if (record->state == STATE_SYSCALL)
        g_string_append(out, "syscall");
    else if (record->reason == 0)
        g_string_append(out, "waiting");
    else
        folded_name(symbols, record->reason, out);
    g_string_append_c(out, ']');
}

/* The stack from the group's start function on: what stands outside of that (CPU samples have
 * runtime.goexit) is no part of the goroutine's own. Without it, the group stands in front. */
static void fold_stack(const struct symbols *symbols, const struct flame_record *record,
                       GString *out)
{
    struct stack stack = symbols_stack(symbols, record->stack);
    size_t n = stack.n;
    while (n > 0 && stack.frames[n - 1].func != record->name)
        n--;
    if (n == 0) {
        folded_name(symbols, record->name, out);
        g_string_append_c(out, ';');
        n = stack.n;
    }
    for (; n > 0; n--) {
        folded_name(symbols, stack.frames[n - 1].func, out);
        g_string_append_c(out, ';');
    }
}

static bool matches(const struct symbols *symbols, uint32_t name, const GRegex *match)
{
    if (match == NULL)
        return true;
    struct slice bytes = symbols_string(symbols, name);
    g_autofree char *valid = g_utf8_make_valid(bytes.at, (gssize)bytes.len);
    return g_regex_match(match, valid, 0, NULL);
}

void flame_fold(const struct flame *flame, const struct symbols *symbols, const GRegex *match,
                GString *out)
{
    struct folded *folded = folded_new();
    g_autoptr(GString) line = g_string_new(NULL);
    for (guint i = 0; i < flame->records->len; i++) {
        const struct flame_record *record = &g_array_index(flame->records, struct flame_record, i);
        if (record->ns == 0 || !matches(symbols, record->name, match))
            continue;
        g_string_truncate(line, 0);
        fold_stack(symbols, record, line);
        fold_leaf(symbols, record, line);
        folded_add(folded, line->str, record->ns);
    }
    folded_print(folded, out);
    folded_free(folded);
}
