#include "kube/demo_list.h"

#include <string.h>

/* Where the next page begins, and what version the first had. */
struct place {
    uint64_t version;
    char *namespace, *name;
};

static char *place_token(const struct place *place)
{
    json_t *json =
        json_pack("{s:s, s:I, s:s, s:s}", "v", "meta.k8s.io/v1", "rv", (json_int_t)place->version,
                  "namespace", place->namespace, "start", place->name);
    g_autofree char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return g_base64_encode((const guchar *)text, strlen(text));
}

static bool place_parse(struct place *place, const char *token)
{
    gsize len = 0;
    g_autofree guchar *text = g_base64_decode(token, &len);
    json_t *json = json_loadb((const char *)text, len, 0, NULL);
    json_int_t version = 0;
    const char *namespace = NULL, *name = NULL;
    bool good = json_unpack(json, "{s:I, s:s, s:s}", "rv", &version, "namespace", &namespace,
                            "start", &name) == 0;
    if (good)
        *place = (struct place){(uint64_t)version, g_strdup(namespace), g_strdup(name)};
    json_decref(json);
    return good;
}

/* The objects that the query asks for, sorted, from `place` on. */
static GPtrArray *wanted_objects(struct demo_world *world, const struct demo_query *query,
                                 const struct place *place, uint64_t *version)
{
    g_autoptr(GPtrArray) all = demo_world_objects(world, query->kind, query->namespace, version);
    GPtrArray *wanted = g_ptr_array_new_with_free_func((GDestroyNotify)demo_object_unref);
    for (guint i = 0; i < all->len; i++) {
        struct demo_object *object = all->pdata[i];
        bool before =
            place->name != NULL && demo_object_compare(place->namespace, place->name, object) > 0;
        if (!before && demo_object_fits(object, query->labels, query->fields))
            g_ptr_array_add(wanted, demo_object_ref(object));
    }
    return wanted;
}

static json_t *page_json(const struct demo_query *query, const GPtrArray *objects, size_t n,
                         uint64_t version)
{
    if (query->table) {
        json_t *table = demo_table_json(query->kind, version, true);
        for (size_t i = 0; i < n; i++)
            demo_table_add(table, objects->pdata[i], query->include);
        return table;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(items, demo_object_json(objects->pdata[i], false));
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, version);
    return json_pack("{s:s, s:s, s:{s:s}, s:o}", "kind",
                     query->kind == DEMO_POD ? "PodList" : "NamespaceList", "apiVersion", "v1",
                     "metadata", "resourceVersion", text, "items", items);
}

json_t *demo_list_page(struct demo_world *world, const struct demo_query *query, int *code)
{
    struct place place = {0};
    *code = 200;
    if (query->token != NULL && *query->token != '\0' && !place_parse(&place, query->token)) {
        *code = 400;
        return demo_status_json(400, "BadRequest", "continue key is not valid", NULL);
    }
    uint64_t version = 0;
    g_autoptr(GPtrArray) objects = wanted_objects(world, query, &place, &version);
    if (place.name != NULL)
        version = place.version;
    g_free(place.namespace);
    g_free(place.name);

    size_t n = objects->len;
    if (query->limit > 0 && query->limit < n)
        n = (size_t)query->limit;
    json_t *page = page_json(query, objects, n, version);
    if (n == objects->len)
        return page;

    struct demo_object *next = objects->pdata[n];
    struct place rest = {version, next->namespace, next->name};
    g_autofree char *token = place_token(&rest);
    json_t *metadata = json_object_get(page, "metadata");
    json_object_set_new(metadata, "continue", json_string(token));
    /* A real server does not count what a selector leaves. */
    if (query->labels == NULL && query->fields == NULL)
        json_object_set_new(metadata, "remainingItemCount",
                            json_integer((json_int_t)(objects->len - n)));
    return page;
}

struct demo_watch {
    struct demo_world *world;
    struct demo_query query;
    char *namespace, *labels, *fields;
    GPtrArray *first;      /* what is there comes first; NULL when that is over */
    guint n_first_told;    /* of it */
    uint64_t version;      /* seen */
    uint64_t told_version; /* the client knows of it */
    int64_t end_us;        /* 0: none */
    bool columns_told;
    bool gone, ended;
};

struct demo_watch *demo_watch_new(struct demo_world *world, const struct demo_query *query)
{
    struct demo_watch *watch = g_new0(struct demo_watch, 1);
    watch->world = world;
    watch->query = *query;
    watch->query.namespace = watch->namespace = g_strdup(query->namespace);
    watch->query.labels = watch->labels = g_strdup(query->labels);
    watch->query.fields = watch->fields = g_strdup(query->fields);
    watch->version = query->version;
    watch->told_version = query->version;
    if (query->timeout_s > 0)
        watch->end_us = g_get_monotonic_time() + query->timeout_s * G_USEC_PER_SEC;
    watch->gone =
        demo_world_take_gone(world) || (query->version > 0 && query->version < DEMO_FIRST_VERSION);
    if (query->version == 0) {
        const struct place beginning = {0};
        watch->first = wanted_objects(world, &watch->query, &beginning, &watch->version);
    }
    return watch;
}

