#include "tui/live_view.h"

#include "tui/view_cluster.h"

#define FILL_MS 80
#define FILL_SHARE 20 /* of the time: so much longer than filling took is waited between two */
#define AGE_S 5

static gboolean on_fill(gpointer data)
{
    struct live_view *self = data;
    self->fill_source = 0;
    live_view_fill(self);
    return G_SOURCE_REMOVE;
}

static gboolean on_age(gpointer data)
{
    live_view_fill(data);
    return G_SOURCE_CONTINUE;
}

void live_view_fill(struct live_view *self)
{
    gint64 began_us = g_get_monotonic_time();
    bool nothing = list_n_rows(self->list) == 0;
    if (nothing && !self->stale && !list_synced(self->list))
        return; /* what was read before is shown until the new list comes */
    table_begin(self->base.table);
    if (nothing && self->refused && self->type->fill_without)
        self->type->fill_without(self);
    else
        self->type->fill(self, self->list);
    table_end(self->base.table);
    self->fill_ms = (guint)((g_get_monotonic_time() - began_us) / 1000);
    session_redraw(self->session);
}

/* An error in place of the rows, or one line of it below them. */
static void show_error(struct live_view *self, const GError *error, bool will_retry)
{
    g_autofree char *hint = cluster_hint(error);
    GString *more = g_string_new(hint);
    if (self->type->way_out && !will_retry)
        g_string_append_printf(more, "%s%s", more->len ? "\n" : "", self->type->way_out);
    g_string_append_printf(more, "%s%s", more->len ? "\n" : "",
                           will_retry ? "It is tried again by itself; r tries at once."
                                      : "r tries again.");
    table_view_note(&self->base, will_retry ? STYLE_WARNING : STYLE_ERROR, error->message,
                    more->str);
    g_string_free(more, TRUE);
}

static void on_list(struct list *list, enum list_event event, const GError *error, bool will_retry,
                    void *data)
{
    struct live_view *self = data;
    self->stale = event == LIST_FAILED;
    self->refused = g_error_matches(error, KUBE_ERROR, KUBE_ERROR_FORBIDDEN);
    if (event == LIST_FAILED)
        show_error(self, error, will_retry);
    else if (list_synced(list) && list_n_rows(list) == 0)
        table_view_note(&self->base, STYLE_NORMAL, self->type->nothing, "r looks again.");
    else if (list_n_rows(list) > 0)
        table_view_note(&self->base, STYLE_NORMAL, NULL, NULL);
    if (!self->fill_source)
        self->fill_source = g_timeout_add(
            event == LIST_CHANGED ? MAX(FILL_MS, FILL_SHARE * self->fill_ms) : 0, on_fill, self);
    session_redraw(self->session);
}

static void begin(struct live_view *self)
{
    struct client *client = session_client(self->session);
    if (table_n_rows(self->base.table) == 0) {
        g_autofree char *note = g_strdup_printf("asking %s ...", client_login(client)->server);
        table_view_note(&self->base, STYLE_DIM, note, NULL);
    }
    self->list = list_start(client, &self->query, on_list, self);
}

void live_view_init(struct live_view *self, const struct view_type *view_type,
                    const struct live_type *type, struct session *session,
                    const struct list_query *query, char *place)
{
    table_view_init(&self->base, view_type);
    self->type = type;
    self->session = session;
    self->query = *query;
    self->place = place;
    self->age_source = g_timeout_add_seconds(AGE_S, on_age, self);
    begin(self);
}

void live_view_clear(struct live_view *self)
{
    g_clear_handle_id(&self->fill_source, g_source_remove);
    g_clear_handle_id(&self->age_source, g_source_remove);
    g_clear_pointer(&self->list, list_free);
    g_free(self->place);
    table_view_clear(&self->base);
}

/* How much there is, and how sure that is; g_free() it. */
static char *count_text(const struct live_view *self)
{
    g_autofree char *count = table_view_count(&self->base, self->type->noun);
    size_t expected = list_n_expected(self->list);
    if (self->stale)
        return g_strdup_printf("not live  %s", count);
    if (list_poll_s(self->list) > 0)
        return g_strdup_printf("read every %u s  %s", list_poll_s(self->list), count);
    if (list_synced(self->list))
        return g_steal_pointer(&count);
    if (expected > 0 && !*table_filter(self->base.table))
        return g_strdup_printf("%zu of %zu %s so far", list_n_rows(self->list), expected,
                               self->type->noun);
    return g_strdup_printf("%s so far", count);
}

char *live_view_title(const struct view *view)
{
    const struct live_view *self = (const struct live_view *)view;
    /* No count of what nobody has seen. */
    if ((table_n_rows(self->base.table) == 0 && !list_synced(self->list)) ||
        (list_n_rows(self->list) == 0 && self->stale))
        return g_strdup_printf("%s > %s", self->place, self->type->noun);
    g_autofree char *count = count_text(self);
    return g_strdup_printf("%s > %s\t%s", self->place, self->type->noun, count);
}

void live_view_refresh(struct view *view, struct session *session)
{
    struct live_view *self = (struct live_view *)view;
    (void)session;
    g_clear_handle_id(&self->fill_source, g_source_remove);
    g_clear_pointer(&self->list, list_free);
    begin(self);
    session_redraw(self->session);
}
