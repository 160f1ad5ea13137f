#include "kube/demo_json.h"

#include <string.h>

static json_t *string_printf(const char *format, ...) G_GNUC_PRINTF(1, 2);

static json_t *string_printf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return json_string(text);
}

static json_t *time_json(int64_t time_s)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_s);
    g_autofree char *text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
    return json_string(text);
}

static json_t *labels_json(const struct demo_object *object)
{
    if (object->kind == DEMO_NAMESPACE)
        return json_pack("{s:s}", "kubernetes.io/metadata.name", object->name);
    json_t *labels = json_object();
    g_auto(GStrv) pairs = g_strsplit(object->row->labels, ",", -1);
    for (char **pair = pairs; *pair != NULL; pair++) {
        char *value = strchr(*pair, '=');
        g_assert(value != NULL);
        *value++ = '\0';
        json_object_set_new(labels, *pair, json_string(value));
    }
    return labels;
}

static json_t *metadata_json(const struct demo_object *object)
{
    json_t *metadata =
        json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", object->name, "uid", object->uid,
                  "resourceVersion", string_printf("%" G_GUINT64_FORMAT, object->version),
                  "creationTimestamp", time_json(object->created_s), "labels", labels_json(object));
    if (object->kind == DEMO_NAMESPACE)
        return metadata;
    const struct demo_pod_row *row = object->row;
    json_object_set_new(metadata, "namespace", json_string(object->namespace));
    if (*row->default_container != '\0')
        json_object_set_new(
            metadata, "annotations",
            json_pack("{s:s}", "kubectl.kubernetes.io/default-container", row->default_container));
    if (*row->owner != '\0')
        json_object_set_new(metadata, "ownerReferences",
                            json_pack("[{s:s, s:s, s:s, s:s, s:b, s:b}]", "apiVersion",
                                      strcmp(row->owner_kind, "Job") == 0 ? "batch/v1" : "apps/v1",
                                      "kind", row->owner_kind, "name", row->owner, "uid",
                                      object->uid, "controller", 1, "blockOwnerDeletion", 1));
    return metadata;
}

static json_t *container_spec_json(const struct demo_object *pod,
                                   const struct demo_container *container)
{
    json_t *spec = json_pack("{s:s, s:s, s:{}, s:s}", "name", container->name, "image",
                             container->image, "resources", "imagePullPolicy", "IfNotPresent");
    json_t *ports = json_array();
    if (container->kind == CONTAINER_EPHEMERAL)
        json_object_set_new(spec, "targetContainerName",
                            json_string(demo_object_target(pod)->name));
    for (const struct demo_port_row *row = demo_port_rows; row->namespace != NULL; row++)
        if (strcmp(row->namespace, pod->namespace) == 0 && strcmp(row->pod, pod->name) == 0 &&
            strcmp(row->container, container->name) == 0)
            json_array_append_new(ports,
                                  json_pack("{s:s, s:i, s:s}", "name", row->name, "containerPort",
                                            (int)row->port, "protocol", "TCP"));
    if (json_array_size(ports) > 0)
        json_object_set(spec, "ports", ports);
    json_decref(ports);
    return spec;
}

static json_t *container_ended_json(const struct demo_object *pod,
                                    const struct demo_container *container)
{
    const char *reason = container->exit_code == 0     ? "Completed"
                         : container->exit_code == 137 ? "OOMKilled"
                                                       : "Error";
    return json_pack("{s:i, s:s, s:o, s:o}", "exitCode", container->exit_code, "reason", reason,
                     "startedAt", time_json(pod->created_s + 5), "finishedAt",
                     time_json(pod->created_s + 65));
}

static json_t *container_state_json(const struct demo_object *pod,
                                    const struct demo_container *container)
{
    switch (container->state) {
    case DEMO_RUNNING:
        return json_pack("{s:{s:o}}", "running", "startedAt", time_json(pod->created_s + 70));
    case DEMO_TERMINATED:
        return json_pack("{s:o}", "terminated", container_ended_json(pod, container));
    case DEMO_WAITING:
        break;
    }
    return json_pack("{s:{s:s}}", "waiting", "reason", container->reason);
}

static json_t *container_status_json(const struct demo_object *pod,
                                     const struct demo_container *container)
{
    json_t *status = json_pack("{s:s, s:s, s:s, s:b, s:i, s:o, s:{}}", "name", container->name,
                               "image", container->image, "imageID", "", "ready", container->ready,
                               "restartCount", container->restarts + pod->restarts, "state",
                               container_state_json(pod, container), "lastState");
    if (container->restarts > 0)
        json_object_set_new(json_object_get(status, "lastState"), "terminated",
                            container_ended_json(pod, container));
    return status;
}

