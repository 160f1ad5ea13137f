/* The namespaces of a cluster. */
#include <math.h>
#include <string.h>

#include "tui/live_view.h"
#include "tui/memory.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

#define MEMORY "namespaces" /* the file */

struct view_namespaces {
    struct live_view base;
};

static const char *cell_named(const struct list *list, const struct list_row *row, const char *name)
{
    for (size_t i = 0; i < list_n_columns(list) && row->cells[i]; i++) {
        if (g_ascii_strcasecmp(list_column_at(list, i)->name, name) == 0)
            return row->cells[i];
    }
    return "";
}

static void namespaces_fill(struct live_view *self, const struct list *list)
{
    struct table *table = self->base.table;
    gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
    for (size_t i = 0; i < list_n_rows(list); i++) {
        const struct list_row *row = list_row_at(list, i);
        g_autofree char *age = row->created_s ? text_age(now_s - row->created_s) : g_strdup("");
        const char *status = cell_named(list, row, "Status");
        const char *cells[] = {row->name, status, age};
        const double order[] = {NAN, NAN, -(double)row->created_s};
        bool ending = strcmp(status, "Terminating") == 0;
        table_add(table, row->name, ending ? STYLE_WARNING : STYLE_NORMAL, cells, order);
    }
}

static void add_known(struct table *table, const char *name, const char *why)
{
    const char *cells[] = {name, why, ""};
    table_add(table, name, STYLE_NORMAL, cells, NULL);
}

/* Who may not list namespaces knows those that he works in: the context names one, others were
 * typed. */
static void namespaces_fill_without(struct live_view *self)
{
    const char *own = client_login(session_client(self->session))->namespace;
    g_auto(GStrv) typed = memory_words(MEMORY, cluster_name(self->session));
    add_known(self->base.table, own, "of the context");
    for (size_t i = 0; typed[i]; i++) {
        if (strcmp(typed[i], own) != 0)
            add_known(self->base.table, typed[i], "typed before");
    }
}

static const struct live_type namespaces_live = {
    .noun = "namespaces",
    .nothing = "This cluster shows no namespaces.",
    .fill = namespaces_fill,
    .fill_without = namespaces_fill_without,
    .way_out = "n asks for the name of a namespace and goes on with that.",
};

static void namespaces_free(struct view *view)
{
    live_view_clear((struct live_view *)view);
    g_free(view);
}

static void namespace_typed(const char *text, struct view *view, struct session *session)
{
    struct live_view *self = (struct live_view *)view;
    g_autoptr(GError) error = NULL;
    if (!text || !*text)
        return;
    if (!memory_keep(MEMORY, cluster_name(session), text, &error))
        session_say(session, STYLE_WARNING, "%s", error->message);
    live_view_fill(self);
    table_select(self->base.table, text);
    session_push(session, view_pods_new(session, text));
}

static void namespaces_type(struct view *view, struct session *session)
{
    const struct live_view *self = (const struct live_view *)view;
    const char *ours = client_login(session_client(session))->namespace;
    /* Among rows the context's is one of them, and would only be in the way of another name. */
    session_prompt(session, "namespace:", table_n_rows(self->base.table) == 0 ? ours : "",
                   namespace_typed);
}

static void namespaces_open(struct view *view, struct session *session)
{
    const struct live_view *self = (struct live_view *)view;
    const char *name = table_selected(self->base.table);
    if (name)
        session_push(session, view_pods_new(session, name));
}

static void namespaces_all(struct view *view, struct session *session)
{
    (void)view;
    session_push(session, view_pods_new(session, NULL));
}

static const struct command namespaces_commands[] = {
    {"open", "enter right l", "open", "show the pods of this namespace", namespaces_open},
    {"all", "a", "all", "show the pods of all namespaces", namespaces_all},
    {"namespace", "n", "by name", "type the name of a namespace", namespaces_type},
    {"refresh", "r", "refresh", "read the list anew", live_view_refresh},
    TABLE_VIEW_COMMANDS,
    {0},
};

static const struct view_type namespaces_type_row = {
    .name = "namespaces",
    .title = live_view_title,
    .draw = table_view_draw,
    .commands = namespaces_commands,
    .shown = table_view_shown,
    .free = namespaces_free,
};

struct view *view_namespaces_new(struct session *session)
{
    static const struct table_column columns[] = {{.title = "NAMESPACE", .shrinks = true},
                                                  {.title = "STATUS"},
                                                  {.title = "AGE", .right = true}};
    const struct list_query query = {.kind = LIST_NAMESPACES, .watch = true};
    struct view_namespaces *self = g_new0(struct view_namespaces, 1);
    live_view_init(&self->base, &namespaces_type_row, &namespaces_live, session, &query,
                   cluster_place(session, NULL, NULL, NULL));
    table_set_columns(self->base.base.table, columns, G_N_ELEMENTS(columns));
    table_select(self->base.base.table, client_login(session_client(session))->namespace);
    return &self->base.base.view;
}
