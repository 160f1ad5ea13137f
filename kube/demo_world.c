#include "kube/demo_world.h"

#include <string.h>

#include "kube/demo_files.h"

#define RESOURCE_PREFIX "/tracetui/demo/"

struct demo_world {
    GMutex lock;
    GCond changed;
    int64_t began_s;
    uint64_t version;
    unsigned n_pods_made;
    GPtrArray *objects; /* of struct demo_object, sorted by kind, namespace, name */
    GArray *history;    /* of struct demo_event */
    GPtrArray *files;   /* of struct demo_file */
    GPtrArray *kept;    /* what rows are made of that were not there at the beginning */
    GHashTable *traced; /* uids of the pods whose programs are being traced */
    struct demo_faults faults;
    bool ended;
};

static void object_clear(void *data)
{
    struct demo_object *object = data;
    g_free(object->namespace);
    g_free(object->name);
    g_free(object->uid);
}

struct demo_object *demo_object_ref(struct demo_object *object)
{
    return g_atomic_rc_box_acquire(object);
}

void demo_object_unref(struct demo_object *object)
{
    g_atomic_rc_box_release_full(object, object_clear);
}

int demo_object_compare(const char *namespace, const char *name, const struct demo_object *object)
{
    int order = strcmp(namespace, object->namespace);
    return order != 0 ? order : strcmp(name, object->name);
}

const struct demo_container *demo_object_container(const struct demo_object *pod,
                                                   const char *container)
{
    for (const struct demo_container *row = pod->row->containers; row->name != NULL; row++)
        if (strcmp(row->name, container) == 0)
            return row;
    return NULL;
}

/* The same name has the same uid in every practice cluster. */
static char *uid_of(const char *namespace, const char *name)
{
    g_autofree char *key = g_strdup_printf("%s/%s", namespace, name);
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA1, key, -1);
    return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hash, hash + 8, hash + 12, hash + 16,
                           hash + 20);
}

static struct demo_object *object_new(enum demo_kind kind, const char *namespace, const char *name,
                                      const struct demo_pod_row *row)
{
    struct demo_object *object = g_atomic_rc_box_new0(struct demo_object);
    object->kind = kind;
    object->namespace = g_strdup(namespace);
    object->name = g_strdup(name);
    object->uid = uid_of(namespace, name);
    object->row = row;
    return object;
}

/* The same object, to become its next state. */
static struct demo_object *object_next(const struct demo_object *old)
{
    struct demo_object *object = object_new(old->kind, old->namespace, old->name, old->row);
    object->created_s = old->created_s;
    object->age_s = old->age_s;
    object->restarts = old->restarts;
    object->index = old->index;
    return object;
}

/* Where the object is, or where it belongs. */
static guint place_of(const struct demo_world *world, enum demo_kind kind, const char *namespace,
                      const char *name, bool *found)
{
    *found = false;
    for (guint i = 0; i < world->objects->len; i++) {
        const struct demo_object *object = world->objects->pdata[i];
        int order = kind != object->kind ? (int)kind - (int)object->kind
                                         : demo_object_compare(namespace, name, object);
        *found = order == 0;
        if (order <= 0)
            return i;
    }
    return world->objects->len;
}

/* Takes the object over and makes it the newest state of its name. */
static void world_put(struct demo_world *world, struct demo_object *object)
{
    object->version = ++world->version;
    bool found = false;
    guint place = place_of(world, object->kind, object->namespace, object->name, &found);
    struct demo_event event = {found ? DEMO_MODIFIED : DEMO_ADDED, object->version,
                               demo_object_ref(object)};
    if (found) {
        demo_object_unref(world->objects->pdata[place]);
        world->objects->pdata[place] = object;
    } else {
        g_ptr_array_insert(world->objects, (gint)place, object);
    }
    g_array_append_val(world->history, event);
    g_cond_broadcast(&world->changed);
}

