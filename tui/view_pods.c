/* The pods of a namespace, or of all. */
#include <math.h>
#include <string.h>

#include "tui/history.h"
#include "tui/live_view.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

struct view_pods {
    struct live_view base;
    char *namespace; /* NULL: all */
    bool wide;       /* the server's columns for wide output too */
    GArray *source;  /* per table column: the list's column, or one of the numbers below */
};

enum { FROM_NAMESPACE = -1, FROM_NAME = -2, FROM_AGE = -3 };

/* How a pod's status looks; what is not here is an error of some kind. */
static enum style status_style(const char *status)
{
    static const struct {
        const char *begin;
        enum style style;
    } rows[] = {
        {"Running", STYLE_NORMAL},          {"Completed", STYLE_DIM},
        {"Succeeded", STYLE_DIM},           {"Terminating", STYLE_DIM},
        {"Pending", STYLE_WARNING},         {"ContainerCreating", STYLE_WARNING},
        {"PodInitializing", STYLE_WARNING}, {"NotReady", STYLE_WARNING},
        {"SchedulingGated", STYLE_WARNING},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(status, rows[i].begin) == 0)
            return rows[i].style;
    }
    /* "Init:0/2" waits, "Init:Error" does not. */
    if (g_str_has_prefix(status, "Init:") && g_ascii_isdigit(status[5]))
        return STYLE_WARNING;
    return *status ? STYLE_ERROR : STYLE_NORMAL;
}

static void add_column(struct view_pods *self, GArray *columns, const char *title, int from)
{
    struct table_column column = {
        .title = title,
        .right = from == FROM_AGE || strcmp(title, "RESTARTS") == 0,
        .shrinks = from == FROM_NAME,
        .optional = from != FROM_NAME && from != FROM_AGE && strcmp(title, "STATUS") != 0,
    };
    g_array_append_val(columns, column);
    g_array_append_val(self->source, from);
}

/* The server says which columns there are, once the first page is here. */
static void set_columns(struct view_pods *self, const struct list *list)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(struct table_column));
    g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
    g_array_set_size(self->source, 0);
    if (!self->namespace)
        add_column(self, columns, "NAMESPACE", FROM_NAMESPACE);
    add_column(self, columns, "NAME", FROM_NAME);
    bool age = false;
    for (size_t i = 0; list && i < list_n_columns(list); i++) {
        const struct list_column *column = list_column_at(list, i);
        if (g_ascii_strcasecmp(column->name, "Name") == 0 || (column->priority > 0 && !self->wide))
            continue;
        bool is_age = g_ascii_strcasecmp(column->name, "Age") == 0;
        char *title = g_ascii_strup(column->name, -1);
        g_ptr_array_add(titles, title);
        add_column(self, columns, title, is_age ? FROM_AGE : (int)i);
        age = age || is_age;
    }
    if (!age)
        add_column(self, columns, "AGE", FROM_AGE);
    table_set_columns(self->base.base.table, (struct table_column *)(void *)columns->data,
                      columns->len);
}

static void add_pod(struct view_pods *self, const struct list *list, const struct list_row *row,
                    gint64 now_s)
{
    size_t n = self->source->len;
    g_autofree const char **cells = g_new0(const char *, n);
    g_autofree double *order = g_new(double, n);
    g_autofree char *age = row->created_s ? text_age(now_s - row->created_s) : g_strdup("");
    g_autofree char *id = g_strdup_printf("%s/%s", row->namespace, row->name);
    enum style style = STYLE_NORMAL;
    for (size_t i = 0; i < n; i++) {
        int from = g_array_index(self->source, int, i);
        order[i] = NAN;
        if (from == FROM_NAMESPACE) {
            cells[i] = row->namespace;
        } else if (from == FROM_NAME) {
            cells[i] = row->name;
        } else if (from == FROM_AGE) {
            cells[i] = age;
            order[i] = -(double)row->created_s;
        } else {
            cells[i] = row->cells[from];
            if (g_ascii_isdigit(*cells[i]))
                order[i] = g_ascii_strtod(cells[i], NULL);
            if (g_ascii_strcasecmp(list_column_at(list, (size_t)from)->name, "Status") == 0)
                style = status_style(cells[i]);
        }
    }
    table_add(self->base.base.table, id, style, cells, order);
}

static void pods_fill(struct live_view *base, const struct list *list)
{
    struct view_pods *self = (struct view_pods *)base;
    gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
    set_columns(self, list);
    for (size_t i = 0; i < list_n_rows(list); i++)
        add_pod(self, list, list_row_at(list, i), now_s);
}

