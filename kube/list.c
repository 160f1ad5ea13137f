#include "kube/list.h"

#include <string.h>

#include "kube/inquiry.h"
#include "kube/json.h"
#include "kube/listing.h"
#include "kube/loop_source.h"
#include "kube/page.h"
#include "kube/path.h"
#include "kube/watch.h"

/* Rows of a page. Somebody waits for the first; the bigger the later ones are, the better they
 * pack, but those with objects have some 3 kB a row. */
#define FIRST_ROWS 500
#define LATER_ROWS 2500
#define LATER_OBJECTS 1000
#define MAX_RESTARTS 3   /* in a row, when the server forgets where we were */
#define RETRY_MIN_MS 500 /* doubled with each failure, up to: */
#define RETRY_MAX_MS 30000
#define POLL_MIN_S 5 /* without a watch, and longer the more there is to read: */
#define POLL_ROWS_A_S 500
#define HEALTHY_US 10000000 /* a watch that lived so long was no failure */
#define WATCH_MIN_S 240     /* a watch is asked to end after this to twice this */

struct list {
    struct http *http;
    enum list_kind kind;
    char *namespace, *selector;
    bool live;
    list_fn *fn;
    void *data;

    struct listing *table; /* what is shown */
    struct listing *fresh; /* what is being read; at first it is shown as it grows */
    bool synced;           /* table was read to its end */
    bool troubled;         /* LIST_FAILED was the last thing said */
    bool polls;            /* the server refused the watch */
    size_t n_remaining;    /* rows of later pages, as far as the server says so */
    char *next;            /* continue token of the next page; NULL: from the beginning */
    char *version;         /* resource version to watch from */
    unsigned restarts, failures;

    struct inquiry *request;
    struct page_job *job; /* reads what the request brought */
    struct watch *watch;
    int64_t watch_began_us;
    bool changed; /* since the last LIST_CHANGED */
    GSource *retry;
};

static void read_page(struct list *list);
static void begin_watch(struct list *list);

static void drop_fresh(struct list *list)
{
    if (list->fresh != list->table)
        listing_free(list->fresh);
    list->fresh = NULL;
}

void list_free(struct list *list)
{
    if (list == NULL)
        return;
    loop_source_clear(&list->retry);
    if (list->request != NULL)
        inquiry_cancel(list->request);
    if (list->job != NULL)
        page_cancel(list->job);
    watch_free(list->watch);
    drop_fresh(list);
    listing_free(list->table);
    g_free(list->namespace);
    g_free(list->selector);
    g_free(list->next);
    g_free(list->version);
    g_free(list);
}

unsigned list_poll_s(const struct list *list)
{
    return list->polls ? POLL_MIN_S + list->table->rows->len / POLL_ROWS_A_S : 0;
}

static void tell(struct list *list, enum list_event event, const GError *error, bool will_retry)
{
    list->troubled = event == LIST_FAILED;
    list->fn(list, event, error, will_retry, list->data);
}

static gboolean on_retry(gpointer data)
{
    struct list *list = (struct list *)data;

    loop_source_clear(&list->retry);
    if (list->version != NULL)
        begin_watch(list);
    else
        read_page(list);
    return G_SOURCE_CONTINUE;
}

/* About then, so that not all clients of a server that came back ask at the same moment. */
static void set_timer(struct list *list, int64_t delay_ms)
{
    delay_ms = (int64_t)((double)delay_ms * g_random_double_range(0.5, 1.5));
    loop_source_set(&list->retry, g_timeout_source_new((guint)delay_ms), on_retry, list);
}

/* Each time later. */
static void set_retry(struct list *list)
{
    set_timer(list, MIN((int64_t)RETRY_MIN_MS << MIN(list->failures, 10), RETRY_MAX_MS));
    list->failures++;
}

/* What may be over in a moment. */
static bool is_passing(const GError *error)
{
    return error->code == KUBE_ERROR_CONNECT || error->code == KUBE_ERROR_CUT ||
           error->code == KUBE_ERROR_SERVER || error->code == KUBE_ERROR_GONE;
}

