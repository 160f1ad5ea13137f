/* A ring of chunks. Each sink goes round it at its own pace; whoever has nothing else to do takes
 * the sink that is furthest behind some chunks on, the maker of events too when the ring is full.
 * So two cores share the work evenly, whatever the sinks cost. */
#include "trace/relay.h"

#define N_CHUNKS 16
/* Waking a thread costs as much as a few hundred events: it is worth it for some chunks only. */
#define WAKE_CHUNKS (N_CHUNKS / 2)
/* How many a sink is taken on at once, at most: the fewer, the more often threads ask for work. */
#define MOST_AT_ONCE 4

/* How far a sink has come. */
struct follower {
    struct sink sink;
    uint64_t n_seen; /* chunks */
    bool busy;       /* a thread runs it now */
};

struct relay {
    struct follower *followers;
    size_t n_followers;
    struct relay_chunk *chunks;
    uint64_t n_given; /* chunks */

    GMutex mutex; /* guards what is above once there are threads, and ... */
    GCond work, room;
    bool over, waits; /* ... whether nothing more comes, and whether the maker waits for room */
    unsigned n_asleep;
    GThread **threads;
    unsigned n_threads;
};

struct relay *relay_new(const struct sink *sinks, size_t n_sinks)
{
    struct relay *relay = g_new0(struct relay, 1);
    relay->followers = g_new0(struct follower, n_sinks);
    relay->n_followers = n_sinks;
    for (size_t i = 0; i < n_sinks; i++)
        relay->followers[i].sink = sinks[i];
    g_mutex_init(&relay->mutex);
    g_cond_init(&relay->work);
    g_cond_init(&relay->room);
    relay->chunks = g_new(struct relay_chunk, 1);
    relay->chunks[0].n = 0;
    return relay;
}

static void see_others(const struct sink *sink, const struct relay_chunk *chunk)
{
    for (size_t i = 0; i < chunk->n_others; i++)
        sink->event(sink->self,
                    (const struct event *)(const void *)(chunk->bytes + chunk->others[i]));
}

static void see(const struct sink *sink, const struct relay_chunk *chunk)
{
    if (sink->no_transitions) {
        see_others(sink, chunk);
        return;
    }
    const struct event *event = (const struct event *)(const void *)chunk->bytes;
    if (sink->events != NULL) {
        sink->events(sink->self, event, chunk->n);
        return;
    }
    for (size_t i = 0; i < chunk->n; i++, event = event_next(event))
        sink->event(sink->self, event);
}

static uint64_t n_seen_by_all(const struct relay *relay)
{
    uint64_t least = relay->n_given;
    for (size_t i = 0; i < relay->n_followers; i++)
        least = MIN(least, relay->followers[i].n_seen);
    return least;
}

/* Takes one sink some chunks on; the mutex is held, but not while the sink runs. False: there is
 * nothing to do for this thread. */
static bool work_once(struct relay *relay)
{
    struct follower *last = NULL;
    for (size_t i = 0; i < relay->n_followers; i++) {
        struct follower *follower = &relay->followers[i];
        if (!follower->busy && follower->n_seen < relay->n_given &&
            (last == NULL || follower->n_seen < last->n_seen))
            last = follower;
    }
    if (last == NULL)
        return false;
    last->busy = true;
    uint64_t from = last->n_seen, to = MIN(from + MOST_AT_ONCE, relay->n_given);
    g_mutex_unlock(&relay->mutex);
    for (uint64_t i = from; i < to; i++)
        see(&last->sink, &relay->chunks[i % N_CHUNKS]);
    g_mutex_lock(&relay->mutex);
    last->busy = false;
    last->n_seen = to;
    /* Waiting ends when half of the ring is free, not chunk by chunk. */
    if (relay->waits && relay->n_given - n_seen_by_all(relay) <= N_CHUNKS / 2)
        g_cond_signal(&relay->room);
    return true;
}

static gpointer work(gpointer data)
{
    struct relay *relay = data;
    g_mutex_lock(&relay->mutex);
    while (!relay->over) {
        if (work_once(relay))
            continue;
        relay->n_asleep++;
        g_cond_wait(&relay->work, &relay->mutex);
        relay->n_asleep--;
    }
    g_mutex_unlock(&relay->mutex);
    return NULL;
}

void relay_set_threads(struct relay *relay, unsigned n)
{
    g_assert(relay->n_threads == 0 && relay->n_given == 0 && relay->chunks[0].n == 0);
    n = (unsigned)MIN(n, relay->n_followers);
    if (n == 0)
        return;
    relay->chunks = g_renew(struct relay_chunk, relay->chunks, N_CHUNKS);
    relay->threads = g_new(GThread *, n);
    for (; relay->n_threads < n; relay->n_threads++)
        relay->threads[relay->n_threads] = g_thread_new("sinks", work, relay);
}

void relay_free(struct relay *relay)
{
    if (relay == NULL)
        return;
    relay_drain(relay);
    g_mutex_lock(&relay->mutex);
    relay->over = true;
    g_cond_broadcast(&relay->work);
    g_mutex_unlock(&relay->mutex);
    for (unsigned i = 0; i < relay->n_threads; i++)
        g_thread_join(relay->threads[i]);
    g_free(relay->threads);
    g_mutex_clear(&relay->mutex);
    g_cond_clear(&relay->work);
    g_cond_clear(&relay->room);
    g_free(relay->followers);
    g_free(relay->chunks);
    g_free(relay);
}

struct relay_chunk *relay_chunk(struct relay *relay)
{
    return &relay->chunks[relay->n_threads == 0 ? 0 : relay->n_given % N_CHUNKS];
}

static void give_alone(struct relay *relay)
{
    for (size_t i = 0; i < relay->n_followers; i++)
        see(&relay->followers[i].sink, &relay->chunks[0]);
    relay->chunks[0].n = 0;
}

/* Works or waits until no more than `most` chunks are under way. */
static void catch_up(struct relay *relay, uint64_t most)
{
    bool enough = relay->n_given - n_seen_by_all(relay) <= most;
    while (!enough) {
        if (!work_once(relay)) {
            relay->waits = true;
            g_cond_wait(&relay->room, &relay->mutex);
            relay->waits = false;
        }
        enough = relay->n_given - n_seen_by_all(relay) <= most;
    }
}

void relay_give(struct relay *relay)
{
    if (relay->n_threads == 0) {
        give_alone(relay);
        return;
    }
    g_mutex_lock(&relay->mutex);
    relay->n_given++;
    if (relay->n_asleep > 0 && relay->n_given - n_seen_by_all(relay) >= WAKE_CHUNKS)
        g_cond_broadcast(&relay->work);
    catch_up(relay, N_CHUNKS - 1);
    g_mutex_unlock(&relay->mutex);
    relay_chunk(relay)->n = 0;
}

void relay_drain(struct relay *relay)
{
    g_mutex_lock(&relay->mutex);
    g_cond_broadcast(&relay->work);
    catch_up(relay, 0);
    g_mutex_unlock(&relay->mutex);
}

void relay_end_run(const struct relay *relay)
{
    for (size_t i = 0; i < relay->n_followers; i++)
        if (relay->followers[i].sink.generation != NULL)
            relay->followers[i].sink.generation(relay->followers[i].sink.self);
}
