/* Text as people read it: foreign bytes made harmless, times, sizes. */
#ifndef TUI_TEXT_H
#define TUI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* The one sanitiser: valid UTF-8 without control characters, escape sequences, bidirectional
 * overrides or line breaks; what is taken out becomes \xNN, \n, \t, \u{...}. len -1: up to the NUL.
 * g_free() it. For everything that goes to stderr, stdout lines for people, logs and screens. */
char *text_sanitise(const char *bytes, gssize len);

/* The same for text of several lines: its line ends stay. */
char *text_sanitise_lines(const char *bytes, size_t len);

/* The next character of valid UTF-8. */
static inline const char *text_next(const char *utf8)
{
    return utf8 + g_utf8_skip[(unsigned char)*utf8];
}

/* Columns that sanitised text takes on a terminal. */
int text_width(const char *text);
/* Columns of one character: 0 (a mark on the one before), 1 or 2. */
int text_char_width(gunichar c);

/* Valid UTF-8 as it is compared when case does not matter. g_free() it. */
char *text_fold(const char *text);

/* Sanitised text in at most so many columns: what is too long loses its middle, for names differ at
 * both ends. g_free() it. */
char *text_shorten(const char *text, int columns, bool ascii);

/* Foreign text as sanitised lines of at most so many columns, broken at blanks where there are
 * some; line breaks of the text are kept. NULL-terminated, at least one line; g_strfreev() it. */
char **text_wrap(const char *text, int width);

/* "512 B", "1.5 MiB". g_free() it. */
char *text_bytes(uint64_t bytes);

/* "3d", "5h12m", as kubectl shows ages; below 0 counts as 0. g_free() it. */
char *text_age(int64_t seconds);

#endif
