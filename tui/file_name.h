/* Names of files here, made of names that a server gave: those are believed only as far as they are
 * good as names of files. */
#ifndef TUI_FILE_NAME_H
#define TUI_FILE_NAME_H

#include <stdbool.h>

#include <glib.h>

#include "kube/place.h"

/* Appends a part: letters, digits, '.', '_' and '-' as they are, '_' for everything else, and
 * nothing that would make the name longer than file systems take. A name that would begin with a
 * dot or a dash begins with '_'. */
void file_name_append(GString *name, const char *part);

/* FOLDER/POD.BASE for a path of one of several pods, BASE being the path's last part; with
 * NAMESPACE_ in front where they may be of several: '_' is in no name of theirs, so that each has a
 * file of its own. g_free() it. */
char *file_name_of_pod(const char *folder, const struct place *place, const char *path,
                       bool with_namespace);

#endif
