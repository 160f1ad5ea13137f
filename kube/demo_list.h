/* Lists and watches of the practice cluster. */
#ifndef KUBE_DEMO_LIST_H
#define KUBE_DEMO_LIST_H

#include "kube/demo_json.h"

/* What was asked for; everything is borrowed. */
struct demo_query {
    enum demo_kind kind;
    const char *namespace;       /* NULL: all */
    const char *labels, *fields; /* selectors; NULL: none */
    uint64_t limit;              /* 0: none */
    const char *token;           /* continue; NULL: from the beginning */
    uint64_t version;            /* resourceVersion of a watch; 0: what is there comes first */
    bool bookmarks;              /* allowWatchBookmarks */
    int64_t timeout_s;           /* of a watch; 0: none */
    bool table;                  /* as server-side Table */
    enum demo_include include;   /* in its rows */
};

/* A page. `code` becomes the HTTP status: 200, or that of the Status which is returned then. */
json_t *demo_list_page(struct demo_world *world, const struct demo_query *query, int *code);

struct demo_watch;

/* The query's strings are copied. */
struct demo_watch *demo_watch_new(struct demo_world *world, const struct demo_query *query);
void demo_watch_free(struct demo_watch *watch);

enum demo_watch_result { DEMO_WATCH_LINE, DEMO_WATCH_NOTHING, DEMO_WATCH_ENDED };

/* The next event as a line of JSON, waited for until `deadline_us` of the monotonic clock. */
enum demo_watch_result demo_watch_next(struct demo_watch *watch, int64_t deadline_us, char **line);

#endif
