#include "kube/place.h"

#include <stdint.h>

struct place *place_copy(const struct place *place)
{
    struct place *copy = g_new0(struct place, 1);

    copy->namespace = g_strdup(place->namespace);
    copy->pod = g_strdup(place->pod);
    copy->container = g_strdup(place->container);
    return copy;
}

void place_free(struct place *place)
{
    if (place == NULL)
        return;
    g_free((char *)(uintptr_t)place->namespace);
    g_free((char *)(uintptr_t)place->pod);
    g_free((char *)(uintptr_t)place->container);
    g_free(place);
}

char *place_text(const struct place *place)
{
    return place->container != NULL ? g_strdup_printf("pod %s/%s, container %s", place->namespace,
                                                      place->pod, place->container)
                                    : g_strdup_printf("pod %s/%s", place->namespace, place->pod);
}
