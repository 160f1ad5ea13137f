/* What is remembered between runs: small files in ${XDG_STATE_HOME:-~/.local/state}/tracetui. */
#ifndef TUI_STATE_FILE_H
#define TUI_STATE_FILE_H

#include <stdbool.h>

#include <glib.h>

/* The text of the file of that name; NULL: there is none, or none of ours, for it is too large.
 * Foreign text: another program may have written it. g_free() it. */
char *state_file_read(const char *name);

/* Puts a whole text in its place, for nobody else to read. Errors of the file, G_FILE_ERROR; the
 * old file is then as it was. */
bool state_file_write(const char *name, const char *text, GError **error);

#endif
