#include "kube/workload.h"

#include <string.h>

#include "kube/json.h"
#include "kube/path.h"

/* Between a CronJob's name and the end of its Job's: minutes since 1970. */
#define MIN_MINUTES_DIGITS 8

struct workload_request {
    struct request *http;
    char *guess, *owner; /* "Deployment/web", "ReplicaSet/web-5d78c9869d" */
    workload_done_fn *done;
    void *data;
};

/* What stands between a pod and what people made, and where its own owner is found. */
static const struct {
    const char *kind, *maker, *path;
} middlemen[] = {
    {"ReplicaSet", "Deployment", "/apis/apps/v1/namespaces/%/replicasets/%"},
    {"Job", "CronJob", "/apis/batch/v1/namespaces/%/jobs/%"},
};

/* Its row of the table; -1: the owner is what people made. */
static int middleman_of(const struct pod *pod)
{
    for (size_t i = 0; i < G_N_ELEMENTS(middlemen); i++)
        if (strcmp(middlemen[i].kind, pod->owner_kind) == 0)
            return (int)i;
    return -1;
}

/* A Deployment puts a hash behind its name, a CronJob the time; a Job may be anybody's. */
static bool is_made(const char *kind, const char *suffix)
{
    if (strcmp(kind, "Job") == 0)
        return strlen(suffix) >= MIN_MINUTES_DIGITS &&
               strspn(suffix, "0123456789") == strlen(suffix);
    return *suffix != '\0';
}

char *workload_guess(const struct pod *pod)
{
    int row = middleman_of(pod);
    const char *dash = strrchr(pod->owner_name, '-');

    if (*pod->owner_kind == '\0')
        return g_strconcat("Pod/", pod->name, NULL);
    if (row < 0 || dash == NULL || dash == pod->owner_name || !is_made(pod->owner_kind, dash + 1))
        return g_strconcat(pod->owner_kind, "/", pod->owner_name, NULL);
    return g_strdup_printf("%s/%.*s", middlemen[row].maker, (int)(dash - pod->owner_name),
                           pod->owner_name);
}

static void request_free(struct workload_request *request)
{
    g_free(request->guess);
    g_free(request->owner);
    g_free(request);
}

static const json_t *controller_of(const json_t *object)
{
    const json_t *owners = json_object_get(json_object_get(object, "metadata"), "ownerReferences");
    const json_t *owner;
    size_t index;

    json_array_foreach(owners, index, owner)
    {
        if (json_is_true(json_object_get(owner, "controller")))
            return owner;
    }
    return NULL;
}

static void got_owner(json_t *object, const GError *error, void *data)
{
    struct workload_request *request = (struct workload_request *)data;
    const json_t *maker = controller_of(object);
    const char *kind = json_text(maker, "kind", NULL), *name = json_text(maker, "name", NULL);
    g_autofree char *made = g_strconcat(kind, "/", name, NULL);

    if (error != NULL)
        request->done(request->guess, request->data);
    else
        request->done(*kind != '\0' && *name != '\0' ? made : request->owner, request->data);
    request_free(request);
}

struct workload_request *workload_ask(struct client *client, const struct pod *pod,
                                      workload_done_fn *done, void *data)
{
    g_autoptr(GString) path = g_string_new(NULL);
    struct workload_request *request;
    int row = middleman_of(pod);

    if (row < 0)
        return NULL;
    path_append(path, middlemen[row].path, pod->namespace, pod->owner_name);
    request = g_new0(struct workload_request, 1);
    request->guess = workload_guess(pod);
    request->owner = g_strconcat(pod->owner_kind, "/", pod->owner_name, NULL);
    request->done = done;
    request->data = data;
    request->http = client_get(client, path->str, NULL, got_owner, request);
    return request;
}

void workload_cancel(struct workload_request *request)
{
    request_cancel(request->http);
    request_free(request);
}
