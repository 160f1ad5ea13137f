/* A list of open regions for each goroutine, innermost first. Groups are kept by whole stacks,
 * which are numbers already, and put together by site when all is read. */
#include "config.h"

#include "trace/region.h"

#include <string.h>

#include "trace/annotation_group.h"

struct region_open {
    struct region region;
    uint32_t outer; /* plus 1, likewise in the list of free ones */
};

struct region_group {
    uint32_t name, stack;
    struct durations whole; /* of those that were seen to begin and to end */
    struct durations cut;   /* of others, from the trace's begin or to its end */
};

void regions_init(struct regions *regions, const struct symbols *symbols,
                  const struct region_watcher *watcher)
{
    memset(regions, 0, sizeof *regions);
    regions->symbols = symbols;
    regions->watcher = watcher;
    regions->open = g_array_new(FALSE, FALSE, sizeof(struct region_open));
    roster_init(&regions->numbers);
    regions->groups = g_array_new(FALSE, FALSE, sizeof(struct region_group));
}

static struct region_open *open_at(const struct regions *regions, uint32_t link)
{
    return link == 0 ? NULL : &g_array_index(regions->open, struct region_open, link - 1);
}

static void groups_clear(GArray *groups)
{
    for (guint i = 0; i < groups->len; i++) {
        struct region_group *group = &g_array_index(groups, struct region_group, i);
        durations_clear(&group->whole);
        durations_clear(&group->cut);
    }
    g_array_unref(groups);
}

void regions_clear(struct regions *regions)
{
    for (uint32_t slot = 0; slot < regions->n_slots; slot++) {
        struct region_open *open;
        for (uint32_t at = regions->goroutines[slot].open; (open = open_at(regions, at)) != NULL;
             at = open->outer)
            summary_times_free(open->region.before);
    }
    g_free(regions->goroutines);
    g_array_unref(regions->open);
    roster_clear(&regions->numbers);
    groups_clear(regions->groups);
}

static void reserve(struct regions *regions, uint32_t slot)
{
    uint32_t n = MAX(64, MAX(slot + 1, regions->n_slots + regions->n_slots / 2));
    regions->goroutines = g_renew(struct region_goroutine, regions->goroutines, n);
    memset(regions->goroutines + regions->n_slots, 0,
           (n - regions->n_slots) * sizeof *regions->goroutines);
    regions->n_slots = n;
}

static inline struct region_goroutine *goroutine_at(struct regions *regions, uint32_t slot)
{
    if (G_UNLIKELY(slot >= regions->n_slots))
        reserve(regions, slot);
    return &regions->goroutines[slot];
}

static struct region_group *group_at(struct roster *numbers, GArray *groups, uint32_t name,
                                     uint32_t stack)
{
    uint32_t number = roster_add(numbers, (int64_t)((uint64_t)name << 32 | stack));
    if (number == groups->len) {
        struct region_group group = {.name = name, .stack = stack};
        g_array_append_val(groups, group);
    }
    return &g_array_index(groups, struct region_group, number);
}

static void push(struct regions *regions, struct region_goroutine *g, const struct region *region)
{
    struct region_open fresh = {*region, g->open};
    if (regions->free_open == 0) {
        g_array_append_val(regions->open, fresh);
        g->open = regions->open->len;
        return;
    }
    uint32_t at = regions->free_open;
    struct region_open *open = open_at(regions, at);
    regions->free_open = open->outer;
    *open = fresh;
    g->open = at;
}

static struct region pop(struct regions *regions, struct region_goroutine *g)
{
    uint32_t at = g->open;
    struct region_open *open = open_at(regions, at);
    g->open = open->outer;
    open->outer = regions->free_open;
    regions->free_open = at;
    return open->region;
}

/* Counts a region that is over, tells of it and frees what it has. */
static void end(struct regions *regions, struct region *region, const struct event *event)
{
    region->end_ns = event->time_ns;
    struct region_group *group =
        group_at(&regions->numbers, regions->groups, region->name, region->stack);
    if (region->start_ns == SUMMARY_UNKNOWN_NS)
        durations_add(&group->cut, region->end_ns);
    else
        durations_add(&group->whole, region->end_ns - region->start_ns);
    regions->n++;
    if (regions->watcher != NULL)
        regions->watcher->ended(regions->watcher->self, region, event);
    summary_times_free(region->before);
}

