/* How far a capture is, in words: for the command line and for the screen. */
#ifndef TUI_CAPTURE_TEXT_H
#define TUI_CAPTURE_TEXT_H

#include "kube/capture.h"

/* "3.2 s of 5 s  1.5 MiB  450.0 KiB/s"; g_free() it. */
char *capture_text(const struct capture_progress *progress);

/* How much of it is over, 0 to 1; below 0: nobody knows. */
double capture_part(const struct capture_progress *progress);

/* How many seconds a text names. 0: the error (G_OPTION_ERROR_BAD_VALUE) says what would. */
unsigned capture_parse_seconds(const char *text, GError **error);

#endif
