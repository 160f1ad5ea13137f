/* What a listing of a folder prints, read. */
#ifndef KUBE_DIRECTORY_TEXT_H
#define KUBE_DIRECTORY_TEXT_H

#include "kube/directory.h"
#include "kube/directory_script.h"

/* Of what it printed; `path` is where it was sent, for the ways that do not say it. NULL and
 * KUBE_ERROR_SERVER when that makes no sense. */
struct directory *directory_parse(enum directory_way way, const GString *out, const char *root,
                                  const char *path, GError **error);

#endif
