/* Looks at each event once and calls what concerns it. */
#include "trace/insight.h"

/* What a goroutine did while its name was not known: it is kept until the name comes, but not more
 * than so much; after that it has none. */
#define MAX_HELD 32

enum held_kind {
    HELD_STRETCH,  /* it had this stretch, which `group` (a source of wakeups.h) ended */
    HELD_WAKEUP,   /* it ended this stretch of another */
    HELD_CREATION, /* it created goroutines of this group */
};

struct held {
    struct stretch stretch;
    enum held_kind kind;
    uint32_t group;
    uint64_t count; /* of creations */
    uint32_t next;  /* of the same goroutine, or of those that are free, plus 1 */
};

struct insight_builder {
    struct follow follow;
    GArray *held;
    uint32_t free_held;
    struct stretch stretch; /* the one that the present event ended */
    /* The first five are there together or not at all. */
    struct latency_builder *latency;
    struct wakeups_builder *wakeups;
    struct procs_builder *procs;
    struct creation_builder *creation;
    struct parallelism_builder *parallelism;
    struct flame_builder *flame;
};

struct insight_builder *insight_builder_new(const struct symbols *symbols, bool all, bool flame)
{
    struct insight_builder *b = g_new0(struct insight_builder, 1);
    follow_init(&b->follow, symbols);
    b->held = g_array_new(FALSE, FALSE, sizeof(struct held));
    if (all) {
        b->latency = latency_builder_new();
        b->wakeups = wakeups_builder_new();
        b->procs = procs_builder_new(symbols);
        b->creation = creation_builder_new();
        b->parallelism = parallelism_builder_new();
    }
    if (flame)
        b->flame = flame_builder_new();
    return b;
}

void insight_builder_free(struct insight_builder *b)
{
    if (b == NULL)
        return;
    latency_builder_free(b->latency);
    wakeups_builder_free(b->wakeups);
    procs_builder_free(b->procs);
    creation_builder_free(b->creation);
    parallelism_builder_free(b->parallelism);
    flame_builder_free(b->flame);
    g_array_unref(b->held);
    follow_clear(&b->follow);
    g_free(b);
}

/* --- goroutines that have no name yet --- */

static struct held *held_at(struct insight_builder *b, uint32_t link)
{
    return &g_array_index(b->held, struct held, link - 1);
}

static struct held *hold(struct insight_builder *b, struct follow_row *row, enum held_kind kind)
{
    uint32_t at = b->free_held;
    if (at == 0) {
        g_array_set_size(b->held, b->held->len + 1);
        at = b->held->len;
    } else {
        b->free_held = held_at(b, at)->next;
    }
    struct held *held = held_at(b, at);
    *held = (struct held){.kind = kind, .next = row->held};
    row->held = at;
    row->n_held++;
    return held;
}

/* A stretch of a goroutine that has a name, or will have none. */
static void stretch_give(struct insight_builder *b, const struct stretch *stretch)
{
    if (b->flame != NULL)
        flame_builder_add(b->flame, stretch);
    if (b->latency != NULL && stretch->ended)
        latency_builder_add(b->latency, stretch);
}

static void wakeup_give(struct insight_builder *b, const struct stretch *stretch, uint32_t source)
{
    if (b->wakeups != NULL && stretch->state == STATE_WAITING && stretch->next != STATE_NOT_EXIST)
        wakeups_builder_add(b->wakeups, stretch, source);
}

static void held_give(struct insight_builder *b, struct held *held, uint32_t group)
{
    if (held->kind == HELD_STRETCH) {
        held->stretch.group = group;
        stretch_give(b, &held->stretch);
        wakeup_give(b, &held->stretch, held->group);
    } else if (held->kind == HELD_WAKEUP) {
        wakeup_give(b, &held->stretch, wakeups_source_of_group(group));
    } else if (b->creation != NULL) {
        creation_builder_add(b->creation, true, group, held->group, held->count);
    }
}

static void release(struct insight_builder *b, struct follow_row *row)
{
    while (row->held != 0) {
        uint32_t at = row->held;
        row->held = held_at(b, at)->next;
        held_give(b, held_at(b, at), row->group);
        held_at(b, at)->next = b->free_held;
        b->free_held = at;
    }
    row->n_held = 0;
}

/* The row of a goroutine whose name may still come, and for which more can be kept; else NULL. */
static struct follow_row *unnamed(struct insight_builder *b, uint32_t slot)
{
    if (slot >= b->follow.n_rows)
        return NULL;
    struct follow_row *row = &b->follow.rows[slot];
    return row->group == FOLLOW_NO_GROUP && row->state != STATE_NOT_EXIST && row->n_held < MAX_HELD
               ? row
               : NULL;
}

/* --- events --- */

