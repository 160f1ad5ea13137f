/* The containers of a pod. */
#include <math.h>
#include <string.h>

#include "kube/workload.h"
#include "tui/table_view.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

struct view_containers {
    struct table_view base;
    struct session *session;
    struct pod_request *request;     /* NULL: none is under way */
    struct workload_request *asking; /* ... */
    char *namespace, *pod, *place;
    char *workload; /* what the pod is one of, as far as it is known; NULL: not yet */
};

static struct view_containers *self_of(struct view *view)
{
    return (struct view_containers *)view;
}

static char *containers_title(const struct view *view)
{
    const struct view_containers *self = (const struct view_containers *)view;
    g_autofree char *count = table_view_count(&self->base, "containers");
    return g_strdup_printf("%s > containers\t%s", self->place, count);
}

static void containers_free(struct view *view)
{
    struct view_containers *self = self_of(view);
    g_clear_pointer(&self->request, pod_request_cancel);
    g_clear_pointer(&self->asking, workload_cancel);
    table_view_clear(&self->base);
    g_free(self->namespace);
    g_free(self->pod);
    g_free(self->place);
    g_free(self->workload);
    g_free(self);
}

static enum style state_style(const struct container *container)
{
    if (strcmp(container->state, "running") == 0)
        return STYLE_NORMAL;
    if (strcmp(container->reason, "Completed") == 0)
        return STYLE_DIM;
    return strcmp(container->state, "waiting") == 0 &&
                   (strcmp(container->reason, "ContainerCreating") == 0 ||
                    strcmp(container->reason, "PodInitializing") == 0)
               ? STYLE_WARNING
               : STYLE_ERROR;
}

static void add_container(struct table *table, const struct container *container, gint64 now_s)
{
    static const char *const kinds[] = {
        [CONTAINER_INIT] = "init", [CONTAINER_MAIN] = "", [CONTAINER_EPHEMERAL] = "debug"};
    g_autofree char *restarts = g_strdup_printf("%d", container->restarts);
    g_autofree char *age =
        container->started_s ? text_age(now_s - container->started_s) : g_strdup("");
    g_autofree char *state = *container->reason
                                 ? g_strdup_printf("%s: %s", container->state, container->reason)
                                 : g_strdup(container->state);
    const char *cells[] = {container->name,
                           kinds[container->kind],
                           container->ready ? "yes" : "no",
                           state,
                           restarts,
                           age,
                           container->image};
    const double order[] = {NAN, NAN, NAN, NAN, container->restarts, -(double)container->started_s,
                            NAN};
    table_add(table, container->name, state_style(container), cells, order);
}

/* What a person most likely wants: the container that the pod names, else the first that runs. */
static const char *best_container(const struct pod *pod)
{
    if (*pod->default_container)
        return pod->default_container;
    for (size_t i = 0; i < pod->containers->len; i++) {
        const struct container *container = g_ptr_array_index(pod->containers, i);
        if (container->kind == CONTAINER_MAIN && strcmp(container->state, "running") == 0)
            return container->name;
    }
    return NULL;
}

static void on_workload(const char *workload, void *data)
{
    struct view_containers *self = data;
    self->asking = NULL;
    g_free(self->workload);
    self->workload = g_strdup(workload);
}

static void ask_workload(struct view_containers *self, const struct pod *pod)
{
    g_clear_pointer(&self->asking, workload_cancel);
    if (self->workload)
        return;
    self->workload = workload_guess(pod);
    self->asking = workload_ask(session_client(self->session), pod, on_workload, self);
}

static void on_pod(const struct pod *pod, const GError *error, void *data)
{
    struct view_containers *self = data;
    struct table *table = self->base.table;
    bool first = table_n_rows(table) == 0;
    self->request = NULL;
    session_redraw(self->session);
    if (error) {
        g_autofree char *hint = cluster_hint(error);
        g_autofree char *more =
            g_strdup_printf("%s%sr tries again.", hint ? hint : "", hint ? "\n" : "");
        table_view_note(&self->base, STYLE_ERROR, error->message, more);
        return;
    }
    ask_workload(self, pod);
    bool none = pod->containers->len == 0;
    table_view_note(&self->base, STYLE_NORMAL, none ? "This pod has no containers." : NULL, NULL);
    table_begin(table);
    for (size_t i = 0; i < pod->containers->len; i++)
        add_container(table, g_ptr_array_index(pod->containers, i),
                      g_get_real_time() / G_USEC_PER_SEC);
    table_end(table);
    if (first && best_container(pod))
        table_select(table, best_container(pod));
}

static void ask(struct view_containers *self)
{
    struct client *client = session_client(self->session);
    g_clear_pointer(&self->request, pod_request_cancel);
    if (table_n_rows(self->base.table) == 0) {
        g_autofree char *note = g_strdup_printf("asking %s ...", client_login(client)->server);
        table_view_note(&self->base, STYLE_DIM, note, NULL);
    }
    self->request = pod_get(client, self->namespace, self->pod, on_pod, self);
}

static void containers_refresh(struct view *view, struct session *session)
{
    ask(self_of(view));
    session_redraw(session);
}

static void containers_open(struct view *view, struct session *session)
{
    struct view_containers *self = self_of(view);
    const char *container = table_selected(self->base.table);
    const struct site site = {.namespace = self->namespace,
                              .pod = self->pod,
                              .container = container,
                              .workload = self->workload};
    if (container)
        session_push(session, view_files_new(session, &site));
}

static void containers_capture(struct view *view, struct session *session)
{
    struct view_containers *self = self_of(view);
    const char *container = table_selected(self->base.table);
    if (container)
        session_push(session, view_capture_new(session, self->namespace, self->pod, container));
}

static const struct command containers_commands[] = {
    {"open", "enter right l", "open", "show the files of this container", containers_open},
    {"capture", "c", "capture", "take a fresh trace of the program in this container",
     containers_capture},
    {"refresh", "r", "refresh", "ask for the pod anew", containers_refresh},
    TABLE_VIEW_COMMANDS,
    {0},
};

static const struct view_type containers_type = {
    .name = "containers",
    .title = containers_title,
    .draw = table_view_draw,
    .commands = containers_commands,
    .shown = table_view_shown,
    .free = containers_free,
};

struct view *view_containers_new(struct session *session, const char *namespace, const char *pod)
{
    static const struct table_column columns[] = {
        {.title = "CONTAINER", .shrinks = true},
        {.title = "KIND", .optional = true},
        {.title = "READY"},
        {.title = "STATE"},
        {.title = "RESTARTS", .right = true},
        {.title = "AGE", .right = true},
        {.title = "IMAGE", .optional = true, .shrinks = true},
    };
    struct view_containers *self = g_new0(struct view_containers, 1);
    table_view_init(&self->base, &containers_type);
    table_set_columns(self->base.table, columns, G_N_ELEMENTS(columns));
    self->session = session;
    self->namespace = g_strdup(namespace);
    self->pod = g_strdup(pod);
    self->place = cluster_place(session, namespace, pod, NULL);
    ask(self);
    return &self->base.view;
}