/* Puts the containers of each kind where the API has them. */
static void put_containers(const struct demo_object *pod, json_t *spec, json_t *status)
{
    static const char *const places[][2] = {
        [CONTAINER_INIT] = {"initContainers", "initContainerStatuses"},
        [CONTAINER_MAIN] = {"containers", "containerStatuses"},
        [CONTAINER_EPHEMERAL] = {"ephemeralContainers", "ephemeralContainerStatuses"},
    };
    for (size_t kind = 0; kind < G_N_ELEMENTS(places); kind++) {
        json_t *specs = json_array(), *statuses = json_array();
        for (const struct demo_container *row = pod->row->containers; row->name != NULL; row++) {
            if (row->kind != kind)
                continue;
            json_array_append_new(specs, container_spec_json(pod, row));
            /* A pod that has no node yet has no kubelet to say anything of its containers. */
            if (*pod->row->node != '\0')
                json_array_append_new(statuses, container_status_json(pod, row));
        }
        if (json_array_size(specs) > 0)
            json_object_set(spec, places[kind][0], specs);
        if (json_array_size(statuses) > 0)
            json_object_set(status, places[kind][1], statuses);
        json_decref(specs);
        json_decref(statuses);
    }
}

char *demo_pod_ip(const struct demo_object *pod)
{
    bool has_ip = *pod->row->node != '\0' && strcmp(pod->row->phase, "Pending") != 0;
    return has_ip ? g_strdup_printf("10.42.%u.%u", pod->index / 250, pod->index % 250 + 2)
                  : g_strdup("");
}

json_t *demo_object_json(const struct demo_object *object, bool typed)
{
    bool is_pod = object->kind == DEMO_POD;
    json_t *json = json_object();
    if (typed) {
        json_object_set_new(json, "kind", json_string(is_pod ? "Pod" : "Namespace"));
        json_object_set_new(json, "apiVersion", json_string("v1"));
    }
    json_object_set_new(json, "metadata", metadata_json(object));
    if (!is_pod) {
        json_object_set_new(json, "spec", json_pack("{s:[s]}", "finalizers", "kubernetes"));
        json_object_set_new(json, "status", json_pack("{s:s}", "phase", "Active"));
        return json;
    }
    json_t *spec = json_pack("{s:s, s:s}", "restartPolicy",
                             strcmp(object->row->phase, "Succeeded") == 0 ? "Never" : "Always",
                             "serviceAccountName", "default");
    json_t *status = json_pack("{s:s}", "phase", object->row->phase);
    put_containers(object, spec, status);
    g_autofree char *ip = demo_pod_ip(object);
    if (*ip != '\0')
        json_object_set_new(status, "podIP", json_string(ip));
    if (*object->row->node != '\0') {
        json_object_set_new(spec, "nodeName", json_string(object->row->node));
        json_object_set_new(status, "startTime", time_json(object->created_s + 1));
    }
    json_object_set_new(json, "spec", spec);
    json_object_set_new(json, "status", status);
    return json;
}

/* The API server's own way to say an age in a table. */
static char *age_text(int64_t s)
{
    int64_t minutes = s / 60, hours = minutes / 60, days = hours / 24;
    if (s < 120)
        return g_strdup_printf("%ds", (int)s);
    if (minutes < 10)
        return s % 60 == 0 ? g_strdup_printf("%dm", (int)minutes)
                           : g_strdup_printf("%dm%ds", (int)minutes, (int)(s % 60));
    if (minutes < 180)
        return g_strdup_printf("%dm", (int)minutes);
    if (hours < 8)
        return minutes % 60 == 0 ? g_strdup_printf("%dh", (int)hours)
                                 : g_strdup_printf("%dh%dm", (int)hours, (int)(minutes % 60));
    if (hours < 48)
        return g_strdup_printf("%dh", (int)hours);
    if (days < 8 && hours % 24 != 0)
        return g_strdup_printf("%dd%dh", (int)days, (int)(hours % 24));
    return g_strdup_printf("%dd", (int)days);
}

struct column {
    const char *name, *type, *format, *description;
    int priority;
};

static const struct column namespace_columns[] = {
    {"Name", "string", "name", "Name of the namespace", 0},
    {"Status", "string", "", "The status of the namespace", 0},
    {"Age", "string", "", "Time since its creation", 0},
    {0},
};

static const struct column pod_columns[] = {
    {"Name", "string", "name", "Name of the pod", 0},
    {"Ready", "string", "", "Ready containers of all", 0},
    {"Status", "string", "", "What the pod is doing", 0},
    {"Restarts", "string", "", "Restarts of its containers, and when the last was", 0},
    {"Age", "string", "", "Time since its creation", 0},
    {"IP", "string", "", "Address of the pod", 1},
    {"Node", "string", "", "Node that it runs on", 1},
    {"Nominated Node", "string", "", "Node that it may get", 1},
    {"Readiness Gates", "string", "", "Conditions beside its containers", 1},
    {0},
};

