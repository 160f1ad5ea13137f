/* One small row a slot; names and reasons become numbers once, when they are first seen. */
#include "config.h"

#include "trace/follow.h"

#include <string.h>

#include "trace/summary.h"

void follow_init(struct follow *f, const struct symbols *symbols)
{
    memset(f, 0, sizeof *f);
    f->symbols = symbols;
    f->groups = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t nameless = 0;
    g_array_append_val(f->groups, nameless);
    f->n_reasons = FOLLOW_FIRST_FREE;
}

void follow_clear(struct follow *f)
{
    g_free(f->rows);
    g_free(f->group_of);
    g_free(f->why_of);
    g_array_unref(f->groups);
    memset(f, 0, sizeof *f);
}

/* --- names as numbers --- */

static uint32_t group_add(struct follow *f, uint32_t name)
{
    if (name == 0)
        return FOLLOW_NO_GROUP;
    if (name >= f->n_group_of) {
        uint32_t n = MAX(name + 1, 2 * f->n_group_of);
        f->group_of = g_renew(uint32_t, f->group_of, n);
        memset(f->group_of + f->n_group_of, 0, (n - f->n_group_of) * sizeof *f->group_of);
        f->n_group_of = n;
    }
    if (f->group_of[name] == 0) {
        g_array_append_val(f->groups, name);
        f->group_of[name] = f->groups->len;
    }
    return f->group_of[name] - 1;
}

static bool is(struct slice bytes, const char *word)
{
    return bytes.len == strlen(word) && memcmp(bytes.at, word, bytes.len) == 0;
}

static unsigned why_new(struct follow *f, uint32_t reason)
{
    struct slice name = symbols_string(f->symbols, reason);
    unsigned why = is(name, "forever")   ? FOLLOW_FOREVER
                   : is(name, "sleep")   ? FOLLOW_SLEEP
                   : is(name, "network") ? FOLLOW_NETWORK
                                         : FOLLOW_OTHER;
    if (why == FOLLOW_OTHER) {
        if (f->n_reasons == FOLLOW_N_WHY)
            return FOLLOW_OTHER;
        why = f->n_reasons++;
    }
    f->reasons[why] = reason;
    return why;
}

static unsigned why_add(struct follow *f, uint32_t reason)
{
    if (reason >= f->n_why_of) {
        uint32_t n = MAX(reason + 1, 2 * f->n_why_of);
        f->why_of = g_renew(uint8_t, f->why_of, n);
        memset(f->why_of + f->n_why_of, 0, n - f->n_why_of);
        f->n_why_of = n;
    }
    if (f->why_of[reason] == 0)
        f->why_of[reason] = (uint8_t)(1 + why_new(f, reason));
    return f->why_of[reason] - 1u;
}

/* --- states --- */

void follow_grow(struct follow *f, uint32_t slot)
{
    uint32_t n = MAX(slot + 1, MAX(64, 2 * f->n_rows));
    f->rows = g_renew(struct follow_row, f->rows, n);
    memset(f->rows + f->n_rows, 0, (n - f->n_rows) * sizeof *f->rows);
    f->n_rows = n;
}

static bool is_open(const struct follow_row *row)
{
    return row->state != STATE_UNDETERMINED && row->state != STATE_NOT_EXIST;
}

/* Field by field: a struct that is put together elsewhere and copied at once costs as much as all
 * the rest here. */
static void stretch_set(struct stretch *stretch, const struct follow_row *row, uint32_t slot,
                        int64_t now_ns)
{
    stretch->slot = slot;
    stretch->group = row->group;
    stretch->state = (enum event_state)row->state;
    stretch->from_ns = row->since_ns;
    stretch->to_ns = now_ns;
    stretch->began = row->began;
    stretch->why = row->why;
    stretch->stack = row->stack;
}

static void enter(struct follow *f, struct follow_row *row, const struct event *event)
{
    bool known = event->transition.from != STATE_UNDETERMINED;
    row->state = (uint8_t)event->transition.to;
    row->began = known;
    row->since_ns = known ? event->time_ns : f->sync_ns;
    row->why = FOLLOW_OTHER;
    if (event->transition.to == STATE_WAITING) {
        row->why = (uint8_t)why_add(f, event->transition.reason);
        /* Whoever waits forever has come to its end, as in Go's tool. */
        if (row->why == FOLLOW_FOREVER)
            row->state = STATE_NOT_EXIST;
    }
}

static __attribute__((noinline)) void name_row(struct follow *f, struct follow_row *row,
                                               uint32_t stack)
{
    row->group = group_add(f, summary_start_function(f->symbols, stack));
}

bool follow_transition(struct follow *f, const struct event *event, struct stretch *ended)
{
    struct follow_row *row = follow_row(f, event->slot);
    enum event_state from = event->transition.from;
    uint32_t stack = event->transition.stack;
    if (G_UNLIKELY(from == STATE_NOT_EXIST || from == STATE_UNDETERMINED))
        *row = (struct follow_row){0};
    if (G_UNLIKELY(row->group == FOLLOW_NO_GROUP && stack != 0))
        name_row(f, row, stack);

    bool ends = is_open(row);
    if (ends) {
        stretch_set(ended, row, event->slot, event->time_ns);
        ended->ended = true;
        ended->next = event->transition.to;
        if (row->state == STATE_RUNNING && stack != 0)
            ended->stack = stack;
    }
    if (stack != 0)
        row->stack = stack;
    enter(f, row, event);
    return ends;
}

bool follow_open(const struct follow *f, uint32_t slot, struct stretch *open)
{
    if (slot >= f->n_rows || !is_open(&f->rows[slot]))
        return false;
    stretch_set(open, &f->rows[slot], slot, f->last_ns);
    open->next = open->state;
    open->ended = false;
    return true;
}
