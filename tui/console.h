/* Standard output as a stream: foreign bytes do no harm to a terminal, and errors say where. */
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include <gio/gio.h>

/* Writes to a descriptor, which stays open. A pipe or a file gets every byte as it is; a terminal
 * gets whole lines, and what could command it (escape sequences in the name of a function, say) is
 * made readable by text_sanitise(), tabs excepted. Close it: the last line may have no end. Errors
 * are those of GIO, with "standard output: " before. */
GOutputStream *console_new(int fd);

/* How many columns and lines the terminal on a descriptor has; 0: it is none, or does not say. */
int console_columns(int fd);
int console_lines(int fd);

#endif
