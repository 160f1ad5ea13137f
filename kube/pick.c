/* By labels one list is read, by names one pod after the other. */
#include "kube/pick.h"

#include <string.h>

#include "kube/items.h"
#include "kube/path.h"

struct pick {
    struct client *client;
    struct place **pods; /* NULL-terminated; NULL: by labels */
    size_t at;           /* the pod that is asked for */
    char *container;
    pick_done_fn *done;
    void *data;
    struct items *items;
    struct pod_request *request;
    GPtrArray *picked; /* of struct picked */
};

static void picked_free(void *data)
{
    struct picked *picked = data;
    place_free(picked->place);
    g_free(picked->why);
    g_free(picked);
}

/* --- one pod --- */

/* The names of the containers that the pod is there for; the caller's. */
static char *main_containers(const struct pod *pod, unsigned *n)
{
    g_autoptr(GString) names = g_string_new(NULL);
    *n = 0;
    for (guint i = 0; i < pod->containers->len; i++) {
        const struct container *container = g_ptr_array_index(pod->containers, i);
        if (container->kind == CONTAINER_MAIN)
            g_string_append_printf(names, "%s%s", (*n)++ > 0 ? ", " : "", container->name);
    }
    return g_string_free(g_steal_pointer(&names), FALSE);
}

const char *pick_container(const struct pod *pod, const char *wanted, char **why)
{
    unsigned n;
    g_autofree char *names = main_containers(pod, &n);
    const char *name = wanted != NULL            ? wanted
                       : *pod->default_container ? pod->default_container
                       : n == 1                  ? names
                                                 : NULL;
    const struct container *container = name != NULL ? pod_container(pod, name) : NULL;

    *why = NULL;
    if (strcmp(pod->phase, "Running") != 0)
        *why = g_strdup_printf("it is not running but %s", *pod->phase ? pod->phase : "unknown");
    else if (name == NULL)
        *why = g_strdup_printf("it has several containers, and -c names none of them: %s", names);
    else if (container == NULL)
        *why = g_strdup_printf("it has no container %s, but %s", name, names);
    else if (strcmp(container->state, "running") != 0)
        *why = g_strdup_printf("container %s is not running but %s%s%s", name, container->state,
                               *container->reason ? ": " : "", container->reason);
    return *why == NULL ? container->name : NULL;
}

static void add(struct pick *pick, const struct pod *pod)
{
    struct picked *picked = g_new0(struct picked, 1);
    const char *container = pick_container(pod, pick->container, &picked->why);
    const struct place place = {pod->namespace, pod->name, container};
    picked->place = place_copy(&place);
    g_ptr_array_add(pick->picked, picked);
}

/* --- by labels --- */

static void on_item(json_t *item, void *data)
{
    struct pod *pod = pod_parse(item, NULL);
    if (pod != NULL)
        add(data, pod);
    pod_free(pod);
}

static void on_items(const GError *error, void *data)
{
    struct pick *pick = data;
    pick->done(error == NULL ? pick->picked : NULL, error, pick->data);
}

static void list(struct pick *pick, const struct pick_query *query)
{
    static const struct items_calls calls = {on_item, on_items};
    g_autoptr(GString) path = g_string_new(NULL);

    if (query->namespace != NULL)
        path_append(path, "/api/v1/namespaces/%/pods", query->namespace);
    else
        g_string_append(path, "/api/v1/pods");
    pick->items = items_start(pick->client, path->str, query->selector, &calls, pick);
}

/* --- by names --- */

static void ask(struct pick *pick);

static void on_pod(const struct pod *pod, const GError *error, void *data)
{
    struct pick *pick = data;

    pick->request = NULL;
    if (pod != NULL) {
        add(pick, pod);
    } else {
        struct picked *picked = g_new0(struct picked, 1);
        picked->place = place_copy(pick->pods[pick->at]);
        picked->why = g_strdup(error->message);
        g_ptr_array_add(pick->picked, picked);
    }
    pick->at++;
    if (pick->pods[pick->at] != NULL)
        ask(pick);
    else
        pick->done(pick->picked, NULL, pick->data);
}

static void ask(struct pick *pick)
{
    const struct place *place = pick->pods[pick->at];
    pick->request = pod_get(pick->client, place->namespace, place->pod, on_pod, pick);
}

struct pick *pick_start(struct client *client, const struct pick_query *query, pick_done_fn *done,
                        void *data)
{
    struct pick *pick = g_new0(struct pick, 1);

    pick->client = client;
    pick->container = g_strdup(query->container);
    pick->done = done;
    pick->data = data;
    pick->picked = g_ptr_array_new_with_free_func(picked_free);
    if (query->pods == NULL) {
        list(pick, query);
        return pick;
    }
    g_return_val_if_fail(query->n_pods > 0, pick);
    pick->pods = g_new0(struct place *, query->n_pods + 1);
    for (size_t i = 0; i < query->n_pods; i++)
        pick->pods[i] = place_copy(&query->pods[i]);
    ask(pick);
    return pick;
}

void pick_free(struct pick *pick)
{
    if (pick == NULL)
        return;
    items_free(pick->items);
    g_clear_pointer(&pick->request, pod_request_cancel);
    for (size_t i = 0; pick->pods != NULL && pick->pods[i] != NULL; i++)
        place_free(pick->pods[i]);
    g_free(pick->pods);
    g_ptr_array_unref(pick->picked);
    g_free(pick->container);
    g_free(pick);
}
