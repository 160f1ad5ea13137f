#include "kube/pod.h"

#include <string.h>

#include <gio/gio.h>

#include "kube/inquiry.h"
#include "kube/json.h"
#include "kube/path.h"

struct pod_request {
    struct http *http;
    struct inquiry *inquiry; /* NULL: its answer is being read */
    char *server;            /* the login's, for messages */
    GBytes *body;
    struct pod *pod;
    pod_done_fn *done; /* NULL: nobody waits any more */
    void *data;
};

/* Where a kind of container stands in a pod. */
static const struct {
    const char *spec, *status;
} places[] = {
    [CONTAINER_INIT] = {"initContainers", "initContainerStatuses"},
    [CONTAINER_MAIN] = {"containers", "containerStatuses"},
    [CONTAINER_EPHEMERAL] = {"ephemeralContainers", "ephemeralContainerStatuses"},
};

static void port_clear(void *data)
{
    g_free(((struct container_port *)data)->name);
}

static void container_free(void *data)
{
    struct container *container = (struct container *)data;

    g_free(container->name);
    g_free(container->image);
    g_free(container->state);
    g_free(container->reason);
    g_array_unref(container->ports);
    g_free(container);
}

void pod_free(struct pod *pod)
{
    if (pod == NULL)
        return;
    g_free(pod->namespace);
    g_free(pod->name);
    g_free(pod->uid);
    g_free(pod->phase);
    g_free(pod->default_container);
    g_free(pod->owner_kind);
    g_free(pod->owner_name);
    g_ptr_array_unref(pod->containers);
    g_free(pod);
}

static void read_state(struct container *container, const json_t *status)
{
    static const char *const states[] = {"running", "waiting", "terminated"};
    const json_t *state = json_object_get(status, "state");
    const char *name = "unknown";

    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
        if (json_is_object(json_object_get(state, states[i])))
            name = states[i];
    container->state = g_strdup(name);
    container->reason = g_strdup(json_text(state, name, "reason", NULL));
    container->started_s = json_time_s(json_text(state, name, "startedAt", NULL));
    container->ready = json_is_true(json_object_get(status, "ready"));
    container->restarts =
        (int)CLAMP(json_integer_value(json_object_get(status, "restartCount")), 0, G_MAXINT32);
}

static GArray *read_ports(const json_t *list)
{
    GArray *ports = g_array_new(FALSE, FALSE, sizeof(struct container_port));
    const json_t *item;
    size_t index;

    g_array_set_clear_func(ports, port_clear);
    json_array_foreach(list, index, item)
    {
        json_int_t number = json_integer_value(json_object_get(item, "containerPort"));
        const char *protocol = json_text(item, "protocol", NULL);

        if (number > 0 && number <= UINT16_MAX && (*protocol == '\0' || !strcmp(protocol, "TCP"))) {
            struct container_port port = {g_strdup(json_text(item, "name", NULL)),
                                          (unsigned)number};

            g_array_append_val(ports, port);
        }
    }
    return ports;
}

static void read_containers(struct pod *pod, const json_t *object, enum container_kind kind)
{
    const json_t *specs = json_object_get(json_object_get(object, "spec"), places[kind].spec);
    const json_t *statuses =
        json_object_get(json_object_get(object, "status"), places[kind].status);
    const json_t *spec;
    size_t index;

    json_array_foreach(specs, index, spec)
    {
        struct container *container;

        if (*json_text(spec, "name", NULL) == '\0')
            continue;
        container = g_new0(struct container, 1);
        container->kind = kind;
        container->name = g_strdup(json_text(spec, "name", NULL));
        container->image = g_strdup(json_text(spec, "image", NULL));
        container->ports = read_ports(json_object_get(spec, "ports"));
        read_state(container, json_named(statuses, container->name));
        g_ptr_array_add(pod->containers, container);
    }
}

static void read_owner(struct pod *pod, const json_t *owners)
{
    const json_t *owner, *controller = NULL;
    size_t index;

    json_array_foreach(owners, index, owner)
    {
        if (json_is_true(json_object_get(owner, "controller")))
            controller = owner;
    }
    pod->owner_kind = g_strdup(json_text(controller, "kind", NULL));
    pod->owner_name = g_strdup(json_text(controller, "name", NULL));
}

