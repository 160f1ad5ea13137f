/* How a face lends the user's terminal to a plugin that asks for a password, or that has something
 * to tell while it waits. This library knows no terminal itself. */
#ifndef KUBE_LENDER_H
#define KUBE_LENDER_H

#include <stdbool.h>
#include <stddef.h>

struct lender {
    /* A plugin may have our standard input and error as they are: nothing else uses them, and the
     * standard input is a terminal. The functions are not needed then. */
    bool inherit;
    /* Makes the terminal what it is at a shell (false: not just now), gives it to a process group
     * then, and takes it back in the end. NULL: there is no terminal. */
    bool (*leave)(void *data);
    void (*give)(int group, void *data);
    void (*take_back)(void *data);
    /* What the plugin writes to its standard error, from the time on that it has the terminal or,
     * without one, that it took longer than a moment. Foreign text. */
    void (*say)(const char *bytes, size_t len, void *data);
};

#endif
