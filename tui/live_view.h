/* A table of the cluster that stays live: a list that is read page by page and then watched. */
#ifndef TUI_LIVE_VIEW_H
#define TUI_LIVE_VIEW_H

#include "kube/list.h"
#include "tui/table_view.h"

struct live_view;

struct live_type {
    const char *noun;    /* "pods" */
    const char *nothing; /* what to say where there is none */
    /* Puts the list's rows into the table. */
    void (*fill)(struct live_view *self, const struct list *list);
    /* What may be done when the list cannot be had at all; NULL: nothing but again. */
    const char *way_out;
    /* Puts rows of its own in where the right to list is missing; NULL: there are none. */
    void (*fill_without)(struct live_view *self);
};

/* The first member of such views. */
struct live_view {
    struct table_view base;
    const struct live_type *type;
    struct session *session;
    struct list *list;
    struct list_query query;
    char *place;
    guint fill_source; /* news are shown together, a few times a second */
    guint fill_ms;     /* how long that took */
    guint age_source;  /* ages grow without any news */
    bool stale;        /* the list failed, or the watch broke; it may try again by itself */
    bool refused;      /* ... because the right to list is missing */
};

/* `place` is taken over; the strings of the query must live as long as the view. */
void live_view_init(struct live_view *self, const struct view_type *view_type,
                    const struct live_type *type, struct session *session,
                    const struct list_query *query, char *place);
void live_view_clear(struct live_view *self);

char *live_view_title(const struct view *view);
/* Reads the list anew. */
void live_view_refresh(struct view *view, struct session *session);
/* Fills the table again from what is there. */
void live_view_fill(struct live_view *self);

#endif
