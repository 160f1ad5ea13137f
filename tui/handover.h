/* What goes from the screens of a trace to other programs: the summary as a text file, the graph
 * to Graphviz, the trace itself to `go tool trace`. All of it in workers or children; the screens
 * stay alive meanwhile. For views that begin with a struct bench_view. */
#ifndef TUI_HANDOVER_H
#define TUI_HANDOVER_H

#include "tui/view.h"

/* The rows for the table of commands of such a view. */
#define HANDOVER_COMMANDS                                                                          \
    {"export", "e", "export", "write the summary as text into a file", handover_summary},          \
        {"graph", "g", "graph", "where goroutines block each other, by Graphviz", handover_graph}, \
    {                                                                                              \
        "browser", "b", "browser", "show the trace in a browser by go tool trace",                 \
            handover_browser                                                                       \
    }

/* Each asks for the file's name; one that is there is replaced only after a "yes". */
void handover_summary(struct view *view, struct session *session);
void handover_graph(struct view *view, struct session *session);

/* Starts go tool trace and opens the screen that says how to reach it; opens that screen again
 * when it runs. */
void handover_browser(struct view *view, struct session *session);

/* A file's name for an output: that of the trace without its ending, then the suffix; with a
 * number when there is such a file. In the current folder. g_free() it. */
char *handover_free_name(const char *trace_path, const char *suffix);

#endif
