#include "kube/plain.h"

#include <string.h>

#include "kube/json.h"

const char *const *plain_columns(enum list_kind kind)
{
    static const char *const columns[][6] = {
        [LIST_NAMESPACES] = {"Name", "Status", "Age", NULL},
        [LIST_PODS] = {"Name", "Ready", "Status", "Restarts", "Age", NULL},
    };

    return columns[kind];
}

/* What a pod's containers come to. */
struct tally {
    size_t n, n_ready;
    json_int_t restarts;
    bool any_runs;
    char *reason; /* the one word for it all */
};

static void give_reason(struct tally *tally, const char *prefix, const char *reason)
{
    g_free(tally->reason);
    tally->reason = g_strconcat(prefix, reason, NULL);
}

/* Why a container ended, when it ended badly or is no init container. */
static void give_end(struct tally *tally, const char *prefix, const json_t *ended)
{
    json_int_t signal = json_integer_value(json_object_get(ended, "signal"));
    g_autofree char *code = g_strdup_printf(
        signal != 0 ? "Signal:%" JSON_INTEGER_FORMAT : "ExitCode:%" JSON_INTEGER_FORMAT,
        signal != 0 ? signal : json_integer_value(json_object_get(ended, "exitCode")));
    const char *reason = json_text(ended, "reason", NULL);

    give_reason(tally, prefix, *reason != '\0' ? reason : code);
}

/* An init container that runs beside the others from then on. */
static bool stays_up(const json_t *spec)
{
    return strcmp(json_text(spec, "restartPolicy", NULL), "Always") == 0;
}

/* True: the pod is still, or for ever, at one of its init containers. */
static bool add_init(struct tally *tally, const json_t *object)
{
    const json_t *specs = json_object_get(json_object_get(object, "spec"), "initContainers");
    const json_t *statuses =
        json_object_get(json_object_get(object, "status"), "initContainerStatuses");
    const json_t *status, *spec;
    size_t i;

    json_array_foreach(specs, i, spec)
    {
        tally->n += stays_up(spec);
    }
    json_array_foreach(statuses, i, status)
    {
        const json_t *state = json_object_get(status, "state");
        const json_t *ended = json_object_get(state, "terminated");
        const char *waits = json_text(state, "waiting", "reason", NULL);
        g_autofree char *place = g_strdup_printf("%zu/%zu", i, json_array_size(specs));

        if (stays_up(json_array_get(specs, i)) &&
            json_is_true(json_object_get(status, "started"))) {
            tally->n_ready += json_is_true(json_object_get(status, "ready"));
            continue;
        }
        if (json_is_object(ended) && json_integer_value(json_object_get(ended, "exitCode")) == 0)
            continue;
        if (json_is_object(ended))
            give_end(tally, "Init:", ended);
        else
            give_reason(tally, "Init:",
                        *waits != '\0' && strcmp(waits, "PodInitializing") != 0 ? waits : place);
        return true;
    }
    return false;
}

static void add_main(struct tally *tally, const json_t *object, bool initializing)
{
    const json_t *statuses =
        json_object_get(json_object_get(object, "status"), "containerStatuses");

    /* The first container has the last word. */
    for (size_t i = json_array_size(statuses); i-- > 0;) {
        const json_t *status = json_array_get(statuses, i);
        const json_t *state = json_object_get(status, "state");
        const char *waits = json_text(state, "waiting", "reason", NULL);
        bool ready = json_is_true(json_object_get(status, "ready"));

        tally->restarts += json_integer_value(json_object_get(status, "restartCount"));
        if (initializing)
            continue;
        if (*waits != '\0')
            give_reason(tally, "", waits);
        else if (json_is_object(json_object_get(state, "terminated")))
            give_end(tally, "", json_object_get(state, "terminated"));
        else if (ready && json_is_object(json_object_get(state, "running")))
            tally->any_runs = true;
        tally->n_ready += ready;
    }
}

static bool is_ready(const json_t *object)
{
    const json_t *conditions = json_object_get(json_object_get(object, "status"), "conditions");
    const json_t *condition;
    size_t i;

    json_array_foreach(conditions, i, condition)
    {
        if (strcmp(json_text(condition, "type", NULL), "Ready") == 0)
            return strcmp(json_text(condition, "status", NULL), "True") == 0;
    }
    return false;
}

/* By the rules of kubectl, so that the words are the same with and without a Table. */
static char **pod_cells(const json_t *object)
{
    const char *reason = json_text(object, "status", "reason", NULL);
    const char *phase = json_text(object, "status", "phase", NULL);
    struct tally tally = {
        .n = json_array_size(json_object_get(json_object_get(object, "spec"), "containers")),
        .reason = g_strdup(*reason != '\0' ? reason : phase),
    };
    char **cells = g_new0(char *, 6);
    bool initializing = add_init(&tally, object);

    add_main(&tally, object, initializing);
    if (strcmp(tally.reason, "Completed") == 0 && tally.any_runs)
        give_reason(&tally, "", is_ready(object) ? "Running" : "NotReady");
    if (*json_text(object, "metadata", "deletionTimestamp", NULL) != '\0' &&
        strcmp(phase, "Succeeded") != 0 && strcmp(phase, "Failed") != 0)
        give_reason(&tally, "", strcmp(reason, "NodeLost") == 0 ? "Unknown" : "Terminating");
    cells[0] = g_strdup(json_text(object, "metadata", "name", NULL));
    cells[1] = g_strdup_printf("%zu/%zu", tally.n_ready, tally.n);
    cells[2] = tally.reason;
    cells[3] = g_strdup_printf("%" JSON_INTEGER_FORMAT, tally.restarts);
    cells[4] = g_strdup("");
    return cells;
}

char **plain_cells(enum list_kind kind, const json_t *object)
{
    char **cells;

    if (kind == LIST_PODS)
        return pod_cells(object);
    cells = g_new0(char *, 4);
    cells[0] = g_strdup(json_text(object, "metadata", "name", NULL));
    cells[1] = g_strdup(json_text(object, "status", "phase", NULL));
    cells[2] = g_strdup("");
    return cells;
}
