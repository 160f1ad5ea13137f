/* Keys by number and name. A character is its code point; others are above Unicode.
 * (TKEY_, for curses has taken KEY_.) */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>

enum key {
    TKEY_NONE = 0,
    TKEY_CTRL_C = 3,
    TKEY_TAB = 9,
    TKEY_RETURN = 13,
    TKEY_ESCAPE = 27,
    TKEY_BACKSPACE = 127,
    TKEY_FIRST_SPECIAL = 0x110000,
    TKEY_UP,
    TKEY_DOWN,
    TKEY_LEFT,
    TKEY_RIGHT,
    TKEY_PAGE_UP,
    TKEY_PAGE_DOWN,
    TKEY_HOME,
    TKEY_END,
    TKEY_DELETE,
    TKEY_SHIFT_LEFT,
    TKEY_SHIFT_RIGHT,
    TKEY_BACK_TAB,
    TKEY_RESIZED,
    TKEY_MORE, /* not a key: see key_sequence() */
};

/* "enter", "esc", "up", "pgdn", "^L", "space", "/" ...; 0 when there is none of that name. */
int key_parse(const char *name);
/* The name of a key; g_free() it. (key_name() is taken by curses.) */
char *key_text(int key);
/* What a terminal sent behind an Esc byte, such as "[4~": the key, TKEY_NONE for a sequence that
 * stands for none of them, TKEY_MORE while its end has not come. For those that terminfo does not
 * tell: PuTTY calls itself xterm and sends other keys for Home and End, as tmux does. */
int key_sequence(const char *bytes, size_t len);
/* Whether a space-separated list of names, as a command has it, holds the key. */
bool key_in(const char *keys, int key);
/* Whether it is a character, which a line of text would take. */
bool key_is_text(int key);

#endif
