/* Which file a pull brings, and where from: pinned at the beginning, written down beside what has
 * come, held against what is there later. */
#ifndef KUBE_ORIGIN_H
#define KUBE_ORIGIN_H

#include <jansson.h>

#include "kube/toolbox.h"

struct origin {
    char *server, *namespace, *pod;
    char *uid;       /* of the pod; "": not known */
    char *container; /* "": the server chose */
    char *path;
    struct file_facts facts;
};

struct origin *origin_new(const char *server, const struct place *place, const char *path);
void origin_free(struct origin *origin);

/* An object; decref it. */
json_t *origin_json(const struct origin *origin);

/* How far an earlier pull's bytes, with this written down, are the beginning of the file that is
 * there now. NULL: they are; else what is another, static. Of a file that has grown since they are,
 * too, when `can_prove` says that a digest will tell. */
const char *origin_differs(const struct origin *now, const json_t *then, bool can_prove);

/* What has become of the file between two looks at it; NULL: nothing that shows. Static, to go
 * behind "the file ". */
const char *facts_changed(const struct file_facts *before, const struct file_facts *after);

#endif
