/* Pages through a collection with limit and continue. */
#include "kube/items.h"

#include "kube/inquiry.h"
#include "kube/json.h"
#include "kube/scan.h"

#define PAGE_LIMIT 500

struct items {
    struct client *client;
    char *path, *selector;
    struct items_calls calls;
    void *data;
    struct inquiry *request; /* NULL: none is under way */
};

static void page_ask(struct items *items, const char *token);

static void finish(struct items *items, GError *error)
{
    g_prefix_error(&error, "%s: ", client_login(items->client)->server);
    items->calls.done(error, items->data);
    g_clear_error(&error);
}

/* Gives the page's objects out one by one: together they would take many times their text. */
static json_t *read_page(struct items *items, const char *body, size_t len, GError **error)
{
    GError *why = NULL;
    struct scan scan;
    json_auto_t *list = scan_begin(&scan, body, len, &why);
    json_t *item;

    if (list != NULL && !json_is_array(json_object_get(list, "items")))
        g_set_error(&why, KUBE_ERROR, KUBE_ERROR_SERVER, "the answer is no list");
    while (why == NULL && (item = scan_next(&scan, &why)) != NULL) {
        json_object_del(json_object_get(item, "metadata"), "managedFields");
        items->calls.item(item, items->data);
        json_decref(item);
    }
    scan_clear(&scan);
    if (why == NULL)
        return g_steal_pointer(&list);
    g_propagate_error(error, why);
    return NULL;
}

static void page_done(const char *body, size_t len, const GError *error, void *data)
{
    struct items *items = data;
    GError *why = NULL;

    items->request = NULL;
    if (error) {
        items->calls.done(error, items->data);
        return;
    }
    json_auto_t *list = read_page(items, body, len, &why);
    const char *token = json_text(list, "metadata", "continue", NULL);
    if (why || !*token)
        finish(items, why);
    else
        page_ask(items, token);
}

static void request_dropped(void *data)
{
    ((struct items *)data)->request = NULL;
}

static void page_ask(struct items *items, const char *token)
{
    static const struct http_calls calls = {.done = page_done, .drop = request_dropped};
    g_autoptr(GString) query = g_string_new(items->path);
    struct http_ask ask = {0};

    g_string_append_printf(query, "?limit=%d", PAGE_LIMIT);
    if (items->selector) {
        g_string_append(query, "&labelSelector=");
        g_string_append_uri_escaped(query, items->selector, NULL, FALSE);
    }
    if (token) {
        g_string_append(query, "&continue=");
        g_string_append_uri_escaped(query, token, NULL, FALSE);
    }
    ask.path = query->str;
    items->request = inquiry_start(client_http(items->client), &ask, &calls, items);
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
        inquiry_cancel(items->request);
    g_free(items->path);
    g_free(items->selector);
    g_free(items);
}
