#include "kube/origin.h"

#include <string.h>

#include "kube/json.h"

struct origin *origin_new(const char *server, const struct place *place, const char *path)
{
    struct origin *origin = g_new0(struct origin, 1);

    origin->server = g_strdup(server);
    origin->namespace = g_strdup(place->namespace);
    origin->pod = g_strdup(place->pod);
    origin->uid = g_strdup("");
    origin->container = g_strdup(place->container != NULL ? place->container : "");
    origin->path = g_strdup(path);
    origin->facts.size_bytes = -1;
    return origin;
}

void origin_free(struct origin *origin)
{
    if (origin == NULL)
        return;
    g_free(origin->server);
    g_free(origin->namespace);
    g_free(origin->pod);
    g_free(origin->uid);
    g_free(origin->container);
    g_free(origin->path);
    g_free(origin);
}

/* Names that are no UTF-8 (paths may be) are written with what is wrong replaced: such a pull
 * is begun anew, at worst. */
static void set_text(json_t *object, const char *key, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    json_object_set_new(object, key, json_string(valid));
}

json_t *origin_json(const struct origin *origin)
{
    json_t *object = json_object();

    set_text(object, "server", origin->server);
    set_text(object, "namespace", origin->namespace);
    set_text(object, "pod", origin->pod);
    set_text(object, "uid", origin->uid);
    set_text(object, "container", origin->container);
    set_text(object, "path", origin->path);
    json_object_set_new(object, "size", json_integer(origin->facts.size_bytes));
    json_object_set_new(object, "inode", json_integer((json_int_t)origin->facts.inode));
    set_text(object, "mtime", origin->facts.mtime);
    return object;
}

static bool same(const json_t *then, const char *key, const char *now)
{
    return strcmp(json_text(then, key, NULL), now) == 0;
}

const char *origin_differs(const struct origin *now, const json_t *then, bool can_prove)
{
    json_int_t size = json_integer_value(json_object_get(then, "size"));
    bool uid_known = *now->uid != '\0' && *json_text(then, "uid", NULL) != '\0';

    if (!same(then, "namespace", now->namespace) || !same(then, "pod", now->pod) ||
        !same(then, "container", now->container) || !same(then, "path", now->path))
        return "another file";
    if (uid_known ? !same(then, "uid", now->uid) : !same(then, "server", now->server))
        return "another pod of that name";
    if ((uint64_t)json_integer_value(json_object_get(then, "inode")) != now->facts.inode)
        return "an earlier file of that name";
    if (now->facts.size_bytes < 0)
        return "a file whose size is not known";
    if (*now->facts.mtime == '\0' && !can_prove)
        return "a file of which only the size is known";
    if (can_prove && now->facts.inode != 0 && size >= 0 && size < now->facts.size_bytes)
        return NULL;
    if (size != now->facts.size_bytes || !same(then, "mtime", now->facts.mtime))
        return "an earlier state of the file";
    return NULL;
}

const char *facts_changed(const struct file_facts *before, const struct file_facts *after)
{
    if (before->inode != after->inode)
        return "was replaced by another while it was read";
    if (after->size_bytes > before->size_bytes && before->size_bytes >= 0)
        return "grew while it was read";
    if (after->size_bytes < before->size_bytes)
        return "was made shorter while it was read";
    if (strcmp(before->mtime, after->mtime) != 0)
        return "was written to while it was read";
    return NULL;
}
