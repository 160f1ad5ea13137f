/* Pages through a collection with limit and continue. */
#include "kube/items.h"

#define PAGE_LIMIT 500

struct items {
    struct client *client;
    char *path, *selector;
    struct items_calls calls;
    void *data;
    struct request *request; /* NULL: none is under way */
};

static void page_ask(struct items *items, const char *token);

static void page_done(json_t *object, const GError *error, void *data)
{
    struct items *items = data;
    json_t *list = json_object_get(object, "items");
    const char *token =
        json_string_value(json_object_get(json_object_get(object, "metadata"), "continue"));
    size_t i;
    json_t *item;

    items->request = NULL;
    if (error) {
        items->calls.done(error, items->data);
        return;
    }
    if (!json_is_array(list)) {
        g_autoptr(GError) wrong = g_error_new(KUBE_ERROR, KUBE_ERROR_SERVER,
                                              "%s: the server's answer is no list", items->path);
        items->calls.done(wrong, items->data);
        return;
    }
    json_array_foreach(list, i, item) items->calls.item(item, items->data);
    if (token && *token)
        page_ask(items, token);
    else
        items->calls.done(NULL, items->data);
}

static void page_ask(struct items *items, const char *token)
{
    g_autoptr(GString) query = g_string_new(items->path);
    g_string_append_printf(query, "?limit=%d", PAGE_LIMIT);
    if (items->selector) {
        g_string_append(query, "&labelSelector=");
        g_string_append_uri_escaped(query, items->selector, NULL, FALSE);
    }
    if (token) {
        g_string_append(query, "&continue=");
        g_string_append_uri_escaped(query, token, NULL, FALSE);
    }
    items->request = client_get(items->client, query->str, NULL, page_done, items);
}

struct items *items_start(struct client *client, const char *path, const char *selector,
                          const struct items_calls *calls, void *data)
{
    struct items *items = g_new0(struct items, 1);
    items->client = client;
    items->path = g_strdup(path);
    items->selector = g_strdup(selector);
    items->calls = *calls;
    items->data = data;
    page_ask(items, NULL);
    return items;
}

void items_free(struct items *items)
{
    if (!items)
        return;
    if (items->request)
        request_cancel(items->request);
    g_free(items->path);
    g_free(items->selector);
    g_free(items);
}