void demo_watch_free(struct demo_watch *watch)
{
    if (watch == NULL)
        return;
    g_free(watch->namespace);
    g_free(watch->labels);
    g_free(watch->fields);
    g_clear_pointer(&watch->first, g_ptr_array_unref);
    g_free(watch);
}

static char *event_line(const char *type, json_t *object)
{
    json_t *event = json_pack("{s:s, s:o}", "type", type, "object", object);
    g_autofree char *text = json_dumps(event, JSON_COMPACT);
    json_decref(event);
    return g_strconcat(text, "\n", NULL);
}

static char *change_line(struct demo_watch *watch, const char *type,
                         const struct demo_object *object)
{
    watch->told_version = MAX(watch->told_version, object->version);
    if (!watch->query.table)
        return event_line(type, demo_object_json(object, true));
    json_t *table = demo_table_json(watch->query.kind, object->version, !watch->columns_told);
    watch->columns_told = true;
    demo_table_add(table, object, watch->query.include);
    return event_line(type, table);
}

/* An object that has nothing but a version; in a table, it is the only row. */
static char *bookmark_line(struct demo_watch *watch)
{
    enum demo_kind kind = watch->query.kind;
    watch->told_version = watch->version;
    g_autofree char *version = g_strdup_printf("%" G_GUINT64_FORMAT, watch->version);
    json_t *metadata = json_pack("{s:s, s:n}", "resourceVersion", version, "creationTimestamp");
    if (!watch->query.table)
        return event_line("BOOKMARK", json_pack("{s:s, s:s, s:o}", "kind",
                                                kind == DEMO_POD ? "Pod" : "Namespace",
                                                "apiVersion", "v1", "metadata", metadata));
    json_t *table = demo_table_json(kind, watch->version, !watch->columns_told);
    watch->columns_told = true;
    json_t *row =
        json_pack("{s:[], s:{s:s, s:s, s:o}}", "cells", "object", "kind", "PartialObjectMetadata",
                  "apiVersion", "meta.k8s.io/v1", "metadata", metadata);
    json_array_append_new(json_object_get(table, "rows"), row);
    return event_line("BOOKMARK", table);
}

static char *gone_line(const struct demo_watch *watch)
{
    g_autofree char *message =
        g_strdup_printf("too old resource version: %" G_GUINT64_FORMAT " (%" G_GUINT64_FORMAT ")",
                        watch->query.version, DEMO_FIRST_VERSION);
    return event_line("ERROR", demo_status_json(410, "Expired", message, NULL));
}

static bool watch_wants(const struct demo_watch *watch, const struct demo_object *object)
{
    const struct demo_query *query = &watch->query;
    return object->kind == query->kind &&
           (query->namespace == NULL || strcmp(query->namespace, object->namespace) == 0) &&
           demo_object_fits(object, query->labels, query->fields);
}

/* What there is to tell without waiting. */
static char *line_now(struct demo_watch *watch)
{
    static const char *const types[] = {
        [DEMO_ADDED] = "ADDED", [DEMO_MODIFIED] = "MODIFIED", [DEMO_DELETED] = "DELETED"};
    if (watch->first != NULL && watch->n_first_told < watch->first->len)
        return change_line(watch, "ADDED", watch->first->pdata[watch->n_first_told++]);
    g_clear_pointer(&watch->first, g_ptr_array_unref);
    struct demo_event event;
    while (demo_world_next(watch->world, &watch->version, &event)) {
        char *line = watch_wants(watch, event.object)
                         ? change_line(watch, types[event.change], event.object)
                         : NULL;
        demo_object_unref(event.object);
        if (line != NULL)
            return line;
    }
    if (watch->query.bookmarks && watch->told_version < watch->version)
        return bookmark_line(watch);
    return NULL;
}

enum demo_watch_result demo_watch_next(struct demo_watch *watch, int64_t deadline_us, char **line)
{
    if (watch->gone && !watch->ended) {
        *line = gone_line(watch);
        watch->ended = true;
        return DEMO_WATCH_LINE;
    }
    int64_t until_us = watch->end_us > 0 ? MIN(watch->end_us, deadline_us) : deadline_us;
    while (!watch->ended) {
        *line = line_now(watch);
        if (*line != NULL)
            return DEMO_WATCH_LINE;
        if (demo_world_wait(watch->world, watch->version, until_us))
            continue;
        watch->ended = demo_world_ended(watch->world) ||
                       (watch->end_us > 0 && g_get_monotonic_time() >= watch->end_us);
        if (!watch->ended)
            return DEMO_WATCH_NOTHING;
    }
    return DEMO_WATCH_ENDED;
}
