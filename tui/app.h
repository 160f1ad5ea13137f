/* The workbench as a program: main loop, terminal, signals. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "kube/config.h"

struct app_options {
    struct config *config;      /* taken over; NULL: none */
    const GError *config_error; /* why there is none, for the first screen; may be NULL */
    const char *trace_path;     /* a trace to open at once; NULL: begin with the contexts */
};

/* Runs until the user leaves. 0: left by a key; 128 + its number: ended by a signal; 1 and an
 * error: no terminal, or it went away. */
int app_run(const struct app_options *options, GError **error);

#endif
