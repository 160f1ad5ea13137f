/* The terminal, and the one keeper of curses: cells in, keys out.
 *
 * There is one terminal, so this file has state of its own and the functions take no handle. The
 * terminal is given back as it was on every way out: term_stop(), and the signals of a crash,
 * which are handled here. The signals that end a program in an orderly way are the caller's. */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include "tui/canvas.h"

enum term_key {
    TERM_NO_KEY, /* none waits */
    TERM_KEY,
    TERM_GONE, /* the terminal hung up; there will be no more */
};

/* Takes the terminal of standard input and output, or /dev/tty when those are something else, and
 * sets the locale. G_IO_ERROR when there is none, or one that cannot move its cursor. */
bool term_start(GError **error);
void term_stop(void);

/* What the user should be told once (an unknown TERM); NULL: nothing. */
const char *term_notice(void);

/* To be watched for input. */
int term_fd(void);
/* The next key, without waiting for more than the rest of an escape sequence. */
enum term_key term_read_key(int *key);

int term_width(void);
int term_height(void);
bool term_is_ascii(void);
/* Asks for the size anew. True: it is another. */
bool term_resize(void);

/* Brings the terminal's picture to that of the canvas with as few bytes as curses can; what is
 * the same already costs nothing. `all`: from scratch, for when something else wrote there. */
void term_show(const struct canvas *canvas, bool all);

/* Gives the terminal to somebody else for a while, and takes it back. */
void term_leave(void);
void term_enter(void);
/* In between: to a process group (ours: getpgrp()), so that its programs may read there; and a few
 * words, clean ones, to be read by the user now. */
void term_give(int group);
void term_say(const char *text);

/* Stops the program as ^Z does elsewhere, and returns when it goes on. */
void term_suspend(void);

/* To be watched for input: SIGTSTP or SIGCONT came. term_stopped() then does what they ask for;
 * true: draw all anew. */
int term_stop_fd(void);
bool term_stopped(void);

#endif
