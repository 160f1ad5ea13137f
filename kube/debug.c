#include "kube/debug.h"

#include <string.h>

#include "kube/command.h"
#include "kube/json.h"
#include "kube/loop_source.h"
#include "kube/path.h"

#define NAME_BEGIN "tracetui-"
#define POLL_MS 300
#define START_S 120  /* for the image to be pulled and the container to begin */
#define NOBODY 65534 /* as good as any to find out who somebody is */
#define MAX_PROBE 4096
#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number

struct debug {
    struct client *client;
    struct place *place;
    char *image, *path;
    char *target, *name; /* NULL: not chosen yet */
    char *target_id;     /* of the container, where processes are shared; NULL: they are not */
    char *root;          /* NULL: not known yet */
    bool add, added;
    int64_t uid, gid; /* of the target's program, as it turned out to be; -1: not known */
    struct request *request;
    struct command *command;
    GSource *timer;
    int64_t deadline_us;
    debug_done_fn *done;
    void *data;
};

/* Says which process is the target's: the first, or, where the pod's containers share their
 * processes, one in the control group of the container with the id $1. Then, where its root cannot
 * be seen, its user and its group. */
const char debug_probe[] =
    "p=1;[ \"$1\" ]&&p=&&for q in /proc/[0-9]*;do grep -q \"$1\" $q/cgroup&&p=${q#/proc/}&&break;"
    "done;echo $p;[ -e /proc/$p/root/. ]||while read -r k a b;do case $k in "
    "Uid:|Gid:)echo $a;;esac;done</proc/$p/status";

static void got_pod(json_t *pod, const GError *error, void *data);

static void debug_free(struct debug *debug)
{
    if (debug->request != NULL)
        request_cancel(debug->request);
    if (debug->command != NULL)
        command_cancel(debug->command);
    loop_source_clear(&debug->timer);
    place_free(debug->place);
    g_free(debug->image);
    g_free(debug->path);
    g_free(debug->target);
    g_free(debug->name);
    g_free(debug->target_id);
    g_free(debug->root);
    g_free(debug);
}

void debug_cancel(struct debug *debug)
{
    debug_free(debug);
}

/* Takes the error over. */
static void fail(struct debug *debug, GError *error)
{
    g_autoptr(GError) why = error;
    g_autofree char *where = place_text(debug->place);
    debug_done_fn *done = debug->done;
    void *data = debug->data;

    g_prefix_error(&why, "%s: ", where);
    debug_free(debug);
    done(NULL, why, data);
}

static void succeed(struct debug *debug)
{
    g_autofree char *name = g_strdup(debug->name);
    g_autofree char *target = g_strdup(debug->target);
    g_autofree char *root = g_strdup(debug->root);
    const struct debug_result result = {name, target, root, debug->added};
    debug_done_fn *done = debug->done;
    void *data = debug->data;

    debug_free(debug);
    done(&result, NULL, data);
}

/* --- reading the pod --- */

static const json_t *part_of(const json_t *pod, const char *part, const char *list)
{
    return json_object_get(json_object_get(pod, part), list);
}

static char *names_text(const json_t *list)
{
    GString *names = g_string_new(NULL);
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item)
    {
        g_string_append_printf(names, "%s%s", index > 0 ? ", " : "", json_text(item, "name", NULL));
    }
    return g_string_free(names, FALSE);
}

/* The container to look into; NULL: the error says why not. */
static const char *choose_target(const struct debug *debug, const json_t *pod, GError **error)
{
    const json_t *containers = part_of(pod, "spec", "containers");
    const char *name = debug->place->container;
    g_autofree char *names = names_text(containers);

    if (name == NULL)
        name = json_text(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container",
                         NULL);
    if (*name == '\0' && json_array_size(containers) == 1)
        name = json_text(json_array_get(containers, 0), "name", NULL);
    if (*name == '\0')
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_BAD_REQUEST,
                    "a container must be chosen (-c); there are %s", names);
    else if (json_named(containers, name) == NULL)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_BAD_REQUEST,
                    "there is no container %s that could be looked into; there are %s", name,
                    names);
    else
        return name;
    return NULL;
}

static bool is_running(const json_t *status)
{
    return json_is_object(json_object_get(json_object_get(status, "state"), "running"));
}

/* Whether there is a process to look through, and how to know it. */
static bool take_target(struct debug *debug, const json_t *pod, const char *target, GError **error)
{
    const json_t *status = json_named(part_of(pod, "status", "containerStatuses"), target);
    const char *id = json_text(status, "containerID", NULL), *slashes = strstr(id, "://");

    if (!is_running(status)) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND,
                    "the container is not running, so that nothing can look into it (%s)",
                    json_text(pod, "status", "phase", NULL));
        return false;
    }
    g_free(debug->target);
    g_free(debug->target_id);
    debug->target = g_strdup(target);
    debug->target_id = json_is_true(part_of(pod, "spec", "shareProcessNamespace"))
                           ? g_strdup(slashes != NULL ? slashes + strlen("://") : id)
                           : NULL;
    return true;
}