json_t *demo_table_json(enum demo_kind kind, uint64_t version, bool with_columns)
{
    json_t *columns = json_array();
    const struct column *column = kind == DEMO_POD ? pod_columns : namespace_columns;
    for (; with_columns && column->name != NULL; column++)
        json_array_append_new(columns,
                              json_pack("{s:s, s:s, s:s, s:s, s:i}", "name", column->name, "type",
                                        column->type, "format", column->format, "description",
                                        column->description, "priority", column->priority));
    return json_pack("{s:s, s:s, s:{s:o}, s:o, s:[]}", "kind", "Table", "apiVersion",
                     "meta.k8s.io/v1", "metadata", "resourceVersion",
                     string_printf("%" G_GUINT64_FORMAT, version), "columnDefinitions", columns,
                     "rows");
}

static json_t *pod_cells(const struct demo_object *pod)
{
    int n = 0, ready = 0, restarts = 0;
    for (const struct demo_container *row = pod->row->containers; row->name != NULL; row++) {
        if (row->kind != CONTAINER_MAIN)
            continue;
        n++;
        ready += row->ready;
        restarts += row->restarts + pod->restarts;
    }
    g_autofree char *ago = age_text((int64_t)pod->row->restarted_minutes * 60);
    g_autofree char *when =
        pod->row->restarted_minutes > 0 ? g_strdup_printf(" (%s ago)", ago) : g_strdup("");
    g_autofree char *age = age_text(pod->age_s);
    g_autofree char *ip = demo_pod_ip(pod);
    const char *node = pod->row->node;
    return json_pack("[s, o, s, o, s, s, s, s, s]", pod->name, string_printf("%d/%d", ready, n),
                     pod->row->status, string_printf("%d%s", restarts, when), age,
                     *ip != '\0' ? ip : "<none>", *node != '\0' ? node : "<none>", "<none>",
                     "<none>");
}

void demo_table_add(json_t *table, const struct demo_object *object, enum demo_include include)
{
    json_t *row = json_object();
    if (object->kind == DEMO_POD) {
        json_object_set_new(row, "cells", pod_cells(object));
    } else {
        g_autofree char *age = age_text(object->age_s);
        json_object_set_new(row, "cells", json_pack("[s, s, s]", object->name, "Active", age));
    }
    if (include == DEMO_INCLUDE_OBJECT)
        json_object_set_new(row, "object", demo_object_json(object, true));
    else if (include == DEMO_INCLUDE_METADATA)
        json_object_set_new(row, "object",
                            json_pack("{s:s, s:s, s:o}", "kind", "PartialObjectMetadata",
                                      "apiVersion", "meta.k8s.io/v1", "metadata",
                                      metadata_json(object)));
    json_array_append_new(json_object_get(table, "rows"), row);
}

const char *demo_status_reason(int code)
{
    switch (code) {
    case 400:
        return "BadRequest";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "NotFound";
    case 405:
        return "MethodNotAllowed";
    case 410:
        return "Expired";
    case 429:
        return "TooManyRequests";
    case 503:
        return "ServiceUnavailable";
    case 504:
        return "Timeout";
    default:
        return "InternalError";
    }
}

json_t *demo_status_json(int code, const char *reason, const char *message, json_t *details)
{
    g_autofree char *text = g_utf8_make_valid(message, -1);
    json_t *status =
        json_pack("{s:s, s:s, s:{}, s:s, s:s, s:s, s:i}", "kind", "Status", "apiVersion", "v1",
                  "metadata", "status", "Failure", "message", text, "reason", reason, "code", code);
    if (details != NULL)
        json_object_set_new(status, "details", details);
    return status;
}

static bool term_fits(const json_t *values, const char *term)
{
    g_autofree char *key = g_strdup(term);
    char *equals = strchr(key, '=');
    if (equals == NULL) {
        bool negated = *key == '!';
        return (json_object_get(values, g_strstrip(key + negated)) != NULL) != negated;
    }
    const char *wanted = equals[1] == '=' ? equals + 2 : equals + 1;
    bool negated = equals > key && equals[-1] == '!';
    equals[negated ? -1 : 0] = '\0';
    const char *value = json_string_value(json_object_get(values, g_strstrip(key)));
    return (g_strcmp0(value, wanted) == 0) != negated;
}

static bool values_fit(const json_t *values, const char *selector)
{
    g_auto(GStrv) terms = g_strsplit(selector, ",", -1);
    for (char **term = terms; *term != NULL; term++)
        if (**term != '\0' && !term_fits(values, *term))
            return false;
    return true;
}

bool demo_object_fits(const struct demo_object *object, const char *labels, const char *fields)
{
    bool fits = true;
    if (labels != NULL && *labels != '\0') {
        json_t *values = labels_json(object);
        fits = values_fit(values, labels);
        json_decref(values);
    }
    if (fits && fields != NULL && *fields != '\0') {
        const struct demo_pod_row *row = object->row;
        json_t *values =
            json_pack("{s:s, s:s, s:s, s:s}", "metadata.name", object->name, "metadata.namespace",
                      object->namespace, "status.phase", row != NULL ? row->phase : "Active",
                      "spec.nodeName", row != NULL ? row->node : "");
        fits = values_fit(values, fields);
        json_decref(values);
    }
    return fits;
}