bool regions_event(struct regions *regions, const struct event *event)
{
    if (event->g_slot == EVENT_NO_SLOT)
        return false;
    struct region_goroutine *g = goroutine_at(regions, event->g_slot);
    struct region region = {.goroutine = event->g,
                            .slot = event->g_slot,
                            .task = event->region.task,
                            .name = event->region.type,
                            .start_ns = SUMMARY_UNKNOWN_NS,
                            .end_ns = SUMMARY_UNKNOWN_NS};
    if (event->kind == EVENT_REGION_BEGIN) {
        region.start_ns = event->time_ns;
        region.stack = event->stack;
        if (regions->watcher != NULL)
            region.before = summary_builder_times(regions->watcher->summary, event->g_slot,
                                                  event->g, event->time_ns, false);
        push(regions, g, &region);
        return true;
    }
    bool fresh = g->open == 0;
    if (!fresh)
        region = pop(regions, g);
    end(regions, &region, event);
    return fresh;
}

/* Goroutines of the runtime are in no region, though some are begun in one. */
static bool is_system(const struct regions *regions, uint32_t name)
{
    static const char prefix[] = "runtime.", main[] = "runtime.main";
    struct slice text = symbols_string(regions->symbols, name);
    if (text.len == strlen(main) && memcmp(text.at, main, text.len) == 0)
        return false;
    return text.len == 0 ||
           (text.len >= strlen(prefix) && memcmp(text.at, prefix, strlen(prefix)) == 0);
}

static void drop_all(struct regions *regions, struct region_goroutine *g)
{
    while (g->open != 0)
        summary_times_free(pop(regions, g).before);
}

/* A new goroutine inherits the task of the innermost region that it is begun in. */
static void inherit(struct regions *regions, const struct event *event)
{
    if (event->g_slot == EVENT_NO_SLOT || event->g_slot == event->slot)
        return;
    uint32_t link = goroutine_at(regions, event->g_slot)->open;
    if (link == 0)
        return;
    struct region region = {.goroutine = event->transition.id,
                            .slot = event->slot,
                            .task = open_at(regions, link)->region.task,
                            .stack = event->stack,
                            .start_ns = event->time_ns,
                            .end_ns = SUMMARY_UNKNOWN_NS,
                            .inherited = true};
    push(regions, goroutine_at(regions, event->slot), &region);
}

/* All its regions end with a goroutine. */
static void end_all(struct regions *regions, struct region_goroutine *g, const struct event *event)
{
    if (is_system(regions, g->name))
        drop_all(regions, g);
    while (g->open != 0) {
        struct region region = pop(regions, g);
        end(regions, &region, event);
    }
}

/* Most waits are for the same reason as the one before, so the last other one is remembered. */
static bool is_forever(struct regions *regions, uint32_t reason)
{
    if (reason == regions->other_reason)
        return false;
    struct slice text = symbols_string(regions->symbols, reason);
    if (text.len == strlen("forever") && memcmp(text.at, "forever", text.len) == 0)
        return true;
    regions->other_reason = reason;
    return false;
}

void regions_transition_slow(struct regions *regions, const struct event *event)
{
    enum event_state from = event->transition.from, to = event->transition.to;
    if (event->slot == EVENT_NO_SLOT || from == to)
        return;
    struct region_goroutine *g = goroutine_at(regions, event->slot);
    if (from == STATE_NOT_EXIST || from == STATE_UNDETERMINED) {
        drop_all(regions, g);
        g->name = 0;
        if (from == STATE_NOT_EXIST)
            inherit(regions, event);
        g = goroutine_at(regions, event->slot);
    }
    if (g->name == 0 && event->transition.stack != 0)
        g->name = summary_start_function(regions->symbols, event->transition.stack);
    if (g->open != 0 && (to == STATE_NOT_EXIST ||
                         (to == STATE_WAITING && is_forever(regions, event->transition.reason))))
        end_all(regions, g, event);
    if (to == STATE_NOT_EXIST)
        g->name = 0;
}

void regions_each_open(const struct regions *regions,
                       void (*each)(void *data, const struct region *region), void *data)
{
    for (uint32_t slot = 0; slot < regions->n_slots; slot++) {
        const struct region_goroutine *g = &regions->goroutines[slot];
        if (g->open == 0 || is_system(regions, g->name))
            continue;
        const struct region_open *open;
        for (uint32_t at = g->open; (open = open_at(regions, at)) != NULL; at = open->outer)
            each(data, &open->region);
    }
}