/* Whether it runs as the user that it must, as far as that is known. */
static bool fits_user(const struct debug *debug, const json_t *spec)
{
    const json_t *uid = json_object_get(json_object_get(spec, "securityContext"), "runAsUser");

    return debug->uid < 0 || (json_is_integer(uid) && json_integer_value(uid) == debug->uid);
}

/* An ephemeral container of ours that still runs. */
static const char *find_earlier(const struct debug *debug, const json_t *pod)
{
    const json_t *statuses = part_of(pod, "status", "ephemeralContainerStatuses");
    const json_t *specs = part_of(pod, "spec", "ephemeralContainers");
    const json_t *spec;
    size_t index;

    json_array_foreach(specs, index, spec)
    {
        const char *name = json_text(spec, "name", NULL);

        if (g_str_has_prefix(name, NAME_BEGIN) &&
            strcmp(json_text(spec, "image", NULL), debug->image) == 0 &&
            strcmp(json_text(spec, "targetContainerName", NULL), debug->target) == 0 &&
            fits_user(debug, spec) && is_running(json_named(statuses, name)))
            return name;
    }
    return NULL;
}

/* --- adding --- */

static bool must_not_be_root(const json_t *pod, const json_t *security)
{
    const json_t *of_pod = part_of(pod, "spec", "securityContext");

    return json_is_true(json_object_get(security, "runAsNonRoot")) ||
           json_is_true(json_object_get(of_pod, "runAsNonRoot"));
}

/* The user: what turned out, else what the target's specification says, else what the node says it
 * is. Root need not be said, for images with tools are root's. */
static json_t *security_json(const struct debug *debug, const json_t *pod)
{
    const json_t *own = json_object_get(
        json_named(part_of(pod, "spec", "containers"), debug->target), "securityContext");
    const json_t *status = json_named(part_of(pod, "status", "containerStatuses"), debug->target);
    const json_t *user = json_object_get(json_object_get(status, "user"), "linux");
    json_t *security = json_is_object(own) ? json_deep_copy(own) : json_object();
    bool is_said = json_object_get(security, "runAsUser") != NULL ||
                   json_object_get(part_of(pod, "spec", "securityContext"), "runAsUser") != NULL;
    int64_t uid = json_integer_value(json_object_get(user, "uid"));
    int64_t gid = json_integer_value(json_object_get(user, "gid"));

    if (debug->uid >= 0) {
        uid = debug->uid;
        gid = debug->gid;
    } else if (is_said) {
        return security;
    } else if (uid == 0 && must_not_be_root(pod, security)) {
        uid = gid = NOBODY;
    } else if (uid == 0) {
        return security;
    }
    json_object_set_new(security, "runAsUser", json_integer(uid));
    json_object_set_new(security, "runAsGroup", json_integer(gid));
    return security;
}

static json_t *patch_json(const struct debug *debug, const json_t *pod)
{
    return json_pack("{s:{s:[{s:s, s:s, s:s, s:[s, s], s:s, s:o}]}}", "spec", "ephemeralContainers",
                     "name", debug->name, "image", debug->image, "imagePullPolicy", "IfNotPresent",
                     "command", "sleep", TEXT_OF(DEBUG_SECONDS), "targetContainerName",
                     debug->target, "securityContext", security_json(debug, pod));
}

static void ask_pod(struct debug *debug)
{
    debug->request = client_get(debug->client, debug->path, NULL, got_pod, debug);
}

static gboolean ask_again(gpointer data)
{
    struct debug *debug = (struct debug *)data;

    loop_source_clear(&debug->timer);
    ask_pod(debug);
    return G_SOURCE_REMOVE;
}

static void ask_later(struct debug *debug)
{
    loop_source_set(&debug->timer, g_timeout_source_new(POLL_MS), ask_again, debug);
}

static void got_patched(json_t *pod, const GError *error, void *data)
{
    struct debug *debug = (struct debug *)data;

    (void)pod;
    debug->request = NULL;
    if (g_error_matches(error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND)) {
        fail(debug, g_error_new(KUBE_ERROR, KUBE_ERROR_NOT_FOUND,
                                "no ephemeral container can be added: the pod is gone, or the "
                                "server is older than Kubernetes 1.23 and knows none (%s)",
                                error->message));
    } else if (error != NULL) {
        fail(debug, g_error_new(error->domain, error->code,
                                "no ephemeral container can be added: %s", error->message));
    } else {
        debug->added = true;
        debug->deadline_us = g_get_monotonic_time() + START_S * G_USEC_PER_SEC;
        ask_later(debug);
    }
}

static void add(struct debug *debug, const json_t *pod)
{
    json_t *patch;
    g_autofree char *path = g_strconcat(debug->path, "/ephemeralcontainers", NULL);

    debug->name = g_strdup_printf(NAME_BEGIN "%08x", g_random_int());
    patch = patch_json(debug, pod);
    debug->request = client_patch(debug->client, path, patch, got_patched, debug);
    json_decref(patch);
}

/* --- finding out --- */

