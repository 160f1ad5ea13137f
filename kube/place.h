/* A container, named: where a command runs, where a file is. */
#ifndef KUBE_PLACE_H
#define KUBE_PLACE_H

#include <glib.h>

struct place {
    const char *namespace, *pod;
    const char *container; /* NULL: the server chooses, or says which there are */
};

/* A copy that owns its strings; place_free() it. */
struct place *place_copy(const struct place *place);
void place_free(struct place *place);

/* "pod shop/web, container app", as errors begin; g_free() it. */
char *place_text(const struct place *place);

#endif