static void creation_event(struct insight_builder *b, const struct event *event)
{
    uint32_t created = follow_group(&b->follow, event->slot);
    struct follow_row *creator = unnamed(b, event->g_slot);
    if (creator == NULL) {
        creation_builder_add(b->creation, event->g != EVENT_NO_ID,
                             follow_group(&b->follow, event->g_slot), created, 1);
        return;
    }
    struct held *held = creator->held == 0 ? NULL : held_at(b, creator->held);
    if (held == NULL || held->kind != HELD_CREATION || held->group != created) {
        held = hold(b, creator, HELD_CREATION);
        held->group = created;
    }
    held->count++;
}

/* A stretch that ended: to all, unless somebody's name is missing. */
static void stretch_event(struct insight_builder *b, const struct event *event)
{
    struct stretch *stretch = &b->stretch;
    bool wakes = stretch->state == STATE_WAITING && stretch->next != STATE_NOT_EXIST;
    uint32_t source = wakes ? wakeups_source(&b->follow, stretch->why, event) : 0;
    struct follow_row *row;
    if (stretch->group == FOLLOW_NO_GROUP && (row = unnamed(b, stretch->slot)) != NULL) {
        struct held *held = hold(b, row, HELD_STRETCH);
        held->stretch = *stretch;
        held->group = source;
        return;
    }
    stretch_give(b, stretch);
    if (wakes && source == wakeups_source_of_group(FOLLOW_NO_GROUP) &&
        (row = unnamed(b, event->g_slot)) != NULL)
        hold(b, row, HELD_WAKEUP)->stretch = *stretch;
    else if (wakes)
        wakeup_give(b, stretch, source);
}

/* Opens the short way to a goroutine that has its name, or closes it. */
static void row_open(struct insight_builder *b, uint32_t slot)
{
    struct follow_row *row = &b->follow.rows[slot];
    bool plain = row->began && row->group != FOLLOW_NO_GROUP && row->held == 0;
    row->plain = plain ? row->state : STATE_UNDETERMINED;
    row->use = (uint8_t)procs_builder_running(b->procs, &b->follow, slot);
}

static void goroutine_event(struct insight_builder *b, const struct event *event)
{
    enum event_state from = event->transition.from, to = event->transition.to;
    if (from == to)
        return;
    struct follow *follow = &b->follow;
    struct follow_row *row = follow_row(follow, event->slot);
    enum event_state before = (enum event_state)row->state;
    if (row->held != 0 && (from == STATE_NOT_EXIST || from == STATE_UNDETERMINED))
        release(b, row);
    bool ended = follow_transition(follow, event, &b->stretch);
    if (row->held != 0 && (row->group != FOLLOW_NO_GROUP || to == STATE_NOT_EXIST))
        release(b, row);
    if (ended)
        stretch_event(b, event);
    if (b->latency == NULL)
        return;
    procs_builder_goroutine(b->procs, follow, event, before);
    if (from == STATE_NOT_EXIST)
        creation_event(b, event);
    if (before == STATE_RUNNING)
        parallelism_builder_stop(b->parallelism, follow, event->slot, event->time_ns);
    if (to == STATE_RUNNING)
        parallelism_builder_start(b->parallelism, follow, event->slot, event->time_ns);
    row_open(b, event->slot);
}

/* --- the short way --- */

/* The stretch that ends, to the flame, and the stack that the goroutine has come to. */
static void flame_quick(struct insight_builder *b, struct follow_row *row,
                        const struct event *event)
{
    uint32_t stack = event->transition.stack;
    struct stretch stretch = {.slot = event->slot,
                              .group = row->group,
                              .state = (enum event_state)row->state,
                              .from_ns = row->since_ns,
                              .to_ns = event->time_ns,
                              .why = row->why,
                              .stack =
                                  row->state == STATE_RUNNING && stack != 0 ? stack : row->stack};
    flame_builder_add(b->flame, &stretch);
    if (stack != 0)
        row->stack = stack;
}

