#include "kube/demo_debug.h"

#include <string.h>

#include "kube/json.h"

bool demo_debug_add(struct demo_world *world, const char *namespace, const char *pod,
                    const char *patch, size_t len)
{
    json_auto_t *object = json_loadb(patch, len, 0, NULL);
    const json_t *added = json_object_get(json_object_get(object, "spec"), "ephemeralContainers");
    const json_t *spec;
    bool found = true;
    size_t index;

    json_array_foreach(added, index, spec)
    {
        struct demo_container container = {
            .name = json_text(spec, "name", NULL),
            .image = json_text(spec, "image", NULL),
            .kind = CONTAINER_EPHEMERAL,
            .state = DEMO_RUNNING,
            .reason = "",
        };

        if (strstr(container.image, "nope") != NULL) {
            container.state = DEMO_WAITING;
            container.reason = "ImagePullBackOff";
        }
        found = found && demo_world_add_container(world, namespace, pod, &container);
    }
    return found;
}
