/* How the shells of the practice cluster's containers run the script that lists a folder. */
#ifndef KUBE_DEMO_DIRECTORY_H
#define KUBE_DEMO_DIRECTORY_H

#include "kube/demo_world.h"

/* Whether a command is that script: "sh", "-c", SCRIPT, "sh", ... */
bool demo_directory_is(const char *const *argv);

/* What it prints; *exit_status is how it ends. */
GString *demo_directory_run(struct demo_world *world, const struct demo_object *pod,
                            const char *container, const char *const *argv, int *exit_status);

#endif