/* What goroutine_event() does for the changes that traces consist of; false: that has to. */
static inline bool goroutine_quick(struct insight_builder *b, const struct event *event)
{
    struct follow *follow = &b->follow;
    if (event->slot >= follow->n_rows)
        return false;
    struct follow_row *row = &follow->rows[event->slot];
    unsigned from = event->transition.from, to = event->transition.to, why = FOLLOW_OTHER;
    if (row->plain != from)
        return false;
    int64_t now_ns = event->time_ns, ns = now_ns - row->since_ns;
    if (from == STATE_WAITING && to == STATE_RUNNABLE) {
        uint32_t source = wakeups_source(follow, row->why, event);
        if (source == wakeups_source_of_group(FOLLOW_NO_GROUP))
            return false;
        histogram_add(&wakeups_builder_edge(b->wakeups, source, row->group, row->why)->waited, ns);
        procs_builder_runnable(b->procs, 1, now_ns);
    } else if (from == STATE_RUNNABLE && to == STATE_RUNNING) {
        histogram_add(&latency_builder_group(b->latency, row->group)->sched, ns);
        procs_builder_runnable(b->procs, UINT32_MAX, now_ns);
        procs_builder_use(b->procs, event->p, (enum proc_use)row->use, now_ns);
        parallelism_builder_start(b->parallelism, follow, event->slot, now_ns);
    } else if (from == STATE_RUNNING && (to == STATE_WAITING || to == STATE_RUNNABLE)) {
        if (to == STATE_WAITING &&
            ((why = follow_why(follow, event->transition.reason)) == FOLLOW_N_WHY ||
             why == FOLLOW_FOREVER))
            return false;
        if (to == STATE_RUNNABLE)
            procs_builder_runnable(b->procs, 1, now_ns);
        histogram_add(&latency_builder_group(b->latency, row->group)->run, ns);
        procs_builder_use(b->procs, event->p, PROC_SCHED, now_ns);
        parallelism_builder_stop(b->parallelism, follow, event->slot, now_ns);
    } else {
        return false;
    }
    if (G_UNLIKELY(b->flame != NULL))
        flame_quick(b, row, event);
    row->since_ns = now_ns;
    row->why = (uint8_t)why;
    row->state = row->plain = (uint8_t)to;
    return true;
}

static void other_event(struct insight_builder *b, const struct event *event)
{
    if (event->kind == EVENT_SYNC)
        b->follow.sync_ns = event->time_ns;
    else if (event->kind == EVENT_STACK_SAMPLE && b->flame != NULL)
        flame_builder_sample(b->flame, event);
    if (b->procs == NULL)
        return;
    if (event->kind == EVENT_STATE_TRANSITION && event->transition.resource == RESOURCE_PROC) {
        procs_builder_proc(b->procs, event);
    } else if (event->kind == EVENT_LABEL) {
        procs_builder_label(b->procs, event);
        if (event->slot < b->follow.n_rows)
            row_open(b, event->slot);
    } else if (event->kind == EVENT_METRIC && event->metric.metric == METRIC_GOMAXPROCS) {
        procs_builder_gomaxprocs(b->procs, event->metric.value, event->time_ns);
        parallelism_builder_gomaxprocs(b->parallelism, &b->follow, event->metric.value,
                                       event->time_ns);
    }
}

static void see_all(void *self, const struct event *event, size_t n)
{
    struct insight_builder *b = self;
    for (size_t i = 0; i < n; i++, event = event_next(event)) {
        b->follow.last_ns = event->time_ns;
        if (event->kind != EVENT_STATE_TRANSITION ||
            event->transition.resource != RESOURCE_GOROUTINE)
            other_event(b, event);
        else if (!goroutine_quick(b, event))
            goroutine_event(b, event);
    }
}

static void see_one(void *self, const struct event *event)
{
    see_all(self, event, 1);
}

struct sink insight_builder_sink(struct insight_builder *b)
{
    return (struct sink){.event = see_one, .events = see_all, .self = b};
}

struct insight *insight_builder_finish(struct insight_builder *b)
{
    struct insight *insight = g_new0(struct insight, 1);
    int64_t now_ns = b->follow.last_ns;
    struct stretch open;
    for (uint32_t slot = 0; slot < b->follow.n_rows; slot++) {
        release(b, &b->follow.rows[slot]);
        if (follow_open(&b->follow, slot, &open))
            stretch_give(b, &open);
    }
    if (b->latency != NULL) {
        for (guint i = 0; i < b->wakeups->edges->len; i++) {
            const struct wakeups_edge *edge = g_ptr_array_index(b->wakeups->edges, i);
            latency_builder_add_waits(b->latency, edge->group, edge->why, &edge->waited);
        }
        insight->latency = latency_builder_finish(b->latency, &b->follow);
        insight->wakeups = wakeups_builder_finish(b->wakeups, &b->follow);
        insight->procs = procs_builder_finish(b->procs, now_ns);
        insight->creation = creation_builder_finish(b->creation, &b->follow);
        insight->parallelism = parallelism_builder_finish(b->parallelism, &b->follow, now_ns);
    }
    if (b->flame != NULL)
        insight->flame = flame_builder_finish(b->flame, &b->follow);
    return insight;
}

void insight_free(struct insight *insight)
{
    if (insight == NULL)
        return;
    latency_free(insight->latency);
    wakeups_free(insight->wakeups);
    procs_free(insight->procs);
    creation_free(insight->creation);
    parallelism_free(insight->parallelism);
    flame_free(insight->flame);
    g_free(insight);
}