static void fail(struct list *list, const GError *error)
{
    bool retry = list->live && is_passing(error);

    if (retry)
        set_retry(list);
    tell(list, LIST_FAILED, error, retry);
}

/* The server has forgotten the list that we were reading, or watching. */
static void start_anew(struct list *list, const GError *error)
{
    drop_fresh(list);
    g_clear_pointer(&list->next, g_free);
    g_clear_pointer(&list->version, g_free);
    if (++list->restarts <= MAX_RESTARTS)
        read_page(list);
    else
        fail(list, error);
}

/* The objects' metadata is most of an answer, for nothing where their namespace is known. */
static bool wants_objects(const struct list *list)
{
    return list->kind == LIST_PODS && list->namespace == NULL;
}

static const char *known_namespace(const struct list *list)
{
    return list->kind == LIST_NAMESPACES ? "" : list->namespace;
}

static void append_target(const struct list *list, GString *path)
{
    if (list->kind == LIST_NAMESPACES)
        g_string_append(path, "/api/v1/namespaces");
    else if (list->namespace == NULL)
        g_string_append(path, "/api/v1/pods");
    else
        path_append(path, "/api/v1/namespaces/%/pods", list->namespace);
    g_string_append_printf(path, "?includeObject=%s", wants_objects(list) ? "Metadata" : "None");
    if (list->selector != NULL)
        path_append(path, "&labelSelector=%", list->selector);
}

static void all_pages_here(struct list *list, const char *version)
{
    if (list->fresh != list->table) {
        listing_free(list->table);
        list->table = list->fresh;
    }
    list->fresh = NULL;
    list->synced = true;
    list->restarts = 0;
    if (list->live && list->polls)
        set_timer(list, (int64_t)list_poll_s(list) * 1000);
    list->version = list->polls ? NULL : g_strdup(version);
    if (list->live && !list->polls)
        begin_watch(list);
    tell(list, LIST_SYNCED, NULL, false);
}

static void read_done(struct page *page, const GError *error, void *data)
{
    struct list *list = (struct list *)data;

    g_autoptr(GError) why = error != NULL ? g_error_copy(error) : NULL;

    list->job = NULL;
    if (error != NULL || !listing_join(list->fresh, g_steal_pointer(&page->table), &why)) {
        g_prefix_error(&why, "%s: ", http_login(list->http)->server);
        fail(list, why);
        return;
    }
    list->failures = 0;
    g_free(list->next);
    list->next = *page->next != '\0' ? g_strdup(page->next) : NULL;
    list->n_remaining = (size_t)MAX(page->n_remaining, 0);
    if (list->next == NULL) {
        all_pages_here(list, page->version);
        return;
    }
    read_page(list);
    if (list->fresh == list->table)
        tell(list, LIST_GREW, NULL, false);
}

static void got_page(const char *body, size_t len, const GError *error, void *data)
{
    struct list *list = (struct list *)data;

    list->request = NULL;
    if (error == NULL)
        list->job = page_read(list->kind, known_namespace(list), body, len, read_done, list);
    else if (g_error_matches(error, KUBE_ERROR, KUBE_ERROR_GONE))
        start_anew(list, error);
    else
        fail(list, error);
}

static void request_dropped(void *data)
{
    ((struct list *)data)->request = NULL;
}

static void read_page(struct list *list)
{
    static const struct http_calls calls = {.done = got_page, .drop = request_dropped};
    g_autoptr(GString) path = g_string_new(NULL);
    struct http_ask ask = {.accept = LISTING_ACCEPT};

    append_target(list, path);
    g_string_append_printf(path, "&limit=%d",
                           list->next == NULL    ? FIRST_ROWS
                           : wants_objects(list) ? LATER_OBJECTS
                                                 : LATER_ROWS);
    if (list->next != NULL)
        path_append(path, "&continue=%", list->next);
    if (list->fresh == NULL)
        list->fresh = listing_new(list->kind, known_namespace(list));
    if (list->table == NULL)
        list->table = list->fresh;
    ask.path = path->str;
    list->request = inquiry_start(list->http, &ask, &calls, list);
}

