/* The contexts of the kubeconfig. */
#include "tui/table_view.h"
#include "tui/view_cluster.h"

struct view_contexts {
    struct table_view base;
};

static char *contexts_title(const struct view *view)
{
    g_autofree char *count = table_view_count((const struct table_view *)view, "contexts");
    return g_strdup_printf("contexts\t%s", count);
}

static void contexts_free(struct view *view)
{
    table_view_clear((struct table_view *)view);
    g_free(view);
}

static void contexts_open(struct view *view, struct session *session)
{
    struct table_view *self = (struct table_view *)view;
    const char *context = table_selected(self->table);
    g_autoptr(GError) error = NULL;
    if (!context)
        return;
    if (session_connect(session, *context ? context : NULL, &error)) {
        session_push(session, view_namespaces_new(session));
        return;
    }
    g_autofree char *hint = cluster_hint(error);
    session_say(session, STYLE_ERROR, "%s%s%s", error->message, hint ? "\n" : "", hint ? hint : "");
}

static const struct command contexts_commands[] = {
    {"open", "enter right l", "open", "show the namespaces of this context", contexts_open},
    TABLE_VIEW_COMMANDS,
    {0},
};

static const struct view_type contexts_type = {
    .name = "contexts",
    .title = contexts_title,
    .draw = table_view_draw,
    .commands = contexts_commands,
    .shown = table_view_shown,
    .free = contexts_free,
};

static void add_context(struct table *table, const struct config_context *context)
{
    const char *cells[] = {context->current ? "*" : "", context->name, context->server,
                           context->user, context->namespace};
    table_add(table, context->name, STYLE_NORMAL, cells, NULL);
    if (context->current)
        table_select(table, context->name);
}

static void fill(struct table_view *self, const struct config *config)
{
    static const struct table_column columns[] = {
        {.title = ""},
        {.title = "CONTEXT", .shrinks = true},
        {.title = "SERVER", .shrinks = true},
        {.title = "USER", .shrinks = true, .optional = true},
        {.title = "NAMESPACE", .optional = true},
    };
    table_set_columns(self->table, columns, G_N_ELEMENTS(columns));
    table_begin(self->table);
    size_t n = config ? config_n_contexts(config) : 0;
    for (size_t i = 0; i < n; i++)
        add_context(self->table, config_context_at(config, i));
    if (config && n == 0) { /* in a pod, or a server named by flags */
        const char *cells[] = {"*", "(no context)", "", "", ""};
        table_add(self->table, "", STYLE_NORMAL, cells, NULL);
    }
    table_end(self->table);
}

struct view *view_contexts_new(struct session *session)
{
    struct view_contexts *self = g_new0(struct view_contexts, 1);
    const GError *error = session_config_error(session);
    table_view_init(&self->base, &contexts_type);
    fill(&self->base, session_config(session));
    if (!session_config(session))
        table_view_note(&self->base, error ? STYLE_ERROR : STYLE_NORMAL,
                        error ? error->message : "There is no kubeconfig.",
                        "try: tracetui --demo for a practice cluster, tracetui FILE for a trace "
                        "that is here, or --kubeconfig FILE");
    return &self->base.view;
}