static void got_probe(struct command_result *result, const GError *error, void *data)
{
    struct debug *debug = (struct debug *)data;
    g_auto(GStrv) lines = g_strsplit(result->out->str, "\n", 4);
    bool unseen = g_strv_length(lines) == 4; /* process, user, group, and the end */

    debug->command = NULL;
    if (exec_lacks_program(result->exit_status, error)) {
        fail(debug, g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND,
                                "the ephemeral container %s of image %s has no shell", debug->name,
                                debug->image));
    } else if (lines[0] == NULL || !g_ascii_isdigit(*lines[0])) {
        fail(debug, error != NULL
                        ? g_error_copy(error)
                        : g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND,
                                      "the container's processes cannot be told from those of the "
                                      "pod's others, which share them (shareProcessNamespace)"));
    } else if (unseen && debug->uid < 0) {
        /* Its program runs as a user that nobody told of: begin once more, as that user. */
        debug->uid = (int64_t)g_ascii_strtoull(lines[1], NULL, 10);
        debug->gid = (int64_t)g_ascii_strtoull(lines[2], NULL, 10);
        g_clear_pointer(&debug->name, g_free);
        ask_pod(debug);
    } else {
        debug->root = g_strdup_printf("/proc/%s/root", lines[0]);
        succeed(debug);
    }
}

static void probe(struct debug *debug)
{
    const struct place place = {debug->place->namespace, debug->place->pod, debug->name};
    const char *id = debug->target_id != NULL ? debug->target_id : "";
    const char *const argv[] = {"sh", "-c", debug_probe, "sh", id, NULL};

    debug->command = command_run(debug->client, &place, argv, MAX_PROBE, got_probe, debug);
}

/* --- waiting --- */

/* Waiting states that will not end by waiting. */
static bool is_stuck(const char *reason)
{
    static const char *const words[] = {"Err", "BackOff", "InvalidImage", "Config", "Create"};

    if (strcmp(reason, "ContainerCreating") == 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(reason, words[i]) != NULL)
            return true;
    return false;
}

static void wait_for_start(struct debug *debug, const json_t *pod)
{
    const json_t *status =
        json_named(part_of(pod, "status", "ephemeralContainerStatuses"), debug->name);
    const json_t *state = json_object_get(status, "state");
    const char *reason = json_text(state, "waiting", "reason", NULL);
    const char *words = json_text(state, "waiting", "message", NULL);
    bool over = g_get_monotonic_time() > debug->deadline_us;

    if (is_running(status)) {
        probe(debug);
        return;
    }
    if (json_is_object(json_object_get(state, "terminated"))) {
        reason = json_text(state, "terminated", "reason", NULL);
        words = json_text(state, "terminated", "message", NULL);
        over = true;
    }
    if (!over && !is_stuck(reason)) {
        ask_later(debug);
        return;
    }
    fail(debug, g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND,
                            "the ephemeral container %s of image %s does not run%s%s%s%s",
                            debug->name, debug->image, *reason != '\0' ? ": " : " yet", reason,
                            *words != '\0' ? ": " : "", words));
}

static void begin(struct debug *debug, const json_t *pod)
{
    GError *error = NULL;
    const char *target = choose_target(debug, pod, &error);

    if (target == NULL || !take_target(debug, pod, target, &error)) {
        fail(debug, error);
        return;
    }
    debug->name = g_strdup(find_earlier(debug, pod));
    if (debug->name != NULL)
        probe(debug);
    else if (debug->add)
        add(debug, pod);
    else
        succeed(debug);
}

static void got_pod(json_t *pod, const GError *error, void *data)
{
    struct debug *debug = (struct debug *)data;

    debug->request = NULL;
    if (error != NULL)
        fail(debug, g_error_copy(error));
    else if (debug->name == NULL)
        begin(debug, pod);
    else
        wait_for_start(debug, pod);
}

struct debug *debug_start(struct client *client, const struct debug_request *request,
                          debug_done_fn *done, void *data)
{
    struct debug *debug = g_new0(struct debug, 1);
    g_autoptr(GString) path = g_string_new(NULL);

    path_append(path, "/api/v1/namespaces/%/pods/%", request->place.namespace, request->place.pod);
    debug->client = client;
    debug->place = place_copy(&request->place);
    debug->image = g_strdup(request->image);
    debug->add = request->add;
    debug->uid = debug->gid = -1;
    debug->path = g_strdup(path->str);
    debug->done = done;
    debug->data = data;
    ask_pod(debug);
    return debug;
}

char *debug_text(const struct debug_request *request)
{
    g_autofree char *where = place_text(&request->place);

    return g_strdup_printf(
        "An ephemeral container of image %s is added to %s. It does nothing but sleep, for %d "
        "minutes at most, with the user and the rights of the container that it looks into (where "
        "nothing tells that user, a first one finds out and a second one is added), and takes "
        "what its image takes on the node. It cannot be taken away again: it stays in the "
        "pod's specification until the pod goes. It needs the right to patch "
        "pods/ephemeralcontainers.",
        request->image, where, DEBUG_SECONDS / 60);
}