/* --- put together --- */

/* Groups while they are put together, with those that are open now: first those that regions have,
 * in the same places, then new ones. */
struct gathering {
    struct roster numbers;
    GArray *groups;
    int64_t now_ns;
    uint64_t n_open;
};

static void gather_open(void *data, const struct region *region)
{
    struct gathering *gathering = data;
    struct region_group *group =
        group_at(&gathering->numbers, gathering->groups, region->name, region->stack);
    durations_add(&group->cut, gathering->now_ns - region->start_ns);
    gathering->n_open++;
}

static void gather(const struct regions *regions, struct gathering *gathering)
{
    roster_init(&gathering->numbers);
    gathering->groups = g_array_new(FALSE, FALSE, sizeof(struct region_group));
    for (guint i = 0; i < regions->groups->len; i++) {
        const struct region_group *from = &g_array_index(regions->groups, struct region_group, i);
        struct region_group *to =
            group_at(&gathering->numbers, gathering->groups, from->name, from->stack);
        /* The others stay where they are: there can be millions. */
        durations_add_all(&to->cut, &from->cut);
    }
    regions_each_open(regions, gather_open, gathering);
}

/* A group and the frame that it is told apart by. */
struct sited {
    const struct region_group *group;
    const struct durations *whole; /* NULL: none */
    struct frame site;
};

static int compare_sited(const void *a, const void *b)
{
    const struct sited *x = a, *y = b;
    if (x->group->name != y->group->name)
        return x->group->name < y->group->name ? -1 : 1;
    return annotation_compare_sites(&x->site, &y->site);
}

static GArray *sited_new(const struct regions *regions, GArray *groups)
{
    GArray *sited = g_array_sized_new(FALSE, FALSE, sizeof(struct sited), groups->len);
    for (guint i = 0; i < groups->len; i++) {
        struct sited row = {.group = &g_array_index(groups, struct region_group, i)};
        if (i < regions->groups->len)
            row.whole = &g_array_index(regions->groups, struct region_group, i).whole;
        struct stack stack = symbols_stack(regions->symbols, row.group->stack);
        if (stack.n > 0)
            row.site = stack.frames[stack.n - 1];
        g_array_append_val(sited, row);
    }
    g_array_sort(sited, compare_sited);
    return sited;
}

/* Adds up the groups [from, to) into one row. */
static void add_up(const GArray *sited, guint from, guint to, GArray *rows)
{
    const struct sited *first = &g_array_index(sited, struct sited, from);
    struct annotation_group row = {.name = first->group->name, .site = first->site};
    struct durations whole = {0}, cut = {0};
    for (guint i = from; i < to; i++) {
        const struct sited *part = &g_array_index(sited, struct sited, i);
        if (part->whole != NULL)
            durations_add_all(&whole, part->whole);
        durations_add_all(&cut, &part->group->cut);
    }
    row.n = whole.n + cut.n;
    annotation_group_measure(&row, &whole, &cut);
    durations_clear(&whole);
    durations_clear(&cut);
    g_array_append_val(rows, row);
}

/* One row for each run of groups of the same name, and the same site when `by_site` is set. */
static GArray *rows_new(const GArray *sited, bool by_site)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct annotation_group));
    for (guint from = 0, to; from < sited->len; from = to) {
        const struct sited *first = &g_array_index(sited, struct sited, from);
        for (to = from + 1; to < sited->len; to++) {
            const struct sited *next = &g_array_index(sited, struct sited, to);
            if (by_site ? compare_sited(first, next) != 0 : first->group->name != next->group->name)
                break;
        }
        add_up(sited, from, to, rows);
    }
    annotation_groups_sort(rows);
    return rows;
}

uint64_t regions_groups(const struct regions *regions, int64_t now_ns, GArray **sites,
                        GArray **names)
{
    struct gathering gathering = {.now_ns = now_ns};
    gather(regions, &gathering);
    GArray *sited = sited_new(regions, gathering.groups);
    *sites = rows_new(sited, true);
    *names = rows_new(sited, false);
    g_array_unref(sited);
    groups_clear(gathering.groups);
    roster_clear(&gathering.numbers);
    return regions->n + gathering.n_open;
}
