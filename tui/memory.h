/* What was typed for a cluster, remembered between runs in a file as tui/state_file.h has them. */
#ifndef TUI_MEMORY_H
#define TUI_MEMORY_H

#include <stdbool.h>

#include <glib.h>

/* The newest first, NULL-terminated; none when there is no file or it makes no sense. g_strfreev()
 * it. Foreign text: another program may have written the file. */
char **memory_words(const char *file, const char *cluster);

/* Puts a word in front. Errors of the file, G_FILE_ERROR; the old file is then as it was. */
bool memory_keep(const char *file, const char *cluster, const char *word, GError **error);

#endif
