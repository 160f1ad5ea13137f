/* What there is in the practice cluster: objects, their history, files, faults. For many threads
 * at a time. */
#ifndef KUBE_DEMO_WORLD_H
#define KUBE_DEMO_WORLD_H

#include "kube/demo.h"
#include "kube/demo_file.h"
#include "kube/demo_pods.h"

enum demo_kind { DEMO_NAMESPACE, DEMO_POD };

/* One state of a namespace or pod. Finished once made, shared by reference count. */
struct demo_object {
    enum demo_kind kind;
    char *namespace; /* "" of a namespace */
    char *name;
    char *uid;
    int64_t created_s;              /* seconds since 1970 */
    int64_t age_s;                  /* when this state was made */
    uint64_t version;               /* resourceVersion */
    int restarts;                   /* more than the row says */
    unsigned index;                 /* of pods: for its address */
    const struct demo_pod_row *row; /* of pods */
};

struct demo_object *demo_object_ref(struct demo_object *object);
void demo_object_unref(struct demo_object *object);
/* As strcmp() of namespace, then name; a namespace itself is "" and its name. */
int demo_object_compare(const char *namespace, const char *name, const struct demo_object *object);
/* NULL when the pod has no such container. */
const struct demo_container *demo_object_container(const struct demo_object *pod,
                                                   const char *container);

/* The container that an ephemeral one of the pod looks into. */
const struct demo_container *demo_object_target(const struct demo_object *pod);

enum demo_change { DEMO_ADDED, DEMO_MODIFIED, DEMO_DELETED };

struct demo_event {
    enum demo_change change;
    uint64_t version;
    struct demo_object *object; /* the last state of what was deleted */
};

struct demo_world;

struct demo_world *demo_world_new(void);
void demo_world_free(struct demo_world *world);

/* The pods of a namespace (NULL: of all), or the namespaces, sorted; `version` is that of the
 * whole world at that moment. Unref the array. */
GPtrArray *demo_world_objects(struct demo_world *world, enum demo_kind kind, const char *namespace,
                              uint64_t *version);
/* NULL when there is none; unref it. */
struct demo_object *demo_world_find(struct demo_world *world, enum demo_kind kind,
                                    const char *namespace, const char *name);

/* A pod that is there already restarts: it is MODIFIED. The namespace is made when missing. */
void demo_world_add_pod(struct demo_world *world, const char *namespace, const char *name);
void demo_world_remove_pod(struct demo_world *world, const char *namespace, const char *name);

/* One more container in a pod; copied. False: there is no such pod. */
bool demo_world_add_container(struct demo_world *world, const char *namespace, const char *pod,
                              const struct demo_container *container);

/* History begins at this version; older ones are Gone. */
#define DEMO_FIRST_VERSION UINT64_C(1000)
/* The first event after `version`, which moves to it. False: there is none. Unref its object. */
bool demo_world_next(struct demo_world *world, uint64_t *version, struct demo_event *event);
/* Waits for an event after `version`, until `deadline_us` of the monotonic clock. False: none
 * came, or the world ends. */
bool demo_world_wait(struct demo_world *world, uint64_t version, int64_t deadline_us);

/* A file as that container sees it, NULL when there is none. Lives as long as the world. */
const struct demo_file *demo_world_file(struct demo_world *world, const struct demo_object *pod,
                                        const char *container, const char *path);
/* The names of what is directly in a directory, sorted; NULL when there is no such directory. */
GPtrArray *demo_world_directory(struct demo_world *world, const struct demo_object *pod,
                                const char *container, const char *path);
void demo_world_add_file(struct demo_world *world, const char *path, uint64_t size_bytes);

void demo_world_change_file(struct demo_world *world, const char *path, enum demo_change_kind kind,
                            uint64_t size_bytes);

/* One trace of a program at a time. False: one is being taken. */
bool demo_world_trace_begin(struct demo_world *world, const struct demo_object *pod);
void demo_world_trace_end(struct demo_world *world, const struct demo_object *pod);

void demo_world_set_faults(struct demo_world *world, const struct demo_faults *faults);
struct demo_faults demo_world_faults(struct demo_world *world);
/* True once after gone_once was set. */
bool demo_world_take_gone(struct demo_world *world);

/* Wakes all who wait; from now on nobody waits any more. */
void demo_world_end(struct demo_world *world);
bool demo_world_ended(struct demo_world *world);

#endif