/* Bookmarks carry nothing but a newer version; other rows have one, too. */
static void note_version(struct list *list, const json_t *object)
{
    const json_t *row = json_array_get(json_object_get(object, "rows"), 0);
    const char *version = json_text(row, "object", "metadata", "resourceVersion", NULL);

    if (*version == '\0')
        version = json_text(object, "metadata", "resourceVersion", NULL);
    if (*version == '\0')
        return;
    g_free(list->version);
    list->version = g_strdup(version);
}

static void watch_begun(void *data)
{
    struct list *list = (struct list *)data;

    if (list->troubled)
        tell(list, LIST_SYNCED, NULL, false);
}

static void watch_event(const char *type, const json_t *object, void *data)
{
    struct list *list = (struct list *)data;

    note_version(list, object);
    if (strcmp(type, "ADDED") == 0 || strcmp(type, "MODIFIED") == 0)
        list->changed |= listing_put(list->table, object);
    else if (strcmp(type, "DELETED") == 0)
        list->changed |= listing_remove(list->table, object);
}

static void watch_pause(void *data)
{
    struct list *list = (struct list *)data;

    if (!list->changed)
        return;
    list->changed = false;
    tell(list, LIST_CHANGED, NULL, false);
}

/* The right to watch is another one than that to list. */
static bool is_refusal(const GError *error)
{
    return error != NULL &&
           (error->code == KUBE_ERROR_FORBIDDEN || error->code == KUBE_ERROR_NOT_FOUND ||
            error->code == KUBE_ERROR_BAD_REQUEST);
}

static void begin_polling(struct list *list)
{
    list->polls = true;
    g_clear_pointer(&list->version, g_free);
    set_timer(list, (int64_t)list_poll_s(list) * 1000);
    if (list->troubled)
        tell(list, LIST_SYNCED, NULL, false);
}

static void watch_ended(const GError *error, void *data)
{
    struct list *list = (struct list *)data;

    list->watch = NULL;
    if (g_get_monotonic_time() - list->watch_began_us > HEALTHY_US)
        list->failures = 0;
    if (g_error_matches(error, KUBE_ERROR, KUBE_ERROR_GONE))
        start_anew(list, error);
    else if (is_refusal(error))
        begin_polling(list);
    else if (error != NULL)
        fail(list, error);
    else
        set_retry(list);
}

static void begin_watch(struct list *list)
{
    static const struct watch_calls calls = {
        .begun = watch_begun, .event = watch_event, .pause = watch_pause, .ended = watch_ended};
    g_autoptr(GString) path = g_string_new(NULL);

    append_target(list, path);
    path_append(path, "&watch=true&allowWatchBookmarks=true&resourceVersion=%", list->version);
    /* Spread, so that the watches of many users do not all end at once. */
    g_string_append_printf(path, "&timeoutSeconds=%d",
                           g_random_int_range(WATCH_MIN_S, 2 * WATCH_MIN_S));
    list->watch_began_us = g_get_monotonic_time();
    list->watch = watch_start(list->http, path->str, LISTING_ACCEPT, &calls, list);
}

struct list *list_start(struct client *client, const struct list_query *query, list_fn *fn,
                        void *data)
{
    struct list *list = g_new0(struct list, 1);

    list->http = client_http(client);
    list->kind = query->kind;
    list->namespace = g_strdup(query->namespace);
    list->selector = g_strdup(query->selector);
    list->live = query->watch;
    list->fn = fn;
    list->data = data;
    read_page(list);
    return list;
}

size_t list_n_columns(const struct list *list)
{
    return list->table->columns->len;
}

const struct list_column *list_column_at(const struct list *list, size_t index)
{
    g_assert(index < list->table->columns->len);
    return (const struct list_column *)list->table->columns->pdata[index];
}

size_t list_n_rows(const struct list *list)
{
    return list->table->rows->len;
}

const struct list_row *list_row_at(const struct list *list, size_t index)
{
    g_assert(index < list->table->rows->len);
    return (const struct list_row *)list->table->rows->pdata[index];
}

bool list_synced(const struct list *list)
{
    return list->synced;
}

size_t list_n_expected(const struct list *list)
{
    return list->synced || list->n_remaining == 0 ? 0 : list->table->rows->len + list->n_remaining;
}
