/* Names of files here, made of names that a server gave: those are believed only as far as they are
 * good as names of files. */
#ifndef TUI_FILE_NAME_H
#define TUI_FILE_NAME_H

#include <glib.h>

/* Appends a part: letters, digits, '.', '_' and '-' as they are, '_' for everything else, and
 * nothing that would make the name longer than file systems take. A name that would begin with a
 * dot or a dash begins with '_'. */
void file_name_append(GString *name, const char *part);

#endif