const struct container *pod_container(const struct pod *pod, const char *name)
{
    for (guint i = 0; i < pod->containers->len; i++) {
        const struct container *container = (const struct container *)pod->containers->pdata[i];

        if (strcmp(container->name, name) == 0)
            return container;
    }
    return NULL;
}

struct pod *pod_parse(const json_t *object, GError **error)
{
    const json_t *metadata = json_object_get(object, "metadata");
    struct pod *pod;

    if (!json_is_object(json_object_get(object, "spec")) ||
        *json_text(metadata, "name", NULL) == '\0') {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER, "the answer is no pod");
        return NULL;
    }
    pod = g_new0(struct pod, 1);
    pod->namespace = g_strdup(json_text(metadata, "namespace", NULL));
    pod->name = g_strdup(json_text(metadata, "name", NULL));
    pod->uid = g_strdup(json_text(metadata, "uid", NULL));
    pod->phase = g_strdup(json_text(object, "status", "phase", NULL));
    pod->default_container = g_strdup(
        json_text(metadata, "annotations", "kubectl.kubernetes.io/default-container", NULL));
    read_owner(pod, json_object_get(metadata, "ownerReferences"));
    pod->containers = g_ptr_array_new_with_free_func(container_free);
    read_containers(pod, object, CONTAINER_INIT);
    read_containers(pod, object, CONTAINER_MAIN);
    read_containers(pod, object, CONTAINER_EPHEMERAL);
    return pod;
}

static void request_free(struct pod_request *request)
{
    if (request->http != NULL)
        http_let_go(request->http, request);
    pod_free(request->pod);
    g_clear_pointer(&request->body, g_bytes_unref);
    g_free(request->server);
    g_free(request);
}

/* In a worker thread: a pod with a long status takes longer to read than a frame. */
static void work(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    struct pod_request *request = (struct pod_request *)data;
    GError *error = NULL;
    gsize len;
    const char *body = (const char *)g_bytes_get_data(request->body, &len);
    json_auto_t *object = json_read(body, len, &error);

    (void)source;
    (void)cancel;
    request->pod = object != NULL ? pod_parse(object, &error) : NULL;
    if (request->pod != NULL)
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void worked(GObject *source, GAsyncResult *result, gpointer data)
{
    struct pod_request *request = (struct pod_request *)data;
    GError *error = NULL;

    (void)source;
    g_task_propagate_boolean(G_TASK(result), &error);
    g_prefix_error(&error, "%s: ", request->server);
    if (request->done != NULL)
        request->done(request->pod, error, request->data);
    else /* nobody waits, and the client may be gone */
        request->http = NULL;
    g_clear_error(&error);
    request_free(request);
}

/* While the worker reads: it is let be, but what it finds is not told. */
static void forget(void *data)
{
    ((struct pod_request *)data)->done = NULL;
}

static void got_answer(const char *body, size_t len, const GError *error, void *data)
{
    struct pod_request *request = (struct pod_request *)data;
    g_autoptr(GTask) task = NULL;

    request->inquiry = NULL;
    if (error != NULL) {
        request->done(NULL, error, request->data);
        request_free(request);
        return;
    }
    request->body = g_bytes_new(body, len);
    http_hold(request->http, forget, request);
    task = g_task_new(NULL, NULL, worked, request);
    g_task_set_task_data(task, request, NULL);
    g_task_run_in_thread(task, work);
}

static void dropped(void *data)
{
    request_free((struct pod_request *)data);
}

struct pod_request *pod_get(struct client *client, const char *namespace, const char *name,
                            pod_done_fn *done, void *data)
{
    static const struct http_calls calls = {.done = got_answer, .drop = dropped};
    g_autoptr(GString) path = g_string_new(NULL);
    struct pod_request *request = g_new0(struct pod_request, 1);
    struct http_ask ask = {0};

    path_append(path, "/api/v1/namespaces/%/pods/%", namespace, name);
    ask.path = path->str;
    request->http = client_http(client);
    request->server = g_strdup(client_login(client)->server);
    request->done = done;
    request->data = data;
    request->inquiry = inquiry_start(request->http, &ask, &calls, request);
    return request;
}

void pod_request_cancel(struct pod_request *request)
{
    if (request->inquiry == NULL) {
        http_let_go(request->http, request);
        forget(request);
        return;
    }
    inquiry_cancel(request->inquiry);
    request_free(request);
}
