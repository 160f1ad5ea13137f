/* Standard error while the screen is full: held back in a file without a name, so that a warning
 * of some library does not smear over the picture, and shown after it. */
#ifndef TUI_HOLD_H
#define TUI_HOLD_H

struct hold {
    int saved_fd; /* what standard error was, -1: nothing is held */
    int file_fd;
};

/* Holds it when it goes to a terminal; else leaves it, for then it smears over nothing. */
void hold_begin(struct hold *hold);
/* Gives it back and prints what came, sanitised. */
void hold_end(struct hold *hold);
/* The same for a signal handler: only what is safe there, anything but text as '?'. */
void hold_end_in_signal(struct hold *hold);

#endif