static void put_namespace(struct demo_world *world, const char *name, int64_t created_s,
                          int64_t age_s)
{
    struct demo_object *object = object_new(DEMO_NAMESPACE, "", name, NULL);
    object->created_s = created_s;
    object->age_s = age_s;
    world_put(world, object);
}

static void put_rows(struct demo_world *world)
{
    const int64_t namespace_age_s = 41 * 24 * 3600 + 1800;
    for (const char *const *name = demo_namespace_names; *name != NULL; name++)
        put_namespace(world, *name, world->began_s - namespace_age_s, namespace_age_s);
    for (const struct demo_pod_row *row = demo_pod_rows; row->name != NULL; row++) {
        struct demo_object *object = object_new(DEMO_POD, row->namespace, row->name, row);
        object->age_s = (int64_t)row->age_minutes * 60;
        object->created_s = world->began_s - object->age_s;
        object->index = world->n_pods_made++;
        world_put(world, object);
    }
}

static void keep_file(struct demo_world *world, struct demo_file *file)
{
    file->inode = 4000 + world->files->len;
    /* The first row of a folder is its newest file. */
    file->changed_s = world->began_s - 3600 - 60 * (int64_t)world->files->len;
    g_ptr_array_add(world->files, file);
}

static void put_files(struct demo_world *world)
{
    GResource *resource = demo_files_get_resource();
    for (const struct demo_file_row *row = demo_file_rows; row->path != NULL; row++) {
        GBytes *bytes = NULL;
        if (row->resource != NULL) {
            g_autofree char *name = g_strconcat(RESOURCE_PREFIX, row->resource, NULL);
            bytes = g_resource_lookup_data(resource, name, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
            g_assert(bytes != NULL);
        } else {
            bytes = g_bytes_new_static(row->text, strlen(row->text));
        }
        if (row->cut_bytes > 0) {
            GBytes *whole = bytes;
            bytes = g_bytes_new_from_bytes(whole, 0, row->cut_bytes);
            g_bytes_unref(whole);
        }
        keep_file(world, demo_file_new(row->namespace, row->pod, row->container, row->path, bytes));
    }
}

struct demo_world *demo_world_new(void)
{
    struct demo_world *world = g_new0(struct demo_world, 1);
    g_mutex_init(&world->lock);
    g_cond_init(&world->changed);
    world->began_s = g_get_real_time() / G_USEC_PER_SEC;
    world->version = DEMO_FIRST_VERSION;
    world->objects = g_ptr_array_new_with_free_func((GDestroyNotify)demo_object_unref);
    world->history = g_array_new(FALSE, FALSE, sizeof(struct demo_event));
    world->files = g_ptr_array_new_with_free_func((GDestroyNotify)demo_file_free);
    world->kept = g_ptr_array_new_with_free_func(g_free);
    world->traced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    put_rows(world);
    put_files(world);
    return world;
}

void demo_world_free(struct demo_world *world)
{
    for (guint i = 0; i < world->history->len; i++)
        demo_object_unref(g_array_index(world->history, struct demo_event, i).object);
    g_array_unref(world->history);
    g_ptr_array_unref(world->objects);
    g_hash_table_unref(world->traced);
    g_ptr_array_unref(world->files);
    g_ptr_array_unref(world->kept);
    g_cond_clear(&world->changed);
    g_mutex_clear(&world->lock);
    g_free(world);
}

GPtrArray *demo_world_objects(struct demo_world *world, enum demo_kind kind, const char *namespace,
                              uint64_t *version)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)demo_object_unref);
    for (guint i = 0; i < world->objects->len; i++) {
        struct demo_object *object = world->objects->pdata[i];
        if (object->kind == kind &&
            (namespace == NULL || strcmp(namespace, object->namespace) == 0))
            g_ptr_array_add(objects, demo_object_ref(object));
    }
    *version = world->version;
    return objects;
}

