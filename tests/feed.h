/* Hand-made events for the tests of analyses. */
#ifndef TESTS_FEED_H
#define TESTS_FEED_H

#include "trace/reader.h"

/* Where the events go, and the context that the next one has. */
struct feed {
    struct symbols *symbols;
    struct sink sink;
    int64_t m, p, g;
};

uint32_t feed_string(struct feed *feed, const char *text);
/* A stack of functions "leaf<caller<...<outermost". */
uint32_t feed_stack(struct feed *feed, const char *functions);

void feed_sync(struct feed *feed, int64_t time_ns);
/* A goroutine's change of state. `stack` ("" for none) is that of the event, and of the goroutine
 * too when `own` is set. */
void feed_go(struct feed *feed, int64_t time_ns, int64_t id, enum event_state from,
             enum event_state to, const char *reason, const char *stack, bool own);
void feed_proc(struct feed *feed, int64_t time_ns, int64_t id, enum event_state from,
               enum event_state to);
void feed_range(struct feed *feed, int64_t time_ns, enum event_kind kind, enum event_range range,
                const char *name, enum event_resource scope, int64_t id);
/* The end of a sweep, with what came of it. */
void feed_swept(struct feed *feed, int64_t time_ns, int64_t p, uint64_t swept_bytes,
                uint64_t reclaimed_bytes);
void feed_label(struct feed *feed, int64_t time_ns, int64_t id, const char *label);
void feed_sample(struct feed *feed, int64_t time_ns, const char *stack);
void feed_metric(struct feed *feed, int64_t time_ns, enum event_metric metric, uint64_t value);
/* A begin or an end. `parent` is UINT64_MAX for none. */
void feed_task(struct feed *feed, int64_t time_ns, enum event_kind kind, uint64_t id,
               uint64_t parent, const char *type);
void feed_region(struct feed *feed, int64_t time_ns, enum event_kind kind, uint64_t task,
                 const char *name, const char *stack);
void feed_log(struct feed *feed, int64_t time_ns, uint64_t task, const char *category,
              const char *message);

#endif
