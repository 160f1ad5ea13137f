/* The screen that says how to reach the trace in a browser, and ends the tool that shows it. */
#ifndef TUI_VIEW_BROWSER_H
#define TUI_VIEW_BROWSER_H

#include "tui/bench.h"

/* Takes a reference to the bench, whose gotool is running. */
struct view *view_browser_new(struct bench *bench);

#endif
