/* Ephemeral containers of the practice cluster. */
#ifndef KUBE_DEMO_DEBUG_H
#define KUBE_DEMO_DEBUG_H

#include "kube/demo_world.h"

/* Adds what a patch of a pod's ephemeral containers (JSON) names, and they run at once; one whose
 * image has "nope" in its name never comes. False: there is no such pod. */
bool demo_debug_add(struct demo_world *world, const char *namespace, const char *pod,
                    const char *patch, size_t len);

#endif
