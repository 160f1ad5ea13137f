#include "kube/demo_proxy.h"

#include <string.h>

#include "kube/demo_json.h"

#define FILE_PATH "/tmp/trace_dir/trace.out"
#define MAX_SECONDS 3600.0

static struct demo_proxy *refuse(struct demo_proxy *proxy, bool by_program, int status,
                                 char *message)
{
    proxy->status = status;
    proxy->by_program = by_program;
    proxy->message = message;
    return proxy;
}

static const struct demo_port_row *find_port(const struct demo_object *pod, unsigned port)
{
    for (const struct demo_port_row *row = demo_port_rows; row->namespace != NULL; row++)
        if (row->port == port && strcmp(row->namespace, pod->namespace) == 0 &&
            strcmp(row->pod, pod->name) == 0)
            return row;
    return NULL;
}

static struct demo_proxy *ask_program(struct demo_proxy *proxy, const struct demo_port_row *port,
                                      const char *path, double seconds)
{
    bool trace = strcmp(path, "debug/pprof/trace") == 0;

    if (!port->pprof || (!trace && strcmp(path, DEMO_FLIGHT_PATH) != 0))
        return refuse(proxy, true, 404, g_strdup("404 page not found\n"));
    proxy->file = demo_world_file(proxy->world, proxy->pod, port->container, FILE_PATH);
    if (proxy->file == NULL)
        return refuse(proxy, true, 404, g_strdup("404 page not found\n"));
    if (trace && !demo_world_trace_begin(proxy->world, proxy->pod))
        return refuse(proxy, true, 500,
                      g_strdup("Could not enable tracing: execution tracer already enabled\n"));
    proxy->tracing = trace;
    proxy->seconds = trace ? CLAMP(seconds, 1, MAX_SECONDS) : 0;
    proxy->began_us = g_get_monotonic_time();
    proxy->status = 200;
    return proxy;
}

struct demo_proxy *demo_proxy_new(struct demo_world *world, const char *namespace,
                                  const char *target, const char *path, double seconds)
{
    struct demo_proxy *proxy = g_new0(struct demo_proxy, 1);
    bool https = g_str_has_prefix(target, "https:");
    g_auto(GStrv) parts = g_strsplit(target + (https ? strlen("https:") : 0), ":", 2);
    const char *name = parts[0] != NULL ? parts[0] : "";
    unsigned port =
        *name != '\0' && parts[1] != NULL ? (unsigned)g_ascii_strtoull(parts[1], NULL, 10) : 80;
    proxy->world = world;
    proxy->pod = demo_world_find(world, DEMO_POD, namespace, name);
    if (proxy->pod == NULL)
        return refuse(proxy, false, 404, g_strdup_printf("pods \"%s\" not found", name));
    g_autofree char *ip = demo_pod_ip(proxy->pod);
    if (*ip == '\0')
        return refuse(proxy, false, 400, g_strdup("address not allowed"));
    const struct demo_port_row *row = find_port(proxy->pod, port);
    if (row == NULL)
        return refuse(proxy, false, 503,
                      g_strdup_printf("error trying to reach service: dial tcp %s:%u: connect: "
                                      "connection refused",
                                      ip, port));
    if (https)
        return refuse(proxy, false, 503,
                      g_strdup("error trying to reach service: tls: first record does not look "
                               "like a TLS handshake"));
    return ask_program(proxy, row, path, seconds);
}

void demo_proxy_free(struct demo_proxy *proxy)
{
    if (proxy == NULL)
        return;
    if (proxy->tracing)
        demo_world_trace_end(proxy->world, proxy->pod);
    if (proxy->pod != NULL)
        demo_object_unref(proxy->pod);
    g_free(proxy->message);
    g_free(proxy);
}

/* So much has the program's tracer written by now. */
static uint64_t due_bytes(const struct demo_proxy *proxy)
{
    double elapsed_s = (double)(g_get_monotonic_time() - proxy->began_us) / 1e6;
    uint64_t size_bytes = proxy->file->size_bytes;
    if (elapsed_s >= proxy->seconds)
        return size_bytes;
    return (uint64_t)((double)size_bytes * elapsed_s / proxy->seconds);
}

ssize_t demo_proxy_read(struct demo_proxy *proxy, char *buffer, size_t max)
{
    struct demo_faults faults = demo_world_faults(proxy->world);
    uint64_t due = due_bytes(proxy);
    if (demo_world_ended(proxy->world))
        return DEMO_PROXY_CUT;
    if (faults.cut_after_bytes > 0)
        due = MIN(due, (uint64_t)faults.cut_after_bytes);
    if (faults.stall_after_bytes > 0)
        due = MIN(due, (uint64_t)faults.stall_after_bytes);
    if (proxy->done_bytes < due) {
        size_t n = demo_file_read(proxy->file, proxy->done_bytes, (uint8_t *)buffer,
                                  (size_t)MIN((uint64_t)max, due - proxy->done_bytes));
        proxy->done_bytes += n;
        return (ssize_t)n;
    }
    if (proxy->done_bytes >= proxy->file->size_bytes)
        return DEMO_PROXY_END;
    return faults.cut_after_bytes > 0 && proxy->done_bytes >= (uint64_t)faults.cut_after_bytes
               ? DEMO_PROXY_CUT
               : 0;
}
