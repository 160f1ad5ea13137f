#include "kube/demo_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "kube/demo_debug.h"
#include "kube/demo_exec.h"
#include "kube/demo_list.h"
#include "kube/demo_proxy.h"
#include "kube/demo_request.h"
#include "kube/websocket.h"

#define WATCH_POLL_US (200 * 1000)
#define PROXY_POLL_US (20 * 1000)
#define PARTS_MAX 8 /* what is left stays one: a path through the pod proxy */
#define BODY_MAX (64 << 10)

struct demo_http {
    struct MHD_Daemon *daemon;
    struct demo_world *world;
    const char *token, *door;
    unsigned port;
};

/* A watch as MHD reads it: a line at a time, each in as many pieces as the buffer asks for. */
struct watch_stream {
    struct demo_watch *watch;
    int socket;
    char *line;
    size_t done;
};

static bool peer_is_gone(int socket)
{
    char byte;
    ssize_t n = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static ssize_t watch_read(void *data, uint64_t at, char *buffer, size_t max)
{
    struct watch_stream *stream = data;
    (void)at;
    while (stream->line == NULL) {
        enum demo_watch_result result =
            demo_watch_next(stream->watch, g_get_monotonic_time() + WATCH_POLL_US, &stream->line);
        if (result == DEMO_WATCH_ENDED || peer_is_gone(stream->socket))
            return MHD_CONTENT_READER_END_OF_STREAM;
    }
    size_t left = strlen(stream->line) - stream->done, n = MIN(max, left);
    memcpy(buffer, stream->line + stream->done, n);
    stream->done += n;
    if (n == left) {
        g_clear_pointer(&stream->line, g_free);
        stream->done = 0;
    }
    return (ssize_t)n;
}

static void watch_stream_free(void *data)
{
    struct watch_stream *stream = data;
    demo_watch_free(stream->watch);
    g_free(stream->line);
    g_free(stream);
}

static enum MHD_Result serve_watch(struct demo_request *request, const struct demo_query *query)
{
    struct watch_stream *stream = g_new0(struct watch_stream, 1);
    stream->watch = demo_watch_new(request->http->world, query);
    stream->socket = demo_request_socket(request);
    return demo_request_answer_stream(request, "application/json", watch_read, stream,
                                      watch_stream_free);
}

static void read_query(const struct demo_request *request, struct demo_query *query)
{
    const char *include = demo_request_argument(request, "includeObject");
    query->labels = demo_request_argument(request, "labelSelector");
    query->fields = demo_request_argument(request, "fieldSelector");
    query->limit = demo_request_argument_number(request, "limit");
    query->token = demo_request_argument(request, "continue");
    query->version = demo_request_argument_number(request, "resourceVersion");
    query->bookmarks = demo_request_argument_is_true(request, "allowWatchBookmarks");
    query->timeout_s = (int64_t)MIN(demo_request_argument_number(request, "timeoutSeconds"), 86400);
    query->table = strstr(demo_request_header(request, "Accept"), "as=Table") != NULL;
    query->include = g_strcmp0(include, "Object") == 0 ? DEMO_INCLUDE_OBJECT
                     : g_strcmp0(include, "None") == 0 ? DEMO_INCLUDE_NONE
                                                       : DEMO_INCLUDE_METADATA;
}

static enum MHD_Result serve_list(struct demo_request *request, enum demo_kind kind,
                                  const char *namespace)
{
    struct demo_query query = {.kind = kind, .namespace = namespace};
    read_query(request, &query);
    if (demo_world_faults(request->http->world).garbage_json)
        return demo_request_answer(request, 200,
                                   strdup("{\"kind\":\"Table\",\"rows\":[{\"cells\":\x01\xff"),
                                   "application/json");
    if (demo_request_argument_is_true(request, "watch"))
        return serve_watch(request, &query);
    int code = 0;
    json_t *page = demo_list_page(request->http->world, &query, &code);
    return demo_request_answer_json(request, code, page);
}

static enum MHD_Result serve_object(struct demo_request *request, enum demo_kind kind,
                                    const char *namespace, const char *name)
{
    struct demo_object *object = demo_world_find(request->http->world, kind, namespace, name);
    if (object == NULL)
        return demo_request_refuse_missing(request, kind == DEMO_POD ? "pods" : "namespaces", name);
    struct demo_query query = {.kind = kind};
    read_query(request, &query);
    json_t *json;
    if (query.table) {
        json = demo_table_json(kind, object->version, true);
        demo_table_add(json, object, query.include);
    } else {
        json = demo_object_json(object, true);
    }
    demo_object_unref(object);
    return demo_request_answer_json(request, 200, json);
}

static enum MHD_Result serve_namespaces(struct demo_request *request)
{
    return serve_list(request, DEMO_NAMESPACE, "");
}

static enum MHD_Result serve_namespace(struct demo_request *request)
{
    return serve_object(request, DEMO_NAMESPACE, "", request->parts[3]);
}

static enum MHD_Result serve_all_pods(struct demo_request *request)
{
    return serve_list(request, DEMO_POD, NULL);
}

static enum MHD_Result serve_pods(struct demo_request *request)
{
    return serve_list(request, DEMO_POD, request->parts[3]);
}

static enum MHD_Result serve_pod(struct demo_request *request)
{
    return serve_object(request, DEMO_POD, request->parts[3], request->parts[5]);
}

static enum MHD_Result collect_command(void *data, enum MHD_ValueKind kind, const char *key,
                                       const char *value)
{
    GPtrArray *argv = data;
    (void)kind;
    if (strcmp(key, "command") == 0)
        g_ptr_array_add(argv, g_strdup(value != NULL ? value : ""));
    return MHD_YES;
}

/* Makes request->exec ready. False: an answer that refuses is queued. */
static bool prepare_exec(struct demo_request *request, enum MHD_Result *result)
{
    struct demo_exec *exec = request->exec = demo_exec_new(request->http->world);
    const char *name = request->parts[5];
    exec->pod = demo_world_find(request->http->world, DEMO_POD, request->parts[3], name);
    if (exec->pod == NULL) {
        *result = demo_request_refuse_missing(request, "pods", name);
        return false;
    }
    g_autofree char *message = NULL;
    GPtrArray *argv = g_ptr_array_new();
    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, collect_command, argv);
    g_ptr_array_add(argv, NULL);
    exec->argv = (char **)g_ptr_array_free(argv, FALSE);
    exec->container =
        demo_exec_choose(exec->pod, demo_request_argument(request, "container"), &message);
    exec->with_stdin = demo_request_argument_is_true(request, "stdin");
    exec->with_stdout = demo_request_argument_is_true(request, "stdout");
    exec->with_stderr = demo_request_argument_is_true(request, "stderr");
    if (message == NULL && exec->argv[0] == NULL)
        message = g_strdup("you must specify at least one command for the container");
    else if (message == NULL && !exec->with_stdin && !exec->with_stdout && !exec->with_stderr)
        message = g_strdup("you must specify at least one of stdin, stdout, stderr");
    else if (message == NULL && *exec->pod->row->node == '\0')
        message = g_strdup_printf("pod %s does not have a host assigned", name);
    else if (message == NULL &&
             g_ascii_strcasecmp(demo_request_header(request, "Upgrade"), "websocket") != 0)
        message = g_strdup("Upgrade request required");
    if (message == NULL)
        return true;
    *result = demo_request_refuse(request, 400, message, NULL);
    return false;
}