static const struct live_type pods_live = {
    .noun = "pods",
    .nothing = "No pods here.",
    .fill = pods_fill,
};

static void pods_free(struct view *view)
{
    struct view_pods *self = (struct view_pods *)view;
    live_view_clear(&self->base);
    g_array_unref(self->source);
    g_free(self->namespace);
    g_free(self);
}

/* "CONTAINER:PATH", or a path alone. */
static void marked_path_typed(const char *text, struct view *view, struct session *session)
{
    const struct table_view *self = (struct table_view *)view;
    const char *colon = text && *text != '/' ? strchr(text, ':') : NULL;
    const char *path = colon ? colon + 1 : text;
    if (!path || !*path)
        return;
    g_autofree char *container =
        colon && colon > text ? g_strndup(text, (size_t)(colon - text)) : NULL;
    g_autoptr(GPtrArray) pods = table_marked(self->table);
    if (pods->len == 0)
        session_say(session, STYLE_WARNING, "the marked pods are gone");
    else
        session_push(session, view_pulls_new(session, (const char *const *)pods->pdata, pods->len,
                                             container, path));
}

static void ask_path_of_marked(struct session *session, guint n)
{
    g_auto(GStrv) before = history_paths(cluster_name(session), NULL);
    g_autofree char *label =
        g_strdup_printf("pull from %u pod%s, [CONTAINER:]PATH:", n, n == 1 ? "" : "s");
    session_prompt(session, label, before[0] ? before[0] : "/tmp/trace_dir/trace.out",
                   marked_path_typed);
}

/* The pod that is selected; NULL: none. *namespace is to be freed. */
static const char *selected_pod(struct view *view, char **namespace)
{
    const struct table_view *self = (struct table_view *)view;
    const char *id = table_selected(self->table);
    const char *slash = id ? strchr(id, '/') : NULL;
    if (!slash)
        return NULL;
    *namespace = g_strndup(id, (size_t)(slash - id));
    return slash + 1;
}

static void pods_open(struct view *view, struct session *session)
{
    g_autoptr(GPtrArray) marked = table_marked(((struct table_view *)view)->table);
    g_autofree char *namespace = NULL;
    const char *pod = selected_pod(view, &namespace);
    if (marked->len > 0)
        ask_path_of_marked(session, marked->len);
    else if (pod)
        session_push(session, view_containers_new(session, namespace, pod));
}

static void pods_capture(struct view *view, struct session *session)
{
    g_autofree char *namespace = NULL;
    const char *pod = selected_pod(view, &namespace);
    if (pod)
        session_push(session, view_capture_new(session, namespace, pod, NULL));
}

static void pods_wide(struct view *view, struct session *session)
{
    struct view_pods *self = (struct view_pods *)view;
    (void)session;
    self->wide = !self->wide;
    live_view_fill(&self->base);
}

static const struct command pods_commands[] = {
    {"open", "enter right l", "open", "show its containers; with marks: pull from all marked",
     pods_open},
    {"mark", "space", "mark", "mark this pod, to pull from several; again: unmark",
     table_view_mark},
    {"mark-all", "*", NULL, "mark all that are shown; again: unmark them", table_view_mark_shown},
    {"capture", "c", "capture", "take a fresh trace of the pod's program", pods_capture},
    /* The list is live, so the line of keys gives its place to what is wanted more often. */
    {"refresh", "r", NULL, "read the list anew", live_view_refresh},
    {"wide", "w", "wide", "more columns: address, node", pods_wide},
    TABLE_VIEW_COMMANDS_BUT("pgdn ^F"),
    {0},
};

static const struct view_type pods_type = {
    .name = "pods",
    .title = live_view_title,
    .draw = table_view_draw,
    .commands = pods_commands,
    .shown = table_view_shown,
    .free = pods_free,
};

struct view *view_pods_new(struct session *session, const char *namespace)
{
    struct view_pods *self = g_new0(struct view_pods, 1);
    self->namespace = g_strdup(namespace);
    self->source = g_array_new(FALSE, FALSE, sizeof(int));
    const struct list_query query = {
        .kind = LIST_PODS, .namespace = self->namespace, .watch = true};
    live_view_init(&self->base, &pods_type, &pods_live, session, &query,
                   cluster_place(session, namespace ? namespace : "(all)", NULL, NULL));
    set_columns(self, NULL);
    return &self->base.base.view;
}
