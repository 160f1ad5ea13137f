/* Which of several pods are meant, made up: in place of what asks the server for each of them. */
#include "kube/pick.h"

struct pick {
    GPtrArray *picked;
    pick_done_fn *done;
    void *data;
    guint source;
};

static void picked_free(void *data)
{
    struct picked *picked = data;
    place_free(picked->place);
    g_free(picked->why);
    g_free(picked);
}

static gboolean answer_pick(gpointer data)
{
    struct pick *pick = data;
    pick->source = 0;
    pick->done(pick->picked, NULL, pick->data);
    return G_SOURCE_REMOVE;
}

/* All are meant but for those whose status the list shows as another than running. */
struct pick *pick_start(struct client *client, const struct pick_query *query, pick_done_fn *done,
                        void *data)
{
    (void)client;
    struct pick *pick = g_new0(struct pick, 1);
    pick->picked = g_ptr_array_new_with_free_func(picked_free);
    pick->done = done;
    pick->data = data;
    for (size_t i = 0; i < query->n_pods; i++) {
        struct place place = query->pods[i];
        struct picked *picked = g_new0(struct picked, 1);
        place.container = query->container ? query->container : "app";
        picked->place = place_copy(&place);
        if (g_str_has_prefix(place.pod, "report-"))
            picked->why = g_strdup("it is not running but Pending");
        g_ptr_array_add(pick->picked, picked);
    }
    pick->source = g_idle_add(answer_pick, pick);
    return pick;
}

void pick_free(struct pick *pick)
{
    g_clear_handle_id(&pick->source, g_source_remove);
    g_ptr_array_unref(pick->picked);
    g_free(pick);
}