static bool offers(const char *list, const char *protocol)
{
    g_auto(GStrv) words = g_strsplit(list, ",", -1);
    for (char **word = words; *word != NULL; word++)
        if (strcmp(g_strstrip(*word), protocol) == 0)
            return true;
    return false;
}

static void upgraded(void *data, struct MHD_Connection *connection, void *request_data,
                     const char *early, size_t early_len, MHD_socket socket,
                     struct MHD_UpgradeResponseHandle *handle)
{
    struct demo_request *request = request_data;
    (void)data;
    (void)connection;
    /* Each connection has a thread, so that this may take its time. */
    demo_exec_serve(request->exec, socket, early, early_len);
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static enum MHD_Result serve_exec(struct demo_request *request)
{
    enum MHD_Result result = MHD_NO;
    if (!prepare_exec(request, &result))
        return result;
    struct demo_exec *exec = request->exec;
    const char *offered = demo_request_header(request, "Sec-WebSocket-Protocol");
    exec->v5 =
        offers(offered, "v5.channel.k8s.io") && !demo_world_faults(request->http->world).v4_only;
    if (!exec->v5 &&
        (!offers(offered, "v4.channel.k8s.io") || demo_world_faults(request->http->world).v5_only))
        return demo_request_refuse_empty(request);
    if (!exec->v5 && exec->container->state != DEMO_RUNNING) {
        /* Only v5 has an API server that says this after the upgrade. */
        g_autofree char *text =
            g_strdup_printf("container not found (\"%s\")", exec->container->name);
        return demo_request_answer(request, 500, g_steal_pointer(&text),
                                   "text/plain; charset=utf-8");
    }
    g_autofree char *accept = websocket_accept(demo_request_header(request, "Sec-WebSocket-Key"));
    struct MHD_Response *response = MHD_create_response_for_upgrade(upgraded, NULL);
    MHD_add_response_header(response, "Upgrade", "websocket");
    MHD_add_response_header(response, "Sec-WebSocket-Accept", accept);
    MHD_add_response_header(response, "Sec-WebSocket-Protocol",
                            exec->v5 ? "v5.channel.k8s.io" : "v4.channel.k8s.io");
    result = MHD_queue_response(request->connection, MHD_HTTP_SWITCHING_PROTOCOLS, response);
    MHD_destroy_response(response);
    return result;
}

/* A patch of a pod's ephemeral containers. */
static enum MHD_Result serve_patch(struct demo_request *request)
{
    demo_debug_add(request->http->world, request->parts[3], request->parts[5], request->body->str,
                   request->body->len);
    return serve_pod(request);
}

struct proxy_stream {
    struct demo_proxy *proxy;
    int socket;
};

static ssize_t proxy_read(void *data, uint64_t at, char *buffer, size_t max)
{
    struct proxy_stream *stream = data;
    ssize_t n;
    (void)at;
    while ((n = demo_proxy_read(stream->proxy, buffer, max)) == 0) {
        if (peer_is_gone(stream->socket))
            return MHD_CONTENT_READER_END_WITH_ERROR;
        g_usleep(PROXY_POLL_US);
    }
    return n == DEMO_PROXY_END   ? MHD_CONTENT_READER_END_OF_STREAM
           : n == DEMO_PROXY_CUT ? MHD_CONTENT_READER_END_WITH_ERROR
                                 : n;
}

static void proxy_stream_free(void *data)
{
    struct proxy_stream *stream = data;
    demo_proxy_free(stream->proxy);
    g_free(stream);
}

static enum MHD_Result serve_proxy(struct demo_request *request)
{
    char **parts = request->parts;
    const char *seconds = demo_request_argument(request, "seconds");
    struct demo_proxy *proxy = demo_proxy_new(request->http->world, parts[3], parts[5], parts[7],
                                              seconds != NULL ? g_ascii_strtod(seconds, NULL) : 0);
    if (proxy->status == 200) {
        struct proxy_stream *stream = g_new0(struct proxy_stream, 1);
        *stream = (struct proxy_stream){proxy, demo_request_socket(request)};
        return demo_request_answer_stream(request, "application/octet-stream", proxy_read, stream,
                                          proxy_stream_free);
    }
    enum MHD_Result result =
        proxy->by_program ? demo_request_answer(request, proxy->status, strdup(proxy->message),
                                                "text/plain; charset=utf-8")
                          : demo_request_refuse(request, proxy->status, proxy->message, NULL);
    demo_proxy_free(proxy);
    return result;
}

static const struct route {
    const char *path; /* "*" is any one part */
    enum MHD_Result (*serve)(struct demo_request *request);
    const char *text; /* what is always answered, where there is no `serve` */
    bool posted;      /* POST does the same as GET */
} routes[] = {
    {"api/v1/namespaces", serve_namespaces, NULL, false},
    {"api/v1/namespaces/*", serve_namespace, NULL, false},
    {"api/v1/pods", serve_all_pods, NULL, false},
    {"api/v1/namespaces/*/pods", serve_pods, NULL, false},
    {"api/v1/namespaces/*/pods/*", serve_pod, NULL, false},
    {"api/v1/namespaces/*/pods/*/exec", serve_exec, NULL, true},
    {"api/v1/namespaces/*/pods/*/ephemeralcontainers", serve_patch, NULL, false},
    {"api/v1/namespaces/*/pods/*/proxy/*", serve_proxy, NULL, false},
    /* What kubectl asks before it asks for anything. */
    {"api", NULL, "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}", false},
    {"apis", NULL, "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[]}", false},
    {"version", NULL,
     "{\"major\":\"1\",\"minor\":\"33\",\"gitVersion\":\"v1.33.0-practice\","
     "\"platform\":\"linux/amd64\"}",
     false},
    {"api/v1", NULL,
     "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":["
     "{\"name\":\"namespaces\",\"singularName\":\"namespace\",\"namespaced\":false,"
     "\"kind\":\"Namespace\",\"verbs\":[\"get\",\"list\",\"watch\"],\"shortNames\":[\"ns\"]},"
     "{\"name\":\"pods\",\"singularName\":\"pod\",\"namespaced\":true,"
     "\"kind\":\"Pod\",\"verbs\":[\"get\",\"list\",\"watch\"],\"shortNames\":[\"po\"]},"
     "{\"name\":\"pods/exec\",\"singularName\":\"\",\"namespaced\":true,"
     "\"kind\":\"PodExecOptions\",\"verbs\":[\"get\"]}]}",
     false},
};

static bool route_fits(const struct route *route, char **parts)
{
    g_auto(GStrv) wanted = g_strsplit(route->path, "/", -1);
    guint n = g_strv_length(wanted);
    if (g_strv_length(parts) != n)
        return false;
    for (guint i = 0; i < n; i++)
        if (strcmp(wanted[i], "*") != 0 && strcmp(wanted[i], parts[i]) != 0)
            return false;
    return true;
}

static bool may_use(const struct route *route, const char *method)
{
    if (route->serve == serve_patch)
        return strcmp(method, "PATCH") == 0;
    return strcmp(method, "GET") == 0 || (route->posted && strcmp(method, "POST") == 0);
}

static bool may_enter(const struct demo_request *request, bool by_door)
{
    const char *authorization = demo_request_header(request, "Authorization");
    if (*authorization == '\0')
        return by_door;
    return g_ascii_strncasecmp(authorization, "Bearer ", 7) == 0 &&
           strcmp(authorization + 7, request->http->token) == 0;
}

static enum MHD_Result serve(struct demo_request *request, const char *url)
{
    g_autofree char *door = g_strdup_printf("/%s/", request->http->door);
    bool by_door = g_str_has_prefix(url, door);
    const char *path = by_door ? url + strlen(door) : url + (*url == '/');
    if (!may_enter(request, by_door))
        return demo_request_refuse(request, 401, "Unauthorized", NULL);
    if (!g_utf8_validate(path, -1, NULL))
        return demo_request_refuse(request, 400, "the path is not UTF-8", NULL);
    request->parts = g_strsplit(path, "/", PARTS_MAX);
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        if (!route_fits(&routes[i], request->parts))
            continue;
        if (!may_use(&routes[i], request->method))
            return demo_request_refuse(
                request, 405, "the server does not allow this method on the requested resource",
                NULL);
        if (routes[i].serve == NULL)
            return demo_request_answer(request, 200, strdup(routes[i].text), "application/json");
        int code = demo_world_faults(request->http->world).http_status;
        return code != 0 ? demo_request_refuse_as_told(request, code) : routes[i].serve(request);
    }
    return demo_request_refuse(request, 404, "the server could not find the requested resource",
                               NULL);
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **request_data)
{
    (void)version;
    struct demo_request *request = *request_data;
    if (request == NULL) {
        /* MHD calls again when the header is through, and for each piece of a body. */
        request = g_new0(struct demo_request, 1);
        request->http = data;
        request->connection = connection;
        request->method = method;
        request->body = g_string_new(NULL);
        *request_data = request;
        return MHD_YES;
    }
    if (*upload_len > 0) {
        if (*upload_len <= BODY_MAX - request->body->len)
            g_string_append_len(request->body, upload, (gssize)*upload_len);
        *upload_len = 0;
        return MHD_YES;
    }
    return serve(request, url);
}

static void completed(void *data, struct MHD_Connection *connection, void **request_data,
                      enum MHD_RequestTerminationCode code)
{
    struct demo_request *request = *request_data;
    (void)data;
    (void)connection;
    (void)code;
    if (request == NULL)
        return;
    g_strfreev(request->parts);
    demo_exec_free(request->exec);
    g_string_free(request->body, TRUE);
    g_free(request);
    *request_data = NULL;
}

struct demo_http *demo_http_start(struct demo_world *world, const char *token, const char *door,
                                  GError **error)
{
    struct demo_http *http = g_new0(struct demo_http, 1);
    http->world = world;
    http->token = token;
    http->door = door;
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    http->daemon =
        MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                             MHD_USE_POLL | MHD_ALLOW_UPGRADE,
                         0, NULL, NULL, handle, http, MHD_OPTION_SOCK_ADDR, &address,
                         MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
    if (http->daemon == NULL) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONNECT,
                    "the practice cluster cannot listen on 127.0.0.1: %s", g_strerror(errno));
        g_free(http);
        return NULL;
    }
    http->port = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    return http;
}

void demo_http_stop(struct demo_http *http)
{
    MHD_stop_daemon(http->daemon);
    g_free(http);
}

unsigned demo_http_port(const struct demo_http *http)
{
    return http->port;
}