struct demo_object *demo_world_find(struct demo_world *world, enum demo_kind kind,
                                    const char *namespace, const char *name)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    bool found = false;
    guint place = place_of(world, kind, namespace, name, &found);
    return found ? demo_object_ref(world->objects->pdata[place]) : NULL;
}

void demo_world_add_pod(struct demo_world *world, const char *namespace, const char *name)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    int64_t now_s = g_get_real_time() / G_USEC_PER_SEC;
    bool found = false;
    place_of(world, DEMO_NAMESPACE, "", namespace, &found);
    if (!found)
        put_namespace(world, namespace, now_s, 0);

    guint place = place_of(world, DEMO_POD, namespace, name, &found);
    if (found) {
        struct demo_object *object = object_next(world->objects->pdata[place]);
        object->restarts++;
        world_put(world, object);
        return;
    }
    struct demo_object *object = object_new(DEMO_POD, namespace, name, &demo_added_row);
    object->created_s = now_s;
    object->index = world->n_pods_made++;
    world_put(world, object);
}

void demo_world_remove_pod(struct demo_world *world, const char *namespace, const char *name)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    bool found = false;
    guint place = place_of(world, DEMO_POD, namespace, name, &found);
    if (!found)
        return;
    struct demo_object *last = object_next(world->objects->pdata[place]);
    last->version = ++world->version;
    struct demo_event event = {DEMO_DELETED, last->version, last};
    g_ptr_array_remove_index(world->objects, place);
    g_array_append_val(world->history, event);
    g_cond_broadcast(&world->changed);
}

static void *keep(struct demo_world *world, void *made)
{
    g_ptr_array_add(world->kept, made);
    return made;
}

/* The row with one more container at its end. */
static const struct demo_pod_row *row_with(struct demo_world *world, const struct demo_pod_row *row,
                                           const struct demo_container *container)
{
    struct demo_pod_row *made = keep(world, g_memdup2(row, sizeof *row));
    size_t n = 0;
    while (row->containers[n].name != NULL)
        n++;
    struct demo_container *containers = keep(world, g_new0(struct demo_container, n + 2));
    memcpy(containers, row->containers, n * sizeof *containers);
    containers[n] = *container;
    containers[n].name = keep(world, g_strdup(container->name));
    containers[n].image = keep(world, g_strdup(container->image));
    made->containers = containers;
    return made;
}

bool demo_world_add_container(struct demo_world *world, const char *namespace, const char *pod,
                              const struct demo_container *container)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    bool found = false;
    guint place = place_of(world, DEMO_POD, namespace, pod, &found);
    if (!found)
        return false;
    struct demo_object *object = object_next(world->objects->pdata[place]);
    object->row = row_with(world, object->row, container);
    world_put(world, object);
    return true;
}

bool demo_world_next(struct demo_world *world, uint64_t *version, struct demo_event *event)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    if (*version >= world->version)
        return false;
    /* Each version has one event, so that a version is a place in the history. */
    guint index = (guint)(MAX(*version, DEMO_FIRST_VERSION) - DEMO_FIRST_VERSION);
    *event = g_array_index(world->history, struct demo_event, index);
    demo_object_ref(event->object);
    *version = event->version;
    return true;
}

bool demo_world_wait(struct demo_world *world, uint64_t version, int64_t deadline_us)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    while (!world->ended && version >= world->version)
        if (!g_cond_wait_until(&world->changed, &world->lock, deadline_us))
            return false;
    return !world->ended;
}

static bool file_is_in(const struct demo_file *file, const struct demo_object *pod,
                       const char *container)
{
    return (file->namespace == NULL || strcmp(file->namespace, pod->namespace) == 0) &&
           (file->pod == NULL || strcmp(file->pod, pod->name) == 0) &&
           (file->container == NULL || strcmp(file->container, container) == 0);
}

const struct demo_container *demo_object_target(const struct demo_object *pod)
{
    const struct demo_container *row = pod->row->containers;
    while (row->kind != CONTAINER_MAIN)
        row++;
    return row;
}

