/* Plays the collector's changes back and writes a point wherever the share is another one. */
#include "config.h"

#include "trace/utilization.h"

#include <string.h>

/* A curve for each P costs a point for each P and stop of the world. */
#define MAX_POINTS_PER_P (1024 * 1024)
/* Ps that are looked at because their number changes or the world stops: more than any program does
 * in a trace, and a limit to what a damaged one can ask for. */
#define MAX_STEPS (64 * 1024 * 1024)

/* The state while changes are played back. */
struct player {
    unsigned flags;
    uint32_t n_procs; /* that there are */
    uint32_t n_busy;  /* of these, that work for the collector */
    uint32_t stw;     /* depth */
    uint32_t *busy;   /* by P: kinds of such work that it does */
    GArray **curve;   /* by P, or one for all: the one that is being written */
    size_t n_points, n_steps;
    GPtrArray *curves;
};

static void point_add(struct player *player, GArray *curve, int64_t time_ns, double share)
{
    struct utilization_point *last =
        curve->len == 0 ? NULL : &g_array_index(curve, struct utilization_point, curve->len - 1);
    if (last != NULL && last->share == share)
        return;
    /* The lowest counts of those at one time. */
    if (last != NULL && last->time_ns == time_ns) {
        last->share = MIN(last->share, share);
        return;
    }
    struct utilization_point point = {.time_ns = time_ns, .share = share};
    if (last != NULL)
        point.sum = last->sum + last->share * (double)(time_ns - last->time_ns);
    g_array_append_val(curve, point);
    player->n_points++;
}

static void curve_begin(struct player *player, uint32_t p, int64_t time_ns)
{
    player->curve[p] = g_array_new(FALSE, FALSE, sizeof(struct utilization_point));
    g_ptr_array_add(player->curves, player->curve[p]);
    point_add(player, player->curve[p], time_ns, player->stw > 0 ? 0 : 1);
}

/* A curve ends at 0, so that its last point is there whatever it was before. */
static void curve_end(struct player *player, uint32_t p, int64_t time_ns)
{
    GArray *curve = player->curve[p];
    guint n = curve->len;
    point_add(player, curve, time_ns, 0);
    if (curve->len == n &&
        g_array_index(curve, struct utilization_point, n - 1).time_ns < time_ns) {
        struct utilization_point last = g_array_index(curve, struct utilization_point, n - 1);
        last.sum += last.share * (double)(time_ns - last.time_ns);
        last.time_ns = time_ns;
        g_array_append_val(curve, last);
    }
}

static bool per_p(const struct player *player)
{
    return player->flags & UTILIZATION_PER_P;
}

static void write_share(struct player *player, int64_t time_ns)
{
    double share = player->stw > 0 ? 0 : 1 - (double)player->n_busy / (double)player->n_procs;
    if (player->n_procs > 0)
        point_add(player, player->curve[0], time_ns, share);
}

static void procs_change(struct player *player, uint32_t n, int64_t time_ns)
{
    uint32_t before = player->n_procs;
    for (uint32_t p = n; p < before; p++) {
        player->n_busy -= player->busy[p] > 0;
        player->busy[p] = 0;
        if (per_p(player))
            curve_end(player, p, time_ns);
    }
    player->n_steps += before > n ? before - n : n - before;
    player->n_procs = n;
    for (uint32_t p = before; p < n && per_p(player); p++)
        curve_begin(player, p, time_ns);
}

static void stw_change(struct player *player, bool ends, int64_t time_ns)
{
    if (!ends)
        player->stw++;
    else if (player->stw > 0)
        player->stw--;
    if (!per_p(player))
        return;
    player->n_steps += player->n_procs;
    for (uint32_t p = 0; p < player->n_procs; p++)
        point_add(player, player->curve[p], time_ns,
                  player->stw > 0 || player->busy[p] > 0 ? 0 : 1);
}

static void busy_change(struct player *player, uint32_t p, bool ends, int64_t time_ns)
{
    if (p >= player->n_procs || (ends && player->busy[p] == 0))
        return;
    player->busy[p] += ends ? -1U : 1;
    if (!ends && player->busy[p] == 1)
        player->n_busy++;
    else if (ends && player->busy[p] == 0)
        player->n_busy--;
    if (per_p(player))
        point_add(player, player->curve[p], time_ns,
                  player->stw > 0 || player->busy[p] > 0 ? 0 : 1);
}

static bool counts(unsigned flags, enum gc_change_kind kind)
{
    switch (kind) {
    case GC_PROCS:
        return true;
    case GC_STW:
        return flags & UTILIZATION_STW;
    case GC_MARK:
        return flags & UTILIZATION_BACKGROUND;
    case GC_DEDICATED:
        return flags & UTILIZATION_BACKGROUND && !(flags & UTILIZATION_PER_P);
    case GC_ASSIST:
        return flags & UTILIZATION_ASSIST;
    case GC_SWEEP:
        return flags & UTILIZATION_SWEEP;
    }
    return false;
}

/* False when there are too many points. */
static bool play(struct player *player, const GArray *changes)
{
    for (guint i = 0; i < changes->len; i++) {
        const struct gc_change *change = &g_array_index(changes, struct gc_change, i);
        enum gc_change_kind kind = (enum gc_change_kind)change->kind;
        if (!counts(player->flags, kind))
            continue;
        if (kind == GC_PROCS)
            procs_change(player, change->p, change->time_ns);
        else if (kind == GC_STW)
            stw_change(player, change->ends, change->time_ns);
        else
            busy_change(player, change->p, change->ends, change->time_ns);
        if (!per_p(player))
            write_share(player, change->time_ns);
        if (player->n_steps > MAX_STEPS || (per_p(player) && player->n_points > MAX_POINTS_PER_P))
            return false;
    }
    return true;
}

/* The first number of Ps that the trace tells, 0 when it tells none; the largest too. */
static uint32_t first_procs(const GArray *changes, uint32_t *max)
{
    uint32_t first = 0;
    *max = 0;
    for (guint i = 0; i < changes->len; i++) {
        const struct gc_change *change = &g_array_index(changes, struct gc_change, i);
        if (change->kind != GC_PROCS)
            continue;
        first = first == 0 ? change->p : first;
        *max = MAX(*max, change->p);
    }
    return first;
}

static void curve_free(void *curve)
{
    g_array_unref(curve);
}

struct utilization *utilization_new(const struct gc *gc, unsigned flags)
{
    uint32_t max, first = first_procs(gc->changes, &max);
    if (first == 0 || (flags & UTILIZATION_SWEEP && !gc->knows_sweeps))
        return NULL;
    struct player player = {
        .flags = flags,
        .busy = g_new0(uint32_t, max),
        .curve = g_new0(GArray *, flags & UTILIZATION_PER_P ? max : 1),
        .curves = g_ptr_array_new_with_free_func(curve_free),
    };
    if (!per_p(&player))
        curve_begin(&player, 0, 0);
    procs_change(&player, first, 0);
    bool all = play(&player, gc->changes);
    for (uint32_t p = 0; p < (per_p(&player) ? player.n_procs : 1); p++)
        curve_end(&player, p, gc->end_ns);
    g_free(player.busy);
    g_free(player.curve);
    if (!all) {
        g_ptr_array_unref(player.curves);
        return NULL;
    }
    struct utilization *utilization = g_new0(struct utilization, 1);
    utilization->curves = player.curves;
    return utilization;
}

void utilization_free(struct utilization *utilization)
{
    if (utilization == NULL)
        return;
    g_ptr_array_unref(utilization->curves);
    g_free(utilization);
}