#define FIRST_ROOT "/proc/1/root"

/* The root of a container's first process is its own; an ephemeral one sees that of another. */
static const char *enter_root(const struct demo_object *pod, const char **container,
                              const char *path)
{
    const struct demo_container *row = demo_object_container(pod, *container);
    if (!g_str_has_prefix(path, FIRST_ROOT))
        return path;
    path += strlen(FIRST_ROOT);
    if (row != NULL && row->kind == CONTAINER_EPHEMERAL)
        *container = demo_object_target(pod)->name;
    return *path != '\0' ? path : "/";
}

const struct demo_file *demo_world_file(struct demo_world *world, const struct demo_object *pod,
                                        const char *container, const char *path)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    path = enter_root(pod, &container, path);
    /* The newest of a name wins. */
    for (guint i = world->files->len; i > 0; i--) {
        const struct demo_file *file = world->files->pdata[i - 1];
        if (file_is_in(file, pod, container) && strcmp(file->path, path) == 0)
            return file->gone ? NULL : file;
    }
    return NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *demo_world_directory(struct demo_world *world, const struct demo_object *pod,
                                const char *container, const char *path)
{
    path = enter_root(pod, &container, path);
    g_autofree char *prefix = g_strconcat(path, g_str_has_suffix(path, "/") ? "" : "/", NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    for (guint i = 0; i < world->files->len; i++) {
        const struct demo_file *file = world->files->pdata[i];
        if (file->gone || file->past || !file_is_in(file, pod, container) ||
            !g_str_has_prefix(file->path, prefix))
            continue;
        const char *rest = file->path + strlen(prefix);
        g_autofree char *name = g_strndup(rest, strcspn(rest, "/"));
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, g_steal_pointer(&name));
    }
    g_ptr_array_sort(names, compare_names);
    return names->len > 0 ? g_steal_pointer(&names) : NULL;
}

void demo_world_add_file(struct demo_world *world, const char *path, uint64_t size_bytes)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    keep_file(world, demo_file_new_random(path, size_bytes));
}

void demo_world_change_file(struct demo_world *world, const char *path, enum demo_change_kind kind,
                            uint64_t size_bytes)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    for (guint i = world->files->len; i > 0; i--) {
        struct demo_file *file = world->files->pdata[i - 1];
        if (strcmp(file->path, path) != 0)
            continue;
        struct demo_file *changed = demo_file_copy(file);
        if (kind == DEMO_GROWS || kind == DEMO_SHRINKS)
            changed->size_bytes = size_bytes;
        if (kind == DEMO_REWRITES || kind == DEMO_REPLACES)
            changed->seed++;
        changed->inode += kind == DEMO_REPLACES ? 1000 : 0;
        changed->changed_s++;
        changed->gone = kind == DEMO_DELETES;
        file->past = true;
        if (kind != DEMO_REPLACES && kind != DEMO_DELETES)
            g_atomic_pointer_set(&file->next, changed);
        g_ptr_array_add(world->files, changed);
        return;
    }
    g_assert_not_reached();
}

bool demo_world_trace_begin(struct demo_world *world, const struct demo_object *pod)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    return g_hash_table_add(world->traced, g_strdup(pod->uid));
}

void demo_world_trace_end(struct demo_world *world, const struct demo_object *pod)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    g_hash_table_remove(world->traced, pod->uid);
}

void demo_world_set_faults(struct demo_world *world, const struct demo_faults *faults)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    world->faults = *faults;
}

struct demo_faults demo_world_faults(struct demo_world *world)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    return world->faults;
}

bool demo_world_take_gone(struct demo_world *world)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    bool gone = world->faults.gone_once;
    world->faults.gone_once = false;
    return gone;
}

void demo_world_end(struct demo_world *world)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    world->ended = true;
    g_cond_broadcast(&world->changed);
}

bool demo_world_ended(struct demo_world *world)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&world->lock);
    return world->ended;
}
